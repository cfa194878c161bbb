/*
 * stage: an instance of a connector on a host that follows a script.
 *
 * The instance is the daemon's own, with all its checks; its services are wrapped. HTTP is answered by the
 * script, the clock stands unless the case moves it, random bytes are the same each time, state is kept in
 * memory and survives a restart, and what the connector logs is kept as it wrote it. A meddler may make any
 * service fail. Thread: one, as all of the harness; but call_check on its instance may run beside a call, as
 * long as the clock is not moved.
 */
#ifndef WEIR_HARNESS_STAGE_H
#define WEIR_HARNESS_STAGE_H

#include "script.h"

#include "host/call.h"
#include "model/scope.h"

enum stage_service {
    STAGE_HTTP,
    STAGE_NOW,
    STAGE_LOG,
    STAGE_SETTING,
    STAGE_STATE_GET,
    STAGE_STATE_PUT,
    STAGE_HMAC,
    STAGE_EQUAL,
    STAGE_RANDOM,
    STAGE_DIGEST,
    STAGE_SIGN,
    STAGE_KEY_NEW,
    STAGE_KEY_PUBLIC,
    STAGE_SERVICES
};
const char *stage_service_word(enum stage_service service); /* "state_get" */

/* What a request is answered with; all of it lent until answer returns. */
struct stage_answer {
    int code; /* not 0: http fails with it */
    int status;
    const struct weir_header *headers;
    size_t header_count;
    struct weir_bytes body;
};

/* Whoever wants to disturb a play. Members may be NULL. */
struct stage_meddler {
    void *ctx;
    /* Before each use of a service. A code other than 0 is what it fails with, where it can fail at all. */
    int (*before)(void *ctx, enum stage_service service, struct weir_error *err);
    /* Change what the script answers. */
    void (*answer)(void *ctx, const struct weir_http_request *request, struct stage_answer *answer);
    /* true: *answer is filled and the script is not asked. url is absolute. */
    bool (*play)(void *ctx, const struct weir_http_request *request, struct weir_str url,
                 struct stage_answer *answer);
    /*
     * Not NULL: requests go to the tool itself, as the daemon sends them, and neither play nor the script is
     * asked; random bytes are such. heard is told how each ended: response is filled when rc is 0.
     */
    struct client *client;
    bool allow_private;
    void (*heard)(void *ctx, const struct weir_http_request *request, struct weir_str url, int rc,
                  const struct weir_http_response *response);
};

struct stage;

/* connector, c, meddler (may be NULL) and f live longer. The instance is not open yet. */
struct stage *stage_new(const struct weir_connector *connector, const struct test_case *c,
                        const struct stage_meddler *meddler, struct findings *f);
/* Closes it. NULL does nothing. */
void stage_free(struct stage *st);

/* Opens the instance; an open one is closed before (a restart). A code of the contract. */
int stage_open(struct stage *st, struct weir_error *err);
struct instance *stage_instance(const struct stage *st); /* NULL: not open */
/* Whose instance was lent this host. */
const struct weir_connector *stage_lent_to(const struct weir_host *host);
const struct scope *stage_scope(const struct stage *st);
struct script *stage_script(struct stage *st);

int64_t stage_now_ms(const struct stage *st);
void stage_set_now(struct stage *st, int64_t now_ms);
/* How often the service was used since stage_new. */
size_t stage_used(const struct stage *st, enum stage_service service);

/* Give back the answers that the connector holds: its call has returned. */
void stage_call_over(struct stage *st);

/* What it logged since the last stage_log_clear, a line each, with its level: "warn: ...". */
struct weir_str stage_log(const struct stage *st);
void stage_log_clear(struct stage *st);
/* A value of the state; data is NULL when there is none. */
struct weir_bytes stage_state(const struct stage *st, struct weir_str key);
/* The n-th; false behind the last. */
bool stage_state_nth(struct weir_str *key, struct weir_bytes *value, const struct stage *st, size_t n);

#endif
