/*
 * retire: what retention drops of keys and of the audit log. Within this room.
 */
#ifndef WEIR_STORE_RETIRE_H
#define WEIR_STORE_RETIRE_H

#include "store/internal.h"

/* Drop at most max of the keys that ended, or of the entries that were made, before before_ms; *removed below
 * max: there are no more. Thread: writer. */
int bearers_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max,
                  struct weir_error *err);
int audit_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max,
                struct weir_error *err);

#endif
