/*
 * canonical: read the texts that record wrote, without parsing them into a tree.
 *
 * A stored record is a JSON object that we wrote ourselves. To show, to merge or to filter it, the
 * bytes of a value are enough, and copying them beats parse and dump by far. Any bytes may be given:
 * what is not JSON ends the walk early, and nothing outside of the text is ever read.
 */
#ifndef WEIR_MODEL_CANONICAL_H
#define WEIR_MODEL_CANONICAL_H

#include "base/buf.h"
#include "model/model.h"

/* A walk over the members of one object or the items of one array; spans point into the text.
 * Thread: any, as all calls here. */
struct canonical_walk {
    const char *at, *end;
    char close; /* '}' or ']'; 0: it is over */
    bool began;
};
void canonical_begin(struct canonical_walk *walk, struct weir_str text);
/* The next member: its key without quotes (escapes as written), its value with them. */
bool canonical_member(struct canonical_walk *walk, struct weir_str *key, struct weir_str *value);
bool canonical_item(struct canonical_walk *walk, struct weir_str *value);

/* The value of a key; empty if there is none. */
struct weir_str canonical_get(struct weir_str object, const char *key);

/* The values of a stored record's columns, by the place of their field; empty where it has none. */
void canonical_columns(struct weir_str columns[MODEL_FIELDS_MAX], const struct model *model,
                       struct weir_str json);

/* What stands between the quotes, escapes as written; empty for what is no string. */
struct weir_str canonical_inner(struct weir_str value);
/* A string's text: inner itself where it holds no escape, else decoded into scratch (cleared before),
 * as long as that has room. */
struct weir_str canonical_text(struct weir_str value, struct buf *scratch);

#endif
