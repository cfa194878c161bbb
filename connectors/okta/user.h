/*
 * user: an Okta user as an employee. Pure but for the settings and the people seen. Thread of all calls: any,
 * one at a time per instance.
 */
#ifndef OKTA_USER_H
#define OKTA_USER_H

#include "okta.h"

/* The unified employment_status; NULL: a status that is not known. */
const char *user_status(const struct options *o, const json_t *user);

/*
 * The employee, without groups, legal entity and place; json_decref it. manager_id: NULL, or the manager's
 * id, which the caller found. An unset attribute is absent in Okta's answer and empties its field; a status
 * that is not known leaves its field as it was. NULL: out of memory.
 */
json_t *user_map(const struct options *o, const json_t *user, const char *manager_id);

#endif
