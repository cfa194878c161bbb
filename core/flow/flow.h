/*
 * flow: the river, from the hook to the notification, put together.
 *
 * Owns the work queue, the workers, dispatch and the schedule; is lent the store, the client and the
 * directory.
 */
#ifndef WEIR_FLOW_FLOW_H
#define WEIR_FLOW_FLOW_H

#include "base/latency.h"
#include "base/rate.h"
#include "flow/dispatch.h"
#include "flow/integration.h"
#include "flow/work.h"
#include "net/server.h"

struct flow_options {
    struct store *store;
    struct client *client;
    struct directory *directory;
    const struct clock *clock;
    struct metrics *metrics;
    uint32_t worker_count;
    uint32_t tries_max; /* of an event, before it is set aside */
    uint32_t backoff_first_ms, backoff_max_ms;
    uint32_t settle_ms;   /* wait before a record is fetched, so that more events join */
    uint32_t resting_max; /* deliveries kept of an integration that rests */
    uint64_t resting_bytes_max;
    uint32_t missing_retry_ms; /* a record neither the tool nor we have is asked for once more */
    int64_t sync_interval_ms, sync_relaxed_ms, ensure_interval_ms;
    int64_t sync_full_ms;      /* between two that read everything, where deltas can be read in between */
    int64_t sync_timeout_ms;   /* of one; counted anew after a restart */
    uint32_t sync_at_once_max; /* others wait for their turn; 0: three quarters of the workers */
    int64_t log_keep_ms, dead_keep_ms, sent_keep_ms, aside_keep_ms, seen_keep_ms, deleted_keep_ms,
        audit_keep_ms;
    struct dispatch_options dispatch;
    /* All of an integration that left is done. Thread: worker. May be NULL. */
    void (*left)(void *ctx, struct integration *it);
    void *left_ctx;
};

struct flow;

/* Thread: setup. */
int flow_new(struct flow **out, const struct flow_options *options, struct weir_error *err);
int flow_start(struct flow *flow, struct weir_error *err);
/* No further unit is begun; attempts on their way have grace_ms to end, then the client is stopped and the
 * workers are joined. Accepted deliveries stay in the inbox. Thread: setup. */
void flow_stop(struct flow *flow, uint32_t grace_ms);
void flow_free(struct flow *flow);

/* Render hook for the store (struct store_options.render); ctx is the directory. Thread: writer. */
void flow_render(void *directory, struct buf *out, const char *notification_id, uint32_t integration,
                 const struct store_change *changes, size_t count, uint64_t total,
                 const uint8_t *changed_models, size_t changed_model_count, struct weir_str changes_cursor);

/* Take what the directory holds now: lanes for new integrations, none for former ones. Thread: setup, web. */
int flow_attach_all(struct flow *flow, struct weir_error *err);

/* A whole request to /hooks/<id>[/tail] on the public listener. path is decoded up to tail. Thread: loop. */
void flow_hook(struct flow *flow, struct exchange *x, struct weir_str integration_id, struct weir_str tail);

/* Ask for a sync. *already: one is queued or running, id and full are its. Thread: web. WEIR_E_NONE: no such
 * integration. */
struct flow_sync {
    char id[ID_TEXT];
    bool full, already;
};
int flow_sync_request(struct flow_sync *out, struct flow *flow, struct weir_str integration, bool full,
                      struct weir_error *err);
/* End the sync that is under way, behind the page that is being read. WEIR_E_NONE: there is none, or no such
 * integration. Thread: web. */
int flow_sync_cancel(char id[ID_TEXT], struct flow *flow, struct weir_str integration,
                     struct weir_error *err);
/* What the store does not know of the sync that is under way. false: there is none. Thread: any. */
struct flow_progress {
    uint64_t run;
    bool waiting;           /* for its turn */
    int64_t turn_ms;        /* when it got it, or went on after a restart */
    uint64_t records_then;  /* how far it was then */
    uint64_t records_hoped; /* what the last full one met; 0: not known */
};
bool flow_sync_progress(struct flow_progress *out, struct flow *flow, uint32_t integration);
/* When the next sync is due by itself; 0: as soon as possible, or not by time. Thread: any. */
int64_t flow_next_sync_ms(struct flow *flow, struct integration *it);
/* Ask for the subscription to be made right, also one that was removed; forget back-off, and that the
 * credentials were refused. WEIR_E_NONE: no such integration. WEIR_E_CONFIG: it is switched off.
 * WEIR_E_UNSUPPORTED: a person has to do it at the tool. Thread: web. */
int flow_ensure_request(struct flow *flow, struct weir_str integration, struct weir_error *err);
/* Ask for it to be removed at the tool, until somebody asks for the opposite. As above. Thread: web. */
int flow_unsubscribe_request(struct flow *flow, struct weir_str integration, struct weir_error *err);
/* It leaves, or left before the last stop: remove its subscription at the tool. Keeps a reference while it
 * needs it. flow_attach_all does so for those that the directory lost. Thread: setup, web. */
void flow_farewell(struct flow *flow, struct integration *it);
/* Rights that the tool did not grant. */
#define FLOW_LACKS_MAX 12
struct flow_lacks {
    size_t count;
    struct {
        char model[48]; /* that cannot be read without; empty: it is the webhook's */
        char message[252];
    } items[FLOW_LACKS_MAX];
};

/* Would the tool take these settings? candidate is in no directory. One cheap real call; waits for it.
 * WEIR_E_AUTH: they are refused. WEIR_E_CONFIG: one is wrong. WEIR_E_LATER: the tool does not answer. With
 * lacks each model that the scope reads is tried, and WEIR_E_PERMISSION says that rights lack; without, one
 * that lacks is no failure. Thread: web. */
int flow_try(struct flow *flow, struct integration *candidate, struct flow_lacks *lacks_or_null,
             struct weir_error *err);
/* Send a test message to an endpoint, and wait for its answer. WEIR_E_NONE: no such endpoint. Thread: web. */
struct flow_sample {
    char id[ID_TEXT];
    bool delivered;
    int status; /* 0: no answer */
    int64_t ms;
    char outcome[24], detail[160]; /* "answered", or what there was instead */
    char answer[1025];             /* how its body begins */
    /* What was sent. */
    char url[1024], body[2048], timestamp[32], kombo[128], standard[512];
};
int flow_sample(struct flow_sample *out, struct flow *flow, struct weir_str name, struct weir_error *err);
/* Is a message that an application got signed as this endpoint's are? Thread: web. */
struct flow_claim {
    struct weir_str id, timestamp, signature; /* as in the headers; of signatures there may be several */
    struct weir_bytes body;
};
struct flow_proof {
    const char *scheme; /* "standard", "kombo"; NULL: nothing fits */
    const char *secret; /* whose it is: "newest", "former", "ended"; NULL likewise */
    const char *hint;   /* why it is not good: "whitespace", "milliseconds", "other"; "none" */
};
int flow_prove(struct flow_proof *out, struct flow *flow, struct weir_str name,
               const struct flow_claim *claim, struct weir_error *err);
/* Nobody waits in flow_try or flow_sample any more. Before the web threads are joined. Thread: setup. */
void flow_stop_trying(struct flow *flow);
/* Its settings were tried and are good: it is ACTIVE at once. Thread: web. */
void flow_proved(struct flow *flow, struct integration *it);
/* Switch it off, which cancels a sync that is under way, or on again. Credentials stay. Durable when it
 * returns. WEIR_E_CONFIG: the file says that it is paused. Thread: web. */
int flow_switch(struct flow *flow, struct integration *it, bool on, struct weir_error *err);
/* A person says, or a delivery proves, that the steps at the tool are done: a full sync, then it is set up.
 * Nothing if there were none open. Thread: web, worker. */
void flow_setup_done(struct flow *flow, struct integration *it);
/* A person looked at its data and says that it is good. WEIR_E_CONFIG: nothing was read yet. Thread: web. */
int flow_pass_quality(struct flow *flow, struct integration *it, struct weir_error *err);
/* Tell the endpoints that it was made, or deleted. Thread: web, setup. */
void flow_tell_created(struct flow *flow, const struct integration *it);
void flow_tell_deleted(struct flow *flow, const struct integration *it, int64_t deleted_at_ms);
/* What the API shows of a model's fields is another: its records count as updated. Thread: web. */
void flow_fields_changed(struct flow *flow, uint32_t integration, uint8_t model);
/* Look at these records again: through the inbox, as what a tool told, so scope holds as ever. Waits for the
 * disk. WEIR_E_NONE: no such integration. WEIR_E_CONFIG: its tool is not called now. Thread: web. */
int flow_look(struct flow *flow, uint32_t integration, const struct weir_ref *refs, size_t count,
              struct weir_error *err);
/* Something was put into the inbox or the outbox by a replay: look. Thread: any. */
void flow_poke(struct flow *flow);

/* How often it is synced by itself, and whether that is seldom, as webhooks are relied on. Thread: any. */
int64_t flow_sync_every_ms(bool *relaxed, struct flow *flow, struct integration *it);

/* What went through in the last hour: deliveries and events that were taken in, records that changed,
 * notifications that were taken; and how long it took from a delivery until it was acknowledged, its effects
 * were stored, and an endpoint took them. Lent as long as the flow lives. Thread: any. */
struct flow_rates {
    const struct rate *deliveries, *events, *changes, *notifications;
    const struct latency *acknowledged, *stored, *told;
};
void flow_rates(struct flow_rates *out, struct flow *flow);

struct work *flow_work(struct flow *flow);
struct dispatch *flow_dispatch(struct flow *flow);

#endif
