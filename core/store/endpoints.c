/* The rows of endpoints: what is remembered of each beside its config. */
#include "store/endpoints.h"

#include "store/dead.h"
#include "store/endpoints_internal.h"
#include "store/internal.h"
#include "store/keys.h"
#include "store/outbox.h"

#include "base/log.h"
#include "base/thread.h"

#include <stdlib.h>

/* version, number, disabled, failing since, failures, and since version 2 warned; the rest is the reason */
#define ROW_VERSION 2
#define ROW_HEAD_1 (1 + 4 + 1 + 8 + 4)
#define ROW_HEAD (ROW_HEAD_1 + 8)
#define BURY_STEP 500
#define ROW_MAX (ROW_HEAD + sizeof((struct store_endpoint *)NULL)->reason)

static bool endpoint_decode(struct store_endpoint *out, const char *name, struct weir_bytes value)
{
    bool old = value.len > 0 && value.data[0] == 1;
    size_t head = old ? ROW_HEAD_1 : ROW_HEAD;
    size_t reason_len;

    if (value.len < head || (!old && value.data[0] != ROW_VERSION) ||
        value.len - head >= sizeof out->reason) {
        return false;
    }
    memset(out, 0, sizeof *out);
    memcpy(out->name, name, strlen(name));
    out->number = be_u32(value.data + 1);
    out->disabled = value.data[5] != 0;
    out->failing_since_ms = (int64_t)be_u64(value.data + 6);
    out->failures = be_u32(value.data + 14);
    out->warned_ms = old ? 0 : (int64_t)be_u64(value.data + ROW_HEAD_1);
    reason_len = value.len - head;
    memcpy(out->reason, value.data + head, reason_len);
    return true;
}

static int endpoint_write(struct store_txn *txn, const struct store_endpoint *row, struct weir_error *err)
{
    uint8_t value[ROW_MAX];
    size_t reason_len = strnlen(row->reason, sizeof row->reason - 1);
    struct key key;

    value[0] = ROW_VERSION;
    be_put_u32(value + 1, row->number);
    value[5] = row->disabled ? 1 : 0;
    be_put_u64(value + 6, (uint64_t)row->failing_since_ms);
    be_put_u32(value + 14, row->failures);
    be_put_u64(value + ROW_HEAD_1, (uint64_t)row->warned_ms);
    memcpy(value + ROW_HEAD, row->reason, reason_len);
    return db_put(txn, DB_ENDPOINTS, key_text(&key, row->name), weir_bytes(value, ROW_HEAD + reason_len),
                  err);
}

struct endpoint_op {
    struct store_op op;
    struct store_endpoint row; /* ensure: the name, then all of it */
};

static int ensure_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct endpoint_op *e = (struct endpoint_op *)op;
    struct store_endpoint row = {0};
    struct weir_bytes value;
    struct key key;
    int rc = db_get(&value, txn, DB_ENDPOINTS, key_text(&key, e->row.name), err);

    if (rc == 0) {
        char name[sizeof e->row.name];

        memcpy(name, e->row.name, sizeof name);
        if (!endpoint_decode(&e->row, name, value)) {
            return weir_fail(err, WEIR_E_INVALID, "the stored state of endpoint %s cannot be read", name);
        }
        return 0;
    }
    if (rc != WEIR_E_NONE) {
        return rc;
    }
    memcpy(row.name, e->row.name, sizeof row.name);
    row.number = (uint32_t)++txn->counters.endpoint_number; /* one per name in a config */
    e->row = row;
    return endpoint_write(txn, &row, err);
}

int store_endpoint_ensure(struct store_endpoint *out, struct store *st, const char *name,
                          struct weir_error *err)
{
    struct endpoint_op e = {.op = {.run = ensure_run}};
    size_t len = strlen(name);
    int rc;

    if (len == 0 || len >= sizeof e.row.name) {
        return weir_fail(err, WEIR_E_INVALID, "an endpoint's name has 1 to %zu characters",
                         sizeof e.row.name - 1);
    }
    memcpy(e.row.name, name, len);
    rc = store_submit_wait(st, &e.op, err);
    if (rc == 0) {
        *out = e.row;
    }
    return rc;
}

static int put_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    return endpoint_write(txn, &((struct endpoint_op *)op)->row, err);
}

static void put_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    if (rc != 0 && rc != WEIR_E_STOPPING) {
        log_warn("endpoint state not stored", LOG_TEXT("endpoint", ((struct endpoint_op *)op)->row.name),
                 LOG_ERR(err));
    }
    free(op);
}

void store_endpoint_put(struct store *st, const struct store_endpoint *row)
{
    struct endpoint_op *e = STORE_OP_NEW(struct endpoint_op);

    check_bug(row->number != 0 && row->name[0] != '\0');
    if (e == NULL) {
        log_warn("endpoint state not stored", LOG_TEXT("endpoint", row->name));
        return;
    }
    e->op.run = put_run;
    e->op.finish = put_finish;
    e->row = *row;
    store_submit(st, &e->op);
}

/* ---- all ---- */

int endpoint_name(char out[ENDPOINT_NAME], struct store_txn *txn, uint32_t number, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, DB_ENDPOINTS, err);

    out[0] = '\0';
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0) {
        if (value.len >= ROW_HEAD_1 && be_u32(value.data + 1) == number && key.len < ENDPOINT_NAME) {
            memcpy(out, key.data, key.len);
            out[key.len] = '\0';
            break;
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

int store_endpoints(struct store *st, bool (*each)(void *ctx, const struct store_endpoint *row), void *ctx,
                    struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct store_txn txn = {0};
    bool more = true;
    int rc = store_read_begin(&txn, st, err);

    if (rc == 0) {
        rc = db_cursor_open(&cursor, &txn, DB_ENDPOINTS, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, (struct weir_bytes){0}, err);
    }
    while (rc == 0 && more) {
        struct store_endpoint row;
        char name[sizeof row.name] = "";

        if (key.len < sizeof name) {
            memcpy(name, key.data, key.len);
        }
        if (name[0] != '\0' && endpoint_decode(&row, name, value)) {
            more = each(ctx, &row);
        }
        rc = more ? db_cursor_next(&key, &value, &cursor, err) : 0;
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

int store_endpoint_waiting(uint64_t *count, struct store *st, uint32_t number, uint64_t max,
                           struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct store_txn txn = {0};
    struct key from;
    uint64_t found = 0;
    int rc = store_read_begin(&txn, st, err);

    if (rc == 0) {
        rc = db_cursor_open(&cursor, &txn, DB_OUTBOX, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, key_outbox_of(&from, number), err);
    }
    while (rc == 0 && found < max && key.len >= 4 && be_u32(key.data) == number) {
        found++;
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    if (rc != 0 && rc != WEIR_E_NONE) {
        return store_public_code(rc);
    }
    *count = found;
    return 0;
}

/* ---- the end of one ---- */

struct bury_op {
    struct store_op op;
    const char *name, *reason;
    uint64_t count, count_now; /* of the committed steps; with the one that runs */
};

/* The first one that waits, out of the outbox. WEIR_E_NONE: there is none. */
static int bury_one(struct store_txn *txn, uint32_t number, const char *reason, struct buf *copy,
                    struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct store_notification n = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    int64_t due_ms;
    uint64_t seq;
    int rc = db_cursor_open(&cursor, txn, DB_OUTBOX, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, key_outbox_of(&from, number), err);
    }
    if (rc == 0 && (key.len < 4 || be_u32(key.data) != number)) {
        rc = WEIR_E_NONE;
    }
    if (rc == 0) {
        buf_clear(copy);
        buf_add(copy, value.data, value.len); /* the page goes with the next change */
        rc = buf_check(copy, "a notification", err);
    }
    if (rc == 0 && notification_decode(&n, buf_bytes(copy)) &&
        key_outbox_decode(&n.endpoint, &due_ms, &seq, key)) {
        n.died_at_ms = txn->now_ms;
        (void)snprintf(n.last_error, sizeof n.last_error, "%s", reason);
        rc = dead_put(txn, &n, err);
    }
    db_cursor_close(&cursor);
    /* Sought anew: the dead letter may have moved pages that the cursor stood on. */
    if (rc == 0) {
        rc = db_cursor_open(&cursor, txn, DB_OUTBOX, err);
        rc = rc == 0 ? db_cursor_seek(&key, &value, &cursor, key_outbox_of(&from, number), err) : rc;
        rc = rc == 0 ? db_cursor_del(&cursor, err) : rc;
        db_cursor_close(&cursor);
        txn->counters.outbox_count -= rc == 0;
    }
    return rc;
}

static int bury_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct bury_op *b = (struct bury_op *)op;
    struct store_endpoint row = {0};
    struct weir_bytes value;
    struct key key;
    struct buf copy;
    int steps = 0;
    int rc = db_get(&value, txn, DB_ENDPOINTS, key_text(&key, b->name), err);

    if (rc != 0) {
        return rc;
    }
    if (!endpoint_decode(&row, b->name, value)) {
        return weir_fail(err, WEIR_E_INVALID, "the stored state of endpoint %s cannot be read", b->name);
    }
    b->count_now = b->count;
    buf_init(&copy, SIZE_MAX);
    for (; rc == 0 && steps < BURY_STEP; steps++) {
        rc = bury_one(txn, row.number, b->reason, &copy, err);
        b->count_now += rc == 0;
    }
    buf_fini(&copy);
    if (rc == 0) {
        return STORE_MORE;
    }
    if (rc == WEIR_E_NONE) {
        struct store_endpoint fresh = {.number = row.number};

        memcpy(fresh.name, row.name, sizeof fresh.name);
        rc = endpoint_write(txn, &fresh, err);
    }
    return rc;
}

static void bury_stepped(struct store_op *op)
{
    struct bury_op *b = (struct bury_op *)op;

    b->count = b->count_now;
}

int store_endpoint_bury(uint64_t *count, struct store *st, const char *name, const char *reason,
                        struct weir_error *err)
{
    struct bury_op b = {.op = {.run = bury_run, .stepped = bury_stepped}, .name = name, .reason = reason};
    int rc = store_submit_wait(st, &b.op, err);

    if (rc == 0) {
        *count = b.count_now;
    } else if (rc == WEIR_E_NONE) {
        weir_fail(err, rc, "there is no endpoint %.64s", name);
    }
    return rc;
}
