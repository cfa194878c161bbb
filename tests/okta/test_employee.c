#include "script.h"

TEST(a_user_is_read_with_the_groups_that_are_teams)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    script_jo(f, JO, "[" EVERYONE "," SALES "]");
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    expect_field(f, USER_ID, "groups", "[\"" GROUP_ID "\"]");
    expect_json("{\"name\":\"Sales\",\"type\":\"TEAM\",\"parent_id\":null}",
                fake_json(f, "placeholder", "hris_teams", GROUP_ID));
    EXPECT_STR("", fake_line(f, 2));
    fake_free(f);
}

TEST(department_cost_center_organisation_and_address_become_records)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    script_jo(f,
              JO ",\"department\":\"Sales\",\"costCenter\":\"4711\",\"organization\":\"Acme GmbH\","
                 "\"streetAddress\":\"Hauptstr. 1\",\"city\":\"Berlin\",\"countryCode\":\"DE\"",
              "[]");
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    expect_field(f, USER_ID, "groups", "[\"department:Sales\",\"cost_center:4711\"]");
    expect_field(f, USER_ID, "legal_entity_id", "\"organization:Acme GmbH\"");
    expect_json("{\"name\":\"Sales\",\"type\":\"DEPARTMENT\",\"parent_id\":null}",
                fake_json(f, "record", "hris_teams", "department:Sales"));
    expect_json("{\"name\":\"4711\",\"type\":\"COST_CENTER\",\"parent_id\":null}",
                fake_json(f, "record", "hris_teams", "cost_center:4711"));
    expect_json("{\"name\":\"Acme GmbH\"}",
                fake_json(f, "record", "hris_legal_entities", "organization:Acme GmbH"));
    EXPECT_INT(1, fake_told(f, "record", "hris_locations address:#"));
    expect_json(
        "{\"name\":\"Hauptstr. 1, Berlin\",\"address\":{\"street_1\":\"Hauptstr. 1\",\"city\":\"Berlin\","
        "\"country\":\"DE\"}}",
        fake_json(f, "record", "hris_locations",
                  json_string_value(json_object_get(fake_json(f, "record", "hris_employees", USER_ID),
                                                    "work_location_id"))));
    fake_free(f);
}

TEST(a_user_without_them_has_none)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    script_jo(f, JO ",\"department\":\"\"", "[]");
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    expect_field(f, USER_ID, "groups", "[]");
    expect_field(f, USER_ID, "legal_entity_id", "null");
    expect_field(f, USER_ID, "work_location_id", "null");
    EXPECT_STR("", fake_line(f, 1));
    fake_free(f);
}

TEST(a_name_that_is_too_long_for_an_id_is_in_it_as_a_digest)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char profile[700];
    char name[301];

    memset(name, 'd', 300);
    name[300] = '\0';
    (void)snprintf(profile, sizeof profile, JO ",\"department\":\"%s\"", name);
    script_jo(f, profile, "[]");
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    EXPECT_INT(1, fake_told(f, "record", "hris_teams department:#"));
    fake_free(f);
}

TEST(a_deactivated_user_is_an_employee_who_left)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, "GET " USER_PATH, 200,
                "{\"id\":\"" USER_ID "\",\"status\":\"DEPROVISIONED\",\"activated\":null,\"statusChanged\":"
                "\"2026-01-31T00:00:00.000Z\",\"profile\":{" JO "}}");
    fake_script(f, GROUPS_OF(USER_ID), 200, "[" SALES "]"); /* deactivation takes nobody out of a group */
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    expect_field(f, USER_ID, "employment_status", "\"INACTIVE\"");
    expect_field(f, USER_ID, "termination_date", "\"2026-01-31T00:00:00.000Z\"");
    expect_field(f, USER_ID, "groups", "[\"" GROUP_ID "\"]");
    fake_free(f);
}

TEST(a_user_that_is_not_there_is_gone)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, "GET " USER_PATH, 404, ERROR("E0000007"));
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    EXPECT_STR("gone hris_employees " USER_ID, fake_line(f, 0));
    fake_script(f, "GET " USER_PATH, 404, ERROR("E0000008"));
    EXPECT_INT(WEIR_E_LATER, record(f, USER_ID, "", NULL));
    EXPECT_INT(1, fake_told(f, "gone", ""));
    fake_free(f);
}

TEST(a_user_whose_deletion_has_begun_is_gone_though_it_still_reads)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, "GET " USER_PATH, 200, USER_OF(USER_ID, "DEPROVISIONED", JO));
    EXPECT_INT(0, record(f, USER_ID, EVENTS_HINT_GONE, NULL));
    EXPECT_STR("gone hris_employees " USER_ID, fake_line(f, 0));
    /* The deactivation that came with it is delivered late, and must not bring it back. */
    people_leave(&fake_okta(f)->people, weir_str(USER_ID));
    fake_forget(f);
    fake_script(f, "GET " USER_PATH, 200, USER_OF(USER_ID, "DEPROVISIONED", JO));
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    EXPECT_STR("gone hris_employees " USER_ID, fake_line(f, 0));
    /* One that is active was not deleted after all. */
    fake_forget(f);
    script_jo(f, JO, "[]");
    EXPECT_INT(0, record(f, USER_ID, EVENTS_HINT_GONE, NULL));
    EXPECT_INT(1, fake_told(f, "record", "hris_employees"));
    fake_free(f);
}

TEST(who_is_no_employee_is_told_as_gone)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_set(f, "employee_number_required", "true");
    fake_script(f, "GET " USER_PATH, 200, USER_OF(USER_ID, "ACTIVE", JO));
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    EXPECT_STR("gone hris_employees " USER_ID, fake_line(f, 0));
    fake_free(f);
    f = fake_new();
    fake_set(f, "employee_group", GROUP_ID);
    script_jo(f, JO, "[" EVERYONE "]");
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    EXPECT_STR("gone hris_employees " USER_ID, fake_line(f, 0));
    script_jo(f, JO, "[" SALES "]");
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    EXPECT_INT(1, fake_told(f, "record", "hris_employees"));
    fake_free(f);
}

TEST(an_answer_that_is_not_of_this_user_is_not_taken)
{
    UNUSED_STATE;
    static const char *const wrong[] = {USER_OF(BOSS_ID, "ACTIVE", JO), "[]", "{}",
                                        "{\"id\":\"" USER_ID "\"}"};
    struct fake *f = fake_new();

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        fake_script(f, "GET " USER_PATH, 200, wrong[i]);
        EXPECT_INT(WEIR_E_INVALID, record(f, USER_ID, "", NULL));
    }
    EXPECT_INT(WEIR_E_INVALID, record(f, "me", "", NULL)); /* the token's owner */
    EXPECT_INT(WEIR_E_INVALID, record(f, "../groups", "", NULL));
    EXPECT_STR("", fake_line(f, 0));
    fake_free(f);
}

TEST(groups_that_cannot_be_read_fail_the_user)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};

    fake_script(f, "GET " USER_PATH, 200, USER_OF(USER_ID, "ACTIVE", JO));
    fake_script(f, GROUPS_OF(USER_ID), 403, ERROR("E0000006"));
    fake_script_header(f, "WWW-Authenticate: Bearer error=\"insufficient_scope\"");
    EXPECT_INT(WEIR_E_PERMISSION, record(f, USER_ID, "", &err));
    assert_non_null(strstr(err.message, "okta.users.read")); /* which a user's groups belong to */
    fake_script(f, "GET " USER_PATH, 200, USER_OF(USER_ID, "ACTIVE", JO));
    fake_script(f, GROUPS_OF(USER_ID), 404, ERROR("E0000007"));
    EXPECT_INT(WEIR_E_LATER, record(f, USER_ID, "", NULL));
    EXPECT_STR("", fake_line(f, 0));
    fake_free(f);
}

TEST(an_unknown_status_is_logged_once)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    for (int i = 0; i < 2; i++) {
        fake_script(f, "GET " USER_PATH, 200, USER_OF(USER_ID, "HIBERNATING", JO));
        fake_script(f, GROUPS_OF(USER_ID), 200, "[]");
        EXPECT_INT(0, record(f, USER_ID, "", NULL));
    }
    expect_field(f, USER_ID, "employment_status", "-");
    EXPECT_STR("a user has the status HIBERNATING, which is not known: the former one is kept\n",
               fake_log(f));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_user_is_read_with_the_groups_that_are_teams),
        UNIT(department_cost_center_organisation_and_address_become_records),
        UNIT(a_user_without_them_has_none),
        UNIT(a_name_that_is_too_long_for_an_id_is_in_it_as_a_digest),
        UNIT(a_deactivated_user_is_an_employee_who_left),
        UNIT(a_user_that_is_not_there_is_gone),
        UNIT(a_user_whose_deletion_has_begun_is_gone_though_it_still_reads),
        UNIT(who_is_no_employee_is_told_as_gone),
        UNIT(an_answer_that_is_not_of_this_user_is_not_taken),
        UNIT(groups_that_cannot_be_read_fail_the_user),
        UNIT(an_unknown_status_is_logged_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
