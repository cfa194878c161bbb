/*
 * recent: the latest marks of what was seen, in one value beside the counters.
 *
 * A commit of one delivery then writes the pages of the inbox and the engine's own, and not those of the list
 * of marks too: these are written once for RECENT_MAX marks. Used by seen.c alone.
 */
#ifndef WEIR_STORE_RECENT_H
#define WEIR_STORE_RECENT_H

#include "store/internal.h"

/* Their value stays in one page with the engine's list of databases. */
#define RECENT_MAX 64

struct recent_mark {
    int64_t at_ms;
    uint8_t hash[STORE_HASH];
};

/* In the order of arrival; the last one's number is counters.seen_seq. */
struct recent {
    size_t count;
    struct recent_mark marks[RECENT_MAX];
};

/* None yet is an empty one. WEIR_E_IO: damaged. Thread: setup. */
int recent_load(struct recent *recent, struct store_txn *txn, struct weir_error *err);
/* Thread: writer, this and all below. */
int recent_save(const struct recent *recent, struct store_txn *txn, struct weir_error *err);
/* A mark of this transaction; the one before it has the number counters.seen_seq. When there is no room,
 * those that are there go to the list. */
int recent_add(struct recent *recent, struct store_txn *txn, const uint8_t hash[STORE_HASH],
               struct weir_error *err);
/* The oldest one leaves; there has to be one. */
void recent_drop(struct recent *recent);

#endif
