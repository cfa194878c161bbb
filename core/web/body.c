#include "web/body.h"

#include <jansson.h>
#include <stdlib.h>

struct body {
    json_t *root;
};

int body_parse(struct body **out, struct weir_bytes bytes, struct weir_error *err)
{
    struct body *body;
    json_t *root;

    if (bytes.len > BODY_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "the body is longer than %u bytes", BODY_MAX);
    }
    root = bytes.len == 0 ? json_object()
                          : json_loadb((const char *)bytes.data, bytes.len, JSON_REJECT_DUPLICATES, NULL);
    if (root == NULL || !json_is_object(root)) {
        json_decref(root);
        return weir_fail(err, WEIR_E_INVALID, "the body is not a JSON object");
    }
    body = malloc(sizeof *body);
    if (body == NULL) {
        json_decref(root);
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the body");
    }
    body->root = root;
    *out = body;
    return 0;
}

void body_free(struct body *body)
{
    if (body != NULL) {
        json_decref(body->root);
        free(body);
    }
}

bool body_names(const struct body *body, const char *key)
{
    return json_object_get(body->root, key) != NULL;
}

/* NULL: missing, null, or not what good says. */
static const json_t *value_of(const struct body *body, const char *key, bool good(const json_t *value),
                              const char *kind, struct weir_error *err)
{
    const json_t *value = json_object_get(body->root, key);

    if (value == NULL || json_is_null(value)) {
        return NULL;
    }
    if (!good(value)) {
        weir_fail(err, WEIR_E_INVALID, "\"%s\" in the body has to be %s", key, kind);
        return NULL;
    }
    return value;
}

static bool is_text(const json_t *value)
{
    return json_is_string(value) && json_string_length(value) <= BODY_TEXT_MAX;
}

static bool is_long(const json_t *value)
{
    return json_is_string(value);
}

static bool is_bool(const json_t *value)
{
    return json_is_boolean(value);
}

static bool is_number(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

bool body_text(struct weir_str *out, const struct body *body, const char *key, struct weir_error *err)
{
    const json_t *value = value_of(body, key, is_text, "a text of at most 4096 bytes", err);

    if (value != NULL) {
        *out = weir_str_n(json_string_value(value), json_string_length(value));
    }
    return value != NULL;
}

bool body_long(struct weir_str *out, const struct body *body, const char *key, struct weir_error *err)
{
    const json_t *value = value_of(body, key, is_long, "a text", err);

    if (value != NULL) {
        *out = weir_str_n(json_string_value(value), json_string_length(value));
    }
    return value != NULL;
}

bool body_bool(bool *out, const struct body *body, const char *key, struct weir_error *err)
{
    const json_t *value = value_of(body, key, is_bool, "true or false", err);

    if (value != NULL) {
        *out = json_is_true(value);
    }
    return value != NULL;
}

bool body_number(uint64_t *out, const struct body *body, const char *key, struct weir_error *err)
{
    const json_t *value = value_of(body, key, is_number, "a whole number", err);

    if (value != NULL) {
        *out = (uint64_t)json_integer_value(value);
    }
    return value != NULL;
}

bool body_has(const struct body *body, const char *key)
{
    const json_t *value = json_object_get(body->root, key);

    return value != NULL && !json_is_null(value);
}

size_t body_texts(struct weir_str *out, size_t max, const struct body *body, const char *key,
                  struct weir_error *err)
{
    const json_t *array = json_object_get(body->root, key);
    size_t count = json_array_size(array);

    if (array == NULL || json_is_null(array)) {
        return 0;
    }
    if (!json_is_array(array) || count > max) {
        weir_fail(err, WEIR_E_INVALID, "\"%s\" in the body has to be an array of at most %zu texts", key,
                  max);
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *text = json_array_get(array, i);

        if (!is_text(text)) {
            weir_fail(err, WEIR_E_INVALID, "\"%s\" in the body holds something that is no text", key);
            return 0;
        }
        out[i] = weir_str_n(json_string_value(text), json_string_length(text));
    }
    return count;
}

size_t body_pairs(struct web_setting out[BODY_PAIRS_MAX], const struct body *body, const char *key,
                  struct weir_error *err)
{
    json_t *object = json_object_get(body->root, key);
    const char *name;
    json_t *value;
    size_t count = 0;

    if (object != NULL && (!json_is_object(object) || json_object_size(object) > BODY_PAIRS_MAX)) {
        weir_fail(err, WEIR_E_INVALID, "\"%s\" in the body has to be an object of at most %d members", key,
                  BODY_PAIRS_MAX);
        return 0;
    }
    json_object_foreach(object, name, value)
    {
        if (!json_is_null(value) && (!json_is_string(value) || json_string_length(value) > BODY_PAIR_MAX)) {
            weir_fail(err, WEIR_E_INVALID, "\"%s.%.40s\" in the body has to be a text of at most %d bytes",
                      key, name, BODY_PAIR_MAX);
            return 0;
        }
        out[count].key = weir_str(name);
        out[count++].value = weir_str_n(json_string_value(value), json_string_length(value));
    }
    return count;
}

bool body_list(struct weir_str *out, size_t *count, size_t max, const struct body *body, const char *key,
               struct weir_error *err)
{
    const json_t *list = json_object_get(body->root, key);

    *count = 0;
    if (list == NULL || json_is_null(list)) {
        return list != NULL;
    }
    if (!json_is_array(list) || json_array_size(list) > max) {
        weir_fail(err, WEIR_E_INVALID, "\"%s\" in the body has to be an array of at most %zu texts", key,
                  max);
        return false;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *text = json_array_get(list, i);

        if (!is_text(text)) {
            weir_fail(err, WEIR_E_INVALID, "\"%s\" in the body has to be an array of texts", key);
            return false;
        }
        out[(*count)++] = weir_str_n(json_string_value(text), json_string_length(text));
    }
    return true;
}

int body_only(const struct body *body, const char *const *keys, struct weir_error *err)
{
    const char *name;
    json_t *value;

    json_object_foreach(body->root, name, value)
    {
        size_t i = 0;

        while (keys[i] != NULL && strcmp(keys[i], name) != 0) {
            i++;
        }
        if (keys[i] == NULL) {
            return weir_fail(err, WEIR_E_INVALID, "the body has no member \"%.60s\" here", name);
        }
    }
    return 0;
}
