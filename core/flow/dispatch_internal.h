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
#define ANSWER_MAX (64u * 1024)
#define ORDER_HOLDS_MAX 64
#define ORDER_LOOKS 1024            /* of the outbox at once, for one whose turn it is */
#define ORDER_PASSED_MAX 1024       /* integrations whose notifications were passed over */
#define ORDER_REWIND_MS (60 * 1000) /* from the head again, so that nothing is passed over for long */
#define FAILING_AFTER 10            /* failures in a row before an endpoint is only probed */

/* A notification on its way: a copy of what the outbox says. */
struct outgoing {
    struct outgoing *next;
    uint64_t seq;
    uint64_t first_change, last_change;
    int64_t due_ms, created_at_ms;
    uint32_t attempts, integration;
    char id[ID_TEXT];
    size_t body_len;
    char body[]; /* body_len bytes */
};

/* What an integration has before read_due_ms and read_seq lies behind its place. */
struct order_passed {
    uint32_t integration;
    int64_t due_ms;
    uint64_t seq;
};

struct order_hold {
    uint32_t key; /* integration, or 0: the endpoint */
    int64_t until_ms;
};

struct endpoint {
    struct endpoint *next;
    bool was_retired; /* before the config at hand */
    bool retired;     /* the config does not have it any more */
    struct store_endpoint row;
    char *url;
    char *secrets[DISPATCH_SECRETS_MAX];
    int64_t secret_until_ms[DISPATCH_SECRETS_MAX];
    size_t secret_count;
    struct weir_header *headers;
    size_t header_count;
    bool allow_private, enabled;
    uint32_t concurrency, timeout_ms;
    enum dispatch_order order;
    struct order_hold holds[ORDER_HOLDS_MAX];
    size_t hold_count;
    int64_t all_held_until_ms; /* 0: they are not */
    struct order_passed *passed;
    size_t passed_count, passed_cap;
    int64_t rewound_ms;
    bool reading_on; /* nothing was found yet, and there is more to look at */
    uint32_t events;
    uint32_t *integrations; /* NULL: all */
    size_t integration_count;
    struct outgoing *ready_first, *ready_last;
    size_t ready_count;
    int64_t read_due_ms; /* the outbox was read up to here; 0, 0: from its head */
    uint64_t read_seq;
    struct {
        uint64_t seq;
        uint32_t integration;
    } unbooked[UNBOOKED_MAX]; /* until their outcome is booked */
    uint32_t unbooked_count;
    uint32_t sending_count; /* of them: no answer yet; at most concurrency */
    bool exhausted;         /* the outbox had nothing further that is due */
    int64_t next_due_ms;    /* then: when to look again; 0: when poked */
    int64_t next_probe_ms;
    struct pulse pulse;
    char last_error[160];
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
    pthread_cond_t wake, sampled;
    bool stopping, poked, no_samples;
    struct endpoint *endpoints;
    struct rate delivered; /* of the last hour; of its own accord safe */
};

/* What an answer means. */
struct verdict {
    enum store_attempt_outcome outcome;
    bool is_gone; /* 410: the endpoint does not want anything any more */
    bool counts;
    int64_t again_ms;    /* when it is tried again */
    int64_t next_due_ms; /* its place in the outbox from then on */
    char error[160];
};

/* ---- alarm.c: with the lock ---- */
enum alarm { ALARM_NONE, ALARM_FAILING, ALARM_DISABLED };
struct lesson {
    bool store_row;
    enum alarm alarm; /* others have to be told */
};
void alarm_learn(struct lesson *lesson, struct dispatch *d, struct endpoint *e, const struct verdict *v,
                 int64_t now_ms);
/* When it will be disabled if it goes on failing; 0: it will not. */
int64_t alarm_disables_ms(const struct endpoint *e, uint32_t days);
/* ... without it. */
struct alarm_note {
    enum alarm alarm;
    struct store_endpoint row;
    int64_t at_ms; /* when it will be, or was, disabled */
    char error[160];
};
void alarm_tell(struct dispatch *d, const struct alarm_note *note);

/* ---- order.c: with the lock ---- */
/* Has one of this integration to wait for another one? */
bool order_blocks(const struct endpoint *e, uint32_t integration);
/* One of this integration failed, and stays where it is in the outbox. */
void order_hold(struct endpoint *e, uint32_t integration, int64_t due_ms, uint64_t seq, int64_t until_ms);
/* When the first hold ends (0: none is left); those that ended are let go. */
int64_t order_next_ms(struct endpoint *e, int64_t now_ms);
void order_forget(struct endpoint *e);
/* Make those ready whose turn it is, of an endpoint with an order: some of what is due is looked at. */
void order_refill(struct dispatch *d, struct endpoint *e, int64_t now_ms);
/* From the head of the outbox again. */
void order_rewind(struct endpoint *e);

/* ---- attempt.c: the headers of a message, ours and the endpoint's own. With the lock ---- */
#define SIGNED_HEADERS_MAX 24
struct signed_headers {
    char id[ID_TEXT], timestamp[32];
    struct buf kombo, standard;
    struct weir_header list[SIGNED_HEADERS_MAX];
    size_t count;
};
void signed_headers_init(struct signed_headers *h);
int signed_headers_fill(struct signed_headers *h, const struct endpoint *e, int64_t now_ms, const char *id,
                        struct weir_bytes body, struct weir_error *err);
void signed_headers_fini(struct signed_headers *h);

/* Nobody waits for the answer to a sample any more. */
void dispatch_stop_samples(struct dispatch *d);

/* Send it; takes the notification. Called with the lock held. */
void attempt_take_send(struct dispatch *d, struct endpoint *e, struct outgoing *o);
/* It was answered, or will not be: the next one may be sent while this one is booked. With the lock. */
void dispatch_answered(struct dispatch *d, struct endpoint *e);
/* Free what the config said of it. With the lock, as the next one. */
void dispatch_unconfigure(struct endpoint *e);
/* Read so much of the outbox, from where it ended the last time. false: it could not be read. */
bool dispatch_read(struct dispatch *d, struct endpoint *e, int64_t now_ms, int64_t after_due_ms,
                   uint64_t after_seq, size_t max,
                   bool (*each)(void *ctx, const struct store_notification *n), void *ctx);
/* Keep a copy, to be sent. false: no memory. */
bool dispatch_ready_add(struct endpoint *e, const struct store_notification *n);
/* Is it on its way, or being booked? */
bool dispatch_is_unbooked(const struct endpoint *e, uint64_t seq);
/* Forget what was read of the outbox: it is read again. */
void dispatch_ready_clear(struct endpoint *e);
/* Endpoints came, went or were disabled. Without the lock. */
void dispatch_endpoints_changed(struct dispatch *d);
/* Its outcome is booked, or could not be: its place is free again. Takes the lock. */
void dispatch_booked(struct dispatch *d, struct endpoint *e, uint64_t seq, bool is_booked);

#endif
