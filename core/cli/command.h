/*
 * command: the table of commands and their options, and what a running command has at hand.
 *
 * Parsing and help both read the table: an option or a form is added in one place.
 */
#ifndef WEIR_CLI_COMMAND_H
#define WEIR_CLI_COMMAND_H

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/table.h"

struct admin;

/* Where a command reads and writes. Tests bring their own. */
struct cli_io {
    FILE *in; /* for secrets that are not to stand on the command line */
    FILE *out, *err;
    size_t width; /* of the terminal; 0: out is none */
    bool colours;
    const struct clock *clock;
    bool (*pause)(void *ctx, uint32_t ms); /* before looking again (log --follow); false: end */
    void *ctx;
};

/* What stood on the command line. Strings are argv's; NULL and 0: not given. */
struct options {
    const char *config, *socket, *url, *key_file;
    const char *integration, *endpoint, *kind, *dead_id;
    const char *since, *until, *state, *reason; /* a stretch of time; replay, discard */
    const char *tool, *outcome, *id, *delivery, *upstream_event, *notification, *text;
    const char *organization, *scope, *base_url, *origin_id, *email;
    const char *surface, *role, *only, *who, *target; /* keys, audit */
    const char *like;                                 /* scopes */
    const char *forward, *resume;                     /* listen */
    uint64_t last;
    uint64_t limit, event, days;
    const char *events, *integrations, *order, *secret_file; /* of an endpoint */
    uint64_t concurrency, timeout_ms, overlap;
    bool now;
    bool json, help, version;
    bool admin, aside, dead, waiting, log, delta, dead_all, events_all, dry_run, compact, force, follow,
        allow_private;
    bool delivered, all, body;
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER };

struct option_spec {
    const char *name;  /* NULL: the end of a list */
    const char *value; /* "ID", for help; NULL for a flag */
    const char *help;
    size_t offset; /* in struct options */
    uint64_t most; /* of a number, which is at least 1 */
    enum option_kind kind;
    char letter; /* 0: only the long form */
};

struct cli;

enum command_needs {
    NEEDS_NOTHING,
    NEEDS_CONFIG, /* runs in this process, on the configuration file */
    NEEDS_DAEMON  /* a client of the admin API */
};

struct command {
    const char *name; /* NULL: the end of the table */
    const char *summary;
    const char *const *forms;          /* what may follow the name; NULL-terminated */
    const char *help;                  /* what summary and options leave open; may be NULL */
    const struct option_spec *options; /* its own; may be NULL */
    enum command_needs needs;
    int args_max;
    /* Do words and options fit one another? CLI_OK, or CLI_USAGE and it is told. NULL: always. */
    int (*accept)(const struct cli *cli);
    int (*run)(struct cli *cli); /* returns an enum cli_exit, or what the program's call returned */
};

struct cli {
    const struct cli_app *app;
    const struct cli_io *io;
    const struct command *command;
    struct options opt;
    char **args; /* the words behind the command */
    int arg_count;
    struct admin *admin; /* only while a command that needs the daemon runs */
};

extern const struct command COMMANDS[];

/* The options that each command of that kind takes; those of --help and of the program itself. */
extern const struct option_spec CONFIG_OPTIONS[];
extern const struct option_spec DAEMON_OPTIONS[];
extern const struct option_spec JSON_OPTIONS[];
extern const struct option_spec HELP_OPTIONS[];
extern const struct option_spec VERSION_OPTIONS[];

/* NULL: there is none of that name. Thread: any, as all calls here. */
const struct command *command_find(const char *name);
/* The known command that was probably meant, or NULL. */
const char *command_nearest(const char *name);

/* As cli_run, with the streams, the terminal and the clock handed in. */
int cli_run_with(int argc, char **argv, const struct cli_app *app, const struct cli_io *io);

/* Say what is wrong with the command line, and where to read more: CLI_USAGE. */
int cli_usage(const struct cli *cli, const char *format, ...) WEIR_PRINTF(2, 3);
/* Say why it failed, and what to do about it: the exit status that fits the code. */
int cli_fail(const struct cli *cli, const struct weir_error *err);
/* A remark beside the result, for a person: not with --json. */
void cli_note(const struct cli *cli, const char *format, ...) WEIR_PRINTF(2, 3);

/* ---- the commands ---- */
int accept_restore(const struct cli *cli);
int accept_backup(const struct cli *cli);
int accept_connectors(const struct cli *cli);
int accept_integrations(const struct cli *cli);
int accept_subscriptions(const struct cli *cli);
int accept_sync(const struct cli *cli);
int accept_notifications(const struct cli *cli);
/* The words behind "notifications": show, discard. */
int accept_notification_word(const struct cli *cli);
int run_notification_word(struct cli *cli);
int accept_endpoints(const struct cli *cli);
int accept_replay(const struct cli *cli);
int run_serve(struct cli *cli);
int run_check(struct cli *cli);
int run_restore(struct cli *cli);
int run_version(struct cli *cli);
int run_openapi(struct cli *cli);
int run_help(struct cli *cli);
int run_status(struct cli *cli);
int run_reload(struct cli *cli);
int run_backup(struct cli *cli);
int run_connectors(struct cli *cli);
int run_integrations(struct cli *cli);
/* Those of "integrations" that change something: create, set, delete. */
bool integration_options_given(const struct cli *cli);
int accept_integration_change(const struct cli *cli);
int run_integration_change(struct cli *cli);
int run_subscriptions(struct cli *cli);
int run_sync(struct cli *cli);
int accept_deliveries(const struct cli *cli);
int accept_trace(const struct cli *cli);
int run_trace(struct cli *cli);
int accept_refetch(const struct cli *cli);
int run_refetch(struct cli *cli);
int run_deliveries_replay(struct cli *cli);
int run_deliveries(struct cli *cli);
int run_events(struct cli *cli);
int run_log(struct cli *cli);
int run_notifications(struct cli *cli);
int run_endpoints(struct cli *cli);
int run_replay(struct cli *cli);
int accept_listen(const struct cli *cli);
int run_listen(struct cli *cli);
int accept_keys(const struct cli *cli);
int run_keys(struct cli *cli);
int run_audit(struct cli *cli);
int accept_scopes(const struct cli *cli);
int run_scopes(struct cli *cli);

#endif
