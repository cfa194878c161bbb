/* The commands about keys, the audit log and scopes: what they send, and what they show. */
#include "fixture.h"

#define OK(data) "{\"status\":\"success\",\"data\":" data "}"
#define LIST(rows) OK("{\"results\":[" rows "],\"next\":null}")

TEST(a_new_key_is_printed_alone_and_the_remark_beside_it)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "POST /admin/v1/keys", 200, OK("{\"name\":\"ci\",\"key\":\"weir_abc\"}"));
    EXPECT_INT(
        CLI_OK,
        fixture_ask(&f, "keys add ci --for admin --role operate --only personio:acme,okta:* --expires 7"));
    EXPECT_STR("weir_abc\n", f.out);
    fixture_contains(f.err, "only time");
    EXPECT_STR("POST /admin/v1/keys {\"name\":\"ci\",\"surface\":\"admin\",\"role\":\"operate\","
               "\"integrations\":[\"personio:acme\",\"okta:*\"],\"expires_in_days\":7}",
               f.asked[0]);
    fixture_fini(&f);
}

TEST(keys_are_listed_and_revoked_by_name)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(
        &f, "GET /admin/v1/keys", 200,
        LIST("{\"name\":\"ci\",\"prefix\":\"weir_Ab\",\"surface\":\"app\",\"role\":\"read\",\"state\":"
             "\"active\",\"integrations\":[\"okta:*\"],\"last_used_at\":null,\"expires_at\":null},"
             "{\"name\":\"ops\",\"prefix\":null,\"surface\":\"admin\",\"role\":\"admin\",\"state\":"
             "\"active\",\"integrations\":null}"));
    fixture_can(&f, "DELETE /admin/v1/keys/ci", 200, OK("{}"));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "keys"));
    fixture_contains(f.out, "weir_Ab");
    fixture_contains(f.out, "okta:*");
    fixture_contains(f.out, "all");
    EXPECT_INT(CLI_OK, fixture_ask(&f, "keys revoke ci"));
    EXPECT_STR("the key ci opens nothing any more\n", f.out);
    EXPECT_INT(CLI_FAILED, fixture_ask(&f, "keys revoke other"));
    fixture_fini(&f);
}

TEST(the_audit_log_is_asked_for_what_the_options_say)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(
        &f, "GET /admin/v1/audit", 200,
        LIST("{\"at\":\"2026-02-02T02:40:00.000Z\",\"who\":\"ci\",\"through\":\"app key\",\"method\":"
             "\"POST\",\"route\":\"/v1/force-sync\",\"target\":\"personio:acme\",\"outcome\":\"denied\","
             "\"status\":403,\"from\":\"10.0.0.7\"}"));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "audit --who ci --outcome denied --since 2026-02-01 --limit 5"));
    EXPECT_STR("GET /admin/v1/audit?who=ci&outcome=denied&since=2026-02-01&limit=5", f.asked[0]);
    fixture_contains(f.out, "/v1/force-sync");
    fixture_contains(f.out, "10.0.0.7");
    fixture_fini(&f);
}

TEST(a_scope_is_changed_from_what_it_says_now)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(
        &f, "GET /admin/v1/scopes/lean", 200,
        OK("{\"name\":\"lean\",\"integrations\":[],\"models\":{\"hris_teams\":\"enabled\",\"hris_employees\":"
           "{\"state\":\"enabled\",\"fields\":{\"ssn\":\"enabled\"}}}}"));
    fixture_can(
        &f, "PUT /admin/v1/scopes/lean", 200,
        OK("{\"effects\":[{\"integration\":\"personio:acme\",\"models\":[{\"model\":\"hris_employees\","
           "\"change\":\"fields\",\"records\":3,\"fields_added\":[],\"fields_removed\":[\"ssn\"]}],"
           "\"events_added\":[],\"events_removed\":[\"x.gone\"],\"full_sync\":true}]}"));
    EXPECT_INT(
        CLI_OK,
        fixture_ask(&f, "scopes set lean hris_employees.ssn=disabled hris_teams.name=optional --dry-run"));
    EXPECT_STR(
        "PUT /admin/v1/scopes/lean {\"models\":{\"hris_teams\":{\"state\":\"enabled\",\"fields\":{\"name\":"
        "\"optional\"},\"default_field\":\"enabled\"},\"hris_employees\":{\"state\":\"enabled\",\"fields\":"
        "{\"ssn\":\"disabled\"}}},\"dry_run\":true}",
        f.asked[1]);
    EXPECT_STR(
        "this would change:\npersonio:acme\n  hris_employees fields -ssn, records: 3\n  events -x.gone\n"
        "  full sync\n",
        f.out);
    fixture_fini(&f);
}

TEST(a_new_scope_begins_with_nothing_and_one_alike_with_what_that_says)
{
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    fixture_can(&f, "PUT /admin/v1/scopes/new", 200, OK("{\"effects\":[]}"));
    EXPECT_INT(CLI_OK, fixture_ask(&f, "scopes set new hris_teams=enabled"));
    EXPECT_STR("PUT /admin/v1/scopes/new {\"models\":{\"hris_teams\":\"enabled\"},\"dry_run\":false}",
               f.asked[1]);
    EXPECT_STR("this changes nothing for any integration\n", f.out);
    EXPECT_INT(CLI_FAILED, fixture_ask(&f, "scopes set new --like none hris_teams=enabled"));
    EXPECT_INT(1, f.asked_count); /* nothing was put */
    fixture_fini(&f);
}

TEST(what_does_not_fit_is_said_before_anything_is_asked)
{
    static const char *const lines[] = {
        "keys add",
        "keys add x",
        "keys add x --for app",
        "keys show",
        "keys list --only a",
        "keys drop x",
        "keys revoke",
        "scopes set x",
        "scopes set x noword",
        "scopes assign a",
        "scopes show x --dry-run",
        "scopes list --like a",
        "scopes make x",
        "audit x",
    };
    struct fixture f;

    UNUSED_STATE;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (fixture_ask(&f, lines[i]) != CLI_USAGE || f.asked_count != 0) {
            fail_msg("%s: %s", lines[i], f.err);
        }
    }
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_new_key_is_printed_alone_and_the_remark_beside_it),
        UNIT(keys_are_listed_and_revoked_by_name),
        UNIT(the_audit_log_is_asked_for_what_the_options_say),
        UNIT(a_scope_is_changed_from_what_it_says_now),
        UNIT(a_new_scope_begins_with_nothing_and_one_alike_with_what_that_says),
        UNIT(what_does_not_fit_is_said_before_anything_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
