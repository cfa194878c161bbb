#include "hook.h"

#include "page.h"
#include "verify.h"

#define HOOKS_MAX 1000  /* 25 can be active */
#define VERIFY_MS 30000 /* Okta gives our address 3 s, twice, and the way there */
#define DIGEST_TEXT 65

/* ---- comparing ---- */

bool hook_uri_is(const json_t *hook, struct weir_str uri)
{
    struct weir_str have = {NULL, 0};

    return weir_json_str(&have, hook, "channel.config.uri") == WEIR_JSON_VALUE && weir_str_equal(have, uri);
}

bool hook_is_active(const json_t *hook)
{
    return weir_json_word_is(hook, "status", "ACTIVE");
}

bool hook_is_verified(const json_t *hook)
{
    return weir_json_word_is(hook, "verificationStatus", "VERIFIED");
}

static bool events_are(const json_t *hook, const struct weir_subscription_want *want)
{
    const json_t *items = weir_json_array(hook, "events.items");
    const json_t *item;
    size_t i;

    json_array_foreach(items, i, item)
    {
        bool wanted = false;

        for (size_t k = 0; k < want->event_count; k++) {
            wanted =
                wanted || (json_is_string(item) && weir_str_is(want->events[k], json_string_value(item)));
        }
        if (!wanted) {
            return false;
        }
    }
    for (size_t k = 0; k < want->event_count; k++) {
        bool there = false;

        json_array_foreach(items, i, item)
        {
            there = there || (json_is_string(item) && weir_str_is(want->events[k], json_string_value(item)));
        }
        if (!there) {
            return false;
        }
    }
    return true;
}

static bool is_empty(const json_t *hook, const char *path)
{
    json_t *value = NULL;

    return weir_json_find(&value, hook, path) != WEIR_JSON_VALUE ||
           (json_is_array(value) && json_array_size(value) == 0);
}

/* Says of a hook and a secret that they belong together, without giving either away. */
static int secret_digest(char out[DIGEST_TEXT], const struct okta *self, struct weir_str secret,
                         const char *id, struct weir_error *err)
{
    struct weir_bytes parts[2];
    uint8_t mac[WEIR_DIGEST_MAX];
    size_t len = 0;
    int rc;

    parts[0] = weir_str_bytes(weir_str("registered secret of "));
    parts[1] = weir_str_bytes(weir_str(id));
    rc = self->host->hmac(self->host, WEIR_SHA256, weir_str_bytes(secret), parts, 2, mac, &len, err);
    for (size_t i = 0; rc == 0 && i < 32; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", i < len ? mac[i] : 0);
    }
    return rc;
}

static bool secret_registered(const struct okta *self, struct weir_str secret, const char *id)
{
    char want[DIGEST_TEXT];
    char have[DIGEST_TEXT];
    size_t len = 0;

    return secret_digest(want, self, secret, id, NULL) == 0 &&
           self->host->state_get(self->host, STATE_HOOK_SECRET, have, sizeof have, &len, NULL) == 0 &&
           self->host->equal(self->host, weir_bytes(have, len), weir_bytes(want, strlen(want)));
}

const char *hook_fault(const struct okta *self, const json_t *hook, const char *id,
                       const struct weir_subscription_want *want)
{
    if (!hook_uri_is(hook, want->callback_url)) {
        return "the event hook points to another address";
    }
    if (!events_are(hook, want)) {
        return "the event hook has other events than wanted";
    }
    if (!weir_json_word_is(hook, "channel.config.authScheme.type", "HEADER") ||
        !weir_json_word_is(hook, "channel.config.authScheme.key", "Authorization") ||
        !secret_registered(self, want->secret, id)) {
        return "the event hook does not send the current secret";
    }
    if (!is_empty(hook, "channel.config.headers") || !is_empty(hook, "events.filter")) {
        return "the event hook was given a filter or headers of somebody else's";
    }
    return NULL;
}

/* ---- state ---- */

int hook_stored_id(char out[WEIR_ID_TEXT], const struct okta *self, struct weir_error *err)
{
    size_t len = 0;
    int rc = self->host->state_get(self->host, STATE_HOOK_ID, out, WEIR_ID_TEXT - 1, &len, err);

    if (rc == 0 && weir_id_valid(weir_str_n(out, len))) {
        out[len] = '\0';
        return 0;
    }
    out[0] = '\0';
    return rc == WEIR_E_NONE || rc == WEIR_E_LIMIT ? 0 : rc;
}

static int state_put(const struct okta *self, const char *key, const char *value, struct weir_error *err)
{
    return self->host->state_put(self->host, key, weir_bytes(value, strlen(value)), err);
}

int hook_remember(const struct okta *self, struct weir_str secret, const char *id, struct weir_error *err)
{
    char digest[DIGEST_TEXT];
    int rc = state_put(self, STATE_HOOK_ID, id, err);

    if (rc == 0) {
        rc = secret_digest(digest, self, secret, id, err);
    }
    return rc == 0 ? state_put(self, STATE_HOOK_SECRET, digest, err) : rc;
}

int hook_forget(const struct okta *self, struct weir_error *err)
{
    int rc = state_put(self, STATE_HOOK_ID, "", err);

    return rc == 0 ? state_put(self, STATE_HOOK_SECRET, "", err) : rc;
}

/* ---- calls ---- */

static void url_write(struct weir_text *url, const char *id, const char *verb)
{
    weir_text_init(url);
    weir_text_add(url, HOOK_LIST);
    if (id[0] != '\0') {
        weir_text_add(url, "/");
        weir_text_add_encoded(url, weir_str(id));
    }
    if (verb[0] != '\0') {
        weir_text_add(url, "/lifecycle/");
        weir_text_add(url, verb);
    }
}

int hook_list(json_t **hooks, struct okta *self, struct weir_error *err)
{
    struct listing listing = {.name = HOOK_LIST, .right = &right_hooks, .path = HOOK_LIST};
    struct weir_text url;

    url_write(&url, "", "");
    listing.first = &url;
    return page_read_all(hooks, &self->client, &listing, HOOKS_MAX, err);
}

static int hook_call(struct answer *answer, struct okta *self, const char *method, const char *id,
                     const json_t *body, struct weir_error *err)
{
    struct call call = {
        .method = method, .name = id[0] != '\0' ? HOOK_ONE : HOOK_LIST, .right = &right_hooks, .body = body};
    struct weir_text url;

    url_write(&url, id, "");
    call.url = &url;
    return client_send(answer, &self->client, &call, err);
}

int hook_get(struct answer *answer, struct okta *self, const char *id, struct weir_error *err)
{
    return hook_call(answer, self, "GET", id, NULL, err);
}

static json_t *events_make(const struct weir_subscription_want *want)
{
    json_t *events = json_array();
    int bad = 0;

    for (size_t i = 0; i < want->event_count; i++) {
        bad |= json_array_append_new(events, json_stringn(want->events[i].data, want->events[i].len));
    }
    if (bad != 0) {
        json_decref(events);
        return NULL;
    }
    return events;
}

int hook_write(struct answer *answer, struct okta *self, const struct weir_subscription_want *want,
               const char *id, const char *name, struct weir_error *err)
{
    json_t *body = json_object();
    json_t *scheme = json_object();
    json_t *config = json_object();
    int bad = 0;
    int rc;

    memset(answer, 0, sizeof *answer);
    bad |= json_object_set_new(scheme, "type", json_string("HEADER"));
    bad |= json_object_set_new(scheme, "key", json_string("Authorization"));
    bad |=
        json_object_set_new(scheme, "value", json_sprintf(VERIFY_PREFIX "%.*s", WEIR_STR_ARG(want->secret)));
    bad |= weir_json_put_str(config, "uri", want->callback_url);
    bad |= json_object_set_new(config, "headers", json_array());
    bad |= json_object_set(config, "authScheme", scheme);
    bad |= json_object_set_new(body, "name", json_string(name));
    bad |= json_object_set_new(body, "description", json_string("people and groups, for Weir"));
    bad |= json_object_set_new(body, "events",
                               json_pack("{s:s,s:o}", "type", "EVENT_TYPE", "items", events_make(want)));
    bad |= json_object_set_new(
        body, "channel", json_pack("{s:s,s:s,s:O}", "type", "HTTP", "version", "1.0.0", "config", config));
    rc = bad != 0 ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                  : hook_call(answer, self, id[0] == '\0' ? "POST" : "PUT", id, body, err);
    json_decref(body);
    json_decref(config);
    json_decref(scheme);
    return rc;
}

int hook_lifecycle(struct answer *answer, struct okta *self, const char *id, const char *verb,
                   struct weir_error *err)
{
    char name[64];
    struct call call = {.method = "POST", .name = name, .right = &right_hooks, .timeout_ms = VERIFY_MS};
    struct weir_text url;

    (void)snprintf(name, sizeof name, HOOK_ONE "/lifecycle/%s", verb);
    url_write(&url, id, verb);
    call.url = &url;
    return client_send(answer, &self->client, &call, err);
}

int hook_delete(struct okta *self, const char *id, struct weir_error *err)
{
    struct answer answer;
    int rc = hook_lifecycle(&answer, self, id, "deactivate", err); /* an active one is not deleted */

    answer_fini(&answer);
    if (rc == 0) {
        rc = hook_call(&answer, self, "DELETE", id, NULL, err);
        answer_fini(&answer);
    }
    return rc == WEIR_E_NONE ? 0 : rc;
}
