/*
 * trace_set: what is known to belong to a trace: deliveries, stretches of the change log, notifications.
 *
 * Each set is bounded; what has no room is counted as left out.
 */
#ifndef WEIR_WEB_TRACE_SET_H
#define WEIR_WEB_TRACE_SET_H

#include "web/trace.h"

/* Thread: any, as all calls here. */
bool trace_has_delivery(const struct trace *t, uint64_t number);
void trace_add_delivery(struct trace *t, uint64_t number);
/* Those that an entry of the log names. */
void trace_add_deliveries(struct trace *t, struct weir_str json);
bool trace_has_any_delivery(const struct trace *t, struct weir_str json);
bool trace_overlaps(const struct trace *t, const struct trace_range *range);
void trace_add_range(struct trace *t, const struct trace_range *range);
bool trace_is_told(const struct trace *t, struct weir_str id);

#endif
