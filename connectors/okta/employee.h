/*
 * employee: a user with what belongs to it, read from Okta and emitted.
 *
 * A user costs two calls: the groups are asked for apart. In a listing the groups come first, then the users,
 * so that both are complete or neither is: what was not met is gone. Thread of all calls: worker.
 */
#ifndef OKTA_EMPLOYEE_H
#define OKTA_EMPLOYEE_H

#include "okta.h"

/* Fetch and emit. 404, and a user that is no employee (any more): told to the sink as gone. gone: the
 * deletion has begun, so that a deactivated user is as good as deleted. */
int employee_record(struct okta *self, struct weir_str user_id, bool gone, const struct weir_sink *sink,
                    struct weir_error *err);

/* What an import changed: the users whose record moved since the last time this was asked, or a day ago. */
int employee_imported(struct okta *self, const struct weir_sink *sink, struct weir_error *err);

/* One page of all groups and users, deactivated ones included, or of those changed since. */
int employee_list(struct okta *self, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                  struct weir_error *err);

#endif
