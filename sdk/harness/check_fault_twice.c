/*
 * check_fault_twice: who asks the same again is told the same, by the same instance and by a new one.
 *
 * Weir compares what it fetched with what it stored. A record that comes out differently although the tool
 * said the same is a change that nobody made, and a notification for nothing.
 */
#include "check_fault.h"

#include "trial.h"

#include <stdlib.h>

static bool fetches(const struct case_step *step)
{
    return step->kind == STEP_RECORD || step->kind == STEP_LIST || step->kind == STEP_MISSED;
}

/* The first line that differs, of two texts that do. */
static void show_difference(const struct spot *spot, const char *first, const char *second)
{
    size_t at = 0;
    size_t back;

    while (first[at] != '\0' && first[at] == second[at]) {
        at++;
    }
    back = at < 60 ? at : 60;
    findings_line(spot->f, "first  ...%.160s", first + at - back);
    findings_line(spot->f, "second ...%.160s", second + at - back);
}

/* Placeholders are left out of the texts; hits of a cache may spare requests, but nothing else. */
static void again(const struct spot *spot, struct trial *t, const char *first, const char *how)
{
    struct step_result r;
    char *text;

    answers_begin(&t->answers, spot->step);
    trial_call(&r, t, spot->n);
    text = trial_text(&r, spot->step);
    if (text != NULL && strcmp(first, text) != 0) {
        spot_fail(spot, "the same answers of the tool give another result %s", how);
        show_difference(spot, first, text);
    }
    free(text);
    step_result_fini(&r);
}

static void visit(const struct spot *spot)
{
    struct trial t;
    struct step_result r;
    char *first = NULL;

    if (!fetches(spot->step)) {
        return;
    }
    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        trial_call(&r, &t, spot->n);
        first = t.answers.strangers == 0 ? trial_text(&r, spot->step) : NULL;
        step_result_fini(&r);
    }
    if (first != NULL) {
        ++*spot->material;
        again(spot, &t, first, "when it is asked once more");
        answers_begin(&t.answers, spot->step);
        if (trial_restart(&t)) {
            again(spot, &t, first, "after a restart");
        } else {
            spot_fail(spot, "the instance does not open again: %s", t.border.err.message);
        }
    }
    free(first);
    trial_fini(&t);
}

static void run(const struct task *task, struct findings *f)
{
    const struct check *own = task->arg;

    trial_each(own->suite, f, NULL, "a case with a step that fetches (record, list or missed)", visit);
}

void check_fault_twice_add(struct suite *s)
{
    check_add(s, "contract: fetch twice", "the same answers give the same records, also after a restart", run,
              NULL);
}
