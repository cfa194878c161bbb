/*
 * table: how the model table is written down. Seen by the table's own files and model.c alone.
 *
 * Numbers of models and slots of references are on disk for ever: one that was given is never
 * changed and never given again, also when its model or field goes.
 */
#ifndef WEIR_MODEL_TABLE_H
#define WEIR_MODEL_TABLE_H

#include "model/model.h"

extern const struct model model_hris_employees;
extern const struct model model_hris_teams;
extern const struct model model_hris_employments;
extern const struct model model_hris_locations;
extern const struct model model_hris_legal_entities;
extern const struct model model_hris_absence_types;
extern const struct model model_hris_absences;
extern const struct model model_hris_time_off_balances;
extern const struct model model_hris_timesheets;
extern const struct model model_hris_employee_document_categories;
extern const struct model model_hris_performance_review_cycles;
extern const struct model model_hris_performance_reviews;
extern const struct model model_hris_staffing_entities;
extern const struct model model_ats_candidates;
extern const struct model model_ats_applications;
extern const struct model model_ats_jobs;
extern const struct model model_ats_job_postings;
extern const struct model model_ats_screening_questions;
extern const struct model model_ats_application_stages;
extern const struct model model_ats_offers;
extern const struct model model_ats_interviews;
extern const struct model model_ats_users;
extern const struct model model_ats_roles;
extern const struct model model_ats_tags;
extern const struct model model_ats_rejection_reasons;

/* Words that more than one file needs. */
extern const char *const words_employment_type[];
extern const char *const words_group_type[];
extern const char *const words_activity[]; /* ACTIVE, INACTIVE */

/* Short forms that more than one model embeds. */
extern const char *const short_group[];
extern const char *const short_role[];
extern const char *const short_stage[];

/* Of an entry of integration_fields. */
extern const struct model_field fields_of_integration_field[];

/* Of a model that embeds nothing, or has no filter of its own. */
extern const struct model_join model_no_joins[];
extern const struct model_filter model_no_filters[];

/* Columns by what they hold; null fits unless the name says REQUIRED. Whether the key has to be in
 * the answer goes with the kind: the contract lets e-mail addresses, open enums, plain dates and times,
 * and addresses be left out, and nothing else of these. */
#define COL_TEXT(n)                                                                                          \
    {                                                                                                        \
        .name = (n), .type = FIELD_STRING, .nullable = true, .must = true                                    \
    }
#define COL_TEXT_REQUIRED(n)                                                                                 \
    {                                                                                                        \
        .name = (n), .type = FIELD_STRING, .must = true                                                      \
    }
#define COL_EMAIL(n)                                                                                         \
    {                                                                                                        \
        .name = (n), .type = FIELD_EMAIL, .nullable = true                                                   \
    }
#define COL_NUMBER(n)                                                                                        \
    {                                                                                                        \
        .name = (n), .type = FIELD_NUMBER, .nullable = true, .must = true                                    \
    }
#define COL_INTEGER(n)                                                                                       \
    {                                                                                                        \
        .name = (n), .type = FIELD_INTEGER, .nullable = true, .must = true                                   \
    }
#define COL_BOOLEAN(n)                                                                                       \
    {                                                                                                        \
        .name = (n), .type = FIELD_BOOLEAN, .nullable = true, .must = true                                   \
    }
#define COL_BOOLEAN_REQUIRED(n)                                                                              \
    {                                                                                                        \
        .name = (n), .type = FIELD_BOOLEAN, .must = true                                                     \
    }
#define COL_DATETIME(n)                                                                                      \
    {                                                                                                        \
        .name = (n), .type = FIELD_DATETIME, .nullable = true, .must = true                                  \
    }
#define COL_DATETIME_REQUIRED(n)                                                                             \
    {                                                                                                        \
        .name = (n), .type = FIELD_DATETIME, .must = true                                                    \
    }
#define COL_DATE(n)                                                                                          \
    {                                                                                                        \
        .name = (n), .type = FIELD_DATE, .nullable = true                                                    \
    }
#define COL_TIME(n)                                                                                          \
    {                                                                                                        \
        .name = (n), .type = FIELD_TIME, .nullable = true                                                    \
    }
#define COL_OPEN(n, w)                                                                                       \
    {                                                                                                        \
        .name = (n), .type = FIELD_OPEN_ENUM, .nullable = true, .values = (w)                                \
    }
#define COL_CLOSED(n, w)                                                                                     \
    {                                                                                                        \
        .name = (n), .type = FIELD_CLOSED_ENUM, .nullable = true, .must = true, .values = (w)                \
    }
#define COL_ADDRESS(n)                                                                                       \
    {                                                                                                        \
        .name = (n), .type = FIELD_ADDRESS, .nullable = true                                                 \
    }
#define COL_FREE(n)                                                                                          \
    {                                                                                                        \
        .name = (n), .type = FIELD_FREE, .nullable = true, .must = true                                      \
    }
#define COL_FREE_MAY(n)                                                                                      \
    {                                                                                                        \
        .name = (n), .type = FIELD_FREE, .nullable = true                                                    \
    }
#define COL_OBJECT_REQUIRED(n, f)                                                                            \
    {                                                                                                        \
        .name = (n), .type = FIELD_OBJECT, .must = true, .fields = (f)                                       \
    }
#define COL_OBJECT_MAY(n, f)                                                                                 \
    {                                                                                                        \
        .name = (n), .type = FIELD_OBJECT, .nullable = true, .fields = (f)                                   \
    }
#define COL_LIST(n, f)                                                                                       \
    {                                                                                                        \
        .name = (n), .type = FIELD_LIST, .nullable = true, .must = true, .fields = (f)                       \
    }
#define COL_LIST_MAY(n, f)                                                                                   \
    {                                                                                                        \
        .name = (n), .type = FIELD_LIST, .nullable = true, .fields = (f)                                     \
    }
#define COL_LIST_REQUIRED(n, f)                                                                              \
    {                                                                                                        \
        .name = (n), .type = FIELD_LIST, .must = true, .fields = (f)                                         \
    }

/* Parts without which an entry of a list is left out. */
#define PART_TEXT_ESSENTIAL(n)                                                                               \
    {                                                                                                        \
        .name = (n), .type = FIELD_STRING, .must = true, .essential = true                                   \
    }
#define PART_OBJECT_ESSENTIAL(n, f)                                                                          \
    {                                                                                                        \
        .name = (n), .type = FIELD_OBJECT, .must = true, .essential = true, .fields = (f)                    \
    }

/* A part that may be left out, unlike a column of the same kind. */
#define PART_TEXT_MAY(n)                                                                                     \
    {                                                                                                        \
        .name = (n), .type = FIELD_STRING, .nullable = true                                                  \
    }

/* References: s is the slot. */
#define COL_REF(n, t, s)                                                                                     \
    {                                                                                                        \
        .name = (n), .type = FIELD_REF, .nullable = true, .must = true, .target = (t), .slot = (s)           \
    }
#define COL_REF_REQUIRED(n, t, s)                                                                            \
    {                                                                                                        \
        .name = (n), .type = FIELD_REF, .must = true, .target = (t), .slot = (s)                             \
    }
#define COL_REF_MAY(n, t, s)                                                                                 \
    {                                                                                                        \
        .name = (n), .type = FIELD_REF, .nullable = true, .target = (t), .slot = (s)                         \
    }
#define COL_REF_HIDDEN(n, t, s)                                                                              \
    {                                                                                                        \
        .name = (n), .type = FIELD_REF, .nullable = true, .hidden = true, .target = (t), .slot = (s)         \
    }
#define COL_REF_HIDDEN_REQUIRED(n, t, s)                                                                     \
    {                                                                                                        \
        .name = (n), .type = FIELD_REF, .hidden = true, .target = (t), .slot = (s)                           \
    }
#define COL_REFS_HIDDEN(n, t, s, j)                                                                          \
    {                                                                                                        \
        .name = (n), .type = FIELD_REF_LIST, .hidden = true, .target = (t), .slot = (s), .join_model = (j)   \
    }

/* What each model with a list ends with: the tool's own fields where a model has them, and its payload. */
#define COL_INTEGRATION_FIELDS                                                                               \
    {                                                                                                        \
        .name = "integration_fields", .type = FIELD_LIST, .computed = true,                                  \
        .fields = fields_of_integration_field                                                                \
    }
#define COL_REMOTE_DATA                                                                                      \
    {                                                                                                        \
        .name = "remote_data", .type = FIELD_FREE, .nullable = true, .raw = true                             \
    }

/* n: the query parameter, k: its enum filter_kind, f: the column. */
#define FILTER_BY(n, k, f)                                                                                   \
    {                                                                                                        \
        .name = (n), .kind = (k), .field = (f)                                                               \
    }

#define COL_END                                                                                              \
    {                                                                                                        \
        .name = NULL                                                                                         \
    }

#endif
