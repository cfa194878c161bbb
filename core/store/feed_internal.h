/*
 * feed_internal: how the feed is written and dropped, for the store's own operations.
 */
#ifndef WEIR_STORE_FEED_INTERNAL_H
#define WEIR_STORE_FEED_INTERNAL_H

#include "store/feed.h"
#include "store/internal.h"

/* The place of the last change that was made. Thread: writer, as all here. */
struct store_feed_place feed_last(const struct store_txn *txn);
/* count changes of the integration's log, from first_seq on, were made by this transaction. */
int feed_put(struct store_txn *txn, uint32_t integration, uint64_t first_seq, uint32_t count,
             struct weir_error *err);
/* Whose changes a row of DB_FEED stands for; 0: it cannot be read. */
uint32_t feed_integration(struct weir_bytes value);
/* Drop at most max stretches made before before_ms; *removed below max: there are no more. */
int feed_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err);

#endif
