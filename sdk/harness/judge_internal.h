/*
 * judge_internal: what the files that judge share.
 *
 * judge.c has what holds of every call, judge_beyond.c what is done at the tool and passed through to it,
 * judge_words.c the words of a failure. Included by these alone.
 */
#ifndef WEIR_HARNESS_JUDGE_INTERNAL_H
#define WEIR_HARNESS_JUDGE_INTERNAL_H

#include "judge.h"

/* A finding, with the request that was hit. */
void judge_fail(const struct judged *j, const char *format, ...) WEIR_PRINTF(2, 3);
/* Did the call come to what it comes to without the fault? */
bool judge_is_same(const struct judged *j);
/* May it fail with that code? */
bool judge_allows(const struct judged *j, int rc);

/* What a success says to be gone, or complete, has to be what the answer says. */
void judge_deleted(const struct judged *j);

/* An action that ended well. */
void judge_acted(const struct judged *j);
/* A request that was passed through, or not. */
void judge_passed(const struct judged *j, int rc);

#endif
