/*
 * links_internal: links, as the writer's other operations drop them.
 */
#ifndef WEIR_STORE_LINKS_INTERNAL_H
#define WEIR_STORE_LINKS_INTERNAL_H

#include "store/internal.h"

/* Whose it is; 0 also for bytes that are no link. */
uint32_t link_integration(struct weir_bytes value);
/* Drop at most max of those that ended before before_ms; *removed below max: there are no more. The links are
 * in no order of time, so this looks at all, of which there are STORE_LINKS_MAX at most. Thread: writer. */
int links_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max,
                struct weir_error *err);

#endif
