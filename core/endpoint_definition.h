/*
 * endpoint_definition: an endpoint that was made while the daemon ran, as the store keeps it.
 *
 * What the file says of others, it says of these: so it reads as a part of the config. Sealed whole, since it
 * holds secrets; under the master key in force after a rotation of that.
 */
#ifndef WEIR_ENDPOINT_DEFINITION_H
#define WEIR_ENDPOINT_DEFINITION_H

#include "config/config.h"
#include "store/store.h"

#define ENDPOINT_OLD_SECRETS_MAX 3 /* beside the newest */

struct endpoint_definition {
    struct config_endpoint config;                  /* owned, every string */
    int64_t old_until_ms[ENDPOINT_OLD_SECRETS_MAX]; /* of config.secrets_old, in their order: newest first */
    int64_t created_at_ms;
};

struct endpoint_definitions {
    struct endpoint_definition *items;
    size_t count;
};

/* All there are. One that cannot be read is logged and left out. Thread: setup, web, as all here. */
int endpoint_definitions_load(struct endpoint_definitions *out, struct store *st, struct weir_error *err);
void endpoint_definitions_fini(struct endpoint_definitions *list);

/* WEIR_E_NONE: it was not made at run time. */
int endpoint_definition_load(struct endpoint_definition *out, struct store *st, const char *name,
                             struct weir_error *err);
void endpoint_definition_fini(struct endpoint_definition *definition);
/* Durable when it returns. Secrets that ended before now_ms are left out. WEIR_E_LIMIT: too long. */
int endpoint_definition_save(const struct endpoint_definition *definition, struct store *st, int64_t now_ms,
                             struct weir_error *err);
int endpoint_definition_erase(struct store *st, const char *name, struct weir_error *err);

#endif
