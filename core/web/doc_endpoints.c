/*
 * doc_endpoints: where notifications go.
 */
#include "web/doc.h"

#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL, NULL                                                                                     \
    }
#define ENDPOINT                                                                                             \
    {"name", "text", NULL}, {"url", "text", NULL}, {"state", "=ok|failing|probing|disabled", NULL},          \
        {"enabled", "bool", NULL}, {"disabled", "bool", NULL}, {"probing", "bool", NULL},                    \
        {"reason", "text?", NULL}, {"failures", "integer", NULL}, {"failing_since", "time?", NULL},          \
        {"warned_at", "time?", NULL}, {"disables_at", "time?", "If it goes on failing."},                    \
        {"last_error", "text?", NULL}, {"in_flight", "integer", NULL}, {"last_24_hours", "#Pulse", NULL},    \
        {"last_delivered_at", "time?", NULL}, {"last_failed_at", "time?", NULL},                             \
        {"kept_in", "=store|file", NULL}, {"created_at", "time?", NULL}, {"events", "[]text", NULL},         \
        {"integrations", "[]text", NULL}, {"headers", "[]text", "Their names."},                             \
        {"order", "=none|strict|integration", "How far it keeps the order."},                                \
        {"concurrency", "integer", NULL}, {"timeout_ms", "integer", NULL}, {"allow_private", "bool", NULL},  \
        {"secrets", "[]#EndpointSecret", "That are valid; never themselves."}, {"waiting", "integer", NULL}, \
    {                                                                                                        \
        "hours", "[]#EndpointHour", "The last 24, the oldest first; since the daemon began."                 \
    }

static const struct schema_member endpoint[] = {ENDPOINT, END};
static const struct schema_member endpoint_made[] = {
    ENDPOINT, {"secret", "text?", "One that was made, shown this once; null: it was given."}, END};
static const struct schema_member endpoint_hour[] = {
    {"at", "time", "When it begins."}, {"delivered", "integer", NULL}, {"failed", "integer", NULL},
    {"p50_ms", "integer?", NULL},      {"p95_ms", "integer?", NULL},   END};
static const struct schema_member endpoint_secret[] = {
    {"newest", "bool", NULL}, {"valid_until", "time?", NULL}, END};
static const struct schema_member pulse[] = {{"attempts", "integer", NULL},
                                             {"delivered", "integer", NULL},
                                             {"failed", "integer", NULL},
                                             {"success_percent", "integer?", NULL},
                                             {"p50_ms", "integer?", NULL},
                                             {"p95_ms", "integer?", NULL},
                                             END};
#define ENDPOINT_WISH                                                                                        \
    {"~order", "=none|strict|integration", NULL},                                                            \
        {"~events", "[]text", "data-changed when it is left out."},                                          \
        {"~integrations", "[]text", "Only of these; empty: of all."},                                        \
        {"~headers", "{}text?", "By their names."}, {"~concurrency", "integer", NULL},                       \
        {"~timeout_ms", "integer", NULL},                                                                    \
    {                                                                                                        \
        "~allow_private", "bool", "It is in your own network."                                               \
    }
static const struct schema_member endpoint_wish[] = {
    {"name", "text", NULL},
    {"url", "text", NULL},
    {"~secret", "text", "Left out: one is made."},
    ENDPOINT_WISH,
    END,
};
static const struct schema_member endpoint_change[] = {{"~url", "text", NULL}, ENDPOINT_WISH, END};
static const struct schema_member rotate_wish[] = {
    {"~secret", "text", "Left out: one is made."},
    {"~overlap_hours", "integer", "So long both are valid."},
    END,
};
static const struct schema_member removed[] = {{"dead_letters", "integer", "What it leaves behind."}, END};
static const struct schema_member tested[] = {
    {"id", "id", NULL},
    {"type", "text", NULL},
    {"delivered", "bool", NULL},
    {"outcome", "text", NULL},
    {"status", "integer", NULL},
    {"ms", "integer", NULL},
    {"detail", "text?", NULL},
    {"answer", "text?", NULL},
    {"request", "#EndpointTestRequest", NULL},
    END,
};
static const struct schema_member test_request[] = {
    {"method", "text", NULL},
    {"url", "text", NULL},
    {"headers", "[]#EndpointTestHeader", NULL},
    {"body", "text", NULL},
    END,
};
static const struct schema_member test_header[] = {
    {"name", "text", NULL}, {"value", "text?", "null: one of the endpoint's own, which is not shown."}, END};
static const struct schema_member claim[] = {
    {"~id", "text", "The header webhook-id."},
    {"~timestamp", "text", "The header webhook-timestamp."},
    {"signature", "text", "The header webhook-signature, or X-Kombo-Signature."},
    {"body", "text", "As it came, to the byte."},
    END,
};
static const struct schema_member proof[] = {
    {"valid", "bool", NULL},
    {"scheme", "=standard|kombo?", "Which of the two signatures it is."},
    {"secret", "=newest|former|ended?", "Whose it is; one that ended signs no more."},
    {"hint", "=none|whitespace|milliseconds|other", "What is wrong."},
    END,
};
static const struct schema_member of_remove[] = {{"~force", "bool", "Also when something waits for it."},
                                                 END};

const struct schema_object doc_endpoints_objects[] = {
    {"Endpoint", endpoint, NULL, false},
    {"EndpointMade", endpoint_made, NULL, false},
    {"EndpointSecret", endpoint_secret, NULL, false},
    {"EndpointHour", endpoint_hour, NULL, false},
    {"EndpointTestRequest", test_request, NULL, false},
    {"EndpointTestHeader", test_header, NULL, false},
    {"EndpointClaim", claim, NULL, false},
    {"EndpointProof", proof, NULL, false},
    {"Pulse", pulse, NULL, false},
    {"EndpointWish", endpoint_wish, NULL, false},
    {"EndpointChange", endpoint_change, NULL, false},
    {"RotateWish", rotate_wish, NULL, false},
    {"EndpointRemoved", removed, NULL, false},
    {"EndpointTested", tested, NULL, false},
    {NULL, NULL, NULL, false},
};

#define ROUTE(method_, path_, id_, summary_, ...)                                                            \
    {                                                                                                        \
        .method = (method_), .path = "/admin/v1/endpoints" path_, .id = (id_), .tag = "Endpoints",           \
        .summary = (summary_), __VA_ARGS__                                                                   \
    }

const struct doc doc_endpoints[] = {
    ROUTE("POST", "", "adminEndpointAdd", "Make an endpoint", .body = "#EndpointWish",
          .answer = "#EndpointMade", .errors = DOC_E(CONFLICT)),
    ROUTE("GET", "/{}", "adminEndpoint", "One endpoint", .names = {"name"}, .answer = "#Endpoint",
          .errors = DOC_E(NOT_FOUND)),
    ROUTE("PATCH", "/{}", "adminEndpointChange", "Change an endpoint", .names = {"name"},
          .body = "#EndpointChange", .answer = "#Endpoint", .errors = DOC_E(NOT_FOUND) | DOC_E(CONFLICT)),
    ROUTE("DELETE", "/{}", "adminEndpointRemove", "Remove an endpoint", .names = {"name"}, .query = of_remove,
          .answer = "#EndpointRemoved", .errors = DOC_E(NOT_FOUND) | DOC_E(CONFLICT)),
    ROUTE("POST", "/{}/test", "adminEndpointTest", "Send it a message now", .names = {"name"},
          .answer = "#EndpointTested", .errors = DOC_E(NOT_FOUND) | DOC_E(CONFLICT)),
    ROUTE("POST", "/{}/verify", "adminEndpointVerify", "Is a message that came signed as it should be?",
          .names = {"name"}, .body = "#EndpointClaim", .answer = "#EndpointProof",
          .errors = DOC_E(NOT_FOUND)),
    ROUTE("POST", "/{}/rotate", "adminEndpointRotate", "Give it a new secret", .names = {"name"},
          .body = "#RotateWish", .answer = "#EndpointMade", .errors = DOC_E(NOT_FOUND) | DOC_E(CONFLICT),
          .flags = DOC_BODY_MAY),
    {.method = NULL},
};
