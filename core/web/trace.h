/*
 * trace: the way of one change, put together from entries of the log: the delivery or the sync it came by,
 * the fetches, what they changed, the notifications that told it and their attempts.
 *
 * It first looks back for what is asked for and what that came from, then forward for what followed; both
 * with bounded work. What is not in the log (any more) is left out.
 */
#ifndef WEIR_WEB_TRACE_H
#define WEIR_WEB_TRACE_H

#include "store/watch.h"
#include "web/admin.h"

#define TRACE_DELIVERY 1u
#define TRACE_EVENT 2u
#define TRACE_NOTIFICATION 4u
#define TRACE_RECORD 8u
#define TRACE_SYNC 16u

#define TRACE_SET 64
#define TRACE_STAGES 400

struct trace_range {
    uint64_t first, last; /* numbers in the integration's change log */
};

struct trace_stage {
    int64_t at_ms;
    size_t begin, len; /* its members, in texts */
};

struct trace {
    const struct admin_list *list; /* says what the key may see */
    struct store *store;
    struct weir_str id;
    uint32_t by; /* in: what it may be, TRACE_ bits; then what it is */
    bool found;
    bool cut; /* it may go on: enough was looked at */
    uint32_t integration;
    uint64_t deliveries[TRACE_SET];
    size_t delivery_count, deliveries_met;
    struct trace_range ranges[TRACE_SET];
    size_t range_count;
    uint64_t covered;             /* changes of a notification whose fetches are known */
    bool settled;                 /* an event: the delivery that was not a duplicate is known */
    struct store_log_place begin; /* the earliest entry of it */
    struct store_log_place fetch; /* of a record: the entry it was found by */
    size_t looks, change_looks;
    struct trace_stage stages[TRACE_STAGES];
    size_t stage_count, left_out;
    struct buf texts;
    char told[TRACE_SET][ID_TEXT]; /* notifications that have a stage */
    size_t told_count;
    size_t fetch_count, change_count, waiting_count;
    char outcome[24];   /* of the latest stage before the notifications */
    char attempted[24]; /* of the latest attempt */
};

/* t: zeroed but for list, store, id and by. Thread: web. */
int trace_follow(struct trace *t, struct weir_error *err);
void trace_fini(struct trace *t);

/* One word for how it ended: delivered, retry, dead, waiting, not_told, unchanged, aside, out_of_scope, ...
 */
const char *trace_end(const struct trace *t);

#endif
