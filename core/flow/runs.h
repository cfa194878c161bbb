/*
 * runs: the syncs that are under way, and whose turn it is.
 *
 * At most one per integration, and only so many at a time, in the order in which they began: further ones
 * wait, so that workers remain for events. A run that has its turn is taken by one thread at a time. Who
 * wants one ended while another thread has it leaves a word for that thread. Knows nothing of the store or
 * of connectors.
 */
#ifndef WEIR_FLOW_RUNS_H
#define WEIR_FLOW_RUNS_H

#include "base/clock.h"
#include "store/store.h"

struct runs;

#define RUNS_LATE_WHY "it took longer than sync.timeout_s allows"

/* A run that is taken: the taker's, until it is given back or ended. */
struct run {
    struct run *next;
    uint32_t integration; /* of the row, as all here that does not change */
    uint64_t number;
    char id[ID_TEXT];
    bool full;
    bool turn, taken;
    int32_t stop;           /* enum store_sync_state it has to end in; STORE_SYNC_RUNNING: none */
    const char *stop_why;   /* a constant sentence */
    struct store_sync row;  /* the taker's */
    int64_t deadline_ms;    /* INT64_MAX until it has its turn */
    int64_t turn_ms;        /* when it got it, or went on after a restart */
    uint64_t records_then;  /* how far it was then */
    uint64_t records_hoped; /* what the last full one met; 0: not known */
    const struct weir_connector
        *table; /* whose places the row's bits are, the taker's; NULL: not looked yet */
    uint32_t page_tries;
    bool passed_over; /* a model was, after many tries, and no page was read since */
};

struct runs *runs_new(uint32_t at_once_max, int64_t timeout_ms); /* NULL without memory */
void runs_free(struct runs *runs);

/* ---- thread: any ---- */

struct run_view {
    char id[ID_TEXT];
    uint64_t run;
    bool full, turn;
    int64_t turn_ms;
    uint64_t records_then, records_hoped;
};
/* The one of this integration. false: there is none. out may be NULL. */
bool runs_find(struct run_view *out, struct runs *runs, uint32_t integration);

/* A run begins, or goes on after a restart: it waits for its turn. */
int runs_add(struct runs *runs, const struct store_sync *row, uint64_t records_hoped, struct weir_error *err);

/* Give the next one its turn, if there is room. A run without a page begins now, whenever it was asked for.
 * false: none got it. *integration: whose it is. */
bool runs_next_turn(uint32_t *integration, struct runs *runs, int64_t now_ms);

/* The integration's run if it has its turn and nobody has it; else NULL. */
struct run *runs_take(struct runs *runs, uint32_t integration);
/* false: somebody wants it ended (see its stop), and it is still the caller's, to end it. */
bool runs_give_back(struct runs *runs, struct run *run);
/* It ended: frees it. */
void runs_take_end(struct runs *runs, struct run *run);

/*
 * Have the integration's run end in that state. The run is the caller's to end if nobody has it, turn or not;
 * else NULL, and who has it is told when it gives it back. *found: there is one.
 */
struct run *runs_stop(bool *found, struct runs *runs, uint32_t integration, int32_t state, const char *why);

/* A run over its time that nobody has, taken, with stop set; NULL: none. */
struct run *runs_take_late(struct runs *runs, int64_t now_ms);
/* When to ask for one the next time; INT64_MAX: not before a run gets its turn. */
int64_t runs_late_ms(struct runs *runs, int64_t now_ms);

/* The n-th integration that has a run; 0 behind the last. */
uint32_t runs_nth(struct runs *runs, size_t n);

#endif
