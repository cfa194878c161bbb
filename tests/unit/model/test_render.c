/* A stored record as the API shows it. */
#include "model/render.h"

#include "shelf.h"

TEST(a_record_shows_every_key_in_the_order_of_the_contract)
{
    const struct row rows[] = {
        {"hris_teams", "88", "{\"name\":\"Engineering\",\"type\":\"DEPARTMENT\"}", false, 0},
        {"hris_teams", "\"89", "", true, 0},
        {NULL, NULL, NULL, false, 0}};

    UNUSED_STATE;
    shows(rows, &rows[0], false,
          "{\"id\":\"@hris_teams:88@\",\"remote_id\":\"88\",\"name\":\"Engineering\"" TIMES
          ",\"type\":\"DEPARTMENT\",\"parent_id\":null,\"remote_data\":null}");
    shows(rows, &rows[1], true,
          "{\"id\":\"@hris_teams:\"89@\",\"remote_id\":\"\\\"89\",\"name\":null" TIMES_DELETED
          ",\"type\":null,\"parent_id\":null,\"remote_data\":null}");
}

TEST(an_employee_embeds_its_records)
{
    char employee[2000], employment[2000], balance[2000];
    const struct row rows[] = {
        {"hris_employees", "7",
         stored(employee, "hris_employees",
                "{\"first_name\":\"Mira\",\"manager_id\":1,\"groups\":[88,90],\"legal_entity_id\":4,"
                "\"work_location_id\":5,\"bank_accounts\":[{\"iban\":\"DE1\"}]}"),
         false, 0},
        {"hris_employees", "1", "{\"last_name\":\"Brandt\",\"work_email\":\"j@b.example\"}", false, 0},
        {"hris_teams", "88", "{\"name\":\"Engineering\",\"type\":\"DEPARTMENT\"}", false, 0},
        {"hris_legal_entities", "4", "{\"name\":\"Northwind\"}", true, 0},
        {"hris_employments", "7-1",
         stored(employment, "hris_employments", "{\"employee_id\":7,\"pay_rate\":10.5}"), false, 0},
        {"hris_employments", "7-2", "", true, 0}, /* its content was erased: it may not be sent at all */
        {"hris_time_off_balances", "3",
         stored(balance, "hris_time_off_balances", "{\"employee_id\":7,\"type_id\":2,\"balance\":1}"), false,
         0},
        {NULL, NULL, NULL, false, 0}};

    UNUSED_STATE;
    shows(
        rows, &rows[0], true,
        "{\"id\":\"@hris_employees:7@\",\"remote_id\":\"7\",\"employee_number\":null,\"first_name\":\"Mira\","
        "\"last_name\":null,\"nationality\":null,\"display_full_name\":null,\"job_title\":null,\"work_"
        "email\":null,"
        "\"personal_email\":null,\"mobile_phone_number\":null,\"ssn\":null,\"tax_id\":null,\"gender\":null,"
        "\"ethnicity\":null,\"marital_status\":null,\"employment_status\":null,\"employment_type\":null,"
        "\"weekly_hours\":null,\"avatar\":null,\"work_location_id\":\"@hris_locations:5@\","
        "\"legal_entity_id\":\"@hris_legal_entities:4@\",\"manager_id\":\"@hris_employees:1@\",\"home_"
        "address\":null,"
        "\"bank_accounts\":[{\"iban\":\"DE1\",\"bic\":null,\"account_number\":null,\"holder_name\":null,"
        "\"bank_name\":null,\"domestic_bank_routing\":null}],\"date_of_birth\":null,\"start_date\":null,"
        "\"termination_date\":null,\"remote_created_at\":null" TIMES
        ",\"custom_fields\":null,\"employments\":["
        "{\"id\":\"@hris_employments:7-1@\",\"remote_id\":\"7-1\",\"employee_id\":\"@hris_employees:7@\","
        "\"job_title\":null,\"pay_rate\":10.5,\"pay_period\":null,\"pay_frequency\":null,\"employment_type\":"
        "null,"
        "\"pay_currency\":null,\"effective_date\":null" TIMES
        ",\"custom_fields\":null}],\"time_off_balances\":["
        "{\"id\":\"@hris_time_off_balances:3@\",\"remote_id\":\"3\",\"employee_id\":\"@hris_employees:7@\","
        "\"type_id\":\"@hris_absence_types:2@\",\"balance\":1,\"balance_unit\":null" TIMES
        ",\"used\":null,\"used_unit\":null}],\"manager\":{\"first_name\":null,\"last_name\":\"Brandt\","
        "\"display_full_name\":null,\"id\":\"@hris_employees:1@\",\"employee_number\":null,"
        "\"work_email\":\"j@b.example\",\"remote_id\":\"1\",\"employment_status\":null,\"termination_date\":"
        "null},"
        "\"groups\":[{\"id\":\"@hris_teams:88@\",\"remote_id\":\"88\",\"name\":\"Engineering\",\"type\":"
        "\"DEPARTMENT\"}],\"legal_entity\":{\"id\":\"@hris_legal_entities:4@\",\"remote_id\":\"4\","
        "\"name\":\"Northwind\",\"address\":null},\"work_location\":null,"
        "\"teams\":[{\"id\":\"@hris_teams:88@\",\"remote_id\":\"88\",\"name\":\"Engineering\",\"type\":"
        "\"DEPARTMENT\"}],\"integration_fields\":[],\"remote_data\":null}");
}

TEST(deleted_entries_of_a_list_show_only_when_asked_for)
{
    char staffing[2000];
    const struct row rows[] = {{"hris_staffing_entities", "1",
                                stored(staffing, "hris_staffing_entities", "{\"groups\":[89]}"), false, 0},
                               {"hris_teams", "89", "{\"name\":\"Gone\"}", true, 0},
                               {NULL, NULL, NULL, false, 0}};
#define STAFFING                                                                                             \
    "{\"id\":\"@hris_staffing_entities:1@\",\"remote_id\":\"1\",\"name\":null,\"model_type\":null,"          \
    "\"description\":null,"                                                                                  \
    "\"status\":null,\"employment_types\":null,\"number_of_openings\":null,\"parent_id\":null,\"remote_"     \
    "url\":null,"                                                                                            \
    "\"remote_created_at\":null,\"remote_updated_at\":null" TIMES                                            \
    ",\"custom_fields\":null,\"locations\":[],\"legal_entities\":[],\"groups\":"

    UNUSED_STATE;
    shows(rows, &rows[0], false, STAFFING "[],\"skills\":[],\"remote_data\":null}");
    shows(rows, &rows[0], true,
          STAFFING "[{\"id\":\"@hris_teams:89@\",\"remote_id\":\"89\",\"name\":\"Gone\",\"type\":null}],"
                   "\"skills\":[],\"remote_data\":null}");
}

TEST(a_record_without_something_that_may_not_be_null_is_left_out)
{
    char balance[2000];
    const struct row rows[] = {
        {"hris_time_off_balances", "3",
         stored(balance, "hris_time_off_balances", "{\"employee_id\":7,\"type_id\":2}"), false, 0},
        {"hris_absences", "4", "{}", true, 0},
        {NULL, NULL, NULL, false, 0}};
    struct scope *scope = scope_everything();
    struct weir_error err;
    struct buf out;

    UNUSED_STATE;
    EXPECT_INT(WEIR_E_NONE, render(&out, scope, rows, &rows[0], false, &err));
    EXPECT_STR("hris_time_off_balances: type is not known, and it may not be null", err.message);
    EXPECT_INT(0, out.len);
    buf_fini(&out);
    EXPECT_INT(WEIR_E_NONE, render(&out, scope, rows, &rows[1], true, &err));
    EXPECT_STR("hris_absences: employee_id has no value, and it may not be null", err.message);
    EXPECT_INT(0, out.len);
    buf_fini(&out);
    scope_free(scope);
}

TEST(what_scope_takes_away_is_null_wherever_it_would_show)
{
    char employee[2000];
    const struct row rows[] = {
        {"hris_employees", "7",
         stored(
             employee, "hris_employees",
             "{\"first_name\":\"Mira\",\"ssn\":\"1\",\"manager_id\":7,\"groups\":[88],\"legal_entity_id\":4,"
             "\"work_location_id\":5}"),
         false, 0},
        {"hris_teams", "88", "{\"name\":\"Engineering\"}", false, 0},
        {"hris_legal_entities", "4", "{\"name\":\"Northwind\"}", false, 0},
        {"hris_locations", "5", "{\"name\":\"Hamburg\",\"type\":\"office\"}", false, 0},
        {"hris_employments", "7-1", "{}", false, 0},
        {NULL, NULL, NULL, false, 0}};
    static const char *const fields[] = {"first_name", "ssn", "groups", "manager_id"};
    struct scope *scope = scope_everything();
    struct weir_error err;
    struct buf out;

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        scope_set_field(scope, weir_str("hris_employees"), weir_str(fields[i]), SCOPE_DISABLED);
    }
    scope_set_field(scope, weir_str("hris_locations"), weir_str("type"), SCOPE_DISABLED);
    scope_set_model(scope, weir_str("hris_legal_entities"), SCOPE_DISABLED);
    scope_set_model(scope, weir_str("hris_employments"), SCOPE_DISABLED);
    EXPECT_INT(0, render(&out, scope, rows, &rows[0], false, &err));
    buf_add_char(&out, '\0');
    assert_non_null(strstr(out.data, "\"first_name\":null,"));
    assert_non_null(strstr(out.data, "\"ssn\":null,"));
    assert_non_null(strstr(out.data, "\"manager_id\":null,"));
    assert_non_null(strstr(out.data, "\"employments\":[],"));
    assert_non_null(
        strstr(out.data, "\"manager\":null,\"groups\":[],\"legal_entity\":null,\"work_location\":{"));
    assert_non_null(strstr(out.data, "\"name\":\"Hamburg\",\"address\":null,\"type\":null,"));
    buf_fini(&out);
    scope_free(scope);
}

TEST(a_look_up_that_fails_fails_the_rendering)
{
    char employee[2000], absence[2000];
    const struct row rows[] = {
        {"hris_employees", "7", stored(employee, "hris_employees", "{\"groups\":[88]}"), false, 0},
        {"hris_teams", "88", "{}", false, WEIR_E_IO},
        {NULL, NULL, NULL, false, 0}};
    const struct row absences[] = {{"hris_absences", "1",
                                    stored(absence, "hris_absences", "{\"employee_id\":7,\"type_id\":2}"),
                                    false, 0},
                                   {"hris_absence_types", "2", "{}", false, WEIR_E_IO},
                                   {NULL, NULL, NULL, false, 0}};
    const struct row broken_children[] = {{"hris_employees", "7", "{}", false, 0},
                                          {"hris_employments", "1", "{}", false, WEIR_E_IO},
                                          {NULL, NULL, NULL, false, 0}};
    const struct row *const shelves[] = {rows, absences, broken_children};
    struct scope *scope = scope_everything();

    UNUSED_STATE;
    for (size_t i = 0; i < 3; i++) {
        struct weir_error err;
        struct buf out;

        EXPECT_INT(WEIR_E_IO, render(&out, scope, shelves[i], shelves[i], false, &err));
        EXPECT_STR("the shelf broke", err.message);
        EXPECT_INT(0, out.len);
        buf_fini(&out);
    }
    scope_free(scope);
}

TEST(an_answer_that_is_full_says_so_and_keeps_what_it_had)
{
    const struct row rows[] = {{"hris_teams", "88", "{}", false, 0}, {NULL, NULL, NULL, false, 0}};
    struct scope *scope = scope_everything();
    struct shelf shelf = {.rows = rows};
    struct lookup lookup = {.ctx = &shelf, .by_id = by_id, .children = children};
    struct lookup_source source = row_source(&shelf, &rows[0]);
    struct weir_error err;
    struct buf out;

    UNUSED_STATE;
    buf_init(&out, 100);
    buf_add_text(&out, "before");
    EXPECT_INT(WEIR_E_LIMIT, render_record(&out, model_named("hris_teams"), scope, &source.common,
                                           source.json, &lookup, false, &err));
    EXPECT(weir_str_is(buf_str(&out), "before"));
    buf_fini(&out);
    scope_free(scope);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_record_shows_every_key_in_the_order_of_the_contract),
        UNIT(an_employee_embeds_its_records),
        UNIT(deleted_entries_of_a_list_show_only_when_asked_for),
        UNIT(a_record_without_something_that_may_not_be_null_is_left_out),
        UNIT(what_scope_takes_away_is_null_wherever_it_would_show),
        UNIT(a_look_up_that_fails_fails_the_rendering),
        UNIT(an_answer_that_is_full_says_so_and_keeps_what_it_had),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
