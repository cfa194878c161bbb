#include "store/audit.h"

#include "store/internal.h"
#include "store/keys.h"
#include "store/log.h"
#include "store/retire.h"

#define ENTRY_VERSION 1

struct audit_op {
    struct store_op op;
    struct weir_str json;
};

static int audit_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    const struct audit_op *a = (const struct audit_op *)op;
    uint8_t value[1 + STORE_AUDIT_MAX];
    struct key key;

    value[0] = ENTRY_VERSION;
    if (a->json.len > 0) {
        memcpy(value + 1, a->json.data, a->json.len);
    }
    /* The log's numbers serve both: that they are told apart within a millisecond is all that is asked. */
    return db_append(txn, DB_AUDIT, key_at(&key, txn->now_ms, ++txn->counters.log_seq),
                     weir_bytes(value, 1 + a->json.len), err);
}

int store_audit(struct store *st, struct weir_str json, struct weir_error *err)
{
    struct audit_op a = {.op = {.run = audit_run}, .json = json};

    if (json.len > STORE_AUDIT_MAX) {
        return weir_fail(err, WEIR_E_LIMIT, "an audit entry of %zu bytes is longer than %d", json.len,
                         STORE_AUDIT_MAX);
    }
    return store_submit_wait(st, &a.op, err);
}

static bool entry_decode(struct store_audit_entry *out, struct weir_bytes key, struct weir_bytes value)
{
    if (!key_at_decode(&out->at_ms, &out->seq, key) || value.len < 1 || value.data[0] != ENTRY_VERSION) {
        return false;
    }
    out->json = weir_str_n((const char *)value.data + 1, value.len - 1);
    return true;
}

int store_audits(struct store *st, int64_t since_ms, int64_t before_ms, uint64_t before_seq,
                 bool (*each)(void *ctx, const struct store_audit_entry *entry), void *ctx,
                 struct weir_error *err)
{
    struct store_txn txn = {0};
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct weir_bytes before = {NULL, 0};
    struct key place;
    int rc = store_read_begin(&txn, st, err);

    if (before_ms != 0 || before_seq != 0) {
        before = key_at(&place, before_ms, before_seq);
    }
    if (rc == 0) {
        rc = db_cursor_open(&cursor, &txn, DB_AUDIT, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek_before(&key, &value, &cursor, before, err);
    }
    while (rc == 0) {
        struct store_audit_entry entry;

        if (entry_decode(&entry, key, value) && (entry.at_ms < since_ms || !each(ctx, &entry))) {
            break;
        }
        rc = db_cursor_prev(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

int audit_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err)
{
    return log_prune_in(removed, txn, DB_AUDIT, before_ms, max, err);
}
