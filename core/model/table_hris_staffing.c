/*
 * The table's staffing entities: jobs, positions and requisitions of an HRIS.
 */
#include "model/table.h"

static const char *const words_model_type[] = {"JOB", "POSITION", "REQUISITION", NULL};
static const char *const words_status[] = {"OPEN_LIMITED", "OPEN_UNLIMITED", "PENDING", "FROZEN",
                                           "FILLED",       "CLOSED",         NULL};

static const struct model_field employment_type_fields[] = {
    COL_TEXT_REQUIRED("remote_label"),
    COL_CLOSED("unified_type", words_employment_type),
    COL_END,
};

/* Skills have no model of their own: the older client knows no name for them in changed_models. */
static const struct model_field skill_fields[] = {
    COL_TEXT_REQUIRED("id"),
    COL_TEXT_REQUIRED("remote_id"),
    COL_TEXT("name"),
    COL_FREE("proficiency_scale"),
    COL_END,
};

static const struct model_field skill_entry_fields[] = {
    COL_TEXT_REQUIRED("skill_id"),
    COL_OBJECT_REQUIRED("skill", skill_fields),
    COL_FREE_MAY("expected_proficiency"),
    COL_END,
};

static const struct model_field staffing_fields[] = {
    COL_TEXT("name"),
    COL_CLOSED("model_type", words_model_type),
    COL_TEXT("description"),
    COL_CLOSED("status", words_status),
    COL_LIST("employment_types", employment_type_fields),
    COL_NUMBER("number_of_openings"),
    COL_REF("parent_id", "hris_staffing_entities", 1),
    COL_TEXT("remote_url"),
    COL_DATETIME("remote_created_at"),
    COL_DATETIME("remote_updated_at"),
    COL_FREE("custom_fields"),
    COL_REFS_HIDDEN("locations", "hris_locations", 2, "hris_join_staffing_entities_locations"),
    COL_REFS_HIDDEN("legal_entities", "hris_legal_entities", 3, "hris_join_staffing_entities_legal_entities"),
    COL_REFS_HIDDEN("groups", "hris_teams", 4, "hris_join_staffing_entities_groups"),
    COL_LIST_REQUIRED("skills", skill_entry_fields),
    COL_REMOTE_DATA,
    COL_END,
};

static const char *const short_location[] = {"id", "remote_id", "name", "type", NULL};
static const char *const short_legal_entity[] = {"id", "remote_id", "name", NULL};

static const struct model_join staffing_joins[] = {
    {.name = "locations",
     .kind = JOIN_LIST,
     .model = "hris_locations",
     .via = "locations",
     .fields = short_location,
     .touch_membership = true,
     .touch_linked = true},
    {.name = "legal_entities",
     .kind = JOIN_LIST,
     .model = "hris_legal_entities",
     .via = "legal_entities",
     .fields = short_legal_entity,
     .touch_membership = true,
     .touch_linked = true},
    {.name = "groups",
     .kind = JOIN_LIST,
     .model = "hris_teams",
     .via = "groups",
     .fields = short_group,
     .touch_membership = true,
     .touch_linked = true},
    {.name = NULL},
};

static const struct model_filter staffing_filters[] = {
    FILTER_BY("model_types", FILTER_WORDS, "model_type"),
    FILTER_BY("statuses", FILTER_WORDS, "status"),
    {.name = NULL},
};

static const char *const staffing_keys[] = {"id",
                                            "remote_id",
                                            "name",
                                            "model_type",
                                            "description",
                                            "status",
                                            "employment_types",
                                            "number_of_openings",
                                            "parent_id",
                                            "remote_url",
                                            "remote_created_at",
                                            "remote_updated_at",
                                            "changed_at",
                                            "remote_deleted_at",
                                            "custom_fields",
                                            "locations",
                                            "legal_entities",
                                            "groups",
                                            "skills",
                                            "remote_data",
                                            NULL};

const struct model model_hris_staffing_entities = {
    .number = 13,
    .name = "hris_staffing_entities",
    .label = "Staffing entities",
    .path = "/hris/staffing-entities",
    .category = WEIR_CATEGORY_HRIS,
    .fields = staffing_fields,
    .joins = staffing_joins,
    .filters = staffing_filters,
    .key_order = staffing_keys,
};
