/*
 * cli: the command line. It parses, asks the running daemon through its admin API, and prints for a
 * person, or as JSON with --json.
 *
 * serve, check and restore need the rooms that this one does not know: they run through the calls that
 * the program hands in. All other commands are clients, over the daemon's Unix socket or an admin URL.
 */
#ifndef WEIR_CLI_CLI_H
#define WEIR_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

/* The commands that run in this process. Each returns the exit status. */
struct cli_app {
    const char *version;
    int (*serve)(const char *config_path);
    int (*check)(const char *config_path);
    int (*restore)(const char *config_path, const char *backup_path, bool force);
    /* Write the OpenAPI description, the admin API's part included or not. */
    int (*openapi)(FILE *out, bool admin);
};

enum cli_exit {
    CLI_OK = 0,
    CLI_FAILED = 1,      /* the daemon, or the command, says no */
    CLI_USAGE = 2,       /* the command line is wrong: nothing was done */
    CLI_UNREACHABLE = 3, /* no daemon answers */
};

/* Run the command of argv and return the exit status of the process. argv may be reordered.
 * Thread: setup. */
int cli_run(int argc, char **argv, const struct cli_app *app);

#endif
