/*
 * command: the subcommands of weir-harness.
 *
 * Each has its own file, named after it. argv[0] is the subcommand; what is returned is the exit status.
 */
#ifndef WEIR_HARNESS_COMMAND_H
#define WEIR_HARNESS_COMMAND_H

#include "weir/connector.h"

enum exit_status {
    EXIT_GOOD = 0,  /* everything passed */
    EXIT_FOUND = 1, /* something failed */
    EXIT_USAGE = 2  /* called wrongly, or something that was named cannot be used */
};

struct command {
    const char *name;
    const char *arguments; /* "<tool>.so [<cases>...]" */
    const char *summary;
    const char *options; /* lines of help; "" */
    int (*run)(const struct command *command, int argc, char **argv);
};

/* Prints "weir-harness test: ..." and how it is called; EXIT_USAGE. */
int command_misuse(const struct command *command, const char *format, ...) WEIR_PRINTF(2, 3);
/* The help of the command on standard output; EXIT_GOOD. */
int command_help(const struct command *command);
/* What getopt_long made of a wrong option (it says so itself); EXIT_USAGE. */
int command_bad_option(const struct command *command);

int test_command(const struct command *command, int argc, char **argv);
int run_command(const struct command *command, int argc, char **argv);
int fuzz_command(const struct command *command, int argc, char **argv);
int record_command(const struct command *command, int argc, char **argv);
int describe_command(const struct command *command, int argc, char **argv);
int new_command(const struct command *command, int argc, char **argv);

#endif
