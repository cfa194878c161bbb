#include "fixture.h"

#include <pthread.h>

static const struct instance_setting usual[] = {{"token", "s3cr3t-token"}, {"script", ""}};

static void open_good(struct fixture *f, const char *script)
{
    struct instance_setting settings[] = {{"token", "s3cr3t-token"}, {"script", script}};
    struct weir_error err = {0};

    EXPECT_INT(0, fixture_open(f, "good", settings, 2, &err));
}

static struct weir_request delivery(const char *method, const char *tail, const char *body,
                                    const struct weir_str *secret)
{
    return (struct weir_request){.size = sizeof(struct weir_request),
                                 .method = weir_str(method),
                                 .tail = weir_str(tail),
                                 .query = weir_str("challenge-1"),
                                 .body = weir_str_bytes(weir_str(body)),
                                 .secrets = secret,
                                 .secret_count = secret != NULL ? 1 : 0};
}

TEST(a_delivery_is_accepted_refused_or_answered)
{
    struct fixture f;
    struct weir_str secret = weir_str("hook-secret");
    struct weir_request good = delivery("POST", "hook-secret", "7", &secret);
    struct weir_request forged = delivery("POST", "other-secret", "7", &secret);
    struct weir_request hello = delivery("GET", "", "", &secret);
    struct weir_request early = delivery("POST", "hook-secret", "7", NULL);
    struct weir_verdict verdict;
    struct weir_error err = {0};

    UNUSED_STATE;
    open_good(&f, "");
    EXPECT_INT(0, call_check(f.inst, &good, &verdict, &err));
    EXPECT_INT(WEIR_ACCEPT, verdict.decision);
    EXPECT_INT(200, verdict.status);
    EXPECT(weir_str_is(verdict.dedup_key, "7"));
    EXPECT_INT(0, call_check(f.inst, &forged, &verdict, &err));
    EXPECT_INT(WEIR_REFUSE, verdict.decision);
    EXPECT_INT(401, verdict.status);
    EXPECT_STR("the token in the address is another", verdict.reason);
    EXPECT_INT(0, call_check(f.inst, &hello, &verdict, &err));
    EXPECT_INT(WEIR_ANSWER, verdict.decision);
    EXPECT_INT(200, verdict.status);
    EXPECT_INT(11, verdict.body_len);
    EXPECT_INT(0, call_check(f.inst, &early, &verdict, &err));
    EXPECT_INT(WEIR_REFUSE, verdict.decision);
    fixture_close(&f);
}

TEST(what_it_emits_arrives_in_order)
{
    struct fixture f;
    struct weir_str secret = weir_str("hook-secret");
    struct weir_request request = delivery("POST", "", "7", &secret);
    struct weir_ref ref = {
        .model = weir_str("hris_employees"), .remote_id = weir_str("7"), .hint = {NULL, 0}};
    struct weir_error err = {0};
    struct call_sink sink;

    UNUSED_STATE;
    open_good(&f, "");
    sink = fixture_sink(&f);
    EXPECT_INT(0, call_events(f.inst, &request, &sink, &err));
    EXPECT_STR("event(person.updated,7) ", f.heard);
    sink = fixture_sink(&f);
    EXPECT_INT(0, call_record(f.inst, &ref, &sink, &err));
    EXPECT_STR("record(hris_employees,7) placeholder(hris_employees,1) record(hris_employments,7-1) "
               "complete(employee_id,7) gone(hris_employees,6) ",
               f.heard);
    sink = fixture_sink(&f);
    EXPECT_INT(0, call_list(f.inst, weir_str("hris_employees"), 0, weir_str(""), &sink, &err));
    EXPECT_STR("record(hris_employees,7) next(page-2,) ", f.heard);
    sink = fixture_sink(&f);
    EXPECT_INT(0, call_list(f.inst, weir_str("hris_employees"), 0, weir_str("page-2"), &sink, &err));
    EXPECT_STR("record(hris_employees,8) ", f.heard);
    sink = fixture_sink(&f);
    EXPECT_INT(0, call_missed(f.inst, 5, weir_str(""), &sink, &err));
    EXPECT_STR("event(person.deleted,e-1) ", f.heard);
    fixture_close(&f);
}

TEST(the_sink_s_refusal_ends_the_call_with_its_code)
{
    struct fixture f;
    struct weir_ref ref = {
        .model = weir_str("hris_employees"), .remote_id = weir_str("7"), .hint = {NULL, 0}};
    struct weir_error err = {0};
    struct call_sink sink;

    UNUSED_STATE;
    open_good(&f, "");
    sink = fixture_sink(&f);
    f.answer = WEIR_E_LIMIT;
    EXPECT_INT(WEIR_E_LIMIT, call_record(f.inst, &ref, &sink, &err));
    EXPECT_INT(WEIR_E_LIMIT, err.code);
    EXPECT_STR("the sink has had enough", err.message);
    EXPECT_INT(1, f.count);
    fixture_close(&f);
}

TEST(a_secret_in_a_message_is_blanked)
{
    struct fixture f;
    struct weir_str secret = weir_str("hook-secret");
    struct weir_request request = delivery("POST", "", "7", &secret);
    struct weir_subscription_want want = {.size = sizeof want, .secret = weir_str("hook-secret")};
    struct weir_subscription have = {0};
    struct weir_error err = {0};
    struct call_sink sink;

    UNUSED_STATE;
    open_good(&f, "fail");
    sink = fixture_sink(&f);
    EXPECT_INT(WEIR_E_AUTH, call_events(f.inst, &request, &sink, &err));
    EXPECT_STR("the tool refused the token ***", err.message);
    EXPECT_INT(0, call_ensure(f.inst, &want, &have, &err));
    EXPECT_INT(WEIR_SUB_ACTIVE, have.state);
    EXPECT(have.changed);
    EXPECT_STR("hook-1", have.remote_id);
    EXPECT_STR("made with ***", have.detail);
    EXPECT_INT(0, call_inspect(f.inst, &want, &have, &err));
    EXPECT_INT(WEIR_SUB_MANUAL_SETUP, have.state);
    EXPECT_INT(0, call_remove(f.inst, &want, &err));
    fixture_close(&f);
}

TEST(a_key_is_made_described_and_signed_with_during_a_call)
{
    struct fixture f;
    struct weir_ref ref = {
        .model = weir_str("hris_employees"), .remote_id = weir_str("7"), .hint = {NULL, 0}};
    struct weir_error err = {0};
    struct call_sink sink;

    UNUSED_STATE;
    EXPECT_INT(0, fixture_open(&f, "good_keys", NULL, 0, &err));
    sink = fixture_sink(&f);
    EXPECT_INT(0, call_record(f.inst, &ref, &sink, &err));
    EXPECT_STR("record(hris_employees,7) ", f.heard);
    fixture_close(&f);
}

TEST(what_a_connector_does_not_offer_is_unsupported)
{
    struct fixture f;
    struct weir_subscription_want want = {.size = sizeof want};
    struct weir_subscription have = {.state = 77};
    struct weir_error err = {0};
    struct call_sink sink;

    UNUSED_STATE;
    EXPECT_INT(0, fixture_open(&f, "good_minimal", NULL, 0, &err));
    sink = fixture_sink(&f);
    EXPECT_INT(WEIR_E_UNSUPPORTED, call_missed(f.inst, 0, weir_str(""), &sink, &err));
    EXPECT_STR("connector good_minimal does not offer fetch.missed", err.message);
    EXPECT_INT(WEIR_E_UNSUPPORTED, call_ensure(f.inst, &want, &have, &err));
    EXPECT_INT(WEIR_E_UNSUPPORTED, call_inspect(f.inst, &want, &have, &err));
    EXPECT_INT(WEIR_E_UNSUPPORTED, call_remove(f.inst, &want, &err));
    EXPECT_INT(77, have.state);
    fixture_close(&f);
}

TEST(a_stopped_instance_starts_no_call)
{
    struct fixture f;
    struct weir_ref ref = {
        .model = weir_str("hris_employees"), .remote_id = weir_str("7"), .hint = {NULL, 0}};
    struct weir_error err = {0};
    struct call_sink sink;

    UNUSED_STATE;
    open_good(&f, "");
    sink = fixture_sink(&f);
    instance_stop(f.inst);
    EXPECT_INT(WEIR_E_STOPPING, call_record(f.inst, &ref, &sink, &err));
    EXPECT_INT(0, f.count);
    fixture_close(&f);
}

static void *check_again_and_again(void *arg)
{
    struct weir_str secret = weir_str("hook-secret");
    struct weir_request request = delivery("POST", "hook-secret", "7", &secret);
    struct weir_verdict verdict;
    struct weir_error err = {0};

    for (int i = 0; i < 2000; i++) {
        EXPECT_INT(0, call_check(arg, &request, &verdict, &err));
        EXPECT_INT(WEIR_ACCEPT, verdict.decision);
    }
    return NULL;
}

TEST(checks_run_beside_a_worker_s_calls)
{
    struct fixture f;
    struct weir_ref ref = {
        .model = weir_str("hris_employees"), .remote_id = weir_str("7"), .hint = {NULL, 0}};
    struct weir_error err = {0};
    pthread_t thread;

    UNUSED_STATE;
    open_good(&f, "");
    EXPECT_INT(0, pthread_create(&thread, NULL, check_again_and_again, f.inst));
    for (int i = 0; i < 500; i++) {
        struct call_sink sink = fixture_sink(&f);

        EXPECT_INT(0, call_record(f.inst, &ref, &sink, &err));
        EXPECT_INT(5, f.count);
    }
    EXPECT_INT(0, pthread_join(thread, NULL));
    fixture_close(&f);
}

TEST(each_call_is_counted_with_its_outcome)
{
    struct fixture f;
    struct weir_ref ref = {
        .model = weir_str("hris_employees"), .remote_id = weir_str("7"), .hint = {NULL, 0}};
    struct weir_error err = {0};
    struct call_sink sink;

    UNUSED_STATE;
    open_good(&f, "");
    sink = fixture_sink(&f);
    EXPECT_INT(0, call_record(f.inst, &ref, &sink, &err));
    EXPECT_INT(1, metric_value(metrics_counter(f.metrics, "weir_connector_calls_total", "",
                                               "connector=\"good\",call=\"fetch.record\",outcome=\"ok\"")));
    fixture_close(&f);
}

TEST(a_setting_that_is_missing_or_unknown_is_named)
{
    static const struct instance_setting unknown[] = {{"token", "s3cr3t-token"}, {"tokne", "x"}};
    static const struct instance_setting empty[] = {{"token", ""}};
    struct fixture f;
    struct weir_error err = {0};

    UNUSED_STATE;
    EXPECT_INT(WEIR_E_CONFIG, fixture_open(&f, "good", unknown, 2, &err));
    EXPECT_STR("test:acme: the connector good has no setting tokne; it has: token, script", err.message);
    fixture_close(&f);
    EXPECT_INT(WEIR_E_CONFIG, fixture_open(&f, "good", empty, 1, &err));
    EXPECT_STR("test:acme: the setting token (Token) is missing: Tool: Settings > API", err.message);
    fixture_close(&f);
    EXPECT_INT(0, fixture_open(&f, "good", usual, 1, &err));
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_delivery_is_accepted_refused_or_answered),
        UNIT(what_it_emits_arrives_in_order),
        UNIT(the_sink_s_refusal_ends_the_call_with_its_code),
        UNIT(a_secret_in_a_message_is_blanked),
        UNIT(a_key_is_made_described_and_signed_with_during_a_call),
        UNIT(what_a_connector_does_not_offer_is_unsupported),
        UNIT(a_stopped_instance_starts_no_call),
        UNIT(checks_run_beside_a_worker_s_calls),
        UNIT(each_call_is_counted_with_its_outcome),
        UNIT(a_setting_that_is_missing_or_unknown_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
