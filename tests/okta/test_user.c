#include "fake_okta.h"
#include "user.h"

#define PROFILE                                                                                              \
    "\"profile\":{\"login\":\"jo.doe@acme.example\",\"email\":\"jo.doe@acme.example\",\"secondEmail\":null," \
    "\"firstName\":\"Jo\",\"lastName\":\"Doe\",\"displayName\":\"Jo D.\",\"title\":\"Team "                  \
    "Lead\",\"department\":"                                                                                 \
    "\"Sales\",\"division\":\"EMEA\",\"organization\":\"Acme "                                               \
    "GmbH\",\"costCenter\":\"4711\",\"employeeNumber\":"                                                     \
    "\"1187\",\"userType\":\"Employee\",\"managerId\":\"" BOSS_ID                                            \
    "\",\"manager\":\"Kim Boss\",\"mobilePhone\":"                                                           \
    "null,\"primaryPhone\":\"+49 30 555 01\",\"streetAddress\":\"Hauptstr. "                                 \
    "1\",\"city\":\"Berlin\",\"zipCode\":"                                                                   \
    "\"10115\",\"countryCode\":\"DE\",\"preferredLanguage\":\"de-DE\",\"startDate\":\"2024-02-01\","         \
    "\"remote\":true,"                                                                                       \
    "\"skills\":[\"a\",\"b\"],\"level\":3}"
#define USER                                                                                                 \
    "{\"id\":\"" USER_ID                                                                                     \
    "\",\"status\":\"ACTIVE\",\"created\":\"2024-02-01T08:00:00.000Z\",\"statusChanged\":"                   \
    "\"2024-02-03T09:10:00.000Z\",\"type\":{\"id\":\"oty6c2v8QwErTyUiO5d7\"}," PROFILE                       \
    ",\"credentials\":{\"recovery_question\":{\"question\":\"Where?\"}}}"

static json_t *map(struct fake *f, const char *text, const char *manager_id)
{
    json_t *user = json_loads(text, 0, NULL);
    json_t *record;

    assert_non_null(user);
    record = user_map(&fake_okta(f)->options, user, manager_id);
    assert_non_null(record);
    json_decref(user);
    return record;
}

/* Of the user with that much of a profile, the field as text ("null", "\"x\""); "-": it is left out. */
static void expect_field(struct fake *f, const char *user, const char *field, const char *want)
{
    json_t *record = map(f, user, NULL);
    const json_t *value = json_object_get(record, field);
    char *text =
        value != NULL ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS) : strdup("-");

    EXPECT_STR(want, text);
    free(text);
    json_decref(record);
}

TEST(a_user_becomes_an_employee)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    json_t *record;

    fake_set(f, "start_date_attribute", "startDate");
    record = map(f, USER, BOSS_ID);
    expect_json(
        "{\"employee_number\":\"1187\",\"first_name\":\"Jo\",\"last_name\":\"Doe\",\"display_full_name\":"
        "\"Jo D.\",\"work_email\":\"jo.doe@acme.example\",\"mobile_phone_number\":null,\"job_title\":"
        "\"Team Lead\",\"employment_type\":\"Employee\",\"employment_status\":\"ACTIVE\",\"start_date\":"
        "\"2024-02-01\",\"termination_date\":null,\"manager_id\":\"" BOSS_ID
        "\",\"remote_created_at\":\"2024-02-01T08:00:00.000Z\",\"custom_fields\":{\"login\":"
        "\"jo.doe@acme.example\",\"division\":\"EMEA\",\"manager\":\"Kim Boss\",\"primaryPhone\":"
        "\"+49 30 555 01\",\"preferredLanguage\":\"de-DE\",\"remote\":true,\"skills\":[\"a\",\"b\"],"
        "\"level\":3}}",
        record);
    json_decref(record);
    fake_free(f);
}

TEST(credentials_are_nowhere)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    json_t *record = map(f, USER, NULL);
    char *text = json_dumps(record, 0);

    assert_null(strstr(text, "Where?"));
    free(text);
    json_decref(record);
    fake_free(f);
}

TEST(each_status_has_its_unified_word)
{
    UNUSED_STATE;
    static const char *const words[][2] = {
        {"STAGED", "\"PENDING\""},  {"PROVISIONED", "\"PENDING\""},     {"ACTIVE", "\"ACTIVE\""},
        {"RECOVERY", "\"ACTIVE\""}, {"PASSWORD_EXPIRED", "\"ACTIVE\""}, {"LOCKED_OUT", "\"ACTIVE\""},
        {"SUSPENDED", "\"LEAVE\""}, {"DEPROVISIONED", "\"INACTIVE\""},  {"OF_NEXT_YEAR", "-"}};
    struct fake *f = fake_new();
    char user[200];

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        (void)snprintf(user, sizeof user, "{\"status\":\"%s\",\"profile\":{}}", words[i][0]);
        expect_field(f, user, "employment_status", words[i][1]);
    }
    expect_field(f, "{\"profile\":{}}", "employment_status", "-");
    fake_free(f);
    f = fake_new();
    fake_set(f, "provisioned_status", "active");
    fake_set(f, "suspended_status", "INACTIVE");
    expect_field(f, "{\"status\":\"PROVISIONED\",\"profile\":{}}", "employment_status", "\"ACTIVE\"");
    expect_field(f, "{\"status\":\"SUSPENDED\",\"profile\":{}}", "employment_status", "\"INACTIVE\"");
    fake_free(f);
}

TEST(an_unset_attribute_empties_its_field)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    json_t *record = map(f, "{\"id\":\"" USER_ID "\",\"status\":\"STAGED\",\"profile\":{}}", NULL);

    expect_json(
        "{\"employee_number\":null,\"first_name\":null,\"last_name\":null,\"display_full_name\":null,"
        "\"work_email\":null,\"mobile_phone_number\":null,\"job_title\":null,\"employment_type\":null,"
        "\"employment_status\":\"PENDING\",\"termination_date\":null,\"manager_id\":null,"
        "\"remote_created_at\":null,\"custom_fields\":{}}",
        record);
    json_decref(record);
    fake_free(f);
}

TEST(a_display_name_is_made_of_what_there_is)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    expect_field(f, "{\"profile\":{\"firstName\":\"Jo\",\"lastName\":\"Doe\"}}", "display_full_name",
                 "\"Jo Doe\"");
    expect_field(f, "{\"profile\":{\"lastName\":\"Doe\",\"displayName\":\"\"}}", "display_full_name",
                 "\"Doe\"");
    expect_field(f, "{\"profile\":{\"firstName\":7}}", "display_full_name", "null");
    fake_free(f);
}

TEST(the_end_is_a_customs_attribute_or_the_deactivation)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    static const char left[] = "{\"status\":\"DEPROVISIONED\",\"statusChanged\":\"2026-01-31T00:00:00.000Z\","
                               "\"profile\":{}}";
    static const char planned[] = "{\"status\":\"ACTIVE\",\"statusChanged\":\"2026-01-31T00:00:00.000Z\","
                                  "\"profile\":{\"endDate\":\"2026-06-30\"}}";

    expect_field(f, left, "termination_date", "\"2026-01-31T00:00:00.000Z\"");
    expect_field(f, planned, "termination_date", "null");
    expect_field(f, "{\"status\":\"DEPROVISIONED\",\"statusChanged\":null,\"profile\":{}}",
                 "termination_date", "null");
    expect_field(f, planned, "start_date", "-"); /* Okta has none: what another source wrote stays */
    fake_free(f);
    f = fake_new();
    fake_set(f, "end_date_attribute", "endDate");
    fake_set(f, "start_date_attribute", "hireDate");
    expect_field(f, planned, "termination_date", "\"2026-06-30\"");
    expect_field(f, planned, "custom_fields", "{}");
    expect_field(f, planned, "start_date", "null");
    expect_field(f, left, "termination_date", "\"2026-01-31T00:00:00.000Z\"");
    fake_free(f);
}

TEST(the_secondary_address_is_private_only_if_a_setting_says_so)
{
    UNUSED_STATE;
    static const char user[] = "{\"profile\":{\"secondEmail\":\"jo@home.example\"}}";
    struct fake *f = fake_new();

    expect_field(f, user, "personal_email", "-");
    expect_field(f, user, "custom_fields", "{}");
    fake_free(f);
    f = fake_new();
    fake_set(f, "second_email", "true");
    expect_field(f, user, "personal_email", "\"jo@home.example\"");
    fake_free(f);
}

TEST(a_user_type_is_translated_by_the_setting_then_by_what_is_known)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_set(f, "employment_types", " Employee = FULL_TIME ,Werkstudent=WORKING_STUDENT,broken,=x");
    expect_field(f, "{\"profile\":{\"userType\":\"employee\"}}", "employment_type", "\"FULL_TIME\"");
    expect_field(f, "{\"profile\":{\"userType\":\"Werkstudent\"}}", "employment_type", "\"WORKING_STUDENT\"");
    expect_field(f, "{\"profile\":{\"userType\":\"Contractor\"}}", "employment_type", "\"CONTRACT\"");
    expect_field(f, "{\"profile\":{\"userType\":\"Beirat\"}}", "employment_type", "\"Beirat\"");
    fake_free(f);
}

TEST(a_manager_who_was_not_found_stays_readable)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    static const char user[] = "{\"profile\":{\"managerId\":\"CN=Kim Boss,OU=HQ\"}}";
    json_t *record;

    expect_field(f, user, "manager_id", "null");
    expect_field(f, user, "custom_fields", "{\"managerId\":\"CN=Kim Boss,OU=HQ\"}");
    record = map(f, user, BOSS_ID);
    EXPECT_INT(0, json_object_size(json_object_get(record, "custom_fields")));
    json_decref(record);
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_user_becomes_an_employee),
        UNIT(credentials_are_nowhere),
        UNIT(each_status_has_its_unified_word),
        UNIT(an_unset_attribute_empties_its_field),
        UNIT(a_display_name_is_made_of_what_there_is),
        UNIT(the_end_is_a_customs_attribute_or_the_deactivation),
        UNIT(the_secondary_address_is_private_only_if_a_setting_says_so),
        UNIT(a_user_type_is_translated_by_the_setting_then_by_what_is_known),
        UNIT(a_manager_who_was_not_found_stays_readable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
