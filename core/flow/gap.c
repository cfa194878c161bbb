#include "flow/gap.h"

#include "base/log.h"

/* A shorter one is bridged by the tools' own retries. */
#define OUT_OF_REACH_MS (60 * 1000)

void gap_out_of_reach(struct integration *it, int64_t now_ms)
{
    long long reachable = 0;

    (void)atomic_compare_exchange_strong(&it->out_of_reach_ms, &reachable, now_ms);
}

void gap_in_reach(struct flow *flow, struct integration *it)
{
    int64_t since_ms = atomic_load(&it->out_of_reach_ms);
    int64_t gone_ms = clock_now_ms(flow->options.clock) - since_ms;

    if (since_ms == 0) {
        return;
    }
    if (gone_ms >= OUT_OF_REACH_MS && it->connector->fetch->missed != NULL) {
        log_info("the tool is in reach again, it is asked what was missed", LOG_TEXT("integration", it->id),
                 LOG_INT("ms", gone_ms));
        atomic_store(&it->gap_closed, false);
        work_want(flow->work, it->number, WANT_MISSED);
    }
    atomic_store(&it->out_of_reach_ms, 0);
}

void gap_close(struct integration *it)
{
    atomic_store(&it->gap_closed, true);
}

void gap_carry_over(struct integration *it, const struct integration *old)
{
    if (atomic_load(&old->prepared) && atomic_load(&old->out_of_reach_ms) == 0) {
        atomic_store(&it->gap_closed, atomic_load(&old->gap_closed));
    }
}

void gap_delivered(struct store_integration *row, struct integration *it, int64_t last_delivery_ms)
{
    row->last_delivery_ms = last_delivery_ms;
    if (atomic_load(&it->gap_closed) && atomic_load(&it->out_of_reach_ms) == 0 &&
        last_delivery_ms > row->seen_until_ms) {
        row->seen_until_ms = last_delivery_ms;
    }
}
