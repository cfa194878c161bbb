/*
 * check_fault_twice: who asks the same again is told the same, by the same instance and by a new one.
 *
 * Weir compares what it fetched with what it stored. A record that comes out differently although the tool
 * said the same is a change that nobody made, and a notification for nothing.
 */
#include "check_fault.h"

#include "trial.h"

static bool fetches(const struct case_step *step)
{
    return step->kind == STEP_RECORD || step->kind == STEP_LIST || step->kind == STEP_MISSED;
}

/* Not of a later step, which may build on what the instance learned in those before. */
static void again_after_restart(const struct spot *spot, struct trial *t, const struct step_result *first)
{
    if (spot->n > 0) {
        return;
    }
    answers_again(&t->answers);
    if (trial_restart(t)) {
        spot_again(spot, t, first, "after a restart the same call");
    } else {
        spot_fail(spot, "the instance does not open again: %s", t->border.err.message);
    }
}

static void visit(const struct spot *spot)
{
    struct trial t;
    struct step_result first;

    if (!fetches(spot->step)) {
        return;
    }
    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        trial_call(&first, &t, spot->n);
        if (t.answers.strangers == 0) {
            ++*spot->material;
            spot_again(spot, &t, &first, "the same call");
            again_after_restart(spot, &t, &first);
        }
        step_result_fini(&first);
    }
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
