/* dead: notifications that were given up. */
#include "fixture.h"

struct letters {
    struct store_notification n[8];
    char body[8][256];
    size_t count;
};

static bool letters_add(void *ctx, const struct store_notification *n)
{
    struct letters *l = ctx;

    if (l->count < 8) {
        l->n[l->count] = *n;
        (void)snprintf(l->body[l->count], sizeof l->body[0], "%.*s", (int)n->body.len,
                       (const char *)n->body.data);
    }
    l->count++;
    return true;
}

static struct letters letters_of(struct fixture *f, uint64_t before_seq)
{
    struct letters l = {0};

    EXPECT_INT(0, store_dead(f->st, before_seq, letters_add, &l, NULL));
    return l;
}

static void notify(struct fixture *f, const char *body)
{
    struct answer a;

    answer_init(&a);
    store_notify(f->st, STORE_EVENT_SYNC_FINISHED, f->one, weir_str_bytes(weir_str(body)), on_due, &a);
    EXPECT_INT(0, answer_wait(&a));
}

TEST(a_dead_letter_says_why_and_when_and_keeps_its_body)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint32_t endpoint = route_all(f);
    struct letters l;

    notify(f, "the body");
    pass_ms(f, 5000);
    attempt_all(f, STORE_DEAD, 500, "HTTP 500");
    l = letters_of(f, 0);
    EXPECT_INT(0, waiting_count(f));
    EXPECT_INT(1, l.count);
    EXPECT_STR("the body", l.body[0]);
    EXPECT_INT(endpoint, l.n[0].endpoint);
    EXPECT_INT(f->one, l.n[0].integration);
    EXPECT_INT(FIXTURE_T0 + 5000, l.n[0].died_at_ms);
    EXPECT_INT(500, l.n[0].last_status);
    EXPECT_STR("HTTP 500", l.n[0].last_error);
    EXPECT_INT(1, l.n[0].attempts);
    fixture_free(f);
}

TEST(a_long_error_is_cut_between_characters)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    char error[400];
    struct letters l;

    memset(error, 'x', sizeof error);
    memcpy(error + 158, "\xc3\xa9", 2);
    error[sizeof error - 1] = '\0';
    (void)route_all(f);
    notify(f, "x");
    attempt_all(f, STORE_DEAD, 0, error);
    l = letters_of(f, 0);
    EXPECT_INT(158, strlen(l.n[0].last_error));
    fixture_free(f);
}

TEST(the_newest_comes_first_and_paging_goes_on_behind)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct letters l;

    (void)route_all(f);
    notify(f, "1");
    attempt_all(f, STORE_DEAD, 500, NULL);
    notify(f, "2");
    attempt_all(f, STORE_DEAD, 500, NULL);
    l = letters_of(f, 0);
    EXPECT_INT(2, l.count);
    EXPECT_STR("2", l.body[0]);
    EXPECT_STR("1", l.body[1]);
    l = letters_of(f, l.n[0].seq);
    EXPECT_INT(1, l.count);
    EXPECT_STR("1", l.body[0]);
    fixture_free(f);
}

TEST(dead_letters_survive_a_restart)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_stats stats;

    (void)route_all(f);
    notify(f, "1");
    attempt_all(f, STORE_DEAD, 500, NULL);
    fixture_reopen(f);
    EXPECT_INT(1, letters_of(f, 0).count);
    store_stats(&stats, f->st);
    EXPECT_INT(1, stats.dead_count);
    EXPECT_INT(0, stats.outbox_count);
    fixture_free(f);
}

TEST(a_replayed_one_is_due_now_with_a_fresh_budget_and_the_same_id)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint32_t endpoint = route_all(f);
    struct letters l;
    struct waiting *w;
    uint64_t count = 0;

    notify(f, "1");
    notify(f, "2");
    attempt_all(f, STORE_DEAD, 500, "HTTP 500");
    l = letters_of(f, 0);
    pass_ms(f, 5000);
    EXPECT_INT(0, store_dead_replay(f->st, l.n[0].id, 0, &count, NULL));
    EXPECT_INT(1, count);
    w = wait_list(f, endpoint);
    EXPECT_INT(1, w->count);
    EXPECT_STR(l.n[0].id, w->n[0].id);
    EXPECT_STR("2", w->body[0]);
    EXPECT_INT(0, w->n[0].attempts);
    EXPECT_INT(0, w->n[0].died_at_ms);
    EXPECT_INT(FIXTURE_T0 + 5000, w->n[0].due_ms);
    free(w);
    EXPECT_INT(1, letters_of(f, 0).count);
    fixture_free(f);
}

TEST(an_unknown_one_is_said_to_be_none)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint64_t count = 0;

    EXPECT_INT(WEIR_E_NONE, store_dead_replay(f->st, "unknown", 0, &count, NULL));
    EXPECT_INT(0, store_dead_replay(f->st, NULL, 0, &count, NULL));
    EXPECT_INT(0, count);
    fixture_free(f);
}

TEST(all_of_an_endpoint_are_replayed_and_the_others_stay)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_endpoint one;
    struct store_endpoint two;
    struct store_route routes[2] = {{.events = UINT32_MAX}, {.events = UINT32_MAX}};
    struct store_stats stats;
    uint64_t count = 0;
    int i;

    EXPECT_INT(0, store_endpoint_ensure(&one, f->st, "one", NULL));
    EXPECT_INT(0, store_endpoint_ensure(&two, f->st, "two", NULL));
    routes[0].endpoint = one.number;
    routes[1].endpoint = two.number;
    EXPECT_INT(0, store_routes_set(f->st, routes, 2, NULL));
    for (i = 0; i < 5; i++) {
        notify(f, "x");
    }
    attempt_all(f, STORE_DEAD, 500, NULL);
    EXPECT_INT(0, store_dead_replay(f->st, NULL, two.number, &count, NULL));
    EXPECT_INT(5, count);
    store_stats(&stats, f->st);
    EXPECT_INT(5, stats.outbox_count);
    EXPECT_INT(5, stats.dead_count);
    EXPECT_INT(0, store_dead_replay(f->st, NULL, 0, &count, NULL));
    EXPECT_INT(5, count);
    fixture_free(f);
}

TEST(more_than_one_step_of_them_are_replayed_once_each)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_stats stats;
    uint64_t count = 0;
    int i;

    (void)route_all(f);
    for (i = 0; i < 1100; i++) {
        struct store_attempt dead = {.outcome = STORE_DEAD};
        struct answer a;

        answer_init(&a);
        store_notify(f->st, STORE_EVENT_SYNC_FINISHED, f->one, weir_str_bytes(weir_str("x")), on_due, &a);
        EXPECT_INT(0, answer_wait(&a));
        dead.endpoint = a.due[0].endpoint;
        dead.due_ms = a.due[0].due_ms;
        dead.seq = a.due[0].seq;
        store_attempt(f->st, &dead, NULL, NULL);
        if (i % 20 == 0) {
            pass_ms(f, 40);
        }
    }
    EXPECT_INT(0, store_dead_replay(f->st, NULL, 0, &count, NULL));
    EXPECT_INT(1100, count);
    store_stats(&stats, f->st);
    EXPECT_INT(1100, stats.outbox_count);
    EXPECT_INT(0, stats.dead_count);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_dead_letter_says_why_and_when_and_keeps_its_body),
        UNIT(a_long_error_is_cut_between_characters),
        UNIT(the_newest_comes_first_and_paging_goes_on_behind),
        UNIT(dead_letters_survive_a_restart),
        UNIT(a_replayed_one_is_due_now_with_a_fresh_budget_and_the_same_id),
        UNIT(an_unknown_one_is_said_to_be_none),
        UNIT(all_of_an_endpoint_are_replayed_and_the_others_stay),
        UNIT(more_than_one_step_of_them_are_replayed_once_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
