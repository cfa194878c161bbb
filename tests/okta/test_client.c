#include "fake_okta.h"

#define PATH "/api/v1/users/" USER_ID

static int send(struct fake *f, struct answer *answer, const char *method, const json_t *body,
                struct weir_error *err)
{
    struct call call = {
        .method = method, .name = "/api/v1/users/{id}", .right = &right_users, .body = body, .bare = true};
    struct weir_text url;

    weir_text_init(&url);
    weir_text_add(&url, PATH);
    call.url = &url;
    return client_send(answer, &fake_okta(f)->client, &call, err);
}

TEST(a_request_asks_for_json_and_users_come_without_credentials)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct answer answer;
    json_t *body = json_pack("{s:s}", "a", "b");

    fake_script(f, "GET " PATH, 200, "{\"id\":\"x\"}");
    EXPECT_INT(0, send(f, &answer, "GET", NULL, NULL));
    EXPECT_STR("x", json_string_value(json_object_get(answer.json, "id")));
    EXPECT_STR("application/json", fake_header(f, "Accept"));
    EXPECT_STR("application/json; okta-response=\"omitCredentials,omitCredentialsLinks\"",
               fake_header(f, "Content-Type"));
    EXPECT_STR("/api/v1/users/{id}", fake_limit(f));
    EXPECT(fake_repeatable(f));
    answer_fini(&answer);
    fake_script(f, "POST " PATH, 204, "");
    EXPECT_INT(0, send(f, &answer, "POST", body, NULL));
    EXPECT_STR("{\"a\":\"b\"}", fake_body(f));
    EXPECT_STR("application/json", fake_header(f, "Content-Type"));
    EXPECT(!fake_repeatable(f));
    EXPECT(answer.json == NULL && answer.status == 204);
    answer_fini(&answer);
    json_decref(body);
    fake_free(f);
}

TEST(each_status_asks_for_what_it_means)
{
    UNUSED_STATE;
    static const struct {
        int status;
        const char *body;
        int code;
        const char *said;
    } cases[] = {{404, ERROR("E0000007"), WEIR_E_NONE, "HTTP 404 (E0000007)"},
                 {404, ERROR("E0000008"), WEIR_E_LATER, "check base_url"},
                 {404, "<html>", WEIR_E_LATER, "not of Okta's API"},
                 {401, ERROR("E0000015"), WEIR_E_UNSUPPORTED, "not enabled in this org"},
                 {403, ERROR("E0000006"), WEIR_E_PERMISSION, "assign the Read-only Administrator role"},
                 {400, ERROR("E0000001"), WEIR_E_INVALID, "HTTP 400"},
                 {405, ERROR("E0000022"), WEIR_E_INVALID, "HTTP 405"},
                 {411, "", WEIR_E_INVALID, "HTTP 411"},
                 {429, ERROR("E0000047"), WEIR_E_LATER, "HTTP 429"},
                 {500, ERROR("E0000009"), WEIR_E_LATER, "HTTP 500"},
                 {502, "", WEIR_E_LATER, "HTTP 502"},
                 {302, "", WEIR_E_CONFIG, "not the org's address"},
                 {200, "<html>", WEIR_E_LATER, "not JSON"},
                 {WEIR_E_LIMIT, NULL, WEIR_E_LIMIT, "the script says so"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fake *f = fake_new();
        struct weir_error err = {0};
        struct answer answer;

        fake_script(f, "GET " PATH, cases[i].status, cases[i].body);
        EXPECT_INT(cases[i].code, send(f, &answer, "GET", NULL, &err));
        if (strstr(err.message, cases[i].said) == NULL) {
            fail_msg("%s", err.message);
        }
        answer_fini(&answer);
        fake_free(f);
    }
}

TEST(a_missing_scope_is_told_from_a_missing_role_and_named)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};
    struct answer answer;

    fake_script(f, "GET " PATH, 403, ERROR("E0000006"));
    fake_script_header(f, "WWW-Authenticate: Bearer scope=\"okta.users.read\", error=\"insufficient_scope\"");
    fake_script_header(f, "X-Okta-Request-Id: aab1c2");
    EXPECT_INT(WEIR_E_PERMISSION, send(f, &answer, "GET", NULL, &err));
    assert_non_null(strstr(err.message, "grant the scope okta.users.read to the service app"));
    assert_non_null(strstr(err.message, "(E0000006 request aab1c2)"));
    answer_fini(&answer);
    fake_free(f);
}

TEST(what_okta_says_is_wrong_is_kept_as_plain_text)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct answer answer;

    fake_script(f, "GET " PATH, 400,
                "{\"errorCode\":\"E0000001\",\"errorSummary\":\"Api validation failed\","
                "\"errorCauses\":[{\"errorSummary\":\"uri: is \\u00e4 bad\\none\"}]}");
    EXPECT_INT(WEIR_E_INVALID, send(f, &answer, "GET", NULL, NULL));
    EXPECT_STR("uri: is ?? bad?one", answer.cause);
    answer_fini(&answer);
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_request_asks_for_json_and_users_come_without_credentials),
        UNIT(each_status_asks_for_what_it_means),
        UNIT(a_missing_scope_is_told_from_a_missing_role_and_named),
        UNIT(what_okta_says_is_wrong_is_kept_as_plain_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
