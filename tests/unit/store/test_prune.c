/* prune: what is old enough is dropped. */
#include "fixture.h"

static size_t count_of(struct fixture *f, enum store_db db)
{
    struct store_txn txn = {0};
    uint64_t count = 0;

    EXPECT_INT(0, store_read_begin(&txn, f->st, NULL));
    EXPECT_INT(0, db_count(&count, &txn, db, NULL));
    store_read_end(&txn);
    return count;
}

/* Ask for it, and wait until db is down to want entries. */
static void prune(struct fixture *f, struct store_retention retention, enum store_db db, size_t want)
{
    int i;

    store_prune(f->st, &retention);
    for (i = 0; i < 100 && count_of(f, db) != want; i++) {
        (void)gather(f); /* a round of the writer, behind the steps that wait */
    }
    EXPECT_INT(want, count_of(f, db));
}

static void log_many(struct fixture *f, size_t count)
{
    struct store_log_in *logs = calloc(count, sizeof *logs);
    struct store_apply in = {.integration = f->one, .logs = logs, .log_count = count};
    size_t i;

    EXPECT(logs != NULL);
    for (i = 0; i < count; i++) {
        logs[i] = (struct store_log_in){.kind = STORE_LOG_FETCH, .json = weir_str("{}")};
    }
    EXPECT_INT(0, apply(f, &in).rc);
    free(logs);
}

TEST(old_log_entries_are_dropped_in_steps)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    log_many(f, 1300);
    pass_ms(f, 5000);
    log_many(f, 2);
    prune(f, (struct store_retention){.log_before_ms = FIXTURE_T0 + 5000}, DB_LOG, 2);
    prune(f, (struct store_retention){.log_before_ms = FIXTURE_T0 + 5000}, DB_LOG, 2);
    prune(f, (struct store_retention){.log_before_ms = INT64_MAX}, DB_LOG, 0);
    fixture_free(f);
}

TEST(old_dead_letters_are_dropped)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_stats stats;

    (void)route_all(f);
    (void)put(f, EMPLOYEE, "e1", "a");
    attempt_all(f, STORE_DEAD, 500, NULL);
    pass_ms(f, 5000);
    (void)put(f, EMPLOYEE, "e2", "a");
    attempt_all(f, STORE_DEAD, 500, NULL);
    prune(f, (struct store_retention){.dead_before_ms = FIXTURE_T0 + 5000}, DB_DEAD, 1);
    store_stats(&stats, f->st);
    EXPECT_INT(1, stats.dead_count);
    fixture_free(f);
}

TEST(what_was_set_aside_long_ago_is_dropped)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_aside_in aside = {.kind = STORE_ASIDE_REF, .body = weir_str_bytes(weir_str("x"))};
    struct store_apply in = {.integration = f->one, .asides = &aside, .aside_count = 1};
    struct store_stats stats;

    EXPECT_INT(0, apply(f, &in).rc);
    pass_ms(f, 5000);
    EXPECT_INT(0, apply(f, &in).rc);
    prune(f, (struct store_retention){.aside_before_ms = FIXTURE_T0 + 5000}, DB_ASIDE, 1);
    store_stats(&stats, f->st);
    EXPECT_INT(1, stats.aside_count);
    fixture_free(f);
}

TEST(the_content_of_what_went_long_ago_is_erased_and_that_is_a_change)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct shown before;
    struct shown after;

    (void)put_ref(f, ABSENCE, "a1", "private", 1, "e1");
    (void)put(f, EMPLOYEE, "e2", "stays");
    pass_ms(f, 1000);
    (void)remove_one(f, ABSENCE, "a1");
    before = show(f, ABSENCE, "a1");
    pass_ms(f, 5000);
    prune(f, (struct store_retention){.deleted_before_ms = FIXTURE_T0 + 1000}, DB_GRAVES, 1);
    prune(f, (struct store_retention){.deleted_before_ms = FIXTURE_T0 + 5000}, DB_GRAVES, 0);
    after = show(f, ABSENCE, "a1");
    EXPECT_STR("{}", after.json);
    EXPECT_STR("a1", after.remote_id);
    EXPECT_INT(before.deleted_at_ms, after.deleted_at_ms);
    EXPECT_INT(before.created_at_ms, after.created_at_ms);
    EXPECT(after.changed_at_ms >= FIXTURE_T0 + 6000);
    EXPECT_INT(after.changed_at_ms, after.touched_at_ms);
    EXPECT_STR("", list_by_ref(f, ABSENCE, 1, "e1").text);
    EXPECT_STR("stays", show(f, EMPLOYEE, "e2").json);
    EXPECT_STR(" 5ca1 1ce2 5ga1 5ga1", list_changes(f, 0).text);
    fixture_free(f);
}

TEST(an_erased_record_that_comes_back_is_whole_again)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)put_ref(f, ABSENCE, "a1", "private", 1, "e1");
    (void)remove_one(f, ABSENCE, "a1");
    pass_ms(f, 5000);
    prune(f, (struct store_retention){.deleted_before_ms = FIXTURE_T0 + 5000}, DB_GRAVES, 0);
    EXPECT_INT(1, put_ref(f, ABSENCE, "a1", "private", 1, "e1").applied.updated);
    EXPECT_STR("private", show(f, ABSENCE, "a1").json);
    EXPECT_INT(0, show(f, ABSENCE, "a1").deleted_at_ms);
    EXPECT_STR(" a1", list_by_ref(f, ABSENCE, 1, "e1").text);
    fixture_free(f);
}

TEST(a_record_that_came_back_in_time_is_not_erased)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)put(f, EMPLOYEE, "e1", "a");
    (void)remove_one(f, EMPLOYEE, "e1");
    (void)put(f, EMPLOYEE, "e1", "a");
    EXPECT_INT(0, count_of(f, DB_GRAVES));
    pass_ms(f, 5000);
    prune(f, (struct store_retention){.deleted_before_ms = INT64_MAX}, DB_GRAVES, 0);
    EXPECT_STR("a", show(f, EMPLOYEE, "e1").json);
    fixture_free(f);
}

TEST(old_changes_are_dropped_but_none_that_is_still_to_be_told)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)route_all(f);
    (void)put(f, EMPLOYEE, "e1", "a"); /* told at once */
    (void)put(f, EMPLOYEE, "e2", "a"); /* waits */
    pass_ms(f, 100);
    store_prune(f->st, &(struct store_retention){.changes_before_ms = INT64_MAX});
    (void)put(f, EMPLOYEE, "e3", "a");
    EXPECT_STR(" 1ce2 1ce3", list_changes(f, 0).text);
    pass_ms(f, 5000);
    (void)gather(f);
    prune(f, (struct store_retention){.changes_before_ms = FIXTURE_T0 + 50}, DB_CHANGES, 1);
    EXPECT_STR(" 1ce3", list_changes(f, 0).text);
    (void)put(f, EMPLOYEE, "e4", "a");
    EXPECT_STR(" 1ce4", list_changes(f, 3).text); /* numbers go on */
    fixture_free(f);
}

TEST(old_runs_are_dropped_with_their_marks_but_none_that_runs)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_sync s[2] = {{.started_at_ms = FIXTURE_T0}, {.started_at_ms = FIXTURE_T0}};
    struct given g;
    struct store_apply in = {.record_count = 1};
    int i;

    in.integration = f->one;
    in.records = &g.in;
    give(&g, EMPLOYEE, "e1", "a");
    for (i = 0; i < 2; i++) {
        id_new(s[i].id);
        EXPECT_INT(0, store_sync_put(f->st, &s[i], NULL));
        in.sync_run = s[i].run;
        EXPECT_INT(0, apply(f, &in).rc);
    }
    s[1].state = STORE_SYNC_FAILED;
    s[1].ended_at_ms = FIXTURE_T0 + 1;
    EXPECT_INT(2, count_of(f, DB_MARKS));
    EXPECT_INT(0, store_sync_put(f->st, &s[1], NULL));
    prune(f, (struct store_retention){0}, DB_MARKS, 1); /* a failed run needs its marks no more */
    EXPECT_INT(2, count_of(f, DB_SYNCS));
    prune(f, (struct store_retention){.syncs_before_ms = FIXTURE_T0 + 5000}, DB_SYNCS, 1);
    EXPECT_INT(1, count_of(f, DB_MARKS));
    fixture_free(f);
}

TEST(many_gone_records_are_erased_in_steps)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct answer a;
    int i;

    for (i = 0; i < 30; i++) {
        struct given given[20];
        struct store_record_in records[20];
        struct store_apply in = {.integration = f->one, .records = records, .record_count = 20};
        int k;

        for (k = 0; k < 20; k++) {
            char name[16];

            (void)snprintf(name, sizeof name, "x%03d", i * 20 + k);
            give(&given[k], EMPLOYEE, name, "private");
            given[k].in.remote_id = weir_str_n(given[k].id.text, strlen(name));
            records[k] = given[k].in;
        }
        EXPECT_INT(0, apply(f, &in).rc);
    }
    answer_init(&a);
    store_model_clear(f->st, f->one, EMPLOYEE, on_applied, &a);
    EXPECT_INT(0, answer_wait(&a));
    pass_ms(f, 5000);
    prune(f, (struct store_retention){.deleted_before_ms = FIXTURE_T0 + 5000}, DB_GRAVES, 0);
    EXPECT_INT(1800, list_changes(f, 0).count);
    EXPECT_STR("{}", show(f, EMPLOYEE, "x599").json);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(old_log_entries_are_dropped_in_steps),
        UNIT(old_dead_letters_are_dropped),
        UNIT(what_was_set_aside_long_ago_is_dropped),
        UNIT(the_content_of_what_went_long_ago_is_erased_and_that_is_a_change),
        UNIT(an_erased_record_that_comes_back_is_whole_again),
        UNIT(a_record_that_came_back_in_time_is_not_erased),
        UNIT(old_changes_are_dropped_but_none_that_is_still_to_be_told),
        UNIT(old_runs_are_dropped_with_their_marks_but_none_that_runs),
        UNIT(many_gone_records_are_erased_in_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
