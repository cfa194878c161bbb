/* Asks for a setting that nobody gave it so far. */
#define VERSION_NAME "Third"
#include "changing.h"

static const struct weir_setting settings[] = {{"hold", "Hold", NULL, false, false},
                                               {"token", "API token", NULL, true, true}};
static const struct weir_event_type events[] = {{"person.updated", changing_person}};
static const struct weir_model_use models[] = {{"hris_employees", changing_fields, true, false, true, NULL}};

WEIR_EXPORT const struct weir_connector weir_connector = {
    CHANGING("3.0.0"), .settings = settings, .setting_count = 2, .events = events,
    .event_count = 1,  .models = models,     .model_count = 1};
