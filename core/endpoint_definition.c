#include "endpoint_definition.h"

#include "base/log.h"
#include "store/endpoints.h"

#include <jansson.h>
#include <stdlib.h>

#define DEFINITION_MAX ((size_t)60 << 10) /* the store's bound of a value is just above */
#define KEY_TEXT_MAX 96

/* Among the values of integration 0, which is none. */
static struct weir_str key_of(char out[KEY_TEXT_MAX], const char *name)
{
    (void)snprintf(out, KEY_TEXT_MAX, "@endpoint/%.64s", name);
    return weir_str(out);
}

static void wipe_free(char *text)
{
    if (text != NULL) {
        crypto_wipe(text, strlen(text));
        free(text);
    }
}

static void strings_fini(struct config_strings *strings)
{
    for (size_t i = 0; i < strings->count; i++) {
        wipe_free(strings->items[i]);
    }
    free(strings->items);
}

void endpoint_definition_fini(struct endpoint_definition *definition)
{
    struct config_endpoint *config = &definition->config;

    free(config->name);
    wipe_free(config->url); /* there may be a token in it */
    wipe_free(config->secret);
    strings_fini(&config->secrets_old);
    strings_fini(&config->events);
    strings_fini(&config->integrations);
    for (size_t i = 0; i < config->headers.count; i++) {
        free(config->headers.items[i].name);
        wipe_free(config->headers.items[i].value);
    }
    free(config->headers.items);
    memset(definition, 0, sizeof *definition);
}

void endpoint_definitions_fini(struct endpoint_definitions *list)
{
    for (size_t i = 0; i < list->count; i++) {
        endpoint_definition_fini(&list->items[i]);
    }
    free(list->items);
    memset(list, 0, sizeof *list);
}

/* ---- as text ---- */

static json_t *texts(const struct config_strings *strings)
{
    json_t *all = json_array();

    for (size_t i = 0; i < strings->count; i++) {
        if (json_array_append_new(all, json_string(strings->items[i])) != 0) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}

static json_t *old_secrets(const struct endpoint_definition *d, int64_t now_ms)
{
    json_t *all = json_array();

    for (size_t i = 0; i < d->config.secrets_old.count && i < ENDPOINT_OLD_SECRETS_MAX; i++) {
        if (d->old_until_ms[i] > now_ms &&
            json_array_append_new(all, json_pack("{s:s, s:I}", "secret", d->config.secrets_old.items[i],
                                                 "until_ms", (json_int_t)d->old_until_ms[i])) != 0) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}

/* NULL without memory, or where something is no UTF-8; json_decref it. */
static json_t *to_json(const struct endpoint_definition *d, int64_t now_ms)
{
    const struct config_endpoint *config = &d->config;
    json_t *headers = json_object();
    json_t *root;

    for (size_t i = 0; i < config->headers.count; i++) {
        if (json_object_set_new(headers, config->headers.items[i].name,
                                json_string(config->headers.items[i].value)) != 0) {
            json_decref(headers);
            return NULL;
        }
    }
    root = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:b, s:I, s:I, s:i, s:I}", "url", config->url, "secret",
                     config->secret, "old", old_secrets(d, now_ms), "events", texts(&config->events),
                     "integrations", texts(&config->integrations), "headers", headers, "allow_private",
                     config->allow_private, "concurrency", (json_int_t)config->concurrency, "timeout_ms",
                     (json_int_t)config->timeout_ms, "order", config->order, "created_at_ms",
                     (json_int_t)d->created_at_ms);
    return root;
}

int endpoint_definition_save(const struct endpoint_definition *definition, struct store *st, int64_t now_ms,
                             struct weir_error *err)
{
    char key[KEY_TEXT_MAX];
    json_t *root = to_json(definition, now_ms);
    char *text = root != NULL ? json_dumps(root, JSON_COMPACT) : NULL;
    int rc = 0;

    if (text == NULL) {
        rc = weir_fail(err, WEIR_E_INVALID, "what is given for endpoint %s is not all text",
                       definition->config.name);
    } else if (strlen(text) > DEFINITION_MAX) {
        rc = weir_fail(err, WEIR_E_INVALID, "what is given for endpoint %s is longer than %zu bytes",
                       definition->config.name, DEFINITION_MAX);
    } else {
        rc =
            store_state_put(st, 0, key_of(key, definition->config.name), weir_bytes(text, strlen(text)), err);
    }
    wipe_free(text);
    json_decref(root);
    return rc;
}

int endpoint_definition_erase(struct store *st, const char *name, struct weir_error *err)
{
    char key[KEY_TEXT_MAX];

    return store_state_put(st, 0, key_of(key, name), weir_bytes(NULL, 0), err);
}

/* ---- from text ---- */

static char *dup_text(const json_t *value)
{
    return json_is_string(value) ? strdup(json_string_value(value)) : NULL;
}

static bool take_texts(struct config_strings *out, const json_t *list)
{
    size_t count = json_array_size(list);

    if (count == 0) {
        return true;
    }
    out->items = calloc(count, sizeof *out->items);
    for (size_t i = 0; out->items != NULL && i < count; i++) {
        out->items[i] = dup_text(json_array_get(list, i));
        if (out->items[i] == NULL) {
            return false;
        }
        out->count++;
    }
    return out->items != NULL;
}

static bool take_old(struct endpoint_definition *out, const json_t *list)
{
    struct config_strings *old = &out->config.secrets_old;

    old->items = calloc(ENDPOINT_OLD_SECRETS_MAX, sizeof *old->items);
    for (size_t i = 0; old->items != NULL && i < json_array_size(list) && i < ENDPOINT_OLD_SECRETS_MAX; i++) {
        const json_t *one = json_array_get(list, i);

        old->items[i] = dup_text(json_object_get(one, "secret"));
        if (old->items[i] == NULL) {
            return false;
        }
        out->old_until_ms[old->count++] = json_integer_value(json_object_get(one, "until_ms"));
    }
    return old->items != NULL;
}

static bool take_headers(struct config_headers *out, json_t *object)
{
    const char *name;
    json_t *value;

    out->items = calloc(json_object_size(object) + 1, sizeof *out->items);
    if (out->items == NULL) {
        return false;
    }
    json_object_foreach(object, name, value)
    {
        struct config_header *header = &out->items[out->count++];

        header->name = strdup(name);
        header->value = dup_text(value);
        if (header->name == NULL || header->value == NULL) {
            return false;
        }
    }
    return true;
}

static int from_json(struct endpoint_definition *out, const json_t *root, const char *name,
                     struct weir_error *err)
{
    struct config_endpoint *config = &out->config;

    *out = (struct endpoint_definition){
        .created_at_ms = json_integer_value(json_object_get(root, "created_at_ms")),
        .config = {.allow_private = json_is_true(json_object_get(root, "allow_private")),
                   .concurrency = json_integer_value(json_object_get(root, "concurrency")),
                   .timeout_ms = json_integer_value(json_object_get(root, "timeout_ms")),
                   .order = (int)json_integer_value(json_object_get(root, "order")),
                   .enabled = true}};
    config->name = strdup(name);
    config->url = dup_text(json_object_get(root, "url"));
    config->secret = dup_text(json_object_get(root, "secret"));
    if (config->name == NULL || config->url == NULL || config->secret == NULL ||
        !take_old(out, json_object_get(root, "old")) ||
        !take_texts(&config->events, json_object_get(root, "events")) ||
        !take_texts(&config->integrations, json_object_get(root, "integrations")) ||
        !take_headers(&config->headers, json_object_get(root, "headers"))) {
        endpoint_definition_fini(out);
        return weir_fail(err, WEIR_E_INVALID,
                         "what is stored of endpoint %.64s is damaged, or memory is short", name);
    }
    return 0;
}

int endpoint_definition_load(struct endpoint_definition *out, struct store *st, const char *name,
                             struct weir_error *err)
{
    char key[KEY_TEXT_MAX];
    char *text = malloc(DEFINITION_MAX);
    json_t *root = NULL;
    size_t len = 0;
    int rc;

    if (text == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for endpoint %.64s", name);
    }
    rc = store_state_get(st, 0, key_of(key, name), text, DEFINITION_MAX, &len, err);
    if (rc == 0) {
        root = json_loadb(text, len, 0, NULL);
        rc = root != NULL
                 ? from_json(out, root, name, err)
                 : weir_fail(err, WEIR_E_INVALID, "what is stored of endpoint %.64s is damaged", name);
    }
    crypto_wipe(text, len < DEFINITION_MAX ? len : DEFINITION_MAX);
    free(text);
    json_decref(root);
    return rc;
}

/* ---- all ---- */

struct names {
    char (*items)[sizeof((struct store_endpoint *)NULL)->name];
    size_t count, cap;
    bool no_memory;
};

static bool take_name(void *ctx, const struct store_endpoint *row)
{
    struct names *names = ctx;

    if (names->count == names->cap) {
        size_t cap = names->cap == 0 ? 16 : names->cap * 2;
        void *items = realloc(names->items, cap * sizeof *names->items);

        if (items == NULL) {
            names->no_memory = true;
            return false;
        }
        names->items = items;
        names->cap = cap;
    }
    memcpy(names->items[names->count++], row->name, sizeof row->name);
    return true;
}

int endpoint_definitions_load(struct endpoint_definitions *out, struct store *st, struct weir_error *err)
{
    struct endpoint_definitions list = {.items = NULL};
    struct names names = {.items = NULL};
    int rc = store_endpoints(st, take_name, &names, err);

    if (rc == 0) {
        list.items = calloc(names.count + 1, sizeof *list.items);
        if (names.no_memory || list.items == NULL) {
            rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the endpoints made at run time");
        }
    }
    for (size_t i = 0; rc == 0 && i < names.count; i++) {
        struct weir_error why = {0};
        int got = endpoint_definition_load(&list.items[list.count], st, names.items[i], &why);

        if (got == 0) {
            list.count++;
        } else if (got == WEIR_E_MEMORY) {
            rc = weir_fail(err, got, "%s", why.message);
        } else if (got != WEIR_E_NONE) {
            log_error("endpoint left out, its notifications wait: it cannot be read",
                      LOG_TEXT("endpoint", names.items[i]), LOG_ERR(&why));
        }
    }
    free(names.items);
    if (rc != 0) {
        endpoint_definitions_fini(&list);
        return rc;
    }
    *out = list;
    return 0;
}
