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
static const struct schema_member discarded[] = {{"discarded", "integer", "How many."}, END};

static const struct schema_member shown[] = {
    {"id", "id", NULL},
    {"state", "=waiting|dead|delivered", NULL},
    {"endpoint", "text?", NULL},
    {"integration", "text?", NULL},
    {"type", "text", NULL},
    {"created_at", "time", NULL},
    {"due_at", "time?", NULL},
    {"delivered_at", "time?", NULL},
    {"died_at", "time?", NULL},
    {"attempts", "integer", NULL},
    {"last_status", "integer?", NULL},
    {"last_error", "text?", NULL},
    {"body", "#Message?", "As it was, or will be, sent; null: it is not kept any more."},
    END,
};
static const struct schema_member deliveries[] = {
    {"~number", "integer", "This one,"},
    {"~since", "text", "or all that came from then on: a time, or 2h, 3d,"},
    {"~until", "text", "and before that,"},
    {"~integration", "text", "to this integration."},
    {"~cursor", "text", "next of the answer before."},
    {"~dry_run", "bool", "Only count them."},
    END,
};
static const struct schema_member looked[] = {
    {"dry_run", "bool", NULL},
    {"deliveries", "integer", NULL},
    {"records", "integer", "That they named."},
    {"incomplete", "integer", "Deliveries of which not all records are known any more."},
    {"next", "text?", "There is more: go on from here."},
    END,
};
static const struct schema_member refetch[] = {
    {"model", "text", NULL}, {"remote_id", "text", "Of the tool."}, {"~hint", "text", NULL}, END};

const struct schema_object doc_replay_objects[] = {
    {"NotificationShown", shown, NULL, false},
    {"DeliveriesReplay", deliveries, "Either number or since.", false},
    {"DeliveriesLooked", looked, NULL, false},
    {"Refetch", refetch, NULL, false},
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
     .answer = "#Discarded|Counted",
     .errors = DOC_E(NOT_FOUND)},
    {.method = "GET",
     .path = "/admin/v1/notifications/{}",
     .id = "adminNotification",
     .tag = "Endpoints",
     .names = {"id"},
     .summary = "One notification with its body",
     .answer = "#NotificationShown",
     .errors = DOC_E(NOT_FOUND)},
    {.method = "POST",
     .path = "/admin/v1/deliveries/replay",
     .id = "adminDeliveriesReplay",
     .tag = "Deliveries",
     .summary = "Look again at the records that deliveries named",
     .body = "#DeliveriesReplay",
     .answer = "#DeliveriesLooked",
     .errors = DOC_E(NOT_FOUND)},
    {.method = "POST",
     .path = "/admin/v1/integrations/{}/refetch",
     .id = "adminRefetch",
     .tag = "Integrations",
     .names = {"integration_id"},
     .summary = "Look again at one record",
     .body = "#Refetch",
     .errors = DOC_E(NOT_FOUND)},
    {.method = NULL},
};
