/*
 * employment: one employment of a person, as a record of its own and as the part of the employee that
 * it decides. Pure. A member that Personio left out is left out, since the credential may not read it.
 * Thread of all calls: any.
 */
#ifndef PERSONIO_EMPLOYMENT_H
#define PERSONIO_EMPLOYMENT_H

#include "weir/json.h"
#include "weir/when.h"

/* Which of the list (most recent first) is the current one; lent by it. NULL: the list is empty. */
const json_t *employment_current(const json_t *employments);

/* The hris_employments record; json_decref it. NULL: out of memory. */
json_t *employment_map(const json_t *employment, const char *person_id);

/* Put what the current employment (NULL: there is none) says into an employee. 0, or -1: out of memory. */
int employment_put(json_t *employee, const json_t *current, const char *person_id);

#endif
