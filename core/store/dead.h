/*
 * dead: notifications that were given up: visible, and able to be sent again.
 */
#ifndef WEIR_STORE_DEAD_H
#define WEIR_STORE_DEAD_H

#include "store/internal.h"

/* n becomes a dead letter with the next number. Thread: writer. */
int dead_put(struct store_txn *txn, const struct store_notification *n, struct weir_error *err);

/* Drop at most max of those that died before before_ms; *removed below max: there are no more. */
int dead_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err);

#endif
