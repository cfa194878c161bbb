/* erase: nothing of an integration that was deleted long ago stays, in the store or in its file. */
#include "fixture.h"

#include "store/audit.h"
#include "store/fields.h"
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

/* One message that was delivered, one that was given up, and one that waits. */
static void notify_all(struct fixture *f, const char *word)
{
    static const int32_t outcomes[] = {STORE_DELIVERED, STORE_DEAD};
    char body[128];

    (void)snprintf(body, sizeof body, "{\"id\":\"%%id%%\",\"of\":\"%s\"}", word);
    for (int i = 0; i < 3; i++) {
        struct waiting *w;
        struct answer a;

        answer_init(&a);
        store_notify(f->st, STORE_EVENT_SYNC_FINISHED, f->one, weir_str_bytes(weir_str(body)), on_due, &a);
        EXPECT_INT(0, answer_wait(&a));
        w = wait_list(f, 0);
        if (i < 2) {
            struct store_attempt in = {.endpoint = w->n[0].endpoint,
                                       .due_ms = w->n[0].due_ms,
                                       .seq = w->n[0].seq,
                                       .outcome = outcomes[i],
                                       .counts = true,
                                       .error = word,
                                       .log_json = weir_str("{\"attempt\":1}")};

            EXPECT_INT(0, attempt(f, &in));
        }
        free(w);
    }
}

/* A sync that was cut off, so that its marks are there; a field of the tool, and what it fills. */
static void sync_and_map(struct fixture *f, const char *word)
{
    struct store_sync sync = {.integration = f->one, .state = STORE_SYNC_RUNNING, .full = true};
    struct store_field field = {.model = EMPLOYEE, .custom = true};
    struct store_mapping mapping = {.model = EMPLOYEE, .key = "size", .custom = true};
    struct given given;
    struct store_apply in = {.integration = f->one, .records = &given.in, .record_count = 1};

    id_new(sync.id);
    EXPECT_INT(0, store_sync_put(f->st, &sync, NULL));
    in.sync_run = sync.run;
    give(&given, GROUP, "g1", "{}");
    EXPECT_INT(0, apply(f, &in).rc);
    (void)snprintf(field.key, sizeof field.key, "%s", word);
    (void)snprintf(mapping.from, sizeof mapping.from, "%s", word);
    store_fields_meet(f->st, f->one, &field, 1);
    EXPECT_INT(0, store_mapping_set(f->st, f->one, &mapping, NULL));
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

static bool is_among(const enum store_db *list, size_t count, enum store_db db)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == db) {
            return true;
        }
    }
    return false;
}

TEST(nothing_of_a_deleted_integration_is_left_in_the_store_or_its_file)
{
    UNUSED_STATE;
    /* What is of no integration, and the audit log, which says who deleted it. */
    static const enum store_db stay[] = {DB_META, DB_SEEN, DB_ENDPOINTS, DB_KEYS, DB_AUDIT, DB_ROOT};
    struct fixture *f = fixture_new();
    struct store_stats stats;
    uint64_t before[DB_COUNT];

    f->options.sent_bytes_max = (uint64_t)1 << 20;
    fixture_reopen(f);
    (void)route_all(f);
    fill(f, WORD);
    notify_all(f, WORD);
    sync_and_map(f, WORD);
    EXPECT_INT(0, store_audit(f->st, weir_str("{\"action\":\"delete\",\"target\":\"tool:1\"}"), NULL));
    EXPECT(file_has(f, WORD));
    delete_one(f, "tool:one", FIXTURE_T0);
    prune_until(f, FIXTURE_T0, 1);
    EXPECT(file_has(f, WORD));
    for (int db = 0; db < DB_COUNT; db++) {
        before[db] = count_of(f, (enum store_db)db);
    }
    prune_until(f, FIXTURE_T0 + 1, 0);
    for (int db = 0; db < DB_COUNT; db++) {
        bool stays = is_among(stay, sizeof stay / sizeof stay[0], (enum store_db)db);

        if (!stays && db != DB_RIPPLES && before[db] == 0) {
            fail_msg("nothing was in %s, so nothing is shown by it", store_db_name((enum store_db)db));
        }
        if (count_of(f, (enum store_db)db) != (stays ? before[db] : 0)) {
            fail_msg("%s: %zu entries of %llu", store_db_name((enum store_db)db),
                     count_of(f, (enum store_db)db), (unsigned long long)before[db]);
        }
    }
    store_stats(&stats, f->st);
    EXPECT_INT(0, stats.record_count);
    EXPECT_INT(0, stats.inbox_count);
    EXPECT_INT(0, stats.inbox_bytes);
    EXPECT_INT(0, stats.outbox_count);
    EXPECT_INT(0, stats.aside_count);
    EXPECT_INT(0, stats.dead_count);
    EXPECT_INT(0, stats.sent_count);
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

/* One commit fails. */
static int fail_once(void *ctx)
{
    atomic_int *left = ctx;

    return atomic_load(left) > 0 && atomic_fetch_sub(left, 1) == 1 ? ENOSPC : 0;
}

/* A round of the writer, which may fail. */
static void take_turn(struct fixture *f)
{
    struct answer a;

    answer_init(&a);
    store_gather(f->st, fixture_now(f), on_gathered, &a);
    (void)answer_wait(&a);
}

TEST(an_erasure_that_a_full_disk_cut_off_is_ended_by_the_next)
{
    UNUSED_STATE;
    for (int nth = 1; nth <= 4; nth++) {
        struct fixture *f = fixture_new();
        atomic_int left = 0;

        fill(f, WORD);
        delete_one(f, "tool:one", FIXTURE_T0);
        f->st->fault = (struct store_fault){.commit = fail_once, .ctx = &left};
        atomic_store(&left, nth);
        store_prune(f->st, &(struct store_retention){.erased_before_ms = FIXTURE_T0 + 1});
        for (int i = 0; i < 20000 && atomic_load(&left) > 0 && count_of(f, DB_INTEGRATIONS) > 0; i++) {
            take_turn(f);
        }
        EXPECT(nth > 3 || count_of(f, DB_INTEGRATIONS) == 1); /* that many steps there are */
        EXPECT_INT(0, atomic_load(&f->fatal));
        atomic_store(&left, 0);
        prune_until(f, FIXTURE_T0 + 1, 0);
        EXPECT_INT(0, count_of(f, DB_RECORDS) + count_of(f, DB_LOG) + count_of(f, DB_FEED));
        fixture_close(f);
        EXPECT(!file_has(f, WORD));
        fixture_open(f);
        fixture_free(f);
    }
}

static bool count_row(void *ctx, const struct store_feed_row *row)
{
    (void)row;
    ++*(int *)ctx;
    return true;
}

TEST(the_feed_ends_at_its_end_when_its_last_changes_were_erased)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_integration row;
    int rows = 0;
    struct store_feed_query query = {.scan_max = 100, .each = count_row, .ctx = &rows};
    struct store_reader *reader = NULL;
    struct store_feed_place reached;
    struct store_feed_place newest;
    uint32_t one = f->one;
    bool more = true;

    EXPECT_INT(0, store_integration_ensure(&row, f->st, "tool:other", NULL));
    f->one = row.number;
    (void)put(f, EMPLOYEE, "e1", "{\"a\":1}");
    f->one = one;
    put_many(f, 20, WORD);
    delete_one(f, "tool:one", FIXTURE_T0);
    prune_until(f, FIXTURE_T0 + 1, 1);
    EXPECT_INT(0, store_reader_open(&reader, f->st, NULL));
    EXPECT_INT(0, store_feed_newest(&newest, reader, NULL));
    EXPECT_INT(0, store_feed_read(&reached, &more, reader, &query, NULL));
    EXPECT_INT(1, rows);
    EXPECT(!more);
    EXPECT(reached.number == newest.number && reached.at_ms == newest.at_ms);
    query.after = reached;
    EXPECT_INT(0, store_feed_read(&reached, &more, reader, &query, NULL));
    EXPECT(!more && rows == 1);
    store_reader_close(reader);
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
        UNIT(an_erasure_that_a_full_disk_cut_off_is_ended_by_the_next),
        UNIT(the_feed_ends_at_its_end_when_its_last_changes_were_erased),
        UNIT(one_that_is_back_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
