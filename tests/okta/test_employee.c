#include "events.h"
#include "fake_okta.h"

#define USER_PATH "/api/v1/users/" USER_ID
#define GROUPS_OF(id) "GET /api/v1/users/" id "/groups?limit=200"
#define USER_OF(id, status, profile)                                                                         \
    "{\"id\":\"" id "\",\"status\":\"" status                                                                \
    "\",\"created\":\"2024-02-01T08:00:00.000Z\",\"profile\":{" profile "}}"
#define JO                                                                                                   \
    "\"login\":\"jo@acme.example\",\"email\":\"jo@acme.example\",\"firstName\":\"Jo\",\"lastName\":\"Doe\""
#define KIM "\"login\":\"kim@acme.example\",\"email\":\"kim@acme.example\",\"employeeNumber\":\"7\""
#define SALES                                                                                                \
    "{\"id\":\"" GROUP_ID "\",\"type\":\"OKTA_GROUP\",\"profile\":{\"name\":\"Sales\",\"description\":"      \
    "\"x\"}}"
#define EVERYONE "{\"id\":\"00g0\",\"type\":\"BUILT_IN\",\"profile\":{\"name\":\"Everyone\"}}"
#define USERS "GET /api/v1/users?limit=200&filter=lastUpdated%20gt%20%22"
#define ALL_USERS USERS "1990-01-01T00%3A00%3A00.000Z%22"

static int record(struct fake *f, const char *id, const char *hint, struct weir_error *err)
{
    struct weir_ref ref = {weir_str("hris_employees"), weir_str(id), weir_str(hint)};

    return weir_connector.fetch->record(fake_okta(f), &ref, fake_sink(f), err);
}

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

static void script_jo(struct fake *f, const char *profile, const char *groups)
{
    char user[1000];

    (void)snprintf(user, sizeof user, USER_OF(USER_ID, "ACTIVE", "%s"), profile);
    fake_script(f, "GET " USER_PATH, 200, user);
    fake_script(f, GROUPS_OF(USER_ID), 200, groups);
}

/* The field of the employee that was told, as text. */
static void expect_field(const struct fake *f, const char *id, const char *field, const char *want)
{
    const json_t *value = json_object_get(fake_json(f, "record", "hris_employees", id), field);
    char *text = value != NULL ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : strdup("-");

    EXPECT_STR(want, text);
    free(text);
}

/* ---- one ---- */

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

/* ---- managers ---- */

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

/* ---- many ---- */

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

/* ---- groups ---- */

static int group_record_of(struct fake *f, const char *model, const char *id)
{
    struct weir_ref ref = {weir_str(model), weir_str(id), weir_str("")};

    return weir_connector.fetch->record(fake_okta(f), &ref, fake_sink(f), NULL);
}

TEST(a_group_is_read_or_gone)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, "GET /api/v1/groups/" GROUP_ID, 200, SALES);
    EXPECT_INT(0, group_record_of(f, "hris_teams", GROUP_ID));
    expect_json("{\"name\":\"Sales\",\"type\":\"TEAM\",\"parent_id\":null}",
                fake_json(f, "record", "hris_teams", GROUP_ID));
    fake_forget(f);
    fake_script(f, "GET /api/v1/groups/" GROUP_ID, 404, ERROR("E0000007"));
    EXPECT_INT(0, group_record_of(f, "hris_teams", GROUP_ID));
    EXPECT_STR("gone hris_teams " GROUP_ID, fake_line(f, 0));
    fake_script(f, "GET /api/v1/groups/00g0", 200, SALES);
    EXPECT_INT(WEIR_E_INVALID, group_record_of(f, "hris_teams", "00g0"));
    fake_script(f, "GET /api/v1/groups/00g0", 200, EVERYONE);
    EXPECT_INT(0, group_record_of(f, "hris_teams", "00g0"));
    EXPECT_STR("gone hris_teams 00g0", fake_line(f, 1));
    EXPECT_INT(WEIR_E_INVALID, group_record_of(f, "hris_teams", "a/b"));
    fake_free(f);
}

TEST(a_department_is_told_from_its_own_id)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    EXPECT_INT(0, group_record_of(f, "hris_teams", "department:Sales & Co"));
    expect_json("{\"name\":\"Sales & Co\",\"type\":\"DEPARTMENT\",\"parent_id\":null}",
                fake_json(f, "record", "hris_teams", "department:Sales & Co"));
    EXPECT_INT(0, group_record_of(f, "hris_legal_entities", "organization:Acme"));
    EXPECT_INT(0, group_record_of(f, "hris_teams", "department:#abc"));
    EXPECT_STR("", fake_line(f, 2));
    EXPECT_INT(WEIR_E_UNSUPPORTED, group_record_of(f, "hris_locations", "address:#abc"));
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
        UNIT(a_manager_by_id_needs_no_question),
        UNIT(a_manager_by_login_or_number_is_asked_for_once),
        UNIT(a_manager_who_comes_later_is_found_then),
        UNIT(what_nobody_can_be_asked_by_stays_a_text),
        UNIT(two_of_one_name_are_nobody_and_so_is_the_user_itself),
        UNIT(a_hierarchy_that_is_kept_as_a_relation_is_followed),
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
        UNIT(a_group_is_read_or_gone),
        UNIT(a_department_is_told_from_its_own_id),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
