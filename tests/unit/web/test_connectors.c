/* Connectors over the admin API: how they do, what they offer, and newer ones. */
#include "fixture.h"

TEST(a_connector_is_listed_with_its_version_its_users_and_how_its_calls_went)
{
    struct fixture *f = fixture_new();
    struct answer a = admin_ask(f, "GET", "/admin/v1/connectors", "");
    json_t *rows = json_at(a.json, "data.results");
    json_t *good = json_array_get(rows, 0);
    json_t *broken = json_array_get(rows, 1);

    UNUSED_STATE;
    EXPECT_STR("1.1", text_at(good, "contract"));
    EXPECT_STR("HRIS", text_at(good, "category"));
    EXPECT_INT(2, json_integer_value(json_at(good, "generation")));
    EXPECT_INT(1, json_integer_value(json_at(good, "integrations")));
    EXPECT_INT(2, json_integer_value(json_at(good, "failures")));
    EXPECT_STR("HTTP 500", text_at(good, "last_failure.message"));
    EXPECT_STR("2026-02-02T02:40:00.000Z", text_at(good, "last_failure.at"));
    EXPECT(json_is_null(json_at(good, "error")));
    EXPECT(!json_is_true(json_at(broken, "loaded")));
    EXPECT(json_is_null(json_at(broken, "contract")));
    EXPECT(json_is_null(json_at(broken, "last_failure")));
    EXPECT_INT(0, json_integer_value(json_at(broken, "generation")));
    answer_free(&a);
    fixture_free(f);
}

TEST(a_connector_in_full_tells_what_it_offers_and_who_runs_which_version)
{
    struct fixture *f = fixture_new();
    struct answer a;
    json_t *data;

    UNUSED_STATE;
    f->integrations[0].generation = 1;
    (void)snprintf(f->integrations[0].held_back, sizeof f->integrations[0].held_back, "no setting x");
    a = admin_ask(f, "GET", "/admin/v1/connectors/personio", "");
    data = json_at(a.json, "data");
    EXPECT_STR("token", text_at(json_array_get(json_at(data, "settings"), 0), "key"));
    EXPECT(json_is_true(json_at(json_array_get(json_at(data, "settings"), 0), "secret")));
    EXPECT_STR("person.updated", text_at(json_array_get(json_at(data, "events"), 0), "name"));
    EXPECT_INT(4, count_at(data, "models"));
    EXPECT_STR("hris_employees", text_at(json_array_get(json_at(data, "models"), 2), "listed_with"));
    EXPECT(!json_is_true(json_at(data, "offers.subscribe")));
    EXPECT_INT(3, json_integer_value(json_at(data, "outcomes.ok")));
    EXPECT_INT(1, count_at(data, "on_it"));
    EXPECT_STR("personio:acme", text_at(json_array_get(json_at(data, "on_it"), 0), "id"));
    EXPECT_STR("no setting x", text_at(json_array_get(json_at(data, "on_it"), 0), "held_back"));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/connectors/okta", "");
    EXPECT_STR("no shared object", text_at(a.json, "data.error"));
    EXPECT(json_at(a.json, "data.settings") == NULL);
    answer_free(&a);
    expect_admin_error(admin_ask(f, "GET", "/admin/v1/connectors/none", ""), 404, "NOT_FOUND");
    EXPECT_INT(f->asked.lent, f->asked.released);
    fixture_free(f);
}

TEST(a_reload_tells_what_became_of_each_connector)
{
    struct fixture *f = fixture_new();
    struct answer a;
    json_t *rows;

    UNUSED_STATE;
    (void)snprintf(f->integrations[0].held_back, sizeof f->integrations[0].held_back, "no setting x");
    a = admin_ask(f, "POST", "/admin/v1/connectors/personio/reload", "");
    EXPECT_STR("personio", f->asked.looked_at);
    rows = json_at(a.json, "data.results");
    EXPECT_STR("reloaded", text_at(json_array_get(rows, 0), "result"));
    EXPECT_INT(2, json_integer_value(json_at(json_array_get(rows, 0), "generation")));
    EXPECT_STR("no setting x",
               text_at(json_array_get(json_at(json_array_get(rows, 0), "held_back"), 0), "reason"));
    EXPECT_STR("refused", text_at(json_array_get(rows, 1), "result"));
    EXPECT_STR("no shared object", text_at(json_array_get(rows, 1), "error"));
    answer_free(&a);
    expect_ok(admin_ask(f, "POST", "/admin/v1/connectors/reload", ""));
    EXPECT_STR("", f->asked.looked_at);
    f->asked.answer_rc = WEIR_E_NONE;
    expect_admin_error(admin_ask(f, "POST", "/admin/v1/connectors/none/reload", ""), 404, "NOT_FOUND");
    f->asked.answer_rc = WEIR_E_LATER;
    a = admin_ask(f, "POST", "/admin/v1/connectors/reload", "");
    EXPECT(a.status >= 500);
    answer_free(&a);
    fixture_free(f);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        UNIT(a_connector_is_listed_with_its_version_its_users_and_how_its_calls_went),
        UNIT(a_connector_in_full_tells_what_it_offers_and_who_runs_which_version),
        UNIT(a_reload_tells_what_became_of_each_connector),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
