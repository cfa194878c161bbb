/* When an integration is synced next, and whether all of it is read. */
#include "expect.h"

#include "flow/rhythm.h"

#include <stdio.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define T0 INT64_C(1770000000000)

static const struct rhythm rhythm = {
    .interval_ms = 3 * HOUR, .relaxed_ms = 24 * HOUR, .full_ms = 10 * HOUR, .retry_ms = 5 * MINUTE};

/* Synced in full at T0, its subscription is not at work. */
static struct rhythm_facts synced(void)
{
    return (struct rhythm_facts){.first_done = true, .next_ms = T0 + 3 * HOUR, .last_full_ms = T0};
}

static int64_t next(const struct rhythm_facts *facts, enum rhythm_end end, int64_t ended_ms)
{
    return rhythm_next_ms(&rhythm, facts, end, ended_ms, "personio:acme");
}

TEST(a_new_integration_is_due_at_once_whatever_else_is_overdue)
{
    struct rhythm_facts facts = {.floor_ms = T0 + HOUR};

    UNUSED_STATE;
    EXPECT_INT(0, rhythm_due_ms(&rhythm, &facts));
    EXPECT(rhythm_is_full(&rhythm, &facts, T0));
}

TEST(the_next_is_due_three_hours_behind_the_end_of_the_last)
{
    struct rhythm_facts facts = synced();

    UNUSED_STATE;
    EXPECT_INT(T0 + 5 * HOUR, next(&facts, RHYTHM_ENDED_WELL, T0 + 2 * HOUR));
    EXPECT_INT(T0 + 3 * HOUR, rhythm_due_ms(&rhythm, &facts));
}

TEST(while_webhooks_are_relied_on_it_is_due_a_day_behind_it)
{
    struct rhythm_facts facts = synced();

    UNUSED_STATE;
    facts.relaxed = true;
    EXPECT_INT(T0 + 24 * HOUR, rhythm_due_ms(&rhythm, &facts));
    facts.relaxed = false; /* as soon as either ends, and not only behind the next sync */
    EXPECT_INT(T0 + 3 * HOUR, rhythm_due_ms(&rhythm, &facts));
}

TEST(a_first_sync_is_not_waited_for_a_day)
{
    struct rhythm_facts facts = {.relaxed = true, .next_ms = T0};

    UNUSED_STATE;
    EXPECT_INT(T0, rhythm_due_ms(&rhythm, &facts));
}

TEST(a_failed_first_sync_is_tried_again_soon_and_a_cancelled_one_is_not)
{
    struct rhythm_facts facts = {.first_done = false};

    UNUSED_STATE;
    EXPECT_INT(T0 + 5 * MINUTE, next(&facts, RHYTHM_ENDED_FAILED, T0));
    EXPECT_INT(T0 + 3 * HOUR, next(&facts, RHYTHM_ENDED_EARLY, T0));
    facts = synced();
    EXPECT_INT(T0 + 3 * HOUR, next(&facts, RHYTHM_ENDED_FAILED, T0));
}

TEST(deltas_come_every_three_hours_and_a_full_one_every_ten)
{
    static const struct {
        int hour;
        bool full;
    } want[] = {{3, false},  {6, false},  {9, false},  {10, true},
                {13, false}, {16, false}, {19, false}, {20, true}};
    struct rhythm_facts facts = synced();

    UNUSED_STATE;
    facts.deltas = true;
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        int64_t due_ms = rhythm_due_ms(&rhythm, &facts);

        EXPECT_INT(T0 + want[i].hour * HOUR, due_ms);
        EXPECT_INT(want[i].full, rhythm_is_full(&rhythm, &facts, due_ms));
        if (want[i].full) {
            facts.last_full_ms = due_ms;
        }
        facts.next_ms = next(&facts, RHYTHM_ENDED_WELL, due_ms);
    }
}

TEST(without_deltas_each_is_a_full_one)
{
    struct rhythm_facts facts = synced();

    UNUSED_STATE;
    EXPECT(rhythm_is_full(&rhythm, &facts, T0 + 3 * HOUR));
    EXPECT_INT(T0 + 12 * HOUR, next(&facts, RHYTHM_ENDED_WELL, T0 + 9 * HOUR));
}

TEST(a_new_scope_or_a_full_sync_that_did_not_read_all_asks_for_a_full_one)
{
    struct rhythm_facts facts = synced();

    UNUSED_STATE;
    facts.deltas = true;
    EXPECT(!rhythm_is_full(&rhythm, &facts, T0 + HOUR));
    facts.new_scope = true;
    EXPECT(rhythm_is_full(&rhythm, &facts, T0 + HOUR));
    facts.new_scope = false;
    facts.last_full_ms = 0;
    EXPECT(rhythm_is_full(&rhythm, &facts, T0 + HOUR));
}

TEST(a_full_one_that_is_overdue_and_fails_is_not_due_again_at_once)
{
    struct rhythm_facts facts = synced();

    UNUSED_STATE;
    facts.deltas = true;
    EXPECT_INT(T0 + 15 * HOUR, next(&facts, RHYTHM_ENDED_FAILED, T0 + 12 * HOUR));
    EXPECT_INT(T0 + 15 * HOUR, next(&facts, RHYTHM_ENDED_WELL, T0 + 12 * HOUR)); /* some of it failed */
}

TEST(what_is_overdue_waits_for_its_floor_and_what_is_not_does_not)
{
    struct rhythm_facts facts = synced();

    UNUSED_STATE;
    facts.floor_ms = T0 + 9 * HOUR; /* a start, nine hours later */
    EXPECT_INT(T0 + 9 * HOUR, rhythm_due_ms(&rhythm, &facts));
    facts.relaxed = true;
    EXPECT_INT(T0 + 24 * HOUR, rhythm_due_ms(&rhythm, &facts));
}

#define MANY 1000

/* In ten parts of the window, each has its tenth, give or take. */
static void expect_spread(const int64_t *at_ms, int64_t from_ms, int64_t window_ms)
{
    int counts[10] = {0};

    for (size_t i = 0; i < MANY; i++) {
        EXPECT(at_ms[i] >= from_ms && at_ms[i] < from_ms + window_ms);
        counts[(at_ms[i] - from_ms) * 10 / window_ms]++;
    }
    for (size_t i = 0; i < 10; i++) {
        EXPECT(counts[i] > MANY / 20 && counts[i] < MANY / 6);
    }
}

TEST(a_thousand_integrations_do_not_sync_together)
{
    static int64_t floors[MANY], firsts[MANY];
    const struct rhythm_facts none = {.first_done = false};
    char id[64];

    UNUSED_STATE;
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(id, sizeof id, "personio:customer-%d", i);
        floors[i] = rhythm_floor_ms(&rhythm, T0, id);
        firsts[i] = rhythm_next_ms(&rhythm, &none, RHYTHM_ENDED_WELL, T0, id);
        EXPECT_INT(floors[i], rhythm_floor_ms(&rhythm, T0, id)); /* the same each time */
    }
    expect_spread(floors, T0, 18 * MINUTE);
    /* Never later than promised. */
    expect_spread(firsts, T0 + 90 * MINUTE + 1, 90 * MINUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_new_integration_is_due_at_once_whatever_else_is_overdue),
        UNIT(the_next_is_due_three_hours_behind_the_end_of_the_last),
        UNIT(while_webhooks_are_relied_on_it_is_due_a_day_behind_it),
        UNIT(a_first_sync_is_not_waited_for_a_day),
        UNIT(a_failed_first_sync_is_tried_again_soon_and_a_cancelled_one_is_not),
        UNIT(deltas_come_every_three_hours_and_a_full_one_every_ten),
        UNIT(without_deltas_each_is_a_full_one),
        UNIT(a_new_scope_or_a_full_sync_that_did_not_read_all_asks_for_a_full_one),
        UNIT(a_full_one_that_is_overdue_and_fails_is_not_due_again_at_once),
        UNIT(what_is_overdue_waits_for_its_floor_and_what_is_not_does_not),
        UNIT(a_thousand_integrations_do_not_sync_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
