#include "web/tool_fields.h"

#include "web/web_internal.h"

#include <stdlib.h>

static int no_memory(struct weir_error *err)
{
    return weir_fail(err, WEIR_E_MEMORY, "no memory for the fields of an integration");
}

/* Room for one more; false without memory. */
static bool grow(void **items, size_t count, size_t size)
{
    void *grown;

    if ((count & (count - 1)) != 0 || (count > 0 && count < 16)) {
        return true; /* within what it got at the last power of two */
    }
    grown = realloc(*items, (count == 0 ? 16 : count * 2) * size);
    if (grown != NULL) {
        *items = grown;
    }
    return grown != NULL;
}

/* ---- custom fields ---- */

static void custom_id(char id[ID_TEXT], const struct web *web, const struct custom_field *field)
{
    char name[64 + sizeof field->key];

    (void)snprintf(name, sizeof name, "%s:%s", field->model->name, field->key);
    id_derive(id, weir_str(web->environment_id), weir_str("custom_field"), weir_str(name));
}

static bool has_custom(const struct custom_fields *all, const struct custom_field *field)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].model == field->model && strcmp(all->items[i].key, field->key) == 0) {
            return true;
        }
    }
    return false;
}

static int custom_add(struct custom_fields *all, const struct web *web, const struct custom_field *field,
                      struct weir_error *err)
{
    void *items = all->items;

    if (has_custom(all, field)) {
        return 0; /* that of the file counts, and comes first */
    }
    if (!grow(&items, all->count, sizeof *field)) {
        return no_memory(err);
    }
    all->items = items;
    all->items[all->count] = *field;
    custom_id(all->items[all->count].id, web, field);
    all->count++;
    return 0;
}

int web_custom_fields_set(struct web *web, const struct web_custom_field *fields, size_t count,
                          struct weir_error *err)
{
    struct custom_fields all = {NULL, 0};
    struct custom_fields former;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct custom_field field = {.model = model_find(weir_str(fields[i].model))};

        (void)snprintf(field.key, sizeof field.key, "%s", fields[i].key);
        (void)snprintf(field.label, sizeof field.label, "%s", fields[i].label != NULL ? fields[i].label : "");
        (void)snprintf(field.description, sizeof field.description, "%s",
                       fields[i].description != NULL ? fields[i].description : "");
        rc = field.model != NULL ? custom_add(&all, web, &field, err) : 0;
    }
    if (rc == 0) {
        pthread_mutex_lock(&web->configured_lock);
        former = (struct custom_fields){web->configured, web->configured_count};
        web->configured = all.items;
        web->configured_count = all.count;
        pthread_mutex_unlock(&web->configured_lock);
        all = former;
    }
    custom_fields_fini(&all);
    return rc;
}

struct loading {
    struct custom_fields *customs;
    struct tool_fields *tools;
    struct mappings *mappings;
    const struct web *web;
    const char *integration;
    struct weir_error *err;
    int rc;
};

static bool load_custom(void *ctx, const struct store_custom_field *stored)
{
    struct loading *l = ctx;
    struct custom_field field = {.model = model_by_number(stored->model), .runtime = true};

    memcpy(field.key, stored->key, sizeof field.key);
    memcpy(field.label, stored->label, sizeof field.label);
    memcpy(field.description, stored->description, sizeof field.description);
    if (field.model != NULL) {
        l->rc = custom_add(l->customs, l->web, &field, l->err);
    }
    return l->rc == 0;
}

/* Each begins with its id. */
static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, ID_TEXT);
}

int custom_fields_load(struct custom_fields *out, struct web *web, struct weir_error *err)
{
    struct loading l = {.customs = out, .web = web, .err = err};
    int rc = 0;

    *out = (struct custom_fields){NULL, 0};
    pthread_mutex_lock(&web->configured_lock);
    for (size_t i = 0; rc == 0 && i < web->configured_count; i++) {
        rc = custom_add(out, web, &web->configured[i], err);
    }
    pthread_mutex_unlock(&web->configured_lock);
    if (rc == 0) {
        rc = store_custom_fields(web->options.store, load_custom, &l, err);
        rc = l.rc != 0 ? l.rc : rc;
    }
    if (out->count > 0) {
        qsort(out->items, out->count, sizeof *out->items, by_id);
    }
    return rc;
}

void custom_fields_fini(struct custom_fields *all)
{
    free(all->items);
    *all = (struct custom_fields){NULL, 0};
}

const struct custom_field *custom_fields_find(const struct custom_fields *all, struct weir_str id)
{
    for (size_t i = 0; i < all->count; i++) {
        if (weir_str_is(id, all->items[i].id)) {
            return &all->items[i];
        }
    }
    return NULL;
}

/* ---- the tool's ---- */

static bool load_tool(void *ctx, const struct store_field *stored)
{
    struct loading *l = ctx;
    struct tool_field field = {.model = model_by_number(stored->model), .field = *stored};
    char name[64 + sizeof stored->key];
    void *items = l->tools->items;

    if (field.model == NULL) {
        return true;
    }
    (void)snprintf(name, sizeof name, "%s:%c:%s", field.model->name, stored->custom ? 'C' : 'D', stored->key);
    id_derive(field.id, weir_str(l->integration), weir_str("integration_field"), weir_str(name));
    if (!grow(&items, l->tools->count, sizeof field)) {
        l->rc = no_memory(l->err);
        return false;
    }
    l->tools->items = items;
    l->tools->items[l->tools->count++] = field;
    return true;
}

int tool_fields_load(struct tool_fields *out, struct web *web, const struct web_integration *it,
                     struct weir_error *err)
{
    struct loading l = {.tools = out, .integration = it->id, .err = err};
    int rc;

    *out = (struct tool_fields){NULL, 0};
    rc = store_fields(web->options.store, it->number, load_tool, &l, err);
    if (out->count > 0) {
        qsort(out->items, out->count, sizeof *out->items, by_id);
    }
    return l.rc != 0 ? l.rc : rc;
}

void tool_fields_fini(struct tool_fields *all)
{
    free(all->items);
    *all = (struct tool_fields){NULL, 0};
}

const struct tool_field *tool_fields_find(const struct tool_fields *all, struct weir_str id)
{
    for (size_t i = 0; i < all->count; i++) {
        if (weir_str_is(id, all->items[i].id)) {
            return &all->items[i];
        }
    }
    return NULL;
}

/* ---- mappings ---- */

static bool load_mapping(void *ctx, const struct store_mapping *mapping)
{
    struct loading *l = ctx;
    void *items = l->mappings->items;

    if (!grow(&items, l->mappings->count, sizeof *mapping)) {
        l->rc = no_memory(l->err);
        return false;
    }
    l->mappings->items = items;
    l->mappings->items[l->mappings->count++] = *mapping;
    return true;
}

int mappings_load(struct mappings *out, struct web *web, const struct web_integration *it,
                  struct weir_error *err)
{
    struct loading l = {.mappings = out, .err = err};
    int rc;

    *out = (struct mappings){NULL, 0};
    rc = store_mappings(web->options.store, it->number, load_mapping, &l, err);
    return l.rc != 0 ? l.rc : rc;
}

void mappings_fini(struct mappings *all)
{
    free(all->items);
    *all = (struct mappings){NULL, 0};
}

static const struct store_mapping *mapping_of(const struct mappings *all, const struct custom_field *custom)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].model == custom->model->number && strcmp(all->items[i].key, custom->key) == 0) {
            return &all->items[i];
        }
    }
    return NULL;
}

static const struct tool_field *field_of(const struct tool_fields *fields,
                                         const struct store_mapping *mapping)
{
    for (size_t i = 0; mapping != NULL && i < fields->count; i++) {
        const struct store_field *field = &fields->items[i].field;

        if (field->model == mapping->model && field->custom == mapping->custom &&
            strcmp(field->key, mapping->from) == 0) {
            return &fields->items[i];
        }
    }
    return NULL;
}

const struct tool_field *mappings_find(const struct mappings *all, const struct tool_fields *fields,
                                       const struct custom_field *custom)
{
    return field_of(fields, mapping_of(all, custom));
}

/* ---- what is shown ---- */

static void shown_add(struct shown_fields *out, const struct tool_field *field, const char *fills)
{
    struct fields_entry *entry = &out->entries[out->fields.count++];

    *entry = (struct fields_entry){
        .model = field->model, .custom = field->field.custom, .key = field->field.key, .fills = fills};
    memcpy(entry->id, field->id, ID_TEXT);
}

/* Mappings of custom fields that were deleted meanwhile show nothing. */
static int shown_fill(struct shown_fields *out, const struct custom_fields *customs, struct weir_error *err)
{
    out->entries = calloc(out->tools.count + out->mappings.count + 1, sizeof *out->entries);
    if (out->entries == NULL) {
        return no_memory(err);
    }
    for (size_t i = 0; i < out->tools.count; i++) {
        if (out->tools.items[i].field.shown) {
            shown_add(out, &out->tools.items[i], NULL);
        }
    }
    for (size_t i = 0; i < customs->count; i++) {
        const struct store_mapping *mapping = mapping_of(&out->mappings, &customs->items[i]);
        const struct tool_field *field = field_of(&out->tools, mapping);

        if (field != NULL) {
            shown_add(out, field, mapping->key);
        }
    }
    out->fields.items = out->entries;
    return 0;
}

int shown_fields_load(struct shown_fields *out, struct web *web, const struct web_integration *it,
                      struct weir_error *err)
{
    struct custom_fields customs = {NULL, 0};
    int rc;

    *out = (struct shown_fields){.entries = NULL};
    rc = tool_fields_load(&out->tools, web, it, err);
    if (rc == 0 && out->tools.count > 0) {
        rc = mappings_load(&out->mappings, web, it, err);
    }
    if (rc == 0 && out->mappings.count > 0) {
        rc = custom_fields_load(&customs, web, err);
    }
    if (rc == 0) {
        rc = shown_fill(out, &customs, err);
    }
    custom_fields_fini(&customs);
    return rc;
}

void shown_fields_fini(struct shown_fields *shown)
{
    tool_fields_fini(&shown->tools);
    mappings_fini(&shown->mappings);
    free(shown->entries);
    *shown = (struct shown_fields){.entries = NULL};
}
