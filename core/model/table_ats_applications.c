/*
 * The table's applications, and what happens to them: stages, interviews, offers and rejections.
 */
#include "model/table.h"

/* ---- answers to screening questions ---- */

static const struct model_field question_fields[] = {
    COL_TEXT("remote_id"),
    {.name = "title", .type = FIELD_STRING, .must = true},
    {.name = "type", .type = FIELD_KIND, .must = true},
    COL_END,
};

/* The client tells the answer's form by the question's type, and refuses the page when they do not fit. An
 * answer to nothing is left out. */
#define ANSWER(name, ...)                                                                                    \
    static const struct model_field name##_parts[] = {__VA_ARGS__, COL_END};                                 \
    static const struct model_field name##_fields[] = {                                                      \
        PART_OBJECT_ESSENTIAL("answer", name##_parts),                                                       \
        PART_OBJECT_ESSENTIAL("question", question_fields),                                                  \
        COL_END,                                                                                             \
    }

ANSWER(text_answer, COL_TEXT("content"));
ANSWER(choice_answer, COL_TEXT("choice"));
ANSWER(choices_answer, {.name = "choices", .type = FIELD_TEXTS});
ANSWER(boolean_answer, COL_BOOLEAN("checked"));
ANSWER(number_answer, COL_NUMBER("number"));
ANSWER(date_answer, COL_DATETIME("date"));
ANSWER(unknown_answer, {.name = "raw", .type = FIELD_ANY, .nullable = true, .must = true});

static const struct model_variant answer_variants[] = {
    {"TEXT", text_answer_fields},
    {"SINGLE_SELECT", choice_answer_fields},
    {"MULTI_SELECT", choices_answer_fields},
    {"BOOLEAN", boolean_answer_fields},
    {"NUMBER", number_answer_fields},
    {"DATE", date_answer_fields},
    {"UNKNOWN", unknown_answer_fields},
    {NULL, NULL},
};

/* ---- applications ---- */

static const char *const words_outcome[] = {"PENDING", "HIRED", "DECLINED", NULL};

static const struct model_field application_fields[] = {
    COL_CLOSED("outcome", words_outcome),
    COL_TEXT("rejection_reason_name"),
    COL_DATETIME("rejected_at"),
    COL_REF("current_stage_id", "ats_application_stages", 1),
    COL_REF("job_id", "ats_jobs", 2),
    COL_REF("candidate_id", "ats_candidates", 3),
    {.name = "screening_question_answers",
     .type = FIELD_LIST,
     .nullable = true,
     .variants = answer_variants,
     .kind_path = "question.type"},
    COL_FREE("custom_fields"),
    COL_TEXT("remote_url"),
    COL_DATETIME("remote_created_at"),
    COL_DATETIME("remote_updated_at"),
    COL_INTEGRATION_FIELDS,
    COL_REMOTE_DATA,
    COL_END,
};

static const char *const short_job[] = {"id", "remote_id", "name", NULL};
static const char *const short_candidate[] = {
    "id",     "remote_id",  "first_name", "last_name", "email_addresses", "phone_numbers", "social_media",
    "source", "remote_url", "tags",       NULL};
const char *const short_stage[] = {"id", "remote_id", "name", "status", "custom_fields", "index", NULL};
static const char *const short_interview[] = {"id",        "remote_id", "title",    "starting_at",
                                              "ending_at", "location",  "canceled", NULL};
static const char *const short_tag[] = {"id", "remote_id", "name", NULL};
static const char *const short_offer[] = {"id", "remote_id", "status", NULL};

static const struct model_join short_candidate_joins[] = {
    {.name = "tags", .kind = JOIN_LIST, .model = "ats_tags", .via = "tags", .fields = short_tag},
    {.name = NULL},
};

static const struct model_join application_joins[] = {
    {.name = "candidate",
     .kind = JOIN_ONE,
     .model = "ats_candidates",
     .via = "candidate_id",
     .fields = short_candidate,
     .joins = short_candidate_joins,
     .touch_linked = true},
    {.name = "current_stage",
     .kind = JOIN_ONE,
     .model = "ats_application_stages",
     .via = "current_stage_id",
     .fields = short_stage,
     .touch_linked = true},
    {.name = "job", .kind = JOIN_ONE, .model = "ats_jobs", .via = "job_id", .fields = short_job},
    {.name = "interviews",
     .kind = JOIN_CHILDREN,
     .model = "ats_interviews",
     .via = "application_id",
     .fields = short_interview,
     .touch_membership = true,
     .touch_linked = true},
    {.name = "offers",
     .kind = JOIN_CHILDREN,
     .model = "ats_offers",
     .via = "application_id",
     .fields = short_offer,
     .touch_membership = true,
     .touch_linked = true},
    {.name = NULL},
};

static const struct model_filter application_filters[] = {
    FILTER_BY("outcomes", FILTER_WORDS, "outcome"),
    FILTER_BY("job_ids", FILTER_IDS, "job_id"),
    FILTER_BY("job_remote_ids", FILTER_REMOTE_IDS, "job_id"),
    FILTER_BY("current_stage_ids", FILTER_IDS, "current_stage_id"),
    FILTER_BY("remote_created_after", FILTER_AFTER, "remote_created_at"),
    {.name = NULL},
};

static const char *const application_keys[] = {"id",
                                               "remote_id",
                                               "outcome",
                                               "rejection_reason_name",
                                               "rejected_at",
                                               "current_stage_id",
                                               "job_id",
                                               "candidate_id",
                                               "screening_question_answers",
                                               "custom_fields",
                                               "remote_url",
                                               "changed_at",
                                               "remote_deleted_at",
                                               "remote_created_at",
                                               "remote_updated_at",
                                               "candidate",
                                               "current_stage",
                                               "job",
                                               "interviews",
                                               "offers",
                                               "integration_fields",
                                               "remote_data",
                                               NULL};

const struct model model_ats_applications = {
    .number = 15,
    .name = "ats_applications",
    .label = "Applications",
    .path = "/ats/applications",
    .category = WEIR_CATEGORY_ATS,
    .remote_id_nullable = true,
    .fields = application_fields,
    .joins = application_joins,
    .filters = application_filters,
    .key_order = application_keys,
};

/* ---- stages ---- */

/* The place among the stages is shown only where a stage is embedded. */
static const struct model_field stage_fields[] = {
    COL_TEXT("name"),
    COL_CLOSED("status", words_activity),
    COL_FREE("custom_fields"),
    {.name = "index", .type = FIELD_INTEGER, .nullable = true, .must = true, .hidden = true},
    COL_REMOTE_DATA,
    COL_END,
};

static const char *const stage_keys[] = {
    "id",         "remote_id",         "name",        "status", "custom_fields",
    "changed_at", "remote_deleted_at", "remote_data", NULL};

const struct model model_ats_application_stages = {
    .number = 17,
    .name = "ats_application_stages",
    .label = "Application stages",
    .path = "/ats/application-stages",
    .category = WEIR_CATEGORY_ATS,
    .remote_id_nullable = true,
    .fields = stage_fields,
    .joins = model_no_joins,
    .filters = model_no_filters,
    .key_order = stage_keys,
};

/* ---- the application inside offers and interviews ---- */

static const char *const short_applicant[] = {"id",        "remote_id",       "first_name",
                                              "last_name", "email_addresses", NULL};

static const struct model_join short_application_joins[] = {
    {.name = "candidate",
     .kind = JOIN_ONE,
     .model = "ats_candidates",
     .via = "candidate_id",
     .fields = short_applicant},
    {.name = "job", .kind = JOIN_ONE, .model = "ats_jobs", .via = "job_id", .fields = short_job},
    {.name = NULL},
};

/* ---- offers ---- */

static const char *const words_offer_status[] = {"ACCEPTED", "DECLINED",  "SENT", "APPROVED",
                                                 "DRAFT",    "ABANDONED", NULL};

static const struct model_field offer_fields[] = {
    COL_CLOSED("status", words_offer_status),
    COL_DATETIME("employment_start_date"),
    COL_REF("application_id", "ats_applications", 1),
    COL_FREE("custom_fields"),
    COL_DATETIME("remote_created_at"),
    COL_DATETIME("remote_updated_at"),
    COL_REMOTE_DATA,
    COL_END,
};

static const char *const short_offer_application[] = {"candidate", "job", NULL};

static const struct model_join offer_joins[] = {
    {.name = "application",
     .kind = JOIN_ONE,
     .model = "ats_applications",
     .via = "application_id",
     .fields = short_offer_application,
     .joins = short_application_joins,
     .touch_linked = true},
    {.name = NULL},
};

static const char *const offer_keys[] = {"id",
                                         "remote_id",
                                         "status",
                                         "employment_start_date",
                                         "application_id",
                                         "custom_fields",
                                         "changed_at",
                                         "remote_deleted_at",
                                         "remote_created_at",
                                         "remote_updated_at",
                                         "application",
                                         "remote_data",
                                         NULL};

const struct model model_ats_offers = {
    .number = 18,
    .name = "ats_offers",
    .label = "Offers",
    .path = "/ats/offers",
    .category = WEIR_CATEGORY_ATS,
    .remote_id_nullable = true,
    .fields = offer_fields,
    .joins = offer_joins,
    .filters = model_no_filters,
    .key_order = offer_keys,
};

/* ---- interviews ---- */

static const struct model_field interview_fields[] = {
    COL_TEXT("title"),
    COL_DATETIME("starting_at"),
    COL_DATETIME("ending_at"),
    COL_ADDRESS("location"),
    COL_TEXT("video_conferencing_url"),
    COL_REF("application_id", "ats_applications", 1),
    COL_REF("stage_id", "ats_application_stages", 2),
    COL_BOOLEAN("canceled"),
    COL_DATETIME("remote_created_at"),
    COL_DATETIME("remote_updated_at"),
    COL_REFS_HIDDEN("users", "ats_users", 3, "ats_join_interviews_users"),
    COL_REMOTE_DATA,
    COL_END,
};

static const char *const short_user[] = {"id", "remote_id", "first_name", "last_name", "email", NULL};
static const char *const short_interview_application[] = {
    "id", "remote_id", "outcome", "rejection_reason_name", "candidate", "job", NULL};

static const struct model_join interview_joins[] = {
    {.name = "users",
     .kind = JOIN_LIST,
     .model = "ats_users",
     .via = "users",
     .fields = short_user,
     .touch_membership = true},
    {.name = "application",
     .kind = JOIN_ONE,
     .model = "ats_applications",
     .via = "application_id",
     .fields = short_interview_application,
     .joins = short_application_joins,
     .touch_linked = true},
    {.name = NULL},
};

static const struct model_filter interview_filters[] = {
    {.name = "job_ids", .kind = FILTER_IDS, .field = "job_id", .through = "application"},
    {.name = NULL},
};

static const char *const interview_keys[] = {"id",
                                             "remote_id",
                                             "title",
                                             "starting_at",
                                             "ending_at",
                                             "location",
                                             "video_conferencing_url",
                                             "application_id",
                                             "stage_id",
                                             "canceled",
                                             "remote_created_at",
                                             "remote_updated_at",
                                             "changed_at",
                                             "remote_deleted_at",
                                             "users",
                                             "application",
                                             "remote_data",
                                             NULL};

const struct model model_ats_interviews = {
    .number = 19,
    .name = "ats_interviews",
    .label = "Interviews",
    .path = "/ats/interviews",
    .category = WEIR_CATEGORY_ATS,
    .remote_id_nullable = true,
    .fields = interview_fields,
    .joins = interview_joins,
    .filters = interview_filters,
    .key_order = interview_keys,
};

/* ---- rejection reasons ---- */

static const struct model_field reason_fields[] = {COL_TEXT("name"), COL_REMOTE_DATA, COL_END};
static const char *const reason_keys[] = {
    "id", "remote_id", "name", "changed_at", "remote_deleted_at", "remote_data", NULL};

const struct model model_ats_rejection_reasons = {
    .number = 23,
    .name = "ats_rejection_reasons",
    .label = "Rejection reasons",
    .path = "/ats/rejection-reasons",
    .category = WEIR_CATEGORY_ATS,
    .fields = reason_fields,
    .joins = model_no_joins,
    .filters = model_no_filters,
    .key_order = reason_keys,
};
