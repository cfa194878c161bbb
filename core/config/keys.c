#include "config/keys.h"

#include "config/check.h"
#include "config/endpoint_keys.h"
#include "config/integration_keys.h"
#include "config/scope_keys.h"
#include "config/secret.h"

/* One line a key. What is special about it follows as further members; the last argument of a number, word,
 * group or list may be followed by some too. */
/* clang-format off */
#define AT(type, name_) .name = #name_, .offset = offsetof(struct type, name_)
#define TEXT(type, name_, ...) {AT(type, name_), .kind = KEY_TEXT, __VA_ARGS__}
#define PATH(type, name_, ...) {AT(type, name_), .kind = KEY_PATH, __VA_ARGS__}
#define SECRET(type, name_, ...) {AT(type, name_), .kind = KEY_SECRET, __VA_ARGS__}
#define STRINGS(type, name_, ...) {AT(type, name_), .kind = KEY_STRINGS, __VA_ARGS__}
#define CUSTOM(type, name_, ...) {AT(type, name_), .kind = KEY_CUSTOM, __VA_ARGS__}
#define SWITCH(type, name_, default_) {AT(type, name_), .kind = KEY_BOOL, .number = (default_)}
#define WORD(type, name_, default_, words_) \
    {AT(type, name_), .kind = KEY_WORD, .number = (default_), .words = (words_)}
#define NUMBER(type, name_, default_, least_, ...) \
    {AT(type, name_), .kind = KEY_INTEGER, .number = (default_), .least = (least_), .most = __VA_ARGS__}
#define GROUP(type, name_, ...) {AT(type, name_), .kind = KEY_GROUP, .keys = __VA_ARGS__}
#define ITEMS(type, name_, item_, ...) \
    {AT(type, name_), .kind = KEY_ITEMS, .item_size = sizeof(struct item_), .keys = __VA_ARGS__}
#define REQUIRED(example_) .flags = KEY_REQUIRED, .example = "add " example_
#define RESTART .flags = KEY_RESTART
#define END {.name = NULL}
/* clang-format on */

#define KIB(n) (INT64_C(1024) * (n))
#define MIB(n) (INT64_C(1048576) * (n))
#define GIB(n) (INT64_C(1073741824) * (n))
#define TIB(n) (INT64_C(1099511627776) * (n))
#define MINUTES_MS(n) (INT64_C(60000) * (n))
#define DAYS_S(n) (INT64_C(86400) * (n))

static const struct key CONNECTORS[] = {
    STRINGS(config_connectors, path, .flags = KEY_PATHS),
    STRINGS(config_connectors, enabled, .check = integration_keys_check_tool),
    END,
};

/* clang-format off */
#define BEARER                                                                                               \
    TEXT(config_bearer, name, .flags = KEY_REQUIRED | KEY_UNIQUE, .example = "add name = \"app\";",         \
         .check = check_name),                                                                               \
    SECRET(config_bearer, key, .flags = KEY_REQUIRED | KEY_UNIQUE,                                           \
           .example = "add key = \"@file:...\"; made with: openssl rand -hex 32",                            \
           .check = secret_check_bearer),                                                                    \
    STRINGS(config_bearer, integrations, .check = check_pattern)
/* clang-format on */

static const char *const ROLES[] = {"read", "operate", "admin", NULL};
static const char *const API_ROLES[] = {"read", "operate", NULL};

static const struct key API_BEARER[] = {BEARER, WORD(config_bearer, role, CONFIG_OPERATE, API_ROLES), END};
static const struct key ADMIN_BEARER[] = {BEARER, WORD(config_bearer, role, CONFIG_ADMIN, ROLES), END};

static const struct key CUSTOM_FIELD[] = {
    TEXT(config_custom_field, key, REQUIRED("key = \"cost_center_code\";"), .check = check_name),
    TEXT(config_custom_field, model, REQUIRED("model = \"hris_employees\";"),
         .check = scope_keys_check_custom_model),
    TEXT(config_custom_field, label, .check = check_label),
    TEXT(config_custom_field, description, .check = check_label),
    END,
};

static const struct key SCOPE[] = {
    TEXT(config_scope, name, .flags = KEY_REQUIRED | KEY_UNIQUE, .example = "add name = \"default\";",
         .check = check_name),
    CUSTOM(config_scope, models, .read = scope_keys_read_models, .fini = scope_keys_fini_models),
    WORD(config_scope, default_model, CONFIG_DISABLED, SCOPE_USES),
    CUSTOM(config_scope, actions, .read = scope_keys_read_actions, .fini = scope_keys_fini_actions),
    WORD(config_scope, default_action, CONFIG_DISABLED, SCOPE_USES),
    END,
};

static const struct key INTEGRATION[] = {
    /* Before settings: whose they are is told by the id. */
    TEXT(config_integration, id, .flags = KEY_REQUIRED | KEY_UNIQUE, .example = "add id = \"personio:acme\";",
         .check = integration_keys_check_id),
    TEXT(config_integration, organization, REQUIRED("organization = \"Acme GmbH\";"), .check = check_label),
    TEXT(config_integration, origin_id, .check = check_label),
    TEXT(config_integration, creator_email, .check = check_email),
    TEXT(config_integration, scope, .text = "default"),
    TEXT(config_integration, base_url, .flags = 0),
    SWITCH(config_integration, allow_private, false),
    SWITCH(config_integration, paused, false),
    STRINGS(config_integration, opted_out, .check = scope_keys_check_opted_out),
    CUSTOM(config_integration, settings, .read = integration_keys_read_settings,
           .fini = integration_keys_fini_settings),
    END,
};

static const struct key TOOL[] = {
    /* Before settings: they are the tool's. */
    TEXT(config_integration, tool, .flags = KEY_REQUIRED | KEY_UNIQUE, .example = "add tool = \"personio\";",
         .check = integration_keys_check_tool),
    TEXT(config_integration, base_url, .flags = 0),
    SWITCH(config_integration, allow_private, false),
    CUSTOM(config_integration, settings, .read = integration_keys_read_settings,
           .fini = integration_keys_fini_settings),
    END,
};

static const struct key ENDPOINT[] = {
    TEXT(config_endpoint, name, .flags = KEY_REQUIRED | KEY_UNIQUE, .example = "add name = \"app\";",
         .check = check_name),
    TEXT(config_endpoint, url, REQUIRED("url = \"https://app.example.com/weir\";")),
    SECRET(config_endpoint, secret, REQUIRED("secret = \"@file:...\"; made with: openssl rand -hex 32"),
           .check = secret_check_endpoint),
    STRINGS(config_endpoint, secrets_old, .flags = KEY_OPAQUE, .check = secret_check_endpoint),
    STRINGS(config_endpoint, events, .words = ENDPOINT_EVENTS),
    STRINGS(config_endpoint, integrations, .check = integration_keys_check_id),
    CUSTOM(config_endpoint, headers, .read = endpoint_keys_read_headers, .fini = endpoint_keys_fini_headers),
    SWITCH(config_endpoint, allow_private, false),
    NUMBER(config_endpoint, concurrency, 4, 1, 256),
    NUMBER(config_endpoint, timeout_ms, 0, 100, MINUTES_MS(5)),
    WORD(config_endpoint, order, CONFIG_ANY_ORDER, ENDPOINT_ORDERS),
    SWITCH(config_endpoint, enabled, true),
    END,
};

static const struct key TLS[] = {
    PATH(config_tls, certificate, .flags = 0),
    PATH(config_tls, key, .flags = 0),
    END,
};

static const struct key LIMITS[] = {
    NUMBER(config_limits, body_max, MIB(4), KIB(1), MIB(64), RESTART),
    NUMBER(config_limits, header_max, KIB(5), KIB(1), MIB(1), RESTART),
    NUMBER(config_limits, connections_max, 10000, 1, 1000000, RESTART),
    NUMBER(config_limits, connections_per_address_max, 0, 0, 1000000, RESTART),
    NUMBER(config_limits, streams_max, 256, 1, 100000, RESTART),
    NUMBER(config_limits, first_byte_timeout_ms, 10000, 100, MINUTES_MS(10), RESTART),
    NUMBER(config_limits, request_timeout_ms, 30000, 100, MINUTES_MS(60), RESTART),
    NUMBER(config_limits, inbox_max, 1000000, 1, 1000000000),
    NUMBER(config_limits, inbox_bytes_max, GIB(4), MIB(1), TIB(16)),
    NUMBER(config_limits, inbox_resting_max, 10000, 1, 1000000000, RESTART),
    NUMBER(config_limits, disk_free_min_bytes, MIB(64), 0, TIB(1)),
    END,
};

static const struct key WORKERS[] = {
    NUMBER(config_workers, count, 16, 1, 256, RESTART),
    NUMBER(config_workers, fetch_timeout_ms, 30000, 100, MINUTES_MS(60)),
    NUMBER(config_workers, tries_max, 8, 1, 100),
    NUMBER(config_workers, backoff_first_ms, 1000, 1, MINUTES_MS(60)),
    NUMBER(config_workers, backoff_max_ms, 300000, 1, MINUTES_MS(1440)),
    NUMBER(config_workers, settle_ms, 0, 0, MINUTES_MS(60)),
    NUMBER(config_workers, missing_retry_ms, 10000, 1, MINUTES_MS(60)),
    END,
};

static const struct key DISPATCH[] = {
    NUMBER(config_dispatch, coalesce_ms, 1000, 0, MINUTES_MS(60)),
    NUMBER(config_dispatch, timeout_ms, 10000, 100, MINUTES_MS(5)),
    CUSTOM(config_dispatch, retry_ms, .read = check_read_retry),
    NUMBER(config_dispatch, jitter_percent, 20, 0, 100),
    NUMBER(config_dispatch, probe_ms, 60000, 100, MINUTES_MS(1440)),
    NUMBER(config_dispatch, endpoint_disable_days, 5, 0, 365, RESTART),
    NUMBER(config_dispatch, max_changed_records, 100, 0, 100),
    END,
};

static const struct key SYNC[] = {
    NUMBER(config_sync, interval_s, 10800, 10, DAYS_S(30)),
    NUMBER(config_sync, relaxed_interval_s, 86400, 10, DAYS_S(30)),
    NUMBER(config_sync, full_interval_s, 36000, 10, DAYS_S(30)),
    NUMBER(config_sync, timeout_s, 43200, 10, DAYS_S(30)),
    NUMBER(config_sync, at_once_max, 0, 0, 256),
    NUMBER(config_sync, ensure_interval_s, 21600, 10, DAYS_S(30)),
    END,
};

static const struct key RETENTION[] = {
    NUMBER(config_retention, deliveries_days, 30, 1, 3650),
    NUMBER(config_retention, log_days, 30, 1, 3650),
    NUMBER(config_retention, dead_letters_days, 60, 1, 3650),
    NUMBER(config_retention, seen_days, 6, 1, 3650),
    NUMBER(config_retention, deleted_days, 14, 1, 3650),
    NUMBER(config_retention, audit_days, 365, 1, 3650),
    NUMBER(config_retention, sent_days, 3, 0, 14),
    END,
};

static const struct key STORE[] = {
    NUMBER(config_store, map_initial_bytes, GIB(1), MIB(1), TIB(16), RESTART),
    NUMBER(config_store, sent_bytes_max, MIB(256), 0, TIB(1), RESTART),
    GROUP(config_store, retention, RETENTION),
    END,
};

static const struct key WEB[] = {
    NUMBER(config_web, threads, 2, 1, 64),
    END,
};

static const char *const LOG_FORMATS[] = {"logfmt", "json", NULL};
static const char *const LOG_LEVELS[] = {"debug", "info", "warn", "error", NULL};

static const struct key LOG[] = {
    WORD(config_log, format, CONFIG_LOG_LOGFMT, LOG_FORMATS),
    WORD(config_log, level, WEIR_LOG_INFO, LOG_LEVELS),
    END,
};

const struct key ROOT_KEYS[] = {
    PATH(config, data_dir, .flags = KEY_REQUIRED | KEY_RESTART,
         .example = "add data_dir = \"/var/lib/weir\";"),
    TEXT(config, listen, RESTART, .text = "127.0.0.1:8080", .check = check_listen),
    TEXT(config, admin_listen, RESTART, .text = "127.0.0.1:8081", .check = check_admin_listen),
    PATH(config, admin_socket, RESTART),
    TEXT(config, public_url, .check = check_public_url),
    STRINGS(config, connect_origins, .check = check_origin),
    TEXT(config, environment_id, RESTART, .text = "env_production", .check = check_name),
    TEXT(config, http_user_agent, RESTART, .text = "weir", .check = check_user_agent),
    CUSTOM(config, master_key, .flags = KEY_REQUIRED | KEY_RESTART,
           .example = "add master_key = \"@file:...\"; made with: openssl rand -hex 32",
           .read = secret_read_master, .fini = secret_fini_master, .equal = secret_equal_master),
    CUSTOM(config, old_master_keys, RESTART, .read = secret_read_masters, .fini = secret_fini_masters,
           .equal = secret_equal_masters),
    NUMBER(config, stop_timeout_ms, 10000, 0, MINUTES_MS(10)),
    /* Before integrations: a connector is asked for the settings it knows. */
    GROUP(config, connectors, CONNECTORS, .done = integration_keys_connectors_done),
    ITEMS(config, api_keys, config_bearer, API_BEARER, .done = check_bearer),
    ITEMS(config, admin_keys, config_bearer, ADMIN_BEARER, .done = check_bearer),
    ITEMS(config, custom_fields, config_custom_field, CUSTOM_FIELD),
    ITEMS(config, scopes, config_scope, SCOPE, .done = scope_keys_done),
    ITEMS(config, integrations, config_integration, INTEGRATION, .done = integration_keys_done),
    ITEMS(config, tools, config_integration, TOOL, .done = integration_keys_tool_done),
    ITEMS(config, endpoints, config_endpoint, ENDPOINT, .done = endpoint_keys_done),
    GROUP(config, tls, TLS, RESTART, .done = check_tls),
    GROUP(config, limits, LIMITS),
    GROUP(config, workers, WORKERS, .done = check_workers),
    GROUP(config, dispatch, DISPATCH, .done = check_dispatch),
    GROUP(config, sync, SYNC, .done = check_sync),
    GROUP(config, store, STORE),
    GROUP(config, web, WEB, RESTART),
    GROUP(config, log, LOG, RESTART),
    END,
};
