#include "base/utf8.h"

#include "expect.h"

struct text_case {
    const char *text;
    size_t len;
};

TEST(well_formed_text_is_valid)
{
    static const struct text_case cases[] = {
        {NULL, 0},
        {"plain text that is longer than eight bytes", 42},
        {"a\0b", 3},
        {"\x7f", 1},
        {"\xc2\x80", 2},
        {"\xdf\xbf", 2},
        {"\xe0\xa0\x80", 3},
        {"\xed\x9f\xbf", 3},
        {"\xee\x80\x80", 3},
        {"\xef\xbf\xbf", 3},
        {"\xf0\x90\x80\x80", 4},
        {"\xf4\x8f\xbf\xbf", 4},
        {"1234567\xc3\xab"
         "12345678",
         17},
    };
    size_t i;

    UNUSED_STATE;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT(utf8_valid(weir_str_n(cases[i].text, cases[i].len)));
    }
}

TEST(broken_overlong_and_surrogate_forms_are_not)
{
    static const struct text_case cases[] = {
        {"\x80", 1}, /* a continuation alone */
        {"\xbf", 1},
        {"\xc0\x80", 2}, /* overlong */
        {"\xc1\xbf", 2},
        {"\xe0\x9f\xbf", 3},
        {"\xf0\x8f\xbf\xbf", 4},
        {"\xed\xa0\x80", 3}, /* surrogates */
        {"\xed\xbf\xbf", 3},
        {"\xf4\x90\x80\x80", 4}, /* beyond U+10FFFF */
        {"\xf5\x80\x80\x80", 4},
        {"\xff", 1},
        {"\xc3", 1}, /* cut short */
        {"\xe2\x82", 2},
        {"\xf0\x9f\x90", 3},
        {"\xc3"
         "a",
         2},
        {"\xe2\x82"
         "a",
         3},
        {"\xf0\x9f\x90"
         "a",
         4},
        {"\xc3\xab\xab", 3},
        {"12345678\xc3", 9},
        {"1234567\xc3"
         "12345678",
         16},
    };
    size_t i;

    UNUSED_STATE;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (utf8_valid(weir_str_n(cases[i].text, cases[i].len))) {
            fail_msg("case %zu was taken for UTF-8", i);
        }
    }
}

TEST(a_cut_falls_between_characters)
{
    /* a, e with diaeresis (2), euro (3), fish (4) */
    static const char text[] = "a\xc3\xab\xe2\x82\xac\xf0\x9f\x90\x9f";
    static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    size_t max;

    UNUSED_STATE;
    for (max = 0; max < sizeof want / sizeof want[0]; max++) {
        EXPECT_INT(want[max], utf8_cut(weir_str(text), max).len);
    }
    EXPECT_INT(0, utf8_cut(weir_str_n(NULL, 0), 5).len);
}

TEST(a_cut_of_what_is_no_utf8_is_still_within_the_bound)
{
    UNUSED_STATE;
    EXPECT_INT(5, utf8_cut(weir_str("\x80\x80\x80\x80\x80\x80\x80\x80"), 5).len);
    EXPECT_INT(0, utf8_cut(weir_str("\x80\x80"), 0).len);
    EXPECT(utf8_cut(weir_str("\xff\xff\xff\xff"), 2).len <= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(well_formed_text_is_valid),
        UNIT(broken_overlong_and_surrogate_forms_are_not),
        UNIT(a_cut_falls_between_characters),
        UNIT(a_cut_of_what_is_no_utf8_is_still_within_the_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
