#include "web/auth.h"

#include <stdlib.h>
#include <strings.h>

#define SCHEME "bearer "
#define SCHEME_LEN (sizeof SCHEME - 1)

/* ---- one key ---- */

struct auth_key *auth_key_ref(struct auth_key *key)
{
    atomic_fetch_add(&key->refs, 1);
    return key;
}

void auth_key_unref(struct auth_key *key)
{
    if (key != NULL && atomic_fetch_sub(&key->refs, 1) == 1) {
        auth_key_unref(key->behind); /* which has none behind it */
        free(key);
    }
}

bool auth_key_use(struct auth_key *key, int64_t now_ms)
{
    int64_t before = atomic_load(&key->last_used_ms);

    return now_ms - before >= AUTH_USE_MS &&
           atomic_compare_exchange_strong(&key->last_used_ms, &before, now_ms);
}

bool auth_key_lives(struct auth_key *key, int64_t now_ms)
{
    int64_t idle_at_ms = atomic_load(&key->idle_at_ms);

    return !atomic_load(&key->ended) && (key->expires_at_ms == 0 || now_ms < key->expires_at_ms) &&
           (idle_at_ms == 0 || now_ms < idle_at_ms) &&
           (key->behind == NULL || auth_key_lives(key->behind, now_ms));
}

/* ---- filters ---- */

static bool name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

bool auth_pattern_is(struct weir_str pattern)
{
    const char *colon = pattern.len > 0 ? memchr(pattern.data, ':', pattern.len) : NULL;
    size_t tool_len = colon != NULL ? (size_t)(colon - pattern.data) : 0;
    size_t name_len = colon != NULL ? pattern.len - tool_len - 1 : 0;

    if (tool_len < 2 || name_len < 1 || pattern.len >= STORE_INTEGRATION_ID_MAX) {
        return false;
    }
    for (size_t i = 0; i < tool_len; i++) {
        if (!name_char(pattern.data[i])) {
            return false;
        }
    }
    if (name_len == 1 && colon[1] == '*') {
        return true;
    }
    for (size_t i = 1; i <= name_len; i++) {
        if (!name_char(colon[i])) {
            return false;
        }
    }
    return true;
}

static bool pattern_fits(const char *pattern, size_t len, struct weir_str id)
{
    if (len > 2 && pattern[len - 1] == '*' && pattern[len - 2] == ':') {
        return id.len > len - 1 && memcmp(id.data, pattern, len - 1) == 0;
    }
    return id.len == len && len > 0 && memcmp(id.data, pattern, len) == 0;
}

bool auth_filter_sees(const char *filter, struct weir_str integration)
{
    if (filter[0] == '\0') {
        return true;
    }
    while (*filter != '\0') {
        size_t len = strcspn(filter, ",");

        if (pattern_fits(filter, len, integration)) {
            return true;
        }
        filter += len + (filter[len] == ',');
    }
    return false;
}

/* ---- lists ---- */

void auth_init(struct auth *auth)
{
    *auth = (struct auth){0};
    (void)pthread_rwlock_init(&auth->lock, NULL);
}

static void list_fini(struct auth_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        auth_key_unref(list->keys[i]);
    }
    free(list->keys);
    *list = (struct auth_list){0};
}

void auth_fini(struct auth *auth)
{
    for (int source = 0; source < AUTH_SOURCES; source++) {
        list_fini(&auth->lists[source]);
    }
    (void)pthread_rwlock_destroy(&auth->lock);
}

static bool has_scheme(struct weir_str text)
{
    return text.len >= SCHEME_LEN && strncasecmp(text.data, SCHEME, SCHEME_LEN) == 0;
}

/* The key alone. The client does not prefix a key that already reads "bearer …", so a configured key and
 * a header are both taken without that word. */
static struct weir_str bare_key(struct weir_str text)
{
    if (has_scheme(text)) {
        text = weir_str_n(text.data + SCHEME_LEN, text.len - SCHEME_LEN);
    }
    while (text.len > 0 && text.data[0] == ' ') {
        text = weir_str_n(text.data + 1, text.len - 1);
    }
    while (text.len > 0 && text.data[text.len - 1] == ' ') {
        text.len--;
    }
    return text;
}

static bool is_same_digest(const struct auth_key *a, const struct auth_key *b)
{
    return a->kind == b->kind && memcmp(a->digest, b->digest, sizeof a->digest) == 0;
}

static bool is_same_key(const struct auth_key *a, const struct auth_key *b)
{
    return is_same_digest(a, b) && a->role == b->role && a->expires_at_ms == b->expires_at_ms &&
           strcmp(a->name, b->name) == 0 && strcmp(a->filter, b->filter) == 0;
}

static void keep_use(struct auth_key *key, const struct auth_key *from)
{
    int64_t used = atomic_load(&from->last_used_ms);

    if (used > atomic_load(&key->last_used_ms)) {
        atomic_store(&key->last_used_ms, used);
    }
}

/* The new list takes the old one's place. A key that did not change stays the same object, so that streams
 * and sessions that hold it see it end whenever it does; one that changed is another, and what holds the old
 * one ends. */
static void list_take(struct auth *auth, enum auth_source source, struct auth_list *fresh)
{
    struct auth_list old;

    /* Whoever calls this for a source does so one at a time, so the comparing needs no lock: the loop, which
     * asks for keys, waits for the swap alone. */
    old = auth->lists[source];
    for (size_t i = 0; i < old.count; i++) {
        bool stays = false;

        for (size_t j = 0; j < fresh->count; j++) {
            struct auth_key *key = fresh->keys[j];

            if (key == old.keys[i] || !is_same_digest(key, old.keys[i])) {
                continue;
            }
            if (!stays && is_same_key(key, old.keys[i])) {
                stays = true;
                keep_use(old.keys[i], key);
                fresh->keys[j] = auth_key_ref(old.keys[i]);
                auth_key_unref(key);
            } else {
                keep_use(key, old.keys[i]);
            }
        }
        if (!stays) {
            atomic_store(&old.keys[i]->ended, true);
        }
    }
    (void)pthread_rwlock_wrlock(&auth->lock);
    auth->lists[source] = *fresh;
    (void)pthread_rwlock_unlock(&auth->lock);
    *fresh = (struct auth_list){0};
    list_fini(&old);
}

static struct auth_key *key_new(const char *name, size_t filter_len)
{
    struct auth_key *key = calloc(1, sizeof *key + filter_len + 1);

    if (key != NULL) {
        atomic_init(&key->refs, 1);
        (void)snprintf(key->name, sizeof key->name, "%s", name != NULL ? name : "");
    }
    return key;
}

static int add_of_file(struct auth_list *list, enum auth_kind kind, const struct web_key *from,
                       struct weir_error *err)
{
    struct weir_bytes part = weir_str_bytes(bare_key(weir_str(from->key)));
    struct auth_key *key;
    size_t len = 0;

    for (size_t i = 0; i < from->integration_count; i++) {
        len += strlen(from->integrations[i]) + 1;
    }
    key = key_new(from->name, len);
    if (key == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the keys");
    }
    list->keys[list->count++] = key;
    key->kind = kind;
    key->source = AUTH_FILE;
    key->role = from->role != WEB_ROLE_NONE ? from->role : kind == AUTH_API ? WEB_OPERATE : WEB_ADMIN;
    for (size_t i = 0, at = 0; i < from->integration_count; i++) {
        at +=
            (size_t)snprintf(key->filter + at, len + 1 - at, "%s%s", i > 0 ? "," : "", from->integrations[i]);
    }
    return part.len == 0
               ? weir_fail(err, WEIR_E_CONFIG, "the key \"%s\" is empty: anybody could use it", key->name)
               : crypto_sha256(key->digest, &part, 1, err);
}

int auth_set(struct auth *auth, const struct web_key *api, size_t api_count, const struct web_key *admin,
             size_t admin_count, struct weir_error *err)
{
    struct auth_list fresh = {.keys = calloc(api_count + admin_count + 1, sizeof(struct auth_key *))};
    int rc = fresh.keys != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "no memory for the keys");

    for (size_t i = 0; rc == 0 && i < api_count; i++) {
        rc = add_of_file(&fresh, AUTH_API, &api[i], err);
    }
    for (size_t i = 0; rc == 0 && i < admin_count; i++) {
        rc = add_of_file(&fresh, AUTH_ADMIN, &admin[i], err);
    }
    if (rc == 0) {
        list_take(auth, AUTH_FILE, &fresh);
    }
    list_fini(&fresh);
    return rc;
}

int auth_set_stored(struct auth *auth, const struct store_bearer *rows, size_t count, struct weir_error *err)
{
    struct auth_list fresh = {.keys = calloc(count + 1, sizeof(struct auth_key *))};
    int rc = fresh.keys != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "no memory for the keys");

    for (size_t i = 0; rc == 0 && i < count; i++) {
        const struct store_bearer *row = &rows[i];
        struct auth_key *key;

        if (row->revoked_at_ms != 0) {
            continue;
        }
        key = key_new(row->name, strlen(row->filter));
        if (key == NULL) {
            rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the keys");
            break;
        }
        fresh.keys[fresh.count++] = key;
        key->kind = row->surface == STORE_BEARER_ADMIN ? AUTH_ADMIN : AUTH_API;
        key->source = AUTH_STORED;
        key->role = row->role <= WEB_ADMIN ? (enum web_role)row->role : WEB_ROLE_NONE;
        key->expires_at_ms = row->expires_at_ms;
        memcpy(key->digest, row->digest, sizeof key->digest);
        memcpy(key->filter, row->filter, strlen(row->filter) + 1);
        atomic_init(&key->last_used_ms, row->last_used_ms);
    }
    if (rc == 0) {
        list_take(auth, AUTH_STORED, &fresh);
    }
    list_fini(&fresh);
    return rc;
}

/* ---- asking ---- */

struct auth_key *auth_find(struct auth *auth, enum auth_kind kind, struct weir_str authorization,
                           int64_t now_ms)
{
    return has_scheme(authorization) ? auth_find_bare(auth, kind, authorization, now_ms) : NULL;
}

struct auth_key *auth_find_bare(struct auth *auth, enum auth_kind kind, struct weir_str text, int64_t now_ms)
{
    struct auth_key *found = NULL;
    struct weir_bytes part = weir_str_bytes(bare_key(text));
    uint8_t digest[CRYPTO_SHA256];

    if (part.len == 0 || crypto_sha256(digest, &part, 1, NULL) != 0) {
        return NULL;
    }
    (void)pthread_rwlock_rdlock(&auth->lock);
    for (int source = 0; source < AUTH_SOURCES; source++) {
        for (size_t i = 0; i < auth->lists[source].count; i++) {
            struct auth_key *key = auth->lists[source].keys[i];
            /* Each is compared, whatever the ones before said, and whatever it is for. */
            bool equal =
                crypto_equal(weir_bytes(digest, sizeof digest), weir_bytes(key->digest, sizeof key->digest));

            found = equal && key->kind == kind && auth_key_lives(key, now_ms) ? key : found;
        }
    }
    if (found != NULL) {
        (void)auth_key_ref(found);
    }
    (void)pthread_rwlock_unlock(&auth->lock);
    return found;
}

struct auth_key *auth_key_session(struct auth_key *key, int64_t expires_at_ms, int64_t idle_at_ms)
{
    struct auth_key *session = key_new(key->name, strlen(key->filter));

    if (session != NULL) {
        session->kind = key->kind;
        session->source = key->source;
        session->role = key->role;
        session->expires_at_ms = expires_at_ms;
        atomic_init(&session->idle_at_ms, idle_at_ms);
        session->behind = auth_key_ref(key);
        memcpy(session->digest, key->digest, sizeof session->digest);
        memcpy(session->filter, key->filter, strlen(key->filter) + 1);
    }
    return session;
}

struct auth_key *auth_nth(struct auth *auth, enum auth_source source, size_t n)
{
    struct auth_key *key = NULL;

    (void)pthread_rwlock_rdlock(&auth->lock);
    if (n < auth->lists[source].count) {
        key = auth_key_ref(auth->lists[source].keys[n]);
    }
    (void)pthread_rwlock_unlock(&auth->lock);
    return key;
}
