/*
 * auth: the bearer keys in force, and which of them a request carries.
 *
 * Only digests are kept, so neither a core file nor a slip in a log shows a key. A plain SHA-256 is right for
 * them: a slow hash makes guessing dear, and a key of 256 random bits cannot be guessed at any price, while
 * each request would pay for it. Each request is compared with every key, so that one that nobody has costs
 * the same as one that is known, and comparing takes the same time whichever byte differs.
 */
#ifndef WEIR_WEB_AUTH_H
#define WEIR_WEB_AUTH_H

#include "base/crypto.h"
#include "store/bearers.h"
#include "web/web.h"

#include <pthread.h>
#include <stdatomic.h>

#define AUTH_USE_MS 60000 /* a key's last use is known to the minute: no write for each request */

enum auth_kind { AUTH_API, AUTH_ADMIN, AUTH_KINDS };
enum auth_source { AUTH_FILE, AUTH_STORED, AUTH_SOURCES };

/* One key in force. Does not change while others hold it but for its atomics. */
struct auth_key {
    atomic_uint refs;
    atomic_bool ended;            /* it was taken away: what waits with it is refused */
    _Atomic int64_t last_used_ms; /* 0: not yet (one of the file: since the start) */
    enum auth_kind kind;
    enum auth_source source;
    enum web_role role;
    int64_t expires_at_ms;      /* 0: never */
    _Atomic int64_t idle_at_ms; /* of a session: when it ends unless it is used; 0: never */
    struct auth_key *behind;    /* of a session: the key that it was begun with, a reference; else NULL */
    uint8_t digest[CRYPTO_SHA256];
    char name[STORE_BEARER_NAME];
    char filter[]; /* ids and tool patterns, a comma between two; empty: all integrations */
};

struct auth_list {
    struct auth_key **keys;
    size_t count;
};

struct auth {
    pthread_rwlock_t lock; /* guards lists; written where keys change alone */
    struct auth_list lists[AUTH_SOURCES];
};

/* Thread: setup. */
void auth_init(struct auth *auth);
void auth_fini(struct auth *auth);

/* Those of the file from now on: both lists or nothing. WEIR_E_CONFIG: a key is empty. Thread: setup, web;
 * one at a time, as the next. */
int auth_set(struct auth *auth, const struct web_key *api, size_t api_count, const struct web_key *admin,
             size_t admin_count, struct weir_error *err);
/* Those of the store from now on; rows that are revoked are left out. Thread: setup, web. */
int auth_set_stored(struct auth *auth, const struct store_bearer *rows, size_t count, struct weir_error *err);

/* The key of that kind in the value of an Authorization header, with a reference; NULL: none that is in
 * force. Thread: any. */
struct auth_key *auth_find(struct auth *auth, enum auth_kind kind, struct weir_str authorization,
                           int64_t now_ms);
/* As auth_find, for the bare key. */
struct auth_key *auth_find_bare(struct auth *auth, enum auth_kind kind, struct weir_str text, int64_t now_ms);
/* One that stands for key for a while: it opens what key opens, and ends with it. NULL: no memory. */
struct auth_key *auth_key_session(struct auth_key *key, int64_t expires_at_ms, int64_t idle_at_ms);
/* The n-th of a source, with a reference; NULL behind the last. Thread: any. */
struct auth_key *auth_nth(struct auth *auth, enum auth_source source, size_t n);
struct auth_key *auth_key_ref(struct auth_key *key);
void auth_key_unref(struct auth_key *key); /* NULL does nothing */
/* It opens something now. Of those that it took long ago the use is noted; true: and that is news. */
bool auth_key_use(struct auth_key *key, int64_t now_ms);
/* May it still be used? A request may have waited, a stream lasts. */
bool auth_key_lives(struct auth_key *key, int64_t now_ms);

/* Is the integration one that the filter lets through? Thread: any, as below. */
bool auth_filter_sees(const char *filter, struct weir_str integration);
/* "<tool>:<name>" or "<tool>:*"? */
bool auth_pattern_is(struct weir_str pattern);

#endif
