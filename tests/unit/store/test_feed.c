/* feed: all changes of all integrations in the order of their commits. */
#include "fixture.h"

#include "store/keys.h"
#include "store/watch.h"

static size_t count_of(struct fixture *f, enum store_db db)
{
    struct store_txn txn = {0};
    uint64_t count = 0;

    EXPECT_INT(0, store_read_begin(&txn, f->st, NULL));
    EXPECT_INT(0, db_count(&count, &txn, db, NULL));
    store_read_end(&txn);
    return count;
}

/* Ask for it, and wait until db is down to want entries. */
static void prune(struct fixture *f, struct store_retention retention, enum store_db db, size_t want)
{
    int i;

    store_prune(f->st, &retention);
    for (i = 0; i < 100 && count_of(f, db) != want; i++) {
        (void)gather(f); /* a round of the writer, behind the steps that wait */
    }
    EXPECT_INT(want, count_of(f, db));
}

struct seen {
    char text[4096]; /* " <place>:<integration><kind><remote id>" */
    size_t count, enough;
    uint32_t only; /* 0: any */
    struct store_feed_place places[256];
    struct store_feed_place reached;
    bool more;
    int rc;
    struct weir_error err;
};

static bool wants(void *ctx, uint32_t integration)
{
    struct seen *s = ctx;

    return s->only == 0 || s->only == integration;
}

static bool each(void *ctx, const struct store_feed_row *row)
{
    struct seen *s = ctx;
    size_t len = strlen(s->text);

    (void)snprintf(s->text + len, sizeof s->text - len, " %llu:%u%c%s", (unsigned long long)row->place.number,
                   row->integration, "?cug"[row->change.kind], row -> change.remote_id);
    s->places[s->count++] = row->place;
    return s->count < s->enough;
}

static struct seen *read_feed(struct fixture *f, struct store_feed_place after, uint32_t only, size_t enough,
                              size_t scan_max)
{
    struct seen *s = calloc(1, sizeof *s);
    struct store_reader *reader = NULL;
    struct store_feed_query query = {
        .after = after, .scan_max = scan_max, .wants = wants, .each = each, .ctx = s};

    s->only = only;
    s->enough = enough;
    EXPECT_INT(0, store_reader_open(&reader, f->st, NULL));
    s->rc = store_feed_read(&s->reached, &s->more, reader, &query, &s->err);
    store_reader_close(reader);
    return s;
}

static void expect_feed(struct fixture *f, struct store_feed_place after, const char *want)
{
    struct seen *s = read_feed(f, after, 0, 256, 1000);

    EXPECT_INT(0, s->rc);
    EXPECT_STR(want, s->text);
    EXPECT(!s->more);
    free(s);
}

static struct store_feed_place place_of(struct fixture *f, size_t n)
{
    struct seen *s = read_feed(f, (struct store_feed_place){0}, 0, 256, 1000);
    struct store_feed_place place = s->places[n];

    EXPECT(n < s->count);
    free(s);
    return place;
}

static struct store_feed_place oldest(struct fixture *f)
{
    struct store_reader *reader = NULL;
    struct store_feed_place place;

    EXPECT_INT(0, store_reader_open(&reader, f->st, NULL));
    EXPECT_INT(0, store_feed_oldest(&place, reader, NULL));
    store_reader_close(reader);
    return place;
}

static struct store_feed_place newest(struct fixture *f)
{
    struct store_reader *reader = NULL;
    struct store_feed_place place;

    EXPECT_INT(0, store_reader_open(&reader, f->st, NULL));
    EXPECT_INT(0, store_feed_newest(&place, reader, NULL));
    store_reader_close(reader);
    return place;
}

/* A second integration, and records of it. */
static uint32_t second(struct fixture *f)
{
    struct store_integration row;

    EXPECT_INT(0, store_integration_ensure(&row, f->st, "tool:two", NULL));
    return row.number;
}

static void put_many(struct fixture *f, uint32_t integration, const char *const *names, size_t count)
{
    struct given given[8];
    struct store_record_in in[8];
    struct store_apply what = {.integration = integration, .records = in, .record_count = count};

    for (size_t i = 0; i < count; i++) {
        give(&given[i], EMPLOYEE, names[i], "x");
        in[i] = given[i].in;
        in[i].id = given[i].id.text;
        in[i].hash = given[i].hash;
        in[i].refs = given[i].refs;
    }
    EXPECT_INT(0, apply(f, &what).rc);
}

TEST(changes_of_all_integrations_stand_in_the_order_of_their_commits)
{
    struct fixture *f = fixture_new();
    uint32_t two = second(f);
    static const char *const pair[] = {"b1", "b2"};

    UNUSED_STATE;
    expect_feed(f, (struct store_feed_place){0}, "");
    (void)put(f, EMPLOYEE, "a1", "a");
    put_many(f, two, pair, 2);
    (void)put(f, EMPLOYEE, "a1", "b");
    (void)remove_one(f, EMPLOYEE, "a1");
    expect_feed(f, (struct store_feed_place){0}, " 1:1ca1 2:2cb1 3:2cb2 4:1ua1 5:1ga1");
    expect_feed(f, place_of(f, 1), " 3:2cb2 4:1ua1 5:1ga1"); /* from the middle of one commit */
    expect_feed(f, newest(f), "");
    fixture_free(f);
}

TEST(a_commit_costs_one_row_however_many_records_it_changes)
{
    struct fixture *f = fixture_new();
    static const char *const names[] = {"a1", "a2", "a3", "a4", "a5"};

    UNUSED_STATE;
    put_many(f, f->one, names, 5);
    EXPECT_INT(5, count_of(f, DB_CHANGES));
    EXPECT_INT(1, count_of(f, DB_FEED));
    put_many(f, f->one, names, 5); /* equal: nothing changes */
    EXPECT_INT(1, count_of(f, DB_FEED));
    fixture_free(f);
}

TEST(a_page_says_how_far_it_came_and_the_next_goes_on_there)
{
    struct fixture *f = fixture_new();
    static const char *const names[] = {"a1", "a2", "a3", "a4", "a5"};
    struct store_feed_place at = {0};
    char all[8192] = "";
    size_t len = 0;
    int pages = 0;

    UNUSED_STATE;
    put_many(f, f->one, names, 5);
    (void)put(f, GROUP, "g1", "a");
    for (bool more = true; more; pages++) {
        struct seen *s = read_feed(f, at, 0, 2, 1000);

        EXPECT_INT(0, s->rc);
        EXPECT_INT(2, s->count);
        len += (size_t)snprintf(all + len, sizeof all - len, "%s", s->text);
        at = s->reached;
        more = s->more;
        free(s);
    }
    EXPECT_INT(3, pages);
    EXPECT_STR(" 1:1ca1 2:1ca2 3:1ca3 4:1ca4 5:1ca5 6:1cg1", all);
    fixture_free(f);
}

TEST(what_is_not_asked_for_is_passed_over_and_counts_as_looked_at)
{
    struct fixture *f = fixture_new();
    uint32_t two = second(f);
    static const char *const pair[] = {"b1", "b2"};
    struct seen *s;

    UNUSED_STATE;
    for (int i = 0; i < 5; i++) {
        (void)put(f, EMPLOYEE, "a1", (char[2]){(char)('a' + i), '\0'});
    }
    put_many(f, two, pair, 2);
    s = read_feed(f, (struct store_feed_place){0}, two, 256, 3);
    EXPECT_INT(0, s->count);
    EXPECT_INT(3, s->reached.number);
    EXPECT(s->more);
    free(s);
    s = read_feed(f, (struct store_feed_place){0}, two, 256, 1000);
    EXPECT_STR(" 6:2cb1 7:2cb2", s->text);
    EXPECT(!s->more);
    free(s);
    fixture_free(f);
}

TEST(a_place_that_is_not_kept_or_not_of_this_store_is_refused)
{
    struct fixture *f = fixture_new();
    struct store_feed_place bad[3];
    struct store_feed_place old;

    UNUSED_STATE;
    (void)put(f, EMPLOYEE, "a1", "a");
    old = (struct store_feed_place){0};
    pass_ms(f, 1000);
    (void)put(f, EMPLOYEE, "a1", "b");
    pass_ms(f, 1000);
    (void)put(f, EMPLOYEE, "a1", "c");
    bad[0] = (struct store_feed_place){.number = 9, .at_ms = FIXTURE_T0};
    bad[1] = place_of(f, 1); /* as another store that was copied from this one would have it */
    bad[1].at_ms++;
    bad[2] = newest(f);
    bad[2].at_ms++;
    for (size_t i = 0; i < 3; i++) {
        struct seen *s = read_feed(f, bad[i], 0, 256, 1000);

        EXPECT_INT(WEIR_E_INVALID, s->rc);
        EXPECT(strstr(s->err.message, "read all lists once") != NULL);
        free(s);
    }
    prune(f, (struct store_retention){.changes_before_ms = FIXTURE_T0 + 500}, DB_FEED, 2);
    EXPECT_INT(1, oldest(f).number);
    {
        struct seen *s = read_feed(f, old, 0, 256, 1000);

        EXPECT_INT(WEIR_E_INVALID, s->rc);
        EXPECT(strstr(s->err.message, "older") != NULL);
        free(s);
    }
    expect_feed(f, oldest(f), " 2:1ua1 3:1ua1");
    fixture_free(f);
}

TEST(places_go_on_when_all_was_dropped_and_after_a_restart)
{
    struct fixture *f = fixture_new();
    struct store_feed_place end;

    UNUSED_STATE;
    (void)put(f, EMPLOYEE, "a1", "a");
    (void)put(f, EMPLOYEE, "a2", "a");
    end = newest(f);
    pass_ms(f, 5000);
    prune(f, (struct store_retention){.changes_before_ms = INT64_MAX}, DB_FEED, 0);
    EXPECT_INT(2, oldest(f).number);
    expect_feed(f, end, "");
    fixture_reopen(f);
    (void)put(f, EMPLOYEE, "a3", "a");
    expect_feed(f, end, " 3:1ca3");
    expect_feed(f, oldest(f), " 3:1ca3");
    fixture_free(f);
}

TEST(a_commit_that_fails_leaves_no_place)
{
    struct fixture *f = fixture_new();
    struct given g;
    struct store_apply in;

    UNUSED_STATE;
    (void)put(f, EMPLOYEE, "a1", "a");
    give(&g, EMPLOYEE, "a2", "a");
    in = (struct store_apply){.integration = f->one, .records = &g.in, .record_count = 1};
    atomic_store(&f->commits_to_fail_after, 0);
    EXPECT(apply(f, &in).rc != 0);
    fixture_reopen(f);
    (void)put(f, EMPLOYEE, "a3", "a");
    expect_feed(f, (struct store_feed_place){0}, " 1:1ca1 2:1ca3");
    fixture_free(f);
}

TEST(a_message_knows_the_place_before_its_changes)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    (void)put(f, EMPLOYEE, "a0", "a");
    (void)route_all(f);
    (void)put(f, EMPLOYEE, "a1", "a"); /* told at once */
    expect_feed(f, f->told_behind, " 2:1ca1");
    (void)put(f, EMPLOYEE, "a2", "a"); /* these wait, and are told together */
    (void)put(f, EMPLOYEE, "a3", "a");
    pass_ms(f, 5000);
    (void)gather(f);
    expect_feed(f, f->told_behind, " 3:1ca2 4:1ca3");
    fixture_free(f);
}

/* ---- watching ---- */

struct watched {
    atomic_uint commits, feed, log, made;
    char body[256];
};

static void on_commit(void *ctx, uint32_t news)
{
    struct watched *w = ctx;

    atomic_fetch_add(&w->commits, 1);
    atomic_fetch_add(&w->feed, (news & STORE_NEWS_FEED) != 0);
    atomic_fetch_add(&w->log, (news & STORE_NEWS_LOG) != 0);
}

static void on_made(void *ctx, const struct store_notification *n)
{
    struct watched *w = ctx;

    (void)snprintf(w->body, sizeof w->body, "%.*s", (int)n->body.len, (const char *)n->body.data);
    atomic_fetch_add(&w->made, 1);
}

TEST(a_watcher_is_told_after_the_commit_and_of_nothing_else)
{
    struct fixture *f = fixture_new();
    struct watched w = {0};

    UNUSED_STATE;
    store_watch_set(f->st, &(struct store_watch){on_commit, on_made, &w});
    (void)route_all(f);
    EXPECT_INT(0, atomic_load(&w.commits));
    (void)put(f, EMPLOYEE, "a1", "a");
    EXPECT_INT(1, atomic_load(&w.feed));
    (void)put(f, EMPLOYEE, "a1", "a"); /* equal */
    EXPECT_INT(1, atomic_load(&w.feed));
    EXPECT_INT(0, atomic_load(&w.made)); /* nobody asked for them */
    store_watch_notifications(f->st, true);
    pass_ms(f, 5000);
    (void)put(f, EMPLOYEE, "a1", "b");
    EXPECT_INT(2, atomic_load(&w.feed));
    EXPECT_INT(1, atomic_load(&w.made));
    EXPECT(strstr(w.body, " 1ua1 ") != NULL);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(changes_of_all_integrations_stand_in_the_order_of_their_commits),
        UNIT(a_commit_costs_one_row_however_many_records_it_changes),
        UNIT(a_page_says_how_far_it_came_and_the_next_goes_on_there),
        UNIT(what_is_not_asked_for_is_passed_over_and_counts_as_looked_at),
        UNIT(a_place_that_is_not_kept_or_not_of_this_store_is_refused),
        UNIT(places_go_on_when_all_was_dropped_and_after_a_restart),
        UNIT(a_commit_that_fails_leaves_no_place),
        UNIT(a_message_knows_the_place_before_its_changes),
        UNIT(a_watcher_is_told_after_the_commit_and_of_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
