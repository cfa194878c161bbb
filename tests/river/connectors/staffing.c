/* A tool for people that holds one of everything that the tables of the contract know and Personio does not
 * deliver. */
#include "held.h"

static const struct held_row rows[] = {
    {"hris_employees", "e1",
     "{\"first_name\":\"Ada\",\"last_name\":\"Lindqvist\",\"work_email\":\"ada.lindqvist@northwind."
     "example\"}"},
    {"hris_employees", "e2", "{\"first_name\":\"Bo\"}"},
    {"hris_teams", "g1", "{\"name\":\"Robotics\",\"type\":\"DEPARTMENT\"}"},
    {"hris_locations", "l1", "{\"name\":\"Hamburg\",\"type\":\"OFFICE\"}"},
    {"hris_legal_entities", "n1", "{\"name\":\"Northwind Robotics GmbH\"}"},
    {"hris_absence_types", "t1", "{\"name\":\"Vacation\",\"unit\":\"DAYS\"}"},
    {"hris_time_off_balances", "b1",
     "{\"employee_id\":\"e1\",\"type_id\":\"t1\",\"balance\":12.5,\"balance_unit\":\"DAYS\",\"used\":3,"
     "\"used_unit\":\"DAYS\"}"},
    {"hris_time_off_balances", "b2", "{\"employee_id\":\"e2\",\"type_id\":\"t1\"}"},
    {"hris_timesheets", "s1",
     "{\"employee_id\":\"e1\",\"started_at\":\"2026-02-10T08:00:00Z\",\"ended_at\":\"2026-02-10T16:30:00Z\","
     "\"timezone\":\"Europe/"
     "Berlin\",\"payable_hours\":8,\"unpaid_break_minutes\":30,\"breaks\":[{\"started_at\":"
     "\"2026-02-10T12:00:00Z\",\"ended_at\":\"2026-02-10T12:30:00Z\",\"paid\":false}],\"approval_status\":"
     "\"approved\",\"approved_at\":\"2026-02-11T09:00:00Z\",\"custom_fields\":{\"shift\":\"early\"}}"},
    {"hris_timesheets", "s2", "{\"employee_id\":\"e2\"}"},
    {"hris_employee_document_categories", "d1", "{\"name\":\"Contracts\"}"},
    {"hris_employee_document_categories", "d2", "{}"},
    {"hris_performance_review_cycles", "c1",
     "{\"name\":\"H1 2026\",\"review_period_start_date\":\"2026-01-01T00:00:00Z\"}"},
    {"hris_performance_review_cycles", "c2", "{}"},
    {"hris_performance_reviews", "r1",
     "{\"type\":\"MANAGER\",\"summary_comment\":\"A good "
     "half\",\"summary_rating\":{\"type\":\"NUMERIC\",\"min\":1,"
     "\"max\":5,\"value\":4},\"reviewee_id\":\"e1\",\"reviewer_id\":\"e2\",\"review_cycle_id\":\"c1\"}"},
    {"hris_performance_reviews", "r2", "{\"reviewee_id\":\"e2\"}"},
    {"hris_staffing_entities", "p1",
     "{\"name\":\"Controls "
     "Engineer\",\"model_type\":\"JOB\",\"status\":\"OPEN_LIMITED\",\"employment_types\":["
     "{\"remote_label\":\"Vollzeit\",\"unified_type\":\"FULL_TIME\"},{\"remote_label\":\"Gig\"}],"
     "\"number_of_openings\":2,\"remote_url\":\"https://tool.example/positions/1\",\"locations\":[\"l1\"],"
     "\"legal_entities\":[\"n1\"],\"groups\":[\"g1\"],\"skills\":[{\"skill_id\":\"k1\",\"skill\":{\"id\":"
     "\"k1\","
     "\"remote_id\":\"77\",\"name\":\"Soldering\"}}]}"},
    {"hris_staffing_entities", "p2", "{\"name\":\"Controls Engineer II\",\"parent_id\":\"p1\"}"},
};

static const char *const employee_fields[] = {"first_name", "last_name", "work_email", NULL};
static const char *const group_fields[] = {"name", "type", NULL};
static const char *const name_fields[] = {"name", NULL};
static const char *const type_fields[] = {"name", "unit", NULL};
static const char *const balance_fields[] = {"employee_id", "type_id",   "balance", "balance_unit",
                                             "used",        "used_unit", NULL};
static const char *const timesheet_fields[] = {
    "employee_id", "started_at",  "ended_at", "timezone",        "payable_hours", "unpaid_break_minutes",
    "breaks",      "approved_at", "comment",  "approval_status", "custom_fields", NULL};
static const char *const cycle_fields[] = {"name", "review_period_start_date", NULL};
static const char *const review_fields[] = {
    "type", "summary_comment", "summary_rating", "reviewee_id", "reviewer_id", "review_cycle_id", NULL};
static const char *const staffing_fields[] = {
    "name",      "model_type", "description",    "status", "employment_types", "number_of_openings",
    "parent_id", "locations",  "legal_entities", "groups", "skills",           "remote_url",
    NULL};

static const struct weir_model_use models[] = {
    {"hris_employees", employee_fields, true, false, true, NULL},
    {"hris_teams", group_fields, true, false, true, NULL},
    {"hris_locations", group_fields, true, false, true, NULL},
    {"hris_legal_entities", name_fields, true, false, true, NULL},
    {"hris_absence_types", type_fields, true, false, true, NULL},
    {"hris_time_off_balances", balance_fields, true, false, true, NULL},
    {"hris_timesheets", timesheet_fields, true, false, true, NULL},
    {"hris_employee_document_categories", name_fields, true, false, true, NULL},
    {"hris_performance_review_cycles", cycle_fields, true, false, true, NULL},
    {"hris_performance_reviews", review_fields, true, false, true, NULL},
    {"hris_staffing_entities", staffing_fields, true, false, true, NULL},
};

static const char *const touched[] = {"hris_employees", "hris_timesheets", NULL};
static const struct weir_event_type events[] = {{"changed", touched}};

HELD_LIST(rows);

WEIR_EXPORT const struct weir_connector weir_connector = {SKELETON_HEAD,
                                                          .tool = "staffing",
                                                          .label = "A tool for people",
                                                          .version = "1.0.0",
                                                          .category = WEIR_CATEGORY_HRIS,
                                                          .base_url = "https://tool.example",
                                                          .models = models,
                                                          .model_count = sizeof models / sizeof models[0],
                                                          .events = events,
                                                          .event_count = 1,
                                                          SKELETON_CALLS,
                                                          .verify = &held_verify,
                                                          .fetch = &held_fetch};
