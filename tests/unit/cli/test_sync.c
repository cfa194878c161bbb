/* How far syncs are, for a person who looks. */
#include "fixture.h"

#include "cli/sync_view.h"

#define SYNCS "GET /admin/v1/syncs"
#define ROWS(rows) "{\"status\":\"success\",\"data\":{\"results\":[" rows "],\"next\":null}}"
#define SYNC(id, state, records, more)                                                                       \
    "{\"id\":\"" id "\",\"integration\":\"a:" id "\",\"type\":\"FULL\",\"state\":\"" state "\",\"pages\":4," \
    "\"records\":" records ",\"changed\":7,\"gone\":1,\"started_at\":\"2026-02-02T02:39:00.000Z\"" more "}"
#define RUNS(id, records)                                                                                    \
    SYNC(id, "RUNNING", records,                                                                             \
         ",\"ended_at\":null,\"model\":\"hris_employees\",\"records_per_s\":20,\"records_expected\":800")
#define ENDED(id, state)                                                                                     \
    SYNC(id, state, "800", ",\"ended_at\":\"2026-02-02T02:39:40.000Z\",\"records_per_s\":20,\"message\":null")

#define LINE_200 "a:1  FULL  RUNNING  25 %  200 records  4 pages  20/s  hris_employees\n"
#define LINE_ENDED "a:1  FULL  SUCCEEDED  800 records  4 pages  20/s  7 changed  1 gone  in 40 s\n"

TEST(what_is_under_way_is_told_line_by_line_until_it_ended)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    f.pauses_max = 10;
    fixture_can_once(&f, SYNCS, 200, ROWS(RUNS("1", "200") "," ENDED("0", "FAILED")));
    fixture_can_once(&f, SYNCS, 200, ROWS(RUNS("1", "200") "," ENDED("0", "FAILED"))); /* no news */
    fixture_can(&f, SYNCS, 200, ROWS(ENDED("1", "SUCCEEDED") "," ENDED("0", "FAILED")));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "sync status a:1 --follow"));
    EXPECT_STR("GET /admin/v1/syncs?integration=a%3A1&limit=200", f.asked[0]);
    EXPECT_STR(LINE_200 LINE_ENDED, f.out);
    EXPECT_INT(3, f.asked_count);
    fixture_fini(&f);
}

TEST(following_one_that_ends_badly_is_a_failure)
{
    static const char *const states[] = {"FAILED", "AUTHENTICATION_FAILED", "CANCELLED", "TIMED_OUT"};

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct fixture f;
        char rows[1024];

        fixture_init(&f);
        f.pauses_max = 10;
        (void)snprintf(rows, sizeof rows, ROWS(ENDED("1", "%s")), states[i]);
        fixture_can_once(&f, SYNCS, 200, ROWS(RUNS("1", "200")));
        fixture_can(&f, SYNCS, 200, rows);
        EXPECT_INT(CLI_FAILED, fixture_ask(&f, "sync status --follow"));
        fixture_contains(f.out, states[i]);
        fixture_fini(&f);
    }
}

TEST(on_a_terminal_the_bars_stay_in_their_place)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    f.pauses_max = 10;
    f.io.width = 70;
    fixture_can_once(&f, SYNCS, 200, ROWS(RUNS("2", "400") "," RUNS("1", "200")));
    fixture_can_once(&f, SYNCS, 200, ROWS(RUNS("2", "9000") "," ENDED("1", "SUCCEEDED")));
    fixture_can(&f, SYNCS, 200, ROWS(ENDED("2", "PARTIALLY_FAILED") "," ENDED("1", "SUCCEEDED")));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "sync status --follow"));
    EXPECT_STR("a:1  FULL  RUNNING  [#####...............] 25 %  200 records  4 pages\033[K\n"
               "a:2  FULL  RUNNING  [##########..........] 50 %  400 records  4 pages\033[K\n"
               "\033[2A"
               "a:1  FULL  SUCCEEDED  800 records  4 pages  20/s  7 changed  1 gone  \033[K\n"
               "a:2  FULL  RUNNING  [###################.] 99 %  9,000 records  4 pag\033[K\n"
               "\033[1A"
               "a:2  FULL  PARTIALLY_FAILED  800 records  4 pages  20/s  7 changed  1\033[K\n",
               f.out);
    fixture_fini(&f);
}

TEST(as_json_each_news_is_one_object_a_line)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    f.pauses_max = 10;
    f.io.width = 70;
    fixture_can_once(&f, SYNCS, 200, ROWS(RUNS("1", "200")));
    fixture_can_once(&f, SYNCS, 200, ROWS(RUNS("1", "200")));
    fixture_can(&f, SYNCS, 200, ROWS(ENDED("1", "SUCCEEDED")));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "sync status --follow --json"));
    EXPECT_STR(RUNS("1", "200") "\n" ENDED("1", "SUCCEEDED") "\n", f.out);
    fixture_fini(&f);
}

TEST(a_daemon_that_restarts_is_waited_for)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    f.pauses_max = 10;
    fixture_can_once(&f, SYNCS, 200, ROWS(RUNS("1", "200")));
    fixture_can_once(&f, SYNCS, 503,
                     "{\"status\":\"error\",\"error\":{\"code\":\"LATER\",\"message\":\"stopping\"}}");
    fixture_can(&f, SYNCS, 200, ROWS(ENDED("1", "SUCCEEDED")));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "sync status --follow"));
    EXPECT_STR(LINE_200 LINE_ENDED, f.out);
    fixture_contains(f.err, "asking again");
    fixture_fini(&f);
}

TEST(without_a_sync_under_way_following_ends_at_once)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    f.pauses_max = 10;
    fixture_can(&f, SYNCS, 200, ROWS(ENDED("1", "FAILED")));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "sync status --follow"));
    EXPECT_STR("", f.out);
    EXPECT_STR("no sync is under way\n", f.err);
    EXPECT_INT(0, f.pauses);
    fixture_fini(&f);
}

TEST(the_list_has_a_bar_on_a_terminal_and_a_number_elsewhere)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, SYNCS, 200, ROWS(RUNS("1", "200")));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "sync status"));
    fixture_contains(f.out, "RUNNING  25 %      hris_employees      4      200  20/s");
    f.io.width = 200;
    EXPECT_INT(CLI_OK, fixture_ask(&f, "sync status"));
    fixture_contains(f.out, "RUNNING  [#####...............] 25 %  hris_employees");
    fixture_fini(&f);
}

TEST(nobody_knows_how_far_a_first_sync_is)
{
    json_t *row = json_pack("{s:s, s:i, s:n}", "state", "RUNNING", "records", 200, "records_expected");
    struct buf out;

    UNUSED_STATE;
    buf_init(&out, 256);
    EXPECT_INT(-1, sync_view_percent(row));
    sync_view_bar(&out, row);
    sync_view_write_percent(&out, row);
    EXPECT_INT(0, out.len);
    buf_fini(&out);
    json_decref(row);
}

TEST(words_that_do_not_fit_one_another_are_refused)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, "sync", "needs the id of an integration");
    fixture_refuses(&f, "sync cancel", "cancel needs the id of an integration");
    fixture_refuses(&f, "sync cancel a:1 --delta", "cancel needs the id of an integration");
    fixture_refuses(&f, "sync a:1 --follow", "--follow belongs to \"sync status\"");
    fixture_refuses(&f, "sync a:1 --limit 3", "--limit belongs to \"sync status\"");
    fixture_refuses(&f, "sync status --follow --limit 3", "--limit means nothing beside it");
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(what_is_under_way_is_told_line_by_line_until_it_ended),
        UNIT(following_one_that_ends_badly_is_a_failure),
        UNIT(on_a_terminal_the_bars_stay_in_their_place),
        UNIT(as_json_each_news_is_one_object_a_line),
        UNIT(a_daemon_that_restarts_is_waited_for),
        UNIT(without_a_sync_under_way_following_ends_at_once),
        UNIT(the_list_has_a_bar_on_a_terminal_and_a_number_elsewhere),
        UNIT(nobody_knows_how_far_a_first_sync_is),
        UNIT(words_that_do_not_fit_one_another_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
