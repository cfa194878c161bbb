#include "flow/silence.h"

#include "weir/connector.h"

#define HOUR_MS (60LL * 60 * 1000)
#define DAY_MS (24 * HOUR_MS)
#define LEAST_MS HOUR_MS
#define MOST_MS (7 * DAY_MS)
/* Fewer pauses say nothing: the first hours of a new integration are no pattern. */
#define PAUSES_LEAST 20
/* A week-end's pause has to be remembered over the week's many short ones, a holiday's not over the year: so
 * it fades with time, not with each delivery. */
#define FORGET_MS (60 * DAY_MS)

void silence_learn(struct store_integration *row, int64_t at_ms, int64_t listening_since_ms)
{
    int64_t pause_ms = at_ms - row->last_delivery_ms;

    if (row->last_delivery_ms == 0 || row->last_delivery_ms < listening_since_ms || pause_ms <= 0) {
        return;
    }
    if (pause_ms >= FORGET_MS) {
        row->delivery_gap_ms = pause_ms;
    } else {
        row->delivery_gap_ms -= row->delivery_gap_ms / 1000 * pause_ms / (FORGET_MS / 1000);
    }
    if (pause_ms > row->delivery_gap_ms) {
        row->delivery_gap_ms = pause_ms;
    }
    row->delivery_gap_count++;
}

int64_t silence_limit_ms(const struct store_integration *row)
{
    int64_t limit_ms = 2 * row->delivery_gap_ms;

    if (row->delivery_gap_count < PAUSES_LEAST || limit_ms > MOST_MS) {
        return MOST_MS;
    }
    return limit_ms < LEAST_MS ? LEAST_MS : limit_ms;
}

int64_t silence_due_ms(const struct store_integration *row)
{
    int64_t from_ms = row->last_delivery_ms;

    /* What a person set up by hand is known to be there when something came. */
    if (row->subscription_state != WEIR_SUB_ACTIVE &&
        (row->subscription_state != WEIR_SUB_MANUAL_SETUP || from_ms == 0)) {
        return INT64_MAX;
    }
    if (row->subscription_since_ms > from_ms) {
        from_ms = row->subscription_since_ms;
    }
    if (row->subscription_probed_ms > from_ms) {
        from_ms = row->subscription_probed_ms;
    }
    return from_ms + silence_limit_ms(row);
}
