/* Values with parts: addresses, objects and lists of the table, and objects with free keys. */
#include "model/normalise.h"

#include <stdlib.h>
#include <strings.h>

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

struct parts {
    size_t values; /* how many have one */
    bool lacking;  /* one without which an entry says nothing has none */
};

/* All keys, null ones too: a part is shown as it stands here. */
static int add_parts(struct parts *found, struct normaliser *n, const struct model_field *field,
                     const struct model_field *fields, const json_t *object)
{
    size_t known = 0;
    int rc = 0;

    n->outer[n->depth++] = field->name;
    buf_add_char(&n->json, '{');
    for (const struct model_field *part = fields; part->name != NULL && rc >= 0; part++) {
        const json_t *value = json_object_get(object, part->name);

        known += value != NULL;
        if (part != fields) {
            buf_add_char(&n->json, ',');
        }
        buf_add_json_str(&n->json, weir_str(part->name));
        buf_add_char(&n->json, ':');
        rc = normalise_value(n, part, value == NULL && part->type == FIELD_ANY ? object : value);
        if (rc == FIT_VALUE) {
            found->values++;
        } else if (rc == FIT_NULL) {
            found->lacking = found->lacking || part->essential;
            buf_add_text(&n->json, model_field_is_list(part) && !part->nullable ? "[]" : "null");
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
    struct parts found = {0};
    int rc;

    if (!json_is_object(value)) {
        return normalise_wrong_class(n, field, value, "an address object");
    }
    rc = add_parts(&found, n, field, address_parts, value);
    if (rc == 0 && found.values == 0 && !n->json.failed) {
        n->json.len = start; /* an address that says nothing is none */
        return FIT_NULL;
    }
    return rc == 0 ? FIT_VALUE : rc;
}

/* ---- objects and lists of them ---- */

static const json_t *at_path(const json_t *object, const char *path)
{
    for (;;) {
        const char *dot = strchr(path, '.');

        object = json_object_getn(object, path, dot != NULL ? (size_t)(dot - path) : strlen(path));
        if (dot == NULL) {
            return object;
        }
        path = dot + 1;
    }
}

/* Which form the object has. A word that nobody knows is the last one's, so that the client knows it. */
static const struct model_field *form_of(struct normaliser *n, const struct model_field *field,
                                         const json_t *object)
{
    const struct model_variant *variant = field->variants;
    const char *word;

    if (variant == NULL) {
        return field->fields;
    }
    word = json_string_value(at_path(object, field->kind_path));
    while (variant[1].word != NULL && (word == NULL || strcasecmp(variant->word, word) != 0)) {
        variant++;
    }
    if (word == NULL || strcasecmp(variant->word, word) != 0) {
        normalise_note(n, field, "of no kind that is known");
    }
    n->kind = variant->word;
    return variant->fields;
}

int normalise_kind(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    (void)field;
    (void)value;
    buf_add_json_str(&n->json, weir_str(n->kind != NULL ? n->kind : ""));
    return FIT_VALUE;
}

static bool lacks_part(const struct model_field *fields, const json_t *object)
{
    for (const struct model_field *part = fields; part->name != NULL; part++) {
        const json_t *value = json_object_get(object, part->name);

        if (model_field_required(part) && (value == NULL || json_is_null(value))) {
            return true;
        }
    }
    return false;
}

int normalise_object(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    const struct model_field *fields;
    struct parts found = {0};
    int rc;

    if (!json_is_object(value)) {
        return normalise_wrong_class(n, field, value, "an object");
    }
    fields = form_of(n, field, value);
    if (!model_field_required(field) && lacks_part(fields, value)) {
        return normalise_to_null(n, field, "object without a part it needs");
    }
    rc = add_parts(&found, n, field, fields, value);
    return rc == 0 ? FIT_VALUE : rc;
}

/* An entry that lacks what it is about goes again, with the references in it. */
static int add_entry(struct normaliser *n, const struct model_field *field, const json_t *item, bool *first)
{
    size_t start = n->json.len;
    size_t refs = n->ref_count;
    struct parts found = {0};
    int rc;

    if (!json_is_object(item)) {
        return normalise_wrong_class(n, field, item, "a list of objects");
    }
    if (!*first) {
        buf_add_char(&n->json, ',');
    }
    rc = add_parts(&found, n, field, form_of(n, field, item), item);
    if (rc == 0 && found.lacking && !n->json.failed) {
        normalise_note(n, field, "entry without a part it needs");
        n->json.len = start;
        n->ref_count = refs;
    } else {
        *first = false;
    }
    return rc;
}

int normalise_list(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    size_t start = n->json.len;
    const json_t *item;
    bool first = true;
    size_t i;

    if (!json_is_array(value)) {
        return normalise_wrong_class(n, field, value, "a list");
    }
    buf_add_char(&n->json, '[');
    json_array_foreach(value, i, item)
    {
        int rc = add_entry(n, field, item, &first);

        if (rc != 0) {
            return rc;
        }
    }
    if (first && !field->nullable && !n->json.failed) {
        n->json.len = start; /* null does not fit there, so nothing and an empty list mean the same */
        return FIT_NULL;
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

int normalise_any(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    int rc;

    if (deeper_than(value, FREE_DEPTH_MAX)) {
        return normalise_to_null(n, field, "value nested deeper than 8");
    }
    rc = add_any(n, field, value);
    return rc == 0 ? FIT_VALUE : rc;
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
