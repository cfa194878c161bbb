/*
 * env: what opening a store and looking into a backup share.
 */
#ifndef WEIR_STORE_ENV_H
#define WEIR_STORE_ENV_H

#include "store/internal.h"

/* Copies of the keys, with their fingerprints. env_keys_fini wipes them. Thread: setup. */
int env_keys_init(struct store *st, const uint8_t (*keys)[CRYPTO_KEY], size_t count, struct weir_error *err);
void env_keys_fini(struct store *st);

/* Integrations and connector values sealed with an older key are sealed with the first: they stay for good,
 * while the rest leaves by itself. Thread: setup. */
int integrations_reseal(struct store_txn *txn, struct weir_error *err);
int state_reseal(struct store_txn *txn, struct weir_error *err);

#endif
