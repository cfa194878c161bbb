/*
 * filter: the query filters of a list endpoint, checked once and then asked of each stored record.
 *
 * Filters of different names all have to match; of one list's elements any may. Knows the filters of
 * the model table and the common ids and remote_ids; paging, updated_after and include_deleted of the
 * record itself are the caller's. One set serves one request, on one thread.
 */
#ifndef WEIR_MODEL_FILTER_H
#define WEIR_MODEL_FILTER_H

#include "model/lookup.h"
#include "model/scope.h"

#define FILTER_VALUES_MAX 1000 /* elements of one comma list */

struct filters;

/* No filter yet: matches everything. scope: a filter on a field that it takes away matches nothing, so
 * that nobody can guess at a value he may not see; NULL: all fields count. integration: whose remote ids are
 * meant. Lives shorter than all three. NULL without memory. */
struct filters *filters_new(const struct model *model, const struct scope *scope,
                            struct weir_str integration);
void filters_free(struct filters *filters);

/*
 * Take one query parameter, percent-decoded. WEIR_E_NONE: not a filter of this model (*filters is as it
 * was, err untouched). WEIR_E_INVALID: a value that makes no sense, said in a sentence for the caller
 * of the API. WEIR_E_MEMORY.
 */
int filters_add(struct filters *filters, struct weir_str name, struct weir_str decoded_value,
                struct weir_error *err);

/* Where to find the records that a filter looks through to; without it, such a filter matches nothing.
 * include_deleted: deleted ones count too. lookup lives longer than the matching. */
void filters_look_in(struct filters *filters, const struct lookup *lookup, bool include_deleted);

/* Does a stored record pass all of them? false after a look-up failed, too. */
bool filters_match(struct filters *filters, struct weir_str id, struct weir_str remote_id,
                   struct weir_str stored_json);

/* Did a look-up fail in any match so far? Its code and sentence, else 0. */
int filters_check(const struct filters *filters, struct weir_error *err);

/* The elements of ids and of remote_ids, so that a caller can look the few records up instead of walking
 * all: false behind the last, or when the filter was not given. Spans live as long as filters. */
bool filters_id_nth(const struct filters *filters, size_t n, struct weir_str *id);
bool filters_remote_id_nth(const struct filters *filters, size_t n, struct weir_str *remote_id);

/* What a filter cannot do without, one by one: the field it looks at, and the reference through which it
 * gets there. false behind the last; also for what is no filter of the model, or a common one. Thread: any.
 */
bool filter_need_nth(const struct model **of, const struct model_field **field, const struct model *model,
                     struct weir_str name, size_t n);

#endif
