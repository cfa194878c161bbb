#include "web/session.h"

#define RANDOM_BYTES 32

void sessions_init(struct sessions *sessions)
{
    (void)pthread_mutex_init(&sessions->lock, NULL);
}

static void drop(struct session *it)
{
    if (it->key != NULL) {
        atomic_store(&it->key->ended, true);
        auth_key_unref(it->key);
    }
    crypto_wipe(it, sizeof *it);
}

void sessions_fini(struct sessions *sessions)
{
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        drop(&sessions->items[i]);
    }
    (void)pthread_mutex_destroy(&sessions->lock);
}

static int make_text(char out[SESSION_TEXT], struct weir_error *err)
{
    uint8_t random[RANDOM_BYTES];
    struct buf text;
    int rc = crypto_random(random, sizeof random, err);

    if (rc != 0) {
        return rc;
    }
    buf_init(&text, SESSION_TEXT - 1);
    crypto_base64url(&text, weir_bytes(random, sizeof random));
    rc = buf_check(&text, "a session's token", err);
    if (rc == 0) {
        memcpy(out, text.data, text.len);
        out[text.len] = '\0';
        crypto_wipe(text.data, text.cap);
    }
    crypto_wipe(random, sizeof random);
    buf_fini(&text);
    return rc;
}

/* Any text has one; that of no token is that of no session. */
static int digest_of(uint8_t out[CRYPTO_SHA256], struct weir_str token, struct weir_error *err)
{
    struct weir_bytes part = weir_str_bytes(token);

    return crypto_sha256(out, &part, 1, err);
}

/* A free place, or that of one that is over, or else of the longest idle one. The lock is held. */
static struct session *place_of(struct sessions *sessions, int64_t now_ms)
{
    struct session *idle = &sessions->items[0];

    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        struct session *it = &sessions->items[i];

        if (it->key == NULL || !auth_key_lives(it->key, now_ms)) {
            return it;
        }
        if (atomic_load(&it->key->idle_at_ms) < atomic_load(&idle->key->idle_at_ms)) {
            idle = it;
        }
    }
    return idle;
}

int session_begin(char token[SESSION_TEXT], char csrf[SESSION_TEXT], struct sessions *sessions,
                  struct auth_key *key, int64_t now_ms, struct weir_error *err)
{
    struct session fresh = {.key = auth_key_session(key, now_ms + SESSION_MS, now_ms + SESSION_IDLE_MS)};
    struct session *place;
    int rc =
        fresh.key != NULL ? make_text(token, err) : weir_fail(err, WEIR_E_MEMORY, "no memory for a session");

    if (rc == 0) {
        rc = make_text(csrf, err);
    }
    if (rc == 0) {
        rc = digest_of(fresh.digest, weir_str(token), err);
    }
    if (rc != 0) {
        auth_key_unref(fresh.key);
        return rc;
    }
    memcpy(fresh.csrf, csrf, sizeof fresh.csrf);
    (void)pthread_mutex_lock(&sessions->lock);
    place = place_of(sessions, now_ms);
    drop(place);
    *place = fresh;
    (void)pthread_mutex_unlock(&sessions->lock);
    return 0;
}

/* NULL: there is none. All are compared, whichever fits. The lock is held. */
static struct session *find(struct sessions *sessions, const uint8_t digest[CRYPTO_SHA256])
{
    struct session *found = NULL;

    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        struct session *it = &sessions->items[i];

        if (it->key != NULL &&
            crypto_equal(weir_bytes(it->digest, sizeof it->digest), weir_bytes(digest, CRYPTO_SHA256))) {
            found = it;
        }
    }
    return found;
}

struct auth_key *session_find(char csrf[SESSION_TEXT], struct sessions *sessions, struct weir_str token,
                              int64_t now_ms)
{
    struct auth_key *key = NULL;
    uint8_t digest[CRYPTO_SHA256];
    struct session *it;

    if (token.len != SESSION_TEXT - 1 || digest_of(digest, token, NULL) != 0) {
        return NULL;
    }
    (void)pthread_mutex_lock(&sessions->lock);
    it = find(sessions, digest);
    if (it != NULL && auth_key_lives(it->key, now_ms)) {
        atomic_store(&it->key->idle_at_ms, now_ms + SESSION_IDLE_MS);
        memcpy(csrf, it->csrf, sizeof it->csrf);
        key = auth_key_ref(it->key);
    } else if (it != NULL) {
        drop(it);
    }
    (void)pthread_mutex_unlock(&sessions->lock);
    return key;
}

void session_end(struct sessions *sessions, struct weir_str token)
{
    uint8_t digest[CRYPTO_SHA256];
    struct session *it;

    if (digest_of(digest, token, NULL) != 0) {
        return;
    }
    (void)pthread_mutex_lock(&sessions->lock);
    it = find(sessions, digest);
    if (it != NULL) {
        drop(it);
    }
    (void)pthread_mutex_unlock(&sessions->lock);
}
