/*
 * list: a list of the admin API as a table, or as JSON, over as many pages as it takes.
 */
#ifndef WEIR_CLI_LIST_H
#define WEIR_CLI_LIST_H

#include "cli/admin.h"

#define LIST_LIMIT 50 /* rows of a list that grows by itself, unless --limit says otherwise */

enum list_show {
    LIST_TEXT,
    LIST_STATE, /* a word, coloured by what it means */
    LIST_COUNT,
    LIST_WHEN, /* a time as text, or as Unix milliseconds */
    LIST_OWN   /* by write() */
};

struct list_column {
    const char *title; /* NULL: the end */
    const char *key;   /* of the row; "subscription.state" is a member of a member */
    enum list_show show;
    bool flex; /* running text: cut first */
    void (*write)(struct buf *out, const json_t *row);
};

struct list_param {
    const char *name, *value; /* a NULL value: not sent */
};

struct list_view {
    const char *path; /* "/admin/v1/syncs" */
    const struct list_column *columns;
    const char *none; /* "no syncs yet" */
    uint64_t limit;   /* without --limit; 0: all */
};

/* Fetch and print. The exit status. Thread: setup, as all calls here. */
int listing_run(struct cli *cli, const struct list_view *view, const struct list_param *params,
                size_t param_count);

/* Up to limit (0: all) rows of a list, newest or first ones first; both results are the caller's. *next is
 * the API's: a text when there are more. */
int list_fetch(json_t **rows, json_t **next, const struct cli *cli, const char *path,
               const struct list_param *params, size_t param_count, uint64_t limit, struct weir_error *err);

/* A member of row by its key; NULL: there is none, or it is null. Lent. */
const json_t *list_member(const json_t *row, const char *key);
/* A value as text: strings are cleaned, other things as JSON. Nothing for NULL. */
void list_write_value(struct buf *out, const json_t *value);
/* A time of the API as Unix milliseconds; false: it is none. */
bool list_time(int64_t *ms, const json_t *value);
/* What a word of the API means for whoever looks after the daemon. */
enum table_colour list_colour(const char *word);

/* Print any JSON as it came, with characters that a terminal obeys escaped. indent: 0 for one line. */
int list_print_json(const struct cli *cli, const json_t *json, size_t indent);

/* Append an id as one part of a path. */
void list_add_path(struct buf *path, const char *id);

#endif
