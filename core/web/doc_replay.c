/*
 * doc_replay: what was sent, and what came, is looked at and sent again.
 */
#include "web/doc.h"

#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL, NULL                                                                                     \
    }

static const struct schema_member discard[] = {
    {"~id", "text", "This one,"},
    {"~endpoint", "text", "or all of an endpoint,"},
    {"~integration", "text", "of an integration,"},
    {"~since", "text", "given up from then on: a time, or 2h, 3d,"},
    {"~until", "text", "and before that,"},
    {"~all", "bool", "or all."},
    {"~state", "=dead", NULL},
    {"~dry_run", "bool", "Only count them."},
    {"reason", "text", "Why; it stays in the log."},
    END,
};
static const struct schema_member discarded[] = {
    {"~discarded", "integer", "How many."},
    {"~count", "integer", "With dry_run: how many it would be."},
    {"~dry_run", "bool", NULL},
    END,
};

const struct schema_object doc_replay_objects[] = {
    {"NotificationsDiscard", discard, NULL, false},
    {"Discarded", discarded, NULL, false},
    {NULL, NULL, NULL, false},
};

const struct doc doc_replay[] = {
    {.method = "POST",
     .path = "/admin/v1/notifications/discard",
     .id = "adminNotificationsDiscard",
     .tag = "Endpoints",
     .summary = "Forget dead letters for good",
     .body = "#NotificationsDiscard",
     .answer = "#Discarded",
     .errors = DOC_E(NOT_FOUND)},
    {.method = NULL},
};
