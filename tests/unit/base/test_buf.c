#include "base/buf.h"

#include "expect.h"

#include <stdlib.h>

static void expect_content(const char *want, const struct buf *b)
{
    EXPECT_INT(strlen(want), b->len);
    EXPECT(weir_str_is(buf_str(b), want));
}

TEST(appends_of_every_sort_stand_one_after_the_other)
{
    struct buf b;

    UNUSED_STATE;
    buf_init(&b, 100);
    buf_add(&b, NULL, 0);
    EXPECT(b.data == NULL);
    buf_add(&b, "ab", 2);
    buf_add_str(&b, weir_str("cd"));
    buf_add_text(&b, "ef");
    buf_add_char(&b, 'g');
    buf_printf(&b, "-%d-%s", 7, "x");
    expect_content("abcdefg-7-x", &b);
    EXPECT_INT(0, buf_check(&b, "test", NULL));
    buf_fini(&b);
    buf_fini(&b);
}

TEST(a_buffer_takes_exactly_its_cap_and_not_one_byte_more)
{
    struct weir_error err;
    struct buf b;

    UNUSED_STATE;
    buf_init(&b, 4);
    buf_add_text(&b, "abcd");
    EXPECT_INT(0, buf_check(&b, "test", NULL));
    buf_add(&b, "", 0);
    EXPECT(!b.failed);
    buf_add_char(&b, 'e');
    EXPECT_INT(WEIR_E_LIMIT, buf_check(&b, "the body", &err));
    EXPECT_STR("the body: longer than the 4 bytes allowed", err.message);
    expect_content("abcd", &b);
    buf_fini(&b);
}

TEST(after_a_failed_append_further_ones_do_nothing_until_the_buffer_is_cleared)
{
    struct buf b;

    UNUSED_STATE;
    buf_init(&b, 4);
    buf_add_text(&b, "abcde");
    buf_add_text(&b, "a");
    buf_add_json_str(&b, weir_str("a"));
    EXPECT(buf_reserve(&b, 1) == NULL);
    EXPECT_INT(0, b.len);
    buf_clear(&b);
    buf_add_text(&b, "abcd");
    expect_content("abcd", &b);
    EXPECT_INT(0, buf_check(&b, "test", NULL));
    buf_fini(&b);
}

TEST(numbers_are_written_in_decimal)
{
    struct buf b;

    UNUSED_STATE;
    buf_init(&b, 100);
    buf_add_u64(&b, 0);
    buf_add_char(&b, ' ');
    buf_add_u64(&b, UINT64_MAX);
    buf_add_char(&b, ' ');
    buf_add_i64(&b, 1000);
    buf_add_char(&b, ' ');
    buf_add_i64(&b, -907);
    buf_add_char(&b, ' ');
    buf_add_i64(&b, INT64_MIN);
    EXPECT(weir_str_is(buf_str(&b), "0 18446744073709551615 1000 -907 -9223372036854775808"));
    buf_fini(&b);
}

TEST(printf_fills_a_buffer_to_the_brim)
{
    char text[401];
    struct buf b;

    UNUSED_STATE;
    memset(text, 'x', sizeof text - 1);
    text[400] = '\0';
    buf_init(&b, 400);
    buf_printf(&b, "%s", text);
    expect_content(text, &b);
    buf_clear(&b);
    buf_printf(&b, "%s.", text);
    EXPECT(b.failed);
    EXPECT_INT(0, b.len);
    buf_fini(&b);
}

TEST(a_buffer_with_the_largest_cap_refuses_what_would_overflow)
{
    struct buf b;

    UNUSED_STATE;
    buf_init(&b, SIZE_MAX);
    buf_add_text(&b, "abc");
    EXPECT(buf_reserve(&b, SIZE_MAX - 1) == NULL);
    EXPECT(b.failed);
    buf_fini(&b);
}

TEST(a_buffer_of_cap_zero_can_be_asked_for_nothing)
{
    struct buf b;

    UNUSED_STATE;
    buf_init(&b, 0);
    EXPECT(buf_reserve(&b, 0) != NULL);
    buf_add(&b, "", 0);
    EXPECT(!b.failed);
    buf_add_char(&b, 'x');
    EXPECT(b.failed);
    buf_fini(&b);
}

TEST(growth_keeps_what_is_there)
{
    struct buf b;
    size_t i;

    UNUSED_STATE;
    buf_init(&b, 100000);
    for (i = 0; i < 100000; i++) {
        buf_add_char(&b, (char)('a' + i % 26));
    }
    EXPECT_INT(0, buf_check(&b, "test", NULL));
    for (i = 0; i < 100000; i++) {
        EXPECT(b.data[i] == (char)('a' + i % 26));
    }
    EXPECT(b.cap <= b.max);
    buf_fini(&b);
}

TEST(taken_memory_is_the_callers_and_the_buffer_can_be_used_again)
{
    struct buf b;
    size_t len = 9;
    char *data;

    UNUSED_STATE;
    buf_init(&b, 10);
    EXPECT(buf_take(&len, &b) == NULL);
    EXPECT_INT(0, len);
    (void)buf_reserve(&b, 5);
    EXPECT(buf_take(&len, &b) == NULL);
    buf_add_text(&b, "abc");
    data = buf_take(&len, &b);
    EXPECT_INT(3, len);
    EXPECT(memcmp(data, "abc", 3) == 0);
    free(data);
    EXPECT_INT(10, b.max);
    buf_add_text(&b, "de");
    expect_content("de", &b);
    buf_fini(&b);
}

TEST(a_json_string_is_written_as_json_stringify_does)
{
    static const struct {
        const char *text;
        size_t len;
        const char *want;
    } cases[] = {
        {"", 0, "\"\""},
        {"plain", 5, "\"plain\""},
        {"a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\""},
        {"\b\t\n\f\r", 5, "\"\\b\\t\\n\\f\\r\""},
        {"\0\x01\x0b\x1f", 4, "\"\\u0000\\u0001\\u000b\\u001f\""},
        {"\x7f", 1, "\"\x7f\""},
        {"Zo\xc3\xab \xe2\x80\xa8 \xf0\x9f\x90\x9f", 13, "\"Zo\xc3\xab \xe2\x80\xa8 \xf0\x9f\x90\x9f\""},
    };
    size_t i;

    UNUSED_STATE;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf b;

        buf_init(&b, 200);
        buf_add_json_str(&b, weir_str_n(cases[i].text, cases[i].len));
        expect_content(cases[i].want, &b);
        buf_fini(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(appends_of_every_sort_stand_one_after_the_other),
        UNIT(a_buffer_takes_exactly_its_cap_and_not_one_byte_more),
        UNIT(after_a_failed_append_further_ones_do_nothing_until_the_buffer_is_cleared),
        UNIT(numbers_are_written_in_decimal),
        UNIT(printf_fills_a_buffer_to_the_brim),
        UNIT(a_buffer_with_the_largest_cap_refuses_what_would_overflow),
        UNIT(a_buffer_of_cap_zero_can_be_asked_for_nothing),
        UNIT(growth_keeps_what_is_there),
        UNIT(taken_memory_is_the_callers_and_the_buffer_can_be_used_again),
        UNIT(a_json_string_is_written_as_json_stringify_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
