/* Gaps in what the tool told us: noticed, and closed before anything else is read. */
#include "fixture.h"

#include "flow/gap.h"

#define SECOND_MS 1000

static struct unit take(struct fixture *f, enum unit_kind kind)
{
    struct unit unit;

    EXPECT(work_take(&unit, f->flow->work));
    EXPECT_INT(kind, unit.kind);
    return unit;
}

static void miss_once(struct fixture *f)
{
    struct unit unit = take(f, UNIT_MISSED);

    missed_run(f->flow, &unit);
    work_give_back(f->flow->work, &unit);
}

/* A call that failed so, and one that went well after that time. */
static void out_of_reach(struct fixture *f, int code, int64_t ms)
{
    struct unit unit = {.lane = NULL};
    struct weir_error err = {.code = code};

    work_want(f->flow->work, f->it->number, WANT_SUBSCRIBE); /* any unit will do */
    unit = take(f, UNIT_SUBSCRIBE);
    (void)outcome_of(f->flow, &unit, "record", &err);
    pass_ms(f, ms / 2);
    (void)outcome_of(f->flow, &unit, "record", &err);
    pass_ms(f, ms - ms / 2);
    outcome_good(f->flow, &unit);
    work_give_back(f->flow->work, &unit);
}

/* Something that can be taken without a wait, to see that nothing comes before it. */
static void expect_nothing_missed(struct fixture *f)
{
    struct unit unit;

    work_want(f->flow->work, f->it->number, WANT_SYNC);
    unit = take(f, UNIT_SYNC);
    work_give_back(f->flow->work, &unit);
}

TEST(what_was_missed_is_asked_for_before_a_sync_goes_on_and_its_events_come_before_it)
{
    static const struct weir_ref ref = {
        .model = {"hris_employees", 14}, .remote_id = {"3", 1}, .hint = {"", 0}};
    struct fixture *f = fixture_new();
    struct unit unit;

    UNUSED_STATE;
    work_want(f->flow->work, f->it->number, WANT_MISSED);
    miss_once(f); /* a new one only notes the time */
    EXPECT_INT(0, tool.missed_calls);
    (void)sync_start(f, SYNC_FULL);
    sync_step(f);
    sync_step(f);

    fixture_restart(f);
    tool.missed[0] = (struct weir_event){
        .size = sizeof tool.missed[0], .type = weir_str("person.updated"), .refs = &ref, .ref_count = 1};
    tool.missed_count = 1;
    EXPECT_INT(0, sync_resume(f->flow, f->it, NULL));
    work_want(f->flow->work, f->it->number, WANT_MISSED);
    miss_once(f);
    EXPECT_INT(1, tool.missed_calls);
    EXPECT_INT(T0 - HOUR_MS, tool.missed_since_ms); /* tools stamp earlier than they show */
    /* At once, as a page of the sync may take long. */
    unit = take(f, UNIT_DELIVERIES);
    EXPECT_INT(1, unit.arrival_count);
    events_run(f->flow, &unit);
    work_give_back(f->flow->work, &unit);
    unit = take(f, UNIT_TARGET);
    EXPECT_STR("3", unit.target->remote_id);
    work_again(f->flow->work, f->it->number, unit.target, HOUR_MS);
    work_give_back(f->flow->work, &unit);
    sync_step(f);
    fixture_free(f);
}

TEST(a_tool_that_was_out_of_reach_is_asked_what_was_missed_once_it_answers)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    out_of_reach(f, WEIR_E_LATER, 60 * SECOND_MS);
    miss_once(f);
    expect_nothing_missed(f);
    fixture_free(f);
}

TEST(a_moment_out_of_reach_or_a_refusal_is_no_gap)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    out_of_reach(f, WEIR_E_LATER, 59 * SECOND_MS);
    expect_nothing_missed(f);
    out_of_reach(f, WEIR_E_PERMISSION, HOUR_MS);
    expect_nothing_missed(f);
    fixture_free(f);
}

static int64_t seen_until(struct fixture *f, int64_t delivered_ms)
{
    struct store_integration row = row_of(f);

    gap_delivered(&row, f->it, delivered_ms);
    EXPECT_INT(delivered_ms, row.last_delivery_ms);
    return row.seen_until_ms;
}

TEST(a_delivery_says_nothing_of_the_time_before_it_until_what_was_missed_was_asked_for)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    EXPECT_INT(0, seen_until(f, T0 + HOUR_MS)); /* the first one after a start */
    work_want(f->flow->work, f->it->number, WANT_MISSED);
    miss_once(f);
    EXPECT_INT(T0 + HOUR_MS, seen_until(f, T0 + HOUR_MS));
    EXPECT_INT(T0, seen_until(f, T0 - HOUR_MS)); /* it does not go back */
    gap_out_of_reach(f->it, T0);
    EXPECT_INT(T0, seen_until(f, T0 + HOUR_MS));
    pass_ms(f, HOUR_MS);
    gap_in_reach(f->flow, f->it);
    EXPECT_INT(T0, seen_until(f, T0 + HOUR_MS));
    miss_once(f);
    EXPECT_INT(T0 + 2 * HOUR_MS, seen_until(f, T0 + 2 * HOUR_MS));
    fixture_free(f);
}

TEST(a_tool_that_cannot_say_what_was_missed_is_read_in_full)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    work_want(f->flow->work, f->it->number, WANT_MISSED);
    miss_once(f);
    tool.missed_code = WEIR_E_PERMISSION;
    work_want(f->flow->work, f->it->number, WANT_MISSED);
    miss_once(f);
    EXPECT_INT(1, tool.missed_calls);
    EXPECT(sync_is_under_way(f));
    EXPECT(sync_row(f).full);
    fixture_free(f);
}

TEST(what_the_inbox_has_no_room_for_is_asked_for_again)
{
    static const struct weir_ref ref = {
        .model = {"hris_employees", 14}, .remote_id = {"3", 1}, .hint = {"", 0}};
    struct fixture *f = fixture_new_with(1);

    UNUSED_STATE;
    work_want(f->flow->work, f->it->number, WANT_MISSED);
    miss_once(f);
    pass_ms(f, HOUR_MS);
    for (int i = 0; i < 2; i++) {
        tool.missed[i] = (struct weir_event){
            .size = sizeof tool.missed[i], .type = weir_str("person.updated"), .refs = &ref, .ref_count = 1};
    }
    tool.missed_count = 2;
    work_want(f->flow->work, f->it->number, WANT_MISSED);
    miss_once(f);
    EXPECT_INT(T0, row_of(f).seen_until_ms);
    EXPECT(!sync_is_under_way(f));

    tool.missed_count = 0; /* the next time there is room, or less to tell */
    struct unit unit = take(f, UNIT_DELIVERIES);

    events_run(f->flow, &unit);
    work_give_back(f->flow->work, &unit);
    unit = take(f, UNIT_TARGET);
    work_again(f->flow->work, f->it->number, unit.target, 2 * HOUR_MS);
    work_give_back(f->flow->work, &unit);
    miss_once(f);
    EXPECT_INT(T0 + HOUR_MS, row_of(f).seen_until_ms);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(what_was_missed_is_asked_for_before_a_sync_goes_on_and_its_events_come_before_it),
        UNIT(a_tool_that_was_out_of_reach_is_asked_what_was_missed_once_it_answers),
        UNIT(a_moment_out_of_reach_or_a_refusal_is_no_gap),
        UNIT(a_delivery_says_nothing_of_the_time_before_it_until_what_was_missed_was_asked_for),
        UNIT(a_tool_that_cannot_say_what_was_missed_is_read_in_full),
        UNIT(what_the_inbox_has_no_room_for_is_asked_for_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
