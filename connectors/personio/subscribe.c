#include "subscribe.h"

#include "webhook.h"

/* ---- ensure ---- */

/* Ours in the list: with our address, the remembered one before others; else the remembered one, whose
 * address then is an old one. Lent by the list. */
static const json_t *webhook_choose(const json_t *webhooks, struct weir_str url, const char *known_id)
{
    const json_t *first = NULL;
    const json_t *moved = NULL;
    const json_t *item;
    char id[WEIR_ID_TEXT];
    size_t i;

    json_array_foreach(webhooks, i, item)
    {
        bool known = weir_json_id(id, item, "id") && known_id[0] != '\0' && strcmp(id, known_id) == 0;

        if (webhook_url_is(item, url) && weir_json_id(id, item, "id")) {
            if (known) {
                return item;
            }
            first = first == NULL ? item : first;
        } else if (known) {
            moved = item;
        }
    }
    return first != NULL ? first : moved;
}

/* Every further one with our address would double each event. */
static int doubles_delete(size_t *count, struct personio *self, const json_t *webhooks, const json_t *keep,
                          struct weir_str url, struct weir_error *err)
{
    const json_t *item;
    char id[WEIR_ID_TEXT];
    size_t i;
    int rc = 0;

    json_array_foreach(webhooks, i, item)
    {
        if (rc == 0 && item != keep && webhook_url_is(item, url) && weir_json_id(id, item, "id")) {
            rc = webhook_delete(self, id, err);
            *count += rc == 0 ? 1 : 0;
        }
    }
    return rc;
}

/* Make the one that is there right. Nothing is sent when it is. */
static int webhook_repair(bool *changed, struct personio *self, struct wish *wish, const json_t *webhook,
                          const char *id, struct weir_error *err)
{
    struct answer answer = {0};
    int rc = wish_events(wish, err);

    if (rc == 0 && webhook_url_is(webhook, wish->want->callback_url) &&
        webhook_member_is(webhook, "status", "ENABLED") && webhook_member_is(webhook, "auth_type", "TOKEN") &&
        webhook_events_are(webhook, wish) && webhook_token_registered(self, wish->want->secret, id)) {
        return 0;
    }
    if (rc == 0) {
        rc = webhook_write(&answer, self, wish, id, !webhook_url_is(webhook, wish->want->callback_url), err);
        *changed = rc == 0;
    }
    answer_fini(&answer);
    return rc;
}

/* Make one. *conflict: there is one already that the list did not show. */
static int webhook_create(char id[WEIR_ID_TEXT], bool *conflict, struct personio *self, struct wish *wish,
                          struct weir_error *err)
{
    struct answer answer = {0};
    int rc = webhook_write(&answer, self, wish, "", true, err);

    *conflict = answer.status == 409;
    if (rc == 0 && !weir_json_id(id, answer.json, "id") && !weir_json_id(id, answer.json, "_data.id")) {
        /* Made, but which is it? The list tells. */
        *conflict = true;
        rc = weir_fail(err, WEIR_E_LATER, "POST " NAME_LIST ": the answer has no id");
    }
    answer_fini(&answer);
    return rc;
}

/* After a change: does Personio show it as wanted? */
static int webhook_confirm(struct weir_subscription *have, struct personio *self, const struct wish *wish,
                           const char *id, struct weir_error *err)
{
    struct answer answer;
    const json_t *webhook;
    int rc = webhook_call(&answer, self, "GET", id, NULL, err);

    if (rc == WEIR_E_NONE) {
        rc = weir_fail(err, WEIR_E_LATER, "GET " NAME_ONE ": HTTP 404 of a webhook just written");
    }
    webhook = weir_json_object(answer.json, "_data");
    webhook = webhook != NULL ? webhook : answer.json;
    if (rc == 0 && json_object_get(webhook, "id") == NULL) {
        rc = weir_fail(err, WEIR_E_LATER, "GET " NAME_ONE ": HTTP %d without a webhook", answer.status);
    }
    if (rc == 0) {
        if (!webhook_member_is(webhook, "status", "ENABLED")) {
            have->state = WEIR_SUB_FAILED;
            (void)snprintf(have->detail, sizeof have->detail, "Personio keeps the webhook switched off");
        } else if (!webhook_events_are(webhook, wish)) {
            have->state = WEIR_SUB_FAILED;
            (void)snprintf(have->detail, sizeof have->detail, "Personio kept other events than asked for");
        }
    }
    answer_fini(&answer);
    return rc;
}

/* A missing right or a refusal is a state that a person is shown; the rest is for the caller to try again. */
static int outcome(struct weir_subscription *have, int rc, const struct weir_error *why,
                   struct weir_error *err)
{
    if (rc == WEIR_E_PERMISSION) {
        have->state = WEIR_SUB_NEEDS_PERMISSION;
        (void)snprintf(have->detail, sizeof have->detail, "grant " WEBHOOKS_READ " and " WEBHOOKS_WRITE);
        return 0;
    }
    if (rc == WEIR_E_INVALID || rc == WEIR_E_UNSUPPORTED) {
        have->state = WEIR_SUB_FAILED;
        (void)snprintf(have->detail, sizeof have->detail,
                       "%.180s: the address has to be public HTTPS and used once", why->message);
        return 0;
    }
    if (err != NULL) {
        *err = *why;
    }
    return rc;
}

/* Find, repair or make. *id is the one that is ours then. */
static int ensure_once(char id[WEIR_ID_TEXT], bool *again, struct personio *self, struct wish *wish,
                       struct weir_subscription *have, struct weir_error *err)
{
    const json_t *ours;
    json_t *webhooks = NULL;
    char known_id[WEIR_ID_TEXT];
    size_t doubles = 0;
    int rc;

    rc = webhook_stored_id(known_id, self, err);
    if (rc == 0) {
        rc = webhooks_list(&webhooks, self, err);
    }
    if (rc != 0) {
        return rc;
    }
    ours = webhook_choose(webhooks, wish->want->callback_url, known_id);
    if (ours == NULL) {
        rc = webhook_create(id, again, self, wish, err);
        have->changed = have->changed || rc == 0;
    } else {
        bool repaired = false;

        (void)weir_json_id(id, ours, "id");
        rc = webhook_repair(&repaired, self, wish, ours, id, err);
        if (rc == 0) {
            rc = doubles_delete(&doubles, self, webhooks, ours, wish->want->callback_url, err);
        }
        have->changed = have->changed || repaired || doubles > 0;
        if (have->changed) {
            (void)snprintf(have->detail, sizeof have->detail, "%s%s%s",
                           repaired ? "the webhook was brought up to date" : "",
                           repaired && doubles > 0 ? ", " : "", doubles > 0 ? "doubles were deleted" : "");
        }
    }
    json_decref(webhooks);
    return rc;
}

static int subscribe_ensure(void *self_, const struct weir_subscription_want *want,
                            struct weir_subscription *have, struct weir_error *err)
{
    struct personio *self = self_;
    struct wish wish;
    struct weir_error why = {0};
    char id[WEIR_ID_TEXT] = "";
    bool was_narrow;
    bool again = false;
    int rc;

    rc = wish_init(&wish, self, want, err);
    if (rc != 0) {
        return rc;
    }
    was_narrow = wish.narrow;
    rc = ensure_once(id, &again, self, &wish, have, &why);
    if (rc != 0 && again) {
        rc = ensure_once(id, &again, self, &wish, have, &why);
    }
    if (rc == 0) {
        have->state = WEIR_SUB_ACTIVE;
        (void)snprintf(have->remote_id, sizeof have->remote_id, "%.127s", id);
        rc = have->changed ? webhook_remember(self, want->secret, id, &why) : 0;
    }
    if (rc == 0 && wish.narrow && !was_narrow) {
        rc = webhook_state_put(self, STATE_WEBHOOK_NARROW, "1", &why);
    }
    if (rc == 0 && have->changed) {
        rc = webhook_confirm(have, self, &wish, id, &why);
    }
    if (rc != 0) {
        rc = outcome(have, rc, &why, err);
    }
    json_decref(wish.events);
    return rc;
}

/* ---- inspect, remove ---- */

static void inspect_judge(struct weir_subscription *have, struct personio *self, const struct wish *wish,
                          const json_t *webhook, const char *id)
{
    const char *fault = NULL;

    (void)snprintf(have->remote_id, sizeof have->remote_id, "%.127s", id);
    if (!webhook_url_is(webhook, wish->want->callback_url)) {
        fault = "the webhook points to another address";
    } else if (!webhook_member_is(webhook, "status", "ENABLED")) {
        fault = "the webhook is switched off at Personio";
    } else if (!webhook_member_is(webhook, "auth_type", "TOKEN") ||
               !webhook_token_registered(self, wish->want->secret, id)) {
        fault = "the webhook does not send the current token";
    } else if (!webhook_events_are(webhook, wish)) {
        fault = "the webhook has other events than wanted";
    }
    have->state = fault == NULL ? WEIR_SUB_ACTIVE : WEIR_SUB_FAILED;
    if (fault != NULL) {
        (void)snprintf(have->detail, sizeof have->detail, "%s", fault);
    }
}

static int subscribe_inspect(void *self_, const struct weir_subscription_want *want,
                             struct weir_subscription *have, struct weir_error *err)
{
    struct personio *self = self_;
    struct wish wish;
    struct answer answer = {0};
    struct weir_error why = {0};
    json_t *webhooks = NULL;
    const json_t *webhook = NULL;
    char id[WEIR_ID_TEXT] = "";
    int rc;

    rc = wish_init(&wish, self, want, err);
    if (rc != 0) {
        return rc;
    }
    rc = wish_events(&wish, &why);
    if (rc == 0) {
        rc = webhook_stored_id(id, self, &why);
    }
    if (rc == 0 && id[0] != '\0') {
        rc = webhook_call(&answer, self, "GET", id, NULL, &why);
        webhook = weir_json_object(answer.json, "_data");
        webhook = webhook != NULL ? webhook : answer.json;
        if (rc == 0 && !json_is_object(webhook)) {
            /* Only a 404 says that it is not there. */
            rc = weir_fail(&why, WEIR_E_LATER, "GET " NAME_ONE ": HTTP %d without a webhook", answer.status);
        }
    } else if (rc == 0) {
        rc = webhooks_list(&webhooks, self, &why);
        webhook = webhook_choose(webhooks, want->callback_url, "");
        (void)weir_json_id(id, webhook, "id");
    }
    if (rc == 0 && webhook != NULL) {
        inspect_judge(have, self, &wish, webhook, id);
    } else if (rc == 0 || rc == WEIR_E_NONE) {
        have->state = WEIR_SUB_NONE;
        rc = 0;
    } else {
        rc = outcome(have, rc, &why, err);
    }
    json_decref(webhooks);
    answer_fini(&answer);
    json_decref(wish.events);
    return rc;
}

static int subscribe_remove(void *self_, const struct weir_subscription_want *want, struct weir_error *err)
{
    struct personio *self = self_;
    const json_t *item;
    json_t *webhooks = NULL;
    char known_id[WEIR_ID_TEXT];
    char id[WEIR_ID_TEXT];
    size_t i;
    int rc;

    rc = webhook_stored_id(known_id, self, err);
    if (rc == 0 && known_id[0] != '\0') {
        rc = webhook_delete(self, known_id, err);
    }
    if (rc == 0) {
        rc = webhooks_list(&webhooks, self, err);
    }
    json_array_foreach(webhooks, i, item)
    {
        if (rc == 0 && webhook_url_is(item, want->callback_url) && weir_json_id(id, item, "id")) {
            rc = webhook_delete(self, id, err);
        }
    }
    json_decref(webhooks);
    if (rc == 0) {
        rc = webhook_state_put(self, STATE_WEBHOOK_ID, "", err);
    }
    return rc == 0 ? webhook_state_put(self, STATE_WEBHOOK_TOKEN, "", err) : rc;
}

const struct weir_subscribe personio_subscribe = {.size = sizeof(struct weir_subscribe),
                                                  .ensure = subscribe_ensure,
                                                  .inspect = subscribe_inspect,
                                                  .remove = subscribe_remove};
