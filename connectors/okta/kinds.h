/*
 * kinds: Okta's event types: which ask for what, which a hook may name, which only the System Log has.
 *
 * Catalogue of August 2026. Pure. Thread: any.
 */
#ifndef OKTA_KINDS_H
#define OKTA_KINDS_H

#include "weir/connector.h"

enum kind_action {
    KIND_NONE = 0,
    KIND_USER,      /* look at each user that is a target */
    KIND_USER_GONE, /* the same, and the user is being deleted */
    KIND_GROUP,     /* look at each group that is a target */
    KIND_IMPORT     /* people may have changed without an event of their own */
};

/* What the type asks for; KIND_NONE: nothing that concerns us. */
enum kind_action kind_action(struct weir_str type);

/* Those a hook may name, for the connector's table. */
#define KIND_COUNT 16
extern const struct weir_event_type kind_table[KIND_COUNT];

/* Matches all of them in the System Log, those a hook may not name included. */
extern const char kind_log_filter[];

#endif
