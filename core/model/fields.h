/*
 * fields: the tool's own fields of a record, and the custom fields that are filled from them.
 *
 * What a tool has beyond the unified columns is stored where its connector put it: an attribute that a
 * customer made in custom_fields, the tool's own members in remote_data. An integration may show single ones
 * of them among integration_fields, and may let one fill a custom field of the environment: at read time, so
 * that it holds for records that were stored long before. Pure; knows no store.
 */
#ifndef WEIR_MODEL_FIELDS_H
#define WEIR_MODEL_FIELDS_H

#include "base/buf.h"
#include "base/id.h"
#include "model/scope.h"

#define FIELDS_KEY_MAX 128 /* bytes; a longer one is passed over */

/* One that is shown. Lent. */
struct fields_entry {
    const struct model *model;
    bool custom;     /* an attribute of the customer's; else one of the tool's own: a path with dots */
    const char *key; /* nothing in it has to be escaped */
    char id[ID_TEXT];
    const char *fills; /* the custom field that it fills; NULL: it stands among integration_fields */
};

struct fields {
    const struct fields_entry *items;
    size_t count;
};

/* Whose field is meant. */
struct fields_of {
    const struct fields *fields; /* NULL: none is shown */
    const struct model *model;
    const struct scope *scope;      /* NULL: all is allowed */
    const struct weir_str *columns; /* as canonical_columns gives them */
};

/* Has this model fields of the tool's own? */
bool fields_known_of(const struct model *model);

/* Is this a field that fields_add may have a say in? */
bool fields_concern(const struct model_field *field);
/* Append the value of custom_fields or integration_fields. false, and nothing appended: it is another field,
 * or its stored value says it all. Thread: any. */
bool fields_add(struct buf *out, const struct fields_of *of, const struct model_field *field);

/* Every field that a stored record has, until each returns false. key is lent for the call. Thread: any. */
void fields_each(const struct model *model, struct weir_str stored_json,
                 bool (*each)(void *ctx, bool custom, struct weir_str key), void *ctx);

#endif
