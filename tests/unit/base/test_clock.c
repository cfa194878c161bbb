#include "base/clock_file.h"

#include "expect.h"

#include <stdlib.h>
#include <unistd.h>

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

TEST(a_file_moves_the_calendar_and_no_deadline)
{
    char path[] = "/tmp/weir-clock-XXXXXX";
    int fd = mkstemp(path);
    int64_t offset_ms = 0;
    struct weir_error err = {0};
    struct clock_file *file = NULL;
    const struct clock *clock;

    UNUSED_STATE;
    EXPECT_INT(WEIR_E_CONFIG, clock_file_open(&file, path, &err)); /* it is empty */
    EXPECT_INT(sizeof offset_ms, write(fd, &offset_ms, sizeof offset_ms));
    EXPECT_INT(0, clock_file_open(&file, path, &err));
    clock = clock_file_borrow(file);
    EXPECT(clock_now_ms(clock) - clock_now_ms(clock_system()) <= 0);
    offset_ms = INT64_C(3) * 24 * 60 * 60 * 1000;
    EXPECT_INT(sizeof offset_ms, pwrite(fd, &offset_ms, sizeof offset_ms, 0));
    EXPECT(clock_now_ms(clock) - clock_now_ms(clock_system()) > offset_ms - 60000);
    EXPECT(clock_mono_us(clock) - clock_mono_us(clock_system()) < 60000000);
    clock_file_close(file);
    (void)close(fd);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_systems_clock_is_after_2020_and_never_goes_back),
        UNIT(a_clock_is_what_was_handed_in),
        UNIT(a_file_moves_the_calendar_and_no_deadline),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
