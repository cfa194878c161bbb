/*
 * bearers: API keys that were made while the daemon ran. What is kept of one is its hash, never itself.
 *
 * A row stays when its key is revoked or runs out, so that a person can still see whose it was, until it is
 * pruned with the audit log. Knows nothing of requests: who may do what is the web room's affair.
 */
#ifndef WEIR_STORE_BEARERS_H
#define WEIR_STORE_BEARERS_H

#include "store/store.h"

#define STORE_BEARER_NAME 65
#define STORE_BEARER_PREFIX 16
#define STORE_BEARER_FILTER 4096
#define STORE_BEARERS_MAX 1000 /* each request is compared with all of them */

/* Numbers are on disk. */
enum store_bearer_surface { STORE_BEARER_API = 1, STORE_BEARER_ADMIN = 2 };

struct store_bearer {
    char name[STORE_BEARER_NAME];
    uint8_t digest[CRYPTO_SHA256];
    char prefix[STORE_BEARER_PREFIX]; /* its first characters, to tell keys apart */
    uint8_t surface;
    uint8_t role;                    /* the web room's number */
    char made_by[STORE_BEARER_NAME]; /* name of the key that made it; empty: the local socket */
    char
        filter[STORE_BEARER_FILTER]; /* ids and tool patterns, a comma between two; empty: all integrations */
    int64_t created_at_ms;
    int64_t expires_at_ms, revoked_at_ms, last_used_ms; /* 0: never */
};

/* Make one; created_at_ms is set here. It takes the place of one of that name that is revoked or ran out.
 * WEIR_E_CONFIG: one in force has the name. WEIR_E_LIMIT: there are as many as there may be. Waits for the
 * disk. Thread: web, worker. */
int store_bearer_add(struct store_bearer *row, struct store *st, struct weir_error *err);
/* From now on it opens nothing. WEIR_E_NONE: none in force has that name. Waits for the disk. Thread: web. */
int store_bearer_revoke(struct store *st, struct weir_str name, struct weir_error *err);
/* It was used then; digest says that it is still the same key. Does not wait; a loss is no harm. Thread: any
 * but writer. */
void store_bearer_used(struct store *st, const char *name, const uint8_t digest[CRYPTO_SHA256],
                       int64_t at_ms);
/* Every row by name, until each returns false; each must not call the store. One that cannot be read is left
 * out, and so opens nothing. Thread: setup, web. */
int store_bearers(struct store *st, bool (*each)(void *ctx, const struct store_bearer *row), void *ctx,
                  struct weir_error *err);

#endif
