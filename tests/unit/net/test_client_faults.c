/* client: how each kind of failure is told from the others. */
#include "side.h"

TEST(a_closed_port_is_refused)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct raw raw;
    char url[64];
    struct client_request request;

    raw_open(&raw, NULL);
    raw_start(&raw);
    raw_stop(&raw);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", (unsigned)raw.port);
    request = request_to(url);
    expect_outcome(s, &request, CLIENT_REFUSED);
    side_free(s);
}

TEST(a_name_that_does_not_exist_is_told_apart)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct client_request request = request_to("http://nowhere.invalid/?token=secret");

    expect_outcome(s, &request, CLIENT_RESOLVE);
    side_free(s);
}

TEST(a_peer_that_never_answers_times_out)
{
    UNUSED_STATE;
    expect_raw(NULL, 1000, 100, CLIENT_TIMEOUT);
}

TEST(what_is_not_http_or_ends_too_early_is_broken)
{
    UNUSED_STATE;
    expect_raw("", 1000, PATIENCE_MS, CLIENT_BROKEN);
    expect_raw("hello\r\n\r\n", 1000, PATIENCE_MS, CLIENT_BROKEN);
    expect_raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", 1000, PATIENCE_MS, CLIENT_BROKEN);
    expect_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 1000, PATIENCE_MS,
               CLIENT_BROKEN);
}

TEST(a_longer_answer_than_allowed_is_cut_off)
{
    UNUSED_STATE;
    expect_raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", 10, PATIENCE_MS, CLIENT_ANSWERED);
    expect_raw("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n0123456789a", 10, PATIENCE_MS, CLIENT_TOO_LONG);
    expect_raw("HTTP/1.1 200 OK\r\n\r\n0123456789a", 10, PATIENCE_MS, CLIENT_TOO_LONG);
}

/* A hundred thousand zeros, compressed. */
static const char zeros[] =
    "\037\213\010\000\000\000\000\000\002\003\355\301\061\001\000\000\000\302\240\365\117\155"
    "\015\017\240\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
    "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
    "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
    "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
    "\000\000\000\000\000\000\000\000\000\000\000\200\127\003\175\225\021\324\240\206\001\000";

static void expect_zeros(size_t response_max, enum client_outcome want)
{
    struct side *s = side_new(ANSWER_ECHO);
    struct client_request request = request_to(s->url);
    char url[64], head[128];
    struct raw raw;

    (void)snprintf(head, sizeof head,
                   "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
                   sizeof zeros - 1);
    raw_open(&raw, head);
    raw.bytes = zeros;
    raw.byte_count = sizeof zeros - 1;
    raw_start(&raw);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", (unsigned)raw.port);
    request.url = weir_str(url);
    request.response_max = response_max;
    expect_outcome(s, &request, want);
    side_free(s);
    raw_stop(&raw);
}

TEST(a_compressed_answer_counts_as_what_it_becomes)
{
    UNUSED_STATE;
    expect_zeros(100000, CLIENT_ANSWERED);
    expect_zeros(99999, CLIENT_TOO_LONG);
}

TEST(more_header_bytes_than_allowed_are_cut_off)
{
    UNUSED_STATE;
    char *answer = calloc(1, 40000);
    int len = snprintf(answer, 40000, "HTTP/1.1 200 OK\r\n");

    for (int i = 0; i < 100; i++) {
        len += snprintf(answer + len, 40000 - (size_t)len, "X-%d: %0200d\r\n", i, 1);
    }
    (void)snprintf(answer + len, 40000 - (size_t)len, "Content-Length: 0\r\n\r\n");
    expect_raw(answer, 1000, PATIENCE_MS, CLIENT_TOO_LONG);
    expect_raw(answer, 100000, PATIENCE_MS, CLIENT_ANSWERED);
    free(answer);
}

TEST(what_cannot_be_sent_is_a_bad_url)
{
    UNUSED_STATE;
    static const char *const urls[] = {
        "",       "example.com",         "ftp://127.0.0.1/", "file:///etc/passwd",
        "http:/", "http://127.0.0.1:x/", "http://a\r\nb/"};

    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct side *s = side_new(ANSWER_ECHO);
        struct client_request request = request_to(urls[i]);

        expect_outcome(s, &request, CLIENT_BAD_URL);
        side_free(s);
    }
}

TEST(a_header_that_would_split_the_request_is_not_sent)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct client_request request = request_to(s->url);
    struct weir_header split = {weir_str("X"), weir_str("a\r\nY: b")};

    request.headers = &split;
    request.header_count = 1;
    expect_outcome(s, &request, CLIENT_BAD_URL);
    side_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_closed_port_is_refused),
        UNIT(a_name_that_does_not_exist_is_told_apart),
        UNIT(a_peer_that_never_answers_times_out),
        UNIT(what_is_not_http_or_ends_too_early_is_broken),
        UNIT(a_longer_answer_than_allowed_is_cut_off),
        UNIT(a_compressed_answer_counts_as_what_it_becomes),
        UNIT(more_header_bytes_than_allowed_are_cut_off),
        UNIT(what_cannot_be_sent_is_a_bad_url),
        UNIT(a_header_that_would_split_the_request_is_not_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
