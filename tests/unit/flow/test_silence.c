/* How long an integration may be quiet before its subscription is doubted. */
#include "expect.h"

#include "flow/silence.h"
#include "weir/connector.h"

#include <string.h>

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define T0 (1000 * DAY)

static struct store_integration quiet_since(int64_t at_ms)
{
    return (struct store_integration){
        .subscription_state = WEIR_SUB_ACTIVE, .subscription_since_ms = T0, .last_delivery_ms = at_ms};
}

/* As the schedule does it. */
static void deliver(struct store_integration *row, int64_t at_ms)
{
    silence_learn(row, at_ms, T0);
    row->last_delivery_ms = at_ms;
}

/* Each so often, times over; ends at the time of the last one. */
static int64_t deliver_each(struct store_integration *row, int64_t from_ms, int64_t pause_ms, int times)
{
    for (int i = 0; i < times; i++) {
        from_ms += pause_ms;
        deliver(row, from_ms);
    }
    return from_ms;
}

TEST(until_enough_is_known_a_week_is_allowed)
{
    struct store_integration row = quiet_since(0);

    UNUSED_STATE;
    EXPECT_INT(7 * DAY, silence_limit_ms(&row));
    EXPECT_INT(T0 + 7 * DAY, silence_due_ms(&row));
    (void)deliver_each(&row, T0, 10 * MINUTE, 20); /* nineteen pauses */
    EXPECT_INT(19, row.delivery_gap_count);
    EXPECT_INT(7 * DAY, silence_limit_ms(&row));
    (void)deliver_each(&row, row.last_delivery_ms, 10 * MINUTE, 1);
    EXPECT(silence_limit_ms(&row) < DAY);
}

TEST(the_limit_is_twice_the_longest_pause_between_an_hour_and_a_week)
{
    struct store_integration often = quiet_since(T0);
    struct store_integration daily = quiet_since(T0);
    struct store_integration rare = quiet_since(T0);

    UNUSED_STATE;
    (void)deliver_each(&often, T0, MINUTE, 30);
    EXPECT_INT(HOUR, silence_limit_ms(&often));
    (void)deliver_each(&daily, T0, DAY, 30);
    EXPECT_INT(2 * DAY, silence_limit_ms(&daily));
    EXPECT_INT(T0 + 32 * DAY, silence_due_ms(&daily));
    (void)deliver_each(&rare, T0, 20 * DAY, 30);
    EXPECT_INT(7 * DAY, silence_limit_ms(&rare));
}

TEST(a_week_end_is_remembered_over_a_busy_week_and_a_holiday_is_forgotten)
{
    struct store_integration row = quiet_since(T0);
    int64_t at_ms = T0;

    UNUSED_STATE;
    for (int week = 0; week < 4; week++) {
        at_ms = deliver_each(&row, at_ms, 10 * MINUTE, 5 * 24 * 6);
        at_ms = deliver_each(&row, at_ms, 2 * DAY, 1);
    }
    at_ms = deliver_each(&row, at_ms, 10 * MINUTE, 4 * 24 * 6);
    EXPECT(silence_limit_ms(&row) > 3 * DAY); /* on Friday the week-end's pause still counts */
    at_ms = deliver_each(&row, at_ms, 14 * DAY, 1);
    EXPECT_INT(7 * DAY, silence_limit_ms(&row));
    (void)deliver_each(&row, at_ms, 10 * MINUTE, 200 * 24 * 6);
    EXPECT(silence_limit_ms(&row) < 2 * DAY);
}

TEST(a_pause_in_which_nobody_listened_teaches_nothing)
{
    struct store_integration row = quiet_since(T0 - DAY);

    UNUSED_STATE;
    deliver(&row, T0 + DAY);
    EXPECT_INT(0, row.delivery_gap_ms);
    EXPECT_INT(0, row.delivery_gap_count);
    deliver(&row, T0 + DAY); /* the same moment */
    EXPECT_INT(0, row.delivery_gap_count);
    deliver(&row, T0 + DAY + HOUR);
    EXPECT_INT(HOUR, row.delivery_gap_ms);
}

TEST(it_is_looked_at_once_per_limit_and_only_where_something_is_expected)
{
    struct store_integration row = quiet_since(T0);

    UNUSED_STATE;
    row.subscription_probed_ms = T0 + 7 * DAY;
    EXPECT_INT(T0 + 14 * DAY, silence_due_ms(&row));
    row.subscription_state = WEIR_SUB_NEEDS_PERMISSION;
    EXPECT(silence_due_ms(&row) == INT64_MAX);
    row.subscription_state = STORE_SUBSCRIPTION_REMOVED;
    EXPECT(silence_due_ms(&row) == INT64_MAX);
    row.subscription_state = WEIR_SUB_MANUAL_SETUP;
    EXPECT(silence_due_ms(&row) < INT64_MAX);
    row.last_delivery_ms = 0; /* nobody has set it up yet */
    EXPECT(silence_due_ms(&row) == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(until_enough_is_known_a_week_is_allowed),
        UNIT(the_limit_is_twice_the_longest_pause_between_an_hour_and_a_week),
        UNIT(a_week_end_is_remembered_over_a_busy_week_and_a_holiday_is_forgotten),
        UNIT(a_pause_in_which_nobody_listened_teaches_nothing),
        UNIT(it_is_looked_at_once_per_limit_and_only_where_something_is_expected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
