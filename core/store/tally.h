/*
 * tally: what an operation did, over all of its steps. A step that is aborted and run again counts once,
 * because only what was kept after a commit stays. Knows nothing of records.
 */
#ifndef WEIR_STORE_TALLY_H
#define WEIR_STORE_TALLY_H

#include "store/store.h"

struct tally_counts {
    uint32_t created, updated, gone, unchanged;
    int64_t stamped_at_ms, gather_due_ms;
    size_t due_count;
};

/* Zeroed is empty. */
struct tally {
    struct tally_counts now;  /* the step that runs included */
    struct tally_counts kept; /* up to the last commit */
    struct store_due *dues;
    size_t due_cap;
};

void tally_fini(struct tally *t);
/* A step begins (again). Thread: writer, as all here. */
void tally_begin(struct tally *t);
/* The step is committed. */
void tally_keep(struct tally *t);
int tally_due(struct tally *t, uint32_t endpoint, uint64_t seq, int64_t due_ms, struct weir_error *err);
/* Lends the tally's memory. */
void tally_applied(struct store_applied *out, const struct tally *t);

#endif
