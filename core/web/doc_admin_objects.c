/*
 * doc_admin_objects: what the admin API takes and answers.
 */
#include "web/doc.h"

#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL, NULL                                                                                     \
    }
#define SUBSCRIPTION_STATE "=none|pending|active|needs_permission|manual_setup|failed|removed|unknown"
#define INTEGRATION_STATE "=ACTIVE|INVALID|INACTIVE|DELETED|UNKNOWN"

/* ---- the daemon ---- */

static const struct schema_member store[] = {
    {"inbox_count", "integer", "Deliveries that wait for a worker."},
    {"inbox_bytes", "integer", NULL},
    {"inbox_oldest_ms", "integer", NULL},
    {"outbox_count", "integer", "Notifications that wait for their next attempt."},
    {"outbox_oldest_ms", "integer", NULL},
    {"dead_count", "integer", "Notifications that were given up."},
    {"aside_count", "integer", "Events that were set aside."},
    {"record_count", "integer", NULL},
    {"file_bytes", "integer", NULL},
    {"used_bytes", "integer", NULL},
    {"disk_full", "bool", NULL},
    END,
};
static const struct schema_member status[] = {
    {"version", "text", NULL},        {"pid", "integer", NULL},  {"uptime_s", "integer", NULL},
    {"environment_id", "text", NULL}, {"ready", "bool", NULL},   {"why", "text?", "Why it is not ready."},
    {"endpoints", "{}integer", NULL}, {"store", "#Store", NULL}, END,
};
static const struct schema_member readiness[] = {
    {"ready", "bool", NULL},
    {"~why", "text", "Why it is not."},
    END,
};
static const struct schema_member report[] = {
    {"report", "[]text", "What there is to say of the configuration, a line each."},
    END,
};
static const struct schema_member backup_wish[] = {
    {"path", "text", "An absolute path on the daemon's machine, of a file that does not exist yet."},
    {"~compact", "bool", "Leave out free space."},
    END,
};
static const struct schema_member backup[] = {{"path", "text", NULL}, {"compact", "bool", NULL}, END};

/* ---- connectors ---- */

static const struct schema_member call_failure[] = {
    {"at", "time", NULL}, {"call", "text", "\"fetch.list\""}, {"message", "text", NULL}, END};
#define CONNECTOR                                                                                            \
    {"tool", "text", "\"personio\""}, {"label", "text?", NULL}, {"version", "text?", NULL},                  \
        {"contract", "text?", "The version of the contract that it was built with."},                        \
        {"category", "=HRIS|ATS?", NULL}, {"path", "text", NULL}, {"loaded", "bool", NULL},                  \
        {"generation", "integer", "1 for the first that was loaded, one more for each newer file."},         \
        {"error", "text?", "Why it is not loaded, or why a newer file is refused."},                         \
        {"integrations", "integer", "How many have this tool."},                                             \
        {"behind", "integer", "How many of them run an earlier generation."}, {"calls", "integer", NULL},    \
        {"failures", "integer", NULL}, {"misbehaved", "integer", NULL},                                      \
    {                                                                                                        \
        "last_failure", "#CallFailure?", NULL                                                                \
    }
static const struct schema_member connector[] = {CONNECTOR, END};
static const struct schema_member connector_setting[] = {
    {"key", "text", NULL},    {"label", "text", NULL},    {"help", "text?", NULL},
    {"secret", "bool", NULL}, {"required", "bool", NULL}, END,
};
static const struct schema_member connector_event[] = {
    {"name", "text", "As the tool calls it."}, {"models", "[]text", "What it may touch."}, END};
static const struct schema_member connector_model[] = {
    {"model", "text", NULL},
    {"fields", "[]text", NULL},
    {"lists", "bool", "It can be read page by page,"},
    {"since", "bool", "... by what changed since a time,"},
    {"by_id", "bool", "... and one by one."},
    {"listed_with", "text?", "It comes with this other model."},
    END,
};
static const struct schema_member connector_action[] = {
    {"action", "text", "\"hris_create_absence\""},
    {"label", "text", NULL},
    {"fields", "[]text", "Of its input, those it makes use of."},
    END};
static const struct schema_member connector_api[] = {
    {"name", "text", "As in /v1/passthrough."}, {"label", "text", NULL}, END};
static const struct schema_member connector_offers[] = {
    {"subscribe", "bool", NULL}, {"inspect", "bool", NULL}, {"unsubscribe", "bool", NULL},
    {"steps", "integer", NULL},  {"missed", "bool", NULL},  END,
};
static const struct schema_member connector_user[] = {
    {"id", "text", NULL},
    {"state", INTEGRATION_STATE, NULL},
    {"problem", "text?", NULL},
    {"version", "text?", NULL},
    {"generation", "integer", NULL},
    {"held_back", "text?", "Why it stays on an earlier generation."},
    {"calls", "integer", NULL},
    {"failures", "integer", NULL},
    {"last_failure", "#CallFailure?", NULL},
    END,
};
static const struct schema_member connector_in_full[] = {
    CONNECTOR,
    {"outcomes", "{}integer", "How the calls went."},
    {"~base_url", "text?", NULL},
    {"~offers", "#ConnectorOffers", "This and what follows: of one that is loaded."},
    {"~settings", "[]#ConnectorSetting", NULL},
    {"~events", "[]#ConnectorEvent", NULL},
    {"~models", "[]#ConnectorModel", NULL},
    {"~actions", "[]#ConnectorAction", "What it can do at the tool."},
    {"~apis", "[]#ConnectorApi", "APIs of the tool that requests can be passed through to."},
    {"on_it", "[]#ConnectorUser", NULL},
    END,
};
static const struct schema_member held_back[] = {
    {"id", "text", NULL}, {"generation", "integer", NULL}, {"reason", "text", NULL}, END};
static const struct schema_member connector_result[] = {
    {"tool", "text", NULL},
    {"result", "=unchanged|loaded|reloaded|refused", NULL},
    {"version", "text?", NULL},
    {"generation", "integer", NULL},
    {"error", "text?", NULL},
    {"path", "text", NULL},
    {"integrations", "integer", NULL},
    {"held_back", "[]#HeldBack", "Integrations that stay on the version they have."},
    END,
};

/* ---- integrations ---- */

static const struct schema_member integration_subscription[] = {
    {"state", SUBSCRIPTION_STATE, NULL},
    {"remote_id", "text?", NULL},
    {"detail", "text?", NULL},
    {"checked_at", "time?", NULL},
    END,
};
static const struct schema_member integration_connector[] = {
    {"version", "text?", NULL},
    {"generation", "integer", NULL},
    {"held_back", "text?", NULL},
    {"error", "text?", NULL},
    END,
};
static const struct schema_member setting_state[] = {
    {"key", "text", NULL},
    {"label", "text", NULL},
    {"help", "text?", NULL},
    {"secret", "bool", NULL},
    {"required", "bool", NULL},
    {"set", "bool", NULL},
    END,
};
#define INTEGRATION                                                                                          \
    {"id", "text", "\"personio:acme\""}, {"tool", "text", NULL}, {"label", "text", NULL},                    \
        {"category", "=HRIS|ATS", NULL}, {"organization", "text?", NULL}, {"scope", "text", NULL},           \
        {"state", INTEGRATION_STATE, NULL},                                                                  \
        {"setup_status", "=INCOMPLETE|FINAL_SYNC_PENDING|COMPLETED", NULL},                                  \
        {"qa_status", "=PENDING|FAILED|PASSED", "Of the first sync's data."},                                \
        {"qa_reason", "text?", "Why it failed."}, {"paused", "bool", NULL},                                  \
        {"kept_in", "=store|file", "Those of the file are changed there."},                                  \
        {"first_sync_done", "bool", NULL}, {"problem", "text?", NULL}, {"auth_failed_since", "time?", NULL}, \
        {"created_at", "time?", NULL}, {"last_full_sync", "time?", NULL},                                    \
        {"last_delta_sync", "time?", NULL}, {"next_sync", "time?", NULL}, {"last_delivery", "time?", NULL},  \
        {"callback_url", "text", NULL}, {"subscription", "#IntegrationSubscription", NULL},                  \
        {"connector", "#IntegrationConnector", NULL},                                                        \
    {                                                                                                        \
        "sync", "#Rhythm", NULL                                                                              \
    }
static const struct schema_member integration[] = {INTEGRATION, END};
static const struct schema_member integration_in_full[] = {
    INTEGRATION,
    {"base_url", "text?", "The tool's address, where it has one of its own."},
    {"settings", "[]#SettingState", "What it can be given, never what it is."},
    {"silent_at", "time?", "When its silence will be unusual."},
    {"webhook_missed", "integer", "Changes that a sync found and no delivery had told."},
    END,
};
static const struct schema_member rhythm[] = {
    {"next_at", "time?", "When it is synced next,"},
    {"every_s", "integer", "how often,"},
    {"relaxed", "bool", "whether its webhooks are relied on,"},
    {"why", "text?", "and why."},
    END,
};
static const struct schema_member integration_wish[] = {
    {"id", "text", "\"<tool>:<name>\""},
    {"organization", "text", "The customer's name."},
    {"~origin_id", "text?", "Your own id of the customer."},
    {"~creator_email", "text?", "Who set it up."},
    {"~scope", "text?", "Which data is read, as the configuration names it."},
    {"~base_url", "text?", "The tool's address, where it has none of its own."},
    {"~allow_private", "bool?", "The tool runs in your own network."},
    {"~settings", "{}text", "As the connector names them. They are never shown again."},
    END,
};
static const struct schema_member integration_made[] = {
    {"id", "text", NULL}, {"~callback_url", "text", NULL}, END};
static const struct schema_member settings_wish[] = {
    {"settings", "{}text?", "By their names; null takes one away."}, END};
static const struct schema_member sync_cancelled[] = {{"sync_id", "id", NULL}, END};

/* ---- subscriptions ---- */

#define SUBSCRIPTION                                                                                         \
    {"integration", "text", NULL}, {"tool", "text", NULL}, {"state", SUBSCRIPTION_STATE, NULL},              \
        {"reason", "text?", NULL}, {"remote_id", "text?", "What the tool calls it."},                        \
        {"automatic", "bool", "Weir makes it by itself."}, {"checked_at", "time?", NULL},                    \
        {"active_since", "time?", NULL}, {"doubted_at", "time?", NULL}, {"last_delivery", "time?", NULL},    \
        {"silent_at", "time?", "When its silence will be unusual."}, {"usual_pause_ms", "integer", NULL},    \
        {"pauses_learned", "integer", NULL},                                                                 \
    {                                                                                                        \
        "missed_changes", "integer", "Changes that a sync found and no webhook told of."                     \
    }
static const struct schema_member subscription[] = {SUBSCRIPTION, END};
static const struct schema_member subscription_in_full[] = {
    SUBSCRIPTION,
    {"callback_url", "text", NULL},
    {"events", "[]text", "What the tool is asked to send."},
    {"steps", "[]#SetupStep", "What a person has to do, where the connector cannot."},
    END,
};
static const struct schema_member setup_step[] = {
    {"title", "text", NULL},
    {"text", "text", NULL},
    {"copy", "text?", "What to copy to the tool,"},
    {"value", "text?", "... and it, unless it is a secret."},
    {"paste", "text?", "The setting that takes what the tool shows."},
    END,
};

/* ---- what happened ---- */

static const struct schema_member sync[] = {
    {"id", "id", NULL},
    {"run", "integer", NULL},
    {"integration", "text?", NULL},
    {"type", "=FULL|DELTA", NULL},
    {"state",
     "=QUEUED|RUNNING|SUCCEEDED|PARTIALLY_FAILED|FAILED|AUTHENTICATION_FAILED|CANCELLED|TIMED_OUT|UNKNOWN",
     NULL},
    {"started_at", "time?", NULL},
    {"ended_at", "time?", NULL},
    {"since", "time?", "From when on changes were asked for."},
    {"model", "text?", "The one that is being read."},
    {"pages", "integer", NULL},
    {"records", "integer", NULL},
    {"changed", "integer", NULL},
    {"gone", "integer", NULL},
    {"set_aside", "integer", NULL},
    {"records_per_s", "integer?", NULL},
    {"records_expected", "integer?", NULL},
    {"message", "text?", NULL},
    END,
};
static const struct schema_member notification[] = {
    {"id", "id", "The same in each of its attempts."},
    {"endpoint", "text?", NULL},
    {"integration", "text?", NULL},
    {"type", "text", "\"data-changed\""},
    {"created_at", "time", NULL},
    {"due_at", "time?", NULL},
    {"attempts", "integer", NULL},
    {"last_status", "integer?", NULL},
    {"last_error", "text?", NULL},
    {"delivered_at", "time?", NULL},
    {"died_at", "time?", "When it was given up."},
    END,
};
static const struct schema_member notifications_replay[] = {
    {"~id", "text", "This one,"},
    {"~endpoint", "text", "or all of an endpoint,"},
    {"~integration", "text", "of an integration,"},
    {"~since", "text", "that ended from then on: a time, or 2h, 3d,"},
    {"~until", "text", "and before that,"},
    {"~all", "bool", "or all."},
    {"~state", "=dead|delivered|any", "dead (default): given up. delivered: as far as they are kept."},
    {"~dry_run", "bool", "Only count them."},
    END,
};
static const struct schema_member replayed[] = {{"replayed", "integer", "How many."}, END};
static const struct schema_member counted[] = {
    {"dry_run", "bool", NULL}, {"count", "integer", "How many it would be."}, END};

const struct schema_object doc_admin_objects[] = {
    {"Status", status, NULL, false},
    {"Store", store, NULL, false},
    {"Readiness", readiness, NULL, false},
    {"Report", report, NULL, false},
    {"BackupWish", backup_wish, NULL, false},
    {"Backup", backup, NULL, false},
    {"Connector", connector, NULL, false},
    {"ConnectorInFull", connector_in_full, NULL, false},
    {"ConnectorSetting", connector_setting, NULL, false},
    {"ConnectorEvent", connector_event, NULL, false},
    {"ConnectorModel", connector_model, NULL, false},
    {"ConnectorAction", connector_action, NULL, false},
    {"ConnectorApi", connector_api, NULL, false},
    {"ConnectorOffers", connector_offers, NULL, false},
    {"ConnectorUser", connector_user, NULL, false},
    {"ConnectorResult", connector_result, NULL, false},
    {"CallFailure", call_failure, NULL, false},
    {"HeldBack", held_back, NULL, false},
    {"Integration", integration, NULL, false},
    {"IntegrationInFull", integration_in_full, NULL, false},
    {"Rhythm", rhythm, NULL, false},
    {"IntegrationSubscription", integration_subscription, NULL, false},
    {"SettingState", setting_state, NULL, false},
    {"IntegrationConnector", integration_connector, NULL, false},
    {"IntegrationWish", integration_wish, NULL, false},
    {"IntegrationMade", integration_made, NULL, false},
    {"SettingsWish", settings_wish, NULL, false},
    {"SyncCancelled", sync_cancelled, NULL, false},
    {"Subscription", subscription, NULL, false},
    {"SubscriptionInFull", subscription_in_full, NULL, false},
    {"SetupStep", setup_step, NULL, false},
    {"Sync", sync, NULL, false},
    {"Notification", notification, NULL, false},
    {"NotificationsReplay", notifications_replay, "Either id, or all, or some of the others.", false},
    {"Replayed", replayed, NULL, false},
    {"Counted", counted, "Of a dry run.", false},
    {NULL, NULL, NULL, false},
};
