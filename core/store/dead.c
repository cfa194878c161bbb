#include "store/dead.h"

#include "base/thread.h"
#include "store/keys.h"
#include "store/outbox.h"

#include <stdlib.h>

#define REPLAY_STEP 500

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

/* ---- again ---- */

struct replay_op {
    struct store_op op;
    const char *id; /* NULL: all of the endpoint */
    uint32_t endpoint;
    /* Of the steps that are committed, and of the one that runs. What dies again meanwhile gets a number
     * behind until, so that it is not sent round in circles. */
    uint64_t after, after_now;
    uint64_t until, until_now;
    uint64_t count, count_now;
};

/* Numbers of at most REPLAY_STEP dead letters that are meant, behind *after, which moves to the last one
 * looked at. */
static int replay_find(uint64_t *seqs, size_t *count, uint64_t *after, struct store_txn *txn,
                       const struct replay_op *r, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    int rc = db_cursor_open(&cursor, txn, DB_DEAD, err);

    *count = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, key_u64(&from, *after + 1), err);
    }
    while (rc == 0 && *count < REPLAY_STEP) {
        struct store_notification dead;
        uint64_t seq;

        if (key_u64_decode(&seq, key)) {
            if (seq > r->until_now) {
                break;
            }
            *after = seq;
            if (notification_decode(&dead, value) && (r->endpoint == 0 || dead.endpoint == r->endpoint) &&
                (r->id == NULL || strcmp(dead.id, r->id) == 0)) {
                seqs[(*count)++] = seq;
            }
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

static int replay_one(struct store_txn *txn, uint64_t seq, struct buf *copy, struct weir_error *err)
{
    struct store_notification n = {0};
    struct weir_bytes value;
    struct key key;
    int rc = db_get(&value, txn, DB_DEAD, key_u64(&key, seq), err);

    if (rc != 0) {
        return rc;
    }
    buf_clear(copy);
    buf_add(copy, value.data, value.len);
    rc = buf_check(copy, "a dead letter", err);
    if (rc != 0) {
        return rc;
    }
    rc = db_del(txn, DB_DEAD, key_u64(&key, seq), err);
    if (rc != 0) {
        return rc;
    }
    txn->counters.dead_count--;
    check_bug(notification_decode(&n, buf_bytes(copy))); /* replay_find looked */
    n.seq = ++txn->counters.outbox_seq;
    n.due_ms = outbox_now_ms(txn);
    n.attempts = 0;
    n.died_at_ms = 0;
    n.last_status = 0;
    n.last_error[0] = '\0';
    return outbox_put(txn, &n, err);
}

static int replay_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct replay_op *r = (struct replay_op *)op;
    uint64_t seqs[REPLAY_STEP];
    size_t count = 0;
    struct buf copy;
    size_t i;
    int rc;

    buf_init(&copy, SIZE_MAX);
    r->after_now = r->after;
    r->count_now = r->count;
    r->until_now = r->until != 0 ? r->until : txn->counters.outbox_seq;
    rc = replay_find(seqs, &count, &r->after_now, txn, r, err);
    for (i = 0; rc == 0 && i < count; i++) {
        rc = replay_one(txn, seqs[i], &copy, err);
        r->count_now++;
    }
    buf_fini(&copy);
    return rc == 0 && count == REPLAY_STEP ? STORE_MORE : rc;
}

static void replay_stepped(struct store_op *op)
{
    struct replay_op *r = (struct replay_op *)op;

    r->after = r->after_now;
    r->until = r->until_now;
    r->count = r->count_now;
}

int store_dead_replay(struct store *st, const char *id_or_null, uint32_t endpoint, uint64_t *count,
                      struct weir_error *err)
{
    struct replay_op r = {
        .op = {.run = replay_run, .stepped = replay_stepped}, .id = id_or_null, .endpoint = endpoint};
    int rc = store_submit_wait(st, &r.op, err);

    if (rc != 0) {
        return rc;
    }
    if (id_or_null != NULL && r.count_now == 0) {
        return weir_fail(err, WEIR_E_NONE, "there is no dead letter with this id");
    }
    *count = r.count_now;
    return 0;
}
