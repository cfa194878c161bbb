#include "fake_okta.h"

#include "connector/promise.h"

TEST(the_table_is_whole)
{
    UNUSED_STATE;
    const struct weir_connector *c = &weir_connector;

    EXPECT(c->magic == WEIR_CONNECTOR_MAGIC && c->size == sizeof *c);
    EXPECT(c->abi_major == WEIR_ABI_MAJOR && c->abi_minor == WEIR_ABI_MINOR);
    EXPECT_STR("okta", c->tool);
    assert_null(c->base_url);
    EXPECT(c->open != NULL && c->close != NULL && c->verify->check != NULL && c->verify->events != NULL);
    EXPECT(c->fetch->record != NULL && c->fetch->list != NULL && c->fetch->missed != NULL);
    EXPECT(c->subscribe->ensure != NULL && c->subscribe->inspect != NULL && c->subscribe->remove != NULL);
    EXPECT_INT(16, c->event_count);
    EXPECT_INT(4, c->model_count);
    for (size_t i = 0; i < c->event_count; i++) {
        assert_non_null(c->events[i].name);
        for (const char *const *model = c->events[i].models; *model != NULL; model++) {
            assert_non_null(promise_of(c, *model));
        }
        for (size_t k = 0; k < i; k++) {
            EXPECT(strcmp(c->events[i].name, c->events[k].name) != 0);
        }
    }
    for (size_t i = 0; i < c->setting_count; i++) {
        const char *key = c->settings[i].key;

        EXPECT(strcmp(key, "base_url") != 0 && strlen(key) <= 32 && !c->settings[i].required);
        EXPECT(c->settings[i].secret == (strcmp(key, "api_token") == 0 || strcmp(key, "private_key") == 0));
    }
}

/* What a hook may not name would make Okta refuse the hook whole. */
TEST(no_event_is_subscribed_that_only_the_log_has)
{
    UNUSED_STATE;
    static const char *const refused[] = {"user.lifecycle.delete.completed",
                                          "user.account.update_primary_email",
                                          "user.account.update_secondary_email",
                                          "user.account.update_user_type",
                                          "user.realm.update",
                                          "system.import.user.",
                                          "system.import.group.update",
                                          "group.user_membership.rule.",
                                          "event_hook."};

    for (size_t i = 0; i < weir_connector.event_count; i++) {
        for (size_t k = 0; k < sizeof refused / sizeof refused[0]; k++) {
            EXPECT(strncmp(weir_connector.events[i].name, refused[k], strlen(refused[k])) != 0);
        }
    }
}

TEST(the_fields_that_are_promised_are_those_that_come)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_ref user = {weir_str("hris_employees"), weir_str(USER_ID), weir_str("")};
    const json_t *employee;

    promise_ask_payloads(f, &weir_connector);
    fake_set(f, "second_email", "true");
    fake_set(f, "start_date_attribute", "startDate");
    fake_script(f, "GET /api/v1/users/" USER_ID, 200,
                "{\"id\":\"" USER_ID
                "\",\"status\":\"ACTIVE\",\"profile\":{\"organization\":\"A\",\"department\":\"D\","
                "\"city\":\"B\"}}");
    fake_script(f, "GET /api/v1/users/" USER_ID "/groups?limit=200", 200, "[]");
    EXPECT_INT(0, weir_connector.fetch->record(fake_okta(f), &user, fake_sink(f), NULL));
    employee = fake_json(f, "record", "hris_employees", USER_ID);
    expect_promised(f, &weir_connector, "hris_employees", USER_ID);
    expect_promised(f, &weir_connector, "hris_teams", "department:D");
    expect_promised(f, &weir_connector, "hris_legal_entities", "organization:A");
    expect_promised(f, &weir_connector, "hris_locations",
                    json_string_value(json_object_get(employee, "work_location_id")));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_table_is_whole),
        UNIT(no_event_is_subscribed_that_only_the_log_has),
        UNIT(the_fields_that_are_promised_are_those_that_come),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
