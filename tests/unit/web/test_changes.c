/* changes: GET /v1/changes, one ordered feed of all changes. */
#include "fixture.h"

static const char *const keys[] = {"cursor",    "integration_id", "model",     "id",
                                   "remote_id", "change",         "changed_at"};

static void put_employee(struct fixture *f, const char *remote_id, const char *name)
{
    char json[160];

    atomic_fetch_add(&f->now_ms, 10);
    (void)snprintf(json, sizeof json, "{\"first_name\":\"%s\",\"employment_status\":\"ACTIVE\"}", name);
    fixture_put(f, "hris_employees", remote_id, json);
}

/* One record of the second integration. */
static void put_other(struct fixture *f, const char *remote_id)
{
    static const uint8_t hash[STORE_HASH] = {1};
    const struct model *model = model_find(weir_str("hris_teams"));
    char id[ID_TEXT];
    struct store_record_in in;

    id_derive(id, weir_str(f->integrations[1].id), weir_str("hris_teams"), weir_str(remote_id));
    in = (struct store_record_in){.model = model->number,
                                  .id = id,
                                  .remote_id = weir_str(remote_id),
                                  .json = weir_str("{\"name\":\"Sales\"}"),
                                  .hash = hash};
    fixture_apply(f, &(struct store_apply){
                         .integration = f->integrations[1].number, .records = &in, .record_count = 1});
}

/* Of all integrations. */
static struct answer feed(struct fixture *f, const char *query)
{
    char path[512];

    (void)snprintf(path, sizeof path, "/v1/changes%s%s", query[0] != '\0' ? "?" : "", query);
    return ask_full(server_port(f->public), "GET", path, "Authorization: Bearer " API_KEY "\r\n", "");
}

/* " <model> <remote id> <change>" of each row. */
static void expect_rows(struct answer *a, const char *want)
{
    char got[1024] = "";

    EXPECT_INT(200, a->status);
    for (size_t i = 0; i < count_at(a->json, "data.results"); i++) {
        json_t *row = json_array_get(json_at(a->json, "data.results"), i);
        size_t len = strlen(got);

        (void)snprintf(got + len, sizeof got - len, " %s/%s/%s", text_at(row, "model") + 5,
                       text_at(row, "remote_id"), text_at(row, "change"));
    }
    EXPECT_STR(want, got);
    EXPECT(json_is_string(json_at(a->json, "data.next")));
}

static void expect_feed(struct fixture *f, const char *query, const char *want)
{
    struct answer a = feed(f, query);

    expect_rows(&a, want);
    answer_free(&a);
}

static void expect_refused(struct fixture *f, const char *query, const char *part)
{
    struct answer a = feed(f, query);

    EXPECT_INT(400, a.status);
    EXPECT_STR("PLATFORM.INPUT_INVALID", text_at(a.json, "error.code"));
    EXPECT(strstr(text_at(a.json, "error.message"), part) != NULL);
    answer_free(&a);
}

static void next_of(char out[256], struct answer *a)
{
    (void)snprintf(out, 256, "cursor=%s", text_at(a->json, "data.next"));
    answer_free(a);
}

TEST(an_empty_feed_has_a_next_to_go_on_from)
{
    struct fixture *f = fixture_new();
    struct answer a = feed(f, "");
    char next[256];

    UNUSED_STATE;
    expect_rows(&a, "");
    EXPECT(json_is_false(json_at(a.json, "data.has_more")));
    next_of(next, &a);
    expect_feed(f, next, "");
    put_employee(f, "1", "Ada");
    expect_feed(f, next, " employees/1/created");
    fixture_free(f);
}

TEST(changes_of_all_integrations_come_in_their_order_with_every_key)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    put_employee(f, "1", "Ada");
    put_other(f, "t1");
    put_employee(f, "1", "Bea");
    fixture_gone(f, "hris_employees", "1");
    a = feed(f, "");
    expect_rows(&a, " employees/1/created teams/t1/created employees/1/updated employees/1/deleted");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        EXPECT(json_is_string(json_object_get(json_at(a.json, "data.results.0"), keys[i])));
    }
    EXPECT_INT(sizeof keys / sizeof keys[0], json_object_size(json_at(a.json, "data.results.0")));
    EXPECT_STR("personio:acme", text_at(a.json, "data.results.0.integration_id"));
    EXPECT_STR("okta:two words", text_at(a.json, "data.results.1.integration_id"));
    EXPECT_STR("2026-02-02T02:40:00.010Z", text_at(a.json, "data.results.0.changed_at"));
    answer_free(&a);
    a = api_get(f, "/v1/changes"); /* with the header of one */
    expect_rows(&a, " employees/1/created employees/1/updated employees/1/deleted");
    answer_free(&a);
    fixture_free(f);
}

TEST(pages_follow_each_other_and_a_row_is_a_place_too)
{
    struct fixture *f = fixture_new();
    struct answer a;
    char next[256], at_row[300];

    UNUSED_STATE;
    for (int i = 0; i < 5; i++) {
        put_employee(f, (char[2]){(char)('1' + i), '\0'}, "Ada");
    }
    a = feed(f, "page_size=2");
    expect_rows(&a, " employees/1/created employees/2/created");
    EXPECT(json_is_true(json_at(a.json, "data.has_more")));
    (void)snprintf(at_row, sizeof at_row, "cursor=%s", text_at(a.json, "data.results.0.cursor"));
    next_of(next, &a);
    expect_feed(f, at_row,
                " employees/2/created employees/3/created employees/4/created employees/5/created");
    expect_feed(f, next, " employees/3/created employees/4/created employees/5/created");
    a = feed(f, "cursor=now");
    expect_rows(&a, "");
    next_of(next, &a);
    put_employee(f, "6", "Ada");
    expect_feed(f, next, " employees/6/created");
    fixture_free(f);
}

TEST(models_and_scope_narrow_it)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    put_employee(f, "1", "Ada");
    put_other(f, "t1");
    expect_feed(f, "models=hris_teams", " teams/t1/created");
    expect_feed(f, "models=hris_teams,hris_employees", " employees/1/created teams/t1/created");
    expect_feed(f, "models=hris_locations", "");
    EXPECT(scope_set_model(f->scope, weir_str("hris_teams"), SCOPE_DISABLED));
    expect_feed(f, "", " employees/1/created");
    fixture_free(f);
}

TEST(changes_of_a_deleted_integration_are_not_shown)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    put_employee(f, "1", "Ada");
    put_other(f, "t1");
    f->integrations[1].row.state = STORE_DELETED;
    expect_feed(f, "", " employees/1/created");
    f->integrations[1].row.state = STORE_INVALID; /* its records are still ours */
    expect_feed(f, "", " employees/1/created teams/t1/created");
    f->integrations[1].row.state = STORE_ACTIVE;
    fixture_free(f);
}

TEST(a_record_comes_along_as_its_list_shows_it)
{
    struct fixture *f = fixture_new();
    struct answer a, list;
    json_t *record;

    UNUSED_STATE;
    put_employee(f, "1", "Ada");
    put_employee(f, "2", "Bea");
    fixture_gone(f, "hris_employees", "2");
    a = feed(f, "include=record");
    list = api_get(f, "/v1/hris/employees");
    record = json_at(a.json, "data.results.0.record");
    EXPECT(json_equal(json_at(list.json, "data.results.0"), record));
    EXPECT(json_is_null(json_at(a.json, "data.results.1.record"))); /* as it is now */
    EXPECT(json_is_null(json_at(a.json, "data.results.2.record")));
    answer_free(&a);
    answer_free(&list);
    fixture_free(f);
}

TEST(what_is_not_understood_is_refused_with_a_sentence)
{
    struct fixture *f = fixture_new();
    struct answer a;
    char next[256];

    UNUSED_STATE;
    expect_refused(f, "since=1", "no parameter \"since\"");
    expect_refused(f, "page_size=0", "page_size");
    expect_refused(f, "page_size=1001", "page_size");
    expect_refused(f, "models=hris_people", "no model \"hris_people\"");
    expect_refused(f, "models=", "no model");
    expect_refused(f, "include=everything", "include");
    expect_refused(f, "cursor=abc", "cursor");
    put_employee(f, "1", "Ada");
    a = feed(f, "");
    next_of(next, &a);
    a = ask_full(server_port(f->public), "GET", "/v1/changes",
                 "Authorization: Bearer " API_KEY "\r\nX-Integration-Id: personio:other\r\n", "");
    EXPECT_INT(404, a.status);
    answer_free(&a);
    a = ask_full(server_port(f->public), "GET", "/v1/changes", "", "");
    EXPECT_INT(401, a.status);
    answer_free(&a);
    atomic_fetch_add(&f->now_ms, 5000);
    put_employee(f, "1", "Bea");
    atomic_fetch_add(&f->now_ms, 5000);
    put_employee(f, "1", "Cid");
    store_prune(f->st, &(struct store_retention){.changes_before_ms = atomic_load(&f->now_ms)});
    put_employee(f, "1", "Dan"); /* behind the pruning */
    expect_refused(f, next, "read all lists once");
    expect_feed(f, "", " employees/1/updated employees/1/updated");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_empty_feed_has_a_next_to_go_on_from),
        UNIT(changes_of_all_integrations_come_in_their_order_with_every_key),
        UNIT(pages_follow_each_other_and_a_row_is_a_place_too),
        UNIT(models_and_scope_narrow_it),
        UNIT(changes_of_a_deleted_integration_are_not_shown),
        UNIT(a_record_comes_along_as_its_list_shows_it),
        UNIT(what_is_not_understood_is_refused_with_a_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
