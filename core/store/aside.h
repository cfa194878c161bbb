/*
 * aside: deliveries, references and records that were given up: visible, and able to be tried again.
 */
#ifndef WEIR_STORE_ASIDE_H
#define WEIR_STORE_ASIDE_H

#include "store/internal.h"

/* Thread: writer. */
int aside_put(struct store_txn *txn, uint32_t integration, const struct store_aside_in *in,
              struct weir_error *err);

/* Drop at most max of those set aside before before_ms; *removed below max: there are no more. */
int aside_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max,
                struct weir_error *err);

#endif
