/*
 * roster: all users, or those that changed.
 *
 * A full listing has three parts: the groups; then, group by group, their members, if that is less to ask
 * than each user's groups; then the users. All are one listing, so that none is taken for gone when another
 * could not be read. After a restart in its midst the users that are left are asked for their groups one by
 * one. Thread of all calls: worker.
 */
#ifndef OKTA_ROSTER_H
#define OKTA_ROSTER_H

#include "okta.h"

/* One page of all groups and users, deactivated ones included, or of those changed since. */
int roster_list(struct okta *self, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                struct weir_error *err);

/* What an import changed: the users whose record moved since the last time this was asked, or a day ago. */
int roster_imported(struct okta *self, const struct weir_sink *sink, struct weir_error *err);

#endif
