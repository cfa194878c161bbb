/*
 * latency: how long something took in the last hour, counted without a lock and in memory of a fixed size.
 *
 * Five minutes are forgotten at a time. A percentile is exact to the bin that it falls in, and a bin reaches
 * a fifth further than the one before.
 */
#ifndef WEIR_BASE_LATENCY_H
#define WEIR_BASE_LATENCY_H

#include <stdatomic.h>
#include <stdint.h>

#define LATENCY_SPANS 16 /* of five minutes: the hour's, and a few more as in rate.h */
#define LATENCY_BINS                                                                                         \
    96 /* four to a doubling: from 16 us to some two minutes; the last has all that is longer */

/* Zeroed: nothing happened yet. */
struct latency {
    _Atomic uint64_t cells[LATENCY_SPANS][LATENCY_BINS];
};

struct latency_sum {
    uint64_t count;
    int64_t p50_us, p95_us; /* 0: nothing happened */
};

/* now_us: clock_mono_us. Thread: any, as below. */
void latency_add(struct latency *latency, int64_t now_us, int64_t took_us);
void latency_read(struct latency_sum *out, const struct latency *latency, int64_t now_us);

#endif
