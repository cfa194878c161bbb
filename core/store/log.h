/*
 * log: what happened, by time: the entries a person reads in the dashboard.
 */
#ifndef WEIR_STORE_LOG_H
#define WEIR_STORE_LOG_H

#include "store/internal.h"

/* One entry, stamped with the transaction's time. Thread: writer. */
int log_put(struct store_txn *txn, uint8_t kind, uint32_t integration, struct weir_str json,
            struct weir_error *err);

/* ... with further members in the same object: more is ",\"name\":value...", or empty. */
int log_put_more(struct store_txn *txn, uint8_t kind, uint32_t integration, struct weir_str json,
                 struct weir_str more, struct weir_error *err);

/* Drop at most max of those made before before_ms; *removed below max: there are no more. */
int log_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err);
/* ... of another database whose keys are as the log's. */
int log_prune_in(size_t *removed, struct store_txn *txn, enum store_db db, int64_t before_ms, size_t max,
                 struct weir_error *err);

#endif
