/*
 * marks: which records a sync run has seen, so that the others can be found gone.
 *
 * A run's sweep of a model leaves an end mark behind until the run itself is forgotten: asked again, after
 * a stop say, it does nothing, instead of taking the marks it has dropped for records that went.
 */
#ifndef WEIR_STORE_MARKS_H
#define WEIR_STORE_MARKS_H

#include "store/internal.h"

/* Thread: writer, as all here. */
int mark_put(struct store_txn *txn, uint64_t run, uint8_t model, const char *id, struct weir_error *err);
int mark_has(bool *has, struct store_txn *txn, uint64_t run, uint8_t model, const char *id,
             struct weir_error *err);

int mark_end_put(struct store_txn *txn, uint64_t run, uint8_t model, struct weir_error *err);
int mark_end_has(bool *has, struct store_txn *txn, uint64_t run, uint8_t model, struct weir_error *err);

/* Drop at most max of the model's marks but its end mark; *removed below max: there are no more. */
int marks_drop(size_t *removed, struct store_txn *txn, uint64_t run, uint8_t model, size_t max,
               struct weir_error *err);

/* Drop at most max marks, end marks included, of runs that are over; *removed below max: no more. */
int marks_prune(size_t *removed, struct store_txn *txn, size_t max, struct weir_error *err);

#endif
