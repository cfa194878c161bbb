/*
 * check_fault_ensure: however often the subscription is asked for, there is one.
 *
 * The material is a case that makes a subscription with one "ensure" and finds it with a later one: the
 * answers of the second show the tool as it is from then on. And a case that removes it and inspects it then.
 */
#include "check_fault.h"

#include "trial.h"

/* Two steps that want the same: then the second has nothing to do. */
static bool wants_same(const struct case_want *a, const struct case_want *b)
{
    if (a->has_events != b->has_events || a->event_count != b->event_count ||
        !weir_str_equal(a->callback_url, b->callback_url) || !weir_str_equal(a->secret, b->secret) ||
        !weir_str_equal(a->label, b->label)) {
        return false;
    }
    for (size_t i = 0; i < a->event_count; i++) {
        if (!weir_str_equal(a->events[i], b->events[i])) {
            return false;
        }
    }
    return true;
}

/* Does the tool, as the step has it, show what is wanted? Then nothing is written. */
static bool only_reads(const struct case_step *step)
{
    for (size_t i = 0; i < step->exchanges.count; i++) {
        if (!weir_str_is(step->exchanges.list[i].method, "GET")) {
            return false;
        }
    }
    return true;
}

/* The next ensure that wants the same, or 0. */
static size_t find_finder(const struct spot *spot)
{
    for (size_t i = spot->n + 1; i < spot->c->step_count; i++) {
        const struct case_step *later = &spot->c->steps[i];

        if (later->kind == STEP_REMOVE) {
            break;
        }
        if (later->kind == STEP_ENSURE && wants_same(&spot->step->want, &later->want)) {
            return only_reads(later) ? i : 0;
        }
    }
    return 0;
}

static void ensure_again(const struct spot *spot, struct trial *t, size_t finder, const char *made,
                         const char *how)
{
    struct step_result r;

    answers_begin(&t->answers, &spot->c->steps[finder]);
    if (how[0] != '\0' && !trial_restart(t)) {
        spot_fail(spot, "the instance does not open again: %s", t->border.err.message);
        return;
    }
    trial_call(&r, t, spot->n);
    if (t->answers.writes > 0 || r.have.changed) {
        spot_fail(spot, "ensure once more%s changes something though nothing was wrong", how);
        findings_lines(spot->f, buf_str(&t->answers.log));
    } else if (r.rc != 0) {
        spot_fail(spot, "ensure once more%s fails with %s: %s", how, case_code_word(r.rc), r.err.message);
    } else if (strcmp(made, r.have.remote_id) != 0) {
        spot_fail(spot, "ensure once more%s reports another subscription: %s, not %s", how, r.have.remote_id,
                  made);
    }
    step_result_fini(&r);
}

static void visit_twice(const struct spot *spot)
{
    struct trial t;
    struct step_result r;
    size_t finder = spot->step->kind == STEP_ENSURE ? find_finder(spot) : 0;

    if (finder == 0) {
        return;
    }
    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        bool created;

        trial_call(&r, &t, spot->n);
        created = r.rc == 0 && r.have.changed && t.answers.strangers == 0;
        if (created) {
            ++*spot->material;
            ensure_again(spot, &t, finder, r.have.remote_id, "");
            ensure_again(spot, &t, finder, r.have.remote_id, " after a restart");
        }
        step_result_fini(&r);
    }
    trial_fini(&t);
}

static void visit_removed(const struct spot *spot)
{
    struct trial t;
    struct step_result r;

    if (spot->step->kind != STEP_INSPECT || spot->n == 0 || spot->c->steps[spot->n - 1].kind != STEP_REMOVE) {
        return;
    }
    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        ++*spot->material;
        trial_call(&r, &t, spot->n);
        if (r.rc != 0 || r.have.state != WEIR_SUB_NONE) {
            spot_fail(spot, "after remove, inspect does not report that there is none: %s, state %d",
                      case_code_word(r.rc), (int)r.have.state);
        }
        step_result_fini(&r);
    }
    trial_fini(&t);
}

static void run_twice(const struct task *task, struct findings *f)
{
    const struct check *own = task->arg;

    trial_each(
        own->suite, f, NULL,
        "a case with an ensure that makes the subscription, and a later one that wants the same and finds it",
        visit_twice);
}

static void run_removed(const struct task *task, struct findings *f)
{
    const struct check *own = task->arg;

    trial_each(own->suite, f, NULL, "a case with remove, and inspect as the next step", visit_removed);
}

void check_fault_ensure_add(struct suite *s)
{
    check_add(s, "contract: ensure twice", "one subscription, however often it is asked for", run_twice,
              NULL);
    check_add(s, "contract: inspect after remove", "what was removed is not there", run_removed, NULL);
}
