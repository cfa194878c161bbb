/* client: our own server is the other side. */
#include "side.h"

TEST(a_request_goes_out_whole_and_its_answer_comes_back)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct client_request request = request_to(s->url);
    struct client_response *r = NULL;
    struct weir_str value;

    request.method = "PATCH";
    request.body = weir_str_bytes(weir_str("hello"));
    client_call(s->client, &request, &r);
    EXPECT_INT(CLIENT_ANSWERED, r->outcome);
    EXPECT_INT(200, r->status);
    EXPECT(weir_str_is(weir_str_n((const char *)r->body.data, r->body.len), "PATCH /p token=secret hello"));
    EXPECT(client_response_header(&value, r, "content-type"));
    EXPECT(weir_str_is(value, "text/plain"));
    EXPECT(!client_response_header(&value, r, "x-absent"));
    EXPECT(r->total_us > 0 && r->transfer_us > 0 && r->total_us >= r->transfer_us);
    EXPECT_STR("", r->detail);
    client_response_free(r);
    client_response_free(NULL);
    side_free(s);
}

TEST(headers_go_out_as_given_and_curl_adds_none_of_its_own_taste)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct client_request request = request_to(s->url);
    struct weir_header headers[] = {{weir_str("X-One"), weir_str("1")}, {weir_str("X-Empty"), weir_str("")}};
    struct raw raw;
    char url[64];

    raw_open(&raw, "HTTP/1.1 204 No Content\r\n\r\n");
    raw_start(&raw);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", (unsigned)raw.port);
    request.url = weir_str(url);
    request.method = "POST";
    request.headers = headers;
    request.header_count = 2;
    expect_outcome(s, &request, CLIENT_ANSWERED);
    EXPECT(strncmp(raw.got, "POST / HTTP/1.1\r\n", 17) == 0);
    EXPECT(strstr(raw.got, "X-One: 1\r\n") != NULL);
    EXPECT(strstr(raw.got, "X-Empty:\r\n") != NULL);
    EXPECT(strstr(raw.got, "Content-Length: 0\r\n") != NULL);
    EXPECT(strstr(raw.got, "Content-Type") == NULL);
    EXPECT(strstr(raw.got, "Expect") == NULL);
    EXPECT(strstr(raw.got, "Accept-Encoding") == NULL); /* nobody asked for it */
    raw_stop(&raw);
    side_free(s);
}

static size_t times(const char *text, const char *part)
{
    size_t count = 0;

    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        count++;
    }
    return count;
}

TEST(a_request_names_us_and_asks_for_a_compressed_answer_once)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct client_request request = request_to(s->url);
    struct raw raw;
    char url[64];

    raw_open(&raw, "HTTP/1.1 204 No Content\r\n\r\n");
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", (unsigned)raw.port);
    request.url = weir_str(url);
    request.compressed = true;
    raw_start(&raw);
    expect_outcome(s, &request, CLIENT_ANSWERED);
    EXPECT_INT(1, times(raw.got, "User-Agent: "));
    EXPECT(strstr(raw.got, "Accept-Encoding: gzip\r\n") != NULL);
    raw_stop(&raw);
    side_free(s);
}

TEST(who_says_so_itself_is_left_its_own_words)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct client_request request = request_to(s->url);
    struct weir_header own[] = {{weir_str("user-agent"), weir_str("Own/1")},
                                {weir_str("accept-encoding"), weir_str("br")}};
    struct raw raw;
    char url[64];

    raw_open(&raw, "HTTP/1.1 204 No Content\r\n\r\n");
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", (unsigned)raw.port);
    request.url = weir_str(url);
    request.headers = own;
    request.header_count = 2;
    raw_start(&raw);
    expect_outcome(s, &request, CLIENT_ANSWERED);
    EXPECT(strstr(raw.got, "user-agent: Own/1\r\n") != NULL);
    EXPECT(strstr(raw.got, "accept-encoding: br\r\n") != NULL);
    EXPECT_INT(0, times(raw.got, "User-Agent"));
    EXPECT_INT(0, times(raw.got, "Accept-Encoding"));
    raw_stop(&raw);
    side_free(s);
}

TEST(a_connection_is_used_again)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_LATER);
    struct client_request request = request_to(s->url);

    for (int i = 0; i < 20; i++) {
        struct client_response *r = NULL;

        client_call(s->client, &request, &r);
        EXPECT_INT(200, r->status);
        client_response_free(r);
        EXPECT_INT(
            1, metric_value(metrics_gauge(s->f->metrics, "weir_http_connections", "", "server=\"test\"")));
    }
    side_free(s);
}

TEST(head_and_delete_have_no_body)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct client_request request = request_to(s->url);
    struct client_response *r = NULL;

    request.method = "HEAD";
    client_call(s->client, &request, &r);
    EXPECT_INT(200, r->status);
    EXPECT_INT(0, r->body.len);
    client_response_free(r);
    request.method = "DELETE";
    client_call(s->client, &request, &r);
    EXPECT(weir_str_is(weir_str_n((const char *)r->body.data, r->body.len), "DELETE /p token=secret "));
    client_response_free(r);
    side_free(s);
}

/* Handles are kept: nothing of one request may be in the next. */
TEST(a_request_carries_nothing_of_those_before_it)
{
    UNUSED_STATE;
    static const struct {
        const char *method, *body, *answer;
    } turns[] = {{"POST", "one", "POST /p token=secret one"},
                 {"GET", "", "GET /p token=secret "},
                 {"HEAD", "", ""},
                 {"POST", "", "POST /p token=secret "},
                 {"HEAD", "", ""},
                 {"GET", "", "GET /p token=secret "},
                 {"PATCH", "two", "PATCH /p token=secret two"},
                 {"DELETE", "", "DELETE /p token=secret "}};
    struct side *s = side_new(ANSWER_ECHO);
    struct weir_header private = {weir_str("X-Private"), weir_str("1")};
    struct client_response *r = NULL;
    struct client_request last;
    struct raw raw;
    char url[64];

    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        struct client_request request = request_to(s->url);

        request.method = turns[i].method;
        request.body = weir_str_bytes(weir_str(turns[i].body));
        request.headers = &private;
        request.header_count = 1;
        client_call(s->client, &request, &r);
        EXPECT_INT(200, r->status);
        EXPECT(weir_str_is(weir_str_n((const char *)r->body.data, r->body.len), turns[i].answer));
        client_response_free(r);
    }
    raw_open(&raw, "HTTP/1.1 204 No Content\r\n\r\n");
    raw_start(&raw);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", (unsigned)raw.port);
    last = request_to(url);
    client_call(s->client, &last, &r);
    EXPECT_INT(204, r->status);
    client_response_free(r);
    EXPECT(strncmp(raw.got, "GET / HTTP/1.1\r\n", 16) == 0);
    EXPECT(strstr(raw.got, "X-Private") == NULL);
    EXPECT(strstr(raw.got, "Content-Length") == NULL);
    raw_stop(&raw);
    side_free(s);
}

TEST(loopback_is_forbidden_unless_allowed)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct client_request request = request_to(s->url);

    request.allow_private = false;
    expect_outcome(s, &request, CLIENT_FORBIDDEN);
    EXPECT_INT(0, metric_value(metrics_gauge(s->f->metrics, "weir_http_connections", "", "server=\"test\"")));
    side_free(s);
}

TEST(a_connection_that_was_allowed_is_not_lent_to_a_request_that_is_not)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct client_request request = request_to(s->url);

    expect_outcome(s, &request, CLIENT_ANSWERED);
    request.allow_private = false;
    expect_outcome(s, &request, CLIENT_FORBIDDEN);
    EXPECT_INT(1, metric_value(metrics_counter(s->f->metrics, "weir_http_requests_total", "",
                                               "server=\"test\",status=\"2xx\"")));
    side_free(s);
}

TEST(names_and_mapped_forms_of_loopback_are_forbidden_too)
{
    UNUSED_STATE;
    static const char *const hosts[] = {"localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1"};

    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        struct side *s = side_new(ANSWER_ECHO);
        char url[64];
        struct client_request request;

        (void)snprintf(url, sizeof url, "http://%s:%u/", hosts[i], (unsigned)server_port(s->f->server));
        request = request_to(url);
        request.allow_private = false;
        expect_outcome(s, &request, CLIENT_FORBIDDEN);
        side_free(s);
    }
}

TEST(provisional_answers_and_redirects_are_not_followed)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct client_request request = request_to(s->url);
    struct client_response *r = NULL;
    struct weir_str value;
    struct raw raw;
    char url[64];

    raw_open(
        &raw,
        "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 302 Found\r\nLOCATION:  http://127.0.0.1:1/ "
        "\r\nContent-Length: 0\r\n\r\n");
    raw_start(&raw);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", (unsigned)raw.port);
    request.url = weir_str(url);
    client_call(s->client, &request, &r);
    EXPECT_INT(302, r->status);
    EXPECT(client_response_header(&value, r, "location"));
    EXPECT(weir_str_is(value, "http://127.0.0.1:1/"));
    EXPECT(!client_response_header(&value, r, "x-early"));
    client_response_free(r);
    raw_stop(&raw);
    side_free(s);
}

TEST(a_hundred_requests_run_beside_each_other)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_HOLD);
    struct client_request request = request_to(s->url);
    struct gathered g = {0};

    for (int i = 0; i < 100; i++) {
        client_send(s->client, &request, gather, &g);
    }
    fixture_wait_seen(s->f, 64); /* as many as one host gets connections */
    fixture_mode(s->f, ANSWER_LATER);
    for (int i = 0; i < PATIENCE_MS && atomic_load(&g.answered) < 100; i++) {
        (void)poll(NULL, 0, 1);
    }
    EXPECT_INT(100, atomic_load(&g.answered));
    side_free(s);
}

static void send_again(void *ctx, const struct client_response *response)
{
    struct side *s = ctx;
    struct client_request request = request_to(s->url);

    EXPECT_INT(CLIENT_STOPPED, response->outcome);
    client_send(s->client, &request, gather, &s->second);
}

TEST(stopping_ends_what_runs_and_every_callback_is_called)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_HOLD);
    struct client_request request = request_to(s->url);
    struct gathered g = {0};

    for (int i = 0; i < 50; i++) {
        client_send(s->client, &request, gather, &g);
    }
    client_send(s->client, &request, send_again, s);
    fixture_wait_seen(s->f, 51);
    client_send(s->client, &request, gather, &g);
    client_stop(s->client);
    client_stop(s->client);
    EXPECT_INT(51, atomic_load(&g.stopped));
    EXPECT_INT(1, atomic_load(&s->second.stopped));
    client_send(s->client, &request, gather, &g);
    EXPECT_INT(52, atomic_load(&g.stopped));
    EXPECT_INT(0, metric_value(metrics_gauge(s->metrics, "weir_client_in_flight", "", "")));
    side_free(s);
}

static void tell_path(void *ctx, struct exchange *x)
{
    (void)ctx;
    exchange_take_reply(x, &(struct reply){.status = weir_str_is(exchange_path(x), "/admin") ? 201 : 404});
}

TEST(a_unix_socket_can_be_asked)
{
    UNUSED_STATE;
    char folder[] = "/tmp/weir-net-XXXXXX", listen[128], path[64];
    struct side *s = side_new(ANSWER_ECHO);
    struct server_options options = fixture_options();
    struct client_request request = request_to("http://localhost/admin");
    struct client_response *r = NULL;
    struct server *server = NULL;
    struct loop *loop = NULL;
    struct weir_error err;

    EXPECT(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof path, "%s/s", folder);
    (void)snprintf(listen, sizeof listen, "unix:%s", path);
    options.listen = listen;
    EXPECT_INT(0, loop_new(&loop, clock_system(), s->metrics, &err));
    EXPECT_INT(0, server_open(&server, loop, &options, (struct server_handler){tell_path, NULL, NULL}, &err));
    EXPECT_INT(0, loop_start(loop, &err));
    request.unix_socket = path;
    request.allow_private = false;
    client_call(s->client, &request, &r);
    EXPECT_INT(201, r->status);
    client_response_free(r);
    loop_stop(loop, 0);
    loop_free(loop);
    side_free(s);
    EXPECT_INT(0, rmdir(folder));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_request_goes_out_whole_and_its_answer_comes_back),
        UNIT(headers_go_out_as_given_and_curl_adds_none_of_its_own_taste),
        UNIT(a_request_names_us_and_asks_for_a_compressed_answer_once),
        UNIT(who_says_so_itself_is_left_its_own_words),
        UNIT(a_connection_is_used_again),
        UNIT(head_and_delete_have_no_body),
        UNIT(a_request_carries_nothing_of_those_before_it),
        UNIT(loopback_is_forbidden_unless_allowed),
        UNIT(a_connection_that_was_allowed_is_not_lent_to_a_request_that_is_not),
        UNIT(names_and_mapped_forms_of_loopback_are_forbidden_too),
        UNIT(provisional_answers_and_redirects_are_not_followed),
        UNIT(a_hundred_requests_run_beside_each_other),
        UNIT(stopping_ends_what_runs_and_every_callback_is_called),
        UNIT(a_unix_socket_can_be_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
