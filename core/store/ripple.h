/*
 * ripple: what a change of one record means for those around it: touched times move, owned records go.
 *
 * One step does at most changes' budget of them. What is left is a row in the store, so that a stop in
 * between loses nothing: whoever changes the integration next, or gathers, carries on with it.
 */
#ifndef WEIR_STORE_RIPPLE_H
#define WEIR_STORE_RIPPLE_H

#include "store/changes.h"

/* The record of model has changed, its references from old_refs to new_refs (RECORD_REF bytes each).
 * Thread: writer, as all here. */
int ripple(struct changes *c, uint8_t model, const char *id, struct weir_bytes old_refs,
           struct weir_bytes new_refs, bool gone, struct weir_error *err);

/* Carry on with what is left of the integration, within the budget. *left: something still is. */
int ripple_carry_on(bool *left, struct changes *c, struct weir_error *err);

/* ... of the first integration that has anything left. */
int ripple_resume(bool *left, struct store_txn *txn, struct tally *tally, struct weir_error *err);

/* Has the integration anything left? */
int ripple_left(bool *left, struct changes *c, struct weir_error *err);

#endif
