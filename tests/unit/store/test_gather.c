/* gather: when changes become notifications, and what those say. */
#include "fixture.h"

TEST(the_first_change_after_a_quiet_time_is_told_at_once)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint32_t endpoint = route_all(f);
    struct answer a = put(f, EMPLOYEE, "e1", "a");
    char text[2048];

    EXPECT_INT(1, a.due_count);
    EXPECT_INT(endpoint, a.due[0].endpoint);
    EXPECT_INT(FIXTURE_T0, a.due[0].due_ms);
    EXPECT_INT(0, a.applied.gather_due_ms);
    the_message(text, f);
    EXPECT_STR("data 1 1: 1ce1 | 1", text);
    fixture_free(f);
}

TEST(what_follows_soon_is_gathered_into_one)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct answer first;
    struct answer a;
    char text[2048];

    (void)route_all(f);
    first = put(f, EMPLOYEE, "e1", "a");
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    pass_ms(f, 100);
    a = put(f, EMPLOYEE, "e2", "a");
    EXPECT_INT(0, a.due_count);
    EXPECT_INT(first.applied.stamped_at_ms + 1000, a.applied.gather_due_ms);
    pass_ms(f, 100);
    (void)put(f, GROUP, "g1", "a");
    EXPECT_INT(0, waiting_count(f));
    a = gather(f);
    EXPECT_INT(0, a.due_count);
    EXPECT_INT(first.applied.stamped_at_ms + 1000, a.next_due_ms);
    pass_ms(f, 900);
    a = gather(f);
    EXPECT_INT(1, a.due_count);
    EXPECT_INT(0, a.next_due_ms);
    the_message(text, f);
    EXPECT_STR("data 1 2: 1ce2 4cg1 | 1 4", text);
    fixture_free(f);
}

TEST(a_change_behind_the_waiting_time_takes_along_what_waits)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    char text[2048];

    (void)route_all(f);
    (void)put(f, EMPLOYEE, "e1", "a");
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    (void)put(f, EMPLOYEE, "e2", "a");
    pass_ms(f, 2000); /* and nobody gathered */
    EXPECT_INT(1, put(f, EMPLOYEE, "e3", "a").due_count);
    the_message(text, f);
    EXPECT_STR("data 1 2: 1ce2 1ce3 | 1", text);
    EXPECT_INT(0, gather(f).due_count);
    fixture_free(f);
}

TEST(gathering_starts_anew_after_each_message)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)route_all(f);
    (void)put(f, EMPLOYEE, "e1", "a");
    (void)put(f, EMPLOYEE, "e2", "a");
    pass_ms(f, 1100);
    EXPECT_INT(1, gather(f).due_count);
    EXPECT(put(f, EMPLOYEE, "e3", "a").applied.gather_due_ms >= FIXTURE_T0 + 2000);
    fixture_free(f);
}

TEST(without_gathering_each_change_is_told_at_once)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    fixture_close(f);
    f->options.coalesce_ms = 0;
    fixture_open(f);
    (void)route_all(f);
    EXPECT_INT(1, put(f, EMPLOYEE, "e1", "a").due_count);
    EXPECT_INT(1, put(f, EMPLOYEE, "e2", "a").due_count);
    EXPECT_INT(2, waiting_count(f));
    fixture_free(f);
}

TEST(nobody_wants_it_so_nothing_is_made_nor_kept)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    char text[2048];

    EXPECT_INT(0, put(f, EMPLOYEE, "e1", "a").due_count);
    EXPECT_INT(0, put(f, EMPLOYEE, "e2", "a").applied.gather_due_ms);
    EXPECT_INT(0, gather(f).next_due_ms);
    (void)route_all(f);
    (void)put(f, EMPLOYEE, "e3", "a");
    the_message(text, f);
    EXPECT_STR("data 1 1: 1ce3 | 1", text);
    fixture_free(f);
}

TEST(a_route_of_other_types_or_integrations_takes_nothing)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_endpoint e;
    uint32_t other = 77;
    struct store_route routes[2] = {{.events = STORE_EVENT_SYNC_FINISHED},
                                    {.events = STORE_EVENT_DATA_CHANGED, .integration_count = 1}};

    EXPECT_INT(0, store_endpoint_ensure(&e, f->st, "app", NULL));
    routes[0].endpoint = e.number;
    routes[1].endpoint = e.number;
    routes[1].integrations = &other;
    EXPECT_INT(0, store_routes_set(f->st, routes, 2, NULL));
    EXPECT_INT(0, put(f, EMPLOYEE, "e1", "a").due_count);
    routes[1].integrations = &f->one;
    EXPECT_INT(0, store_routes_set(f->st, routes, 2, NULL));
    EXPECT_INT(1, put(f, EMPLOYEE, "e2", "a").due_count);
    fixture_free(f);
}

TEST(each_endpoint_gets_one_with_an_id_of_its_own)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    struct store_endpoint one;
    struct store_endpoint two;
    struct store_route routes[3] = {{.events = UINT32_MAX}, {.events = UINT32_MAX}, {.events = UINT32_MAX}};
    struct waiting *w;
    struct answer a;

    EXPECT_INT(0, store_endpoint_ensure(&one, f->st, "one", NULL));
    EXPECT_INT(0, store_endpoint_ensure(&two, f->st, "two", NULL));
    routes[0].endpoint = one.number;
    routes[1].endpoint = two.number;
    routes[2].endpoint = one.number; /* named twice, asked once */
    EXPECT_INT(0, store_routes_set(f->st, routes, 3, NULL));
    a = put(f, EMPLOYEE, "e1", "a");
    EXPECT_INT(2, a.due_count);
    w = wait_list(f, 0);
    EXPECT_INT(2, w->count);
    EXPECT(strcmp(w->n[0].id, w->n[1].id) != 0);
    EXPECT(strncmp(w->n[0].id, w->body[0], ID_LEN) == 0);
    EXPECT(strncmp(w->n[1].id, w->body[1], ID_LEN) == 0);
    EXPECT_STR(w->body[0] + ID_LEN, w->body[1] + ID_LEN);
    free(w);
    fixture_free(f);
}

/* A first message, so that all that follows is gathered. */
static struct fixture *fixture_gathering(void)
{
    struct fixture *f = fixture_new();

    (void)route_all(f);
    (void)put(f, GROUP, "first", "a");
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    return f;
}

static void gathered_is(struct fixture *f, const char *want)
{
    char text[2048];

    pass_ms(f, 1100);
    EXPECT_INT(1, gather(f).due_count);
    the_message(text, f);
    EXPECT_STR(want, text);
    fixture_free(f);
}

TEST(created_then_updated_is_created_once)
{
    UNUSED_STATE;
    struct fixture *f = fixture_gathering();

    (void)put(f, EMPLOYEE, "e1", "a");
    (void)put(f, EMPLOYEE, "e1", "b");
    (void)put(f, EMPLOYEE, "e1", "c");
    gathered_is(f, "data 1 1: 1ce1 | 1");
}

TEST(created_then_gone_is_gone)
{
    UNUSED_STATE;
    struct fixture *f = fixture_gathering();

    (void)put(f, EMPLOYEE, "e1", "a");
    (void)remove_one(f, EMPLOYEE, "e1");
    gathered_is(f, "data 1 1: 1ge1 | 1");
}

TEST(gone_then_back_is_updated)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)put(f, EMPLOYEE, "e1", "a");
    (void)route_all(f);
    (void)put(f, GROUP, "first", "a");
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    (void)remove_one(f, EMPLOYEE, "e1");
    (void)put(f, EMPLOYEE, "e1", "a");
    gathered_is(f, "data 1 1: 1ue1 | 1");
}

TEST(records_beyond_the_most_are_counted_but_not_listed)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    fixture_close(f);
    f->options.changed_records_max = 2;
    fixture_open(f);
    (void)route_all(f);
    (void)put(f, GROUP, "first", "a");
    attempt_all(f, STORE_DELIVERED, 200, NULL);
    (void)put(f, EMPLOYEE, "e1", "a");
    (void)put(f, EMPLOYEE, "e2", "a");
    (void)put(f, ENTITY, "l1", "a");
    (void)remove_one(f, EMPLOYEE, "e1");
    gathered_is(f, "data 1 3: 1ge1 1ce2 | 1 3");
}

TEST(what_waits_to_be_gathered_survives_a_restart)
{
    UNUSED_STATE;
    struct fixture *f = fixture_gathering();

    (void)put(f, EMPLOYEE, "e1", "a");
    fixture_reopen(f);
    (void)route_all(f);
    gathered_is(f, "data 1 1: 1ce1 | 1");
}

TEST(many_integrations_are_gathered_in_one_call)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();
    uint32_t first = f->one;
    int i;

    (void)route_all(f);
    for (i = 0; i < 70; i++) {
        struct store_integration row;
        char id[32];

        (void)snprintf(id, sizeof id, "tool:n%d", i);
        EXPECT_INT(0, store_integration_ensure(&row, f->st, id, NULL));
        f->one = row.number;
        (void)put(f, EMPLOYEE, "e1", "a");
        (void)put(f, EMPLOYEE, "e1", "b");
    }
    EXPECT_INT(70, waiting_count(f));
    f->one = first;
    pass_ms(f, 2000);
    EXPECT_INT(70, gather(f).due_count);
    EXPECT_INT(140, waiting_count(f));
    fixture_free(f);
}

TEST(nobody_is_told_when_there_is_nothing_to_say)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new();

    (void)route_all(f);
    f->says_nothing = true; /* as of an integration that is not there any more */
    EXPECT_INT(0, put(f, EMPLOYEE, "e1", "a").due_count);
    EXPECT_INT(0, waiting_count(f));
    f->says_nothing = false;
    pass_ms(f, 2000);
    EXPECT_INT(1, put(f, EMPLOYEE, "e2", "a").due_count);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_first_change_after_a_quiet_time_is_told_at_once),
        UNIT(what_follows_soon_is_gathered_into_one),
        UNIT(a_change_behind_the_waiting_time_takes_along_what_waits),
        UNIT(gathering_starts_anew_after_each_message),
        UNIT(without_gathering_each_change_is_told_at_once),
        UNIT(nobody_wants_it_so_nothing_is_made_nor_kept),
        UNIT(a_route_of_other_types_or_integrations_takes_nothing),
        UNIT(each_endpoint_gets_one_with_an_id_of_its_own),
        UNIT(created_then_updated_is_created_once),
        UNIT(created_then_gone_is_gone),
        UNIT(gone_then_back_is_updated),
        UNIT(records_beyond_the_most_are_counted_but_not_listed),
        UNIT(what_waits_to_be_gathered_survives_a_restart),
        UNIT(many_integrations_are_gathered_in_one_call),
        UNIT(nobody_is_told_when_there_is_nothing_to_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
