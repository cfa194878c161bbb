#include "engine.h"

#include "store/inbox.h"

static struct store_stats stats_of(struct engine *e)
{
    struct store_stats s;

    store_stats(&s, e->st);
    return s;
}

static uint8_t sum_of(const uint8_t *data, size_t len)
{
    uint8_t sum = 0;
    size_t i;

    for (i = 0; i < len; i++) {
        sum = (uint8_t)(sum * 31 + data[i]);
    }
    return sum;
}

TEST(a_delivery_of_any_length_comes_back_byte_by_byte)
{
    static const size_t lengths[] = {0, 1, 200, 1828, 1829, 1830, 1831, 3728, 3729, 3730, 100000, 1048576};
    struct engine *e = engine_new();
    uint8_t *body = malloc(1048576);
    size_t i;

    UNUSED_STATE;
    for (i = 0; i < 1048576; i++) {
        body[i] = (uint8_t)(i * 7 + i / 251);
    }
    for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct appended a;
        struct seen_items s;

        append_start(&a, e, 3, 0, body, lengths[i]);
        EXPECT_INT(0, append_wait(&a));
        s = inbox_look(e, 3, a.got.seq - 1);
        EXPECT_INT(1, s.count);
        EXPECT_INT(0, s.broken);
        EXPECT_INT(a.got.seq, s.item.seq);
        EXPECT_INT(STORE_DELIVERY, s.item.kind);
        EXPECT_INT(ENGINE_T0, s.item.received_at_ms);
        EXPECT_INT(lengths[i], s.item.body.len);
        EXPECT_INT(sum_of(body, lengths[i]), s.sum);
    }
    for (i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        EXPECT_INT(0, inbox_take(e, 3, i + 1));
    }
    EXPECT_INT(0, stats_of(e).inbox_count);
    EXPECT_INT(0, stats_of(e).inbox_bytes);
    EXPECT_INT(WEIR_E_NONE, inbox_take(e, 3, 1));
    free(body);
    engine_free(e);
}

static int no_overflow_run(struct store_txn *txn, struct test_op *t, struct weir_error *err)
{
    MDB_stat stat;

    (void)err;
    EXPECT_INT(0, mdb_stat(txn->mdb, txn->st->dbi[DB_INBOX], &stat));
    t->n = stat.ms_overflow_pages;
    return 0;
}

TEST(bodies_take_no_pages_of_their_own)
{
    struct engine *e = engine_new();
    struct test_op t = {.run = no_overflow_run, .n = 1};
    uint8_t *body = calloc(1, 50000);
    struct appended a;

    UNUSED_STATE;
    append_start(&a, e, 1, 0, body, 50000);
    EXPECT_INT(0, append_wait(&a));
    EXPECT_INT(0, engine_run(e, &t, NULL));
    EXPECT_INT(0, t.n);
    free(body);
    engine_free(e);
}

TEST(each_integration_has_its_own_line)
{
    struct engine *e = engine_new();
    uint32_t numbers[2] = {0, 0};
    size_t count = 2;
    struct seen_items s;

    UNUSED_STATE;
    (void)append(e, 5, 0, "five");
    (void)append(e, UINT32_MAX, 0, "last");
    (void)append(e, 2, 0, "two");
    (void)append(e, 5, 0, "five again");
    s = inbox_look(e, 5, 0);
    EXPECT_INT(2, s.count);
    EXPECT_STR("five again", s.text);
    EXPECT_INT(1, inbox_look(e, 5, 1).count);
    EXPECT_INT(0, inbox_look(e, 5, 4).count);
    EXPECT_INT(0, inbox_look(e, 3, 0).count);
    EXPECT_INT(0, inbox_look(e, 5, UINT64_MAX).count);
    EXPECT_INT(1, inbox_look(e, UINT32_MAX, 0).count);
    EXPECT_INT(0, store_inbox_integrations(e->st, numbers, &count, NULL));
    EXPECT_INT(3, count); /* more than there was room for */
    EXPECT_INT(2, numbers[0]);
    EXPECT_INT(5, numbers[1]);
    engine_free(e);
}

TEST(a_full_inbox_refuses_with_limit_and_keeps_what_it_has)
{
    struct engine *e = malloc(sizeof *e);
    struct appended a;

    UNUSED_STATE;
    engine_init(e);
    e->options.inbox_max = 2;
    e->options.inbox_bytes_max = 10000;
    engine_open(e);
    EXPECT(!store_has_room(e->st, 20000));
    EXPECT_INT(0, append(e, 1, 0, "a").rc);
    EXPECT(store_has_room(e->st, 100));
    EXPECT_INT(0, append(e, 1, 0, "b").rc);
    EXPECT(!store_has_room(e->st, 100));
    a = append(e, 1, 42, "c");
    EXPECT_INT(WEIR_E_LIMIT, a.rc);
    EXPECT(strstr(a.message, "inbox is full") != NULL);
    EXPECT_INT(2, stats_of(e).inbox_count);
    EXPECT_INT(0, inbox_take(e, 1, 1));
    a = append(e, 1, 42, "c"); /* the mark was not spent on the refused one */
    EXPECT_INT(0, a.rc);
    EXPECT(!a.got.duplicate);
    EXPECT_INT(0, inbox_take(e, 1, 2));
    {
        uint8_t body[10000] = {0};

        append_start(&a, e, 1, 0, body, sizeof body);
        EXPECT_INT(WEIR_E_LIMIT, append_wait(&a));
    }
    engine_free(e);
}

TEST(a_head_that_is_too_long_is_refused)
{
    struct engine *e = engine_new();
    uint8_t *head = calloc(1, INBOX_HEAD_MAX + 1);
    struct store_delivery d = {.integration = 1, .head = {head, INBOX_HEAD_MAX + 1}};
    struct appended a;

    UNUSED_STATE;
    memset(&a, 0, sizeof a);
    (void)sem_init(&a.over, 0, 0);
    store_append_delivery(e->st, &d, on_append, &a);
    EXPECT_INT(WEIR_E_LIMIT, append_wait(&a));
    free(head);
    engine_free(e);
}

TEST(tries_are_remembered)
{
    struct engine *e = engine_new();
    uint8_t body[5000] = {1};
    struct appended a;

    UNUSED_STATE;
    append_start(&a, e, 1, 0, body, sizeof body);
    EXPECT_INT(0, append_wait(&a));
    store_inbox_tries(e->st, 1, 1, 7);
    store_inbox_tries(e->st, 1, 99, 7); /* gone meanwhile: nothing */
    engine_reopen(e);
    EXPECT_INT(7, inbox_look(e, 1, 0).item.tries);
    EXPECT_INT(1, inbox_look(e, 1, 0).count);
    engine_free(e);
}

/* n: the item; m: what to do to it. */
static int damage_run(struct store_txn *txn, struct test_op *t, struct weir_error *err)
{
    uint8_t copy[INBOX_CHUNK];
    struct weir_bytes value;
    struct key key;
    size_t len;
    int rc = db_get(&value, txn, DB_INBOX, key_inbox(&key, 1, t->n, 0), err);

    EXPECT_INT(0, rc);
    EXPECT(value.len <= sizeof copy);
    memcpy(copy, value.data, value.len);
    len = value.len;
    switch (t->m) {
    case 0: /* a bit of the ciphertext */
        copy[len - 1] ^= 1;
        break;
    case 1: /* the length of the head, which is bound to it */
        copy[19] ^= 1;
        break;
    case 2: /* no fixed part */
        len = 3;
        break;
    case 3: /* more chunks than there are */
        copy[3] = 9;
        break;
    case 4: /* a length beyond all reason */
        memset(copy + 20, 0xff, 4);
        break;
    default: /* the first chunk is gone */
        return db_del(txn, DB_INBOX, key_span(&key), err);
    }
    return db_put(txn, DB_INBOX, key_span(&key), weir_bytes(copy, len), err);
}

TEST(an_item_that_cannot_be_read_is_handed_to_broken_and_the_rest_goes_on)
{
    struct engine *e = engine_new();
    uint8_t body[5000] = {1};
    struct seen_items s;
    uint64_t i;

    UNUSED_STATE;
    for (i = 0; i < 8; i++) {
        struct appended a;

        append_start(&a, e, 1, 0, body, sizeof body);
        EXPECT_INT(0, append_wait(&a));
    }
    for (i = 0; i < 6; i++) {
        struct test_op t = {.run = damage_run, .n = i + 2, .m = i};

        EXPECT_INT(0, engine_run(e, &t, NULL));
    }
    s = inbox_look(e, 1, 0);
    EXPECT_INT(2, s.count);
    EXPECT_INT(6, s.broken);
    EXPECT_INT(8, s.last);
    EXPECT_INT(7, s.last_broken);
    /* They can be taken out like others. */
    for (i = 1; i <= 8; i++) {
        EXPECT_INT(0, inbox_take(e, 1, i));
    }
    EXPECT_INT(0, stats_of(e).inbox_count);
    EXPECT_INT(0, inbox_look(e, 1, 0).broken);
    engine_free(e);
}

/* A sealed item moved to another number does not open. */
static int move_run(struct store_txn *txn, struct test_op *t, struct weir_error *err)
{
    uint8_t copy[INBOX_CHUNK];
    struct weir_bytes value;
    struct key key;
    size_t len;

    (void)t;
    EXPECT_INT(0, db_get(&value, txn, DB_INBOX, key_inbox(&key, 1, 1, 0), err));
    len = value.len;
    memcpy(copy, value.data, len);
    return db_put(txn, DB_INBOX, key_inbox(&key, 2, 1, 0), weir_bytes(copy, len), err);
}

TEST(an_item_moved_to_another_place_does_not_open)
{
    struct engine *e = engine_new();
    struct test_op t = {.run = move_run};

    UNUSED_STATE;
    EXPECT_INT(0, append(e, 1, 0, "secret of the first").rc);
    EXPECT_INT(0, engine_run(e, &t, NULL));
    EXPECT_INT(1, inbox_look(e, 1, 0).count);
    EXPECT_INT(1, inbox_look(e, 2, 0).broken);
    engine_free(e);
}

TEST(bodies_lie_on_disk_unreadable)
{
    struct engine *e = engine_new();
    char path[96];
    char command[192];

    UNUSED_STATE;
    EXPECT_INT(0, append(e, 1, 0, "needle-in-the-clear").rc);
    (void)snprintf(path, sizeof path, "%s/data.mdb", e->dir);
    (void)snprintf(command, sizeof command, "! grep -q needle-in-the-clear '%s'", path);
    EXPECT_INT(0, system(command));
    engine_free(e);
}

/* n: the first to take, m: how many; as many put at the tail. */
static int flow_run(struct store_txn *txn, struct test_op *t, struct weir_error *err)
{
    uint8_t body[200] = {0};
    struct store_delivery d = {.integration = 1, .kind = STORE_DELIVERY, .body = {body, sizeof body}};
    uint64_t i;

    for (i = 0; i < t->m; i++) {
        uint64_t seq = 0;

        EXPECT_INT(0, inbox_put(&seq, txn, &d, err));
        if (t->n > 0) {
            EXPECT_INT(0, inbox_remove(txn, 1, t->n + i, err));
        }
    }
    return 0;
}

TEST(the_file_does_not_grow_under_a_steady_flow)
{
    struct engine *e = engine_new();
    struct test_op fill = {.run = flow_run, .m = 1000};
    uint64_t settled = 0;
    uint64_t done;

    UNUSED_STATE;
    EXPECT_INT(0, engine_run(e, &fill, NULL));
    for (done = 0; done < 200000; done += 200) {
        struct test_op t = {.run = flow_run, .n = done + 1, .m = 200};

        EXPECT_INT(0, engine_run(e, &t, NULL));
        if (done == 10000) {
            settled = stats_of(e).file_bytes;
        }
    }
    EXPECT_INT(1000, stats_of(e).inbox_count);
    EXPECT(stats_of(e).file_bytes <= settled + settled / 4);
    EXPECT(stats_of(e).used_bytes < stats_of(e).file_bytes);
    engine_free(e);
}

TEST(the_oldest_and_the_counts_survive_a_restart)
{
    struct engine *e = engine_new();
    struct store_stats before;
    struct store_stats after;

    UNUSED_STATE;
    (void)append(e, 7, 1, "a");
    atomic_fetch_add(&e->now_ms, 5000);
    (void)append(e, 3, 2, "b");
    before = stats_of(e);
    EXPECT_INT(ENGINE_T0, before.inbox_oldest_ms);
    EXPECT_INT(2, before.inbox_count);
    EXPECT_INT(2, before.seen_count);
    engine_reopen(e);
    after = stats_of(e);
    EXPECT_INT(before.inbox_oldest_ms, after.inbox_oldest_ms);
    EXPECT_INT(before.inbox_count, after.inbox_count);
    EXPECT_INT(before.inbox_bytes, after.inbox_bytes);
    EXPECT_INT(before.seen_count, after.seen_count);
    EXPECT_INT(3, append(e, 1, 0, "numbers go on").got.seq);
    engine_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_delivery_of_any_length_comes_back_byte_by_byte),
        UNIT(bodies_take_no_pages_of_their_own),
        UNIT(each_integration_has_its_own_line),
        UNIT(a_full_inbox_refuses_with_limit_and_keeps_what_it_has),
        UNIT(a_head_that_is_too_long_is_refused),
        UNIT(tries_are_remembered),
        UNIT(an_item_that_cannot_be_read_is_handed_to_broken_and_the_rest_goes_on),
        UNIT(an_item_moved_to_another_place_does_not_open),
        UNIT(bodies_lie_on_disk_unreadable),
        UNIT(the_file_does_not_grow_under_a_steady_flow),
        UNIT(the_oldest_and_the_counts_survive_a_restart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
