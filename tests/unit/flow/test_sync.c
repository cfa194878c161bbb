/* Syncs from their beginning to their end, in time that is handed in. */
#include "fixture.h"

/* ---- how they end ---- */

TEST(a_full_sync_finds_what_is_new_and_what_is_gone)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_BY_RHYTHM));
    EXPECT(row_of(f).first_sync_done);
    tool.person[0] = false;
    tool.person[9] = true;
    pass_ms(f, HOUR_MS);
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    EXPECT(!is_there(f, "0"));
    EXPECT(is_there(f, "1"));
    EXPECT(is_there(f, "9"));
    EXPECT_INT(1, sync_row(f).gone);
    EXPECT_INT(1, sync_row(f).changed);
    EXPECT_INT(8, sync_row(f).records); /* seven people and a team */
    EXPECT_INT(9, sync_row(f).pages);
    fixture_free(f);
}

TEST(the_application_is_told_of_the_end_in_the_words_of_the_contract)
{
    struct fixture *f = fixture_new();
    struct flow_sync begun;
    json_t *data;

    UNUSED_STATE;
    begun = sync_start(f, SYNC_FULL);
    for (int i = 0; i < 9; i++) {
        sync_step(f);
    }
    pass_ms(f, 90999);
    sync_step(f);
    EXPECT_INT(1, finished_of(f, &data));
    EXPECT_STR(begun.id, json_string_value(json_object_get(data, "sync_id")));
    EXPECT_STR("SUCCEEDED", json_string_value(json_object_get(data, "sync_state")));
    EXPECT_STR("2026-02-02T02:40:00.000Z", json_string_value(json_object_get(data, "sync_started_at")));
    EXPECT_STR("2026-02-02T02:41:30.999Z", json_string_value(json_object_get(data, "sync_ended_at")));
    EXPECT(json_is_integer(json_object_get(data, "sync_duration_seconds")));
    EXPECT_INT(90, json_integer_value(json_object_get(data, "sync_duration_seconds")));
    EXPECT_STR("tool:acme", json_string_value(json_object_get(data, "integration_id")));
    EXPECT_STR("tool", json_string_value(json_object_get(data, "integration_tool")));
    EXPECT_STR("HRIS", json_string_value(json_object_get(data, "integration_category")));
    EXPECT_STR("Acme GmbH",
               json_string_value(json_object_get(json_object_get(data, "end_user"), "organization_name")));
    EXPECT(json_is_null(json_object_get(json_object_get(data, "end_user"), "creator_email")));
    EXPECT(json_is_null(json_object_get(json_object_get(data, "end_user"), "origin_id")));
    EXPECT(json_string_length(json_object_get(data, "log_url")) > 0);
    EXPECT_INT(10, json_object_size(data));
    json_decref(data);
    fixture_free(f);
}

TEST(a_clock_that_is_set_back_makes_no_negative_duration)
{
    struct fixture *f = fixture_new();
    json_t *data;

    UNUSED_STATE;
    (void)sync_start(f, SYNC_FULL);
    pass_ms(f, -HOUR_MS);
    while (sync_is_under_way(f)) {
        sync_step(f);
    }
    EXPECT_INT(1, finished_of(f, &data));
    EXPECT_INT(0, json_integer_value(json_object_get(data, "sync_duration_seconds")));
    json_decref(data);
    fixture_free(f);
}

TEST(a_model_that_may_not_be_read_is_left_as_it_is_and_the_others_are_read)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    pass_ms(f, HOUR_MS);
    memset(tool.person, 0, sizeof tool.person);
    tool.fail_from_page[EMPLOYEES] = 1; /* half-way: the people of the first page are gone, or so it seems */
    tool.fail_code = WEIR_E_PERMISSION;
    EXPECT_INT(STORE_SYNC_PARTIALLY_FAILED, sync_whole(f, SYNC_FULL));
    expect_finished(f, "PARTIALLY_FAILED");
    EXPECT(is_there(f, "0"));
    EXPECT(is_there(f, "6"));
    EXPECT_INT(0, sync_row(f).gone);
    EXPECT_STR("hris_employees: the tool says no", sync_row(f).message);
    fixture_free(f);
}

TEST(a_partial_first_sync_is_one_and_a_first_sync_that_read_nothing_is_none)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    tool.fail_code = WEIR_E_PERMISSION;
    tool.fail_from_page[TEAMS] = tool.fail_from_page[EMPLOYEES] = 0;
    EXPECT_INT(STORE_SYNC_FAILED, sync_whole(f, SYNC_FULL));
    expect_finished(f, "FAILED");
    EXPECT(!row_of(f).first_sync_done);
    EXPECT_INT(sync_row(f).ended_at_ms + f->options.backoff_max_ms, sync_due_ms(f->flow, f->it));
    tool.fail_from_page[EMPLOYEES] = -1;
    EXPECT_INT(STORE_SYNC_PARTIALLY_FAILED, sync_whole(f, SYNC_FULL));
    EXPECT(row_of(f).first_sync_done);
    fixture_free(f);
}

TEST(what_the_account_does_not_have_is_no_failure)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    tool.fail_from_page[TEAMS] = 0;
    tool.fail_code = WEIR_E_UNSUPPORTED;
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    fixture_free(f);
}

TEST(refused_credentials_end_it_and_delete_nothing)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    pass_ms(f, HOUR_MS);
    tool.person[0] = false;
    tool.fail_from_page[EMPLOYEES] = 3;
    tool.fail_code = WEIR_E_AUTH;
    EXPECT_INT(STORE_SYNC_AUTHENTICATION_FAILED, sync_whole(f, SYNC_FULL));
    expect_finished(f, "AUTHENTICATION_FAILED");
    EXPECT(is_there(f, "0"));
    EXPECT_INT(sync_row(f).ended_at_ms + 3 * HOUR_MS, sync_due_ms(f->flow, f->it));
    fixture_free(f);
}

TEST(an_address_that_may_not_be_used_is_not_a_matter_of_credentials)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    tool.fail_from_page[TEAMS] = 0;
    tool.fail_code = WEIR_E_CONFIG;
    EXPECT_INT(STORE_SYNC_FAILED, sync_whole(f, SYNC_FULL));
    fixture_free(f);
}

TEST(a_failure_that_passes_is_waited_for)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    tool.fail_from_page[EMPLOYEES] = 2;
    tool.fail_code = WEIR_E_LATER;
    tool.failures_left = 7;
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    EXPECT_INT(9 + 7, tool.calls);
    fixture_free(f);
}

TEST(a_list_that_only_fails_does_not_keep_the_others_from_being_read)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    tool.fail_from_page[TEAMS] = 0;
    tool.fail_code = WEIR_E_LATER;
    EXPECT_INT(STORE_SYNC_PARTIALLY_FAILED, sync_whole(f, SYNC_FULL));
    EXPECT(is_there(f, "6"));
    EXPECT(row_of(f).first_sync_done);
    EXPECT_INT(8 + 8, tool.calls); /* tries, pages */
    fixture_free(f);
}

TEST(a_tool_that_answers_nothing_fails_the_sync_without_trying_each_list_for_long)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    tool.fail_from_page[TEAMS] = tool.fail_from_page[EMPLOYEES] = 0;
    tool.fail_code = WEIR_E_LATER;
    EXPECT_INT(STORE_SYNC_FAILED, sync_whole(f, SYNC_FULL));
    EXPECT_INT(8 + 1, tool.calls);
    fixture_free(f);
}

/* ---- stopped ---- */

TEST(a_cancelled_sync_keeps_what_it_read_and_deletes_nothing)
{
    struct fixture *f = fixture_new();
    char id[ID_TEXT];

    UNUSED_STATE;
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    pass_ms(f, HOUR_MS);
    tool.person[0] = false;
    tool.person[8] = true;
    (void)sync_start(f, SYNC_FULL);
    for (int i = 0; i < 6; i++) {
        sync_step(f);
    }
    EXPECT_INT(0, sync_cancel(id, f->flow, f->it, NULL));
    EXPECT(!sync_is_under_way(f));
    EXPECT_INT(STORE_SYNC_CANCELLED, sync_row(f).state);
    EXPECT_STR(sync_row(f).id, id);
    expect_finished(f, "CANCELLED");
    EXPECT(is_there(f, "0"));
    EXPECT(is_there(f, "8"));
    EXPECT_INT(sync_row(f).ended_at_ms + 3 * HOUR_MS, sync_due_ms(f->flow, f->it));
    EXPECT_INT(WEIR_E_NONE, sync_cancel(id, f->flow, f->it, NULL));
    fixture_free(f);
}

TEST(a_sync_that_is_cancelled_while_a_page_is_read_ends_behind_the_page)
{
    struct fixture *f = fixture_new();
    struct run *run;
    struct unit unit;
    char id[ID_TEXT];

    UNUSED_STATE;
    (void)sync_start(f, SYNC_FULL);
    EXPECT(work_take(&unit, f->flow->work));
    run = runs_take(f->flow->runs, f->it->number); /* as sync_run does before the page */
    EXPECT_INT(0, sync_cancel(id, f->flow, f->it, NULL));
    EXPECT(sync_is_under_way(f));
    sync_take_page(f->flow, &unit, run);
    work_give_back(f->flow->work, &unit);
    EXPECT(!sync_is_under_way(f));
    EXPECT_INT(STORE_SYNC_CANCELLED, sync_row(f).state);
    EXPECT_INT(1, sync_row(f).pages);
    fixture_free(f);
}

TEST(a_sync_that_takes_too_long_ends_at_its_next_page)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    pass_ms(f, HOUR_MS);
    tool.person[0] = false;
    (void)sync_start(f, SYNC_FULL);
    sync_step(f);
    sync_step(f);
    pass_ms(f, HOUR_MS);
    sync_step(f);
    EXPECT_INT(STORE_SYNC_TIMED_OUT, sync_row(f).state);
    expect_finished(f, "TIMED_OUT");
    EXPECT(is_there(f, "0"));
    fixture_free(f);
}

TEST(a_sync_that_waits_for_its_tool_too_long_is_ended_by_the_schedule)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    (void)sync_start(f, SYNC_FULL);
    sync_step(f);
    EXPECT_INT(T0 + HOUR_MS, sync_end_late(f->flow, T0 + HOUR_MS - 1));
    EXPECT(sync_is_under_way(f));
    pass_ms(f, HOUR_MS);
    EXPECT(sync_end_late(f->flow, T0 + HOUR_MS) == INT64_MAX);
    EXPECT(!sync_is_under_way(f));
    EXPECT_INT(STORE_SYNC_TIMED_OUT, sync_row(f).state);
    fixture_free(f);
}

TEST(the_sync_of_a_removed_integration_leaves_its_turn_to_others)
{
    static const char *const others[] = {"tool:beta"};
    struct fixture *f = fixture_new();
    uint32_t former = f->it->number;

    UNUSED_STATE;
    (void)sync_start(f, SYNC_FULL);
    sync_step(f);
    fixture_attach(f, others, 1, NULL);
    EXPECT(!runs_find(NULL, f->flow->runs, former));
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    fixture_free(f);
}

/* ---- going on ---- */

TEST(a_restart_goes_on_at_the_page_it_had_reached)
{
    struct fixture *f = fixture_new();
    char id[ID_TEXT];

    UNUSED_STATE;
    memcpy(id, sync_start(f, SYNC_FULL).id, sizeof id);
    for (int i = 0; i < 4; i++) { /* the teams, and three pages of people */
        sync_step(f);
    }
    fixture_restart(f);
    EXPECT(!sync_is_under_way(f));
    EXPECT_INT(0, sync_resume(f->flow, f->it, NULL));
    sync_step(f);
    EXPECT_STR("hris_employees", tool.last_model);
    EXPECT_STR("3", tool.last_cursor);
    sync_out(f);
    EXPECT_STR(id, sync_row(f).id);
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_row(f).state);
    EXPECT_INT(9, sync_row(f).pages);
    EXPECT_INT(8, sync_row(f).records);
    EXPECT_INT(8, sync_row(f).changed);
    EXPECT_INT(9, tool.calls);
    fixture_free(f);
}

TEST(what_was_gone_before_the_restart_is_found_behind_it)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    pass_ms(f, HOUR_MS);
    tool.person[1] = false;
    (void)sync_start(f, SYNC_FULL);
    for (int i = 0; i < 4; i++) {
        sync_step(f);
    }
    fixture_restart(f);
    EXPECT_INT(0, sync_resume(f->flow, f->it, NULL));
    sync_out(f);
    EXPECT(!is_there(f, "1"));
    EXPECT(is_there(f, "0")); /* its mark is of the time before */
    EXPECT_INT(1, sync_row(f).gone);
    fixture_free(f);
}

TEST(the_time_a_sync_may_take_is_counted_anew_after_a_restart)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    (void)sync_start(f, SYNC_FULL);
    sync_step(f);
    fixture_restart(f);
    pass_ms(f, 20 * HOUR_MS);
    EXPECT_INT(0, sync_resume(f->flow, f->it, NULL));
    sync_out(f);
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_row(f).state);
    fixture_free(f);
}

TEST(a_scope_that_changes_in_the_middle_asks_for_another_full_sync)
{
    static const char *const ids[] = {"tool:acme"};
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    pass_ms(f, HOUR_MS);
    (void)sync_start(f, SYNC_FULL);
    sync_step(f);
    fixture_attach(f, ids, 1, "hris_absences");
    sync_out(f);
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_row(f).state);
    EXPECT(row_of(f).scope_digest != scope_digest(f->it->scope));
    pass_ms(f, 3 * HOUR_MS);
    EXPECT(sync_start(f, SYNC_BY_RHYTHM).full);
    sync_out(f);
    EXPECT(row_of(f).scope_digest == scope_digest(f->it->scope));
    fixture_free(f);
}

/* ---- when ---- */

/* Begin the one that is due now. */
static bool sync_due_now(struct fixture *f)
{
    int64_t due_ms = sync_due_ms(f->flow, f->it);
    bool full;

    EXPECT(due_ms != INT64_MAX);
    if (due_ms > atomic_load(&f->now_ms)) {
        pass_ms(f, due_ms - atomic_load(&f->now_ms));
    }
    full = sync_start(f, SYNC_BY_RHYTHM).full;
    while (sync_is_under_way(f)) {
        sync_step(f);
    }
    return full;
}

TEST(deltas_ask_since_the_last_good_sync_and_find_no_deletions_and_then_a_full_one_does)
{
    struct fixture *f = fixture_new();
    int64_t full_ms;

    UNUSED_STATE;
    EXPECT(sync_due_now(f));
    full_ms = sync_row(f).started_at_ms;
    EXPECT(!sync_due_now(f));
    EXPECT_INT(full_ms - 10 * 60 * 1000, tool.last_since_ms);
    EXPECT_STR("hris_employees", tool.last_model); /* teams cannot be asked for by time */
    EXPECT_INT(PEOPLE_MAX / PAGE, sync_row(f).pages);
    tool.person[0] = false;
    EXPECT(!sync_due_now(f));
    EXPECT(is_there(f, "0"));
    EXPECT(!sync_due_now(f));
    EXPECT(sync_due_now(f));
    EXPECT_INT(full_ms + 10 * HOUR_MS, sync_row(f).started_at_ms);
    EXPECT(!is_there(f, "0"));
    fixture_free(f);
}

TEST(a_delta_that_did_not_read_all_does_not_move_the_time_of_the_next)
{
    struct fixture *f = fixture_new();
    int64_t since_ms;

    UNUSED_STATE;
    EXPECT(sync_due_now(f));
    tool.fail_from_page[EMPLOYEES] = 3;
    tool.fail_code = WEIR_E_REJECT;
    EXPECT(!sync_due_now(f));
    EXPECT_INT(STORE_SYNC_FAILED, sync_row(f).state);
    since_ms = tool.last_since_ms;
    tool.fail_from_page[EMPLOYEES] = -1;
    EXPECT(!sync_due_now(f));
    EXPECT_INT(since_ms, tool.last_since_ms);
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_row(f).state);
    EXPECT(!sync_due_now(f));
    EXPECT(tool.last_since_ms > since_ms);
    fixture_free(f);
}

static void set_subscription_state(struct store_integration *row, void *ctx)
{
    row->subscription_state = *(const int32_t *)ctx;
}

static void subscription_becomes(struct fixture *f, int32_t state)
{
    integration_update(f->it, f->st, set_subscription_state, &state);
}

TEST(syncs_are_a_day_apart_while_the_subscription_is_active_and_somebody_listens)
{
    static const int32_t not_healthy[] = {WEIR_SUB_NONE, WEIR_SUB_PENDING, WEIR_SUB_NEEDS_PERMISSION,
                                          WEIR_SUB_MANUAL_SETUP, WEIR_SUB_FAILED};
    struct fixture *f = fixture_new();
    int64_t strict_ms;
    int64_t relaxed_ms;

    UNUSED_STATE;
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    EXPECT_INT(STORE_SYNC_SUCCEEDED, sync_whole(f, SYNC_FULL));
    strict_ms = sync_row(f).ended_at_ms + 3 * HOUR_MS;
    relaxed_ms = sync_row(f).ended_at_ms + 24 * HOUR_MS;
    subscription_becomes(f, WEIR_SUB_ACTIVE);
    EXPECT_INT(relaxed_ms, sync_due_ms(f->flow, f->it));
    for (size_t i = 0; i < sizeof not_healthy / sizeof not_healthy[0]; i++) {
        subscription_becomes(f, not_healthy[i]);
        EXPECT_INT(strict_ms, sync_due_ms(f->flow, f->it));
    }
    subscription_becomes(f, WEIR_SUB_ACTIVE);
    EXPECT_INT(0, dispatch_enable(flow_dispatch(f->flow), weir_str("app"), false, NULL));
    EXPECT_INT(strict_ms, sync_due_ms(f->flow, f->it));
    EXPECT_INT(0, dispatch_enable(flow_dispatch(f->flow), weir_str("app"), true, NULL));
    EXPECT_INT(relaxed_ms, sync_due_ms(f->flow, f->it));
    fixture_free(f);
}

TEST(only_an_endpoint_that_takes_changes_of_this_integration_counts_as_a_listener)
{
    struct fixture *f = fixture_new();
    uint32_t other = f->it->number + 1;
    struct dispatch_endpoint endpoint = {.url = "https://app.example.com/",
                                         .secrets = {"whsec_test"},
                                         .secret_count = 1,
                                         .enabled = true,
                                         .events = STORE_EVENT_SYNC_FINISHED};

    UNUSED_STATE;
    subscription_becomes(f, WEIR_SUB_ACTIVE);
    EXPECT(sync_is_relaxed(f->flow, f->it));
    EXPECT_INT(0, store_endpoint_ensure(&endpoint.row, f->st, "app", NULL));
    EXPECT_INT(0, dispatch_endpoints_set(flow_dispatch(f->flow), &endpoint, 1, NULL));
    EXPECT(!sync_is_relaxed(f->flow, f->it));
    endpoint.events = STORE_EVENT_DATA_CHANGED;
    endpoint.integrations = &other;
    endpoint.integration_count = 1;
    EXPECT_INT(0, dispatch_endpoints_set(flow_dispatch(f->flow), &endpoint, 1, NULL));
    EXPECT(!sync_is_relaxed(f->flow, f->it));
    endpoint.integrations = &f->it->number;
    EXPECT_INT(0, dispatch_endpoints_set(flow_dispatch(f->flow), &endpoint, 1, NULL));
    EXPECT(sync_is_relaxed(f->flow, f->it));
    endpoint.enabled = false;
    EXPECT_INT(0, dispatch_endpoints_set(flow_dispatch(f->flow), &endpoint, 1, NULL));
    EXPECT(!sync_is_relaxed(f->flow, f->it));
    EXPECT_INT(0, dispatch_endpoints_set(flow_dispatch(f->flow), &endpoint, 0, NULL));
    EXPECT(!sync_is_relaxed(f->flow, f->it));
    fixture_free(f);
}

TEST(an_integration_that_is_switched_off_or_invalid_is_not_synced_by_itself)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    EXPECT_INT(0, sync_due_ms(f->flow, f->it));
    f->it->paused = true;
    EXPECT(sync_due_ms(f->flow, f->it) == INT64_MAX);
    f->it->paused = false;
    f->it->kept->row.state = STORE_INVALID;
    EXPECT(sync_due_ms(f->flow, f->it) == INT64_MAX);
    fixture_free(f);
}

TEST(one_more_than_may_run_at_once_waits_for_its_turn)
{
    static const char *const ids[] = {"tool:acme", "tool:beta"};
    struct fixture *f = fixture_new();
    struct integration *beta;
    struct flow_progress progress;
    struct flow_sync begun;

    UNUSED_STATE;
    fixture_close_flow(f);
    f->options.sync_at_once_max = 1;
    fixture_open_flow(f);
    fixture_attach(f, ids, 2, NULL);
    beta = directory_find(f->directory, weir_str("tool:beta"));
    (void)sync_start(f, SYNC_FULL);
    EXPECT_INT(0, sync_begin(&begun, f->flow, beta, SYNC_FULL, NULL));
    EXPECT(flow_sync_progress(&progress, f->flow, beta->number));
    EXPECT(progress.waiting);
    pass_ms(f, HOUR_MS / 2);
    while (sync_is_under_way(f)) {
        sync_step(f);
    }
    EXPECT(flow_sync_progress(&progress, f->flow, beta->number));
    EXPECT(!progress.waiting);
    EXPECT_INT(T0 + HOUR_MS / 2, progress.turn_ms);
    while (runs_find(NULL, f->flow->runs, beta->number)) {
        sync_step(f);
    }
    integration_unref(beta);
    fixture_free(f);
}

TEST(a_full_sync_expects_what_the_last_one_met)
{
    struct fixture *f = fixture_new();
    struct flow_progress progress;

    UNUSED_STATE;
    (void)sync_start(f, SYNC_FULL);
    EXPECT(flow_sync_progress(&progress, f->flow, f->it->number));
    EXPECT_INT(0, progress.records_hoped);
    sync_out(f);
    EXPECT(!flow_sync_progress(&progress, f->flow, f->it->number));
    (void)sync_whole(f, SYNC_DELTA);
    (void)sync_start(f, SYNC_FULL);
    EXPECT(flow_sync_progress(&progress, f->flow, f->it->number));
    EXPECT_INT(8, progress.records_hoped);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_full_sync_finds_what_is_new_and_what_is_gone),
        UNIT(the_application_is_told_of_the_end_in_the_words_of_the_contract),
        UNIT(a_clock_that_is_set_back_makes_no_negative_duration),
        UNIT(a_model_that_may_not_be_read_is_left_as_it_is_and_the_others_are_read),
        UNIT(a_partial_first_sync_is_one_and_a_first_sync_that_read_nothing_is_none),
        UNIT(what_the_account_does_not_have_is_no_failure),
        UNIT(refused_credentials_end_it_and_delete_nothing),
        UNIT(an_address_that_may_not_be_used_is_not_a_matter_of_credentials),
        UNIT(a_failure_that_passes_is_waited_for),
        UNIT(a_list_that_only_fails_does_not_keep_the_others_from_being_read),
        UNIT(a_tool_that_answers_nothing_fails_the_sync_without_trying_each_list_for_long),
        UNIT(a_cancelled_sync_keeps_what_it_read_and_deletes_nothing),
        UNIT(a_sync_that_is_cancelled_while_a_page_is_read_ends_behind_the_page),
        UNIT(a_sync_that_takes_too_long_ends_at_its_next_page),
        UNIT(a_sync_that_waits_for_its_tool_too_long_is_ended_by_the_schedule),
        UNIT(the_sync_of_a_removed_integration_leaves_its_turn_to_others),
        UNIT(a_restart_goes_on_at_the_page_it_had_reached),
        UNIT(what_was_gone_before_the_restart_is_found_behind_it),
        UNIT(the_time_a_sync_may_take_is_counted_anew_after_a_restart),
        UNIT(a_scope_that_changes_in_the_middle_asks_for_another_full_sync),
        UNIT(deltas_ask_since_the_last_good_sync_and_find_no_deletions_and_then_a_full_one_does),
        UNIT(a_delta_that_did_not_read_all_does_not_move_the_time_of_the_next),
        UNIT(syncs_are_a_day_apart_while_the_subscription_is_active_and_somebody_listens),
        UNIT(only_an_endpoint_that_takes_changes_of_this_integration_counts_as_a_listener),
        UNIT(an_integration_that_is_switched_off_or_invalid_is_not_synced_by_itself),
        UNIT(one_more_than_may_run_at_once_waits_for_its_turn),
        UNIT(a_full_sync_expects_what_the_last_one_met),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
