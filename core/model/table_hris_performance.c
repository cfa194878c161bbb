/*
 * The table's reviews: performance review cycles and performance reviews.
 */
#include "model/table.h"

/* ---- cycles ---- */

static const struct model_field cycle_fields[] = {
    COL_TEXT("name"),
    COL_DATETIME("review_period_start_date"),
    COL_REMOTE_DATA,
    COL_END,
};

/* Embedded whole, by reviews. */
static const char *const cycle_keys[] = {
    "id", "remote_id", "name", "review_period_start_date", "changed_at", "remote_deleted_at", NULL};
static const char *const performance_review_cycles_list_keys[] = {
    "id",         "remote_id",         "name",        "review_period_start_date",
    "changed_at", "remote_deleted_at", "remote_data", NULL};

const struct model model_hris_performance_review_cycles = {
    .number = 11,
    .name = "hris_performance_review_cycles",
    .label = "Performance review cycles",
    .path = "/hris/performance-review-cycles",
    .category = WEIR_CATEGORY_HRIS,
    .fields = cycle_fields,
    .joins = model_no_joins,
    .filters = model_no_filters,
    .key_order = performance_review_cycles_list_keys,
};

/* ---- reviews ---- */

static const char *const words_review_type[] = {"MANAGER", "DIRECT_REPORT", "PEER", "SELF", NULL};

/* The answer names the three only by their embedded forms, so the references themselves are hidden. */
static const struct model_field review_fields[] = {
    COL_CLOSED("type", words_review_type),
    COL_TEXT("summary_comment"),
    COL_FREE_MAY("summary_rating"),
    COL_REF_HIDDEN_REQUIRED("reviewee_id", "hris_employees", 1),
    COL_REF_HIDDEN("reviewer_id", "hris_employees", 2),
    COL_REF_HIDDEN("review_cycle_id", "hris_performance_review_cycles", 3),
    COL_REMOTE_DATA,
    COL_END,
};

static const char *const short_reviewer[] = {
    "id",         "remote_id",         "first_name", "last_name", "display_full_name",
    "work_email", "remote_deleted_at", NULL};

static const struct model_join review_joins[] = {
    {.name = "reviewee",
     .kind = JOIN_ONE,
     .model = "hris_employees",
     .via = "reviewee_id",
     .fields = short_reviewer,
     .not_null = true,
     .touch_linked = true},
    {.name = "reviewer",
     .kind = JOIN_ONE,
     .model = "hris_employees",
     .via = "reviewer_id",
     .fields = short_reviewer,
     .touch_linked = true},
    {.name = "review_cycle",
     .kind = JOIN_ONE,
     .model = "hris_performance_review_cycles",
     .via = "review_cycle_id",
     .fields = cycle_keys,
     .touch_linked = true},
    {.name = NULL},
};

static const struct model_filter review_filters[] = {
    FILTER_BY("types", FILTER_WORDS, "type"),
    FILTER_BY("review_cycle_ids", FILTER_IDS, "review_cycle_id"),
    FILTER_BY("reviewee_ids", FILTER_IDS, "reviewee_id"),
    {.name = NULL},
};

static const char *const review_keys[] = {"id",
                                          "remote_id",
                                          "type",
                                          "summary_comment",
                                          "summary_rating",
                                          "changed_at",
                                          "remote_deleted_at",
                                          "reviewee",
                                          "reviewer",
                                          "review_cycle",
                                          "remote_data",
                                          NULL};

const struct model model_hris_performance_reviews = {
    .number = 12,
    .name = "hris_performance_reviews",
    .label = "Performance reviews",
    .path = "/hris/performance-reviews",
    .category = WEIR_CATEGORY_HRIS,
    .fields = review_fields,
    .joins = review_joins,
    .filters = review_filters,
    .key_order = review_keys,
};
