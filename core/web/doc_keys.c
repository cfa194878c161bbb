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
    {"surface", "=app|admin", "For /v1, or for /admin/v1."},
    {"role", "=read|operate|admin", "admin: for the surface admin alone."},
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
    {"integrations", "[]text", "That have it."},
    {"models", "{}#ScopeModel|Setting", "By their names."},
    {"actions", "{}#Setting", "By their ids."},
    END,
};
static const struct schema_member setting[] = {{"", "=enabled|disabled|optional", NULL}, END};
static const struct schema_member scope_model[] = {
    {"state", "#Setting", NULL}, {"fields", "{}#Setting", "By their names."}, END};
static const struct schema_member model_wish[] = {
    {"~state", "#Setting", "enabled when it is left out."},
    {"~fields", "any", "\"all\", a list of names, or settings by names."},
    {"~default_field", "#Setting", "Of fields that are not named: disabled when it is left out."},
    END,
};
#define SCOPE_WISH                                                                                           \
    {"~models", "{}#ModelWish|Setting", "By their names. Left out: all of them."},                           \
        {"~default_model", "#Setting", "Of models that are not named: disabled when it is left out."},       \
        {"~actions", "{}#Setting", "By their ids: those not named are disabled."},                           \
    {                                                                                                        \
        "~dry_run", "bool", "Only say what it would do."                                                     \
    }
static const struct schema_member scope_wish[] = {SCOPE_WISH, END};
static const struct schema_member scope_wish_named[] = {{"name", "text", NULL}, SCOPE_WISH, END};
static const struct schema_member integration_scope_wish[] = {
    {"scope", "text", NULL}, {"~dry_run", "bool", NULL}, END};
static const struct schema_member scope_effect[] = {
    {"scope", "text", NULL},
    {"~integration", "text", NULL},
    {"dry_run", "bool", NULL},
    {"effects", "[]#ScopeEffectOn",
     "What it does, or would do, to each integration: none where nothing changes."},
    END,
};
static const struct schema_member scope_effect_on[] = {
    {"integration", "text", NULL},
    {"models", "[]#ModelAdded|ModelRemoved|ModelChanged", NULL},
    {"events_added", "[]text", "What the tool is asked to send from then on,"},
    {"events_removed", "[]text", "and no more."},
    {"full_sync", "bool", "Only a full sync reads what is new: it is begun."},
    END,
};
#define MODEL_EFFECT(change_, text_)                                                                         \
    {"model", "text", NULL}, {"change", "=" change_, NULL},                                                  \
    {                                                                                                        \
        "records", "integer", text_                                                                          \
    }
static const struct schema_member model_added[] = {MODEL_EFFECT("added", "That are there from before."), END};
static const struct schema_member model_removed[] = {MODEL_EFFECT("removed", "That are not shown any more."),
                                                     END};
static const struct schema_member model_changed[] = {
    MODEL_EFFECT("fields", "That may look otherwise."),
    {"fields_added", "[]text", NULL},
    {"fields_removed", "[]text", NULL},
    END,
};
static const struct schema_member audit_entry[] = {
    {"at", "time", NULL},
    {"who", "text", NULL},
    {"through", "=app key|admin key|session|socket|link", NULL},
    {"method", "text", NULL},
    {"route", "text", NULL},
    {"target", "text?", "What it was about."},
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
static const struct schema_member latency[] = {{"count", "integer", NULL},
                                               {"p50_ms", "number?", "null: it did not happen."},
                                               {"p95_ms", "number?", NULL},
                                               END};
static const struct schema_member latencies[] = {
    {"acknowledged", "#Latency", "From a tool's whole request to its answer, commit included."},
    {"stored", "#Latency", "From a delivery until what it changed is stored."},
    {"told", "#Latency", "From a delivery until an endpoint took the notification of what it changed."},
    END,
};
static const struct schema_member queue[] = {
    {"count", "integer", NULL}, {"oldest_at", "time?", NULL}, {"oldest_s", "integer", NULL}, END};
static const struct schema_member attention[] = {
    {"kind", "=daemon|integration|endpoint|connector", NULL},
    {"subject", "text?", "Which one."},
    {"what", "text", "In a word: credentials_refused, dead_letters and so on."},
    {"message", "text?", NULL},
    {"since", "time?", NULL},
    END,
};
#define TALLY(good_, bad_)                                                                                   \
    {"count", "integer", NULL}, {good_, "integer", NULL},                                                    \
    {                                                                                                        \
        bad_, "integer", NULL                                                                                \
    }
static const struct schema_member integration_tally[] = {TALLY("active", "invalid"), END};
static const struct schema_member endpoint_tally[] = {TALLY("working", "failing"), END};
static const struct schema_member connector_tally[] = {TALLY("loaded", "refused"), END};
static const struct schema_member overview[] = {
    {"at", "time", NULL},
    {"ready", "bool", NULL},
    {"public_url", "text?", "Where tools and customers reach the daemon."},
    {"integrations", "#IntegrationTally", NULL},
    {"endpoints", "#EndpointTally", NULL},
    {"connectors", "#ConnectorTally", NULL},
    {"last_hour", "#Rates", NULL},
    {"latency", "#Latencies", "Of the last hour."},
    {"last_delivery", "time?", "The newest of all integrations."},
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

static const struct schema_member records[] = {
    {"results", "[]#Record", NULL},
    {"next", "text?", "The cursor of the next page; null: this is the last."},
    END};
static const struct schema_member of_records[] = {
    {"~page_size", "integer", NULL},
    {"~cursor", "text", "next of the page before. All other parameters have to be the same."},
    {"~updated_after", "text", NULL},
    {"~include_deleted", "bool", NULL},
    END,
};

static const struct schema_member overview_events[] = {
    {"overview", "#Overview", NULL}, {"end", "#StreamEnd", "The last one."}, END};

const struct schema_object doc_keys_objects[] = {
    {"Records", records, "As the list endpoint of the model shows them.", false},
    {"Key", key, NULL, false},
    {"KeyMade", key_made, NULL, false},
    {"KeyWish", key_wish, NULL, false},
    {"Scope", scope_row, NULL, false},
    {"ScopeInFull", scope_in_full, NULL, false},
    {"ScopeModel", scope_model, NULL, false},
    {"ScopeWish", scope_wish, NULL, false},
    {"ScopeWishNamed", scope_wish_named, NULL, false},
    {"ModelWish", model_wish, NULL, false},
    {"Setting", setting, NULL, false},
    {"IntegrationScopeWish", integration_scope_wish, NULL, false},
    {"ScopeEffect", scope_effect, NULL, false},
    {"ScopeEffectOn", scope_effect_on, NULL, false},
    {"ModelAdded", model_added, NULL, false},
    {"ModelRemoved", model_removed, NULL, false},
    {"ModelChanged", model_changed, NULL, false},
    {"AuditEntry", audit_entry, NULL, false},
    {"Rate", rate, NULL, false},
    {"Rates", rates, NULL, false},
    {"Latency", latency, NULL, false},
    {"Latencies", latencies, NULL, false},
    {"Queue", queue, NULL, false},
    {"Attention", attention, NULL, false},
    {"IntegrationTally", integration_tally, NULL, false},
    {"EndpointTally", endpoint_tally, NULL, false},
    {"ConnectorTally", connector_tally, NULL, false},
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
    ROUTE("GET", "/overview/stream", "adminOverviewStream", "Daemon", "How it all is, as Server-Sent Events",
          .text =
              "An event \"overview\" at once, and then, some two seconds after something became different, "
              "the next. Nothing is missed for good: each says all of it.",
          .events = overview_events, .flags = DOC_STREAM),
    ROUTE("GET", "/integrations/{}/records/{}", "adminRecords", "Integrations", "Records of one model",
          .text = "As the list endpoint of the model answers them.", .names = {"integration_id", "model"},
          .query = of_records, .answer = "#Records", .errors = DOC_E(NOT_FOUND) | DOC_LIST_ERRORS),
    ROUTE("GET", "/scopes", "adminScopes", "Scopes", "The scopes", .answer = "#Scope", .flags = DOC_PAGED),
    ROUTE("POST", "/scopes", "adminScopeCreate", "Scopes", "Make a scope", .body = "#ScopeWishNamed",
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
