/*
 * instance: one integration's connector at work, with the services it is lent.
 *
 * Owns the struct weir_host: HTTP with retries and token buckets, settings, state, log with secrets blanked.
 * Where the state is kept and how requests are sent is handed in.
 */
#ifndef WEIR_HOST_INSTANCE_H
#define WEIR_HOST_INSTANCE_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "host/health.h"
#include "net/client.h"
#include "weir/connector.h"

struct instance;

struct instance_setting {
    const char *key, *value; /* copied */
};

struct instance_options {
    const char *integration; /* "personio:acme" */
    const char *base_url;    /* NULL: the connector's */
    bool allow_private;      /* base_url may lead to a private address */
    const struct instance_setting *settings;
    size_t setting_count;
    uint32_t call_timeout_ms;    /* deadline of one call, all its requests and waits included; 0: 120,000 */
    uint32_t request_timeout_ms; /* of one request, when the connector does not say; 0: 30,000 */
    uint32_t retry_first_ms;     /* wait before a request's second try, doubled for the third; 0: 1,000 */
    struct client *client;
    const struct clock *clock;
    struct metrics *metrics; /* NULL: nothing is counted */
    struct health *health;   /* of the tool, counted with the instance's own; lent, may be NULL */
    /* As store_state_get and store_state_put. Called on the worker. */
    int (*state_get)(void *ctx, struct weir_str key, void *buf, size_t cap, size_t *len,
                     struct weir_error *err);
    int (*state_put)(void *ctx, struct weir_str key, struct weir_bytes value, struct weir_error *err);
    void *state_ctx;
    /*
     * Whoever opens the instance may put services of its own in the place of the lent ones: host is filled
     * and not yet seen by the connector, and lend may change all of it, ctx too. Called once, within
     * instance_open. A copy of *host made there goes on working as long as the instance. NULL: nothing is
     * changed.
     */
    void (*lend)(void *lend_ctx, struct weir_host *host);
    /* Of whoever plays http itself: is the response one that it lent in this call, and still does? NULL: all are
     * the host's. */
    bool (*lent)(void *lend_ctx, const struct weir_http_response *response);
    void *lend_ctx;
};

/* Calls connector->open. WEIR_E_CONFIG: a setting is missing, unknown or bad. Thread: worker, setup, web (a
 * reload). */
int instance_open(struct instance **out, const struct weir_connector *connector,
                  const struct instance_options *options, struct weir_error *err);
/* Waits for a running call. NULL does nothing. Thread: worker, setup. */
void instance_close(struct instance *inst);
/* Waits inside the instance's calls end soon with WEIR_E_STOPPING, and so does each later call; a request
 * that is on the wire ends with its client. Thread: any. */
void instance_stop(struct instance *inst);

/*
 * What http asks of a request before it sends anything: is it well-formed, and does it stay at the origin of
 * base_url? Appends the absolute address to url. host is the one that was lent (or a copy of it): for whoever
 * plays http itself. WEIR_E_INVALID with blame, WEIR_E_CONFIG. Thread: worker, setup, within a call.
 */
int instance_http_check(struct buf *url, const struct weir_host *host,
                        const struct weir_http_request *request, const struct weir_http_response *response,
                        struct weir_error *err);

const struct weir_connector *instance_connector(const struct instance *inst);
const char *instance_integration(const struct instance *inst);
/* Of this instance alone. Thread: any. */
void instance_health(struct health_view *out, const struct instance *inst);

#endif
