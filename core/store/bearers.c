#include "store/bearers.h"

#include "base/log.h"
#include "store/internal.h"
#include "store/keys.h"
#include "store/retire.h"

#include <stdlib.h>

#define ROW_VERSION 1
#define ROW_FIXED (1 + 1 + 1 + CRYPTO_SHA256 + 4 * 8)
#define ROW_MAX (ROW_FIXED + 3 * 2 + STORE_BEARER_PREFIX + STORE_BEARER_NAME + STORE_BEARER_FILTER)

/* ---- the row on disk: what has a fixed length, then the texts ---- */

static size_t put_text(uint8_t *at, const char *text, size_t cap)
{
    size_t len = strnlen(text, cap - 1);

    be_put_u16(at, (uint16_t)len);
    memcpy(at + 2, text, len);
    return 2 + len;
}

static size_t row_encode(uint8_t out[ROW_MAX], const struct store_bearer *row)
{
    uint8_t *at = out + 3;

    out[0] = ROW_VERSION;
    out[1] = row->surface;
    out[2] = row->role;
    memcpy(at, row->digest, CRYPTO_SHA256);
    at += CRYPTO_SHA256;
    be_put_u64(at, (uint64_t)row->created_at_ms);
    be_put_u64(at + 8, (uint64_t)row->expires_at_ms);
    be_put_u64(at + 16, (uint64_t)row->revoked_at_ms);
    be_put_u64(at + 24, (uint64_t)row->last_used_ms);
    at += 32;
    at += put_text(at, row->prefix, sizeof row->prefix);
    at += put_text(at, row->made_by, sizeof row->made_by);
    at += put_text(at, row->filter, sizeof row->filter);
    return (size_t)(at - out);
}

static bool take_text(char *out, size_t cap, struct weir_bytes *left)
{
    size_t len = left->len >= 2 ? be_u16(left->data) : SIZE_MAX - 2;

    if (len >= cap || len + 2 > left->len) {
        return false;
    }
    memcpy(out, left->data + 2, len);
    out[len] = '\0';
    *left = weir_bytes(left->data + 2 + len, left->len - 2 - len);
    return true;
}

/* false: damaged. */
static bool row_decode(struct store_bearer *out, struct weir_bytes name, struct weir_bytes value)
{
    const uint8_t *at = value.data + 3;
    struct weir_bytes texts;

    if (name.len == 0 || name.len >= sizeof out->name || value.len < ROW_FIXED ||
        value.data[0] != ROW_VERSION) {
        return false;
    }
    *out = (struct store_bearer){.surface = value.data[1], .role = value.data[2]};
    memcpy(out->name, name.data, name.len);
    memcpy(out->digest, at, CRYPTO_SHA256);
    at += CRYPTO_SHA256;
    out->created_at_ms = (int64_t)be_u64(at);
    out->expires_at_ms = (int64_t)be_u64(at + 8);
    out->revoked_at_ms = (int64_t)be_u64(at + 16);
    out->last_used_ms = (int64_t)be_u64(at + 24);
    texts = weir_bytes(value.data + ROW_FIXED, value.len - ROW_FIXED);
    return take_text(out->prefix, sizeof out->prefix, &texts) &&
           take_text(out->made_by, sizeof out->made_by, &texts) &&
           take_text(out->filter, sizeof out->filter, &texts);
}

static int row_put(struct store_txn *txn, const struct store_bearer *row, struct weir_error *err)
{
    uint8_t value[ROW_MAX];
    struct key key;
    size_t len = row_encode(value, row);

    return db_put(txn, DB_KEYS, key_text(&key, row->name), weir_bytes(value, len), err);
}

/* WEIR_E_NONE also for one that is damaged: it opens nothing, and may be replaced. */
static int row_get(struct store_bearer *out, struct store_txn *txn, const char *name, struct weir_error *err)
{
    struct weir_bytes value;
    struct key key;
    int rc = db_get(&value, txn, DB_KEYS, key_text(&key, name), err);

    return rc == 0 && !row_decode(out, key_span(&key), value) ? WEIR_E_NONE : rc;
}

static bool is_in_force(const struct store_bearer *row, int64_t now_ms)
{
    return row->revoked_at_ms == 0 && (row->expires_at_ms == 0 || row->expires_at_ms > now_ms);
}

/* ---- changing ---- */

struct bearer_op {
    struct store_op op;
    struct store_bearer row; /* to add: whole; else name and digest */
    int64_t at_ms;
};

static int add_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct bearer_op *b = (struct bearer_op *)op;
    struct store_bearer old;
    uint64_t count = 0;
    int rc = row_get(&old, txn, b->row.name, err);

    if (rc == 0 && is_in_force(&old, txn->now_ms)) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "there is a key \"%s\" already: revoke it first, or choose another name",
                         b->row.name);
    }
    if (rc == WEIR_E_NONE) {
        rc = db_count(&count, txn, DB_KEYS, err);
    }
    if (rc != 0) {
        return rc;
    }
    if (count >= STORE_BEARERS_MAX) {
        return weir_fail(err, WEIR_E_LIMIT,
                         "there are %d keys already; give a revoked one's name to the new one",
                         STORE_BEARERS_MAX);
    }
    b->row.created_at_ms = txn->now_ms;
    return row_put(txn, &b->row, err);
}

int store_bearer_add(struct store_bearer *row, struct store *st, struct weir_error *err)
{
    struct bearer_op b = {.op = {.run = add_run}, .row = *row};
    size_t len = strnlen(row->name, sizeof row->name);
    int rc;

    if (len == 0 || len >= sizeof row->name) {
        return weir_fail(err, WEIR_E_INVALID, "a key's name has 1 to %d characters", STORE_BEARER_NAME - 1);
    }
    rc = store_submit_wait(st, &b.op, err);
    if (rc == 0) {
        *row = b.row;
    }
    return rc;
}

static int revoke_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct bearer_op *b = (struct bearer_op *)op;
    struct store_bearer row;
    int rc = row_get(&row, txn, b->row.name, err);

    if (rc == WEIR_E_NONE || (rc == 0 && !is_in_force(&row, txn->now_ms))) {
        return weir_fail(err, WEIR_E_NONE, "there is no key \"%s\" in force that was made at run time",
                         b->row.name);
    }
    row.revoked_at_ms = txn->now_ms;
    return rc == 0 ? row_put(txn, &row, err) : rc;
}

int store_bearer_revoke(struct store *st, struct weir_str name, struct weir_error *err)
{
    struct bearer_op b = {.op = {.run = revoke_run}};

    if (name.len == 0 || name.len >= sizeof b.row.name || memchr(name.data, '\0', name.len) != NULL) {
        return weir_fail(err, WEIR_E_NONE, "there is no key of that name");
    }
    memcpy(b.row.name, name.data, name.len);
    return store_submit_wait(st, &b.op, err);
}

static int used_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct bearer_op *b = (struct bearer_op *)op;
    struct store_bearer row;
    int rc = row_get(&row, txn, b->row.name, err);

    /* Another key may have the name by now: its last use is not this one. */
    if (rc == WEIR_E_NONE || (rc == 0 && (memcmp(row.digest, b->row.digest, sizeof row.digest) != 0 ||
                                          row.last_used_ms >= b->at_ms))) {
        return 0;
    }
    row.last_used_ms = b->at_ms;
    return rc == 0 ? row_put(txn, &row, err) : rc;
}

static void used_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    if (rc != 0 && rc != WEIR_E_STOPPING) {
        log_warn("a key's last use is not noted", LOG_ERR(err));
    }
    free(op);
}

void store_bearer_used(struct store *st, const char *name, const uint8_t digest[CRYPTO_SHA256], int64_t at_ms)
{
    struct bearer_op *b = STORE_OP_NEW(struct bearer_op);

    if (b == NULL) {
        return;
    }
    b->op.run = used_run;
    b->op.finish = used_finish;
    (void)snprintf(b->row.name, sizeof b->row.name, "%s", name);
    memcpy(b->row.digest, digest, sizeof b->row.digest);
    b->at_ms = at_ms;
    store_submit(st, &b->op);
}

/* ---- reading ---- */

int store_bearers(struct store *st, bool (*each)(void *ctx, const struct store_bearer *row), void *ctx,
                  struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct store_txn txn;
    struct store_bearer row;
    int rc = store_read_begin(&txn, st, err);

    if (rc != 0) {
        return store_public_code(rc);
    }
    rc = db_cursor_open(&cursor, &txn, DB_KEYS, err);
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, (struct weir_bytes){0}, err);
    }
    while (rc == 0) {
        if (!row_decode(&row, key, value)) {
            log_error("a stored key cannot be read, and opens nothing: make a new one of that name",
                      LOG_STR("key", weir_str_n((const char *)key.data, key.len)));
        } else if (!each(ctx, &row)) {
            break;
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

int bearers_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max,
                  struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, DB_KEYS, err);

    *removed = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, (struct weir_bytes){0}, err);
    }
    while (rc == 0 && *removed < max) {
        struct store_bearer row;
        bool known = row_decode(&row, key, value);
        int64_t ended_ms = known && row.revoked_at_ms != 0 ? row.revoked_at_ms
                           : known                         ? row.expires_at_ms
                                                           : 0;

        if (ended_ms != 0 && ended_ms < before_ms) {
            rc = db_cursor_del(&cursor, err);
            *removed += rc == 0;
        }
        rc = rc == 0 ? db_cursor_next(&key, &value, &cursor, err) : rc;
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}
