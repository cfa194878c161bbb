/* scopes, the overview and records over the admin API. */
#include "fixture.h"

static void seed(struct fixture *f)
{
    fixture_put(f, "hris_employees", "e1",
                "{\"first_name\":\"Ada\",\"work_email\":\"ada@northwind.example\"}");
    fixture_put(f, "hris_employees", "e2", "{\"first_name\":\"Bo\"}");
    fixture_put(f, "hris_teams", "t1", "{\"name\":\"Red\"}");
    fixture_gone(f, "hris_employees", "e2");
}

TEST(a_dry_run_says_what_would_change_and_changes_nothing)
{
    static const char body[] = "{\"models\":{\"hris_employees\":{\"fields\":{\"work_email\":\"disabled\"},"
                               "\"default_field\":\"enabled\"}},\"dry_run\":true}";
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    seed(f);
    a = admin_ask(f, "PUT", "/admin/v1/scopes/Lean", body);
    EXPECT_INT(0, count_at(a.json, "data.effects")); /* nobody has it */
    EXPECT(json_is_true(json_at(a.json, "data.dry_run")));
    answer_free(&a);
    expect_ok(admin_ask(f, "POST", "/admin/v1/scopes",
                        "{\"name\":\"Lean\",\"models\":{\"hris_teams\":\"enabled\"}}"));
    a = admin_ask(f, "PUT", "/admin/v1/integrations/personio:acme/scope",
                  "{\"scope\":\"Lean\",\"dry_run\":true}");
    EXPECT_INT(1, count_at(a.json, "data.effects"));
    EXPECT_STR("personio:acme", text_at(a.json, "data.effects.0.integration"));
    EXPECT_STR("hris_employees", text_at(a.json, "data.effects.0.models.0.model"));
    EXPECT_STR("removed", text_at(a.json, "data.effects.0.models.0.change"));
    EXPECT_INT(1, json_integer_value(json_at(a.json, "data.effects.0.models.0.records")));
    EXPECT_STR("person.updated", text_at(a.json, "data.effects.0.events_removed.0"));
    EXPECT(json_is_false(json_at(a.json, "data.effects.0.full_sync")));
    answer_free(&a);
    EXPECT_STR("", f->asked.assigned);
    expect_ok(admin_ask(f, "PUT", "/admin/v1/integrations/personio:acme/scope", "{\"scope\":\"Lean\"}"));
    EXPECT_STR("personio:acme Lean", f->asked.assigned);
    EXPECT_INT(0, atomic_load(&f->asked.syncs)); /* a narrower one is read already */
    a = admin_ask(f, "GET", "/admin/v1/audit?target=personio:acme", "");
    EXPECT_INT(1, count_at(a.json, "data.results")); /* the dry run is none */
    answer_free(&a);
    fixture_free(f);
}

TEST(a_wider_scope_begins_a_full_sync)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    (void)scope_set_model(f->scope, weir_str("hris_teams"), SCOPE_DISABLED);
    expect_ok(admin_ask(f, "POST", "/admin/v1/scopes", "{\"name\":\"Wide\"}"));
    a = admin_ask(f, "PUT", "/admin/v1/integrations/personio:acme/scope", "{\"scope\":\"Wide\"}");
    EXPECT(json_is_true(json_at(a.json, "data.effects.0.full_sync")));
    answer_free(&a);
    EXPECT_INT(1, atomic_load(&f->asked.syncs));
    EXPECT(f->asked.full);
    fixture_free(f);
}

TEST(scopes_are_listed_shown_and_deleted_and_the_files_are_not_changed)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    expect_ok(admin_ask(f, "PUT", "/admin/v1/scopes/Lean", "{\"models\":{\"hris_teams\":\"enabled\"}}"));
    a = admin_ask(f, "GET", "/admin/v1/scopes", "");
    EXPECT_INT(2, count_at(a.json, "data.results"));
    EXPECT_STR("file", text_at(a.json, "data.results.0.kept_in"));
    EXPECT_INT(2, count_at(a.json, "data.results.0.integrations"));
    EXPECT_STR("hris_teams", text_at(a.json, "data.results.1.enabled.0"));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/scopes/Lean", "");
    EXPECT_STR("enabled", text_at(a.json, "data.models.hris_teams.fields.name"));
    EXPECT_STR("disabled", text_at(a.json, "data.models.hris_employees"));
    answer_free(&a);
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/scopes/None", ""), 404, "NOT_FOUND");
    expect_admin_error(admin_ask(f, "PUT", "/admin/v1/scopes/Default", "{}"), 409, "CONFLICT");
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/scopes", "{\"name\":\"Lean\"}"), 409, "CONFLICT");
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/scopes", "{\"name\":\"\"}"), 400, "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "PUT", "/admin/v1/scopes/Lean", "{\"models\":{\"x\":\"enabled\"}}"), 400,
                       "INPUT_INVALID");
    expect_admin_error(admin_ask(f, "PUT", "/admin/v1/integrations/personio:acme/scope", "{}"), 400,
                       "INPUT_INVALID");
    expect_ok(admin_ask(f, "DELETE", "/admin/v1/scopes/Lean", ""));
    EXPECT_STR("", f->asked.scope);
    fixture_free(f);
}

TEST(the_overview_tells_what_went_through_and_what_needs_a_person)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    f->integrations[1].row.state = STORE_INVALID;
    (void)snprintf(f->integrations[1].row.problem, sizeof f->integrations[1].row.problem, "renew the token");
    seed(f);
    a = admin_ask(f, "GET", "/admin/v1/overview", "");
    EXPECT_INT(200, a.status);
    EXPECT_INT(90, json_integer_value(json_at(a.json, "data.last_hour.deliveries.count")));
    EXPECT(json_real_value(json_at(a.json, "data.last_hour.deliveries.per_minute")) == 1.5);
    EXPECT_INT(60, count_at(a.json, "data.last_hour.events.minutes"));
    EXPECT(json_real_value(json_at(a.json, "data.latency.acknowledged.p50_ms")) == 1.5);
    EXPECT(json_real_value(json_at(a.json, "data.latency.acknowledged.p95_ms")) == 20.25);
    EXPECT(json_is_null(json_at(a.json, "data.latency.told.p95_ms")));
    EXPECT_STR("https://hub.example.com", text_at(a.json, "data.public_url"));
    EXPECT(json_is_null(json_at(a.json, "data.last_delivery")));
    EXPECT_INT(2, json_integer_value(json_at(a.json, "data.integrations.count")));
    EXPECT_INT(1, json_integer_value(json_at(a.json, "data.integrations.invalid")));
    EXPECT_INT(2, json_integer_value(json_at(a.json, "data.attention_count")));
    EXPECT_STR("okta:two words", text_at(a.json, "data.attention.0.subject"));
    EXPECT_STR("credentials_refused", text_at(a.json, "data.attention.0.what"));
    EXPECT_STR("not_loaded", text_at(a.json, "data.attention.1.what"));
    answer_free(&a);
    fixture_free(f);
}

TEST(records_are_browsed_as_the_api_gives_them)
{
    struct fixture *f = fixture_new();
    struct answer a;
    struct answer b;

    UNUSED_STATE;
    seed(f);
    a = admin_ask(f, "GET",
                  "/admin/v1/integrations/personio:acme/records/hris_employees?include_deleted=true", "");
    b = api_get(f, "/v1/hris/employees?include_deleted=true");
    EXPECT_INT(2, count_at(a.json, "data.results"));
    EXPECT(json_equal(a.json, b.json));
    answer_free(&a);
    answer_free(&b);
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/integrations/personio:acme/records/hris_people", ""),
                       404, "NOT_FOUND");
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/integrations/personio:none/records/hris_teams", ""),
                       404, "NOT_FOUND");
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/integrations/personio:acme/records/ats_jobs", ""), 501,
                       "NOT_FOUND");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_dry_run_says_what_would_change_and_changes_nothing),
        UNIT(a_wider_scope_begins_a_full_sync),
        UNIT(scopes_are_listed_shown_and_deleted_and_the_files_are_not_changed),
        UNIT(the_overview_tells_what_went_through_and_what_needs_a_person),
        UNIT(records_are_browsed_as_the_api_gives_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
