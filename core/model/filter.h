/*
 * filter: the query filters of a list endpoint, checked once and then asked of each stored record.
 *
 * Filters of different names all have to match; of one list's elements any may. Knows the filters of
 * the model table and the common ids and remote_ids; paging, updated_after and include_deleted are
 * the caller's. One set serves one request, on one thread.
 */
#ifndef WEIR_MODEL_FILTER_H
#define WEIR_MODEL_FILTER_H

#include "model/scope.h"

#define FILTER_VALUES_MAX 1000 /* elements of one comma list */

struct filters;

/* No filter yet: matches everything. scope: a filter on a field that it takes away matches nothing, so
 * that nobody can guess at a value he may not see; NULL: all fields count. Lives shorter than both.
 * NULL without memory. */
struct filters *filters_new(const struct model *model, const struct scope *scope);
void filters_free(struct filters *filters);

/*
 * Take one query parameter, percent-decoded. WEIR_E_NONE: not a filter of this model (*filters is as it
 * was, err untouched). WEIR_E_INVALID: a value that makes no sense, said in a sentence for the caller
 * of the API. WEIR_E_MEMORY.
 */
int filters_add(struct filters *filters, struct weir_str name, struct weir_str decoded_value,
                struct weir_error *err);

/* Does a stored record pass all of them? */
bool filters_match(struct filters *filters, struct weir_str id, struct weir_str remote_id,
                   struct weir_str stored_json);

/* The elements of ids and of remote_ids, so that a caller can look the few records up instead of walking
 * all: false behind the last, or when the filter was not given. Spans live as long as filters. */
bool filters_id_nth(const struct filters *filters, size_t n, struct weir_str *id);
bool filters_remote_id_nth(const struct filters *filters, size_t n, struct weir_str *remote_id);

/* The field a filter's name looks at; NULL: not a filter of the model, or a common one. Thread: any. */
const struct model_field *filter_field(const struct model *model, struct weir_str name);

#endif
