/*
 * Connector values: a token, a pinned id, a cursor. Sealed, written one at a time.
 */
#include "store/env.h"

#include "store/keys.h"
#include "store/seal.h"

#include <stdlib.h>

#define STATE_KEY_MAX 128
#define STATE_VALUE_MAX ((size_t)64 << 10)

static int check_key(struct weir_str key, struct weir_error *err)
{
    if (key.len == 0 || key.len > STATE_KEY_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "the key of a stored value has %zu characters, not 1 to %d",
                         key.len, STATE_KEY_MAX);
    }
    return 0;
}

/* Into buf, from sealed. */
static int copy_out(void *buf, size_t cap, size_t *len, struct store *st, struct weir_bytes place,
                    struct weir_bytes sealed, struct weir_error *err)
{
    struct buf plain;
    int rc;

    buf_init(&plain, STATE_VALUE_MAX);
    rc = seal_open_buf(&plain, st, store_db_name(DB_STATE), place, sealed, err);
    if (rc == 0) {
        *len = plain.len;
        if (plain.len > cap) {
            rc = weir_fail(err, WEIR_E_LIMIT, "the stored value has %zu bytes, there is room for %zu",
                           plain.len, cap);
        } else if (plain.len > 0) {
            memcpy(buf, plain.data, plain.len);
        }
        if (plain.data != NULL) {
            crypto_wipe(plain.data, plain.len);
        }
    }
    buf_fini(&plain);
    return rc;
}

int store_state_get(struct store *st, uint32_t integration, struct weir_str key, void *buf, size_t cap,
                    size_t *len, struct weir_error *err)
{
    struct store_txn txn;
    struct weir_bytes place;
    struct weir_bytes sealed;
    struct key k;
    int rc = check_key(key, err);

    if (rc == 0) {
        rc = store_read_begin(&txn, st, err);
    }
    if (rc != 0) {
        return rc;
    }
    place = key_state(&k, integration, key);
    rc = db_get(&sealed, &txn, DB_STATE, place, err);
    if (rc == 0) {
        rc = copy_out(buf, cap, len, st, place, sealed, err);
    } else if (rc == WEIR_E_NONE) {
        weir_fail(err, rc, "there is no stored value %.*s", WEIR_STR_ARG(key));
    }
    store_read_end(&txn);
    return store_public_code(rc);
}

struct put_op {
    struct store_op op;
    struct key key;
    struct weir_bytes sealed; /* empty: delete */
};

static int put_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct put_op *p = (struct put_op *)op;
    int rc;

    if (p->sealed.len > 0) {
        return db_put(txn, DB_STATE, key_span(&p->key), p->sealed, err);
    }
    rc = db_del(txn, DB_STATE, key_span(&p->key), err);
    return rc == WEIR_E_NONE ? 0 : rc;
}

int store_state_put(struct store *st, uint32_t integration, struct weir_str key, struct weir_bytes value,
                    struct weir_error *err)
{
    struct put_op p = {.op = {.run = put_run}};
    struct weir_bytes place;
    uint8_t *sealed = NULL;
    int rc = check_key(key, err);

    if (rc != 0) {
        return rc;
    }
    if (value.len > STATE_VALUE_MAX) {
        return weir_fail(err, WEIR_E_LIMIT, "a value of %zu bytes is too long to be stored (at most %zu)",
                         value.len, STATE_VALUE_MAX);
    }
    place = key_state(&p.key, integration, key);
    if (value.len > 0) {
        sealed = malloc(seal_len(value.len));
        rc = sealed == NULL ? weir_fail(err, WEIR_E_MEMORY, "no memory to seal a value")
                            : seal_put(sealed, st, store_db_name(DB_STATE), place, value, err);
        p.sealed = weir_bytes(sealed, seal_len(value.len));
    }
    if (rc == 0) {
        rc = store_submit_wait(st, &p.op, err);
    }
    free(sealed);
    return rc;
}

/* A value that does not open any more stays as it is: who reads it is told. */
static int reseal_one(struct store_txn *txn, struct weir_bytes place, struct weir_bytes sealed,
                      struct weir_error *err)
{
    struct buf plain;
    uint8_t *out = malloc(sealed.len);
    struct key key;
    int rc;

    if (out == NULL || place.len > sizeof key.bytes) {
        free(out);
        return weir_fail(err, WEIR_E_MEMORY, "no memory to seal a value anew");
    }
    memcpy(key.bytes, place.data, place.len);
    key.len = place.len;
    buf_init(&plain, STATE_VALUE_MAX);
    rc = seal_open_buf(&plain, txn->st, store_db_name(DB_STATE), key_span(&key), sealed, err);
    if (rc == WEIR_E_REJECT) {
        rc = 0;
    } else if (rc == 0) {
        rc = seal_put(out, txn->st, store_db_name(DB_STATE), key_span(&key), buf_bytes(&plain), err);
        rc = rc == 0 ? db_put(txn, DB_STATE, key_span(&key), weir_bytes(out, sealed.len), err) : rc;
        crypto_wipe(plain.data, plain.len);
    }
    buf_fini(&plain);
    free(out);
    return rc;
}

int state_reseal(struct store_txn *txn, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes place;
    struct weir_bytes sealed;
    int rc = db_cursor_open(&cursor, txn, DB_STATE, err);

    if (rc == 0) {
        rc = db_cursor_seek(&place, &sealed, &cursor, (struct weir_bytes){0}, err);
    }
    while (rc == 0) {
        if (!seal_is_current(txn->st, sealed)) {
            rc = reseal_one(txn, place, sealed, err);
        }
        if (rc == 0) {
            rc = db_cursor_next(&place, &sealed, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}
