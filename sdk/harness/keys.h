/*
 * keys: is a JSON object of a case what its place asks for?
 *
 * Each place has a table of its keys. A key that is not in it, one of another type, and a missing one that is
 * required are findings that name file, place in the document ("steps[1].expect") and what to write instead.
 */
#ifndef WEIR_HARNESS_KEYS_H
#define WEIR_HARNESS_KEYS_H

#include "arena.h"
#include "findings.h"

#include <jansson.h>

enum key_kind {
    KEY_TEXT = 1,
    KEY_INTEGER = 2,
    KEY_BOOL = 4,
    KEY_OBJECT = 8,
    KEY_ARRAY = 16,
    KEY_NULL = 32,
    KEY_REAL = 64,
    KEY_ANY = 127
};

struct key_spec {
    const char *name; /* NULL ends a table */
    int kinds;        /* of enum key_kind */
    bool required;
};

/* A place in a case file. */
struct place {
    const char *file;
    const char *path; /* "steps[1].expect"; "" is the whole document */
    struct findings *f;
    struct arena *arena; /* paths live there */
};

/* Places inside of a place. */
struct place place_key(const struct place *at, const char *key);
struct place place_nth(const struct place *at, size_t n);

/* A finding there. */
void place_fail(const struct place *at, const char *format, ...) WEIR_PRINTF(2, 3);
/* "no such <what>: <word>; did you mean ...?" of a list of words that ends with NULL. */
void place_unknown(const struct place *at, const char *what, const char *word, const char *const *known);

/* false: there was a finding. value has to be an object, too. */
bool keys_check(const struct place *at, const json_t *value, const struct key_spec *specs);

#endif
