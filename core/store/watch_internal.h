/*
 * watch_internal: where the store's own files tell the watcher.
 */
#ifndef WEIR_STORE_WATCH_INTERNAL_H
#define WEIR_STORE_WATCH_INTERNAL_H

#include "store/internal.h"

/* STORE_NEWS_ bits between two states of the counters. Thread: any. */
uint32_t watch_news(const struct store_counters *before, const struct store_counters *after);
/* The transaction made it: handed over once it is committed. Thread: writer. */
void watch_made(struct store_txn *txn, const struct store_notification *notification);

#endif
