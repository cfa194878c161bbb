#include "model/normalise.h"

#define PATH_TEXT 96

static void path_text(char out[PATH_TEXT], const struct normaliser *n, const struct model_field *field)
{
    size_t len = 0;

    for (size_t i = 0; i < n->depth && len < PATH_TEXT; i++) {
        len += (size_t)snprintf(out + len, PATH_TEXT - len, "%s.", n->outer[i]);
    }
    if (len < PATH_TEXT) {
        (void)snprintf(out + len, PATH_TEXT - len, "%s", field->name);
    }
}

void normalise_note(struct normaliser *n, const struct model_field *field, const char *what)
{
    struct record_repairs *repairs = n->repairs;
    char path[PATH_TEXT];

    if (repairs->count++ == 0) {
        path_text(path, n, field);
        (void)snprintf(repairs->first, sizeof repairs->first, "%s: %s", path, what);
    }
}

int normalise_fail(struct normaliser *n, const struct model_field *field, const char *what)
{
    char path[PATH_TEXT];

    path_text(path, n, field);
    return weir_fail(n->err, WEIR_E_INVALID, "%s: %s: %s", n->model->name, path, what);
}

int normalise_to_null(struct normaliser *n, const struct model_field *field, const char *what)
{
    if (model_field_required(field)) {
        return normalise_fail(n, field, what);
    }
    normalise_note(n, field, what);
    return FIT_NULL;
}

static const char *class_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "object";
    case JSON_ARRAY:
        return "array";
    case JSON_STRING:
        return "text";
    case JSON_INTEGER:
    case JSON_REAL:
        return "number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "boolean";
    case JSON_NULL:
        break;
    }
    return "null";
}

int normalise_wrong_class(struct normaliser *n, const struct model_field *field, const json_t *value,
                          const char *wanted)
{
    char what[80];

    (void)snprintf(what, sizeof what, "%s where %s belongs", class_name(value), wanted);
    return normalise_fail(n, field, what);
}

int normalise_value(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    static int (*const writers[])(struct normaliser *, const struct model_field *, const json_t *) = {
        [FIELD_STRING] = normalise_string,
        [FIELD_EMAIL] = normalise_email,
        [FIELD_NUMBER] = normalise_number,
        [FIELD_INTEGER] = normalise_integer,
        [FIELD_BOOLEAN] = normalise_boolean,
        [FIELD_DATETIME] = normalise_datetime,
        [FIELD_DATE] = normalise_date,
        [FIELD_TIME] = normalise_time,
        [FIELD_OPEN_ENUM] = normalise_open_enum,
        [FIELD_CLOSED_ENUM] = normalise_closed_enum,
        [FIELD_REF] = normalise_ref,
        [FIELD_REF_LIST] = normalise_ref_list,
        [FIELD_ADDRESS] = normalise_address,
        [FIELD_FREE] = normalise_free,
        [FIELD_ANY] = normalise_any,
        [FIELD_TEXTS] = normalise_texts,
        [FIELD_WORDS] = normalise_words,
        [FIELD_CHOICES] = normalise_choices,
        [FIELD_KIND] = normalise_kind,
        [FIELD_OBJECT] = normalise_object,
        [FIELD_LIST] = normalise_list,
    };

    if ((value == NULL || json_is_null(value)) && field->type != FIELD_KIND) {
        if (model_field_required(field)) {
            return normalise_fail(n, field, value == NULL ? "missing" : "null, but it needs a value");
        }
        return FIT_NULL;
    }
    return writers[field->type](n, field, value);
}
