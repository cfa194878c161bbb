#include "webhook.h"

#include "page.h"
#include "verify.h"

#define WEBHOOKS_MAX 2000
#define COST_CENTER_EVENT "employment.updated.cost-centers"
#define DIGEST_TEXT 65

/* ---- wanted and had ---- */

int wish_init(struct wish *wish, struct personio *self, const struct weir_subscription_want *want,
              struct weir_error *err)
{
    char value[8];
    size_t len = 0;

    wish->want = want;
    wish->narrow =
        self->host->state_get(self->host, STATE_WEBHOOK_NARROW, value, sizeof value, &len, NULL) == 0;
    wish->events = NULL;
    if (want->event_count == 0 || want->secret.len == 0) {
        return weir_fail(err, WEIR_E_CONFIG, "a webhook at Personio needs at least one event and a secret");
    }
    return 0;
}

int wish_events(struct wish *wish, struct weir_error *err)
{
    int bad = 0;

    json_decref(wish->events);
    wish->events = json_array();
    for (size_t i = 0; i < wish->want->event_count; i++) {
        struct weir_str name = wish->want->events[i];

        if (!wish->narrow || !weir_str_is(name, COST_CENTER_EVENT)) {
            bad |= json_array_append_new(wish->events, json_stringn(name.data, name.len));
        }
    }
    return wish->events == NULL || bad != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory") : 0;
}

static bool wish_has_cost_centers(const struct wish *wish)
{
    for (size_t i = 0; i < wish->want->event_count; i++) {
        if (weir_str_is(wish->want->events[i], COST_CENTER_EVENT)) {
            return true;
        }
    }
    return false;
}

static bool list_has(const json_t *list, const json_t *item)
{
    const json_t *other;
    size_t i;

    json_array_foreach(list, i, other)
    {
        if (json_equal(other, item)) {
            return true;
        }
    }
    return false;
}

/* Are the webhook's events the wanted ones, in any order? What is not told counts as right. */
bool webhook_events_are(const json_t *webhook, const struct wish *wish)
{
    const json_t *have = weir_json_array(webhook, "enabled_events");
    const json_t *item;
    size_t i;

    if (have == NULL) {
        return true;
    }
    json_array_foreach(have, i, item)
    {
        if (!list_has(wish->events, item)) {
            return false;
        }
    }
    json_array_foreach(wish->events, i, item)
    {
        if (!list_has(have, item)) {
            return false;
        }
    }
    return true;
}

bool webhook_member_is(const json_t *webhook, const char *member, const char *word)
{
    json_t *value = NULL;

    return weir_json_find(&value, webhook, member) == WEIR_JSON_MISSING ||
           weir_json_word_is(webhook, member, word);
}

bool webhook_url_is(const json_t *webhook, struct weir_str url)
{
    struct weir_str have = {NULL, 0};

    return weir_json_str(&have, webhook, "url") == WEIR_JSON_VALUE && weir_str_equal(have, url);
}

/* ---- state ---- */

/* The id of our webhook, or "". */
int webhook_stored_id(char out[WEIR_ID_TEXT], const struct personio *self, struct weir_error *err)
{
    size_t len = 0;
    int rc = self->host->state_get(self->host, STATE_WEBHOOK_ID, out, WEIR_ID_TEXT - 1, &len, err);

    if (rc == 0 && weir_id_valid(weir_str_n(out, len))) {
        out[len] = '\0';
        return 0;
    }
    out[0] = '\0';
    return rc == WEIR_E_NONE || rc == WEIR_E_LIMIT ? 0 : rc;
}

int webhook_state_put(const struct personio *self, const char *key, const char *value, struct weir_error *err)
{
    return self->host->state_put(self->host, key, weir_bytes(value, strlen(value)), err);
}

/* Says of a webhook and a secret that they belong together, without giving either away. */
static int token_digest(char out[DIGEST_TEXT], const struct personio *self, struct weir_str secret,
                        const char *id, struct weir_error *err)
{
    struct weir_bytes parts[2];
    uint8_t mac[WEIR_DIGEST_MAX];
    size_t len = 0;
    int rc;

    parts[0] = weir_str_bytes(weir_str("registered token of "));
    parts[1] = weir_str_bytes(weir_str(id));
    rc = self->host->hmac(self->host, WEIR_SHA256, weir_str_bytes(secret), parts, 2, mac, &len, err);
    for (size_t i = 0; rc == 0 && i < 32; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", i < len ? mac[i] : 0);
    }
    return rc;
}

bool webhook_token_registered(const struct personio *self, struct weir_str secret, const char *id)
{
    char want[DIGEST_TEXT];
    char have[DIGEST_TEXT];
    size_t len = 0;

    return token_digest(want, self, secret, id, NULL) == 0 &&
           self->host->state_get(self->host, STATE_WEBHOOK_TOKEN, have, sizeof have, &len, NULL) == 0 &&
           self->host->equal(self->host, weir_bytes(have, len), weir_bytes(want, strlen(want)));
}

int webhook_remember(const struct personio *self, struct weir_str secret, const char *id,
                     struct weir_error *err)
{
    char digest[DIGEST_TEXT];
    int rc = webhook_state_put(self, STATE_WEBHOOK_ID, id, err);

    if (rc == 0) {
        rc = token_digest(digest, self, secret, id, err);
    }
    return rc == 0 ? webhook_state_put(self, STATE_WEBHOOK_TOKEN, digest, err) : rc;
}

/* ---- calls ---- */

int webhook_call(struct answer *answer, struct personio *self, const char *method, const char *id,
                 const json_t *body, struct weir_error *err)
{
    struct call call = {.method = method, .name = id[0] != '\0' ? NAME_ONE : NAME_LIST, .body = body};
    struct weir_text url;

    weir_text_init(&url);
    weir_text_add(&url, NAME_LIST);
    if (id[0] != '\0') {
        weir_text_add(&url, "/");
        weir_text_add_encoded(&url, weir_str(id));
    }
    call.url = &url;
    call.right = strcmp(method, "GET") == 0 ? WEBHOOKS_READ : WEBHOOKS_WRITE;
    return client_send(answer, &self->client, &call, err);
}

/* The list and the place where one is made are there in every account: a 404 says nothing of a webhook. */
static int list_missing(const char *method, struct weir_error *err)
{
    return weir_fail(err, WEIR_E_LATER, "%s " NAME_LIST ": HTTP 404 of a list that every account has",
                     method);
}

int webhooks_list(json_t **webhooks, struct personio *self, struct weir_error *err)
{
    struct listing listing = {.name = NAME_LIST, .right = WEBHOOKS_READ, .query = "limit=200"};
    struct weir_text path;
    int rc;

    weir_text_init(&path);
    weir_text_add(&path, NAME_LIST);
    listing.path = &path;
    rc = page_read_all(webhooks, &self->client, &listing, WEBHOOKS_MAX, err);
    return rc == WEIR_E_NONE ? list_missing("GET", err) : rc;
}

int webhook_delete(struct personio *self, const char *id, struct weir_error *err)
{
    struct answer answer;
    int rc = webhook_call(&answer, self, "DELETE", id, NULL, err);

    answer_fini(&answer);
    return rc == WEIR_E_NONE ? 0 : rc;
}

/* POST (no id) or PATCH, narrowed and repeated once if the cost center event may be what was refused. */
int webhook_write(struct answer *answer, struct personio *self, struct wish *wish, const char *id,
                  bool with_url, struct weir_error *err)
{
    bool create = id[0] == '\0';
    int rc;

    do {
        json_t *body = json_object();
        int bad = 0;

        rc = wish_events(wish, err);
        if (rc != 0) {
            json_decref(body);
            return rc;
        }
        if (with_url) {
            bad |= weir_json_put_str(body, "url", wish->want->callback_url);
        }
        if (create) {
            bad |= weir_json_put_str(body, "description", wish->want->label);
        }
        bad |= json_object_set_new(body, "status", json_string("ENABLED")); /* else it is made DISABLED */
        bad |= json_object_set_new(body, "auth_type", json_string("TOKEN"));
        bad |= json_object_set_new(body, "token",
                                   json_sprintf(VERIFY_PREFIX "%.*s", WEIR_STR_ARG(wish->want->secret)));
        bad |= json_object_set(body, "enabled_events", wish->events);
        rc = bad != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                      : webhook_call(answer, self, create ? "POST" : "PATCH", id, body, err);
        json_decref(body);
        if (rc == WEIR_E_NONE && create) {
            rc = list_missing("POST", err);
        }
        if (wish->narrow || !wish_has_cost_centers(wish) || wish->want->event_count < 2 ||
            !(answer->status == 400 || answer->status == 422)) {
            return rc;
        }
        /* Known from other integrations only. Whether it was that shows by the answer to the rest. */
        answer_fini(answer);
        answer->status = 0;
        wish->narrow = true;
    } while (true);
}
