/*
 * gather: per integration, which changes no notification has told yet, and when the next one may.
 *
 * After a quiet time the first change is told at once; what follows within coalesce_ms is told together.
 * One row per integration, which also numbers the entries of its change log.
 */
#ifndef WEIR_STORE_GATHER_H
#define WEIR_STORE_GATHER_H

#include "store/feed.h"
#include "store/internal.h"
#include "store/tally.h"

#define GATHER_MODELS 32 /* bytes: a bit per model's or join's number */

struct gather_row {
    uint64_t last_seq;              /* of the change log */
    uint64_t first_seq;             /* of those not told; 0: all are told */
    int64_t due_ms;                 /* 0: nothing waits */
    int64_t last_sent_ms;           /* 0: never */
    struct store_feed_place before; /* in the feed, of first_seq */
    uint8_t models[GATHER_MODELS];
};

/* A zeroed row when there is none. Thread: writer, as all here. */
int gather_load(struct gather_row *row, struct store_txn *txn, uint32_t integration, struct weir_error *err);
/* The next number of the log is used, for a change of model. */
void gather_note(struct gather_row *row, uint8_t model);
void gather_note_model(struct gather_row *row, uint8_t model);
/* Tell it now, or let it wait; then write the row. */
int gather_settle(struct store_txn *txn, uint32_t integration, struct gather_row *row, struct tally *tally,
                  struct weir_error *err);
/* false: no such row. */
bool gather_decode(struct gather_row *row, struct weir_bytes value);

#endif
