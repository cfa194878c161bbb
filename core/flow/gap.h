/*
 * gap: may events of a tool have missed us for a while?
 *
 * They may have while the daemon was down, and while the tool and we could not reach one another. Such a gap
 * is closed by asking the tool what was missed. Until then a delivery that comes proves nothing of the time
 * before it, so the time from which is asked stays where it was.
 */
#ifndef WEIR_FLOW_GAP_H
#define WEIR_FLOW_GAP_H

#include "flow/flow_internal.h"

/* A call found the tool out of reach. Thread: worker. */
void gap_out_of_reach(struct integration *it, int64_t now_ms);
/* A call went well. Behind a time out of reach the tool is asked what was missed, if it can be. Thread:
 * worker. */
void gap_in_reach(struct flow *flow, struct integration *it);
/* The tool was asked, and all it kept is in the inbox. Thread: worker. */
void gap_close(struct integration *it);
/* It takes the place of old without a pause, and nothing but its code is another: what old knows of gaps
 * holds for it. Thread: setup, web. */
void gap_carry_over(struct integration *it, const struct integration *old);
/* Deliveries came up to now: what that says of the time up to which all events are known. Thread: any. */
void gap_delivered(struct store_integration *row, struct integration *it, int64_t last_delivery_ms);

#endif
