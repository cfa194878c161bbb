/*
 * doc_keys: who may do what, who did what, and how it all is.
 */
#include "web/doc.h"

#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL, NULL                                                                                     \
    }
#define KEY                                                                                                  \
    {"name", "text", NULL}, {"prefix", "text?", "How the key begins."}, {"surface", "=app|admin", NULL},     \
        {"role", "=read|operate|admin", NULL}, {"integrations", "[]text?", "null: all."},                    \
        {"kept_in", "=file|store", NULL}, {"state", "=active|revoked|expired", NULL},                        \
        {"created_at", "time?", NULL}, {"created_by", "text?", NULL}, {"expires_at", "time?", NULL},         \
        {"revoked_at", "time?", NULL},                                                                       \
    {                                                                                                        \
        "last_used_at", "time?", NULL                                                                        \
    }

static const struct schema_member key[] = {KEY, END};
static const struct schema_member key_made[] = {KEY, {"key", "text", "Shown this once."}, END};
static const struct schema_member key_wish[] = {
    {"name", "text", NULL},
    {"~surface", "=app|admin", NULL},
    {"~role", "=read|operate|admin", NULL},
    {"~integrations", "[]text", "Of these alone; \"personio:*\" is a pattern."},
    {"~expires_at", "text", "Or:"},
    {"~expires_in_days", "integer", NULL},
    END,
};
static const struct schema_member scope_row[] = {
    {"name", "text", NULL},
    {"kept_in", "=store|file", NULL},
    {"integrations", "[]text", "That have it."},
    {"enabled", "[]text", "Its models."},
    END,
};
static const struct schema_member scope_in_full[] = {
    {"name", "text", NULL},
    {"kept_in", "=store|file", NULL},
    {"integrations", "[]text", NULL},
    {"models", "object", "As the configuration writes them."},
    END,
};
static const struct schema_member scope_wish[] = {
    {"~name", "text", "Of a new one."}, {"~models", "object", NULL}, {"~dry_run", "bool", NULL}, END};
static const struct schema_member integration_scope_wish[] = {
    {"scope", "text", NULL}, {"~dry_run", "bool", NULL}, END};
static const struct schema_member scope_effect[] = {
    {"scope", "text", NULL},
    {"~integration", "text", NULL},
    {"dry_run", "bool", NULL},
    {"effects", "[]object", "What it does, or would do, to each integration."},
    END,
};
static const struct schema_member audit_entry[] = {
    {"at", "time", NULL},
    {"who", "text", NULL},
    {"through", "text", NULL},
    {"method", "text", NULL},
    {"route", "text", NULL},
    {"target", "text?", NULL},
    {"outcome", "=done|denied|refused|failed", NULL},
    {"status", "integer", NULL},
    {"from", "text", NULL},
    END,
};
static const struct schema_member rate[] = {
    {"count", "integer", NULL}, {"per_minute", "number", NULL}, {"minutes", "[]integer", NULL}, END};
static const struct schema_member rates[] = {{"deliveries", "#Rate", NULL},
                                             {"events", "#Rate", NULL},
                                             {"changes", "#Rate", NULL},
                                             {"notifications", "#Rate", NULL},
                                             END};
static const struct schema_member queue[] = {
    {"count", "integer", NULL}, {"oldest_at", "time?", NULL}, {"oldest_s", "integer", NULL}, END};
static const struct schema_member attention[] = {{"kind", "text", NULL},   {"subject", "text?", NULL},
                                                 {"what", "text", NULL},   {"message", "text?", NULL},
                                                 {"since", "time?", NULL}, END};
static const struct schema_member overview[] = {
    {"at", "time", NULL},
    {"ready", "bool", NULL},
    {"integrations", "counts", NULL},
    {"endpoints", "counts", NULL},
    {"connectors", "counts", NULL},
    {"last_hour", "#Rates", NULL},
    {"inbox", "#Queue", NULL},
    {"outbox", "#Queue", NULL},
    {"dead_letters", "integer", NULL},
    {"set_aside", "integer", NULL},
    {"records", "integer", NULL},
    {"disk_full", "bool", NULL},
    {"attention_count", "integer", NULL},
    {"attention", "[]#Attention", "What somebody should look at."},
    END,
};

static const struct schema_member records[] = {{"results", "[]object", NULL}, {"next", "text?", NULL}, END};
static const struct schema_member of_records[] = {
    {"~page_size", "integer", NULL},
    {"~cursor", "text", NULL},
    {"~updated_after", "text", NULL},
    {"~include_deleted", "bool", NULL},
    END,
};

const struct schema_object doc_keys_objects[] = {
    {"Records", records, "As the list endpoint of the model shows them.", false},
    {"Key", key, NULL, false},
    {"KeyMade", key_made, NULL, false},
    {"KeyWish", key_wish, NULL, false},
    {"Scope", scope_row, NULL, false},
    {"ScopeInFull", scope_in_full, NULL, false},
    {"ScopeWish", scope_wish, NULL, true},
    {"IntegrationScopeWish", integration_scope_wish, NULL, false},
    {"ScopeEffect", scope_effect, NULL, false},
    {"AuditEntry", audit_entry, NULL, true},
    {"Rate", rate, NULL, false},
    {"Rates", rates, NULL, false},
    {"Queue", queue, NULL, false},
    {"Attention", attention, NULL, false},
    {"Overview", overview, NULL, false},
    {NULL, NULL, NULL, false},
};

static const struct schema_member of_audit[] = {
    {"~who", "text", NULL},
    {"~target", "text", NULL},
    {"~route", "text", NULL},
    {"~outcome", "=any|done|denied|refused|failed", NULL},
    {"~since", "text", NULL},
    {"~until", "text", NULL},
    END,
};

#define ROUTE(method_, path_, id_, tag_, summary_, ...)                                                      \
    {                                                                                                        \
        .method = (method_), .path = "/admin/v1" path_, .id = (id_), .tag = (tag_), .summary = (summary_),   \
        __VA_ARGS__                                                                                          \
    }

const struct doc doc_keys[] = {
    ROUTE("GET", "/keys", "adminKeys", "Keys", "The keys", .answer = "#Key", .flags = DOC_PAGED),
    ROUTE("POST", "/keys", "adminKeyCreate", "Keys", "Make a key", .body = "#KeyWish", .answer = "#KeyMade",
          .errors = DOC_E(CONFLICT)),
    ROUTE("GET", "/keys/{}", "adminKey", "Keys", "One key", .names = {"name"}, .answer = "#Key",
          .errors = DOC_E(NOT_FOUND)),
    ROUTE("DELETE", "/keys/{}", "adminKeyRevoke", "Keys", "Revoke a key", .names = {"name"},
          .errors = DOC_E(NOT_FOUND) | DOC_E(CONFLICT)),
    ROUTE("GET", "/audit", "adminAudit", "Keys", "Who changed what", .query = of_audit,
          .answer = "#AuditEntry", .flags = DOC_PAGED),
    ROUTE("GET", "/overview", "adminOverview", "Daemon", "How it all is", .answer = "#Overview"),
    ROUTE("GET", "/integrations/{}/records/{}", "adminRecords", "Integrations", "Records of one model",
          .text = "As the list endpoint of the model answers them.", .names = {"integration_id", "model"},
          .query = of_records, .answer = "#Records", .errors = DOC_E(NOT_FOUND)),
    ROUTE("GET", "/scopes", "adminScopes", "Scopes", "The scopes", .answer = "#Scope", .flags = DOC_PAGED),
    ROUTE("POST", "/scopes", "adminScopeCreate", "Scopes", "Make a scope", .body = "#ScopeWish",
          .answer = "#ScopeEffect", .errors = DOC_E(CONFLICT)),
    ROUTE("GET", "/scopes/{}", "adminScope", "Scopes", "One scope in full", .names = {"name"},
          .answer = "#ScopeInFull", .errors = DOC_E(NOT_FOUND)),
    ROUTE("PUT", "/scopes/{}", "adminScopePut", "Scopes", "Change a scope", .names = {"name"},
          .body = "#ScopeWish", .answer = "#ScopeEffect", .errors = DOC_E(NOT_FOUND) | DOC_E(CONFLICT)),
    ROUTE("DELETE", "/scopes/{}", "adminScopeDelete", "Scopes", "Delete a scope", .names = {"name"},
          .errors = DOC_E(NOT_FOUND) | DOC_E(CONFLICT)),
    ROUTE("PUT", "/integrations/{}/scope", "adminIntegrationScope", "Scopes",
          "Give an integration another scope", .names = {"integration_id"}, .body = "#IntegrationScopeWish",
          .answer = "#ScopeEffect", .errors = DOC_E(NOT_FOUND) | DOC_E(CONFLICT)),
    {.method = NULL},
};
