#include "fake_personio.h"

#define PROBLEM(trace) "{\"personio_trace_id\":\"" trace "\",\"errors\":[{\"title\":\"x\",\"type\":null}]}"

static int get(struct fake *f, struct answer *answer, struct weir_error *err)
{
    struct call call = {.method = "GET", .name = "/v2/persons/{id}", .right = PERSONS_READ};
    struct weir_text url;

    weir_text_init(&url);
    weir_text_add(&url, "/v2/persons/3003");
    call.url = &url;
    return client_send(answer, &fake_personio(f)->client, &call, err);
}

static int get_code(struct fake *f, struct weir_error *err)
{
    struct answer answer;
    int rc = get(f, &answer, err);

    answer_fini(&answer);
    return rc;
}

TEST(the_token_is_asked_for_with_a_form_and_then_used)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct answer answer;

    fake_script_token(f, FAKE_TOKEN, 86400);
    fake_script(f, "GET /v2/persons/3003", 200, "{\"id\":\"3003\"}");
    EXPECT_INT(0, get(f, &answer, NULL));
    EXPECT_STR("3003", json_string_value(json_object_get(answer.json, "id")));
    EXPECT_STR("Bearer " FAKE_TOKEN, fake_header(f, "Authorization"));
    EXPECT_STR("application/json, application/problem+json", fake_header(f, "Accept"));
    EXPECT(fake_header(f, "Beta") == NULL && fake_header(f, "X-Personio-Partner-ID") == NULL);
    EXPECT_STR("/v2/persons/{id}", fake_limit(f));
    EXPECT(fake_repeatable(f));
    answer_fini(&answer);
    fake_free(f);
}

TEST(the_token_request_is_the_vendors_to_the_letter)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_set(f, "partner_id", "ACME");
    fake_set(f, "app_id", "WEIR");
    fake_script_token(f, FAKE_TOKEN, 86400);
    fake_script(f, "GET /v2/persons/3003", WEIR_E_LATER, NULL);
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    EXPECT_STR("ACME", fake_header(f, "X-Personio-Partner-ID"));
    EXPECT_STR("WEIR", fake_header(f, "X-Personio-App-ID"));
    fake_restart(f);
    fake_state(f, "token", "broken");
    fake_script(f, "POST /v2/auth/token", WEIR_E_LATER, NULL);
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    EXPECT_STR("grant_type=client_credentials&client_id=papi-0000-aaaa&client_secret=papi-s3cr3t%2F%2B",
               fake_body(f));
    EXPECT_STR("application/x-www-form-urlencoded", fake_header(f, "Content-Type"));
    EXPECT_STR("application/json", fake_header(f, "Accept"));
    EXPECT_STR("ACME", fake_header(f, "X-Personio-Partner-ID"));
    EXPECT(fake_header(f, "Authorization") == NULL);
    EXPECT_STR("/v2/auth/token", fake_limit(f));
    fake_free(f);
}

TEST(a_token_outlives_a_restart_but_not_a_change_of_credentials)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script_token(f, FAKE_TOKEN, 86400);
    fake_script(f, "GET /v2/persons/3003", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    fake_restart(f);
    fake_script(f, "GET /v2/persons/3003", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    EXPECT_STR("Bearer " FAKE_TOKEN, fake_header(f, "Authorization"));
    fake_restart(f);
    fake_set(f, "client_secret", "another");
    fake_script_token(f, "papi-second", 86400);
    fake_script(f, "GET /v2/persons/3003", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    EXPECT_STR("Bearer papi-second", fake_header(f, "Authorization"));
    fake_free(f);
}

TEST(a_token_is_renewed_a_minute_before_it_ends)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script_token(f, FAKE_TOKEN, 3600);
    fake_script(f, "GET /v2/persons/3003", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    fake_clock(f, FAKE_NOW + 3539 * 1000);
    fake_script(f, "GET /v2/persons/3003", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    fake_clock(f, FAKE_NOW + 3540 * 1000);
    fake_script_token(f, "papi-second", 3600);
    fake_script(f, "GET /v2/persons/3003", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    fake_free(f);
}

TEST(a_token_of_seconds_is_used_for_half_of_them)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script_token(f, FAKE_TOKEN, 4);
    fake_script(f, "GET /v2/persons/3003", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    fake_clock(f, FAKE_NOW + 1999);
    fake_script(f, "GET /v2/persons/3003", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    fake_clock(f, FAKE_NOW + 2000);
    fake_script_token(f, "papi-second", 4);
    fake_script(f, "GET /v2/persons/3003", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    fake_free(f);
}

TEST(a_wrong_secret_is_a_fault_that_a_person_mends)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};

    fake_script(
        f, "POST /v2/auth/token", 400,
        "{\"trace_id\":\"1-2\",\"error\":\"invalid_client\",\"error_description\":\"no\",\"meta\":{}}");
    EXPECT_INT(WEIR_E_AUTH, get_code(f, &err));
    EXPECT(strstr(err.message, "invalid_client") != NULL);
    EXPECT(strstr(err.message, "s3cr3t") == NULL);
    fake_script(f, "POST /v2/auth/token", 400, "");
    EXPECT_INT(WEIR_E_AUTH, get_code(f, &err));
    fake_free(f);
}

TEST(a_token_endpoint_in_trouble_is_asked_later)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, "POST /v2/auth/token", 400, "{\"error\":\"server_error\"}");
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    fake_script(f, "POST /v2/auth/token", 400, "{\"error\":\"temporarily_unavailable\"}");
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    fake_script(f, "POST /v2/auth/token", 503, "busy");
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    fake_script(f, "POST /v2/auth/token", 429, "");
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    fake_script(f, "POST /v2/auth/token", 200, "<html>");
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    fake_script(f, "POST /v2/auth/token", 200, "{\"access_token\":\"a b\\n\"}");
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    fake_script(f, "POST /v2/auth/token", 404, "");
    EXPECT_INT(WEIR_E_CONFIG, get_code(f, NULL));
    fake_free(f);
}

TEST(a_refused_token_is_renewed_once)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/persons/3003", 401, "{\"error\":{\"message\":\"expired\"}}");
    fake_script_token(f, "papi-second", 86400);
    fake_script(f, "GET /v2/persons/3003", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    EXPECT_STR("Bearer papi-second", fake_header(f, "Authorization"));
    fake_free(f);
}

TEST(a_second_401_is_a_missing_right_that_the_message_names)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};

    fake_with_token(f);
    fake_script(f, "GET /v2/persons/3003", 401, PROBLEM("7c1f"));
    fake_script_token(f, "papi-second", 86400);
    fake_script(f, "GET /v2/persons/3003", 401, PROBLEM("7c1f2a90-0001"));
    EXPECT_INT(WEIR_E_PERMISSION, get_code(f, &err));
    EXPECT(strstr(err.message, "personio:persons:read") != NULL);
    EXPECT(strstr(err.message, "7c1f2a90-0001") != NULL);
    EXPECT(strstr(err.message, "3003") == NULL);
    fake_free(f);
}

TEST(each_status_asks_for_one_thing)
{
    UNUSED_STATE;
    static const struct {
        int status;
        const char *body;
        int code;
    } cases[] = {{403, PROBLEM("a"), WEIR_E_PERMISSION},
                 {404, PROBLEM("a"), WEIR_E_NONE},
                 {404, "", WEIR_E_NONE},
                 {404, "<html>not found</html>", WEIR_E_LATER},
                 {412, PROBLEM("a"), WEIR_E_UNSUPPORTED},
                 {429, "", WEIR_E_LATER},
                 {500, PROBLEM("a"), WEIR_E_LATER},
                 {502, "Bad Gateway", WEIR_E_LATER},
                 {503, "", WEIR_E_LATER},
                 {504, "", WEIR_E_LATER},
                 {400, PROBLEM("a"), WEIR_E_INVALID},
                 {409, PROBLEM("a"), WEIR_E_INVALID},
                 {422, PROBLEM("a"), WEIR_E_INVALID},
                 {431, "", WEIR_E_INVALID},
                 {302, "", WEIR_E_CONFIG},
                 {200, "<html>", WEIR_E_LATER},
                 {200, "{}", 0},
                 {204, "", 0}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fake *f = fake_new();

        fake_with_token(f);
        fake_script(f, "GET /v2/persons/3003", cases[i].status, cases[i].body);
        EXPECT_INT(cases[i].code, get_code(f, NULL));
        fake_free(f);
    }
}

TEST(settings_that_cannot_be_right_are_refused_at_the_start)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};
    void *self = NULL;

    fake_set(f, "client_secret", "with blank ");
    EXPECT_INT(WEIR_E_CONFIG, personio_open(&self, fake_host(f), &err));
    EXPECT(strstr(err.message, "client_secret") != NULL);
    EXPECT(strstr(err.message, "with blank") == NULL);
    fake_set(f, "client_secret", "x");
    fake_set(f, "partner_id", "A\r\nB: c");
    EXPECT_INT(WEIR_E_CONFIG, personio_open(&self, fake_host(f), &err));
    fake_set(f, "partner_id", "");
    fake_set(f, "client_id", "");
    EXPECT_INT(WEIR_E_CONFIG, personio_open(&self, fake_host(f), &err));
    EXPECT(self == NULL);
    fake_free(f);
}

TEST(an_address_that_is_too_long_is_not_sent)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_text *t = malloc(sizeof *t);
    struct call call = {.method = "GET", .name = "/v2/x", .right = "x", .url = t};
    struct answer answer;

    assert_non_null(t);
    weir_text_init(t);
    t->failed = true;
    EXPECT_INT(WEIR_E_LIMIT, client_send(&answer, &fake_personio(f)->client, &call, NULL));
    EXPECT_INT(0, fake_played(f));
    free(t);
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_address_that_is_too_long_is_not_sent),
        UNIT(the_token_is_asked_for_with_a_form_and_then_used),
        UNIT(the_token_request_is_the_vendors_to_the_letter),
        UNIT(a_token_outlives_a_restart_but_not_a_change_of_credentials),
        UNIT(a_token_is_renewed_a_minute_before_it_ends),
        UNIT(a_token_of_seconds_is_used_for_half_of_them),
        UNIT(a_wrong_secret_is_a_fault_that_a_person_mends),
        UNIT(a_token_endpoint_in_trouble_is_asked_later),
        UNIT(a_refused_token_is_renewed_once),
        UNIT(a_second_401_is_a_missing_right_that_the_message_names),
        UNIT(each_status_asks_for_one_thing),
        UNIT(settings_that_cannot_be_right_are_refused_at_the_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
