/*
 * tool: the connector under test, loaded as the daemon loads it.
 */
#ifndef WEIR_HARNESS_TOOL_H
#define WEIR_HARNESS_TOOL_H

#include "findings.h"
#include "host/registry.h"

struct tool {
    struct registry *registry;
    const struct weir_connector *connector;
};

/* false after a finding. The library stays mapped; the rest is yours until tool_fini, also on failure. */
bool tool_load(struct tool *tool, const char *path, struct findings *f);
void tool_fini(struct tool *tool);

/* What the table says, against the model table: names that Weir does not have, and what cannot be true. */
void tool_check(const struct weir_connector *connector, struct findings *f);

#endif
