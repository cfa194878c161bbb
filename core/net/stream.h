/*
 * stream: an answer that goes on: its head at once, its body piece by piece for as long as both sides like.
 *
 * What is written waits in a bounded buffer until the peer takes it. A peer that does not is cut off: what it
 * was given stays whole, then comes a farewell and the proper end of the body, and if it does not take that
 * either its connection is ended. While nothing is on its way no deadline runs.
 */
#ifndef WEIR_NET_STREAM_H
#define WEIR_NET_STREAM_H

#include "net/server.h"

struct stream;

struct stream_options {
    int status;
    const char *content_type;
    const struct weir_header *headers;
    size_t header_count;
    size_t pending_max; /* bytes that wait for the peer */
    /* Last words, constant: to a peer that is too slow, and when the server stops. May be NULL. */
    const char *farewell_slow, *farewell_stop;
    /* There is room again, after stream_has_room said no. Loop thread. May be NULL. */
    void (*drained)(void *ctx);
    /* Nobody listens any more: exactly once, also after stream_unref. Loop thread, or within
     * exchange_take_stream when the server has stopped; it may still write, which does nothing. */
    void (*gone)(void *ctx);
    void *ctx;
};

/* Answer x with a stream, which is the caller's to unref; x is gone for the caller. NULL: there was no
 * memory, x was answered 503 and gone is not called. Thread: any, as all calls here. */
struct stream *exchange_take_stream(struct exchange *x, const struct stream_options *options);
/* Append. false: it is over, or this was too much for a slow peer, which is cut off; nothing was taken. */
bool stream_write(struct stream *s, struct weir_bytes bytes);
/* Would len bytes fit? When not, drained is called once they do with as much again left over. */
bool stream_has_room(struct stream *s, size_t len);
/* The last words (may be NULL), and then the end of the body. */
void stream_end(struct stream *s, const char *farewell);
/* Ends it, unless it was ended. */
void stream_unref(struct stream *s);

#endif
