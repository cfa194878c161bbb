#include "base/latency.h"

#include "base/rate.h"

#include <stddef.h>

#define SPAN_US (5LL * 60 * 1000 * 1000)
#define HOUR_SPANS 12
#define FIRST_SHIFT 4 /* the first bins begin at 1 << 4 us */

static uint32_t span_of(int64_t now_us)
{
    return (uint32_t)(now_us / SPAN_US) + LATENCY_SPANS; /* so that 0 is no span that was ever counted */
}

/* Where a bin begins, in microseconds. */
static int64_t bin_begin(size_t bin)
{
    int64_t whole = INT64_C(1) << (FIRST_SHIFT + bin / 4);

    return bin == 0 ? 0 : whole + whole / 4 * (int64_t)(bin % 4);
}

static size_t bin_of(int64_t took_us)
{
    size_t low = 0;
    size_t high = LATENCY_BINS;

    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (took_us >= bin_begin(middle)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

void latency_add(struct latency *latency, int64_t now_us, int64_t took_us)
{
    uint32_t span = span_of(now_us);

    rate_cell_add(&latency->cells[span % LATENCY_SPANS][bin_of(took_us)], span, 1);
}

/* Within the bin it is taken as if they were spread evenly. */
static int64_t percentile(const uint64_t bins[LATENCY_BINS], uint64_t total, uint64_t percent)
{
    uint64_t wanted = (total * percent + 99) / 100;
    uint64_t seen = 0;

    for (size_t i = 0; total > 0 && i < LATENCY_BINS; i++) {
        if (seen + bins[i] >= wanted) {
            int64_t begin = bin_begin(i);

            return begin +
                   (int64_t)((double)(bin_begin(i + 1) - begin) * (double)(wanted - seen) / (double)bins[i]);
        }
        seen += bins[i];
    }
    return 0;
}

void latency_read(struct latency_sum *out, const struct latency *latency, int64_t now_us)
{
    uint32_t first = span_of(now_us) - HOUR_SPANS + 1;
    uint64_t bins[LATENCY_BINS] = {0};

    *out = (struct latency_sum){.count = 0};
    for (uint32_t i = 0; i < HOUR_SPANS; i++) {
        for (size_t bin = 0; bin < LATENCY_BINS; bin++) {
            uint32_t count = rate_cell_read(&latency->cells[(first + i) % LATENCY_SPANS][bin], first + i);

            bins[bin] += count;
            out->count += count;
        }
    }
    out->p50_us = percentile(bins, out->count, 50);
    out->p95_us = percentile(bins, out->count, 95);
}
