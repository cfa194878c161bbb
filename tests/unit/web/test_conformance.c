/*
 * Every list as the contract tables it, over HTTP: its keys in their order, each of its filters, and from
 * where a change makes a record one that updated_after finds.
 */
#include "conformance.h"

/* ---- keys ---- */

/* Of all that a list shows: the keys are those of the table in its order, with nothing between them. */
static void expect_keys(struct fixture *f, const struct model *model)
{
    char path[100];
    struct answer a;
    json_t *row;
    size_t i;

    (void)snprintf(path, sizeof path, "/v1%s", model->path);
    a = api_get(f, path);
    EXPECT_INT(200, a.status);
    EXPECT(count_at(a.json, "data.results") > 0);
    json_array_foreach(json_at(a.json, "data.results"), i, row)
    {
        const char *key;
        json_t *value;
        size_t n = 0;

        json_object_foreach(row, key, value)
        {
            EXPECT_STR(model->key_order[n], key);
            n++;
        }
        assert_null(model->key_order[n]);
    }
    answer_free(&a);
}

TEST(each_list_shows_every_key_of_its_table_in_order)
{
    struct fixture *f = planted("HRIS", company);

    UNUSED_STATE;
    plant(f, hiring);
    for (size_t n = 0; model_nth(n) != NULL; n++) {
        const struct model *model = model_nth(n);

        if (model->path != NULL) {
            f->integrations[0].category = model->category == WEIR_CATEGORY_HRIS ? "HRIS" : "ATS";
            expect_keys(f, model);
        }
    }
    fixture_free(f);
}

/* ---- filters ---- */

struct query_row {
    const char *path, *want;
};

static const struct query_row hris_queries[] = {
    {"employees?employment_statuses=ACTIVE", "e1"},
    {"employees?employment_statuses=ACTIVE%2CLEAVE", "e1 e2"},
    {"employees?employment_statuses=INACTIVE", ""},
    {"employees?group_ids=@hris_teams:t1@", "e1"},
    {"employees?group_ids=@hris_teams:t1@%2C@hris_teams:t2@", "e1 e2"},
    {"employees?legal_entity_ids=@hris_legal_entities:le2@", "e2"},
    {"employees?work_location_ids=@hris_locations:lo1@", "e1"},
    {"employees?work_emails=mira%40X.EXAMPLE", "e1"},
    {"employees?personal_emails=M%40home.example", "e1"},
    {"employees?custom_fields=%7B%22cc%22%3A%22CC-17%22%7D", "e1"},
    {"employees?custom_fields=%7B%22n%22%3A1%7D", "e1"},
    {"employees?custom_fields=%7B%22b%22%3Atrue%7D", "e1"},
    {"employees?custom_fields=%7B%22cc%22%3Anull%7D", ""},
    {"employees?employment_statuses=ACTIVE&group_ids=@hris_teams:t2@", ""},
    {"groups?types=DEPARTMENT", "t1"},
    {"groups?types=null", "t2"},
    {"groups?types=DEPARTMENT%2Cnull", "t1 t2"},
    {"groups?types=COST_CENTER", ""},
    {"groups?name_contains=engin", "t1"},
    {"teams?name_contains=EAST", "t2"},
    {"locations?name_contains=hamb", "lo1"},
    {"legal-entities?name_contains=contoso", "le2"},
    {"absences?date_from=2026-03-11T22%3A00%3A00.000Z", "a1 a2"},
    {"absences?date_from=2026-03-12", "a2"},
    {"absences?date_until=2026-03-09T00%3A00%3A00.000Z", "a1"},
    {"absences?date_until=2026-03-08", ""},
    {"absences?type_ids=@hris_absence_types:y2@", "a2"},
    {"absences?employee_id=@hris_employees:e1@", "a1"},
    {"time-off-balances?employee_id=@hris_employees:e1@", "b1"},
    {"time-off-balances?employee_id=@hris_employees:e2@", ""},
    {"timesheets?employee_id=@hris_employees:e2@", "s2"},
    {"timesheets?started_before=2026-02-11T00%3A00%3A00Z", "s1"},
    {"timesheets?started_after=2026-02-11T00%3A00%3A00Z", "s2"},
    {"timesheets?ended_before=2026-02-11T00%3A00%3A00Z", "s1"},
    {"timesheets?ended_after=2026-02-11T00%3A00%3A00Z", "s2"},
    {"performance-reviews?types=SELF", "r2"},
    {"performance-reviews?review_cycle_ids=@hris_performance_review_cycles:c1@", "r1"},
    {"performance-reviews?reviewee_ids=@hris_employees:e2@", "r2"},
    {"staffing-entities?model_types=POSITION", "f2"},
    {"staffing-entities?statuses=CLOSED%2CFROZEN", "f1"},
    {NULL, NULL},
};

static const struct query_row ats_queries[] = {
    {"candidates?email=ADA%40x.example", "c1"},
    {"candidates?job_ids=@ats_jobs:j2@", "c2"},
    {"candidates?first_name=ADA", "c1"},
    {"candidates?last_name=berg", "c2"},
    {"applications?outcomes=HIRED", "n2"},
    {"applications?outcomes=HIRED%2CPENDING", "n1 n2"},
    {"applications?job_ids=@ats_jobs:j1@", "n1"},
    {"applications?job_remote_ids=j2%2Cj9", "n2"},
    {"applications?current_stage_ids=@ats_application_stages:g2@", "n2"},
    {"applications?remote_created_after=2025-06-01T00%3A00%3A00.000Z", "n1"},
    {"jobs?job_codes=BE-1%2CXX", "j1"},
    {"jobs?post_url=https%3A%2F%2Fx.example%2F2", "j2"},
    {"jobs?statuses=OPEN", "j1"},
    {"jobs?employment_types=CONTRACT", "j2"},
    {"jobs?visibilities=PUBLIC%2CUNLISTED", "j1"},
    {"jobs?remote_created_after=2025-06-01", "j1"},
    {"jobs?name_contains=OOK", "j2"},
    {"interviews?job_ids=@ats_jobs:j1@", "i1"},
    {"interviews?job_ids=@ats_jobs:j2@", ""},
    {"users?emails=lena%40x.example%2Cnobody%40x.example", "u1"},
    {"roles?scopes=JOB", "r1"},
    {"roles?scopes=JOB%2CSYSTEM", "r1 r2"},
    {NULL, NULL},
};

static void expect_queries(struct fixture *f, const char *before, const struct query_row *rows)
{
    for (; rows->path != NULL; rows++) {
        char path[500];

        (void)snprintf(path, sizeof path, "%s%s", before, rows->path);
        expect_rows(f, path, rows->want);
    }
}

/* Is there a query of this filter in the table? */
static bool is_asked(const struct query_row *rows, const char *path, const char *filter)
{
    char named[100];

    (void)snprintf(named, sizeof named, "%s?%s=", strrchr(path, '/') + 1, filter);
    for (; rows->path != NULL; rows++) {
        if (strncmp(rows->path, named, strlen(named)) == 0) {
            return true;
        }
    }
    return false;
}

TEST(each_filter_of_each_list_chooses)
{
    struct fixture *f = planted("HRIS", company);

    UNUSED_STATE;
    expect_queries(f, "/v1/hris/", hris_queries);
    fixture_free(f);
    f = planted("ATS", hiring);
    expect_queries(f, "/v1/ats/", ats_queries);
    fixture_free(f);
    for (size_t n = 0; model_nth(n) != NULL; n++) {
        const struct model *model = model_nth(n);

        for (const struct model_filter *filter = model->filters; filter->name != NULL; filter++) {
            if (!is_asked(model->category == WEIR_CATEGORY_HRIS ? hris_queries : ats_queries, model->path,
                          filter->name)) {
                fail_msg("%s: the filter %s is not asked", model->path, filter->name);
            }
        }
    }
}

/* The common parameters, on every list. */
static void expect_common(struct fixture *f, const struct seed *rows, const struct seed *row)
{
    const struct model *model = model_find(weir_str(row->model));
    char path[300];

    if (model->path == NULL) {
        return;
    }
    (void)snprintf(path, sizeof path, "/v1%s?ids=@%s:%s@%%2Cx", model->path, row->model, row->remote_id);
    expect_rows(f, path, row->remote_id);
    (void)snprintf(path, sizeof path, "/v1%s?remote_ids=%s%%2Cnone", model->path, row->remote_id);
    expect_rows(f, path, row->remote_id);
    (void)snprintf(path, sizeof path, "/v1%s?ids=@%s:%s@&remote_ids=none", model->path, row->model,
                   row->remote_id);
    expect_rows(f, path, "");
    (void)snprintf(path, sizeof path, "/v1%s?remote_ids=%s&updated_after=2100-01-01", model->path,
                   row->remote_id);
    expect_rows(f, path, "");
    fixture_gone(f, row->model, row->remote_id);
    (void)snprintf(path, sizeof path, "/v1%s?remote_ids=%s", model->path, row->remote_id);
    expect_rows(f, path, "");
    (void)snprintf(path, sizeof path, "/v1%s?remote_ids=%s&include_deleted=true", model->path,
                   row->remote_id);
    expect_rows(f, path, row->remote_id);
    plant(f, rows);
}

TEST(ids_remote_ids_updated_after_and_include_deleted_hold_on_each_list)
{
    struct fixture *f = planted("HRIS", company);

    UNUSED_STATE;
    for (const struct seed *row = company; row->model != NULL; row++) {
        expect_common(f, company, row);
    }
    fixture_free(f);
    f = planted("ATS", hiring);
    for (const struct seed *row = hiring; row->model != NULL; row++) {
        expect_common(f, hiring, row);
    }
    fixture_free(f);
}

/* ---- updated_after ---- */

/* A change, and whether the record of the list is found by it. "%d" in json is another number each time. */
struct touch_row {
    const char *path, *remote_id; /* "employees", "e1" */
    const char *model, *changed, *json;
    bool found;
};

#define NAMED "{\"name\":\"N%d\"}"

static const struct touch_row hris_touches[] = {
    {"employees", "e1", "hris_employments", "m9", "{\"employee_id\":\"e1\"}", true}, /* a new entry */
    {"employees", "e1", "hris_employments", "m1", "{\"employee_id\":\"e1\",\"job_title\":\"T%d\"}", true},
    {"employees", "e1", "hris_time_off_balances", "b9", "{\"employee_id\":\"e1\",\"type_id\":\"y1\"}", true},
    {"employees", "e1", "hris_time_off_balances", "b1",
     "{\"employee_id\":\"e1\",\"type_id\":\"y1\",\"balance\":%d}", true},
    {"employees", "e1", "hris_employees", "e2", "{\"first_name\":\"N%d\"}", true},
    {"employees", "e1", "hris_employees", "e1", "{\"groups\":[\"t1\",\"t%d\"]}", true},
    {"employees", "e1", "hris_teams", "t1", NAMED, false},
    {"employees", "e1", "hris_legal_entities", "le1", NAMED, true},
    {"employees", "e1", "hris_legal_entities", "le2", NAMED, false},
    {"employees", "e1", "hris_locations", "lo1", NAMED, true},
    {"employees", "e1", "hris_locations", "lo2", NAMED, false},
    {"employees", "e1", "hris_absences", "a1", "{\"employee_id\":\"e1\",\"amount\":%d}", false},
    {"employees", "e1", "hris_absence_types", "y1", NAMED, false},
    {"employments", "m1", "hris_employees", "e1", "{\"first_name\":\"N%d\"}", false},
    {"groups", "t2", "hris_employees", "e2", "{\"first_name\":\"N%d\"}", false},
    {"locations", "lo1", "hris_employees", "e1", "{\"first_name\":\"N%d\"}", false},
    {"legal-entities", "le1", "hris_employees", "e1", "{\"first_name\":\"N%d\"}", false},
    {"absence-types", "y1", "hris_absences", "a1", "{\"employee_id\":\"e1\",\"amount\":%d}", false},
    {"absences", "a1", "hris_absence_types", "y1", NAMED, true},
    {"absences", "a1", "hris_employees", "e1", "{\"first_name\":\"N%d\"}", false},
    {"time-off-balances", "b1", "hris_absence_types", "y1", NAMED, true},
    {"time-off-balances", "b1", "hris_absence_types", "y2", NAMED, false},
    {"timesheets", "s1", "hris_employees", "e1", "{\"first_name\":\"N%d\"}", false},
    {"performance-review-cycles", "c1", "hris_performance_reviews", "r1",
     "{\"reviewee_id\":\"e1\",\"summary_comment\":\"N%d\"}", false},
    {"performance-reviews", "r1", "hris_performance_review_cycles", "c1", NAMED, true},
    {"performance-reviews", "r1", "hris_employees", "e1", "{\"first_name\":\"N%d\"}",
     true}, /* the reviewee */
    {"performance-reviews", "r1", "hris_employees", "e2", "{\"first_name\":\"N%d\"}",
     true}, /* the reviewer */
    {"staffing-entities", "f1", "hris_staffing_entities", "f1", "{\"locations\":[\"lo1\",\"lo%d\"]}", true},
    {"staffing-entities", "f1", "hris_locations", "lo1", NAMED, true},
    {"staffing-entities", "f1", "hris_staffing_entities", "f1", "{\"legal_entities\":[\"le1\",\"le%d\"]}",
     true},
    {"staffing-entities", "f1", "hris_legal_entities", "le1", NAMED, true},
    {"staffing-entities", "f1", "hris_staffing_entities", "f1", "{\"groups\":[\"t1\",\"t%d\"]}", true},
    {"staffing-entities", "f1", "hris_teams", "t1", NAMED, true},
    {NULL, NULL, NULL, NULL, NULL, false},
};

/* Of a candidate's tags an application hears all the same: they are columns of the candidate, and a record
 * that is found once too often harms nobody. */
static const struct touch_row ats_touches[] = {
    {"candidates", "c1", "ats_applications", "n9", "{\"candidate_id\":\"c1\"}", true}, /* a new entry */
    {"candidates", "c1", "ats_applications", "n1", "{\"rejection_reason_name\":\"N%d\"}", true},
    {"candidates", "c1", "ats_applications", "n2", "{\"rejection_reason_name\":\"N%d\"}", false},
    {"candidates", "c1", "ats_candidates", "c1", "{\"tags\":[\"t1\",\"t%d\"]}", true},
    {"candidates", "c1", "ats_tags", "t1", NAMED, false},
    {"candidates", "c1", "ats_jobs", "j1", NAMED, false},
    {"candidates", "c1", "ats_application_stages", "g1", NAMED, false},
    {"applications", "n1", "ats_candidates", "c1", "{\"first_name\":\"N%d\"}", true},
    {"applications", "n1", "ats_candidates", "c2", "{\"first_name\":\"N%d\"}", false},
    {"applications", "n1", "ats_tags", "t1", NAMED, false},
    {"applications", "n1", "ats_application_stages", "g1", NAMED, true},
    {"applications", "n1", "ats_jobs", "j1", NAMED, false},
    {"applications", "n1", "ats_interviews", "i9", "{\"application_id\":\"n1\"}", true}, /* a new entry */
    {"applications", "n1", "ats_interviews", "i1", "{\"title\":\"N%d\"}", true},
    {"applications", "n1", "ats_offers", "o9", "{\"application_id\":\"n1\"}", true}, /* a new entry */
    {"applications", "n1", "ats_offers", "o1", "{\"custom_fields\":{\"n\":%d}}", true},
    {"jobs", "j1", "ats_jobs", "j1", "{\"stages\":[\"g1\",\"g%d\"]}", true},
    {"jobs", "j1", "ats_application_stages", "g1", NAMED, false},
    {"jobs", "j1", "ats_jobs", "j1", "{\"screening_questions\":[\"q1\",\"q%d\"]}", true},
    {"jobs", "j1", "ats_screening_questions", "q1", "{\"title\":\"N%d\"}", true},
    {"jobs", "j1", "ats_job_postings", "p9", "{\"job_id\":\"j1\"}", true}, /* a new entry */
    {"jobs", "j1", "ats_job_postings", "p1", "{\"job_id\":\"j1\",\"title\":\"N%d\"}", true},
    {"jobs", "j1", "ats_jobs", "j1", "{\"hiring_team\":[{\"user_id\":\"u1\"},{\"user_id\":\"u%d\"}]}", true},
    {"jobs", "j1", "ats_users", "u1", "{\"first_name\":\"N%d\"}", false},
    {"jobs", "j1", "ats_applications", "n1", "{\"rejection_reason_name\":\"N%d\"}", false},
    {"application-stages", "g1", "ats_applications", "n1", "{\"rejection_reason_name\":\"N%d\"}", false},
    {"offers", "o1", "ats_applications", "n1", "{\"rejection_reason_name\":\"N%d\"}", true},
    {"offers", "o1", "ats_candidates", "c1", "{\"first_name\":\"N%d\"}", false},
    {"offers", "o1", "ats_jobs", "j1", NAMED, false},
    {"interviews", "i1", "ats_interviews", "i1", "{\"users\":[\"u1\",\"u%d\"]}", true},
    {"interviews", "i1", "ats_users", "u1", "{\"first_name\":\"N%d\"}", false},
    {"interviews", "i1", "ats_applications", "n1", "{\"rejection_reason_name\":\"N%d\"}", true},
    {"interviews", "i1", "ats_candidates", "c1", "{\"first_name\":\"N%d\"}", false},
    {"interviews", "i1", "ats_jobs", "j1", NAMED, false},
    {"users", "u1", "ats_users", "u1", "{\"system_roles\":[\"r2\",\"r%d\"]}", true},
    {"users", "u1", "ats_roles", "r2", "{\"remote_label\":\"N%d\"}", true},
    {"users", "u1", "ats_roles", "r1", "{\"remote_label\":\"N%d\"}", false},
    {"roles", "r2", "ats_users", "u1", "{\"first_name\":\"N%d\"}", false},
    {"tags", "t1", "ats_candidates", "c1", "{\"first_name\":\"N%d\"}", false},
    {NULL, NULL, NULL, NULL, NULL, false},
};

/* What the seed has of a record, with the members of json in the place of its own: a connector gives all of
 * it. */
static void change(struct fixture *f, const struct seed *rows, const struct touch_row *row, int number)
{
    json_t *all = NULL;
    json_t *some;
    char json[300];
    char *text;

    /* The tables' own texts, with a number in them. */
    {
        const char *at = strstr(row->json, "%d");
        size_t head = at != NULL ? (size_t)(at - row->json) : strlen(row->json);

        if (at != NULL) {
            (void)snprintf(json, sizeof json, "%.*s%d%s", (int)head, row->json, number, at + 2);
        } else {
            (void)snprintf(json, sizeof json, "%s", row->json);
        }
    }
    for (; rows->model != NULL && all == NULL; rows++) {
        if (strcmp(rows->model, row->model) == 0 && strcmp(rows->remote_id, row->changed) == 0) {
            all = json_loads(rows->json, 0, NULL);
        }
    }
    some = json_loads(json, 0, NULL);
    assert_non_null(some);
    all = all != NULL ? all : json_object();
    EXPECT_INT(0, json_object_update(all, some));
    text = json_dumps(all, 0);
    fixture_put(f, row->model, row->changed, text);
    free(text);
    json_decref(some);
    json_decref(all);
}

static void expect_touches(struct fixture *f, const char *before, const struct seed *rows,
                           const struct touch_row *touches)
{
    for (int n = 100; touches->path != NULL; touches++, n++) {
        char since[DATETIME_TEXT], path[200];

        atomic_fetch_add(&f->now_ms, 3600 * 1000);
        datetime_format(since, atomic_load(&f->now_ms) - 60 * 1000);
        change(f, rows, touches, n);
        (void)snprintf(path, sizeof path, "%s%s?remote_ids=%s&updated_after=%s", before, touches->path,
                       touches->remote_id, since);
        expect_rows(f, path, touches->found ? touches->remote_id : "");
    }
}

TEST(updated_after_finds_what_the_contract_says_and_nothing_else)
{
    struct fixture *f = planted("HRIS", company);

    UNUSED_STATE;
    expect_touches(f, "/v1/hris/", company, hris_touches);
    fixture_free(f);
    f = planted("ATS", hiring);
    expect_touches(f, "/v1/ats/", hiring, ats_touches);
    fixture_free(f);
}

/* ---- deleted entries of nested lists ---- */

TEST(deleted_entries_stand_in_nested_lists_only_when_asked_for)
{
    static const struct {
        const char *category, *path, *model, *remote_id, *at;
    } rows[] = {
        {"HRIS", "/v1/hris/employees?remote_ids=e1", "hris_employments", "m1", "employments"},
        {"HRIS", "/v1/hris/employees?remote_ids=e1", "hris_time_off_balances", "b1", "time_off_balances"},
        {"HRIS", "/v1/hris/employees?remote_ids=e1", "hris_teams", "t1", "groups"},
        {"HRIS", "/v1/hris/employees?remote_ids=e1", "hris_teams", "t1", "teams"},
        {"HRIS", "/v1/hris/staffing-entities?remote_ids=f1", "hris_locations", "lo1", "locations"},
        {"HRIS", "/v1/hris/staffing-entities?remote_ids=f1", "hris_legal_entities", "le1", "legal_entities"},
        {"ATS", "/v1/ats/candidates?remote_ids=c1", "ats_tags", "t1", "tags"},
        {"ATS", "/v1/ats/candidates?remote_ids=c1", "ats_applications", "n1", "applications"},
        {"ATS", "/v1/ats/applications?remote_ids=n1", "ats_interviews", "i1", "interviews"},
        {"ATS", "/v1/ats/applications?remote_ids=n1", "ats_offers", "o1", "offers"},
        {"ATS", "/v1/ats/jobs?remote_ids=j1", "ats_application_stages", "g1", "stages"},
        {"ATS", "/v1/ats/jobs?remote_ids=j1", "ats_screening_questions", "q1", "screening_questions"},
        {"ATS", "/v1/ats/jobs?remote_ids=j1", "ats_job_postings", "p1", "job_postings"},
        {"ATS", "/v1/ats/jobs?remote_ids=j1", "ats_users", "u1", "hiring_team"},
        {"ATS", "/v1/ats/interviews?remote_ids=i1", "ats_users", "u1", "users"},
        {"ATS", "/v1/ats/users?remote_ids=u1", "ats_roles", "r2", "system_roles"},
    };

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool hris = strcmp(rows[i].category, "HRIS") == 0;
        struct fixture *f = planted(rows[i].category, hris ? company : hiring);
        char path[200], at[100];
        struct answer a;

        (void)snprintf(at, sizeof at, "data.results.0.%s", rows[i].at);
        (void)snprintf(path, sizeof path, "%s&include_deleted=true", rows[i].path);
        fixture_gone(f, rows[i].model, rows[i].remote_id);
        a = api_get(f, rows[i].path);
        EXPECT_INT(0, count_at(a.json, at));
        answer_free(&a);
        a = api_get(f, path);
        EXPECT_INT(1, count_at(a.json, at));
        answer_free(&a);
        fixture_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_list_shows_every_key_of_its_table_in_order),
        UNIT(each_filter_of_each_list_chooses),
        UNIT(ids_remote_ids_updated_after_and_include_deleted_hold_on_each_list),
        UNIT(updated_after_finds_what_the_contract_says_and_nothing_else),
        UNIT(deleted_entries_stand_in_nested_lists_only_when_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
