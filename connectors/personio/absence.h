/*
 * absence: a period of absence, with its amount from the breakdown and its unit from its type.
 *
 * Personio's end of a day-tracked period is the midnight after the last day; its times are local.
 */
#ifndef PERSONIO_ABSENCE_H
#define PERSONIO_ABSENCE_H

#include "names.h"
#include "page.h"
#include "personio.h"

/* The record; json_decref it. breakdown: array of days, NULL: could not be read. unit: of the type.
 * person_hint: whose it is when the period does not say, may be empty. NULL: out of memory. Thread: any. */
json_t *absence_map(const json_t *period, const json_t *breakdown, enum names_unit unit,
                    struct weir_str person_hint);

/* Fetch and emit, with the type if it is new here. 404: told to the sink. Thread: worker, as below. */
int absence_record(struct personio *self, const struct weir_ref *ref, const struct weir_sink *sink,
                   struct weir_error *err);

/* One page of all, or of those changed since. */
int absence_list(struct personio *self, int64_t since_ms, struct weir_str cursor,
                 const struct weir_sink *sink, struct weir_error *err);

#endif
