/* One event twice, as copying and pasting makes it. */
#include "skeleton.h"

static const char *const of_person[] = {"hris_employees", NULL};
static const struct weir_event_type events[] = {
    {"person.created", of_person}, {"person.updated", of_person}, {"person.created", of_person}};

WEIR_EXPORT const struct weir_connector weir_connector = {SKELETON_HEAD,    SKELETON_SELF("duplicate_names"),
                                                          .events = events, .event_count = 3,
                                                          SKELETON_MODELS,  SKELETON_CALLS,
                                                          SKELETON_TABLES};
