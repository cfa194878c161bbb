/*
 * doc_data: what records can be of, and how one of them became what it is.
 */
#include "web/doc.h"

#define END                                                                                                  \
    {                                                                                                        \
        NULL, NULL, NULL                                                                                     \
    }

static const struct schema_member models[] = {
    {"models", "[]#Model", NULL}, {"actions", "[]#ActionKind", "What can be done at tools."}, END};
static const struct schema_member model[] = {
    {"name", "text", "\"hris_employees\""},
    {"label", "text", "\"Employees\""},
    {"category", "=HRIS|ATS", NULL},
    {"listed", "bool", "false: its records are only shown within those of others."},
    {"fields", "[]#ModelField", NULL},
    END,
};
static const struct schema_member field[] = {
    {"name", "text", NULL},
    {"required", "bool", "A record without it is none: it has the setting of its model."},
    {"raw", "bool", "What the tool itself said: a scope has to name it."},
    {"shown", "bool", "false: it is only made use of to join records."},
    END,
};
static const struct schema_member action[] = {
    {"id", "text", "\"hris_create_absence\""},
    {"label", "text", NULL},
    {"category", "=HRIS|ATS", NULL},
    {"model", "text", "What it makes or changes."},
    END,
};
static const struct schema_member change[] = {
    {"at", "time", NULL},
    {"model", "text?", NULL},
    {"remote_id", "text", NULL},
    {"change", "=created|updated|deleted", NULL},
    {"by", "=fetch|sync|other", "What brought it, as far as that is still known."},
    {"~fields", "[]text?",
     "Which became different, as far as that was noted; null: none of its own, or all of it."},
    {"~deliveries", "[]integer", "By fetch: the numbers of those that asked for it. None: somebody did."},
    {"~sync", "id", "By sync: which one."},
    {"~sync_type", "=FULL|DELTA", NULL},
    END,
};

const struct schema_object doc_data_objects[] = {
    {"Models", models, NULL, false},
    {"Model", model, NULL, false},
    {"ModelField", field, NULL, false},
    {"ActionKind", action, NULL, false},
    {"RecordChange", change, "Values are not kept, so none are here.", false},
    {NULL, NULL, NULL, false},
};

const struct doc doc_data[] = {
    {.method = "GET",
     .path = "/admin/v1/models",
     .id = "adminModels",
     .tag = "Scopes",
     .summary = "The models with their fields, and the actions",
     .answer = "#Models"},
    {.method = "GET",
     .path = "/admin/v1/integrations/{}/changes/{}",
     .id = "adminRecordChanges",
     .tag = "Integrations",
     .names = {"integration_id", "id"},
     .summary = "When a record changed, and what brought it",
     .text = "The newest first. A page may be short, or empty, and still lead on: so many changes are looked "
             "at for one.",
     .answer = "#RecordChange",
     .errors = DOC_E(NOT_FOUND),
     .flags = DOC_PAGED},
    {.method = NULL},
};
