#include "engine.h"

#include <fcntl.h>
#include <sys/stat.h>

static const uint8_t (*keys_of(struct engine *e))[CRYPTO_KEY]
{
    return (const uint8_t(*)[CRYPTO_KEY])e->keys;
}

static off_t size_of(const char *path)
{
    struct stat st;

    EXPECT_INT(0, stat(path, &st));
    return st.st_size;
}

/* A folder with the backup as its store. */
static struct engine *restore(const char *path)
{
    struct engine *e = malloc(sizeof *e);
    char command[256];

    engine_init(e);
    (void)snprintf(command, sizeof command, "cp -- '%s' '%s/data.mdb'", path, e->dir);
    EXPECT_INT(0, system(command));
    engine_open(e);
    return e;
}

static void back_up(struct engine *e, bool compact)
{
    struct engine *restored;
    struct store_integration row;
    struct weir_error err = {0};
    char path[96];

    (void)snprintf(path, sizeof path, "%s/copy", e->dir);
    EXPECT_INT(0, store_integration_ensure(&row, e->st, "tool:one", NULL));
    EXPECT_INT(0, append(e, row.number, 5, "kept").rc);
    EXPECT_INT(0, store_backup(e->st, path, compact, &err));
    EXPECT_INT(0, append(e, row.number, 6, "too late").rc);
    EXPECT_INT(WEIR_E_CONFIG, store_backup(e->st, path, compact, &err));
    EXPECT(strstr(err.message, "exists already") != NULL);
    EXPECT_INT(0, store_backup_check(path, keys_of(e), 1, &err));

    restored = restore(path);
    EXPECT_STR("kept", inbox_look(restored, row.number, 0).text);
    EXPECT_INT(1, inbox_look(restored, row.number, 0).count);
    EXPECT(append(restored, row.number, 5, "kept").got.duplicate);
    EXPECT(!append(restored, row.number, 6, "too late").got.duplicate);
    engine_free(restored);
}

TEST(a_backup_of_the_running_store_can_be_opened)
{
    struct engine *e = engine_new();

    UNUSED_STATE;
    back_up(e, false);
    engine_free(e);
}

TEST(a_compact_backup_leaves_out_free_pages)
{
    struct engine *e = engine_new();
    uint8_t *body = calloc(1, 500000);
    struct appended a;
    char path[96];
    char data[96];

    UNUSED_STATE;
    append_start(&a, e, 1, 0, body, 500000);
    EXPECT_INT(0, append_wait(&a));
    EXPECT_INT(0, inbox_take(e, 1, 1));
    back_up(e, true);
    (void)snprintf(path, sizeof path, "%s/copy", e->dir);
    (void)snprintf(data, sizeof data, "%s/data.mdb", e->dir);
    EXPECT(size_of(path) < size_of(data) / 2);
    free(body);
    engine_free(e);
}

static void *write_meanwhile(void *arg)
{
    struct engine *e = arg;
    int i;

    for (i = 0; i < 300; i++) {
        EXPECT_INT(0, append(e, 9, 0, "meanwhile").rc);
    }
    return NULL;
}

TEST(deliveries_are_taken_in_while_a_backup_is_made)
{
    struct engine *e = engine_new();
    struct engine *restored;
    struct store_stats s;
    pthread_t thread;
    char path[96];

    UNUSED_STATE;
    EXPECT_INT(0, pthread_create(&thread, NULL, write_meanwhile, e));
    (void)snprintf(path, sizeof path, "%s/copy", e->dir);
    EXPECT_INT(0, store_backup(e->st, path, false, NULL));
    (void)pthread_join(thread, NULL);
    EXPECT_INT(300, inbox_look(e, 9, 0).count);
    restored = restore(path);
    store_stats(&s, restored->st);
    EXPECT_INT(s.inbox_count, inbox_look(restored, 9, 0).count);
    engine_free(restored);
    engine_free(e);
}

static void expect_no_backup(struct engine *e, const char *path, const char *words)
{
    struct weir_error err = {0};

    EXPECT(store_backup_check(path, keys_of(e), 1, &err) != 0);
    if (strstr(err.message, words) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", words, err.message);
    }
}

TEST(what_is_no_backup_of_ours_is_told_apart)
{
    struct engine *e = engine_new();
    char path[96];
    char noise[9000];
    int fd;

    UNUSED_STATE;
    (void)snprintf(path, sizeof path, "%s/copy", e->dir);
    expect_no_backup(e, path, "there is no file");
    expect_no_backup(e, e->dir, "there is no file");
    memset(noise, 'n', sizeof noise);
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    expect_no_backup(e, path, "no backup");
    EXPECT_INT(sizeof noise, write(fd, noise, sizeof noise));
    (void)close(fd);
    expect_no_backup(e, path, "no backup");
    EXPECT_INT(0, unlink(path));

    EXPECT_INT(0, store_backup(e->st, path, false, NULL));
    EXPECT_INT(0, truncate(path, size_of(path) / 2));
    expect_no_backup(e, path, "cut short");
    EXPECT_INT(0, unlink(path));

    EXPECT_INT(0, store_backup(e->st, path, false, NULL));
    memset(e->keys[0], 99, CRYPTO_KEY);
    expect_no_backup(e, path, "another master key");
    engine_free(e);
}

TEST(a_backup_that_cannot_be_made_leaves_no_file)
{
    struct engine *e = engine_new();
    struct weir_error err = {0};
    char path[96];

    UNUSED_STATE;
    (void)snprintf(path, sizeof path, "%s/none/copy", e->dir);
    EXPECT_INT(WEIR_E_CONFIG, store_backup(e->st, path, false, &err));
    EXPECT(strstr(err.message, "cannot be made") != NULL);
    store_stop(e->st);
    (void)snprintf(path, sizeof path, "%s/copy", e->dir);
    EXPECT_INT(WEIR_E_STOPPING, store_backup(e->st, path, false, &err));
    EXPECT(access(path, F_OK) != 0);
    engine_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_backup_of_the_running_store_can_be_opened),    UNIT(a_compact_backup_leaves_out_free_pages),
        UNIT(deliveries_are_taken_in_while_a_backup_is_made), UNIT(what_is_no_backup_of_ours_is_told_apart),
        UNIT(a_backup_that_cannot_be_made_leaves_no_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
