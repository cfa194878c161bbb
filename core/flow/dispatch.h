/*
 * dispatch: notifications, from the outbox to the application's endpoints.
 *
 * Each endpoint has its own queue and its own concurrency, so a bad one delays nobody else. An attempt is
 * booked once, when its outcome is known, and only then is its place in the outbox free; the next one is sent
 * meanwhile. Signs with both
 * signatures. Knows nothing of what a message says.
 */
#ifndef WEIR_FLOW_DISPATCH_H
#define WEIR_FLOW_DISPATCH_H

#include "flow/pulse.h"
#include "net/client.h"
#include "store/store.h"

struct dispatch;

#define DISPATCH_RETRIES_MAX 16
#define DISPATCH_SECRETS_MAX 4

struct dispatch_options {
    uint32_t timeout_ms;
    int64_t retry_ms[DISPATCH_RETRIES_MAX]; /* wait before the second, third, ... attempt */
    size_t retry_count;
    uint32_t jitter_percent;
    uint32_t probe_ms;     /* between attempts at an endpoint that keeps failing */
    uint32_t disable_days; /* it is disabled when it failed for so long; 0: never */
    /* What dispatch_takes says may be another now. Thread: any but the loop, without a lock. NULL: nobody
     * asks. */
    void (*on_endpoints)(void *ctx);
    /* An endpoint took a notification that tells these changes (0: none). Thread: client, without a lock.
     * NULL likewise. */
    void (*on_taken)(void *ctx, uint32_t endpoint, uint32_t integration, uint64_t first_change,
                     uint64_t last_change);
    void *ctx;
};

/* One at a time, of the endpoint or of each integration: one that fails holds back those behind it until it
 * was delivered or given up. */
enum dispatch_order { DISPATCH_ANY_ORDER = 0, DISPATCH_STRICT = 1, DISPATCH_PER_INTEGRATION = 2 };

/* One endpoint as the config says it. Copied. */
struct dispatch_endpoint {
    struct store_endpoint row;
    const char *url;
    const char *secrets[DISPATCH_SECRETS_MAX]; /* the newest first; all of them sign */
    int64_t
        secret_until_ms[DISPATCH_SECRETS_MAX]; /* signs no more from then on; 0: for ever. Not of the first */
    size_t secret_count;
    const struct weir_header *headers;
    size_t header_count;
    bool allow_private;
    bool enabled; /* false: its notifications wait */
    uint32_t concurrency;
    uint32_t timeout_ms; /* 0: that of the options */
    enum dispatch_order order;
    uint32_t events;              /* STORE_EVENT_ bits of what it is sent */
    const uint32_t *integrations; /* ... of these alone; NULL: of all */
    size_t integration_count;
};

/* Thread: setup. */
int dispatch_new(struct dispatch **out, const struct dispatch_options *options, struct store *store,
                 struct client *client, const struct clock *clock, struct metrics *metrics,
                 struct weir_error *err);
int dispatch_start(struct dispatch *d, struct weir_error *err);
/* Begin no further attempt; wait at most grace_ms for those on their way. */
void dispatch_stop(struct dispatch *d, uint32_t grace_ms);
void dispatch_free(struct dispatch *d); /* after the client and the store were stopped */

/* From now on these. Notifications of an endpoint that is no longer there wait in the outbox. Thread: setup,
 * web. */
int dispatch_endpoints_set(struct dispatch *d, const struct dispatch_endpoint *endpoints, size_t count,
                           struct weir_error *err);
/* Something is due for this endpoint (0: any). Thread: any. */
void dispatch_poke(struct dispatch *d, uint32_t endpoint);

/* Is there an endpoint in use that is sent this STORE_EVENT_ of this integration? Thread: any. */
bool dispatch_takes(struct dispatch *d, uint32_t event, uint32_t integration);

/* What a person sees of an endpoint. */
struct dispatch_state {
    struct store_endpoint row;
    char url[1024];
    bool enabled, probing;
    uint32_t in_flight;
    uint32_t events;
    int64_t disables_ms; /* when it will be disabled if it goes on failing; 0: it will not */
    char last_error[160];
    struct pulse_sum pulse;
};
/* The n-th; false behind the last. Thread: any. */
bool dispatch_nth(struct dispatch_state *out, struct dispatch *d, size_t n);
/* How attempts at one went, hour by hour; false: there is no such endpoint. Thread: any. */
bool dispatch_pulse(struct pulse_point out[PULSE_HOURS], struct dispatch *d, struct weir_str name);
/* A person enables it again (after 410), or disables it. WEIR_E_NONE: no such name. Thread: web. */
int dispatch_enable(struct dispatch *d, struct weir_str name, bool enable, struct weir_error *err);

struct rate;
/* Notifications that were taken in the last hour. Thread: any. */
const struct rate *dispatch_rate(const struct dispatch *d);

#endif
