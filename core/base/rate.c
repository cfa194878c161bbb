#include "base/rate.h"

#define MINUTE_US (60LL * 1000 * 1000)

void rate_cell_add(_Atomic uint64_t *cell, uint32_t when, uint64_t n)
{
    uint64_t old = atomic_load_explicit(cell, memory_order_relaxed);
    uint64_t fresh;

    do {
        uint64_t count = (uint32_t)(old >> 32) == when ? (old & UINT32_MAX) + n : n;

        fresh = (uint64_t)when << 32 | (count < UINT32_MAX ? count : UINT32_MAX);
    } while (!atomic_compare_exchange_weak_explicit(cell, &old, fresh, memory_order_relaxed,
                                                    memory_order_relaxed));
}

uint32_t rate_cell_read(const _Atomic uint64_t *cell, uint32_t when)
{
    uint64_t now = atomic_load_explicit(cell, memory_order_relaxed);

    return (uint32_t)(now >> 32) == when ? (uint32_t)(now & UINT32_MAX) : 0;
}

static uint32_t minute_of(int64_t now_us)
{
    return (uint32_t)(now_us / MINUTE_US) + RATE_CELLS; /* so that 0 is no minute that was ever counted */
}

void rate_add(struct rate *rate, int64_t now_us, uint64_t n)
{
    uint32_t minute = minute_of(now_us);

    rate_cell_add(&rate->cells[minute % RATE_CELLS], minute, n);
}

uint64_t rate_read(uint32_t minutes[RATE_MINUTES], const struct rate *rate, int64_t now_us)
{
    uint32_t first = minute_of(now_us) - RATE_MINUTES + 1;
    uint64_t sum = 0;

    for (uint32_t i = 0; i < RATE_MINUTES; i++) {
        minutes[i] = rate_cell_read(&rate->cells[(first + i) % RATE_CELLS], first + i);
        sum += minutes[i];
    }
    return sum;
}
