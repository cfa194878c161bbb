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
    {"~record", "object?", "With include=record: the record as its list shows it."},
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

const struct schema_object doc_feed_objects[] = {
    {"Change", change, NULL, false},
    {"Changes", changes, NULL, false},
    {NULL, NULL, NULL, false},
};

const struct doc doc_feed[] = {
    {.method = "GET",
     .path = "/v1/changes",
     .id = "getChanges",
     .tag = "Changes",
     .summary = "What changed, over all models and integrations, in order",
     .query = of_changes,
     .answer = "#Changes"},
    {.method = "GET",
     .path = "/v1/changes/stream",
     .id = "streamChanges",
     .tag = "Changes",
     .summary = "The same, live, as Server-Sent Events",
     .text = "Last-Event-ID resumes.",
     .query = of_stream,
     .flags = DOC_STREAM},
    {.method = NULL},
};
const struct doc doc_feed_admin[] = {
    {.method = "GET",
     .path = "/admin/v1/log/stream",
     .id = "adminLogStream",
     .tag = "Log",
     .summary = "What happens, as Server-Sent Events",
     .flags = DOC_STREAM},
    {.method = "GET",
     .path = "/admin/v1/notifications/stream",
     .id = "adminNotificationsStream",
     .tag = "Endpoints",
     .summary = "Notifications, as Server-Sent Events",
     .flags = DOC_STREAM},
    {.method = NULL},
};
