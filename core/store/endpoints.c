/* The rows of endpoints: what is remembered of each beside its config. */
#include "store/internal.h"
#include "store/keys.h"

#include "base/log.h"
#include "base/thread.h"

#include <stdlib.h>

/* version, number, disabled, failing since, failures; the rest is the reason */
#define ROW_VERSION 1
#define ROW_HEAD (1 + 4 + 1 + 8 + 4)
#define ROW_MAX (ROW_HEAD + sizeof((struct store_endpoint *)NULL)->reason)

static bool endpoint_decode(struct store_endpoint *out, const char *name, struct weir_bytes value)
{
    size_t reason_len;

    if (value.len < ROW_HEAD || value.data[0] != ROW_VERSION || value.len - ROW_HEAD >= sizeof out->reason) {
        return false;
    }
    memset(out, 0, sizeof *out);
    memcpy(out->name, name, strlen(name));
    out->number = be_u32(value.data + 1);
    out->disabled = value.data[5] != 0;
    out->failing_since_ms = (int64_t)be_u64(value.data + 6);
    out->failures = be_u32(value.data + 14);
    reason_len = value.len - ROW_HEAD;
    memcpy(out->reason, value.data + ROW_HEAD, reason_len);
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
