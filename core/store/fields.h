/*
 * fields: the tools' own fields that were met in records, custom fields made at run time, and which of the
 * one fills which of the other.
 *
 * Names only, never a value. A field is met once and remembered as long as its integration; how many are kept
 * of one is bounded. A model is a number here, a key any text of at most STORE_FIELD_KEY_MAX bytes.
 */
#ifndef WEIR_STORE_FIELDS_H
#define WEIR_STORE_FIELDS_H

#include "store/store.h"

#define STORE_FIELD_KEY_MAX 128
#define STORE_FIELDS_MAX 1000       /* of one integration; further ones are not kept */
#define STORE_CUSTOM_FIELDS_MAX 200 /* made at run time */
#define STORE_CUSTOM_TEXT_MAX 256   /* a label, a description */

struct store_field {
    uint8_t model;
    bool custom; /* an attribute of the customer's; else one of the tool's own */
    bool shown;  /* among integration_fields */
    char key[STORE_FIELD_KEY_MAX + 1];
};

/* Remember those that are not known yet. Copied; without waiting: one that gets lost is met again. Thread:
 * worker. */
void store_fields_meet(struct store *st, uint32_t integration, const struct store_field *fields,
                       size_t count);
/* In the order of model, kind and key, until each returns false; each must not call the store. Thread: web.
 */
int store_fields(struct store *st, uint32_t integration,
                 bool (*each)(void *ctx, const struct store_field *field), void *ctx, struct weir_error *err);
/* Show it from now on, or not. WEIR_E_NONE: it is not known. Waits for the disk. Thread: web. */
int store_field_show(struct store *st, uint32_t integration, const struct store_field *field,
                     struct weir_error *err);

struct store_mapping {
    uint8_t model;
    char key[STORE_FIELD_KEY_MAX + 1]; /* the custom field's */
    bool custom;                       /* of the field that fills it */
    char from[STORE_FIELD_KEY_MAX + 1];
};
/* As store_fields. */
int store_mappings(struct store *st, uint32_t integration,
                   bool (*each)(void *ctx, const struct store_mapping *mapping), void *ctx,
                   struct weir_error *err);
/* Put it in the place of the one there is; from empty: there is none from now on. Waits for the disk. Thread:
 * web. */
int store_mapping_set(struct store *st, uint32_t integration, const struct store_mapping *mapping,
                      struct weir_error *err);

struct store_custom_field {
    uint8_t model;
    char key[STORE_FIELD_KEY_MAX + 1];
    char label[STORE_CUSTOM_TEXT_MAX + 1], description[STORE_CUSTOM_TEXT_MAX + 1]; /* empty: none */
};
/* As store_fields. */
int store_custom_fields(struct store *st, bool (*each)(void *ctx, const struct store_custom_field *field),
                        void *ctx, struct weir_error *err);
/* Make it or change its texts. WEIR_E_LIMIT: there are enough. Waits for the disk. Thread: web. */
int store_custom_field_put(struct store *st, const struct store_custom_field *field, struct weir_error *err);
/* WEIR_E_NONE: there is none. Mappings to it stay, and hold again if it is made again. */
int store_custom_field_del(struct store *st, uint8_t model, const char *key, struct weir_error *err);

/* All records of a model are shown otherwise from now on: their touched times move and they are told as
 * updated, in steps that let others through. Thread: any but writer. */
void store_model_touch(struct store *st, uint32_t integration, uint8_t model,
                       void (*done)(void *ctx, int rc, const struct store_applied *applied,
                                    const struct weir_error *err),
                       void *ctx);

#endif
