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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
