/* cookie: one value out of a header that anybody may have written. */
#include "expect.h"

#include "web/cookie.h"

/* "-": there is none. */
static void expect_found(const char *expected, const char *header)
{
    struct weir_str value = weir_str("-");

    (void)cookie_get(&value, weir_str(header), "name");
    if (!weir_str_is(value, expected)) {
        fail_msg("%s: %.*s, and not %s", header, WEIR_STR_ARG(value), expected);
    }
}

TEST(a_value_is_found_among_others)
{
    UNUSED_STATE;
    expect_found("v", "name=v");
    expect_found("v", "a=1; name=v; b=2");
    expect_found("v", "  name = v  ;b");
    expect_found("v=w", "name=v=w");
    expect_found("", "name=");
    expect_found("\"v\"", "name=\"v\"");
}

TEST(what_is_not_the_name_is_not_taken_for_it)
{
    UNUSED_STATE;
    expect_found("-", "");
    expect_found("-", ";");
    expect_found("-", "name");
    expect_found("-", "Name=v");
    expect_found("-", "xname=v; namex=v; x=name=v");
    expect_found("-", "=name; ==; ;;;");
}

TEST(one_that_stands_there_twice_is_none)
{
    struct weir_str value;

    UNUSED_STATE;
    EXPECT(!cookie_get(&value, weir_str("name=a; name=b"), "name"));
    EXPECT(!cookie_get(&value, weir_str("name=a;name=a;name=a"), "name"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_value_is_found_among_others),
        UNIT(what_is_not_the_name_is_not_taken_for_it),
        UNIT(one_that_stands_there_twice_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
