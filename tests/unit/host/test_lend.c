#include "fixture.h"

/* Services of whoever opens the instance: they wrap the host's own. */
struct stand_in {
    struct weir_host real;
    size_t requests;
    char url[128];
    int code; /* of the check of the last request */
};

static int64_t stand_in_now(const struct weir_host *host)
{
    const struct stand_in *s = host->ctx;

    return s->real.now_ms(&s->real) / 1000 * 1000 + 7;
}

static int stand_in_http(const struct weir_host *host, const struct weir_http_request *request,
                         struct weir_http_response *response, struct weir_error *err)
{
    struct stand_in *s = host->ctx;
    struct buf url;

    s->requests++;
    buf_init(&url, 8192);
    s->code = instance_http_check(&url, &s->real, request, response, err);
    (void)snprintf(s->url, sizeof s->url, "%.*s", WEIR_STR_ARG(buf_str(&url)));
    buf_fini(&url);
    response->status = 204;
    return s->code;
}

static bool is_mine(void *ctx, const struct weir_http_response *response)
{
    return response->opaque == ctx;
}

static void lend(void *ctx, struct weir_host *host)
{
    struct stand_in *s = ctx;

    s->real = *host;
    host->ctx = s;
    host->now_ms = stand_in_now;
    host->http = stand_in_http;
}

static void set_up(struct fixture *f, struct stand_in *s)
{
    struct instance_options options = {.lend = lend, .lent = is_mine, .lend_ctx = s};

    *s = (struct stand_in){.requests = 0};
    *f = (struct fixture){.metrics = NULL};
    fixture_open(f, &options);
}

TEST(a_lent_service_stands_before_the_host_s_own)
{
    struct stand_in s;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &s);
    EXPECT_INT(7, f.host->now_ms(f.host) % 1000);
    fixture_close(&f);
}

TEST(who_plays_http_has_the_host_s_checks_of_a_request)
{
    struct weir_http_request request = {
        .size = sizeof request, .method = "GET", .url = weir_str("/people?page=2")};
    struct weir_http_response response = {.size = sizeof response};
    struct weir_error err = {0};
    struct stand_in s;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &s);
    EXPECT_INT(0, f.host->http(f.host, &request, &response, &err));
    EXPECT_INT(204, response.status);
    EXPECT_STR("https://tool.example/people?page=2", s.url);

    request.url = weir_str("https://other.example/people");
    EXPECT_INT(WEIR_E_CONFIG, f.host->http(f.host, &request, &response, &err));
    request.url = weir_str("/people");
    request.method = "get";
    EXPECT_INT(WEIR_E_INVALID, f.host->http(f.host, &request, &response, &err));
    EXPECT_INT(3, (int)s.requests);
    fixture_close(&f);
}

TEST(outside_of_a_call_no_request_passes_the_checks)
{
    struct weir_http_request request = {.size = sizeof request, .method = "GET", .url = weir_str("/people")};
    struct weir_http_response response = {.size = sizeof response};
    struct weir_error theirs = {0};
    struct stand_in s;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &s);
    EXPECT_INT(0, call_leave(f.inst, 0, &theirs, NULL));
    EXPECT_INT(WEIR_E_INVALID, f.host->http(f.host, &request, &response, NULL));
    instance_close(f.inst);
}

TEST(an_answer_of_whoever_plays_http_is_one_of_the_host_s)
{
    struct weir_http_response response = {.size = sizeof response};
    struct stand_in s;
    struct fixture f;

    UNUSED_STATE;
    set_up(&f, &s);
    EXPECT(!http_is_lent(f.inst, &response));
    response.opaque = &s;
    EXPECT(http_is_lent(f.inst, &response));
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_lent_service_stands_before_the_host_s_own),
        UNIT(who_plays_http_has_the_host_s_checks_of_a_request),
        UNIT(an_answer_of_whoever_plays_http_is_one_of_the_host_s),
        UNIT(outside_of_a_call_no_request_passes_the_checks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
