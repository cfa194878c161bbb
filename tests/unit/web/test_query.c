#include "expect.h"

#include "web/query.h"

#include <stdlib.h>

static int parse(struct query *q, const char *text)
{
    struct weir_error err = {0};
    int rc = query_init(q, weir_str(text), &err);

    EXPECT_INT(rc, err.code);
    return rc;
}

static void value_is(const char *text, const char *name, const char *want)
{
    struct query q;
    struct weir_str value;

    EXPECT_INT(0, parse(&q, text));
    EXPECT(query_get(&value, &q, name));
    EXPECT(weir_str_is(value, want));
    query_fini(&q);
}

static void expect_refused(const char *text)
{
    struct query q;

    EXPECT_INT(WEIR_E_INVALID, parse(&q, text));
    query_fini(&q);
}

TEST(names_and_values_are_decoded)
{
    UNUSED_STATE;
    value_is("ids=a%2Cb", "ids", "a,b");
    value_is("a=1&b=2", "b", "2");
    value_is("&&a=1&", "a", "1");
    value_is("a", "a", "");
    value_is("a=x=y", "a", "x=y");
    value_is("name%5fcontains=R%26D%20%C3%BC", "name_contains", "R&D \xC3\xBC");
    value_is("t=2026-01-01T00%3a00%3A00Z", "t", "2026-01-01T00:00:00Z");
}

TEST(a_plus_is_a_plus)
{
    UNUSED_STATE;
    value_is("work_emails=a+b%40x.example", "work_emails", "a+b@x.example");
    value_is("work_emails=a%2Bb", "work_emails", "a+b");
}

TEST(broken_escapes_zero_bytes_and_foreign_encodings_are_refused)
{
    UNUSED_STATE;
    expect_refused("a=%");
    expect_refused("a=%2");
    expect_refused("a=%zz");
    expect_refused("a=%00");
    expect_refused("a=%ff");
    expect_refused("%4=1");
    expect_refused("a=1&a=2");
}

TEST(an_escape_at_the_very_end_is_whole)
{
    UNUSED_STATE;
    value_is("a=%41", "a", "A");
    value_is("a=x%41", "a", "xA");
}

TEST(too_many_parameters_are_refused)
{
    char text[8 * (QUERY_PARAMS_MAX + 1)] = "";
    struct query q;

    UNUSED_STATE;
    for (int i = 0; i <= QUERY_PARAMS_MAX; i++) {
        size_t len = strlen(text);

        (void)snprintf(text + len, sizeof text - len, "%sp%d=1", i > 0 ? "&" : "", i);
    }
    EXPECT_INT(WEIR_E_INVALID, parse(&q, text));
    query_fini(&q);
    *strrchr(text, '&') = '\0';
    EXPECT_INT(0, parse(&q, text));
    EXPECT_INT(QUERY_PARAMS_MAX, q.count);
    query_fini(&q);
}

TEST(numbers_have_to_be_whole_and_within_bounds)
{
    static const char *const bad[] = {"n=",     "n=0", "n=251",         "n=1.5", "n=-1",
                                      "n=%2B1", "n=x", "n=99999999999", "n=1%20"};
    struct weir_error err = {0};
    uint32_t n = 7;
    struct query q;

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT_INT(0, parse(&q, bad[i]));
        EXPECT_INT(WEIR_E_INVALID, query_number(&n, &q, "n", 1, 250, &err));
        EXPECT_INT(7, n);
        query_fini(&q);
    }
    EXPECT_INT(0, parse(&q, "n=250"));
    EXPECT_INT(0, query_number(&n, &q, "n", 1, 250, &err));
    EXPECT_INT(250, n);
    query_fini(&q);
}

TEST(booleans_are_true_or_false)
{
    struct weir_error err = {0};
    bool value = false;
    struct query q;

    UNUSED_STATE;
    EXPECT_INT(0, parse(&q, "a=true&b=false&c=1&d=TRUE"));
    EXPECT_INT(0, query_bool(&value, &q, "a", &err));
    EXPECT(value);
    EXPECT_INT(0, query_bool(&value, &q, "z", &err));
    EXPECT(value);
    EXPECT_INT(0, query_bool(&value, &q, "b", &err));
    EXPECT(!value);
    EXPECT_INT(WEIR_E_INVALID, query_bool(&value, &q, "c", &err));
    EXPECT_INT(WEIR_E_INVALID, query_bool(&value, &q, "d", &err));
    query_fini(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(names_and_values_are_decoded),
        UNIT(a_plus_is_a_plus),
        UNIT(broken_escapes_zero_bytes_and_foreign_encodings_are_refused),
        UNIT(an_escape_at_the_very_end_is_whole),
        UNIT(too_many_parameters_are_refused),
        UNIT(numbers_have_to_be_whole_and_within_bounds),
        UNIT(booleans_are_true_or_false),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
