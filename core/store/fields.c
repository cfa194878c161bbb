#include "store/fields.h"

#include "store/internal.h"
#include "store/keys.h"

#include "base/log.h"
#include "base/thread.h"

#include <stdlib.h>

enum kind { KIND_FIELD = 1, KIND_MAPPING = 2, KIND_CUSTOM = 3 };

#define VALUE_VERSION 1
#define VALUE_MAX (2 + 2 * (STORE_CUSTOM_TEXT_MAX + 1))

/* ---- reading ---- */

struct entry {
    uint8_t model;
    bool custom;
    struct weir_str name;
    struct weir_bytes value;
};

static bool entry_decode(struct entry *out, struct weir_bytes key, struct weir_bytes value)
{
    out->value = value;
    return key_field_decode(&out->model, &out->custom, &out->name, key) &&
           out->name.len <= STORE_FIELD_KEY_MAX && value.len >= 2 && value.data[0] == VALUE_VERSION;
}

/* What cannot be read is passed over: it is met, or set, again. */
static int entries(struct store *st, uint32_t integration, enum kind kind,
                   bool (*each)(void *ctx, const struct entry *entry), void *ctx, struct weir_error *err)
{
    struct store_txn txn = {0};
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key of;
    struct weir_bytes prefix = key_fields_of(&of, integration, kind);
    struct entry entry;
    int rc = store_read_begin(&txn, st, err);

    if (rc != 0) {
        return rc;
    }
    rc = db_cursor_open(&cursor, &txn, DB_FIELDS, err);
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, prefix, err);
    }
    while (rc == 0 && key_has_prefix(key, prefix)) {
        if (entry_decode(&entry, key, value) && !each(ctx, &entry)) {
            break;
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

struct lend_fields {
    bool (*each)(void *ctx, const struct store_field *field);
    void *ctx;
};

static void name_copy(char out[STORE_FIELD_KEY_MAX + 1], struct weir_str name)
{
    size_t len = name.len < STORE_FIELD_KEY_MAX ? name.len : STORE_FIELD_KEY_MAX;

    memcpy(out, name.data, len);
    out[len] = '\0';
}

static bool lend_field(void *ctx, const struct entry *entry)
{
    const struct lend_fields *to = ctx;
    struct store_field field = {
        .model = entry->model, .custom = entry->custom, .shown = entry->value.data[1] != 0};

    name_copy(field.key, entry->name);
    return to->each(to->ctx, &field);
}

int store_fields(struct store *st, uint32_t integration,
                 bool (*each)(void *ctx, const struct store_field *field), void *ctx, struct weir_error *err)
{
    struct lend_fields to = {each, ctx};

    return entries(st, integration, KIND_FIELD, lend_field, &to, err);
}

struct lend_mappings {
    bool (*each)(void *ctx, const struct store_mapping *mapping);
    void *ctx;
};

static bool lend_mapping(void *ctx, const struct entry *entry)
{
    const struct lend_mappings *to = ctx;
    struct store_mapping mapping = {.model = entry->model, .custom = entry->value.data[1] != 0};

    name_copy(mapping.key, entry->name);
    name_copy(mapping.from, weir_str_n((const char *)entry->value.data + 2, entry->value.len - 2));
    return to->each(to->ctx, &mapping);
}

int store_mappings(struct store *st, uint32_t integration,
                   bool (*each)(void *ctx, const struct store_mapping *mapping), void *ctx,
                   struct weir_error *err)
{
    struct lend_mappings to = {each, ctx};

    return entries(st, integration, KIND_MAPPING, lend_mapping, &to, err);
}

struct lend_customs {
    bool (*each)(void *ctx, const struct store_custom_field *field);
    void *ctx;
};

/* The two texts follow one another, each with its end. */
static bool lend_custom(void *ctx, const struct entry *entry)
{
    const struct lend_customs *to = ctx;
    struct store_custom_field field = {.model = entry->model};
    const char *texts = (const char *)entry->value.data + 2;
    size_t left = entry->value.len - 2;
    size_t len = strnlen(texts, left);

    if (len <= STORE_CUSTOM_TEXT_MAX && len < left) {
        memcpy(field.label, texts, len);
        texts += len + 1;
        left -= len + 1;
        len = strnlen(texts, left);
        memcpy(field.description, texts, len <= STORE_CUSTOM_TEXT_MAX ? len : 0);
    }
    name_copy(field.key, entry->name);
    return to->each(to->ctx, &field);
}

int store_custom_fields(struct store *st, bool (*each)(void *ctx, const struct store_custom_field *field),
                        void *ctx, struct weir_error *err)
{
    struct lend_customs to = {each, ctx};

    return entries(st, 0, KIND_CUSTOM, lend_custom, &to, err);
}

/* ---- one entry written ---- */

enum rule {
    RULE_PUT,     /* whatever there is */
    RULE_REPLACE, /* only what is there: WEIR_E_NONE */
    RULE_BOUNDED, /* a new one only while there are fewer than most: WEIR_E_LIMIT */
    RULE_DELETE,  /* what is there: WEIR_E_NONE */
    RULE_FORGET   /* whatever there is */
};

struct write_op {
    struct store_op op;
    enum rule rule;
    struct key key;
    struct weir_bytes value;
    size_t most;
};

static int count_like(size_t *count, struct store_txn *txn, struct weir_bytes place, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes prefix = weir_bytes(place.data, 5); /* integration and kind */
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, DB_FIELDS, err);

    *count = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, prefix, err);
    }
    while (rc == 0 && key_has_prefix(key, prefix)) {
        ++*count;
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

static int write_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    const struct write_op *w = (const struct write_op *)op;
    struct weir_bytes there;
    size_t count = 0;
    int rc = 0;

    if (w->rule == RULE_DELETE || w->rule == RULE_FORGET) {
        rc = db_del(txn, DB_FIELDS, key_span(&w->key), err);
        return rc == WEIR_E_NONE && w->rule == RULE_FORGET ? 0 : rc;
    }
    if (w->rule != RULE_PUT) {
        rc = db_get(&there, txn, DB_FIELDS, key_span(&w->key), err);
    }
    if (rc == WEIR_E_NONE && w->rule == RULE_BOUNDED) {
        rc = count_like(&count, txn, key_span(&w->key), err);
        if (rc == 0 && count >= w->most) {
            return weir_fail(err, WEIR_E_LIMIT, "there are %zu already, and no more are kept", count);
        }
    }
    return rc != 0 ? rc : db_put(txn, DB_FIELDS, key_span(&w->key), w->value, err);
}

static int write_entry(struct store *st, struct write_op *w, struct weir_error *err)
{
    int rc;

    w->op.run = write_run;
    rc = store_submit_wait(st, &w->op, err);
    if (rc == WEIR_E_NONE) {
        weir_fail(err, rc, "there is no such field");
    }
    return store_public_code(rc);
}

int store_field_show(struct store *st, uint32_t integration, const struct store_field *field,
                     struct weir_error *err)
{
    const uint8_t value[2] = {VALUE_VERSION, field->shown ? 1 : 0};
    struct write_op w = {.rule = RULE_REPLACE, .value = weir_bytes(value, sizeof value)};

    (void)key_field(&w.key, integration, KIND_FIELD, field->model, field->custom, weir_str(field->key));
    return write_entry(st, &w, err);
}

int store_mapping_set(struct store *st, uint32_t integration, const struct store_mapping *mapping,
                      struct weir_error *err)
{
    uint8_t value[2 + STORE_FIELD_KEY_MAX] = {VALUE_VERSION, mapping->custom ? 1 : 0};
    size_t len = strlen(mapping->from);
    struct write_op w = {.rule = len > 0 ? RULE_PUT : RULE_FORGET, .value = weir_bytes(value, 2 + len)};

    memcpy(value + 2, mapping->from, len);
    (void)key_field(&w.key, integration, KIND_MAPPING, mapping->model, false, weir_str(mapping->key));
    return write_entry(st, &w, err);
}

int store_custom_field_put(struct store *st, const struct store_custom_field *field, struct weir_error *err)
{
    uint8_t value[VALUE_MAX] = {VALUE_VERSION, 0};
    size_t label = strlen(field->label) + 1;
    size_t description = strlen(field->description) + 1;
    struct write_op w = {.rule = RULE_BOUNDED,
                         .most = STORE_CUSTOM_FIELDS_MAX,
                         .value = weir_bytes(value, 2 + label + description)};

    memcpy(value + 2, field->label, label);
    memcpy(value + 2 + label, field->description, description);
    (void)key_field(&w.key, 0, KIND_CUSTOM, field->model, false, weir_str(field->key));
    return write_entry(st, &w, err);
}

int store_custom_field_del(struct store *st, uint8_t model, const char *key, struct weir_error *err)
{
    struct write_op w = {.rule = RULE_DELETE};

    (void)key_field(&w.key, 0, KIND_CUSTOM, model, false, weir_str(key));
    return write_entry(st, &w, err);
}

/* ---- what was met ---- */

struct meet_op {
    struct store_op op;
    uint32_t integration;
    size_t count;
    struct store_field fields[];
};

static int meet_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    static const uint8_t hidden[2] = {VALUE_VERSION, 0};
    const struct meet_op *m = (const struct meet_op *)op;
    size_t known = SIZE_MAX;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < m->count; i++) {
        const struct store_field *field = &m->fields[i];
        struct weir_bytes there;
        struct weir_bytes place;
        struct key key;

        place =
            key_field(&key, m->integration, KIND_FIELD, field->model, field->custom, weir_str(field->key));
        rc = db_get(&there, txn, DB_FIELDS, place, err);
        if (rc != WEIR_E_NONE) {
            continue;
        }
        rc = known == SIZE_MAX ? count_like(&known, txn, place, err) : 0;
        if (rc == 0 && known < STORE_FIELDS_MAX) {
            rc = db_put(txn, DB_FIELDS, place, weir_bytes(hidden, sizeof hidden), err);
            known++;
        }
    }
    return rc;
}

static void meet_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    if (rc != 0 && rc != WEIR_E_STOPPING) {
        log_warn("fields of a tool not remembered",
                 LOG_INT("integration", ((struct meet_op *)op)->integration), LOG_ERR(err));
    }
    free(op);
}

void store_fields_meet(struct store *st, uint32_t integration, const struct store_field *fields, size_t count)
{
    struct meet_op *m = calloc(1, sizeof *m + count * sizeof *fields);

    if (m == NULL) {
        log_warn("fields of a tool not remembered", LOG_TEXT("error", "out of memory"));
        return;
    }
    m->op.run = meet_run;
    m->op.finish = meet_finish;
    m->integration = integration;
    m->count = count;
    memcpy(m->fields, fields, count * sizeof *fields);
    store_submit(st, &m->op);
}
