/* How attempts went: counted by the hour, forgotten after a day. */
#include "expect.h"

#include "flow/pulse.h"

#define T0 INT64_C(1770000000000)
#define HOUR INT64_C(3600000)

static struct pulse_sum at(const struct pulse *pulse, int64_t now_ms)
{
    struct pulse_sum sum;

    pulse_read(&sum, pulse, now_ms);
    return sum;
}

TEST(nothing_was_tried_at_first)
{
    struct pulse pulse = {.delivered_ms = 0};
    struct pulse_sum sum = at(&pulse, T0);

    UNUSED_STATE;
    EXPECT_INT(0, sum.delivered + sum.failed);
    EXPECT_INT(0, sum.p50_ms + sum.p95_ms);
}

TEST(attempts_of_the_last_day_count)
{
    struct pulse pulse = {.delivered_ms = 0};
    struct pulse_sum sum;

    UNUSED_STATE;
    for (int i = 0; i < 90; i++) {
        pulse_add(&pulse, T0, 5, true);
    }
    for (int i = 0; i < 10; i++) {
        pulse_add(&pulse, T0 + 20 * HOUR, 3000, false);
    }
    sum = at(&pulse, T0 + 20 * HOUR);
    EXPECT_INT(90, sum.delivered);
    EXPECT_INT(10, sum.failed);
    EXPECT_INT(8, sum.p50_ms);
    EXPECT_INT(4096, sum.p95_ms);
    EXPECT_INT(T0, sum.delivered_ms);
    EXPECT_INT(T0 + 20 * HOUR, sum.failed_ms);
    sum = at(&pulse, T0 + 30 * HOUR);
    EXPECT_INT(0, sum.delivered);
    EXPECT_INT(10, sum.failed);
    EXPECT_INT(T0, sum.delivered_ms);
}

TEST(an_hour_is_written_over_a_day_later)
{
    struct pulse pulse = {.delivered_ms = 0};

    UNUSED_STATE;
    pulse_add(&pulse, T0, 1, true);
    pulse_add(&pulse, T0 + 24 * HOUR, INT64_MAX, true);
    EXPECT_INT(1, at(&pulse, T0 + 24 * HOUR).delivered);
    EXPECT_INT(INT64_C(1) << (PULSE_BINS - 1), at(&pulse, T0 + 24 * HOUR).p50_ms);
}

TEST(each_hour_of_the_day_is_told_by_itself)
{
    struct pulse pulse = {.delivered_ms = 0};
    struct pulse_point points[PULSE_HOURS];

    UNUSED_STATE;
    pulse_add(&pulse, T0 - 2 * HOUR, 5, true);
    pulse_add(&pulse, T0 - 2 * HOUR, 700, false);
    pulse_add(&pulse, T0, 1, true);
    pulse_series(points, &pulse, T0);
    EXPECT_INT(T0 / HOUR * HOUR, points[PULSE_HOURS - 1].at_ms);
    EXPECT_INT(1, points[PULSE_HOURS - 1].delivered);
    EXPECT_INT(0, points[PULSE_HOURS - 2].delivered + points[PULSE_HOURS - 2].p95_ms);
    EXPECT_INT(1, points[PULSE_HOURS - 3].delivered);
    EXPECT_INT(1, points[PULSE_HOURS - 3].failed);
    EXPECT_INT(8, points[PULSE_HOURS - 3].p50_ms);
    EXPECT_INT(1024, points[PULSE_HOURS - 3].p95_ms);
    pulse_series(points, &pulse, T0 + 24 * HOUR);
    EXPECT_INT(0, points[0].delivered + points[PULSE_HOURS - 1].delivered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(nothing_was_tried_at_first),
        UNIT(attempts_of_the_last_day_count),
        UNIT(an_hour_is_written_over_a_day_later),
        UNIT(each_hour_of_the_day_is_told_by_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
