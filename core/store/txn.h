/*
 * txn: one writing transaction from its stamp to its outcome: counters, hooks, seen marks and the engine's
 * own, which become durable together or not at all.
 */
#ifndef WEIR_STORE_TXN_H
#define WEIR_STORE_TXN_H

#include "store/internal.h"

/* Thread: writer (setup before it is started), all of them. */
int txn_begin(struct store_txn *txn, struct store *st, struct weir_error *err);

/*
 * Commit and sync. It is over after this, whatever it returns: 0, STORE_E_GROW or STORE_E_DISK_FULL (nothing
 * was stored), WEIR_E_MEMORY (likewise), STORE_E_BROKEN (unknown). stamped: a change may carry now_ms.
 */
int txn_commit(struct store_txn *txn, bool stamped, struct weir_error *err);
void txn_abort(struct store_txn *txn);

#endif
