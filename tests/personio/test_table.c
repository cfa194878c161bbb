#include "fake_personio.h"

#include "connector/promise.h"

#include "fetch.h"

TEST(the_table_is_whole)
{
    UNUSED_STATE;
    const struct weir_connector *c = &weir_connector;

    EXPECT(c->magic == WEIR_CONNECTOR_MAGIC && c->size == sizeof *c && c->abi_major == WEIR_ABI_MAJOR);
    EXPECT_STR("personio", c->tool);
    EXPECT_STR("https://api.personio.de", c->base_url);
    EXPECT(c->open != NULL && c->close != NULL && c->verify->check != NULL && c->verify->events != NULL);
    EXPECT(c->fetch->record != NULL && c->fetch->list != NULL && c->fetch->missed != NULL);
    EXPECT(c->subscribe->ensure != NULL && c->subscribe->inspect != NULL && c->subscribe->remove != NULL);
    EXPECT_INT(13, c->event_count);
    EXPECT_INT(7, c->model_count);
    for (size_t i = 0; i < c->event_count; i++) {
        for (const char *const *model = c->events[i].models; *model != NULL; model++) {
            assert_non_null(promise_of(c, *model));
        }
    }
    for (size_t i = 0; i < c->setting_count; i++) {
        EXPECT(strcmp(c->settings[i].key, "base_url") != 0 && strlen(c->settings[i].key) <= 32);
        EXPECT(c->settings[i].secret == (strcmp(c->settings[i].key, "client_secret") == 0));
    }
}

TEST(the_fields_that_are_promised_are_those_that_come)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct weir_ref person = {weir_str("hris_employees"), weir_str("1"), weir_str("")};
    struct weir_ref absence = {weir_str("hris_absences"), weir_str("a"), weir_str("1")};
    struct weir_ref team = {weir_str("hris_teams"), weir_str("team:7"), weir_str("")};
    struct weir_ref entity = {weir_str("hris_legal_entities"), weir_str("170"), weir_str("")};
    struct weir_ref place = {weir_str("hris_locations"), weir_str("6"), weir_str("")};

    promise_ask_payloads(f, &weir_connector);
    fake_set(f, "employee_number_attribute", "n");
    fake_set(f, "personal_email_attribute", "m");
    fake_set(f, "mobile_phone_attribute", "p");
    fake_set(f, "date_of_birth_attribute", "d");
    fake_set(f, "nationality_attribute", "c");
    fake_with_token(f);
    fake_script(
        f, "GET /v2/persons/1", 200,
        "{\"id\":1,\"first_name\":\"A\",\"last_name\":\"B\",\"email\":\"a@b.example\",\"gender\":\"MALE\","
        "\"created_at\":\"2024-03-01T08:12:45Z\",\"custom_attributes\":[{\"id\":\"n\",\"value\":1},{\"id\":"
        "\"m\","
        "\"value\":\"x\"},{\"id\":\"p\",\"value\":\"1\"},{\"id\":\"d\",\"value\":\"1990-01-01\"},{\"id\":"
        "\"c\","
        "\"value\":\"x\"}]}");
    fake_script(
        f, "GET /v2/persons/1/employments?limit=50", 200,
        "{\"_data\":[{\"id\":\"e\",\"status\":\"ACTIVE\",\"weekly_working_hours\":40,"
        "\"full_time_weekly_working_hours\":40,\"employment_start_date\":\"2024-04-01\",\"employment_end_"
        "date\":"
        "null,\"position\":{\"title\":\"T\"},\"supervisor\":null,\"office\":null,\"legal_entity\":null,"
        "\"org_units\":[]}]}");
    fake_script(
        f, "GET /v2/absence-periods/a", 200,
        "{\"id\":\"a\",\"starts_from\":{\"date_time\":\"2026-06-10T00:00:00\"},\"ends_at\":{\"date_time\":"
        "\"2026-06-11T00:00:00\"},\"comment\":null,\"absence_type\":{\"id\":\"t\"},\"approval\":{\"status\":"
        "\"PENDING\"},\"created_at\":\"x\",\"updated_at\":\"x\"}");
    fake_script(f, "GET /v2/absence-types/t", 200, "{\"id\":\"t\",\"name\":\"V\",\"unit\":\"DAY\"}");
    fake_script(f, "GET /v2/absence-periods/a/breakdowns?limit=28", 200, "{\"_data\":[]}");
    fake_script(f, "GET /v2/org-units/7?type=team", 200, "{\"id\":7,\"name\":\"T\",\"parent_id\":null}");
    fake_script(f, "GET /v2/legal-entities/170", 200, "{\"id\":170,\"name\":\"L\",\"country\":\"DE\"}");
    fake_script(f, "GET /v2/workplaces?id=6", 200, "{\"_data\":[{\"id\":6,\"name\":\"P\"}]}");
    EXPECT_INT(0, personio_fetch.record(fake_personio(f), &person, fake_sink(f), NULL));
    EXPECT_INT(0, personio_fetch.record(fake_personio(f), &absence, fake_sink(f), NULL));
    EXPECT_INT(0, personio_fetch.record(fake_personio(f), &team, fake_sink(f), NULL));
    EXPECT_INT(0, personio_fetch.record(fake_personio(f), &entity, fake_sink(f), NULL));
    EXPECT_INT(0, personio_fetch.record(fake_personio(f), &place, fake_sink(f), NULL));
    expect_promised(f, &weir_connector, "hris_employees", "1");
    expect_promised(f, &weir_connector, "hris_employments", "e");
    expect_promised(f, &weir_connector, "hris_absences", "a");
    expect_promised(f, &weir_connector, "hris_absence_types", "t");
    expect_promised(f, &weir_connector, "hris_teams", "team:7");
    expect_promised(f, &weir_connector, "hris_legal_entities", "170");
    expect_promised(f, &weir_connector, "hris_locations", "6");
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_table_is_whole),
        UNIT(the_fields_that_are_promised_are_those_that_come),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
