/*
 * events_body: events of our own making as the body of an inbox item: recovered ones, references to look at,
 * what was set aside. One JSON array, written and read here alone.
 */
#ifndef WEIR_FLOW_EVENTS_BODY_H
#define WEIR_FLOW_EVENTS_BODY_H

#include "base/buf.h"
#include "weir/connector.h"

/* Append the body. Thread: any. */
void events_body_write(struct buf *out, const struct weir_event *events, size_t count);
/* Hand each event in it to each; its spans are lent. A code of each ends it. WEIR_E_INVALID: it is no such
 * body. Thread: worker. */
int events_body_read(struct weir_bytes body,
                     int (*each)(void *ctx, const struct weir_event *event, struct weir_error *err),
                     void *ctx, struct weir_error *err);

#endif
