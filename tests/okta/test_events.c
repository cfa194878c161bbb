#include "events.h"
#include "fake_okta.h"
#include "kinds.h"

#define DELIVERY(events)                                                                                     \
    "{\"eventType\":\"com.okta.event_hook\",\"eventTypeVersion\":\"1.0\",\"cloudEventsVersion\":\"0.1\","    \
    "\"source\":\"" ORG "/api/v1/eventHooks/who3d8s1kQwErTyUi5d7\",\"eventId\":\"4b7f\","                    \
    "\"data\":{\"events\":[" events "]},\"eventTime\":\"2026-02-03T10:15:29.580Z\"}"
#define USER_TARGET "{\"id\":\"" USER_ID "\",\"type\":\"User\",\"alternateId\":\"jo.doe@acme.example\"}"
#define GROUP_TARGET "{\"id\":\"" GROUP_ID "\",\"type\":\"UserGroup\",\"alternateId\":\"unknown\"}"
#define EVENT_OF(uuid, type, outcome, target)                                                                \
    "{\"uuid\":\"" uuid "\",\"published\":\"2026-02-03T10:15:29.000Z\",\"eventType\":\"" type                \
    "\",\"outcome\":" outcome ",\"target\":" target "}"
#define EVENT(uuid, type, target) EVENT_OF(uuid, type, "{\"result\":\"SUCCESS\",\"reason\":null}", target)
#define AT " 1770113729000"

static int read_body(struct fake *f, const char *body)
{
    struct weir_request request = {.size = sizeof request, .method = weir_str("POST")};

    request.body = weir_str_bytes(weir_str(body));
    return weir_connector.verify->events(fake_okta(f), &request, fake_sink(f), NULL);
}

TEST(each_event_of_a_delivery_is_told_under_its_uuid)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    EXPECT_INT(
        0, read_body(f, DELIVERY(EVENT("u-1", "user.account.update_profile", "[" USER_TARGET "]") "," EVENT(
                            "u-2", "group.user_membership.add", "[" GROUP_TARGET "," USER_TARGET "]"))));
    EXPECT_STR("event user.account.update_profile u-1" AT " -> hris_employees " USER_ID " ()",
               fake_line(f, 0));
    EXPECT_STR("event group.user_membership.add u-2" AT " -> hris_employees " USER_ID " ()", fake_line(f, 1));
    EXPECT_STR("", fake_line(f, 2));
    EXPECT_INT(0, fake_played(f));
    fake_free(f);
}

TEST(every_type_a_hook_may_name_leads_to_its_records)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char body[2000];
    char want[300];

    for (size_t i = 0; i < weir_connector.event_count; i++) {
        const char *type = weir_connector.events[i].name;
        bool group = strcmp(weir_connector.events[i].models[0], "hris_teams") == 0;

        (void)snprintf(body, sizeof body, DELIVERY(EVENT("u", "%s", "[" USER_TARGET "," GROUP_TARGET "]")),
                       type);
        fake_forget(f);
        EXPECT_INT(0, read_body(f, body));
        if (strcmp(type, "system.import.complete") == 0) {
            (void)snprintf(want, sizeof want, "event %s u" AT " -> hris_employees import ()", type);
        } else if (group) {
            (void)snprintf(want, sizeof want, "event %s u" AT " -> hris_teams " GROUP_ID " ()", type);
        } else {
            (void)snprintf(want, sizeof want, "event %s u" AT " -> hris_employees " USER_ID " (%s)", type,
                           strstr(type, "delete") != NULL ? "deleted" : "");
        }
        EXPECT_STR(want, fake_line(f, 0));
    }
    fake_free(f);
}

TEST(null_absent_and_empty_targets_are_the_same)
{
    UNUSED_STATE;
    static const char *const bodies[] = {
        DELIVERY(EVENT("u", "user.lifecycle.create", "null")),
        DELIVERY(EVENT("u", "user.lifecycle.create", "[]")),
        DELIVERY("{\"uuid\":\"u\",\"published\":\"2026-02-03T10:15:29.000Z\",\"eventType\":\"user.lifecycle."
                 "create\","
                 "\"actor\":null,\"debugContext\":null,\"outcome\":{\"result\":\"Success\"}}"),
        DELIVERY(EVENT("u", "user.lifecycle.create",
                       "[null,7,{\"type\":\"User\"},{\"id\":\"../x\",\"type\":\"User\"},{\"id\":\"x\"}]"))};

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct fake *f = fake_new();

        EXPECT_INT(0, read_body(f, bodies[i]));
        EXPECT_STR("event user.lifecycle.create u" AT, fake_line(f, 0));
        fake_free(f);
    }
}

TEST(what_failed_or_does_not_concern_us_is_told_without_records)
{
    UNUSED_STATE;
    static const char *const bodies[] = {
        DELIVERY(EVENT_OF("u", "user.lifecycle.create", "{\"result\":\"FAILURE\"}", "[" USER_TARGET "]")),
        DELIVERY(EVENT_OF("u", "user.lifecycle.create", "{\"result\":\"Skipped\"}", "[" USER_TARGET "]")),
        DELIVERY(EVENT("u", "user.session.start", "[" USER_TARGET "]")),
        DELIVERY(EVENT("u", "a.type.of.next.year", "[" USER_TARGET "]"))};

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct fake *f = fake_new();

        EXPECT_INT(0, read_body(f, bodies[i]));
        assert_null(strstr(fake_line(f, 0), "->"));
        EXPECT_INT(1, fake_told(f, "event", ""));
        fake_free(f);
    }
}

TEST(a_target_named_twice_is_looked_at_once)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    EXPECT_INT(
        0, read_body(f, DELIVERY(EVENT("u", "user.lifecycle.create", "[" USER_TARGET "," USER_TARGET "]"))));
    EXPECT_STR("event user.lifecycle.create u" AT " -> hris_employees " USER_ID " ()", fake_line(f, 0));
    fake_free(f);
}

TEST(a_deletion_is_remembered_for_what_is_fetched_meanwhile)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    EXPECT(!people_is_leaving(&fake_okta(f)->people, weir_str(USER_ID)));
    EXPECT_INT(0, read_body(f, DELIVERY(EVENT("u", "user.lifecycle.delete.initiated", "[" USER_TARGET "]"))));
    EXPECT(people_is_leaving(&fake_okta(f)->people, weir_str(USER_ID)));
    fake_free(f);
}

TEST(an_event_without_a_time_or_uuid_is_still_one)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    EXPECT_INT(0,
               read_body(f, DELIVERY("{\"eventType\":\"user.lifecycle.create\",\"published\":\"yesterday\","
                                     "\"target\":[" USER_TARGET "]},{\"uuid\":\"u\"}")));
    EXPECT_STR("event user.lifecycle.create  0 -> hris_employees " USER_ID " ()", fake_line(f, 0));
    EXPECT_STR("", fake_line(f, 1));
    fake_free(f);
}

TEST(what_is_no_delivery_is_set_aside)
{
    UNUSED_STATE;
    static const char *const bodies[] = {"",
                                         "x",
                                         "[]",
                                         "{}",
                                         "{\"eventType\":\"com.okta.telephony\",\"data\":{\"events\":[]}}",
                                         "{\"eventType\":\"com.okta.event_hook\"}",
                                         "{\"eventType\":\"com.okta.event_hook\",\"data\":{\"events\":{}}}",
                                         DELIVERY("{\"uuid\":\"u\"},7")};

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct fake *f = fake_new();

        EXPECT_INT(WEIR_E_INVALID, read_body(f, bodies[i]));
        EXPECT_INT(0, fake_told(f, "event", ""));
        fake_free(f);
    }
}

TEST(a_delivery_of_another_hook_is_taken_and_logged)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_state(f, "hook_id", "who3d8s1kQwErTyUi5d7");
    EXPECT_INT(0, read_body(f, DELIVERY(EVENT("u", "user.lifecycle.create", "[" USER_TARGET "]"))));
    EXPECT_STR("", fake_log(f));
    fake_state(f, "hook_id", "whoOTHERkQwErTyUi5d7");
    EXPECT_INT(0, read_body(f, DELIVERY(EVENT("u", "user.lifecycle.create", "[" USER_TARGET "]"))));
    EXPECT_INT(2, fake_told(f, "event", ""));
    assert_non_null(strstr(fake_log(f), "another event hook"));
    fake_free(f);
}

/* ---- what was missed ---- */

#define LOGS                                                                                                 \
    "&sortOrder=ASCENDING&limit=1000&filter=eventType%20sw%20%22user.lifecycle.%22%20or%20eventType%20sw%"   \
    "20%22"                                                                                                  \
    "user.account.update_%22%20or%20eventType%20sw%20%22group.user_membership.%22%20or%20eventType%20sw%20%" \
    "22"                                                                                                     \
    "group.lifecycle.%22%20or%20eventType%20eq%20%22group.profile.update%22%20or%20eventType%20sw%20%22"     \
    "system.import.%22"
#define FIRST "GET /api/v1/logs?since=2026-02-03T09%3A15%3A29.000Z" LOGS
#define SINCE (FAKE_NOW - 3600000)

static int missed(struct fake *f, const char *cursor, int64_t since_ms, struct weir_error *err)
{
    return weir_connector.fetch->missed(fake_okta(f), since_ms, weir_str(cursor), fake_sink(f), err);
}

TEST(the_log_is_polled_until_a_page_is_empty)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[4096];

    fake_script(f, FIRST, 200, "[" EVENT("u-1", "user.lifecycle.create", "[" USER_TARGET "]") "]");
    fake_script_header(f, "Link: <" ORG "/api/v1/logs?since=x>; rel=\"self\"");
    fake_script_header(f, "Link: <" ORG "/api/v1/logs?after=1&limit=1000>; rel=\"next\"");
    EXPECT_INT(0, missed(f, "", SINCE, NULL));
    EXPECT_STR("event user.lifecycle.create u-1" AT " -> hris_employees " USER_ID " ()", fake_line(f, 0));
    assert_non_null(fake_next(f));
    (void)snprintf(cursor, sizeof cursor, "%s", fake_next(f));
    fake_forget(f);
    fake_script(f, "GET /api/v1/logs?after=1&limit=1000", 200, "[]");
    fake_script_header(f, "Link: <" ORG "/api/v1/logs?after=1&limit=1000>; rel=\"next\"");
    EXPECT_INT(0, missed(f, cursor, SINCE, NULL));
    assert_null(fake_next(f));
    EXPECT_STR("/api/v1/logs", fake_limit(f));
    fake_free(f);
}

TEST(the_log_knows_types_that_no_hook_may_name)
{
    UNUSED_STATE;
    static const char *const types[][2] = {{"user.lifecycle.delete.completed", "deleted"},
                                           {"user.account.update_primary_email", ""},
                                           {"user.account.update_user_type", ""},
                                           {"system.import.user.update", ""}};
    char body[1000];
    char want[300];

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct fake *f = fake_new();

        (void)snprintf(body, sizeof body, "[" EVENT("u", "%s", "[" USER_TARGET "]") "]", types[i][0]);
        (void)snprintf(want, sizeof want, "event %s u" AT " -> hris_employees " USER_ID " (%s)", types[i][0],
                       types[i][1]);
        fake_script(f, FIRST, 200, body);
        EXPECT_INT(0, missed(f, "", SINCE, NULL));
        EXPECT_STR(want, fake_line(f, 0));
        fake_free(f);
    }
}

TEST(longer_ago_than_the_log_goes_back_is_not_asked_for)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};

    EXPECT_INT(WEIR_E_UNSUPPORTED, missed(f, "", FAKE_NOW - INT64_C(91) * 86400000, &err));
    assert_non_null(strstr(err.message, "90 days"));
    EXPECT_INT(WEIR_E_INVALID, missed(f, "nonsense", SINCE, NULL));
    fake_free(f);
}

TEST(a_log_that_may_not_be_read_says_what_to_grant)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_error err = {0};

    fake_script(f, FIRST, 403, ERROR("E0000006"));
    fake_script_header(f, "WWW-Authenticate: Bearer error=\"insufficient_scope\"");
    EXPECT_INT(WEIR_E_PERMISSION, missed(f, "", SINCE, &err));
    assert_non_null(strstr(err.message, "okta.logs.read"));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_event_of_a_delivery_is_told_under_its_uuid),
        UNIT(every_type_a_hook_may_name_leads_to_its_records),
        UNIT(null_absent_and_empty_targets_are_the_same),
        UNIT(what_failed_or_does_not_concern_us_is_told_without_records),
        UNIT(a_target_named_twice_is_looked_at_once),
        UNIT(a_deletion_is_remembered_for_what_is_fetched_meanwhile),
        UNIT(an_event_without_a_time_or_uuid_is_still_one),
        UNIT(what_is_no_delivery_is_set_aside),
        UNIT(a_delivery_of_another_hook_is_taken_and_logged),
        UNIT(the_log_is_polled_until_a_page_is_empty),
        UNIT(the_log_knows_types_that_no_hook_may_name),
        UNIT(longer_ago_than_the_log_goes_back_is_not_asked_for),
        UNIT(a_log_that_may_not_be_read_says_what_to_grant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
