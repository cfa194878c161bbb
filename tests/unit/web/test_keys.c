/* keys: made, used, limited and revoked over HTTP; what each role may ask for; and what the audit log says of
 * it. */
#include "fixture.h"

#include "web/web_internal.h"

/* "Authorization: Bearer <key>" with what else, as a request's headers. */
struct with {
    char headers[256];
};

static struct with with_key(const char *key)
{
    struct with w;

    (void)snprintf(w.headers, sizeof w.headers,
                   "Authorization: Bearer %s\r\nX-Integration-Id: personio:acme\r\n", key);
    return w;
}

/* Make one, and its text. */
static void make(char out[128], struct fixture *f, const char *body)
{
    struct answer a = admin_ask(f, "POST", "/admin/v1/keys", body);

    if (a.status != 200) {
        fail_msg("%s", a.text);
    }
    (void)snprintf(out, 128, "%s", text_at(a.json, "data.key"));
    answer_free(&a);
}

static struct answer as_admin(struct fixture *f, const char *key, const char *method, const char *path)
{
    return ask_full(server_port(f->admin), method, path, with_key(key).headers, "");
}

static struct answer as_app(struct fixture *f, const char *key, const char *method, const char *path)
{
    return ask_full(server_port(f->public), method, path, with_key(key).headers, "");
}

/* It is sent a body to look at, and changes nothing. */
static bool only_looks(const struct route *route)
{
    return strcmp(route->method, "GET") == 0 || strcmp(route->path, "/admin/v1/endpoints/{}/verify") == 0;
}

TEST(every_route_says_what_it_needs)
{
    const struct route *const tables[] = {api_routes, admin_routes, probe_routes, &api_list_route};

    UNUSED_STATE;
    for (size_t t = 0; t < 4; t++) {
        for (const struct route *route = tables[t]; route->method != NULL; route++) {
            unsigned role = route->needs & ROUTE_ROLE;

            if (role < ROUTE_READ || role > ROUTE_OPEN || (!only_looks(route) && role == ROUTE_READ) ||
                (role == ROUTE_OPEN) != (tables[t] == probe_routes)) {
                fail_msg("%s %s: %u", route->method, route->path, route->needs);
            }
            if (t == 3) {
                break; /* it is one, and no table */
            }
        }
    }
}

TEST(a_key_opens_from_the_answer_that_made_it_until_the_one_that_revoked_it)
{
    struct fixture *f = fixture_new();
    char key[128];
    struct answer a;

    UNUSED_STATE;
    make(key, f, "{\"name\":\"ci\",\"surface\":\"app\",\"role\":\"read\"}");
    EXPECT(strncmp(key, "weir_", 5) == 0);
    EXPECT_INT(48, strlen(key));
    expect_ok(as_app(f, key, "GET", "/v1/check-api-key"));
    expect_admin_error(as_admin(f, key, "GET", "/admin/v1/status"), 401, "AUTHENTICATION_INVALID");
    a = admin_ask(f, "GET", "/admin/v1/keys/ci", "");
    EXPECT_STR("active", text_at(a.json, "data.state"));
    EXPECT_STR("ops", text_at(a.json, "data.created_by"));
    EXPECT(strncmp(key, text_at(a.json, "data.prefix"), 11) == 0);
    EXPECT(strstr(a.text, key) == NULL);
    answer_free(&a);
    expect_admin_error(
        admin_ask(f, "POST", "/admin/v1/keys", "{\"name\":\"ci\",\"surface\":\"app\",\"role\":\"read\"}"),
        409, "CONFLICT");
    expect_ok(admin_ask(f, "DELETE", "/admin/v1/keys/ci", ""));
    expect_error(as_app(f, key, "GET", "/v1/check-api-key"), 401, "PLATFORM.AUTHENTICATION_INVALID");
    expect_admin_error(admin_ask(f, "DELETE", "/admin/v1/keys/ci", ""), 404, "NOT_FOUND");
    fixture_free(f);
}

TEST(a_key_of_the_file_is_shown_and_not_revoked)
{
    struct fixture *f = fixture_new();
    struct answer a = admin_ask(f, "GET", "/admin/v1/keys", "");

    UNUSED_STATE;
    EXPECT_INT(2, count_at(a.json, "data.results"));
    EXPECT_STR("app", text_at(a.json, "data.results.0.surface"));
    EXPECT_STR("operate", text_at(a.json, "data.results.0.role"));
    EXPECT_STR("file", text_at(a.json, "data.results.1.kept_in"));
    EXPECT_STR("admin", text_at(a.json, "data.results.1.role"));
    EXPECT(strstr(a.text, ADMIN_KEY) == NULL);
    answer_free(&a);
    expect_admin_error(admin_ask(f, "DELETE", "/admin/v1/keys/ops", ""), 409, "CONFLICT");
    expect_admin_error(
        admin_ask(f, "POST", "/admin/v1/keys", "{\"name\":\"ops\",\"surface\":\"app\",\"role\":\"read\"}"),
        409, "CONFLICT");
    fixture_free(f);
}

TEST(a_key_ends_at_its_time_and_its_use_is_kept_to_the_minute)
{
    struct fixture *f = fixture_new();
    char key[128];
    struct answer a;

    UNUSED_STATE;
    make(key, f, "{\"name\":\"brief\",\"surface\":\"app\",\"role\":\"read\",\"expires_in_days\":1}");
    expect_ok(as_app(f, key, "GET", "/v1/check-api-key"));
    atomic_fetch_add(&f->now_ms, 30000);
    expect_ok(as_app(f, key, "GET", "/v1/check-api-key"));
    expect_ok(admin_ask(f, "POST", "/admin/v1/endpoints/app/enable", "")); /* waits for the writer */
    a = admin_ask(f, "GET", "/admin/v1/keys/brief", "");
    EXPECT_STR("2026-02-02T02:40:00.000Z", text_at(a.json, "data.last_used_at"));
    answer_free(&a);
    atomic_fetch_add(&f->now_ms, INT64_C(24) * 60 * 60 * 1000);
    expect_error(as_app(f, key, "GET", "/v1/check-api-key"), 401, "PLATFORM.AUTHENTICATION_INVALID");
    a = admin_ask(f, "GET", "/admin/v1/keys/brief", "");
    EXPECT_STR("expired", text_at(a.json, "data.state"));
    answer_free(&a);
    make(key, f, "{\"name\":\"brief\",\"surface\":\"admin\",\"role\":\"operate\"}");
    expect_ok(as_admin(f, key, "GET", "/admin/v1/status"));
    fixture_free(f);
}

TEST(what_is_wrong_of_a_wish_is_said)
{
    static const char *const bodies[] = {
        "{}",
        "{\"name\":\"a b\",\"surface\":\"app\",\"role\":\"read\"}",
        "{\"name\":\"a\",\"surface\":\"web\",\"role\":\"read\"}",
        "{\"name\":\"a\",\"surface\":\"app\",\"role\":\"admin\"}",
        "{\"name\":\"a\",\"surface\":\"app\",\"role\":\"owner\"}",
        "{\"name\":\"a\",\"surface\":\"app\",\"role\":\"read\",\"integrations\":[]}",
        "{\"name\":\"a\",\"surface\":\"app\",\"role\":\"read\",\"integrations\":\"okta:*\"}",
        "{\"name\":\"a\",\"surface\":\"app\",\"role\":\"read\",\"integrations\":[\"*\"]}",
        "{\"name\":\"a\",\"surface\":\"app\",\"role\":\"read\",\"integrations\":[1]}",
        "{\"name\":\"a\",\"surface\":\"app\",\"role\":\"read\",\"expires_in_days\":0}",
        "{\"name\":\"a\",\"surface\":\"app\",\"role\":\"read\",\"expires_at\":\"2020-01-01T00:00:00Z\"}",
        "{\"name\":\"a\",\"surface\":\"app\",\"role\":\"read\",\"expires_at\":\"soon\"}",
    };
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        expect_admin_error(admin_ask(f, "POST", "/admin/v1/keys", bodies[i]), 400, "INPUT_INVALID");
    }
    a = admin_ask(f, "GET", "/admin/v1/keys", "");
    EXPECT_INT(2, count_at(a.json, "data.results"));
    answer_free(&a);
    fixture_free(f);
}

TEST(a_key_that_reads_changes_nothing)
{
    struct fixture *f = fixture_new();
    char key[128];

    UNUSED_STATE;
    make(key, f, "{\"name\":\"r\",\"surface\":\"app\",\"role\":\"read\"}");
    expect_ok(as_app(f, key, "GET", "/v1/integrations/personio:acme"));
    expect_error(as_app(f, key, "POST", "/v1/force-sync"), 403, "PLATFORM.AUTHENTICATION_INVALID");
    EXPECT_INT(0, atomic_load(&f->asked.syncs));
    make(key, f, "{\"name\":\"o\",\"surface\":\"app\",\"role\":\"operate\"}");
    expect_ok(as_app(f, key, "POST", "/v1/force-sync"));
    make(key, f, "{\"name\":\"ar\",\"surface\":\"admin\",\"role\":\"read\"}");
    expect_ok(as_admin(f, key, "GET", "/admin/v1/integrations"));
    expect_admin_error(as_admin(f, key, "POST", "/admin/v1/integrations/personio:acme/sync"), 403,
                       "FORBIDDEN");
    expect_admin_error(as_admin(f, key, "GET", "/admin/v1/keys"), 403, "FORBIDDEN");
    make(key, f, "{\"name\":\"ao\",\"surface\":\"admin\",\"role\":\"operate\"}");
    expect_ok(as_admin(f, key, "POST", "/admin/v1/integrations/personio:acme/sync"));
    expect_admin_error(as_admin(f, key, "POST", "/admin/v1/reload"), 403, "FORBIDDEN");
    expect_admin_error(as_admin(f, key, "DELETE", "/admin/v1/keys/r"), 403, "FORBIDDEN");
    EXPECT_INT(2, atomic_load(&f->asked.syncs));
    EXPECT_INT(0, atomic_load(&f->asked.reloads));
    fixture_free(f);
}

TEST(a_limited_key_sees_no_other_integration)
{
    struct fixture *f = fixture_new();
    char key[128];
    struct answer a;

    UNUSED_STATE;
    make(key, f, "{\"name\":\"o\",\"surface\":\"app\",\"role\":\"operate\",\"integrations\":[\"okta:*\"]}");
    expect_error(as_app(f, key, "GET", "/v1/hris/employees"), 404, "PLATFORM.INTEGRATION_NOT_FOUND");
    expect_error(as_app(f, key, "POST", "/v1/force-sync"), 404, "PLATFORM.INTEGRATION_NOT_FOUND");
    expect_error(as_app(f, key, "GET", "/v1/integrations/personio:acme"), 404,
                 "PLATFORM.INTEGRATION_NOT_FOUND");
    make(key, f,
         "{\"name\":\"a\",\"surface\":\"admin\",\"role\":\"admin\",\"integrations\":[\"personio:acme\"]}");
    a = as_admin(f, key, "GET", "/admin/v1/integrations");
    EXPECT_INT(1, count_at(a.json, "data.results"));
    EXPECT_STR("personio:acme", text_at(a.json, "data.results.0.id"));
    answer_free(&a);
    expect_admin_error(as_admin(f, key, "GET", "/admin/v1/integrations/okta:two%20words"), 404, "NOT_FOUND");
    expect_admin_error(as_admin(f, key, "DELETE", "/admin/v1/integrations/okta:two%20words"), 404,
                       "NOT_FOUND");
    expect_admin_error(as_admin(f, key, "POST", "/admin/v1/subscriptions/okta:two%20words/ensure"), 404,
                       "NOT_FOUND");
    expect_admin_error(as_admin(f, key, "GET", "/admin/v1/log?integration=okta:two%20words"), 404,
                       "NOT_FOUND");
    expect_admin_error(as_admin(f, key, "POST", "/admin/v1/keys"), 403, "FORBIDDEN");
    expect_admin_error(as_admin(f, key, "POST", "/admin/v1/reload"), 403, "FORBIDDEN");
    expect_ok(as_admin(f, key, "POST", "/admin/v1/integrations/personio:acme/sync"));
    EXPECT_INT(0, atomic_load(&f->asked.deletes));
    fixture_free(f);
}

TEST(what_is_changed_or_denied_is_in_the_audit_log_and_what_is_read_is_not)
{
    struct fixture *f = fixture_new();
    char key[128];
    struct answer a;

    UNUSED_STATE;
    make(key, f, "{\"name\":\"r\",\"surface\":\"app\",\"role\":\"read\"}");
    expect_ok(as_app(f, key, "GET", "/v1/check-api-key"));
    expect_error(as_app(f, key, "POST", "/v1/force-sync"), 403, "PLATFORM.AUTHENTICATION_INVALID");
    expect_ok(ask_full(server_port(f->local), "POST", "/admin/v1/integrations/personio:acme/sync", "", ""));
    a = admin_ask(f, "GET", "/admin/v1/audit", "");
    EXPECT_INT(3, count_at(a.json, "data.results"));
    EXPECT_STR("local", text_at(a.json, "data.results.0.who"));
    EXPECT_STR("personio:acme", text_at(a.json, "data.results.0.target"));
    EXPECT_STR("done", text_at(a.json, "data.results.0.outcome"));
    EXPECT_STR("/v1/force-sync", text_at(a.json, "data.results.1.route"));
    EXPECT_STR("denied", text_at(a.json, "data.results.1.outcome"));
    EXPECT_STR("127.0.0.1", text_at(a.json, "data.results.1.from"));
    EXPECT_STR("app key", text_at(a.json, "data.results.1.through"));
    EXPECT_STR("ops", text_at(a.json, "data.results.2.who"));
    EXPECT_STR("r", text_at(a.json, "data.results.2.target"));
    EXPECT(strstr(a.text, key) == NULL);
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/audit?who=r&outcome=denied", "");
    EXPECT_INT(1, count_at(a.json, "data.results"));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/audit?limit=2", "");
    EXPECT_INT(2, count_at(a.json, "data.results"));
    EXPECT(strlen(text_at(a.json, "data.next")) > 10);
    answer_free(&a);
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/audit?since=yesterday", ""), 400, "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/audit?outcome=odd", ""), 400, "INPUT_INVALID");
    a = admin_ask(f, "GET", "/admin/v1/audit?since=2026-02-03", "");
    EXPECT_INT(0, count_at(a.json, "data.results"));
    answer_free(&a);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(every_route_says_what_it_needs),
        UNIT(a_key_opens_from_the_answer_that_made_it_until_the_one_that_revoked_it),
        UNIT(a_key_of_the_file_is_shown_and_not_revoked),
        UNIT(a_key_ends_at_its_time_and_its_use_is_kept_to_the_minute),
        UNIT(what_is_wrong_of_a_wish_is_said),
        UNIT(a_key_that_reads_changes_nothing),
        UNIT(a_limited_key_sees_no_other_integration),
        UNIT(what_is_changed_or_denied_is_in_the_audit_log_and_what_is_read_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
