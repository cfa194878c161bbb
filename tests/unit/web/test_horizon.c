#include "expect.h"

#include "web/horizon.h"

static struct horizon *fresh(struct horizon *h)
{
    horizon_init(h);
    return h;
}

TEST(updated_after_is_always_widened_a_little)
{
    struct horizon h;

    UNUSED_STATE;
    fresh(&h);
    EXPECT_INT(98000, horizon_since(&h, 100000));
    EXPECT_INT(0, horizon_since(&h, 500));
    EXPECT_INT(0, horizon_since(&h, -86400000));
    horizon_note(&h, 100000, 99000); /* nothing unusual */
    EXPECT_INT(98000, horizon_since(&h, 100000));
    horizon_fini(&h);
}

TEST(a_reading_that_could_miss_old_stamps_is_made_up_for)
{
    struct horizon h;

    UNUSED_STATE;
    fresh(&h);
    horizon_note(&h, 100000, 60000); /* a commit that hung for 40 s */
    EXPECT_INT(58000, horizon_since(&h, 100000));
    EXPECT_INT(58000, horizon_since(&h, 70000));
    EXPECT_INT(58000, horizon_since(&h, 101500)); /* the consumer's clock is a little ahead */
    EXPECT_INT(48000, horizon_since(&h, 50000));
    EXPECT_INT(198000, horizon_since(&h, 200000));
    horizon_fini(&h);
}

TEST(stretches_that_touch_become_one)
{
    struct horizon h;

    UNUSED_STATE;
    fresh(&h);
    horizon_note(&h, 100000, 60000);
    horizon_note(&h, 120000, 90000);
    EXPECT_INT(1, h.count);
    EXPECT_INT(58000, horizon_since(&h, 119000));
    horizon_note(&h, 300000, 290000);
    EXPECT_INT(2, h.count);
    horizon_fini(&h);
}

TEST(when_there_are_too_many_more_is_asked_for_never_less)
{
    struct horizon h;

    UNUSED_STATE;
    fresh(&h);
    for (int64_t i = 1; i <= 3 * HORIZON_STRETCHES; i++) {
        horizon_note(&h, i * 100000 + 10000, i * 100000);
    }
    EXPECT_INT(HORIZON_STRETCHES, h.count);
    for (int64_t i = 1; i <= 3 * HORIZON_STRETCHES; i++) {
        EXPECT(horizon_since(&h, i * 100000 + 9000) <= i * 100000 - 2000);
    }
    horizon_fini(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(updated_after_is_always_widened_a_little),
        UNIT(a_reading_that_could_miss_old_stamps_is_made_up_for),
        UNIT(stretches_that_touch_become_one),
        UNIT(when_there_are_too_many_more_is_asked_for_never_less),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
