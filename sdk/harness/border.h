/*
 * border: stands between the host and a connector, and sees all that passes.
 *
 * It is a connector itself, whose calls go on to the real one, with a host and sinks of its own. So it knows
 * when the connector's code runs (heap is told), what the connector itself returned before the host made it
 * fit to pass on, and it can make any service and any sink fail. For instances on a stage alone.
 */
#ifndef WEIR_HARNESS_BORDER_H
#define WEIR_HARNESS_BORDER_H

#include "stage.h"

/* What a connector uses: a service of enum stage_service, or a sink's function. */
enum border_sink_use {
    BORDER_EVENT = STAGE_SERVICES,
    BORDER_RECORD,
    BORDER_PLACEHOLDER,
    BORDER_GONE,
    BORDER_COMPLETE,
    BORDER_NEXT,
    BORDER_TOUCHED,
    BORDER_WARNING,
    BORDER_USES
};
const char *border_use_word(int use); /* "state_get", "sink->record" */
/* Can it fail at all? */
bool border_use_fails(int use);

struct border {
    struct weir_connector table; /* what the host is given */
    struct weir_subscribe subscribe;
    struct weir_verify verify;
    struct weir_fetch fetch;
    struct weir_act act;
    struct weir_pass pass;
    const struct weir_connector *real;
    /* Before each use that can fail; a code other than 0 is what it fails with. NULL: nothing fails. */
    int (*before)(void *ctx, int use, struct weir_error *err);
    void *ctx;
    /* Of the last call: what the connector returned, and its words (err.message is "" if it had none). */
    int rc;
    struct weir_error err;
};

/* real lives longer. b stays where it is as long as an instance of it is open. */
void border_init(struct border *b, const struct weir_connector *real);

/* For border_host.c alone. */
struct border_instance {
    struct border *border;
    void *self;
    struct weir_host host; /* what the connector is lent; its ctx is this */
    const struct weir_host *inner;
};
void border_lend(struct border_instance *bi, const struct weir_host *inner);
int border_before(struct border *b, int use, struct weir_error *err);

#endif
