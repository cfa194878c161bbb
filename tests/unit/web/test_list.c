#include "fixture.h"

#define PEOPLE 23

static void put_people(struct fixture *f, int count)
{
    for (int i = 0; i < count; i++) {
        char remote_id[16], json[160];

        (void)snprintf(remote_id, sizeof remote_id, "%d", i);
        (void)snprintf(
            json, sizeof json,
            "{\"first_name\":\"Name %d\",\"work_email\":\"p%d@x.example\",\"employment_status\":\"%s\"}", i,
            i, i % 2 == 0 ? "ACTIVE" : "LEAVE");
        atomic_fetch_add(&f->now_ms, 10);
        fixture_put(f, "hris_employees", remote_id, json);
    }
}

/* Follow next to the end with the same parameters; how many pages, and which remote ids were seen. */
static int walk_from(struct fixture *f, const char *path, const char *cursor, bool *seen, int *total)
{
    char next[256];
    int pages = 0;

    (void)snprintf(next, sizeof next, "%s", cursor);
    *total = 0;
    memset(seen, 0, PEOPLE * sizeof *seen);
    do {
        char url[512];
        struct answer a;

        (void)snprintf(url, sizeof url, "%s%s%s", path, next[0] != '\0' ? "&cursor=" : "", next);
        a = api_get(f, url);
        EXPECT_INT(200, a.status);
        for (size_t i = 0; i < count_at(a.json, "data.results"); i++) {
            json_t *record = json_array_get(json_at(a.json, "data.results"), i);

            seen[strtoul(text_at(record, "remote_id"), NULL, 10)] = true;
            ++*total;
        }
        EXPECT(count_at(a.json, "data.results") > 0 || pages == 0); /* next never leads to an empty page */
        next[0] = '\0';
        if (!json_is_null(json_at(a.json, "data.next"))) {
            (void)snprintf(next, sizeof next, "%s", text_at(a.json, "data.next"));
        }
        answer_free(&a);
        EXPECT(++pages < 50);
    } while (next[0] != '\0');
    return pages;
}

static int walk(struct fixture *f, const char *path, bool *seen, int *total)
{
    return walk_from(f, path, "", seen, total);
}

static void expect_all(const bool *seen, int total)
{
    EXPECT_INT(PEOPLE, total);
    for (int i = 0; i < PEOPLE; i++) {
        EXPECT(seen[i]);
    }
}

static void expect_remote_ids(struct fixture *f, const char *path, const char *want)
{
    struct answer a = api_get(f, path);
    char got[512] = "";

    EXPECT_INT(200, a.status);
    for (int id = 0; id < 100; id++) { /* in the order of the numbers */
        for (size_t i = 0; i < count_at(a.json, "data.results"); i++) {
            const char *remote_id = text_at(json_array_get(json_at(a.json, "data.results"), i), "remote_id");

            if ((int)strtoul(remote_id, NULL, 10) == id) {
                size_t len = strlen(got);

                (void)snprintf(got + len, sizeof got - len, "%s%s", len > 0 ? " " : "", remote_id);
            }
        }
    }
    EXPECT_STR(want, got);
    answer_free(&a);
}

/* ---- paging ---- */

TEST(an_empty_list_is_one_empty_page)
{
    struct fixture *f = fixture_new();
    struct answer a = api_get(f, "/v1/hris/employees");

    UNUSED_STATE;
    EXPECT_INT(200, a.status);
    EXPECT_INT(0, count_at(a.json, "data.results"));
    EXPECT(json_is_null(json_at(a.json, "data.next")));
    answer_free(&a);
    fixture_free(f);
}

TEST(no_page_size_misses_a_record_or_leads_to_an_empty_page)
{
    struct fixture *f = fixture_new();
    bool seen[PEOPLE];
    int total;

    UNUSED_STATE;
    put_people(f, PEOPLE);
    for (int size = 1; size <= PEOPLE + 1; size++) {
        char path[128];

        (void)snprintf(path, sizeof path, "/v1/hris/employees?page_size=%d", size);
        EXPECT_INT((PEOPLE + size - 1) / size, walk(f, path, seen, &total));
        expect_all(seen, total);
        (void)snprintf(path, sizeof path, "/v1/hris/employees?page_size=%d&updated_after=1970-01-01", size);
        EXPECT_INT((PEOPLE + size - 1) / size, walk(f, path, seen, &total));
        expect_all(seen, total);
    }
    fixture_free(f);
}

TEST(a_record_that_changes_while_a_client_pages_is_seen_all_the_same)
{
    static const char first[] = "/v1/hris/employees?page_size=5&updated_after=1970-01-01";
    struct fixture *f = fixture_new();
    bool seen[PEOPLE];
    char cursor[256];
    struct answer a;
    int total;

    UNUSED_STATE;
    put_people(f, 10);
    a = api_get(f, first);
    (void)snprintf(cursor, sizeof cursor, "%s", text_at(a.json, "data.next"));
    answer_free(&a);
    atomic_fetch_add(&f->now_ms, 10);
    fixture_put(f, "hris_employees", "7", "{\"first_name\":\"Changed\"}");
    fixture_put(f, "hris_employees", "1", "{\"first_name\":\"Changed\"}");
    (void)walk_from(f, first, cursor, seen, &total);
    for (int i = 5; i < 10; i++) {
        EXPECT(seen[i]);
    }
    EXPECT(seen[1]);
    EXPECT_INT(6, total);
    fixture_free(f);
}

TEST(cursors_of_others_are_refused)
{
    struct fixture *f = fixture_new();
    struct answer a;
    char url[512];

    UNUSED_STATE;
    put_people(f, 3);
    a = api_get(f, "/v1/hris/employees?page_size=1");
    (void)snprintf(url, sizeof url, "/v1/hris/groups?cursor=%s", text_at(a.json, "data.next"));
    expect_error(api_get(f, url), 400, "PLATFORM.INPUT_INVALID");
    (void)snprintf(url, sizeof url, "/v1/hris/employees?cursor=%s", text_at(a.json, "data.next"));
    expect_error(ask_full(server_port(f->public), "GET", url,
                          "Authorization: Bearer " API_KEY "\r\nX-Integration-Id: okta:two words\r\n", ""),
                 400, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, "/v1/hris/employees?cursor=abc"), 400, "PLATFORM.INPUT_INVALID");
    expect_ok(api_get(f, url));
    answer_free(&a);
    fixture_free(f);
}

TEST(bad_parameters_are_400)
{
    static const char *const bad[] = {
        "page_size=0", "page_size=251", "updated_after=yesterday", "include_deleted=maybe",
        "no_such=1",   "a=%zz",         "page_size=1&page_size=2"};
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char url[128];

        (void)snprintf(url, sizeof url, "/v1/hris/employees?%s", bad[i]);
        expect_error(api_get(f, url), 400, "PLATFORM.INPUT_INVALID");
    }
    fixture_free(f);
}

/* ---- what changed, what is gone ---- */

TEST(updated_after_takes_what_changed_since_and_a_little_before)
{
    struct fixture *f = fixture_new();

    UNUSED_STATE;
    fixture_put(f, "hris_employees", "1", "{\"first_name\":\"A\"}"); /* 02:40:00 */
    atomic_store(&f->now_ms, FIXTURE_T0 + 60000);
    fixture_put(f, "hris_employees", "2", "{\"first_name\":\"B\"}");
    atomic_store(&f->now_ms, FIXTURE_T0 + 120000);
    expect_remote_ids(f, "/v1/hris/employees?updated_after=2026-02-02T02%3A39%3A00.000Z", "1 2");
    expect_remote_ids(f, "/v1/hris/employees?updated_after=2026-02-02T02%3A40%3A00.000Z",
                      "1 2"); /* the same ms */
    expect_remote_ids(f, "/v1/hris/employees?updated_after=2026-02-02T02%3A40%3A01.900Z",
                      "1 2"); /* widened */
    expect_remote_ids(f, "/v1/hris/employees?updated_after=2026-02-02T02%3A40%3A03.000Z", "2");
    expect_remote_ids(f, "/v1/hris/employees?updated_after=2026-02-02T02:41:03", "");
    expect_remote_ids(f, "/v1/hris/employees?updated_after=2026-02-03", "");
    expect_remote_ids(f, "/v1/hris/employees?updated_after=2026-02-02T02:40:03Z&remote_ids=1,2", "2");
    /* The same content again is no change. */
    fixture_put(f, "hris_employees", "1", "{\"first_name\":\"A\"}");
    expect_remote_ids(f, "/v1/hris/employees?updated_after=2026-02-02T02%3A40%3A03.000Z", "2");
    fixture_free(f);
}

TEST(a_nested_change_is_found_though_changed_at_stays)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    fixture_put(f, "hris_employees", "1", "{\"first_name\":\"A\"}");
    atomic_store(&f->now_ms, FIXTURE_T0 + 60000);
    fixture_put(f, "hris_employments", "e1", "{\"employee_id\":\"1\",\"job_title\":\"Engineer\"}");
    a = api_get(f, "/v1/hris/employees?updated_after=2026-02-02T02:40:30Z");
    EXPECT_INT(1, count_at(a.json, "data.results"));
    /* The store's stamps may run some milliseconds ahead of a clock that stands still. */
    EXPECT(strncmp("2026-02-02T02:40:00.", text_at(a.json, "data.results.0.changed_at"), 20) == 0);
    EXPECT_STR("Engineer", text_at(a.json, "data.results.0.employments.0.job_title"));
    EXPECT(strncmp("2026-02-02T02:41:00.", text_at(a.json, "data.results.0.employments.0.changed_at"), 20) ==
           0);
    answer_free(&a);
    fixture_free(f);
}

TEST(deleted_records_come_only_when_asked_for)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    put_people(f, 3);
    atomic_store(&f->now_ms, FIXTURE_T0 + 60000);
    fixture_gone(f, "hris_employees", "1");
    expect_remote_ids(f, "/v1/hris/employees", "0 2");
    expect_remote_ids(f, "/v1/hris/employees?remote_ids=1", "");
    expect_remote_ids(f, "/v1/hris/employees?include_deleted=true", "0 1 2");
    expect_remote_ids(f, "/v1/hris/employees?updated_after=2026-02-02T02:40:30Z", "");
    a = api_get(f, "/v1/hris/employees?updated_after=2026-02-02T02:40:30Z&include_deleted=true");
    EXPECT_INT(1, count_at(a.json, "data.results"));
    EXPECT(strncmp("2026-02-02T02:41:00.", text_at(a.json, "data.results.0.remote_deleted_at"), 20) == 0);
    answer_free(&a);
    fixture_free(f);
}

/* ---- ids and filters ---- */

TEST(ids_and_remote_ids_are_looked_up_and_paged)
{
    struct fixture *f = fixture_new();
    char id[ID_TEXT], url[256];
    bool seen[PEOPLE];
    int total;

    UNUSED_STATE;
    put_people(f, PEOPLE);
    id_derive(id, weir_str("personio:acme"), weir_str("hris_employees"), weir_str("5"));
    (void)snprintf(url, sizeof url, "/v1/hris/employees?ids=%s%%2Cnonsense%%2C%s", id, id);
    expect_remote_ids(f, url, "5");
    expect_remote_ids(f, "/v1/hris/employees?remote_ids=3%2C4%2C99", "3 4");
    expect_remote_ids(f, "/v1/hris/employees?remote_ids=99", "");
    (void)snprintf(url, sizeof url, "/v1/hris/employees?ids=%s&remote_ids=4", id);
    expect_remote_ids(f, url, "");
    (void)snprintf(url, sizeof url, "/v1/hris/employees?ids=%s&remote_ids=4,5", id);
    expect_remote_ids(f, url, "5");
    EXPECT_INT(3, walk(f, "/v1/hris/employees?page_size=2&remote_ids=1,2,3,4,5", seen, &total));
    EXPECT_INT(5, total);
    fixture_free(f);
}

TEST(filters_are_anded_and_their_elements_ored)
{
    struct fixture *f = fixture_new();
    bool seen[PEOPLE];
    int total;

    UNUSED_STATE;
    put_people(f, 6);
    expect_remote_ids(f, "/v1/hris/employees?employment_statuses=LEAVE", "1 3 5");
    expect_remote_ids(f, "/v1/hris/employees?employment_statuses=LEAVE%2CACTIVE", "0 1 2 3 4 5");
    expect_remote_ids(f, "/v1/hris/employees?work_emails=P1%40X.example,p2%40x.example", "1 2");
    expect_remote_ids(
        f, "/v1/hris/employees?work_emails=P1%40X.example,p2%40x.example&employment_statuses=ACTIVE", "2");
    EXPECT_INT(3, walk(f, "/v1/hris/employees?employment_statuses=LEAVE&page_size=1", seen, &total));
    EXPECT_INT(3, total);
    expect_error(api_get(f, "/v1/hris/employees?employment_statuses=BORED"), 400, "PLATFORM.INPUT_INVALID");
    /* The connector does not deliver it. */
    expect_remote_ids(f, "/v1/hris/employees?personal_emails=a%40x.example", "");
    expect_remote_ids(f, "/v1/hris/employees?personal_emails=a%40x.example&ignore_unsupported_filters=true",
                      "0 1 2 3 4 5");
    fixture_free(f);
}

/* ---- what a record shows ---- */

TEST(records_embed_what_they_refer_to)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    fixture_put(f, "hris_teams", "t1", "{\"name\":\"Core\",\"type\":\"TEAM\"}");
    fixture_put(f, "hris_locations", "l1", "{\"name\":\"Hamburg\"}");
    fixture_put(f, "hris_employees", "1", "{\"first_name\":\"Boss\",\"last_name\":\"One\"}");
    fixture_put(
        f, "hris_employees", "2",
        "{\"first_name\":\"Two\",\"manager_id\":\"1\",\"work_location_id\":\"l1\",\"groups\":[\"t1\",\"t9\"],"
        "\"start_date\":\"2024-05-01\"}");
    fixture_put(f, "hris_employments", "e1", "{\"employee_id\":\"2\",\"job_title\":\"Engineer\"}");
    a = api_get(f, "/v1/hris/employees?remote_ids=2");
    EXPECT_INT(1, count_at(a.json, "data.results"));
    EXPECT_STR("Boss", text_at(a.json, "data.results.0.manager.first_name"));
    EXPECT_STR("1", text_at(a.json, "data.results.0.manager.remote_id"));
    EXPECT_STR(text_at(a.json, "data.results.0.manager_id"), text_at(a.json, "data.results.0.manager.id"));
    EXPECT_STR("Hamburg", text_at(a.json, "data.results.0.work_location.name"));
    EXPECT_INT(1, count_at(a.json, "data.results.0.groups"));
    EXPECT_STR("Core", text_at(a.json, "data.results.0.groups.0.name"));
    EXPECT_STR("Engineer", text_at(a.json, "data.results.0.employments.0.job_title"));
    EXPECT_INT(0, count_at(a.json, "data.results.0.time_off_balances"));
    EXPECT(json_is_null(json_at(a.json, "data.results.0.legal_entity")));
    EXPECT(json_is_null(json_at(a.json, "data.results.0.ssn")));
    EXPECT(json_is_null(json_at(a.json, "data.results.0.remote_deleted_at")));
    EXPECT_STR("2024-05-01T00:00:00.000Z", text_at(a.json, "data.results.0.start_date"));
    answer_free(&a);
    /* Groups under both of their paths. */
    expect_ok(api_get(f, "/v1/hris/groups?types=TEAM"));
    a = api_get(f, "/v1/hris/teams?types=TEAM");
    EXPECT_STR("Core", text_at(a.json, "data.results.0.name"));
    answer_free(&a);
    fixture_free(f);
}

TEST(what_scope_takes_away_is_null_and_cannot_be_asked_for)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    fixture_put(f, "hris_employees", "1", "{\"first_name\":\"Boss\",\"work_email\":\"b@x.example\"}");
    fixture_put(f, "hris_employees", "2", "{\"first_name\":\"Two\",\"manager_id\":\"1\"}");
    fixture_put(f, "hris_employments", "e1", "{\"employee_id\":\"2\",\"job_title\":\"Engineer\"}");
    (void)scope_set_field(f->scope, weir_str("hris_employees"), weir_str("work_email"), SCOPE_DISABLED);
    (void)scope_set_model(f->scope, weir_str("hris_employments"), SCOPE_DISABLED);
    a = api_get(f, "/v1/hris/employees?remote_ids=2");
    EXPECT(json_is_null(json_at(a.json, "data.results.0.manager.work_email")));
    EXPECT_STR("Boss", text_at(a.json, "data.results.0.manager.first_name"));
    EXPECT_INT(0, count_at(a.json, "data.results.0.employments"));
    answer_free(&a);
    a = api_get(f, "/v1/hris/employees?remote_ids=1");
    EXPECT(json_is_null(json_at(a.json, "data.results.0.work_email")));
    answer_free(&a);
    expect_remote_ids(f, "/v1/hris/employees?work_emails=b%40x.example", "");
    fixture_free(f);
}

TEST(another_integration_sees_nothing_of_it)
{
    struct fixture *f = fixture_new();
    struct answer a;

    UNUSED_STATE;
    put_people(f, 3);
    a = ask_full(server_port(f->public), "GET", "/v1/hris/employees?remote_ids=1",
                 "Authorization: Bearer " API_KEY "\r\nX-Integration-Id: okta:two words\r\n", "");
    EXPECT_INT(0, count_at(a.json, "data.results"));
    answer_free(&a);
    fixture_free(f);
}

TEST(a_request_looks_at_a_bounded_number_of_records)
{
    enum { COUNT = 20500, STEP = 500 };
    struct fixture *f = fixture_new();
    struct store_record_in *in = calloc(STEP, sizeof *in);
    char(*ids)[ID_TEXT] = calloc(STEP, sizeof *ids);
    char(*names)[16] = calloc(STEP, sizeof *names);
    uint8_t hash[STORE_HASH] = {1};
    char url[256];
    struct answer a;

    UNUSED_STATE;
    for (int done = 0; done < COUNT; done += STEP) {
        for (int i = 0; i < STEP; i++) {
            (void)snprintf(names[i], sizeof names[i], "%d", done + i);
            id_derive(ids[i], weir_str("personio:acme"), weir_str("hris_employees"), weir_str(names[i]));
            in[i] = (struct store_record_in){.model = model_find(weir_str("hris_employees"))->number,
                                             .id = ids[i],
                                             .remote_id = weir_str(names[i]),
                                             .json = weir_str("{\"employment_status\":\"ACTIVE\"}"),
                                             .hash = hash};
        }
        fixture_apply(f, &(struct store_apply){
                             .integration = f->integrations[0].number, .records = in, .record_count = STEP});
    }
    a = api_get(f, "/v1/hris/employees?employment_statuses=LEAVE");
    EXPECT_INT(200, a.status);
    EXPECT_INT(0, count_at(a.json, "data.results"));
    (void)snprintf(url, sizeof url, "/v1/hris/employees?employment_statuses=LEAVE&cursor=%s",
                   text_at(a.json, "data.next"));
    answer_free(&a);
    a = api_get(f, url);
    EXPECT_INT(0, count_at(a.json, "data.results"));
    EXPECT(json_is_null(json_at(a.json, "data.next")));
    answer_free(&a);
    free(in);
    free(ids);
    free(names);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_empty_list_is_one_empty_page),
        UNIT(no_page_size_misses_a_record_or_leads_to_an_empty_page),
        UNIT(a_record_that_changes_while_a_client_pages_is_seen_all_the_same),
        UNIT(cursors_of_others_are_refused),
        UNIT(bad_parameters_are_400),
        UNIT(updated_after_takes_what_changed_since_and_a_little_before),
        UNIT(a_nested_change_is_found_though_changed_at_stays),
        UNIT(deleted_records_come_only_when_asked_for),
        UNIT(ids_and_remote_ids_are_looked_up_and_paged),
        UNIT(filters_are_anded_and_their_elements_ored),
        UNIT(records_embed_what_they_refer_to),
        UNIT(what_scope_takes_away_is_null_and_cannot_be_asked_for),
        UNIT(another_integration_sees_nothing_of_it),
        UNIT(a_request_looks_at_a_bounded_number_of_records),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
