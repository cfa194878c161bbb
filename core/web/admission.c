#include "web/admission.h"

#include "web/envelope.h"
#include "web/forgery.h"

#include <stdlib.h>

#define SESSION_OVER "The session is over: sign in again."

bool admission_key(struct request *r, enum auth_kind kind)
{
    int64_t now_ms = clock_now_ms(r->web->options.clock);
    const char *missing =
        kind == AUTH_API ? "The API key is missing or wrong: send it as \"Authorization: Bearer <key>\"."
                         : "the admin key is missing or wrong: send it as \"Authorization: Bearer <key>\"";
    struct weir_str authorization;
    struct weir_str token;

    if (exchange_header(&authorization, r->x, "Authorization")) {
        r->key = auth_find(&r->web->auth, kind, authorization, now_ms);
    } else if (kind == AUTH_ADMIN && session_token(&token, r)) {
        r->key = session_find(r->csrf, &r->web->sessions, token, now_ms);
        missing = SESSION_OVER;
    }
    if (r->key == NULL) {
        answer_error(r, ANSWER_KEY_INVALID, "%s", missing);
    }
    return r->key != NULL;
}

const char *admission_role_word(enum web_role role)
{
    return role == WEB_ADMIN ? "admin" : role == WEB_OPERATE ? "operate" : "read";
}

bool admission_is_limited(const struct request *r)
{
    return r->key != NULL && r->key->filter[0] != '\0';
}

bool admission_sees(const struct request *r, struct weir_str integration)
{
    return r->key == NULL || auth_filter_sees(r->key->filter, integration);
}

void admission_target(struct request *r, struct weir_str target)
{
    if (r->target[0] == '\0' && target.len > 0) {
        (void)snprintf(r->target, sizeof r->target, "%.*s",
                       (int)(target.len < sizeof r->target ? target.len : sizeof r->target - 1), target.data);
    }
}

/* Routes whose first part of the path that varies is an integration's id. */
static bool names_integration(const struct route *route)
{
    static const char *const heads[] = {"/v1/integrations/{}", "/admin/v1/integrations/{}",
                                        "/admin/v1/subscriptions/{}"};

    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (strncmp(route->path, heads[i], strlen(heads[i])) == 0) {
            return true;
        }
    }
    return false;
}

void admission_note_use(struct request *r)
{
    struct auth_key *key = r->key->behind != NULL ? r->key->behind : r->key;
    int64_t now_ms = clock_now_ms(r->web->options.clock);

    if (auth_key_use(key, now_ms) && key->source == AUTH_STORED) {
        store_bearer_used(r->web->options.store, key->name, key->digest, now_ms);
    }
}

bool admission_check(struct request *r)
{
    unsigned needs = r->route->needs;
    unsigned role = needs & ROUTE_ROLE;

    if (r->params[0].len > 0 && r->surface != SURFACE_CONNECT) { /* there it is the link's secret */
        admission_target(r, r->params[0]);
    }
    if (r->key == NULL) {
        return true; /* the local socket, or a route that asks for none */
    }
    if (!auth_key_lives(r->key, clock_now_ms(r->web->options.clock))) {
        answer_error(r, ANSWER_KEY_INVALID, "%s",
                     r->csrf[0] != '\0' ? SESSION_OVER : "The key was revoked, or ran out.");
        return false;
    }
    admission_note_use(r);
    if (!forgery_check(r)) {
        return false;
    }
    if (role == 0 || (role != ROUTE_OPEN && (unsigned)r->key->role < role)) {
        answer_error(r, ANSWER_FORBIDDEN, "The key \"%s\" has the role %s, and %s %s takes %s.", r->key->name,
                     admission_role_word(r->key->role), r->route->method, r->route->path,
                     admission_role_word((enum web_role)role));
        return false;
    }
    if ((needs & ROUTE_WHOLE) != 0 && admission_is_limited(r)) {
        answer_error(r, ANSWER_FORBIDDEN,
                     "The key \"%s\" is for some integrations alone, and %s %s is about more than those.",
                     r->key->name, r->route->method, r->route->path);
        return false;
    }
    if (names_integration(r->route) && !admission_sees(r, r->params[0])) {
        answer_error(r, ANSWER_INTEGRATION_UNKNOWN, "There is no integration \"%.*s\".",
                     r->params[0].len < 100 ? (int)r->params[0].len : 100, r->params[0].data);
        return false;
    }
    return true;
}

/* ---- the store's keys ---- */

struct rows {
    struct store_bearer *items;
    size_t count, cap;
    bool no_memory;
};

static bool take_row(void *ctx, const struct store_bearer *row)
{
    struct rows *rows = ctx;

    if (rows->count == rows->cap) {
        size_t cap = rows->cap == 0 ? 16 : rows->cap * 2;
        struct store_bearer *items = realloc(rows->items, cap * sizeof *items);

        if (items == NULL) {
            rows->no_memory = true;
            return false;
        }
        rows->items = items;
        rows->cap = cap;
    }
    rows->items[rows->count++] = *row;
    return true;
}

int admission_load(struct web *web, struct weir_error *err)
{
    struct rows rows = {.items = NULL};
    int rc;

    /* Two at once would let the older look win. */
    (void)pthread_mutex_lock(&web->keys_lock);
    rc = store_bearers(web->options.store, take_row, &rows, err);
    if (rc == 0 && rows.no_memory) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the keys");
    }
    if (rc == 0) {
        rc = auth_set_stored(&web->auth, rows.items, rows.count, err);
    }
    (void)pthread_mutex_unlock(&web->keys_lock);
    free(rows.items);
    return rc;
}
