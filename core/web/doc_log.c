/*
 * doc_log: what happened: the entries of the log, kind by kind, and the ways to look at them.
 */
#include "web/doc.h"

#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL, NULL                                                                                     \
    }
#define ENTRY(kind_)                                                                                         \
    {"at", "time", NULL}, {"kind", "=" kind_, NULL},                                                         \
    {                                                                                                        \
        "integration", "text?", NULL                                                                         \
    }

static const struct schema_member any_entry[] = {
    {"",
     "#LogDelivery|LogUnaccepted|LogFetch|LogSync|LogNotification|LogAttempt|LogSubscription|LogConnection",
     NULL},
    END};

#define EVENT                                                                                                \
    {"type", "text", "As the tool calls it."}, {"~id", "text", "The tool's, where it has one."},             \
    {                                                                                                        \
        "outcome", "=looked_at|out_of_scope|duplicate|unknown_type|nothing_to_do", NULL                      \
    }
static const struct schema_member event[] = {EVENT, END};
static const struct schema_member named[] = {
    {"model", "text", NULL},
    {"remote_id", "text", NULL},
    {"~hint", "text", "The connector's own, of where it is."},
    END,
};
#define DELIVERY                                                                                             \
    {"delivery", "integer", "Its number."}, {"received_at_ms", "integer", NULL}, {"bytes", "integer", NULL}, \
        {"own", "bool", "It is none of the tool's: the daemon looked for what it had missed."},              \
        {"outcome", "=read|aside", NULL}, {"event_count", "integer", NULL},                                  \
        {"ref_count", "integer", "How many records they named."},                                            \
    {                                                                                                        \
        "~error", "text", NULL                                                                               \
    }
static const struct schema_member delivery[] = {ENTRY("delivery"),
                                                DELIVERY,
                                                {"events", "[]#LogEvent", "The first of them."},
                                                {"refs", "[]#LogNamed", "The first of those."},
                                                END};
static const struct schema_member unaccepted[] = {
    ENTRY("delivery"),
    {"received_at_ms", "integer", NULL},
    {"bytes", "integer", NULL},
    {"own", "bool", NULL},
    {"outcome", "=refused|answered|unverified", NULL},
    {"status", "integer", "What the tool was answered."},
    {"unsaid", "integer", "So many more were before it, which have no entry."},
    {"event_count", "integer", "0"},
    {"events", "[]#LogEvent", "None."},
    {"ref_count", "integer", "0"},
    {"refs", "[]#LogNamed", "None."},
    {"~error", "text", NULL},
    {"~detail", "text", NULL},
    END,
};
static const struct schema_member changed[] = {
    {"id", "id", "Of the record."},
    {"fields", "[]text", NULL},
    END,
};
static const struct schema_member request[] = {
    {"method", "text", NULL},
    {"path", "text", "Without the values of its query."},
    {"outcome", "text", "\"answered\", or why there was no answer."},
    {"status", "integer", "0: there was no answer."},
    {"ms", "integer", NULL},
    {"bytes", "integer", "Of the answer."},
    {"~body", "text", "Its shape, without the values; not of each."},
    END,
};
#define FETCH                                                                                                \
    {"model", "text", NULL}, {"id", "id", "Of the record."}, {"remote_id", "text", NULL},                    \
        {"outcome", "text", NULL}, {"fetch_us", "integer", "How long the connector took."},                  \
        {"tries", "integer", NULL}, {"~requests", "[]#LogRequest", "What the tool was asked."},              \
        {"deliveries", "[]integer", "The numbers of the first that asked for it."},                          \
        {"~error", "text", NULL},                                                                            \
        {"~first_change", "integer", "What it changed, in the integration's change log:"},                   \
    {                                                                                                        \
        "~last_change", "integer", "up to this one."                                                         \
    }
static const struct schema_member fetch[] = {ENTRY("fetch"),
                                             FETCH,
                                             {"events", "integer", "How many did."},
                                             {"~changed", "[]#LogChanged", "Which fields of which records."},
                                             END};
#define SYNC                                                                                                 \
    {"sync", "id", "Which one; only what changed something is here."}, {"model", "text", NULL},              \
        {"outcome", "=read|gone", "gone: records that were not found any more."},                            \
        {"~page", "integer", NULL}, {"~records", "integer", "On that page."},                                \
        {"~count", "integer", "Records that were not found any more."},                                      \
        {"~first_change", "integer", "What it changed, in the integration's change log:"},                   \
    {                                                                                                        \
        "~last_change", "integer", "up to this one."                                                         \
    }
static const struct schema_member sync[] = {
    ENTRY("sync"),
    SYNC,
    {"~changed", "[]#LogChanged", "Which fields of which records."},
    END,
};
static const struct schema_member notification[] = {
    ENTRY("notification"),
    {"notification", "id", NULL},
    {"~endpoint", "text", NULL},
    {"outcome", "=discarded|replayed", NULL},
    {"~reason", "text", "As somebody gave it."},
    END,
};
#define ATTEMPT                                                                                              \
    {"notification", "id", NULL}, {"endpoint", "text", NULL}, {"attempt", "integer", "1 for the first."},    \
        {"outcome", "=delivered|retry|dead", NULL}, {"status", "integer", "0: there was no answer."},        \
        {"ms", "integer", NULL}, {"~error", "text", NULL},                                                   \
        {"~next_at_ms", "integer", "When it is tried again."},                                               \
        {"~answer", "text", "Of one that failed: how the answer began."},                                    \
        {"made_at_ms", "integer", "When the notification was made."},                                        \
        {"~first_change", "integer", "What it tells, in the integration's change log:"},                     \
    {                                                                                                        \
        "~last_change", "integer", "up to this one."                                                         \
    }
static const struct schema_member attempt[] = {ENTRY("attempt"), ATTEMPT, END};
static const struct schema_member subscription[] = {
    ENTRY("integration"),
    {"subscription", "text", "What its subscription became."},
    {"repaired", "bool", NULL},
    {"detail", "text", NULL},
    END,
};
static const struct schema_member connection[] = {
    ENTRY("integration"),
    {"id", "id", "As the log_url of connection-flow-failed ends."},
    {"connection", "=failed", "A customer could not connect."},
    {"tool", "text", NULL},
    {"error", "text", NULL},
    END,
};

/* ---- beside the log ---- */

static const struct schema_member trace[] = {
    {"id", "text", NULL},
    {"by", "=delivery|event|notification|record|sync", "What it is the id of."},
    {"integration", "text?", NULL},
    {"end", "text", "How it ended, in a word: delivered, retry, waiting, unchanged, out_of_scope and so on."},
    {"complete", "bool", "false: there may be more than was looked at or is shown."},
    {"stages", "[]#TraceStage", "By time."},
    {"total_ms", "integer", "From the first stage to the last."},
    END,
};
#define STAGE(stage_)                                                                                        \
    {"at", "time?", NULL}, {"after_ms", "integer", "Since the stage before."},                               \
    {                                                                                                        \
        "stage", "=" stage_, NULL                                                                            \
    }
static const struct schema_member trace_stage[] = {{"",
                                                    "#TraceReceived|TraceVerified|TraceEvent|TraceFetch|"
                                                    "TraceSync|TraceChange|TraceNotification|TraceAttempt",
                                                    NULL},
                                                   END};
static const struct schema_member trace_received[] = {STAGE("received"), DELIVERY, END};
static const struct schema_member trace_verified[] = {STAGE("verified"), END};
static const struct schema_member trace_event[] = {STAGE("event"), EVENT, END};
static const struct schema_member trace_fetch[] = {STAGE("fetch"), FETCH, END};
static const struct schema_member trace_sync[] = {STAGE("sync"), SYNC, END};
static const struct schema_member trace_change[] = {
    STAGE("change"),
    {"model", "text?", "null: which records belong together."},
    {"id", "text", NULL},
    {"remote_id", "text", NULL},
    {"change", "=created|updated|gone", NULL},
    {"~fields", "[]text", "The first that became others."},
    END,
};
static const struct schema_member trace_notification[] = {
    STAGE("notification"),
    {"notification", "id", NULL},
    {"endpoint", "text?", NULL},
    {"~outcome", "=waiting", "It has not been tried."},
    END,
};
static const struct schema_member trace_attempt[] = {STAGE("attempt"), ATTEMPT, END};
static const struct schema_member event_aside[] = {
    {"number", "integer", "What replay takes."},
    {"at", "time", NULL},
    {"received_at", "time?", NULL},
    {"integration", "text?", NULL},
    {"kind", "=delivery|reference|record", NULL},
    {"what", "text", NULL},
    {"message", "text", NULL},
    {"tries", "integer", NULL},
    {"delivery", "integer", NULL},
    END,
};
static const struct schema_member events_replay[] = {
    {"~number", "integer", "This one,"},
    {"~integration", "text", "or all of an integration,"},
    {"~all", "bool", "or all."},
    {"~dry_run", "bool", "Only count them."},
    END,
};

const struct schema_object doc_log_objects[] = {
    {"LogEntry", any_entry, NULL, false},
    {"LogDelivery", delivery, NULL, false},
    {"LogUnaccepted", unaccepted, "A delivery that was not taken in.", false},
    {"LogEvent", event, NULL, false},
    {"LogNamed", named, NULL, false},
    {"LogFetch", fetch, NULL, false},
    {"LogRequest", request, NULL, false},
    {"LogSync", sync, NULL, false},
    {"LogChanged", changed, NULL, false},
    {"LogNotification", notification, NULL, false},
    {"LogAttempt", attempt, NULL, false},
    {"LogSubscription", subscription, NULL, false},
    {"LogConnection", connection, NULL, false},
    {"Trace", trace, NULL, false},
    {"TraceStage", trace_stage, NULL, false},
    {"TraceReceived", trace_received, NULL, false},
    {"TraceVerified", trace_verified, NULL, false},
    {"TraceEvent", trace_event, NULL, false},
    {"TraceFetch", trace_fetch, NULL, false},
    {"TraceSync", trace_sync, NULL, false},
    {"TraceChange", trace_change, NULL, false},
    {"TraceNotification", trace_notification, NULL, false},
    {"TraceAttempt", trace_attempt, NULL, false},
    {"EventAside", event_aside, NULL, false},
    {"EventsReplay", events_replay, "Exactly one of the first three.", false},
    {NULL, NULL, NULL, false},
};

#define OF_INTEGRATION                                                                                       \
    {                                                                                                        \
        "~integration", "text", "Only of this integration."                                                  \
    }
#define WHEN                                                                                                 \
    {"~since", "text", "From then on: a time, or 2h, 3d."},                                                  \
    {                                                                                                        \
        "~until", "text", "And before that."                                                                 \
    }

static const struct schema_member of_deliveries[] = {
    OF_INTEGRATION,
    {"~outcome", "=read|aside|refused|answered|unverified", NULL},
    {"~text", "text", "That holds this, in letters of whichever size."},
    WHEN,
    END,
};
static const struct schema_member of_events[] = {
    {"~state", "=log|aside", "log (default): what became of events. aside: those that were set aside."},
    OF_INTEGRATION,
    {"~outcome", "text", "Of those in the log."},
    WHEN,
    END,
};
static const struct schema_member of_log[] = {
    {"~kind", "[]text", "delivery, event, fetch, notification, attempt, sync, integration: of these alone."},
    OF_INTEGRATION,
    {"~tool", "text", "Only of integrations of this tool."},
    {"~endpoint", "text", NULL},
    {"~outcome", "text", NULL},
    {"~id", "text", "That names this id, of whatever it is."},
    {"~delivery", "text", "Of the delivery of this number."},
    {"~event", "text", "Of the event that the tool calls so."},
    {"~notification", "text", NULL},
    {"~text", "text", "That holds this, in letters of whichever size."},
    {"~errors", "=true|false", "true: only what names an error."},
    WHEN,
    END,
};
static const struct schema_member of_trace[] = {
    {"~by", "=any|delivery|event|notification|record|sync",
     "What the id is of; any (default): whatever names it."},
    END,
};
static const struct schema_member of_attempts[] = {
    OF_INTEGRATION,
    {"~endpoint", "text", NULL},
    {"~outcome", "=delivered|retry|dead", NULL},
    {"~notification", "text", NULL},
    WHEN,
    END,
};

const struct doc doc_log[] = {
    {.method = "GET",
     .path = "/admin/v1/deliveries",
     .id = "adminDeliveries",
     .tag = "Log",
     .summary = "What the tools sent",
     .text =
         "What was not taken in is only shown for its outcome: refused, answered (as it asked something), or "
         "unverified. Of an integration, it is noted once a second.",
     .query = of_deliveries,
     .answer = "#LogDelivery|LogUnaccepted",
     .errors = DOC_E(NOT_FOUND),
     .flags = DOC_PAGED},
    {.method = "GET",
     .path = "/admin/v1/events",
     .id = "adminEvents",
     .tag = "Log",
     .summary = "What became of the events in deliveries",
     .query = of_events,
     .answer = "#LogFetch|EventAside",
     .errors = DOC_E(NOT_FOUND),
     .flags = DOC_PAGED},
    {.method = "POST",
     .path = "/admin/v1/events/replay",
     .id = "adminEventsReplay",
     .tag = "Log",
     .summary = "Take events up again that were set aside",
     .body = "#EventsReplay",
     .answer = "#Replayed|Counted",
     .errors = DOC_E(NOT_FOUND)},
    {.method = "GET",
     .path = "/admin/v1/log",
     .id = "adminLog",
     .tag = "Log",
     .summary = "What happened",
     .query = of_log,
     .answer = "#LogEntry",
     .errors = DOC_E(NOT_FOUND),
     .flags = DOC_PAGED},

    {.method = "GET",
     .path = "/admin/v1/trace/{}",
     .id = "adminTrace",
     .tag = "Log",
     .names = {"id"},
     .summary = "The way of one change, from the delivery or the sync to the attempts",
     .text = "As far as the log goes, of which so and so many entries are looked at.",
     .query = of_trace,
     .answer = "#Trace",
     .errors = DOC_E(NOT_FOUND)},
    {.method = "GET",
     .path = "/admin/v1/attempts",
     .id = "adminAttempts",
     .tag = "Endpoints",
     .summary = "Tries of notifications, newest first",
     .query = of_attempts,
     .answer = "#LogAttempt",
     .errors = DOC_E(NOT_FOUND),
     .flags = DOC_PAGED},
    {.method = NULL},
};
