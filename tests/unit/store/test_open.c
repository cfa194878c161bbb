#include "engine.h"

#include "store/format.h"
#include "store/keys.h"

#include <fcntl.h>
#include <sys/stat.h>

static struct engine *engine_closed(void)
{
    struct engine *e = engine_new();

    engine_close(e);
    return e;
}

/* Opening fails like this, and the message says so. */
static void expect_refused(struct engine *e, int rc, const char *words)
{
    struct weir_error err = {0};

    EXPECT_INT(rc, engine_try_open(e, &err));
    EXPECT_INT(rc, err.code);
    if (strstr(err.message, words) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", words, err.message);
    }
}

TEST(a_second_process_is_refused)
{
    struct engine *e = engine_new();
    struct engine *second = malloc(sizeof *second);
    struct store *st = e->st;

    UNUSED_STATE;
    *second = *e;
    second->st = NULL;
    expect_refused(second, WEIR_E_CONFIG, "in use by another process");
    EXPECT(second->st == NULL);
    e->st = st;
    EXPECT_INT(0, append(e, 1, 0, "x").rc);
    free(second);
    engine_free(e);
}

TEST(another_key_is_refused)
{
    struct engine *e = engine_closed();

    UNUSED_STATE;
    memset(e->keys[0], 9, CRYPTO_KEY);
    expect_refused(e, WEIR_E_CONFIG, "another master key");
    memset(e->keys[0], 7, CRYPTO_KEY);
    engine_open(e);
    engine_free(e);
}

TEST(a_newer_format_is_refused_and_left_as_it_is)
{
    struct engine *e = engine_new();

    UNUSED_STATE;
    {
        /* As a later build would leave it. */
        MDB_txn *txn = NULL;
        MDB_val k = {.mv_size = 6, .mv_data = (void *)(uintptr_t) "format"};
        uint8_t version[4];
        MDB_val v = {.mv_size = 4, .mv_data = version};

        be_put_u32(version, FORMAT_VERSION + 1);
        store_stop(e->st);
        EXPECT_INT(0, mdb_txn_begin(e->st->env, NULL, 0, &txn));
        EXPECT_INT(0, mdb_put(txn, e->st->dbi[DB_META], &k, &v, 0));
        EXPECT_INT(0, mdb_txn_commit(txn));
    }
    engine_close(e);
    expect_refused(e, WEIR_E_CONFIG, "newer than this build");
    expect_refused(e, WEIR_E_CONFIG, "newer than this build");
    engine_free(e);
}

/* Version 1 had the counters in "meta", and no latest marks. */
static void make_version_1(struct engine *e)
{
    MDB_txn *txn = NULL;
    MDB_val counters = {.mv_size = 8, .mv_data = (void *)(uintptr_t) "counters"};
    MDB_val format = {.mv_size = 6, .mv_data = (void *)(uintptr_t) "format"};
    uint8_t version[4];
    uint8_t copy[256];
    MDB_val v;

    store_stop(e->st);
    EXPECT_INT(0, mdb_txn_begin(e->st->env, NULL, 0, &txn));
    EXPECT_INT(0, mdb_get(txn, e->st->dbi[DB_ROOT], &counters, &v));
    EXPECT(v.mv_size <= sizeof copy);
    memcpy(copy, v.mv_data, v.mv_size);
    v.mv_data = copy;
    EXPECT_INT(0, mdb_put(txn, e->st->dbi[DB_META], &counters, &v, 0));
    EXPECT_INT(0, mdb_del(txn, e->st->dbi[DB_ROOT], &counters, NULL));
    be_put_u32(version, 1);
    v = (MDB_val){.mv_size = 4, .mv_data = version};
    EXPECT_INT(0, mdb_put(txn, e->st->dbi[DB_META], &format, &v, 0));
    EXPECT_INT(0, mdb_txn_commit(txn));
    engine_close(e);
}

TEST(a_store_of_the_first_format_is_brought_forward)
{
    struct engine *e = engine_new();

    UNUSED_STATE;
    EXPECT_INT(1, append(e, 1, 0, "before").got.seq);
    make_version_1(e);
    engine_open(e);
    EXPECT_INT(2, append(e, 1, 0, "after").got.seq);
    EXPECT_INT(2, inbox_look(e, 1, 0).count);
    engine_reopen(e);
    EXPECT_INT(3, append(e, 1, 0, "and again").got.seq);
    engine_free(e);
}

static void write_file(const struct engine *e, const char *bytes, size_t len)
{
    char path[96];
    int fd;

    (void)snprintf(path, sizeof path, "%s/data.mdb", e->dir);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    EXPECT(fd >= 0);
    EXPECT_INT(len, write(fd, bytes, len));
    (void)close(fd);
}

TEST(a_file_that_is_no_store_is_refused)
{
    struct engine *e = engine_closed();
    char *noise = malloc(20000);

    UNUSED_STATE;
    memset(noise, 'n', 20000);
    write_file(e, noise, 20000);
    expect_refused(e, WEIR_E_CONFIG, "cannot be opened");
    free(noise);
    engine_free(e);
}

TEST(a_store_that_was_cut_off_while_it_was_made_is_begun_anew)
{
    struct engine *e = engine_closed();
    char path[256];

    UNUSED_STATE;
    (void)snprintf(path, sizeof path, "%s/data.mdb", e->dir);
    EXPECT_INT(0, truncate(path, 0));
    EXPECT_INT(0, truncate(path, 6000)); /* what a power cut left of the first two pages: nothing of them */
    engine_open(e);
    EXPECT_INT(0, append(e, 1, 0, "x").rc);
    engine_free(e);
}

TEST(a_file_that_is_cut_short_is_refused)
{
    struct engine *e = engine_new();
    uint8_t *body = calloc(1, 100000);
    struct appended a;
    char path[96];

    UNUSED_STATE;
    append_start(&a, e, 1, 0, body, 100000);
    EXPECT_INT(0, append_wait(&a));
    engine_close(e);
    (void)snprintf(path, sizeof path, "%s/data.mdb", e->dir);
    EXPECT_INT(0, truncate(path, 16384));
    expect_refused(e, WEIR_E_IO, "cut short");
    free(body);
    engine_free(e);
}

TEST(a_folder_that_cannot_be_made_is_refused_and_one_that_is_made_is_private)
{
    struct engine *e = engine_closed();
    char dir[80];
    char command[96];
    struct stat st;

    UNUSED_STATE;
    (void)snprintf(dir, sizeof dir, "%s/a/b", e->dir);
    e->options.dir = dir;
    expect_refused(e, WEIR_E_CONFIG, "cannot be made");
    (void)snprintf(dir, sizeof dir, "%s/sub", e->dir);
    engine_open(e);
    EXPECT_INT(0, stat(dir, &st));
    EXPECT_INT(0700, st.st_mode & 0777);
    (void)snprintf(command, sizeof command, "%s/data.mdb", dir);
    EXPECT_INT(0, stat(command, &st));
    EXPECT_INT(0600, st.st_mode & 0777);
    engine_free(e);
}

TEST(without_a_key_there_is_no_store)
{
    struct engine *e = engine_closed();

    UNUSED_STATE;
    e->options.key_count = 0;
    expect_refused(e, WEIR_E_CONFIG, "no master key");
    engine_free(e);
}

TEST(after_a_rotation_the_new_key_alone_opens_what_stays)
{
    struct engine *e = engine_new();
    struct store_integration before;
    struct store_integration after;
    uint8_t newer[CRYPTO_KEY];
    char value[32];
    size_t len = 0;

    UNUSED_STATE;
    EXPECT_INT(0, store_integration_ensure(&before, e->st, "tool:one", NULL));
    EXPECT_INT(0, store_state_put(e->st, before.number, weir_str("token"), weir_bytes("abc", 3), NULL));
    EXPECT_INT(0, append(e, before.number, 0, "under the old key").rc);

    /* [new, old]: what was sealed before opens, what is sealed now is under the new one. */
    memset(newer, 21, sizeof newer);
    memcpy(e->keys[1], e->keys[0], CRYPTO_KEY);
    memcpy(e->keys[0], newer, CRYPTO_KEY);
    e->options.key_count = 2;
    engine_reopen(e);
    EXPECT_STR("under the old key", inbox_look(e, before.number, 0).text);
    EXPECT_INT(0, append(e, before.number, 0, "under the new key").rc);

    /* [new] */
    e->options.key_count = 1;
    engine_reopen(e);
    EXPECT_INT(0, store_integration_ensure(&after, e->st, "tool:one", NULL));
    EXPECT_STR(before.secrets[0], after.secrets[0]);
    EXPECT_INT(0, store_state_get(e->st, after.number, weir_str("token"), value, sizeof value, &len, NULL));
    EXPECT(len == 3 && memcmp(value, "abc", 3) == 0);
    EXPECT_STR("under the new key", inbox_look(e, before.number, 0).text);
    EXPECT_INT(1, inbox_look(e, before.number, 0).broken); /* the delivery that was not worked off in time */

    /* [old] */
    memcpy(e->keys[0], e->keys[1], CRYPTO_KEY);
    engine_close(e);
    expect_refused(e, WEIR_E_CONFIG, "another master key");
    engine_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_second_process_is_refused),
        UNIT(another_key_is_refused),
        UNIT(a_newer_format_is_refused_and_left_as_it_is),
        UNIT(a_store_of_the_first_format_is_brought_forward),
        UNIT(a_file_that_is_no_store_is_refused),
        UNIT(a_store_that_was_cut_off_while_it_was_made_is_begun_anew),
        UNIT(a_file_that_is_cut_short_is_refused),
        UNIT(a_folder_that_cannot_be_made_is_refused_and_one_that_is_made_is_private),
        UNIT(without_a_key_there_is_no_store),
        UNIT(after_a_rotation_the_new_key_alone_opens_what_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
