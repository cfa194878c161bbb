#include "fake_recruitee.h"

#include "connector/promise.h"

TEST(the_table_is_whole)
{
    UNUSED_STATE;
    const struct weir_connector *c = &weir_connector;

    EXPECT(c->magic == WEIR_CONNECTOR_MAGIC && c->size == sizeof *c && c->abi_major == WEIR_ABI_MAJOR);
    EXPECT_STR("recruitee", c->tool);
    EXPECT_INT(WEIR_CATEGORY_ATS, c->category);
    EXPECT_STR("https://api.recruitee.com", c->base_url);
    EXPECT(c->fetch->missed == NULL); /* Recruitee keeps no events */
    EXPECT_INT(7, c->event_count);
    EXPECT_INT(7, c->model_count);
    EXPECT_INT(3, c->setting_count);
    for (size_t i = 0; i < c->event_count; i++) {
        for (const char *const *model = c->events[i].models; *model != NULL; model++) {
            assert_non_null(promise_of(c, *model));
        }
    }
    EXPECT(c->settings[1].secret && c->settings[2].secret && !c->settings[2].required);
}

TEST(the_fields_that_are_promised_are_those_that_come)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    promise_ask_payloads(f, &weir_connector);
    fake_script(
        f, "GET /c/4711/candidates/1", 200,
        "{\"candidate\":{\"id\":1,\"name\":\"A B\",\"emails\":[],\"phones\":[],\"source\":\"x\",\"tags\":[],"
        "\"links\":[],\"adminapp_url\":\"u\",\"created_at\":null,\"updated_at\":null,\"placements\":[{\"id\":"
        "2,"
        "\"offer_id\":3,\"stage_id\":4,\"created_at\":null,\"updated_at\":null,\"disqualified_at\":null,"
        "\"job_starts_at\":\"2026-05-01\"}]}}");
    fake_script(
        f, "GET /c/4711/offers/3", 200,
        "{\"offer\":{\"id\":3,\"kind\":\"job\",\"title\":\"T\",\"description\":\"D\",\"status\":\"draft\","
        "\"employment_type\":null,\"department\":null,\"city\":null,\"careers_url\":null,\"published_at\":"
        "null,"
        "\"closed_at\":null,\"created_at\":null,\"updated_at\":null,\"adminapp_url\":null,\"pipeline_"
        "template\":"
        "{\"stages\":[{\"id\":4,\"name\":\"S\",\"position\":1}]}}}");
    EXPECT_INT(0, record(f, "ats_candidates", "1", "", NULL));
    expect_promised(f, &weir_connector, "ats_candidates", "1");
    expect_promised(f, &weir_connector, "ats_applications", "2");
    expect_promised(f, &weir_connector, "ats_jobs", "3");
    expect_promised(f, &weir_connector, "ats_application_stages", "4");
    fake_free(f);
}

TEST(short_lists_are_read_at_once)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[200] = "";

    fake_script(f, "GET /c/4711/admins", 200,
                "{\"admins\":[{\"id\":88,\"first_name\":\"Lena\",\"last_name\":\"Fuchs\",\"email\":\"lena@x."
                "example\"},{}]}");
    EXPECT_INT(0, list(f, "ats_users", 0, cursor, NULL));
    expect_promised(f, &weir_connector, "ats_users", "88");
    EXPECT_INT(1, fake_told(f, "record", "ats_users"));
    fake_script(f, "GET /c/4711/tags", 200, "{\"tags\":[{\"id\":3,\"name\":\"remote\"}]}");
    EXPECT_INT(0, list(f, "ats_tags", 0, cursor, NULL));
    expect_promised(f, &weir_connector, "ats_tags",
                    "remote"); /* a candidate's tags may be texts, so the name is the id */
    fake_script(f, "GET /c/4711/disqualify_reasons", 200,
                "{\"disqualify_reasons\":[{\"id\":31,\"name\":\"Not enough experience\"}]}");
    EXPECT_INT(0, list(f, "ats_rejection_reasons", 0, cursor, NULL));
    expect_promised(f, &weir_connector, "ats_rejection_reasons", "31");
    EXPECT_STR("", cursor);
    fake_free(f);
}

TEST(a_list_that_the_account_lacks_deletes_nothing)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[200] = "";

    fake_script(f, "GET /c/4711/tags", 404, "{\"error\":[\"Not found\"]}");
    EXPECT_INT(WEIR_E_UNSUPPORTED, list(f, "ats_tags", 0, cursor, NULL));
    fake_script(f, "GET /c/4711/tags", 200, "{\"unknown\":[]}");
    EXPECT_INT(WEIR_E_LATER, list(f, "ats_tags", 0, cursor, NULL));
    fake_script(f, "GET /c/4711/admins", 403,
                "{\"error\":[\"You are not authorized to perform this action\"]}");
    EXPECT_INT(WEIR_E_PERMISSION, list(f, "ats_users", 0, cursor, NULL));
    fake_free(f);
}

TEST(settings_that_are_missing_or_wrong_are_named)
{
    UNUSED_STATE;
    static const char *const wrong[][2] = {{"company_id", ""},
                                           {"company_id", "a/b"},
                                           {"company_id", "a b"},
                                           {"api_token", " "},
                                           {"api_token", "two words"}};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct fake *f = fake_new();
        struct weir_error err = {0};
        void *self = NULL;

        fake_set(f, wrong[i][0], wrong[i][1]);
        EXPECT_INT(WEIR_E_CONFIG, weir_connector.open(&self, fake_host(f), &err));
        EXPECT(self == NULL && strstr(err.message, wrong[i][0]) != NULL &&
               strstr(err.message, "words") == NULL);
        fake_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_table_is_whole),
        UNIT(the_fields_that_are_promised_are_those_that_come),
        UNIT(short_lists_are_read_at_once),
        UNIT(a_list_that_the_account_lacks_deletes_nothing),
        UNIT(settings_that_are_missing_or_wrong_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
