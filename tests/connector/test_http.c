#include "fake_host.h"

#include "weir/http.h"

#define SECRET "invented-token-4711"
#define PERSON "Ada Lindqvist"

static int self_open(void **self, const struct weir_host *host, struct weir_error *err)
{
    (void)host;
    (void)err;
    *self = NULL;
    return 0;
}

static void self_close(void *self)
{
    (void)self;
}

static const struct weir_connector connector = {.open = self_open, .close = self_close};

static int send_to(struct weir_http_answer *answer, struct fake *f, struct weir_http_call *call,
                   const char *path, struct weir_error *err)
{
    struct weir_text url;

    weir_text_init(&url);
    weir_text_add(&url, path);
    call->url = &url;
    return weir_http_send(answer, fake_host(f), call, err);
}

static int get(struct weir_http_answer *answer, struct fake *f, struct weir_error *err)
{
    struct weir_http_call call = {.method = "GET",
                                  .name = "/candidates/{id}",
                                  .right = "the right to see candidates",
                                  .bearer = weir_str(SECRET),
                                  .repeatable = true};

    return send_to(answer, f, &call, "/candidates/7", err);
}

TEST(a_request_carries_the_token_and_what_the_caller_adds)
{
    UNUSED_STATE;
    struct fake *f = fake_for(&connector, "https://api.example");
    struct weir_header extra[] = {{weir_str("X-Partner"), weir_str("weir")},
                                  {weir_str("accept"), weir_str("application/hal+json")}};
    json_t *body = json_pack("{s:s}", "a", "b");
    struct weir_http_call call = {.method = "POST",
                                  .name = "/hooks",
                                  .limit = "writing",
                                  .bearer = weir_str(SECRET),
                                  .headers = extra,
                                  .header_count = 2,
                                  .body = body,
                                  .timeout_ms = 5000};
    struct weir_http_answer answer;

    fake_script(f, "GET /candidates/7", 200, "{\"id\":7}");
    EXPECT_INT(0, get(&answer, f, NULL));
    EXPECT_INT(7, json_integer_value(json_object_get(answer.json, "id")));
    EXPECT_STR("Bearer " SECRET, fake_header(f, "Authorization"));
    EXPECT_STR("application/json", fake_header(f, "Accept"));
    EXPECT(fake_header(f, "Content-Type") == NULL && fake_repeatable(f));
    EXPECT_STR("", fake_limit(f));
    weir_http_answer_fini(&answer);

    fake_script(f, "POST /hooks", 201, "");
    EXPECT_INT(0, send_to(&answer, f, &call, "/hooks", NULL));
    EXPECT(answer.status == 201 && answer.json == NULL);
    EXPECT_STR("{\"a\":\"b\"}", fake_body(f));
    EXPECT_STR("application/json", fake_header(f, "Content-Type"));
    EXPECT_STR("weir", fake_header(f, "X-Partner"));
    EXPECT_STR("application/hal+json", fake_header(f, "accept"));
    EXPECT(fake_header(f, "Accept") == NULL && !fake_repeatable(f));
    EXPECT_STR("writing", fake_limit(f));
    EXPECT_INT(5000, fake_timeout_ms(f));
    weir_http_answer_fini(&answer);
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
    } cases[] = {
        {401, "{}", WEIR_E_AUTH, "GET /candidates/{id}: HTTP 401, the credentials are refused"},
        {403, "{}", WEIR_E_PERMISSION, "HTTP 403, the credentials lack the right to see candidates"},
        {404, "{\"error\":\"" PERSON "\"}", WEIR_E_NONE, "HTTP 404"},
        {410, "{}", WEIR_E_NONE, "HTTP 410"},
        {404, "<html>" PERSON "</html>", WEIR_E_LATER, "HTTP 404 that is not the API's own"},
        {404, "", WEIR_E_LATER, "check base_url"},
        {404, "[]", WEIR_E_LATER, "check base_url"},
        {410, "{\"cut", WEIR_E_LATER, "check base_url"},
        {408, "", WEIR_E_LATER, "HTTP 408"},
        {425, "", WEIR_E_LATER, "HTTP 425"},
        {429, "{}", WEIR_E_LATER, "HTTP 429"},
        {500, "{}", WEIR_E_LATER, "HTTP 500"},
        {599, "", WEIR_E_LATER, "HTTP 599"},
        {101, "", WEIR_E_LATER, "HTTP 101"},
        {301, "", WEIR_E_CONFIG, "base_url is not the API's address"},
        {304, "", WEIR_E_CONFIG, "HTTP 304"},
        {400, "{}", WEIR_E_INVALID, "HTTP 400"},
        {400, "{\"error\":\"Token not found.\",\"error_code\":\"invalid_token\"}", WEIR_E_AUTH,
         "the token is refused"},
        {422, "{\"error\":\"" PERSON "\"}", WEIR_E_INVALID, "HTTP 422"},
        {200, "", WEIR_E_LATER, "HTTP 200 with a body that is not JSON"},
        {204, "", WEIR_E_LATER, "HTTP 204 with a body that is not JSON"},
        {200, "{\"name\":\"" PERSON, WEIR_E_LATER, "not JSON"},
        {200, "<html>", WEIR_E_LATER, "not JSON"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fake *f = fake_for(&connector, "https://api.example");
        struct weir_http_answer answer;
        struct weir_error err = {0};

        fake_script(f, "GET /candidates/7", cases[i].status, cases[i].body);
        EXPECT_INT(cases[i].code, get(&answer, f, &err));
        EXPECT_INT(cases[i].code, err.code);
        EXPECT_INT(cases[i].status, answer.status);
        EXPECT(strstr(err.message, cases[i].said) != NULL);
        EXPECT(strstr(err.message, SECRET) == NULL && strstr(err.message, PERSON) == NULL);
        weir_http_answer_fini(&answer);
        fake_free(f);
    }
}

TEST(an_answer_of_another_type_is_not_the_apis)
{
    UNUSED_STATE;
    static const struct {
        const char *type;
        int code;
    } cases[] = {
        {"application/json; charset=utf-8", 0}, {"application/problem+JSON", 0}, {"text/html", WEIR_E_LATER},
        {"text/plain", WEIR_E_LATER},           {"notjson", WEIR_E_LATER},       {"", WEIR_E_LATER}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fake *f = fake_for(&connector, "https://api.example");
        struct weir_http_answer answer;
        char header[80];

        (void)snprintf(header, sizeof header, "Content-Type: %s", cases[i].type);
        fake_script(f, "GET /candidates/7", 200, "{}");
        fake_script_header(f, header);
        EXPECT_INT(cases[i].code, get(&answer, f, NULL));
        weir_http_answer_fini(&answer);
        /* Such a page's 404 deletes nothing, were it JSON by chance. */
        fake_script(f, "GET /candidates/7", 404, "{}");
        fake_script_header(f, header);
        EXPECT_INT(cases[i].code == 0 ? WEIR_E_NONE : WEIR_E_LATER, get(&answer, f, NULL));
        weir_http_answer_fini(&answer);
        fake_free(f);
    }
}

TEST(a_connector_sees_status_headers_and_body_of_a_refusal)
{
    UNUSED_STATE;
    struct fake *f = fake_for(&connector, "https://api.example");
    struct weir_http_answer answer;
    struct weir_str value = {NULL, 0};

    fake_script(f, "GET /candidates/7", 400, "{\"error_code\":\"invalid_scope\"}");
    fake_script_header(f, "X-Request-Id: r1");
    EXPECT_INT(WEIR_E_INVALID, get(&answer, f, NULL));
    EXPECT_INT(400, answer.status);
    EXPECT(weir_json_word_is(answer.json, "error_code", "invalid_scope"));
    EXPECT(weir_http_header(&value, &answer, "x-request-id") && weir_str_is(value, "r1"));
    EXPECT(!weir_http_header(&value, &answer, "x-request"));
    weir_http_answer_fini(&answer);
    EXPECT(answer.json == NULL);
    weir_http_answer_fini(&answer); /* once more does no harm */
    fake_free(f);
}

TEST(without_an_answer_the_code_is_the_hosts)
{
    UNUSED_STATE;
    struct fake *f = fake_for(&connector, "https://api.example");
    struct weir_http_answer answer;

    fake_script(f, "GET /candidates/7", WEIR_E_LATER, NULL);
    EXPECT_INT(WEIR_E_LATER, get(&answer, f, NULL));
    EXPECT_INT(0, answer.status);
    weir_http_answer_fini(&answer);
    fake_script(f, "GET /candidates/7", WEIR_E_LIMIT, NULL);
    EXPECT_INT(WEIR_E_LIMIT, get(&answer, f, NULL));
    weir_http_answer_fini(&answer);
    fake_free(f);
}

TEST(a_request_that_cannot_be_right_is_not_sent)
{
    UNUSED_STATE;
    struct fake *f = fake_for(&connector, "https://api.example");
    struct weir_http_call call = {.method = "GET", .name = "/x", .bearer = weir_str("two\r\nlines")};
    struct weir_header many[WEIR_HTTP_HEADERS_MAX + 1] = {{{NULL, 0}, {NULL, 0}}};
    struct weir_http_answer answer;
    struct weir_error err = {0};
    char *path = malloc(WEIR_TEXT_MAX + 2);

    EXPECT_INT(WEIR_E_CONFIG, send_to(&answer, f, &call, "/x", &err));
    EXPECT(strstr(err.message, "lines") == NULL);
    call.bearer = weir_str(NULL);
    call.headers = many;
    call.header_count = WEIR_HTTP_HEADERS_MAX + 1;
    EXPECT_INT(WEIR_E_LIMIT, send_to(&answer, f, &call, "/x", NULL));
    call.header_count = 0;
    assert_non_null(path);
    memset(path, '/', WEIR_TEXT_MAX + 1);
    path[WEIR_TEXT_MAX + 1] = '\0';
    EXPECT_INT(WEIR_E_LIMIT, send_to(&answer, f, &call, path, &err));
    EXPECT(strstr(err.message, "the address is longer") != NULL);
    EXPECT_INT(0, fake_played(f));
    weir_http_answer_fini(&answer);
    free(path);
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_request_carries_the_token_and_what_the_caller_adds),
        UNIT(each_status_asks_for_what_it_means),
        UNIT(an_answer_of_another_type_is_not_the_apis),
        UNIT(a_connector_sees_status_headers_and_body_of_a_refusal),
        UNIT(without_an_answer_the_code_is_the_hosts),
        UNIT(a_request_that_cannot_be_right_is_not_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
