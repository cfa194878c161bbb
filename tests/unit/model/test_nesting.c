/* What the short forms of embedded records embed in turn. */
#include "shelf.h"

/* Rendered alone; the test frees out. */
static void shown(struct buf *out, struct scope *scope, const struct row *rows, bool include_deleted)
{
    struct weir_error err;

    if (render(out, scope, rows, rows, include_deleted, &err) != 0) {
        fail_msg("%s", err.message);
    }
    buf_add_char(out, '\0');
}

TEST(an_application_embeds_its_candidate_with_its_tags_and_what_belongs_to_it)
{
    char application[2000], candidate[2000], interview[2000], offer[2000];
    const struct row rows[] = {
        {"ats_applications", "7",
         stored(application, "ats_applications",
                "{\"outcome\":\"PENDING\",\"candidate_id\":3,\"current_stage_id\":5,\"job_id\":404}"),
         false, 0},
        {"ats_candidates", "3",
         stored(candidate, "ats_candidates", "{\"first_name\":\"Ada\",\"tags\":[1,2],\"source\":\"Fair\"}"),
         false, 0},
        {"ats_tags", "1", "{\"name\":\"referral\"}", false, 0},
        {"ats_tags", "2", "{\"name\":\"gone\"}", true, 0},
        {"ats_application_stages", "5", "{\"name\":\"Phone screen\",\"status\":\"ACTIVE\",\"index\":1}",
         false, 0},
        {"ats_interviews", "8",
         stored(interview, "ats_interviews", "{\"title\":\"Call\",\"application_id\":7}"), false, 0},
        {"ats_offers", "9", stored(offer, "ats_offers", "{\"status\":\"SENT\",\"application_id\":7}"), false,
         0},
        {NULL, NULL, NULL, false, 0}};

    UNUSED_STATE;
    shows(rows, &rows[0], false,
          "{\"id\":\"@ats_applications:7@\",\"remote_id\":\"7\",\"outcome\":\"PENDING\","
          "\"rejection_reason_name\":null,\"rejected_at\":null,"
          "\"current_stage_id\":\"@ats_application_stages:5@\",\"job_id\":\"@ats_jobs:404@\","
          "\"candidate_id\":\"@ats_candidates:3@\",\"screening_question_answers\":null,"
          "\"custom_fields\":null,\"remote_url\":null" TIMES
          ",\"remote_created_at\":null,\"remote_updated_at\":null,"
          "\"candidate\":{\"id\":\"@ats_candidates:3@\",\"remote_id\":\"3\",\"first_name\":\"Ada\","
          "\"last_name\":null,\"email_addresses\":null,\"phone_numbers\":null,\"social_media\":null,"
          "\"source\":\"Fair\",\"remote_url\":null,"
          "\"tags\":[{\"id\":\"@ats_tags:1@\",\"remote_id\":\"1\",\"name\":\"referral\"}]},"
          "\"current_stage\":{\"id\":\"@ats_application_stages:5@\",\"remote_id\":\"5\","
          "\"name\":\"Phone screen\",\"status\":\"ACTIVE\",\"custom_fields\":null,\"index\":1},"
          "\"job\":null,"
          "\"interviews\":[{\"id\":\"@ats_interviews:8@\",\"remote_id\":\"8\",\"title\":\"Call\","
          "\"starting_at\":null,\"ending_at\":null,\"location\":null,\"canceled\":null}],"
          "\"offers\":[{\"id\":\"@ats_offers:9@\",\"remote_id\":\"9\",\"status\":\"SENT\"}],\"integration_"
          "fields\":[],\"remote_data\":null}");
    shows(rows + 4, rows + 4, false,
          "{\"id\":\"@ats_application_stages:5@\",\"remote_id\":\"5\",\"name\":\"Phone screen\","
          "\"status\":\"ACTIVE\",\"custom_fields\":null" TIMES ",\"remote_data\":null}");
}

TEST(children_embed_what_they_refer_to)
{
    char application[2000], candidate[2000], job[2000];
    const struct row rows[] = {
        {"ats_candidates", "3", stored(candidate, "ats_candidates", "{\"last_name\":\"Lind\"}"), false, 0},
        {"ats_applications", "7",
         stored(application, "ats_applications", "{\"candidate_id\":3,\"current_stage_id\":5,\"job_id\":4}"),
         false, 0},
        {"ats_jobs", "4", stored(job, "ats_jobs", "{\"name\":\"Developer\"}"), false, 0},
        {"ats_application_stages", "5", "{\"index\":2}", false, 0},
        {NULL, NULL, NULL, false, 0}};
    static const char want[] =
        "\"current_stage\":{\"id\":\"%s\",\"name\":null,\"remote_id\":\"5\",\"index\":2},"
        "\"job\":{\"id\":\"%s\",\"name\":\"Developer\",\"remote_id\":\"4\"}}],\"tags\":[],\"integration_"
        "fields\":[],\"remote_data\":null}";
    struct scope *scope = scope_everything();
    char stage_id[ID_TEXT], job_id[ID_TEXT], text[400];
    struct buf out;

    UNUSED_STATE;
    shown(&out, scope, rows, false);
    (void)snprintf(text, sizeof text, want, id_of(stage_id, "ats_application_stages", "5").data,
                   id_of(job_id, "ats_jobs", "4").data);
    assert_non_null(strstr(out.data, text));
    buf_fini(&out);
    scope_set_field(scope, weir_str("ats_applications"), weir_str("job_id"), SCOPE_DISABLED);
    scope_set_model(scope, weir_str("ats_application_stages"), SCOPE_DISABLED);
    shown(&out, scope, rows, false);
    assert_non_null(strstr(out.data, "\"current_stage\":null,\"job\":null}],\"tags\":[],"));
    buf_fini(&out);
    scope_free(scope);
}

TEST(a_hiring_team_shows_each_user_with_what_he_does_on_the_job)
{
    char job[2000], user[2000], user_id[ID_TEXT];
    const struct row rows[] = {
        {"ats_jobs", "4",
         stored(
             job, "ats_jobs",
             "{\"hiring_team\":[{\"user_id\":2,\"hiring_team_roles\":[\"RECRUITER\"],\"job_roles\":[6,66]},"
             "{\"user_id\":22},{\"user_id\":404}]}"),
         false, 0},
        {"ats_users", "2",
         stored(user, "ats_users", "{\"first_name\":\"Lena\",\"email\":\"lena@x.example\"}"), false, 0},
        {"ats_users", "22", "{\"first_name\":\"Gone\"}", true, 0},
        {"ats_roles", "6", "{\"remote_label\":\"Recruiter\",\"scope\":\"SYSTEM\"}", false, 0},
        {NULL, NULL, NULL, false, 0}};
    struct scope *scope = scope_everything();
    char want[600];
    struct buf out;

    UNUSED_STATE;
    (void)snprintf(
        want, sizeof want,
        "\"hiring_team\":[{\"id\":\"%s\",\"remote_id\":\"2\",\"first_name\":\"Lena\","
        "\"last_name\":null,\"email\":\"lena@x.example\",\"hiring_team_roles\":[\"RECRUITER\"],"
        "\"job_roles\":[{\"remote_id\":\"6\",\"remote_label\":\"Recruiter\","
        "\"unified_type\":null,\"scope\":\"JOB\"}]}],\"integration_fields\":[],\"remote_data\":null}",
        id_of(user_id, "ats_users", "2").data);
    shown(&out, scope, rows, false);
    assert_non_null(strstr(out.data, want));
    buf_fini(&out);
    shown(&out, scope, rows, true);
    assert_non_null(strstr(out.data, "\"first_name\":\"Gone\",\"last_name\":null,\"email\":null,"
                                     "\"hiring_team_roles\":[],\"job_roles\":[]}],"));
    buf_fini(&out);
    scope_set_model(scope, weir_str("ats_roles"), SCOPE_DISABLED);
    shown(&out, scope, rows, false);
    assert_non_null(strstr(out.data, "\"hiring_team_roles\":[\"RECRUITER\"],\"job_roles\":[]}],"));
    buf_fini(&out);
    scope_set_model(scope, weir_str("ats_users"), SCOPE_DISABLED);
    shown(&out, scope, rows, false);
    assert_non_null(strstr(out.data, "\"hiring_team\":[],"));
    buf_fini(&out);
    scope_free(scope);
}

TEST(a_users_roles_are_always_of_the_scope_that_the_client_takes)
{
    char user[2000];
    const struct row rows[] = {
        {"ats_users", "2", stored(user, "ats_users", "{\"system_roles\":[6]}"), false, 0},
        {"ats_roles", "6", "{\"scope\":\"JOB\",\"unified_type\":\"ADMIN\"}", false, 0},
        {NULL, NULL, NULL, false, 0}};

    UNUSED_STATE;
    shows(rows, rows, false,
          "{\"id\":\"@ats_users:2@\",\"remote_id\":\"2\",\"first_name\":null,\"last_name\":null,"
          "\"email\":null,\"status\":null" TIMES ",\"system_roles\":[{\"remote_id\":\"6\","
          "\"remote_label\":null,\"unified_type\":\"ADMIN\",\"scope\":\"SYSTEM\"}],\"remote_data\":null}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(an_application_embeds_its_candidate_with_its_tags_and_what_belongs_to_it),
        UNIT(children_embed_what_they_refer_to),
        UNIT(a_hiring_team_shows_each_user_with_what_he_does_on_the_job),
        UNIT(a_users_roles_are_always_of_the_scope_that_the_client_takes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
