/*
 * webhook: the calls that make, read and change webhooks at Personio, what a webhook is compared with,
 * and what is remembered of ours. What to do when is subscribe's. Thread of all calls: worker.
 */
#ifndef PERSONIO_WEBHOOK_H
#define PERSONIO_WEBHOOK_H

#include "personio.h"

#define NAME_LIST "/v2/webhooks"
#define NAME_ONE "/v2/webhooks/{id}"

/* What is wanted, in Personio's terms. */
struct wish {
    const struct weir_subscription_want *want;
    bool narrow;    /* without the cost center event, which some accounts refuse */
    json_t *events; /* the names; json_decref them. NULL until wish_events */
};

int wish_init(struct wish *wish, struct personio *self, const struct weir_subscription_want *want,
              struct weir_error *err);
/* Make wish->events, narrowed or not. */
int wish_events(struct wish *wish, struct weir_error *err);

/* Comparisons with a webhook as Personio tells it. What it does not tell counts as right, except the url. */
bool webhook_events_are(const json_t *webhook, const struct wish *wish); /* in any order */
bool webhook_member_is(const json_t *webhook, const char *member, const char *word);
bool webhook_url_is(const json_t *webhook, struct weir_str url);

/* The state: the id of ours ("" when there is none), and which secret was registered with it. */
int webhook_stored_id(char out[WEIR_ID_TEXT], const struct personio *self, struct weir_error *err);
bool webhook_token_registered(const struct personio *self, struct weir_str secret, const char *id);
int webhook_remember(const struct personio *self, struct weir_str secret, const char *id,
                     struct weir_error *err);
int webhook_state_put(const struct personio *self, const char *key, const char *value,
                      struct weir_error *err);

/* One call below /v2/webhooks; an empty id: the list itself. answer_fini in any case. */
int webhook_call(struct answer *answer, struct personio *self, const char *method, const char *id,
                 const json_t *body, struct weir_error *err);
/* All there are, of all pages; json_decref them. */
int webhooks_list(json_t **webhooks, struct personio *self, struct weir_error *err);
/* That it is gone already is success. */
int webhook_delete(struct personio *self, const char *id, struct weir_error *err);
/* POST (empty id) or PATCH, with the address if wanted; narrowed and repeated once if the cost center event
 * may be what was refused: wish->narrow is then true. answer_fini in any case. */
int webhook_write(struct answer *answer, struct personio *self, struct wish *wish, const char *id,
                  bool with_url, struct weir_error *err);

#endif
