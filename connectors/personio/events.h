/*
 * events: what a delivery, or an item of the kept event list, says happened: which record to look at.
 *
 * Reads tolerantly (Personio's reference and its wire disagree on names) and stores nothing of the
 * payload. The first delivery's company is pinned, and others' are rejected from then on.
 */
#ifndef PERSONIO_EVENTS_H
#define PERSONIO_EVENTS_H

#include "personio.h"

/* Of struct weir_verify. Thread: worker, as below. */
int events_read(void *self, const struct weir_request *request, const struct weir_sink *sink,
                struct weir_error *err);

/* Of struct weir_fetch: one page of what Personio kept (30 days). */
int events_missed(struct personio *self, int64_t since_ms, struct weir_str cursor,
                  const struct weir_sink *sink, struct weir_error *err);

#endif
