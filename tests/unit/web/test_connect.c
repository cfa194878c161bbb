/* connect: links, what they show, and what is sent through them. */
#include "fixture.h"

#define CUSTOMER                                                                                             \
    "\"end_user_email\":\"hr@a.example\",\"end_user_organization_name\":\"<A> & "                            \
    "B\",\"end_user_origin_id\":\"7\""
#define HOUR INT64_C(3600000)

/* The path of a new link. */
static void make_link(char path[128], struct fixture *f, const char *more)
{
    char body[512];
    struct answer a;

    (void)snprintf(body, sizeof body, "{" CUSTOMER "%s%s}", more[0] != '\0' ? "," : "", more);
    a = api_ask(f, "POST", "/v1/connect/create-link", body);
    EXPECT_INT(200, a.status);
    EXPECT(strncmp(text_at(a.json, "data.link"), "https://hub.example.com/connect/", 32) == 0);
    (void)snprintf(path, 128, "%s", text_at(a.json, "data.link") + 23);
    EXPECT_INT(9 + 43, strlen(path));
    answer_free(&a);
}

static struct answer ask_link(struct fixture *f, const char *method, const char *path, const char *tail,
                              const char *body)
{
    char all[256];

    (void)snprintf(all, sizeof all, "%s%s", path, tail);
    return ask_full(server_port(f->public), method, all, "", body);
}

static int status_of(struct answer a)
{
    answer_free(&a);
    return a.status;
}

TEST(a_link_shows_what_is_asked_for_and_leads_to_one_integration)
{
    struct fixture *f = fixture_new();
    char path[128];
    struct answer a;

    UNUSED_STATE;
    make_link(path, f, "\"language\":\"fr\",\"link_type\":\"MAGIC_LINK\",\"enable_filtering\":true");
    a = ask_link(f, "GET", path, "/state", "");
    EXPECT_INT(200, a.status);
    EXPECT(strstr(a.head, "Cache-Control: no-store") != NULL);
    EXPECT_STR("connect", text_at(a.json, "data.stage"));
    EXPECT_STR("fr", text_at(a.json, "data.language"));
    EXPECT_STR("<A> & B", text_at(a.json, "data.organization_name"));
    EXPECT(json_is_true(json_at(a.json, "data.enable_filtering")));
    EXPECT_INT(1, count_at(a.json, "data.tools")); /* the other is not loaded */
    EXPECT_STR("base_url", text_at(a.json, "data.tools.0.settings.0.key"));
    EXPECT_STR("token", text_at(a.json, "data.tools.0.settings.1.key"));
    EXPECT_INT(2, count_at(a.json, "data.tools.0.settings")); /* the partner is the operator's */
    EXPECT(json_is_false(json_at(a.json, "data.tools.0.settings.1.is_set")));
    EXPECT_INT(0, count_at(a.json, "data.tools.0.actions"));
    EXPECT(json_is_null(json_at(a.json, "data.webhook")));
    EXPECT_STR("hris_employees", text_at(a.json, "data.tools.0.models.0.id"));
    answer_free(&a);

    a = ask_link(f, "POST", path, "/submit", "{\"tool\":\"personio\",\"settings\":{\"token\":\"t\"}}");
    EXPECT_INT(200, a.status);
    EXPECT_STR("done", text_at(a.json, "data.stage"));
    EXPECT_STR("personio <A> & B hr@a.example 7 refused=0 token=t", f->asked.made);
    answer_free(&a);
    EXPECT_INT(410, status_of(ask_link(f, "POST", path, "/submit", "{}")));
    EXPECT_INT(1, f->asked.connects);
    fixture_free(f);
}

TEST(what_was_not_asked_for_is_refused)
{
    struct fixture *f = fixture_new();
    char path[128];
    static const char *const bodies[] = {"{\"tool\":\"okta\"}",
                                         "{}",
                                         "[]",
                                         "{\"tool\":\"personio\",\"settings\":{\"nosuch\":\"x\"}}",
                                         "{\"tool\":\"personio\",\"settings\":{\"partner\":\"x\"}}",
                                         "{\"tool\":\"personio\",\"refused\":[\"hris_employees\"]}",
                                         "{\"tool\":\"personio\",\"refused\":[\"hris_create_absence\"]}",
                                         "{\"tool\":\"personio\",\"refused\":[7]}",
                                         "{\"tool\":\"personio\",\"refused\":\"x\"}"};

    UNUSED_STATE;
    make_link(path, f, "");
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        EXPECT_INT(400, status_of(ask_link(f, "POST", path, "/submit", bodies[i])));
    }
    EXPECT_INT(0, f->asked.connects);
    EXPECT_INT(0, f->asked.failures);
    fixture_free(f);
}

TEST(a_refusal_of_the_tool_is_told_and_one_of_ours_is_not)
{
    struct fixture *f = fixture_new();
    char path[128];
    struct answer a;

    UNUSED_STATE;
    make_link(path, f, "\"integration_tool\":\"personio\"");
    f->asked.answer_rc = WEIR_E_INVALID;
    a = ask_link(f, "POST", path, "/submit", "{}");
    EXPECT_INT(400, a.status);
    EXPECT_STR("the made-up app refuses", text_at(a.json, "error.message"));
    EXPECT_INT(1, f->asked.failures);
    EXPECT_STR("personio HRIS the made-up app refuses", f->asked.made);
    answer_free(&a);
    f->asked.answer_rc = WEIR_E_IO;
    a = ask_link(f, "POST", path, "/submit", "{}");
    EXPECT_INT(500, a.status);
    EXPECT(strstr(a.text, "made-up") == NULL); /* what is ours is no customer's affair */
    EXPECT_INT(1, f->asked.failures);
    answer_free(&a);
    fixture_free(f);
}

TEST(a_failure_says_which_setting_or_right_it_is_about)
{
    struct fixture *f = fixture_new();
    char path[128];
    struct answer a;

    UNUSED_STATE;
    make_link(path, f, "\"integration_tool\":\"personio\"");
    f->asked.answer_rc = WEIR_E_INVALID;
    f->asked.trouble =
        (struct web_trouble){.rc = WEIR_E_AUTH, .message = "HTTP 401: check token, not my_partner"};
    a = ask_link(f, "POST", path, "/submit", "{}");
    EXPECT_INT(400, a.status);
    EXPECT_STR("the made-up app refuses", text_at(a.json, "error.message"));
    EXPECT_STR("credentials", text_at(a.json, "error.kind"));
    EXPECT_STR("HTTP 401: check token, not my_partner", text_at(a.json, "error.tool_message"));
    EXPECT_INT(1, count_at(a.json, "error.settings"));
    EXPECT_STR("token", text_at(a.json, "error.settings.0"));
    answer_free(&a);
    f->asked.trouble =
        (struct web_trouble){.rc = WEIR_E_PERMISSION,
                             .lacks = {{"hris_employees", "lacks \"read\""}, {"", "lacks hooks"}},
                             .lack_count = 2};
    a = ask_link(f, "POST", path, "/submit", "{}");
    EXPECT_STR("permission", text_at(a.json, "error.kind"));
    EXPECT(json_is_null(json_at(a.json, "error.tool_message")));
    EXPECT_STR("hris_employees", text_at(a.json, "error.lacks.0.model"));
    EXPECT_STR("lacks \"read\"", text_at(a.json, "error.lacks.0.message"));
    EXPECT(json_is_null(json_at(a.json, "error.lacks.1.model")));
    answer_free(&a);
    fixture_free(f);
}

TEST(a_link_is_over_in_its_time_and_a_page_says_which)
{
    struct fixture *f = fixture_new();
    char path[128];
    struct answer a;

    UNUSED_STATE;
    make_link(path, f, "");
    a = ask_link(f, "GET", path, "", "");
    EXPECT_INT(200, a.status);
    EXPECT(strstr(a.text, "&lt;A&gt; &amp; B") != NULL);
    EXPECT(strstr(a.head, "Content-Security-Policy: default-src 'none'") != NULL);
    answer_free(&a);
    atomic_fetch_add(&f->now_ms, HOUR - 1);
    EXPECT_INT(200, status_of(ask_link(f, "GET", path, "", "")));
    atomic_fetch_add(&f->now_ms, 1);
    a = ask_link(f, "GET", path, "", "");
    EXPECT_INT(410, a.status);
    EXPECT(strstr(a.text, "expired") != NULL);
    answer_free(&a);
    expect_admin_error(ask_link(f, "GET", path, "/state", ""), 410, "LINK_OVER");
    EXPECT_INT(404, status_of(ask_link(f, "GET", "/connect/x", "", "")));
    EXPECT_INT(405, status_of(ask_link(f, "POST", path, "", "{}")));
    fixture_free(f);
}

TEST(a_link_that_cannot_be_made_says_why)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    expect_error(api_ask(f, "POST", "/v1/connect/create-link", "{}"), 400, "PLATFORM.INPUT_INVALID");
    expect_error(api_ask(f, "POST", "/v1/connect/create-link", "{" CUSTOMER ",\"language\":\"xx\"}"), 400,
                 "PLATFORM.INPUT_INVALID");
    expect_error(api_ask(f, "POST", "/v1/connect/create-link", "{" CUSTOMER ",\"scope_config_id\":\"x\"}"),
                 400, "PLATFORM.INPUT_INVALID");
    expect_error(api_ask(f, "POST", "/v1/integrations/personio%3Aacme/relink", "{}"), 400,
                 "PLATFORM.INPUT_INVALID");
    expect_error(
        api_ask(f, "POST", "/v1/integrations/personio%3Aacme/setup-link", "{\"link_type\":\"EMBEDDED\"}"),
        400, "PLATFORM.INPUT_INVALID");
    expect_error(api_ask(f, "POST", "/v1/integrations/personio%3Anobody/relink", "{}"), 404,
                 "PLATFORM.INTEGRATION_NOT_FOUND");
    expect_error(api_get(f, "/v1/connect/integration-by-token/x"), 404, "PLATFORM.INPUT_INVALID");
    f->asked.no_url = true;
    expect_error(api_ask(f, "POST", "/v1/connect/create-link", "{" CUSTOMER "}"), 400,
                 "PLATFORM.INPUT_INVALID");
    fixture_free(f);
}

TEST(steps_show_what_to_copy_and_take_what_is_pasted)
{
    struct fixture *f = fixture_new();
    char path[128];
    struct answer a;

    UNUSED_STATE;
    f->integrations[0].steps = told_steps;
    f->integrations[0].step_count = 2;
    f->integrations[0].test = "reached";
    f->integrations[0].row.subscription_state = WEIR_SUB_MANUAL_SETUP;
    a = api_ask(f, "POST", "/v1/integrations/personio%3Aacme/setup-link", "{\"link_type\":\"EMBEDDED\"}");
    EXPECT_INT(200, a.status);
    (void)snprintf(path, sizeof path, "%s", text_at(a.json, "data.link") + 23);
    answer_free(&a);
    a = ask_link(f, "GET", path, "/state", "");
    EXPECT_STR("setup", text_at(a.json, "data.kind"));
    EXPECT_STR("https://hooks.example.com/hooks/x", text_at(a.json, "data.steps.0.copy_value"));
    EXPECT_STR("secret", text_at(a.json, "data.steps.1.paste_key"));
    EXPECT(json_is_true(json_at(a.json, "data.steps.1.paste_secret")));
    EXPECT(json_is_false(json_at(a.json, "data.steps.1.is_pasted")));
    EXPECT_STR("waiting", text_at(a.json, "data.webhook.state"));
    EXPECT_STR("reached", text_at(a.json, "data.webhook.test"));
    EXPECT_INT(0, count_at(a.json, "data.tools"));
    answer_free(&a);
    EXPECT_INT(200, status_of(ask_link(f, "POST", path, "/submit", "{\"settings\":{\"token\":\"v\"}}")));
    EXPECT_STR("personio:acme open token=v", f->asked.made);
    a = ask_link(f, "POST", path, "/submit", "{\"done\":true}");
    EXPECT_STR("done", text_at(a.json, "data.stage"));
    EXPECT_STR("personio:acme done", f->asked.made);
    answer_free(&a);
    fixture_free(f);
}

TEST(an_integration_is_switched_and_deleted_with_the_bodies_of_the_client)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    expect_ok(api_ask(f, "PUT", "/v1/integrations/personio%3Aacme/enabled", "{\"value\":false}"));
    EXPECT_STR("personio:acme off", f->asked.made);
    expect_ok(admin_ask(f, "POST", "/admin/v1/integrations/personio%3Aacme/enable", ""));
    EXPECT_STR("personio:acme on", f->asked.made);
    expect_ok(admin_ask(f, "POST", "/admin/v1/integrations/personio%3Aacme/pass-qa", ""));
    EXPECT_STR("personio:acme passed", f->asked.made);
    expect_error(api_ask(f, "PUT", "/v1/integrations/personio%3Aacme/enabled", "{}"), 400,
                 "PLATFORM.INPUT_INVALID");
    expect_ok(api_ask(f, "DELETE", "/v1/integrations/personio%3Aacme", "{}"));
    EXPECT_INT(1, f->asked.deletes);
    f->asked.answer_rc = WEIR_E_CONFIG;
    expect_error(api_ask(f, "DELETE", "/v1/integrations/personio%3Aacme", "{}"), 400,
                 "PLATFORM.INPUT_INVALID");
    f->asked.answer_rc = WEIR_E_NONE;
    expect_error(api_ask(f, "DELETE", "/v1/integrations/x%3Ay", "{}"), 404, "PLATFORM.INTEGRATION_NOT_FOUND");
    fixture_free(f);
}

TEST(reads_wait_for_the_set_up_and_the_quality_check)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    f->integrations[0].row.life.qa = STORE_QA_FAILED;
    expect_error(api_get(f, "/v1/hris/employees"), 409, "INTEGRATION.QA_FAILED");
    f->integrations[0].row.life.setup = STORE_SETUP_INCOMPLETE;
    expect_error(api_get(f, "/v1/hris/employees"), 409, "INTEGRATION.SETUP_INCOMPLETE");
    f->integrations[0].row.life = (struct store_lifecycle){.qa = STORE_QA_PASSED};
    expect_ok(api_get(f, "/v1/hris/employees"));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_link_shows_what_is_asked_for_and_leads_to_one_integration),
        UNIT(what_was_not_asked_for_is_refused),
        UNIT(a_refusal_of_the_tool_is_told_and_one_of_ours_is_not),
        UNIT(a_failure_says_which_setting_or_right_it_is_about),
        UNIT(a_link_is_over_in_its_time_and_a_page_says_which),
        UNIT(a_link_that_cannot_be_made_says_why),
        UNIT(steps_show_what_to_copy_and_take_what_is_pasted),
        UNIT(an_integration_is_switched_and_deleted_with_the_bodies_of_the_client),
        UNIT(reads_wait_for_the_set_up_and_the_quality_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
