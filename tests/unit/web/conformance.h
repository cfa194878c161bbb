/*
 * conformance: a company and its recruiting, with something in each list, and helpers to ask after single
 * rows.
 */
#ifndef WEIR_TESTS_WEB_CONFORMANCE_H
#define WEIR_TESTS_WEB_CONFORMANCE_H

#include "fixture.h"

#include "base/datetime.h"

struct seed {
    const char *model, *remote_id, *json;
};

static const struct seed company[] = {
    {"hris_legal_entities", "le1", "{\"name\":\"Northwind GmbH\"}"},
    {"hris_legal_entities", "le2", "{\"name\":\"Contoso AG\"}"},
    {"hris_locations", "lo1", "{\"name\":\"Hamburg HQ\"}"},
    {"hris_locations", "lo2", "{\"name\":\"Oslo\"}"},
    {"hris_teams", "t1", "{\"name\":\"Engineering\",\"type\":\"DEPARTMENT\"}"},
    {"hris_teams", "t2", "{\"name\":\"Sales east\"}"},
    {"hris_employees", "e1",
     "{\"first_name\":\"Mira\",\"employment_status\":\"ACTIVE\",\"groups\":[\"t1\"],\"legal_entity_id\":"
     "\"le1\","
     "\"work_location_id\":\"lo1\",\"work_email\":\"Mira@x.example\",\"personal_email\":\"m@home.example\","
     "\"manager_id\":\"e2\",\"custom_fields\":{\"cc\":\"CC-17\",\"n\":1,\"b\":true}}"},
    {"hris_employees", "e2",
     "{\"first_name\":\"Bo\",\"employment_status\":\"LEAVE\",\"groups\":[\"t2\"],\"legal_entity_id\":\"le2\","
     "\"work_location_id\":\"lo2\",\"work_email\":\"bo@x.example\",\"custom_fields\":{\"cc\":\"CC-9\"}}"},
    {"hris_employments", "m1", "{\"employee_id\":\"e1\",\"job_title\":\"Engineer\"}"},
    {"hris_absence_types", "y1", "{\"name\":\"Vacation\",\"unit\":\"DAYS\"}"},
    {"hris_absence_types", "y2", "{\"name\":\"Sick\",\"unit\":\"DAYS\"}"},
    {"hris_absences", "a1",
     "{\"employee_id\":\"e1\",\"type_id\":\"y1\",\"start_date\":\"2026-03-09\",\"end_date\":\"2026-03-11\"}"},
    {"hris_absences", "a2", "{\"employee_id\":\"e2\",\"type_id\":\"y2\",\"start_date\":\"2026-04-01\"}"},
    {"hris_time_off_balances", "b1", "{\"employee_id\":\"e1\",\"type_id\":\"y1\",\"balance\":3}"},
    {"hris_timesheets", "s1",
     "{\"employee_id\":\"e1\",\"started_at\":\"2026-02-10T08:00:00Z\",\"ended_at\":\"2026-02-10T16:00:"
     "00Z\"}"},
    {"hris_timesheets", "s2",
     "{\"employee_id\":\"e2\",\"started_at\":\"2026-02-12T08:00:00Z\",\"ended_at\":\"2026-02-12T16:00:"
     "00Z\"}"},
    {"hris_employee_document_categories", "d1", "{\"name\":\"Contracts\"}"},
    {"hris_performance_review_cycles", "c1", "{\"name\":\"H1\"}"},
    {"hris_performance_reviews", "r1",
     "{\"type\":\"MANAGER\",\"reviewee_id\":\"e1\",\"reviewer_id\":\"e2\",\"review_cycle_id\":\"c1\"}"},
    {"hris_performance_reviews", "r2", "{\"type\":\"SELF\",\"reviewee_id\":\"e2\"}"},
    {"hris_staffing_entities", "f1",
     "{\"model_type\":\"JOB\",\"status\":\"CLOSED\",\"locations\":[\"lo1\"],\"legal_entities\":[\"le1\"],"
     "\"groups\":[\"t1\"]}"},
    {"hris_staffing_entities", "f2", "{\"model_type\":\"POSITION\",\"status\":\"OPEN_LIMITED\"}"},
    {NULL, NULL, NULL},
};

static const struct seed hiring[] = {
    {"ats_tags", "t1", "{\"name\":\"referral\"}"},
    {"ats_tags", "t2", "{\"name\":\"night shift\"}"},
    {"ats_roles", "r1", "{\"remote_label\":\"Recruiter\",\"scope\":\"JOB\"}"},
    {"ats_roles", "r2", "{\"remote_label\":\"Admin\",\"scope\":\"SYSTEM\"}"},
    {"ats_users", "u1", "{\"first_name\":\"Lena\",\"email\":\"Lena@x.example\",\"system_roles\":[\"r2\"]}"},
    {"ats_users", "u2", "{\"first_name\":\"Kai\",\"email\":\"kai@x.example\"}"},
    {"ats_application_stages", "g1", "{\"name\":\"Screen\",\"index\":1}"},
    {"ats_application_stages", "g2", "{\"name\":\"Offer\",\"index\":2}"},
    {"ats_rejection_reasons", "x1", "{\"name\":\"Filled\"}"},
    {"ats_screening_questions", "q1", "{\"title\":\"Permit?\"}"},
    {"ats_screening_questions", "q2", "{\"title\":\"Why?\"}"},
    {"ats_jobs", "j1",
     "{\"name\":\"Developer\",\"job_code\":\"BE-1\",\"post_url\":\"https://x.example/1\",\"status\":\"OPEN\","
     "\"employment_type\":\"FULL_TIME\",\"visibility\":\"PUBLIC\",\"remote_created_at\":\"2026-02-01T00:00:"
     "00Z\","
     "\"stages\":[\"g1\"],\"screening_questions\":[\"q1\"],\"hiring_team\":[{\"user_id\":\"u1\","
     "\"hiring_team_roles\":[\"RECRUITER\"]}]}"},
    {"ats_jobs", "j2",
     "{\"name\":\"Cook\",\"job_code\":\"CK-1\",\"post_url\":\"https://x.example/2\",\"status\":\"DRAFT\","
     "\"employment_type\":\"CONTRACT\",\"visibility\":\"INTERNAL\",\"remote_created_at\":\"2025-02-01T00:00:"
     "00Z\"}"},
    {"ats_job_postings", "p1", "{\"job_id\":\"j1\",\"title\":\"Developer (m/f/d)\"}"},
    {"ats_candidates", "c1",
     "{\"first_name\":\"Ada\",\"last_name\":\"Lind\",\"tags\":[\"t1\"],"
     "\"email_addresses\":[{\"email_address\":\"Ada@x.example\"}]}"},
    {"ats_candidates", "c2", "{\"first_name\":\"Bo\",\"last_name\":\"Berg\"}"},
    {"ats_applications", "n1",
     "{\"candidate_id\":\"c1\",\"job_id\":\"j1\",\"current_stage_id\":\"g1\",\"outcome\":\"PENDING\","
     "\"remote_created_at\":\"2026-02-01T00:00:00Z\"}"},
    {"ats_applications", "n2",
     "{\"candidate_id\":\"c2\",\"job_id\":\"j2\",\"current_stage_id\":\"g2\",\"outcome\":\"HIRED\","
     "\"remote_created_at\":\"2025-02-01T00:00:00Z\"}"},
    {"ats_interviews", "i1", "{\"application_id\":\"n1\",\"title\":\"Call\",\"users\":[\"u1\"]}"},
    {"ats_offers", "o1", "{\"application_id\":\"n1\",\"status\":\"SENT\"}"},
    {NULL, NULL, NULL},
};

static inline void plant(struct fixture *f, const struct seed *rows)
{
    for (; rows->model != NULL; rows++) {
        fixture_put(f, rows->model, rows->remote_id, rows->json);
    }
}

/* The first integration is of a tool that delivers everything of its category, with all of rows. */
static inline struct fixture *planted(const char *category, const struct seed *rows)
{
    struct fixture *f = fixture_new();

    f->integrations[0].category = category;
    f->integrations[0].models = NULL; /* not known: all may be */
    plant(f, rows);
    return f;
}

/* Each "@model:remote_id@" becomes that record's id. */
static inline const char *with_ids(char out[1000], const char *text)
{
    size_t len = 0;

    while (*text != '\0' && len < 900) {
        char model[64], remote_id[64];
        int used = 0;

        if (sscanf(text, "@%63[^:@]:%63[^@]@%n", model, remote_id, &used) == 2 && used > 0) {
            id_derive(out + len, weir_str("personio:acme"), weir_str(model), weir_str(remote_id));
            len += ID_LEN;
            text += used;
        } else {
            out[len++] = *text++;
        }
    }
    out[len] = '\0';
    return out;
}

static inline int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The remote ids of a page in the order of the alphabet are those of want. */
static inline void expect_rows(struct fixture *f, const char *query, const char *want)
{
    char path[1000];
    struct answer a = api_get(f, with_ids(path, query));
    const char *ids[64];
    char got[500] = "";
    size_t count;

    if (a.status != 200) {
        fail_msg("%s: %d %s", query, a.status, a.text);
    }
    count = count_at(a.json, "data.results");
    for (size_t i = 0; i < count && i < 64; i++) {
        ids[i] = text_at(json_array_get(json_at(a.json, "data.results"), i), "remote_id");
    }
    qsort(ids, count, sizeof ids[0], by_text);
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(got);

        (void)snprintf(got + len, sizeof got - len, "%s%s", len > 0 ? " " : "", ids[i]);
    }
    if (strcmp(got, want) != 0) {
        fail_msg("%s: \"%s\", not \"%s\"", query, got, want);
    }
    answer_free(&a);
}

#endif
