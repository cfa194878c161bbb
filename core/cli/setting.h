/*
 * setting: a <key>=<value> of the command line, whose value may come from a file or the standard input, since
 * other users of the machine can read a command line.
 */
#ifndef WEIR_CLI_SETTING_H
#define WEIR_CLI_SETTING_H

#include "cli/command.h"

#include <jansson.h>

/* Append what value means: "-", "@file:<path>" or itself. word: where the key stands that a terminal is asked
 * with, up to the character before value. Thread: setup, as all here. */
int setting_read(struct buf *out, const struct cli *cli, const char *word, const char *value,
                 struct weir_error *err);

/* word is "<key>=<value>"; an empty value becomes null. WEIR_E_INVALID: no UTF-8. */
int setting_add(json_t *settings, const struct cli *cli, const char *word, struct weir_error *err);

#endif
