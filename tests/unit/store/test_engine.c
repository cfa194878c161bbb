#include "engine.h"

#include "store/keys.h"

TEST(a_delivery_is_answered_after_its_commit)
{
    struct engine *e = engine_new();
    struct appended a;

    UNUSED_STATE;
    engine_hold(e);
    append_start(&a, e, 1, 0, "x", 1);
    engine_wait_held(e);
    EXPECT(!append_is_over(&a));
    EXPECT_INT(0, inbox_look(e, 1, 0).count);
    engine_release(e);
    EXPECT_INT(0, append_wait(&a));
    EXPECT_INT(1, a.got.seq);
    EXPECT_INT(1, inbox_look(e, 1, 0).count);
    engine_free(e);
}

TEST(what_waits_during_a_sync_shares_the_next_one)
{
    struct engine *e = engine_new();
    struct appended first;
    struct appended *many = calloc(200, sizeof *many);
    size_t i;
    int before;

    UNUSED_STATE;
    engine_hold(e);
    append_start(&first, e, 1, 0, "x", 1);
    engine_wait_held(e);
    before = atomic_load(&e->commits);
    for (i = 0; i < 200; i++) {
        append_start(&many[i], e, 1, 0, "y", 1);
    }
    engine_release(e);
    EXPECT_INT(0, append_wait(&first));
    for (i = 0; i < 200; i++) {
        EXPECT_INT(0, append_wait(&many[i]));
        EXPECT_INT(2 + i, many[i].got.seq);
    }
    EXPECT_INT(before + 1, atomic_load(&e->commits));
    free(many);
    engine_free(e);
}

struct order {
    atomic_int states_done;
    int states_when_appended;
};

static int touch_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct key key;

    (void)op;
    return db_put(txn, DB_META, key_text(&key, "touch"), weir_bytes("1", 1), err);
}

struct order_op {
    struct store_op op;
    struct order *order;
};

static void order_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    (void)err;
    EXPECT_INT(0, rc);
    atomic_fetch_add(&((struct order_op *)op)->order->states_done, 1);
    free(op);
}

static void order_appended(void *ctx, int rc, const struct store_appended *got, const struct weir_error *err)
{
    struct order *o = ctx;

    (void)got;
    (void)err;
    EXPECT_INT(0, rc);
    o->states_when_appended = atomic_load(&o->states_done);
}

TEST(appends_go_first_and_at_most_64_others_ride_with_them)
{
    struct engine *e = engine_new();
    struct order o = {0};
    struct appended first;
    struct store_delivery d = {.integration = 1, .kind = STORE_DELIVERY};
    int before;
    int i;

    UNUSED_STATE;
    engine_hold(e);
    append_start(&first, e, 1, 0, "x", 1);
    engine_wait_held(e);
    before = atomic_load(&e->commits);
    for (i = 0; i < 1000; i++) {
        struct order_op *op = STORE_OP_NEW(struct order_op);

        op->op.run = touch_run;
        op->op.finish = order_finish;
        op->order = &o;
        store_submit(e->st, &op->op);
    }
    store_append_delivery(e->st, &d, order_appended, &o);
    engine_release(e);
    EXPECT_INT(0, append_wait(&first));
    store_stop(e->st); /* finishes what was submitted */
    EXPECT_INT(0, o.states_when_appended);
    EXPECT_INT(1000, atomic_load(&o.states_done));
    /* 64 with the append, then the other 936 at once. */
    EXPECT_INT(before + 2, atomic_load(&e->commits));
    engine_free(e);
}

static int touch(struct engine *e)
{
    struct store_op op = {.run = touch_run};

    return store_submit_wait(e->st, &op, NULL);
}

TEST(whoever_waits_is_not_held_up_by_a_writer_that_gathers)
{
    struct engine *e = engine_new();
    struct order o = {0};
    int round;
    int i;

    UNUSED_STATE;
    for (round = 0; round < 50; round++) {
        struct appended first;

        engine_hold(e);
        append_start(&first, e, 1, 0, "x", 1);
        engine_wait_held(e);
        for (i = 0; i < 20; i++) { /* enough to be called busy */
            struct order_op *op = STORE_OP_NEW(struct order_op);

            op->op.run = touch_run;
            op->op.finish = order_finish;
            op->order = &o;
            store_submit(e->st, &op->op);
        }
        engine_release(e);
        EXPECT_INT(0, append_wait(&first));
        if (round % 2 == 0) {
            EXPECT_INT(0, touch(e));
        } else {
            EXPECT_INT(0, append(e, 1, 0, "y").rc);
        }
    }
    store_stop(e->st);
    EXPECT_INT(50 * 20, atomic_load(&o.states_done));
    engine_free(e);
}

static int write_then_fail(struct store_txn *txn, struct test_op *t, struct weir_error *err)
{
    struct key key;

    t->m++;
    txn->counters.dead_count += 7;
    EXPECT_INT(0, db_put(txn, DB_META, key_text(&key, "half"), weir_bytes("1", 1), err));
    return weir_fail(err, WEIR_E_INVALID, "not like this");
}

static int look_for_half(struct store_txn *txn, struct test_op *t, struct weir_error *err)
{
    struct weir_bytes value;
    struct key key;

    t->n = txn->counters.dead_count;
    return db_get(&value, txn, DB_META, key_text(&key, "half"), err);
}

TEST(an_operation_that_fails_takes_nobody_with_it_and_leaves_nothing)
{
    struct engine *e = engine_new();
    struct test_op bad = {.run = write_then_fail};
    struct test_op look = {.run = look_for_half};
    struct weir_error err = {0};

    UNUSED_STATE;
    EXPECT_INT(WEIR_E_INVALID, engine_run(e, &bad, &err));
    EXPECT_STR("not like this", err.message);
    EXPECT_INT(1, append(e, 1, 5, "x").got.seq);
    EXPECT_INT(WEIR_E_NONE, engine_run(e, &look, &err));
    EXPECT_INT(0, look.n);
    engine_free(e);
}

struct heap_op {
    struct test_op t;
    sem_t *over;
    int *rc;
};

static void heap_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    struct heap_op *h = (struct heap_op *)op;

    EXPECT((rc == 0) == (err == NULL));
    *h->rc = rc;
    (void)sem_post(h->over);
    free(h);
}

TEST(others_of_its_batch_are_run_again_without_it)
{
    struct engine *e = engine_new();
    struct appended first;
    struct appended a;
    struct appended b;
    struct heap_op *bad = STORE_OP_NEW(struct heap_op);
    sem_t over;
    int rc = 1;

    UNUSED_STATE;
    (void)sem_init(&over, 0, 0);
    engine_hold(e);
    append_start(&first, e, 1, 0, "x", 1);
    engine_wait_held(e);
    append_start(&a, e, 1, 77, "a", 1);
    bad->t.op.run = test_op_run;
    bad->t.op.finish = heap_finish;
    bad->t.op.append = true; /* between the two */
    bad->t.run = write_then_fail;
    bad->over = &over;
    bad->rc = &rc;
    store_submit(e->st, &bad->t.op);
    append_start(&b, e, 1, 77, "b", 1);
    engine_release(e);
    (void)sem_wait(&over);
    (void)sem_destroy(&over);
    EXPECT_INT(WEIR_E_INVALID, rc);
    EXPECT_INT(0, append_wait(&first));
    EXPECT_INT(0, append_wait(&a));
    EXPECT_INT(0, append_wait(&b));
    EXPECT_INT(2, a.got.seq);
    EXPECT(!a.got.duplicate);
    EXPECT(b.got.duplicate);
    EXPECT_INT(2, inbox_look(e, 1, 0).count);
    engine_free(e);
}

struct steps_op {
    struct store_op op;
    int step, counted;
};

static int steps_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct steps_op *s = (struct steps_op *)op;
    struct key key;
    int rc = db_put(txn, DB_META, key_text(&key, "touch"), weir_bytes("1", 1), err);

    s->step = 1;
    return rc == 0 && s->counted < 4 ? STORE_MORE : rc;
}

static void steps_stepped(struct store_op *op)
{
    struct steps_op *s = (struct steps_op *)op;

    s->counted += s->step;
}

TEST(an_operation_in_steps_lets_others_through_and_counts_each_step_once)
{
    struct engine *e = engine_new();
    struct steps_op s = {.op = {.run = steps_run, .stepped = steps_stepped}};
    int before = atomic_load(&e->commits);

    UNUSED_STATE;
    engine_fail_commits(e, MDB_MAP_FULL, 1); /* the first step is run twice */
    EXPECT_INT(0, store_submit_wait(e->st, &s.op, NULL));
    EXPECT_INT(4, s.counted);
    EXPECT_INT(before + 6, atomic_load(&e->commits));
    engine_free(e);
}

TEST(a_stopped_store_refuses_at_once)
{
    struct engine *e = engine_new();
    struct appended a;

    UNUSED_STATE;
    store_stop(e->st);
    EXPECT(!store_has_room(e->st, 1));
    append_start(&a, e, 1, 0, "x", 1);
    EXPECT(append_is_over(&a));
    EXPECT_INT(WEIR_E_STOPPING, append_wait(&a));
    engine_free(e);
}

static int stamp_run(struct store_txn *txn, struct test_op *t, struct weir_error *err)
{
    struct key key;

    t->n = (uint64_t)txn->now_ms;
    return db_put(txn, DB_META, key_text(&key, "touch"), weir_bytes("1", 1), err);
}

TEST(stamps_only_go_forward_also_when_the_clock_goes_back_and_after_a_restart)
{
    struct engine *e = engine_new();
    struct test_op t = {.run = stamp_run};
    uint64_t last;

    UNUSED_STATE;
    atomic_store(&e->now_ms, ENGINE_T0 + 5000);
    EXPECT_INT(0, engine_run(e, &t, NULL));
    EXPECT_INT(ENGINE_T0 + 5000, t.n);
    last = t.n;
    EXPECT_INT(0, engine_run(e, &t, NULL));
    EXPECT(t.n > last);
    last = t.n;
    atomic_store(&e->now_ms, ENGINE_T0 - 5000);
    EXPECT_INT(0, engine_run(e, &t, NULL));
    EXPECT(t.n > last);
    last = t.n;
    engine_reopen(e);
    EXPECT_INT(0, engine_run(e, &t, NULL));
    EXPECT(t.n > last);
    EXPECT(t.n < last + 10);
    engine_free(e);
}

TEST(no_later_change_has_a_stamp_before_the_horizon)
{
    struct engine *e = engine_new();
    struct test_op t = {.run = stamp_run};
    struct appended a;
    int64_t horizon;

    UNUSED_STATE;
    horizon = store_stamp_horizon_ms(e->st);
    EXPECT(horizon >= ENGINE_T0);
    atomic_store(&e->now_ms, ENGINE_T0 - 60000);
    EXPECT_INT(0, engine_run(e, &t, NULL));
    EXPECT((int64_t)t.n >= horizon);

    /* While a transaction is on its way, its own stamp is the horizon. */
    atomic_store(&e->now_ms, ENGINE_T0 + 1000);
    engine_hold(e);
    append_start(&a, e, 1, 0, "x", 1);
    engine_wait_held(e);
    atomic_store(&e->now_ms, ENGINE_T0 + 9000);
    EXPECT_INT(ENGINE_T0 + 1000, store_stamp_horizon_ms(e->st));
    engine_release(e);
    EXPECT_INT(0, append_wait(&a));
    EXPECT_INT(ENGINE_T0 + 9000, store_stamp_horizon_ms(e->st));
    engine_free(e);
}

struct noted {
    struct store_hook hook;
    int *order;
    int *committed;
    int number;
};

static void noted_run(struct store_hook *hook, struct store *st, bool committed)
{
    struct noted *n = (struct noted *)hook;

    (void)st;
    *n->order = *n->order * 10 + n->number;
    *n->committed += committed;
    free(n);
}

static int hooks_run_op(struct store_txn *txn, struct test_op *t, struct weir_error *err)
{
    int *notes = t->ctx;
    int i;

    for (i = 1; i <= 3; i++) {
        struct noted *n = calloc(1, sizeof *n);

        n->hook.run = noted_run;
        n->order = &notes[0];
        n->committed = &notes[1];
        n->number = i;
        store_take_hook(txn, &n->hook);
    }
    return t->n != 0 ? weir_fail(err, WEIR_E_INVALID, "no") : 0;
}

TEST(hooks_run_in_order_after_a_commit_and_backwards_after_an_abort)
{
    struct engine *e = engine_new();
    int notes[2] = {0, 0};
    struct test_op t = {.run = hooks_run_op, .ctx = notes};

    UNUSED_STATE;
    EXPECT_INT(0, engine_run(e, &t, NULL));
    EXPECT_INT(123, notes[0]);
    EXPECT_INT(3, notes[1]);
    notes[0] = 0;
    t.n = 1;
    EXPECT_INT(WEIR_E_INVALID, engine_run(e, &t, NULL));
    EXPECT_INT(321, notes[0]);
    EXPECT_INT(3, notes[1]);
    engine_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_delivery_is_answered_after_its_commit),
        UNIT(what_waits_during_a_sync_shares_the_next_one),
        UNIT(appends_go_first_and_at_most_64_others_ride_with_them),
        UNIT(whoever_waits_is_not_held_up_by_a_writer_that_gathers),
        UNIT(an_operation_that_fails_takes_nobody_with_it_and_leaves_nothing),
        UNIT(others_of_its_batch_are_run_again_without_it),
        UNIT(an_operation_in_steps_lets_others_through_and_counts_each_step_once),
        UNIT(a_stopped_store_refuses_at_once),
        UNIT(stamps_only_go_forward_also_when_the_clock_goes_back_and_after_a_restart),
        UNIT(no_later_change_has_a_stamp_before_the_horizon),
        UNIT(hooks_run_in_order_after_a_commit_and_backwards_after_an_abort),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
