/*
 * clock: the time, handed in, so that a test can move it.
 */
#ifndef WEIR_BASE_CLOCK_H
#define WEIR_BASE_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t (*now_ms)(void *ctx);  /* Unix time */
    int64_t (*mono_us)(void *ctx); /* never goes back; for durations and deadlines */
    void *ctx;
};

/* The system's clock. Thread: any. */
const struct clock *clock_system(void);

/* Thread: any. */
int64_t clock_now_ms(const struct clock *clock);
int64_t clock_mono_us(const struct clock *clock);
int64_t clock_mono_ms(const struct clock *clock);

#endif
