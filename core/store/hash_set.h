/*
 * hash_set: a set of 16-byte hashes in memory, by open addressing.
 *
 * The members are digests already, so their first bytes are the place. Not safe to share: its owner locks.
 */
#ifndef WEIR_STORE_HASH_SET_H
#define WEIR_STORE_HASH_SET_H

#include "store/store.h"

struct hash_set {
    uint8_t (*slots)[STORE_HASH]; /* all zero: empty */
    size_t cap;                   /* a power of two, or 0 */
    size_t count;
};

void hash_set_fini(struct hash_set *set); /* also accepts a zeroed one */
/* Memory for that many members in all, so that adding up to then cannot fail. false: no memory, and it is as
 * it was. */
bool hash_set_reserve(struct hash_set *set, size_t count);
bool hash_set_has(const struct hash_set *set, const uint8_t hash[STORE_HASH]);
/* Within what was reserved. false: it was there already. */
bool hash_set_add(struct hash_set *set, const uint8_t hash[STORE_HASH]);
bool hash_set_remove(struct hash_set *set, const uint8_t hash[STORE_HASH]);

#endif
