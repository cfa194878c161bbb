/* erase: nothing of an integration that was deleted long ago stays, in the store or in its file. */
#include "fixture.h"

#include "store/links.h"

#include <fcntl.h>

#define WORD "Vergissmeinnicht"
#define DAY INT64_C(86400000)

static bool file_has(const struct fixture *f, const char *word)
{
    char path[96];
    struct buf all;
    char chunk[65536];
    ssize_t got;
    bool found;
    int fd;

    (void)snprintf(path, sizeof path, "%s/data.mdb", f->dir);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    EXPECT(fd >= 0);
    buf_init(&all, (size_t)1 << 30);
    while ((got = read(fd, chunk, sizeof chunk)) > 0) {
        buf_add(&all, chunk, (size_t)got);
    }
    (void)close(fd);
    EXPECT(!all.failed);
    found = memmem(all.data, all.len, word, strlen(word)) != NULL;
    buf_fini(&all);
    return found;
}

static size_t count_of(struct fixture *f, enum store_db db)
{
    struct store_txn txn = {0};
    uint64_t count = 0;

    EXPECT_INT(0, store_read_begin(&txn, f->st, NULL));
    EXPECT_INT(0, db_count(&count, &txn, db, NULL));
    store_read_end(&txn);
    return count;
}

/* Records of every size, with what belongs to them. */
static void put_many(struct fixture *f, int count, const char *word)
{
    char *content = calloc(1, 20000);
    char id[16];

    for (int i = 0; i < count; i++) {
        size_t len = (size_t)(i * 397 % 9000);

        (void)snprintf(content, 20000, "{\"a\":\"%s %d ", word, i);
        memset(content + strlen(content), 'x', len);
        (void)snprintf(content + strlen(content), 64, " %s\"}", word);
        (void)snprintf(id, sizeof id, "e%dz", i);
        (void)put_ref(f, EMPLOYEE, id, content, 2, "t1");
        memset(content, 0, 20000);
    }
    free(content);
}

/* One of everything that names the integration. */
static void fill(struct fixture *f, const char *word)
{
    struct store_aside_in aside = {
        .kind = STORE_ASIDE_REF, .message = weir_str(word), .body = weir_str_bytes(weir_str("x"))};
    struct store_log_in log = {.kind = STORE_LOG_FETCH, .integration = f->one, .json = weir_str(word)};
    struct store_apply apply_in = {
        .integration = f->one, .asides = &aside, .aside_count = 1, .logs = &log, .log_count = 1};
    struct store_delivery d = {
        .integration = f->one, .kind = STORE_DELIVERY, .body = weir_str_bytes(weir_str("b"))};
    struct store_sync sync = {.integration = f->one, .state = STORE_SYNC_SUCCEEDED};
    struct store_link link = {.kind = STORE_LINK_SETUP, .integration = f->one, .text = weir_str(word)};
    uint8_t hash[CRYPTO_SHA256] = {1};
    struct answer a;

    put_many(f, 200, word);
    (void)remove_one(f, EMPLOYEE, "e1z");
    EXPECT_INT(0, apply(f, &apply_in).rc);
    answer_init(&a);
    store_append_delivery(f->st, &d, on_appended, &a);
    EXPECT_INT(0, answer_wait(&a));
    (void)snprintf(sync.message, sizeof sync.message, "%s", word);
    id_new(sync.id);
    EXPECT_INT(0, store_sync_put(f->st, &sync, NULL));
    EXPECT_INT(0, store_link_put(f->st, hash, &link, NULL));
    EXPECT_INT(0, store_state_put(f->st, f->one, weir_str("token"), weir_bytes("t", 1), NULL));
}

static void delete_one(struct fixture *f, const char *id, int64_t at_ms)
{
    struct store_integration row;
    struct answer a;

    EXPECT_INT(0, store_integration_ensure(&row, f->st, id, NULL));
    row.state = STORE_DELETED;
    row.deleted_at_ms = at_ms;
    answer_init(&a);
    store_integration_put(f->st, &row, on_done, &a);
    EXPECT_INT(0, answer_wait(&a));
}

static void prune_until(struct fixture *f, int64_t erased_before_ms, size_t rows)
{
    store_prune(f->st, &(struct store_retention){.erased_before_ms = erased_before_ms});
    for (int i = 0; i < 20000 && count_of(f, DB_INTEGRATIONS) != rows; i++) {
        (void)gather(f);
    }
    for (int i = 0; i < 50; i++) {
        (void)gather(f); /* rounds of the writer, behind the steps that overwrite */
    }
    EXPECT_INT(rows, count_of(f, DB_INTEGRATIONS));
}

TEST(nothing_of_a_deleted_integration_is_left_in_the_store_or_its_file)
{
    UNUSED_STATE;
    static const enum store_db empty[] = {DB_STATE,   DB_INBOX,  DB_RECORDS, DB_BY_CHANGE, DB_BY_REF,
                                          DB_CHANGES, DB_GATHER, DB_OUTBOX,  DB_ASIDE,     DB_LOG,
                                          DB_SYNCS,   DB_GRAVES, DB_LINKS};
    struct fixture *f = fixture_new();
    struct store_stats stats;

    (void)route_all(f);
    fill(f, WORD);
    EXPECT(file_has(f, WORD));
    delete_one(f, "tool:one", FIXTURE_T0);
    prune_until(f, FIXTURE_T0, 1);
    EXPECT(file_has(f, WORD));
    prune_until(f, FIXTURE_T0 + 1, 0);
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        EXPECT_INT(0, count_of(f, empty[i]));
    }
    store_stats(&stats, f->st);
    EXPECT_INT(0, stats.record_count);
    EXPECT_INT(0, stats.inbox_count);
    EXPECT_INT(0, stats.inbox_bytes);
    EXPECT_INT(0, stats.outbox_count);
    EXPECT_INT(0, stats.aside_count);
    EXPECT(!file_has(f, WORD));
    EXPECT(!file_has(f, "tool:one"));
    fixture_free(f);
}

TEST(others_keep_all_of_theirs)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_integration row;
    uint32_t one = f->one;

    fill(f, WORD);
    EXPECT_INT(0, store_integration_ensure(&row, f->st, "tool:other", NULL));
    f->one = row.number;
    put_many(f, 200, "Bleibendes");
    delete_one(f, "tool:one", FIXTURE_T0);
    prune_until(f, FIXTURE_T0 + 1, 1);
    EXPECT(!file_has(f, WORD));
    for (int i = 0; i < 200; i += 7) {
        char id[16];

        (void)snprintf(id, sizeof id, "e%dz", i);
        EXPECT(strstr(show(f, EMPLOYEE, id).json, "Bleibendes") != NULL);
    }
    fixture_close(f); /* and the file is whole */
    fixture_open(f);
    EXPECT(f->one != one && f->one != row.number); /* a number is never given again */
    f->one = row.number;
    EXPECT_INT(200, count_of(f, DB_RECORDS));
    EXPECT(strstr(show(f, EMPLOYEE, "e199z").json, "Bleibendes") != NULL);
    put_many(f, 200, "Neues");
    EXPECT(strstr(show(f, EMPLOYEE, "e199z").json, "Neues") != NULL);
    EXPECT(!file_has(f, WORD));
    fixture_free(f);
}

TEST(one_that_is_back_is_left_alone)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)put(f, EMPLOYEE, "e1", "{\"a\":1}");
    delete_one(f, "tool:one", 0);
    prune_until(f, INT64_MAX, 1);
    EXPECT_STR("{\"a\":1}", show(f, EMPLOYEE, "e1").json);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(nothing_of_a_deleted_integration_is_left_in_the_store_or_its_file),
        UNIT(others_keep_all_of_theirs),
        UNIT(one_that_is_back_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
