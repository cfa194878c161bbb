/*
 * tool_fields: custom fields of the environment, the tools' own fields, and which of the one fills which of
 * the other, as the pages need them.
 *
 * Custom fields come from the config or are made at run time; both are read here as one list. Every list is
 * in the order of the ids, which are derived, so that they are the same for ever.
 */
#ifndef WEIR_WEB_TOOL_FIELDS_H
#define WEIR_WEB_TOOL_FIELDS_H

#include "model/fields.h"
#include "store/fields.h"
#include "web/web.h"

struct custom_field {
    char id[ID_TEXT];
    const struct model *model;
    bool runtime; /* made while the daemon ran, not in the file */
    char key[STORE_FIELD_KEY_MAX + 1];
    char label[STORE_CUSTOM_TEXT_MAX + 1], description[STORE_CUSTOM_TEXT_MAX + 1]; /* empty: none */
};

struct custom_fields {
    struct custom_field *items;
    size_t count;
};

/* All of them. custom_fields_fini in any case. Thread: web, as all here. */
int custom_fields_load(struct custom_fields *out, struct web *web, struct weir_error *err);
void custom_fields_fini(struct custom_fields *all);
/* NULL: there is none. */
const struct custom_field *custom_fields_find(const struct custom_fields *all, struct weir_str id);

struct tool_field {
    char id[ID_TEXT];
    const struct model *model;
    struct store_field field;
};

struct tool_fields {
    struct tool_field *items;
    size_t count;
};

/* Of one integration. tool_fields_fini in any case. */
int tool_fields_load(struct tool_fields *out, struct web *web, const struct web_integration *it,
                     struct weir_error *err);
void tool_fields_fini(struct tool_fields *all);
const struct tool_field *tool_fields_find(const struct tool_fields *all, struct weir_str id);

struct mappings {
    struct store_mapping *items;
    size_t count;
};

int mappings_load(struct mappings *out, struct web *web, const struct web_integration *it,
                  struct weir_error *err);
void mappings_fini(struct mappings *all);
/* The field that fills it; NULL: none does. */
const struct tool_field *mappings_find(const struct mappings *all, const struct tool_fields *fields,
                                       const struct custom_field *custom);

/* What a list shows of them. */
struct shown_fields {
    struct fields fields;
    struct tool_fields tools;
    struct mappings mappings;
    struct fields_entry *entries;
};

/* shown_fields_fini in any case. */
int shown_fields_load(struct shown_fields *out, struct web *web, const struct web_integration *it,
                      struct weir_error *err);
void shown_fields_fini(struct shown_fields *shown);

#endif
