/*
 * group: a group that is a team, as the settings say. Membership is the user's (user.h). Thread: worker.
 */
#ifndef OKTA_GROUP_H
#define OKTA_GROUP_H

#include "okta.h"
#include "page.h"

/* Emit a group that is a team. As a placeholder: only if nothing is known of it yet. */
int group_emit(const struct weir_sink *sink, const json_t *group, bool placeholder, struct weir_error *err);

/* Fetch and emit. 404, and a group that is no team (any more): told to the sink as gone. */
int group_record(struct okta *self, struct weir_str group_id, const struct weir_sink *sink,
                 struct weir_error *err);

/* One page of all, or of those whose name or members changed since. page goes on from where it stands. Those
 * whose members are wanted go to self->members, if it gathers. */
int group_page(bool *more, struct page *page, struct okta *self, int64_t since_ms,
               const struct weir_sink *sink, struct weir_error *err);

#endif
