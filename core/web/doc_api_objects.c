/*
 * doc_api_objects: what the application's API takes and answers, records apart.
 */
#include "web/doc.h"

#define COVERAGE "=SUPPORTED|UNSUPPORTED|NOT_IMPLEMENTED|UNKNOWN"
#define SETTING "=ENABLED|DISABLED|OPTIONAL"
#define SETUP_STATUS "=INCOMPLETE|FINAL_SYNC_PENDING|COMPLETED"
#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL, NULL                                                                                     \
    }

static const struct schema_member key_check[] = {
    {"environment_id", "text", "The environment that the key belongs to."},
    {"customer_id", "text", "The same, by its older name."},
    END,
};
static const struct schema_member sync_wish[] = {
    {"~type", "=FULL|DELTA", "FULL when it is left out."},
    END,
};
static const struct schema_member sync_started[] = {
    {"already_queued", "bool", "It was asked for before, and has not ended."},
    {"sync_id", "id", NULL},
    {"type", "=FULL|DELTA", "FULL also where the tool cannot tell what changed."},
    END,
};

/* ---- integrations ---- */

static const struct schema_member integration_tool[] = {
    {"id", "text", "\"personio\""}, {"label", "text", NULL},    {"internal_label", "text?", NULL},
    {"logo_url", "text", NULL},     {"icon_url", "text", NULL}, END,
};
static const struct schema_member end_user[] = {
    {"organization_name", "text", NULL},
    {"creator_email", "text?", NULL},
    {"origin_id", "text?", "Your own id of the customer."},
    END,
};
static const struct schema_member scope_config[] = {
    {"id", "text", NULL},
    {"name", "text?", NULL},
    END,
};
static const struct schema_member read_field[] = {
    {"id", "text", "\"first_name\""},        {"is_available", "bool", NULL},
    {"coverage_status", COVERAGE, NULL},     {"scope_config_setting", SETTING, NULL},
    {"opted_out_by_customer", "bool", NULL}, END,
};
static const struct schema_member read_model[] = {
    {"id", "text", "As in changed_models: \"hris_employees\""},
    {"label", "text", NULL},
    {"is_available", "bool", "The connector delivers it, it is enabled, and the customer did not refuse."},
    {"coverage_status", COVERAGE, NULL},
    {"scope_config_setting", SETTING, NULL},
    {"opted_out_by_customer", "bool", NULL},
    {"fields", "[]#ReadField", NULL},
    END,
};
static const struct schema_member write_field[] = {
    {"id", "text", NULL},
    {"is_available", "bool", NULL},
    {"coverage_status", COVERAGE, NULL},
    END,
};
static const struct schema_member write_action[] = {
    {"id", "text", "\"hris_create_absence\""},
    {"label", "text", NULL},
    {"is_available", "bool", NULL},
    {"coverage_status", COVERAGE, NULL},
    {"scope_config_setting", SETTING, NULL},
    {"opted_out_by_customer", "bool", NULL},
    {"fields", "[]#WriteField", NULL},
    END,
};
static const struct schema_member integration_details[] = {
    {"id", "text", "\"<tool>:<id>\""},
    {"tool", "#IntegrationTool", NULL},
    {"category", "=HRIS|ATS|ASSESSMENT|LMS", NULL},
    {"status", "=ACTIVE|INVALID|INACTIVE",
     "INVALID: the tool refuses the credentials. INACTIVE: it is switched off."},
    {"setup_status", SETUP_STATUS, "Records can be read once it is COMPLETED."},
    {"qa_status", "=PENDING|FAILED|PASSED", "Of the first sync's data."},
    {"end_user", "#EndUser", NULL},
    {"scope_config", "#ScopeConfig", NULL},
    {"data_expired_at", "time?", "Set while the scope was changed and no full sync has followed."},
    {"created_at", "time", NULL},
    {"beta", "bool", NULL},
    {"read_models", "[]#ReadModel", NULL},
    {"write_actions", "[]#WriteAction", NULL},
    END,
};

/* ---- tools ---- */

static const struct schema_member tool_assets[] = {
    {"logo_url", "text", NULL}, {"icon_url", "text", NULL}, {"icon_black_url", "text", NULL}, END};
static const struct schema_member tool_field[] = {
    {"id", "text", NULL}, {"coverage_status", COVERAGE, NULL}, END};
static const struct schema_member tool_model[] = {
    {"id", "text", NULL},
    {"label", "text", NULL},
    {"coverage_status", COVERAGE, NULL},
    {"fields", "[]#ToolField", NULL},
    END,
};
static const struct schema_member tool_feature[] = {
    {"id", "text", NULL}, {"label", "text", NULL}, {"coverage_status", COVERAGE, NULL}, END};
static const struct schema_member tool_coverage[] = {
    {"read_models", "[]#ToolModel", NULL},
    {"write_actions", "[]#ToolModel", NULL},
    {"features", "[]#ToolFeature", NULL},
    END,
};
static const struct schema_member tool[] = {
    {"id", "text", NULL},
    {"label", "text", NULL},
    {"internal_label", "text?", NULL},
    {"assets", "#ToolAssets", NULL},
    {"paid_api_details_markdown", "text?", NULL},
    {"fast_track_details_markdown", "text?", NULL},
    {"partner_only_details_markdown", "text?", NULL},
    {"connection_guide_url", "text?", NULL},
    {"coverage", "#ToolCoverage", NULL},
    END,
};
static const struct schema_member tools[] = {{"tools", "[]#Tool", NULL}, END};

/* ---- fields ---- */

static const struct schema_member integration_field[] = {
    {"id", "text", NULL},          {"key", "text", NULL},
    {"model", "text", NULL},       {"type", "=DEFAULT|CUSTOM", NULL},
    {"label", "text?", NULL},      {"is_passthrough_enabled", "bool", NULL},
    {"is_writable", "bool", NULL}, END,
};
static const struct schema_member mapped_field[] = {
    {"id", "text", NULL},
    {"key", "text", NULL},
    {"type", "=DEFAULT|CUSTOM", NULL},
    {"label", "text?", NULL},
    END,
};
static const struct schema_member custom_field[] = {
    {"id", "text", NULL},
    {"key", "text", NULL},
    {"integration_field", "#MappedField?", NULL},
    {"model", "text", NULL},
    {"label", "text?", NULL},
    {"description", "text?", NULL},
    END,
};

const struct schema_object doc_api_objects[] = {
    {"KeyCheck", key_check, NULL, false},
    {"SyncWish", sync_wish, NULL, false},
    {"SyncStarted", sync_started, NULL, false},
    {"IntegrationDetails", integration_details, NULL, false},
    {"IntegrationTool", integration_tool, NULL, false},
    {"EndUser", end_user, NULL, false},
    {"ScopeConfig", scope_config, NULL, false},
    {"ReadModel", read_model, NULL, false},
    {"ReadField", read_field, NULL, false},
    {"WriteAction", write_action, NULL, false},
    {"WriteField", write_field, NULL, false},
    {"Tools", tools, NULL, false},
    {"Tool", tool, NULL, false},
    {"ToolAssets", tool_assets, NULL, false},
    {"ToolCoverage", tool_coverage, NULL, false},
    {"ToolModel", tool_model, NULL, false},
    {"ToolField", tool_field, NULL, false},
    {"ToolFeature", tool_feature, NULL, false},
    {"IntegrationField", integration_field, NULL, false},
    {"MappedField", mapped_field, NULL, false},
    {"CustomField", custom_field, NULL, false},
    {NULL, NULL, NULL, false},
};
