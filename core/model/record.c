#include "model/record.h"

#include "base/crypto.h"
#include "base/utf8.h"
#include "model/canonical.h"
#include "model/normalise.h"

#include <stdlib.h>

#define DEPTH_MAX 32

/* What record_normalise gives out, and the memory behind its spans. */
struct record_memory {
    struct record record; /* first, so that the one is the other */
    char *names;          /* its remote id and those of its references */
    char *json;
};

/* The keys of the answer that are no columns: a connector may repeat its remote id, it changes nothing. */
static const char *const common_keys[] = {"id", "remote_id", "changed_at", "remote_deleted_at"};
#define COMMON_KEYS (sizeof common_keys / sizeof common_keys[0])

/* ---- reading ---- */

/* jansson goes down as deep as the text asks for, up to 2,048; ours is refused before. */
static bool too_deep(struct weir_bytes text)
{
    size_t depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        if (quoted) {
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > DEPTH_MAX) {
                return true;
            }
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return false;
}

/* jansson's own text quotes the input, which may be personal, so the words are ours. */
static const char *parse_problem(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_invalid_utf8:
        return "broken UTF-8";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a NUL character";
    case json_error_numeric_overflow:
        return "a number too big to read";
    case json_error_premature_end_of_input:
        return "JSON that ends too early";
    default:
        return "no valid JSON";
    }
}

static int parse(json_t **out, const struct model *model, struct weir_bytes emitted, struct weir_error *err)
{
    json_error_t error;
    json_t *root;

    if (emitted.len > RECORD_JSON_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "%s: record of %zu bytes, at most %u are taken", model->name,
                         emitted.len, RECORD_JSON_MAX);
    }
    if (too_deep(emitted)) {
        return weir_fail(err, WEIR_E_INVALID, "%s: record nested deeper than %d", model->name, DEPTH_MAX);
    }
    root = json_loadb(emitted.len > 0 ? (const char *)emitted.data : "", emitted.len, 0, &error);
    if (root == NULL) {
        if (json_error_code(&error) == json_error_out_of_memory) {
            return weir_fail(err, WEIR_E_MEMORY, "no memory to read a record");
        }
        return weir_fail(err, WEIR_E_INVALID, "%s: %s at byte %d of the record", model->name,
                         parse_problem(&error), error.position);
    }
    if (!json_is_object(root)) {
        json_decref(root);
        return weir_fail(err, WEIR_E_INVALID, "%s: array where an object belongs", model->name);
    }
    *out = root;
    return 0;
}

/* ---- columns ---- */

/* The tool's own payload: one that is too much or no object is left out, as the record does not need it. */
static int add_raw(struct normaliser *n, const struct model_field *field, const json_t *value)
{
    size_t start = n->json.len;
    int rc;

    if (value != NULL && !json_is_null(value) && !json_is_object(value)) {
        return normalise_to_null(n, field, "not an object");
    }
    rc = normalise_value(n, field, value);
    if (rc == FIT_VALUE && n->json.len - start > RECORD_RAW_MAX) {
        return normalise_to_null(n, field, "longer than 131072 bytes");
    }
    return rc;
}

/* Append field's key and value, unless it is null. kept: its value in the store. */
static int add_column(struct normaliser *n, const struct model_field *field, const json_t *value,
                      struct weir_str kept)
{
    size_t start = n->json.len;
    int rc;

    if (start > 1) {
        buf_add_char(&n->json, ',');
    }
    buf_add_char(&n->json, '"');
    buf_add_text(&n->json, field->name);
    buf_add_text(&n->json, "\":");
    if (field->raw) {
        n->compared_len = start; /* it is the last one: what follows is not compared */
    }
    if (value == NULL && kept.len > 0) {
        buf_add_str(&n->json, kept);
        return normalise_kept_refs(n, field, kept);
    }
    rc = field->raw ? add_raw(n, field, value) : normalise_value(n, field, value);
    if (rc == FIT_NULL && !n->json.failed) {
        n->json.len = start;
    }
    return rc < 0 ? rc : 0;
}

static bool common_key(const char *key)
{
    for (size_t i = 0; i < COMMON_KEYS; i++) {
        if (strcmp(key, common_keys[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Names of keys are the connector's own, so they may be said. */
static void note_unknown_keys(struct normaliser *n, const json_t *object)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)object, key, value)
    {
        struct weir_str name = utf8_cut(weir_str(key), 60);

        if (!common_key(key) && model_field_find(n->model, weir_str(key)) == NULL &&
            n->repairs->count++ == 0) {
            (void)snprintf(n->repairs->first, sizeof n->repairs->first, "unknown field %.*s",
                           WEIR_STR_ARG(name));
        }
    }
}

static int add_columns(struct normaliser *n, const struct scope *scope, const json_t *object,
                       struct weir_str stored)
{
    struct weir_str kept[MODEL_FIELDS_MAX];
    const struct weir_str none = {NULL, 0};
    size_t known = 0;

    canonical_columns(kept, n->model, stored);
    buf_add_char(&n->json, '{');
    for (const struct model_field *field = n->model->fields; field->name != NULL; field++) {
        const json_t *value = json_object_get(object, field->name);
        int rc;

        known += value != NULL;
        if (field->computed || !scope_allows_field(scope, n->model, field)) {
            continue;
        }
        rc = add_column(n, field, value, stored.len > 0 ? kept[model_field_index(n->model, field)] : none);
        if (rc != 0) {
            return rc;
        }
    }
    buf_add_char(&n->json, '}');
    if (json_object_size(object) > known) {
        note_unknown_keys(n, object);
    }
    return 0;
}

/* ---- the record ---- */

/* Turn what n gathered into a record; what it takes over is taken out of n. */
static int finish(struct record **out, struct normaliser *n, struct weir_str remote_id,
                  struct weir_error *err)
{
    struct record_memory *memory = calloc(1, sizeof *memory);
    struct record *record = memory != NULL ? &memory->record : NULL;
    uint8_t digest[CRYPTO_SHA256];
    struct weir_str compared;
    int rc;

    if (record == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for a record");
    }
    if (n->ref_count > 0) {
        record->refs = calloc(n->ref_count, sizeof *record->refs);
        if (record->refs == NULL) {
            rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the references of a record");
            goto out;
        }
    }
    record->model = n->model;
    id_derive(record->id, n->integration, weir_str(n->model->name), remote_id);
    memory->json = buf_take(&record->json.len, &n->json);
    record->json.data = memory->json;
    compared = weir_str_n(record->json.data, n->compared_len > 0 ? n->compared_len : record->json.len - 1);
    memory->names = buf_take(&(size_t){0}, &n->names);
    record->remote_id = weir_str_n(memory->names, remote_id.len);
    for (size_t i = 0; i < n->ref_count; i++) {
        record->refs[i] = n->refs[i].ref;
        if (record->refs[i].remote_id.len > 0) {
            record->refs[i].remote_id.data = memory->names + n->refs[i].name_at;
        }
    }
    record->ref_count = n->ref_count;

    /* With the name's end between them, so that no name and text can run into each other. */
    rc = crypto_sha256(digest,
                       (const struct weir_bytes[]){weir_bytes(n->model->name, strlen(n->model->name) + 1),
                                                   weir_str_bytes(compared), weir_bytes("}", 1)},
                       3, err);
    if (rc != 0) {
        goto out;
    }
    memcpy(record->hash, digest, RECORD_HASH);
    *out = record;
    record = NULL;

out:
    record_free(record);
    return rc;
}

static int check_remote_id(const struct model *model, struct weir_str remote_id, struct weir_error *err)
{
    if (remote_id.len == 0 || remote_id.len > RECORD_REMOTE_ID_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "%s: remote id of %zu bytes, it needs 1 to %d", model->name,
                         remote_id.len, RECORD_REMOTE_ID_MAX);
    }
    if (!utf8_valid(remote_id) || memchr(remote_id.data, '\0', remote_id.len) != NULL) {
        return weir_fail(err, WEIR_E_INVALID, "%s: remote id is no text", model->name);
    }
    return 0;
}

int record_normalise(struct record **out, const struct model *model, const struct scope *scope,
                     struct weir_str integration, struct weir_str remote_id, struct weir_bytes emitted,
                     struct weir_str stored, struct record_repairs *repairs, struct weir_error *err)
{
    struct record_repairs unasked = {0};
    struct normaliser n = {.model = model, .integration = integration, .err = err};
    json_t *object = NULL;
    int rc;

    n.repairs = repairs != NULL ? repairs : &unasked;
    memset(n.repairs, 0, sizeof *n.repairs);
    buf_init(&n.json, RECORD_JSON_MAX);
    /* Each remote id is a part of emitted, but for numbers, which may grow a little as text. */
    buf_init(&n.names, RECORD_REMOTE_ID_MAX * (RECORD_REFS_MAX + 1));

    rc = check_remote_id(model, remote_id, err);
    if (rc != 0) {
        goto out;
    }
    rc = parse(&object, model, emitted, err);
    if (rc != 0) {
        goto out;
    }
    buf_add_str(&n.names, remote_id);
    (void)buf_reserve(&n.json, emitted.len); /* about as long, so that it need not grow in steps */
    rc = add_columns(&n, scope, object, stored);
    if (rc == 0 && (buf_check(&n.json, "record", err) == WEIR_E_MEMORY ||
                    buf_check(&n.names, "remote ids", err) == WEIR_E_MEMORY)) {
        rc = WEIR_E_MEMORY;
    } else if (rc == 0 && (n.json.failed || n.names.failed)) {
        rc = weir_fail(err, WEIR_E_INVALID, "%s: record longer than %u bytes", model->name, RECORD_JSON_MAX);
    }
    if (rc == 0) {
        rc = finish(out, &n, remote_id, err);
    }

out:
    json_decref(object);
    buf_fini(&n.json);
    buf_fini(&n.names);
    free(n.refs);
    return rc;
}

void record_free(struct record *record)
{
    struct record_memory *memory = (struct record_memory *)record;

    if (memory != NULL) {
        free(memory->names);
        free(memory->json);
        free(record->refs);
        free(memory);
    }
}

bool record_is_partial(const struct model *model, const struct scope *scope, struct weir_bytes emitted)
{
    struct weir_str given[MODEL_FIELDS_MAX];

    /* A key written with escapes is not found here and counts as left out: in doubt, true. */
    canonical_columns(given, model, weir_str_n((const char *)emitted.data, emitted.len));
    for (const struct model_field *field = model->fields; field->name != NULL; field++) {
        if (given[model_field_index(model, field)].len == 0 && !field->computed &&
            scope_allows_field(scope, model, field)) {
            return true;
        }
    }
    return false;
}
