/* server: what is refused, and when a peer has had its time. */
#include "fixture.h"

static int ask(const char *request)
{
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int status = peer_ask(server_port(f->server), request);

    fixture_free(f);
    return status;
}

TEST(a_length_together_with_a_transfer_encoding_is_refused)
{
    UNUSED_STATE;
    EXPECT_INT(400, ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
                        "chunked\r\n\r\n0\r\n\r\n"));
    EXPECT_INT(400, ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
                        "5\r\n\r\n0\r\n\r\n"));
}

TEST(a_second_length_or_encoding_or_host_is_refused)
{
    UNUSED_STATE;
    EXPECT_INT(400, ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"));
    EXPECT_INT(400, ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\nxy"));
    EXPECT_INT(400, ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx"));
    EXPECT_INT(400, ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx"));
    EXPECT_INT(400, ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
                        "chunked\r\n\r\n0\r\n\r\n"));
    EXPECT_INT(400, ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"));
    EXPECT_INT(400, ask("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
    EXPECT_INT(400, ask("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"));
    EXPECT_INT(400, ask("GET / HTTP/1.1\r\n\r\n"));
}

TEST(header_names_that_are_no_tokens_are_refused)
{
    UNUSED_STATE;
    EXPECT_INT(400, ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 1\r\n\r\nx"));
    EXPECT_INT(400, ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length\t: 1\r\n\r\nx"));
    EXPECT_INT(400, ask("GET / HTTP/1.1\r\n Host: a\r\n\r\n"));
    EXPECT_INT(400, ask("GET / HTTP/1.1\r\nHost: a\r\nX\x01: b\r\n\r\n"));
    EXPECT_INT(400, ask("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"));
    EXPECT_INT(400, ask("GET / HTTP/1.1\r\nHost: a\r\nX: b\x01\r\n\r\n"));
    EXPECT_INT(400, ask("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"));
}

TEST(folded_lines_are_refused_wherever_they_stand)
{
    UNUSED_STATE;
    EXPECT_INT(400, ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n 0\r\n\r\n0123456789"));
    EXPECT_INT(400, ask("GET / HTTP/1.1\r\nHost: a\r\n b\r\nX: y\r\n\r\n"));
    EXPECT_INT(400, ask("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\r\n\r\n"));
    EXPECT_INT(400, ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:                    1\r\n 0\r\n\r\nx"));
    EXPECT_INT(400, ask("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n \r\n\r\n"));
}

TEST(a_nul_in_the_headers_is_refused)
{
    UNUSED_STATE;
    static const char request[] = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\0 0\r\n\r\nx";
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));

    EXPECT(send(fd, request, sizeof request - 1, 0) > 0);
    EXPECT_INT(400, peer_read_status(fd));
    EXPECT(peer_sees_end(fd));
    close(fd);
    fixture_free(f);
}

TEST(bare_line_feeds_are_understood)
{
    UNUSED_STATE;
    EXPECT_INT(200, ask("GET / HTTP/1.1\nHost: a\nX:y\n\n"));
    EXPECT_INT(200, ask("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"));
}

TEST(targets_that_are_no_paths_are_refused)
{
    UNUSED_STATE;
    EXPECT_INT(400, ask("GET x HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_INT(400, ask("GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_INT(400, ask("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_INT(400, ask("G@T / HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_INT(200, ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"));
}

TEST(after_a_refusal_the_connection_ends)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));

    peer_send(fd, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_INT(400, peer_read_status(fd));
    EXPECT(peer_sees_end(fd));
    close(fd);
    fixture_free(f);
}

TEST(a_body_announced_too_long_is_refused_unread)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));
    char *megabyte = calloc(1, 1024 * 1024 + 1);

    memset(megabyte, 'x', 1024 * 1024);
    peer_send(fd, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10485760\r\n\r\n");
    EXPECT_INT(413, peer_read_status(fd));
    close(fd);
    EXPECT_INT(413,
               peer_ask(server_port(f->server),
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n"));

    /* A peer that sends first and looks later gets to see the answer all the same. */
    fd = peer_connect(server_port(f->server));
    peer_send(fd, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2097152\r\n\r\n");
    peer_send(fd, megabyte);
    peer_send(fd, megabyte);
    EXPECT_INT(413, peer_read_status(fd));
    close(fd);
    free(megabyte);
    fixture_free(f);
}

TEST(a_chunked_body_is_cut_where_it_gets_too_long)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));
    char *chunk = calloc(1, 100001);

    memset(chunk, 'x', 100000);
    peer_send(fd, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 12; i++) {
        peer_send(fd, "186a0\r\n");
        peer_send(fd, chunk);
        peer_send(fd, "\r\n");
    }
    EXPECT_INT(413, peer_read_status(fd));
    EXPECT(peer_sees_end(fd));
    close(fd);
    free(chunk);
    fixture_free(f);
}

TEST(a_body_of_exactly_the_limit_is_taken)
{
    UNUSED_STATE;
    struct server_options options = fixture_options();
    struct fixture *f;

    options.body_max = 10;
    f = fixture_new(&options, ANSWER_ECHO);
    EXPECT_INT(200, peer_ask(server_port(f->server),
                             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789"));
    EXPECT_INT(413, peer_ask(server_port(f->server),
                             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n0123456789a"));
    EXPECT_INT(
        200,
        peer_ask(
            server_port(f->server),
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n"));
    EXPECT_INT(413, peer_ask(server_port(f->server), "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                                                     "chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n"));
    fixture_free(f);
}

TEST(long_headers_and_lines_are_refused)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    char *text = calloc(1, 40000);

    (void)snprintf(text, 40000, "GET / HTTP/1.1\r\nHost: a\r\nX: %09000d\r\n\r\n", 1);
    EXPECT_INT(431, peer_ask(server_port(f->server), text));
    (void)snprintf(text, 40000, "GET /%030000d HTTP/1.1\r\nHost: a\r\n\r\n", 1);
    EXPECT_INT(414, peer_ask(server_port(f->server), text));
    (void)snprintf(text, 40000, "GET / HTTP/1.1\r\nHost: a\r\nX: %07000d\r\n\r\n", 1);
    EXPECT_INT(200, peer_ask(server_port(f->server), text));
    fixture_free(f);
    free(text);
}

TEST(more_than_a_hundred_headers_are_refused)
{
    UNUSED_STATE;
    struct server_options options = fixture_options();
    struct fixture *f;
    char text[4096];
    int len = snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: a\r\n");

    options.header_max = 32768;
    f = fixture_new(&options, ANSWER_ECHO);
    for (int i = 0; i < 99; i++) {
        len += snprintf(text + len, sizeof text - (size_t)len, "X-N: v\r\n");
    }
    (void)snprintf(text + len, sizeof text - (size_t)len, "\r\n");
    EXPECT_INT(200, peer_ask(server_port(f->server), text));
    (void)snprintf(text + len, sizeof text - (size_t)len, "Y: 1\r\n\r\n");
    EXPECT_INT(431, peer_ask(server_port(f->server), text));
    fixture_free(f);
}

TEST(admit_refuses_before_the_body_is_read)
{
    UNUSED_STATE;
    struct fixture *f = fixture_new(NULL, ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));
    char *answer;

    f->admit_status = 503;
    peer_send(fd, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n");
    answer = peer_read(fd);
    EXPECT_INT(503, peer_status(answer));
    EXPECT(strstr(answer, "Retry-After: 7\r\n") != NULL);
    EXPECT(strstr(answer, "Connection: close\r\n") != NULL);
    EXPECT(peer_sees_end(fd));
    free(answer);
    close(fd);
    fixture_free(f);
}

TEST(further_connections_are_closed_at_once)
{
    UNUSED_STATE;
    struct server_options options = fixture_options();
    struct fixture *f;
    int fds[3];

    options.connections_per_address_max = 2;
    f = fixture_new(&options, ANSWER_ECHO);
    for (int i = 0; i < 3; i++) {
        fds[i] = peer_connect(server_port(f->server));
    }
    EXPECT(peer_sees_end(fds[2]));
    for (int i = 0; i < 2; i++) {
        peer_send(fds[i], "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_INT(200, peer_read_status(fds[i]));
    }
    for (int i = 0; i < 3; i++) {
        close(fds[i]);
    }
    fixture_free(f);
}

TEST(at_the_limit_of_connections_further_ones_are_closed_at_once)
{
    UNUSED_STATE;
    struct server_options options = fixture_options();
    struct fixture *f;
    int first, second;

    options.connections_max = 1;
    f = fixture_new(&options, ANSWER_ECHO);
    for (int round = 0; round < 3; round++) {
        first = peer_connect(server_port(f->server));
        peer_send(first, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_INT(200, peer_read_status(first));
        second = peer_connect(server_port(f->server));
        EXPECT(peer_sees_end(second));
        close(second);
        close(first);
        while (metric_value(metrics_gauge(f->metrics, "weir_http_connections", "", "server=\"test\"")) > 0) {
            fixture_turn(f);
        }
    }
    fixture_free(f);
}

/* ---- deadlines: the clock is the test's ---- */

static struct fixture *timed(enum answer_mode mode)
{
    struct server_options options = fixture_options();
    struct fixture *f;

    options.first_byte_timeout_ms = 10000;
    options.request_timeout_ms = 20000;
    f = fixture_new(&options, mode);
    atomic_store(&f->mono_us, 1000000000);
    fixture_turn(f);
    return f;
}

TEST(headers_that_come_in_drips_are_cut_off)
{
    UNUSED_STATE;
    struct fixture *f = timed(ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));
    const char *drip = "GET / HTTP/1.1\r\nHost: a\r\nX: abcdefghij";

    fixture_turn(f);
    for (int i = 0; i < 9; i++) {
        char byte[2] = {drip[i], '\0'};

        peer_send(fd, byte);
        fixture_advance_ms(f, 1000);
    }
    peer_send(fd, drip + 9);
    fixture_turn(f);
    fixture_advance_ms(f, 1100);
    EXPECT_INT(408, peer_read_status(fd));
    EXPECT(peer_sees_end(fd));
    close(fd);
    fixture_free(f);
}

TEST(a_silent_connection_is_closed_without_a_word)
{
    UNUSED_STATE;
    struct fixture *f = timed(ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));

    peer_send(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_INT(200, peer_read_status(fd));
    fixture_turn(f);
    fixture_advance_ms(f, 9000);
    peer_send(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_INT(200, peer_read_status(fd));
    fixture_turn(f);
    fixture_advance_ms(f, 9000);
    peer_send(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_INT(200, peer_read_status(fd));
    fixture_turn(f);
    fixture_advance_ms(f, 10001);
    EXPECT(peer_sees_end(fd));
    close(fd);
    fixture_free(f);
}

TEST(a_body_that_comes_in_drips_is_cut_off)
{
    UNUSED_STATE;
    struct fixture *f = timed(ANSWER_ECHO);
    int fd = peer_connect(server_port(f->server));

    peer_send(fd, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
    fixture_turn(f);
    for (int i = 0; i < 19; i++) {
        peer_send(fd, "x");
        fixture_advance_ms(f, 1000);
    }
    fixture_advance_ms(f, 1001);
    EXPECT_INT(408, peer_read_status(fd));
    EXPECT(peer_sees_end(fd));
    close(fd);
    fixture_free(f);
}

TEST(waiting_for_the_handler_has_no_deadline)
{
    UNUSED_STATE;
    struct fixture *f = timed(ANSWER_HOLD);
    int fd = peer_connect(server_port(f->server));

    peer_send(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    fixture_wait_seen(f, 1);
    fixture_advance_ms(f, 3600000);
    fixture_mode(f, ANSWER_LATER);
    EXPECT_INT(200, peer_read_status(fd));
    close(fd);
    fixture_free(f);
}

TEST(a_peer_that_does_not_read_its_answer_is_cut_off)
{
    UNUSED_STATE;
    struct fixture *f = timed(ANSWER_BIG);
    int fd = peer_connect(server_port(f->server));
    struct metric *open = metrics_gauge(f->metrics, "weir_http_connections", "", "server=\"test\"");

    /* 3 MB of answer, so three times the time. */
    peer_send(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    fixture_turn(f);
    for (int i = 0; i < 10 && metric_value(open) > 0; i++) {
        fixture_advance_ms(f, 20001);
    }
    fixture_turn(f);
    EXPECT_INT(0, metric_value(open));
    close(fd);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_length_together_with_a_transfer_encoding_is_refused),
        UNIT(a_second_length_or_encoding_or_host_is_refused),
        UNIT(header_names_that_are_no_tokens_are_refused),
        UNIT(folded_lines_are_refused_wherever_they_stand),
        UNIT(a_nul_in_the_headers_is_refused),
        UNIT(bare_line_feeds_are_understood),
        UNIT(targets_that_are_no_paths_are_refused),
        UNIT(after_a_refusal_the_connection_ends),
        UNIT(a_body_announced_too_long_is_refused_unread),
        UNIT(a_chunked_body_is_cut_where_it_gets_too_long),
        UNIT(a_body_of_exactly_the_limit_is_taken),
        UNIT(long_headers_and_lines_are_refused),
        UNIT(more_than_a_hundred_headers_are_refused),
        UNIT(admit_refuses_before_the_body_is_read),
        UNIT(further_connections_are_closed_at_once),
        UNIT(at_the_limit_of_connections_further_ones_are_closed_at_once),
        UNIT(headers_that_come_in_drips_are_cut_off),
        UNIT(a_silent_connection_is_closed_without_a_word),
        UNIT(a_body_that_comes_in_drips_is_cut_off),
        UNIT(waiting_for_the_handler_has_no_deadline),
        UNIT(a_peer_that_does_not_read_its_answer_is_cut_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
