/*
 * scope_effect: what another scope would mean: for whom, which models, fields and events, and how many
 * records.
 */
#ifndef WEIR_WEB_SCOPE_EFFECT_H
#define WEIR_WEB_SCOPE_EFFECT_H

#include "web/web_internal.h"

#define SCOPE_EFFECT_MAX (8u * 1024 * 1024)

/* Append an array with an object for each integration that has a scope of now's name and for which something
 * changes. wider gets the ids of those that have to be read anew, a line each. Thread: web. */
int scope_effect_of_change(struct buf *out, struct buf *wider, struct request *r, const struct scope *now,
                           struct weir_error *err);
/* ... for that one, which gets now in place of what it has. WEIR_E_NONE: there is no such integration. */
int scope_effect_of_assignment(struct buf *out, struct buf *wider, struct request *r,
                               struct weir_str integration, const struct scope *now, struct weir_error *err);

#endif
