/*
 * config: the configuration file, read, checked and turned into one plain struct.
 *
 * A file with a mistake gives no config at all, but one run names every mistake, with file, line and
 * what to write instead (syntax is the exception: libconfig stops at its first error). Each key is a
 * line in a table of keys.c. Knows nothing of models, connectors or the network: what it has to ask of
 * them comes in through struct config_names.
 */
#ifndef WEIR_CONFIG_CONFIG_H
#define WEIR_CONFIG_CONFIG_H

#include "config/report.h"
#include "weir/connector.h" /* struct weir_setting */

/* ---- what a file says ---- */

/*
 * All strings are terminated, on the heap and owned by struct config; one that is not set and has no
 * default is NULL. A list without elements has items == NULL. Relative paths got the folder
 * of the file before them. "@env:" and "@file:" are resolved.
 */
struct config_strings {
    char **items;
    size_t count;
};

/* How the 32 bytes of a master key were written. */
enum config_key_form {
    CONFIG_KEY_HEX = 1,    /* 64 hex digits */
    CONFIG_KEY_BASE64 = 2, /* base64 of 32 bytes */
    CONFIG_KEY_RAW = 3,    /* 32 bytes */
    CONFIG_KEY_DERIVED = 4 /* more than 32 bytes: their SHA-256 */
};

struct config_key {
    uint8_t bytes[32];
    enum config_key_form form;
};

struct config_keys {
    struct config_key *items;
    size_t count;
};

enum config_role { CONFIG_READ = 0, CONFIG_OPERATE = 1, CONFIG_ADMIN = 2 };

/* A bearer key of the application or of an operator. */
struct config_bearer {
    char *name;
    char *key;                          /* secret; visible ASCII, at least 16 characters */
    enum config_role role;              /* default operate for the application, admin for an operator */
    struct config_strings integrations; /* ids and patterns as "personio:*"; empty: all */
};

struct config_bearers {
    struct config_bearer *items;
    size_t count;
};

struct config_connectors {
    struct config_strings path;    /* folders that hold <tool>.so; default /usr/lib/weir/connectors */
    struct config_strings enabled; /* tools to load */
    bool enabled_all;              /* no list was given: load what is found */
};

/* What the application calls a field that each tool calls otherwise. */
struct config_custom_field {
    char *key;
    char *model;               /* one that has custom fields */
    char *label, *description; /* may be NULL */
};

struct config_custom_fields {
    struct config_custom_field *items;
    size_t count;
};

enum config_use { CONFIG_DISABLED = 0, CONFIG_OPTIONAL = 1, CONFIG_ENABLED = 2 };

struct config_scope_field {
    char *name;
    enum config_use use;
};

struct config_scope_model {
    char *name;
    enum config_use use;
    struct config_scope_field *fields;
    size_t field_count;
    enum config_use default_field; /* of a field that is not in fields; all of them when none is named */
};

struct config_scope {
    char *name;
    struct config_scope_model *models;
    size_t model_count;
    enum config_use default_model; /* of a model that is not in models */
    struct config_scope_field *actions;
    size_t action_count;
    enum config_use default_action; /* of an action that is not in actions */
};

/* Never empty: without any in the file there is "default", which enables everything. */
struct config_scopes {
    struct config_scope *items;
    size_t count;
};

struct config_value {
    char *key;
    char *value; /* wiped when freed, secret or not */
    bool secret; /* the connector says so, or nobody knows */
};

struct config_values {
    struct config_value *items;
    size_t count;
};

struct config_integration {
    char *id;           /* "<tool>:<name>" */
    char *tool;         /* the part of id before the colon */
    char *organization; /* required */
    char *origin_id;
    char *creator_email;
    char *scope; /* default "default"; one of scopes */
    char *base_url;
    bool allow_private; /* base_url may be plain http and name a private or loopback address */
    bool paused;
    struct config_values settings;
    struct config_strings opted_out; /* models and actions */
};

struct config_integrations {
    struct config_integration *items;
    size_t count;
};

struct config_header {
    char *name;
    char *value; /* may be a secret: never log it */
};

struct config_headers {
    struct config_header *items;
    size_t count;
};

enum config_order { CONFIG_ANY_ORDER = 0, CONFIG_ORDER_STRICT = 1, CONFIG_ORDER_INTEGRATION = 2 };

struct config_endpoint {
    char *name;
    char *url;
    char *secret;                       /* as written: "whsec_<base64>" or any 16 characters and more */
    struct config_strings secrets_old;  /* still signed with while one is rotated */
    struct config_strings events;       /* words as "data-changed", none twice */
    struct config_strings integrations; /* ids; empty: all */
    struct config_headers headers;
    bool allow_private;
    int64_t concurrency;
    int64_t timeout_ms; /* 0: dispatch.timeout_ms */
    int order;          /* enum config_order */
    bool enabled;
};

struct config_endpoints {
    struct config_endpoint *items;
    size_t count;
};

struct config_tls {
    char *certificate; /* NULL: no TLS; else both are set */
    char *key;
};

struct config_limits {
    int64_t body_max;
    int64_t header_max;
    int64_t connections_max;
    int64_t connections_per_address_max; /* 0: off */
    int64_t streams_max;                 /* listeners to event streams */
    int64_t first_byte_timeout_ms;
    int64_t request_timeout_ms;
    int64_t inbox_max; /* deliveries that wait */
    int64_t inbox_bytes_max;
    int64_t inbox_resting_max; /* ... of an integration that is not at work */
    int64_t disk_free_min_bytes;
};

struct config_workers {
    int64_t count;
    int64_t fetch_timeout_ms;
    int64_t tries_max;
    int64_t backoff_first_ms;
    int64_t backoff_max_ms;
    int64_t settle_ms;
    int64_t missing_retry_ms;
};

#define CONFIG_RETRY_MAX 16

struct config_dispatch {
    int64_t coalesce_ms;
    int64_t timeout_ms;
    int64_t retry_ms[CONFIG_RETRY_MAX]; /* wait before the second, third, ... attempt */
    size_t retry_count;
    int64_t jitter_percent;
    int64_t probe_ms;
    int64_t endpoint_disable_days; /* 0: never */
    int64_t max_changed_records;
};

struct config_sync {
    int64_t interval_s;
    int64_t relaxed_interval_s;
    int64_t full_interval_s;
    int64_t timeout_s;
    int64_t at_once_max; /* 0: three quarters of workers.count */
    int64_t ensure_interval_s;
};

struct config_retention {
    int64_t deliveries_days;
    int64_t log_days;
    int64_t dead_letters_days;
    int64_t sent_days; /* 0: delivered notifications are not kept */
    int64_t seen_days;
    int64_t deleted_days;
    int64_t audit_days;
};

struct config_store {
    int64_t map_initial_bytes;
    int64_t sent_bytes_max;
    struct config_retention retention;
};

struct config_web {
    int64_t threads;
};

enum config_log_format {
    CONFIG_LOG_LOGFMT = 0, /* the values of enum log_format */
    CONFIG_LOG_JSON = 1
};

struct config_log {
    enum config_log_format format;
    enum weir_level level;
};

/* Of connect_origins, which stand in a header of each page: the server has so much room for one. */
#define CONFIG_ORIGINS_MAX 16
#define CONFIG_ORIGINS_BYTES 1000

struct config {
    char *file; /* the path that was loaded */
    char *data_dir;
    char *listen;                          /* "127.0.0.1:8080", "[::1]:8080" */
    char *admin_listen;                    /* as listen, or "unix:/path" (absolute) */
    char *admin_socket;                    /* path; default "<data_dir>/admin.sock" */
    char *public_url;                      /* without a slash at its end; NULL if not set */
    struct config_strings connect_origins; /* "https://app.example.com"; at most CONFIG_ORIGINS_MAX */
    char *environment_id;
    char *http_user_agent;
    struct config_key master_key;
    struct config_keys old_master_keys;
    int64_t stop_timeout_ms;
    struct config_connectors connectors;
    struct config_bearers api_keys;
    struct config_bearers admin_keys;
    struct config_custom_fields custom_fields;
    struct config_scopes scopes;
    struct config_integrations integrations;
    /* What an integration that a customer makes through a link has besides what the customer gives: tool,
     * base_url, allow_private and settings; nothing else of the struct is used. */
    struct config_integrations tools;
    struct config_endpoints endpoints;
    struct config_tls tls;
    struct config_limits limits;
    struct config_workers workers;
    struct config_dispatch dispatch;
    struct config_sync sync;
    struct config_store store;
    struct config_web web;
    struct config_log log;
};

/* ---- what the file is checked against ---- */

enum config_tool {
    CONFIG_TOOL_UNCHECKED = 0, /* nobody can say: settings are taken as they are */
    CONFIG_TOOL_UNKNOWN = 1,   /* no such connector, or it did not load: a warning */
    CONFIG_TOOL_KNOWN = 2
};

/*
 * Who knows the names of models, fields and connectors. Zeroed, or a NULL member: that is not checked.
 * Called during config_load, on its thread; what is returned has to live until it is done.
 */
struct config_names {
    void *ctx;
    bool (*model_known)(void *ctx, const char *model);
    bool (*field_known)(void *ctx, const char *model, const char *field);
    const char *(*model_nth)(void *ctx, size_t n);                    /* NULL after the last */
    const char *(*action_nth)(void *ctx, size_t n);                   /* likewise */
    const char *(*field_nth)(void *ctx, const char *model, size_t n); /* NULL after the last */

    /* The connectors group was read and has no mistake: the moment to load them, if they are to be
     * asked for their settings. Called at most once, before connector(); not at all when the group is faulty.
     */
    void (*connectors_read)(void *ctx, const struct config_connectors *connectors);

    /* A tool's settings, the last one with key NULL; *settings may be left NULL for none. */
    enum config_tool (*connector)(void *ctx, const char *tool, const struct weir_setting **settings);
    const char *(*tool_nth)(void *ctx, size_t n); /* NULL after the last */
};

/* ---- calls ---- */

/*
 * Read and check the file. *cfg is then the caller's; on failure it is left alone. The report takes
 * findings in either case (warnings do not fail); err one sentence that sums them up. names may be NULL.
 * WEIR_E_CONFIG: a person must change the file. WEIR_E_MEMORY. Thread: any; reads the environment.
 */
int config_load(struct config **cfg, struct config_report *report, const char *path,
                const struct config_names *names, struct weir_error *err);

/* As config_load, for a text at hand; path stands for its name and for the folder that relative
 * names start from. */
int config_load_text(struct config **cfg, struct config_report *report, struct weir_str text,
                     const char *path, const struct config_names *names, struct weir_error *err);

/* Overwrites the secrets first. */
void config_free(struct config *cfg);

/*
 * What a reload from old to now cannot change: the number of such keys; each leaves a warning in the
 * report ("listen: changed, takes effect after a restart"). Thread: any.
 */
size_t config_restart_needed(struct config_report *report, const struct config *old,
                             const struct config *now);

/* "64 hex digits", ... Thread: any. */
const char *config_key_form_text(enum config_key_form form);

/* Is id of the form <tool>:<name>, [a-z][a-z0-9_]{1,31}:[A-Za-z0-9][A-Za-z0-9._-]{0,63}? *tool_len (may be
 * NULL) is the length of the part before the colon. Thread: any. */
bool config_integration_id_is(struct weir_str id, size_t *tool_len);

/* The event types an endpoint may ask for; NULL after the last. Thread: any. */
const char *config_event_nth(size_t n);
/* The words for enum config_order, in its order; NULL after the last. Thread: any. */
const char *config_order_nth(size_t n);
/* Letters, digits, ".", "_" and "-", at most 64, of a thing that has a name? Thread: any. */
bool config_name_is(const char *name);

#define CONFIG_HEADERS_MAX 16 /* an endpoint's own */
#define CONFIG_HEADER_VALUE_MAX 4096
/* May an endpoint send this header? Neither ours, nor one of the connection itself. Thread: any. */
bool config_header_is_free(const char *name);

#endif
