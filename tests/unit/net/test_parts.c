/* client: an answer that is handed over part by part. */
#include "side.h"

struct parts {
    _Atomic size_t len;
    _Atomic int calls;
    int most; /* parts it takes; 0: all */
    char text[256];
};

static bool take_part(void *ctx, struct weir_bytes bytes)
{
    struct parts *p = ctx;
    size_t len = atomic_load(&p->len);

    atomic_fetch_add(&p->calls, 1);
    EXPECT(len + bytes.len < sizeof p->text);
    memcpy(p->text + len, bytes.data, bytes.len);
    atomic_store(&p->len, len + bytes.len);
    return p->most == 0 || atomic_load(&p->calls) < p->most;
}

/* One request against one answer. */
static struct client_response *ask(struct parts *p, struct raw *raw, struct side *s, uint32_t timeout_ms)
{
    struct client_response *r = NULL;
    char url[64];
    struct client_request request;

    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", (unsigned)raw->port);
    request = request_to(url);
    request.timeout_ms = timeout_ms;
    request.response_max = 8; /* parts are not gathered, so they may be longer */
    request.part = take_part;
    request.part_ctx = p;
    raw_start(raw);
    client_call(s->client, &request, &r);
    raw_stop(raw);
    return r;
}

TEST(parts_come_as_they_are_and_the_response_holds_none)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct parts p = {0};
    struct raw raw;
    struct client_response *r;

    raw_open(
        &raw,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfirst \r\n8\r\nand more\r\n0\r\n\r\n");
    r = ask(&p, &raw, s, PATIENCE_MS);
    EXPECT_INT(CLIENT_ANSWERED, r->outcome);
    EXPECT_INT(200, r->status);
    EXPECT_INT(0, r->body.len);
    EXPECT_STR("first and more", p.text);
    client_response_free(r);
    side_free(s);
}

TEST(a_refusal_comes_whole_and_not_in_parts)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct parts p = {0};
    struct raw raw;
    struct client_response *r;

    raw_open(&raw, "HTTP/1.1 401 No\r\nContent-Length: 5\r\n\r\nnever");
    r = ask(&p, &raw, s, PATIENCE_MS);
    EXPECT_INT(401, r->status);
    EXPECT(weir_str_is(weir_str_n((const char *)r->body.data, r->body.len), "never"));
    EXPECT_INT(0, p.calls);
    client_response_free(r);
    side_free(s);
}

TEST(who_has_enough_ends_it)
{
    UNUSED_STATE;
    struct side *s = side_new(ANSWER_ECHO);
    struct parts p = {.most = 1};
    struct raw raw;
    struct client_response *r;

    raw_open(&raw, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegins");
    r = ask(&p, &raw, s, PATIENCE_MS);
    EXPECT_INT(CLIENT_BROKEN, r->outcome);
    EXPECT_INT(1, p.calls);
    client_response_free(r);
    side_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(parts_come_as_they_are_and_the_response_holds_none),
        UNIT(a_refusal_comes_whole_and_not_in_parts),
        UNIT(who_has_enough_ends_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
