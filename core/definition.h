/*
 * definition: an integration that was made while the daemon ran, as the store keeps it.
 *
 * What the file says of others, it says of these: so it reads as a part of the config. Sealed whole, since
 * its settings are credentials.
 */
#ifndef WEIR_DEFINITION_H
#define WEIR_DEFINITION_H

#include "config/config.h"
#include "store/store.h"

struct definition {
    struct config_integration config; /* owned, every string */
    uint32_t number;
    bool announced;        /* the endpoints were told that it was made */
    int64_t deleted_at_ms; /* a person deleted it, and its subscription may still be at the tool; 0: it is
                              there */
};

struct definitions {
    struct definition *items;
    size_t count;
};

/* All there are, those that are being deleted too. One that cannot be read is logged and left out. Thread:
 * setup, web. */
int definitions_load(struct definitions *out, struct store *st, struct weir_error *err);
void definitions_fini(struct definitions *list);

/* WEIR_E_NONE: it was not made at run time. Thread: setup, web, worker, as all below. */
int definition_load(struct definition *out, struct store *st, const struct store_integration *row,
                    struct weir_error *err);
void definition_fini(struct definition *definition);
/* Durable when it returns. WEIR_E_LIMIT: too long. */
int definition_save(const struct definition *definition, struct store *st, struct weir_error *err);
int definition_erase(struct store *st, uint32_t number, struct weir_error *err);

/* Replace the setting, or take it away (value NULL). WEIR_E_MEMORY. */
int definition_set(struct definition *definition, struct weir_str key, struct weir_str value,
                   struct weir_error *err);

/* The customer refuses this optional model. WEIR_E_MEMORY. */
int definition_refuse(struct definition *definition, struct weir_str model, struct weir_error *err);
void definition_refuse_none(struct definition *definition);

#endif
