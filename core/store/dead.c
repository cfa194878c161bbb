#include "store/dead.h"

#include "store/keys.h"
#include "store/outbox.h"
#include "store/selection.h"

int dead_put(struct store_txn *txn, const struct store_notification *n, struct weir_error *err)
{
    struct key key;
    int rc = notification_write(txn, DB_DEAD, key_u64(&key, ++txn->counters.outbox_seq), n, err);

    if (rc == 0) {
        txn->counters.dead_count++;
    }
    return rc;
}

int store_dead(struct store *st, uint64_t before_seq,
               bool (*each)(void *ctx, const struct store_notification *dead), void *ctx,
               struct weir_error *err)
{
    struct store_txn txn = {0};
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct weir_bytes before = {NULL, 0};
    struct key place;
    int rc = store_read_begin(&txn, st, err);

    if (before_seq != 0) {
        before = key_u64(&place, before_seq);
    }
    if (rc == 0) {
        rc = db_cursor_open(&cursor, &txn, DB_DEAD, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek_before(&key, &value, &cursor, before, err);
    }
    while (rc == 0) {
        struct store_notification dead = {0};

        if (key_u64_decode(&dead.seq, key) && notification_decode(&dead, value) && !each(ctx, &dead)) {
            break;
        }
        rc = db_cursor_prev(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

int dead_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, DB_DEAD, err);

    *removed = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0 && *removed < max) {
        struct store_notification dead = {0};

        if (notification_decode(&dead, value) && dead.died_at_ms >= before_ms) {
            break; /* they are numbered in the order of time */
        }
        rc = db_cursor_del(&cursor, err);
        if (rc == 0) {
            (*removed)++;
            txn->counters.dead_count--;
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

int store_dead_replay(struct store *st, const char *id_or_null, uint32_t endpoint, uint64_t *count,
                      struct weir_error *err)
{
    struct store_selection dead = {.states = STORE_SELECT_DEAD, .id = id_or_null, .endpoint = endpoint};

    return store_selection_replay(count, st, &dead, err);
}
