/*
 * registry: the connectors that were found and loaded, and those that were not and why.
 *
 * A shared object is opened with RTLD_NOW | RTLD_LOCAL, its table is checked in full before anything of it is
 * called, and what both sides know is copied into the host's own table. A loaded library stays mapped until
 * the process ends. One that does not load harms nobody: it is listed with its error.
 */
#ifndef WEIR_HOST_REGISTRY_H
#define WEIR_HOST_REGISTRY_H

#include "weir/connector.h"

struct registry;

/* One file that was looked at. */
struct registry_entry {
    char tool[33];
    char path[512];
    const struct weir_connector *connector; /* the host's own table; NULL: it did not load */
    struct weir_error error;                /* why not, and what to do */
};

struct registry *registry_new(void);
void registry_free(struct registry *reg); /* the libraries stay mapped */

/* Look at one .so. Its entry is added in any case, also when it fails. Thread: setup. */
int registry_load(struct registry *reg, const char *path, struct weir_error *err);
/* Look at each *.so of the folder, in the order of their names; only those of enabled (NULL-terminated;
 * NULL: all). A name in enabled that is not found gets an entry with an error. WEIR_E_CONFIG: no such folder.
 * Thread: setup. */
int registry_load_dir(struct registry *reg, const char *dir, const char *const *enabled,
                      struct weir_error *err);

/* Thread: any, after setup. */
const struct registry_entry *registry_nth(const struct registry *reg, size_t n); /* NULL behind the last */
const struct registry_entry *registry_find(const struct registry *reg, struct weir_str tool);

/* Check a table as registry_load does: exported for tests and the harness. unused tail members are zero. */
int connector_check(struct weir_connector *own, const void *table, const char *file_tool,
                    struct weir_error *err);

const struct weir_model_use *connector_model(const struct weir_connector *connector, struct weir_str model);
const struct weir_event_type *connector_event(const struct weir_connector *connector, struct weir_str name);

#endif
