/*
 * registry: the connectors that were found and loaded, and those that were not and why.
 *
 * A file is loaded from a copy of its own (library.h), its table is checked in full before anything of it is
 * called, and what both sides know is copied into the host's own table. A newer file is looked at in the same
 * way, and only a good one becomes the next generation; otherwise the one before stays in force and says why.
 * Nothing is ever taken away: whoever has an entry, a table or code of an earlier generation goes on with it,
 * as long as the process lives. One that does not load harms nobody: it is listed with its error.
 */
#ifndef WEIR_HOST_REGISTRY_H
#define WEIR_HOST_REGISTRY_H

#include "host/health.h"
#include "weir/connector.h"

#define REGISTRY_LOADS_MAX 512 /* of libraries in one process: each stays mapped, with a file open */

struct registry;

/* What is known of one file. Fixed once it can be seen: news make another entry. */
struct registry_entry {
    char tool[33];
    char path[512];
    const struct weir_connector *connector; /* the host's own table; NULL: none did load */
    uint32_t generation;                    /* 1 for the first that loaded, then 2, ...; 0: none did */
    struct weir_error error; /* why the file is not loaded, and what to do; beside a connector: why a newer
                                file is refused, while this one stays in force */
    struct health *health;   /* of all calls to this tool's connector; NULL: none did load */
};

enum registry_news {
    REGISTRY_LOADED,   /* the first generation */
    REGISTRY_RELOADED, /* a further one */
    REGISTRY_REFUSED   /* not loaded; an earlier one stays in force if there is one */
};

struct registry *registry_new(void);
void registry_free(struct registry *reg); /* the libraries stay mapped */
/* Be told of each news, on the thread that looks at the files. before: what was shown of the file so far,
 * NULL: nothing. Thread: setup. */
void registry_listen(struct registry *reg,
                     void (*news)(void *ctx, enum registry_news news, const struct registry_entry *entry,
                                  const struct registry_entry *before),
                     void *ctx);

/* Look at one .so: an unknown one is loaded, a known one only when it changed, or when what kept it out may
 * be over. It is listed in any case, also when it fails. Thread: setup, web, as all that look at files; they
 * take turns. */
int registry_load(struct registry *reg, const char *path, struct weir_error *err);
/* Look at each *.so of the folder, in the order of their names; only those of enabled (NULL-terminated;
 * NULL: all). A name in enabled that is not found gets an entry with an error. WEIR_E_CONFIG: no such folder.
 */
int registry_load_dir(struct registry *reg, const char *dir, const char *const *enabled,
                      struct weir_error *err);
/* Look at the tool's file in this folder, if there is one. */
void registry_load_tool(struct registry *reg, const char *dir, struct weir_str tool);
/* Look again at files that are known (tool empty: all): one that is there no more is listed no more or, where
 * it was loaded, stays in force and says so. */
void registry_load_known(struct registry *reg, struct weir_str tool);

/* Lent until registry_free. Thread: any, also while files are looked at. */
const struct registry_entry *registry_nth(struct registry *reg, size_t n); /* NULL behind the last */
const struct registry_entry *registry_find(struct registry *reg, struct weir_str tool);

/* Check a table as registry_load does: exported for tests and the harness. unused tail members are zero. */
int connector_check(struct weir_connector *own, const void *table, const char *file_tool,
                    struct weir_error *err);

const struct weir_model_use *connector_model(const struct weir_connector *connector, struct weir_str model);
const struct weir_event_type *connector_event(const struct weir_connector *connector, struct weir_str name);

#endif
