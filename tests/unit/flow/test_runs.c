/* Which syncs are under way, and whose turn it is. */
#include "expect.h"

#include "flow/runs.h"

#include <inttypes.h>

#define T0 INT64_C(1770000000000)
#define TIMEOUT_MS 60000

/* A run that begins (pages 0) or goes on. */
static void add(struct runs *runs, uint64_t number, uint32_t integration, uint64_t pages)
{
    struct store_sync row = {.run = number,
                             .integration = integration,
                             .full = true,
                             .started_at_ms = T0 - 1000,
                             .pages = pages,
                             .records = pages * 50};

    (void)snprintf(row.id, sizeof row.id, "run-%" PRIu64, number);
    EXPECT_INT(0, runs_add(runs, &row, 700, NULL));
}

/* Whose turn it is next; 0: nobody's. */
static uint32_t turn(struct runs *runs, int64_t now_ms)
{
    uint32_t integration = 0;

    return runs_next_turn(&integration, runs, now_ms) ? integration : 0;
}

TEST(only_so_many_run_at_once_and_the_others_follow_in_their_order)
{
    struct runs *runs = runs_new(2, TIMEOUT_MS);

    UNUSED_STATE;
    add(runs, 9, 90, 0);
    add(runs, 7, 70, 0); /* taken up later, begun before */
    add(runs, 8, 80, 0);
    EXPECT_INT(70, turn(runs, T0));
    EXPECT_INT(80, turn(runs, T0));
    EXPECT_INT(0, turn(runs, T0));
    EXPECT(runs_take(runs, 90) == NULL);
    runs_take_end(runs, runs_take(runs, 70));
    EXPECT_INT(90, turn(runs, T0));
    EXPECT_INT(0, turn(runs, T0));
    runs_free(runs);
}

TEST(a_run_is_taken_by_one_at_a_time)
{
    struct runs *runs = runs_new(2, TIMEOUT_MS);
    struct run *run;

    UNUSED_STATE;
    add(runs, 1, 10, 0);
    EXPECT_INT(10, turn(runs, T0));
    run = runs_take(runs, 10);
    EXPECT(run != NULL);
    EXPECT(runs_take(runs, 10) == NULL);
    EXPECT(runs_give_back(runs, run));
    EXPECT(runs_take(runs, 10) == run);
    EXPECT(runs_take(runs, 11) == NULL);
    runs_free(runs);
}

TEST(one_that_begins_counts_from_its_turn_and_one_that_goes_on_from_its_beginning)
{
    struct runs *runs = runs_new(2, TIMEOUT_MS);
    struct run_view view;

    UNUSED_STATE;
    add(runs, 1, 10, 0);
    add(runs, 2, 20, 3);
    EXPECT_INT(10, turn(runs, T0));
    EXPECT_INT(20, turn(runs, T0));
    EXPECT_INT(T0, runs_take(runs, 10)->row.started_at_ms);
    EXPECT_INT(T0 - 1000, runs_take(runs, 20)->row.started_at_ms);
    EXPECT(runs_find(&view, runs, 20));
    EXPECT_INT(150, view.records_then);
    EXPECT_INT(700, view.records_hoped);
    EXPECT_INT(T0, view.turn_ms);
    EXPECT(view.turn && view.full);
    EXPECT_STR("run-2", view.id);
    EXPECT(!runs_find(&view, runs, 30));
    runs_free(runs);
}

TEST(one_that_nobody_has_is_ended_by_who_asks_for_it_also_before_its_turn)
{
    struct runs *runs = runs_new(1, TIMEOUT_MS);
    struct run *run;
    bool found;

    UNUSED_STATE;
    add(runs, 1, 10, 0);
    add(runs, 2, 20, 0);
    EXPECT_INT(10, turn(runs, T0));
    run = runs_stop(&found, runs, 20, STORE_SYNC_CANCELLED, "why");
    EXPECT(found && run != NULL);
    EXPECT_INT(STORE_SYNC_CANCELLED, run->stop);
    runs_take_end(runs, run);
    EXPECT_INT(0, turn(runs, T0)); /* the other one still has the only turn */
    EXPECT(runs_stop(&found, runs, 20, STORE_SYNC_CANCELLED, "why") == NULL);
    EXPECT(!found);
    runs_free(runs);
}

TEST(who_has_one_is_told_when_giving_it_back)
{
    struct runs *runs = runs_new(1, TIMEOUT_MS);
    struct run *run;
    bool found;

    UNUSED_STATE;
    add(runs, 1, 10, 0);
    EXPECT_INT(10, turn(runs, T0));
    run = runs_take(runs, 10);
    EXPECT(runs_stop(&found, runs, 10, STORE_SYNC_CANCELLED, "why") == NULL);
    EXPECT(found);
    EXPECT(!runs_give_back(runs, run));
    EXPECT_STR("why", run->stop_why);
    EXPECT(runs_take(runs, 10) == NULL); /* still that thread's */
    runs_take_end(runs, run);
    EXPECT(!runs_find(NULL, runs, 10));
    runs_free(runs);
}

TEST(one_that_takes_too_long_is_found_and_waiting_takes_no_time)
{
    struct runs *runs = runs_new(1, TIMEOUT_MS);
    struct run *run;

    UNUSED_STATE;
    EXPECT(runs_late_ms(runs, T0) == INT64_MAX);
    add(runs, 1, 10, 0);
    add(runs, 2, 20, 0);
    EXPECT_INT(10, turn(runs, T0));
    EXPECT_INT(T0 + TIMEOUT_MS, runs_late_ms(runs, T0));
    EXPECT(runs_take_late(runs, T0 + TIMEOUT_MS - 1) == NULL);
    run = runs_take(runs, 10);
    EXPECT(runs_take_late(runs, T0 + TIMEOUT_MS) == NULL); /* its thread looks itself */
    EXPECT(runs_late_ms(runs, T0 + TIMEOUT_MS) == INT64_MAX);
    EXPECT(runs_give_back(runs, run));
    EXPECT(runs_take_late(runs, T0 + TIMEOUT_MS) == run);
    EXPECT_INT(STORE_SYNC_TIMED_OUT, run->stop);
    runs_take_end(runs, run);
    EXPECT_INT(20, turn(runs, T0 + TIMEOUT_MS));
    EXPECT_INT(T0 + 2 * TIMEOUT_MS, runs_late_ms(runs, T0));
    runs_free(runs);
}

TEST(those_who_have_a_run_can_be_gone_through)
{
    struct runs *runs = runs_new(1, TIMEOUT_MS);

    UNUSED_STATE;
    EXPECT_INT(0, runs_nth(runs, 0));
    add(runs, 2, 20, 0);
    add(runs, 1, 10, 0);
    EXPECT_INT(10, runs_nth(runs, 0));
    EXPECT_INT(20, runs_nth(runs, 1));
    EXPECT_INT(0, runs_nth(runs, 2));
    runs_free(runs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(only_so_many_run_at_once_and_the_others_follow_in_their_order),
        UNIT(a_run_is_taken_by_one_at_a_time),
        UNIT(one_that_begins_counts_from_its_turn_and_one_that_goes_on_from_its_beginning),
        UNIT(one_that_nobody_has_is_ended_by_who_asks_for_it_also_before_its_turn),
        UNIT(who_has_one_is_told_when_giving_it_back),
        UNIT(one_that_takes_too_long_is_found_and_waiting_takes_no_time),
        UNIT(those_who_have_a_run_can_be_gone_through),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
