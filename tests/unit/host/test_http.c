#include "fixture.h"

#include <pthread.h>

/* A tool with these answers, and an instance that may talk to it. */
static void set_up(struct fixture *f, struct instance_options *options, const struct answer *answers,
                   size_t count)
{
    static const struct client_options client_options = {.user_agent = "weir-test"};
    static char with_path[96];
    struct weir_error err = {0};

    *f = (struct fixture){.metrics = metrics_new()};
    tool_start(&f->tool, f->metrics, answers, count);
    EXPECT_INT(0, client_open(&f->client, &client_options, f->metrics, &err));
    options->client = f->client;
    options->retry_first_ms = options->retry_first_ms > 0 ? options->retry_first_ms : 1;
    if (options->base_url != NULL && options->base_url[0] == '/') {
        (void)snprintf(with_path, sizeof with_path, "%s%s", f->tool.base_url, options->base_url);
        options->base_url = with_path;
    } else if (options->base_url == NULL) {
        options->base_url = f->tool.base_url;
    }
    fixture_open(f, options);
}

static void tear_down(struct fixture *f)
{
    fixture_close(f);
    client_stop(f->client);
    client_close(f->client);
    tool_stop(&f->tool);
    metrics_free(f->metrics);
}

static struct weir_http_request get(const char *url)
{
    return (struct weir_http_request){
        .size = sizeof(struct weir_http_request), .method = "GET", .url = weir_str(url), .repeatable = true};
}

static int ask(struct fixture *f, const struct weir_http_request *request,
               struct weir_http_response *response, struct weir_error *err)
{
    *response = (struct weir_http_response){.size = sizeof *response};
    *err = (struct weir_error){0};
    return f->host->http(f->host, request, response, err);
}

static int64_t waits(struct fixture *f, const char *reason)
{
    char labels[64];

    (void)snprintf(labels, sizeof labels, "connector=\"idle\",reason=\"%s\"", reason);
    return metric_value(metrics_seconds(f->metrics, "weir_connector_wait_seconds", "", labels));
}

static const struct answer good[] = {{.status = 200, .name = "X-Mark", .value = "yes", .body = "hello"}};

TEST(a_path_is_appended_to_the_base_url_whatever_slashes_it_has)
{
    struct instance_options options = {.base_url = "/api//", .allow_private = true};
    struct weir_header headers[] = {{weir_str("X-Test"), weir_str("a value")}};
    struct weir_http_request request = get("/v2/persons?limit=5");
    struct weir_http_response response;
    struct weir_error err;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &options, good, 1);
    request.headers = headers;
    request.header_count = 1;
    EXPECT_INT(0, ask(&f, &request, &response, &err));
    EXPECT_INT(200, response.status);
    EXPECT(weir_str_is(weir_str_n((const char *)response.body.data, response.body.len), "hello"));
    EXPECT_STR("/api/v2/persons?limit=5", f.tool.target);
    EXPECT_STR("a value", f.tool.header);
    f.host->http_release(f.host, &response);
    f.host->http_release(f.host, &response);
    EXPECT_INT(0, response.body.len);
    tear_down(&f);
}

TEST(an_absolute_address_may_only_be_at_the_base_url_s_origin)
{
    static const char *const foreign[] = {"http://127.0.0.1:1/steal",
                                          "http://localhost:%u/steal",
                                          "https://127.0.0.1:%u/steal",
                                          "http://127.0.0.1:%u@evil.test/",
                                          "http://evil.test/?http://127.0.0.1",
                                          "http://127.0.0.1:%u.evil.test/",
                                          "http:///127.0.0.1:%u/",
                                          "ftp://127.0.0.1:%u/",
                                          "http://a:b@127.0.0.1:%u/",
                                          "http://evil.test\\@127.0.0.1:%u/"};
    struct instance_options options = {.allow_private = true};
    struct weir_http_response response;
    struct weir_error err;
    struct fixture f;
    char url[512];

    UNUSED_STATE;
    set_up(&f, &options, good, 1);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        const char *mark = strstr(foreign[i], "%u");
        struct weir_http_request request;

        (void)snprintf(url, sizeof url, "%.*s%.8s%s", (int)(mark != NULL ? mark - foreign[i] : 127),
                       foreign[i], mark != NULL ? strrchr(f.tool.base_url, ':') + 1 : "",
                       mark != NULL ? mark + 2 : "");
        request = get(url);
        if (ask(&f, &request, &response, &err) != WEIR_E_CONFIG) {
            fail_msg("%s: %d %s", url, (int)err.code, err.message);
        }
    }
    EXPECT_INT(0, atomic_load(&f.tool.seen));
    (void)snprintf(url, sizeof url, "HTTP%s/next?page=2", f.tool.base_url + 4);
    EXPECT_INT(0, ask(&f,
                      &(struct weir_http_request){
                          .size = sizeof(struct weir_http_request), .method = "GET", .url = weir_str(url)},
                      &response, &err));
    EXPECT_STR("/next?page=2", f.tool.target);
    tear_down(&f);
}

TEST(a_private_address_is_refused_unless_it_was_allowed)
{
    struct instance_options options = {.allow_private = false};
    struct weir_http_request request = get("/");
    struct weir_http_response response;
    struct weir_error err;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &options, good, 1);
    EXPECT_INT(WEIR_E_CONFIG, ask(&f, &request, &response, &err));
    EXPECT_INT(0, atomic_load(&f.tool.seen));
    tear_down(&f);
}

TEST(a_repeatable_request_is_tried_three_times_and_the_last_answer_counts)
{
    static const struct answer answers[] = {
        {.status = 503}, {.status = 502}, {.status = 500, .body = "last"}};
    struct instance_options options = {.allow_private = true};
    struct weir_http_request request = get("/");
    struct weir_http_response response;
    struct weir_error err;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &options, answers, 3);
    EXPECT_INT(0, ask(&f, &request, &response, &err));
    EXPECT_INT(500, response.status);
    EXPECT_INT(4, response.body.len);
    EXPECT_INT(3, atomic_load(&f.tool.seen));
    EXPECT_INT(2, waits(&f, "retry"));
    EXPECT_INT(3, metric_value(metrics_counter(f.metrics, "weir_connector_http_total", "",
                                               "connector=\"idle\",outcome=\"5xx\"")));
    tear_down(&f);
}

TEST(a_request_that_is_not_repeatable_is_sent_once)
{
    static const struct answer answers[] = {{.status = 503}};
    struct instance_options options = {.allow_private = true};
    struct weir_http_request request = get("/");
    struct weir_http_response response;
    struct weir_error err;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &options, answers, 1);
    request.repeatable = false;
    request.method = "POST";
    request.body = weir_bytes("{}", 2);
    EXPECT_INT(0, ask(&f, &request, &response, &err));
    EXPECT_INT(503, response.status);
    EXPECT_INT(1, atomic_load(&f.tool.seen));
    EXPECT_STR("POST", f.tool.method);
    tear_down(&f);
}

TEST(after_429_the_tool_s_time_is_waited_and_the_answer_is_the_next_one)
{
    static const struct answer answers[] = {{.status = 429, .name = "Retry-After", .value = "0"},
                                            {.status = 200, .body = "now"}};
    struct instance_options options = {.allow_private = true, .retry_first_ms = 3600000};
    struct weir_http_request request = get("/");
    struct weir_http_response response;
    struct weir_error err;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &options, answers, 2);
    EXPECT_INT(0, ask(&f, &request, &response, &err));
    EXPECT_INT(200, response.status);
    EXPECT_INT(2, atomic_load(&f.tool.seen));
    tear_down(&f);
}

TEST(a_tool_that_wants_an_hour_is_not_waited_for_and_not_asked_again)
{
    static const struct answer answers[] = {{.status = 429, .name = "Retry-After", .value = "3600"}};
    struct instance_options options = {.allow_private = true};
    struct weir_http_request request = get("/");
    struct weir_http_request other = get("/other");
    struct weir_http_response response;
    struct weir_error err;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &options, answers, 1);
    EXPECT_INT(0, ask(&f, &request, &response, &err));
    EXPECT_INT(429, response.status);
    EXPECT_INT(1, atomic_load(&f.tool.seen));
    EXPECT_INT(WEIR_E_LATER, ask(&f, &request, &response, &err));
    EXPECT(strstr(err.message, "rate limit is used up") != NULL);
    EXPECT_INT(1, atomic_load(&f.tool.seen));
    /* Another bucket is another limit. */
    other.limit = weir_str("/other");
    other.repeatable = false;
    EXPECT_INT(0, ask(&f, &other, &response, &err));
    EXPECT_INT(2, atomic_load(&f.tool.seen));
    tear_down(&f);
}

TEST(an_empty_token_bucket_is_waited_for)
{
    static const struct answer answers[] = {{.status = 200,
                                             .name = "X-RateLimit-Remaining",
                                             .value = "0",
                                             .name2 = "X-RateLimit-Replenish-Rate",
                                             .value2 = "500"}};
    struct instance_options options = {.allow_private = true};
    struct weir_http_request request = get("/");
    struct weir_http_response response;
    struct weir_error err;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &options, answers, 1);
    f.inst->buckets = (struct buckets){.count = 0};
    EXPECT_INT(0, ask(&f, &request, &response, &err));
    EXPECT_INT(0, waits(&f, "limit"));
    /* Of the answer's two milliseconds nothing is left when the machine is slow: empty it for a second. */
    f.inst->buckets.list[0].per_s = 50;
    f.inst->buckets.list[0].measured_us = clock_mono_us(clock_system());
    EXPECT_INT(0, ask(&f, &request, &response, &err));
    EXPECT_INT(1, waits(&f, "limit"));
    tear_down(&f);
}

static void *stop(void *arg)
{
    instance_stop(arg);
    return NULL;
}

TEST(a_wait_ends_when_the_instance_is_stopped)
{
    static const struct answer answers[] = {{.status = 503, .name = "Retry-After", .value = "50"}};
    struct instance_options options = {.allow_private = true};
    struct weir_http_request request = get("/");
    struct weir_http_response response;
    struct weir_error err;
    struct fixture f;
    pthread_t stopper;

    UNUSED_STATE;
    set_up(&f, &options, answers, 1);
    EXPECT_INT(0, pthread_create(&stopper, NULL, stop, f.inst));
    EXPECT_INT(WEIR_E_STOPPING, ask(&f, &request, &response, &err));
    EXPECT_INT(0, pthread_join(stopper, NULL));
    EXPECT_INT(WEIR_E_STOPPING, ask(&f, &request, &response, &err));
    tear_down(&f);
}

TEST(nobody_listening_is_tried_again_and_then_later)
{
    struct instance_options options = {.allow_private = true, .base_url = "http://127.0.0.1:1"};
    struct weir_http_request request = get("/v2/persons?name=somebody");
    struct weir_http_response response;
    struct weir_error err;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &options, good, 1);
    EXPECT_INT(WEIR_E_LATER, ask(&f, &request, &response, &err));
    EXPECT(strstr(err.message, "GET to 127.0.0.1: refused") != NULL);
    assert_null(strstr(err.message, "somebody"));
    EXPECT_INT(3, metric_value(metrics_counter(f.metrics, "weir_connector_http_total", "",
                                               "connector=\"idle\",outcome=\"refused\"")));
    tear_down(&f);
}

TEST(the_deadline_of_the_call_ends_a_request_too)
{
    static const struct answer answers[] = {{.hold = true}};
    struct instance_options options = {.allow_private = true, .call_timeout_ms = 100};
    struct weir_http_request request = get("/");
    struct weir_http_response response;
    struct weir_error err;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &options, answers, 1);
    request.timeout_ms = 60000;
    EXPECT_INT(WEIR_E_LATER, ask(&f, &request, &response, &err));
    EXPECT_INT(WEIR_E_LATER, ask(&f, &request, &response, &err));
    EXPECT(strstr(err.message, "of one call of connector idle are used up") != NULL);
    tear_down(&f);
}

TEST(a_longer_answer_than_asked_for_is_a_limit)
{
    struct instance_options options = {.allow_private = true};
    struct weir_http_request request = get("/");
    struct weir_http_response response;
    struct weir_error err;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &options, good, 1);
    request.response_max = 4;
    EXPECT_INT(WEIR_E_LIMIT, ask(&f, &request, &response, &err));
    EXPECT_INT(1, atomic_load(&f.tool.seen));
    tear_down(&f);
}

static int ask_header(struct fixture *f, const char *name, size_t name_len, const char *value,
                      size_t value_len)
{
    struct weir_header header = {{name, name_len}, {value, value_len}};
    struct weir_http_request request = get("/");
    struct weir_http_response response;
    struct weir_error err;

    request.headers = &header;
    request.header_count = 1;
    return ask(f, &request, &response, &err);
}

TEST(a_request_that_is_none_is_never_sent)
{
    struct instance_options options = {.allow_private = true};
    struct weir_http_request request = get("/");
    struct weir_http_response response;
    struct weir_http_response no_size = {.size = 0};
    struct weir_error err;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &options, good, 1);
    EXPECT_INT(WEIR_E_INVALID, ask_header(&f, "X", 1, "a\r\nHost: evil", 13));
    EXPECT_INT(WEIR_E_INVALID, ask_header(&f, "X Y", 3, "a", 1));
    EXPECT_INT(WEIR_E_INVALID, ask_header(&f, "", 0, "a", 1));
    EXPECT_INT(WEIR_E_INVALID, ask_header(&f, NULL, 3, "a", 1));
    EXPECT_INT(WEIR_E_INVALID, ask_header(&f, "X", 1, NULL, 3));
    EXPECT_INT(WEIR_E_INVALID, ask_header(&f, "hOsT", 4, "evil.test", 9));
    EXPECT_INT(WEIR_E_INVALID, ask_header(&f, "Content-Length", 14, "0", 1));
    EXPECT_INT(WEIR_E_INVALID, f.host->http(f.host, &request, &no_size, &err));
    EXPECT_INT(WEIR_E_INVALID, f.host->http(f.host, NULL, NULL, &err));
    request.method = "get";
    EXPECT_INT(WEIR_E_INVALID, ask(&f, &request, &response, &err));
    request = get("/a b");
    EXPECT_INT(WEIR_E_INVALID, ask(&f, &request, &response, &err));
    request = get("");
    EXPECT_INT(WEIR_E_INVALID, ask(&f, &request, &response, &err));
    request = get("persons");
    EXPECT_INT(WEIR_E_CONFIG, ask(&f, &request, &response, &err));
    request = get("/");
    request.header_count = SIZE_MAX;
    EXPECT_INT(WEIR_E_INVALID, ask(&f, &request, &response, &err));
    request = get("/");
    request.body = weir_bytes(NULL, 5);
    EXPECT_INT(WEIR_E_INVALID, ask(&f, &request, &response, &err));
    EXPECT_INT(0, atomic_load(&f.tool.seen));
    tear_down(&f);
}

TEST(answers_that_are_not_released_end_with_the_call)
{
    struct instance_options options = {.allow_private = true};
    struct weir_http_request request = get("/");
    struct weir_http_response response;
    struct weir_error err;
    struct weir_error theirs = {0};
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &options, good, 1);
    for (int i = 0; i < 3; i++) {
        EXPECT_INT(0, ask(&f, &request, &response, &err));
    }
    EXPECT_INT(0, call_leave(f.inst, 0, &theirs, &err));
    assert_null(f.inst->call.responses);
    EXPECT_INT(WEIR_E_INVALID, ask(&f, &request, &response, &err));
    EXPECT_INT(0, call_enter(f.inst, CALL_RECORD, NULL, &err));
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_path_is_appended_to_the_base_url_whatever_slashes_it_has),
        UNIT(an_absolute_address_may_only_be_at_the_base_url_s_origin),
        UNIT(a_private_address_is_refused_unless_it_was_allowed),
        UNIT(a_repeatable_request_is_tried_three_times_and_the_last_answer_counts),
        UNIT(a_request_that_is_not_repeatable_is_sent_once),
        UNIT(after_429_the_tool_s_time_is_waited_and_the_answer_is_the_next_one),
        UNIT(a_tool_that_wants_an_hour_is_not_waited_for_and_not_asked_again),
        UNIT(an_empty_token_bucket_is_waited_for),
        UNIT(a_wait_ends_when_the_instance_is_stopped),
        UNIT(nobody_listening_is_tried_again_and_then_later),
        UNIT(the_deadline_of_the_call_ends_a_request_too),
        UNIT(a_longer_answer_than_asked_for_is_a_limit),
        UNIT(a_request_that_is_none_is_never_sent),
        UNIT(answers_that_are_not_released_end_with_the_call),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
