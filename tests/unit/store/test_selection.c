/* selection: what was given up or delivered, chosen, counted, sent again and discarded. */
#include "fixture.h"

#include "store/selection.h"

static void notify(struct fixture *f, const char *body)
{
    struct answer a;

    answer_init(&a);
    store_notify(f->st, STORE_EVENT_SYNC_FINISHED, f->one, weir_str_bytes(weir_str(body)), on_due, &a);
    EXPECT_INT(0, answer_wait(&a));
}

static struct fixture *keeping(uint64_t bytes)
{
    struct fixture *f = fixture_new();

    f->options.sent_bytes_max = bytes;
    fixture_reopen(f);
    (void)route_all(f);
    return f;
}

static uint64_t count_of(struct fixture *f, struct store_selection s)
{
    uint64_t count = 99;

    EXPECT_INT(0, store_selection_count(&count, f->st, &s, NULL));
    return count;
}

static uint64_t replay(struct fixture *f, struct store_selection s)
{
    uint64_t count = 99;

    EXPECT_INT(0, store_selection_replay(&count, f->st, &s, NULL));
    return count;
}

#define SENT .states = STORE_SELECT_SENT
#define BOTH .states = STORE_SELECT_SENT | STORE_SELECT_DEAD

TEST(a_delivered_one_is_sent_again_with_its_id_and_body_and_a_fresh_budget)
{
    UNUSED_STATE;
    struct fixture *f = keeping(1 << 20);
    struct waiting *w;
    char id[ID_TEXT];

    notify(f, "the body");
    w = wait_list(f, 0);
    memcpy(id, w->n[0].id, sizeof id);
    free(w);
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    fixture_reopen(f);
    (void)route_all(f);
    EXPECT_INT(1, count_of(f, (struct store_selection){SENT}));
    EXPECT_INT(0, count_of(f, (struct store_selection){.states = STORE_SELECT_DEAD}));
    EXPECT_INT(1, replay(f, (struct store_selection){BOTH, .id = id}));
    w = wait_list(f, 0);
    EXPECT_INT(1, w->count);
    EXPECT_STR(id, w->n[0].id);
    EXPECT_STR("the body", w->body[0]);
    EXPECT_INT(0, w->n[0].attempts);
    EXPECT_INT(0, w->n[0].died_at_ms);
    free(w);
    EXPECT_INT(0, count_of(f, (struct store_selection){BOTH}));
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    EXPECT_INT(1, count_of(f, (struct store_selection){SENT})); /* and can be again */
    fixture_free(f);
}

TEST(they_are_chosen_by_the_time_their_way_ended)
{
    UNUSED_STATE;
    struct fixture *f = keeping(1 << 20);
    int64_t hour = 3600000;

    for (int i = 0; i < 10; i++) {
        notify(f, "x");
        attempt_all(f, i % 2 == 0 ? STORE_DELIVERED : STORE_DEAD, 500, NULL);
        pass_ms(f, hour);
    }
    EXPECT_INT(10, count_of(f, (struct store_selection){BOTH}));
    EXPECT_INT(6, count_of(f, (struct store_selection){BOTH, .since_ms = FIXTURE_T0 + 4 * hour}));
    EXPECT_INT(3, count_of(f, (struct store_selection){SENT, .since_ms = FIXTURE_T0 + 4 * hour}));
    EXPECT_INT(4, count_of(f, (struct store_selection){BOTH, .until_ms = FIXTURE_T0 + 4 * hour}));
    EXPECT_INT(2, replay(f, (struct store_selection){BOTH, .since_ms = FIXTURE_T0 + 3 * hour,
                                                     .until_ms = FIXTURE_T0 + 5 * hour}));
    EXPECT_INT(2, waiting_count(f));
    EXPECT_INT(8, count_of(f, (struct store_selection){BOTH}));
    EXPECT_INT(0, count_of(f, (struct store_selection){BOTH, .integration = f->one + 1}));
    EXPECT_INT(0, count_of(f, (struct store_selection){BOTH, .endpoint = 77}));
    fixture_free(f);
}

TEST(what_is_kept_stays_below_its_bound_the_oldest_go_first)
{
    UNUSED_STATE;
    struct fixture *f = keeping(1000);
    struct store_stats stats;
    char body[301];

    memset(body, 'x', 300);
    body[300] = '\0';
    for (int i = 0; i < 10; i++) {
        notify(f, body);
        attempt_all(f, STORE_DELIVERED, 200, NULL);
        pass_ms(f, 1000);
    }
    store_stats(&stats, f->st);
    EXPECT_INT(2, stats.sent_count);
    EXPECT_INT(2, count_of(f, (struct store_selection){SENT, .since_ms = FIXTURE_T0 + 8000}));
    store_prune(f->st, &(struct store_retention){.sent_before_ms = FIXTURE_T0 + 9000});
    notify(f, "later");
    EXPECT_INT(1, count_of(f, (struct store_selection){SENT}));
    store_stats(&stats, f->st);
    EXPECT_INT(1, stats.sent_count);
    fixture_free(f);
}

TEST(nothing_is_kept_where_the_bound_is_zero)
{
    UNUSED_STATE;
    struct fixture *f = keeping(0);

    notify(f, "x");
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    EXPECT_INT(0, count_of(f, (struct store_selection){BOTH}));
    fixture_free(f);
}

static bool log_add(void *ctx, const struct store_log *entry)
{
    struct buf *all = ctx;

    buf_add_str(all, entry->json);
    buf_add_char(all, '\n');
    return true;
}

TEST(a_discarded_one_is_gone_and_the_reason_stays_in_the_log)
{
    UNUSED_STATE;
    struct fixture *f = keeping(1 << 20);
    struct store_selection dead = {.states = STORE_SELECT_DEAD};
    struct store_stats stats;
    uint64_t count = 0;
    struct buf log;

    notify(f, "1");
    notify(f, "2");
    attempt_all(f, STORE_DEAD, 500, "HTTP 500");
    EXPECT_INT(0, store_selection_discard(&count, f->st, &dead, weir_str("a test's \"own\""), NULL));
    EXPECT_INT(2, count);
    store_stats(&stats, f->st);
    EXPECT_INT(0, stats.dead_count);
    EXPECT_INT(0, stats.outbox_count);
    buf_init(&log, 65536);
    EXPECT_INT(0, store_logs(f->st, 1u << STORE_LOG_NOTIFICATION, 0, 0, 0, log_add, &log, NULL));
    buf_add_char(&log, '\0');
    EXPECT(strstr(log.data, "\"outcome\":\"discarded\",\"reason\":\"a test's \\\"own\\\"\"}") != NULL);
    buf_fini(&log);
    dead.id = "111111111111111111111111";
    EXPECT_INT(WEIR_E_NONE, store_selection_discard(&count, f->st, &dead, weir_str("x"), NULL));
    fixture_free(f);
}

struct places {
    uint64_t seqs[8];
    size_t count, max;
};

static bool places_add(void *ctx, const struct store_notification *n)
{
    struct places *p = ctx;

    if (p->count < 8) {
        p->seqs[p->count] = n->seq;
    }
    return ++p->count != p->max;
}

TEST(a_list_looks_at_so_many_and_says_where_it_goes_on)
{
    UNUSED_STATE;
    struct fixture *f = keeping(1 << 20);
    struct store_selection nobody = {.states = STORE_SELECT_DEAD, .endpoint = 77};
    struct store_selection all = {.states = STORE_SELECT_DEAD};
    struct places p = {.count = 0};
    uint64_t reached = 0;
    int pages = 0;

    for (int i = 0; i < 5; i++) {
        notify(f, "x");
        attempt_all(f, STORE_DEAD, 500, NULL);
    }
    do {
        EXPECT_INT(0, store_selection_list(&reached, f->st, &nobody, reached, 2, places_add, &p, NULL));
        pages++;
    } while (reached != 0);
    EXPECT_INT(3, pages);
    EXPECT_INT(0, p.count);
    EXPECT_INT(0, store_selection_list(&reached, f->st, &all, 0, 100, places_add, &p, NULL));
    EXPECT_INT(5, p.count);
    EXPECT_INT(0, reached);
    EXPECT(p.seqs[0] > p.seqs[4]);
    fixture_free(f);
}

TEST(a_commit_that_fails_moves_nothing)
{
    UNUSED_STATE;
    struct fixture *f = keeping(1 << 20);
    struct store_selection all = {BOTH};
    uint64_t count = 77;

    notify(f, "1");
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    notify(f, "2");
    attempt_all(f, STORE_DEAD, 500, NULL);
    atomic_store(&f->commits_to_fail_after, 0);
    EXPECT(store_selection_replay(&count, f->st, &all, NULL) != 0);
    EXPECT_INT(77, count);
    fixture_reopen(f);
    (void)route_all(f);
    EXPECT_INT(2, count_of(f, (struct store_selection){BOTH}));
    EXPECT_INT(0, waiting_count(f));
    EXPECT_INT(2, replay(f, (struct store_selection){BOTH}));
    EXPECT_INT(2, waiting_count(f));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_delivered_one_is_sent_again_with_its_id_and_body_and_a_fresh_budget),
        UNIT(they_are_chosen_by_the_time_their_way_ended),
        UNIT(what_is_kept_stays_below_its_bound_the_oldest_go_first),
        UNIT(nothing_is_kept_where_the_bound_is_zero),
        UNIT(a_discarded_one_is_gone_and_the_reason_stays_in_the_log),
        UNIT(a_list_looks_at_so_many_and_says_where_it_goes_on),
        UNIT(a_commit_that_fails_moves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
