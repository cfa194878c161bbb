#include "cli/command.h"

#include "config/nearest.h"

#define LIMIT_MAX 1000000

#define FLAG(member, name_, help_)                                                                           \
    {                                                                                                        \
        .name = (name_), .help = (help_), .offset = offsetof(struct options, member), .kind = OPTION_FLAG    \
    }
#define TEXT(member, name_, value_, help_)                                                                   \
    {                                                                                                        \
        .name = (name_), .value = (value_), .help = (help_), .offset = offsetof(struct options, member),     \
        .kind = OPTION_TEXT                                                                                  \
    }
#define NUMBER(member, name_, value_, most_, help_)                                                          \
    {                                                                                                        \
        .name = (name_), .value = (value_), .help = (help_), .offset = offsetof(struct options, member),     \
        .most = (most_), .kind = OPTION_NUMBER                                                               \
    }
#define LETTER(member, letter_, name_, value_, help_, kind_)                                                 \
    {                                                                                                        \
        .name = (name_), .value = (value_), .help = (help_), .offset = offsetof(struct options, member),     \
        .kind = (kind_), .letter = (letter_)                                                                 \
    }
/* clang-format off: to it an empty initialiser is a block */
#define END                                                                                                  \
    {                                                                                                        \
        .name = NULL                                                                                         \
    }
/* clang-format on */

/* ---- options ---- */

#define CONFIG_OPTION                                                                                        \
    LETTER(config, 'c', "config", "FILE", "the configuration (WEIR_CONFIG; /etc/weir/weir.conf)", OPTION_TEXT)
#define LIMIT NUMBER(limit, "limit", "N", LIMIT_MAX, "at most N rows, the newest (default 50)")
#define OF_INTEGRATION TEXT(integration, "integration", "ID", "only of this integration")

const struct option_spec CONFIG_OPTIONS[] = {CONFIG_OPTION, END};
const struct option_spec JSON_OPTIONS[] = {FLAG(json, "json", "print the data as JSON"), END};
const struct option_spec HELP_OPTIONS[] = {LETTER(help, 'h', "help", NULL, "show this", OPTION_FLAG), END};
const struct option_spec VERSION_OPTIONS[] = {
    LETTER(version, 'V', "version", NULL, "show the version", OPTION_FLAG), END};
const struct option_spec DAEMON_OPTIONS[] = {
    CONFIG_OPTION,
    TEXT(socket, "socket", "PATH", "the daemon's Unix socket (default: what the configuration says)"),
    TEXT(url, "url", "URL", "the daemon's admin address instead, as http://127.0.0.1:8081"),
    TEXT(key_file, "key-file", "FILE", "holds the admin key for --url (or set WEIR_ADMIN_KEY)"),
    END,
};

static const struct option_spec INTEGRATION_OPTIONS[] = {
    TEXT(organization, "organization", "NAME", "create: the customer's name"),
    TEXT(scope, "scope", "NAME", "create: which data is read, as the configuration names it (default)"),
    TEXT(base_url, "base-url", "URL", "create: the tool's address, where it has none of its own"),
    TEXT(origin_id, "origin-id", "ID", "create: your own id of the customer"),
    TEXT(email, "creator-email", "ADDRESS", "create: who set it up"),
    FLAG(allow_private, "allow-private", "create: the tool runs in your own network"),
    END,
};
static const struct option_spec SYNC_OPTIONS[] = {
    FLAG(delta, "delta", "only what changed since the last sync"), LIMIT,
    FLAG(follow, "follow", "those under way, until all of them ended"), END};
static const struct option_spec DELIVERIES_OPTIONS[] = {
    OF_INTEGRATION,
    TEXT(since, "since", "WHEN", "that came from then on: 2h, 3d, or a time"),
    TEXT(until, "until", "WHEN", "... and before that"),
    FLAG(dry_run, "dry-run", "replay: only count them"),
    LIMIT,
    END,
};
static const struct option_spec EVENTS_OPTIONS[] = {
    FLAG(aside, "aside", "those that were set aside, because trying again did not help"), OF_INTEGRATION,
    LIMIT, END};
static const struct option_spec LOG_OPTIONS[] = {
    TEXT(kind, "kind", "K",
         "of these kinds alone, with commas: delivery, event, fetch, notification, attempt, sync, "
         "integration"),
    OF_INTEGRATION,
    TEXT(tool, "tool", "TOOL", "only of this tool's integrations"),
    TEXT(endpoint, "endpoint", "NAME", "only of this endpoint"),
    TEXT(outcome, "outcome", "WORD", "only what ended so"),
    TEXT(id, "id", "ID", "only what names this, whatever it is"),
    TEXT(delivery, "delivery", "NUMBER", "only what belongs to this delivery"),
    TEXT(upstream_event, "event", "ID", "only the delivery with this event, by the tool's id"),
    TEXT(notification, "notification", "ID", "only of this notification"),
    TEXT(text, "text", "TEXT", "only what holds this"),
    TEXT(since, "since", "WHEN", "from then on: 2h, 3d, or a time"),
    TEXT(until, "until", "WHEN", "before that"),
    LIMIT,
    FLAG(follow, "follow", "go on as further entries come"),
    END,
};
static const struct option_spec TRACE_OPTIONS[] = {
    TEXT(kind, "by", "WHAT",
         "what the id is of: delivery, event, notification or record (whatever names it)"),
    END};
static const struct option_spec NOTIFICATIONS_OPTIONS[] = {
    FLAG(waiting, "waiting", "those that wait for their next attempt (default)"),
    FLAG(dead, "dead", "those that were given up: dead letters"),
    FLAG(log, "log", "the attempts that were made"),
    FLAG(delivered, "delivered", "those that were delivered and are kept to be sent again"),
    TEXT(endpoint, "endpoint", "NAME", "only for this endpoint"),
    OF_INTEGRATION,
    TEXT(since, "since", "WHEN", "given up or delivered from then on: 2h, 3d, or a time"),
    TEXT(until, "until", "WHEN", "... and before that"),
    FLAG(all, "all", "discard: all dead letters that the other options leave"),
    TEXT(reason, "reason", "TEXT", "discard: why, for the log"),
    FLAG(dry_run, "dry-run", "discard: only count them"),
    LIMIT,
    END,
};
static const struct option_spec ENDPOINT_OPTIONS[] = {
    TEXT(events, "events", "LIST", "add, set: the types it takes, with commas (data-changed)"),
    TEXT(integrations, "integrations", "LIST", "add, set: of these alone, with commas, or \"all\""),
    TEXT(order, "order", "WORD", "add, set: none, strict, or integration: one at a time, in order"),
    NUMBER(concurrency, "concurrency", "N", 256, "add, set: attempts at once (4)"),
    NUMBER(timeout_ms, "timeout-ms", "N", 300000, "add, set: longest attempt"),
    FLAG(allow_private, "allow-private", "add, set: it runs in your own network"),
    TEXT(secret_file, "secret-file", "FILE",
         "add, rotate: holds the secret, - is the standard input (else one is made)"),
    NUMBER(overlap, "overlap", "HOURS", 720, "rotate: how long the former secret stays valid (24)"),
    FLAG(now, "now", "rotate: former secrets end at once"),
    FLAG(force, "force", "remove: also when notifications wait, which become dead letters"),
    END,
};
static const struct option_spec REPLAY_OPTIONS[] = {
    TEXT(dead_id, "dead", "ID", "send this dead letter again"),
    FLAG(dead_all, "dead-all", "send all dead letters again, or those of --endpoint"),
    TEXT(since, "since", "WHEN", "send again what was given up or delivered since: 2h, 3d, or a time"),
    TEXT(until, "until", "WHEN", "with --since: before that"),
    TEXT(state, "state", "STATE", "with --since: only what is dead, or delivered (default: any)"),
    FLAG(dry_run, "dry-run", "with --since or --dead-all: only count them"),
    TEXT(endpoint, "endpoint", "NAME", "with --dead-all or --since: only this endpoint's"),
    NUMBER(event, "event", "NUMBER", INT64_MAX, "take this event that was set aside up again"),
    FLAG(events_all, "events-all", "take all events that were set aside up again, or those of --integration"),
    TEXT(integration, "integration", "ID", "with --events-all or --since: only this integration's"),
    END,
};
static const struct option_spec BACKUP_OPTIONS[] = {
    FLAG(compact, "compact", "leave out free space: smaller, and slower to make"), END};
static const struct option_spec OPENAPI_OPTIONS[] = {
    FLAG(admin, "admin", "of everything, not only of what an application uses"), END};
static const struct option_spec RESTORE_OPTIONS[] = {
    FLAG(force, "force", "also when there is a store; it is kept beside the new one"), END};

static const struct option_spec KEYS_OPTIONS[] = {
    TEXT(surface, "for", "SURFACE", "add: app, for /v1, or admin"),
    TEXT(role, "role", "ROLE", "add: read, operate, or admin"),
    TEXT(only, "only", "IDS", "add: only these integrations, with commas; personio:* is all of a tool"),
    NUMBER(days, "expires", "DAYS", 36500, "add: it ends after so many days (default never)"),
    END,
};
static const struct option_spec SCOPES_OPTIONS[] = {
    TEXT(like, "like", "SCOPE", "set: begin with what this one says"),
    FLAG(dry_run, "dry-run", "set, assign: only say what it would change"),
    END,
};
static const struct option_spec AUDIT_OPTIONS[] = {
    TEXT(who, "who", "NAME", "only what this key did; local is the Unix socket"),
    TEXT(target, "target", "ID", "only what was about this"),
    TEXT(outcome, "outcome", "WORD", "only what was done, denied, refused, or failed"),
    TEXT(since, "since", "TIME", "only from then on, as 2026-02-01T09:00:00Z or 3d"),
    TEXT(until, "until", "TIME", "only before then"),
    LIMIT,
    END,
};
static const struct option_spec LISTEN_OPTIONS[] = {
    TEXT(forward, "forward", "URL", "post each there, signed, as http://localhost:3000/hook"),
    TEXT(secret_file, "secret-file", "FILE",
         "sign with the secret in it, - is the standard input (else one is made)"),
    TEXT(resume, "resume", "FILE", "go on where the last run with this file ended"),
    NUMBER(last, "last", "N", 1000, "first the last N that are kept"),
    TEXT(endpoint, "endpoint", "NAME", "only what is for this endpoint"),
    TEXT(events, "events", "LIST", "only of these types, with commas"),
    OF_INTEGRATION,
    FLAG(body, "body", "show the whole body"),
    END,
};

/* ---- commands ---- */

#define FORMS(...) ((const char *const[]){__VA_ARGS__, NULL})

const struct command COMMANDS[] = {
    {"serve", "run the daemon in the foreground", FORMS(""),
     "It ends cleanly on SIGTERM and SIGINT, and reads its configuration again on SIGHUP.", NULL,
     NEEDS_CONFIG, 0, NULL, run_serve},
    {"check", "name every mistake of the configuration", FORMS(""),
     "It reads the file as the daemon would, in this environment, and loads the connectors.", NULL,
     NEEDS_CONFIG, 0, NULL, run_check},
    {"status", "how the daemon is", FORMS(""), "The exit status is 1 when the daemon runs but is not ready.",
     NULL, NEEDS_DAEMON, 0, NULL, run_status},
    {"connectors", "which connectors are loaded, how they do, and newer ones",
     FORMS("[list]", "inspect <tool>", "reload [<tool>]"),
     "reload looks at the files again, and takes integrations to what is newer, without a restart. A file "
     "that\n"
     "is refused, and an integration that cannot go along, change nothing; the exit status is 1 then.",
     NULL, NEEDS_DAEMON, 2, accept_connectors, run_connectors},
    {"integrations", "the customers' accounts and their state",
     FORMS("[list]", "show <id>", "ensure <id>", "enable <id>", "disable <id>", "pass-qa <id>",
           "create <id> --organization NAME <key>=<value>...", "set <id> <key>=<value>...", "delete <id>"),
     "ensure makes the subscription at the tool what it should be, now. create and set try the settings at\n"
     "the tool before they count. A value is also read from @file:PATH, or from the standard input as -;\n"
     "an empty one takes the setting away. Those of the configuration file are changed there. disable "
     "cancels\n"
     "a sync and keeps settings and data; pass-qa lets data be read that the quality check refused.",
     INTEGRATION_OPTIONS, NEEDS_DAEMON, 66, accept_integrations, run_integrations},
    {"subscriptions", "what the tools were asked to send, and whether they do",
     FORMS("[list]", "show <id>", "ensure <id>", "remove <id>"),
     "ensure makes it what it should be, now; remove deletes it at the tool, until ensure is asked for.",
     NULL, NEEDS_DAEMON, 2, accept_subscriptions, run_subscriptions},
    {"sync", "read an integration's records from its tool",
     FORMS("<integration> [--delta]", "status [<integration>] [--follow]", "cancel <integration>"),
     "Without --delta all records are read, and deleted ones found. status shows the syncs that ran, and how "
     "far "
     "those are that run. cancel ends one; what it has read stays.",
     SYNC_OPTIONS, NEEDS_DAEMON, 2, accept_sync, run_sync},
    {"deliveries", "what the tools sent",
     FORMS("[list]", "replay <number>", "replay --since <when> [--until <when>] [--integration <id>]"),
     "replay looks again at the records that those deliveries named, as the tool has them now.",
     DELIVERIES_OPTIONS, NEEDS_DAEMON, 2, accept_deliveries, run_deliveries},
    {"refetch", "look again at one record", FORMS("<integration> <model> <remote id>"), NULL, NULL,
     NEEDS_DAEMON, 3, accept_refetch, run_refetch},
    {"trace", "the way of one change, from its delivery or sync to the attempts", FORMS("<id>"),
     "The id is the number of a delivery, or the id of an event (the tool's), a notification or a record.",
     TRACE_OPTIONS, NEEDS_DAEMON, 1, accept_trace, run_trace},
    {"events", "what became of the events in deliveries", FORMS(""), NULL, EVENTS_OPTIONS, NEEDS_DAEMON, 0,
     NULL, run_events},
    {"notifications", "what waits for the application, or was given up",
     FORMS("[list]", "show <id>", "discard <id> | --all --reason TEXT"),
     "discard forgets dead letters for good; the reason stays in the log.", NOTIFICATIONS_OPTIONS,
     NEEDS_DAEMON, 2, accept_notifications, run_notifications},
    {"endpoints", "where notifications go",
     FORMS("[list]", "show <name>", "add <name> <url> [<header>=<value>...]",
           "set <name> [<url>] [<header>=<value>...]", "test <name>",
           "rotate <name> [--overlap HOURS | --now]", "enable <name>", "disable <name>",
           "remove <name> [--force]"),
     "add shows the secret it makes, once. A header's value is also read from @file:PATH, or from the "
     "standard\n"
     "input as -; an empty one takes the header away. test sends a signed data-changed that is marked as a "
     "test;\n"
     "the exit status is 1 when it is not taken. What is due for a disabled endpoint waits until it is "
     "enabled.\n"
     "Those of the configuration file are changed there.",
     ENDPOINT_OPTIONS, NEEDS_DAEMON, 20, accept_endpoints, run_endpoints},
    {"replay", "try again what was given up",
     FORMS("--since <when> [--until <when>] [--endpoint <name>] [--integration <id>]", "--dead <id>",
           "--dead-all [--endpoint <name>]", "--event <number>", "--events-all [--integration <id>]"),
     "--since sends what an application took and lost, too, as far as it is kept "
     "(store.retention.sent_days).",
     REPLAY_OPTIONS, NEEDS_DAEMON, 0, accept_replay, run_replay},
    {"listen", "notifications as they are made, also to your own machine", FORMS(""),
     "With --forward each is posted to that URL as an endpoint would get it, signed with a secret that is "
     "shown\n"
     "at the start; it is tried once. What the daemon's endpoints get stays as it is. It goes on over a "
     "restart of\n"
     "the daemon and shows what it missed, until Ctrl-C.",
     LISTEN_OPTIONS, NEEDS_DAEMON, 0, accept_listen, run_listen},
    {"log", "what happened, the newest last", FORMS(""), NULL, LOG_OPTIONS, NEEDS_DAEMON, 0, NULL, run_log},
    {"keys", "who may use the API and the admin API",
     FORMS("[list]", "show <name>", "add <name> --for app|admin --role ROLE [--only IDS] [--expires DAYS]",
           "revoke <name>"),
     "add prints the key, which is not kept and cannot be shown again. revoke takes effect at once.\n"
     "Those of the configuration file are changed there.",
     KEYS_OPTIONS, NEEDS_DAEMON, 2, accept_keys, run_keys},
    {"scopes", "what may be read, kept and shown, and who has which",
     FORMS("[list]", "show <name>", "set <name> [--like SCOPE] [--dry-run] <model>[.<field>]=<word>...",
           "assign <integration> <name> [--dry-run]", "delete <name>"),
     "A word is enabled, optional or disabled. set changes what the scope says now; a new one allows "
     "nothing\n"
     "but what is named. Those of the configuration file are changed there.",
     SCOPES_OPTIONS, NEEDS_DAEMON, 66, accept_scopes, run_scopes},
    {"audit", "who changed what, the newest first", FORMS(""), NULL, AUDIT_OPTIONS, NEEDS_DAEMON, 0, NULL,
     run_audit},
    {"reload", "make the daemon read its configuration again", FORMS(""),
     "A faulty file is refused whole, and the old one stays in force.", NULL, NEEDS_DAEMON, 0, NULL,
     run_reload},
    {"backup", "copy the store of the running daemon to a file", FORMS("<path>"),
     "The daemon writes the file, which must not exist yet. The master key is not in it.", BACKUP_OPTIONS,
     NEEDS_DAEMON, 1, accept_backup, run_backup},
    {"restore", "put a backup in the store's place; the daemon must not run", FORMS("<path>"), NULL,
     RESTORE_OPTIONS, NEEDS_CONFIG, 1, accept_restore, run_restore},
    {"openapi", "print the OpenAPI description of the HTTP API", FORMS(""),
     "It is what the daemon answers under /v1/openapi.json and /admin/v1/openapi.json. None has to run.",
     OPENAPI_OPTIONS, NEEDS_NOTHING, 0, NULL, run_openapi},
    {"version", "show the version", FORMS(""), NULL, NULL, NEEDS_NOTHING, 0, NULL, run_version},
    {"help", "show help, also of a command", FORMS("[<command>]"), NULL, NULL, NEEDS_NOTHING, 1, NULL,
     run_help},
    {.name = NULL},
};

const struct command *command_find(const char *name)
{
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0) {
            return command;
        }
    }
    return NULL;
}

const char *command_nearest(const char *name)
{
    struct nearest near;

    nearest_init(&near, name);
    for (const struct command *command = COMMANDS; command->name != NULL; command++) {
        nearest_try(&near, command->name);
    }
    return nearest_best(&near);
}
