#include "store/scopes.h"

#include "store/internal.h"
#include "store/keys.h"

#include <stdlib.h>

#define PREFIX "scope/"
#define PREFIX_LEN (sizeof PREFIX - 1)

struct put_op {
    struct store_op op;
    char key[PREFIX_LEN + STORE_SCOPE_NAME];
    struct weir_str text;
};

static int count_all(size_t *count, struct store_txn *txn, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes prefix = weir_bytes(PREFIX, PREFIX_LEN);
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, DB_META, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, prefix, err);
    }
    for (*count = 0; rc == 0 && key_has_prefix(key, prefix); ++*count) {
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

static int put_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    const struct put_op *p = (const struct put_op *)op;
    size_t count = 0;
    struct key key;
    int rc;

    if (p->text.len == 0) {
        rc = db_del(txn, DB_META, key_text(&key, p->key), err);
        return rc == WEIR_E_NONE ? 0 : rc;
    }
    rc = count_all(&count, txn, err);
    if (rc == 0 && count > STORE_SCOPES_MAX) {
        rc = weir_fail(err, WEIR_E_LIMIT, "there are %d scopes already", STORE_SCOPES_MAX);
    }
    return rc == 0 ? db_put(txn, DB_META, key_text(&key, p->key), weir_str_bytes(p->text), err) : rc;
}

int store_scope_put(struct store *st, struct weir_str name, struct weir_str text, struct weir_error *err)
{
    struct put_op p = {.op = {.run = put_run}, .key = PREFIX, .text = text};

    if (name.len == 0 || name.len >= STORE_SCOPE_NAME || memchr(name.data, '\0', name.len) != NULL) {
        return weir_fail(err, WEIR_E_INVALID, "a scope's name has 1 to %d characters", STORE_SCOPE_NAME - 1);
    }
    if (text.len > STORE_SCOPE_TEXT) {
        return weir_fail(err, WEIR_E_LIMIT, "a scope of %zu bytes is too long (at most %zu)", text.len,
                         STORE_SCOPE_TEXT);
    }
    memcpy(p.key + PREFIX_LEN, name.data, name.len);
    return store_submit_wait(st, &p.op, err);
}

int store_scopes(struct store *st, bool (*each)(void *ctx, struct weir_str name, struct weir_str text),
                 void *ctx, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes prefix = weir_bytes(PREFIX, PREFIX_LEN);
    struct weir_bytes key;
    struct weir_bytes value;
    struct store_txn txn;
    int rc = store_read_begin(&txn, st, err);

    if (rc != 0) {
        return store_public_code(rc);
    }
    rc = db_cursor_open(&cursor, &txn, DB_META, err);
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, prefix, err);
    }
    while (rc == 0 && key_has_prefix(key, prefix) &&
           each(ctx, weir_str_n((const char *)key.data + PREFIX_LEN, key.len - PREFIX_LEN),
                weir_str_n((const char *)value.data, value.len))) {
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}
