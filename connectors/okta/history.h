/*
 * history: what happened while we were away, from Okta's System Log.
 *
 * The log is polled: no end is named, so nothing is skipped that was stored late, and an empty page is the
 * end. An entry has the same uuid as the event that the hook delivered, so what came twice counts once.
 * Thread: worker.
 */
#ifndef OKTA_HISTORY_H
#define OKTA_HISTORY_H

#include "okta.h"

/* Of struct weir_fetch: one page. WEIR_E_UNSUPPORTED: longer ago than Okta keeps. */
int history_missed(struct okta *self, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                   struct weir_error *err);

#endif
