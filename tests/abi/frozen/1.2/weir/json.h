/*
 * json: for authors of connectors: read a tool's JSON without trusting its shape, and hand records over.
 *
 * Header-only, on jansson; nothing here is needed to write a connector, and the host knows nothing of
 * it. The readers tell three cases apart, since they mean different things for a record: a member that
 * is missing (perhaps the credential may not read it: leave the field out, the stored value stays), one
 * that is null (empty the field), and a value. A value of a type that makes no sense counts as missing.
 *
 * A path names members with dots: "payload.person.id"; a number is a place in an array ("sources.0"), and "."
 * the root itself. Outputs stay as they were unless a value is found. All calls: thread any, one at a time
 * per document.
 */
#ifndef WEIR_JSON_H
#define WEIR_JSON_H

#include "weir/connector.h"
#include "weir/text.h"

#include <jansson.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_JSON_RECORD_MAX ((size_t)1 << 20) /* what the host takes of one record */

enum weir_json_found { WEIR_JSON_MISSING = 0, WEIR_JSON_NULL = 1, WEIR_JSON_VALUE = 2 };

/*
 * Parse a document of at most max bytes whose root is an object or an array. Nesting is bounded by
 * jansson (2,048). The last of two equal names counts. *out is yours: json_decref. what names the
 * document in the message, which shows none of its content. Fails with WEIR_E_LIMIT or WEIR_E_INVALID.
 */
static inline int weir_json_parse(json_t **out, struct weir_bytes text, size_t max, const char *what,
                                  struct weir_error *err)
{
    json_error_t where;
    json_t *root;

    if (text.len > max) {
        return weir_fail(err, WEIR_E_LIMIT, "%s: %zu bytes are more than the %zu allowed", what, text.len,
                         max);
    }
    if (text.len == 0) {
        return weir_fail(err, WEIR_E_INVALID, "%s: empty where JSON was expected", what);
    }
    root = json_loadb((const char *)text.data, text.len, 0, &where);
    if (root == NULL) {
        if (json_error_code(&where) == json_error_out_of_memory) {
            return weir_fail(err, WEIR_E_MEMORY, "%s: out of memory", what);
        }
        return weir_fail(err, WEIR_E_INVALID, "%s: not JSON (line %d, column %d)", what, where.line,
                         where.column);
    }
    *out = root;
    return 0;
}

/* Of an array, by the digits of key; NULL: not there. */
static inline const json_t *weir_json_nth(const json_t *array, const char *key)
{
    size_t n = 0;
    size_t i;

    for (i = 0; key[i] >= '0' && key[i] <= '9' && i < 6; i++) {
        n = n * 10 + (size_t)(key[i] - '0');
    }
    return i > 0 && key[i] == '\0' ? json_array_get(array, n) : NULL;
}

/* What stands at path below root; *value is lent by root and may be the null. A path that passes a null
 * ends there as null. */
static inline enum weir_json_found weir_json_find(json_t **value, const json_t *root, const char *path)
{
    const json_t *at = root;
    const char *rest = strcmp(path, ".") == 0 ? NULL : path;

    while (rest != NULL) {
        const char *dot = strchr(rest, '.');
        size_t len = dot != NULL ? (size_t)(dot - rest) : strlen(rest);
        char key[128];

        if (json_is_null(at)) {
            break;
        }
        if (!(json_is_object(at) || json_is_array(at)) || len >= sizeof key) {
            return WEIR_JSON_MISSING;
        }
        memcpy(key, rest, len);
        key[len] = '\0';
        at = json_is_array(at) ? weir_json_nth(at, key) : json_object_get(at, key);
        if (at == NULL) {
            return WEIR_JSON_MISSING;
        }
        rest = dot != NULL ? dot + 1 : NULL;
    }
    if (at == NULL) {
        return WEIR_JSON_MISSING;
    }
    *value = (json_t *)(uintptr_t)at;
    return json_is_null(at) ? WEIR_JSON_NULL : WEIR_JSON_VALUE;
}

/* The object or array at path, or NULL. Lent by root. */
static inline json_t *weir_json_object(const json_t *root, const char *path)
{
    json_t *value = NULL;

    return weir_json_find(&value, root, path) == WEIR_JSON_VALUE && json_is_object(value) ? value : NULL;
}

static inline json_t *weir_json_array(const json_t *root, const char *path)
{
    json_t *value = NULL;

    return weir_json_find(&value, root, path) == WEIR_JSON_VALUE && json_is_array(value) ? value : NULL;
}

/* A string, lent by root. */
static inline enum weir_json_found weir_json_str(struct weir_str *out, const json_t *root, const char *path)
{
    json_t *value = NULL;
    enum weir_json_found found = weir_json_find(&value, root, path);

    if (found != WEIR_JSON_VALUE) {
        return found;
    }
    if (!json_is_string(value)) {
        return WEIR_JSON_MISSING;
    }
    *out = weir_str_n(json_string_value(value), json_string_length(value));
    return WEIR_JSON_VALUE;
}

/* A string, or an integer as its digits, copied and terminated: for ids, which tools write either way.
 * What does not fit into cap counts as missing, so an id is never a cut one. */
static inline enum weir_json_found weir_json_text(char *out, size_t cap, const json_t *root, const char *path)
{
    json_t *value = NULL;
    enum weir_json_found found = weir_json_find(&value, root, path);

    if (found != WEIR_JSON_VALUE) {
        return found;
    }
    if (json_is_string(value) && json_string_length(value) < cap) {
        memcpy(out, json_string_value(value), json_string_length(value));
        out[json_string_length(value)] = '\0';
        return WEIR_JSON_VALUE;
    }
    if (json_is_integer(value)) {
        char digits[32];
        int len = snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(value));

        if (len > 0 && (size_t)len < cap) {
            memcpy(out, digits, (size_t)len + 1);
            return WEIR_JSON_VALUE;
        }
    }
    return WEIR_JSON_MISSING;
}

/* A number, or text that is one ("32.5"). */
static inline enum weir_json_found weir_json_real(double *out, const json_t *root, const char *path)
{
    json_t *value = NULL;
    json_t *parsed = NULL;
    enum weir_json_found found = weir_json_find(&value, root, path);

    if (found != WEIR_JSON_VALUE) {
        return found;
    }
    if (json_is_string(value)) {
        parsed = json_loadb(json_string_value(value), json_string_length(value), JSON_DECODE_ANY, NULL);
        value = parsed;
    }
    if (value == NULL || !json_is_number(value)) {
        found = WEIR_JSON_MISSING;
    } else {
        *out = json_number_value(value);
    }
    json_decref(parsed);
    return found;
}

/* Without a fraction, and small enough that a double holds it exactly. */
static inline bool weir_json_is_whole(double value)
{
    if (!(value >= -9007199254740992.0 && value <= 9007199254740992.0)) {
        return false;
    }
    return !(value < (double)(int64_t)value) && !(value > (double)(int64_t)value);
}

/* A whole number that fits, or text that is one; 90.0 is one too. */
static inline enum weir_json_found weir_json_integer(int64_t *out, const json_t *root, const char *path)
{
    json_t *value = NULL;
    double real = 0;
    enum weir_json_found found = weir_json_find(&value, root, path);

    if (found == WEIR_JSON_VALUE && json_is_integer(value)) {
        *out = (int64_t)json_integer_value(value);
        return found;
    }
    found = weir_json_real(&real, root, path);
    if (found == WEIR_JSON_VALUE) {
        if (!weir_json_is_whole(real)) {
            return WEIR_JSON_MISSING;
        }
        *out = (int64_t)real;
    }
    return found;
}

/* true or false, or these words as text. */
static inline enum weir_json_found weir_json_bool(bool *out, const json_t *root, const char *path)
{
    json_t *value = NULL;
    enum weir_json_found found = weir_json_find(&value, root, path);

    if (found != WEIR_JSON_VALUE) {
        return found;
    }
    if (json_is_boolean(value)) {
        *out = json_is_true(value);
        return WEIR_JSON_VALUE;
    }
    if (json_is_string(value) && strcmp(json_string_value(value), "true") == 0) {
        *out = true;
        return WEIR_JSON_VALUE;
    }
    if (json_is_string(value) && strcmp(json_string_value(value), "false") == 0) {
        *out = false;
        return WEIR_JSON_VALUE;
    }
    return WEIR_JSON_MISSING;
}

/* The id at path, a string or an integer. false: none that is valid; out is then undefined. */
static inline bool weir_json_id(char out[WEIR_ID_TEXT], const json_t *root, const char *path)
{
    return weir_json_text(out, WEIR_ID_TEXT, root, path) == WEIR_JSON_VALUE && weir_id_valid(weir_str(out));
}

/* The word at path is this one, in either case (tools write both). */
static inline bool weir_json_word_is(const json_t *root, const char *path, const char *word)
{
    struct weir_str value = {NULL, 0};

    return weir_json_str(&value, root, path) == WEIR_JSON_VALUE &&
           weir_str_equal_nocase(value, weir_str(word));
}

/* Of a mixed array of objects that have "type" and "id" (JSON:API's "included", say), the one with these;
 * NULL: it is not there. */
static inline const json_t *weir_json_item(const json_t *array, const char *type, const char *id)
{
    const json_t *item;
    char got[WEIR_ID_TEXT];
    size_t i;

    json_array_foreach(array, i, item)
    {
        if (weir_json_word_is(item, "type", type) && weir_json_id(got, item, "id") && strcmp(got, id) == 0) {
            return item;
        }
    }
    return NULL;
}

/* ---- writing a record ------------------------------------------------------------------------
 * Each returns 0, or -1 when memory is out: gather them with |= and look once. */

/* A whole number as an integer, so that 3 does not become 3.0. */
static inline int weir_json_put_real(json_t *to, const char *field, double value)
{
    if (weir_json_is_whole(value)) {
        return json_object_set_new(to, field, json_integer((json_int_t)value));
    }
    return json_object_set_new(to, field, json_real(value));
}

static inline int weir_json_put_str(json_t *to, const char *field, struct weir_str value)
{
    return json_object_set_new(to, field, json_stringn(value.len > 0 ? value.data : "", value.len));
}

static inline int weir_json_put_null(json_t *to, const char *field)
{
    return json_object_set_new(to, field, json_null());
}

/* Text (or a number's text) from one document to the other; null as null; missing is not put. */
static inline int weir_json_put_text_from(json_t *to, const char *field, const json_t *from, const char *path)
{
    json_t *value = NULL;

    switch (weir_json_find(&value, from, path)) {
    case WEIR_JSON_NULL:
        return weir_json_put_null(to, field);
    case WEIR_JSON_VALUE:
        if (json_is_string(value)) {
            return json_object_set(to, field, value);
        }
        if (json_is_integer(value)) {
            return json_object_set_new(to, field,
                                       json_sprintf("%" JSON_INTEGER_FORMAT, json_integer_value(value)));
        }
        if (json_is_real(value)) {
            return json_object_set_new(to, field, json_sprintf("%.15g", json_real_value(value)));
        }
        return 0;
    case WEIR_JSON_MISSING:
        break;
    }
    return 0;
}

/* A number (or text that is one) from one document to the other; null as null; missing is not put. */
static inline int weir_json_put_real_from(json_t *to, const char *field, const json_t *from, const char *path)
{
    double value = 0;

    switch (weir_json_real(&value, from, path)) {
    case WEIR_JSON_NULL:
        return weir_json_put_null(to, field);
    case WEIR_JSON_VALUE:
        return weir_json_put_real(to, field, value);
    case WEIR_JSON_MISSING:
        break;
    }
    return 0;
}

/* ---- handing over ---------------------------------------------------------------------------- */

/* Compact text of record, or NULL. 15 digits: 0.1 stays 0.1 instead of 0.10000000000000001. free() it. */
static inline char *weir_json_dump_dup(size_t *len, const json_t *record, struct weir_error *err)
{
    char *text = json_dumps(record, JSON_COMPACT | JSON_REAL_PRECISION(15));

    if (text == NULL) {
        (void)weir_fail(err, WEIR_E_MEMORY, "a record could not be written as JSON: out of memory");
        return NULL;
    }
    *len = strlen(text);
    return text;
}

/* Give a record to the sink. record stays yours. Whatever the sink answers is to be passed up. */
static inline int weir_emit_json(const struct weir_sink *sink, const char *model, struct weir_str remote_id,
                                 const json_t *record, struct weir_error *err)
{
    size_t len = 0;
    char *text = weir_json_dump_dup(&len, record, err);
    int rc;

    if (text == NULL) {
        return WEIR_E_MEMORY;
    }
    if (len > WEIR_JSON_RECORD_MAX) {
        rc = weir_fail(err, WEIR_E_LIMIT, "a record of %s has %zu bytes, more than a record may have", model,
                       len);
    } else {
        rc = sink->record(sink, weir_str(model), remote_id, weir_bytes(text, len), err);
    }
    free(text);
    return rc;
}

/* As weir_emit_json, for what is only stored when nothing is known of the record. */
static inline int weir_emit_json_placeholder(const struct weir_sink *sink, const char *model,
                                             struct weir_str remote_id, const json_t *record,
                                             struct weir_error *err)
{
    size_t len = 0;
    char *text = weir_json_dump_dup(&len, record, err);
    int rc;

    if (text == NULL) {
        return WEIR_E_MEMORY;
    }
    rc = sink->placeholder(sink, weir_str(model), remote_id, weir_bytes(text, len), err);
    free(text);
    return rc;
}

/* As one of the two, and record goes in any case. NULL, or bad other than 0 (what the puts gathered): out of
 * memory. */
static inline int weir_emit_take(const struct weir_sink *sink, const char *model, const char *remote_id,
                                 json_t *record, int bad, bool placeholder, struct weir_error *err)
{
    int rc;

    if (record == NULL || bad != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "%s: out of memory", model);
    } else if (placeholder) {
        rc = weir_emit_json_placeholder(sink, model, weir_str(remote_id), record, err);
    } else {
        rc = weir_emit_json(sink, model, weir_str(remote_id), record, err);
    }
    json_decref(record);
    return rc;
}

#ifdef __cplusplus
}
#endif

#endif
