/*
 * web: the unified read API for the application and the admin API for people and their tools.
 *
 * Routes requests of both listeners, reads the store on its own few threads and answers. What it has to know
 * of integrations, and what it may set in motion, comes in through struct web_app; it knows nothing of the
 * config, connectors' code or the flow.
 */
#ifndef WEIR_WEB_WEB_H
#define WEIR_WEB_WEB_H

#include "model/scope.h"
#include "net/server.h"
#include "store/feed.h"
#include "store/store.h"
#include "web/endpoint.h"
#include "web/lifecycle.h"

#define WEB_OUTCOMES_MAX 24

struct page_file;

/* How calls into a connector went, since the daemon began. */
struct web_calls {
    uint64_t calls, failures, misbehaved;
    int64_t failed_at_ms;        /* the last failure; 0: there was none */
    char call[24], message[252]; /* of it */
    struct {
        const char *word; /* a constant */
        uint64_t count;
    } outcomes[WEB_OUTCOMES_MAX]; /* those that were met */
    size_t outcome_count;
};

/* One integration as the API shows it. Spans and pointers are lent until release is called. */
struct web_integration {
    uint32_t number;
    const char *id, *tool, *tool_label, *organization;
    const char *origin_id, *creator_email; /* may be NULL */
    const char *category;                  /* "HRIS" */
    const char *callback_url;
    const char *connector_version; /* NULL: the connector is not loaded */
    const char *connector_error;   /* why it is not; NULL otherwise */
    uint32_t generation;           /* of the connector's code that it runs */
    char held_back[252];           /* why it stays on it while there is a newer one; empty: it does not */
    struct web_calls calls;        /* of its instance */
    bool paused;
    bool runtime; /* made while the daemon ran, not in the file */
    const struct scope *scope;
    const struct weir_model_use *models; /* what the connector can deliver; NULL if it is not loaded */
    size_t model_count;
    const struct weir_event_type *events; /* what the tool can tell of; as models */
    size_t event_count;
    const struct weir_step *steps; /* to set up the webhook by hand; as models */
    size_t step_count;
    const struct weir_setting *settings; /* what it can be given; as models */
    size_t setting_count;
    uint64_t settings_set; /* of the first 64 of them: a bit for each that has a value */
    const char *base_url;  /* its own; NULL: the connector's */
    const struct weir_act
        *act; /* what can be done at the tool; NULL: nothing. As models, nothing of it is called */
    const struct weir_pass *pass; /* APIs that requests can be passed through to; likewise */
    bool subscribes;              /* Weir makes the webhook by itself */
    int64_t sync_every_ms;        /* how often it is synced by itself */
    bool sync_relaxed;            /* seldom, as webhooks are relied on */
    char sync_why[200];           /* for a person */
    int64_t silent_at_ms;         /* when its silence will be unusual; 0: nothing is expected */
    int64_t tested_ms; /* when the tool last asked its hook, without a delivery; 0: not since the start */
    const char *test;  /* what that told: "reached", "proven", "unproven"; a constant; NULL: nothing */
    struct store_integration row; /* without its secrets */
    void *opaque;
};

/* One connector file, and one endpoint. Copied, but for table. */
struct web_connector {
    char tool[33], label[65], version[33], path[512];
    char error[252]; /* why it is not loaded, or why a newer file is refused */
    bool loaded;
    uint32_t generation;  /* 1 for the first that loaded, one more for each newer file; 0: none did */
    const char *category; /* "HRIS"; NULL: not known, then it is no entry of /v1/tools */
    const struct weir_model_use *models; /* lent until the process ends: a connector is never unloaded */
    size_t model_count;
    const struct weir_connector
        *table; /* NULL: not loaded. Lent until the process ends; nothing of it is called */
    uint32_t integrations, behind; /* that have this tool; of them on an earlier generation */
    struct web_calls calls;
};

/* What a look at a connector file brought. */
enum web_connector_result {
    WEB_CONNECTOR_UNCHANGED,
    WEB_CONNECTOR_LOADED,
    WEB_CONNECTOR_RELOADED,
    WEB_CONNECTOR_REFUSED /* not loaded; an earlier one stays in force if there is one */
};
struct web_endpoint {
    char name[65], url[1024], reason[252];
    bool enabled, disabled, probing;
    uint32_t failures, in_flight;
    int64_t failing_since_ms, warned_ms;
    int64_t disables_ms; /* when it will be disabled if it goes on failing; 0: it will not */
    char last_error[160];
    struct {
        uint64_t delivered, failed; /* attempts of the last 24 hours */
        int64_t p50_ms, p95_ms;
        int64_t delivered_ms, failed_ms; /* the last one of each */
    } pulse;
};

struct web_sync_started {
    char id[ID_TEXT];
    bool full, already;
};

/* A setting to give or, with value.data NULL, to take away. Lent, as all in a wish. */
struct web_setting {
    struct weir_str key, value;
};
struct web_integration_wish {
    struct weir_str id, organization, scope;
    struct weir_str origin_id, creator_email, base_url; /* empty: none */
    bool allow_private;
    const struct web_setting *settings;
    size_t setting_count;
};

#define WEB_MINUTES 60

/* What went through in the last hour: for each minute, the oldest first, and in all. */
struct web_rate {
    uint32_t minutes[WEB_MINUTES];
    uint64_t count;
};
/* How long something took in the last hour; percentiles are 0 when it never happened. */
struct web_latency {
    uint64_t count;
    int64_t p50_us, p95_us;
};
struct web_rates {
    struct web_rate deliveries, events, changes, notifications;
    struct web_latency acknowledged, stored, told; /* from a tool's delivery on */
};

/* One scope; copied, and scope is the caller's to free (NULL: no memory). */
struct web_scope {
    char name[65];
    bool runtime; /* made while the daemon ran, not in the file */
    struct scope *scope;
};

/* What the store does not know of a sync that is under way. */
struct web_sync_progress {
    uint64_t run;
    bool waiting;                         /* for its turn */
    int64_t turn_ms;                      /* when it got it, or went on after a restart */
    uint64_t records_then, records_hoped; /* how far it was then; what the last full one met (0: not known) */
};

/* What became of an action. Lent. */
struct web_acted {
    const struct model *model; /* NULL: it was done, but what it made could not be read back yet */
    const char *id;
    const char *const *warnings;
    size_t warning_count;
};

/* A request to be passed through, and its answer. Lent. */
struct web_pass {
    struct weir_str api, method, path; /* path with its query, encoded */
    const struct weir_header *headers;
    size_t header_count;
    struct weir_bytes body;
};
struct web_passed {
    int status;
    struct weir_str url, headers, content_type; /* headers: a JSON object */
    struct weir_bytes body;
};

/* What the app lends. All may be called on web threads, also at the same time. */
struct web_app {
    void *ctx;
    bool (*integration)(void *ctx, struct weir_str id, struct web_integration *out);
    bool (*integration_nth)(void *ctx, size_t n, struct web_integration *out); /* false behind the last */
    bool (*integration_number)(void *ctx, uint32_t number, struct web_integration *out); /* as in the store */
    void (*integration_release)(void *ctx, struct web_integration *it);
    bool (*connector_nth)(void *ctx, size_t n, struct web_connector *out);
    /* Look at the tool's files again (tool empty: at all) and take integrations to what is newer. tell: of
     * each connector, by its place for connector_nth. WEIR_E_NONE: there is no such connector. */
    int (*connectors_reload)(void *ctx, struct weir_str tool,
                             void (*tell)(void *arg, size_t n, enum web_connector_result result), void *arg,
                             struct weir_error *err);
    bool (*endpoint_nth)(void *ctx, size_t n, struct web_endpoint *out);
    int (*endpoint_enable)(void *ctx, struct weir_str name, bool enable, struct weir_error *err);
    /* Make, change, show, try and remove one. WEIR_E_INVALID: the wish is wrong. WEIR_E_CONFIG: not possible,
     * as it stands in the file, is there already, or something waits for it. WEIR_E_NONE: no such one.
     * secret: one that was made, else empty; wipe it. */
    int (*endpoint)(void *ctx, struct weir_str name, struct web_endpoint_detail *out, struct weir_error *err);
    void (*endpoint_release)(void *ctx, struct web_endpoint_detail *detail);
    int (*endpoint_add)(void *ctx, struct weir_str name, const struct web_endpoint_wish *wish,
                        char secret[WEB_SECRET_TEXT], struct weir_error *err);
    int (*endpoint_change)(void *ctx, struct weir_str name, const struct web_endpoint_wish *wish,
                           struct weir_error *err);
    int (*endpoint_rotate)(void *ctx, struct weir_str name, struct weir_str given, int64_t overlap_s,
                           char secret[WEB_SECRET_TEXT], struct weir_error *err);
    int (*endpoint_remove)(void *ctx, struct weir_str name, bool force, uint64_t *buried,
                           struct weir_error *err);
    int (*endpoint_test)(void *ctx, struct weir_str name, struct web_endpoint_test *out,
                         struct weir_error *err);
    int (*endpoint_prove)(void *ctx, struct weir_str name, const struct web_endpoint_claim *claim,
                          struct web_endpoint_proof *out, struct weir_error *err);
    uint32_t (*endpoint_number)(void *ctx, struct weir_str name); /* 0: there is none */
    int (*sync_start)(void *ctx, struct weir_str id, bool full, struct web_sync_started *out,
                      struct weir_error *err);
    /* WEIR_E_NONE: none is under way. */
    int (*sync_cancel)(void *ctx, struct weir_str id, char sync_id[ID_TEXT], struct weir_error *err);
    bool (*sync_progress)(void *ctx, uint32_t integration,
                          struct web_sync_progress *out); /* false: none is */
    /* Look at these records again, soon. WEIR_E_NONE, WEIR_E_CONFIG: its tool is not called now. */
    int (*look)(void *ctx, uint32_t integration, const struct weir_ref *refs, size_t count,
                struct weir_error *err);
    /* Make the subscription right, or remove it: soon, in its turn. */
    int (*ensure_start)(void *ctx, struct weir_str id, struct weir_error *err);
    int (*unsubscribe_start)(void *ctx, struct weir_str id, struct weir_error *err);
    /* Make one, give it other settings, or delete it. The tool is asked first. WEIR_E_INVALID: the wish is
     * wrong, or the tool refuses it. WEIR_E_CONFIG: not possible, as it stands in the file. WEIR_E_LATER: the
     * tool does not answer. */
    int (*integration_create)(void *ctx, const struct web_integration_wish *wish, struct weir_error *err);
    int (*integration_set)(void *ctx, struct weir_str id, const struct web_setting *settings, size_t count,
                           struct weir_error *err);
    int (*integration_delete)(void *ctx, struct weir_str id, struct weir_error *err);
    void (*rates)(void *ctx, struct web_rates *out);
    /* Scopes. put makes, replaces or (json empty) deletes one; assign gives it to an integration. Both are in
     * force when they return. WEIR_E_CONFIG: it is in the file, or in use. WEIR_E_NONE: there is no such one.
     */
    bool (*scope_nth)(void *ctx, size_t n, struct web_scope *out);
    int (*scope_put)(void *ctx, struct weir_str name, struct weir_str json, struct weir_error *err);
    int (*scope_assign)(void *ctx, struct weir_str id, struct weir_str scope, struct weir_error *err);
    /* What is shown of a model's fields changed: its records have to be told of. */
    void (*fields_changed)(void *ctx, uint32_t integration, uint8_t model);
    struct web_lifecycle lifecycle;
    /*
     * Have something done at the tool, or a request passed through to it. done is called once, on another
     * thread, unless this fails; what is handed in is lent until then. WEIR_E_INVALID: the request may not be
     * sent. WEIR_E_LIMIT: too many wait. To done, WEIR_E_NONE: its turn did not come in time; else what
     * connector.h says.
     */
    int (*act)(void *ctx, struct weir_str id, const char *action, struct weir_bytes input,
               void (*done)(void *arg, int rc, const struct web_acted *acted, const struct weir_error *err),
               void *arg, struct weir_error *err);
    int (*pass)(void *ctx, struct weir_str id, const struct web_pass *pass,
                void (*done)(void *arg, int rc, const struct web_passed *passed,
                             const struct weir_error *err),
                void *arg, struct weir_error *err);
    /* Apply the changed config. report gets the findings, one line each. WEIR_E_CONFIG: refused whole. */
    int (*reload)(void *ctx, struct buf *report, struct weir_error *err);
    /* A replay put something into the inbox or outbox. */
    void (*poke)(void *ctx);
    /* A hook request; path is what follows "/hooks/", undecoded. Loop thread. */
    void (*hook)(void *ctx, struct exchange *x, struct weir_str path);
    /* Is everything alive that an answer of /readyz promises? why is at most 200 bytes. */
    bool (*ready)(void *ctx, char *why, size_t why_size);
};

/* What a key may do; each may do what the ones before it may. */
enum web_role {
    WEB_ROLE_NONE = 0, /* of a web_key: operate for the API, admin for the admin API */
    WEB_READ = 1,
    WEB_OPERATE = 2, /* what changes with the day: syncs, replays, endpoints on and off */
    WEB_ADMIN = 3    /* settings, keys, scopes */
};

/* A custom field of the environment that stands in the file. label and description may be NULL. */
struct web_custom_field {
    const char *key, *model, *label, *description;
};

/* A bearer key of the file; only its SHA-256 is kept. */
struct web_key {
    const char *name, *key;
    enum web_role role;
    const char *const *integrations; /* ids and patterns as "personio:*"; none: all */
    size_t integration_count;
};

struct web_options {
    const struct clock *clock;
    struct metrics *metrics;
    struct store *store;
    const char *environment_id;
    const char *version;
    uint32_t thread_count;
    uint32_t streams_max;  /* listeners at once; further ones are answered 503; 0: 256 */
    uint32_t heartbeat_ms; /* between two signs of life of a stream; 0: 15,000 */
    uint32_t queue_max;    /* requests that wait for a thread; further ones are answered 429; 0: 1,024 */
    const struct page_file *pages; /* web/pages.h; lent; NULL: none */
    struct web_app app;
};

struct web;

/* Thread: setup. */
int web_new(struct web **out, const struct web_options *options, struct weir_error *err);
int web_start(struct web *web, struct weir_error *err);
void web_stop(struct web *web); /* what waits is answered 503, what runs ends; joins */
void web_free(struct web *web);
/* The keys of the file in force from now on, copied as digests; and those of the store. Thread: setup, web.
 */
int web_keys_set(struct web *web, const struct web_key *api_keys, size_t api_key_count,
                 const struct web_key *admin_keys, size_t admin_key_count, struct weir_error *err);

/* The custom fields of the file in force from now on. Copied. Thread: setup, web. */
int web_custom_fields_set(struct web *web, const struct web_custom_field *fields, size_t count,
                          struct weir_error *err);

/* Where customer pages may be shown in a frame, and what they may speak to: "https://app.example.com".
 * Copied. Thread: setup, web. */
int web_connect_origins_set(struct web *web, const char *const *origins, size_t count,
                            struct weir_error *err);

/* The handlers of the listeners: public has hooks, /v1 and /connect; admin has /admin/v1, /metrics, /healthz,
 * /readyz and, on all other paths, the dashboard; local is as admin, without dashboard and key (a Unix socket
 * that only its owner can open). Thread: setup. */
struct server_handler web_public_handler(struct web *web);
struct server_handler web_admin_handler(struct web *web);
struct server_handler web_local_handler(struct web *web);

#define WEB_CURSOR_MAX 128
/* Append the cursor with which GET /v1/changes goes on behind a place. Thread: any. */
void web_changes_cursor(struct buf *out, const char *environment_id, const struct store_feed_place *place);

#endif
