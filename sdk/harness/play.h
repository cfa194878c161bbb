/*
 * play: a case on a stage, step by step.
 *
 * play_step makes the calls of a step and compares nothing, so that whoever disturbs a play uses it, too;
 * play_case plays all steps and compares each with what the case expects.
 */
#ifndef WEIR_HARNESS_PLAY_H
#define WEIR_HARNESS_PLAY_H

#include "delivery.h"
#include "harvest.h"
#include "stage.h"

struct play {
    const struct weir_connector *connector;
    const struct test_case *c;
    struct findings *f;
    struct stage *stage;
    struct shelf shelf;
};

/* The stage is made and its instance opened. false after a finding. connector, c, meddler and f live longer.
 */
bool play_init(struct play *p, const struct weir_connector *connector, const struct test_case *c,
               const struct stage_meddler *meddler, struct findings *f);
void play_fini(struct play *p); /* also after a failed play_init */

/* What the calls of one step came to. */
struct step_result {
    int rc; /* of the last call that was made */
    struct weir_error err;
    bool accepted;               /* STEP_DELIVER: verify->events was called */
    struct weir_verdict verdict; /* STEP_DELIVER; its dedup_key is the text below */
    char dedup_key[257];
    struct weir_subscription have; /* STEP_ENSURE, STEP_INSPECT */
    struct pass_answer passed;     /* STEP_PASS */
    struct harvest harvest;
};

/* What comes before a step: the log is emptied, then its clock, its exchanges, a restart. false after a
 * finding. */
bool play_begin(struct play *p, const struct case_step *step);
/* Does not begin or end the script. *r is yours until step_result_fini. */
void play_step(struct step_result *r, struct play *p, const struct case_step *step);
void step_result_fini(struct step_result *r);

/* All of it; what is wrong becomes a finding. Ends with the first step that has one. */
void play_case(const struct weir_connector *connector, const struct test_case *c, struct findings *f);

#endif
