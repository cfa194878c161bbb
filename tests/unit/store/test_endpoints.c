/* What is done to endpoints beside their state: listed, counted, told of, and buried. */
#include "fixture.h"

#include "store/endpoints.h"

static struct answer told(struct fixture *f, uint32_t type, uint32_t about)
{
    struct answer a;

    answer_init(&a);
    store_notify_others(f->st, type, about, weir_str_bytes(weir_str("{\"id\":\"%id%\"}")), on_due, &a);
    EXPECT_INT(0, answer_wait(&a));
    return a;
}

static struct answer notify(struct fixture *f, uint32_t type)
{
    struct answer a;

    answer_init(&a);
    store_notify(f->st, type, f->one, weir_str_bytes(weir_str("{\"id\":\"%id%\"}")), on_due, &a);
    EXPECT_INT(0, answer_wait(&a));
    return a;
}

static uint64_t waiting(struct fixture *f, uint32_t number, uint64_t max)
{
    uint64_t count = 0;

    EXPECT_INT(0, store_endpoint_waiting(&count, f->st, number, max, NULL));
    return count;
}

static bool add_name(void *ctx, const struct store_endpoint *row)
{
    char *names = ctx;
    size_t len = strlen(names);

    (void)snprintf(names + len, 64 - len, "%s ", row->name);
    return strcmp(row->name, "stop") != 0;
}

TEST(all_endpoints_are_listed_by_name)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_endpoint row;
    char names[64] = "";

    EXPECT_INT(0, store_endpoints(f->st, add_name, names, NULL));
    EXPECT_STR("", names);
    EXPECT_INT(0, store_endpoint_ensure(&row, f->st, "stop", NULL));
    EXPECT_INT(0, store_endpoint_ensure(&row, f->st, "zeta", NULL));
    EXPECT_INT(0, store_endpoint_ensure(&row, f->st, "alpha", NULL));
    EXPECT_INT(0, store_endpoints(f->st, add_name, names, NULL));
    EXPECT_STR("alpha stop ", names);
    fixture_free(f);
}

TEST(that_others_were_warned_is_remembered)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_endpoint row;

    EXPECT_INT(0, store_endpoint_ensure(&row, f->st, "one", NULL));
    row.warned_ms = FIXTURE_T0;
    (void)snprintf(row.reason, sizeof row.reason, "it fails");
    store_endpoint_put(f->st, &row);
    fixture_reopen(f);
    EXPECT_INT(0, store_endpoint_ensure(&row, f->st, "one", NULL));
    EXPECT_INT(FIXTURE_T0, row.warned_ms);
    EXPECT_STR("it fails", row.reason);
    fixture_free(f);
}

TEST(what_is_said_of_an_endpoint_goes_to_the_others_whatever_their_filter)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_endpoint one;
    struct store_endpoint two;
    uint32_t none = 4711;
    struct store_route routes[2] = {{.events = UINT32_MAX},
                                    {.events = UINT32_MAX, .integrations = &none, .integration_count = 1}};
    struct answer a;

    EXPECT_INT(0, store_endpoint_ensure(&one, f->st, "one", NULL));
    EXPECT_INT(0, store_endpoint_ensure(&two, f->st, "two", NULL));
    routes[0].endpoint = one.number;
    routes[1].endpoint = two.number;
    EXPECT_INT(0, store_routes_set(f->st, routes, 2, NULL));
    a = told(f, STORE_EVENT_ENDPOINT_FAILING, one.number);
    EXPECT_INT(1, a.due_count);
    EXPECT_INT(two.number, a.due[0].endpoint);
    a = told(f, STORE_EVENT_ENDPOINT_DISABLED, two.number);
    EXPECT_INT(1, a.due_count);
    EXPECT_INT(one.number, a.due[0].endpoint);
    /* Other messages keep to the filter. */
    a = notify(f, STORE_EVENT_SYNC_FINISHED);
    EXPECT_INT(1, a.due_count);
    EXPECT_INT(one.number, a.due[0].endpoint);
    fixture_free(f);
}

struct dead {
    uint32_t count;
    struct store_notification last;
};

static bool count_dead(void *ctx, const struct store_notification *dead)
{
    struct dead *d = ctx;

    d->last = *dead;
    d->count++;
    return true;
}

TEST(what_waits_for_a_removed_endpoint_becomes_dead_letters)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_endpoint one;
    struct store_endpoint again;
    struct store_route routes[2] = {{.events = UINT32_MAX}, {.events = UINT32_MAX}};
    struct store_stats stats;
    struct dead dead = {.count = 0};
    uint64_t count = 0;
    int i;

    EXPECT_INT(0, store_endpoint_ensure(&one, f->st, "one", NULL));
    EXPECT_INT(0, store_endpoint_ensure(&again, f->st, "two", NULL));
    one.disabled = true;
    one.failures = 12;
    store_endpoint_put(f->st, &one);
    routes[0].endpoint = one.number;
    routes[1].endpoint = again.number;
    EXPECT_INT(0, store_routes_set(f->st, routes, 2, NULL));
    for (i = 0; i < 1203; i++) { /* more than two steps */
        (void)notify(f, STORE_EVENT_SYNC_FINISHED);
    }
    EXPECT_INT(1203, waiting(f, one.number, UINT64_MAX));
    EXPECT_INT(10, waiting(f, one.number, 10));
    EXPECT_INT(0, store_endpoint_bury(&count, f->st, "one", "the endpoint was removed", NULL));
    EXPECT_INT(1203, count);
    EXPECT_INT(0, waiting(f, one.number, UINT64_MAX));
    EXPECT_INT(1203, waiting(f, again.number, UINT64_MAX));
    store_stats(&stats, f->st);
    EXPECT_INT(1203, stats.outbox_count);
    EXPECT_INT(1203, stats.dead_count);
    EXPECT_INT(0, store_dead(f->st, 0, count_dead, &dead, NULL));
    EXPECT_INT(1203, dead.count);
    EXPECT_INT(one.number, dead.last.endpoint);
    EXPECT_STR("the endpoint was removed", dead.last.last_error);
    EXPECT(dead.last.died_at_ms != 0);
    /* The name begins anew with its number, so that its dead letters can be sent to it. */
    EXPECT_INT(0, store_endpoint_ensure(&again, f->st, "one", NULL));
    EXPECT_INT(one.number, again.number);
    EXPECT_INT(false, again.disabled);
    EXPECT_INT(0, again.failures);
    EXPECT_INT(0, store_dead_replay(f->st, NULL, one.number, &count, NULL));
    EXPECT_INT(1203, count);
    EXPECT_INT(WEIR_E_NONE, store_endpoint_bury(&count, f->st, "three", "gone", NULL));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(all_endpoints_are_listed_by_name),
        UNIT(that_others_were_warned_is_remembered),
        UNIT(what_is_said_of_an_endpoint_goes_to_the_others_whatever_their_filter),
        UNIT(what_waits_for_a_removed_endpoint_becomes_dead_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
