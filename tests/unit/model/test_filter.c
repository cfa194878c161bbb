/* Which records a query's filters let through. */
#include "model/filter.h"

#include "everything.h"

/* Does the filter let a record with this stored text through? */
static bool passes(const char *model, const char *name, const char *value, const char *json)
{
    struct filters *filters = filters_new(model_named(model), NULL, weir_str(INTEGRATION));
    struct weir_error err;
    bool match;

    if (filters_add(filters, weir_str(name), weir_str(value), &err) != 0) {
        fail_msg("%s", err.message);
    }
    match = filters_match(filters, weir_str("id"), weir_str("remote"), weir_str(json));
    filters_free(filters);
    return match;
}

static void refused(const char *model, const char *name, const char *value, const char *message)
{
    struct filters *filters = filters_new(model_named(model), NULL, weir_str(INTEGRATION));
    struct weir_error err;

    EXPECT_INT(WEIR_E_INVALID, filters_add(filters, weir_str(name), weir_str(value), &err));
    EXPECT_STR(message, err.message);
    EXPECT(filters_match(filters, weir_str("id"), weir_str("remote"), weir_str("{}")));
    filters_free(filters);
}

TEST(without_filters_everything_passes)
{
    struct filters *filters = filters_new(model_named("hris_employees"), NULL, weir_str(INTEGRATION));

    UNUSED_STATE;
    EXPECT(filters_match(filters, weir_str("a"), weir_str("b"), weir_str("")));
    filters_free(filters);
    filters_free(NULL);
}

TEST(a_name_that_is_no_filter_of_the_model_is_said_to_be_none)
{
    struct filters *filters = filters_new(model_named("hris_teams"), NULL, weir_str(INTEGRATION));

    UNUSED_STATE;
    EXPECT_INT(WEIR_E_NONE, filters_add(filters, weir_str("group_ids"), weir_str("x"), NULL));
    EXPECT_INT(WEIR_E_NONE, filters_add(filters, weir_str("updated_after"), weir_str("x"), NULL));
    EXPECT_INT(WEIR_E_NONE, filters_add(filters, weir_str(""), weir_str("x"), NULL));
    filters_free(filters);
}

TEST(ids_and_remote_ids_are_common_to_all_models)
{
    struct weir_str id;

    UNUSED_STATE;
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        struct filters *filters = filters_new(model_nth(i), NULL, weir_str(INTEGRATION));

        EXPECT(!filters_id_nth(filters, 0, &id));
        EXPECT_INT(0, filters_add(filters, weir_str("ids"), weir_str("a,b"), NULL));
        EXPECT_INT(0, filters_add(filters, weir_str("remote_ids"), weir_str("1,,2,"), NULL));
        EXPECT(filters_match(filters, weir_str("a"), weir_str("2"), weir_str("{}")));
        EXPECT(filters_match(filters, weir_str("b"), weir_str("1"), weir_str("{}")));
        EXPECT(!filters_match(filters, weir_str("c"), weir_str("1"), weir_str("{}")));
        EXPECT(!filters_match(filters, weir_str("a"), weir_str("3"), weir_str("{}")));
        EXPECT(!filters_match(filters, weir_str("a"), weir_str(""), weir_str("{}")));
        EXPECT(filters_id_nth(filters, 1, &id) && weir_str_is(id, "b"));
        EXPECT(!filters_id_nth(filters, 2, &id));
        EXPECT(filters_remote_id_nth(filters, 1, &id) && weir_str_is(id, "2"));
        EXPECT(!filters_remote_id_nth(filters, 2, &id));
        filters_free(filters);
    }
}

TEST(words_match_any_of_the_list_and_null_the_record_without)
{
    UNUSED_STATE;
    EXPECT(
        passes("hris_employees", "employment_statuses", "ACTIVE,LEAVE", "{\"employment_status\":\"LEAVE\"}"));
    EXPECT(!passes("hris_employees", "employment_statuses", "ACTIVE,LEAVE",
                   "{\"employment_status\":\"INACTIVE\"}"));
    EXPECT(!passes("hris_employees", "employment_statuses", "ACTIVE", "{}"));
    EXPECT(passes("hris_teams", "types", "TEAM,null", "{\"name\":\"A\"}"));
    EXPECT(passes("hris_teams", "types", "TEAM,null", "{\"type\":\"TEAM\"}"));
    EXPECT(!passes("hris_teams", "types", "null", "{\"type\":\"TEAM\"}"));
    EXPECT(passes("hris_staffing_entities", "statuses", "OPEN_LIMITED", "{\"status\":\"OPEN_LIMITED\"}"));
    EXPECT(passes("hris_staffing_entities", "model_types", "JOB", "{\"model_type\":\"JOB\"}"));
    EXPECT(passes("hris_performance_reviews", "types", "SELF", "{\"type\":\"SELF\"}"));
    refused("hris_teams", "types", "TEAM,CLUB",
            "types has an unknown word: it takes a comma list of DEPARTMENT, TEAM, COST_CENTER, null");
    refused("hris_teams", "types", "", "types is empty: leave it out or give it a value");
    refused("hris_teams", "types", ",,", "types has no value between its commas");
}

TEST(ids_of_references_match_one_or_a_list)
{
    UNUSED_STATE;
    EXPECT(passes("hris_employees", "legal_entity_ids", "x,y", "{\"legal_entity_id\":\"y\"}"));
    EXPECT(!passes("hris_employees", "legal_entity_ids", "x,y", "{\"legal_entity_id\":\"z\"}"));
    EXPECT(!passes("hris_employees", "legal_entity_ids", "x,y", "{\"work_location_id\":\"x\"}"));
    EXPECT(passes("hris_employees", "work_location_ids", "x", "{\"work_location_id\":\"x\"}"));
    EXPECT(passes("hris_employees", "group_ids", "c,b", "{\"groups\":[\"a\",\"b\"]}"));
    EXPECT(!passes("hris_employees", "group_ids", "c", "{\"groups\":[\"a\",\"b\"]}"));
    EXPECT(!passes("hris_employees", "group_ids", "c", "{}"));
    EXPECT(passes("hris_absences", "employee_id", "e", "{\"employee_id\":\"e\"}"));
    EXPECT(!passes("hris_absences", "employee_id", "e,f", "{\"employee_id\":\"e\"}"));
    EXPECT(passes("hris_performance_reviews", "reviewee_ids", "e", "{\"reviewee_id\":\"e\"}"));
    EXPECT(passes("hris_performance_reviews", "review_cycle_ids", "e", "{\"review_cycle_id\":\"e\"}"));
}

TEST(emails_and_names_are_compared_without_case)
{
    UNUSED_STATE;
    EXPECT(passes("hris_employees", "work_emails", "x@b.example,Mira@B.Example",
                  "{\"work_email\":\"mira@b.example\"}"));
    EXPECT(!passes("hris_employees", "work_emails", "mira@b.exampl", "{\"work_email\":\"mira@b.example\"}"));
    EXPECT(!passes("hris_employees", "personal_emails", "a@b.example", "{\"work_email\":\"a@b.example\"}"));
    EXPECT(passes("hris_teams", "name_contains", "GINE", "{\"name\":\"Engineering\"}"));
    EXPECT(passes("hris_teams", "name_contains", "r&d, \"x\"", "{\"name\":\"The R&D, \\\"X\\\" team\"}"));
    EXPECT(!passes("hris_teams", "name_contains", "n", "{\"name\":\"a\\\\b\\u0009\\t\"}"));
    EXPECT(passes("hris_locations", "name_contains", "\xc3\xbc", "{\"name\":\"M\xc3\xbcnchen\"}"));
    EXPECT(!passes("hris_legal_entities", "name_contains", "Northwind GmbH", "{\"name\":\"Northwind\"}"));
    EXPECT(!passes("hris_legal_entities", "name_contains", "x", "{}"));
}

TEST(absences_overlap_the_days_asked_for)
{
    static const char absence[] = "{\"start_date\":\"2026-03-09\",\"end_date\":\"2026-03-11\"}";

    UNUSED_STATE;
    EXPECT(passes("hris_absences", "date_from", "2026-03-11T23:59:59.000Z", absence));
    EXPECT(passes("hris_absences", "date_from", "2026-03-01", absence));
    EXPECT(!passes("hris_absences", "date_from", "2026-03-12T00:00:00.000Z", absence));
    EXPECT(passes("hris_absences", "date_from", "2026-03-12", "{\"start_date\":\"2026-03-09\"}"));
    EXPECT(passes("hris_absences", "date_until", "2026-03-09T00:00:00.000Z", absence));
    EXPECT(!passes("hris_absences", "date_until", "2026-03-08T23:59:59.000Z", absence));
    EXPECT(!passes("hris_absences", "date_until", "2026-03-12", "{}"));
    EXPECT(passes("hris_absences", "date_until", "2026-03-09Z", absence));
    refused("hris_absences", "date_from", "09.03.2026",
            "date_from is no date: write it as 2026-03-09 or 2026-03-09T00:00:00.000Z");
}

TEST(timesheets_fall_into_one_of_two_windows_side_by_side)
{
    static const char sheet[] = "{\"started_at\":\"2026-02-10T08:00:00.000Z\"}";

    UNUSED_STATE;
    EXPECT(passes("hris_timesheets", "started_after", "2026-02-10T08:00:00Z", sheet));
    EXPECT(!passes("hris_timesheets", "started_before", "2026-02-10T08:00:00Z", sheet));
    EXPECT(passes("hris_timesheets", "started_before", "2026-02-10T08:00:00.001Z", sheet));
    EXPECT(!passes("hris_timesheets", "started_after", "2026-02-10T08:00:00.001Z", sheet));
    EXPECT(!passes("hris_timesheets", "ended_after", "2026-02-10", sheet));
    EXPECT(!passes("hris_timesheets", "ended_before", "2026-02-10", sheet));
    refused("hris_timesheets", "ended_before", "yesterday",
            "ended_before is no point in time: write it as 2026-03-09T08:30:00.000Z");
}

TEST(one_custom_field_is_compared_as_a_value)
{
    static const char json[] =
        "{\"custom_fields\":{\"a\":\"\xc3\xa9\",\"b\":17,\"c\":1.5,\"d\":true,\"e\":null,\"f\":[1]}}";

    UNUSED_STATE;
    EXPECT(passes("hris_employees", "custom_fields", "{\"a\":\"\\u00e9\"}", json));
    EXPECT(!passes("hris_employees", "custom_fields", "{\"a\":\"e\"}", json));
    EXPECT(passes("hris_employees", "custom_fields", "{\"b\":17.0}", json));
    EXPECT(!passes("hris_employees", "custom_fields", "{\"b\":\"17\"}", json));
    EXPECT(passes("hris_employees", "custom_fields", " { \"c\" : 15e-1 } ", json));
    EXPECT(passes("hris_employees", "custom_fields", "{\"d\":true}", json));
    EXPECT(!passes("hris_employees", "custom_fields", "{\"d\":false}", json));
    EXPECT(passes("hris_employees", "custom_fields", "{\"e\":null}", json));
    EXPECT(passes("hris_employees", "custom_fields", "{\"missing\":null}", json));
    EXPECT(passes("hris_employees", "custom_fields", "{\"missing\":null}", "{}"));
    EXPECT(!passes("hris_employees", "custom_fields", "{\"missing\":1}", "{}"));
    EXPECT(!passes("hris_employees", "custom_fields", "{\"f\":1}", json));
}

TEST(a_custom_field_filter_is_one_plain_pair)
{
    static const char *const bad[] = {"{}", "{\"a\":1,\"b\":2}", "{\"a\":{}}", "{\"a\":[1]}",      "[1]",
                                      "a",  "{\"a\":1",          "1",          "{\"a\":1,\"a\":1}"};

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refused("hris_employees", "custom_fields", bad[i],
                "custom_fields is not JSON with exactly one pair, such as {\"cost_center\":\"CC-17\"}, whose "
                "value is "
                "text, number, boolean or null");
    }
}

TEST(filters_of_different_names_all_have_to_match)
{
    struct filters *filters = filters_new(model_named("hris_teams"), NULL, weir_str(INTEGRATION));
    struct weir_error err;

    UNUSED_STATE;
    EXPECT_INT(0, filters_add(filters, weir_str("types"), weir_str("TEAM"), &err));
    EXPECT_INT(0, filters_add(filters, weir_str("name_contains"), weir_str("a"), &err));
    EXPECT_INT(0, filters_add(filters, weir_str("ids"), weir_str("1"), &err));
    EXPECT(
        filters_match(filters, weir_str("1"), weir_str("r"), weir_str("{\"name\":\"a\",\"type\":\"TEAM\"}")));
    EXPECT(!filters_match(filters, weir_str("1"), weir_str("r"),
                          weir_str("{\"name\":\"b\",\"type\":\"TEAM\"}")));
    EXPECT(!filters_match(filters, weir_str("1"), weir_str("r"), weir_str("{\"name\":\"a\"}")));
    EXPECT(!filters_match(filters, weir_str("2"), weir_str("r"),
                          weir_str("{\"name\":\"a\",\"type\":\"TEAM\"}")));
    EXPECT_INT(WEIR_E_INVALID, filters_add(filters, weir_str("types"), weir_str("TEAM"), &err));
    EXPECT_STR("types is given twice: give it once, with its values in a comma list", err.message);
    EXPECT_INT(WEIR_E_INVALID, filters_add(filters, weir_str("ids"), weir_str("1"), &err));
    filters_free(filters);
}

TEST(a_filter_on_a_field_out_of_scope_matches_nothing)
{
    struct scope *scope = scope_everything();
    struct filters *filters;

    UNUSED_STATE;
    scope_set_field(scope, weir_str("hris_employees"), weir_str("personal_email"), SCOPE_DISABLED);
    filters = filters_new(model_named("hris_employees"), scope, weir_str(INTEGRATION));
    EXPECT_INT(0, filters_add(filters, weir_str("personal_emails"), weir_str("a@b.example"), NULL));
    EXPECT(!filters_match(filters, weir_str("1"), weir_str("r"),
                          weir_str("{\"personal_email\":\"a@b.example\"}")));
    filters_free(filters);
    scope_free(scope);
}

TEST(what_is_given_is_bounded)
{
    char many[2 * FILTER_VALUES_MAX + 4];
    static char huge[70000];

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof many - 1; i++) {
        many[i] = i % 2 == 0 ? 'a' : ',';
    }
    many[sizeof many - 1] = '\0';
    refused("hris_teams", "ids", many, "ids has more than 1000 values: ask in several requests");
    memset(huge, 'a', sizeof huge - 1);
    refused("hris_teams", "name_contains", huge, "name_contains is too long or no UTF-8");
    refused("hris_teams", "name_contains", "\xff", "name_contains is too long or no UTF-8");
}

/* ---- filters of recruiting ---- */

TEST(texts_are_compared_as_the_contract_says)
{
    UNUSED_STATE;
    EXPECT(passes("ats_candidates", "first_name", "ADA", "{\"first_name\":\"Ada\"}"));
    EXPECT(!passes("ats_candidates", "first_name", "Ad", "{\"first_name\":\"Ada\"}"));
    EXPECT(passes("ats_candidates", "last_name", "a,b", "{\"last_name\":\"A,B\"}"));
    EXPECT(passes("ats_jobs", "job_codes", "X,BE-1", "{\"job_code\":\"BE-1\"}"));
    EXPECT(!passes("ats_jobs", "job_codes", "be-1", "{\"job_code\":\"BE-1\"}"));
    EXPECT(passes("ats_jobs", "post_url", "https://x.example/?a=1,2",
                  "{\"post_url\":\"https://x.example/?a=1,2\"}"));
    EXPECT(!passes("ats_jobs", "post_url", "https://x.example/", "{}"));
    EXPECT(passes("ats_jobs", "statuses", "OPEN,DRAFT", "{\"status\":\"DRAFT\"}"));
    EXPECT(passes("ats_users", "emails", "L@X.example", "{\"email\":\"l@x.example\"}"));
    EXPECT(passes("ats_roles", "scopes", "JOB", "{\"scope\":\"JOB\"}"));
}

TEST(any_address_of_a_candidate_may_be_the_one)
{
    static const char json[] = "{\"email_addresses\":[{\"email_address\":\"a@x.example\",\"type\":null},"
                               "{\"email_address\":\"b@x.example\",\"type\":\"c@x.example\"}]}";

    UNUSED_STATE;
    EXPECT(passes("ats_candidates", "email", "B@x.example", json));
    EXPECT(!passes("ats_candidates", "email", "c@x.example", json));
    EXPECT(!passes("ats_candidates", "email", "a@x.example", "{}"));
}

TEST(a_reference_is_found_by_the_remote_id_of_its_record)
{
    char job[ID_TEXT], json[100];

    UNUSED_STATE;
    (void)snprintf(json, sizeof json, "{\"job_id\":\"%s\"}", id_of(job, "ats_jobs", "4").data);
    EXPECT(passes("ats_applications", "job_remote_ids", "3,4", json));
    EXPECT(!passes("ats_applications", "job_remote_ids", "3", json));
    EXPECT(passes("ats_applications", "job_ids", job, json));
    EXPECT(!passes("ats_applications", "job_remote_ids", job, json));
}

/* Two applications of one candidate, the second deleted; asked for by id there is the first. */
struct applications {
    char json[2][100];
    int failure;
};

static int first_application(void *ctx, const struct model *model, struct weir_str id,
                             struct lookup_source *out, struct weir_error *err)
{
    const struct applications *a = ctx;

    EXPECT_STR("ats_applications", model->name);
    *out = (struct lookup_source){.common.id = id, .json = weir_str(a->json[0])};
    return a->failure != 0 ? weir_fail(err, a->failure, "the shelf broke") : 0;
}

static int both_applications(void *ctx, const struct model *child, uint8_t slot, struct weir_str parent_id,
                             bool (*each)(void *each_ctx, const struct lookup_source *found), void *each_ctx,
                             struct weir_error *err)
{
    const struct applications *a = ctx;
    bool more = true;

    EXPECT_STR("ats_applications", child->name);
    EXPECT_INT(3, slot);
    EXPECT(weir_str_is(parent_id, "c"));
    for (int i = 0; i < 2 && more; i++) {
        struct lookup_source source = {.common.remote_deleted_at_ms = i, .json = weir_str(a->json[i])};

        more = each(each_ctx, &source);
    }
    return a->failure != 0 ? weir_fail(err, a->failure, "the shelf broke") : 0;
}

/* Do those of this job, by its remote id, show the record? *rc: of the look-ups. */
static bool has_job(int *rc, const char *model, const char *job, const char *json, struct applications *ctx,
                    const struct scope *scope, bool include_deleted)
{
    const struct lookup lookup = {.ctx = ctx, .by_id = first_application, .children = both_applications};
    struct filters *filters = filters_new(model_named(model), scope, weir_str(INTEGRATION));
    struct weir_error err = {0};
    char id[ID_TEXT];
    bool match;

    EXPECT_INT(0, filters_add(filters, weir_str("job_ids"), id_of(id, "ats_jobs", job), NULL));
    EXPECT(!filters_match(filters, weir_str("c"), weir_str("r"), weir_str(json))); /* it cannot look yet */
    EXPECT_INT(0, filters_check(filters, NULL));
    filters_look_in(filters, &lookup, include_deleted);
    match = filters_match(filters, weir_str("c"), weir_str("r"), weir_str(json));
    *rc = filters_check(filters, &err);
    EXPECT_INT(*rc, err.code);
    filters_free(filters);
    return match;
}

TEST(a_job_is_looked_for_in_the_applications)
{
    struct scope *scope = scope_everything();
    struct applications a = {.failure = 0};
    char job[ID_TEXT], interview[100];
    int rc;

    UNUSED_STATE;
    (void)snprintf(a.json[0], sizeof a.json[0], "{\"job_id\":\"%s\"}", id_of(job, "ats_jobs", "1").data);
    (void)snprintf(a.json[1], sizeof a.json[1], "{\"job_id\":\"%s\"}", id_of(job, "ats_jobs", "2").data);
    (void)snprintf(interview, sizeof interview, "{\"application_id\":\"%s\"}",
                   id_of(job, "ats_applications", "9").data);
    EXPECT(has_job(&rc, "ats_candidates", "1", "{}", &a, scope, false));
    EXPECT(!has_job(&rc, "ats_candidates", "2", "{}", &a, scope, false));
    EXPECT(has_job(&rc, "ats_candidates", "2", "{}", &a, scope, true));
    EXPECT(has_job(&rc, "ats_interviews", "1", interview, &a, scope, false));
    EXPECT(!has_job(&rc, "ats_interviews", "2", interview, &a, NULL, false));
    EXPECT_INT(0, rc);
    a.failure = WEIR_E_IO;
    EXPECT(!has_job(&rc, "ats_interviews", "1", interview, &a, scope, false));
    EXPECT_INT(WEIR_E_IO, rc);
    EXPECT(!has_job(&rc, "ats_candidates", "1", "{}", &a, scope, false));
    EXPECT_INT(WEIR_E_IO, rc);
    a.failure = 0;
    scope_set_field(scope, weir_str("ats_applications"), weir_str("candidate_id"), SCOPE_DISABLED);
    EXPECT(!has_job(&rc, "ats_candidates", "1", "{}", &a, scope, false));
    EXPECT(has_job(&rc, "ats_interviews", "1", interview, &a, scope, false));
    scope_set_field(scope, weir_str("ats_applications"), weir_str("job_id"), SCOPE_DISABLED);
    EXPECT(!has_job(&rc, "ats_interviews", "1", interview, &a, scope, false));
    scope_free(scope);
}

TEST(what_a_filter_needs_is_said_field_by_field)
{
    static const struct {
        const char *model, *filter, *of, *field;
        size_t n;
    } needs[] = {
        {"hris_employees", "personal_emails", "hris_employees", "personal_email", 0},
        {"ats_candidates", "job_ids", "ats_applications", "job_id", 0},
        {"ats_candidates", "job_ids", "ats_applications", "candidate_id", 1},
        {"ats_interviews", "job_ids", "ats_applications", "job_id", 0},
        {"ats_interviews", "job_ids", "ats_interviews", "application_id", 1},
    };
    const struct model_field *field;
    const struct model *of;

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        EXPECT(
            filter_need_nth(&of, &field, model_named(needs[i].model), weir_str(needs[i].filter), needs[i].n));
        EXPECT_STR(needs[i].of, of->name);
        EXPECT_STR(needs[i].field, field->name);
    }
    EXPECT(!filter_need_nth(&of, &field, model_named("hris_employees"), weir_str("personal_emails"), 1));
    EXPECT(!filter_need_nth(&of, &field, model_named("ats_candidates"), weir_str("job_ids"), 2));
    EXPECT(!filter_need_nth(&of, &field, model_named("hris_employees"), weir_str("ids"), 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(without_filters_everything_passes),
        UNIT(a_name_that_is_no_filter_of_the_model_is_said_to_be_none),
        UNIT(ids_and_remote_ids_are_common_to_all_models),
        UNIT(words_match_any_of_the_list_and_null_the_record_without),
        UNIT(ids_of_references_match_one_or_a_list),
        UNIT(emails_and_names_are_compared_without_case),
        UNIT(absences_overlap_the_days_asked_for),
        UNIT(timesheets_fall_into_one_of_two_windows_side_by_side),
        UNIT(one_custom_field_is_compared_as_a_value),
        UNIT(a_custom_field_filter_is_one_plain_pair),
        UNIT(filters_of_different_names_all_have_to_match),
        UNIT(a_filter_on_a_field_out_of_scope_matches_nothing),
        UNIT(what_is_given_is_bounded),
        UNIT(texts_are_compared_as_the_contract_says),
        UNIT(any_address_of_a_candidate_may_be_the_one),
        UNIT(a_reference_is_found_by_the_remote_id_of_its_record),
        UNIT(a_job_is_looked_for_in_the_applications),
        UNIT(what_a_filter_needs_is_said_field_by_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
