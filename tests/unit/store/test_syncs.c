/* syncs: rows of runs, marks of what they saw, and the sweep of what they did not. */
#include "fixture.h"
#include "store/keys.h"

static struct store_sync sync_start(struct fixture *f)
{
    struct store_sync s = {.full = true, .started_at_ms = fixture_now(f)};

    s.integration = f->one;
    id_new(s.id);
    EXPECT_INT(0, store_sync_put(f->st, &s, NULL));
    return s;
}

static struct answer put_marked(struct fixture *f, uint8_t model, const char *remote, const char *content,
                                uint64_t run)
{
    struct given g;
    struct store_apply in = {.record_count = 1, .sync_run = run};

    in.integration = f->one;
    in.records = &g.in;
    give(&g, model, remote, content);
    return apply(f, &in);
}

static struct answer sweep(struct fixture *f, uint64_t run, uint8_t model)
{
    struct answer a;

    answer_init(&a);
    store_sync_sweep(f->st, f->one, run, model, on_applied, &a);
    (void)answer_wait(&a);
    return a;
}

static struct answer clear(struct fixture *f, uint8_t model)
{
    struct answer a;

    answer_init(&a);
    store_model_clear(f->st, f->one, model, on_applied, &a);
    (void)answer_wait(&a);
    return a;
}

/* Two to three steps of them. */
enum { MANY = 1200 };

static void put_many(struct fixture *f, uint8_t model, uint64_t run)
{
    struct given *given = calloc(MANY, sizeof *given);
    struct store_record_in *records = calloc(MANY, sizeof *records);
    struct store_apply in = {.record_count = MANY, .sync_run = run};
    size_t i;

    EXPECT(given != NULL && records != NULL);
    for (i = 0; i < MANY; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "x%04zu", i);
        give(&given[i], model, name, "a");
        given[i].in.remote_id = weir_str_n(given[i].id.text, 5);
        records[i] = given[i].in;
    }
    in.integration = f->one;
    in.records = records;
    EXPECT_INT(0, apply(f, &in).rc);
    free(given);
    free(records);
}

static size_t marks_count(struct fixture *f)
{
    struct store_txn txn = {0};
    uint64_t count = 0;

    EXPECT_INT(0, store_read_begin(&txn, f->st, NULL));
    EXPECT_INT(0, db_count(&count, &txn, DB_MARKS, NULL));
    store_read_end(&txn);
    return count;
}

struct rows {
    struct store_sync s[4];
    size_t count;
};

static bool rows_add(void *ctx, const struct store_sync *s)
{
    struct rows *rows = ctx;

    EXPECT(rows->count < 4);
    rows->s[rows->count++] = *s;
    return true;
}

TEST(a_run_is_numbered_once_and_kept_whole)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_sync s = sync_start(f);
    struct rows *rows = calloc(1, sizeof *rows);
    uint64_t run = s.run;

    EXPECT(rows != NULL);
    EXPECT(run != 0);
    s.state = STORE_SYNC_PARTIALLY_FAILED;
    s.ended_at_ms = 2;
    s.since_ms = 3;
    s.model = 4;
    s.models_done = 5;
    s.models_failed = UINT64_MAX;
    s.scope_digest = UINT64_MAX - 1;
    s.pages = 6;
    s.records = 7;
    s.changed = 8;
    s.gone = 9;
    memset(s.cursor, 'c', sizeof s.cursor - 1);
    memset(s.message, 'm', sizeof s.message - 1);
    EXPECT_INT(0, store_sync_put(f->st, &s, NULL));
    EXPECT_INT(run, s.run);
    fixture_reopen(f);
    EXPECT_INT(0, store_syncs(f->st, f->one, rows_add, rows, NULL));
    EXPECT_INT(1, rows->count);
    EXPECT_INT(run, rows->s[0].run);
    EXPECT_STR(s.id, rows->s[0].id);
    EXPECT_INT(true, rows->s[0].full);
    EXPECT_INT(s.state, rows->s[0].state);
    EXPECT_INT(s.started_at_ms, rows->s[0].started_at_ms);
    EXPECT_INT(2, rows->s[0].ended_at_ms);
    EXPECT_INT(3, rows->s[0].since_ms);
    EXPECT_INT(4, rows->s[0].model);
    EXPECT_INT(5, rows->s[0].models_done);
    EXPECT(rows->s[0].models_failed == UINT64_MAX);
    EXPECT(rows->s[0].scope_digest == UINT64_MAX - 1);
    EXPECT_INT(6, rows->s[0].pages);
    EXPECT_INT(7, rows->s[0].records);
    EXPECT_INT(8, rows->s[0].changed);
    EXPECT_INT(9, rows->s[0].gone);
    EXPECT_STR(s.cursor, rows->s[0].cursor);
    EXPECT_STR(s.message, rows->s[0].message);
    free(rows);
    fixture_free(f);
}

/* As the first version wrote it: without what came behind the message. */
static int age_row(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    uint8_t old[8192];
    struct weir_bytes value;
    struct key key;
    int rc = db_get(&value, txn, DB_SYNCS, key_u64(&key, 1), err);

    (void)op;
    EXPECT_INT(0, rc);
    EXPECT(value.len > 16 && value.len <= sizeof old);
    memcpy(old, value.data, value.len);
    old[0] = 1;
    return db_put(txn, DB_SYNCS, key_u64(&key, 1), weir_bytes(old, value.len - 16), err);
}

TEST(a_row_of_the_first_version_is_read)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct rows *rows = calloc(1, sizeof *rows);
    struct store_op op = {.run = age_row};
    struct store_sync s = sync_start(f);

    EXPECT(rows != NULL);
    s.scope_digest = 11;
    (void)snprintf(s.message, sizeof s.message, "as it was");
    EXPECT_INT(0, store_sync_put(f->st, &s, NULL));
    EXPECT_INT(1, s.run);
    EXPECT_INT(0, store_submit_wait(f->st, &op, NULL));
    EXPECT_INT(0, store_syncs(f->st, f->one, rows_add, rows, NULL));
    EXPECT_INT(1, rows->count);
    EXPECT_STR("as it was", rows->s[0].message);
    EXPECT(rows->s[0].scope_digest == 0);
    free(rows);
    fixture_free(f);
}

TEST(runs_are_listed_newest_first_by_integration)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct rows *rows = calloc(1, sizeof *rows);
    struct store_sync first = sync_start(f);
    struct store_sync second = sync_start(f);
    struct store_sync other = {.integration = 99};

    EXPECT(rows != NULL);
    id_new(other.id);
    EXPECT_INT(0, store_sync_put(f->st, &other, NULL));
    EXPECT_INT(0, store_syncs(f->st, f->one, rows_add, rows, NULL));
    EXPECT_INT(2, rows->count);
    EXPECT_INT(second.run, rows->s[0].run);
    EXPECT_INT(first.run, rows->s[1].run);
    rows->count = 0;
    EXPECT_INT(0, store_syncs(f->st, 0, rows_add, rows, NULL));
    EXPECT_INT(3, rows->count);
    free(rows);
    fixture_free(f);
}

TEST(a_sweep_finds_what_the_run_did_not_see)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_sync s;
    struct answer a;

    (void)put(f, EMPLOYEE, "kept", "a");
    (void)put(f, EMPLOYEE, "left", "a");
    (void)put(f, GROUP, "other", "a");
    pass_ms(f, 5000);
    s = sync_start(f);
    EXPECT_INT(1, put_marked(f, EMPLOYEE, "kept", "a", s.run).applied.unchanged);
    (void)put_marked(f, EMPLOYEE, "new", "a", s.run);
    a = sweep(f, s.run, EMPLOYEE);
    EXPECT_INT(0, a.rc);
    EXPECT_INT(1, a.applied.gone);
    EXPECT_INT(0, show(f, EMPLOYEE, "kept").deleted_at_ms);
    EXPECT_INT(0, show(f, EMPLOYEE, "new").deleted_at_ms);
    EXPECT(show(f, EMPLOYEE, "left").deleted_at_ms != 0);
    EXPECT_INT(0, show(f, GROUP, "other").deleted_at_ms);
    EXPECT_INT(1, marks_count(f)); /* that it was swept */
    fixture_free(f);
}

TEST(a_page_and_how_far_the_run_is_are_stored_together)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_sync s = sync_start(f);
    struct store_apply in = {.record_count = 1, .sync_run = s.run, .checkpoint = &s};
    struct rows *rows = calloc(1, sizeof *rows);
    struct given g;

    EXPECT(rows != NULL);
    (void)snprintf(s.cursor, sizeof s.cursor, "page two");
    s.pages = 1;
    s.records = 50;
    s.changed = 7; /* of pages before */
    give(&g, EMPLOYEE, "new", "a");
    in.integration = f->one;
    in.records = &g.in;
    EXPECT_INT(1, apply(f, &in).applied.created);
    s.cursor[0] = '\0'; /* the store has a copy */
    fixture_reopen(f);
    EXPECT_INT(0, store_syncs(f->st, f->one, rows_add, rows, NULL));
    EXPECT_INT(1, rows->count);
    EXPECT_STR("page two", rows->s[0].cursor);
    EXPECT_INT(50, rows->s[0].records);
    EXPECT_INT(8, rows->s[0].changed);
    EXPECT_INT(0, show(f, EMPLOYEE, "new").deleted_at_ms);
    free(rows);
    fixture_free(f);
}

TEST(a_placeholder_is_not_seen_by_a_run)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct given g;
    struct store_apply in = {.record_count = 1};

    give(&g, GROUP, "g1", "name");
    g.in.placeholder = true;
    in.integration = f->one;
    in.records = &g.in;
    EXPECT_INT(0, apply(f, &in).rc);
    pass_ms(f, 5000);
    in.sync_run = sync_start(f).run;
    EXPECT_INT(0, apply(f, &in).rc);
    EXPECT_INT(1, sweep(f, in.sync_run, GROUP).applied.gone);
    fixture_free(f);
}

TEST(what_changed_while_the_run_went_on_is_known_to_exist)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_sync s;

    (void)put(f, EMPLOYEE, "old", "a");
    pass_ms(f, 5000);
    s = sync_start(f);
    pass_ms(f, 1000);
    (void)put(f, EMPLOYEE, "hired", "a"); /* by an event, after its page was read */
    EXPECT_INT(1, sweep(f, s.run, EMPLOYEE).applied.gone);
    EXPECT_INT(0, show(f, EMPLOYEE, "hired").deleted_at_ms);
    fixture_free(f);
}

TEST(a_sweep_takes_what_a_gone_record_owns)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_sync s;

    (void)put(f, EMPLOYEE, "e1", "a");
    (void)put_ref(f, ABSENCE, "a1", "a", 1, "e1");
    pass_ms(f, 5000);
    s = sync_start(f);
    EXPECT_INT(2, sweep(f, s.run, EMPLOYEE).applied.gone);
    EXPECT(show(f, ABSENCE, "a1").deleted_at_ms != 0);
    fixture_free(f);
}

TEST(a_large_sweep_goes_in_steps_and_is_counted_whole)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_sync s;
    struct answer a;

    put_many(f, EMPLOYEE, 0);
    pass_ms(f, 5000);
    s = sync_start(f);
    a = sweep(f, s.run, EMPLOYEE);
    EXPECT_INT(MANY, a.applied.gone);
    EXPECT(show(f, EMPLOYEE, "x0000").deleted_at_ms < show(f, EMPLOYEE, "x1199").deleted_at_ms);
    EXPECT_INT(2 * MANY, list_changes(f, 0).count);
    fixture_free(f);
}

TEST(the_marks_of_a_large_run_are_dropped)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_sync s = sync_start(f);

    put_many(f, EMPLOYEE, s.run);
    put_many(f, GROUP, s.run);
    EXPECT_INT(2 * MANY, marks_count(f));
    EXPECT_INT(0, sweep(f, s.run, EMPLOYEE).applied.gone);
    EXPECT_INT(MANY + 1, marks_count(f));
    fixture_free(f);
}

TEST(a_sweep_asked_for_again_takes_nothing)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_sync s;

    put_many(f, EMPLOYEE, 0);
    pass_ms(f, 5000);
    s = sync_start(f);
    put_many(f, EMPLOYEE, s.run);
    EXPECT_INT(0, sweep(f, s.run, EMPLOYEE).applied.gone);
    fixture_reopen(f); /* before the row could say that the model is done */
    (void)put_marked(f, EMPLOYEE, "x0000", "a", s.run);
    EXPECT_INT(0, sweep(f, s.run, EMPLOYEE).applied.gone);
    fixture_free(f);
}

TEST(a_sweep_that_a_stop_cut_short_can_be_asked_for_again)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_sync s;

    put_many(f, EMPLOYEE, 0);
    pass_ms(f, 5000);
    s = sync_start(f);
    (void)put_marked(f, EMPLOYEE, "x1100", "a", s.run);
    atomic_store(&f->commits_to_fail_after, 1);
    EXPECT_INT(WEIR_E_IO, sweep(f, s.run, EMPLOYEE).rc);
    fixture_reopen(f);
    EXPECT_INT(MANY - 500 - 1, sweep(f, s.run, EMPLOYEE).applied.gone);
    EXPECT_INT(0, show(f, EMPLOYEE, "x1100").deleted_at_ms);
    EXPECT(show(f, EMPLOYEE, "x1199").deleted_at_ms != 0);
    fixture_free(f);
}

TEST(what_a_sweep_removes_is_told)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_sync s;
    struct answer a;
    char text[2048];

    (void)put(f, EMPLOYEE, "e1", "a");
    (void)route_all(f);
    pass_ms(f, 5000);
    s = sync_start(f);
    a = sweep(f, s.run, EMPLOYEE);
    EXPECT_INT(1, a.due_count);
    the_message(text, f);
    EXPECT_STR("data 1 1: 1ge1 | 1", text);
    fixture_free(f);
}

TEST(clearing_a_model_takes_all_of_it)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    put_many(f, EMPLOYEE, 0);
    (void)put(f, GROUP, "g1", "a");
    EXPECT_INT(MANY, clear(f, EMPLOYEE).applied.gone);
    EXPECT_INT(0, show(f, GROUP, "g1").deleted_at_ms);
    EXPECT_INT(0, clear(f, EMPLOYEE).applied.gone);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_run_is_numbered_once_and_kept_whole),
        UNIT(a_row_of_the_first_version_is_read),
        UNIT(runs_are_listed_newest_first_by_integration),
        UNIT(a_sweep_finds_what_the_run_did_not_see),
        UNIT(a_page_and_how_far_the_run_is_are_stored_together),
        UNIT(a_placeholder_is_not_seen_by_a_run),
        UNIT(what_changed_while_the_run_went_on_is_known_to_exist),
        UNIT(a_sweep_takes_what_a_gone_record_owns),
        UNIT(a_large_sweep_goes_in_steps_and_is_counted_whole),
        UNIT(the_marks_of_a_large_run_are_dropped),
        UNIT(a_sweep_asked_for_again_takes_nothing),
        UNIT(a_sweep_that_a_stop_cut_short_can_be_asked_for_again),
        UNIT(what_a_sweep_removes_is_told),
        UNIT(clearing_a_model_takes_all_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
