/*
 * trial: a case played by whoever disturbs it.
 *
 * The connector stands behind a border, the tool is the case's answers, and nothing is compared: what comes
 * of a step is for the caller to judge. Also the way through all cases of a suite.
 */
#ifndef WEIR_HARNESS_TRIAL_H
#define WEIR_HARNESS_TRIAL_H

#include "answers.h"
#include "border.h"
#include "play.h"
#include "suite.h"
#include "tool.h"

#define TRIAL_FINDINGS_MAX 8 /* of one test: what is wrong once is wrong at many places */

struct trial {
    const struct test_case *c;
    struct border border;
    struct answers answers;
    struct stage_meddler meddler;
    struct findings quiet; /* of what the harvest finds; a case's own test tells it */
    struct play play;
    int open_rc; /* of the connector's open */
};

/* The instance is open, or open_rc says why not. before and ctx are the border's. connector and c live
 * longer. */
void trial_init(struct trial *t, const struct weir_connector *connector, const struct test_case *c,
                int (*before)(void *ctx, int use, struct weir_error *err), void *ctx);
void trial_fini(struct trial *t);

/* Play the n-th step: begin makes the step's answers and its time the ones in force (and restarts where the
 * step says so: false, it did not open), and call makes its calls. */
bool trial_begin_step(struct trial *t, size_t n);
void trial_call(struct step_result *r, struct trial *t, size_t n);
/* Both, with the steps before n; undisturbed. false: an instance did not open. */
bool trial_reach(struct trial *t, size_t n);
/* Close and open. */
bool trial_restart(struct trial *t);

/* What came out, as text that is equal if and only if it is the same: code, records, gone, complete, events,
 * next, touched, an answer passed through; with subscription, too, unless the step fetches. Placeholders are
 * left out: they count once. free() it. */
char *trial_text(const struct step_result *r, const struct case_step *step);

/* Does the step change something at the tool, so that it is not simply made again? */
bool trial_changes(const struct case_step *step);

/* ---- all cases of a suite ---- */

/* One step of one case. */
struct spot {
    const struct weir_connector *connector;
    const struct test_case *c;
    const struct case_step *step;
    size_t n;
    struct findings *f;
    const void *arg;
    size_t *material; /* counted up by whoever found something to test */
};

/* visit each step (of each case that can be read), until there are findings enough. missing: what is said
 * when nobody found material, "a case with ...". */
void trial_each(const struct suite *s, struct findings *f, const void *arg, const char *missing,
                void (*visit)(const struct spot *spot));
/* The same with a connector that is loaded already. */
void trial_cases(const struct weir_connector *connector, const struct suite *s, struct findings *f,
                 const void *arg, const char *missing, void (*visit)(const struct spot *spot));

/* The step, whose answers are in force again, is called once more and compared with what it came to first. A
 * call that asks for what the case does not know is not judged: it goes on from where the first one ended.
 * what: "after ... the same call". */
void spot_again(const struct spot *spot, struct trial *t, const struct step_result *first, const char *what);

/* A finding at the spot: "<case>: <step>: ". */
void spot_fail(const struct spot *spot, const char *format, ...) WEIR_PRINTF(2, 3);
/* Findings enough? */
bool spot_is_full(const struct spot *spot);

#endif
