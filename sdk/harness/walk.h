/*
 * walk: all cases of a suite, played step by step for whoever wants to try something at each step.
 *
 * What a play itself finds is not told again: each case has a test of its own. A case that leaves its script
 * is left there. Thread: one.
 */
#ifndef WEIR_HARNESS_WALK_H
#define WEIR_HARNESS_WALK_H

#include "play.h"
#include "suite.h"

struct walk {
    /* The caller's to set; what may be NULL is. */
    struct findings *f;
    const struct stage_meddler *meddler; /* may be NULL */
    void *ctx;
    /* A case is about to be played, and its instance was opened. May be NULL. */
    void (*begins)(struct walk *w, const struct weir_connector *connector, const struct test_case *c);
    void (*opened)(struct walk *w, struct play *p);
    /* The step is about to be played: clock, state and instance are as it will find them. May be NULL. */
    void (*before)(struct walk *w, struct play *p, const struct case_step *step);
    /* It was played, along its script or not. May be NULL. */
    void (*after)(struct walk *w, struct play *p, const struct case_step *step, struct step_result *r);
    bool report; /* what is wrong with what the steps emit goes to f */

    char where[200]; /* "person_fetch, step 1 (deliver)", while one of the two runs */
};

/* Skips the check when there is no case, or the connector does not load. */
void walk_cases(struct walk *w, const struct suite *s);

#endif
