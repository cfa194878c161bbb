#include "base/clock.h"

#include "expect.h"

static int64_t fixed_now_ms(void *ctx)
{
    return *(const int64_t *)ctx;
}

static int64_t fixed_mono_us(void *ctx)
{
    return *(const int64_t *)ctx * 10;
}

TEST(the_systems_clock_is_after_2020_and_never_goes_back)
{
    const struct clock *clock = clock_system();
    int64_t before = clock_mono_us(clock);

    UNUSED_STATE;
    EXPECT(clock_now_ms(clock) > INT64_C(1577836800000));
    EXPECT(clock_mono_us(clock) >= before);
    EXPECT(clock_mono_ms(clock) >= before / 1000);
}

TEST(a_clock_is_what_was_handed_in)
{
    int64_t time = 5000;
    struct clock clock = {fixed_now_ms, fixed_mono_us, &time};

    UNUSED_STATE;
    EXPECT_INT(5000, clock_now_ms(&clock));
    EXPECT_INT(50000, clock_mono_us(&clock));
    time = 7000;
    EXPECT_INT(70, clock_mono_ms(&clock));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_systems_clock_is_after_2020_and_never_goes_back),
        UNIT(a_clock_is_what_was_handed_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
