/*
 * options: from argv to struct options, by the lists of specs of the command.
 */
#ifndef WEIR_CLI_OPTIONS_H
#define WEIR_CLI_OPTIONS_H

#include "cli/command.h"

/*
 * Read the options before the command. The index of the first word that is none, which may be argc; or -1:
 * the mistake is told. Thread: setup, as all calls here (getopt keeps its place in globals).
 */
int options_read_first(struct cli *cli, int argc, char **argv);

/* Read the options of cli->command behind it; argv[0] is its name. Sets cli->args. false: the mistake is
 * told. */
bool options_read(struct cli *cli, int argc, char **argv);

#endif
