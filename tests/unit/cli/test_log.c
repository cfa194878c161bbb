#include "fixture.h"

#define LOG "GET /admin/v1/log"
#define ROWS(rows) "{\"status\":\"success\",\"data\":{\"results\":[" rows "],\"next\":null}}"
#define A "{\"at\":\"2026-02-02T02:39:00.000Z\",\"kind\":\"delivery\",\"integration\":\"a:b\",\"n\":1}"
#define B                                                                                                    \
    "{\"at\":\"2026-02-02T02:39:00.001Z\",\"kind\":\"fetch\",\"integration\":null,\"outcome\":\"updated\","  \
    "\"n\":2}"
#define C                                                                                                    \
    "{\"at\":\"2026-02-02T02:39:00.001Z\",\"kind\":\"fetch\",\"integration\":null,\"outcome\":\"updated\","  \
    "\"n\":3}"
#define D                                                                                                    \
    "{\"at\":\"2026-02-02T02:39:00.002Z\",\"kind\":\"sync\",\"integration\":\"a:b\",\"error\":\"not now\"}"

#define LINE_A "2026-02-02T02:39:00.000Z delivery a:b n=1\n"
#define LINE_B "2026-02-02T02:39:00.001Z fetch  outcome=updated n=2\n"
#define LINE_C "2026-02-02T02:39:00.001Z fetch  outcome=updated n=3\n"
#define LINE_D "2026-02-02T02:39:00.002Z sync a:b error=\"not now\"\n"

TEST(the_log_reads_downwards_one_line_for_each_entry)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, LOG, 200, ROWS(D "," B "," A));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "log --kind delivery,fetch,sync --integration a:b"));
    EXPECT_STR("GET /admin/v1/log?kind=delivery%2Cfetch%2Csync&integration=a%3Ab&limit=50", f.asked[0]);
    EXPECT_STR(LINE_A LINE_B LINE_D, f.out);
    fixture_fini(&f);
}

TEST(following_prints_each_entry_once_also_of_the_same_millisecond)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    f.pauses_max = 4;
    fixture_can_once(&f, LOG, 200, ROWS(""));
    fixture_can_once(&f, LOG, 200, ROWS(B "," A));
    fixture_can_once(&f, LOG, 200, ROWS(B "," A));
    fixture_can_once(&f, LOG, 200, ROWS(C "," B "," A));
    fixture_can(&f, LOG, 200, ROWS(D "," C "," B "," A));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "log --follow"));
    EXPECT_STR(LINE_A LINE_B LINE_C LINE_D, f.out);
    EXPECT_STR("", f.err);
    EXPECT_INT(5, f.asked_count);
    fixture_fini(&f);
}

TEST(following_as_json_is_one_object_a_line)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, LOG, 200, ROWS(B "," A));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "log --follow --json"));
    EXPECT_STR(A "\n" B "\n", f.out);
    fixture_fini(&f);
}

/* The name of the socket is away for the first look after the start, and back for the next. */
static void hide_and_bring_back(struct fixture *f, int nth)
{
    char hidden[128];

    (void)snprintf(hidden, sizeof hidden, "%s.away", f->socket);
    if (nth == 0) {
        assert_int_equal(0, rename(f->socket, hidden));
    } else if (nth == 2) {
        assert_int_equal(0, rename(hidden, f->socket));
    }
}

TEST(following_waits_for_a_daemon_that_is_away_and_says_so_once)
{
    struct fixture f;
    char *said;

    UNUSED_STATE;
    fixture_init(&f);
    f.pauses_max = 3;
    f.on_pause = hide_and_bring_back;
    fixture_can_once(&f, LOG, 200, ROWS(A));
    fixture_can(&f, LOG, 200, ROWS(D "," A));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "log --follow"));
    EXPECT_STR(LINE_A LINE_D, f.out);
    fixture_contains(f.err, "the daemon answers again\n");
    said = strstr(f.err, "asking again");
    EXPECT(said != NULL && strstr(said + 1, "asking again") == NULL);
    fixture_fini(&f);
}

TEST(following_a_daemon_that_never_ran_fails_at_once)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    f.pauses_max = 100;
    EXPECT_INT(CLI_UNREACHABLE, fixture_run(&f, "log --follow --socket /nowhere/admin.sock"));
    EXPECT_INT(0, f.pauses);
    fixture_contains(f.err, "start it with");
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_log_reads_downwards_one_line_for_each_entry),
        UNIT(following_prints_each_entry_once_also_of_the_same_millisecond),
        UNIT(following_as_json_is_one_object_a_line),
        UNIT(following_waits_for_a_daemon_that_is_away_and_says_so_once),
        UNIT(following_a_daemon_that_never_ran_fails_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
