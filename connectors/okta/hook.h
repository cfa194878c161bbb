/*
 * hook: the calls that make, read and change event hooks at Okta, what a hook is compared with, and what is
 * remembered of ours. What to do when is subscribe's. Thread of all calls: worker.
 */
#ifndef OKTA_HOOK_H
#define OKTA_HOOK_H

#include "okta.h"

#define HOOK_LIST "/api/v1/eventHooks"
#define HOOK_ONE "/api/v1/eventHooks/{id}"

/* Comparisons with a hook as Okta tells it: event types in any order, header names in any case, the secret
 * never. */
bool hook_uri_is(const json_t *hook, struct weir_str uri);
bool hook_is_active(const json_t *hook);
bool hook_is_verified(const json_t *hook);
/* Address, event types, header and secret are the wanted ones, and nothing else narrows it. NULL: they are;
 * otherwise what is not. */
const char *hook_fault(const struct okta *self, const json_t *hook, const char *id,
                       const struct weir_subscription_want *want);

/* The state: the id of ours ("" when there is none), and which secret was registered with it. */
int hook_stored_id(char out[WEIR_ID_TEXT], const struct okta *self, struct weir_error *err);
int hook_remember(const struct okta *self, struct weir_str secret, const char *id, struct weir_error *err);
int hook_forget(const struct okta *self, struct weir_error *err);

/* All there are; json_decref them. */
int hook_list(json_t **hooks, struct okta *self, struct weir_error *err);
int hook_get(struct answer *answer, struct okta *self, const char *id, struct weir_error *err);
/* POST (empty id) or PUT, always with everything, since what is left out may be lost. name: lent. answer_fini
 * in any case, as for the next one. */
int hook_write(struct answer *answer, struct okta *self, const struct weir_subscription_want *want,
               const char *id, const char *name, struct weir_error *err);
/* "activate", "deactivate" or "verify". While verify waits, Okta calls our address and wants its answer. */
int hook_lifecycle(struct answer *answer, struct okta *self, const char *id, const char *verb,
                   struct weir_error *err);
/* Deactivate and delete. That it is gone already is success. */
int hook_delete(struct okta *self, const char *id, struct weir_error *err);

#endif
