/*
 * dispatch_internal: the inside of dispatch, shared by its queues (dispatch.c) and its attempts (attempt.c).
 */
#ifndef WEIR_FLOW_DISPATCH_INTERNAL_H
#define WEIR_FLOW_DISPATCH_INTERNAL_H

#include "base/rate.h"
#include "flow/dispatch.h"

#include <pthread.h>

#define READY_MAX 64 /* notifications of an endpoint in memory */
#define CONCURRENCY_MAX 256
#define UNBOOKED_MAX 512 /* attempts of an endpoint that are on their way or wait for their booking */
#define FAILING_AFTER 10 /* failures in a row before an endpoint is only probed */

/* A notification on its way: a copy of what the outbox says. */
struct outgoing {
    struct outgoing *next;
    uint64_t seq;
    int64_t due_ms, created_at_ms;
    uint32_t attempts, integration;
    char id[ID_TEXT];
    size_t body_len;
    char body[]; /* body_len bytes */
};

struct endpoint {
    struct endpoint *next;
    bool retired; /* the config does not have it any more */
    struct store_endpoint row;
    char *url;
    char *secrets[DISPATCH_SECRETS_MAX];
    size_t secret_count;
    struct weir_header *headers;
    size_t header_count;
    bool allow_private, enabled;
    uint32_t concurrency;
    uint32_t events;
    uint32_t *integrations; /* NULL: all */
    size_t integration_count;
    struct outgoing *ready_first, *ready_last;
    size_t ready_count;
    int64_t read_due_ms; /* the outbox was read up to here; 0, 0: from its head */
    uint64_t read_seq;
    uint64_t unbooked[UNBOOKED_MAX]; /* sequence numbers, until their outcome is booked */
    uint32_t unbooked_count;
    uint32_t sending_count; /* of them: no answer yet; at most concurrency */
    bool exhausted;         /* the outbox had nothing further that is due */
    int64_t next_due_ms;    /* then: when to look again; 0: when poked */
    int64_t next_probe_ms;
    struct metric *delivered, *retried, *died, *seconds;
};

struct dispatch {
    struct dispatch_options options;
    struct store *store;
    struct client *client;
    const struct clock *clock;
    struct metrics *metrics;
    pthread_t thread;
    bool started;
    pthread_mutex_t lock; /* guards the rest, and all endpoints */
    pthread_cond_t wake;
    bool stopping, poked;
    struct endpoint *endpoints;
    struct rate delivered; /* of the last hour; of its own accord safe */
};

/* Send it; takes the notification. Called with the lock held. */
void attempt_take_send(struct dispatch *d, struct endpoint *e, struct outgoing *o);
/* It was answered, or will not be: the next one may be sent while this one is booked. With the lock. */
void dispatch_answered(struct dispatch *d, struct endpoint *e);
/* Free what the config said of it. With the lock, as the next one. */
void dispatch_unconfigure(struct endpoint *e);
/* Forget what was read of the outbox: it is read again. */
void dispatch_ready_clear(struct endpoint *e);
/* Endpoints came, went or were disabled. Without the lock. */
void dispatch_endpoints_changed(struct dispatch *d);
/* Its outcome is booked (or could not be): its place is free again. Takes the lock. */
void dispatch_booked(struct dispatch *d, struct endpoint *e, uint64_t seq);

#endif
