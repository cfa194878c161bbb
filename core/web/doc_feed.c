/*
 * doc_feed: the feed of changes, and what is streamed.
 */
#include "web/doc.h"

#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL, NULL                                                                                     \
    }

static const struct schema_member change[] = {
    {"cursor", "text", "Behind this change: for cursor, or Last-Event-ID."},
    {"integration_id", "text", NULL},
    {"model", "text", "\"hris_employees\""},
    {"id", "id", NULL},
    {"remote_id", "text?", NULL},
    {"change", "=created|updated|deleted", NULL},
    {"changed_at", "time", NULL},
    {"~record", "#Record?", "With include=record. null: it is erased already."},
    END,
};
static const struct schema_member changes[] = {
    {"results", "[]#Change", NULL},
    {"next", "text", "Where to go on, also when nothing more is there yet."},
    {"has_more", "bool", NULL},
    END,
};
static const struct schema_member of_changes[] = {
    {"~cursor", "text", "next of the page before."},
    {"~page_size", "integer", NULL},
    {"~models", "[]text", "Of these models alone."},
    {"~include", "=record", NULL},
    END,
};
static const struct schema_member of_stream[] = {
    {"~models", "[]text", NULL}, {"~include", "=record", NULL}, {"~cursor", "text", NULL}, END};

static const struct schema_member stream_end[] = {
    {"reason", "=stopping|slow|cursor_too_old|key_revoked|failed", NULL}, END};
static const struct schema_member lost[] = {END};
static const struct schema_member made[] = {
    {"id", "id", "webhook-id of each attempt."},
    {"type", "text", "\"data-changed\""},
    {"endpoint", "text?", NULL},
    {"integration", "text?", NULL},
    {"made_at", "time", NULL},
    {"timestamp", "integer", "The same in seconds, as a signature takes it."},
    {"body", "text", "What is sent, byte by byte."},
    END,
};

static const struct schema_member change_events[] = {
    {"change", "#Change", NULL}, {"end", "#StreamEnd", "The last one."}, END};
static const struct schema_member log_events[] = {
    {"log", "#LogEntry", NULL}, {"end", "#StreamEnd", "The last one."}, END};
static const struct schema_member notification_events[] = {
    {"notification", "#NotificationMade", "One was made."},
    {"attempt", "#LogEntry", "One was tried."},
    {"lost", "#StreamLost", "More were made than could be told: ask for the list."},
    {"end", "#StreamEnd", "The last one."},
    END,
};

const struct schema_object doc_feed_objects[] = {
    {"Change", change, NULL, false},
    {"Changes", changes, NULL, false},
    {"StreamEnd", stream_end, "Why the server ends the stream.", false},
    {NULL, NULL, NULL, false},
};

const struct schema_object doc_feed_admin_objects[] = {
    {"NotificationMade", made, NULL, false},
    {"StreamLost", lost, NULL, false},
    {NULL, NULL, NULL, false},
};

const struct doc doc_feed[] = {
    {.method = "GET",
     .path = "/v1/changes",
     .id = "getChanges",
     .tag = "Changes",
     .summary = "What changed, over all models and integrations, in order",
     .text = "X-Integration-Id narrows it to one. Accept: text/event-stream asks for it live.",
     .query = of_changes,
     .answer = "#Changes",
     .events = change_events,
     .errors = DOC_E(INTEGRATION_UNKNOWN),
     .flags = DOC_STREAM},
    {.method = "GET",
     .path = "/v1/changes/stream",
     .id = "streamChanges",
     .tag = "Changes",
     .summary = "The same, live, as Server-Sent Events",
     .text = "Last-Event-ID resumes.",
     .query = of_stream,
     .events = change_events,
     .errors = DOC_E(INTEGRATION_UNKNOWN),
     .flags = DOC_STREAM},
    {.method = NULL},
};
const struct doc doc_feed_admin[] = {
    {.method = "GET",
     .path = "/admin/v1/log/stream",
     .id = "adminLogStream",
     .tag = "Log",
     .summary = "What happens, as Server-Sent Events",
     .text = "Last-Event-ID resumes.",
     .events = log_events,
     .errors = DOC_E(INPUT_INVALID),
     .flags = DOC_STREAM},
    {.method = "GET",
     .path = "/admin/v1/notifications/stream",
     .id = "adminNotificationsStream",
     .tag = "Endpoints",
     .summary = "Notifications, as Server-Sent Events",
     .text = "Last-Event-ID resumes the attempts.",
     .events = notification_events,
     .errors = DOC_E(INPUT_INVALID),
     .flags = DOC_STREAM},
    {.method = NULL},
};
