/*
 * The table's jobs, with what they are made of: postings and screening questions.
 */
#include "model/table.h"

/* ---- screening questions ---- */

static const char *const words_question_category[] = {"EEO", "DEMOGRAPHIC", NULL};
static const char *const words_text_display[] = {"SINGLE_LINE", "MULTI_LINE", "EMAIL", "URL", NULL};
static const char *const words_number_display[] = {"SLIDER", "FIELD", NULL};
static const char *const words_select_display[] = {"DROPDOWN", "RADIO", NULL};

#define FORMAT_TYPE                                                                                          \
    {                                                                                                        \
        .name = "type", .type = FIELD_KIND, .must = true                                                     \
    }

static const struct model_field option_fields[] = {
    PART_TEXT_ESSENTIAL("id"),
    PART_TEXT_ESSENTIAL("name"),
    PART_TEXT_MAY("remote_id"),
    COL_END,
};

static const struct model_field text_format[] = {
    COL_CLOSED("display_type", words_text_display),
    COL_INTEGER("max_length"),
    FORMAT_TYPE,
    COL_END,
};
static const struct model_field number_format[] = {
    COL_CLOSED("display_type", words_number_display),
    COL_NUMBER("min"),
    COL_NUMBER("max"),
    FORMAT_TYPE,
    COL_END,
};
static const struct model_field file_format[] = {
    {.name = "accepted_mime_types", .type = FIELD_TEXTS, .nullable = true, .must = true},
    COL_INTEGER("max_file_size_bytes"),
    FORMAT_TYPE,
    COL_END,
};
static const struct model_field single_select_format[] = {
    COL_CLOSED("display_type", words_select_display),
    COL_LIST_REQUIRED("options", option_fields),
    FORMAT_TYPE,
    COL_END,
};
static const struct model_field multi_select_format[] = {
    COL_LIST_REQUIRED("options", option_fields),
    FORMAT_TYPE,
    COL_END,
};
static const struct model_field bare_format[] = {FORMAT_TYPE, COL_END};
static const struct model_field unknown_format[] = {
    {.name = "raw_question", .type = FIELD_ANY, .nullable = true, .must = true},
    FORMAT_TYPE,
    COL_END,
};

static const struct model_variant format_variants[] = {
    {"TEXT", text_format},
    {"NUMBER", number_format},
    {"FILE", file_format},
    {"SINGLE_SELECT", single_select_format},
    {"MULTI_SELECT", multi_select_format},
    {"BOOLEAN", bare_format},
    {"DATE", bare_format},
    {"INFORMATION", bare_format},
    {"UNKNOWN", unknown_format},
    {NULL, NULL},
};

static const struct model_field question_fields[] = {
    COL_TEXT("title"),
    COL_TEXT("description"),
    {.name = "format",
     .type = FIELD_OBJECT,
     .nullable = true,
     .variants = format_variants,
     .kind_path = "type"},
    COL_CLOSED("category", words_question_category),
    {.name = "index", .type = FIELD_INTEGER, .nullable = true},
    COL_BOOLEAN("required"),
    COL_REF_MAY("precondition_question_id", "ats_screening_questions", 1),
    {.name = "precondition_options", .type = FIELD_CHOICES, .nullable = true},
    COL_END,
};

static const char *const short_question[] = {"id",
                                             "remote_id",
                                             "title",
                                             "description",
                                             "format",
                                             "category",
                                             "index",
                                             "required",
                                             "precondition_question_id",
                                             "precondition_options",
                                             NULL};
static const char *const question_keys[] = {"id",
                                            "remote_id",
                                            "title",
                                            "description",
                                            "format",
                                            "category",
                                            "index",
                                            "required",
                                            "precondition_question_id",
                                            "precondition_options",
                                            "changed_at",
                                            "remote_deleted_at",
                                            NULL};

const struct model model_ats_screening_questions = {
    .number = 25,
    .name = "ats_screening_questions",
    .label = "Screening questions",
    .category = WEIR_CATEGORY_ATS,
    .remote_id_nullable = true,
    .fields = question_fields,
    .joins = model_no_joins,
    .filters = model_no_filters,
    .key_order = question_keys,
};

/* ---- job postings ---- */

static const char *const words_posting_status[] = {"ACTIVE", "INACTIVE", "DRAFT", NULL};
static const char *const words_posting_visibility[] = {"PUBLIC", "INTERNAL", "UNLISTED", NULL};

static const struct model_field posting_fields[] = {
    COL_REF_HIDDEN_REQUIRED("job_id", "ats_jobs", 1),
    COL_TEXT("title"),
    COL_TEXT("description_html"),
    COL_CLOSED("status", words_posting_status),
    COL_CLOSED("visibility", words_posting_visibility),
    COL_TEXT("url"),
    COL_END,
};

static const char *const short_posting[] = {"id",     "remote_id",  "title", "description_html",
                                            "status", "visibility", "url",   NULL};
static const char *const posting_keys[] = {
    "id",         "remote_id", "title",      "description_html",  "status",
    "visibility", "url",       "changed_at", "remote_deleted_at", NULL};

const struct model model_ats_job_postings = {
    .number = 24,
    .name = "ats_job_postings",
    .label = "Job postings",
    .category = WEIR_CATEGORY_ATS,
    .remote_id_nullable = true,
    .fields = posting_fields,
    .joins = model_no_joins,
    .filters = model_no_filters,
    .key_order = posting_keys,
};

/* ---- jobs ---- */

static const char *const words_employment[] = {"FULL_TIME", "PART_TIME",  "CONTRACT",
                                               "SEASONAL",  "INTERNSHIP", NULL};
static const char *const words_status[] = {"OPEN", "CLOSED", "DRAFT", "ARCHIVED", NULL};
static const char *const words_visibility[] = {"PUBLIC", "INTERNAL", "UNLISTED", "CONFIDENTIAL", NULL};
static const char *const words_remote_work[] = {"REMOTE", "HYBRID", "TEMPORARY", "ON_SITE", NULL};
static const char *const words_salary_period[] = {"YEAR", "MONTH", "TWO_WEEKS", "WEEK", "DAY", "HOUR", NULL};
static const char *const words_team_role[] = {"HIRING_MANAGER", "RECRUITER",   "COORDINATOR",
                                              "SOURCER",        "INTERVIEWER", NULL};

/* Who works on the job, and as what. An entry refers to a user and to roles, so that it shows what they are
 * called now, and nothing of somebody who was erased. */
static const struct model_field member_fields[] = {
    {.name = "user_id",
     .type = FIELD_REF,
     .essential = true,
     .target = "ats_users",
     .slot = 4,
     .join_model = "ats_join_jobs_users"},
    {.name = "hiring_team_roles", .type = FIELD_WORDS, .must = true, .values = words_team_role},
    {.name = "job_roles",
     .type = FIELD_REF_LIST,
     .target = "ats_roles",
     .slot = 5,
     .join_model = "ats_join_user_job_role_assignments"},
    COL_END,
};

static const struct model_field job_fields[] = {
    COL_TEXT("name"),
    COL_TEXT("job_code"),
    COL_TEXT("description"),
    COL_BOOLEAN("confidential"),
    COL_NUMBER("weekly_hours"),
    COL_OPEN("employment_type", words_employment),
    COL_OPEN("status", words_status),
    COL_OPEN("visibility", words_visibility),
    COL_TEXT("category"),
    COL_TEXT("department"),
    COL_TEXT("post_url"),
    COL_TEXT("experience_level"),
    COL_OPEN("remote_work_status", words_remote_work),
    COL_NUMBER("salary_amount"),
    COL_NUMBER("salary_amount_from"),
    COL_NUMBER("salary_amount_to"),
    COL_TEXT("salary_currency"),
    COL_OPEN("salary_period", words_salary_period),
    COL_ADDRESS("location"),
    COL_FREE("custom_fields"),
    COL_TEXT("remote_url"),
    COL_DATETIME("opened_at"),
    COL_DATETIME("closed_at"),
    COL_DATETIME("remote_created_at"),
    COL_DATETIME("remote_updated_at"),
    COL_REF("contact_id", "ats_users", 1),
    COL_REFS_HIDDEN("stages", "ats_application_stages", 2, "ats_join_jobs_application_stages"),
    COL_REFS_HIDDEN("screening_questions", "ats_screening_questions", 3, "ats_join_jobs_screening_questions"),
    {.name = "hiring_team", .type = FIELD_LIST, .hidden = true, .fields = member_fields},
    COL_INTEGRATION_FIELDS,
    COL_REMOTE_DATA,
    COL_END,
};

static const char *const short_member[] = {"id",    "remote_id",         "first_name", "last_name",
                                           "email", "hiring_team_roles", "job_roles",  NULL};

/* As a user's system roles: only this scope may stand here. */
static const struct model_join member_joins[] = {
    {.name = "job_roles",
     .kind = JOIN_LIST,
     .model = "ats_roles",
     .via = "job_roles",
     .fields = short_role,
     .literal_key = "scope",
     .literal = "JOB"},
    {.name = NULL},
};

static const struct model_join job_joins[] = {
    {.name = "stages",
     .kind = JOIN_LIST,
     .model = "ats_application_stages",
     .via = "stages",
     .fields = short_stage,
     .touch_membership = true},
    {.name = "screening_questions",
     .kind = JOIN_LIST,
     .model = "ats_screening_questions",
     .via = "screening_questions",
     .fields = short_question,
     .touch_membership = true,
     .touch_linked = true},
    {.name = "job_postings",
     .kind = JOIN_CHILDREN,
     .model = "ats_job_postings",
     .via = "job_id",
     .fields = short_posting,
     .touch_membership = true,
     .touch_linked = true},
    {.name = "hiring_team",
     .kind = JOIN_ENTRIES,
     .model = "ats_users",
     .via = "hiring_team",
     .entry_ref = "user_id",
     .fields = short_member,
     .joins = member_joins,
     .touch_membership = true},
    {.name = NULL},
};

static const struct model_filter job_filters[] = {
    FILTER_BY("job_codes", FILTER_TEXTS, "job_code"),
    FILTER_BY("post_url", FILTER_TEXT, "post_url"),
    FILTER_BY("statuses", FILTER_WORDS, "status"),
    FILTER_BY("employment_types", FILTER_WORDS, "employment_type"),
    FILTER_BY("visibilities", FILTER_WORDS, "visibility"),
    FILTER_BY("remote_created_after", FILTER_AFTER, "remote_created_at"),
    FILTER_BY("name_contains", FILTER_CONTAINS_CI, "name"),
    {.name = NULL},
};

static const char *const job_keys[] = {"id",
                                       "remote_id",
                                       "name",
                                       "job_code",
                                       "description",
                                       "confidential",
                                       "weekly_hours",
                                       "employment_type",
                                       "status",
                                       "visibility",
                                       "category",
                                       "department",
                                       "post_url",
                                       "experience_level",
                                       "remote_work_status",
                                       "salary_amount",
                                       "salary_amount_from",
                                       "salary_amount_to",
                                       "salary_currency",
                                       "salary_period",
                                       "location",
                                       "custom_fields",
                                       "remote_url",
                                       "opened_at",
                                       "closed_at",
                                       "remote_created_at",
                                       "remote_updated_at",
                                       "contact_id",
                                       "changed_at",
                                       "remote_deleted_at",
                                       "stages",
                                       "screening_questions",
                                       "job_postings",
                                       "hiring_team",
                                       "integration_fields",
                                       "remote_data",
                                       NULL};

const struct model model_ats_jobs = {
    .number = 16,
    .name = "ats_jobs",
    .label = "Jobs",
    .path = "/ats/jobs",
    .category = WEIR_CATEGORY_ATS,
    .fields = job_fields,
    .joins = job_joins,
    .filters = job_filters,
    .key_order = job_keys,
};
