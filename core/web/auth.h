/*
 * auth: the bearer keys in force, and whether a request carries one of them.
 *
 * Only digests are kept, so neither a core file nor a slip in a log shows a key, and comparing them
 * takes the same time whichever byte differs.
 */
#ifndef WEIR_WEB_AUTH_H
#define WEIR_WEB_AUTH_H

#include "base/crypto.h"
#include "web/web.h"

#include <pthread.h>

enum auth_kind { AUTH_API, AUTH_ADMIN, AUTH_KINDS };

struct auth_keys {
    uint8_t (*digests)[CRYPTO_SHA256];
    size_t count;
};

struct auth {
    pthread_rwlock_t lock; /* guards keys; written by a reload alone */
    struct auth_keys keys[AUTH_KINDS];
};

/* Thread: setup. */
void auth_init(struct auth *auth);
void auth_fini(struct auth *auth);

/* Both lists or nothing. WEIR_E_CONFIG: a key is empty. Thread: setup, web. */
int auth_set(struct auth *auth, const struct web_key *api, size_t api_count, const struct web_key *admin,
             size_t admin_count, struct weir_error *err);

/* Does the value of an Authorization header hold a key of that kind? Thread: any. */
bool auth_allows(struct auth *auth, enum auth_kind kind, struct weir_str authorization);

#endif
