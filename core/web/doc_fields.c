/*
 * doc_fields: the tool's own fields, and the custom fields that they are mapped to.
 */
#include "web/doc.h"

#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL, NULL                                                                                     \
    }

static const struct schema_member mapping_wish[] = {
    {"integration_field_id", "text?", "null: it is mapped to none any more."}, END};
static const struct schema_member field_wish[] = {
    {"enable_passthrough", "bool?", "Show it in integration_fields; null: leave it as it is."}, END};
static const struct schema_member configured[] = {
    {"id", "text", NULL},
    {"key", "text", NULL},
    {"model", "text", NULL},
    {"label", "text?", NULL},
    {"description", "text?", NULL},
    {"runtime", "bool", "Made while the daemon ran, not in the file."},
    END,
};
static const struct schema_member configured_list[] = {
    {"results", "[]#ConfiguredField", NULL}, {"next", "null", "All of them are there."}, END};
static const struct schema_member configured_wish[] = {
    {"model", "text", "\"hris_employees\""},
    {"key", "text", NULL},
    {"~label", "text?", NULL},
    {"~description", "text?", NULL},
    END,
};

const struct schema_object doc_fields_objects[] = {
    {"MappingWish", mapping_wish, NULL, false},
    {"FieldWish", field_wish, NULL, false},
    {NULL, NULL, NULL, false},
};
const struct schema_object doc_fields_admin_objects[] = {
    {"ConfiguredField", configured, NULL, false},
    {"ConfiguredFields", configured_list, NULL, false},
    {"ConfiguredFieldWish", configured_wish, NULL, false},
    {NULL, NULL, NULL, false},
};

const struct doc doc_fields[] = {
    {.method = "PUT",
     .path = "/v1/integrations/{}/custom-fields/{}",
     .id = "updateCustomFieldMapping",
     .tag = "General",
     .names = {"integration_id", "custom_field_id"},
     .summary = "Map a custom field",
     .body = "#MappingWish",
     .answer = "#CustomField",
     .errors = DOC_E(INTEGRATION_UNKNOWN) | DOC_E(NOT_FOUND)},
    {.method = "PATCH",
     .path = "/v1/integrations/{}/integration-fields/{}",
     .id = "updateIntegrationField",
     .tag = "General",
     .names = {"integration_id", "integration_field_id"},
     .summary = "Change a field of the tool",
     .body = "#FieldWish",
     .answer = "#IntegrationField",
     .errors = DOC_E(INTEGRATION_UNKNOWN) | DOC_E(NOT_FOUND)},
    {.method = NULL},
};
const struct doc doc_fields_admin[] = {
    {.method = "GET",
     .path = "/admin/v1/custom-fields",
     .id = "adminCustomFields",
     .tag = "Custom fields",
     .summary = "The custom fields there are",
     .answer = "#ConfiguredFields"},
    {.method = "POST",
     .path = "/admin/v1/custom-fields",
     .id = "adminCustomFieldCreate",
     .tag = "Custom fields",
     .summary = "Make a custom field",
     .text = "One of this model and key that was made so before gets the new label and description.",
     .body = "#ConfiguredFieldWish",
     .answer = "#ConfiguredField",
     .errors = DOC_E(CONFLICT)},
    {.method = "DELETE",
     .path = "/admin/v1/custom-fields/{}",
     .id = "adminCustomFieldDelete",
     .tag = "Custom fields",
     .names = {"custom_field_id"},
     .summary = "Delete a custom field",
     .errors = DOC_E(NOT_FOUND) | DOC_E(CONFLICT)},
    {.method = NULL},
};
