/*
 * seen: what was taken in or dealt with lately, so that the same again is known as such.
 *
 * On disk a list in the order of arrival (the latest in a value of their own: recent.h), in memory a set of
 * the hashes. A mark is put with the transaction of what it stands for: when that fails, the mark is gone
 * too, and the sender may come again.
 */
#ifndef WEIR_STORE_SEEN_H
#define WEIR_STORE_SEEN_H

#include "store/internal.h"

#define SEEN_MAX ((uint64_t)4000000) /* then the oldest leave; 128 MiB of memory */

/* Read the marks; WEIR_E_MEMORY. Thread: setup. */
int seen_open(struct store *st, struct weir_error *err);
void seen_close(struct store *st); /* also when it was not opened */
/* The transaction is about to be committed. Thread: writer. */
int seen_txn_save(struct store_txn *txn, struct weir_error *err);
/* What the transaction put or removed counts from now on, or never did. Thread: writer. */
void seen_txn_end(struct store *st, bool committed);
/* For tests. Thread: setup. */
void seen_limit(struct store *st, uint64_t max);

#endif
