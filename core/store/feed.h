/*
 * feed: every change of every integration in one order, the order in which they were committed.
 *
 * A place is the number of a change in it; places are given in the transaction of the change, so a reader
 * never meets a higher one before a lower one. What a change was stands in its integration's change log; the
 * feed holds one row per stretch of it, so that a page of a sync costs one row and not one per record. It is
 * dropped with the change log's retention.
 */
#ifndef WEIR_STORE_FEED_H
#define WEIR_STORE_FEED_H

#include "store/store.h"

/* The place of a change and when it was made: a number alone would also fit another store, or one that was
 * put back from a backup and went another way since. Zeroed: before the first change. */
struct store_feed_place {
    uint64_t number;
    int64_t at_ms;
};

struct store_feed_row {
    struct store_feed_place place;
    uint32_t integration;
    struct store_change change;
};

struct store_feed_query {
    struct store_feed_place after;
    size_t scan_max; /* changes and stretches to look at, at least 1 */
    /* Are changes of this integration asked for? NULL: of all. */
    bool (*wants)(void *ctx, uint32_t integration);
    bool (*each)(void *ctx, const struct store_feed_row *row); /* false: it was taken, and is enough */
    void *ctx;
};

/* Hand the changes behind a place to each, oldest first. *reached: everything up to there was looked at;
 * *more: there is something behind it. WEIR_E_INVALID: that place is not kept any more, or is none of this
 * store; the sentence is for the reader of the feed. Thread: web, worker. */
int store_feed_read(struct store_feed_place *reached, bool *more, struct store_reader *reader,
                    const struct store_feed_query *query, struct weir_error *err);
/* The place before the oldest change that is kept, and that of the newest one. Thread: web, worker. */
int store_feed_oldest(struct store_feed_place *out, struct store_reader *reader, struct weir_error *err);
int store_feed_newest(struct store_feed_place *out, struct store_reader *reader, struct weir_error *err);

#endif
