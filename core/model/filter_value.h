/*
 * filter_value: one filter with what it was given, and whether a column's value passes it.
 *
 * Private to filter.
 */
#ifndef WEIR_MODEL_FILTER_VALUE_H
#define WEIR_MODEL_FILTER_VALUE_H

#include "base/buf.h"
#include "model/model.h"

#include <jansson.h>

struct filter_value {
    const struct model_filter *rule; /* NULL: not given */
    const struct model_field *field; /* NULL: id or remote id */
    char *text;                      /* what was given; items point into it */
    struct weir_str *items;          /* elements of a list; else one */
    size_t count;
    bool null;    /* the word "null" was among them */
    int64_t ms;   /* FILTER_BEFORE, FILTER_AFTER */
    json_t *pair; /* FILTER_CUSTOM_FIELD: the object with one pair */
};

/* *value becomes one to give to filter_value_fini; on failure it is as before. integration: whose remote ids
 * are given. Codes as filters_add. */
int filter_value_init(struct filter_value *value, const struct model_filter *rule,
                      const struct model_field *field, struct weir_str integration, struct weir_str given,
                      struct weir_error *err);
void filter_value_fini(struct filter_value *value);

/* column: the value's text in the stored record, empty for null. */
bool filter_value_match(const struct filter_value *value, struct weir_str column, struct buf *scratch);
/* Is text one of the elements, byte by byte? */
bool filter_value_lists(const struct filter_value *value, struct weir_str text);

#endif
