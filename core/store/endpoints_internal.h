/*
 * endpoints_internal: endpoints' rows, for the store's own operations.
 */
#ifndef WEIR_STORE_ENDPOINTS_INTERNAL_H
#define WEIR_STORE_ENDPOINTS_INTERNAL_H

#include "store/internal.h"

#define ENDPOINT_NAME sizeof((struct store_endpoint *)NULL)->name

/* The name that goes with a number: "" when there is none. Thread: any with a transaction. */
int endpoint_name(char out[ENDPOINT_NAME], struct store_txn *txn, uint32_t number, struct weir_error *err);

#endif
