/*
 * tail: an event stream of the admin API, over as many connections as it takes.
 *
 * A stream that ends is taken up again behind the last event that was whole, until somebody interrupts.
 */
#ifndef WEIR_CLI_TAIL_H
#define WEIR_CLI_TAIL_H

#include "cli/admin.h"
#include "net/sse.h"

/* Who listens. All are called on the thread of tail_run, and may ask the daemon in between. */
struct tail_listener {
    void (*connected)(void *ctx, bool again);
    bool (*event)(void *ctx, const struct sse_event *event); /* false: enough */
    void (*reached)(void *ctx, struct weir_str place);       /* all up to there was heard */
    void (*lost)(void *ctx, const struct weir_error *err);   /* it connects again by itself */
    void *ctx;
};

/*
 * Listen behind place (empty: from now on) until interrupt, a descriptor, can be read, or the listener has
 * enough: 0. Before the first connection every failure ends it, as of admin_get; later those that waiting
 * does not mend. The admin can be asked nothing after. Thread: setup.
 */
int tail_run(struct admin *admin, const char *path, struct weir_str place,
             const struct tail_listener *listener, int interrupt, struct weir_error *err);

#endif
