/*
 * The table's people: employees, their contracts, and the groups they belong to.
 */
#include "model/table.h"

const char *const words_employment_type[] = {"FULL_TIME",      "PART_TIME", "CONTRACT",
                                             "INTERNSHIP",     "FREELANCE", "WORKING_STUDENT",
                                             "APPRENTICESHIP", "TRAINING",  NULL};
const char *const words_group_type[] = {"DEPARTMENT", "TEAM", "COST_CENTER", NULL};

const char *const short_group[] = {"id", "remote_id", "name", "type", NULL};

/* ---- employees ---- */

static const char *const words_gender[] = {"MALE", "FEMALE", "NON_BINARY", "NOT_SPECIFIED", NULL};
static const char *const words_ethnicity[] = {"WHITE",
                                              "ASIAN",
                                              "HISPANIC_LATINO",
                                              "HAWAIIAN",
                                              "NATIVE_AMERICAN",
                                              "BLACK_AFRICAN_AMERICAN",
                                              "MULTIPLE_ETHNICITIES",
                                              "DECLINE_TO_SPECIFY",
                                              NULL};
static const char *const words_marital_status[] = {"SINGLE",   "MARRIED",   "DOMESTIC_PARTNERSHIP", "WIDOWED",
                                                   "DIVORCED", "SEPARATED", "NOT_MARRIED",          NULL};
static const char *const words_employment_status[] = {"ACTIVE", "PENDING", "INACTIVE", "LEAVE", NULL};
static const char *const words_bank_routing[] = {"GB_SORT_CODE",
                                                 "DE_BANKLEITZAHL",
                                                 "US_ABA_ROUTING_TRANSIT_NUMBER",
                                                 "CA_ROUTING_NUMBER",
                                                 "AU_BSB_CODE",
                                                 "FR_RIB",
                                                 NULL};

static const struct model_field bank_routing_fields[] = {
    COL_TEXT_REQUIRED("number"),
    COL_CLOSED("type", words_bank_routing),
    COL_END,
};

/* "may" all of them, unlike a column of the same kind: an account is whatever the tool knows of it. */
static const struct model_field bank_account_fields[] = {
    {.name = "iban", .type = FIELD_STRING, .nullable = true},
    {.name = "bic", .type = FIELD_STRING, .nullable = true},
    {.name = "account_number", .type = FIELD_STRING, .nullable = true},
    {.name = "holder_name", .type = FIELD_STRING, .nullable = true},
    {.name = "bank_name", .type = FIELD_STRING, .nullable = true},
    COL_OBJECT_MAY("domestic_bank_routing", bank_routing_fields),
    COL_END,
};

static const struct model_field employee_fields[] = {
    COL_TEXT("employee_number"),
    COL_TEXT("first_name"),
    COL_TEXT("last_name"),
    COL_TEXT("nationality"),
    COL_TEXT("display_full_name"),
    COL_TEXT("job_title"),
    COL_EMAIL("work_email"),
    COL_EMAIL("personal_email"),
    COL_TEXT("mobile_phone_number"),
    COL_TEXT("ssn"),
    COL_TEXT("tax_id"),
    COL_OPEN("gender", words_gender),
    COL_OPEN("ethnicity", words_ethnicity),
    COL_OPEN("marital_status", words_marital_status),
    COL_OPEN("employment_status", words_employment_status),
    COL_OPEN("employment_type", words_employment_type),
    COL_NUMBER("weekly_hours"),
    COL_TEXT("avatar"),
    COL_REF("work_location_id", "hris_locations", 1),
    COL_REF("legal_entity_id", "hris_legal_entities", 2),
    COL_REF("manager_id", "hris_employees", 3),
    COL_ADDRESS("home_address"),
    COL_LIST_MAY("bank_accounts", bank_account_fields),
    COL_DATETIME("date_of_birth"),
    COL_DATETIME("start_date"),
    COL_DATETIME("termination_date"),
    COL_DATETIME("remote_created_at"),
    COL_FREE("custom_fields"),
    COL_REFS_HIDDEN("groups", "hris_teams", 4, "hris_join_employees_teams"),
    COL_INTEGRATION_FIELDS,
    COL_REMOTE_DATA,
    COL_END,
};

static const char *const short_employment[] = {"id",
                                               "remote_id",
                                               "employee_id",
                                               "job_title",
                                               "pay_rate",
                                               "pay_period",
                                               "pay_frequency",
                                               "employment_type",
                                               "pay_currency",
                                               "effective_date",
                                               "changed_at",
                                               "remote_deleted_at",
                                               "custom_fields",
                                               NULL};
static const char *const employments_list_keys[] = {
    "id",         "remote_id",         "employee_id",     "job_title",          "pay_rate",
    "pay_period", "pay_frequency",     "employment_type", "pay_currency",       "effective_date",
    "changed_at", "remote_deleted_at", "custom_fields",   "integration_fields", "remote_data",
    NULL};
static const char *const short_balance[] = {"id",      "remote_id",    "employee_id", "type_id",
                                            "balance", "balance_unit", "changed_at",  "remote_deleted_at",
                                            "used",    "used_unit",    NULL};
static const char *const short_manager[] = {
    "first_name", "last_name",         "display_full_name", "id", "employee_number", "work_email",
    "remote_id",  "employment_status", "termination_date",  NULL};
static const char *const short_legal_entity[] = {"id", "remote_id", "name", "address", NULL};
static const char *const short_location[] = {"id",         "remote_id",         "name", "address", "type",
                                             "changed_at", "remote_deleted_at", NULL};

static const struct model_join employee_joins[] = {
    {.name = "employments",
     .kind = JOIN_CHILDREN,
     .model = "hris_employments",
     .via = "employee_id",
     .fields = short_employment,
     .touch_membership = true,
     .touch_linked = true},
    {.name = "time_off_balances",
     .kind = JOIN_CHILDREN,
     .model = "hris_time_off_balances",
     .via = "employee_id",
     .fields = short_balance,
     .touch_membership = true,
     .touch_linked = true},
    {.name = "manager",
     .kind = JOIN_ONE,
     .model = "hris_employees",
     .via = "manager_id",
     .fields = short_manager,
     .touch_linked = true},
    {.name = "groups",
     .kind = JOIN_LIST,
     .model = "hris_teams",
     .via = "groups",
     .fields = short_group,
     .touch_membership = true},
    {.name = "legal_entity",
     .kind = JOIN_ONE,
     .model = "hris_legal_entities",
     .via = "legal_entity_id",
     .fields = short_legal_entity,
     .touch_linked = true},
    {.name = "work_location",
     .kind = JOIN_ONE,
     .model = "hris_locations",
     .via = "work_location_id",
     .fields = short_location,
     .touch_linked = true},
    /* The older name of the groups. */
    {.name = "teams", .kind = JOIN_LIST, .model = "hris_teams", .via = "groups", .fields = short_group},
    {.name = NULL},
};

static const struct model_filter employee_filters[] = {
    FILTER_BY("employment_statuses", FILTER_WORDS, "employment_status"),
    FILTER_BY("group_ids", FILTER_IDS, "groups"),
    FILTER_BY("legal_entity_ids", FILTER_IDS, "legal_entity_id"),
    FILTER_BY("work_location_ids", FILTER_IDS, "work_location_id"),
    FILTER_BY("work_emails", FILTER_TEXTS_CI, "work_email"),
    FILTER_BY("personal_emails", FILTER_TEXTS_CI, "personal_email"),
    FILTER_BY("custom_fields", FILTER_CUSTOM_FIELD, "custom_fields"),
    {.name = NULL},
};

static const char *const employee_keys[] = {"id",
                                            "remote_id",
                                            "employee_number",
                                            "first_name",
                                            "last_name",
                                            "nationality",
                                            "display_full_name",
                                            "job_title",
                                            "work_email",
                                            "personal_email",
                                            "mobile_phone_number",
                                            "ssn",
                                            "tax_id",
                                            "gender",
                                            "ethnicity",
                                            "marital_status",
                                            "employment_status",
                                            "employment_type",
                                            "weekly_hours",
                                            "avatar",
                                            "work_location_id",
                                            "legal_entity_id",
                                            "manager_id",
                                            "home_address",
                                            "bank_accounts",
                                            "date_of_birth",
                                            "start_date",
                                            "termination_date",
                                            "remote_created_at",
                                            "changed_at",
                                            "remote_deleted_at",
                                            "custom_fields",
                                            "employments",
                                            "time_off_balances",
                                            "manager",
                                            "groups",
                                            "legal_entity",
                                            "work_location",
                                            "teams",
                                            "integration_fields",
                                            "remote_data",
                                            NULL};

const struct model model_hris_employees = {
    .number = 1,
    .name = "hris_employees",
    .label = "Employees",
    .path = "/hris/employees",
    .category = WEIR_CATEGORY_HRIS,
    .fields = employee_fields,
    .joins = employee_joins,
    .filters = employee_filters,
    .key_order = employee_keys,
};

/* ---- groups ---- */

static const struct model_field team_fields[] = {
    COL_TEXT("name"),
    COL_CLOSED("type", words_group_type),
    COL_REF("parent_id", "hris_teams", 1),
    COL_REMOTE_DATA,
    COL_END,
};

static const struct model_filter team_filters[] = {
    FILTER_BY("types", FILTER_WORDS, "type"),
    FILTER_BY("name_contains", FILTER_CONTAINS_CI, "name"),
    {.name = NULL},
};

static const char *const team_keys[] = {"id",   "remote_id", "name",        "changed_at", "remote_deleted_at",
                                        "type", "parent_id", "remote_data", NULL};

const struct model model_hris_teams = {
    .number = 2,
    .name = "hris_teams",
    .label = "Groups",
    .path = "/hris/groups",
    .alias_path = "/hris/teams",
    .category = WEIR_CATEGORY_HRIS,
    .fields = team_fields,
    .joins = model_no_joins,
    .filters = team_filters,
    .key_order = team_keys,
};

/* ---- employments ---- */

static const char *const words_pay_period[] = {"HOUR",       "DAY",   "WEEK",       "TWO_WEEKS",
                                               "HALF_MONTH", "MONTH", "TWO_MONTHS", "QUARTER",
                                               "HALF_YEAR",  "YEAR",  NULL};
static const char *const words_pay_frequency[] = {"DAILY",       "WEEKLY",    "BIWEEKLY",     "MONTHLY",
                                                  "SEMIMONTHLY", "QUARTERLY", "SEMIANNUALLY", "ANNUALLY",
                                                  "PRO_RATA",    NULL};

static const struct model_field employment_fields[] = {
    COL_REF_REQUIRED("employee_id", "hris_employees", 1),
    COL_TEXT("job_title"),
    COL_NUMBER("pay_rate"),
    COL_OPEN("pay_period", words_pay_period),
    COL_OPEN("pay_frequency", words_pay_frequency),
    COL_OPEN("employment_type", words_employment_type),
    COL_TEXT("pay_currency"),
    COL_DATETIME("effective_date"),
    COL_FREE("custom_fields"),
    COL_INTEGRATION_FIELDS,
    COL_REMOTE_DATA,
    COL_END,
};

/* The same keys in the same order as inside an employee. */
const struct model model_hris_employments = {
    .number = 3,
    .name = "hris_employments",
    .label = "Employments",
    .path = "/hris/employments",
    .category = WEIR_CATEGORY_HRIS,
    .remote_id_nullable = true,
    .fields = employment_fields,
    .joins = model_no_joins,
    .filters = model_no_filters,
    .key_order = employments_list_keys,
};
