/* What keys of the file may do, and for which integrations. */
#include "fixture.h"

#define LEAST                                                                                                \
    "data_dir = \"d\"; master_key = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\";\n"
#define API(more) LEAST "api_keys = ( { name = \"app\"; key = \"0123456789abcdef\"; " more " } );\n"
#define ADMIN(more) LEAST "admin_keys = ( { name = \"ops\"; key = \"0123456789abcdeg\"; " more " } );\n"

TEST(a_key_may_what_its_surface_offers_unless_the_file_says_less)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_takes(&f, API("") "admin_keys = ( { name = \"ops\"; key = \"0123456789abcdeg\"; } );\n");
    EXPECT_INT(CONFIG_OPERATE, f.cfg->api_keys.items[0].role);
    EXPECT_INT(0, f.cfg->api_keys.items[0].integrations.count);
    EXPECT_INT(CONFIG_ADMIN, f.cfg->admin_keys.items[0].role);
    fixture_takes(&f, API("role = \"read\"; integrations = [ \"personio:acme\", \"okta:*\" ];"));
    EXPECT_INT(CONFIG_READ, f.cfg->api_keys.items[0].role);
    EXPECT_INT(2, f.cfg->api_keys.items[0].integrations.count);
    EXPECT_STR("okta:*", f.cfg->api_keys.items[0].integrations.items[1]);
    fixture_fini(&f);
}

TEST(a_role_or_pattern_that_is_none_is_refused)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_refuses(&f, API("role = \"admin\";"), "unknown word \"admin\"");
    fixture_refuses(&f, ADMIN("role = \"owner\";"), "unknown word \"owner\"");
    fixture_refuses(&f, ADMIN("integrations = [ \"*\" ];"), "no integration's id and no pattern");
    fixture_refuses(&f, ADMIN("integrations = [ \"personio:a*\" ];"), "no integration's id and no pattern");
    fixture_refuses(&f, ADMIN("integrations = [ \"Personio:*\" ];"), "no integration's id and no pattern");
    fixture_refuses(&f, ADMIN("integrations = [ \":*\" ];"), "no integration's id and no pattern");
    fixture_refuses(&f, ADMIN("integrations = [ ];"), "allows none");
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_key_may_what_its_surface_offers_unless_the_file_says_less),
        UNIT(a_role_or_pattern_that_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
