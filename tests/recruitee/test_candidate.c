#include "fake_recruitee.h"

#define CANDIDATE(more, placements, references)                                                              \
    "{\"candidate\":{\"id\":30017,\"name\":\"Ada Lindqvist\"" more ",\"placements\":[" placements            \
    "]},\"references\":[" references "]}"
#define PLACED(id, offer, more)                                                                              \
    "{\"id\":" id ",\"candidate_id\":30017,\"offer_id\":" offer ",\"stage_id\":702" more "}"
#define JOB_REFERENCE "{\"type\":\"Offer\",\"id\":5512,\"kind\":\"job\",\"title\":\"Backend Developer\"}"
#define GET_IT "GET /c/4711/candidates/30017"

TEST(a_candidate_comes_with_its_applications)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(
        f, GET_IT, 200,
        CANDIDATE(
            ",\"emails\":[\"ada@home.example\"],\"phones\":[\"+46 8 5550100\"],\"source\":\"career_site\","
            "\"sources\":[\"Career site\"],\"tags\":[\"referral\",{\"id\":3,\"name\":\"remote\"}],"
            "\"social_links\":[],\"links\":[\"https://hub.example/ada\"],\"adminapp_url\":"
            "\"https://app.example/#/candidates/30017\",\"created_at\":\"2026-03-01T09:14:42.000Z\","
            "\"updated_at\":\"2026-03-02 09:15:04 UTC\"",
            PLACED("81230", "5512",
                   ",\"created_at\":\"2026-03-01T09:14:43.000Z\",\"updated_at\":null,\"hired_at\":null,"
                   "\"hired_in_this_placement\":false,\"job_starts_at\":\"2026-05-01T00:00:00Z\","
                   "\"disqualified_at\":null,\"disqualify_reason\":null"),
            JOB_REFERENCE ",{\"type\":\"Stage\",\"id\":702,\"name\":\"Phone screen\"}"));
    EXPECT_INT(0, record(f, "ats_candidates", "30017", "", NULL));
    EXPECT_STR("Bearer rc-t0ken", fake_header(f, "Authorization"));
    EXPECT(fake_repeatable(f));
    expect_json(
        "{\"first_name\":\"Ada\",\"last_name\":\"Lindqvist\",\"source\":\"Career site\","
        "\"email_addresses\":[{\"email_address\":\"ada@home.example\"}],"
        "\"phone_numbers\":[{\"phone_number\":\"+46 8 5550100\"}],"
        "\"social_media\":[{\"link\":\"https://hub.example/ada\",\"type\":\"hub\"}],"
        "\"tags\":[\"referral\",\"remote\"],\"remote_url\":\"https://app.example/#/candidates/30017\","
        "\"remote_created_at\":\"2026-03-01T09:14:42.000Z\",\"remote_updated_at\":\"2026-03-02T09:15:04."
        "000Z\"}",
        fake_json(f, "record", "ats_candidates", "30017"));
    expect_json("{\"candidate_id\":\"30017\",\"job_id\":\"5512\",\"current_stage_id\":\"702\",\"outcome\":"
                "\"PENDING\","
                "\"rejected_at\":null,\"rejection_reason_name\":null,\"custom_fields\":{\"job_starts_at\":"
                "\"2026-05-01\"},"
                "\"remote_created_at\":\"2026-03-01T09:14:43.000Z\",\"remote_updated_at\":null}",
                fake_json(f, "record", "ats_applications", "81230"));
    expect_json("{\"name\":\"Phone screen\"}", fake_json(f, "placeholder", "ats_application_stages", "702"));
    expect_json("{\"name\":\"remote\"}", fake_json(f, "placeholder", "ats_tags", "remote"));
    EXPECT_INT(2, fake_told(f, "placeholder", "ats_tags"));
    EXPECT_INT(1, fake_told(f, "complete", "ats_applications candidate_id 30017"));
    fake_free(f);
}

static void expect_outcome(const char *more, const char *references, const char *hint, const char *outcome,
                           const char *reason)
{
    struct fake *f = fake_new();
    char body[1000];
    const json_t *got;

    (void)snprintf(body, sizeof body, CANDIDATE("", PLACED("1", "5512", "%s"), JOB_REFERENCE "%s"), more,
                   references);
    fake_script(f, GET_IT, 200, body);
    EXPECT_INT(0, record(f, "ats_candidates", "30017", hint, NULL));
    got = fake_json(f, "record", "ats_applications", "1");
    if (outcome == NULL) {
        EXPECT(json_object_get(got, "outcome") == NULL);
    } else {
        EXPECT_STR(outcome, json_string_value(json_object_get(got, "outcome")));
    }
    if (reason == NULL) {
        EXPECT(json_string_value(json_object_get(got, "rejection_reason_name")) == NULL);
    } else {
        EXPECT_STR(reason, json_string_value(json_object_get(got, "rejection_reason_name")));
    }
    fake_free(f);
}

TEST(the_outcome_is_told_by_the_placement_or_else_by_the_event)
{
    UNUSED_STATE;
    static const char reference[] = ",{\"type\":\"DisqualifyReason\",\"id\":31,\"name\":\"No visa\"}";

    expect_outcome(",\"hired_in_this_placement\":true", "", "", "HIRED", NULL);
    expect_outcome(",\"hired_at\":\"2026-03-04T10:00:00Z\",\"disqualified_at\":null", "", "", "HIRED", NULL);
    expect_outcome(",\"disqualified_at\":\"2026-03-04T10:00:00Z\"", "", "", "DECLINED", NULL);
    expect_outcome(",\"disqualified_at\":null,\"disqualify_reason\":\"No visa\"", "", "", "DECLINED",
                   "No visa");
    expect_outcome(",\"disqualify_reason\":{\"id\":31,\"name\":\"No visa\"}", "", "", "DECLINED", "No visa");
    expect_outcome(",\"disqualify_reason_id\":31", reference, "", "DECLINED", "No visa");
    expect_outcome(",\"disqualify_reason\":{\"id\":31}", reference, "", "DECLINED", "No visa");
    expect_outcome(",\"disqualified_at\":\"2026-03-04T10:00:00Z\"", "", "5512 d Too late", "DECLINED",
                   "Too late");
    /* The placement is the state, the event only what once happened. */
    expect_outcome(",\"disqualified_at\":null", "", "5512 d Too late", "PENDING", NULL);
    /* Where it says nothing at all. */
    expect_outcome("", "", "", NULL, NULL);
    expect_outcome(",\"hired_in_this_placement\":false", "", "", NULL, NULL);
    expect_outcome("", "", "5512 d Too late", "DECLINED", "Too late");
    expect_outcome("", "", "5512 d ", "DECLINED", NULL);
    expect_outcome("", "", "5512 r ", "PENDING", NULL);
    expect_outcome("", "", "551 d Of another job", NULL, NULL);
    expect_outcome("", "", "55123 d Of another job", NULL, NULL);
}

TEST(placements_in_talent_pools_are_no_applications)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(
        f, GET_IT, 200,
        CANDIDATE("", PLACED("1", "6001", "") "," PLACED("2", "6002", "") "," PLACED("3", "6001", ""), ""));
    fake_script(f, "GET /c/4711/offers/6001", 200, "{\"offer\":{\"id\":6001,\"kind\":\"talent_pool\"}}");
    fake_script(f, "GET /c/4711/offers/6002", 200,
                "{\"offer\":{\"id\":6002,\"kind\":\"job\",\"title\":\"T\"}}");
    EXPECT_INT(0, record(f, "ats_candidates", "30017", "", NULL));
    EXPECT_INT(1, fake_told(f, "record", "ats_applications"));
    EXPECT_INT(1, fake_told(f, "record", "ats_applications 2"));
    EXPECT_INT(1, fake_told(f, "record", "ats_jobs 6002")); /* it was unknown */
    /* And are remembered. */
    fake_script(f, GET_IT, 200, CANDIDATE("", PLACED("1", "6001", "") "," PLACED("2", "6002", ""), ""));
    EXPECT_INT(0, record(f, "ats_candidates", "30017", "", NULL));
    EXPECT_INT(1, fake_told(f, "record", "ats_applications"));
    fake_free(f);
}

TEST(an_application_at_a_job_that_may_not_be_seen_is_kept)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, GET_IT, 200, CANDIDATE("", PLACED("1", "6001", "") "," PLACED("2", "6002", ""), ""));
    fake_script(f, "GET /c/4711/offers/6001", 404, "{\"error\":[\"Not found\"]}");
    fake_script(f, "GET /c/4711/offers/6002", 403, "{\"error\":[\"You are not authorized\"]}");
    EXPECT_INT(0, record(f, "ats_candidates", "30017", "", NULL));
    EXPECT_INT(2, fake_told(f, "record", "ats_applications"));
    fake_script(f, GET_IT, 200, CANDIDATE("", PLACED("1", "6001", ""), ""));
    EXPECT_INT(0, record(f, "ats_candidates", "30017", "", NULL)); /* and not asked for again */
    fake_free(f);
}

TEST(a_deleted_candidate_goes_with_its_applications)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, GET_IT, 404, "{\"error\":[\"Not found\"],\"error_fields\":{}}");
    EXPECT_INT(0, record(f, "ats_candidates", "30017", "", NULL));
    EXPECT_STR("gone ats_candidates 30017", fake_line(f, 0));
    EXPECT_STR("complete ats_applications candidate_id 30017", fake_line(f, 1));
    fake_script(f, GET_IT, 404, "<html>no such host</html>");
    EXPECT_INT(WEIR_E_LATER, record(f, "ats_candidates", "30017", "", NULL));
    EXPECT_STR("", fake_line(f, 0));
    fake_free(f);
}

TEST(what_is_no_candidate_deletes_nothing)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, GET_IT, 200, "{\"candidate\":{\"id\":30017,\"name\":\"A\"}}");
    EXPECT_INT(WEIR_E_INVALID,
               record(f, "ats_candidates", "30017", "", NULL)); /* no placements is not none */
    EXPECT_STR("", fake_line(f, 0));
    fake_script(f, GET_IT, 200, "{\"candidate\":{\"id\":30018,\"placements\":[]}}");
    EXPECT_INT(WEIR_E_LATER, record(f, "ats_candidates", "30017", "", NULL));
    fake_script(f, GET_IT, 400, "{\"error\":\"Token not found.\",\"error_code\":\"invalid_token\"}");
    EXPECT_INT(WEIR_E_AUTH, record(f, "ats_candidates", "30017", "", NULL));
    EXPECT_INT(WEIR_E_INVALID, record(f, "ats_candidates", "../offers", "", NULL));
    EXPECT_INT(WEIR_E_UNSUPPORTED, record(f, "ats_users", "88", "", NULL));
    fake_free(f);
}

/* ---- lists ---- */

#define SINCE INT64_C(1772442900000) /* 2026-03-02T09:15:00Z */
#define SEARCH(offset)                                                                                       \
    "GET "                                                                                                   \
    "/c/4711/search/new/"                                                                                    \
    "candidates?filters_json=%5B%7B%22field%22%3A%22updated_at%22%2C%22gte%22%3A1772442900"                  \
    "%7D%5D&limit=100&offset=" offset

TEST(all_candidates_are_listed_with_their_applications)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[200] = "";

    fake_script(f, "GET /c/4711/candidates?limit=100&offset=0", 200,
                "{\"candidates\":[{\"id\":1,\"name\":\"A B\",\"placements\":[" PLACED(
                    "9", "5512", "") "]},"
                                     "{\"id\":2,\"name\":\"C\"}],\"references\":[" JOB_REFERENCE "]}");
    /* A form so short that it has no placements. */
    fake_script(f, "GET /c/4711/candidates/2", 200,
                "{\"candidate\":{\"id\":2,\"name\":\"C D\",\"placements\":[]}}");
    EXPECT_INT(0, list(f, "ats_candidates", 0, cursor, NULL));
    EXPECT_STR("", cursor);
    EXPECT_INT(2, fake_told(f, "record", "ats_candidates"));
    EXPECT_INT(1, fake_told(f, "record", "ats_applications"));
    EXPECT_INT(2, fake_told(f, "complete", "ats_applications"));
    fake_free(f);
}

TEST(an_ignored_offset_ends_and_deletes_nothing)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char body[100 * 40] = "{\"candidates\":[";
    char cursor[200] = "";

    for (int i = 1; i <= 100; i++) {
        (void)snprintf(body + strlen(body), 40, "%s{\"id\":%d,\"placements\":[]}", i > 1 ? "," : "", i);
    }
    (void)snprintf(body + strlen(body), 3, "]}");
    fake_script(f, "GET /c/4711/candidates?limit=100&offset=0", 200, body);
    EXPECT_INT(0, list(f, "ats_candidates", 0, cursor, NULL));
    EXPECT_INT(100, fake_told(f, "record", "ats_candidates"));
    fake_script(f, "GET /c/4711/candidates?limit=100&offset=99", 200, body);
    EXPECT_INT(WEIR_E_INVALID, list(f, "ats_candidates", 0, cursor, NULL));
    fake_free(f);
}

TEST(what_changed_is_found_by_the_search_and_read_whole)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[200] = "";

    fake_script(f, SEARCH("0"), 200,
                "{\"hits\":[{\"id\":30017,\"name\":\"Old Name\"},{\"id\":5}],\"total\":2}");
    fake_script(f, GET_IT, 200, CANDIDATE("", "", ""));
    fake_script(f, "GET /c/4711/candidates/5", 404, "{\"error\":[\"Not found\"]}"); /* the index is late */
    EXPECT_INT(0, list(f, "ats_candidates", SINCE, cursor, NULL));
    EXPECT_STR("", cursor);
    EXPECT_INT(1, fake_told(f, "record", "ats_candidates"));
    EXPECT_INT(1, fake_told(f, "gone", "ats_candidates 5"));
    fake_free(f);
}

static void expect_fallback(int status, const char *hits)
{
    struct fake *f = fake_new();
    char cursor[200] = "";

    fake_script(f, SEARCH("0"), status, hits);
    EXPECT_INT(0, list(f, "ats_candidates", SINCE, cursor, NULL));
    EXPECT(cursor[0] != '\0');
    fake_script(f, "GET /c/4711/candidates?limit=100&offset=0", 200,
                "{\"candidates\":[{\"id\":1,\"updated_at\":\"2026-03-02T09:14:59.000Z\",\"placements\":[]},"
                "{\"id\":2,\"updated_at\":\"2026-03-02 09:15:00 "
                "UTC\",\"placements\":[]},{\"id\":3,\"placements\":[]}]}");
    EXPECT_INT(0, list(f, "ats_candidates", SINCE, cursor, NULL));
    EXPECT_STR("", cursor);
    EXPECT_INT(2, fake_told(f, "record", "ats_candidates"));
    EXPECT_INT(0, fake_told(f, "record", "ats_candidates 1"));
    fake_free(f);
}

TEST(a_search_that_refuses_or_ignores_the_filter_is_not_relied_on)
{
    UNUSED_STATE;
    expect_fallback(422, "{\"error\":[\"Unknown field\"]}");
    expect_fallback(400, "{\"error\":\"bad\"}");
    expect_fallback(404, "{\"error\":[\"Not found\"]}");
    expect_fallback(200, "{\"hits\":[{\"id\":1,\"updated_at\":\"2026-03-01T00:00:00.000Z\"}]}");
}

TEST(an_outage_of_the_search_is_no_reason_to_list_all)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[200] = "";

    fake_script(f, SEARCH("0"), 503, "");
    EXPECT_INT(WEIR_E_LATER, list(f, "ats_candidates", SINCE, cursor, NULL));
    EXPECT_STR("", cursor);
    EXPECT_INT(WEIR_E_INVALID, weir_connector.fetch->list(fake_self(f), weir_str("ats_candidates"), 0,
                                                          weir_str("9|0|0|0|0|"), fake_sink(f), NULL));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_candidate_comes_with_its_applications),
        UNIT(the_outcome_is_told_by_the_placement_or_else_by_the_event),
        UNIT(placements_in_talent_pools_are_no_applications),
        UNIT(an_application_at_a_job_that_may_not_be_seen_is_kept),
        UNIT(a_deleted_candidate_goes_with_its_applications),
        UNIT(what_is_no_candidate_deletes_nothing),
        UNIT(all_candidates_are_listed_with_their_applications),
        UNIT(an_ignored_offset_ends_and_deletes_nothing),
        UNIT(what_changed_is_found_by_the_search_and_read_whole),
        UNIT(a_search_that_refuses_or_ignores_the_filter_is_not_relied_on),
        UNIT(an_outage_of_the_search_is_no_reason_to_list_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
