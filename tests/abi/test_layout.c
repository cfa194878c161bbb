/*
 * The contract may grow, it may not move: where its members lie on the 64-bit systems we support, and
 * the values of its words. A line here that no longer compiles means that connectors in the field break.
 */
#include "expect.h"

#include "host/table_check.h"

#if UINTPTR_MAX == UINT64_MAX

#define AT(type, member, at) _Static_assert(offsetof(struct type, member) == (at), #type "." #member " moved")
#define SIZE(type, size) _Static_assert(sizeof(struct type) >= (size), #type " shrank")

AT(weir_connector, magic, 0);
AT(weir_connector, size, 8);
AT(weir_connector, abi_major, 12);
AT(weir_connector, abi_minor, 14);
AT(weir_connector, tool, 16);
AT(weir_connector, label, 24);
AT(weir_connector, version, 32);
AT(weir_connector, category, 40);
AT(weir_connector, settings, 48);
AT(weir_connector, setting_count, 56);
AT(weir_connector, events, 64);
AT(weir_connector, event_count, 72);
AT(weir_connector, models, 80);
AT(weir_connector, model_count, 88);
AT(weir_connector, base_url, 96);
AT(weir_connector, open, 104);
AT(weir_connector, close, 112);
AT(weir_connector, subscribe, 120);
AT(weir_connector, verify, 128);
AT(weir_connector, fetch, 136);
AT(weir_connector, act, 144); /* since 1.2, as the next */
AT(weir_connector, pass, 152);
SIZE(weir_connector, 160);

AT(weir_verify, check, 8);
AT(weir_verify, events, 16);
AT(weir_verify, kept_headers, 24);
AT(weir_act, actions, 8);
AT(weir_act, action_count, 16);
AT(weir_act, run, 24);
AT(weir_pass, apis, 8);
AT(weir_pass, api_count, 16);
AT(weir_pass, send, 24);
AT(weir_fetch, record, 8);
AT(weir_fetch, list, 16);
AT(weir_fetch, missed, 24);
AT(weir_subscribe, ensure, 8);
AT(weir_subscribe, inspect, 16);
AT(weir_subscribe, remove, 24);
AT(weir_subscribe, steps, 32);
AT(weir_subscribe, step_count, 40);

AT(weir_host, ctx, 8);
AT(weir_host, http, 16);
AT(weir_host, http_release, 24);
AT(weir_host, now_ms, 32);
AT(weir_host, log, 40);
AT(weir_host, setting, 48);
AT(weir_host, state_get, 56);
AT(weir_host, state_put, 64);
AT(weir_host, hmac, 72);
AT(weir_host, equal, 80);
AT(weir_host, random, 88);
AT(weir_host, digest, 96); /* since 1.1, as the next three */
AT(weir_host, sign, 104);
AT(weir_host, key_new, 112);
AT(weir_host, key_public, 120);
SIZE(weir_host, 128);

AT(weir_sink, ctx, 8);
AT(weir_sink, event, 16);
AT(weir_sink, record, 24);
AT(weir_sink, placeholder, 32);
AT(weir_sink, gone, 40);
AT(weir_sink, complete, 48);
AT(weir_sink, next, 56);

AT(weir_request, method, 8);
AT(weir_request, tail, 24);
AT(weir_request, query, 40);
AT(weir_request, headers, 56);
AT(weir_request, header_count, 64);
AT(weir_request, body, 72);
AT(weir_request, received_at_ms, 88);
AT(weir_request, secrets, 96);
AT(weir_request, secret_count, 104);

AT(weir_verdict, decision, 4);
AT(weir_verdict, status, 8);
AT(weir_verdict, dedup, 12);
AT(weir_verdict, dedup_key, 16);
AT(weir_verdict, reason, 32);
AT(weir_verdict, content_type, 152);
AT(weir_verdict, body_len, 216);
AT(weir_verdict, body, 224);

AT(weir_http_request, method, 8);
AT(weir_http_request, url, 16);
AT(weir_http_request, headers, 32);
AT(weir_http_request, header_count, 40);
AT(weir_http_request, body, 48);
AT(weir_http_request, timeout_ms, 64);
AT(weir_http_request, response_max, 72);
AT(weir_http_request, repeatable, 80);
AT(weir_http_request, limit, 88);
AT(weir_http_response, status, 4);
AT(weir_http_response, headers, 8);
AT(weir_http_response, header_count, 16);
AT(weir_http_response, body, 24);
AT(weir_http_response, opaque, 40);

AT(weir_event, type, 8);
AT(weir_event, upstream_id, 24);
AT(weir_event, occurred_at_ms, 40);
AT(weir_event, refs, 48);
AT(weir_event, ref_count, 56);
AT(weir_subscription_want, callback_url, 8);
AT(weir_subscription_want, secret, 24);
AT(weir_subscription_want, label, 40);
AT(weir_subscription_want, events, 56);
AT(weir_subscription_want, event_count, 64);
AT(weir_subscription, state, 4);
AT(weir_subscription, changed, 8);
AT(weir_subscription, remote_id, 9);
AT(weir_subscription, detail, 137);

/* Those in arrays can never grow. */
_Static_assert(sizeof(struct weir_setting) == 32, "weir_setting was resized");
_Static_assert(sizeof(struct weir_event_type) == 16, "weir_event_type was resized");
_Static_assert(sizeof(struct weir_model_use) == 32, "weir_model_use was resized");
_Static_assert(sizeof(struct weir_header) == 32, "weir_header was resized");
_Static_assert(sizeof(struct weir_ref) == 48, "weir_ref was resized");
_Static_assert(sizeof(struct weir_step) == 40, "weir_step was resized");
_Static_assert(sizeof(struct weir_error) == 256, "weir_error was resized");

#endif

TEST(the_words_of_the_contract_keep_their_values)
{
    UNUSED_STATE;
    EXPECT_INT(-12, WEIR_E_STOPPING);
    EXPECT_INT(-1, WEIR_E_NONE);
    EXPECT_INT(0, WEIR_REFUSE);
    EXPECT_INT(2, WEIR_ANSWER);
    EXPECT_INT(2, WEIR_DEDUP_KEY);
    EXPECT_INT(5, WEIR_SUB_FAILED);
    EXPECT_INT(3, WEIR_SHA512);
    EXPECT_INT(1, WEIR_RS256);
    EXPECT_INT(2, WEIR_ES256);
    EXPECT_INT(1024, WEIR_SIGNATURE_MAX);
    EXPECT_INT(8192, WEIR_KEY_PEM_MAX);
    EXPECT_INT(2048, WEIR_KEY_JWK_MAX);
    EXPECT_INT(2, WEIR_CATEGORY_ATS);
    EXPECT_INT(1, WEIR_ABI_MAJOR);
}

TEST(what_came_later_is_only_there_on_a_host_that_has_it)
{
    struct weir_host host = {.size = offsetof(struct weir_host, digest)};

    UNUSED_STATE;
    EXPECT(!WEIR_HOST_HAS(&host, digest));
    EXPECT(!WEIR_HOST_HAS(&host, key_public));
    host.size = sizeof host;
    EXPECT(!WEIR_HOST_HAS(&host, digest)); /* a host may leave one out */
}

TEST(the_smallest_table_is_that_of_the_first_contract)
{
    UNUSED_STATE;
    EXPECT(TABLE_LEAST == offsetof(struct weir_connector, fetch) + sizeof(void *));
}

int main(void)
{
    const struct CMUnitTest tests[] = {UNIT(the_words_of_the_contract_keep_their_values),
                                       UNIT(what_came_later_is_only_there_on_a_host_that_has_it),
                                       UNIT(the_smallest_table_is_that_of_the_first_contract)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
