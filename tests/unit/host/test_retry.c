#include "expect.h"

#include "host/retry.h"

#define MINUTE_MS INT64_C(60000)

TEST(http_dates_are_read_and_nothing_else_is)
{
    int64_t ms = -1;

    UNUSED_STATE;
    EXPECT(http_date_parse(&ms, weir_str("Sun, 06 Nov 1994 08:49:37 GMT")));
    EXPECT(ms == INT64_C(784111777000));
    EXPECT(http_date_parse(&ms, weir_str("Sat, 29 Feb 2020 23:59:59 GMT")));
    EXPECT(ms == INT64_C(1583020799000));
    EXPECT(!http_date_parse(&ms, weir_str("Sun, 29 Feb 2021 23:59:59 GMT")));
    EXPECT(!http_date_parse(&ms, weir_str("Sunday, 06-Nov-94 08:49:37 GMT")));
    EXPECT(!http_date_parse(&ms, weir_str("Sun, 06 Nox 1994 08:49:37 GMT")));
    EXPECT(!http_date_parse(&ms, weir_str("Sun, 06 Nov 1994 08:49:37 CET")));
    EXPECT(!http_date_parse(&ms, weir_str("Sun, -6 Nov 1994 08:49:37 GMT")));
    EXPECT(!http_date_parse(&ms, weir_str("")));
    EXPECT(ms == INT64_C(1583020799000));
}

TEST(numbers_in_headers_have_an_end)
{
    int64_t n = -1;

    UNUSED_STATE;
    EXPECT(http_number_parse(&n, weir_str("0")));
    EXPECT_INT(0, n);
    EXPECT(http_number_parse(&n, weir_str("100, 100;w=60")));
    EXPECT_INT(100, n);
    EXPECT(http_number_parse(&n, weir_str("12.7")));
    EXPECT_INT(12, n);
    EXPECT(http_number_parse(&n, weir_str("999999999999")));
    EXPECT(!http_number_parse(&n, weir_str("9999999999999")));
    EXPECT(!http_number_parse(&n, weir_str("-1")));
    EXPECT(!http_number_parse(&n, weir_str("5x")));
    EXPECT(!http_number_parse(&n, weir_str("")));
}

static bool after(int64_t *wait_ms, const char *value)
{
    struct weir_header headers[] = {{weir_str("date"), weir_str("x")},
                                    {weir_str("retry-after"), weir_str(value)}};
    struct client_response response = {.outcome = CLIENT_ANSWERED, .headers = headers, .header_count = 2};

    return retry_after_ms(wait_ms, &response, INT64_C(784111777000));
}

TEST(retry_after_is_seconds_or_a_date)
{
    int64_t ms = -1;

    UNUSED_STATE;
    EXPECT(after(&ms, "17"));
    EXPECT_INT(17000, ms);
    EXPECT(after(&ms, "Sun, 06 Nov 1994 08:50:37 GMT"));
    EXPECT(ms == MINUTE_MS);
    EXPECT(after(&ms, "Sun, 06 Nov 1994 08:00:00 GMT"));
    EXPECT_INT(0, ms);
    EXPECT(!after(&ms, "soon"));
}

TEST(only_what_may_pass_the_second_time_is_repeated)
{
    static const int again[] = {429, 500, 502, 503, 504};
    static const int final[] = {200, 301, 400, 401, 403, 404, 409, 422, 501, 505};
    struct client_response response = {.outcome = CLIENT_ANSWERED};

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof again / sizeof again[0]; i++) {
        response.status = again[i];
        EXPECT(retry_fits(&response));
    }
    for (size_t i = 0; i < sizeof final / sizeof final[0]; i++) {
        response.status = final[i];
        EXPECT(!retry_fits(&response));
    }
    response.status = 0;
    for (response.outcome = CLIENT_RESOLVE; response.outcome <= CLIENT_BAD_URL; response.outcome++) {
        EXPECT_INT(response.outcome == CLIENT_RESOLVE || response.outcome == CLIENT_REFUSED ||
                       response.outcome == CLIENT_TIMEOUT || response.outcome == CLIENT_BROKEN,
                   retry_fits(&response));
    }
}

TEST(the_delay_doubles_and_is_spread_by_a_quarter)
{
    UNUSED_STATE;
    EXPECT_INT(750, retry_delay_ms(1000, 2, 0));
    EXPECT_INT(1249, retry_delay_ms(1000, 2, 1023));
    EXPECT_INT(2000, retry_delay_ms(1000, 3, 512));
    for (uint32_t chance = 0; chance < 5000; chance += 7) {
        int64_t delay = retry_delay_ms(1000, 2, chance);

        EXPECT(delay >= 750 && delay <= 1250);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(http_dates_are_read_and_nothing_else_is),
        UNIT(numbers_in_headers_have_an_end),
        UNIT(retry_after_is_seconds_or_a_date),
        UNIT(only_what_may_pass_the_second_time_is_repeated),
        UNIT(the_delay_doubles_and_is_spread_by_a_quarter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
