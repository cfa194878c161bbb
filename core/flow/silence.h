/*
 * silence: how long an integration may be quiet before its subscription is doubted.
 *
 * Learned from its own deliveries: the longest pause that is usual here, nights and week-ends included, and
 * forgotten again over weeks. Knows nothing but a row of the store.
 */
#ifndef WEIR_FLOW_SILENCE_H
#define WEIR_FLOW_SILENCE_H

#include "store/store.h"

/* A delivery came at that time, after the one that the row names. A pause that began before we were there to
 * listen (listening_since_ms) teaches nothing. Thread: any. */
void silence_learn(struct store_integration *row, int64_t at_ms, int64_t listening_since_ms);
/* A longer pause is unusual: twice the longest usual one, between an hour and a week; a week until enough is
 * known. */
int64_t silence_limit_ms(const struct store_integration *row);
/* When its subscription has to be looked at, if nothing comes until then; INT64_MAX: nothing is expected. */
int64_t silence_due_ms(const struct store_integration *row);

#endif
