/*
 * instance_internal: what the files of host/ that make up an instance share.
 *
 * instance.c has its life, call.c the calls into the connector, pass.c requests passed through, sink.c what
 * it emits, services.c and http.c what it is lent, verdict.c and blame.c the checks of what it says. Included
 * by host/ and its tests alone.
 */
#ifndef WEIR_HOST_INSTANCE_INTERNAL_H
#define WEIR_HOST_INSTANCE_INTERNAL_H

#include "host/bucket.h"
#include "host/call.h"
#include "host/instance.h"

#include <pthread.h>
#include <stdatomic.h>

#define WEBHOOK_SECRETS 4 /* remembered, so that the log can blank them */
#define WEBHOOK_SECRET_MAX 256

enum call_kind {
    CALL_OPEN,
    CALL_CHECK,
    CALL_EVENTS,
    CALL_RECORD,
    CALL_LIST,
    CALL_MISSED,
    CALL_ENSURE,
    CALL_INSPECT,
    CALL_REMOVE,
    CALL_ACT,
    CALL_PASS,
    CALL_CLOSE,
    CALL_KINDS
};

struct setting {
    char *key, *value;
    bool secret;
};

struct kept_response {
    struct kept_response *next;
    struct client_response *response;
};

/* The call that a worker has in the connector. Only that worker reads and writes it. */
struct call {
    enum call_kind kind;
    int64_t started_us, deadline_us;
    const struct call_sink *out;
    size_t emitted;
    struct weir_str cursor; /* the page asked for */
    bool paged;             /* sink->next was called */
    bool misbehaved;        /* the contract was broken */
    bool told_to_stop;      /* it has heard WEIR_E_STOPPING from us */
    int sink_rc;            /* the sink's first failure ends the call, whatever the connector makes of it */
    struct weir_error sink_err;
    struct kept_response *responses;
    size_t response_bytes;
    uint32_t log_lines;
};

struct instance {
    const struct weir_connector *connector;
    void *self;
    struct weir_host host;
    struct weir_sink sink;
    char *integration, *base_url;
    bool allow_private;
    uint32_t call_timeout_ms, request_timeout_ms, retry_first_ms;
    struct client *client;
    const struct clock *clock;
    struct metrics *metrics;
    struct health *health;      /* its own */
    struct health *tool_health; /* lent; may be NULL */
    int (*state_get)(void *ctx, struct weir_str key, void *buf, size_t cap, size_t *len,
                     struct weir_error *err);
    int (*state_put)(void *ctx, struct weir_str key, struct weir_bytes value, struct weir_error *err);
    void *state_ctx;
    bool (*lent)(void *ctx, const struct weir_http_response *response); /* see instance_options; may be NULL */
    void *lent_ctx;
    struct setting *settings; /* fixed after instance_open */
    size_t setting_count;
    _Atomic(struct metric *) totals[CALL_KINDS][CALL_OUTCOMES]; /* made when first met */
    _Atomic(struct metric *) seconds[CALL_KINDS];

    pthread_mutex_t call_lock; /* held for the length of a worker's call */
    /* guarded by call_lock */
    struct call call;
    struct buckets buckets;
    char webhook_texts[WEBHOOK_SECRETS][WEBHOOK_SECRET_MAX];
    struct weir_str webhook_secrets[WEBHOOK_SECRETS];
    size_t webhook_next;
    /* Read without the lock, to find out whether a service or the sink is used by whom it was lent to. */
    atomic_bool in_call;
    _Atomic pthread_t caller;

    pthread_mutex_t stop_lock;
    pthread_cond_t stopped;
    bool stopping; /* guarded by stop_lock */
};

/* ---- instance.c ---- */
bool instance_is_stopping(struct instance *inst);
/* 0 when the time is over, WEIR_E_STOPPING when instance_stop came first. Thread: worker, setup. */
int instance_sleep(struct instance *inst, int64_t wait_ms, struct weir_error *err);
/* Is this the thread of a running call? Everything but what is marked [pure] asks. Thread: any. */
bool instance_in_call(const struct instance *inst);
const char *call_word(enum call_kind kind); /* "fetch.record" */

/* ---- services.c, http.c ---- */
/* Fill inst->host. Thread: worker, setup. */
void services_lend(struct instance *inst);
int http_service(const struct weir_host *host, const struct weir_http_request *request,
                 struct weir_http_response *response, struct weir_error *err);
void http_service_release(const struct weir_host *host, struct weir_http_response *response);
/* Can it be sent at all? */
bool http_header_fits(const struct weir_header *header);
/* Is the response one that http_service (or who stands before it) lent in this call, and still does? */
bool http_is_lent(const struct instance *inst, const struct weir_http_response *response);
/* Free what the call's responses hold. */
void http_release_all(struct instance *inst);

/* ---- requested.c ---- */
/* Tell who called of a request and its answer. Thread: worker, within a call. */
void requested_tell(struct instance *inst, const struct client_request *request,
                    const struct client_response *answer);

/* ---- sink.c ---- */
/* Fill inst->sink. Thread: worker, setup. */
void sink_lend(struct instance *inst);

/* ---- verdict.c ---- */
/* Is what check left in *verdict an answer? Sets the defaults. WEIR_E_INVALID with blame. Thread: any. */
int verdict_check(struct weir_verdict *verdict, const struct instance *inst,
                  const struct weir_request *request, struct weir_error *err);

/* ---- blame.c ---- */
/* WEIR_E_INVALID: "connector personio, fetch.list: <what it did>". Thread: any. */
int blame(const struct instance *inst, enum call_kind kind, struct weir_error *err, const char *format, ...)
    WEIR_PRINTF(4, 5);
/* Make one line of valid UTF-8 of what a connector left in an array. Thread: any. */
void blame_clean(char *text, size_t size);
/* Overwrite each secret setting and each of `secrets` in the first *len bytes of text; when cut, also what
 * its end shows of one. Thread: any. */
void blame_blank(char *text, size_t *len, bool cut, const struct instance *inst,
                 const struct weir_str *secrets, size_t secret_count);
/* The same of a terminated text in an array, cleaned too. Thread: any. */
void blame_clean_secret(char *text, size_t size, const struct instance *inst, const struct weir_str *secrets,
                        size_t secret_count);
/* What a connector's call returned becomes a code and a message to pass on: rc is not 0. Sets *misbehaved
 * when it is none. Thread: any. */
int blame_settle(const struct instance *inst, enum call_kind kind, int rc, struct weir_error *theirs,
                 bool *misbehaved, struct weir_error *err);

/* ---- call.c ---- */
/* Around each call on a worker. Leaving settles rc and theirs, and so does the sink's failure. */
int call_enter(struct instance *inst, enum call_kind kind, const struct call_sink *out,
               struct weir_error *err);
int call_leave(struct instance *inst, int rc, struct weir_error *theirs, struct weir_error *err);
/* WEIR_E_UNSUPPORTED: the connector has no such call. */
int call_not_offered(const struct instance *inst, enum call_kind kind, struct weir_error *err);

#endif
