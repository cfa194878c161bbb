/*
 * person: a person and their employments, as an employee.
 *
 * A person costs two calls: Personio's person names its employments only by id. Both are emitted
 * together, and that they are all is said, so that a removed employment goes.
 */
#ifndef PERSONIO_PERSON_H
#define PERSONIO_PERSON_H

#include "page.h"
#include "personio.h"

struct person_group {
    char kind[16]; /* "team", "department", "cost_center" */
    char remote_id[WEIR_ID_TEXT + 16];
};

/* The next group of an employment; start with *at 0. Units of other kinds and without an id are passed over,
 * and so is one that was there before. Thread: any. */
bool person_group_next(struct person_group *group, size_t *at, const json_t *employment);

/* The employee; json_decref it. NULL: out of memory. Pure but for the settings. Thread: any. */
json_t *person_map(const struct personio *self, const json_t *person, const json_t *employments,
                   const char *person_id);

/* Map and emit, with the employments and the placeholders. Thread: worker, as below. */
int person_emit(struct personio *self, const json_t *person, const json_t *employments,
                const struct weir_sink *sink, struct weir_error *err);

/* Fetch and emit. 404: told to the sink, with the employments and the absences. */
int person_record(struct personio *self, struct weir_str person_id, const struct weir_sink *sink,
                  struct weir_error *err);

/* One page of all, or of those changed since. */
int person_list(struct personio *self, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                struct weir_error *err);

#endif
