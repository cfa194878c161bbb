/*
 * action: what the unified API can do at a tool, beyond reading.
 *
 * One table, as that of models: scope, the config's check, the details of integrations and tools, and the
 * routes read it. What a connector offers of it stands in the connector's own table.
 */
#ifndef WEIR_MODEL_ACTION_H
#define WEIR_MODEL_ACTION_H

#include "weir/connector.h"

#define ACTIONS_MAX 16

struct action {
    const char *id;            /* "hris_create_absence" */
    const char *label;         /* "Create absence" */
    int category;              /* enum weir_category */
    const char *model;         /* what it makes or changes: "hris_absences" */
    const char *const *fields; /* NULL-terminated names of the input's members */
};

/* All lookups: NULL when there is none. Thread: any. */
const struct action *action_nth(size_t n);
const struct action *action_find(struct weir_str id);
/* Its place in the table, below ACTIONS_MAX. */
size_t action_index(const struct action *action);

#endif
