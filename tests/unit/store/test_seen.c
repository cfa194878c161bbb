#include "engine.h"

#include "store/hash_set.h"
#include "store/recent.h"
#include "store/seen.h"

static uint64_t seen_count(struct engine *e)
{
    struct store_stats s;

    store_stats(&s, e->st);
    return s.seen_count;
}

static bool is_seen(struct engine *e, uint64_t n)
{
    uint8_t hash[STORE_HASH] = {0};

    memcpy(hash, &n, sizeof n);
    return store_seen(e->st, hash);
}

TEST(the_same_delivery_twice_is_stored_once_and_succeeds_twice)
{
    struct engine *e = engine_new();
    struct appended a;

    UNUSED_STATE;
    a = append(e, 1, 11, "x");
    EXPECT(a.rc == 0 && !a.got.duplicate && a.got.seq == 1);
    a = append(e, 1, 11, "x");
    EXPECT(a.rc == 0 && a.got.duplicate && a.got.seq == 0);
    a = append(e, 1, 12, "x");
    EXPECT(a.rc == 0 && !a.got.duplicate && a.got.seq == 2);
    a = append(e, 1, 0, "each counts");
    a = append(e, 1, 0, "each counts");
    EXPECT(a.rc == 0 && !a.got.duplicate);
    EXPECT_INT(4, inbox_look(e, 1, 0).count);
    EXPECT_INT(2, seen_count(e));
    engine_free(e);
}

TEST(marks_survive_a_restart)
{
    struct engine *e = engine_new();

    UNUSED_STATE;
    (void)append(e, 1, 11, "x");
    engine_reopen(e);
    EXPECT(is_seen(e, 11));
    EXPECT(append(e, 1, 11, "x").got.duplicate);
    engine_free(e);
}

TEST(a_mark_counts_when_it_is_on_disk_and_not_before)
{
    struct engine *e = engine_new();
    struct appended a;

    UNUSED_STATE;
    engine_hold(e);
    append_start(&a, e, 1, 11, "x", 1);
    engine_wait_held(e);
    EXPECT(!is_seen(e, 11));
    engine_release(e);
    EXPECT_INT(0, append_wait(&a));
    EXPECT(is_seen(e, 11));
    engine_free(e);
}

static void append_many(struct engine *e, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i <= to; i++) {
        EXPECT(!append(e, 1, i, "x").got.duplicate);
    }
}

static uint64_t listed(struct engine *e)
{
    struct store_txn txn;
    uint64_t count = 0;

    EXPECT_INT(0, store_read_begin(&txn, e->st, NULL));
    EXPECT_INT(0, db_count(&count, &txn, DB_SEEN, NULL));
    store_read_end(&txn);
    return count;
}

TEST(the_latest_marks_stand_apart_until_they_are_many)
{
    struct engine *e = engine_new();

    UNUSED_STATE;
    append_many(e, 1, RECENT_MAX);
    EXPECT_INT(0, listed(e));
    append_many(e, RECENT_MAX + 1, RECENT_MAX + 6);
    EXPECT_INT(RECENT_MAX, listed(e));
    engine_reopen(e);
    for (uint64_t i = 1; i <= RECENT_MAX + 6; i++) {
        EXPECT(append(e, 1, i, "x").got.duplicate);
    }
    EXPECT_INT(RECENT_MAX + 6, seen_count(e));
    append_many(e, 500, 500 + RECENT_MAX);
    engine_reopen(e);
    EXPECT(is_seen(e, 1));
    EXPECT(is_seen(e, 500));
    EXPECT_INT(2 * RECENT_MAX, listed(e));
    engine_free(e);
}

TEST(a_mark_that_was_moved_in_a_transaction_that_failed_is_where_it_was)
{
    struct engine *e = engine_new();

    UNUSED_STATE;
    append_many(e, 1, RECENT_MAX);
    engine_fail_commits(e, ENOSPC, 1);
    EXPECT_INT(WEIR_E_LATER, append(e, 1, 1000, "x").rc);
    EXPECT(!is_seen(e, 1000));
    EXPECT(is_seen(e, 1));
    EXPECT_INT(RECENT_MAX, seen_count(e));
    EXPECT(!append(e, 1, 1000, "x").got.duplicate);
    EXPECT_INT(RECENT_MAX, listed(e));
    EXPECT_INT(RECENT_MAX + 1, seen_count(e));
    engine_free(e);
}

static int prune_run(struct store_txn *txn, struct test_op *t, struct weir_error *err)
{
    size_t removed = 0;
    int rc = seen_prune(&removed, txn, (int64_t)t->n, (size_t)t->m, err);

    t->m = removed;
    return rc;
}

TEST(old_marks_leave_in_steps_and_then_the_same_counts_again)
{
    struct engine *e = engine_new();
    struct test_op t = {.run = prune_run};
    uint64_t i;

    UNUSED_STATE;
    for (i = 1; i <= 10; i++) {
        (void)append(e, 1, i, "x");
    }
    atomic_fetch_add(&e->now_ms, 10000);
    (void)append(e, 1, 11, "x");
    t.n = ENGINE_T0 + 5000;
    t.m = 4;
    EXPECT_INT(0, engine_run(e, &t, NULL));
    EXPECT_INT(4, t.m);
    EXPECT(!is_seen(e, 4));
    EXPECT(is_seen(e, 5));
    t.m = 100;
    EXPECT_INT(0, engine_run(e, &t, NULL));
    EXPECT_INT(6, t.m);
    EXPECT(!is_seen(e, 10));
    EXPECT(is_seen(e, 11));
    EXPECT_INT(1, seen_count(e));
    EXPECT(!append(e, 1, 3, "x").got.duplicate);
    engine_reopen(e);
    EXPECT(is_seen(e, 3));
    EXPECT(!is_seen(e, 10));
    engine_free(e);
}

TEST(old_marks_leave_from_the_list_first_and_then_from_the_latest)
{
    struct engine *e = engine_new();
    struct test_op t = {.run = prune_run};

    UNUSED_STATE;
    append_many(e, 1, RECENT_MAX + 3);
    atomic_fetch_add(&e->now_ms, 10000);
    append_many(e, 1001, 1002);
    t.n = ENGINE_T0 + 5000;
    t.m = RECENT_MAX + 1;
    EXPECT_INT(0, engine_run(e, &t, NULL));
    EXPECT_INT(RECENT_MAX + 1, t.m);
    EXPECT(!is_seen(e, RECENT_MAX + 1));
    EXPECT(is_seen(e, RECENT_MAX + 2));
    t.m = 100;
    EXPECT_INT(0, engine_run(e, &t, NULL));
    EXPECT_INT(2, t.m);
    engine_reopen(e);
    EXPECT(!is_seen(e, RECENT_MAX + 3));
    EXPECT(is_seen(e, 1001));
    EXPECT_INT(2, seen_count(e));
    engine_free(e);
}

TEST(what_was_pruned_in_a_transaction_that_failed_is_still_known)
{
    struct engine *e = engine_new();
    struct test_op t = {.run = prune_run, .n = INT64_MAX, .m = 10};

    UNUSED_STATE;
    (void)append(e, 1, 1, "x");
    engine_fail_commits(e, ENOSPC, 1);
    EXPECT_INT(WEIR_E_LATER, engine_run(e, &t, NULL));
    EXPECT(is_seen(e, 1));
    EXPECT_INT(1, seen_count(e));
    engine_free(e);
}

TEST(at_the_bound_the_oldest_leave_and_are_counted)
{
    struct engine *e = engine_new();
    uint64_t i;

    UNUSED_STATE;
    seen_limit(e->st, 100);
    for (i = 1; i <= 150; i++) {
        EXPECT(!append(e, 1, i, "x").got.duplicate);
    }
    EXPECT_INT(100, seen_count(e));
    EXPECT(!is_seen(e, 50));
    EXPECT(is_seen(e, 51));
    EXPECT_INT(50, metric_value(e->st->seen_evicted));
    engine_free(e);
}

TEST(a_set_keeps_its_members_through_collisions_growth_and_removals)
{
    struct hash_set set = {0};
    uint8_t hash[STORE_HASH] = {0};
    uint64_t i;

    UNUSED_STATE;
    EXPECT(!hash_set_has(&set, hash));
    EXPECT(!hash_set_remove(&set, hash));
    EXPECT(hash_set_reserve(&set, 5000));
    /* Eight to a place, and the one that is all zero. */
    for (i = 0; i < 5000; i++) {
        uint64_t place = i / 8;

        memcpy(hash, &place, 8);
        memcpy(hash + 8, &i, 8);
        EXPECT(hash_set_add(&set, hash));
        EXPECT(!hash_set_add(&set, hash));
    }
    for (i = 0; i < 5000; i += 3) {
        uint64_t place = i / 8;

        memcpy(hash, &place, 8);
        memcpy(hash + 8, &i, 8);
        EXPECT(hash_set_remove(&set, hash));
        EXPECT(!hash_set_remove(&set, hash));
    }
    EXPECT(hash_set_reserve(&set, 50000));
    for (i = 0; i < 5000; i++) {
        uint64_t place = i / 8;

        memcpy(hash, &place, 8);
        memcpy(hash + 8, &i, 8);
        EXPECT_INT(i % 3 != 0, hash_set_has(&set, hash));
    }
    EXPECT_INT(5000 - 1667, set.count);
    hash_set_fini(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_same_delivery_twice_is_stored_once_and_succeeds_twice),
        UNIT(marks_survive_a_restart),
        UNIT(a_mark_counts_when_it_is_on_disk_and_not_before),
        UNIT(the_latest_marks_stand_apart_until_they_are_many),
        UNIT(a_mark_that_was_moved_in_a_transaction_that_failed_is_where_it_was),
        UNIT(old_marks_leave_from_the_list_first_and_then_from_the_latest),
        UNIT(old_marks_leave_in_steps_and_then_the_same_counts_again),
        UNIT(what_was_pruned_in_a_transaction_that_failed_is_still_known),
        UNIT(at_the_bound_the_oldest_leave_and_are_counted),
        UNIT(a_set_keeps_its_members_through_collisions_growth_and_removals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
