#include "expect.h"

#include "web/auth.h"

static void set(struct auth *auth, const char *first, const char *second)
{
    const struct web_key api[] = {{.name = "one", .key = first}, {.name = "two", .key = second}};
    const struct web_key admin[] = {{.name = "ops", .key = "admin-key"}};
    struct weir_error err = {0};

    EXPECT_INT(0, auth_set(auth, api, 2, admin, 1, &err));
}

static bool allows(struct auth *auth, enum auth_kind kind, const char *header)
{
    struct auth_key *key = auth_find(auth, kind, weir_str(header), 0);
    bool found = key != NULL;

    auth_key_unref(key);
    return found;
}

TEST(each_key_opens_and_nothing_else_does)
{
    struct auth auth;

    UNUSED_STATE;
    auth_init(&auth);
    EXPECT(!allows(&auth, AUTH_API, "Bearer k1"));
    set(&auth, "k1", "k2");
    EXPECT(allows(&auth, AUTH_API, "Bearer k1"));
    EXPECT(allows(&auth, AUTH_API, "Bearer k2"));
    EXPECT(allows(&auth, AUTH_API, "bearer k1"));
    EXPECT(allows(&auth, AUTH_API, "BEARER  k1 "));
    EXPECT(!allows(&auth, AUTH_API, "Bearer k"));
    EXPECT(!allows(&auth, AUTH_API, "Bearer k11"));
    EXPECT(!allows(&auth, AUTH_API, "Bearer K1"));
    EXPECT(!allows(&auth, AUTH_API, "Bearer "));
    EXPECT(!allows(&auth, AUTH_API, "Basic k1"));
    EXPECT(!allows(&auth, AUTH_API, "k1"));
    EXPECT(!allows(&auth, AUTH_API, ""));
    auth_fini(&auth);
}

TEST(the_two_kinds_do_not_open_each_other)
{
    struct auth auth;

    UNUSED_STATE;
    auth_init(&auth);
    set(&auth, "k1", "k2");
    EXPECT(!allows(&auth, AUTH_ADMIN, "Bearer k1"));
    EXPECT(!allows(&auth, AUTH_API, "Bearer admin-key"));
    EXPECT(allows(&auth, AUTH_ADMIN, "Bearer admin-key"));
    auth_fini(&auth);
}

TEST(a_key_that_is_written_with_its_scheme_is_not_prefixed_again)
{
    struct auth auth;

    UNUSED_STATE;
    auth_init(&auth);
    set(&auth, "bearer k1", "k2");
    EXPECT(allows(&auth, AUTH_API, "bearer k1"));
    EXPECT(allows(&auth, AUTH_API, "Bearer k1"));
    auth_fini(&auth);
}

TEST(new_keys_replace_the_old_ones)
{
    struct auth auth;

    UNUSED_STATE;
    auth_init(&auth);
    set(&auth, "k1", "k2");
    set(&auth, "k3", "k2");
    EXPECT(!allows(&auth, AUTH_API, "Bearer k1"));
    EXPECT(allows(&auth, AUTH_API, "Bearer k3"));
    auth_fini(&auth);
}

TEST(an_empty_key_is_refused_and_changes_nothing)
{
    const struct web_key empty = {.name = "app", .key = "bearer "};
    struct weir_error err = {0};
    struct auth auth;

    UNUSED_STATE;
    auth_init(&auth);
    set(&auth, "k1", "k2");
    EXPECT_INT(WEIR_E_CONFIG, auth_set(&auth, &empty, 1, NULL, 0, &err));
    EXPECT(strstr(err.message, "app") != NULL);
    EXPECT_INT(WEIR_E_CONFIG, auth_set(&auth, NULL, 0, &empty, 1, &err));
    EXPECT(allows(&auth, AUTH_API, "Bearer k1"));
    auth_fini(&auth);
}

/* ---- keys of the store ---- */

static struct store_bearer stored(const char *name, const char *key)
{
    struct store_bearer row = {.surface = STORE_BEARER_API, .role = WEB_READ};
    struct weir_bytes part = weir_str_bytes(weir_str(key));

    (void)snprintf(row.name, sizeof row.name, "%s", name);
    EXPECT_INT(0, crypto_sha256(row.digest, &part, 1, NULL));
    return row;
}

TEST(a_stored_key_opens_until_it_ends)
{
    struct store_bearer rows[2] = {stored("brief", "weir_brief"), stored("gone", "weir_gone")};
    struct auth auth;
    struct auth_key *key;

    UNUSED_STATE;
    rows[0].expires_at_ms = 1000;
    rows[1].revoked_at_ms = 1;
    auth_init(&auth);
    set(&auth, "k1", "k2");
    EXPECT_INT(0, auth_set_stored(&auth, rows, 2, NULL));
    key = auth_find(&auth, AUTH_API, weir_str("Bearer weir_brief"), 999);
    EXPECT(key != NULL);
    EXPECT_STR("brief", key->name);
    EXPECT_INT(WEB_READ, key->role);
    EXPECT(auth_key_lives(key, 999));
    EXPECT(!auth_key_lives(key, 1000));
    EXPECT(auth_find(&auth, AUTH_API, weir_str("Bearer weir_brief"), 1000) == NULL);
    EXPECT(!allows(&auth, AUTH_ADMIN, "Bearer weir_brief"));
    EXPECT(!allows(&auth, AUTH_API, "Bearer weir_gone"));
    EXPECT(allows(&auth, AUTH_API, "Bearer k1"));
    EXPECT_INT(0, auth_set_stored(&auth, rows + 1, 1, NULL));
    EXPECT(!auth_key_lives(key, 0)); /* whoever holds it sees that it was taken away */
    auth_key_unref(key);
    EXPECT(allows(&auth, AUTH_API, "Bearer k1"));
    auth_fini(&auth);
}

TEST(a_key_that_stays_in_the_list_stays_alive_and_keeps_its_last_use)
{
    struct store_bearer row = stored("app", "weir_app");
    struct auth auth;
    struct auth_key *before, *after;

    UNUSED_STATE;
    auth_init(&auth);
    EXPECT_INT(0, auth_set_stored(&auth, &row, 1, NULL));
    before = auth_find(&auth, AUTH_API, weir_str("Bearer weir_app"), 0);
    EXPECT(auth_key_use(before, 100000));
    EXPECT(!auth_key_use(before, 159999));
    EXPECT(auth_key_use(before, 160000));
    EXPECT_INT(0, auth_set_stored(&auth, &row, 1, NULL));
    after = auth_find(&auth, AUTH_API, weir_str("Bearer weir_app"), 0);
    EXPECT(auth_key_lives(before, 0));
    EXPECT_INT(160000, atomic_load(&after->last_used_ms));
    auth_key_unref(before);
    auth_key_unref(after);
    auth_fini(&auth);
}

TEST(whoever_holds_a_key_sees_it_end_after_any_number_of_reloads)
{
    struct store_bearer rows[2] = {stored("app", "weir_app"), stored("other", "weir_other")};
    struct auth auth;
    struct auth_key *key;

    UNUSED_STATE;
    auth_init(&auth);
    set(&auth, "k1", "k2");
    EXPECT_INT(0, auth_set_stored(&auth, rows, 1, NULL));
    key = auth_find(&auth, AUTH_API, weir_str("Bearer weir_app"), 0);
    EXPECT_INT(0, auth_set_stored(&auth, rows, 2, NULL));
    EXPECT_INT(0, auth_set_stored(&auth, rows, 2, NULL));
    EXPECT(auth_key_lives(key, 0));
    EXPECT_INT(0, auth_set_stored(&auth, rows + 1, 1, NULL));
    EXPECT(!auth_key_lives(key, 0));
    auth_key_unref(key);

    key = auth_find(&auth, AUTH_API, weir_str("Bearer k1"), 0);
    set(&auth, "k1", "k2");
    set(&auth, "k1", "k3");
    EXPECT(auth_key_lives(key, 0));
    set(&auth, "k4", "k3");
    EXPECT(!auth_key_lives(key, 0));
    auth_key_unref(key);
    auth_fini(&auth);
}

TEST(a_key_that_may_something_else_now_is_another_one)
{
    struct store_bearer row = stored("app", "weir_app");
    struct auth auth;
    struct auth_key *before, *after;

    UNUSED_STATE;
    auth_init(&auth);
    EXPECT_INT(0, auth_set_stored(&auth, &row, 1, NULL));
    before = auth_find(&auth, AUTH_API, weir_str("Bearer weir_app"), 0);
    EXPECT(auth_key_use(before, 100000));
    row.role = WEB_OPERATE;
    EXPECT_INT(0, auth_set_stored(&auth, &row, 1, NULL));
    after = auth_find(&auth, AUTH_API, weir_str("Bearer weir_app"), 0);
    EXPECT(!auth_key_lives(before, 0));
    EXPECT(auth_key_lives(after, 0));
    EXPECT_INT(WEB_OPERATE, after->role);
    EXPECT_INT(100000, atomic_load(&after->last_used_ms));
    auth_key_unref(before);
    auth_key_unref(after);
    auth_fini(&auth);
}

/* ---- filters ---- */

TEST(a_filter_lets_its_ids_and_tools_through_and_nothing_else)
{
    UNUSED_STATE;
    EXPECT(auth_filter_sees("", weir_str("okta:any")));
    EXPECT(auth_filter_sees("personio:acme,okta:*", weir_str("personio:acme")));
    EXPECT(auth_filter_sees("personio:acme,okta:*", weir_str("okta:any")));
    EXPECT(!auth_filter_sees("personio:acme,okta:*", weir_str("personio:acm")));
    EXPECT(!auth_filter_sees("personio:acme,okta:*", weir_str("personio:acme2")));
    EXPECT(!auth_filter_sees("personio:acme,okta:*", weir_str("okta:")));
    EXPECT(!auth_filter_sees("personio:acme,okta:*", weir_str("oktane:any")));
    EXPECT(!auth_filter_sees("personio:acme,okta:*", weir_str("")));
    EXPECT(!auth_filter_sees(",", weir_str("")));
}

TEST(a_pattern_is_an_id_or_a_tool)
{
    UNUSED_STATE;
    EXPECT(auth_pattern_is(weir_str("personio:acme")));
    EXPECT(auth_pattern_is(weir_str("personio:*")));
    EXPECT(!auth_pattern_is(weir_str("*")));
    EXPECT(!auth_pattern_is(weir_str("*:acme")));
    EXPECT(!auth_pattern_is(weir_str("personio:a*")));
    EXPECT(!auth_pattern_is(weir_str("personio:a,okta:*")));
    EXPECT(!auth_pattern_is(weir_str("personio:")));
    EXPECT(!auth_pattern_is(weir_str(":x")));
    EXPECT(!auth_pattern_is(weir_str("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_key_opens_and_nothing_else_does),
        UNIT(the_two_kinds_do_not_open_each_other),
        UNIT(a_key_that_is_written_with_its_scheme_is_not_prefixed_again),
        UNIT(new_keys_replace_the_old_ones),
        UNIT(an_empty_key_is_refused_and_changes_nothing),
        UNIT(a_stored_key_opens_until_it_ends),
        UNIT(a_key_that_stays_in_the_list_stays_alive_and_keeps_its_last_use),
        UNIT(whoever_holds_a_key_sees_it_end_after_any_number_of_reloads),
        UNIT(a_key_that_may_something_else_now_is_another_one),
        UNIT(a_filter_lets_its_ids_and_tools_through_and_nothing_else),
        UNIT(a_pattern_is_an_id_or_a_tool),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
