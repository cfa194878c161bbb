/* From what a connector emitted to the canonical text: field type by field type. */
#include "everything.h"

#define EMPLOYEES "hris_employees"

/* The value of field, emitted as value, becomes want ("" for null) with this first repair ("" for none, NULL
 * for some). */
static void in_model(const struct model *model, const char *others, const char *field, const char *value,
                     const char *want, const char *repair)
{
    struct scope *scope = scope_everything();
    struct record_repairs repairs;
    struct record *record = NULL;
    struct weir_error err;
    char json[4000], expected[4000];

    (void)snprintf(json, sizeof json, "{%s\"%s\":%s}", others, field, value);
    if (record_normalise(&record, model, scope, weir_str(INTEGRATION), weir_str("7"),
                         weir_bytes(json, strlen(json)), weir_str(""), &repairs, &err) != 0) {
        fail_msg("%s", err.message);
    }
    if (want[0] != '\0') {
        (void)snprintf(expected, sizeof expected, "\"%s\":%s}", field, want);
        EXPECT(record->json.len >= strlen(expected));
        assert_memory_equal(expected, record->json.data + record->json.len - strlen(expected),
                            strlen(expected));
    } else {
        assert_null(memmem(record->json.data, record->json.len, field, strlen(field)));
    }
    if (repair != NULL) {
        EXPECT_STR(repair, repairs.first);
        EXPECT_INT(repair[0] != '\0', repairs.count);
    } else {
        EXPECT(repairs.count > 0);
    }
    record_free(record);
    scope_free(scope);
}

static void employee(const char *field, const char *value, const char *want, const char *repair)
{
    in_model(model_named(EMPLOYEES), "", field, value, want, repair);
}

static void absence(const char *field, const char *value, const char *want, const char *repair)
{
    in_model(model_named("hris_absences"), "\"employee_id\":1,", field, value, want, repair);
}

static void expect_refusal(const struct model *model, const char *json, const char *message)
{
    struct scope *scope = scope_everything();
    struct record *record = NULL;
    struct weir_error err;

    EXPECT_INT(WEIR_E_INVALID, record_normalise(&record, model, scope, weir_str(INTEGRATION), weir_str("7"),
                                                weir_bytes(json, strlen(json)), weir_str(""), NULL, &err));
    assert_null(record);
    EXPECT_STR(message, err.message);
    scope_free(scope);
}

TEST(text_is_kept_as_it_is_and_numbers_become_text)
{
    UNUSED_STATE;
    employee("employee_number", "\" 007 \"", "\" 007 \"", "");
    employee("employee_number", "\"\"", "\"\"", "");
    employee("employee_number", "42", "\"42\"", "employee_number: number turned into text");
    employee("employee_number", "-9007199254740993", "\"-9007199254740993\"",
             "employee_number: number turned into text");
    employee("employee_number", "12.50", "\"12.5\"", "employee_number: number turned into text");
    employee("employee_number", "12.0", "\"12\"", "employee_number: number turned into text");
    employee("first_name", "\"a\\\"b\\\\c\\/d\\n\\u0001\\u00e9\\ud83d\\ude00\"",
             "\"a\\\"b\\\\c/d\\n\\u0001\xc3\xa9\xf0\x9f\x98\x80\"", "");
}

TEST(an_address_that_is_no_email_becomes_null)
{
    static const char *const good[] = {"a@b.example", "mira.okafor+x@northwind.example",
                                       "o'neil_1@sub-domain.b.example",
                                       "j\xc3\xb6rg@b\xc3\xbc\x63her.example"};
    static const char *const bad[] = {"",
                                      "a",
                                      "a@",
                                      "@b.example",
                                      "a@b",
                                      "a@b.",
                                      "a@.b",
                                      "a@b..c",
                                      "a b@c.example",
                                      "a@b@c.example",
                                      "a@b c.example",
                                      "<a@b.example>",
                                      "a@b.example, c@d.example",
                                      "a@b_c.example"};
    char value[100];

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        (void)snprintf(value, sizeof value, "\"%s\"", good[i]);
        employee("work_email", value, value, "");
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)snprintf(value, sizeof value, "\"%s\"", bad[i]);
        employee("work_email", value, "", "work_email: not an e-mail address");
    }
    (void)snprintf(value, sizeof value, "\"%070d@b.example\"", 1);
    employee("work_email", value, "", "work_email: not an e-mail address");
}

TEST(an_open_enum_lets_other_words_through_and_knows_its_own_in_any_case)
{
    UNUSED_STATE;
    employee("gender", "\"FEMALE\"", "\"FEMALE\"", "");
    employee("gender", "\"non_Binary\"", "\"NON_BINARY\"", "");
    employee("gender", "\"Agender\"", "\"Agender\"", "");
    employee("gender", "\"FEMAL\"", "\"FEMAL\"", "");
    employee("gender", "3", "\"3\"", "gender: number turned into text");
    employee("gender", "\"\"", "", "gender: empty word");
}

TEST(a_closed_enum_takes_its_own_words_alone)
{
    UNUSED_STATE;
    absence("unit", "\"DAYS\"", "\"DAYS\"", "");
    absence("unit", "\"days\"", "\"DAYS\"", "");
    absence("unit", "\"WEEKS\"", "", "unit: unknown word");
    absence("unit", "\"DAY\"", "", "unit: unknown word");
    absence("unit", "\"\"", "", "unit: empty word");
    absence("unit", "8", "", "unit: unknown word");
}

TEST(numbers_are_written_in_one_way)
{
    UNUSED_STATE;
    employee("weekly_hours", "40", "40", "");
    employee("weekly_hours", "40.0", "40", "");
    employee("weekly_hours", "-0.0", "0", "");
    employee("weekly_hours", "0.1", "0.1", "");
    employee("weekly_hours", "38.50", "38.5", "");
    employee("weekly_hours", "0.30000000000000004", "0.30000000000000004", "");
    employee("weekly_hours", "1e3", "1000", "");
    employee("weekly_hours", "1e300", "1e+300", "");
    employee("weekly_hours", "9223372036854775807", "9223372036854775807", "");
    employee("weekly_hours", "\"38.5\"", "38.5", "weekly_hours: text turned into a number");
    employee("weekly_hours", "\"-4e1\"", "-40", "weekly_hours: text turned into a number");
    employee("weekly_hours", "\"1e999\"", "", "weekly_hours: number too big");
    employee("weekly_hours", "\"\"", "", "weekly_hours: empty text where a number belongs");
}

TEST(text_that_is_nearly_a_number_is_none)
{
    static const char *const bad[] = {"1,5", "0x10", "inf", "nan", " 1", "1 ",
                                      "1.",  ".5",   "1e",  "-",   "+1", "1.5.2"};
    char json[100];

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)snprintf(json, sizeof json, "{\"weekly_hours\":\"%s\"}", bad[i]);
        expect_refusal(model_named(EMPLOYEES), json,
                       "hris_employees: weekly_hours: text where a number belongs");
    }
}

TEST(booleans_may_come_as_words)
{
    UNUSED_STATE;
    absence("start_half_day", "true", "true", "");
    absence("start_half_day", "false", "false", "");
    absence("start_half_day", "\"True\"", "true", "start_half_day: text turned into a boolean");
    absence("start_half_day", "\"false\"", "false", "start_half_day: text turned into a boolean");
    absence("start_half_day", "\"\"", "", "start_half_day: empty text where a boolean belongs");
    expect_refusal(model_named("hris_absences"), "{\"employee_id\":1,\"start_half_day\":\"yes\"}",
                   "hris_absences: start_half_day: text where a boolean belongs");
}

TEST(points_in_time_are_stored_as_utc_with_three_digits)
{
    UNUSED_STATE;
    employee("start_date", "\"2022-09-01\"", "\"2022-09-01T00:00:00.000Z\"", "");
    employee("start_date", "\"2026-02-11T08:30:05+01:00\"", "\"2026-02-11T07:30:05.000Z\"", "");
    employee("start_date", "\"2026-02-11T07:30:05.2179Z\"", "\"2026-02-11T07:30:05.217Z\"", "");
    employee("start_date", "\"2026-02-30\"", "", "start_date: text that is no point in time");
    employee("start_date", "\"\"", "", "start_date: text that is no point in time");
    employee("start_date", "\"soon\"", "", "start_date: text that is no point in time");
}

TEST(days_and_times_of_day_are_plain)
{
    UNUSED_STATE;
    absence("start_date", "\"2026-03-09\"", "\"2026-03-09\"", "");
    absence("start_date", "\"2026-03-09T23:30:00-05:00\"", "\"2026-03-09\"", "");
    absence("start_date", "\"2026-13-09\"", "", "start_date: text that is no date");
    absence("start_date", "\"09.03.2026\"", "", "start_date: text that is no date");
    absence("start_time", "\"08:30\"", "\"08:30:00\"", "");
    absence("start_time", "\"08:30:15\"", "\"08:30:15\"", "");
    absence("start_time", "\"08:30:15.123\"", "\"08:30:15\"", "");
    absence("start_time", "\"24:00\"", "", "start_time: text that is no time of day");
    absence("start_time", "\"8:30\"", "", "start_time: text that is no time of day");
    absence("start_time", "\"08:60:00\"", "", "start_time: text that is no time of day");
    absence("start_time", "\"08-30\"", "", "start_time: text that is no time of day");
    absence("start_time", "\"08:30:15.\"", "", "start_time: text that is no time of day");
}

TEST(an_address_has_seven_keys_of_text)
{
    UNUSED_STATE;
    employee(
        "home_address", "{\"city\":\"Hamburg\",\"zip_code\":20457,\"country\":\"Deutschland\"}",
        "{\"street_1\":null,\"street_2\":null,\"zip_code\":\"20457\",\"city\":\"Hamburg\",\"state\":null,"
        "\"country\":\"Deutschland\",\"raw\":null}",
        "home_address.zip_code: number turned into text");
    employee("home_address", "{\"raw\":\"x\",\"planet\":\"Earth\"}",
             "{\"street_1\":null,\"street_2\":null,\"zip_code\":null,\"city\":null,\"state\":null,"
             "\"country\":null,"
             "\"raw\":\"x\"}",
             "home_address: unknown key in it");
    employee("home_address", "{}", "", "");
    employee("home_address", "{\"city\":null}", "", "");
    expect_refusal(model_named(EMPLOYEES), "{\"home_address\":{\"city\":{}}}",
                   "hris_employees: home_address.city: object where text belongs");
}

TEST(free_keys_are_sorted_and_their_values_kept)
{
    UNUSED_STATE;
    employee("custom_fields", "{\"b\":{\"z\":1,\"y\":[true,false,null,\"t\",1.50]},\"a\":null,\"0\":2.0}",
             "{\"0\":2,\"a\":null,\"b\":{\"y\":[true,false,null,\"t\",1.5],\"z\":1}}", "");
    employee("custom_fields", "{}", "{}", "");
    employee("custom_fields", "{\"deep\":[[[[[[[[1]]]]]]]],\"x\":1}", "{\"deep\":[[[[[[[[1]]]]]]]],\"x\":1}",
             "");
    employee("custom_fields", "{\"deep\":[[[[[[[[{\"a\":1}]]]]]]]],\"x\":1}", "{\"x\":1}",
             "custom_fields: value nested deeper than 8");
}

TEST(free_keys_that_are_too_long_are_dropped)
{
    char value[600];

    UNUSED_STATE;
    (void)snprintf(value, sizeof value, "{\"%0257d\":1,\"x\":1}", 0);
    employee("custom_fields", value, "{\"x\":1}", "custom_fields: key longer than 256 bytes");
}

TEST(many_free_keys_are_sorted_too)
{
    char value[2000] = "{";
    char want[2000] = "{";
    size_t value_len = 1, want_len = 1;

    UNUSED_STATE;
    for (int i = 0; i < 100; i++) {
        value_len += (size_t)snprintf(value + value_len, sizeof value - value_len, "%s\"k%02d\":%d",
                                      i > 0 ? "," : "", 99 - i, i);
        want_len += (size_t)snprintf(want + want_len, sizeof want - want_len, "%s\"k%02d\":%d",
                                     i > 0 ? "," : "", i, 99 - i);
    }
    (void)snprintf(value + value_len, sizeof value - value_len, "}");
    (void)snprintf(want + want_len, sizeof want - want_len, "}");
    employee("custom_fields", value, want, "");
}

TEST(objects_in_lists_have_all_their_keys)
{
    UNUSED_STATE;
    employee(
        "bank_accounts",
        "[{\"iban\":\"DE1\",\"domestic_bank_routing\":{\"number\":\"1203\",\"type\":\"FR_RIB\"}},{}]",
        "[{\"iban\":\"DE1\",\"bic\":null,\"account_number\":null,\"holder_name\":null,\"bank_name\":null,"
        "\"domestic_bank_routing\":{\"number\":\"1203\",\"type\":\"FR_RIB\"}},{\"iban\":null,\"bic\":null,"
        "\"account_number\":null,\"holder_name\":null,\"bank_name\":null,\"domestic_bank_routing\":null}]",
        "");
    employee("bank_accounts", "[]", "[]", "");
    employee("bank_accounts", "null", "", "");
}

TEST(an_object_that_may_be_null_is_when_it_lacks_a_part_it_needs)
{
    UNUSED_STATE;
    employee("bank_accounts", "[{\"domestic_bank_routing\":{\"type\":\"FR_RIB\"}}]",
             "[{\"iban\":null,\"bic\":null,\"account_number\":null,\"holder_name\":null,\"bank_name\":null,"
             "\"domestic_bank_routing\":null}]",
             "bank_accounts.domestic_bank_routing: object without a part it needs");
}

TEST(an_entry_of_a_list_that_does_not_fit_sets_the_record_aside)
{
    const struct model *timesheets = model_named("hris_timesheets");

    UNUSED_STATE;
    expect_refusal(timesheets,
                   "{\"employee_id\":1,\"breaks\":[{\"paid\":true,\"ended_at\":\"2026-02-10T16:30Z\"}]}",
                   "hris_timesheets: breaks.started_at: missing");
    expect_refusal(timesheets, "{\"employee_id\":1,\"breaks\":[{\"ended_at\":\"never\"}]}",
                   "hris_timesheets: breaks.ended_at: text that is no point in time");
    expect_refusal(timesheets, "{\"employee_id\":1,\"breaks\":[7]}",
                   "hris_timesheets: breaks: number where a list of objects belongs");
    expect_refusal(timesheets, "{\"employee_id\":1,\"breaks\":{}}",
                   "hris_timesheets: breaks: object where a list belongs");
}

TEST(a_list_that_may_not_be_null_is_left_out_when_it_is_empty)
{
    const struct model *staffing = model_named("hris_staffing_entities");

    UNUSED_STATE;
    in_model(staffing, "", "skills", "[]", "", "");
    in_model(staffing, "", "skills", "null", "", "");
    in_model(staffing, "", "employment_types", "[]", "[]", "");
    in_model(staffing, "", "skills",
             "[{\"skill_id\":\"s\",\"skill\":{\"id\":\"s\",\"remote_id\":\"9\"},\"expected_proficiency\":{"
             "\"value\":1}}]",
             "[{\"skill_id\":\"s\",\"skill\":{\"id\":\"s\",\"remote_id\":\"9\",\"name\":null,\"proficiency_"
             "scale\":null},"
             "\"expected_proficiency\":{\"value\":1}}]",
             "");
}

/* No model of this table has a whole number, so the test brings one along, in the place of another. */
TEST(whole_numbers_have_no_fraction)
{
    static const struct model_field fields[] = {{.name = "places", .type = FIELD_INTEGER, .nullable = true},
                                                {.name = NULL}};
    struct model model = *model_named("hris_teams");

    UNUSED_STATE;
    model.fields = fields;
    in_model(&model, "", "places", "12", "12", "");
    in_model(&model, "", "places", "12.0", "12", "");
    in_model(&model, "", "places", "\"12\"", "12", "places: text turned into a number");
    in_model(&model, "", "places", "12.5", "", "places: number with a fraction where a whole one belongs");
    in_model(&model, "", "places", "1e300", "", "places: number with a fraction where a whole one belongs");
}

static void candidate(const char *field, const char *value, const char *want, const char *repair)
{
    in_model(model_named("ats_candidates"), "", field, value, want, repair);
}

TEST(an_entry_that_lacks_what_it_is_about_is_left_out_of_its_list)
{
    UNUSED_STATE;
    candidate("email_addresses",
              "[{\"email_address\":\"ada@mail.example\",\"type\":\"PERSONAL\"},{\"email_address\":\"ada@\"}]",
              "[{\"email_address\":\"ada@mail.example\",\"type\":\"PERSONAL\"}]", NULL);
    candidate("email_addresses", "[{\"type\":\"WORK\"}]", "[]",
              "email_addresses: entry without a part it needs");
    candidate("phone_numbers", "[{\"phone_number\":null},{\"phone_number\":4685550100}]",
              "[{\"phone_number\":\"4685550100\",\"type\":null}]", NULL);
    candidate("social_media", "[{}]", "[{\"link\":null,\"type\":null,\"username\":null}]", "");
}

static void answers(const char *value, const char *want, const char *repair)
{
    in_model(model_named("ats_applications"), "", "screening_question_answers", value, want, repair);
}

TEST(an_answer_has_the_form_of_its_question)
{
    UNUSED_STATE;
    answers("[{\"question\":{\"remote_id\":7,\"title\":\"Why?\",\"type\":\"TEXT\"},"
            "\"answer\":{\"content\":\"Robots\"}}]",
            "[{\"answer\":{\"content\":\"Robots\"},"
            "\"question\":{\"remote_id\":\"7\",\"title\":\"Why?\",\"type\":\"TEXT\"}}]",
            "screening_question_answers.question.remote_id: number turned into text");
    answers("[{\"question\":{\"title\":\"When?\",\"type\":\"date\"},\"answer\":{\"date\":\"2026-05-01\"}}]",
            "[{\"answer\":{\"date\":\"2026-05-01T00:00:00.000Z\"},"
            "\"question\":{\"remote_id\":null,\"title\":\"When?\",\"type\":\"DATE\"}}]",
            "");
    answers("[{\"question\":{\"title\":\"Which?\",\"type\":\"MULTI_SELECT\"},\"answer\":{}},"
            "{\"question\":{\"title\":\"Licence?\",\"type\":\"BOOLEAN\"},\"answer\":{\"checked\":true}},"
            "{\"question\":{\"title\":\"Years?\",\"type\":\"NUMBER\"},\"answer\":{\"number\":2.50}},"
            "{\"question\":{\"title\":\"One?\",\"type\":\"SINGLE_SELECT\"},\"answer\":{\"choice\":\"a\"}}]",
            "[{\"answer\":{\"choices\":[]},"
            "\"question\":{\"remote_id\":null,\"title\":\"Which?\",\"type\":\"MULTI_SELECT\"}},"
            "{\"answer\":{\"checked\":true},"
            "\"question\":{\"remote_id\":null,\"title\":\"Licence?\",\"type\":\"BOOLEAN\"}},"
            "{\"answer\":{\"number\":2.5},"
            "\"question\":{\"remote_id\":null,\"title\":\"Years?\",\"type\":\"NUMBER\"}},"
            "{\"answer\":{\"choice\":\"a\"},"
            "\"question\":{\"remote_id\":null,\"title\":\"One?\",\"type\":\"SINGLE_SELECT\"}}]",
            "");
}

/* The client refuses the page when it meets a kind it does not know, or a question without a title. */
TEST(what_is_of_no_known_kind_is_passed_on_as_it_came)
{
    UNUSED_STATE;
    answers("[{\"question\":{\"title\":\"Video\",\"type\":\"VIDEO\"},\"answer\":{\"url\":[1,{\"a\":null}]}}]",
            "[{\"answer\":{\"raw\":{\"url\":[1,{\"a\":null}]}},"
            "\"question\":{\"remote_id\":null,\"title\":\"Video\",\"type\":\"UNKNOWN\"}}]",
            NULL);
    answers("[{\"question\":{\"title\":\"Raw\",\"type\":\"UNKNOWN\"},\"answer\":{\"raw\":[true]}}]",
            "[{\"answer\":{\"raw\":[true]},"
            "\"question\":{\"remote_id\":null,\"title\":\"Raw\",\"type\":\"UNKNOWN\"}}]",
            "");
    answers("[{\"question\":{\"type\":\"TEXT\"},\"answer\":{\"content\":\"x\"}},"
            "{\"question\":{\"title\":\"No answer\",\"type\":\"TEXT\"}},{}]",
            "[]", NULL);
    expect_refusal(model_named("ats_applications"), "{\"screening_question_answers\":[7]}",
                   "ats_applications: screening_question_answers: number where a list of objects belongs");
}

static void question(const char *field, const char *value, const char *want, const char *repair)
{
    in_model(model_named("ats_screening_questions"), "", field, value, want, repair);
}

TEST(the_format_of_a_question_has_the_keys_of_its_type)
{
    UNUSED_STATE;
    question("format", "{\"type\":\"TEXT\",\"display_type\":\"EMAIL\",\"max_length\":80.0}",
             "{\"display_type\":\"EMAIL\",\"max_length\":80,\"type\":\"TEXT\"}", "");
    question("format", "{\"type\":\"FILE\",\"accepted_mime_types\":[\"application/pdf\",null]}",
             "{\"accepted_mime_types\":[\"application/pdf\"],\"max_file_size_bytes\":null,\"type\":\"FILE\"}",
             "");
    question("format",
             "{\"type\":\"SINGLE_SELECT\",\"options\":[{\"id\":\"1\",\"name\":\"Yes\"},{\"name\":\"lost\"}]}",
             "{\"display_type\":null,\"options\":[{\"id\":\"1\",\"name\":\"Yes\",\"remote_id\":null}],"
             "\"type\":\"SINGLE_SELECT\"}",
             "format.options: entry without a part it needs");
    question("format", "{\"type\":\"MULTI_SELECT\"}", "{\"options\":[],\"type\":\"MULTI_SELECT\"}", "");
    question("format", "{\"type\":\"INFORMATION\"}", "{\"type\":\"INFORMATION\"}", "");
    question("format", "{\"type\":7}", "{\"raw_question\":{\"type\":7},\"type\":\"UNKNOWN\"}",
             "format: of no kind that is known");
    question("format", "null", "", "");
}

TEST(plain_lists_hold_what_the_contract_lets_them)
{
    UNUSED_STATE;
    question("precondition_options", "[\"a\",null,7]", "[\"a\",\"7\"]",
             "precondition_options: number turned into text");
    question("precondition_options", "[true,false]", "[true,false]", "");
    question("precondition_options", "[true,\"a\"]", "",
             "precondition_options: texts and booleans in one list");
    question("precondition_options", "[]", "[]", "");
    expect_refusal(model_named("ats_screening_questions"), "{\"precondition_options\":{}}",
                   "ats_screening_questions: precondition_options: object where a list of texts or booleans "
                   "belongs");
    expect_refusal(model_named("ats_screening_questions"), "{\"precondition_options\":[{}]}",
                   "ats_screening_questions: precondition_options: object where text belongs");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(text_is_kept_as_it_is_and_numbers_become_text),
        UNIT(an_address_that_is_no_email_becomes_null),
        UNIT(an_open_enum_lets_other_words_through_and_knows_its_own_in_any_case),
        UNIT(a_closed_enum_takes_its_own_words_alone),
        UNIT(numbers_are_written_in_one_way),
        UNIT(text_that_is_nearly_a_number_is_none),
        UNIT(booleans_may_come_as_words),
        UNIT(points_in_time_are_stored_as_utc_with_three_digits),
        UNIT(days_and_times_of_day_are_plain),
        UNIT(an_address_has_seven_keys_of_text),
        UNIT(free_keys_are_sorted_and_their_values_kept),
        UNIT(free_keys_that_are_too_long_are_dropped),
        UNIT(many_free_keys_are_sorted_too),
        UNIT(objects_in_lists_have_all_their_keys),
        UNIT(an_object_that_may_be_null_is_when_it_lacks_a_part_it_needs),
        UNIT(an_entry_of_a_list_that_does_not_fit_sets_the_record_aside),
        UNIT(a_list_that_may_not_be_null_is_left_out_when_it_is_empty),
        UNIT(whole_numbers_have_no_fraction),
        UNIT(an_entry_that_lacks_what_it_is_about_is_left_out_of_its_list),
        UNIT(an_answer_has_the_form_of_its_question),
        UNIT(what_is_of_no_known_kind_is_passed_on_as_it_came),
        UNIT(the_format_of_a_question_has_the_keys_of_its_type),
        UNIT(plain_lists_hold_what_the_contract_lets_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
