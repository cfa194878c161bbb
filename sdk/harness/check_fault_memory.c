/*
 * check_fault_memory: each allocation of the connector fails in turn, alone and with all behind it.
 *
 * The call has to end with WEIR_E_MEMORY or WEIR_E_LATER, or with the result that it has with memory, and the
 * same call has to work afterwards. Allocations of jansson on the connector's behalf count, those of the
 * harness and of the host do not. What leaks on the way out shows in a build with a sanitizer, and in
 * contract: traces.
 */
#include "check_fault.h"

#include "heap.h"
#include "judge.h"
#include "trial.h"

#include <stdlib.h>

/* Of one call: the first ones each, and as many of those behind them. */
#define FIRST_MAX 60
#define FURTHER_MAX 60

/* The nth that is tried is allocation number...; 0: it is over. */
static long place_of(long nth, long made)
{
    long behind = made - FIRST_MAX;

    if (nth <= FIRST_MAX || behind <= FURTHER_MAX) {
        return nth <= made ? nth : 0;
    }
    return nth <= FIRST_MAX + FURTHER_MAX ? FIRST_MAX + (nth - FIRST_MAX) * behind / FURTHER_MAX : 0;
}

struct shortage {
    long at;
    bool lasting;
};

static const char *what(char out[80], const struct shortage *s)
{
    (void)snprintf(out, 80, "allocation %ld%s fails", s->at, s->lasting ? " and all behind it" : "");
    return out;
}

static void judge_result(const struct spot *spot, const struct trial *t, const struct shortage *s,
                         const struct step_result *plain, const struct step_result *r)
{
    char *want = trial_text(plain, spot->step);
    char *text = trial_text(r, spot->step);
    bool same = text != NULL && want != NULL && strcmp(text, want) == 0;
    int rc = t->border.rc;
    char where[80];

    if (rc == 0 && !same) {
        spot_fail(spot, "%s: success, and the result is not what it is with memory", what(where, s));
    } else if (rc != 0 && !same && rc != WEIR_E_MEMORY && rc != WEIR_E_LATER) {
        spot_fail(spot, "%s: it ended with %s, where WEIR_E_MEMORY belongs: %s", what(where, s),
                  case_code_word(rc), t->border.err.message);
    } else if (rc != 0) {
        judge_words(spot, t, what(where, s));
    }
    free(want);
    free(text);
}

/* What changes something at the tool is not repeated: it may have done so. */
static void judge_afterwards(const struct spot *spot, struct trial *t, const struct shortage *s,
                             const struct step_result *plain)
{
    char where[80];
    char words[120];

    if (!trial_changes(spot->step)) {
        (void)snprintf(words, sizeof words, "after %s the same call", what(where, s));
        spot_again(spot, t, plain, words);
    }
}

static bool disturb(const struct spot *spot, const struct shortage *s, const struct step_result *plain)
{
    struct trial t;
    struct step_result r;
    bool failed = false;

    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        heap_fail(s->at, s->lasting);
        trial_call(&r, &t, spot->n);
        failed = heap_failed();
        if (failed) {
            ++*spot->material;
            judge_result(spot, &t, s, plain, &r);
            judge_afterwards(spot, &t, s, plain);
        }
        step_result_fini(&r);
    }
    trial_fini(&t);
    return failed;
}

/* Also of the instance's opening, once for each case. */
static void disturb_open(const struct spot *spot, bool lasting)
{
    bool failed = true;
    char where[80];

    for (long at = 1; failed && at <= FIRST_MAX && !spot_is_full(spot); at++) {
        struct shortage s = {at, lasting};
        struct trial t;

        heap_fail(at, lasting);
        trial_init(&t, spot->connector, spot->c, NULL, NULL);
        failed = heap_failed();
        *spot->material += failed ? 1 : 0;
        if (failed && t.border.rc != 0 && t.border.rc != WEIR_E_MEMORY && t.border.rc != WEIR_E_LATER) {
            spot_fail(spot, "open, %s: it ended with %s, where WEIR_E_MEMORY belongs", what(where, &s),
                      case_code_word(t.border.rc));
        }
        if (failed && t.open_rc != 0 && !trial_restart(&t)) {
            spot_fail(spot, "open, after %s: it does not open any more", what(where, &s));
        }
        trial_fini(&t);
    }
}

static void visit(const struct spot *spot)
{
    const bool *lasting = spot->arg;
    struct trial t;
    struct step_result plain;
    long made;

    if (spot->n == 0) {
        disturb_open(spot, *lasting);
    }
    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        made = heap_made();
        trial_call(&plain, &t, spot->n);
        made = heap_made() - made;
        for (long nth = 1; t.answers.strangers == 0 && place_of(nth, made) > 0 && !spot_is_full(spot);
             nth++) {
            struct shortage s = {place_of(nth, made), *lasting};

            if (!disturb(spot, &s, &plain)) {
                break;
            }
        }
        step_result_fini(&plain);
    }
    trial_fini(&t);
}

static void run(const struct task *task, struct findings *f)
{
    const struct check *own = task->arg;

    if (!heap_watches()) {
        findings_skip(f, "this build of weir-harness cannot stand before the allocator");
        return;
    }
    trial_each(own->suite, f, own->arg, "a connector that allocates something", visit);
}

void check_fault_memory_add(struct suite *s)
{
    static const bool alone = false;
    static const bool lasting = true;

    check_add(s, "contract: memory once", "each allocation fails in turn", run, &alone);
    check_add(s, "contract: memory gone", "from each allocation on there is no memory", run, &lasting);
}
