#include "fake_personio.h"

#include "employment.h"
#include "fetch.h"
#include "person.h"

#define PERSON                                                                                               \
    "{\"id\":\"3003\",\"email\":\"ada.quill@acme.example\",\"created_at\":\"2024-03-01T08:12:45Z\","         \
    "\"updated_at\":"                                                                                        \
    "\"2026-01-20T09:30:00Z\",\"first_name\":\"Ada\",\"last_name\":\"Quill\",\"preferred_name\":\"Ada "      \
    "Q.\",\"gender\":"                                                                                       \
    "\"FEMALE\",\"profile_picture\":{\"url\":\"https://api.personio.de/"                                     \
    "x\"},\"status\":\"ACTIVE\",\"custom_attributes\":"                                                      \
    "[{\"id\":\"dynamic_305\",\"type\":\"string\",\"value\":\"Red\",\"global_id\":\"color\"},{\"id\":"       \
    "\"dynamic_306\","                                                                                       \
    "\"type\":\"date\",\"value\":\"1990-05-17\",\"global_id\":\"date_of_birth\"}],\"employments\":[{\"id\":" \
    "\"5f0c\"}]}"

#define EMPLOYMENT                                                                                           \
    "{\"id\":\"5f0c\",\"status\":\"ACTIVE\",\"weekly_working_hours\":32,\"full_time_weekly_working_hours\":" \
    "40,"                                                                                                    \
    "\"probation_end_date\":\"2024-09-30\",\"employment_start_date\":\"2024-04-01\",\"employment_end_"       \
    "date\":null,"                                                                                           \
    "\"type\":\"INTERNAL\",\"contract_end_date\":\"2027-01-01\",\"position\":{\"title\":\"Software "         \
    "Engineer\"},"                                                                                           \
    "\"supervisor\":{\"id\":\"3001\"},\"office\":{\"id\":\"60302\"},\"legal_entity\":{\"id\":\"170\"},"      \
    "\"org_units\":"                                                                                         \
    "[{\"type\":\"team\",\"id\":\"4502\"},{\"type\":\"department\",\"id\":401}],\"cost_centers\":[{\"id\":"  \
    "\"1000\","                                                                                              \
    "\"weight\":100}],\"person\":{\"id\":\"3003\"},\"termination\":null}"

#define LIST(items) "{\"_data\":[" items "],\"_meta\":{\"links\":{\"self\":{\"href\":\"x\"}}}}"

static int fetch(struct fake *f, const char *model, const char *id, const char *hint, struct weir_error *err)
{
    struct weir_ref ref = {weir_str(model), weir_str(id), weir_str(hint)};

    return personio_fetch.record(fake_personio(f), &ref, fake_sink(f), err);
}

static int list(struct fake *f, int64_t since_ms, const char *cursor)
{
    return personio_fetch.list(fake_personio(f), weir_str("hris_employees"), since_ms, weir_str(cursor),
                               fake_sink(f), NULL);
}

TEST(a_person_and_the_employments_become_an_employee)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/persons/3003", 200, PERSON);
    fake_script(f, "GET /v2/persons/3003/employments?limit=50", 200, LIST(EMPLOYMENT));
    EXPECT_INT(0, fetch(f, "hris_employees", "3003", "", NULL));
    expect_json(
        "{\"first_name\":\"Ada\",\"last_name\":\"Quill\",\"display_full_name\":\"Ada Q.\",\"work_email\":"
        "\"ada.quill@acme.example\",\"gender\":\"FEMALE\",\"remote_created_at\":\"2024-03-01T08:12:45Z\","
        "\"custom_fields\":{\"color\":\"Red\",\"date_of_birth\":\"1990-05-17\"},\"job_title\":\"Software "
        "Engineer\",\"employment_status\":\"ACTIVE\",\"employment_type\":\"PART_TIME\",\"weekly_hours\":32,"
        "\"start_date\":\"2024-04-01\",\"termination_date\":null,\"manager_id\":\"3001\",\"work_location_"
        "id\":"
        "\"60302\",\"legal_entity_id\":\"170\",\"groups\":[\"team:4502\",\"department:401\",\"cost_center:"
        "1000\"]}",
        fake_json(f, "record", "hris_employees", "3003"));
    expect_json(
        "{\"employee_id\":\"3003\",\"job_title\":\"Software Engineer\",\"employment_type\":\"PART_TIME\","
        "\"effective_date\":\"2024-04-01\"}",
        fake_json(f, "record", "hris_employments", "5f0c"));
    expect_json("{\"name\":null,\"type\":\"TEAM\",\"parent_id\":null}",
                fake_json(f, "placeholder", "hris_teams", "team:4502"));
    expect_json("{\"name\":null,\"type\":\"DEPARTMENT\",\"parent_id\":null}",
                fake_json(f, "placeholder", "hris_teams", "department:401"));
    expect_json("{\"name\":null,\"type\":\"COST_CENTER\",\"parent_id\":null}",
                fake_json(f, "placeholder", "hris_teams", "cost_center:1000"));
    expect_json("{\"name\":null}", fake_json(f, "placeholder", "hris_locations", "60302"));
    expect_json("{\"name\":null}", fake_json(f, "placeholder", "hris_legal_entities", "170"));
    EXPECT_INT(1, fake_told(f, "complete", "hris_employments employee_id 3003"));
    fake_free(f);
}

TEST(a_person_who_is_not_there_is_gone_with_all_that_was_theirs)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/persons/3003", 404, "{\"errors\":[]}");
    EXPECT_INT(0, fetch(f, "hris_employees", "3003", "", NULL));
    EXPECT_STR("gone hris_employees 3003", fake_line(f, 0));
    EXPECT_STR("complete hris_employments employee_id 3003", fake_line(f, 1));
    EXPECT_STR("complete hris_absences employee_id 3003", fake_line(f, 2));
    fake_free(f);
}

TEST(a_missing_right_deletes_nothing)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/persons/3003", 403, "");
    EXPECT_INT(WEIR_E_PERMISSION, fetch(f, "hris_employees", "3003", "", NULL));
    fake_script(f, "GET /v2/persons/3003", 200, PERSON);
    fake_script(f, "GET /v2/persons/3003/employments?limit=50", 403, "");
    EXPECT_INT(WEIR_E_PERMISSION, fetch(f, "hris_employees", "3003", "", NULL));
    fake_script(f, "GET /v2/persons/3003", 200, PERSON);
    fake_script(f, "GET /v2/persons/3003/employments?limit=50", 404, "");
    EXPECT_INT(WEIR_E_LATER, fetch(f, "hris_employees", "3003", "", NULL));
    EXPECT_STR("", fake_line(f, 0));
    fake_free(f);
}

TEST(an_answer_of_somebody_else_is_not_stored)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/persons/3004", 200, PERSON);
    EXPECT_INT(WEIR_E_INVALID, fetch(f, "hris_employees", "3004", "", NULL));
    EXPECT_INT(WEIR_E_INVALID, fetch(f, "hris_employees", "../webhooks", "", NULL));
    fake_free(f);
}

/* Maps, with the settings of f; json_decref the result. */
static json_t *map(struct fake *f, const char *person_text, const char *employments_text)
{
    json_t *person = json_loads(person_text, 0, NULL);
    json_t *employments = json_loads(employments_text, 0, NULL);
    json_t *record;

    assert_non_null(person);
    assert_non_null(employments);
    record = person_map(fake_personio(f), person, employments, "3003");
    assert_non_null(record);
    json_decref(person);
    json_decref(employments);
    return record;
}

static void expect_map(const char *want, const char *person, const char *employments)
{
    struct fake *f = fake_new();
    json_t *record = map(f, person, employments);

    expect_json(want, record);
    json_decref(record);
    fake_free(f);
}

TEST(what_the_credential_may_not_read_is_left_out_and_not_emptied)
{
    UNUSED_STATE;

    expect_map("{\"custom_fields\":{},\"employment_status\":\"ACTIVE\"}",
               "{\"id\":\"3003\",\"employments\":[{\"id\":\"77aa\"}],\"custom_attributes\":[]}",
               "[{\"id\":\"77aa\",\"person\":{\"id\":\"3003\"},\"status\":\"ACTIVE\"}]");
    expect_map("{}", "{\"id\":\"3003\"}", "[{\"id\":\"77aa\"}]");
}

TEST(what_is_null_is_emptied)
{
    UNUSED_STATE;

    expect_map(
        "{\"first_name\":null,\"last_name\":null,\"display_full_name\":null,\"work_email\":null,\"gender\":"
        "null,"
        "\"remote_created_at\":null,\"employment_status\":null,\"job_title\":null,\"employment_type\":null,"
        "\"weekly_hours\":null,\"start_date\":null,\"termination_date\":null,\"manager_id\":null,"
        "\"work_location_id\":null,\"legal_entity_id\":null,\"groups\":[]}",
        "{\"id\":\"3003\",\"first_name\":null,\"last_name\":null,\"preferred_name\":null,\"email\":null,"
        "\"gender\":null,\"created_at\":null}",
        "[{\"id\":\"1\",\"status\":null,\"position\":null,\"weekly_working_hours\":null,"
        "\"full_time_weekly_working_hours\":40,\"employment_start_date\":null,\"termination\":null,"
        "\"supervisor\":null,\"office\":null,\"legal_entity\":null,\"org_units\":null}]");
}

TEST(a_person_without_employments_has_no_job)
{
    UNUSED_STATE;

    expect_map("{\"first_name\":\"Ada\",\"last_name\":\"Quill\",\"display_full_name\":\"Ada Quill\","
               "\"employment_status\":null,\"job_title\":null,\"employment_type\":null,\"weekly_hours\":null,"
               "\"start_date\":null,\"termination_date\":null,\"manager_id\":null,\"work_location_id\":null,"
               "\"legal_entity_id\":null,\"groups\":[]}",
               "{\"id\":\"3003\",\"first_name\":\"Ada\",\"last_name\":\"Quill\"}", "[]");
}

static void expect_current(const char *want_title, const char *employments)
{
    struct fake *f = fake_new();
    json_t *record = map(f, "{}", employments);

    EXPECT_STR(want_title, json_string_value(json_object_get(record, "job_title")));
    json_decref(record);
    fake_free(f);
}

TEST(the_current_employment_is_the_first_active_then_onboarding_then_any)
{
    UNUSED_STATE;
#define JOB(status, title) "{\"status\":\"" status "\",\"position\":{\"title\":\"" title "\"}}"

    expect_current("b", "[" JOB("ONBOARDING", "a") "," JOB("LEAVE", "b") "," JOB("ACTIVE", "c") "]");
    expect_current("b", "[" JOB("INACTIVE", "a") "," JOB("ONBOARDING", "b") "]");
    expect_current("a", "[" JOB("INACTIVE", "a") "," JOB("UNSPECIFIED", "b") "]");
    expect_current("b", "[" JOB("INACTIVE", "a") "," JOB("active", "b") "]");
}

static void expect_field(const char *field, const char *want, const char *person, const char *employment)
{
    struct fake *f = fake_new();
    char list_text[1500];
    json_t *record;
    json_t *got;
    char *text;

    (void)snprintf(list_text, sizeof list_text, "[%s]", employment);
    record = map(f, person, list_text);
    got = json_object_get(record, field);
    text = got != NULL ? json_dumps(got, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
    EXPECT_STR(want, text != NULL ? text : "missing");
    free(text);
    json_decref(record);
    fake_free(f);
}

TEST(words_are_mapped_as_the_tables_say)
{
    UNUSED_STATE;

    expect_field("gender", "\"MALE\"", "{\"gender\":\"male\"}", "{}");
    expect_field("gender", "\"NON_BINARY\"", "{\"gender\":\"DIVERSE\"}", "{}");
    expect_field("gender", "null", "{\"gender\":\"UNSPECIFIED\"}", "{}");
    expect_field("gender", "missing", "{}", "{}");
    expect_field("employment_status", "\"LEAVE\"", "{}", "{\"status\":\"LEAVE\"}");
    expect_field("employment_status", "\"PENDING\"", "{}", "{\"status\":\"ONBOARDING\"}");
    expect_field("employment_status", "\"INACTIVE\"", "{}", "{\"status\":\"INACTIVE\"}");
    expect_field("employment_status", "null", "{}", "{\"status\":\"UNSPECIFIED\"}");
    expect_field("employment_type", "\"CONTRACT\"", "{}",
                 "{\"type\":\"EXTERNAL\",\"weekly_working_hours\":40,\"full_time_weekly_working_hours\":40}");
    expect_field(
        "employment_type", "\"FULL_TIME\"", "{}",
        "{\"type\":\"INTERNAL\",\"weekly_working_hours\":\"38.5\",\"full_time_weekly_working_hours\":38.5}");
    expect_field("employment_type", "null", "{}",
                 "{\"weekly_working_hours\":40,\"full_time_weekly_working_hours\":0}");
    expect_field("employment_type", "missing", "{}", "{\"type\":\"INTERNAL\",\"weekly_working_hours\":40}");
    expect_field("weekly_hours", "38.5", "{}", "{\"weekly_working_hours\":38.5}");
    expect_field("display_full_name", "\"Ada\"", "{\"first_name\":\"Ada\",\"preferred_name\":\"\"}", "{}");
}

TEST(an_end_is_the_terminations_or_the_employments_and_never_the_contracts)
{
    UNUSED_STATE;

    expect_field(
        "termination_date", "\"2026-12-31\"", "{}",
        "{\"termination\":{\"termination_date\":\"2026-12-31\",\"last_working_date\":\"2026-12-18\"},"
        "\"employment_end_date\":\"2027-01-31\"}");
    expect_field("termination_date", "\"2027-01-31\"", "{}",
                 "{\"termination\":{\"termination_date\":null},\"employment_end_date\":\"2027-01-31\"}");
    expect_field("termination_date", "\"2027-01-31\"", "{}", "{\"employment_end_date\":\"2027-01-31\"}");
    expect_field("termination_date", "null", "{}",
                 "{\"employment_end_date\":null,\"contract_end_date\":\"2027-01-31\"}");
    expect_field("termination_date", "missing", "{}", "{\"contract_end_date\":\"2027-01-31\"}");
}

TEST(nobody_is_their_own_manager)
{
    UNUSED_STATE;

    expect_field("manager_id", "null", "{}", "{\"supervisor\":{\"id\":\"3003\"}}");
    expect_field("manager_id", "\"3001\"", "{}", "{\"supervisor\":{\"id\":3001}}");
    expect_field("manager_id", "null", "{}", "{\"supervisor\":{\"id\":null}}");
    expect_field("manager_id", "missing", "{}", "{\"supervisor\":{}}");
}

TEST(groups_of_other_kinds_and_doubles_are_passed_over)
{
    UNUSED_STATE;

    expect_field(
        "groups", "[\"team:7\",\"department:7\"]", "{}",
        "{\"org_units\":[{\"type\":\"TEAM\",\"id\":\"7\"},{\"type\":\"department\",\"id\":\"7\"},{\"type\":"
        "\"guild\",\"id\":\"8\"},{\"type\":\"team\",\"id\":7},{\"type\":\"team\"},null,5]}");
    expect_field("groups", "[\"cost_center:1000\"]", "{}",
                 "{\"cost_centers\":[{\"id\":1000,\"weight\":50}]}");
}

TEST(custom_attributes_of_any_type_go_through_as_they_are)
{
    UNUSED_STATE;

    expect_field(
        "custom_fields",
        "{\"dynamic_1\":null,\"dynamic_a.2\":3,\"n\":0.1,\"b\":true,\"l\":[\"x\",\"y\"],\"o\":[{\"k\":1}],"
        "\"dynamic_9\":\"second\"}",
        "{\"custom_attributes\":[{\"id\":\"dynamic_1\",\"type\":\"STRING\",\"value\":null},{\"id\":"
        "\"dynamic_a.2\",\"global_id\":\"\",\"type\":\"int\",\"value\":3},{\"id\":\"d\",\"global_id\":\"n\","
        "\"value\":0.1},{\"id\":\"d\",\"global_id\":\"b\",\"value\":true},{\"id\":\"d\",\"global_id\":\"l\","
        "\"value\":[\"x\",\"y\"]},{\"id\":\"d\",\"global_id\":\"o\",\"value\":[{\"k\":1}]},{\"id\":"
        "\"dynamic_9\",\"global_id\":\"n\",\"value\":\"second\"},{\"id\":\"dynamic_10\"},{\"value\":1},7]}",
        "{}");
    expect_field("custom_fields", "missing", "{\"custom_attributes\":null}", "{}");
}

TEST(a_setting_moves_an_attribute_into_its_field)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    json_t *record;

    fake_set(f, "date_of_birth_attribute", "date_of_birth");
    fake_set(f, "employee_number_attribute", "dynamic_305");
    fake_set(f, "nationality_attribute", "nowhere");
    record = map(
        f,
        "{\"custom_attributes\":[{\"id\":\"dynamic_305\",\"value\":42},{\"id\":\"dynamic_306\",\"global_id\":"
        "\"date_of_birth\",\"value\":\"1990-05-17\"},{\"id\":\"dynamic_307\",\"value\":\"x\"}]}",
        "[{}]");
    expect_json("{\"employee_number\":\"42\",\"date_of_birth\":\"1990-05-17\",\"custom_fields\":{\"dynamic_"
                "307\":\"x\"}}",
                record);
    json_decref(record);
    fake_free(f);
}

/* ---- employments by themselves ------------------------------------------------------------------- */

TEST(an_employment_is_found_by_its_hint_or_by_what_was_fetched_before)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};

    fake_with_token(f);
    EXPECT_INT(WEIR_E_INVALID, fetch(f, "hris_employments", "5f0c", "", &err));
    EXPECT(strstr(err.message, "next sync") != NULL);
    fake_script(f, "GET /v2/persons/3003", 200, PERSON);
    fake_script(f, "GET /v2/persons/3003/employments?limit=50", 200, LIST(EMPLOYMENT));
    EXPECT_INT(0, fetch(f, "hris_employments", "5f0c", "3003", NULL));
    fake_script(f, "GET /v2/persons/3003", 200, PERSON);
    fake_script(f, "GET /v2/persons/3003/employments?limit=50", 200, LIST(EMPLOYMENT));
    EXPECT_INT(0, fetch(f, "hris_employments", "5f0c", "", NULL));
    fake_free(f);
}

TEST(whose_employment_it_is_stays_known_for_tens_of_thousands)
{
    UNUSED_STATE;
    struct kin kin = {0};
    char employment[32];
    char person[32];
    char found[WEIR_ID_TEXT];
    size_t known = 0;

    for (unsigned int i = 1; i <= 100000; i++) {
        (void)snprintf(employment, sizeof employment, "emp-%u", i);
        (void)snprintf(person, sizeof person, "%u", i);
        kin_put(&kin, weir_str(employment), weir_str(person));
    }
    for (unsigned int i = 1; i <= 100000; i++) {
        (void)snprintf(employment, sizeof employment, "emp-%u", i);
        (void)snprintf(person, sizeof person, "%u", i);
        if (kin_find(found, &kin, weir_str(employment))) {
            EXPECT_STR(person, found);
            known++;
        }
    }
    EXPECT(known > KIN_MAX / 2 && known < KIN_MAX);
    kin_put(&kin, weir_str("x"), weir_str("not-a-number"));
    EXPECT(!kin_find(found, &kin, weir_str("x")));
    kin_fini(&kin);
    EXPECT(!kin_find(found, &kin, weir_str("emp-1")));
}

/* ---- lists --------------------------------------------------------------------------------------------- */

TEST(a_full_list_brings_each_persons_employments_and_goes_on_by_cursor)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[100];

    fake_with_token(f);
    fake_script(f, "GET /v2/persons?limit=50", 200,
                "{\"_data\":[" PERSON
                "],\"_meta\":{\"links\":{\"next\":{\"href\":\"/v2/persons?cursor=c%2B1\"}}}}");
    fake_script(f, "GET /v2/persons/3003/employments?limit=50", 200,
                "{\"_data\":[" EMPLOYMENT
                "],\"_meta\":{\"links\":{\"next\":{\"href\":\"/v2/employments?cursor=e1\"}}}}");
    fake_script(f, "GET /v2/persons/3003/employments?limit=50&cursor=e1", 200,
                LIST("{\"id\":\"older\",\"status\":\"INACTIVE\"}"));
    EXPECT_INT(0, list(f, 0, ""));
    EXPECT_INT(1, fake_told(f, "record", "hris_employees"));
    EXPECT_INT(2, fake_told(f, "record", "hris_employments"));
    (void)snprintf(cursor, sizeof cursor, "%s", fake_next(f));
    fake_forget(f);
    fake_script(f, "GET /v2/persons?limit=50&cursor=c%2B1", 200, LIST(""));
    EXPECT_INT(0, list(f, 0, cursor));
    EXPECT(fake_next(f) == NULL);
    fake_free(f);
}

TEST(a_cursor_that_comes_again_fails_the_list_across_calls)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/persons?limit=50", 200,
                "{\"_data\":[" PERSON "],\"_meta\":{\"links\":{\"next\":{\"href\":\"?cursor=c\"}}}}");
    fake_script(f, "GET /v2/persons/3003/employments?limit=50", 200, LIST(EMPLOYMENT));
    EXPECT_INT(0, list(f, 0, ""));
    fake_script(f, "GET /v2/persons?limit=50&cursor=c", 200,
                "{\"_data\":[" PERSON "],\"_meta\":{\"links\":{\"next\":{\"href\":\"?cursor=c\"}}}}");
    EXPECT_INT(WEIR_E_INVALID, list(f, 0, fake_next(f)));
    fake_free(f);
}

TEST(a_delta_asks_strictly_after_the_second_before)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/persons?limit=50&updated_at.gt=2026-02-03T10%3A15%3A28Z", 200, LIST(""));
    EXPECT_INT(0, list(f, FAKE_NOW, ""));
    fake_free(f);
}

TEST(a_person_deleted_during_the_list_is_passed_over_when_confirmed)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/persons?limit=50", 200, LIST(PERSON));
    fake_script(f, "GET /v2/persons/3003/employments?limit=50", 404, "");
    fake_script(f, "GET /v2/persons/3003", 404, "");
    EXPECT_INT(0, list(f, 0, ""));
    fake_script(f, "GET /v2/persons?limit=50", 200, LIST(PERSON));
    fake_script(f, "GET /v2/persons/3003/employments?limit=50", 404, "");
    fake_script(f, "GET /v2/persons/3003", 200, PERSON);
    EXPECT_INT(WEIR_E_LATER, list(f, 0, ""));
    EXPECT_STR("", fake_line(f, 0));
    fake_free(f);
}

TEST(a_list_that_fails_is_never_an_empty_one)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_with_token(f);
    fake_script(f, "GET /v2/persons?limit=50", 404, "");
    EXPECT_INT(WEIR_E_LATER, list(f, 0, ""));
    fake_script(f, "GET /v2/persons?limit=50", 200, LIST("{\"email\":\"x\"}"));
    EXPECT_INT(WEIR_E_INVALID, list(f, 0, ""));
    fake_script(f, "GET /v2/persons?limit=50", 502, "Bad Gateway");
    EXPECT_INT(WEIR_E_LATER, list(f, 0, ""));
    EXPECT_INT(WEIR_E_INVALID, list(f, 0, "nonsense"));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_person_and_the_employments_become_an_employee),
        UNIT(a_person_who_is_not_there_is_gone_with_all_that_was_theirs),
        UNIT(a_missing_right_deletes_nothing),
        UNIT(an_answer_of_somebody_else_is_not_stored),
        UNIT(what_the_credential_may_not_read_is_left_out_and_not_emptied),
        UNIT(what_is_null_is_emptied),
        UNIT(a_person_without_employments_has_no_job),
        UNIT(the_current_employment_is_the_first_active_then_onboarding_then_any),
        UNIT(words_are_mapped_as_the_tables_say),
        UNIT(an_end_is_the_terminations_or_the_employments_and_never_the_contracts),
        UNIT(nobody_is_their_own_manager),
        UNIT(groups_of_other_kinds_and_doubles_are_passed_over),
        UNIT(custom_attributes_of_any_type_go_through_as_they_are),
        UNIT(a_setting_moves_an_attribute_into_its_field),
        UNIT(an_employment_is_found_by_its_hint_or_by_what_was_fetched_before),
        UNIT(whose_employment_it_is_stays_known_for_tens_of_thousands),
        UNIT(a_full_list_brings_each_persons_employments_and_goes_on_by_cursor),
        UNIT(a_cursor_that_comes_again_fails_the_list_across_calls),
        UNIT(a_delta_asks_strictly_after_the_second_before),
        UNIT(a_person_deleted_during_the_list_is_passed_over_when_confirmed),
        UNIT(a_list_that_fails_is_never_an_empty_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
