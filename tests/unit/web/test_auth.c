#include "expect.h"

#include "web/auth.h"

static void set(struct auth *auth, const char *first, const char *second)
{
    const struct web_key api[] = {{"one", first}, {"two", second}};
    const struct web_key admin[] = {{"ops", "admin-key"}};
    struct weir_error err = {0};

    EXPECT_INT(0, auth_set(auth, api, 2, admin, 1, &err));
}

static bool allows(struct auth *auth, enum auth_kind kind, const char *header)
{
    return auth_allows(auth, kind, weir_str(header));
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
    const struct web_key empty = {"app", "bearer "};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_key_opens_and_nothing_else_does),
        UNIT(the_two_kinds_do_not_open_each_other),
        UNIT(a_key_that_is_written_with_its_scheme_is_not_prefixed_again),
        UNIT(new_keys_replace_the_old_ones),
        UNIT(an_empty_key_is_refused_and_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
