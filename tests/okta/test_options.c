#include "fake_okta.h"

static bool is_team(struct fake *f, const char *type, const char *name)
{
    json_t *group = json_pack("{s:s,s:{s:s}}", "type", type, "profile", "name", name);
    bool team = options_is_team(&fake_okta(f)->options, group);

    json_decref(group);
    return team;
}

static bool is_employee(struct fake *f, const char *text)
{
    json_t *user = json_loads(text, 0, NULL);
    bool employee = options_is_employee(&fake_okta(f)->options, user);

    json_decref(user);
    return employee;
}

TEST(every_okta_group_is_a_team_and_everyone_is_none)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    EXPECT(is_team(f, "OKTA_GROUP", "Sales"));
    EXPECT(!is_team(f, "BUILT_IN", "Everyone"));
    EXPECT(!is_team(f, "APP_GROUP", "AD users"));
    EXPECT(!is_team(f, "OF_NEXT_YEAR", "x"));
    fake_free(f);
}

TEST(the_setting_names_teams_one_by_one_or_by_their_beginning)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_set(f, "team_groups", "Sales, Team *,, R&D");
    fake_set(f, "app_groups", "true");
    EXPECT(is_team(f, "OKTA_GROUP", "sales"));
    EXPECT(is_team(f, "OKTA_GROUP", "Team 7"));
    EXPECT(is_team(f, "APP_GROUP", "R&D"));
    EXPECT(!is_team(f, "OKTA_GROUP", "Sales 2"));
    EXPECT(!is_team(f, "OKTA_GROUP", "Team"));
    EXPECT(!is_team(f, "BUILT_IN", "Sales"));
    fake_free(f);
}

TEST(who_is_an_employee_is_told_by_type_number_or_nothing)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    EXPECT(is_employee(f, "{}"));
    fake_free(f);
    f = fake_new();
    fake_set(f, "employee_user_types", "Employee, Contractor");
    EXPECT(is_employee(f, "{\"profile\":{\"userType\":\"contractor\"}}"));
    EXPECT(!is_employee(f, "{\"profile\":{\"userType\":\"Partner\"}}"));
    EXPECT(!is_employee(f, "{\"profile\":{}}"));
    fake_free(f);
    f = fake_new();
    fake_set(f, "employee_type_id", "oty1");
    EXPECT(is_employee(f, "{\"type\":{\"id\":\"oty1\"}}"));
    EXPECT(!is_employee(f, "{\"type\":{\"id\":\"oty2\"}}"));
    EXPECT(!is_employee(f, "{\"type\":null}"));
    fake_free(f);
    f = fake_new();
    fake_set(f, "employee_number_required", "true");
    EXPECT(is_employee(f, "{\"profile\":{\"employeeNumber\":\"1\"}}"));
    EXPECT(!is_employee(f, "{\"profile\":{\"employeeNumber\":\"\"}}"));
    EXPECT(!is_employee(f, "{\"profile\":{\"employeeNumber\":null}}"));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(every_okta_group_is_a_team_and_everyone_is_none),
        UNIT(the_setting_names_teams_one_by_one_or_by_their_beginning),
        UNIT(who_is_an_employee_is_told_by_type_number_or_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
