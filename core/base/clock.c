#include "base/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t system_now_ms(void *ctx)
{
    struct timespec now;

    (void)ctx;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_mono_us(void *ctx)
{
    struct timespec now;

    (void)ctx;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

const struct clock *clock_system(void)
{
    static const struct clock clock = {system_now_ms, system_mono_us, NULL};

    return &clock;
}

int64_t clock_now_ms(const struct clock *clock)
{
    return clock->now_ms(clock->ctx);
}

int64_t clock_mono_us(const struct clock *clock)
{
    return clock->mono_us(clock->ctx);
}

int64_t clock_mono_ms(const struct clock *clock)
{
    return clock->mono_us(clock->ctx) / 1000;
}
