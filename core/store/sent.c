#include "store/sent.h"

#include "store/keys.h"
#include "store/outbox.h"

/* Let go for each one that comes: more than one, so that a lowered bound is reached. */
#define DROP_STEP 8

bool sent_is_kept(const struct store *st)
{
    return st->options.sent_bytes_max > 0;
}

void sent_left(struct store_txn *txn, size_t len)
{
    struct store_counters *c = &txn->counters;

    c->sent_count -= c->sent_count > 0 ? 1 : 0;
    c->sent_bytes -= c->sent_bytes > len ? len : c->sent_bytes;
}

/* Delete from the oldest on, at most max, while goes says so. */
static int drop_oldest(size_t *removed, struct store_txn *txn, size_t max, int64_t before_ms,
                       uint64_t bytes_max, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, DB_SENT, err);

    *removed = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0 && *removed < max) {
        struct store_notification sent = {0};
        size_t len = value.len;

        if (txn->counters.sent_bytes <= bytes_max && notification_decode(&sent, value) &&
            sent.died_at_ms >= before_ms) {
            break; /* they are numbered in the order of time */
        }
        rc = db_cursor_del(&cursor, err);
        if (rc == 0) {
            (*removed)++;
            sent_left(txn, len);
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

int sent_put(struct store_txn *txn, struct store_notification *n, struct weir_error *err)
{
    size_t removed;
    struct key key;
    int rc;

    n->died_at_ms = txn->now_ms; /* the end of its way, as of a dead letter */
    key_u64(&key, ++txn->counters.outbox_seq);
    rc = notification_write(txn, DB_SENT, key_span(&key), n, err);
    if (rc != 0) {
        return rc;
    }
    txn->counters.sent_count++;
    txn->counters.sent_bytes += notification_len(n);
    if (txn->counters.sent_bytes <= txn->st->options.sent_bytes_max) {
        return 0;
    }
    return drop_oldest(&removed, txn, DROP_STEP, 0, txn->st->options.sent_bytes_max, err);
}

int sent_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err)
{
    return drop_oldest(removed, txn, max, before_ms, UINT64_MAX, err);
}
