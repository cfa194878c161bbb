#include "fixture.h"

#define ANSWER                                                                                               \
    "{\"status\":\"success\",\"data\":{\"id\":\"7\",\"by\":\"delivery\",\"integration\":\"a:b\","            \
    "\"end\":\"retry\",\"complete\":false,\"total_ms\":1250,\"stages\":["                                    \
    "{\"at\":\"2026-02-02T02:39:00.000Z\",\"after_ms\":0,\"stage\":\"received\",\"delivery\":7},"            \
    "{\"at\":\"2026-02-02T02:39:01.250Z\",\"after_ms\":1250,\"stage\":\"attempt\",\"outcome\":\"retry\"}]}}"

TEST(each_stage_is_a_line_with_the_time_since_the_one_before)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "GET /admin/v1/trace/7", 200, ANSWER);
    EXPECT_INT(CLI_OK, fixture_ask(&f, "trace 7 --by delivery"));
    EXPECT_STR("GET /admin/v1/trace/7?by=delivery", f.asked[0]);
    fixture_contains(f.out, "delivery 7 of a:b: retry after 1");
    fixture_contains(f.out, "received     delivery=7\n");
    fixture_contains(f.out, "attempt      outcome=retry\n");
    fixture_contains(f.err, "there may be more");
    fixture_fini(&f);
}

TEST(a_trace_needs_exactly_one_id)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    EXPECT_INT(CLI_USAGE, fixture_ask(&f, "trace"));
    EXPECT_INT(0, f.asked_count);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_stage_is_a_line_with_the_time_since_the_one_before),
        UNIT(a_trace_needs_exactly_one_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
