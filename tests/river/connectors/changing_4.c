/* Lacks what the first has: the setting, the event, and the model of persons. */
#define VERSION_NAME "Fourth"
#include "changing.h"

static const char *const of_team[] = {"hris_teams", NULL};
static const char *const team_fields[] = {"name", NULL};
static const struct weir_event_type events[] = {{"team.updated", of_team}};
static const struct weir_model_use models[] = {{"hris_teams", team_fields, true, false, true, NULL}};

WEIR_EXPORT const struct weir_connector weir_connector = {
    CHANGING("4.0.0"), .events = events, .event_count = 1, .models = models, .model_count = 1};
