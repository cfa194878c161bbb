/*
 * integrations_internal: rows of integrations, as the writer's other operations look at them.
 */
#ifndef WEIR_STORE_INTEGRATIONS_INTERNAL_H
#define WEIR_STORE_INTEGRATIONS_INTERNAL_H

#include "store/internal.h"

/* The first that was deleted before then. WEIR_E_NONE: there is none. Thread: writer, as all here. */
int integrations_find_deleted(uint32_t *number, char id[STORE_INTEGRATION_ID_MAX], struct store_txn *txn,
                              int64_t before_ms, struct weir_error *err);
/* 0: it is (still) deleted. WEIR_E_NONE: it is not, or not there. */
int integrations_is_deleted(struct store_txn *txn, const char *id, uint32_t number, struct weir_error *err);

#endif
