/* sse: an event stream, as the standard reads it. */
#include "expect.h"

#include "net/sse.h"

struct heard {
    int count;
    char type[64], data[256], id[64];
};

static void hear(void *ctx, const struct sse_event *event)
{
    struct heard *h = ctx;

    h->count++;
    (void)snprintf(h->type, sizeof h->type, "%.*s", WEIR_STR_ARG(event->type));
    (void)snprintf(h->data, sizeof h->data, "%.*s", WEIR_STR_ARG(event->data));
    (void)snprintf(h->id, sizeof h->id, "%.*s", WEIR_STR_ARG(event->id));
}

static void feed(struct sse *s, struct heard *h, const char *text)
{
    EXPECT_INT(0, sse_feed(s, weir_str_bytes(weir_str(text)), hear, h, NULL));
}

TEST(an_event_comes_out_once_its_blank_line_is_there)
{
    struct heard h = {0};
    struct sse s;

    UNUSED_STATE;
    sse_init(&s, 128);
    feed(&s, &h, "event: attempt\nda");
    feed(&s, &h, "ta: {\"a\":1}\nid: 7\n");
    EXPECT_INT(0, h.count);
    feed(&s, &h, "\n");
    EXPECT_INT(1, h.count);
    EXPECT_STR("attempt", h.type);
    EXPECT_STR("{\"a\":1}", h.data);
    EXPECT_STR("7", h.id);
    sse_fini(&s);
}

TEST(lines_end_in_three_ways_and_data_may_have_several)
{
    struct heard h = {0};
    struct sse s;

    UNUSED_STATE;
    sse_init(&s, 128);
    feed(&s, &h, "\xEF\xBB\xBF");
    feed(&s, &h, "data: one\r");
    feed(&s, &h, "\ndata:two\rdata:  three\n: a comment\n\n");
    EXPECT_INT(1, h.count);
    EXPECT_STR("message", h.type);
    EXPECT_STR("one\ntwo\n three", h.data);
    sse_fini(&s);
}

TEST(a_place_without_data_is_no_event_but_is_kept)
{
    struct heard h = {0};
    struct sse s;

    UNUSED_STATE;
    sse_init(&s, 128);
    feed(&s, &h, "retry: 2000\nid: here\n: connected\n\nid: there\n");
    EXPECT_INT(0, h.count);
    EXPECT_INT(2000, s.retry_ms);
    EXPECT(weir_str_is(buf_str(&s.last_id), "here"));
    sse_restart(&s); /* "there" was never finished */
    feed(&s, &h, "retry: soon\n\n");
    EXPECT(weir_str_is(buf_str(&s.last_id), "here"));
    EXPECT_INT(2000, s.retry_ms);
    sse_fini(&s);
}

TEST(what_is_too_long_ends_the_stream)
{
    char line[256] = "data: ";
    struct heard h = {0};
    struct weir_error err = {0};
    struct sse s;

    UNUSED_STATE;
    sse_init(&s, 128);
    memset(line + 6, 'x', 240);
    EXPECT_INT(WEIR_E_LIMIT, sse_feed(&s, weir_str_bytes(weir_str(line)), hear, &h, &err));
    sse_restart(&s);
    for (int i = 0; i < 8; i++) {
        feed(&s, &h, "data: 123456789012345\n"); /* 8 * 16 is all there is room for, and one more */
    }
    EXPECT_INT(WEIR_E_LIMIT, sse_feed(&s, weir_str_bytes(weir_str("data: 12\n")), hear, &h, &err));
    sse_fini(&s);
    EXPECT_INT(0, h.count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_event_comes_out_once_its_blank_line_is_there),
        UNIT(lines_end_in_three_ways_and_data_may_have_several),
        UNIT(a_place_without_data_is_no_event_but_is_kept),
        UNIT(what_is_too_long_ends_the_stream),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
