#include "grants.h"

/* The client assertion of the last token request; free() it. */
static char *assertion_dup(const struct fake *f)
{
    const char *at = strstr(fake_body(f), "&client_assertion=");

    assert_non_null(at);
    return strdup(at + strlen("&client_assertion="));
}

TEST(an_api_token_goes_along_as_it_is)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    EXPECT_STR("SSWS " API_TOKEN, fake_header(f, "Authorization"));
    EXPECT(fake_header(f, "DPoP") == NULL);
    EXPECT_STR("application/json", fake_header(f, "Accept"));
    EXPECT(fake_repeatable(f));
    fake_free(f);
}

TEST(a_refused_api_token_needs_a_person)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};

    fake_script(f, ONE "?fields=id", 401, ERROR("E0000011"));
    EXPECT_INT(WEIR_E_AUTH, get_code(f, &err));
    assert_non_null(strstr(err.message, "HTTP 401"));
    assert_non_null(strstr(err.message, "not used for 30 days"));
    fake_free(f);
}

static void expect_assertion(const char *token, const char *pem, const char *alg)
{
    json_t *header = token_json(token, 0);
    json_t *claims = token_json(token, 1);
    json_int_t issued = json_integer_value(json_object_get(claims, "iat"));

    EXPECT(token_is_signed_with(token, pem));
    expect_text(alg, header, "alg");
    expect_text("weir-2026-01", header, "kid");
    expect_text("JWT", header, "typ");
    EXPECT_INT(3, json_object_size(header));
    expect_text("0oa7k2m9QwErTyUiO5d7", claims, "iss");
    expect_text("0oa7k2m9QwErTyUiO5d7", claims, "sub");
    expect_text(ORG "/oauth2/v1/token", claims, "aud");
    EXPECT(issued <= FAKE_NOW / 1000 && issued > FAKE_NOW / 1000 - 60);
    EXPECT_INT(issued + 300, json_integer_value(json_object_get(claims, "exp")));
    EXPECT_INT(32, json_string_length(json_object_get(claims, "jti")));
    EXPECT_INT(6, json_object_size(claims));
    json_decref(header);
    json_decref(claims);
}

static void expect_grant(int signature, const char *alg)
{
    char *pem = NULL;
    struct fake *f = fake_app(signature, &pem);
    char *assertion;

    fake_script(f, TOKEN, WEIR_E_LATER, NULL);
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    assertion = assertion_dup(f);
    expect_assertion(assertion, pem, alg);
    EXPECT(strncmp(fake_body(f),
                   "grant_type=client_credentials&scope=" ALL_SCOPES
                   "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                   "&client_assertion=ey",
                   60) == 0);
    EXPECT_STR("application/x-www-form-urlencoded", fake_header(f, "Content-Type"));
    EXPECT_STR("application/json", fake_header(f, "Accept"));
    EXPECT(fake_header(f, "Authorization") == NULL && fake_header(f, "DPoP") == NULL);
    EXPECT(!fake_repeatable(f)); /* a jti is taken once */
    free(assertion);
    script_token(f, "Bearer", "first");
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    EXPECT_STR("Bearer first", fake_header(f, "Authorization"));
    EXPECT(fake_header(f, "DPoP") == NULL);
    free(pem);
    fake_free(f);
}

TEST(a_service_app_proves_itself_with_either_kind_of_key)
{
    UNUSED_STATE;
    expect_grant(WEIR_ES256, "ES256");
    expect_grant(WEIR_RS256, "RS256");
}

TEST(each_token_request_has_an_assertion_of_its_own)
{
    UNUSED_STATE;
    struct fake *f = fake_app(WEIR_ES256, NULL);
    char *first;
    char *second;
    json_t *a, *b;

    fake_script(f, TOKEN, 503, "");
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    first = assertion_dup(f);
    fake_script(f, TOKEN, 429, ERROR("E0000047"));
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    second = assertion_dup(f);
    a = token_json(first, 1);
    b = token_json(second, 1);
    EXPECT(!json_equal(json_object_get(a, "jti"), json_object_get(b, "jti")));
    json_decref(a);
    json_decref(b);
    free(first);
    free(second);
    fake_free(f);
}

TEST(a_token_is_renewed_a_minute_early_and_outlives_a_restart)
{
    UNUSED_STATE;
    struct fake *f = fake_app(WEIR_ES256, NULL);

    script_token(f, "Bearer", "first");
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    fake_restart(f);
    fake_clock(f, FAKE_NOW + 3539 * 1000);
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    EXPECT_STR("Bearer first", fake_header(f, "Authorization"));
    fake_clock(f, FAKE_NOW + 3540 * 1000);
    script_token(f, "Bearer", "second");
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    EXPECT_STR("Bearer second", fake_header(f, "Authorization"));
    /* Other credentials do not go on with it. */
    fake_restart(f);
    fake_set(f, "client_id", "0oaOTHERQwErTyUiO5d7");
    script_token(f, "Bearer", "third");
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    EXPECT_STR("Bearer third", fake_header(f, "Authorization"));
    fake_free(f);
}

TEST(a_token_that_ended_early_is_renewed_once)
{
    UNUSED_STATE;
    struct fake *f = fake_app(WEIR_ES256, NULL);

    script_token(f, "Bearer", "first");
    fake_script(f, ONE "?fields=id", 401, ERROR("E0000011"));
    script_token(f, "Bearer", "second");
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    EXPECT_STR("Bearer second", fake_header(f, "Authorization"));
    fake_script(f, ONE "?fields=id", 401, ERROR("E0000011"));
    script_token(f, "Bearer", "third");
    fake_script(f, ONE "?fields=id", 401, ERROR("E0000011"));
    EXPECT_INT(WEIR_E_AUTH, get_code(f, NULL));
    fake_free(f);
}

/* ---- refusals ---- */

TEST(a_scope_that_is_advised_only_is_done_without)
{
    UNUSED_STATE;
    struct fake *f = fake_app(WEIR_ES256, NULL);

    fake_script(f, TOKEN, 400, REFUSAL("invalid_scope"));
    script_token(f, "Bearer", "narrow");
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    assert_non_null(strstr(fake_log(f), "okta.logs.read"));
    /* And not tried again each hour. */
    fake_clock(f, FAKE_NOW + 3600 * 1000);
    fake_script(f, TOKEN, WEIR_E_LATER, NULL);
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    assert_null(strstr(fake_body(f), "logs"));
    fake_free(f);
}

TEST(scopes_that_are_not_granted_are_named)
{
    UNUSED_STATE;
    struct fake *f = fake_app(WEIR_ES256, NULL);
    struct weir_error err = {0};

    fake_script(f, TOKEN, 400, REFUSAL("invalid_scope"));
    fake_script(f, TOKEN, 400, REFUSAL("invalid_scope"));
    EXPECT_INT(WEIR_E_PERMISSION, get_code(f, &err));
    assert_non_null(strstr(err.message, "okta.eventHooks.manage okta.users.read okta.groups.read"));
    /* Granted in the meantime: all are asked for again. */
    fake_script(f, TOKEN, WEIR_E_LATER, NULL);
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    assert_non_null(strstr(fake_body(f), ALL_SCOPES));
    fake_free(f);
}

TEST(refused_credentials_are_told_from_trouble_on_the_way)
{
    UNUSED_STATE;
    static const struct {
        int status;
        const char *body;
        int code;
        const char *said;
    } cases[] = {{401, REFUSAL("invalid_client"), WEIR_E_AUTH, "check client_id, key_id and private_key"},
                 {400, REFUSAL("unauthorized_client"), WEIR_E_AUTH, "service app"},
                 {401, "<html>", WEIR_E_AUTH, "HTTP 401"},
                 {404, "<html>", WEIR_E_CONFIG, "base_url does not lead to an Okta org"},
                 {302, "", WEIR_E_CONFIG, "base_url"},
                 {429, ERROR("E0000047"), WEIR_E_LATER, "HTTP 429"},
                 {500, "", WEIR_E_LATER, "HTTP 500"},
                 {200, "<html>", WEIR_E_LATER, "not JSON"},
                 {200, "{}", WEIR_E_LATER, "no usable access_token"},
                 {200, "{\"access_token\":\"a b\"}", WEIR_E_LATER, "no usable access_token"},
                 {200, "{\"access_token\":\"a\",\"token_type\":\"DPoP\"}", WEIR_E_LATER, "no usable"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fake *f = fake_app(WEIR_ES256, NULL);
        struct weir_error err = {0};

        fake_script(f, TOKEN, cases[i].status, cases[i].body);
        EXPECT_INT(cases[i].code, get_code(f, &err));
        if (strstr(err.message, cases[i].said) == NULL) {
            fail_msg("%s", err.message);
        }
        fake_free(f);
    }
}

TEST(a_kept_token_that_cannot_be_read_is_as_none)
{
    UNUSED_STATE;
    static const char *const kept[] = {"broken", "{}", "[]", "{\"mark\":7}"};

    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        struct fake *f = fake_app(WEIR_ES256, NULL);

        fake_state(f, "token", kept[i]);
        script_token(f, "Bearer", "new");
        fake_script(f, ONE "?fields=id", 200, "{}");
        EXPECT_INT(0, get_code(f, NULL));
        fake_free(f);
    }
}

/* ---- settings ---- */

static void expect_bad(struct fake *f, const char *said)
{
    struct weir_error err = {0};
    void *self = NULL;

    EXPECT_INT(WEIR_E_CONFIG, okta_open(&self, fake_host(f), &err));
    if (strstr(err.message, said) == NULL) {
        fail_msg("%s", err.message);
    }
    assert_null(strstr(err.message, "s3cr3t"));
    fake_free(f);
}

TEST(settings_that_do_not_fit_together_are_refused_without_showing_them)
{
    UNUSED_STATE;
    struct fake *f = fake_for(&weir_connector, ORG);

    expect_bad(f, "set api_token, or client_id, key_id and private_key");
    f = fake_app(WEIR_ES256, NULL);
    fake_set(f, "api_token", "s3cr3t");
    expect_bad(f, "both api_token and a service app's credentials");
    f = fake_app(WEIR_ES256, NULL);
    fake_set(f, "key_id", "");
    expect_bad(f, "key_id");
    f = fake_app(WEIR_ES256, NULL);
    fake_set(f, "private_key", "s3cr3t");
    expect_bad(f, "the setting private_key: not a private key in PEM form");
    f = fake_new();
    fake_set(f, "api_token", "s3cr3t ");
    expect_bad(f, "the setting api_token has blanks");
    f = fake_new();
    fake_set(f, "suspended_status", "s3cr3t");
    expect_bad(f, "suspended_status has to be LEAVE or INACTIVE");
    f = fake_new();
    fake_set(f, "app_groups", "s3cr3t");
    expect_bad(f, "app_groups has to be false or true");
    f = fake_new();
    fake_set(f, "manager_relation", "../s3cr3t");
    expect_bad(f, "manager_relation");
}

TEST(a_key_whose_line_ends_were_escaped_is_read_all_the_same)
{
    UNUSED_STATE;
    char *pem = key_dup(WEIR_ES256);
    char escaped[1024];
    size_t n = 0;
    struct fake *f = fake_app(WEIR_ES256, NULL);

    for (const char *c = pem; *c != '\0'; c++) {
        if (*c == '\n') {
            escaped[n++] = '\\';
            escaped[n++] = 'n';
        } else {
            escaped[n++] = *c;
        }
    }
    escaped[n] = '\0';
    fake_set(f, "private_key", escaped);
    EXPECT_INT(WEIR_ES256, fake_okta(f)->client.auth.signature);
    free(pem);
    fake_free(f);
}

TEST(a_host_of_the_first_contract_is_told_what_is_missing)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_host host = *fake_host(f);
    struct weir_error err = {0};
    void *self = NULL;

    host.size = offsetof(struct weir_host, digest);
    EXPECT_INT(WEIR_E_UNSUPPORTED, okta_open(&self, &host, &err));
    assert_non_null(strstr(err.message, "contract 1.1"));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_api_token_goes_along_as_it_is),
        UNIT(a_refused_api_token_needs_a_person),
        UNIT(a_service_app_proves_itself_with_either_kind_of_key),
        UNIT(each_token_request_has_an_assertion_of_its_own),
        UNIT(a_token_is_renewed_a_minute_early_and_outlives_a_restart),
        UNIT(a_token_that_ended_early_is_renewed_once),
        UNIT(a_scope_that_is_advised_only_is_done_without),
        UNIT(scopes_that_are_not_granted_are_named),
        UNIT(refused_credentials_are_told_from_trouble_on_the_way),
        UNIT(a_kept_token_that_cannot_be_read_is_as_none),
        UNIT(settings_that_do_not_fit_together_are_refused_without_showing_them),
        UNIT(a_key_whose_line_ends_were_escaped_is_read_all_the_same),
        UNIT(a_host_of_the_first_contract_is_told_what_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
