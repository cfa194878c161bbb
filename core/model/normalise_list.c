/* Lists of plain values: texts, words of an enum, and the choices of a question. */
#include "model/normalise.h"

/* Append one element. FIT_NULL: it says nothing. */
typedef int element_add(struct normaliser *n, const struct model_field *field, const json_t *item);

static int add_list(struct normaliser *n, const struct model_field *field, const json_t *value,
                    element_add *add)
{
    size_t start = n->json.len;
    const json_t *item;
    size_t i;

    buf_add_char(&n->json, '[');
    json_array_foreach(value, i, item)
    {
        size_t before = n->json.len;
        int rc;

        if (before > start + 1) {
            buf_add_char(&n->json, ',');
        }
        rc = add(n, field, item);
        if (rc < 0) {
            return rc;
        }
        if (rc == FIT_NULL && !n->json.failed) {
            n->json.len = before;
        }
    }
    if (n->json.len == start + 1 && !field->nullable) {
        n->json.len = start; /* null does not fit there, so nothing and an empty list mean the same */
        return FIT_NULL;
    }
    buf_add_char(&n->json, ']');
    return FIT_VALUE;
}

static int add_text(struct normaliser *n, const struct model_field *field, const json_t *item)
{
    return json_is_null(item) ? FIT_NULL : normalise_string(n, field, item);
}

static int add_boolean(struct normaliser *n, const struct model_field *field, const json_t *item)
{
    return normalise_boolean(n, field, item);
}

int normalise_texts(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    if (!json_is_array(value)) {
        return normalise_wrong_class(n, field, value, "a list of texts");
    }
    return add_list(n, field, value, add_text);
}

int normalise_choices(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    const json_t *item;
    size_t booleans = 0;
    size_t i;

    if (!json_is_array(value)) {
        return normalise_wrong_class(n, field, value, "a list of texts or booleans");
    }
    json_array_foreach(value, i, item)
    {
        booleans += json_is_boolean(item);
    }
    if (booleans > 0 && booleans < json_array_size(value)) {
        return normalise_to_null(n, field, "texts and booleans in one list");
    }
    return add_list(n, field, value, booleans > 0 ? add_boolean : add_text);
}

/* Is word among the list's? *known: how many of them are any of the enum's. */
static bool has_word(size_t *known, const struct model_field *field, const json_t *list, const char *word)
{
    const json_t *item;
    bool found = false;
    size_t i;

    *known = 0;
    json_array_foreach(list, i, item)
    {
        const char *is =
            json_is_string(item)
                ? normalise_word(field, weir_str_n(json_string_value(item), json_string_length(item)))
                : NULL;

        *known += is != NULL;
        found = found || is == word;
    }
    return found;
}

int normalise_words(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    size_t start = n->json.len;
    size_t known = 0;

    if (!json_is_array(value)) {
        return normalise_wrong_class(n, field, value, "a list of words");
    }
    buf_add_char(&n->json, '[');
    for (const char *const *word = field->values; *word != NULL; word++) {
        if (has_word(&known, field, value, *word)) {
            if (n->json.len > start + 1) {
                buf_add_char(&n->json, ',');
            }
            buf_add_json_str(&n->json, weir_str(*word));
        }
    }
    buf_add_char(&n->json, ']');
    if (known < json_array_size(value)) {
        normalise_note(n, field, "unknown word in it");
    }
    return FIT_VALUE;
}
