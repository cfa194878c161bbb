/* A connector whose table has a field that is none, and a model that is none. */
#include "abi/connectors/skeleton.h"

static const char *const fields[] = {"first_nam", NULL};
static const struct weir_model_use models[] = {
    {"hris_employees", fields, true, false, true, NULL},
    {"hris_employes", fields, true, false, true, NULL},
};

WEIR_EXPORT const struct weir_connector weir_connector = {SKELETON_HEAD,    SKELETON_SELF("misnamed"),
                                                          .models = models, .model_count = 2,
                                                          SKELETON_CALLS,   SKELETON_TABLES};
