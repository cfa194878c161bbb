#include "flow/pulse.h"

#define HOUR_MS (60LL * 60 * 1000)

void pulse_add(struct pulse *pulse, int64_t now_ms, int64_t took_ms, bool delivered)
{
    int64_t hour = now_ms / HOUR_MS;
    struct pulse_hour *at = &pulse->hours[hour % PULSE_HOURS];
    size_t bin = 0;

    if (at->hour != hour) {
        *at = (struct pulse_hour){.hour = hour};
    }
    while (bin + 1 < PULSE_BINS && took_ms >= INT64_C(1) << bin) {
        bin++;
    }
    at->bins[bin]++;
    if (delivered) {
        at->delivered++;
        pulse->delivered_ms = now_ms;
    } else {
        at->failed++;
        pulse->failed_ms = now_ms;
    }
}

static int64_t percentile(const uint64_t *bins, uint64_t total, uint32_t percent)
{
    uint64_t wanted = (total * percent + 99) / 100;
    uint64_t seen = 0;

    for (size_t i = 0; total > 0 && i < PULSE_BINS; i++) {
        seen += bins[i];
        if (seen >= wanted) {
            return INT64_C(1) << i;
        }
    }
    return 0;
}

void pulse_read(struct pulse_sum *out, const struct pulse *pulse, int64_t now_ms)
{
    uint64_t bins[PULSE_BINS] = {0};
    int64_t hour = now_ms / HOUR_MS;

    *out = (struct pulse_sum){.delivered_ms = pulse->delivered_ms, .failed_ms = pulse->failed_ms};
    for (size_t i = 0; i < PULSE_HOURS; i++) {
        const struct pulse_hour *at = &pulse->hours[i];

        if (at->hour <= hour - PULSE_HOURS || at->hour > hour) {
            continue;
        }
        out->delivered += at->delivered;
        out->failed += at->failed;
        for (size_t bin = 0; bin < PULSE_BINS; bin++) {
            bins[bin] += at->bins[bin];
        }
    }
    out->p50_ms = percentile(bins, out->delivered + out->failed, 50);
    out->p95_ms = percentile(bins, out->delivered + out->failed, 95);
}

static void read_hour(struct pulse_point *out, const struct pulse_hour *at)
{
    uint64_t bins[PULSE_BINS];
    uint64_t total = (uint64_t)at->delivered + at->failed;

    for (size_t bin = 0; bin < PULSE_BINS; bin++) {
        bins[bin] = at->bins[bin];
    }
    out->delivered = at->delivered;
    out->failed = at->failed;
    out->p50_ms = percentile(bins, total, 50);
    out->p95_ms = percentile(bins, total, 95);
}

void pulse_series(struct pulse_point out[PULSE_HOURS], const struct pulse *pulse, int64_t now_ms)
{
    int64_t first = now_ms / HOUR_MS - PULSE_HOURS + 1;

    for (size_t i = 0; i < PULSE_HOURS; i++) {
        int64_t hour = first + (int64_t)i;
        const struct pulse_hour *at = &pulse->hours[hour % PULSE_HOURS];

        out[i] = (struct pulse_point){.at_ms = hour * HOUR_MS};
        if (at->hour == hour) {
            read_hour(&out[i], at);
        }
    }
}
