/*
 * employee: a user with what belongs to it, read from Okta and emitted.
 *
 * A user costs two calls: the groups are asked for apart, unless a listing has gathered them (members.h).
 * Thread of all calls: worker.
 */
#ifndef OKTA_EMPLOYEE_H
#define OKTA_EMPLOYEE_H

#include "okta.h"

/* What lasts for one call of the host. */
struct reading {
    struct okta *self;
    const struct weir_sink *sink;
    json_t *told; /* names emitted in this call */
    bool may_ask; /* Okta may be asked for a manager that was not seen */
    bool listing; /* all of them: whoever is no employee is passed over, since what is not emitted is gone */
};

int reading_init(struct reading *r, struct okta *self, const struct weir_sink *sink, struct weir_error *err);
void reading_fini(struct reading *r);

/* A user as it was read: emitted with its groups, or told as gone. gone: the deletion has begun, so that a
 * deactivated user is as good as deleted. */
int employee_take(const struct reading *r, const json_t *user, bool gone, struct weir_error *err);

/* Those who waited for this user as their manager: read anew, now that it is known who that is. */
int employee_waiting(struct reading *r, const json_t *user, struct weir_error *err);

/* Fetch and emit. 404, and a user that is no employee (any more): told to the sink as gone. */
int employee_record(struct okta *self, struct weir_str user_id, bool gone, const struct weir_sink *sink,
                    struct weir_error *err);

#endif
