/*
 * syncs: the rows of sync runs.
 */
#ifndef WEIR_STORE_SYNCS_H
#define WEIR_STORE_SYNCS_H

#include "store/internal.h"

/* WEIR_E_NONE: there is no such run. */
int sync_load(struct store_sync *out, struct store_txn *txn, uint64_t run, struct weir_error *err);
/* Write the row of a run that has its number. Writer. */
int sync_save(struct store_txn *txn, const struct store_sync *row, struct weir_error *err);
/* Also false when there is no such run. */
int sync_is_running(bool *running, struct store_txn *txn, uint64_t run, struct weir_error *err);
/* Drop at most max rows of runs that ended before before_ms; *removed below max: no more. Writer. */
int syncs_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max,
                struct weir_error *err);

#endif
