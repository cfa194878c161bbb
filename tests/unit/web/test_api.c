#include "fixture.h"

static const char no_headers[] = "";

static struct answer ask_with(struct fixture *f, const char *method, const char *path, const char *headers)
{
    return ask_full(server_port(f->public), method, path, headers, "");
}

/* ---- the key ---- */

TEST(without_the_right_key_everything_is_401)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    expect_error(ask_with(f, "GET", "/v1/check-api-key", no_headers), 401, "PLATFORM.AUTHENTICATION_INVALID");
    expect_error(ask_with(f, "GET", "/v1/hris/employees", "Authorization: Bearer wrong\r\n"), 401,
                 "PLATFORM.AUTHENTICATION_INVALID");
    expect_error(ask_with(f, "GET", "/v1/hris/employees", "Authorization: Bearer " ADMIN_KEY "\r\n"), 401,
                 "PLATFORM.AUTHENTICATION_INVALID");
    expect_error(ask_with(f, "GET", "/v1/no/such/path", no_headers), 401, "PLATFORM.AUTHENTICATION_INVALID");
    fixture_free(f);
}

TEST(the_key_check_names_the_environment)
{
    struct fixture *f = fixture_new();
    struct answer a =
        ask_with(f, "GET", "/v1/check-api-key", "authorization: bearer " API_KEY "\r\ncookie: \r\n");

    UNUSED_STATE;
    EXPECT_INT(200, a.status);
    EXPECT(strstr(a.head, "Content-Type: application/json") != NULL);
    EXPECT(strstr(a.head, "Content-Length: ") != NULL);
    EXPECT_STR("success", text_at(a.json, "status"));
    EXPECT_STR("env_test", text_at(a.json, "data.environment_id"));
    answer_free(&a);
    fixture_free(f);
}

/* ---- routes ---- */

TEST(what_is_not_there_is_404_and_a_wrong_method_405_with_allow)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    expect_error(api_get(f, "/v1/hris/nothing"), 404, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, "/v1/"), 404, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, "/v1/integrations/"), 404, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, "/"), 404, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, "/admin/v1/status"), 404, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, "/metrics"), 404, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, "/v1/hris/employees/form"), 404, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, "/v1/assessment/orders"), 404, "PLATFORM.INPUT_INVALID");
    a = api_ask(f, "POST", "/v1/hris/employees", "{}");
    EXPECT(strstr(a.head, "Allow: GET\r\n") != NULL);
    expect_error(a, 405, "PLATFORM.INPUT_INVALID");
    a = api_ask(f, "PUT", "/v1/hris/absences", "{}");
    EXPECT(strstr(a.head, "Allow: POST, GET\r\n") != NULL);
    expect_error(a, 405, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, "/v1/force-sync"), 405, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, "/v1/integrations/%ff"), 400, "PLATFORM.INPUT_INVALID");
    fixture_free(f);
}

TEST(write_actions_are_501_with_the_code_that_records_may_have)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    expect_error(api_ask(f, "POST", "/v1/hris/absences", "{}"), 501, "INTEGRATION.ACTION_NOT_AVAILABLE");
    expect_error(api_ask(f, "DELETE", "/v1/hris/absences/x", "{}"), 501, "INTEGRATION.ACTION_NOT_AVAILABLE");
    expect_error(api_ask(f, "POST", "/v1/hris/employees/form", "{}"), 501,
                 "INTEGRATION.ACTION_NOT_AVAILABLE");
    expect_error(api_ask(f, "POST", "/v1/hris/employees/x/documents", "{}"), 501,
                 "INTEGRATION.ACTION_NOT_AVAILABLE");
    expect_error(api_ask(f, "POST", "/v1/ats/candidates", "{}"), 501, "INTEGRATION.ACTION_NOT_AVAILABLE");
    expect_error(api_ask(f, "DELETE", "/v1/ats/candidates/c/tags", "{}"), 501,
                 "INTEGRATION.ACTION_NOT_AVAILABLE");
    expect_error(api_ask(f, "PUT", "/v1/assessment/packages", "{}"), 501, "INTEGRATION.ACTION_NOT_AVAILABLE");
    expect_error(api_get(f, "/v1/ats/candidates"), 501, "INTEGRATION.MODEL_NOT_AVAILABLE");
    expect_error(api_get(f, "/v1/ats/applications/x/attachments"), 501, "INTEGRATION.MODEL_NOT_AVAILABLE");
    fixture_free(f);
}

TEST(a_general_endpoint_never_answers_with_a_code_of_integrations)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    expect_error(api_ask(f, "POST", "/v1/passthrough/personio/personnel", "{}"), 404,
                 "PLATFORM.INPUT_INVALID");
    fixture_free(f);
}

/* ---- the integration ---- */

TEST(the_header_has_to_name_an_integration)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    expect_error(ask_with(f, "GET", "/v1/hris/employees", "Authorization: Bearer " API_KEY "\r\n"), 400,
                 "PLATFORM.INPUT_INVALID");
    expect_error(ask_with(f, "POST", "/v1/force-sync", "Authorization: Bearer " API_KEY "\r\n"), 400,
                 "PLATFORM.INPUT_INVALID");
    expect_error(ask_with(f, "GET", "/v1/hris/employees",
                          "Authorization: Bearer " API_KEY "\r\nX-Integration-Id: personio:none\r\n"),
                 404, "PLATFORM.INTEGRATION_NOT_FOUND");
    expect_error(ask_with(f, "POST", "/v1/hris/absences",
                          "Authorization: Bearer " API_KEY "\r\nX-Integration-Id: personio:none\r\n"),
                 404, "PLATFORM.INTEGRATION_NOT_FOUND");
    expect_error(api_get(f, "/v1/integrations/personio%3Anone"), 404, "PLATFORM.INTEGRATION_NOT_FOUND");
    f->integrations[0].row.state = STORE_DELETED;
    expect_error(api_get(f, "/v1/hris/employees"), 404, "PLATFORM.INTEGRATION_NOT_FOUND");
    fixture_free(f);
}

TEST(an_integration_that_cannot_be_read_says_why)
{
    struct fixture *f = fixture_new();
    struct web_integration *it = &f->integrations[0];

    UNUSED_STATE;
    it->row.first_sync_done = false;
    expect_error(api_get(f, "/v1/hris/employees"), 409, "INTEGRATION.SETUP_SYNC_PENDING");
    it->row.first_sync_done = true;
    it->row.state = STORE_INACTIVE;
    expect_error(api_get(f, "/v1/hris/employees"), 409, "INTEGRATION.INACTIVE");
    expect_error(api_ask(f, "POST", "/v1/force-sync", ""), 409, NULL);
    it->row.state = STORE_INVALID;
    expect_error(api_get(f, "/v1/hris/employees"), 409, "INTEGRATION.AUTHENTICATION_INVALID");
    it->row.state = STORE_ACTIVE;
    it->row.auth_failed_since_ms = FIXTURE_T0; /* not long enough to count */
    expect_ok(api_get(f, "/v1/hris/employees"));
    expect_error(api_get(f, "/v1/hris/timesheets"), 501, "INTEGRATION.MODEL_NOT_AVAILABLE");
    (void)scope_set_model(f->scope, weir_str("hris_teams"), SCOPE_DISABLED);
    expect_error(api_get(f, "/v1/hris/groups"), 403, "INTEGRATION.MODEL_DISABLED");
    fixture_free(f);
}

/* ---- force-sync ---- */

TEST(a_sync_is_asked_for_and_its_id_is_told)
{
    struct fixture *f = fixture_new();
    struct answer a = api_ask(f, "POST", "/v1/force-sync", "");

    UNUSED_STATE;
    EXPECT_INT(200, a.status);
    EXPECT_STR("sPx2MNhe8BtdduJDrE1FM2ZQ", text_at(a.json, "data.sync_id"));
    EXPECT_STR("FULL", text_at(a.json, "data.type"));
    EXPECT(json_is_false(json_at(a.json, "data.already_queued")));
    answer_free(&a);
    a = api_ask(f, "POST", "/v1/force-sync", "{\"type\":\"DELTA\"}");
    EXPECT_STR("DELTA", text_at(a.json, "data.type"));
    EXPECT(json_is_true(json_at(a.json, "data.already_queued")));
    answer_free(&a);
    EXPECT_INT(2, f->asked.syncs);
    fixture_free(f);
}

TEST(a_bad_body_of_force_sync_is_400)
{
    static const char *const bad[] = {"{", "[]", "\"FULL\"", "{\"type\":\"HALF\"}", "{\"type\":1}"};
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        expect_error(api_ask(f, "POST", "/v1/force-sync", bad[i]), 400, "PLATFORM.INPUT_INVALID");
    }
    EXPECT_INT(0, f->asked.syncs);
    f->asked.answer_rc = WEIR_E_LATER;
    expect_error(api_ask(f, "POST", "/v1/force-sync", "{}"), 503, "PLATFORM.UNKNOWN_ERROR");
    f->asked.answer_rc = WEIR_E_IO;
    expect_error(api_ask(f, "POST", "/v1/force-sync", "{}"), 500, "PLATFORM.UNKNOWN_ERROR");
    fixture_free(f);
}

/* ---- details ---- */

static json_t *named(json_t *list, const char *id)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(text_at(json_array_get(list, i), "id"), id) == 0) {
            return json_array_get(list, i);
        }
    }
    fail_msg("no %s", id);
    return NULL;
}

TEST(the_details_tell_of_each_model_and_field)
{
    struct fixture *f = fixture_new();
    struct answer a;
    json_t *model;

    UNUSED_STATE;
    (void)scope_set_field(f->scope, weir_str("hris_employees"), weir_str("work_email"), SCOPE_DISABLED);
    (void)scope_set_model(f->scope, weir_str("hris_teams"), SCOPE_OPTIONAL);
    scope_opt_out(f->scope, weir_str("hris_teams"), weir_str(""));
    a = api_get(f, "/v1/integrations/personio%3Aacme");
    EXPECT_INT(200, a.status);
    EXPECT_STR("personio:acme", text_at(a.json, "data.id"));
    EXPECT_STR("Personio", text_at(a.json, "data.tool.label"));
    EXPECT_STR("ACTIVE", text_at(a.json, "data.status"));
    EXPECT_STR("COMPLETED", text_at(a.json, "data.setup_status"));
    EXPECT_STR("Northwind \"Robotics\" GmbH", text_at(a.json, "data.end_user.organization_name"));
    EXPECT(json_is_null(json_at(a.json, "data.end_user.creator_email")));
    EXPECT_STR("Default", text_at(a.json, "data.scope_config.name"));
    EXPECT_INT(ID_LEN, strlen(text_at(a.json, "data.scope_config.id")));
    EXPECT(json_is_array(json_at(a.json, "data.write_actions")));
    EXPECT_INT(24, strlen(text_at(a.json, "data.created_at")));

    model = named(json_at(a.json, "data.read_models"), "hris_employees");
    EXPECT(json_is_true(json_at(model, "is_available")));
    EXPECT_STR("SUPPORTED", text_at(named(json_at(model, "fields"), "first_name"), "coverage_status"));
    EXPECT(json_is_true(json_at(named(json_at(model, "fields"), "first_name"), "is_available")));
    EXPECT_STR("NOT_IMPLEMENTED", text_at(named(json_at(model, "fields"), "ssn"), "coverage_status"));
    EXPECT(json_is_false(json_at(named(json_at(model, "fields"), "work_email"), "is_available")));
    EXPECT_STR("DISABLED", text_at(named(json_at(model, "fields"), "work_email"), "scope_config_setting"));
    (void)named(json_at(model, "fields"), "groups");

    model = named(json_at(a.json, "data.read_models"), "hris_teams");
    EXPECT(json_is_false(json_at(model, "is_available")));
    EXPECT(json_is_true(json_at(model, "opted_out_by_customer")));
    EXPECT_STR("OPTIONAL", text_at(model, "scope_config_setting"));

    model = named(json_at(a.json, "data.read_models"), "hris_timesheets");
    EXPECT_STR("NOT_IMPLEMENTED", text_at(model, "coverage_status"));
    EXPECT(json_is_false(json_at(model, "is_available")));
    answer_free(&a);
    fixture_free(f);
}

TEST(details_are_there_whatever_the_state_and_ids_may_hold_blanks)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    f->integrations[1].row.state = STORE_INVALID;
    f->integrations[1].row.first_sync_done = false;
    f->integrations[1].row.life = (struct store_lifecycle){.setup = STORE_SETUP_SYNC_PENDING};
    f->integrations[1].models = NULL;
    a = api_get(f, "/v1/integrations/okta%3Atwo%20words");
    EXPECT_INT(200, a.status);
    EXPECT_STR("INVALID", text_at(a.json, "data.status"));
    EXPECT_STR("FINAL_SYNC_PENDING", text_at(a.json, "data.setup_status"));
    EXPECT_STR("UNKNOWN", text_at(a.json, "data.read_models.0.coverage_status"));
    answer_free(&a);
    a = api_get(f, "/v1/integrations/okta%3Atwo%20words/custom-fields?page_size=10");
    EXPECT_INT(0, count_at(a.json, "data.results"));
    EXPECT(json_is_null(json_at(a.json, "data.next")));
    answer_free(&a);
    fixture_free(f);
}

TEST(tools_are_listed_by_category)
{
    struct fixture *f = fixture_new();
    struct answer a = api_get(f, "/v1/tools/hris");

    UNUSED_STATE;
    EXPECT_INT(1, count_at(a.json, "data.tools")); /* the one that did not load is not offered */
    EXPECT_STR("personio", text_at(a.json, "data.tools.0.id"));
    EXPECT_STR("SUPPORTED", text_at(a.json, "data.tools.0.coverage.read_models.0.coverage_status"));
    answer_free(&a);
    a = api_get(f, "/v1/tools/ats");
    EXPECT_INT(0, count_at(a.json, "data.tools"));
    answer_free(&a);
    expect_error(api_get(f, "/v1/tools/crm"), 400, "PLATFORM.INPUT_INVALID");
    fixture_free(f);
}

/* ---- hooks ---- */

TEST(hooks_go_to_the_app_undecoded_and_without_a_key)
{
    struct fixture *f = fixture_new();
    struct answer a = ask_with(f, "POST", "/hooks/personio%3Aacme/tail?x=1", no_headers);

    UNUSED_STATE;
    EXPECT_INT(200, a.status);
    EXPECT_STR("personio%3Aacme/tail", f->asked.hook_path);
    answer_free(&a);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(without_the_right_key_everything_is_401),
        UNIT(the_key_check_names_the_environment),
        UNIT(what_is_not_there_is_404_and_a_wrong_method_405_with_allow),
        UNIT(write_actions_are_501_with_the_code_that_records_may_have),
        UNIT(a_general_endpoint_never_answers_with_a_code_of_integrations),
        UNIT(the_header_has_to_name_an_integration),
        UNIT(an_integration_that_cannot_be_read_says_why),
        UNIT(a_sync_is_asked_for_and_its_id_is_told),
        UNIT(a_bad_body_of_force_sync_is_400),
        UNIT(the_details_tell_of_each_model_and_field),
        UNIT(details_are_there_whatever_the_state_and_ids_may_hold_blanks),
        UNIT(tools_are_listed_by_category),
        UNIT(hooks_go_to_the_app_undecoded_and_without_a_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
