/*
 * schema: JSON Schema (2020-12) from compact tables, as the OpenAPI file needs it.
 *
 * A type is a short text: a word, "[]" before it for a list of them, "{}" for an object of them under free
 * keys, "?" behind it where null fits: instead of a word or a list, or of each value under free keys.
 *
 *     text integer number bool any    as they say
 *     id                              24 characters of base58
 *     time date                       UTC with three fraction digits and Z; YYYY-MM-DD
 *     object                          anything under free keys
 *     null                            always null
 *     =ACTIVE|INACTIVE                one of these words
 *     #Sync                           the object of that name, or a record: #hris_employees, or #Record
 *                                     for one of any model, or #Message for what is sent
 *     #Sync|Backup                    one of these objects
 *     #Sync|text                      that object, or a text
 */
#ifndef WEIR_WEB_SCHEMA_H
#define WEIR_WEB_SCHEMA_H

#include "base/buf.h"
#include "model/model.h"

struct schema_member {
    const char *name; /* "~name": the key may be missing. NULL: the end */
    const char *type;
    const char *text; /* what it means; NULL: the name says it */
};

/* With a single member of the name "" it is no object of its own but what that member's type says. */
struct schema_object {
    const char *name; /* "Sync"; NULL: the end of a table of them */
    const struct schema_member *members;
    const char *text; /* may be NULL */
    bool open;        /* further keys may come */
};

/* Append the schema of a type; text may be NULL. A word that is none of the above is a bug. Thread: any, as
 * all calls here. */
void schema_type(struct buf *out, const char *type, const char *text);
/* Append the schema of an object. */
void schema_object(struct buf *out, const struct schema_object *object);
/* Append the members "Id", "Time" and so on that the schemas above refer to. */
void schema_words(struct buf *out);
/* Append a list of texts: ["a","b"]; with_null adds null. */
void schema_texts(struct buf *out, const char *const *texts, bool with_null);

#endif
