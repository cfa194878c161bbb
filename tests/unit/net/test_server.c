/* server: requests in, answers out, from the loop or from other threads. */
#include "fixture.h"

static void close_all(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        close(fds[i]);
    }
}

TEST(a_request_reaches_the_handler_whole)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));
    char *answer;

    peer_send(fd, "POST /hooks/a%2Fb?x=1&y=%20 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    answer = peer_read(fd);
    EXPECT_INT(200, peer_status(answer));
    EXPECT(strstr(answer, "POST /hooks/a%2Fb x=1&y=%20 hello") != NULL);
    EXPECT(strstr(answer, "Content-Length: 33") != NULL);
    EXPECT(strcasestr(strcasestr(answer, "\r\nDate:") + 2, "\r\nDate:") == NULL);
    free(answer);
    close(fd);
    fixture_free(f);
}

TEST(a_chunked_body_arrives_joined)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));
    char *answer;

    peer_send(fd, "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                  "chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    answer = peer_read(fd);
    EXPECT(strstr(answer, "POST /p  abcdefg") != NULL);
    free(answer);
    close(fd);
    fixture_free(f);
}

TEST(an_absolute_target_is_split)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));
    char *answer;

    peer_send(fd, "GET http://a.example/x?q HTTP/1.1\r\nHost: a.example\r\n\r\n");
    answer = peer_read(fd);
    EXPECT(strstr(answer, "GET /x q ") != NULL);
    free(answer);
    close(fd);
    fixture_free(f);
}

TEST(expect_continue_is_answered_before_the_body)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));

    peer_send(fd, "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_INT(100, peer_read_status(fd));
    peer_send(fd, "ok");
    EXPECT_INT(200, peer_read_status(fd));
    close(fd);
    fixture_free(f);
}

TEST(an_empty_cookie_is_no_reason_to_refuse)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);

    EXPECT_INT(200, peer_ask(server_port(f->server), "GET / HTTP/1.1\r\nHost: a\r\ncookie:\r\n\r\n"));
    EXPECT_INT(200,
               peer_ask(server_port(f->server), "GET / HTTP/1.1\r\nHost: a\r\nCookie: \r\nX: y\r\n\r\n"));
    fixture_free(f);
}

TEST(head_gets_the_length_and_no_body)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));
    char text[512] = {0};
    size_t len = 0;

    peer_send(fd, "HEAD /p HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    for (ssize_t got = 1; got > 0; len += (size_t)got) {
        got = recv(fd, text + len, sizeof text - 1 - len, 0);
        EXPECT(got >= 0);
    }
    EXPECT_INT(200, peer_status(text));
    EXPECT(strstr(text, "Content-Length: 9\r\n") != NULL);
    EXPECT_STR("\r\n\r\n", strstr(text, "\r\n\r\n"));
    close(fd);
    fixture_free(f);
}

TEST(pipelined_requests_are_answered_in_order)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));

    peer_send(
        fd,
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /3 "
        "HTTP/1.1\r\nHost: a\r\n\r\n");
    for (int i = 1; i <= 3; i++) {
        char want[16], *answer = peer_read(fd);

        (void)snprintf(want, sizeof want, " /%d ", i);
        EXPECT(strstr(answer, want) != NULL);
        free(answer);
    }
    close(fd);
    fixture_free(f);
}

TEST(pipelined_requests_are_answered_by_another_thread_too)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_LATER);
    int fd = peer_connect(server_port(f->server));

    for (int i = 0; i < 20; i++) {
        peer_send(fd, "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    }
    for (int i = 0; i < 20; i++) {
        EXPECT_INT(200, peer_read_status(fd));
    }
    close(fd);
    fixture_free(f);
}

/* Rounds of one request on each of count connections; all of them wait before the first is answered. */
static void many_at_once(size_t count)
{
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);
    int fds[256];
    size_t seen = 0;

    for (size_t i = 0; i < count; i++) {
        fds[i] = peer_connect(server_port(f->server));
    }
    for (int round = 0; round < 5; round++) {
        for (size_t i = 0; i < count; i++) {
            peer_send(fds[i], "POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        }
        seen += count;
        fixture_wait_seen(f, seen);
        fixture_mode(f, ANSWER_LATER);
        for (size_t i = 0; i < count; i++) {
            EXPECT_INT(200, peer_read_status(fds[i]));
        }
        fixture_mode(f, ANSWER_HOLD);
    }
    close_all(fds, count);
    fixture_free(f);
}

TEST(exactly_128_connections_do_not_stall)
{
    UNUSED_STATE;
    many_at_once(120);
    many_at_once(127);
    many_at_once(128);
    many_at_once(129);
    many_at_once(256);
}

TEST(exactly_128_connections_do_not_stall_with_answers_at_once)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fds[128];

    for (size_t i = 0; i < 128; i++) {
        fds[i] = peer_connect(server_port(f->server));
    }
    for (int round = 0; round < 5; round++) {
        for (size_t i = 0; i < 128; i++) {
            peer_send(fds[i], "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        for (size_t i = 0; i < 128; i++) {
            EXPECT_INT(200, peer_read_status(fds[i]));
        }
    }
    close_all(fds, 128);
    fixture_free(f);
}

TEST(an_answer_to_a_peer_that_went_away_is_harmless)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_HOLD);

    for (int i = 0; i < 10; i++) {
        int fd = peer_connect(server_port(f->server));

        peer_send(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        fixture_wait_seen(f, (size_t)i + 1);
        if (i % 2 == 0) {
            struct linger hard = {.l_onoff = 1, .l_linger = 0};

            setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        }
        close(fd);
    }
    fixture_mode(f, ANSWER_LATER);
    fixture_turn(f);
    EXPECT_INT(200, peer_ask(server_port(f->server), "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    fixture_free(f);
}

TEST(a_big_answer_arrives_whole)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_BIG);
    int fd = peer_connect(server_port(f->server));
    char *answer;

    peer_send(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    answer = peer_read(fd);
    EXPECT_INT(200, peer_status(answer));
    free(answer);
    close(fd);
    fixture_free(f);
}

static void answer_with_headers(void *ctx, struct exchange *x)
{
    const struct weir_header more[] = {
        {weir_str("X-One"), weir_str("1")},          {weir_str("Date"), weir_str("never")},
        {weir_str("Content-Length"), weir_str("9")}, {weir_str("X-Split"), weir_str("a\r\nX-Forged: b")},
        {weir_str("X-Nul"), weir_str_n("a\0b", 3)},
    };
    struct weir_str value;

    (void)ctx;
    EXPECT(exchange_header(&value, x, "x-given"));
    EXPECT(weir_str_is(value, "v w"));
    EXPECT(!exchange_header(&value, x, "x-absent"));
    EXPECT(weir_str_is(exchange_peer(x), "127.0.0.1"));
    EXPECT(exchange_received_us(x) > 0);
    exchange_take_reply(x, &(struct reply){.status = 429,
                                           .content_type = "application/json",
                                           .body = weir_str_bytes(weir_str("{}")),
                                           .headers = more,
                                           .header_count = 5,
                                           .retry_after_s = 3,
                                           .close = true});
}

TEST(headers_of_an_answer_cannot_be_split_or_contradict_ours)
{
    UNUSED_STATE;
    struct server_options options = fixture_options();
    struct metrics *m = metrics_new();
    struct loop *loop = NULL;
    struct server *server = NULL;
    struct weir_error err;
    char *answer;
    int fd;

    EXPECT_INT(0, loop_new(&loop, clock_system(), m, &err));
    EXPECT_INT(0, server_open(&server, loop, &options,
                              (struct server_handler){answer_with_headers, NULL, NULL}, &err));
    EXPECT_INT(0, loop_start(loop, &err));
    fd = peer_connect(server_port(server));
    peer_send(fd, "GET / HTTP/1.1\r\nHost: a\r\nX-GIVEN:\t v w \t\r\n\r\n");
    answer = peer_read(fd);
    EXPECT_INT(429, peer_status(answer));
    EXPECT(strstr(answer, "X-One: 1\r\n") != NULL);
    EXPECT(strstr(answer, "Retry-After: 3\r\n") != NULL);
    EXPECT(strstr(answer, "Content-Type: application/json\r\n") != NULL);
    EXPECT(strstr(answer, "Content-Length: 2\r\n") != NULL);
    EXPECT(strstr(answer, "Connection: close\r\n") != NULL);
    EXPECT(strstr(answer, "Forged") == NULL);
    EXPECT(strstr(answer, "never") == NULL);
    EXPECT(strstr(answer, "X-Nul") == NULL);
    EXPECT(peer_sees_end(fd));
    free(answer);
    close(fd);
    loop_stop(loop, 1000);
    loop_free(loop);
    metrics_free(m);
}

TEST(connections_and_answers_are_counted)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));

    peer_send(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_INT(200, peer_read_status(fd));
    EXPECT_INT(1, metric_value(metrics_gauge(f->metrics, "weir_http_connections", "", "server=\"test\"")));
    EXPECT_INT(1, metric_value(metrics_counter(f->metrics, "weir_http_requests_total", "",
                                               "server=\"test\",status=\"2xx\"")));
    EXPECT_INT(400, peer_ask(server_port(f->server), "GET / HTTP/1.1\r\n\r\n"));
    EXPECT_INT(1, metric_value(metrics_counter(f->metrics, "weir_http_requests_total", "",
                                               "server=\"test\",status=\"4xx\"")));
    close(fd);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_request_reaches_the_handler_whole),
        UNIT(a_chunked_body_arrives_joined),
        UNIT(an_absolute_target_is_split),
        UNIT(expect_continue_is_answered_before_the_body),
        UNIT(an_empty_cookie_is_no_reason_to_refuse),
        UNIT(head_gets_the_length_and_no_body),
        UNIT(pipelined_requests_are_answered_in_order),
        UNIT(pipelined_requests_are_answered_by_another_thread_too),
        UNIT(exactly_128_connections_do_not_stall),
        UNIT(exactly_128_connections_do_not_stall_with_answers_at_once),
        UNIT(an_answer_to_a_peer_that_went_away_is_harmless),
        UNIT(a_big_answer_arrives_whole),
        UNIT(headers_of_an_answer_cannot_be_split_or_contradict_ours),
        UNIT(connections_and_answers_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
