/*
 * expect: what a step came to, against what the case says of it.
 *
 * What the case leaves out is not compared, with two exceptions: a call that fails, or a delivery that is not
 * accepted, has to be expected in so many words.
 */
#ifndef WEIR_HARNESS_EXPECT_H
#define WEIR_HARNESS_EXPECT_H

#include "play.h"

/* Parts of what an answer passed through is to be: url, status, headers, body. */
void expect_passed(struct play *p, const struct case_step *step, const struct step_result *r);
void expect_step(struct play *p, const struct case_step *step, const struct step_result *r);

#endif
