/*
 * doc_api_actions: endpoints of records that are not lists of the model table. See doc.h for how to add to
 * it.
 */
#include "web/doc.h"

/* Answers with an error that tells why, whatever is sent. */
#define NO_ACTION(method_, path_, id_, tag_, summary_, ...)                                                  \
    {                                                                                                        \
        .method = (method_), .path = (path_), .id = (id_), .tag = (tag_), .names = {__VA_ARGS__},            \
        .summary = (summary_),                                                                               \
        .errors = DOC_E(INPUT_INVALID) | DOC_E(INTEGRATION_UNKNOWN) | DOC_E(ACTION_NOT_AVAILABLE),           \
        .flags = DOC_HEADER | DOC_NO_ANSWER                                                                  \
    }
#define NO_MODEL(path_, id_, tag_, summary_, ...)                                                            \
    {                                                                                                        \
        .method = "GET", .path = (path_), .id = (id_), .tag = (tag_), .names = {__VA_ARGS__},                \
        .summary = (summary_),                                                                               \
        .errors = DOC_E(INPUT_INVALID) | DOC_E(INTEGRATION_UNKNOWN) | DOC_E(MODEL_NOT_AVAILABLE),            \
        .flags = DOC_HEADER | DOC_NO_ANSWER                                                                  \
    }
#define NO_ENDPOINT(path_, id_, tag_, summary_)                                                              \
    {                                                                                                        \
        .method = "GET", .path = (path_), .id = (id_), .tag = (tag_), .summary = (summary_),                 \
        .errors = DOC_E(PATH_UNKNOWN), .flags = DOC_HEADER | DOC_NO_ANSWER                                   \
    }

const struct doc doc_api_actions[] = {
    NO_ENDPOINT("/v1/hris/employees/form", "getEmployeeForm", "HRIS", "What a new employee takes"),
    NO_ACTION("POST", "/v1/hris/employees/form", "createEmployeeWithForm", "HRIS", "Create an employee",
              NULL),
    NO_ACTION("POST", "/v1/hris/employees/{}/documents", "addEmployeeDocument", "HRIS",
              "Give an employee a document", "employee_id"),

    NO_ENDPOINT("/v1/assessment/orders", "getAssessmentOrders", "Assessment",
                "Assessments that were ordered"),
    NO_ACTION("PUT", "/v1/assessment/orders/{}/result", "updateOrderResult", "Assessment",
              "The result of an assessment", "assessment_order_id"),
    NO_ENDPOINT("/v1/assessment/packages", "getPackages", "Assessment", "Assessments on offer"),
    NO_ACTION("PUT", "/v1/assessment/packages", "setPackages", "Assessment", "Offer assessments", NULL),

    NO_MODEL("/v1/ats/applications/{}/attachments", "getApplicationAttachments", "ATS",
             "Attachments of an application", "application_id"),
    NO_ACTION("POST", "/v1/ats/applications/{}/attachments", "addApplicationAttachment", "ATS",
              "Attach a file to an application", "application_id"),
    NO_ACTION("POST", "/v1/ats/applications/{}/notes", "addApplicationNote", "ATS",
              "Add a note to an application", "application_id"),
    NO_ACTION("POST", "/v1/ats/applications/{}/reject", "rejectApplication", "ATS", "Reject an application",
              "application_id"),
    NO_ACTION("POST", "/v1/ats/applications/{}/result-links", "addApplicationResultLink", "ATS",
              "Add a link to an application", "application_id"),
    NO_ACTION("PUT", "/v1/ats/applications/{}/stage", "moveApplicationToStage", "ATS", "Move an application",
              "application_id"),
    NO_ACTION("POST", "/v1/ats/candidates", "createCandidate", "ATS", "Create a candidate", NULL),
    NO_MODEL("/v1/ats/candidates/{}/attachments", "getCandidateAttachments", "ATS",
             "Attachments of a candidate", "candidate_id"),
    NO_ACTION("POST", "/v1/ats/candidates/{}/attachments", "addCandidateAttachment", "ATS",
              "Attach a file to a candidate", "candidate_id"),
    NO_ACTION("POST", "/v1/ats/candidates/{}/result-links", "addCandidateResultLink", "ATS",
              "Add a link to a candidate", "candidate_id"),
    NO_ACTION("DELETE", "/v1/ats/candidates/{}/tags", "removeCandidateTag", "ATS",
              "Take a tag from a candidate", "candidate_id"),
    NO_ACTION("POST", "/v1/ats/candidates/{}/tags", "addCandidateTag", "ATS", "Give a candidate a tag",
              "candidate_id"),
    NO_ACTION("POST", "/v1/ats/import-tracked-application", "importTrackedApplication", "ATS",
              "Import an application", NULL),
    NO_ACTION("POST", "/v1/ats/jobs/{}/applications", "createApplication", "ATS", "Apply for a job",
              "job_id"),
    {.method = NULL},
};
