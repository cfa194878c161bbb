/*
 * The table's places and papers: work locations, legal entities and document categories.
 */
#include "model/table.h"

static const struct model_filter name_filters[] = {
    FILTER_BY("name_contains", FILTER_CONTAINS_CI, "name"),
    {.name = NULL},
};

/* ---- work locations ---- */

static const struct model_field location_fields[] = {
    COL_TEXT("name"), COL_ADDRESS("address"), COL_TEXT("type"), COL_REMOTE_DATA, COL_END,
};

static const char *const location_keys[] = {
    "id", "remote_id", "name", "address", "type", "changed_at", "remote_deleted_at", "remote_data", NULL};

const struct model model_hris_locations = {
    .number = 4,
    .name = "hris_locations",
    .label = "Work locations",
    .path = "/hris/locations",
    .category = WEIR_CATEGORY_HRIS,
    .remote_id_nullable = true,
    .fields = location_fields,
    .joins = model_no_joins,
    .filters = name_filters,
    .key_order = location_keys,
};

/* ---- legal entities ---- */

static const struct model_field legal_entity_fields[] = {
    COL_TEXT("name"),
    COL_ADDRESS("address"),
    COL_REMOTE_DATA,
    COL_END,
};

static const char *const legal_entity_keys[] = {"id",         "remote_id",         "name",        "address",
                                                "changed_at", "remote_deleted_at", "remote_data", NULL};

const struct model model_hris_legal_entities = {
    .number = 5,
    .name = "hris_legal_entities",
    .label = "Legal entities",
    .path = "/hris/legal-entities",
    .category = WEIR_CATEGORY_HRIS,
    .remote_id_nullable = true,
    .fields = legal_entity_fields,
    .joins = model_no_joins,
    .filters = name_filters,
    .key_order = legal_entity_keys,
};

/* ---- employee document categories ---- */

static const struct model_field category_fields[] = {
    COL_TEXT("name"),
    COL_REMOTE_DATA,
    COL_END,
};

static const char *const category_keys[] = {
    "id", "remote_id", "name", "changed_at", "remote_deleted_at", "remote_data", NULL};

const struct model model_hris_employee_document_categories = {
    .number = 10,
    .name = "hris_employee_document_categories",
    .label = "Employee document categories",
    .path = "/hris/employee-document-categories",
    .category = WEIR_CATEGORY_HRIS,
    .remote_id_nullable = true,
    .fields = category_fields,
    .joins = model_no_joins,
    .filters = model_no_filters,
    .key_order = category_keys,
};
