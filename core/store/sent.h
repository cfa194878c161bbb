/*
 * sent: notifications that were delivered, kept for a while so that they can be sent again to an application
 * that lost them. Bounded in bytes here and in time by the retention; nothing else depends on them.
 */
#ifndef WEIR_STORE_SENT_H
#define WEIR_STORE_SENT_H

#include "store/internal.h"

bool sent_is_kept(const struct store *st);
/* n was delivered: keep it with the next number, and let go the oldest where it gets too much. n's body must
 * not be of the engine's pages. Thread: writer, as all below. */
int sent_put(struct store_txn *txn, struct store_notification *n, struct weir_error *err);
/* The one under key, of len bytes, was taken out. */
void sent_left(struct store_txn *txn, size_t len);
/* Drop at most max of those delivered before before_ms; *removed below max: there are no more. */
int sent_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err);

#endif
