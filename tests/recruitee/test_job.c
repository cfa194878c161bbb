#include "fake_recruitee.h"

#define OFFER                                                                                                \
    "{\"id\":5512,\"kind\":\"job\",\"title\":\"Backend "                                                     \
    "Developer\",\"status\":\"published\",\"department_id\":14,"                                             \
    "\"department\":\"Platform\",\"location\":\"Hamburg, Germany\",\"street\":null,\"city\":\"Hamburg\","    \
    "\"postal_code\":\"20457\",\"state_name\":\"Hamburg\",\"country_code\":\"DE\",\"employment_type\":"      \
    "\"fulltime_permanent\",\"description\":\"<p>D</p>\",\"requirements\":\"<p>R</"                          \
    "p>\",\"hiring_manager_id\":88,"                                                                         \
    "\"recruiter_id\":89,\"careers_url\":\"https://northwind.example/o/"                                     \
    "backend-developer\",\"adminapp_url\":"                                                                  \
    "\"https://app.example/#/offers/"                                                                        \
    "5512\",\"published_at\":\"2026-01-16T00:00:00.000Z\",\"closed_at\":null,"                               \
    "\"created_at\":\"2026-01-15T18:16:32.000Z\",\"updated_at\":\"2026-02-05T10:00:00.000Z\",\"pipeline_"    \
    "template\":"                                                                                            \
    "{\"id\":61,\"stages\":[{\"id\":701,\"name\":\"Applied\",\"position\":1},{\"id\":709,\"name\":"          \
    "\"Hired\","                                                                                             \
    "\"position\":9}]}}"

TEST(a_job_comes_with_its_stages)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, "GET /c/4711/offers/5512", 200, "{\"offer\":" OFFER "}");
    EXPECT_INT(0, record(f, "ats_jobs", "5512", "", NULL));
    expect_json(
        "{\"name\":\"Backend Developer\",\"description\":\"<p>D</p><p>R</p>\",\"status\":\"OPEN\","
        "\"visibility\":\"PUBLIC\",\"employment_type\":\"FULL_TIME\",\"department\":\"Platform\","
        "\"location\":{\"street_1\":null,\"zip_code\":\"20457\",\"city\":\"Hamburg\",\"state\":\"Hamburg\","
        "\"country\":\"DE\",\"raw\":\"Hamburg, Germany\"},\"stages\":[\"701\",\"709\"],"
        "\"post_url\":\"https://northwind.example/o/backend-developer\","
        "\"remote_url\":\"https://app.example/#/offers/5512\",\"opened_at\":\"2026-01-16T00:00:00.000Z\","
        "\"closed_at\":null,\"remote_created_at\":\"2026-01-15T18:16:32.000Z\","
        "\"remote_updated_at\":\"2026-02-05T10:00:00.000Z\",\"hiring_team\":["
        "{\"user_id\":\"88\",\"hiring_team_roles\":[\"HIRING_MANAGER\"]},"
        "{\"user_id\":\"89\",\"hiring_team_roles\":[\"RECRUITER\"]}]}",
        fake_json(f, "record", "ats_jobs", "5512"));
    expect_json("{\"name\":\"Hired\",\"index\":9}", fake_json(f, "record", "ats_application_stages", "709"));
    fake_free(f);
}

static void expect_field(const char *member, const char *field, const char *want)
{
    struct fake *f = fake_new();
    char body[300];
    const json_t *got;

    (void)snprintf(body, sizeof body, "{\"offer\":{\"id\":1,\"kind\":\"job\",%s}}", member);
    fake_script(f, "GET /c/4711/offers/1", 200, body);
    EXPECT_INT(0, record(f, "ats_jobs", "1", "", NULL));
    got = json_object_get(fake_json(f, "record", "ats_jobs", "1"), field);
    if (want == NULL) {
        EXPECT(json_is_null(got));
    } else {
        EXPECT_STR(want, json_string_value(got));
    }
    fake_free(f);
}

TEST(words_become_those_of_the_unified_model)
{
    UNUSED_STATE;
    expect_field("\"status\":\"internal\"", "status", "OPEN");
    expect_field("\"status\":\"internal\"", "visibility", "INTERNAL");
    expect_field("\"status\":\"draft\"", "status", "DRAFT");
    expect_field("\"status\":\"draft\"", "visibility", NULL);
    expect_field("\"status\":\"closed\"", "status", "CLOSED");
    expect_field("\"status\":\"archived\"", "status", "ARCHIVED");
    expect_field("\"status\":\"on_hold\"", "status", "on_hold");
    expect_field("\"employment_type\":\"parttime\"", "employment_type", "PART_TIME");
    expect_field("\"employment_type\":\"contract\"", "employment_type", "CONTRACT");
    expect_field("\"employment_type\":\"freelance\"", "employment_type", "CONTRACT");
    expect_field("\"employment_type\":\"internship\"", "employment_type", "INTERNSHIP");
    expect_field("\"employment_type\":\"volunteer\"", "employment_type", NULL);
    expect_field("\"department\":{\"id\":14,\"name\":\"Platform\"}", "department", "Platform");
    expect_field("\"department\":null", "department", NULL);
    expect_field("\"description\":null,\"requirements\":\"R\"", "description", "R");
}

TEST(a_talent_pool_is_no_job)
{
    UNUSED_STATE;
    struct fake *f = fake_new();

    fake_script(f, "GET /c/4711/offers/1", 200, "{\"offer\":{\"id\":1,\"kind\":\"talent_pool\"}}");
    EXPECT_INT(WEIR_E_NONE, record(f, "ats_jobs", "1", "", NULL));
    fake_script(f, "GET /c/4711/offers/1", 404, "{\"error\":[\"Not found\"]}");
    EXPECT_INT(WEIR_E_NONE, record(f, "ats_jobs", "1", "", NULL));
    EXPECT_STR("", fake_line(f, 0));
    fake_free(f);
}

TEST(jobs_are_listed_in_all_scopes)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[200] = "";

    fake_script(f, "GET /c/4711/offers?scope=not_archived&kind=job&limit=100&offset=0", 200,
                "{\"offers\":[" OFFER ",{\"id\":7,\"kind\":\"talent_pool\",\"pipeline_template\":null},"
                "{\"id\":8,\"kind\":\"job\"},{\"id\":9,\"kind\":\"job\"}]}");
    /* Without a pipeline the form is a short one; deleted meanwhile is no failure. */
    fake_script(f, "GET /c/4711/offers/8", 200, "{\"offer\":{\"id\":8,\"kind\":\"job\",\"title\":\"T\"}}");
    fake_script(f, "GET /c/4711/offers/9", 404, "{\"error\":[\"Not found\"]}");
    EXPECT_INT(0, list(f, "ats_jobs", 0, cursor, NULL));
    EXPECT_INT(2, fake_told(f, "record", "ats_jobs"));
    EXPECT_INT(2, fake_told(f, "record", "ats_application_stages"));
    EXPECT_STR("1|0|0|0|0|", cursor);
    fake_script(f, "GET /c/4711/offers?scope=archived&kind=job&limit=100&offset=0", 200, "{\"offers\":[]}");
    EXPECT_INT(0, list(f, "ats_jobs", 0, cursor, NULL));
    EXPECT_STR("", cursor);
    fake_free(f);
}

TEST(since_a_time_the_jobs_that_changed_are_emitted)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char cursor[200] = "";

    fake_script(f, "GET /c/4711/offers?scope=not_archived&kind=job&limit=100&offset=0", 200,
                "{\"offers\":[" OFFER ",{\"id\":8,\"kind\":\"job\",\"pipeline_template\":null,"
                "\"updated_at\":\"2026-03-02T09:15:00.000Z\"}]}");
    EXPECT_INT(0, list(f, "ats_jobs", INT64_C(1772442900000), cursor, NULL));
    EXPECT_INT(1, fake_told(f, "record", "ats_jobs"));
    EXPECT_INT(1, fake_told(f, "record", "ats_jobs 8"));
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(a_job_comes_with_its_stages),
        UNIT(words_become_those_of_the_unified_model),
        UNIT(a_talent_pool_is_no_job),
        UNIT(jobs_are_listed_in_all_scopes),
        UNIT(since_a_time_the_jobs_that_changed_are_emitted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
