/*
 * The engine accounts for a page that a transaction took behind the end of the file and gave back before its
 * commit, but never writes it. The file then ends before its account does, and nothing is missing.
 */
#include "engine.h"

#include "store/keys.h"

#include <sys/stat.h>

#define BEFORE 10
#define LARGE 200000 /* pages of its own, behind all others */

/* All pages that it changes are there before the large value comes behind them, and goes. */
static int put_and_delete(struct store_txn *txn, struct test_op *t, struct weir_error *err)
{
    struct key key;
    uint8_t *room = NULL;
    int rc = db_put(txn, DB_STATE, key_text(&key, "staying"), weir_bytes("x", 1), err);

    (void)t;
    rc = rc == 0 ? db_put(txn, DB_META, key_text(&key, "touched"), weir_bytes("x", 1), err) : rc;
    rc = rc == 0 ? db_reserve(&room, txn, DB_STATE, key_text(&key, "passing"), LARGE, err) : rc;
    if (rc != 0) {
        return rc;
    }
    memset(room, 1, LARGE);
    return db_del(txn, DB_STATE, key_text(&key, "passing"), err);
}

static off_t file_size(const char *path)
{
    struct stat st;

    EXPECT_INT(0, stat(path, &st));
    return st.st_size;
}

/* A store whose file ends before its account; its path. */
static struct engine *engine_short(char path[96])
{
    struct engine *e = engine_new();
    struct test_op t = {.run = put_and_delete};
    MDB_envinfo info;

    (void)snprintf(path, 96, "%s/data.mdb", e->dir);
    /* Free pages are used again only some commits later. */
    for (int i = 0; i < BEFORE; i++) {
        EXPECT_INT(0, append(e, 1, 0, "before").rc);
    }
    EXPECT_INT(0, engine_run(e, &t, NULL));
    (void)mdb_env_info(e->st->env, &info);
    EXPECT(file_size(path) < (off_t)((info.me_last_pgno + 1) * (size_t)sysconf(_SC_PAGESIZE)));
    return e;
}

TEST(a_file_that_ends_before_its_last_free_pages_opens)
{
    char path[96];
    struct engine *e = engine_short(path);

    UNUSED_STATE;
    engine_reopen(e);
    EXPECT_INT(BEFORE, inbox_look(e, 1, 0).count);
    EXPECT_INT(0, append(e, 1, 0, "after").rc);
    engine_reopen(e);
    EXPECT_INT(BEFORE + 1, inbox_look(e, 1, 0).count);
    engine_free(e);
}

TEST(of_a_backup_too)
{
    char path[96];
    char copy[96];
    struct engine *e = engine_short(path);

    UNUSED_STATE;
    (void)snprintf(copy, sizeof copy, "%s/copy", e->dir);
    EXPECT_INT(0, store_backup(e->st, copy, false, NULL));
    EXPECT_INT(0, store_backup_check(copy, (const uint8_t(*)[CRYPTO_KEY])e->keys, 1, NULL));
    engine_free(e);
}

/* The file, but for what is behind end. */
static void write_start(const char *path, const uint8_t *content, off_t end)
{
    FILE *file = fopen(path, "wbe");

    EXPECT(file != NULL);
    EXPECT_INT(end, fwrite(content, 1, (size_t)end, file));
    EXPECT_INT(0, fclose(file));
}

/* Wherever the end is, it is refused with a sentence, or what it lacks is free and it works. */
TEST(a_file_that_was_cut_short_is_refused_wherever_it_was_cut)
{
    char path[96];
    struct engine *e = engine_short(path);
    off_t size = file_size(path);
    off_t page = sysconf(_SC_PAGESIZE);
    uint8_t *content = malloc((size_t)size);
    FILE *file = fopen(path, "rbe");

    UNUSED_STATE;
    EXPECT(content != NULL && file != NULL);
    EXPECT_INT(size, fread(content, 1, (size_t)size, file));
    EXPECT_INT(0, fclose(file));
    engine_close(e);
    for (off_t end = 2 * page; end < size; end += page) {
        struct weir_error err = {0};
        int rc;

        write_start(path, content, end);
        rc = engine_try_open(e, &err);
        if (rc == 0) {
            EXPECT_INT(0, store_start(e->st, &err));
            EXPECT_INT(BEFORE, inbox_look(e, 1, 0).count);
            engine_close(e);
        } else {
            EXPECT_INT(WEIR_E_IO, rc);
            EXPECT(strstr(err.message, "cut short") != NULL);
            EXPECT_INT(end, file_size(path)); /* as it was, for whoever looks into it */
        }
    }
    write_start(path, content, size);
    free(content);
    engine_open(e);
    engine_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_file_that_ends_before_its_last_free_pages_opens),
        UNIT(of_a_backup_too),
        UNIT(a_file_that_was_cut_short_is_refused_wherever_it_was_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
