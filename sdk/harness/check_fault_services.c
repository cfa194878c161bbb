/*
 * check_fault_services: each use of a host's service, and each call of a sink, fails in turn.
 *
 *   fails with        the call has to end with
 *   WEIR_E_LATER      the code itself, WEIR_E_LATER, WEIR_E_MEMORY or WEIR_E_IO: it is tried again.
 *   WEIR_E_MEMORY     Success where nothing is missing in the result: a value that could not be kept
 *   WEIR_E_IO         for later may be done without
 *   WEIR_E_STOPPING   the same, at once: all further uses fail the same way. Or what the call comes to
 *                     otherwise, where all was done
 *   a sink's code     that code, and no further call of a sink
 *
 * A failure that comes back as another code would set an event aside, or stop the integration, for a disk
 * that was full for a moment.
 */
#include "check_fault.h"

#include "judge.h"
#include "trial.h"

#include <stdlib.h>

#define FURTHER_MAX 2 /* uses after WEIR_E_STOPPING: what it has begun may be put in order */
#define USES_MAX 400  /* of one step; a case with a long listing is tried at its beginning */

/* Which use fails, and what came of it. */
struct breaker {
    size_t at; /* the use that fails (1: the first of the step); 0: none */
    int code;
    struct trial *trial;
    size_t used;          /* since the step began */
    int use;              /* what failed */
    size_t further;       /* uses behind it */
    size_t further_sinks; /* ... that were a sink's */
};

static int before(void *ctx, int use, struct weir_error *err)
{
    struct breaker *b = ctx;
    bool again;

    if (!border_use_fails(use)) {
        return 0;
    }
    b->used++;
    again = b->at > 0 && b->used > b->at;
    if (again) {
        b->further++;
        b->further_sinks += use >= STAGE_SERVICES ? 1 : 0;
    }
    if (b->used == b->at) {
        b->use = use;
    }
    if (b->used == b->at || (again && (b->code == WEIR_E_STOPPING || b->use >= STAGE_SERVICES))) {
        return weir_fail(err, b->code, "%s failed because it was told to", border_use_word(use));
    }
    return 0;
}

/* ---- what came of it ---- */

static const char *what(char out[120], const struct breaker *b)
{
    (void)snprintf(out, 120, "%s (use %zu) fails with %s", border_use_word(b->use), b->at,
                   case_code_word(b->code));
    return out;
}

static bool is_retried(int rc, int code)
{
    return rc == code || rc == WEIR_E_LATER || rc == WEIR_E_MEMORY || rc == WEIR_E_IO;
}

static void judge_success(const struct spot *spot, const struct breaker *b, const struct step_result *plain,
                          const struct step_result *r)
{
    char text[120];

    if (!judge_has_all(plain->harvest.records, r->harvest.records) ||
        !judge_has_all(plain->harvest.events, r->harvest.events) ||
        !judge_has_all(r->harvest.gone, plain->harvest.gone) ||
        !judge_has_all(r->harvest.complete, plain->harvest.complete) ||
        !judge_has_all(plain->harvest.touched, r->harvest.touched) ||
        r->passed.status != plain->passed.status ||
        (plain->harvest.next.len > 0) != (r->harvest.next.len > 0)) {
        spot_fail(spot, "%s: success, and the result is not what it is without the failure", what(text, b));
    } else if (plain->verdict.decision != WEIR_ACCEPT && r->verdict.decision == WEIR_ACCEPT) {
        spot_fail(spot, "%s: a delivery is accepted that is not without the failure", what(text, b));
    }
}

static void judge_result(const struct spot *spot, const struct breaker *b, const struct step_result *plain,
                         const struct step_result *r)
{
    int rc = b->trial->border.rc;
    bool sink = b->use >= STAGE_SERVICES;
    char text[120];

    if (rc > 0 || rc < WEIR_E_STOPPING) {
        spot_fail(spot, "%s: it returned %d, which is no code of the contract", what(text, b), rc);
    } else if (sink && rc != b->code) {
        spot_fail(spot, "%s: it ended with %s, where the sink's code has to be passed up", what(text, b),
                  case_code_word(rc));
    } else if (sink && b->further_sinks > 0) {
        spot_fail(spot, "%s: it went on to call the sink", what(text, b));
    } else if (rc == 0) {
        judge_success(spot, b, plain, r);
    } else if (b->code == WEIR_E_STOPPING && rc != WEIR_E_STOPPING && rc != plain->rc) {
        spot_fail(spot, "%s: it ended with %s, where it has to be passed up", what(text, b),
                  case_code_word(rc));
    } else if (!is_retried(rc, b->code) && rc != plain->rc) {
        spot_fail(spot, "%s: it ended with %s, so that it is not tried again", what(text, b),
                  case_code_word(rc));
    } else {
        judge_words(spot, b->trial, what(text, b));
    }
    if (b->code == WEIR_E_STOPPING && b->further > FURTHER_MAX) {
        spot_fail(spot, "%s: it went on with %zu further uses of the host", what(text, b), b->further);
    }
}

/* Afterwards the same call is what it is otherwise. What changes something at the tool is not repeated. */
static void judge_afterwards(const struct spot *spot, struct breaker *b, const struct step_result *plain)
{
    size_t at = b->at;
    char text[120];
    char words[160];

    if (trial_changes(spot->step)) {
        return;
    }
    (void)snprintf(words, sizeof words, "after %s the same call", what(text, b));
    b->at = 0;
    spot_again(spot, b->trial, plain, words);
    b->at = at;
}

static void disturb(const struct spot *spot, const struct step_result *plain, size_t at, int code)
{
    struct trial t;
    struct breaker b = {.code = code, .trial = &t, .use = -1};
    struct step_result r;

    trial_init(&t, spot->connector, spot->c, before, &b);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        b.at = at;
        b.used = 0;
        trial_call(&r, &t, spot->n);
        if (b.use >= 0) {
            ++*spot->material;
            judge_result(spot, &b, plain, &r);
            if (b.code != WEIR_E_STOPPING) {
                judge_afterwards(spot, &b, plain);
            }
        }
        step_result_fini(&r);
    }
    trial_fini(&t);
}

static void visit(const struct spot *spot)
{
    const int *code = spot->arg;
    struct trial t;
    struct breaker b = {.trial = &t};
    struct step_result plain;

    trial_init(&t, spot->connector, spot->c, before, &b);
    if (trial_reach(&t, spot->n) && trial_begin_step(&t, spot->n)) {
        b.used = 0;
        trial_call(&plain, &t, spot->n);
        for (size_t at = 1; t.answers.strangers == 0 && at <= b.used && at <= USES_MAX && !spot_is_full(spot);
             at++) {
            disturb(spot, &plain, at, *code);
        }
        step_result_fini(&plain);
    }
    trial_fini(&t);
}

/* ---- the instance does not open ---- */

/* open is all of the material that a case without a step's use has. */
static void visit_open(const struct spot *spot)
{
    const int *code = spot->arg;
    bool more = spot->n == 0;

    for (size_t at = 1; more && at <= USES_MAX; at++) {
        struct trial t;
        struct breaker b = {.at = at, .code = *code, .trial = &t, .use = -1};
        char text[120];

        trial_init(&t, spot->connector, spot->c, before, &b);
        more = b.use >= 0 && !spot_is_full(spot);
        if (more && t.border.rc != 0 && !is_retried(t.border.rc, *code)) {
            spot_fail(spot, "open, %s: it ended with %s", what(text, &b), case_code_word(t.border.rc));
        }
        trial_fini(&t);
    }
}

static void run(const struct task *task, struct findings *f)
{
    const struct check *own = task->arg;

    trial_each(own->suite, f, own->arg,
               "a case with a step that uses a service of the host or emits something", visit);
    if (f->skipped[0] == '\0') {
        struct findings opened;

        findings_init(&opened); /* mostly there is no material: that is no reason to skip */
        trial_each(own->suite, &opened, own->arg, "", visit_open);
        if (opened.count > 0) {
            findings_add(f, "open", "the instance does not open as it has to");
            findings_lines(f, buf_str(&opened.text));
        }
        findings_fini(&opened);
    }
}

void check_fault_services_add(struct suite *s)
{
    static const int codes[] = {WEIR_E_LATER, WEIR_E_IO, WEIR_E_MEMORY, WEIR_E_STOPPING};

    check_add(s, "contract: services later", "each service fails in turn: later", run, &codes[0]);
    check_add(s, "contract: services io", "each service fails in turn: the disk", run, &codes[1]);
    check_add(s, "contract: services memory", "each service fails in turn: no memory", run, &codes[2]);
    check_add(s, "contract: services stopping", "the daemon goes down at each use of a service", run,
              &codes[3]);
}
