/* Values with parts: addresses, objects and lists of the table, and objects with free keys. */
#include "model/normalise.h"

#include <stdlib.h>

#define FREE_DEPTH_MAX 8
#define FREE_KEY_MAX 256
#define FREE_PAIRS_INLINE 32

static const struct model_field address_parts[] = {
    {.name = "street_1", .type = FIELD_STRING, .nullable = true},
    {.name = "street_2", .type = FIELD_STRING, .nullable = true},
    {.name = "zip_code", .type = FIELD_STRING, .nullable = true},
    {.name = "city", .type = FIELD_STRING, .nullable = true},
    {.name = "state", .type = FIELD_STRING, .nullable = true},
    {.name = "country", .type = FIELD_STRING, .nullable = true},
    {.name = "raw", .type = FIELD_STRING, .nullable = true},
    {.name = NULL},
};

/* ---- parts the table names ---- */

/* All keys, null ones too: a part is shown as it stands here. *values: how many have a value. */
static int add_parts(size_t *values, struct normaliser *n, const struct model_field *field,
                     const struct model_field *parts, const json_t *object)
{
    size_t known = 0;
    int rc = 0;

    n->outer[n->depth++] = field->name;
    buf_add_char(&n->json, '{');
    for (const struct model_field *part = parts; part->name != NULL && rc >= 0; part++) {
        const json_t *value = json_object_get(object, part->name);

        known += value != NULL;
        if (part != parts) {
            buf_add_char(&n->json, ',');
        }
        buf_add_json_str(&n->json, weir_str(part->name));
        buf_add_char(&n->json, ':');
        rc = normalise_value(n, part, value);
        if (rc == FIT_VALUE) {
            (*values)++;
        } else if (rc == FIT_NULL) {
            buf_add_text(&n->json, part->type == FIELD_LIST && !part->nullable ? "[]" : "null");
        }
    }
    buf_add_char(&n->json, '}');
    n->depth--;
    if (rc >= 0 && json_object_size(object) > known) {
        normalise_note(n, field, "unknown key in it");
    }
    return rc < 0 ? rc : 0;
}

int normalise_address(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    size_t start = n->json.len;
    size_t values = 0;
    int rc;

    if (!json_is_object(value)) {
        return normalise_wrong_class(n, field, value, "an address object");
    }
    rc = add_parts(&values, n, field, address_parts, value);
    if (rc == 0 && values == 0 && !n->json.failed) {
        n->json.len = start; /* an address that says nothing is none */
        return FIT_NULL;
    }
    return rc == 0 ? FIT_VALUE : rc;
}

static bool lacks_part(const struct model_field *parts, const json_t *object)
{
    for (const struct model_field *part = parts; part->name != NULL; part++) {
        const json_t *value = json_object_get(object, part->name);

        if (model_field_required(part) && (value == NULL || json_is_null(value))) {
            return true;
        }
    }
    return false;
}

int normalise_object(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    size_t values = 0;
    int rc;

    if (!json_is_object(value)) {
        return normalise_wrong_class(n, field, value, "an object");
    }
    if (field->nullable && lacks_part(field->fields, value)) {
        return normalise_to_null(n, field, "object without a part it needs");
    }
    rc = add_parts(&values, n, field, field->fields, value);
    return rc == 0 ? FIT_VALUE : rc;
}

int normalise_list(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    const json_t *item;
    size_t values = 0;
    size_t i;

    if (!json_is_array(value)) {
        return normalise_wrong_class(n, field, value, "a list");
    }
    if (json_array_size(value) == 0 && !field->nullable) {
        return FIT_NULL; /* null does not fit there, so nothing and an empty list mean the same */
    }
    buf_add_char(&n->json, '[');
    json_array_foreach(value, i, item)
    {
        int rc;

        if (i > 0) {
            buf_add_char(&n->json, ',');
        }
        if (!json_is_object(item)) {
            return normalise_wrong_class(n, field, item, "a list of objects");
        }
        rc = add_parts(&values, n, field, field->fields, item);
        if (rc != 0) {
            return rc;
        }
    }
    buf_add_char(&n->json, ']');
    return FIT_VALUE;
}

/* ---- free keys ---- */

struct pair {
    const char *key;
    const json_t *value;
};

static int by_key(const void *a, const void *b)
{
    const struct pair *x = a;
    const struct pair *y = b;

    return strcmp(x->key, y->key);
}

static bool deeper_than(const json_t *value, size_t limit)
{
    const char *key;
    json_t *item;
    size_t i;

    if (!json_is_object(value) && !json_is_array(value)) {
        return false;
    }
    if (limit == 0) {
        return true;
    }
    json_array_foreach(value, i, item)
    {
        if (deeper_than(item, limit - 1)) {
            return true;
        }
    }
    json_object_foreach((json_t *)value, key, item)
    {
        if (deeper_than(item, limit - 1)) {
            return true;
        }
    }
    return false;
}

static int add_any(struct normaliser *n, const struct model_field *field, const json_t *value);

/* Keys in the order of their bytes: tools give them in any, and the same object has to be the same bytes. */
static int add_free_object(struct normaliser *n, const struct model_field *field, const json_t *object,
                           bool outermost)
{
    struct pair few[FREE_PAIRS_INLINE];
    struct pair *pairs = few;
    size_t count = 0;
    const char *key;
    json_t *item;
    int rc = 0;

    if (json_object_size(object) > FREE_PAIRS_INLINE) {
        pairs = malloc(json_object_size(object) * sizeof *pairs);
        if (pairs == NULL) {
            return weir_fail(n->err, WEIR_E_MEMORY, "no memory for the keys of an object");
        }
    }
    json_object_foreach((json_t *)object, key, item)
    {
        if (strlen(key) > FREE_KEY_MAX) {
            normalise_note(n, field, "key longer than 256 bytes");
        } else if (outermost && deeper_than(item, FREE_DEPTH_MAX)) {
            normalise_note(n, field, "value nested deeper than 8");
        } else {
            pairs[count++] = (struct pair){key, item};
        }
    }
    qsort(pairs, count, sizeof *pairs, by_key);
    buf_add_char(&n->json, '{');
    for (size_t i = 0; i < count && rc == 0; i++) {
        if (i > 0) {
            buf_add_char(&n->json, ',');
        }
        buf_add_json_str(&n->json, weir_str(pairs[i].key));
        buf_add_char(&n->json, ':');
        rc = add_any(n, field, pairs[i].value);
    }
    buf_add_char(&n->json, '}');
    if (pairs != few) {
        free(pairs);
    }
    return rc;
}

static int add_free_array(struct normaliser *n, const struct model_field *field, const json_t *array)
{
    const json_t *item;
    size_t i;
    int rc = 0;

    buf_add_char(&n->json, '[');
    json_array_foreach(array, i, item)
    {
        if (i > 0) {
            buf_add_char(&n->json, ',');
        }
        rc = add_any(n, field, item);
        if (rc != 0) {
            break;
        }
    }
    buf_add_char(&n->json, ']');
    return rc;
}

/* 0, or a failure. Not deeper than FREE_DEPTH_MAX, which was looked at before. */
static int add_any(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    char digits[NORMALISE_DIGITS];

    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return add_free_object(n, field, value, false);
    case JSON_ARRAY:
        return add_free_array(n, field, value);
    case JSON_STRING:
        buf_add_json_str(&n->json, weir_str_n(json_string_value(value), json_string_length(value)));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        buf_add(&n->json, digits, normalise_number_text(digits, value));
        break;
    case JSON_TRUE:
        buf_add_text(&n->json, "true");
        break;
    case JSON_FALSE:
        buf_add_text(&n->json, "false");
        break;
    case JSON_NULL:
        buf_add_text(&n->json, "null");
        break;
    }
    return 0;
}

int normalise_free(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    int rc;

    if (!json_is_object(value)) {
        return normalise_wrong_class(n, field, value, "an object");
    }
    rc = add_free_object(n, field, value, true);
    return rc == 0 ? FIT_VALUE : rc;
}
