#include "subscribe.h"

#include "hook.h"

#define NAME_TEXT 256 /* 255 characters are the most */

/* ---- finding ---- */

/* Ours in the list: with our address, the remembered one before others; else the remembered one, whose
 * address then is an old one. Lent by the list. */
static const json_t *hook_choose(const json_t *hooks, struct weir_str uri, const char *known_id)
{
    const json_t *first = NULL;
    const json_t *moved = NULL;
    const json_t *item;
    char id[WEIR_ID_TEXT];
    size_t i;

    json_array_foreach(hooks, i, item)
    {
        bool known;

        if (!weir_json_id(id, item, "id")) {
            continue;
        }
        known = known_id[0] != '\0' && strcmp(id, known_id) == 0;
        if (hook_uri_is(item, uri)) {
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
static int doubles_delete(size_t *count, struct okta *self, const json_t *hooks, const json_t *keep,
                          struct weir_str uri, struct weir_error *err)
{
    const json_t *item;
    char id[WEIR_ID_TEXT];
    size_t i;
    int rc = 0;

    json_array_foreach(hooks, i, item)
    {
        if (rc == 0 && item != keep && hook_uri_is(item, uri) && weir_json_id(id, item, "id")) {
            rc = hook_delete(self, id, err);
            *count += rc == 0 ? 1 : 0;
        }
    }
    return rc;
}

/* ---- making ---- */

/* What one ensure knows and did. */
struct ensuring {
    struct okta *self;
    const struct weir_subscription_want *want;
    struct weir_subscription *have;
    char id[WEIR_ID_TEXT];
    bool active, verified; /* as Okta told last */
    char cause[160];       /* of a refusal, in Okta's words */
};

static void told_take(struct ensuring *e, const json_t *hook)
{
    e->active = hook_is_active(hook);
    e->verified = hook_is_verified(hook);
}

static void cause_take(struct ensuring *e, const struct answer *answer)
{
    (void)snprintf(e->cause, sizeof e->cause, "%s", answer->cause);
}

static void detail_add(struct ensuring *e, const char *what)
{
    char *detail = e->have->detail;
    size_t len = strlen(detail);

    (void)snprintf(detail + len, sizeof e->have->detail - len, "%s%s", len > 0 ? ", " : "", what);
    e->have->changed = true;
}

/* Names are unique in an org, and ours may be in use by a hook that somebody made by hand. */
static int name_make(char out[NAME_TEXT], const struct ensuring *e, bool other, struct weir_error *err)
{
    const struct weir_host *host = e->self->host;
    struct weir_bytes part = weir_str_bytes(e->want->callback_url);
    uint8_t digest[WEIR_DIGEST_MAX] = {0};
    size_t len = 0;
    int rc = 0;

    if (!other) {
        (void)snprintf(out, NAME_TEXT, "%.*s", WEIR_STR_ARG(e->want->label));
        return 0;
    }
    rc = host->digest(host, WEIR_SHA256, &part, 1, digest, &len, err);
    (void)snprintf(out, NAME_TEXT, "%.*s %02x%02x%02x",
                   (int)(e->want->label.len < 200 ? e->want->label.len : 200),
                   e->want->label.len > 0 ? e->want->label.data : "", digest[0], digest[1], digest[2]);
    return rc;
}

static int hook_create(struct ensuring *e, struct weir_error *err)
{
    struct answer answer;
    char name[NAME_TEXT];
    int rc = 0;

    for (int i = 0; i < 2; i++) {
        rc = name_make(name, e, i == 1, err);
        if (rc != 0) {
            return rc;
        }
        rc = hook_write(&answer, e->self, e->want, "", name, err);
        cause_take(e, &answer);
        if (rc != WEIR_E_INVALID || answer.status != 400) {
            break;
        }
        answer_fini(&answer);
    }
    if (rc == 0 && !weir_json_id(e->id, answer.json, "id")) {
        /* Made, but which is it? The next list tells. */
        rc = weir_fail(err, WEIR_E_LATER, "POST " HOOK_LIST ": the answer has no id");
    }
    if (rc == 0) {
        told_take(e, answer.json);
        detail_add(e, "the event hook was made");
    }
    answer_fini(&answer);
    return rc == 0 ? hook_remember(e->self, e->want->secret, e->id, err) : rc;
}

/* Make the one that is there right. Nothing is written when it is. */
static int hook_repair(struct ensuring *e, const json_t *hook, struct weir_error *err)
{
    struct answer answer;
    const char *fault = hook_fault(e->self, hook, e->id, e->want);
    struct weir_str has = {NULL, 0};
    char name[NAME_TEXT];
    int rc = 0;

    told_take(e, hook);
    if (fault == NULL) {
        return 0;
    }
    if (weir_json_str(&has, hook, "name") == WEIR_JSON_VALUE && has.len > 0) {
        (void)snprintf(name, sizeof name, "%.*s", WEIR_STR_ARG(has));
    } else {
        rc = name_make(name, e, false, err);
    }
    if (rc != 0) {
        return rc;
    }
    rc = hook_write(&answer, e->self, e->want, e->id, name, err);
    cause_take(e, &answer);
    if (rc == 0) {
        told_take(e, answer.json);
        detail_add(e, fault);
        rc = hook_remember(e->self, e->want->secret, e->id, err);
    }
    answer_fini(&answer);
    return rc;
}

/* Active first: a hook that is not may not be verified. */
static int hook_start(struct ensuring *e, struct weir_error *err)
{
    struct answer answer;
    int rc = 0;

    if (!e->active) {
        rc = hook_lifecycle(&answer, e->self, e->id, "activate", err);
        if (rc == 0) {
            told_take(e, answer.json);
            detail_add(e, "the event hook was switched on");
        }
        answer_fini(&answer);
    }
    if (rc == 0 && !e->verified) {
        rc = hook_lifecycle(&answer, e->self, e->id, "verify", err);
        cause_take(e, &answer);
        if (rc == 0) {
            told_take(e, answer.json);
            detail_add(e, "the event hook was verified");
        }
        if (rc == WEIR_E_INVALID && answer.status == 400) {
            /* Made, and no use yet: Okta could not reach us, which may be different soon. */
            rc = 0;
        }
        answer_fini(&answer);
    }
    return rc;
}

/* ---- ensure ---- */

static int ensure_hook(struct ensuring *e, struct weir_error *err)
{
    struct weir_str uri = e->want->callback_url;
    json_t *hooks = NULL;
    const json_t *ours;
    char known_id[WEIR_ID_TEXT];
    size_t doubles = 0;
    int rc = hook_stored_id(known_id, e->self, err);

    if (rc == 0) {
        rc = hook_list(&hooks, e->self, err);
    }
    if (rc != 0) {
        return rc;
    }
    ours = hook_choose(hooks, uri, known_id);
    if (ours == NULL) {
        rc = hook_create(e, err);
    } else {
        (void)weir_json_id(e->id, ours, "id");
        rc = hook_repair(e, ours, err);
        if (rc == 0) {
            rc = doubles_delete(&doubles, e->self, hooks, ours, uri, err);
        }
        if (doubles > 0) {
            detail_add(e, "doubles were deleted");
        }
    }
    json_decref(hooks);
    return rc == 0 ? hook_start(e, err) : rc;
}

static void judge(struct ensuring *e)
{
    struct weir_subscription *have = e->have;

    (void)snprintf(have->remote_id, sizeof have->remote_id, "%.127s", e->id);
    if (e->active && e->verified) {
        have->state = WEIR_SUB_ACTIVE;
    } else if (!e->active) {
        have->state = WEIR_SUB_FAILED;
        (void)snprintf(have->detail, sizeof have->detail, "Okta keeps the event hook switched off");
    } else {
        have->state = WEIR_SUB_PENDING;
        (void)snprintf(
            have->detail, sizeof have->detail,
            "Okta could not verify the event hook: its address has to answer from the internet, over "
            "HTTPS%s%.120s",
            e->cause[0] != '\0' ? ": " : "", e->cause);
    }
}

static int subscribe_ensure(void *self, const struct weir_subscription_want *want,
                            struct weir_subscription *have, struct weir_error *err)
{
    struct ensuring e = {.self = self, .want = want, .have = have};
    struct weir_error why = {0};
    int rc;

    if (want->event_count == 0 || want->secret.len == 0) {
        return weir_fail(err, WEIR_E_CONFIG, "an event hook at Okta needs at least one event and a secret");
    }
    rc = ensure_hook(&e, &why);
    if (rc == 0) {
        judge(&e);
        return 0;
    }
    if (rc == WEIR_E_INVALID || rc == WEIR_E_UNSUPPORTED) {
        /* Refused for a reason that a person has to look at: the address, or 25 hooks in this org already. */
        have->state = WEIR_SUB_FAILED;
        (void)snprintf(have->detail, sizeof have->detail, "%.100s%s%.120s", why.message,
                       e.cause[0] != '\0' ? ": " : "", e.cause);
        return 0;
    }
    return weir_fail(err, rc, "%s", why.message);
}

/* ---- inspect, remove ---- */

static void inspect_judge(struct weir_subscription *have, const struct okta *self,
                          const struct weir_subscription_want *want, const json_t *hook, const char *id)
{
    const char *fault = hook_fault(self, hook, id, want);

    (void)snprintf(have->remote_id, sizeof have->remote_id, "%.127s", id);
    if (!hook_is_active(hook)) {
        fault = "the event hook is switched off at Okta";
    }
    have->state = fault != NULL ? WEIR_SUB_FAILED : WEIR_SUB_ACTIVE;
    if (fault == NULL && !hook_is_verified(hook)) {
        have->state = WEIR_SUB_PENDING;
        fault = "the event hook is not verified, so Okta sends nothing";
    }
    if (fault != NULL) {
        (void)snprintf(have->detail, sizeof have->detail, "%s", fault);
    }
}

static int subscribe_inspect(void *self_, const struct weir_subscription_want *want,
                             struct weir_subscription *have, struct weir_error *err)
{
    struct okta *self = self_;
    struct answer answer = {0};
    json_t *hooks = NULL;
    const json_t *hook = NULL;
    char id[WEIR_ID_TEXT] = "";
    int rc = hook_stored_id(id, self, err);

    if (rc == 0 && id[0] != '\0') {
        rc = hook_get(&answer, self, id, err);
        hook = rc == 0 ? answer.json : NULL;
        if (rc == 0 && !json_is_object(hook)) {
            /* Only a 404 says that it is not there. */
            rc = weir_fail(err, WEIR_E_LATER, "GET /api/v1/eventHooks/{id}: HTTP %d without an event hook",
                           answer.status);
        }
    } else if (rc == 0) {
        rc = hook_list(&hooks, self, err);
        hook = hook_choose(hooks, want->callback_url, "");
        (void)weir_json_id(id, hook, "id");
    }
    if (rc == 0 && hook != NULL) {
        inspect_judge(have, self, want, hook, id);
    } else if (rc == 0 || rc == WEIR_E_NONE) {
        have->state = WEIR_SUB_NONE;
        rc = 0;
    }
    json_decref(hooks);
    answer_fini(&answer);
    return rc;
}

static int subscribe_remove(void *self_, const struct weir_subscription_want *want, struct weir_error *err)
{
    struct okta *self = self_;
    const json_t *item;
    json_t *hooks = NULL;
    char known_id[WEIR_ID_TEXT];
    char id[WEIR_ID_TEXT];
    size_t i;
    int rc = hook_stored_id(known_id, self, err);

    if (rc == 0 && known_id[0] != '\0') {
        rc = hook_delete(self, known_id, err);
    }
    if (rc == 0) {
        rc = hook_list(&hooks, self, err);
    }
    json_array_foreach(hooks, i, item)
    {
        if (rc == 0 && hook_uri_is(item, want->callback_url) && weir_json_id(id, item, "id")) {
            rc = hook_delete(self, id, err);
        }
    }
    json_decref(hooks);
    return rc == 0 ? hook_forget(self, err) : rc;
}

const struct weir_subscribe okta_subscribe = {.size = sizeof(struct weir_subscribe),
                                              .ensure = subscribe_ensure,
                                              .inspect = subscribe_inspect,
                                              .remove = subscribe_remove};
