/*
 * pulse: how attempts at one endpoint went in the last 24 hours, in memory of a fixed size.
 *
 * Hours of counts: what is older is written over. Lost at a restart; the log has each attempt.
 */
#ifndef WEIR_FLOW_PULSE_H
#define WEIR_FLOW_PULSE_H

#include "weir/types.h"

#define PULSE_HOURS 24
#define PULSE_BINS 18 /* below 1 ms, 2 ms, 4 ms, ... 131 s */

struct pulse {
    struct pulse_hour {
        int64_t hour; /* since 1970 */
        uint32_t delivered, failed;
        uint32_t bins[PULSE_BINS];
    } hours[PULSE_HOURS];
    int64_t delivered_ms, failed_ms; /* the last one of each; 0: none */
};

struct pulse_sum {
    uint64_t delivered, failed;
    int64_t p50_ms, p95_ms; /* at most so long; 0: there was no attempt */
    int64_t delivered_ms, failed_ms;
};

/* One hour of it. */
struct pulse_point {
    int64_t at_ms; /* when the hour begins */
    uint32_t delivered, failed;
    int64_t p50_ms, p95_ms; /* as in a sum */
};

/* An attempt ended now, after took_ms. Thread: any, one at a time, as the other. */
void pulse_add(struct pulse *pulse, int64_t now_ms, int64_t took_ms, bool delivered);
void pulse_read(struct pulse_sum *out, const struct pulse *pulse, int64_t now_ms);
/* Hour by hour, the oldest first, the hour of now last. */
void pulse_series(struct pulse_point out[PULSE_HOURS], const struct pulse *pulse, int64_t now_ms);

#endif
