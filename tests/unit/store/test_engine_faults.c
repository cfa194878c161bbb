#include "engine.h"

#include "store/format.h"
#include "store/keys.h"

#include <sched.h>
#include <sys/mount.h>

static struct store_stats stats_of(struct engine *e)
{
    struct store_stats s;

    store_stats(&s, e->st);
    return s;
}

TEST(a_full_disk_fails_the_batch_with_later_and_is_over_when_there_is_room)
{
    struct engine *e = engine_new();
    struct appended a;

    UNUSED_STATE;
    EXPECT_INT(0, append(e, 1, 0, "before").rc);
    engine_fail_commits(e, ENOSPC, 1);
    a = append(e, 1, 9, "lost");
    EXPECT_INT(WEIR_E_LATER, a.rc);
    EXPECT(stats_of(e).disk_full);
    EXPECT(stats_of(e).alive);
    EXPECT_INT(1, stats_of(e).inbox_count);
    EXPECT_INT(0, stats_of(e).seen_count);
    /* The mark was not spent: the sender's next try counts. */
    a = append(e, 1, 9, "kept");
    EXPECT_INT(0, a.rc);
    EXPECT(!a.got.duplicate);
    EXPECT_INT(2, a.got.seq);
    EXPECT(!stats_of(e).disk_full);
    EXPECT_INT(0, atomic_load(&e->fatal));
    engine_reopen(e);
    EXPECT_INT(2, inbox_look(e, 1, 0).count);
    engine_free(e);
}

TEST(while_the_disk_is_full_one_delivery_a_second_may_try)
{
    struct engine *e = engine_new();

    UNUSED_STATE;
    EXPECT(store_has_room(e->st, 100));
    engine_fail_commits(e, EDQUOT, 1);
    EXPECT_INT(WEIR_E_LATER, append(e, 1, 0, "x").rc);
    EXPECT(store_has_room(e->st, 100));
    EXPECT(!store_has_room(e->st, 100));
    atomic_fetch_add(&e->now_ms, 1000);
    EXPECT(store_has_room(e->st, 100));
    EXPECT(!store_has_room(e->st, 100));
    EXPECT_INT(0, append(e, 1, 0, "x").rc);
    EXPECT(store_has_room(e->st, 100));
    EXPECT(store_has_room(e->st, 100));
    engine_free(e);
}

TEST(below_the_mark_of_free_space_deliveries_are_refused_and_other_work_goes_on)
{
    struct engine *e = malloc(sizeof *e);
    struct appended a;
    struct store_integration row;

    UNUSED_STATE;
    engine_init(e);
    e->options.disk_free_min_bytes = UINT64_MAX;
    engine_open(e);
    a = append(e, 1, 3, "x");
    EXPECT_INT(WEIR_E_LATER, a.rc);
    EXPECT(strstr(a.message, "nearly full") != NULL);
    EXPECT(stats_of(e).disk_full);
    EXPECT_INT(0, stats_of(e).seen_count);
    EXPECT_INT(0, store_integration_ensure(&row, e->st, "tool:one", NULL));
    /* Asked again after a second, not before. */
    e->st->options.disk_free_min_bytes = 0;
    EXPECT_INT(WEIR_E_LATER, append(e, 1, 3, "x").rc);
    atomic_fetch_add(&e->now_ms, 1001);
    EXPECT_INT(0, append(e, 1, 3, "x").rc);
    EXPECT(!stats_of(e).disk_full);
    engine_free(e);
}

TEST(a_failing_sync_is_the_end_and_is_never_tried_again)
{
    struct engine *e = engine_new();
    struct appended a;
    struct appended b;
    struct store_txn txn;
    int commits;

    UNUSED_STATE;
    EXPECT_INT(0, append(e, 1, 0, "before").rc);
    engine_fail_commits(e, EIO, 1);
    a = append(e, 1, 0, "unknown");
    EXPECT_INT(WEIR_E_IO, a.rc);
    EXPECT_INT(1, atomic_load(&e->fatal));
    EXPECT(!stats_of(e).alive);
    EXPECT(!store_has_room(e->st, 1));
    commits = atomic_load(&e->commits);
    b = append(e, 1, 0, "after");
    EXPECT_INT(WEIR_E_IO, b.rc);
    EXPECT_INT(1, atomic_load(&e->fatal));
    EXPECT_INT(commits, atomic_load(&e->commits));
    EXPECT_INT(WEIR_E_IO, store_read_begin(&txn, e->st, NULL));
    engine_reopen(e);
    EXPECT_INT(1, inbox_look(e, 1, 0).count);
    engine_free(e);
}

struct reading {
    struct engine *e;
    atomic_bool stop;
    atomic_size_t looks;
    pthread_t thread;
};

/* Opens a second reader while it holds the first, as callbacks may. */
static void *reading_run(void *arg)
{
    struct reading *r = arg;

    while (!atomic_load(&r->stop)) {
        struct store_txn outer;
        struct store_txn inner;
        struct weir_bytes value;
        struct key key;

        EXPECT_INT(0, store_read_begin(&outer, r->e->st, NULL));
        EXPECT_INT(0, store_read_begin(&inner, r->e->st, NULL));
        EXPECT_INT(0, db_get(&value, &inner, DB_ROOT, key_text(&key, "counters"), NULL));
        EXPECT(value.len >= 8 && be_u64(value.data) != 0);
        store_read_end(&inner);
        EXPECT_INT(0, db_get(&value, &outer, DB_META, key_text(&key, "format"), NULL));
        EXPECT_INT(FORMAT_VERSION, be_u32(value.data));
        store_read_end(&outer);
        atomic_fetch_add(&r->looks, 1);
    }
    return NULL;
}

TEST(the_map_grows_under_load_beside_readers)
{
    struct engine *e = engine_new();
    struct reading r[3];
    struct appended many[64];
    uint8_t *body = calloc(1, 20000);
    size_t before = atomic_load(&e->st->map_bytes);
    size_t i;
    size_t k;

    UNUSED_STATE;
    for (i = 0; i < 3; i++) {
        r[i] = (struct reading){.e = e};
        EXPECT_INT(0, pthread_create(&r[i].thread, NULL, reading_run, &r[i]));
    }
    /* 64 times 64 of 20 kB are 82 MB in a map of 16 MiB. */
    for (i = 0; i < 64; i++) {
        for (k = 0; k < 64; k++) {
            append_start(&many[k], e, (uint32_t)(1 + k % 3), 0, body, 20000);
        }
        for (k = 0; k < 64; k++) {
            EXPECT_INT(0, append_wait(&many[k]));
        }
    }
    for (i = 0; i < 3; i++) {
        atomic_store(&r[i].stop, true);
        (void)pthread_join(r[i].thread, NULL);
        EXPECT(atomic_load(&r[i].looks) > 0);
    }
    EXPECT(atomic_load(&e->st->map_bytes) > 4 * before);
    EXPECT_INT(64 * 64, stats_of(e).inbox_count);
    EXPECT_INT(64 * 22, inbox_look(e, 1, 0).count);
    engine_reopen(e);
    EXPECT_INT(64 * 64, stats_of(e).inbox_count);
    free(body);
    engine_free(e);
}

TEST(a_reader_that_never_leaves_makes_growing_fail_with_later)
{
    struct engine *e = engine_new();
    struct store_txn txn;
    struct appended a;

    UNUSED_STATE;
    e->st->gate_timeout_ms = 100;
    EXPECT_INT(0, store_read_begin(&txn, e->st, NULL));
    engine_fail_commits(e, MDB_MAP_FULL, 1);
    a = append(e, 1, 0, "x");
    EXPECT_INT(WEIR_E_LATER, a.rc);
    store_read_end(&txn);
    EXPECT_INT(0, append(e, 1, 0, "x").rc);
    engine_free(e);
}

/* A real full disk: a small one of its own, for which the test has to be root. */
TEST(on_a_disk_that_is_really_full_nothing_is_lost_and_it_recovers)
{
    struct engine *e = malloc(sizeof *e);
    struct appended a = {.rc = 0};
    char *body = calloc(1, 100001);
    uint64_t count = 0;
    struct store_stats s;
    uint64_t seq;

    UNUSED_STATE;
    engine_init(e);
    if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", e->dir, "tmpfs", 0, "size=6m") != 0) {
        metrics_free(e->metrics);
        (void)rmdir(e->dir);
        free(body);
        free(e);
        skip();
    }
    memset(body, 'b', 100000);
    engine_open(e);
    while (count < 1000) {
        a = append(e, 1, 0, body);
        if (a.rc != 0) {
            break;
        }
        count++;
    }
    EXPECT_INT(WEIR_E_LATER, a.rc);
    EXPECT(count > 10);
    EXPECT_INT(0, atomic_load(&e->fatal));
    EXPECT(stats_of(e).disk_full);
    EXPECT_INT(WEIR_E_LATER, append(e, 1, 0, body).rc);
    EXPECT_INT(count, inbox_look(e, 1, 0).count);

    EXPECT_INT(0, mount(NULL, e->dir, NULL, MS_REMOUNT, "size=12m"));
    EXPECT_INT(0, append(e, 1, 0, body).rc);
    EXPECT(!stats_of(e).disk_full);
    for (seq = 1; seq <= count; seq++) {
        EXPECT_INT(0, inbox_take(e, 1, seq));
    }
    engine_reopen(e);
    s = stats_of(e);
    EXPECT_INT(1, s.inbox_count);
    EXPECT_INT(1, inbox_look(e, 1, 0).count);
    engine_close(e);
    EXPECT_INT(0, umount(e->dir));
    free(body);
    engine_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_full_disk_fails_the_batch_with_later_and_is_over_when_there_is_room),
        UNIT(while_the_disk_is_full_one_delivery_a_second_may_try),
        UNIT(below_the_mark_of_free_space_deliveries_are_refused_and_other_work_goes_on),
        UNIT(a_failing_sync_is_the_end_and_is_never_tried_again),
        UNIT(the_map_grows_under_load_beside_readers),
        UNIT(a_reader_that_never_leaves_makes_growing_fail_with_later),
        UNIT(on_a_disk_that_is_really_full_nothing_is_lost_and_it_recovers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
