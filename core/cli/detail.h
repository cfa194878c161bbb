/*
 * detail: one thing of the admin API, in full.
 */
#ifndef WEIR_CLI_DETAIL_H
#define WEIR_CLI_DETAIL_H

#include "cli/list.h"

struct detail {
    const char *title, *key; /* key as a column's */
    enum list_show show;
};

/* A line each. Thread: setup, as all calls here. */
void detail_print(const struct cli *cli, const json_t *it, const struct detail *details, size_t count);

/* "<folder><id><end>", asked with GET, or POST when there is a body. *data is the caller's. */
int detail_ask(json_t **data, const struct cli *cli, const char *folder, const char *id, const char *end,
               const json_t *body, struct weir_error *err);

/* Ask for "<folder><id>" and show it, with print or, with --json, as it came. The exit status. */
int detail_show(const struct cli *cli, const char *folder, const char *id,
                void (*print)(const struct cli *cli, const json_t *it));

#endif
