/* The list endpoints of recruiting. */
#include "fixture.h"

#include "base/datetime.h"

static const char *const candidate_gives[] = {"first_name", "email_addresses", "tags", NULL};
static const char *const application_gives[] = {"candidate_id", "job_id", "current_stage_id", "outcome",
                                                NULL};
static const char *const interview_gives[] = {"application_id", "title", "users", NULL};
static const char *const user_gives[] = {"first_name", "email", NULL};
static const char *const job_gives[] = {"name", "hiring_team", "stages", NULL};
static const char *const name_gives[] = {"name", NULL};

/* No roles and no rejection reasons. */
static const struct weir_model_use gives[] = {
    {"ats_candidates", candidate_gives, true, false, true, NULL},
    {"ats_applications", application_gives, true, false, true, NULL},
    {"ats_jobs", job_gives, true, false, true, NULL},
    {"ats_users", user_gives, true, false, true, NULL},
    {"ats_tags", name_gives, true, false, true, NULL},
    {"ats_application_stages", name_gives, true, false, true, NULL},
    {"ats_offers", NULL, true, false, true, NULL},
    {"ats_interviews", interview_gives, true, false, true, NULL},
};
#define GIVES (sizeof gives / sizeof gives[0])

/* The first integration is of recruiting, with a little to read. */
static struct fixture *recruiting(void)
{
    struct fixture *f = fixture_new();

    f->integrations[0].category = "ATS";
    f->integrations[0].models = gives;
    f->integrations[0].model_count = GIVES;
    fixture_put(f, "ats_tags", "t1", "{\"name\":\"referral\"}");
    fixture_put(f, "ats_application_stages", "s1", "{\"name\":\"Screen\",\"index\":1}");
    fixture_put(f, "ats_users", "u1", "{\"first_name\":\"Lena\",\"email\":\"lena@x.example\"}");
    fixture_put(f, "ats_jobs", "j1",
                "{\"name\":\"Developer\",\"stages\":[\"s1\"],\"hiring_team\":[{\"user_id\":\"u1\","
                "\"hiring_team_roles\":[\"RECRUITER\"]}]}");
    fixture_put(f, "ats_jobs", "j2", "{\"name\":\"Cook\"}");
    fixture_put(f, "ats_candidates", "1",
                "{\"first_name\":\"Ada\",\"tags\":[\"t1\"],"
                "\"email_addresses\":[{\"email_address\":\"ada@x.example\"}]}");
    fixture_put(f, "ats_candidates", "2", "{\"first_name\":\"Bo\"}");
    fixture_put(
        f, "ats_applications", "a1",
        "{\"candidate_id\":\"1\",\"job_id\":\"j1\",\"current_stage_id\":\"s1\",\"outcome\":\"PENDING\"}");
    fixture_put(f, "ats_applications", "a2",
                "{\"candidate_id\":\"2\",\"job_id\":\"j2\",\"outcome\":\"HIRED\"}");
    fixture_put(f, "ats_interviews", "i1",
                "{\"application_id\":\"a1\",\"title\":\"Call\",\"users\":[\"u1\"]}");
    fixture_put(f, "ats_offers", "o1", "{\"application_id\":\"a2\",\"status\":\"SENT\"}");
    return f;
}

/* The remote ids of a page, in any order, are those of want, which are told apart by their last letter. */
static void expect_rows(struct fixture *f, const char *path, const char *want)
{
    struct answer a = api_get(f, path);
    char got[64] = "";

    EXPECT_INT(200, a.status);
    EXPECT_STR("success", text_at(a.json, "status"));
    for (char last = '0'; last <= '9'; last++) {
        for (size_t i = 0; i < count_at(a.json, "data.results"); i++) {
            const char *remote_id = text_at(json_array_get(json_at(a.json, "data.results"), i), "remote_id");
            size_t len = strlen(got);

            if (remote_id[strlen(remote_id) - 1] == last) {
                (void)snprintf(got + len, sizeof got - len, "%s%s", len > 0 ? " " : "", remote_id);
            }
        }
    }
    EXPECT_STR(want, got);
    answer_free(&a);
}

static const char *id_in(char path[200], const char *before, const char *model, const char *remote_id)
{
    char id[ID_TEXT];

    id_derive(id, weir_str("personio:acme"), weir_str(model), weir_str(remote_id));
    (void)snprintf(path, 200, "%s%s", before, id);
    return path;
}

TEST(each_model_with_a_path_is_a_list)
{
    struct fixture *f = recruiting();

    UNUSED_STATE;
    for (size_t n = 0; model_nth(n) != NULL; n++) {
        const struct model *model = model_nth(n);
        char path[100];

        (void)snprintf(path, sizeof path, "/v1%s", model->path != NULL ? model->path : "/ats/job-postings");
        if (model->path == NULL) {
            expect_error(api_get(f, path), 404, "PLATFORM.INPUT_INVALID");
        } else if (model->category != WEIR_CATEGORY_ATS || strcmp(model->name, "ats_roles") == 0 ||
                   strcmp(model->name, "ats_rejection_reasons") == 0) {
            expect_error(api_get(f, path), 501, "INTEGRATION.MODEL_NOT_AVAILABLE");
        } else {
            expect_ok(api_get(f, path));
        }
    }
    fixture_free(f);
}

TEST(an_application_shows_everybody_it_is_about)
{
    struct fixture *f = recruiting();
    struct answer a = api_get(f, "/v1/ats/applications?remote_ids=a1");

    UNUSED_STATE;
    EXPECT_STR("Ada", text_at(a.json, "data.results.0.candidate.first_name"));
    EXPECT_STR("referral", text_at(a.json, "data.results.0.candidate.tags.0.name"));
    EXPECT_STR(text_at(a.json, "data.results.0.candidate_id"),
               text_at(a.json, "data.results.0.candidate.id"));
    EXPECT_STR("Screen", text_at(a.json, "data.results.0.current_stage.name"));
    EXPECT_INT(1, json_integer_value(json_at(a.json, "data.results.0.current_stage.index")));
    EXPECT_STR("Developer", text_at(a.json, "data.results.0.job.name"));
    EXPECT_STR("Call", text_at(a.json, "data.results.0.interviews.0.title"));
    EXPECT_INT(0, count_at(a.json, "data.results.0.offers"));
    answer_free(&a);
    a = api_get(f, "/v1/ats/candidates?remote_ids=1");
    EXPECT_STR("a1", text_at(a.json, "data.results.0.applications.0.remote_id"));
    EXPECT_STR("Developer", text_at(a.json, "data.results.0.applications.0.job.name"));
    EXPECT_STR("Screen", text_at(a.json, "data.results.0.applications.0.current_stage.name"));
    answer_free(&a);
    a = api_get(f, "/v1/ats/offers");
    EXPECT_STR("Bo", text_at(a.json, "data.results.0.application.candidate.first_name"));
    EXPECT_STR("Cook", text_at(a.json, "data.results.0.application.job.name"));
    answer_free(&a);
    a = api_get(f, "/v1/ats/interviews");
    EXPECT_STR("lena@x.example", text_at(a.json, "data.results.0.users.0.email"));
    EXPECT_STR("ada@x.example",
               text_at(a.json, "data.results.0.application.candidate.email_addresses.0.email_address"));
    answer_free(&a);
    a = api_get(f, "/v1/ats/jobs?remote_ids=j1");
    EXPECT_STR("Lena", text_at(a.json, "data.results.0.hiring_team.0.first_name"));
    EXPECT_STR("RECRUITER", text_at(a.json, "data.results.0.hiring_team.0.hiring_team_roles.0"));
    EXPECT_STR("Screen", text_at(a.json, "data.results.0.stages.0.name"));
    answer_free(&a);
    fixture_free(f);
}

TEST(filters_choose_also_through_applications)
{
    struct fixture *f = recruiting();
    char path[200];

    UNUSED_STATE;
    expect_rows(f, "/v1/ats/candidates?email=ADA%40x.example", "1");
    expect_rows(f, "/v1/ats/candidates?first_name=bo", "2");
    expect_rows(f, id_in(path, "/v1/ats/candidates?job_ids=", "ats_jobs", "j2"), "2");
    expect_rows(f, id_in(path, "/v1/ats/candidates?first_name=Ada&job_ids=", "ats_jobs", "j2"), "");
    expect_rows(f, id_in(path, "/v1/ats/interviews?job_ids=", "ats_jobs", "j1"), "i1");
    expect_rows(f, id_in(path, "/v1/ats/interviews?job_ids=", "ats_jobs", "j2"), "");
    expect_rows(f, "/v1/ats/applications?job_remote_ids=j2%2Cj3", "a2");
    expect_rows(f, "/v1/ats/applications?outcomes=PENDING%2CHIRED", "a1 a2");
    expect_rows(f, id_in(path, "/v1/ats/applications?current_stage_ids=", "ats_application_stages", "s1"),
                "a1");
    expect_rows(f, "/v1/ats/jobs?name_contains=COO", "j2");
    expect_rows(f, "/v1/ats/users?emails=lena%40X.example", "u1");
    expect_error(api_get(f, "/v1/ats/applications?outcomes=MAYBE"), 400, "PLATFORM.INPUT_INVALID");
    expect_error(api_get(f, "/v1/ats/offers?job_ids=x"), 400, "PLATFORM.INPUT_INVALID");
    fixture_gone(f, "ats_applications", "a2");
    expect_rows(f, id_in(path, "/v1/ats/candidates?job_ids=", "ats_jobs", "j2"), "");
    expect_rows(f, id_in(path, "/v1/ats/candidates?include_deleted=true&job_ids=", "ats_jobs", "j2"), "2");
    fixture_free(f);
}

/* The connector may deliver all of a candidate, and still nothing by which his jobs are known. */
TEST(a_filter_through_what_is_not_delivered_matches_nothing_unless_it_may_be_ignored)
{
    struct fixture *f = recruiting();
    char path[200];

    UNUSED_STATE;
    f->integrations[0].model_count = 1;
    expect_rows(f, id_in(path, "/v1/ats/candidates?job_ids=", "ats_jobs", "j2"), "");
    expect_rows(f,
                id_in(path, "/v1/ats/candidates?ignore_unsupported_filters=true&job_ids=", "ats_jobs", "j2"),
                "1 2");
    f->integrations[0].model_count = GIVES;
    scope_set_field(f->scope, weir_str("ats_applications"), weir_str("job_id"), SCOPE_DISABLED);
    expect_rows(f, id_in(path, "/v1/ats/candidates?job_ids=", "ats_jobs", "j2"), "");
    expect_rows(f, "/v1/ats/jobs?statuses=OPEN&ignore_unsupported_filters=true", "j1 j2");
    fixture_free(f);
}

/* A minute later; what follows is asked for as of then. */
static const char *minute_later(struct fixture *f, char path[200], const char *list)
{
    char text[DATETIME_TEXT];

    atomic_fetch_add(&f->now_ms, 60000);
    datetime_format(text, atomic_load(&f->now_ms));
    (void)snprintf(path, 200, "/v1/ats/%s?updated_after=%s", list, text);
    return path;
}

TEST(a_change_is_found_from_where_the_contract_looks_for_it)
{
    struct fixture *f = recruiting();
    char path[200];

    UNUSED_STATE;
    (void)minute_later(f, path, "candidates");
    expect_rows(f, path, "");
    fixture_put(f, "ats_applications", "a1", "{\"candidate_id\":\"1\",\"outcome\":\"DECLINED\"}");
    expect_rows(f, path, "1");
    (void)minute_later(f, path, "applications");
    fixture_put(f, "ats_offers", "o1", "{\"application_id\":\"a2\",\"status\":\"ACCEPTED\"}");
    expect_rows(f, path, "a2");
    (void)minute_later(f, path, "applications");
    fixture_put(f, "ats_jobs", "j2", "{\"name\":\"Chef\"}"); /* a linked job does not count */
    expect_rows(f, path, "");
    (void)minute_later(f, path, "interviews");
    fixture_put(f, "ats_applications", "a1", "{\"candidate_id\":\"1\",\"outcome\":\"HIRED\"}");
    expect_rows(f, path, "i1");
    (void)minute_later(f, path, "jobs");
    fixture_put(f, "ats_users", "u1", "{\"first_name\":\"Leni\"}"); /* a linked user does not count */
    expect_rows(f, path, "");
    fixture_put(f, "ats_job_postings", "p1", "{\"job_id\":\"j2\",\"title\":\"Chef (m/f/d)\"}");
    expect_rows(f, path, "j2");
    fixture_free(f);
}

TEST(pages_of_recruiting_end_and_show_deleted_records_when_asked)
{
    struct fixture *f = recruiting();
    char path[400], next[256];
    struct answer a = api_get(f, "/v1/ats/candidates?page_size=1");

    UNUSED_STATE;
    EXPECT_INT(1, count_at(a.json, "data.results"));
    (void)snprintf(next, sizeof next, "%s", text_at(a.json, "data.next"));
    answer_free(&a);
    (void)snprintf(path, sizeof path, "/v1/ats/candidates?page_size=1&cursor=%s", next);
    a = api_get(f, path);
    EXPECT_INT(1, count_at(a.json, "data.results"));
    EXPECT(json_is_null(json_at(a.json, "data.next")));
    answer_free(&a);
    (void)snprintf(path, sizeof path, "/v1/ats/jobs?cursor=%s", next);
    expect_error(api_get(f, path), 400, "PLATFORM.INPUT_INVALID");
    fixture_gone(f, "ats_candidates", "2");
    expect_rows(f, "/v1/ats/candidates", "1");
    expect_rows(f, "/v1/ats/candidates?include_deleted=true", "1 2");
    fixture_free(f);
}

TEST(the_details_tell_of_the_models_of_recruiting_alone)
{
    struct fixture *f = recruiting();
    struct answer a = api_get(f, "/v1/integrations/personio%3Aacme");
    size_t count = count_at(a.json, "data.read_models");

    UNUSED_STATE;
    EXPECT_STR("ATS", text_at(a.json, "data.category"));
    EXPECT_INT(12, count);
    for (size_t i = 0; i < count; i++) {
        EXPECT(strncmp(text_at(json_array_get(json_at(a.json, "data.read_models"), i), "id"), "ats_", 4) ==
               0);
    }
    answer_free(&a);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(each_model_with_a_path_is_a_list),
        UNIT(an_application_shows_everybody_it_is_about),
        UNIT(filters_choose_also_through_applications),
        UNIT(a_filter_through_what_is_not_delivered_matches_nothing_unless_it_may_be_ignored),
        UNIT(a_change_is_found_from_where_the_contract_looks_for_it),
        UNIT(pages_of_recruiting_end_and_show_deleted_records_when_asked),
        UNIT(the_details_tell_of_the_models_of_recruiting_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
