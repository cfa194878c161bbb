#include "base/rate.h"

#include "expect.h"

#define MINUTE_US (INT64_C(60) * 1000 * 1000)

TEST(what_happened_is_told_by_minute_and_forgotten_after_an_hour)
{
    static struct rate rate;
    uint32_t minutes[RATE_MINUTES];

    UNUSED_STATE;
    EXPECT_INT(0, rate_read(minutes, &rate, 0));
    rate_add(&rate, 1, 2);
    rate_add(&rate, MINUTE_US - 1, 3);
    rate_add(&rate, MINUTE_US, 4);
    EXPECT_INT(9, rate_read(minutes, &rate, MINUTE_US));
    EXPECT_INT(4, minutes[RATE_MINUTES - 1]);
    EXPECT_INT(5, minutes[RATE_MINUTES - 2]);
    EXPECT_INT(0, minutes[0]);
    EXPECT_INT(9, rate_read(minutes, &rate, 59 * MINUTE_US));
    EXPECT_INT(5, minutes[0]);
    EXPECT_INT(4, rate_read(minutes, &rate, 60 * MINUTE_US));
    EXPECT_INT(0, rate_read(minutes, &rate, 61 * MINUTE_US));
    rate_add(&rate, 64 * MINUTE_US, 1); /* in the cell of the first one */
    EXPECT_INT(1, rate_read(minutes, &rate, 64 * MINUTE_US));
}

TEST(a_minute_that_is_full_stays_full)
{
    static struct rate rate;
    uint32_t minutes[RATE_MINUTES];

    UNUSED_STATE;
    rate_add(&rate, 0, UINT32_MAX);
    rate_add(&rate, 0, 10);
    EXPECT(rate_read(minutes, &rate, 0) == UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(what_happened_is_told_by_minute_and_forgotten_after_an_hour),
        UNIT(a_minute_that_is_full_stays_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
