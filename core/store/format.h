/*
 * format: what is said of the store as a whole: its format's version, which key it is sealed with, and the
 * counters.
 *
 * Versions: 1, the first; 2, the counters stand in the engine's own database.
 */
#ifndef WEIR_STORE_FORMAT_H
#define WEIR_STORE_FORMAT_H

#include "store/internal.h"

/* This build's; a store of a lower one is brought forward at open, one of a higher one is refused. */
#define FORMAT_VERSION 3

/* Version, and whether one of the keys opens the check value; *outdated: it is not sealed with the first.
 * No version at all is a new store: *version 0. WEIR_E_CONFIG. Thread: setup. */
int format_check(uint32_t *version, bool *outdated, struct store_txn *txn, struct weir_error *err);
/* Bring a store of this version forward, up to FORMAT_VERSION. Thread: setup. */
int format_migrate(struct store_txn *txn, uint32_t version, struct weir_error *err);
/* Seal the check value with the first key. Thread: setup. */
int format_put_key_check(struct store_txn *txn, struct weir_error *err);

int format_get_counters(struct store_counters *counters, struct store_txn *txn, struct weir_error *err);
/* txn->counters. Thread: writer. */
int format_put_counters(struct store_txn *txn, struct weir_error *err);

#endif
