/*
 * sse: Server-Sent Events, from the bytes of a stream to its events (the parsing rules of the HTML standard).
 *
 * Bytes come in pieces of any size. What is gathered is bounded: a line or an event that is longer ends the
 * stream.
 */
#ifndef WEIR_NET_SSE_H
#define WEIR_NET_SSE_H

#include "base/buf.h"

/* Lent until take returns. */
struct sse_event {
    struct weir_str type; /* "message" where the stream names none */
    struct weir_str data;
    struct weir_str id; /* the last one that was named; empty: none yet */
};

struct sse {
    struct buf line, type, data, id;
    struct buf last_id; /* to come back with; complete events alone change it */
    uint32_t retry_ms;  /* what the stream asks for before one comes back; 0: it does not say */
    uint8_t mark;       /* how much of a byte order mark was seen, at the beginning alone */
    bool begun, after_cr;
};

/* event_max: bytes of one event's data, and of a line. Thread: any, one at a time per stream, as all here. */
void sse_init(struct sse *s, size_t event_max);
void sse_fini(struct sse *s);
/* A new connection to the same stream: what was half read is forgotten, last_id and retry_ms stay. */
void sse_restart(struct sse *s);

/* WEIR_E_LIMIT: a line or an event is too long; only sse_restart helps. WEIR_E_MEMORY. */
int sse_feed(struct sse *s, struct weir_bytes bytes, void (*take)(void *ctx, const struct sse_event *event),
             void *ctx, struct weir_error *err);

#endif
