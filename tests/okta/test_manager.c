#include "script.h"

TEST(a_manager_by_id_needs_no_question)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    script_jo(f, JO ",\"managerId\":\"" BOSS_ID "\"", "[]");
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    expect_field(f, USER_ID, "manager_id", "\"" BOSS_ID "\"");
    fake_free(f);
}

TEST(a_manager_by_login_or_number_is_asked_for_once)
{
    UNUSED_STATE;
    static const char *const cases[][2] = {
        {"kim@acme.example",
         "GET /api/v1/users?limit=2&filter=profile.login%20eq%20%22kim%40acme.example%22%20or%20"
         "profile.email%20eq%20%22kim%40acme.example%22"},
        {"7", "GET /api/v1/users?limit=2&search=profile.employeeNumber%20eq%20%227%22"}};

    for (size_t i = 0; i < 2; i++) {
        struct fake *f = fake_new();
        char profile[300];

        (void)snprintf(profile, sizeof profile, JO ",\"managerId\":\"%s\"", cases[i][0]);
        fake_script(f, "GET " USER_PATH, 200, USER_OF(USER_ID, "ACTIVE", JO));
        fake_script(f, GROUPS_OF(USER_ID), 200, "[]");
        EXPECT_INT(0, record(f, USER_ID, "", NULL));
        for (int k = 0; k < 2; k++) {
            char user[600];

            (void)snprintf(user, sizeof user, USER_OF(USER_ID, "ACTIVE", "%s"), profile);
            fake_script(f, "GET " USER_PATH, 200, user);
            fake_script(f, GROUPS_OF(USER_ID), 200, "[]");
            if (k == 0) {
                fake_script(f, cases[i][1], 200, "[" USER_OF(BOSS_ID, "ACTIVE", KIM) "]");
            }
            EXPECT_INT(0, record(f, USER_ID, "", NULL));
            expect_field(f, USER_ID, "manager_id", "\"" BOSS_ID "\"");
            expect_field(f, USER_ID, "custom_fields", "{\"login\":\"jo@acme.example\"}");
        }
        fake_free(f);
    }
}

TEST(a_manager_who_comes_later_is_found_then)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    script_jo(f, JO ",\"managerId\":\"7\"", "[]");
    fake_script(f, "GET /api/v1/users?limit=2&search=profile.employeeNumber%20eq%20%227%22", 200, "[]");
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    expect_field(f, USER_ID, "manager_id", "null");
    /* The event of the manager's creation: who waited is read anew. */
    fake_forget(f);
    fake_script(f, "GET /api/v1/users/" BOSS_ID, 200, USER_OF(BOSS_ID, "ACTIVE", KIM));
    fake_script(f, GROUPS_OF(BOSS_ID), 200, "[]");
    script_jo(f, JO ",\"managerId\":\"7\"", "[]");
    EXPECT_INT(0, record(f, BOSS_ID, "", NULL));
    expect_field(f, USER_ID, "manager_id", "\"" BOSS_ID "\"");
    fake_free(f);
}

TEST(what_nobody_can_be_asked_by_stays_a_text)
{
    UNUSED_STATE;
    static const char *const texts[] = {"CN=Kim Boss,OU=HQ", "Kim Boss", "x\\\" or status eq \\\"ACTIVE"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct fake *f = fake_new();
        char profile[300];

        (void)snprintf(profile, sizeof profile, JO ",\"managerId\":\"%s\",\"manager\":\"Kim Boss\"",
                       texts[i]);
        script_jo(f, profile, "[]");
        EXPECT_INT(0, record(f, USER_ID, "", NULL));
        expect_field(f, USER_ID, "manager_id", "null");
        fake_free(f);
    }
}

TEST(two_of_one_name_are_nobody_and_so_is_the_user_itself)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    script_jo(f, JO ",\"managerId\":\"7\"", "[]");
    fake_script(f, "GET /api/v1/users?limit=2&search=profile.employeeNumber%20eq%20%227%22", 200,
                "[" USER_OF(BOSS_ID, "ACTIVE", KIM) "," USER_OF("00uTWIN", "ACTIVE", KIM) "]");
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    expect_field(f, USER_ID, "manager_id", "null");
    script_jo(f, JO ",\"managerId\":\"" USER_ID "\"", "[]");
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    expect_field(f, USER_ID, "manager_id", "null");
    fake_free(f);
}

TEST(a_hierarchy_that_is_kept_as_a_relation_is_followed)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_set(f, "manager_relation", "manager");
    script_jo(f, JO, "[]");
    fake_script(f, "GET " USER_PATH "/linkedObjects/manager", 200,
                "[{\"_links\":{\"self\":{\"href\":\"" ORG "/api/v1/users/" BOSS_ID "\"}}}]");
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    expect_field(f, USER_ID, "manager_id", "\"" BOSS_ID "\"");
    script_jo(f, JO, "[]");
    fake_script(f, "GET " USER_PATH "/linkedObjects/manager", 200, "[]");
    EXPECT_INT(0, record(f, USER_ID, "", NULL));
    expect_field(f, USER_ID, "manager_id", "null");
    fake_free(f);
}

TEST(an_answer_without_a_list_takes_no_manager_away)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_set(f, "manager_relation", "manager");
    script_jo(f, JO, "[]");
    fake_script(f, "GET " USER_PATH "/linkedObjects/manager", 200, "");
    EXPECT_INT(WEIR_E_LATER, record(f, USER_ID, "", NULL));
    script_jo(f, JO, "[]");
    fake_script(f, "GET " USER_PATH "/linkedObjects/manager", 200, "{}");
    EXPECT_INT(WEIR_E_LATER, record(f, USER_ID, "", NULL));
    script_jo(f, JO ",\"managerId\":\"7\"", "[]");
    fake_script(f, "GET /api/v1/users?limit=2&search=profile.employeeNumber%20eq%20%227%22", 200, "{}");
    EXPECT_INT(WEIR_E_LATER, record(f, USER_ID, "", NULL));
    EXPECT_INT(0, fake_told(f, "record", ""));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_manager_by_id_needs_no_question),
        UNIT(a_manager_by_login_or_number_is_asked_for_once),
        UNIT(a_manager_who_comes_later_is_found_then),
        UNIT(what_nobody_can_be_asked_by_stays_a_text),
        UNIT(two_of_one_name_are_nobody_and_so_is_the_user_itself),
        UNIT(a_hierarchy_that_is_kept_as_a_relation_is_followed),
        UNIT(an_answer_without_a_list_takes_no_manager_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
