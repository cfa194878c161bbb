/*
 * travel: how long it takes from a tool's delivery until an endpoint took what it changed.
 *
 * Which changes came of a delivery is remembered in memory of a fixed size: what is pushed out of it, or was
 * under way at a restart, is not measured. Knows nothing of what changed.
 */
#ifndef WEIR_FLOW_TRAVEL_H
#define WEIR_FLOW_TRAVEL_H

#include "base/latency.h"

struct travel;

struct travel *travel_new(void); /* NULL without memory. Thread: setup, as free. */
void travel_free(struct travel *travel);

/* What was received then, by clock_mono_us, made these changes of the integration's log. Thread: any. */
void travel_changed(struct travel *travel, uint32_t integration, uint64_t first, uint64_t last,
                    int64_t received_us);
/* The endpoint took a notification that tells these changes. What it was told before, as when it is sent
 * again by a person, does not count a second time. Thread: any. */
void travel_told(struct travel *travel, uint32_t endpoint, uint32_t integration, uint64_t first,
                 uint64_t last, int64_t now_us);
/* Lent as long as it lives. Thread: any. */
const struct latency *travel_latency(const struct travel *travel);

#endif
