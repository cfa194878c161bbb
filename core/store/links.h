/*
 * links: the links through which customers connect and set up, and the one-time codes that they end in.
 *
 * A link is found by the SHA-256 of its token, and by nothing else: who has the store has no link. What it
 * says is sealed, since it names people.
 */
#ifndef WEIR_STORE_LINKS_H
#define WEIR_STORE_LINKS_H

#include "base/buf.h"
#include "base/crypto.h"

#define STORE_LINK_TEXT_MAX 16384
#define STORE_LINKS_MAX 100000

struct store;

enum store_link_kind {
    STORE_LINK_CONNECT = 1,
    STORE_LINK_RELINK = 2,
    STORE_LINK_SETUP = 3,
    STORE_LINK_CODE = 4 /* swapped once for the integration */
};

struct store_link {
    uint8_t kind;
    uint32_t integration; /* its number, so that it goes with it; 0: none yet */
    int64_t expires_at_ms;
    struct weir_str text; /* what the web room says of it, at most STORE_LINK_TEXT_MAX */
};

/* Make it, or write it anew. Waits for the disk. WEIR_E_LIMIT: there are too many. Thread: web, worker, as
 * all here. */
int store_link_put(struct store *st, const uint8_t hash[CRYPTO_SHA256], const struct store_link *link,
                   struct weir_error *err);
/* Its text is appended to text, into which out->text points. Also one that is over, until it is pruned.
 * WEIR_E_NONE: there is none. */
int store_link_get(struct store_link *out, struct buf *text, struct store *st,
                   const uint8_t hash[CRYPTO_SHA256], struct weir_error *err);
/* As get, and it is gone, for exactly one of those who ask. Waits for the disk. WEIR_E_NONE: none, or another
 * kind. */
int store_link_take(struct store_link *out, struct buf *text, struct store *st,
                    const uint8_t hash[CRYPTO_SHA256], uint8_t kind, struct weir_error *err);

#endif
