#include "fake_personio.h"

#include "subscribe.h"

#define URL "https://hooks.acme.example/hooks/personio:acme"
#define ID "018f3a6c-1b2c-7d4e-8f90-a1b2c3d4e5f6"
#define LIST(items) "{\"_data\":[" items "],\"_meta\":{\"links\":{\"self\":{\"href\":\"x\"}}}}"
#define HOOK_OF(id, url, status, events)                                                                     \
    "{\"id\":\"" id "\",\"url\":\"" url "\",\"description\":\"d\",\"status\":\"" status                      \
    "\",\"auth_type\":\"TOKEN\",\"enabled_events\":[" events "]}"
#define HOOK(id, status) HOOK_OF(id, URL, status, "\"person.updated\",\"person.created\"")
#define GET_LIST "GET /v2/webhooks?limit=200"

struct wanted {
    struct weir_str events[3];
    struct weir_subscription_want want;
};

static void wanted_init(struct wanted *w)
{
    memset(w, 0, sizeof *w);
    w->events[0] = weir_str("person.created");
    w->events[1] = weir_str("person.updated");
    w->events[2] = weir_str("employment.updated.cost-centers");
    w->want = (struct weir_subscription_want){.size = sizeof w->want,
                                              .callback_url = weir_str(URL),
                                              .secret = weir_str(FAKE_SECRET),
                                              .label = weir_str("weir personio:acme"),
                                              .events = w->events,
                                              .event_count = 2};
}

static struct weir_subscription ensure(struct fake *f, const struct wanted *w, int code)
{
    struct weir_subscription have = {.size = sizeof have};

    EXPECT_INT(code, personio_subscribe.ensure(fake_personio(f), &w->want, &have, NULL));
    return have;
}

static struct weir_subscription inspect(struct fake *f, const struct wanted *w, int code)
{
    struct weir_subscription have = {.size = sizeof have};

    EXPECT_INT(code, personio_subscribe.inspect(fake_personio(f), &w->want, &have, NULL));
    return have;
}

/* A webhook made and remembered. */
static void ensured(struct fake *f, const struct wanted *w)
{
    fake_with_token(f);
    fake_script(f, GET_LIST, 200, LIST(""));
    fake_script(f, "POST /v2/webhooks", 201, HOOK(ID, "ENABLED"));
    fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    EXPECT_INT(WEIR_SUB_ACTIVE, ensure(f, w, 0).state);
}

TEST(a_webhook_is_made_enabled_with_the_token_as_it_will_come)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;
    struct weir_subscription have;

    wanted_init(&w);
    fake_with_token(f);
    fake_script(f, GET_LIST, 200, LIST(HOOK_OF("other", "https://hooks.acme.example/else", "ENABLED", "")));
    fake_script(f, "POST /v2/webhooks", WEIR_E_LATER, NULL);
    have = ensure(f, &w, WEIR_E_LATER);
    EXPECT_STR("{\"url\":\"" URL
               "\",\"description\":\"weir personio:acme\",\"status\":\"ENABLED\",\"auth_type\":"
               "\"TOKEN\",\"token\":\"Bearer " FAKE_SECRET
               "\",\"enabled_events\":[\"person.created\",\"person.updated\"]}",
               fake_body(f));
    EXPECT_STR("application/json", fake_header(f, "Content-Type"));
    EXPECT_STR("Bearer " FAKE_TOKEN, fake_header(f, "Authorization"));
    EXPECT(!fake_repeatable(f));
    /* It was made all the same: the next try finds it, and does not make a second one. */
    fake_script(f, GET_LIST, 200, LIST(HOOK(ID, "ENABLED")));
    fake_script(f, "PATCH /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    have = ensure(f, &w, 0);
    EXPECT_INT(WEIR_SUB_ACTIVE, have.state);
    EXPECT(have.changed);
    EXPECT_STR(ID, have.remote_id);
    EXPECT_STR(ID, fake_state_of(f, "webhook_id"));
    EXPECT(strstr(fake_state_of(f, "webhook_token"), FAKE_SECRET) == NULL);
    fake_free(f);
}

TEST(a_webhook_that_is_right_is_left_alone)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;
    struct weir_subscription have;

    wanted_init(&w);
    ensured(f, &w);
    fake_restart(f);
    fake_with_token(f);
    fake_script(f, GET_LIST, 200, LIST(HOOK(ID, "ENABLED")));
    have = ensure(f, &w, 0);
    EXPECT(!have.changed);
    EXPECT_INT(WEIR_SUB_ACTIVE, have.state);
    EXPECT_STR(ID, have.remote_id);
    fake_free(f);
}

TEST(what_is_wrong_is_patched)
{
    UNUSED_STATE;
    static const char *const wrong[] = {
        HOOK(ID, "DISABLED"), HOOK_OF(ID, URL, "ENABLED", "\"person.updated\""),
        HOOK_OF(ID, URL, "ENABLED", "\"person.updated\",\"person.created\",\"document.created\""),
        "{\"id\":\"" ID "\",\"url\":\"" URL "\",\"auth_type\":\"NONE\"}"};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct fake *f = fake_new();
        struct wanted w;
        char list[600];

        wanted_init(&w);
        ensured(f, &w);
        (void)snprintf(list, sizeof list, LIST("%s"), wrong[i]);
        fake_script(f, GET_LIST, 200, list);
        fake_script(f, "PATCH /v2/webhooks/" ID, WEIR_E_LATER, NULL);
        (void)ensure(f, &w, WEIR_E_LATER);
        EXPECT_STR("{\"status\":\"ENABLED\",\"auth_type\":\"TOKEN\",\"token\":\"Bearer " FAKE_SECRET
                   "\",\"enabled_events\":[\"person.created\",\"person.updated\"]}",
                   fake_body(f));
        fake_script(f, GET_LIST, 200, list);
        fake_script(f, "PATCH /v2/webhooks/" ID, 200, "{}");
        fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
        EXPECT(ensure(f, &w, 0).changed);
        fake_free(f);
    }
}

TEST(a_new_secret_is_registered_though_nothing_shows_the_old_one)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    ensured(f, &w);
    w.want.secret = weir_str("n3w-random-secret");
    fake_script(f, GET_LIST, 200, LIST(HOOK(ID, "ENABLED")));
    fake_script(f, "PATCH /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    EXPECT(ensure(f, &w, 0).changed);
    fake_script(f, GET_LIST, 200, LIST(HOOK(ID, "ENABLED")));
    EXPECT(!ensure(f, &w, 0).changed);
    fake_free(f);
}

TEST(doubles_are_deleted_and_the_known_one_kept)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    ensured(f, &w);
    fake_script(f, GET_LIST, 200,
                "{\"_data\":[" HOOK(
                    "aaaa", "ENABLED") "],\"_meta\":{\"links\":{\"next\":{\"href\":\"?cursor=w2\"}}}}");
    fake_script(f, "GET /v2/webhooks?limit=200&cursor=w2", 200,
                LIST(HOOK(ID, "ENABLED") "," HOOK("bbbb", "DISABLED")));
    fake_script(f, "DELETE /v2/webhooks/aaaa", 204, NULL);
    fake_script(f, "DELETE /v2/webhooks/bbbb", 404, "");
    fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    EXPECT(ensure(f, &w, 0).changed);
    fake_free(f);
}

TEST(after_a_move_the_known_webhook_gets_the_new_address)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    ensured(f, &w);
    w.want.callback_url = weir_str("https://new.acme.example/hooks/personio:acme");
    fake_script(f, GET_LIST, 200, LIST(HOOK(ID, "ENABLED")));
    fake_script(f, "PATCH /v2/webhooks/" ID, WEIR_E_LATER, NULL);
    (void)ensure(f, &w, WEIR_E_LATER);
    EXPECT(strstr(fake_body(f), "{\"url\":\"https://new.acme.example/hooks/personio:acme\",\"status\"") !=
           NULL);
    fake_script(f, GET_LIST, 200, LIST(HOOK(ID, "ENABLED")));
    fake_script(f, "PATCH /v2/webhooks/" ID, 200, "{}");
    fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    EXPECT(ensure(f, &w, 0).changed);
    fake_free(f);
}

TEST(a_conflict_is_solved_by_adopting_what_is_there)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;
    struct weir_subscription have;

    wanted_init(&w);
    fake_with_token(f);
    fake_script(f, GET_LIST, 200, LIST(""));
    fake_script(f, "POST /v2/webhooks", 409, "{}");
    fake_script(f, GET_LIST, 200, LIST(HOOK(ID, "DISABLED")));
    fake_script(f, "PATCH /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    EXPECT_INT(WEIR_SUB_ACTIVE, ensure(f, &w, 0).state);
    fake_free(f);
    f = fake_new();
    fake_with_token(f);
    for (int i = 0; i < 2; i++) {
        fake_script(f, GET_LIST, 200, LIST(""));
        fake_script(f, "POST /v2/webhooks", 409, "{}");
    }
    have = ensure(f, &w, 0);
    EXPECT_INT(WEIR_SUB_FAILED, have.state);
    EXPECT(strstr(have.detail, "409") != NULL);
    fake_free(f);
}

TEST(a_created_webhook_may_come_wrapped_or_without_its_id)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    fake_with_token(f);
    fake_script(f, GET_LIST, 200, LIST(""));
    fake_script(f, "POST /v2/webhooks", 201, "{\"_data\":" HOOK(ID, "ENABLED") "}");
    fake_script(f, "GET /v2/webhooks/" ID, 200, "{\"_data\":{\"id\":\"" ID "\"}}");
    EXPECT_STR(ID, ensure(f, &w, 0).remote_id);
    fake_free(f);
    f = fake_new();
    fake_with_token(f);
    fake_script(f, GET_LIST, 200, LIST(""));
    fake_script(f, "POST /v2/webhooks", 201, "{}");
    fake_script(f, GET_LIST, 200, LIST(HOOK(ID, "ENABLED")));
    fake_script(f, "PATCH /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    EXPECT_STR(ID, ensure(f, &w, 0).remote_id);
    fake_free(f);
}

TEST(an_account_that_refuses_the_cost_center_event_is_subscribed_without_it)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    w.want.event_count = 3;
    fake_with_token(f);
    fake_script(f, GET_LIST, 200, LIST(""));
    fake_script(f, "POST /v2/webhooks", 422, "{}");
    fake_script(f, "POST /v2/webhooks", 201, HOOK(ID, "ENABLED"));
    fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    EXPECT_INT(WEIR_SUB_ACTIVE, ensure(f, &w, 0).state);
    /* Remembered, so that nothing looks wrong the next time. */
    fake_restart(f);
    fake_with_token(f);
    fake_script(f, GET_LIST, 200, LIST(HOOK(ID, "ENABLED")));
    EXPECT(!ensure(f, &w, 0).changed);
    fake_free(f);
    /* When the rest is refused too, it was not that. */
    f = fake_new();
    fake_with_token(f);
    fake_script(f, GET_LIST, 200, LIST(""));
    fake_script(f, "POST /v2/webhooks", 400, "{}");
    fake_script(f, "POST /v2/webhooks", 400, "{}");
    EXPECT_INT(WEIR_SUB_FAILED, ensure(f, &w, 0).state);
    EXPECT(fake_state_of(f, "webhook_narrow") == NULL);
    fake_free(f);
}

TEST(a_missing_right_is_a_state_that_names_it)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;
    struct weir_subscription have;

    wanted_init(&w);
    fake_with_token(f);
    fake_script(f, GET_LIST, 403, "");
    have = ensure(f, &w, 0);
    EXPECT_INT(WEIR_SUB_NEEDS_PERMISSION, have.state);
    EXPECT_STR("grant personio:webhooks:read and personio:webhooks:write", have.detail);
    fake_script(f, GET_LIST, 200, LIST(""));
    fake_script(f, "POST /v2/webhooks", 401, "");
    fake_script_token(f, "papi-second", 86400);
    fake_script(f, "POST /v2/webhooks", 401, "");
    have = ensure(f, &w, 0);
    EXPECT_INT(WEIR_SUB_NEEDS_PERMISSION, have.state);
    EXPECT(!have.changed);
    fake_script(f, GET_LIST, 503, "");
    (void)ensure(f, &w, WEIR_E_LATER);
    fake_free(f);
}

TEST(what_personio_shows_after_a_change_is_looked_at)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;
    struct weir_subscription have;

    wanted_init(&w);
    fake_with_token(f);
    fake_script(f, GET_LIST, 200, LIST(""));
    fake_script(f, "POST /v2/webhooks", 201, HOOK(ID, "ENABLED"));
    fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK(ID, "DISABLED"));
    have = ensure(f, &w, 0);
    EXPECT_INT(WEIR_SUB_FAILED, have.state);
    EXPECT(strstr(have.detail, "off") != NULL);
    /* Nothing is not a look. */
    fake_script(f, GET_LIST, 200, LIST(HOOK(ID, "DISABLED")));
    fake_script(f, "PATCH /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    fake_script(f, "GET /v2/webhooks/" ID, 200, "{}");
    (void)ensure(f, &w, WEIR_E_LATER);
    fake_free(f);
}

TEST(inspect_reports_and_changes_nothing)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    fake_with_token(f);
    fake_script(f, GET_LIST, 200, LIST(""));
    EXPECT_INT(WEIR_SUB_NONE, inspect(f, &w, 0).state);
    fake_script(f, GET_LIST, 200, LIST(HOOK(ID, "ENABLED")));
    EXPECT_INT(WEIR_SUB_FAILED, inspect(f, &w, 0).state); /* whose token? */
    ensured(f, &w);
    fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK(ID, "ENABLED"));
    EXPECT_INT(WEIR_SUB_ACTIVE, inspect(f, &w, 0).state);
    fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK(ID, "DISABLED"));
    EXPECT_INT(WEIR_SUB_FAILED, inspect(f, &w, 0).state);
    fake_script(f, "GET /v2/webhooks/" ID, 200, HOOK_OF(ID, URL "x", "ENABLED", ""));
    EXPECT_INT(WEIR_SUB_FAILED, inspect(f, &w, 0).state);
    fake_script(f, "GET /v2/webhooks/" ID, 404, "");
    EXPECT_INT(WEIR_SUB_NONE, inspect(f, &w, 0).state);
    fake_script(f, "GET /v2/webhooks/" ID, 403, "");
    EXPECT_INT(WEIR_SUB_NEEDS_PERMISSION, inspect(f, &w, 0).state);
    fake_script(f, "GET /v2/webhooks/" ID, 500, "");
    (void)inspect(f, &w, WEIR_E_LATER);
    fake_free(f);
}

TEST(only_a_404_of_the_webhook_itself_says_that_there_is_none)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    fake_with_token(f);
    fake_script(f, GET_LIST, 404, "");
    (void)inspect(f, &w, WEIR_E_LATER);
    fake_script(f, GET_LIST, 404, "");
    (void)ensure(f, &w, WEIR_E_LATER);
    fake_script(f, GET_LIST, 200, LIST(""));
    fake_script(f, "POST /v2/webhooks", 404, "");
    (void)ensure(f, &w, WEIR_E_LATER);
    ensured(f, &w);
    fake_script(f, "GET /v2/webhooks/" ID, 200, "");
    (void)inspect(f, &w, WEIR_E_LATER);
    fake_script(f, "GET /v2/webhooks/" ID, 200, "[]");
    (void)inspect(f, &w, WEIR_E_LATER);
    fake_free(f);
}

TEST(removing_deletes_whatever_has_our_address_and_forgets_it)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    ensured(f, &w);
    fake_script(f, "DELETE /v2/webhooks/" ID, 204, NULL);
    fake_script(f, GET_LIST, 200, LIST(HOOK("bbbb", "ENABLED") "," HOOK_OF("cccc", URL "2", "ENABLED", "")));
    fake_script(f, "DELETE /v2/webhooks/bbbb", 204, NULL);
    EXPECT_INT(0, personio_subscribe.remove(fake_personio(f), &w.want, NULL));
    EXPECT(fake_state_of(f, "webhook_id") == NULL && fake_state_of(f, "webhook_token") == NULL);
    fake_script(f, GET_LIST, 200, LIST(""));
    EXPECT_INT(0, personio_subscribe.remove(fake_personio(f), &w.want, NULL));
    fake_state(f, "webhook_id", ID);
    fake_script(f, "DELETE /v2/webhooks/" ID, 404, "");
    fake_script(f, GET_LIST, 200, LIST(""));
    EXPECT_INT(0, personio_subscribe.remove(fake_personio(f), &w.want, NULL));
    fake_state(f, "webhook_id", ID);
    fake_script(f, "DELETE /v2/webhooks/" ID, 403, "");
    EXPECT_INT(WEIR_E_PERMISSION, personio_subscribe.remove(fake_personio(f), &w.want, NULL));
    EXPECT_STR(ID, fake_state_of(f, "webhook_id"));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_webhook_is_made_enabled_with_the_token_as_it_will_come),
        UNIT(a_webhook_that_is_right_is_left_alone),
        UNIT(what_is_wrong_is_patched),
        UNIT(a_new_secret_is_registered_though_nothing_shows_the_old_one),
        UNIT(doubles_are_deleted_and_the_known_one_kept),
        UNIT(after_a_move_the_known_webhook_gets_the_new_address),
        UNIT(a_conflict_is_solved_by_adopting_what_is_there),
        UNIT(a_created_webhook_may_come_wrapped_or_without_its_id),
        UNIT(an_account_that_refuses_the_cost_center_event_is_subscribed_without_it),
        UNIT(a_missing_right_is_a_state_that_names_it),
        UNIT(what_personio_shows_after_a_change_is_looked_at),
        UNIT(inspect_reports_and_changes_nothing),
        UNIT(only_a_404_of_the_webhook_itself_says_that_there_is_none),
        UNIT(removing_deletes_whatever_has_our_address_and_forgets_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
