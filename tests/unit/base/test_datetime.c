#include "base/datetime.h"

#include "expect.h"

TEST(times_of_the_grammar_are_read)
{
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"1970-01-01", 0},
        {"1970-01-01T00:00", 0},
        {"1969-12-31T23:59:59.999Z", -1},
        {"2026-02-11T07:30:05.217Z", INT64_C(1770795005217)},
        {"2026-02-11T07:30:05.217", INT64_C(1770795005217)},
        {"2026-02-11T07:30:05.2179999999999999999999999Z", INT64_C(1770795005217)},
        {"2026-02-11T07:30:05.2Z", INT64_C(1770795005200)},
        {"2026-02-11T07:30:05.21", INT64_C(1770795005210)},
        {"2026-02-11T07:30:05Z", INT64_C(1770795005000)},
        {"2026-02-11T08:30:05+01:00", INT64_C(1770795005000)},
        {"2026-02-11T08:30:05+0100", INT64_C(1770795005000)},
        {"2026-02-11T02:30:05-05:00", INT64_C(1770795005000)},
        {"2026-02-11T08:30+01:00", INT64_C(1770795000000)},
        {"2026-02-11T07:30Z", INT64_C(1770795000000)},
        {"2026-02-11", INT64_C(1770768000000)},
        {"2024-02-29", INT64_C(1709164800000)},
        {"2000-02-29", INT64_C(951782400000)},
        {"0000-01-01", INT64_C(-62167219200000)},
        {"0000-02-29", INT64_C(-62162121600000)},
        {"9999-12-31T23:59:59.999Z", INT64_C(253402300799999)},
        {"0000-01-01T00:00:00+23:59", INT64_C(-62167305540000)},
    };
    size_t i;

    UNUSED_STATE;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ms = 12345;

        EXPECT(datetime_parse(&ms, weir_str(cases[i].text)));
        EXPECT_INT(cases[i].ms, ms);
    }
}

TEST(what_is_no_time_is_refused_and_leaves_the_output_alone)
{
    static const char *const cases[] = {
        "",
        "2026",
        "2026-02",
        "2026-2-1",
        "2026-02-30",
        "2026-02-29",
        "1900-02-29",
        "2100-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "2026-04-31",
        "02026-01-01",
        "+2026-01-01",
        "-001-01-01",
        "2026/01/01",
        "20260101",
        " 2026-01-01",
        "2026-01-01 ",
        "2026-01-01T",
        "2026-01-01Z",
        "2026-01-01+01:00",
        "2026-01-01T07",
        "2026-01-01T07Z",
        "2026-01-01T0730",
        "2026-01-01T24:00",
        "2026-01-01T24:00:00Z",
        "2026-01-01T07:60",
        "2026-01-01T07:30:60Z",
        "2026-01-01T23:59:60Z",
        "2026-01-01T07:30:",
        "2026-01-01T07:30:5Z",
        "2026-01-01T07:30:05.Z",
        "2026-01-01T07:30:05.",
        "2026-01-01T07:30.5Z",
        "2026-01-01T07:30:05,2Z",
        "2026-01-01 07:30:05Z",
        "2026-01-01t07:30:05Z",
        "2026-01-01T07:30:05z",
        "2026-01-01T07:30:05ZZ",
        "2026-01-01T07:30:05+01",
        "2026-01-01T07:30:05+1:00",
        "2026-01-01T07:30:05+24:00",
        "2026-01-01T07:30:05+01:60",
        "2026-01-01T07:30:05+01:",
        "2026-01-01T07:30:05+01:000",
        "2026-01-01T07:30:05Z+01:00",
        "2026-01-01T07:30:05 Z",
        "2026-01-01T07:30:05.2 ",
        "2026-01-01T-7:30:05Z",
        "2026-01-01T07:30:05[Europe/Berlin]",
    };
    size_t i;

    UNUSED_STATE;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t ms = 12345;

        if (datetime_parse(&ms, weir_str(cases[i]))) {
            fail_msg("taken for a time: %s", cases[i]);
        }
        EXPECT_INT(12345, ms);
    }
    EXPECT(!datetime_parse(&(int64_t){0}, weir_str_n("2026-01-01\0", 11)));
}

TEST(a_date_is_a_day_that_exists_and_nothing_more)
{
    UNUSED_STATE;
    EXPECT(datetime_is_date(weir_str("2026-02-28")));
    EXPECT(datetime_is_date(weir_str("2024-02-29")));
    EXPECT(!datetime_is_date(weir_str("2026-02-29")));
    EXPECT(!datetime_is_date(weir_str("2026-02-28T00:00Z")));
    EXPECT(!datetime_is_date(weir_str("")));
    EXPECT(!datetime_is_date(weir_str_n(NULL, 0)));
}

static void expect_format(const char *want, int64_t ms)
{
    char out[DATETIME_TEXT];

    datetime_format(out, ms);
    EXPECT_STR(want, out);
}

TEST(times_are_written_in_utc_with_three_digits)
{
    UNUSED_STATE;
    expect_format("1970-01-01T00:00:00.000Z", 0);
    expect_format("1969-12-31T23:59:59.999Z", -1);
    expect_format("2026-02-11T07:30:05.217Z", INT64_C(1770795005217));
    expect_format("2000-02-29T00:00:00.000Z", INT64_C(951782400000));
    expect_format("1900-03-01T00:00:00.000Z", INT64_C(-2203891200000));
}

TEST(times_outside_four_digit_years_are_clamped)
{
    UNUSED_STATE;
    expect_format("0000-01-01T00:00:00.000Z", INT64_C(-62167219200000));
    expect_format("0000-01-01T00:00:00.000Z", INT64_C(-62167219200001));
    expect_format("0000-01-01T00:00:00.000Z", INT64_MIN);
    expect_format("9999-12-31T23:59:59.999Z", INT64_C(253402300799999));
    expect_format("9999-12-31T23:59:59.999Z", INT64_C(253402300800000));
    expect_format("9999-12-31T23:59:59.999Z", INT64_MAX);
}

TEST(what_was_written_is_read_as_the_same_time_over_all_centuries)
{
    int64_t ms;

    UNUSED_STATE;
    /* A step of about 36 days that hits other times of day, milliseconds and days of a month each time. */
    for (ms = INT64_C(-62167219200000); ms <= INT64_C(253402300799999); ms += INT64_C(3141592653)) {
        char out[DATETIME_TEXT];
        int64_t back = 0;

        datetime_format(out, ms);
        EXPECT(datetime_parse(&back, weir_str(out)));
        EXPECT_INT(ms, back);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(times_of_the_grammar_are_read),
        UNIT(what_is_no_time_is_refused_and_leaves_the_output_alone),
        UNIT(a_date_is_a_day_that_exists_and_nothing_more),
        UNIT(times_are_written_in_utc_with_three_digits),
        UNIT(times_outside_four_digit_years_are_clamped),
        UNIT(what_was_written_is_read_as_the_same_time_over_all_centuries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
