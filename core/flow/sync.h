/*
 * sync: the inside of a sync, shared by its life (sync.c) and its pages (sync_pages.c).
 */
#ifndef WEIR_FLOW_SYNC_H
#define WEIR_FLOW_SYNC_H

#include "flow/flow_internal.h"
#include "flow/runs.h"

/*
 * The run, which the caller has taken, is over: its row, what is remembered of the integration, and the
 * notification, in an order that a crash may interrupt anywhere (then it ends once more). Frees it, and gives
 * the next ones their turn. it may be NULL: the config does not have it any more, so nobody is told.
 * Thread: worker, web, setup.
 */
void sync_take_end(struct flow *flow, struct integration *it, struct run *run, int32_t state,
                   const char *message);

/* The run's next page, or its end, or what a failure of the page asks for. Takes the run. Thread: worker. */
void sync_take_page(struct flow *flow, struct unit *unit, struct run *run);

#endif
