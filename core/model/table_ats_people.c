/*
 * The table's people of recruiting: candidates and their tags, users and their roles.
 */
#include "model/table.h"

const char *const words_activity[] = {"ACTIVE", "INACTIVE", NULL};
static const char *const words_role_scope[] = {"SYSTEM", "JOB", NULL};
static const char *const words_role_type[] = {"HIRING_MANAGER", "RECRUITER", "COORDINATOR", "SOURCER",
                                              "INTERVIEWER",    "ADMIN",     NULL};

const char *const short_role[] = {"remote_id", "remote_label", "unified_type", "scope", NULL};

/* ---- candidates ---- */

static const struct model_field phone_number_fields[] = {
    PART_TEXT_ESSENTIAL("phone_number"),
    PART_TEXT_MAY("type"),
    COL_END,
};

static const struct model_field email_address_fields[] = {
    {.name = "email_address", .type = FIELD_EMAIL, .nullable = true, .essential = true},
    COL_TEXT("type"),
    COL_END,
};

static const struct model_field social_media_fields[] = {
    PART_TEXT_MAY("link"),
    PART_TEXT_MAY("type"),
    PART_TEXT_MAY("username"),
    COL_END,
};

static const struct model_field candidate_fields[] = {
    COL_TEXT("first_name"),
    COL_TEXT("last_name"),
    COL_TEXT("company"),
    COL_TEXT("title"),
    COL_BOOLEAN("confidential"),
    COL_TEXT("source"),
    COL_LIST_MAY("phone_numbers", phone_number_fields),
    COL_LIST_MAY("email_addresses", email_address_fields),
    COL_LIST_MAY("social_media", social_media_fields),
    COL_ADDRESS("location"),
    COL_FREE("custom_fields"),
    COL_TEXT("remote_url"),
    COL_DATETIME("remote_created_at"),
    COL_DATETIME("remote_updated_at"),
    COL_REFS_HIDDEN("tags", "ats_tags", 1, "ats_join_candidates_tags"),
    COL_INTEGRATION_FIELDS,
    COL_REMOTE_DATA,
    COL_END,
};

static const char *const short_current_stage[] = {"id", "name", "remote_id", "index", NULL};
static const char *const short_tag[] = {"id", "name", "remote_id", NULL};
static const char *const short_application_job[] = {"id", "name", "remote_id", NULL};
static const char *const short_application[] = {
    "id",         "remote_id",  "outcome",           "rejection_reason_name", "rejected_at",
    "remote_url", "changed_at", "remote_created_at", "remote_updated_at",     "current_stage",
    "job",        NULL};

static const struct model_join application_joins[] = {
    {.name = "current_stage",
     .kind = JOIN_ONE,
     .model = "ats_application_stages",
     .via = "current_stage_id",
     .fields = short_current_stage},
    {.name = "job", .kind = JOIN_ONE, .model = "ats_jobs", .via = "job_id", .fields = short_application_job},
    {.name = NULL},
};

static const struct model_join candidate_joins[] = {
    {.name = "applications",
     .kind = JOIN_CHILDREN,
     .model = "ats_applications",
     .via = "candidate_id",
     .fields = short_application,
     .joins = application_joins,
     .touch_membership = true,
     .touch_linked = true},
    {.name = "tags",
     .kind = JOIN_LIST,
     .model = "ats_tags",
     .via = "tags",
     .fields = short_tag,
     .touch_membership = true},
    {.name = NULL},
};

static const struct model_filter candidate_filters[] = {
    {.name = "email", .kind = FILTER_PARTS_CI, .field = "email_addresses", .part = "email_address"},
    {.name = "job_ids", .kind = FILTER_IDS, .field = "job_id", .through = "applications"},
    FILTER_BY("first_name", FILTER_TEXT_CI, "first_name"),
    FILTER_BY("last_name", FILTER_TEXT_CI, "last_name"),
    {.name = NULL},
};

static const char *const candidate_keys[] = {"id",
                                             "remote_id",
                                             "first_name",
                                             "last_name",
                                             "company",
                                             "title",
                                             "confidential",
                                             "source",
                                             "phone_numbers",
                                             "email_addresses",
                                             "social_media",
                                             "location",
                                             "custom_fields",
                                             "remote_url",
                                             "remote_created_at",
                                             "remote_updated_at",
                                             "changed_at",
                                             "remote_deleted_at",
                                             "applications",
                                             "tags",
                                             "integration_fields",
                                             "remote_data",
                                             NULL};

const struct model model_ats_candidates = {
    .number = 14,
    .name = "ats_candidates",
    .label = "Candidates",
    .path = "/ats/candidates",
    .category = WEIR_CATEGORY_ATS,
    .fields = candidate_fields,
    .joins = candidate_joins,
    .filters = candidate_filters,
    .key_order = candidate_keys,
};

/* ---- tags ---- */

static const struct model_field name_fields[] = {COL_TEXT("name"), COL_REMOTE_DATA, COL_END};
static const char *const name_keys[] = {"id",          "remote_id", "name", "changed_at", "remote_deleted_at",
                                        "remote_data", NULL};

const struct model model_ats_tags = {
    .number = 22,
    .name = "ats_tags",
    .label = "Tags",
    .path = "/ats/tags",
    .category = WEIR_CATEGORY_ATS,
    .remote_id_nullable = true,
    .fields = name_fields,
    .joins = model_no_joins,
    .filters = model_no_filters,
    .key_order = name_keys,
};

/* ---- roles ---- */

static const struct model_field role_fields[] = {
    COL_TEXT("remote_label"),
    COL_CLOSED("scope", words_role_scope),
    COL_CLOSED("unified_type", words_role_type),
    COL_REMOTE_DATA,
    COL_END,
};

static const struct model_filter role_filters[] = {
    FILTER_BY("scopes", FILTER_WORDS, "scope"),
    {.name = NULL},
};

static const char *const role_keys[] = {
    "id",         "remote_id",         "remote_label", "scope", "unified_type",
    "changed_at", "remote_deleted_at", "remote_data",  NULL};

const struct model model_ats_roles = {
    .number = 21,
    .name = "ats_roles",
    .label = "Roles",
    .path = "/ats/roles",
    .category = WEIR_CATEGORY_ATS,
    .remote_id_nullable = true,
    .fields = role_fields,
    .joins = model_no_joins,
    .filters = role_filters,
    .key_order = role_keys,
};

/* ---- users ---- */

static const struct model_field user_fields[] = {
    COL_TEXT("first_name"),
    COL_TEXT("last_name"),
    COL_EMAIL("email"),
    COL_CLOSED("status", words_activity),
    COL_REFS_HIDDEN("system_roles", "ats_roles", 1, "ats_join_users_roles"),
    COL_REMOTE_DATA,
    COL_END,
};

/* The newer client takes no other scope here, so it is said whatever the role's own column holds. */
static const struct model_join user_joins[] = {
    {.name = "system_roles",
     .kind = JOIN_LIST,
     .model = "ats_roles",
     .via = "system_roles",
     .fields = short_role,
     .literal_key = "scope",
     .literal = "SYSTEM",
     .touch_membership = true,
     .touch_linked = true},
    {.name = NULL},
};

static const struct model_filter user_filters[] = {
    FILTER_BY("emails", FILTER_TEXTS_CI, "email"),
    {.name = NULL},
};

static const char *const user_keys[] = {"id",           "remote_id",   "first_name", "last_name",
                                        "email",        "status",      "changed_at", "remote_deleted_at",
                                        "system_roles", "remote_data", NULL};

const struct model model_ats_users = {
    .number = 20,
    .name = "ats_users",
    .label = "Users",
    .path = "/ats/users",
    .category = WEIR_CATEGORY_ATS,
    .remote_id_nullable = true,
    .fields = user_fields,
    .joins = user_joins,
    .filters = user_filters,
    .key_order = user_keys,
};
