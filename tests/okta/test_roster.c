#include "script.h"

static int list(struct fake *f, int64_t since_ms, const char *cursor, struct weir_error *err)
{
    return weir_connector.fetch->list(fake_okta(f), weir_str("hris_employees"), since_ms, weir_str(cursor),
                                      fake_sink(f), err);
}

/* All pages of the script. */
static void list_all(struct fake *f, int64_t since_ms)
{
    char cursor[4096] = "";
    int pages = 0;

    do {
        fake_forget(f);
        EXPECT_INT(0, list(f, since_ms, cursor, NULL));
        (void)snprintf(cursor, sizeof cursor, "%s", fake_next(f) != NULL ? fake_next(f) : "");
        EXPECT(++pages < 50);
    } while (cursor[0] != '\0');
}

TEST(a_full_listing_has_groups_first_then_everybody_who_left_included)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[4096];

    fake_script(f, "GET /api/v1/groups?limit=200", 200, "[" EVERYONE "]");
    fake_script_header(f, "Link: <" ORG "/api/v1/groups?after=x&limit=200>; rel=\"next\"");
    EXPECT_INT(0, list(f, 0, "", NULL));
    EXPECT_STR("", fake_line(f, 0));
    (void)snprintf(cursor, sizeof cursor, "%s", fake_next(f));
    fake_script(f, "GET /api/v1/groups?after=x&limit=200", 200, "[" SALES "]");
    EXPECT_INT(0, list(f, 0, cursor, NULL));
    EXPECT_STR("record hris_teams " GROUP_ID, fake_line(f, 0));
    /* More than a page of users: their groups are gathered first. */
    for (int i = 0; i < 2; i++) {
        (void)snprintf(cursor, sizeof cursor, "%s", fake_next(f));
        fake_forget(f);
        fake_script(f, ALL_USERS, 200, "[" USER_OF(USER_ID, "ACTIVE", JO) "]");
        fake_script_header(f, "Link: <" ORG "/api/v1/users?after=y&limit=200>; rel=\"next\"");
        EXPECT_INT(0, list(f, 0, cursor, NULL));
        if (i == 0) {
            EXPECT_STR("", fake_line(f, 0));
            (void)snprintf(cursor, sizeof cursor, "%s", fake_next(f));
            fake_script(f, "GET /api/v1/groups/" GROUP_ID "/users?limit=200", 200,
                        "[" USER_OF(USER_ID, "ACTIVE", JO) "]");
            EXPECT_INT(0, list(f, 0, cursor, NULL));
        }
    }
    expect_field(f, USER_ID, "groups", "[\"" GROUP_ID "\"]");
    (void)snprintf(cursor, sizeof cursor, "%s", fake_next(f));
    fake_forget(f);
    fake_restart(f); /* a listing goes on where it stood */
    fake_script(f, "GET /api/v1/users?after=y&limit=200", 200,
                "[" USER_OF(BOSS_ID, "DEPROVISIONED", KIM) "]");
    fake_script(f, GROUPS_OF(BOSS_ID), 200, "[]");
    EXPECT_INT(0, list(f, 0, cursor, NULL));
    expect_field(f, BOSS_ID, "employment_status", "\"INACTIVE\"");
    assert_null(fake_next(f));
    fake_free(f);
}

TEST(in_a_full_listing_who_is_no_employee_is_passed_over_in_a_delta_told)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_set(f, "employee_number_required", "true");
    fake_script(f, "GET /api/v1/groups?limit=200", 200, "[]");
    fake_script(f, ALL_USERS, 200, "[" USER_OF(USER_ID, "ACTIVE", JO) "]");
    list_all(f, 0);
    EXPECT_STR("", fake_line(f, 0));
    fake_script(
        f,
        "GET /api/v1/groups?limit=200&filter=lastUpdated%20gt%20%222026-02-03T09%3A15%3A29.000Z%22%20or%20"
        "lastMembershipUpdated%20gt%20%222026-02-03T09%3A15%3A29.000Z%22",
        200, "[]");
    fake_script(f, USERS "2026-02-03T09%3A15%3A29.000Z%22", 200, "[" USER_OF(USER_ID, "ACTIVE", JO) "]");
    list_all(f, FAKE_NOW - 3600000);
    EXPECT_STR("gone hris_employees " USER_ID, fake_line(f, 0));
    fake_free(f);
}

TEST(a_page_tells_each_name_once_and_knows_who_stands_behind)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, "GET /api/v1/groups?limit=200", 200, "[" SALES "]");
    fake_script(
        f, ALL_USERS, 200,
        "[" USER_OF(
            USER_ID, "ACTIVE",
            JO ",\"department\":\"Sales\",\"managerId\":\"KIM@acme.example\"") "," USER_OF(BOSS_ID, "ACTIVE",
                                                                                           KIM
                                                                                           ",\"department\":"
                                                                                           "\"Sales\"") "]");
    fake_script(f, GROUPS_OF(USER_ID), 200, "[" SALES "]");
    fake_script(f, GROUPS_OF(BOSS_ID), 200, "[" SALES "]");
    list_all(f, 0);
    EXPECT_INT(1, fake_told(f, "record", "hris_teams"));
    EXPECT_INT(1, fake_told(f, "placeholder", "hris_teams"));
    expect_field(f, USER_ID, "manager_id", "\"" BOSS_ID "\"");
    fake_free(f);
}

TEST(a_listing_asks_for_no_manager_and_reads_anew_who_waited)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, "GET /api/v1/groups?limit=200", 200, "[]");
    fake_script(f, ALL_USERS, 200, "[" USER_OF(USER_ID, "ACTIVE", JO ",\"managerId\":\"7\"") "]");
    fake_script_header(f, "Link: <" ORG "/api/v1/users?after=y&limit=200>; rel=\"next\"");
    fake_script(f, "GET /api/v1/users?after=y&limit=200", 200, "[" USER_OF(BOSS_ID, "ACTIVE", KIM) "]");
    fake_script(f, "GET " USER_PATH, 200, USER_OF(USER_ID, "ACTIVE", JO ",\"managerId\":\"7\""));
    list_all(f, 0);
    expect_field(f, USER_ID, "manager_id", "\"" BOSS_ID "\"");
    fake_free(f);
}

/* To the place where the one group's members are read; there are two pages of users. */
static void list_to_members(struct fake *f, char cursor[4096])
{
    fake_script(f, "GET /api/v1/groups?limit=200", 200, "[" SALES "]");
    EXPECT_INT(0, list(f, 0, "", NULL));
    (void)snprintf(cursor, 4096, "%s", fake_next(f));
    fake_script(f, ALL_USERS, 200, "[" USER_OF(USER_ID, "ACTIVE", JO) "]");
    fake_script_header(f, "Link: <" ORG "/api/v1/users?after=y&limit=200>; rel=\"next\"");
    EXPECT_INT(0, list(f, 0, cursor, NULL));
    (void)snprintf(cursor, 4096, "%s", fake_next(f));
    fake_forget(f);
}

#define MEMBERS "GET /api/v1/groups/" GROUP_ID "/users?limit=200"

TEST(whom_an_event_named_meanwhile_is_asked_for_alone)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[4096];
    bool told;
    json_t *event = json_pack("{s:s,s:[{s:s,s:s}]}", "eventType", "group.user_membership.remove", "target",
                              "id", USER_ID, "type", "User");

    list_to_members(f, cursor);
    fake_script(f, MEMBERS, 200, "[" USER_OF(USER_ID, "ACTIVE", JO) "," USER_OF(BOSS_ID, "ACTIVE", KIM) "]");
    EXPECT_INT(0, list(f, 0, cursor, NULL));
    (void)snprintf(cursor, sizeof cursor, "%s", fake_next(f));
    EXPECT_INT(0, events_tell(&told, fake_okta(f), event, fake_sink(f), NULL));
    fake_script(f, ALL_USERS, 200,
                "[" USER_OF(USER_ID, "ACTIVE", JO) "," USER_OF(BOSS_ID, "ACTIVE", KIM) "]");
    fake_script(f, GROUPS_OF(USER_ID), 200, "[]");
    EXPECT_INT(0, list(f, 0, cursor, NULL));
    expect_field(f, USER_ID, "groups", "[]");
    expect_field(f, BOSS_ID, "groups", "[\"" GROUP_ID "\"]");
    json_decref(event);
    fake_free(f);
}

TEST(a_group_whose_members_okta_cannot_list_is_no_end)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[4096];

    list_to_members(f, cursor);
    for (int i = 0; i < 2; i++) {
        fake_script(f, MEMBERS, 500, ERROR("E0000009"));
        EXPECT_INT(WEIR_E_LATER, list(f, 0, cursor, NULL));
    }
    fake_script(f, MEMBERS, 500, ERROR("E0000009"));
    EXPECT_INT(0, list(f, 0, cursor, NULL));
    assert_non_null(strstr(fake_log(f), "one by one"));
    (void)snprintf(cursor, sizeof cursor, "%s", fake_next(f));
    fake_script(f, ALL_USERS, 200, "[" USER_OF(USER_ID, "ACTIVE", JO) "]");
    fake_script(f, GROUPS_OF(USER_ID), 200, "[" SALES "]");
    EXPECT_INT(0, list(f, 0, cursor, NULL));
    expect_field(f, USER_ID, "groups", "[\"" GROUP_ID "\"]");
    fake_free(f);
}

TEST(a_group_that_went_meanwhile_has_no_members_and_a_missing_right_is_one)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[4096];

    list_to_members(f, cursor);
    fake_script(f, MEMBERS, 403, ERROR("E0000006"));
    EXPECT_INT(WEIR_E_PERMISSION, list(f, 0, cursor, NULL));
    fake_script(f, MEMBERS, 404, ERROR("E0000007"));
    EXPECT_INT(0, list(f, 0, cursor, NULL));
    (void)snprintf(cursor, sizeof cursor, "%s", fake_next(f));
    fake_script(f, ALL_USERS, 200, "[" USER_OF(USER_ID, "ACTIVE", JO) "]");
    EXPECT_INT(0, list(f, 0, cursor, NULL));
    expect_field(f, USER_ID, "groups", "[]");
    fake_free(f);
}

TEST(the_employees_group_is_gathered_though_it_is_no_team)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[4096];

    fake_set(f, "employee_group", GROUP_ID);
    fake_set(f, "team_groups", "Team *");
    list_to_members(f, cursor);
    fake_script(f, MEMBERS, 200, "[" USER_OF(BOSS_ID, "ACTIVE", KIM) "]");
    EXPECT_INT(0, list(f, 0, cursor, NULL));
    (void)snprintf(cursor, sizeof cursor, "%s", fake_next(f));
    fake_script(f, ALL_USERS, 200,
                "[" USER_OF(USER_ID, "ACTIVE", JO) "," USER_OF(BOSS_ID, "ACTIVE", KIM) "]");
    EXPECT_INT(0, list(f, 0, cursor, NULL));
    EXPECT_INT(1, fake_told(f, "record", "hris_employees"));
    expect_field(f, BOSS_ID, "groups", "[]");
    fake_free(f);
}

TEST(a_list_that_fails_half_way_ends_nothing)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, "GET /api/v1/groups?limit=200", 500, ERROR("E0000009"));
    EXPECT_INT(WEIR_E_LATER, list(f, 0, "", NULL));
    assert_null(fake_next(f));
    EXPECT_INT(WEIR_E_INVALID, list(f, 0, "3|0|1|0|/api/v1/users?after=y", NULL));
    EXPECT_INT(WEIR_E_UNSUPPORTED, weir_connector.fetch->list(fake_okta(f), weir_str("hris_teams"), 0,
                                                              weir_str(""), fake_sink(f), NULL));
    fake_free(f);
}

/* ---- imports ---- */

TEST(after_an_import_those_who_changed_are_read)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    /* The first time a day back. */
    fake_script(f, USERS "2026-02-02T10%3A15%3A29.000Z%22", 200, "[" USER_OF(USER_ID, "ACTIVE", JO) "]");
    fake_script(f, GROUPS_OF(USER_ID), 200, "[]");
    EXPECT_INT(0, record(f, EVENTS_IMPORT, "", NULL));
    EXPECT_INT(1, fake_told(f, "record", "hris_employees"));
    EXPECT_STR("1770113729000", fake_state_of(f, "import_read"));
    /* Then from the last time, with an hour's overlap. */
    fake_clock(f, FAKE_NOW + 7200000);
    fake_script(f, USERS "2026-02-03T09%3A15%3A29.000Z%22", 503, "");
    EXPECT_INT(WEIR_E_LATER, record(f, EVENTS_IMPORT, "", NULL));
    EXPECT_STR("1770113729000", fake_state_of(f, "import_read"));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_full_listing_has_groups_first_then_everybody_who_left_included),
        UNIT(in_a_full_listing_who_is_no_employee_is_passed_over_in_a_delta_told),
        UNIT(a_page_tells_each_name_once_and_knows_who_stands_behind),
        UNIT(a_listing_asks_for_no_manager_and_reads_anew_who_waited),
        UNIT(whom_an_event_named_meanwhile_is_asked_for_alone),
        UNIT(a_group_whose_members_okta_cannot_list_is_no_end),
        UNIT(a_group_that_went_meanwhile_has_no_members_and_a_missing_right_is_one),
        UNIT(the_employees_group_is_gathered_though_it_is_no_team),
        UNIT(a_list_that_fails_half_way_ends_nothing),
        UNIT(after_an_import_those_who_changed_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
