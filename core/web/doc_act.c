/*
 * doc_act: what is written to a tool, or asked of it straight.
 */
#include "web/doc.h"

#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL, NULL                                                                                     \
    }

static const struct schema_member absence_wish[] = {
    {"employee_id", "text", NULL},
    {"absence_type_id", "text", NULL},
    {"~status", "=REQUESTED|APPROVED", NULL},
    {"start_date", "text", "A date or a point in time; a time of day does not count."},
    {"end_date", "text", "Inclusive."},
    {"~start_half_day", "bool", NULL},
    {"~end_half_day", "bool", NULL},
    {"~amount", "number", NULL},
    {"~unit", "=HOURS|DAYS", NULL},
    {"employee_note", "text?", NULL},
    {"~start_time", "text", NULL},
    {"~end_time", "text", NULL},
    {"~remote_fields", "object", NULL},
    END,
};
static const struct schema_member form_file[] = {
    {"name", "text", "Of the file, with its ending."},
    {"data", "text", "What is in the file, in base64."},
    {"~content_type", "text", "Without it application/octet-stream."},
    END,
};
static const struct schema_member form_part[] = {
    {"name", "text", NULL},
    {"value", "#FormFile|text", NULL},
    END,
};
static const struct schema_member pass_wish[] = {
    {"method", "=GET|POST|DELETE|PUT|PATCH", NULL},
    {"path", "text", NULL},
    {"~headers", "{}text", NULL},
    {"~params", "{}text", NULL},
    {"~data", "any", NULL},
    {"~response_as_base64", "bool", NULL},
    {"~multipart_form_data", "[]#FormPart",
     "Sent as multipart/form-data, in the place of data. 1 to 100 parts."},
    {"~api_options", "object", NULL},
    END,
};
static const struct schema_member passed[] = {{"url", "text", NULL},
                                              {"status", "integer", NULL},
                                              {"headers", "{}text", NULL},
                                              {"~data", "any", NULL},
                                              END};

const struct schema_object doc_act_objects[] = {
    {"AbsenceWish", absence_wish, NULL, false}, {"FormFile", form_file, "A file of a form.", false},
    {"FormPart", form_part, NULL, false},       {"PassthroughWish", pass_wish, NULL, false},
    {"Passthrough", passed, NULL, false},       {NULL, NULL, NULL, false},
};

#define ACT_ERRORS                                                                                           \
    (DOC_E(INPUT_INVALID) | DOC_E(INTEGRATION_UNKNOWN) | DOC_E(SETUP_SYNC_PENDING) | DOC_E(INACTIVE) |       \
     DOC_E(CREDENTIALS_INVALID) | DOC_E(MODEL_DISABLED) | DOC_E(ACTION_NOT_AVAILABLE) |                      \
     DOC_E(ACTION_DISABLED) | DOC_E(PERMISSION_MISSING) | DOC_E(REMOTE_UNAVAILABLE) |                        \
     DOC_E(REMOTE_THROTTLES) | DOC_E(REMOTE_INPUT_INVALID) | DOC_E(REMOTE_UNKNOWN) | DOC_E(TIMED_OUT) |      \
     DOC_E(TOO_MANY))

const struct doc doc_act[] = {
    {.method = "POST",
     .path = "/v1/hris/absences",
     .id = "createAbsence",
     .tag = "HRIS",
     .summary = "Create an absence",
     .body = "#AbsenceWish",
     .answer = "#hris_absences",
     .errors = ACT_ERRORS,
     .flags = DOC_HEADER | DOC_WARNINGS},
    {.method = "DELETE",
     .path = "/v1/hris/absences/{}",
     .id = "deleteAbsence",
     .tag = "HRIS",
     .names = {"absence_id"},
     .summary = "Delete an absence",
     .body = "object",
     .answer = "#hris_absences",
     .errors = ACT_ERRORS | DOC_E(NOT_FOUND),
     .flags = DOC_HEADER | DOC_WARNINGS | DOC_BODY_MAY},
    {.method = "POST",
     .path = "/v1/passthrough/{}/{}",
     .id = "sendPassthroughRequest",
     .tag = "General",
     .names = {"tool", "api"},
     .summary = "One request to the tool's own API",
     .text = "It goes out with the integration's credentials, within the host's limits.",
     .body = "#PassthroughWish",
     .answer = "#Passthrough",
     .errors = DOC_E(INTEGRATION_UNKNOWN) | DOC_E(PATH_UNKNOWN) | DOC_E(INACTIVE) |
               DOC_E(CREDENTIALS_INVALID) | DOC_E(TIMED_OUT) | DOC_E(TOO_MANY),
     .flags = DOC_HEADER | DOC_WARNINGS},
    {.method = NULL},
};
