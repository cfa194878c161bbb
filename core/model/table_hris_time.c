/*
 * The table's time: absence types, absences, time off balances and timesheets.
 */
#include "model/table.h"

static const char *const words_unit[] = {"HOURS", "DAYS", NULL};

/* ---- absence types ---- */

static const struct model_field absence_type_fields[] = {
    COL_TEXT("name"),
    COL_CLOSED("unit", words_unit),
    COL_BOOLEAN("half_days_supported"),
    COL_BOOLEAN("exact_times_supported"),
    COL_REMOTE_DATA,
    COL_END,
};

/* Embedded whole, by absences and balances. */
static const char *const absence_type_keys[] = {"id",         "remote_id",           "name",
                                                "unit",       "half_days_supported", "exact_times_supported",
                                                "changed_at", "remote_deleted_at",   NULL};
static const char *const absence_types_list_keys[] = {
    "id",         "remote_id",         "name",        "unit", "half_days_supported", "exact_times_supported",
    "changed_at", "remote_deleted_at", "remote_data", NULL};

const struct model model_hris_absence_types = {
    .number = 6,
    .name = "hris_absence_types",
    .label = "Absence types",
    .path = "/hris/absence-types",
    .category = WEIR_CATEGORY_HRIS,
    .fields = absence_type_fields,
    .joins = model_no_joins,
    .filters = model_no_filters,
    .key_order = absence_types_list_keys,
};

/* ---- absences ---- */

static const char *const words_absence_status[] = {"REQUESTED", "APPROVED", "DECLINED",
                                                   "CANCELLED", "DELETED",  NULL};

static const struct model_field absence_fields[] = {
    COL_REF_REQUIRED("employee_id", "hris_employees", 1),
    COL_DATE("start_date"),
    COL_DATE("end_date"),
    COL_BOOLEAN("start_half_day"),
    COL_BOOLEAN("end_half_day"),
    COL_TIME("start_time"),
    COL_TIME("end_time"),
    COL_NUMBER("amount"),
    COL_CLOSED("unit", words_unit),
    COL_OPEN("status", words_absence_status),
    COL_TEXT("employee_note"),
    COL_REF("type_id", "hris_absence_types", 2),
    COL_REF("approver_id", "hris_employees", 3),
    COL_DATETIME("remote_created_at"),
    COL_DATETIME("remote_updated_at"),
    COL_REMOTE_DATA,
    COL_END,
};

static const struct model_join absence_joins[] = {
    {.name = "type",
     .kind = JOIN_ONE,
     .model = "hris_absence_types",
     .via = "type_id",
     .fields = absence_type_keys,
     .touch_linked = true},
    {.name = NULL},
};

static const struct model_filter absence_filters[] = {
    FILTER_BY("date_from", FILTER_DATE_FROM, "end_date"),
    FILTER_BY("date_until", FILTER_DATE_UNTIL, "start_date"),
    FILTER_BY("type_ids", FILTER_IDS, "type_id"),
    FILTER_BY("employee_id", FILTER_ID, "employee_id"),
    {.name = NULL},
};

static const char *const absence_keys[] = {"id",
                                           "remote_id",
                                           "employee_id",
                                           "start_date",
                                           "end_date",
                                           "start_half_day",
                                           "end_half_day",
                                           "start_time",
                                           "end_time",
                                           "amount",
                                           "unit",
                                           "status",
                                           "employee_note",
                                           "type_id",
                                           "approver_id",
                                           "remote_created_at",
                                           "remote_updated_at",
                                           "changed_at",
                                           "remote_deleted_at",
                                           "type",
                                           "remote_data",
                                           NULL};

const struct model model_hris_absences = {
    .number = 7,
    .name = "hris_absences",
    .label = "Absences",
    .path = "/hris/absences",
    .category = WEIR_CATEGORY_HRIS,
    .remote_id_nullable = true,
    .fields = absence_fields,
    .joins = absence_joins,
    .filters = absence_filters,
    .key_order = absence_keys,
};

/* ---- time off balances ---- */

static const struct model_field balance_fields[] = {
    COL_REF_REQUIRED("employee_id", "hris_employees", 1),
    COL_REF_REQUIRED("type_id", "hris_absence_types", 2),
    COL_NUMBER("balance"),
    COL_CLOSED("balance_unit", words_unit),
    COL_NUMBER("used"),
    COL_CLOSED("used_unit", words_unit),
    COL_REMOTE_DATA,
    COL_END,
};

static const struct model_join balance_joins[] = {
    {.name = "type",
     .kind = JOIN_ONE,
     .model = "hris_absence_types",
     .via = "type_id",
     .fields = absence_type_keys,
     .not_null = true,
     .touch_linked = true},
    {.name = NULL},
};

static const struct model_filter balance_filters[] = {
    FILTER_BY("employee_id", FILTER_ID, "employee_id"),
    {.name = NULL},
};

static const char *const balance_keys[] = {"id",      "remote_id",    "employee_id", "type_id",
                                           "balance", "balance_unit", "changed_at",  "remote_deleted_at",
                                           "used",    "used_unit",    "type",        "remote_data",
                                           NULL};

const struct model model_hris_time_off_balances = {
    .number = 8,
    .name = "hris_time_off_balances",
    .label = "Time off balances",
    .path = "/hris/time-off-balances",
    .category = WEIR_CATEGORY_HRIS,
    .remote_id_nullable = true,
    .fields = balance_fields,
    .joins = balance_joins,
    .filters = balance_filters,
    .key_order = balance_keys,
};

/* ---- timesheets ---- */

static const struct model_field break_fields[] = {
    COL_DATETIME_REQUIRED("ended_at"),
    COL_BOOLEAN_REQUIRED("paid"),
    COL_DATETIME_REQUIRED("started_at"),
    COL_END,
};

static const struct model_field timesheet_fields[] = {
    COL_REF_REQUIRED("employee_id", "hris_employees", 1),
    COL_DATETIME("started_at"),
    COL_DATETIME("ended_at"),
    COL_TEXT("timezone"),
    COL_NUMBER("payable_hours"),
    COL_NUMBER("unpaid_break_minutes"),
    COL_LIST_MAY("breaks", break_fields),
    COL_TEXT("approval_status"),
    COL_DATETIME("approved_at"),
    COL_TEXT("comment"),
    COL_FREE("custom_fields"),
    COL_REMOTE_DATA,
    COL_END,
};

static const struct model_filter timesheet_filters[] = {
    FILTER_BY("employee_id", FILTER_ID, "employee_id"),
    FILTER_BY("started_before", FILTER_BEFORE, "started_at"),
    FILTER_BY("started_after", FILTER_AFTER, "started_at"),
    FILTER_BY("ended_before", FILTER_BEFORE, "ended_at"),
    FILTER_BY("ended_after", FILTER_AFTER, "ended_at"),
    {.name = NULL},
};

static const char *const timesheet_keys[] = {"id",
                                             "remote_id",
                                             "employee_id",
                                             "started_at",
                                             "ended_at",
                                             "timezone",
                                             "payable_hours",
                                             "unpaid_break_minutes",
                                             "breaks",
                                             "approval_status",
                                             "approved_at",
                                             "comment",
                                             "custom_fields",
                                             "changed_at",
                                             "remote_deleted_at",
                                             "remote_data",
                                             NULL};

const struct model model_hris_timesheets = {
    .number = 9,
    .name = "hris_timesheets",
    .label = "Timesheets",
    .path = "/hris/timesheets",
    .category = WEIR_CATEGORY_HRIS,
    .remote_id_nullable = true,
    .fields = timesheet_fields,
    .joins = model_no_joins,
    .filters = timesheet_filters,
    .key_order = timesheet_keys,
};
