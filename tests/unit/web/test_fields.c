/* Integration fields, custom fields, and the one that fills the other. */
#include "fixture.h"

#include "store/fields.h"

#define FIELDS "/v1/integrations/personio%3Aacme/integration-fields"
#define CUSTOM "/v1/integrations/personio%3Aacme/custom-fields"

static const char *const fills[] = {"first_name", "custom_fields", "remote_data", "manager_id", NULL};
static const struct weir_model_use gives[] = {{"hris_employees", fills, true, true, true, NULL}};

/* One person, and the fields that a worker met in it. */
static struct fixture *met(void)
{
    static const struct web_custom_field file[] = {
        {"favourite", "hris_employees", "Favourite colour", NULL},
        {"city", "hris_employees", NULL, NULL},
        {"source", "ats_candidates", NULL, NULL},
    };
    struct fixture *f = fixture_new();
    struct store_field fields[] = {
        {1, true, false, "color"}, {1, false, false, "email"}, {3, true, false, "grade"}};
    struct weir_error err = {0};

    f->integrations[0].models = gives;
    f->integrations[0].model_count = 1;
    EXPECT(scope_set_field(f->scope, weir_str("hris_employees"), weir_str("remote_data"), SCOPE_ENABLED));
    EXPECT_INT(0, web_custom_fields_set(f->web, file, 3, &err));
    store_fields_meet(f->st, f->rows[0].number, fields, 3);
    store_fields_meet(f->st, f->rows[0].number, fields, 3);
    fixture_put(f, "hris_employees", "7",
                "{\"first_name\":\"Mira\",\"custom_fields\":{\"color\":\"Red\"},"
                "\"remote_data\":{\"/v2/persons\":{\"email\":\"m@x.example\"}}}");
    fixture_put(f, "hris_employees", "8", "{\"first_name\":\"Bo\",\"custom_fields\":{\"color\":\"Blue\"}}");
    return f;
}

/* The id of the row whose key this is. */
static void id_at(char id[ID_TEXT], struct fixture *f, const char *path, const char *key)
{
    struct answer a = api_get(f, path);
    json_t *row;
    size_t i;

    EXPECT_INT(200, a.status);
    id[0] = '\0';
    json_array_foreach(json_at(a.json, "data.results"), i, row)
    {
        if (strcmp(text_at(row, "key"), key) == 0) {
            memcpy(id, text_at(row, "id"), ID_TEXT);
        }
    }
    EXPECT_INT(ID_LEN, strlen(id));
    answer_free(&a);
}

static struct answer map(struct fixture *f, const char *custom, const char *field)
{
    char id[ID_TEXT], from[ID_TEXT], path[200], body[100];

    id_at(id, f, CUSTOM, custom);
    if (field != NULL) {
        id_at(from, f, FIELDS, field);
    }
    (void)snprintf(path, sizeof path, "%s/%s", CUSTOM, id);
    (void)snprintf(body, sizeof body,
                   field != NULL ? "{\"integration_field_id\":\"%s\"}" : "{\"integration_field_id\":null}",
                   field != NULL ? from : "");
    return api_ask(f, "PUT", path, body);
}

TEST(fields_that_were_met_are_listed_page_by_page)
{
    struct fixture *f = met();
    struct answer a = api_get(f, FIELDS);
    char path[200];

    UNUSED_STATE;
    EXPECT_INT(3, count_at(a.json, "data.results"));
    EXPECT(json_is_null(json_at(a.json, "data.next")));
    EXPECT(json_is_false(json_at(a.json, "data.results.0.is_passthrough_enabled")));
    EXPECT(json_is_false(json_at(a.json, "data.results.0.is_writable")));
    EXPECT(json_is_null(json_at(a.json, "data.results.0.label")));
    answer_free(&a);
    a = api_get(f, FIELDS "?page_size=2");
    EXPECT_INT(2, count_at(a.json, "data.results"));
    (void)snprintf(path, sizeof path, "%s?page_size=2&cursor=%s", FIELDS, text_at(a.json, "data.next"));
    answer_free(&a);
    a = api_get(f, path);
    EXPECT_INT(1, count_at(a.json, "data.results"));
    EXPECT(json_is_null(json_at(a.json, "data.next")));
    answer_free(&a);
    expect_error(api_get(f, FIELDS "?cursor=x"), 400, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, FIELDS "?page_size=251"), 400, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, "/v1/integrations/personio%3Anobody/integration-fields"), 404,
                 "PLATFORM.INTEGRATION_NOT_FOUND");
    a = api_get(f, CUSTOM); /* the one of candidates is for tools of recruiting */
    EXPECT_INT(2, count_at(a.json, "data.results"));
    EXPECT(json_is_null(json_at(a.json, "data.results.0.integration_field")));
    answer_free(&a);
    fixture_free(f);
}

TEST(a_custom_field_shows_what_fills_it_also_in_records_stored_before)
{
    struct fixture *f = met();
    struct answer a = map(f, "favourite", "color");

    UNUSED_STATE;
    EXPECT_INT(200, a.status);
    EXPECT_STR("color", text_at(a.json, "data.integration_field.key"));
    EXPECT_STR("CUSTOM", text_at(a.json, "data.integration_field.type"));
    EXPECT_STR("Favourite colour", text_at(a.json, "data.label"));
    answer_free(&a);
    EXPECT_INT(f->rows[0].number * 1000 + 1, atomic_load(&f->asked.fields_changed));
    a = map(f, "city", "email");
    EXPECT_STR("DEFAULT", text_at(a.json, "data.integration_field.type"));
    answer_free(&a);

    a = api_get(f, "/v1/hris/employees?remote_ids=7");
    EXPECT_STR("Red", text_at(a.json, "data.results.0.custom_fields.favourite"));
    EXPECT_STR("Red", text_at(a.json, "data.results.0.custom_fields.color"));
    EXPECT_STR("m@x.example", text_at(a.json, "data.results.0.custom_fields.city"));
    answer_free(&a);
    /* {"favourite":"Blue"} */
    a = api_get(f, "/v1/hris/employees?custom_fields=%7B%22favourite%22%3A%22Blue%22%7D");
    EXPECT_INT(1, count_at(a.json, "data.results"));
    EXPECT_STR("8", text_at(a.json, "data.results.0.remote_id"));
    EXPECT(json_is_null(json_at(a.json, "data.results.0.custom_fields.city")));
    answer_free(&a);

    a = map(f, "favourite", NULL);
    EXPECT(json_is_null(json_at(a.json, "data.integration_field")));
    answer_free(&a);
    a = api_get(f, "/v1/hris/employees?remote_ids=7");
    EXPECT(json_at(a.json, "data.results.0.custom_fields.favourite") == NULL);
    answer_free(&a);
    a = map(f, "favourite", NULL); /* once more is no failure */
    EXPECT_INT(200, a.status);
    answer_free(&a);
    fixture_free(f);
}

TEST(what_cannot_be_mapped_is_refused_in_a_form_the_client_knows)
{
    struct fixture *f = met();
    char id[ID_TEXT], path[200];
    struct answer a = map(f, "favourite", "grade"); /* of employments */

    UNUSED_STATE;
    expect_error(a, 400, "PLATFORM.INPUT_INVALID");
    id_at(id, f, CUSTOM, "city");
    (void)snprintf(path, sizeof path, "%s/%s", CUSTOM, id);
    expect_error(api_ask(f, "PUT", path, "{}"), 400, "PLATFORM.INPUT_INVALID");
    expect_error(api_ask(f, "PUT", path, "{\"integration_field_id\":7}"), 400, "PLATFORM.INPUT_INVALID");
    expect_error(api_ask(f, "PUT", path, "[]"), 400, "PLATFORM.INPUT_INVALID");
    expect_error(api_ask(f, "PUT", CUSTOM "/x", "{\"integration_field_id\":null}"), 404,
                 "PLATFORM.INPUT_INVALID");
    expect_error(api_ask(f, "PATCH", FIELDS "/x", "{\"enable_passthrough\":true}"), 404,
                 "PLATFORM.INPUT_INVALID");
    id_at(id, f, FIELDS, "color");
    (void)snprintf(path, sizeof path, "%s/%s", FIELDS, id);
    expect_error(api_ask(f, "PATCH", path, "{\"enable_passthrough\":\"yes\"}"), 400,
                 "PLATFORM.INPUT_INVALID");
    expect_error(api_ask(f, "PATCH", path, "{}"), 400, "PLATFORM.INPUT_INVALID");
    fixture_free(f);
}

TEST(a_field_stands_among_integration_fields_once_it_was_asked_for)
{
    struct fixture *f = met();
    char id[ID_TEXT], path[200];
    struct answer a = api_get(f, "/v1/hris/employees?remote_ids=7");

    UNUSED_STATE;
    EXPECT_INT(0, count_at(a.json, "data.results.0.integration_fields"));
    answer_free(&a);
    id_at(id, f, FIELDS, "color");
    (void)snprintf(path, sizeof path, "%s/%s", FIELDS, id);
    a = api_ask(f, "PATCH", path, "{\"enable_passthrough\":true}");
    EXPECT(json_is_true(json_at(a.json, "data.is_passthrough_enabled")));
    EXPECT_STR("hris_employees", text_at(a.json, "data.model"));
    answer_free(&a);
    a = api_ask(f, "PATCH", path, "{\"enable_passthrough\":null}");
    EXPECT(json_is_true(json_at(a.json, "data.is_passthrough_enabled")));
    answer_free(&a);
    a = api_get(f, "/v1/hris/employees?remote_ids=7");
    EXPECT_INT(1, count_at(a.json, "data.results.0.integration_fields"));
    EXPECT_STR(id, text_at(a.json, "data.results.0.integration_fields.0.id"));
    EXPECT_STR("Red", text_at(a.json, "data.results.0.integration_fields.0.value"));
    EXPECT_STR("m@x.example",
               text_at(json_at(json_at(a.json, "data.results.0.remote_data"), "/v2/persons"), "email"));
    answer_free(&a);
    fixture_free(f);
}

TEST(custom_fields_are_made_and_deleted_at_run_time)
{
    struct fixture *f = met();
    char path[200];
    struct answer a = admin_ask(f, "POST", "/admin/v1/custom-fields",
                                "{\"key\":\"grade\",\"model\":\"hris_employments\",\"label\":\"Grade\"}");

    UNUSED_STATE;
    EXPECT_INT(200, a.status);
    EXPECT(json_is_true(json_at(a.json, "data.runtime")));
    EXPECT(json_is_null(json_at(a.json, "data.description")));
    (void)snprintf(path, sizeof path, "/admin/v1/custom-fields/%s", text_at(a.json, "data.id"));
    answer_free(&a);
    a = admin_ask(f, "GET", "/admin/v1/custom-fields", "");
    EXPECT_INT(4, count_at(a.json, "data.results"));
    answer_free(&a);
    a = map(f, "grade", "grade");
    EXPECT_INT(200, a.status);
    answer_free(&a);
    fixture_put(f, "hris_employments", "7-1", "{\"employee_id\":\"7\",\"custom_fields\":{\"grade\":\"B\"}}");
    a = api_get(f, "/v1/hris/employees?remote_ids=7");
    EXPECT_STR("B", text_at(a.json, "data.results.0.employments.0.custom_fields.grade"));
    answer_free(&a);
    a = admin_ask(f, "DELETE", path, "");
    EXPECT_INT(200, a.status);
    answer_free(&a);
    expect_admin_error(admin_ask(f, "DELETE", path, ""), 404, "NOT_FOUND");
    expect_admin_error(
        admin_ask(f, "POST", "/admin/v1/custom-fields", "{\"key\":\"city\",\"model\":\"hris_employees\"}"),
        409, "CONFLICT");
    expect_admin_error(
        admin_ask(f, "POST", "/admin/v1/custom-fields", "{\"key\":\"x\",\"model\":\"hris_teams\"}"), 400,
        "INPUT_INVALID");
    expect_admin_error(
        admin_ask(f, "POST", "/admin/v1/custom-fields", "{\"key\":\"x y\",\"model\":\"ats_jobs\"}"), 400,
        "INPUT_INVALID");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(fields_that_were_met_are_listed_page_by_page),
        UNIT(a_custom_field_shows_what_fills_it_also_in_records_stored_before),
        UNIT(what_cannot_be_mapped_is_refused_in_a_form_the_client_knows),
        UNIT(a_field_stands_among_integration_fields_once_it_was_asked_for),
        UNIT(custom_fields_are_made_and_deleted_at_run_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
