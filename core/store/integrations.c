/*
 * What is remembered of an integration: one row, under its id. The webhook secrets in it are sealed.
 */
#include "store/env.h"

#include "store/integrations_internal.h"
#include "store/keys.h"
#include "store/seal.h"

#include <stdlib.h>

#define ROW_VERSION 1
#define ROW_MAX 2048
#define SECRET_BYTES 32 /* 43 characters */

/* ---- the row on disk: fields one after the other; new ones go to the end ---- */

struct row_reader {
    struct weir_bytes left;
    bool bad;
};

static const uint8_t *take(struct row_reader *r, size_t len)
{
    const uint8_t *at = r->left.data;

    if (len > r->left.len) {
        r->bad = true;
        return NULL;
    }
    r->left = weir_bytes(at + len, r->left.len - len);
    return at;
}

static uint64_t take_u64(struct row_reader *r)
{
    const uint8_t *at = take(r, 8);

    return at != NULL ? be_u64(at) : 0;
}

static void take_text(char *out, size_t cap, struct row_reader *r)
{
    const uint8_t *at = take(r, 2);
    size_t len = at != NULL ? be_u16(at) : 0;

    at = take(r, len);
    if (at == NULL || len >= cap) {
        r->bad = true;
        return;
    }
    memcpy(out, at, len);
    out[len] = '\0';
}

static void add_u64(struct buf *b, uint64_t n)
{
    uint8_t bytes[8];

    be_put_u64(bytes, n);
    buf_add(b, bytes, sizeof bytes);
}

/* At most cap - 1 characters, as a row that a caller filled in may lack its end. */
static void add_text(struct buf *b, const char *text, size_t cap)
{
    uint8_t bytes[2];
    size_t len = strnlen(text, cap - 1);

    be_put_u16(bytes, (uint16_t)len);
    buf_add(b, bytes, sizeof bytes);
    buf_add(b, text, len);
}

static int add_secrets(struct buf *b, const struct store *st, struct weir_bytes place,
                       const struct store_integration *row, struct weir_error *err)
{
    char *room = buf_reserve(b, seal_len(sizeof row->secrets));
    int rc;

    if (room == NULL) {
        return buf_check(b, "an integration's row", err);
    }
    rc = seal_put((uint8_t *)room, st, store_db_name(DB_INTEGRATIONS), place,
                  weir_bytes(row->secrets, sizeof row->secrets), err);
    b->len += seal_len(sizeof row->secrets);
    return rc;
}

static int row_encode(struct buf *b, const struct store *st, struct weir_bytes place,
                      const struct store_integration *row, struct weir_error *err)
{
    int rc;

    buf_add_char(b, ROW_VERSION);
    rc = add_secrets(b, st, place, row, err);
    if (rc != 0) {
        return rc;
    }
    add_u64(b, row->number);
    add_u64(b, (uint64_t)row->created_at_ms);
    add_u64(b, (uint64_t)row->state);
    add_u64(b, row->first_sync_done);
    add_u64(b, (uint64_t)row->last_full_sync_ms);
    add_u64(b, (uint64_t)row->last_delta_sync_ms);
    add_u64(b, (uint64_t)row->next_sync_ms);
    add_u64(b, (uint64_t)row->last_delivery_ms);
    add_u64(b, (uint64_t)row->seen_until_ms);
    add_u64(b, row->scope_digest);
    add_u64(b, (uint64_t)row->auth_failed_since_ms);
    add_u64(b, (uint64_t)row->secret_rotated_at_ms);
    add_text(b, row->problem, sizeof row->problem);
    add_u64(b, (uint64_t)row->subscription_state);
    add_u64(b, (uint64_t)row->subscription_checked_ms);
    add_text(b, row->subscription_remote_id, sizeof row->subscription_remote_id);
    add_text(b, row->subscription_detail, sizeof row->subscription_detail);
    add_u64(b, (uint64_t)row->subscription_since_ms);
    add_u64(b, (uint64_t)row->subscription_probed_ms);
    add_u64(b, (uint64_t)row->delivery_gap_ms);
    add_u64(b, row->delivery_gap_count);
    add_u64(b, row->webhook_missed);
    add_u64(b, (uint64_t)row->told_state);
    add_u64(b, (uint64_t)row->deleted_at_ms);
    add_u64(b, (uint64_t)row->life.setup);
    add_u64(b, (uint64_t)row->life.qa);
    add_u64(b, (uint64_t)row->life.told_setup);
    add_u64(b, (uint64_t)row->life.told_qa);
    add_u64(b, row->life.off);
    add_u64(b, (uint64_t)row->life.expired_at_ms);
    add_text(b, row->life.qa_reason, sizeof row->life.qa_reason);
    return buf_check(b, "an integration's row", err);
}

static void take_watch(struct store_integration *row, struct row_reader *r)
{
    row->subscription_since_ms = (int64_t)take_u64(r);
    row->subscription_probed_ms = (int64_t)take_u64(r);
    row->delivery_gap_ms = (int64_t)take_u64(r);
    row->delivery_gap_count = take_u64(r);
    row->webhook_missed = take_u64(r);
    row->told_state = (int32_t)take_u64(r);
    row->deleted_at_ms = (int64_t)take_u64(r);
}

static void take_life(struct store_lifecycle *life, struct row_reader *r, bool first_sync_done)
{
    if (r->left.len == 0) { /* a row of before these were kept */
        life->setup = life->told_setup = first_sync_done ? STORE_SETUP_COMPLETED : STORE_SETUP_SYNC_PENDING;
        life->qa = life->told_qa = first_sync_done ? STORE_QA_PASSED : STORE_QA_PENDING;
        return;
    }
    life->setup = (int32_t)take_u64(r);
    life->qa = (int32_t)take_u64(r);
    life->told_setup = (int32_t)take_u64(r);
    life->told_qa = (int32_t)take_u64(r);
    life->off = take_u64(r) != 0;
    life->expired_at_ms = (int64_t)take_u64(r);
    take_text(life->qa_reason, sizeof life->qa_reason, r);
}

static int row_decode(struct store_integration *out, const struct store *st, const char *id,
                      struct weir_bytes value, struct weir_error *err)
{
    struct store_integration row = {0};
    struct row_reader r = {.left = value};
    const uint8_t *version = take(&r, 1);
    const uint8_t *sealed = take(&r, seal_len(sizeof row.secrets));
    struct key key;
    int rc;

    if (version == NULL || *version != ROW_VERSION || sealed == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "the stored row of integration %s is damaged", id);
    }
    rc = seal_open((uint8_t *)row.secrets, st, store_db_name(DB_INTEGRATIONS), key_text(&key, id),
                   weir_bytes(sealed, seal_len(sizeof row.secrets)), err);
    if (rc != 0) {
        return rc;
    }
    (void)snprintf(row.id, sizeof row.id, "%s", id);
    row.number = (uint32_t)take_u64(&r);
    row.created_at_ms = (int64_t)take_u64(&r);
    row.state = (int32_t)take_u64(&r);
    row.first_sync_done = take_u64(&r) != 0;
    row.last_full_sync_ms = (int64_t)take_u64(&r);
    row.last_delta_sync_ms = (int64_t)take_u64(&r);
    row.next_sync_ms = (int64_t)take_u64(&r);
    row.last_delivery_ms = (int64_t)take_u64(&r);
    row.seen_until_ms = (int64_t)take_u64(&r);
    row.scope_digest = take_u64(&r);
    row.auth_failed_since_ms = (int64_t)take_u64(&r);
    row.secret_rotated_at_ms = (int64_t)take_u64(&r);
    take_text(row.problem, sizeof row.problem, &r);
    row.subscription_state = (int32_t)take_u64(&r);
    row.subscription_checked_ms = (int64_t)take_u64(&r);
    take_text(row.subscription_remote_id, sizeof row.subscription_remote_id, &r);
    take_text(row.subscription_detail, sizeof row.subscription_detail, &r);
    if (r.left.len > 0) { /* a row of before these were kept ends here */
        take_watch(&row, &r);
    }
    take_life(&row.life, &r, row.first_sync_done);
    row.secrets[0][STORE_SECRET_MAX - 1] = '\0';
    row.secrets[1][STORE_SECRET_MAX - 1] = '\0';
    if (r.bad || row.number == 0) {
        return weir_fail(err, WEIR_E_INVALID, "the stored row of integration %s is damaged", id);
    }
    *out = row;
    return 0;
}

static int row_get(struct store_integration *out, struct store_txn *txn, const char *id,
                   struct weir_error *err)
{
    struct weir_bytes value;
    struct key key;
    int rc = db_get(&value, txn, DB_INTEGRATIONS, key_text(&key, id), err);

    return rc == 0 ? row_decode(out, txn->st, id, value, err) : rc;
}

static int row_put(struct store_txn *txn, const struct store_integration *row, struct weir_error *err)
{
    struct buf b;
    struct key key;
    int rc;

    buf_init(&b, ROW_MAX);
    key_text(&key, row->id);
    rc = row_encode(&b, txn->st, key_span(&key), row, err);
    if (rc == 0) {
        rc = db_put(txn, DB_INTEGRATIONS, key_span(&key), buf_bytes(&b), err);
    }
    buf_fini(&b);
    return rc;
}

/* ---- making ---- */

struct ensure_op {
    struct store_op op;
    const char *id;
    char secret[STORE_SECRET_MAX];
    struct store_integration row;
};

static int make_secret(char out[STORE_SECRET_MAX], struct weir_error *err)
{
    uint8_t random[SECRET_BYTES];
    struct buf text;
    int rc = crypto_random(random, sizeof random, err);

    if (rc != 0) {
        return rc;
    }
    buf_init(&text, STORE_SECRET_MAX - 1);
    crypto_base64url(&text, weir_bytes(random, sizeof random));
    rc = buf_check(&text, "a webhook secret", err);
    if (rc == 0) {
        memcpy(out, text.data, text.len);
        out[text.len] = '\0';
        crypto_wipe(text.data, text.len);
    }
    buf_fini(&text);
    crypto_wipe(random, sizeof random);
    return rc;
}

static int ensure_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct ensure_op *e = (struct ensure_op *)op;
    int rc = row_get(&e->row, txn, e->id, err);

    if (rc != WEIR_E_NONE) {
        return rc;
    }
    if (txn->counters.integration_number >= UINT32_MAX) {
        return weir_fail(err, WEIR_E_LIMIT, "there are no numbers for integrations left");
    }
    e->row = (struct store_integration){.created_at_ms = txn->now_ms};
    e->row.number = (uint32_t)++txn->counters.integration_number;
    (void)snprintf(e->row.id, sizeof e->row.id, "%s", e->id);
    memcpy(e->row.secrets[0], e->secret, sizeof e->secret);
    return row_put(txn, &e->row, err);
}

int store_integration_ensure(struct store_integration *out, struct store *st, const char *id,
                             struct weir_error *err)
{
    struct ensure_op e = {.op = {.run = ensure_run}, .id = id};
    struct store_txn txn;
    size_t len = strnlen(id, STORE_INTEGRATION_ID_MAX);
    int rc;

    if (len == 0 || len >= STORE_INTEGRATION_ID_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "an integration's id has 1 to %d characters",
                         STORE_INTEGRATION_ID_MAX - 1);
    }
    /* Most are there, and a start with thousands of them should not sync for each. */
    rc = store_read_begin(&txn, st, err);
    if (rc != 0) {
        return rc;
    }
    rc = row_get(&e.row, &txn, id, err);
    store_read_end(&txn);
    if (rc == WEIR_E_NONE) {
        rc = make_secret(e.secret, err);
        if (rc == 0) {
            rc = store_submit_wait(st, &e.op, err);
        }
    }
    if (rc == 0) {
        *out = e.row;
    }
    crypto_wipe(e.secret, sizeof e.secret);
    crypto_wipe(&e.row, sizeof e.row);
    return store_public_code(rc);
}

/* ---- reading all ---- */

int store_integrations(struct store *st, bool (*each)(void *ctx, const struct store_integration *row),
                       void *ctx, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct store_txn txn;
    bool more = true;
    int rc = store_read_begin(&txn, st, err);

    if (rc != 0) {
        return store_public_code(rc);
    }
    rc = db_cursor_open(&cursor, &txn, DB_INTEGRATIONS, err);
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, (struct weir_bytes){0}, err);
    }
    while (rc == 0 && more) {
        struct store_integration row;
        char id[STORE_INTEGRATION_ID_MAX] = "";

        if (key.len < sizeof id) {
            memcpy(id, key.data, key.len);
        }
        if (id[0] != '\0' && row_decode(&row, st, id, value, NULL) == 0) {
            crypto_wipe(row.secrets, sizeof row.secrets);
            more = each(ctx, &row);
        }
        rc = more ? db_cursor_next(&key, &value, &cursor, err) : 0;
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

/* ---- writing ---- */

struct put_op {
    struct store_op op;
    struct store_integration row;
    void (*done)(void *ctx, int rc, const struct weir_error *err);
    void *ctx;
};

static int put_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    const struct put_op *p = (const struct put_op *)op;
    struct store_integration old;
    int rc = row_get(&old, txn, p->row.id, err);

    if (rc == WEIR_E_NONE || (rc == 0 && old.number != p->row.number)) {
        return weir_fail(err, WEIR_E_NONE, "there is no integration %s with number %u", p->row.id,
                         (unsigned int)p->row.number);
    }
    crypto_wipe(&old, sizeof old);
    return rc == 0 ? row_put(txn, &p->row, err) : rc;
}

static void put_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    struct put_op *p = (struct put_op *)op;

    if (p->done != NULL) {
        p->done(p->ctx, rc, err);
    }
    crypto_wipe(&p->row, sizeof p->row);
    free(p);
}

void store_integration_put(struct store *st, const struct store_integration *row,
                           void (*done)(void *ctx, int rc, const struct weir_error *err), void *ctx)
{
    struct put_op *p = STORE_OP_NEW(struct put_op);
    struct weir_error err;

    if (p == NULL) {
        if (done != NULL) {
            done(ctx, weir_fail(&err, WEIR_E_MEMORY, "store: no memory for an integration's row"), &err);
        }
        return;
    }
    p->op.run = put_run;
    p->op.finish = put_finish;
    p->row = *row;
    p->row.id[STORE_INTEGRATION_ID_MAX - 1] = '\0';
    p->done = done;
    p->ctx = ctx;
    store_submit(st, &p->op);
}

/* ---- deleted ones ---- */

int integrations_find_deleted(uint32_t *number, char id[STORE_INTEGRATION_ID_MAX], struct store_txn *txn,
                              int64_t before_ms, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    bool found = false;
    int rc = db_cursor_open(&cursor, txn, DB_INTEGRATIONS, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, (struct weir_bytes){0}, err);
    }
    while (rc == 0 && !found) {
        struct store_integration row;
        char name[STORE_INTEGRATION_ID_MAX] = "";

        if (key.len < sizeof name) {
            memcpy(name, key.data, key.len);
        }
        if (row_decode(&row, txn->st, name, value, NULL) == 0) {
            found = row.state == STORE_DELETED && row.deleted_at_ms != 0 && row.deleted_at_ms < before_ms;
            crypto_wipe(row.secrets, sizeof row.secrets);
        }
        if (found) {
            *number = row.number;
            memcpy(id, name, sizeof name);
        } else {
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc;
}

int integrations_is_deleted(struct store_txn *txn, const char *id, uint32_t number, struct weir_error *err)
{
    struct store_integration row;
    int rc = row_get(&row, txn, id, err);

    crypto_wipe(row.secrets, rc == 0 ? sizeof row.secrets : 0);
    return rc == 0 && (row.state != STORE_DELETED || row.number != number) ? WEIR_E_NONE : rc;
}

/* A row that does not open any more stays as it is: who asks for it is told. */
int integrations_reseal(struct store_txn *txn, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, DB_INTEGRATIONS, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, (struct weir_bytes){0}, err);
    }
    while (rc == 0) {
        struct store_integration row;
        char id[STORE_INTEGRATION_ID_MAX];

        if (key.len < sizeof id) {
            memcpy(id, key.data, key.len);
            id[key.len] = '\0';
            if (row_decode(&row, txn->st, id, value, NULL) == 0) {
                rc = row_put(txn, &row, err);
                crypto_wipe(&row, sizeof row);
            }
        }
        if (rc == 0) {
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}
