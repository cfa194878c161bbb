#include "expect.h"

#include "cli/human.h"

#define NOW INT64_C(1770000000000)
#define MIN (INT64_C(60) * 1000)

static char *kept(struct buf *b, char *room, size_t size)
{
    (void)snprintf(room, size, "%.*s", WEIR_STR_ARG(buf_str(b)));
    buf_fini(b);
    return room;
}

static const char *when(char room[64], int64_t at_ms)
{
    struct buf b;

    buf_init(&b, 64);
    human_when(&b, at_ms, NOW);
    return kept(&b, room, 64);
}

TEST(a_time_is_told_by_its_distance)
{
    char room[64];

    UNUSED_STATE;
    EXPECT_STR("just now", when(room, NOW));
    EXPECT_STR("just now", when(room, NOW + 1500));
    EXPECT_STR("40 s ago", when(room, NOW - 40 * 1000));
    EXPECT_STR("3 min ago", when(room, NOW - 3 * MIN - 59 * 1000));
    EXPECT_STR("in 2 h", when(room, NOW + 120 * MIN));
    EXPECT_STR("1 day ago", when(room, NOW - 25 * 60 * MIN));
    EXPECT_STR("30 days ago", when(room, NOW - 30 * 24 * 60 * MIN));
    EXPECT_STR("2026-01-02", when(room, NOW - 31 * 24 * 60 * MIN));
    EXPECT_STR("1970-01-01", when(room, 1));
}

TEST(a_duration_has_at_most_two_units)
{
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {{0, "0 s"},         {850, "850 ms"},
                 {40000, "40 s"},    {192 * MIN, "3 h 12 min"},
                 {180 * MIN, "3 h"}, {122 * 60 * MIN, "5 days 2 h"}};
    char room[64];

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf b;

        buf_init(&b, 64);
        human_duration(&b, cases[i].ms);
        EXPECT_STR(cases[i].text, kept(&b, room, sizeof room));
    }
}

TEST(numbers_are_grouped_and_sizes_get_a_unit)
{
    char room[64];
    struct buf b;

    UNUSED_STATE;
    buf_init(&b, 128);
    human_count(&b, 0);
    buf_add_char(&b, ' ');
    human_count(&b, 999);
    buf_add_char(&b, ' ');
    human_count(&b, 1234567);
    EXPECT_STR("0 999 1,234,567", kept(&b, room, sizeof room));
    buf_init(&b, 128);
    human_bytes(&b, 1023);
    buf_add_char(&b, ' ');
    human_bytes(&b, 1536);
    buf_add_char(&b, ' ');
    human_bytes(&b, UINT64_C(5) << 40);
    EXPECT_STR("1023 bytes 1.5 KiB 5.0 TiB", kept(&b, room, sizeof room));
}

static const char *cleaned(char room[64], const char *text)
{
    struct buf b;

    buf_init(&b, 64);
    human_text(&b, weir_str(text));
    return kept(&b, room, 64);
}

TEST(what_a_terminal_would_obey_does_not_reach_it)
{
    char room[64];

    UNUSED_STATE;
    EXPECT_STR("?[31mred?[0m", cleaned(room, "\033[31mred\033[0m"));
    EXPECT_STR("a b c", cleaned(room, "a\nb\tc"));
    EXPECT_STR("?31m", cleaned(room, "\xC2\x9B"
                                     "31m"));                           /* CSI of C1 */
    EXPECT_STR("abc?txt.exe", cleaned(room, "abc\xE2\x80\xAEtxt.exe")); /* right-to-left override */
    EXPECT_STR("M\xC3\xBCller \xE6\x9D\xB1", cleaned(room, "M\xC3\xBCller \xE6\x9D\xB1"));
    EXPECT_STR("???", cleaned(room, "\xC0\x80\xFF")); /* overlong, and no UTF-8 at all */
    EXPECT_STR("?", cleaned(room, "\xE2"));           /* cut short */
}

TEST(width_counts_columns_and_not_bytes)
{
    UNUSED_STATE;
    EXPECT_INT(6, human_width(weir_str("M\xC3\xBCller")));
    EXPECT_INT(4, human_width(weir_str("\xE6\x9D\xB1\xE4\xBA\xAC")));
    EXPECT_INT(1, human_width(weir_str("e\xCC\x81")));
    EXPECT_INT(3, human_cut(weir_str("M\xC3\xBCller"), 2).len);
    EXPECT_INT(3, human_cut(weir_str("\xE6\x9D\xB1\xE4\xBA\xAC"), 3).len);
    EXPECT_INT(0, human_cut(weir_str(""), 3).len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_time_is_told_by_its_distance),           UNIT(a_duration_has_at_most_two_units),
        UNIT(numbers_are_grouped_and_sizes_get_a_unit), UNIT(what_a_terminal_would_obey_does_not_reach_it),
        UNIT(width_counts_columns_and_not_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
