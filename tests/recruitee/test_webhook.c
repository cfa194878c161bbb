#include "fake_recruitee.h"

/* The 204 bytes of the published example, and what signs them. */
#define BODY                                                                                                 \
    "{\"attempt_count\":1,\"created_at\":\"2026-03-02T09:15:04.120Z\",\"event_type\":\"candidate_deleted\"," \
    "\"id\":90211,\"payload\":{\"candidate\":{\"id\":30017,\"name\":\"Ada Lindqvist\"},"                     \
    "\"company\":{\"id\":4711,\"name\":\"Northwind\"}}}"
#define PROOF "ce7af7a0927b09f1cedfdfa54a499646a3f1376d239b6fa057620f9492074d7e"
#define EXAMPLE                                                                                              \
    "{\"event_type\":\"candidate_moved\",\"id\":1,\"payload\":{\"candidate\":{\"id\":30017}},\"test\":true}"

struct delivery {
    struct weir_header headers[3];
    struct weir_str weirs_own;
    struct weir_request request;
    struct weir_verdict verdict;
};

static int check(struct delivery *d, struct fake *f, const char *body, const char *proof,
                 struct weir_error *err)
{
    memset(d, 0, sizeof *d);
    d->headers[0] = (struct weir_header){weir_str("Content-Type"), weir_str("application/json")};
    d->headers[1] = (struct weir_header){weir_str("X-Recruitee-Signature"), weir_str(proof)};
    d->weirs_own = weir_str(FAKE_SECRET);
    d->request = (struct weir_request){.size = sizeof d->request,
                                       .method = weir_str("POST"),
                                       .headers = d->headers,
                                       .header_count = proof != NULL ? 2 : 1,
                                       .body = weir_str_bytes(weir_str(body)),
                                       .received_at_ms = FAKE_NOW,
                                       .secrets = &d->weirs_own,
                                       .secret_count = 1};
    d->verdict.size = sizeof d->verdict;
    return weir_connector.verify->check(fake_self(f), &d->request, &d->verdict, err);
}

static struct fake *with_secret(void)
{
    struct fake *f = fake_new();

    fake_set(f, "webhook_secret", " " RC_SECRET "\n");
    return f;
}

TEST(the_published_signature_is_accepted_in_either_case)
{
    UNUSED_STATE;
    struct fake *f = with_secret();
    struct delivery d;

    EXPECT_INT(204, strlen(BODY));
    EXPECT_INT(0, check(&d, f, BODY, PROOF, NULL));
    EXPECT_INT(WEIR_ACCEPT, d.verdict.decision);
    EXPECT_INT(WEIR_DEDUP_BODY, d.verdict.dedup);
    EXPECT_INT(0,
               check(&d, f, BODY, "CE7AF7A0927B09F1CEDFDFA54A499646A3F1376D239B6FA057620F9492074D7E", NULL));
    EXPECT_INT(WEIR_ACCEPT, d.verdict.decision);
    EXPECT_INT(0, check(&d, f, BODY, "sha256=" PROOF, NULL));
    EXPECT_INT(WEIR_ACCEPT, d.verdict.decision);
    fake_free(f);
}

TEST(a_wrong_or_missing_signature_is_401)
{
    UNUSED_STATE;
    static const char *const wrong[] = {NULL,
                                        "",
                                        "ce7a",
                                        PROOF "00",
                                        "sha1=" PROOF,
                                        " " PROOF,
                                        "0e7af7a0927b09f1cedfdfa54a499646a3f1376d239b6fa057620f9492074d7e"};
    struct fake *f = with_secret();
    struct delivery d;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        EXPECT_INT(0, check(&d, f, BODY, wrong[i], NULL));
        EXPECT(d.verdict.decision == WEIR_REFUSE && d.verdict.status == 401);
    }
    EXPECT_INT(0, check(&d, f, BODY " ", PROOF, NULL));
    EXPECT_INT(WEIR_REFUSE, d.verdict.decision);
    fake_free(f);
}

TEST(before_the_secret_is_pasted_events_are_asked_for_again)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct delivery d;

    EXPECT_INT(0, check(&d, f, BODY, PROOF, NULL));
    EXPECT(d.verdict.decision == WEIR_REFUSE && d.verdict.status == 503);
    EXPECT(strstr(d.verdict.reason, "not pasted yet") != NULL);
    fake_free(f);
}

TEST(a_test_is_answered_200_whatever_is_known)
{
    UNUSED_STATE;
    static const char *const bodies[] = {"{\"test\":true}", EXAMPLE, " {\"payload\":{}, \"test\" : true }\n"};
    struct fake *f = fake_new();
    struct fake *g = with_secret();
    struct delivery d;

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        EXPECT_INT(0, check(&d, f, bodies[i], NULL, NULL));
        EXPECT(d.verdict.decision == WEIR_ANSWER && d.verdict.status == 200);
        EXPECT(strstr(d.verdict.reason, "now paste the secret") != NULL);
        EXPECT_INT(0, check(&d, g, bodies[i], NULL, NULL));
        EXPECT(d.verdict.decision == WEIR_ANSWER && d.verdict.status == 200);
        EXPECT_INT(0, check(&d, g, bodies[i], PROOF, NULL));
        EXPECT(d.verdict.decision == WEIR_ANSWER && d.verdict.status == 200);
        EXPECT(strstr(d.verdict.reason, "paste it again") != NULL);
    }
    /* HMAC-SHA256 of {"test":true} under the secret. */
    EXPECT_INT(
        0, check(&d, g, bodies[0], "72f1d2905b1ac32da1b03c2ecf3857060a7ee507a4e62c68fdab2ebbfd8290d5", NULL));
    EXPECT_STR("a test: address and secret are right", d.verdict.reason);
    fake_free(f);
    fake_free(g);
}

TEST(only_an_outermost_member_makes_a_test)
{
    UNUSED_STATE;
    static const char *const bodies[] = {
        "{\"event_type\":\"candidate_moved\",\"payload\":{\"test\":true}}",
        "{\"event_type\":\"candidate_moved\",\"payload\":{\"candidate\":{\"name\":\"\\\"test\\\":true\"}}}",
        "{\"test\":false}",
        "{\"test\":\"true\"}",
        "[{\"test\":true}]",
        "{\"testing\":true}",
        ""};
    struct fake *f = with_secret();
    struct delivery d;

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        EXPECT_INT(0, check(&d, f, bodies[i], PROOF, NULL));
        EXPECT(d.verdict.decision == WEIR_REFUSE && d.verdict.status == 401);
    }
    fake_free(f);
}

TEST(other_methods_and_huge_bodies_are_refused)
{
    UNUSED_STATE;
    struct fake *f = with_secret();
    struct delivery d;

    EXPECT_INT(0, check(&d, f, "{}", PROOF, NULL));
    d.request.method = weir_str("GET");
    EXPECT_INT(0, weir_connector.verify->check(fake_self(f), &d.request, &d.verdict, NULL));
    EXPECT_INT(405, d.verdict.status);
    d.request.method = weir_str("POST");
    d.request.body.len = ((size_t)1 << 20) + 1;
    EXPECT_INT(0, weir_connector.verify->check(fake_self(f), &d.request, &d.verdict, NULL));
    EXPECT_INT(413, d.verdict.status);
    fake_free(f);
}

/* ---- events ---- */

static int read_events(struct fake *f, const char *body, struct weir_error *err)
{
    struct weir_request request = {
        .size = sizeof request, .method = weir_str("POST"), .body = weir_str_bytes(weir_str(body))};

    fake_forget(f);
    return weir_connector.verify->events(fake_self(f), &request, fake_sink(f), err);
}

TEST(each_event_names_the_record_to_look_at)
{
    UNUSED_STATE;
    static const struct {
        const char *body, *line;
    } cases[] = {
        {BODY, "event candidate_deleted candidate_deleted 90211 1772442904120 -> ats_candidates 30017 ()"},
        {"{\"event_type\":\"new_candidate\",\"event_subtype\":null,\"id\":\"7\",\"payload\":{\"candidate\":{"
         "\"id\":3},"
         "\"offers\":[{\"id\":9}]}}",
         "event new_candidate new_candidate 7 0 -> ats_candidates 3 ()"},
        {"{\"event_type\":\"candidate_moved\",\"event_subtype\":\"stage_changed\",\"id\":8,\"payload\":{"
         "\"candidate\":"
         "{\"id\":3},\"offer\":{\"id\":9}},\"created_at\":\"2026-03-02 09:15:04 UTC\"}",
         "event candidate_moved candidate_moved 8 1772442904000 -> ats_candidates 3 ()"},
        {"{\"event_type\":\"candidate_moved\",\"event_subtype\":\"disqualified\",\"id\":8,\"payload\":{"
         "\"candidate\":"
         "{\"id\":3},\"offer\":{\"id\":9},\"details\":{\"disqualify_reason\":{\"id\":1,\"name\":\"No "
         "visa\"}}}}",
         "event candidate_moved candidate_moved 8 0 -> ats_candidates 3 (9 d No visa)"},
        {"{\"event_type\":\"candidate_moved\",\"event_subtype\":\"requalified\",\"id\":8,\"payload\":{"
         "\"candidate\":"
         "{\"id\":3},\"offer\":{\"id\":9}}}",
         "event candidate_moved candidate_moved 8 0 -> ats_candidates 3 (9 r )"},
        {"{\"event_type\":\"offer_published\",\"payload\":{\"offer\":{\"id\":9,\"kind\":\"job\"},"
         "\"candidate\":{\"id\":3}}}",
         "event offer_published  0 -> ats_jobs 9 ()"},
        {"{\"event_type\":\"offer_updated\",\"id\":1,\"payload\":{\"offer\":{\"id\":9,\"kind\":\"talent_"
         "pool\"}}}",
         "event offer_updated offer_updated 1 0"},
        {"{\"event_type\":\"candidate_starred\",\"id\":1,\"payload\":{\"candidate\":{\"id\":3},\"offer\":{"
         "\"id\":9}}}",
         "event candidate_moved candidate_starred 1 0 -> ats_candidates 3 ()"},
        {"{\"event_type\":\"offer_renamed\",\"id\":1,\"payload\":{\"offer\":{\"id\":9}}}",
         "event offer_updated offer_renamed 1 0 -> ats_jobs 9 ()"},
        {"{\"event_type\":\"company_renamed\",\"id\":1,\"payload\":{}}",
         "event company_renamed company_renamed 1 0"},
    };
    struct fake *f = with_secret();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT_INT(0, read_events(f, cases[i].body, NULL));
        EXPECT_STR(cases[i].line, fake_line(f, 0));
    }
    fake_free(f);
}

TEST(an_example_is_no_event_however_it_got_here)
{
    UNUSED_STATE;
    static const char *const bodies[] = {EXAMPLE, "{\"test\":true}",
                                         "{\"event_type\":\"candidate_moved\",\"id\":1,\"payload\":{"
                                         "\"candidate\":{\"id\":3}},\"\\u0074est\":1}"};
    struct fake *f = with_secret();

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        EXPECT_INT(0, read_events(f, bodies[i], NULL));
        EXPECT_STR("", fake_line(f, 0));
    }
    fake_free(f);
}

TEST(what_names_no_record_is_set_aside)
{
    UNUSED_STATE;
    static const char *const bodies[] = {
        "",
        "{",
        "[]",
        "{}",

        "{\"event_type\":\"\"}",
        "{\"event_type\":\"candidate_moved\",\"id\":1,\"payload\":{\"offer\":{\"id\":9}}}",
        "{\"event_type\":\"offer_updated\",\"payload\":{\"candidate\":{\"id\":3}}}",
        "{\"event_type\":\"candidate_moved\",\"payload\":{\"candidate\":{\"id\":\"../3\"}}}"};
    struct fake *f = with_secret();

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct weir_error err = {0};
        int rc = read_events(f, bodies[i], &err);

        if (rc != WEIR_E_INVALID) {
            fail_msg("%s: %d", bodies[i], rc);
        }
        EXPECT_STR("", fake_line(f, 0));
    }
    fake_free(f);
}

/* ---- set-up ---- */

TEST(it_is_set_up_by_hand_and_active_after_the_first_delivery)
{
    UNUSED_STATE;
    const struct weir_subscribe *subscribe = weir_connector.subscribe;
    struct weir_subscription_want want = {.size = sizeof want};
    struct weir_subscription have = {.size = sizeof have};
    struct fake *f = with_secret();
    bool copies = false;
    bool pastes = false;

    EXPECT(subscribe->ensure == NULL && subscribe->remove == NULL);
    for (size_t i = 0; i < subscribe->step_count; i++) {
        const struct weir_step *step = &subscribe->steps[i];

        copies = copies || (step->copy_value != NULL && strcmp(step->copy_value, "callback_url") == 0);
        pastes = pastes || (step->paste_key != NULL && strcmp(step->paste_key, "webhook_secret") == 0);
    }
    EXPECT(copies && pastes);
    EXPECT_INT(0, subscribe->inspect(fake_self(f), &want, &have, NULL));
    EXPECT_INT(WEIR_SUB_MANUAL_SETUP, have.state);
    EXPECT_INT(0, read_events(f, BODY, NULL));
    EXPECT_INT(0, subscribe->inspect(fake_self(f), &want, &have, NULL));
    EXPECT_INT(WEIR_SUB_ACTIVE, have.state);
    fake_restart(f);
    fake_set(f, "webhook_secret", "another");
    EXPECT_INT(0, subscribe->inspect(fake_self(f), &want, &have, NULL));
    EXPECT_INT(WEIR_SUB_MANUAL_SETUP, have.state);
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_published_signature_is_accepted_in_either_case),
        UNIT(a_wrong_or_missing_signature_is_401),
        UNIT(before_the_secret_is_pasted_events_are_asked_for_again),
        UNIT(a_test_is_answered_200_whatever_is_known),
        UNIT(only_an_outermost_member_makes_a_test),
        UNIT(other_methods_and_huge_bodies_are_refused),
        UNIT(each_event_names_the_record_to_look_at),
        UNIT(an_example_is_no_event_however_it_got_here),
        UNIT(what_names_no_record_is_set_aside),
        UNIT(it_is_set_up_by_hand_and_active_after_the_first_delivery),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
