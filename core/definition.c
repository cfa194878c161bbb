#include "definition.h"

#include "base/log.h"

#include <jansson.h>
#include <stdlib.h>

#define DEFINITION_MAX ((size_t)60 << 10) /* the store's bound of a value is just above */

/* Among the connector's values, under a name that no connector can use. */
static const char definition_key[] = "@definition";

static void wipe_free(char *text)
{
    if (text != NULL) {
        crypto_wipe(text, strlen(text));
        free(text);
    }
}

void definition_fini(struct definition *definition)
{
    struct config_integration *config = &definition->config;

    free(config->id);
    free(config->tool);
    free(config->organization);
    free(config->origin_id);
    free(config->creator_email);
    free(config->scope);
    free(config->base_url);
    for (size_t i = 0; i < config->settings.count; i++) {
        free(config->settings.items[i].key);
        wipe_free(config->settings.items[i].value);
    }
    free(config->settings.items);
    definition_refuse_none(definition);
    memset(definition, 0, sizeof *definition);
}

void definitions_fini(struct definitions *list)
{
    for (size_t i = 0; i < list->count; i++) {
        definition_fini(&list->items[i]);
    }
    free(list->items);
    memset(list, 0, sizeof *list);
}

/* ---- changing ---- */

static struct config_value *setting_find(struct definition *definition, struct weir_str key)
{
    struct config_values *settings = &definition->config.settings;

    for (size_t i = 0; i < settings->count; i++) {
        if (weir_str_is(key, settings->items[i].key)) {
            return &settings->items[i];
        }
    }
    return NULL;
}

static void setting_remove(struct definition *definition, struct config_value *setting)
{
    struct config_values *settings = &definition->config.settings;

    free(setting->key);
    wipe_free(setting->value);
    *setting = settings->items[--settings->count];
}

int definition_set(struct definition *definition, struct weir_str key, struct weir_str value,
                   struct weir_error *err)
{
    struct config_values *settings = &definition->config.settings;
    struct config_value *old = setting_find(definition, key);
    struct config_value new = {.secret = true};
    struct config_value *items;

    if (old != NULL) {
        setting_remove(definition, old);
    }
    if (value.data == NULL) {
        return 0;
    }
    items = realloc(settings->items, (settings->count + 1) * sizeof *items);
    if (items != NULL) {
        settings->items = items;
        new.key = strndup(key.data, key.len);
        new.value = strndup(value.data, value.len);
    }
    if (new.key == NULL || new.value == NULL) {
        free(new.key);
        wipe_free(new.value);
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the settings");
    }
    settings->items[settings->count++] = new;
    return 0;
}

void definition_refuse_none(struct definition *definition)
{
    struct config_strings *refused = &definition->config.opted_out;

    for (size_t i = 0; i < refused->count; i++) {
        free(refused->items[i]);
    }
    free(refused->items);
    *refused = (struct config_strings){.items = NULL};
}

int definition_refuse(struct definition *definition, struct weir_str model, struct weir_error *err)
{
    struct config_strings *refused = &definition->config.opted_out;
    char **items = realloc(refused->items, (refused->count + 1) * sizeof *items);
    char *copy = items != NULL ? strndup(model.data, model.len) : NULL;

    if (items != NULL) {
        refused->items = items;
    }
    if (copy == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for what the customer refuses");
    }
    items[refused->count++] = copy;
    return 0;
}

/* ---- as text ---- */

static int put_text(json_t *root, const char *key, const char *text_or_null)
{
    return json_object_set_new(root, key, text_or_null != NULL ? json_string(text_or_null) : json_null());
}

/* NULL without memory; json_decref it. */
static json_t *to_json(const struct definition *definition)
{
    const struct config_integration *config = &definition->config;
    json_t *root = json_pack("{s:b, s:b, s:b, s:I, s:{}}", "allow_private", config->allow_private, "paused",
                             config->paused, "announced", definition->announced, "deleted_at_ms",
                             (json_int_t)definition->deleted_at_ms, "settings");
    json_t *settings = json_object_get(root, "settings");
    int bad = root == NULL;

    bad |= put_text(root, "organization", config->organization);
    bad |= put_text(root, "origin_id", config->origin_id);
    bad |= put_text(root, "creator_email", config->creator_email);
    bad |= put_text(root, "scope", config->scope);
    bad |= put_text(root, "base_url", config->base_url);
    for (size_t i = 0; i < config->settings.count; i++) {
        bad |= put_text(settings, config->settings.items[i].key, config->settings.items[i].value);
    }
    bad |= json_object_set_new(root, "refused", json_array());
    for (size_t i = 0; i < config->opted_out.count; i++) {
        bad |=
            json_array_append_new(json_object_get(root, "refused"), json_string(config->opted_out.items[i]));
    }
    if (bad != 0) {
        json_decref(root);
        return NULL;
    }
    return root;
}

int definition_save(const struct definition *definition, struct store *st, struct weir_error *err)
{
    json_t *root = to_json(definition);
    char *text = root != NULL ? json_dumps(root, JSON_COMPACT) : NULL;
    int rc = 0;

    if (text == NULL) {
        rc = weir_fail(err, WEIR_E_INVALID, "the settings of %s are not all text", definition->config.id);
    } else if (strlen(text) > DEFINITION_MAX) {
        rc = weir_fail(err, WEIR_E_LIMIT, "the settings of %s are longer than %zu bytes",
                       definition->config.id, DEFINITION_MAX);
    } else {
        rc = store_state_put(st, definition->number, weir_str(definition_key), weir_bytes(text, strlen(text)),
                             err);
    }
    wipe_free(text);
    json_decref(root);
    return rc;
}

int definition_erase(struct store *st, uint32_t number, struct weir_error *err)
{
    return store_state_put(st, number, weir_str(definition_key), weir_bytes(NULL, 0), err);
}

/* *out is left NULL for null; false without memory. */
static bool take_text(char **out, const json_t *root, const char *key)
{
    const char *text = json_string_value(json_object_get(root, key));

    *out = text != NULL ? strdup(text) : NULL;
    return text == NULL || *out != NULL;
}

static int from_json(struct definition *out, const json_t *root, const struct store_integration *row,
                     struct weir_error *err)
{
    struct config_integration *config = &out->config;
    json_t *settings = json_object_get(root, "settings");
    const char *key;
    json_t *value;
    bool ok = true;
    int rc = 0;

    *out = (struct definition){
        .number = row->number,
        .announced = json_is_true(json_object_get(root, "announced")),
        .deleted_at_ms = json_integer_value(json_object_get(root, "deleted_at_ms")),
    };
    config->allow_private = json_is_true(json_object_get(root, "allow_private"));
    config->paused = json_is_true(json_object_get(root, "paused"));
    config->id = strdup(row->id);
    config->tool = strndup(row->id, strcspn(row->id, ":"));
    ok = config->id != NULL && config->tool != NULL &&
         take_text(&config->organization, root, "organization") &&
         take_text(&config->origin_id, root, "origin_id") &&
         take_text(&config->creator_email, root, "creator_email") &&
         take_text(&config->scope, root, "scope") && take_text(&config->base_url, root, "base_url");
    json_object_foreach(settings, key, value)
    {
        if (ok && rc == 0 && json_is_string(value)) {
            rc = definition_set(out, weir_str(key), weir_str(json_string_value(value)), err);
        }
    }
    for (size_t i = 0; ok && rc == 0 && i < json_array_size(json_object_get(root, "refused")); i++) {
        const char *model = json_string_value(json_array_get(json_object_get(root, "refused"), i));

        rc = model != NULL ? definition_refuse(out, weir_str(model), err) : 0;
    }
    if (rc == 0 && !ok) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the settings of %s", row->id);
    } else if (rc == 0 && (config->organization == NULL || config->scope == NULL)) {
        rc = weir_fail(err, WEIR_E_INVALID, "the stored settings of %s are damaged", row->id);
    }
    if (rc != 0) {
        definition_fini(out);
    }
    return rc;
}

int definition_load(struct definition *out, struct store *st, const struct store_integration *row,
                    struct weir_error *err)
{
    char *text = malloc(DEFINITION_MAX);
    json_t *root = NULL;
    size_t len = 0;
    int rc;

    if (text == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the settings of %s", row->id);
    }
    rc = store_state_get(st, row->number, weir_str(definition_key), text, DEFINITION_MAX, &len, err);
    if (rc == 0) {
        root = json_loadb(text, len, 0, NULL);
        rc = root != NULL ? from_json(out, root, row, err)
                          : weir_fail(err, WEIR_E_INVALID, "the stored settings of %s are damaged", row->id);
    }
    crypto_wipe(text, len < DEFINITION_MAX ? len : DEFINITION_MAX);
    free(text);
    json_decref(root);
    return rc;
}

/* ---- all ---- */

struct rows {
    struct store_integration *items;
    size_t count, cap;
    bool no_memory;
};

static bool take_row(void *ctx, const struct store_integration *row)
{
    struct rows *rows = ctx;

    if (rows->count == rows->cap) {
        size_t cap = rows->cap == 0 ? 64 : rows->cap * 2;
        struct store_integration *items = realloc(rows->items, cap * sizeof *items);

        if (items == NULL) {
            rows->no_memory = true;
            return false;
        }
        rows->items = items;
        rows->cap = cap;
    }
    rows->items[rows->count++] = *row;
    return true;
}

int definitions_load(struct definitions *out, struct store *st, struct weir_error *err)
{
    struct definitions list = {.items = NULL};
    struct rows rows = {.items = NULL};
    int rc = store_integrations(st, take_row, &rows, err);

    if (rc == 0) {
        list.items = calloc(rows.count + 1, sizeof *list.items);
        if (rows.no_memory || list.items == NULL) {
            rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the integrations made at run time");
        }
    }
    for (size_t i = 0; rc == 0 && i < rows.count; i++) {
        struct weir_error why = {0};
        int got = definition_load(&list.items[list.count], st, &rows.items[i], &why);

        if (got == 0) {
            list.count++;
        } else if (got == WEIR_E_MEMORY) {
            rc = weir_fail(err, got, "%s", why.message);
        } else if (got != WEIR_E_NONE) {
            log_error("integration left out: its settings cannot be read",
                      LOG_TEXT("integration", rows.items[i].id), LOG_ERR(&why));
        }
    }
    free(rows.items);
    if (rc != 0) {
        definitions_fini(&list);
        return rc;
    }
    *out = list;
    return 0;
}
