/* Reading canonical texts, and anything else that is handed in. */
#include "model/canonical.h"

#include "expect.h"

#include <stdlib.h>

static void value_is(const char *want, const char *object, const char *key)
{
    struct weir_str got = canonical_get(weir_str(object), key);

    EXPECT_INT(strlen(want), got.len);
    assert_memory_equal(want, got.data != NULL ? got.data : "", got.len);
}

TEST(the_value_of_a_key_is_found_whole)
{
    const char *object =
        "{\"a\":1,\"b\":\"x\\\"}\",\"c\":{\"a\":[2,{\"d\":\"]\"}]},\"d\":[],\"e\":null,\"f\":-1.5e+3}";

    UNUSED_STATE;
    value_is("1", object, "a");
    value_is("\"x\\\"}\"", object, "b");
    value_is("{\"a\":[2,{\"d\":\"]\"}]}", object, "c");
    value_is("[]", object, "d");
    value_is("null", object, "e");
    value_is("-1.5e+3", object, "f");
    value_is("", object, "g");
    value_is("", "{}", "a");
    value_is("", "", "a");
    value_is("2", " { \"b\" : [ 1 , 2 ] , \"a\" : 2 } ", "a");
}

TEST(a_quote_ends_a_string_unless_an_odd_run_of_backslashes_is_before_it)
{
    const char *object = "{\"a\":\"\\\\\",\"b\":\"\\\\\\\"x\",\"c\\\"\":1,\"\\\\\":2,\"d\":\"\\\"\\\"\"}";

    UNUSED_STATE;
    value_is("\"\\\\\"", object, "a");
    value_is("\"\\\\\\\"x\"", object, "b");
    value_is("1", object, "c\\\"");
    value_is("2", object, "\\\\");
    value_is("\"\\\"\\\"\"", object, "d");
    value_is("", "{\"a\":\"\\\"}", "a");
}

TEST(items_of_a_list_come_one_by_one)
{
    static const char *const want[] = {"\"a,b\"", "[1,2]", "{\"x\":\"]\"}", "3"};
    struct canonical_walk walk;
    struct weir_str item;
    size_t count = 0;

    UNUSED_STATE;
    canonical_begin(&walk, weir_str("[\"a,b\",[1,2],{\"x\":\"]\"},3]"));
    while (canonical_item(&walk, &item)) {
        EXPECT(count < 4 && weir_str_is(item, want[count]));
        count++;
    }
    EXPECT_INT(4, count);
    EXPECT(!canonical_item(&walk, &item));
    canonical_begin(&walk, weir_str("{\"a\":1}"));
    EXPECT(!canonical_item(&walk, &item));
}

TEST(what_is_cut_short_or_broken_ends_the_walk_within_the_text)
{
    static const char *const texts[] = {
        "{\"a\":{\"b\":[1,\"x\\", "{\"a\"", "{\"a\":", "{a:1}", "{\"a\" 1}", "{,}", "[,]", "}", "]",
        "{\"a\":1 \"b\":2}",      "\"",     "{\"\\"};

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        /* On the heap at their exact length, so that the sanitizer sees a read behind the end. */
        for (size_t len = 1; len <= strlen(texts[i]); len++) {
            struct weir_str columns[MODEL_FIELDS_MAX];
            char *copy = malloc(len);

            assert_non_null(copy);
            memcpy(copy, texts[i], len);
            (void)canonical_get(weir_str_n(copy, len), "none");
            canonical_columns(columns, model_nth(0), weir_str_n(copy, len));
            free(copy);
        }
    }
}

TEST(columns_are_found_in_any_order)
{
    struct weir_str columns[MODEL_FIELDS_MAX];
    const struct model *teams = model_find(weir_str("hris_teams"));

    UNUSED_STATE;
    canonical_columns(columns, teams, weir_str("{\"type\":\"TEAM\",\"unheard\":1,\"name\":\"A\"}"));
    EXPECT(weir_str_is(columns[0], "\"A\""));
    EXPECT(weir_str_is(columns[1], "\"TEAM\""));
    EXPECT_INT(0, columns[2].len);
}

TEST(text_is_read_back_as_it_was_written)
{
    static const char text[] = "quote \" back \\ slash / tab \t line \n bell \a \b\f\r \xc3\xa9 \x7f";
    struct buf written, scratch;

    UNUSED_STATE;
    buf_init(&written, 1000);
    buf_init(&scratch, 1000);
    buf_add_json_str(&written, weir_str(text));
    EXPECT(weir_str_is(canonical_text(buf_str(&written), &scratch), text));
    EXPECT(weir_str_is(canonical_text(weir_str("\"plain\""), &scratch), "plain"));
    EXPECT_INT(0, canonical_text(weir_str("12"), &scratch).len);
    EXPECT_INT(0, canonical_text(weir_str("\""), &scratch).len);
    buf_fini(&written);
    buf_fini(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_value_of_a_key_is_found_whole),
        UNIT(a_quote_ends_a_string_unless_an_odd_run_of_backslashes_is_before_it),
        UNIT(items_of_a_list_come_one_by_one),
        UNIT(what_is_cut_short_or_broken_ends_the_walk_within_the_text),
        UNIT(columns_are_found_in_any_order),
        UNIT(text_is_read_back_as_it_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
