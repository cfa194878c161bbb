/* The packed head; events of our own. */
#include "expect.h"

#include "flow/events_body.h"
#include "flow/head.h"

TEST(a_packed_head_gives_back_what_was_asked_to_be_kept)
{
    const struct weir_header headers[] = {
        {weir_str("Authorization"), weir_str("Bearer secret")},
        {weir_str("X-Event-Id"), weir_str("e1")},
    };
    const char *const kept[] = {"x-event-id", NULL};
    struct weir_request in = {.method = weir_str("POST"),
                              .tail = weir_str("t"),
                              .query = weir_str("a=b"),
                              .headers = headers,
                              .header_count = 2};
    struct weir_header out_headers[HEAD_HEADERS_MAX];
    struct weir_request out = {.size = sizeof out};
    struct buf packed;

    UNUSED_STATE;
    buf_init(&packed, HEAD_MAX);
    head_pack(&packed, &in, kept);
    EXPECT_INT(0, head_unpack(&out, out_headers, buf_bytes(&packed), NULL));
    EXPECT(weir_str_is(out.method, "POST") && weir_str_is(out.tail, "t") && weir_str_is(out.query, "a=b"));
    EXPECT_INT(1, out.header_count);
    EXPECT(weir_str_is(out.headers[0].value, "e1"));
    for (size_t len = 0; len < packed.len; len++) {
        /* Cut anywhere: refused or shorter, never read beyond. */
        (void)head_unpack(&out, out_headers, weir_bytes(packed.data, len), NULL);
    }
    buf_fini(&packed);
}

static int count_refs(void *ctx, const struct weir_event *event, struct weir_error *err)
{
    (void)err;
    *(size_t *)ctx += event->ref_count;
    EXPECT(weir_str_is(event->refs[0].remote_id, "7\"\n"));
    EXPECT(weir_str_is(event->refs[0].hint, "h"));
    return 0;
}

TEST(events_of_our_own_survive_the_inbox)
{
    struct weir_ref refs[2] = {{weir_str("hris_absences"), weir_str("7\"\n"), weir_str("h")},
                               {weir_str("hris_absences"), weir_str("8"), weir_str("")}};
    struct weir_event event = {
        .size = sizeof event, .type = weir_str("weir.again"), .refs = refs, .ref_count = 2};
    struct buf body;
    size_t count = 0;

    UNUSED_STATE;
    buf_init(&body, 4096);
    events_body_write(&body, &event, 1);
    EXPECT_INT(0, events_body_read(buf_bytes(&body), count_refs, &count, NULL));
    EXPECT_INT(2, count);
    EXPECT_INT(WEIR_E_INVALID,
               events_body_read(weir_bytes(body.data, body.len - 1), count_refs, &count, NULL));
    buf_fini(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_packed_head_gives_back_what_was_asked_to_be_kept),
        UNIT(events_of_our_own_survive_the_inbox),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
