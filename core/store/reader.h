/*
 * reader: one consistent view of the store, for whoever answers a request.
 */
#ifndef WEIR_STORE_READER_H
#define WEIR_STORE_READER_H

#include "store/internal.h"

/* Its transaction, for the reads of this room; the reader's. */
struct store_txn *reader_txn(struct store_reader *reader);

#endif
