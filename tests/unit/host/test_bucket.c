#include "expect.h"

#include "host/bucket.h"

#include <stdlib.h>

#define SECOND_US INT64_C(1000000)
#define NOW_MS INT64_C(1795478400000) /* Tue, 24 Nov 2026 00:00:00 GMT */

static struct weir_header header(const char *name, const char *value)
{
    return (struct weir_header){weir_str(name), weir_str(value)};
}

TEST(a_bucket_of_which_nothing_was_heard_lets_everything_pass)
{
    struct buckets *buckets = calloc(1, sizeof *buckets);
    struct bucket *bucket = buckets_get(buckets, weir_str(""), 0);

    UNUSED_STATE;
    for (int i = 0; i < 1000; i++) {
        EXPECT_INT(0, bucket_wait_us(bucket, 0));
        bucket_draw(bucket, 0);
    }
    free(buckets);
}

TEST(an_empty_bucket_refills_at_the_rate_the_tool_names)
{
    struct weir_header headers[] = {
        header("x-ratelimit-remaining", "0"), header("x-ratelimit-replenish-rate", "2"),
        header("x-ratelimit-burst-capacity", "10"), header("x-ratelimit-requested-tokens", "5")};
    struct bucket bucket = {.name_len = 0};

    UNUSED_STATE;
    bucket_learn(&bucket, headers, 4, 100 * SECOND_US, NOW_MS);
    /* Five tokens at two a second. */
    EXPECT(llabs(bucket_wait_us(&bucket, 100 * SECOND_US) - 2500000) <= 2);
    EXPECT(llabs(bucket_wait_us(&bucket, 102 * SECOND_US) - 500000) <= 2);
    EXPECT_INT(0, bucket_wait_us(&bucket, 103 * SECOND_US));
    /* Ten is all it holds, however long nobody drew: two requests. */
    EXPECT_INT(0, bucket_wait_us(&bucket, 1000 * SECOND_US));
    bucket_draw(&bucket, 1000 * SECOND_US);
    EXPECT_INT(0, bucket_wait_us(&bucket, 1000 * SECOND_US));
    bucket_draw(&bucket, 1000 * SECOND_US);
    EXPECT(bucket_wait_us(&bucket, 1000 * SECOND_US) > 2 * SECOND_US);
}

TEST(what_the_tool_says_is_left_counts_more_than_what_was_reckoned)
{
    struct weir_header empty[] = {header("x-ratelimit-remaining", "0"),
                                  header("x-ratelimit-replenish-rate", "1")};
    struct weir_header full[] = {header("x-ratelimit-remaining", "9"),
                                 header("x-ratelimit-replenish-rate", "1")};
    struct bucket bucket = {.name_len = 0};

    UNUSED_STATE;
    bucket_learn(&bucket, empty, 2, 0, NOW_MS);
    EXPECT(bucket_wait_us(&bucket, 0) > 0);
    bucket_learn(&bucket, full, 2, 0, NOW_MS);
    EXPECT_INT(0, bucket_wait_us(&bucket, 0));
}

TEST(a_window_that_is_used_up_is_waited_for_by_the_tool_s_clock)
{
    struct weir_header headers[] = {header("x-rate-limit-remaining", "0"),
                                    header("x-rate-limit-reset", "1795478430"),
                                    header("date", "Tue, 24 Nov 2026 00:00:10 GMT")};
    struct bucket bucket = {.name_len = 0};
    struct bucket undated = {.name_len = 0};

    UNUSED_STATE;
    bucket_learn(&bucket, headers, 3, 0, NOW_MS - 999999);
    EXPECT_INT(21 * SECOND_US, bucket_wait_us(&bucket, 0)); /* the date's seconds are cut */
    EXPECT_INT(0, bucket_wait_us(&bucket, 21 * SECOND_US));
    bucket_learn(&undated, headers, 2, 0, NOW_MS);
    EXPECT_INT(31 * SECOND_US, bucket_wait_us(&undated, 0));
}

TEST(of_several_resets_the_latest_that_can_be_read_counts)
{
    struct weir_header twice[] = {
        header("x-rate-limit-limit", "600"),        header("x-rate-limit-remaining", "0"),
        header("x-rate-limit-reset", "1795478405"), header("x-rate-limit-reset", "1795478420"),
        header("x-rate-limit-reset", "soon"),       header("date", "Tue, 24 Nov 2026 00:00:00 GMT")};
    struct weir_header joined[] = {header("x-rate-limit-remaining", "0"),
                                   header("x-rate-limit-reset", "1795478420, 1795478405"),
                                   header("date", "Tue, 24 Nov 2026 00:00:00 GMT")};
    struct bucket bucket = {.name_len = 0};
    struct bucket other = {.name_len = 0};

    UNUSED_STATE;
    bucket_learn(&bucket, twice, 6, 0, NOW_MS);
    EXPECT_INT(21 * SECOND_US, bucket_wait_us(&bucket, 0));
    bucket_learn(&other, joined, 3, 0, NOW_MS);
    EXPECT_INT(21 * SECOND_US, bucket_wait_us(&other, 0));
}

TEST(a_used_up_window_without_a_readable_end_is_taken_for_a_minute)
{
    struct weir_header unreadable[] = {header("x-rate-limit-limit", "600"),
                                       header("x-rate-limit-remaining", "0"),
                                       header("x-rate-limit-reset", "soon")};
    struct bucket bucket = {.name_len = 0};

    UNUSED_STATE;
    bucket_learn(&bucket, unreadable, 3, 0, NOW_MS);
    EXPECT_INT(60 * SECOND_US, bucket_wait_us(&bucket, 0));
}

TEST(the_last_tenth_of_a_window_is_left_to_others)
{
    struct weir_header headers[] = {
        header("x-rate-limit-limit", "600"), header("x-rate-limit-remaining", "60"),
        header("x-rate-limit-reset", "1795478420"), header("date", "Tue, 24 Nov 2026 00:00:00 GMT")};
    struct bucket bucket = {.name_len = 0};

    UNUSED_STATE;
    bucket_learn(&bucket, headers, 4, 0, NOW_MS);
    EXPECT_INT(0, bucket_wait_us(&bucket, 0));
    headers[1] = header("x-rate-limit-remaining", "59");
    bucket_learn(&bucket, headers, 4, 0, NOW_MS);
    EXPECT_INT(21 * SECOND_US, bucket_wait_us(&bucket, 0));
}

TEST(too_many_at_once_is_waited_for_a_few_seconds_whatever_the_reset_says)
{
    struct weir_header headers[] = {header("x-rate-limit-limit", "0"), header("x-rate-limit-remaining", "0"),
                                    header("x-rate-limit-reset", "1795478459")};

    UNUSED_STATE;
    for (int64_t now_us = 0; now_us < 10 * SECOND_US; now_us += 777777) {
        struct bucket bucket = {.name_len = 0};

        bucket_learn(&bucket, headers, 3, now_us, NOW_MS);
        EXPECT(bucket_wait_us(&bucket, now_us) >= SECOND_US);
        EXPECT(bucket_wait_us(&bucket, now_us) < 5 * SECOND_US);
    }
}

TEST(a_reset_may_be_seconds_too_and_nothing_blocks_for_ever)
{
    struct weir_header soon[] = {header("x-ratelimit-remaining", "0"), header("x-ratelimit-reset", "7")};
    struct weir_header never[] = {header("x-ratelimit-remaining", "0"),
                                  header("x-ratelimit-reset", "999999999999")};
    struct weir_header past[] = {header("x-ratelimit-remaining", "0"),
                                 header("x-ratelimit-reset", "1000000000")};
    struct weir_header left[] = {header("x-ratelimit-remaining", "1"), header("x-ratelimit-reset", "7")};
    struct weir_header broken[] = {header("x-ratelimit-remaining", "none"), header("x-ratelimit-reset", "7")};
    struct bucket bucket = {.name_len = 0};

    UNUSED_STATE;
    bucket_learn(&bucket, left, 2, 0, NOW_MS);
    bucket_learn(&bucket, broken, 2, 0, NOW_MS);
    bucket_learn(&bucket, past, 2, 0, INT64_C(1500000000000));
    EXPECT_INT(0, bucket_wait_us(&bucket, 0));
    bucket_learn(&bucket, soon, 2, 0, NOW_MS);
    EXPECT_INT(7 * SECOND_US, bucket_wait_us(&bucket, 0));
    bucket_learn(&bucket, never, 2, 0, NOW_MS);
    EXPECT_INT(3600 * SECOND_US, bucket_wait_us(&bucket, 0));
}

TEST(each_name_has_its_own_bucket_and_the_number_is_bounded)
{
    struct buckets *buckets = calloc(1, sizeof *buckets);
    struct bucket *first = buckets_get(buckets, weir_str("/v2/persons"), 1);

    UNUSED_STATE;
    bucket_block(first, 50, 1);
    EXPECT_INT(49, bucket_wait_us(buckets_get(buckets, weir_str("/v2/persons"), 1), 1));
    EXPECT_INT(0, bucket_wait_us(buckets_get(buckets, weir_str("/v2/persons2"), 2), 1));
    EXPECT_INT(0, bucket_wait_us(buckets_get(buckets, weir_str(""), 2), 1));
    EXPECT_INT(3, buckets->count);
    for (int i = 0; i < 200; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "b%d", i);
        (void)buckets_get(buckets, weir_str(name), 10 + i);
        /* One that is used stays. */
        EXPECT_INT(39, bucket_wait_us(buckets_get(buckets, weir_str("/v2/persons"), 10 + i), 11));
    }
    EXPECT_INT(BUCKETS_MAX, buckets->count);
    free(buckets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_bucket_of_which_nothing_was_heard_lets_everything_pass),
        UNIT(an_empty_bucket_refills_at_the_rate_the_tool_names),
        UNIT(what_the_tool_says_is_left_counts_more_than_what_was_reckoned),
        UNIT(a_window_that_is_used_up_is_waited_for_by_the_tool_s_clock),
        UNIT(of_several_resets_the_latest_that_can_be_read_counts),
        UNIT(a_used_up_window_without_a_readable_end_is_taken_for_a_minute),
        UNIT(the_last_tenth_of_a_window_is_left_to_others),
        UNIT(too_many_at_once_is_waited_for_a_few_seconds_whatever_the_reset_says),
        UNIT(a_reset_may_be_seconds_too_and_nothing_blocks_for_ever),
        UNIT(each_name_has_its_own_bucket_and_the_number_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
