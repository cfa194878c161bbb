/* negotiate: what headers say about the form of an answer. */
#include "expect.h"

#include "web/negotiate.h"

TEST(the_coding_of_the_highest_q_is_taken)
{
    static const struct {
        const char *text;
        enum coding want;
    } cases[] = {
        {"", CODING_NONE},
        {"gzip", CODING_GZIP},
        {"GZIP", CODING_GZIP},
        {"x-gzip", CODING_GZIP},
        {"zstd", CODING_ZSTD},
        {"gzip, deflate, br, zstd", CODING_ZSTD},
        {"gzip;q=1.0, zstd;q=0.9", CODING_GZIP},
        {"gzip ; Q=0.2 ,zstd; q=0.3", CODING_ZSTD},
        {"gzip;q=0", CODING_NONE},
        {"gzip;q=0.000, *", CODING_NONE},
        {"*", CODING_GZIP},
        {"*;q=0", CODING_NONE},
        {"identity, gzip;q=0.5", CODING_NONE},
        {"identity;q=0.4, gzip;q=0.5", CODING_GZIP},
        {"br, deflate", CODING_NONE},
        {"gzip;q=2", CODING_NONE},
        {"gzip;q=0.5x", CODING_NONE},
        {"gzip;q=", CODING_NONE},
        {",,;,", CODING_NONE},
    };

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (negotiate_coding(weir_str(cases[i].text)) != cases[i].want) {
            fail_msg("%s", cases[i].text);
        }
    }
    EXPECT_INT(CODING_NONE, negotiate_coding(weir_str_n(NULL, 0)));
}

TEST(a_media_type_has_to_be_named)
{
    UNUSED_STATE;
    EXPECT(negotiate_accepts(weir_str("text/event-stream"), "text/event-stream"));
    EXPECT(
        negotiate_accepts(weir_str("application/json;q=0.5, Text/Event-Stream;q=0.1"), "text/event-stream"));
    EXPECT(!negotiate_accepts(weir_str("*/*"), "text/event-stream"));
    EXPECT(!negotiate_accepts(weir_str("text/event-stream;q=0"), "text/event-stream"));
    EXPECT(!negotiate_accepts(weir_str("text/event-streams"), "text/event-stream"));
}

TEST(a_tag_is_found_in_a_list_of_weak_and_strong_ones)
{
    UNUSED_STATE;
    EXPECT(negotiate_matches(weir_str("\"a\""), weir_str("\"a\"")));
    EXPECT(negotiate_matches(weir_str("W/\"a\""), weir_str("\"a\"")));
    EXPECT(negotiate_matches(weir_str("\"x,y\" , W/\"a\""), weir_str("\"a\"")));
    EXPECT(negotiate_matches(weir_str(" * "), weir_str("\"a\"")));
    EXPECT(!negotiate_matches(weir_str("\"ab\", \"b\""), weir_str("\"a\"")));
    EXPECT(!negotiate_matches(weir_str("\"a"), weir_str("\"a\"")));
    EXPECT(!negotiate_matches(weir_str("a"), weir_str("\"a\"")));
    EXPECT(!negotiate_matches(weir_str(""), weir_str("\"a\"")));
}

TEST(gzip_is_taken_also_by_those_who_want_something_else_more)
{
    UNUSED_STATE;
    EXPECT(negotiate_takes_gzip(weir_str("gzip, deflate, br, zstd")));
    EXPECT(negotiate_takes_gzip(weir_str("br;q=1.0, gzip;q=0.2")));
    EXPECT(negotiate_takes_gzip(weir_str("*")));
    EXPECT(!negotiate_takes_gzip(weir_str("identity, gzip;q=0.5")));
    EXPECT(!negotiate_takes_gzip(weir_str("gzip;q=0, *")));
    EXPECT(!negotiate_takes_gzip(weir_str("br")));
    EXPECT(!negotiate_takes_gzip(weir_str("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_coding_of_the_highest_q_is_taken),
        UNIT(a_media_type_has_to_be_named),
        UNIT(a_tag_is_found_in_a_list_of_weak_and_strong_ones),
        UNIT(gzip_is_taken_also_by_those_who_want_something_else_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
