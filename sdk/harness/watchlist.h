/*
 * watchlist: texts that must not be said, and where they were said all the same.
 *
 * Short ones are not watched: they are in any text by chance. Thread: one.
 */
#ifndef WEIR_HARNESS_WATCHLIST_H
#define WEIR_HARNESS_WATCHLIST_H

#include "arena.h"

#include <jansson.h>

enum watched_kind {
    WATCHED_SECRET = 1,  /* credentials, tokens, webhook secrets */
    WATCHED_PERSONAL = 2 /* e-mail addresses, telephone numbers */
};

struct watched {
    int kind;
    struct weir_str text;
    const char *what; /* "the setting client_secret" */
};

struct watchlist {
    struct watched *list;
    size_t count;
    struct arena arena;
};

void watchlist_init(struct watchlist *l);
void watchlist_fini(struct watchlist *l);

/* text is copied, what is made of a format. Texts that are watched already, or are too short, or too many,
 * are left out. */
void watchlist_add(struct watchlist *l, int kind, struct weir_str text, const char *format, ...)
    WEIR_PRINTF(4, 5);
/* Members of the document whose names say that they are secret, or that look like somebody's address or
 * number. */
void watchlist_add_json(struct watchlist *l, const json_t *value, const char *what);
/* "client_secret", "accessToken", but neither "token_type" nor "next_page_token": does a name say so? */
bool watchlist_is_secret_name(const char *name);

/* The first one of these kinds (or-ed) that is said in text, or NULL. */
const struct watched *watchlist_find(const struct watchlist *l, int kinds, struct weir_str text);
/* The same of all texts in a document. */
const struct watched *watchlist_find_json(const struct watchlist *l, int kinds, const json_t *value);

#endif
