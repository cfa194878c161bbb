/* A tool of recruiting that holds one of everything that the tables of the contract know. */
#include "held.h"

static const struct held_row rows[] = {
    {"ats_tags", "t1", "{\"name\":\"referral\"}"},
    {"ats_tags", "t2", "{\"name\":\"night shift\"}"},
    {"ats_roles", "r1",
     "{\"remote_label\":\"Head of Talent\",\"scope\":\"SYSTEM\",\"unified_type\":\"ADMIN\"}"},
    {"ats_roles", "r2",
     "{\"remote_label\":\"Recruiter\",\"scope\":\"JOB\",\"unified_type\":\"Talent scout\"}"},
    {"ats_users", "u1",
     "{\"first_name\":\"Lena\",\"last_name\":\"Fuchs\",\"email\":\"lena.fuchs@northwind.example\","
     "\"status\":\"ACTIVE\",\"system_roles\":[\"r1\"]}"},
    {"ats_users", "u2", "{\"first_name\":\"Ole\",\"email\":\"no address\",\"status\":\"on leave\"}"},
    {"ats_rejection_reasons", "x1", "{\"name\":\"Position filled\"}"},
    {"ats_application_stages", "s1",
     "{\"name\":\"Phone screen\",\"status\":\"ACTIVE\",\"index\":1,\"custom_fields\":{\"color\":\"blue\"}}"},
    {"ats_application_stages", "s2", "{\"name\":\"Offer\",\"status\":\"frozen\"}"},
    {"ats_screening_questions", "q1",
     "{\"title\":\"Do you hold a work "
     "permit?\",\"format\":{\"type\":\"BOOLEAN\"},\"required\":true,\"index\":1}"},
    {"ats_screening_questions", "q2",
     "{\"title\":\"Which?\",\"format\":{\"type\":\"SINGLE_SELECT\",\"options\":[{\"id\":\"1\",\"name\":"
     "\"EU\"}]},"
     "\"category\":\"EEO\",\"precondition_question_id\":\"q1\",\"precondition_options\":[true]}"},
    {"ats_screening_questions", "q3", "{\"title\":\"Record yourself\",\"format\":{\"type\":\"VIDEO\"}}"},
    {"ats_screening_questions", "q4",
     "{\"format\":{\"type\":\"FILE\",\"accepted_mime_types\":[\"application/pdf\"]}}"},
    {"ats_jobs", "j1",
     "{\"name\":\"Backend Developer\",\"job_code\":\"BE-1\",\"status\":\"OPEN\",\"employment_type\":\"Gig\","
     "\"weekly_hours\":40,\"contact_id\":\"u1\",\"salary_amount_from\":60000.5,\"salary_period\":\"YEAR\","
     "\"location\":{\"city\":\"Hamburg\",\"country\":\"DE\"},\"opened_at\":\"2026-01-15\","
     "\"stages\":[\"s1\",\"s2\"],\"screening_questions\":[\"q1\",\"q2\",\"q3\",\"q4\"],"
     "\"hiring_team\":[{\"user_id\":\"u1\",\"hiring_team_roles\":[\"RECRUITER\",\"Boss\"],\"job_roles\":["
     "\"r2\"]},"
     "{\"user_id\":\"u2\"}]}"},
    {"ats_jobs", "j2", "{}"},
    {"ats_job_postings", "p1",
     "{\"job_id\":\"j1\",\"title\":\"Backend Developer "
     "(m/f/d)\",\"status\":\"ACTIVE\",\"visibility\":\"PUBLIC\"}"},
    {"ats_candidates", "c1",
     "{\"first_name\":\"Ada\",\"last_name\":\"Lindqvist\",\"tags\":[\"t1\",\"t2\"],\"confidential\":false,"
     "\"email_addresses\":[{\"email_address\":\"ada@mail.example\",\"type\":\"PERSONAL\"},{\"email_address\":"
     "\"ada@\"}],"
     "\"phone_numbers\":[{\"phone_number\":\"+46 8 5550100\"},{}],\"social_media\":[{\"type\":\"linkedin\"}],"
     "\"remote_created_at\":\"2022-08-15T09:12:44Z\"}"},
    {"ats_candidates", "c2", "{\"first_name\":\"Bo\"}"},
    {"ats_candidates", "c3", "{}"},
    {"ats_candidates", "c4", "{\"first_name\":\"Cleo\"}"},
    {"ats_applications", "a1",
     "{\"candidate_id\":\"c1\",\"job_id\":\"j1\",\"current_stage_id\":\"s1\",\"outcome\":\"PENDING\","
     "\"screening_question_answers\":["
     "{\"question\":{\"title\":\"Why us?\",\"type\":\"TEXT\"},\"answer\":{\"content\":\"Robots.\"}},"
     "{\"question\":{\"title\":\"From?\",\"type\":\"DATE\"},\"answer\":{\"date\":\"2026-05-01\"}},"
     "{\"question\":{\"title\":\"Which?\",\"type\":\"MULTI_SELECT\"},\"answer\":{\"choices\":[\"EU\"]}},"
     "{\"question\":{\"title\":\"Video\",\"type\":\"VIDEO\"},\"answer\":{\"url\":\"https://v.example\"}}]}"},
    {"ats_applications", "a2", "{\"candidate_id\":\"c2\",\"job_id\":\"j2\",\"outcome\":\"withdrawn\"}"},
    {"ats_applications", "a3", "{\"outcome\":\"HIRED\"}"},
    {"ats_interviews", "i1",
     "{\"title\":\"Technical interview\",\"application_id\":\"a1\",\"stage_id\":\"s1\",\"users\":[\"u1\"],"
     "\"starting_at\":\"2026-02-20T10:00:00Z\",\"location\":{\"raw\":\"Hafenstrasse "
     "12\"},\"canceled\":false}"},
    {"ats_interviews", "i2", "{}"},
    {"ats_offers", "o1",
     "{\"application_id\":\"a1\",\"status\":\"SENT\",\"employment_start_date\":\"2026-05-01\"}"},
    {"ats_offers", "o2", "{\"status\":\"lost\"}"},
};

static const char *const tag_fields[] = {"name", NULL};
static const char *const role_fields[] = {"remote_label", "scope", "unified_type", NULL};
static const char *const user_fields[] = {"first_name", "last_name", "email", "status", "system_roles", NULL};
static const char *const stage_fields[] = {"name", "status", "index", "custom_fields", NULL};
static const char *const question_fields[] = {
    "title", "format", "category", "index", "required", "precondition_question_id", "precondition_options",
    NULL};
static const char *const job_fields[] = {"name",
                                         "job_code",
                                         "status",
                                         "employment_type",
                                         "weekly_hours",
                                         "contact_id",
                                         "salary_amount_from",
                                         "salary_period",
                                         "location",
                                         "opened_at",
                                         "stages",
                                         "screening_questions",
                                         "hiring_team",
                                         NULL};
static const char *const posting_fields[] = {"job_id", "title", "status", "visibility", NULL};
static const char *const candidate_fields[] = {"first_name",   "last_name",         "tags",
                                               "confidential", "email_addresses",   "phone_numbers",
                                               "social_media", "remote_created_at", NULL};
static const char *const application_fields[] = {
    "candidate_id", "job_id", "current_stage_id", "outcome", "screening_question_answers", NULL};
static const char *const interview_fields[] = {"title",       "application_id", "stage_id", "users",
                                               "starting_at", "location",       "canceled", NULL};
static const char *const offer_fields[] = {"application_id", "status", "employment_start_date", NULL};

static const struct weir_model_use models[] = {
    {"ats_tags", tag_fields, true, false, true, NULL},
    {"ats_roles", role_fields, true, false, true, NULL},
    {"ats_users", user_fields, true, false, true, NULL},
    {"ats_rejection_reasons", tag_fields, true, false, true, NULL},
    {"ats_application_stages", stage_fields, true, false, true, NULL},
    {"ats_screening_questions", question_fields, true, false, true, NULL},
    {"ats_jobs", job_fields, true, false, true, NULL},
    {"ats_job_postings", posting_fields, true, false, true, NULL},
    {"ats_candidates", candidate_fields, true, false, true, NULL},
    {"ats_applications", application_fields, true, false, true, NULL},
    {"ats_interviews", interview_fields, true, false, true, NULL},
    {"ats_offers", offer_fields, true, false, true, NULL},
};
#define MODELS (sizeof models / sizeof models[0])

static const char *const touched[] = {"ats_tags",
                                      "ats_roles",
                                      "ats_users",
                                      "ats_rejection_reasons",
                                      "ats_application_stages",
                                      "ats_jobs",
                                      "ats_job_postings",
                                      "ats_candidates",
                                      "ats_applications",
                                      "ats_interviews",
                                      "ats_offers",
                                      "ats_screening_questions",
                                      NULL};
static const struct weir_event_type events[] = {{"changed", touched}};

HELD_LIST(rows);

WEIR_EXPORT const struct weir_connector weir_connector = {SKELETON_HEAD,
                                                          .tool = "hiring",
                                                          .label = "A tool of recruiting",
                                                          .version = "1.0.0",
                                                          .category = WEIR_CATEGORY_ATS,
                                                          .base_url = "https://tool.example",
                                                          .models = models,
                                                          .model_count = MODELS,
                                                          .events = events,
                                                          .event_count = 1,
                                                          SKELETON_CALLS,
                                                          .verify = &held_verify,
                                                          .fetch = &held_fetch};
