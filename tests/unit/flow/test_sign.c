/* The signatures, against published and contractual vectors; the packed head; events of our own. */
#include "expect.h"

#include "flow/dispatch.h"
#include "flow/events_body.h"
#include "flow/head.h"

static void expect_kombo(const char *want, const char *secret, const char *body)
{
    struct buf out;

    buf_init(&out, 256);
    EXPECT_INT(0, dispatch_sign_kombo(&out, weir_str(secret), weir_str_bytes(weir_str(body)), NULL));
    EXPECT(weir_str_is(buf_str(&out), want));
    buf_fini(&out);
}

TEST(the_kombo_signature_is_that_of_the_contract)
{
    UNUSED_STATE;
    expect_kombo(
        "bEJUN8ldu5E9rIzhvpS_YNwCnH7l1Buko-QTmvxMNRs", "whsec_9f4b1c7e2a",
        "{\"id\":\"zLYNtKMNPEKwN4g4irioqdvY\",\"type\":\"data-changed\",\"data\":{\"integration_id\":"
        "\"personio:"
        "knrkhuLe5q9Cpo42mJK2hT7d\",\"integration_tool\":\"personio\",\"integration_category\":\"HRIS\","
        "\"changed_models\":[{\"name\":\"hris_employees\"},{\"name\":\"hris_join_employees_teams\"}]}}");
    expect_kombo("WHeXNcXBPvbrgJAuA0nzwRKDNypckBu7oZ80ygPmFsc", "whsec_9f4b1c7e2a",
                 "{\"name\":\"Zoë – Łódź\"}");
}

TEST(the_standard_signature_is_that_of_the_specification)
{
    struct buf out;
    struct weir_bytes body = weir_str_bytes(weir_str("{\"test\": 2432232314}"));

    UNUSED_STATE;
    buf_init(&out, 512);
    EXPECT_INT(0, dispatch_sign_standard(&out, weir_str("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                                         weir_str("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330, body, NULL));
    EXPECT(weir_str_is(buf_str(&out), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    /* A second secret, while one is rotated, is appended behind a blank. */
    EXPECT_INT(0, dispatch_sign_standard(&out, weir_str("a secret as it is"),
                                         weir_str("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330, body, NULL));
    EXPECT(memcmp(out.data + 47, " v1,", 4) == 0);
    buf_fini(&out);
}

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
        UNIT(the_kombo_signature_is_that_of_the_contract),
        UNIT(the_standard_signature_is_that_of_the_specification),
        UNIT(a_packed_head_gives_back_what_was_asked_to_be_kept),
        UNIT(events_of_our_own_survive_the_inbox),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
