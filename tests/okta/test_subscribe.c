#include "fake_okta.h"
#include "subscribe.h"

#define URL "https://hooks.acme.example/hooks/okta:acme"
#define ID "who3d8s1kQwErTyUi5d7"
#define HOOKS "/api/v1/eventHooks"
#define ONE HOOKS "/" ID
#define HOOK_OF(id, uri, status, verified, items, config)                                                    \
    "{\"id\":\"" id "\",\"status\":\"" status "\",\"verificationStatus\":\"" verified "\",\"name\":\"weir "  \
    "okta:acme\",\"description\":null,\"events\":{\"type\":\"EVENT_TYPE\",\"items\":[" items                 \
    "],\"filter\":null},\"channel\":{\"type\":\"HTTP\",\"version\":\"1.0.0\",\"config\":{\"uri\":\"" uri     \
    "\",\"method\":\"POST\"," config "}}}"
#define SCHEME "\"headers\":[],\"authScheme\":{\"type\":\"HEADER\",\"key\":\"authorization\"}"
#define ITEMS                                                                                                \
    "\"user.lifecycle.create\",\"user.account.update_profile\"" /* in another order than asked for */
#define HOOK(status, verified) HOOK_OF(ID, URL, status, verified, ITEMS, SCHEME)
#define GOOD HOOK("ACTIVE", "VERIFIED")
#define BODY                                                                                                 \
    "{\"name\":\"weir okta:acme\",\"description\":\"people and groups, for Weir\",\"events\":{\"type\":"     \
    "\"EVENT_TYPE\",\"items\":[\"user.account.update_profile\",\"user.lifecycle.create\"]},\"channel\":{"    \
    "\"type\":\"HTTP\",\"version\":\"1.0.0\",\"config\":{\"uri\":\"" URL                                     \
    "\",\"headers\":[],\"authScheme\":{\"type\":\"HEADER\",\"key\":\"Authorization\",\"value\":"             \
    "\"Bearer " FAKE_SECRET "\"}}}}"
#define REFUSED(why)                                                                                         \
    "{\"errorCode\":\"E0000001\",\"errorSummary\":\"Api validation failed: eventHook\",\"errorCauses\":[{"   \
    "\"errorSummary\":\"" why "\"}]}"

struct wanted {
    struct weir_str events[3];
    struct weir_subscription_want want;
};

static void wanted_init(struct wanted *w)
{
    memset(w, 0, sizeof *w);
    w->events[0] = weir_str("user.account.update_profile");
    w->events[1] = weir_str("user.lifecycle.create");
    w->events[2] = weir_str("group.lifecycle.create");
    w->want = (struct weir_subscription_want){.size = sizeof w->want,
                                              .callback_url = weir_str(URL),
                                              .secret = weir_str(FAKE_SECRET),
                                              .label = weir_str("weir okta:acme"),
                                              .events = w->events,
                                              .event_count = 2};
}

static struct weir_subscription ensure(struct fake *f, const struct wanted *w, int code,
                                       struct weir_error *err)
{
    struct weir_subscription have = {.size = sizeof have};

    EXPECT_INT(code, okta_subscribe.ensure(fake_okta(f), &w->want, &have, err));
    return have;
}

static struct weir_subscription inspect(struct fake *f, const struct wanted *w, int code)
{
    struct weir_subscription have = {.size = sizeof have};

    EXPECT_INT(code, okta_subscribe.inspect(fake_okta(f), &w->want, &have, NULL));
    return have;
}

/* A hook made, verified and remembered. */
static void ensured(struct fake *f, const struct wanted *w)
{
    fake_script(f, "GET " HOOKS, 200, "[]");
    fake_script(f, "POST " HOOKS, 200, HOOK("ACTIVE", "UNVERIFIED"));
    fake_script(f, "POST " ONE "/lifecycle/verify", 200, GOOD);
    EXPECT_INT(WEIR_SUB_ACTIVE, ensure(f, w, 0, NULL).state);
}

/* As Okta does while its verify call waits. */
static void challenge(struct fake *f)
{
    struct weir_header headers[] = {{weir_str("Authorization"), weir_str("Bearer " FAKE_SECRET)},
                                    {weir_str("X-Okta-Verification-Challenge"), weir_str("c-1")}};
    struct weir_str secrets[] = {weir_str(FAKE_SECRET)};
    struct weir_request request = {.size = sizeof request,
                                   .method = weir_str("GET"),
                                   .headers = headers,
                                   .header_count = 2,
                                   .secrets = secrets,
                                   .secret_count = 1};
    struct weir_verdict verdict = {.size = sizeof verdict};

    EXPECT_INT(0, weir_connector.verify->check(fake_okta(f), &request, &verdict, NULL));
    EXPECT_INT(WEIR_ANSWER, verdict.decision);
    EXPECT(weir_str_is(weir_str_n(verdict.body, verdict.body_len), "{\"verification\":\"c-1\"}"));
}

TEST(a_hook_is_made_and_verified_and_the_challenge_answered_meanwhile)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;
    struct weir_subscription have;

    wanted_init(&w);
    fake_script(f, "GET " HOOKS, 200,
                "[" HOOK_OF("whoX", "https://else.example/", "ACTIVE", "VERIFIED", "", SCHEME) "]");
    fake_script(f, "POST " HOOKS, 200, HOOK("ACTIVE", "UNVERIFIED"));
    fake_script(f, "POST " ONE "/lifecycle/verify", 200, GOOD);
    fake_script_meanwhile(f, challenge);
    have = ensure(f, &w, 0, NULL);
    EXPECT_INT(WEIR_SUB_ACTIVE, have.state);
    EXPECT(have.changed);
    EXPECT_STR(ID, have.remote_id);
    EXPECT_STR("the event hook was made, the event hook was verified", have.detail);
    EXPECT_STR("", fake_body(f));
    EXPECT(fake_timeout_ms(f) >= 15000);
    EXPECT(!fake_repeatable(f));
    EXPECT_STR(ID, fake_state_of(f, "hook_id"));
    assert_null(strstr(fake_state_of(f, "hook_secret"), FAKE_SECRET));
    fake_free(f);
}

TEST(what_is_sent_is_the_vendors_to_the_letter)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    fake_script(f, "GET " HOOKS, 200, "[]");
    fake_script(f, "POST " HOOKS, WEIR_E_LATER, NULL);
    (void)ensure(f, &w, WEIR_E_LATER, NULL);
    EXPECT_STR(BODY, fake_body(f));
    EXPECT_STR("application/json", fake_header(f, "Content-Type"));
    EXPECT(!fake_repeatable(f));
    /* It was made all the same: the next try finds it by its address, and makes no second one. Its secret is
     * not known, so it is written again. */
    fake_script(f, "GET " HOOKS, 200, "[" HOOK("ACTIVE", "UNVERIFIED") "]");
    fake_script(f, "PUT " ONE, 200, HOOK("ACTIVE", "UNVERIFIED"));
    fake_script(f, "POST " ONE "/lifecycle/verify", 200, GOOD);
    EXPECT_INT(WEIR_SUB_ACTIVE, ensure(f, &w, 0, NULL).state);
    fake_free(f);
}

TEST(a_hook_that_is_right_is_left_alone)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;
    struct weir_subscription have;

    wanted_init(&w);
    ensured(f, &w);
    fake_restart(f);
    fake_script(f, "GET " HOOKS, 200, "[" GOOD "]");
    have = ensure(f, &w, 0, NULL);
    EXPECT(!have.changed);
    EXPECT_INT(WEIR_SUB_ACTIVE, have.state);
    EXPECT_STR(ID, have.remote_id);
    fake_free(f);
}

TEST(an_edited_hook_is_replaced_whole_and_verified_again)
{
    UNUSED_STATE;
    static const char *const edited[] = {
        HOOK_OF(ID, URL, "ACTIVE", "VERIFIED", "\"user.lifecycle.create\"", SCHEME),
        HOOK_OF(ID, URL, "ACTIVE", "VERIFIED", ITEMS ",\"user.session.start\"", SCHEME),
        HOOK_OF(ID, "https://old.example/", "ACTIVE", "VERIFIED", ITEMS, SCHEME),
        HOOK_OF(ID, URL, "ACTIVE", "VERIFIED", ITEMS,
                "\"authScheme\":{\"type\":\"HEADER\",\"key\":\"X-Key\"}"),
        HOOK_OF(ID, URL, "ACTIVE", "VERIFIED", ITEMS, "\"authScheme\":null"),
        HOOK_OF(ID, URL, "ACTIVE", "VERIFIED", ITEMS,
                "\"headers\":[{\"key\":\"a\",\"value\":\"b\"}],\"authScheme\":{\"type\":\"HEADER\",\"key\":"
                "\"Authorization\"}"),
        "{\"id\":\"" ID
        "\",\"status\":\"ACTIVE\",\"verificationStatus\":\"VERIFIED\",\"name\":\"weir okta:acme\","
        "\"events\":{\"items\":[" ITEMS
        "],\"filter\":{\"type\":\"EXPRESSION_LANGUAGE\"}},\"channel\":{\"config\":{"
        "\"uri\":\"" URL "\"," SCHEME "}}}"};

    for (size_t i = 0; i < sizeof edited / sizeof edited[0]; i++) {
        struct fake *f = fake_new();
        struct wanted w;
        char list[2000];
        struct weir_subscription have;

        wanted_init(&w);
        ensured(f, &w);
        (void)snprintf(list, sizeof list, "[%s]", edited[i]);
        fake_script(f, "GET " HOOKS, 200, list);
        fake_script(f, "PUT " ONE, 200, HOOK("ACTIVE", "UNVERIFIED"));
        fake_script(f, "POST " ONE "/lifecycle/verify", 200, GOOD);
        have = ensure(f, &w, 0, NULL);
        EXPECT_INT(WEIR_SUB_ACTIVE, have.state);
        EXPECT(have.changed);
        fake_free(f);
    }
}

TEST(the_secret_goes_along_in_every_write_and_a_new_one_is_written)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    ensured(f, &w);
    fake_script(f, "GET " HOOKS, 200, "[" HOOK_OF(ID, URL, "ACTIVE", "VERIFIED", "", SCHEME) "]");
    fake_script(f, "PUT " ONE, WEIR_E_LATER, NULL);
    (void)ensure(f, &w, WEIR_E_LATER, NULL);
    EXPECT_STR(BODY, fake_body(f));
    EXPECT(fake_repeatable(f));
    w.want.secret = weir_str("another-secret");
    fake_script(f, "GET " HOOKS, 200, "[" GOOD "]");
    fake_script(f, "PUT " ONE, 200, HOOK("ACTIVE", "UNVERIFIED"));
    fake_script(f, "POST " ONE "/lifecycle/verify", 200, GOOD);
    EXPECT(ensure(f, &w, 0, NULL).changed);
    fake_free(f);
}

TEST(a_hook_that_was_switched_off_is_switched_on_before_it_is_verified)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;
    struct weir_subscription have;

    wanted_init(&w);
    ensured(f, &w);
    fake_script(f, "GET " HOOKS, 200, "[" HOOK("INACTIVE", "UNVERIFIED") "]");
    fake_script(f, "POST " ONE "/lifecycle/activate", 200, HOOK("ACTIVE", "UNVERIFIED"));
    fake_script(f, "POST " ONE "/lifecycle/verify", 200, GOOD);
    have = ensure(f, &w, 0, NULL);
    EXPECT_INT(WEIR_SUB_ACTIVE, have.state);
    EXPECT(have.changed);
    EXPECT_STR("the event hook was switched on, the event hook was verified", have.detail);
    fake_free(f);
}

TEST(a_deleted_hook_is_made_again)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    ensured(f, &w);
    fake_script(f, "GET " HOOKS, 200, "[]");
    fake_script(f, "POST " HOOKS, 200, HOOK_OF("whoNEW", URL, "ACTIVE", "UNVERIFIED", ITEMS, SCHEME));
    fake_script(f, "POST " HOOKS "/whoNEW/lifecycle/verify", 200,
                HOOK_OF("whoNEW", URL, "ACTIVE", "VERIFIED", ITEMS, SCHEME));
    EXPECT_STR("whoNEW", ensure(f, &w, 0, NULL).remote_id);
    EXPECT_STR("whoNEW", fake_state_of(f, "hook_id"));
    fake_free(f);
}

TEST(doubles_are_switched_off_and_deleted)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;
    struct weir_subscription have;

    wanted_init(&w);
    ensured(f, &w);
    fake_script(f, "GET " HOOKS, 200,
                "[" HOOK_OF("whoTWIN", URL, "ACTIVE", "VERIFIED", ITEMS, SCHEME) "," GOOD "]");
    fake_script(f, "POST " HOOKS "/whoTWIN/lifecycle/deactivate", 200, "{}");
    fake_script(f, "DELETE " HOOKS "/whoTWIN", 204, "");
    have = ensure(f, &w, 0, NULL);
    EXPECT_STR(ID, have.remote_id);
    EXPECT_STR("doubles were deleted", have.detail);
    fake_free(f);
}

TEST(a_hook_that_okta_could_not_verify_is_pending_with_the_cause)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;
    struct weir_subscription have;

    wanted_init(&w);
    fake_script(f, "GET " HOOKS, 200, "[]");
    fake_script(f, "POST " HOOKS, 200, HOOK("ACTIVE", "UNVERIFIED"));
    fake_script(f, "POST " ONE "/lifecycle/verify", 400,
                REFUSED("Unable to verify event hook. Hook weir okta:acme execution failed"));
    have = ensure(f, &w, 0, NULL);
    EXPECT_INT(WEIR_SUB_PENDING, have.state);
    EXPECT(have.changed);
    assert_non_null(strstr(have.detail, "Unable to verify event hook"));
    /* It is not made again, only verified. */
    fake_script(f, "GET " HOOKS, 200, "[" HOOK("ACTIVE", "UNVERIFIED") "]");
    fake_script(f, "POST " ONE "/lifecycle/verify", 200, GOOD);
    EXPECT_INT(WEIR_SUB_ACTIVE, ensure(f, &w, 0, NULL).state);
    fake_free(f);
}

TEST(a_name_that_is_taken_gives_way_to_another)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    fake_script(f, "GET " HOOKS, 200, "[]");
    fake_script(f, "POST " HOOKS, 400, REFUSED("name: must be unique"));
    fake_script(f, "POST " HOOKS, WEIR_E_LATER, NULL);
    (void)ensure(f, &w, WEIR_E_LATER, NULL);
    assert_non_null(strstr(fake_body(f), "\"name\":\"weir okta:acme "));
    fake_free(f);
}

TEST(what_okta_refuses_for_good_is_shown_to_a_person)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;
    struct weir_subscription have;

    wanted_init(&w);
    fake_script(f, "GET " HOOKS, 200, "[]");
    fake_script(f, "POST " HOOKS, 400, REFUSED("maximum number of hooks"));
    fake_script(f, "POST " HOOKS, 400, REFUSED("maximum number of hooks"));
    have = ensure(f, &w, 0, NULL);
    EXPECT_INT(WEIR_SUB_FAILED, have.state);
    assert_non_null(strstr(have.detail, "maximum number of hooks"));
    fake_free(f);
}

TEST(a_missing_right_is_named_with_what_to_grant)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};
    struct wanted w;

    wanted_init(&w);
    fake_script(f, "GET " HOOKS, 403, ERROR("E0000006"));
    (void)ensure(f, &w, WEIR_E_PERMISSION, &err);
    assert_non_null(strstr(
        err.message, "assign the Super Administrator role, or a custom role with okta.eventhooks.manage"));
    fake_script(f, "GET " HOOKS, 403, ERROR("E0000006"));
    fake_script_header(f, "WWW-Authenticate: Bearer error=\"insufficient_scope\"");
    (void)ensure(f, &w, WEIR_E_PERMISSION, &err);
    assert_non_null(strstr(err.message, "grant the scope okta.eventHooks.manage"));
    w.want.event_count = 0;
    (void)ensure(f, &w, WEIR_E_CONFIG, NULL);
    fake_free(f);
}

TEST(inspect_reports_and_changes_nothing)
{
    UNUSED_STATE;
    static const struct {
        int status;
        const char *body;
        int state;
    } cases[] = {{200, GOOD, WEIR_SUB_ACTIVE},
                 {200, HOOK("INACTIVE", "VERIFIED"), WEIR_SUB_FAILED},
                 {200, HOOK("ACTIVE", "UNVERIFIED"), WEIR_SUB_PENDING},
                 {200, HOOK_OF(ID, URL, "ACTIVE", "VERIFIED", "", SCHEME), WEIR_SUB_FAILED},
                 {404, ERROR("E0000007"), WEIR_SUB_NONE}};
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    ensured(f, &w);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fake_script(f, "GET " ONE, cases[i].status, cases[i].body);
        EXPECT_INT(cases[i].state, inspect(f, &w, 0).state);
    }
    fake_script(f, "GET " ONE, 200, ""); /* only a 404 says that there is none */
    (void)inspect(f, &w, WEIR_E_LATER);
    fake_state(f, "hook_id", "");
    fake_script(f, "GET " HOOKS, 200, "[" GOOD "]");
    EXPECT_STR(ID, inspect(f, &w, 0).remote_id);
    fake_script(f, "GET " HOOKS, 200, "[]");
    EXPECT_INT(WEIR_SUB_NONE, inspect(f, &w, 0).state);
    fake_script(f, "GET " HOOKS, 403, ERROR("E0000006"));
    (void)inspect(f, &w, WEIR_E_PERMISSION);
    fake_free(f);
}

TEST(remove_deletes_ours_and_every_double_and_gone_is_done)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct wanted w;

    wanted_init(&w);
    ensured(f, &w);
    fake_script(f, "POST " ONE "/lifecycle/deactivate", 200, HOOK("INACTIVE", "VERIFIED"));
    fake_script(f, "DELETE " ONE, 204, "");
    fake_script(f, "GET " HOOKS, 200, "[" HOOK_OF("whoTWIN", URL, "ACTIVE", "VERIFIED", ITEMS, SCHEME) "]");
    fake_script(f, "POST " HOOKS "/whoTWIN/lifecycle/deactivate", 404, ERROR("E0000007"));
    EXPECT_INT(0, okta_subscribe.remove(fake_okta(f), &w.want, NULL));
    assert_null(fake_state_of(f, "hook_id"));
    assert_null(fake_state_of(f, "hook_secret"));
    fake_script(f, "GET " HOOKS, 200, "[]");
    EXPECT_INT(0, okta_subscribe.remove(fake_okta(f), &w.want, NULL));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_hook_is_made_and_verified_and_the_challenge_answered_meanwhile),
        UNIT(what_is_sent_is_the_vendors_to_the_letter),
        UNIT(a_hook_that_is_right_is_left_alone),
        UNIT(an_edited_hook_is_replaced_whole_and_verified_again),
        UNIT(the_secret_goes_along_in_every_write_and_a_new_one_is_written),
        UNIT(a_hook_that_was_switched_off_is_switched_on_before_it_is_verified),
        UNIT(a_deleted_hook_is_made_again),
        UNIT(doubles_are_switched_off_and_deleted),
        UNIT(a_hook_that_okta_could_not_verify_is_pending_with_the_cause),
        UNIT(a_name_that_is_taken_gives_way_to_another),
        UNIT(what_okta_refuses_for_good_is_shown_to_a_person),
        UNIT(a_missing_right_is_named_with_what_to_grant),
        UNIT(inspect_reports_and_changes_nothing),
        UNIT(remove_deletes_ours_and_every_double_and_gone_is_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
