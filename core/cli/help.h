/*
 * help: what a person may write, from the table of commands.
 */
#ifndef WEIR_CLI_HELP_H
#define WEIR_CLI_HELP_H

#include "cli/command.h"

/* Thread: any, both. */
void help_all(FILE *out);
void help_command(FILE *out, const struct command *command);

#endif
