#include "base/latency.h"

#include "expect.h"

#include <stdbool.h>

#define MINUTE_US (INT64_C(60) * 1000 * 1000)

static bool is_near(int64_t found, int64_t wanted)
{
    return found >= wanted - wanted / 5 && found <= wanted + wanted / 5;
}

TEST(percentiles_are_right_to_a_fifth)
{
    static struct latency latency;
    struct latency_sum sum;

    UNUSED_STATE;
    latency_read(&sum, &latency, 0);
    EXPECT_INT(0, sum.count);
    EXPECT_INT(0, sum.p50_us + sum.p95_us);
    for (int64_t i = 1; i <= 1000; i++) {
        latency_add(&latency, 1, i * 1000); /* 1 ms to 1 s */
    }
    latency_read(&sum, &latency, 1);
    EXPECT_INT(1000, sum.count);
    EXPECT(is_near(sum.p50_us, 500000));
    EXPECT(is_near(sum.p95_us, 950000));
}

TEST(what_is_longer_than_all_bins_counts_and_what_took_no_time_too)
{
    static struct latency latency;
    struct latency_sum sum;

    UNUSED_STATE;
    latency_add(&latency, 1, -5);
    latency_add(&latency, 1, 0);
    latency_add(&latency, 1, INT64_MAX);
    latency_read(&sum, &latency, 1);
    EXPECT_INT(3, sum.count);
    EXPECT(sum.p50_us <= 20);
    EXPECT(sum.p95_us > 60 * 1000 * 1000);
}

TEST(after_an_hour_it_is_forgotten)
{
    static struct latency latency;
    struct latency_sum sum;

    UNUSED_STATE;
    latency_add(&latency, 0, 1000);
    latency_add(&latency, 30 * MINUTE_US, 64000);
    latency_read(&sum, &latency, 54 * MINUTE_US);
    EXPECT_INT(2, sum.count);
    latency_read(&sum, &latency, 61 * MINUTE_US);
    EXPECT_INT(1, sum.count);
    EXPECT(is_near(sum.p50_us, 64000));
    latency_add(&latency, 80 * MINUTE_US, 1000); /* in the cells of the first one */
    latency_read(&sum, &latency, 80 * MINUTE_US);
    EXPECT_INT(2, sum.count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(percentiles_are_right_to_a_fifth),
        UNIT(what_is_longer_than_all_bins_counts_and_what_took_no_time_too),
        UNIT(after_an_hour_it_is_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
