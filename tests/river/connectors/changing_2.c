/* Knows a further event, and its models in another order. */
#define VERSION_NAME "Second"
#include "changing.h"

static const struct weir_setting settings[] = {{"hold", "Hold", NULL, false, false}};
static const struct weir_event_type events[] = {{"person.updated", changing_person},
                                                {"person.deleted", changing_person}};
static const struct weir_model_use models[] = {
    {"hris_teams", changing_fields, true, false, true, NULL},
    {"hris_employees", changing_fields, true, false, true, NULL},
};

WEIR_EXPORT const struct weir_connector weir_connector = {
    CHANGING("2.0.0"), .settings = settings, .setting_count = 1, .events = events,
    .event_count = 2,  .models = models,     .model_count = 2};
