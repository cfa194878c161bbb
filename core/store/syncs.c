#include "store/syncs.h"

#include "store/keys.h"

/* version, id, integration, full, state, started, ended, since, model, done, failed, pages, records, changed,
 * gone, lengths of cursor and message, the two; since version 2 then the digest of the scope, since version 3
 * how many were set aside */
#define SYNC_VERSION 3
#define SYNC_HEAD (1 + ID_LEN + 4 + 1 + 4 + 3 * 8 + 1 + 2 * 8 + 4 * 8 + 2 + 2)
#define SYNC_TAIL 16
#define SYNC_MAX                                                                                             \
    (SYNC_HEAD + SYNC_TAIL + sizeof((struct store_sync *)NULL)->cursor +                                     \
     sizeof((struct store_sync *)NULL)->message)

static size_t sync_encode(uint8_t out[SYNC_MAX], const struct store_sync *s)
{
    size_t cursor_len = strnlen(s->cursor, sizeof s->cursor - 1);
    size_t message_len = strnlen(s->message, sizeof s->message - 1);
    uint8_t *at = out;

    at[0] = SYNC_VERSION;
    memcpy(at + 1, s->id, ID_LEN);
    at += 1 + ID_LEN;
    be_put_u32(at, s->integration);
    at[4] = s->full ? 1 : 0;
    be_put_u32(at + 5, (uint32_t)s->state);
    be_put_u64(at + 9, (uint64_t)s->started_at_ms);
    be_put_u64(at + 17, (uint64_t)s->ended_at_ms);
    be_put_u64(at + 25, (uint64_t)s->since_ms);
    at[33] = s->model;
    be_put_u64(at + 34, s->models_done);
    be_put_u64(at + 42, s->models_failed);
    be_put_u64(at + 50, s->pages);
    be_put_u64(at + 58, s->records);
    be_put_u64(at + 66, s->changed);
    be_put_u64(at + 74, s->gone);
    be_put_u16(at + 82, (uint16_t)cursor_len);
    be_put_u16(at + 84, (uint16_t)message_len);
    memcpy(at + 86, s->cursor, cursor_len);
    memcpy(at + 86 + cursor_len, s->message, message_len);
    be_put_u64(at + 86 + cursor_len + message_len, s->scope_digest);
    be_put_u64(at + 94 + cursor_len + message_len, s->set_aside);
    return SYNC_HEAD + cursor_len + message_len + SYNC_TAIL;
}

static bool sync_decode(struct store_sync *out, struct weir_bytes key, struct weir_bytes value)
{
    const uint8_t *at = value.data;
    size_t cursor_len;
    size_t message_len;
    size_t tail;

    if (!key_u64_decode(&out->run, key) || value.len < SYNC_HEAD || at[0] < 1 || at[0] > SYNC_VERSION) {
        return false;
    }
    tail = at[0] == 1 ? 0 : at[0] == 2 ? 8 : SYNC_TAIL;
    memcpy(out->id, at + 1, ID_LEN);
    out->id[ID_LEN] = '\0';
    at += 1 + ID_LEN;
    cursor_len = be_u16(at + 82);
    message_len = be_u16(at + 84);
    if (cursor_len >= sizeof out->cursor || message_len >= sizeof out->message ||
        value.len - SYNC_HEAD != cursor_len + message_len + tail) {
        return false;
    }
    out->integration = be_u32(at);
    out->full = at[4] != 0;
    out->state = (int32_t)be_u32(at + 5);
    out->started_at_ms = (int64_t)be_u64(at + 9);
    out->ended_at_ms = (int64_t)be_u64(at + 17);
    out->since_ms = (int64_t)be_u64(at + 25);
    out->model = at[33];
    out->models_done = be_u64(at + 34);
    out->models_failed = be_u64(at + 42);
    out->pages = be_u64(at + 50);
    out->records = be_u64(at + 58);
    out->changed = be_u64(at + 66);
    out->gone = be_u64(at + 74);
    memcpy(out->cursor, at + 86, cursor_len);
    out->cursor[cursor_len] = '\0';
    memcpy(out->message, at + 86 + cursor_len, message_len);
    out->message[message_len] = '\0';
    out->scope_digest = tail > 0 ? be_u64(at + 86 + cursor_len + message_len) : 0;
    out->set_aside = tail > 8 ? be_u64(at + 94 + cursor_len + message_len) : 0;
    return true;
}

int sync_load(struct store_sync *out, struct store_txn *txn, uint64_t run, struct weir_error *err)
{
    struct weir_bytes value;
    struct key key;
    int rc = db_get(&value, txn, DB_SYNCS, key_u64(&key, run), err);

    if (rc == 0 && !sync_decode(out, key_span(&key), value)) {
        return WEIR_E_NONE;
    }
    return rc;
}

int sync_is_running(bool *running, struct store_txn *txn, uint64_t run, struct weir_error *err)
{
    struct store_sync row;
    int rc = sync_load(&row, txn, run, err);

    *running = rc == 0 && row.state == STORE_SYNC_RUNNING;
    return rc == WEIR_E_NONE ? 0 : rc;
}

int sync_save(struct store_txn *txn, const struct store_sync *row, struct weir_error *err)
{
    uint8_t value[SYNC_MAX];
    struct key key;

    return db_put(txn, DB_SYNCS, key_u64(&key, row->run), weir_bytes(value, sync_encode(value, row)), err);
}

struct sync_op {
    struct store_op op;
    const struct store_sync *in;
    uint64_t run;
};

static int sync_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct sync_op *s = (struct sync_op *)op;
    struct store_sync row = *s->in;

    s->run = row.run != 0 ? row.run : ++txn->counters.sync_run;
    row.run = s->run;
    return sync_save(txn, &row, err);
}

int store_sync_put(struct store *st, struct store_sync *sync, struct weir_error *err)
{
    struct sync_op s = {.op = {.run = sync_run}, .in = sync};
    int rc = store_submit_wait(st, &s.op, err);

    if (rc == 0) {
        sync->run = s.run;
    }
    return rc;
}

int store_syncs(struct store *st, uint32_t integration,
                bool (*each)(void *ctx, const struct store_sync *sync), void *ctx, struct weir_error *err)
{
    struct store_txn txn = {0};
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = store_read_begin(&txn, st, err);

    if (rc == 0) {
        rc = db_cursor_open(&cursor, &txn, DB_SYNCS, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek_before(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0) {
        struct store_sync row;

        if (sync_decode(&row, key, value) && (integration == 0 || row.integration == integration) &&
            !each(ctx, &row)) {
            break;
        }
        rc = db_cursor_prev(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

int syncs_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, DB_SYNCS, err);

    *removed = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0 && *removed < max) {
        struct store_sync row;

        if (sync_decode(&row, key, value)) {
            if (row.started_at_ms >= before_ms) {
                break; /* runs are numbered in the order in which they start */
            }
            if (row.state != STORE_SYNC_RUNNING && row.ended_at_ms < before_ms) {
                rc = db_cursor_del(&cursor, err);
                (*removed)++;
            }
        }
        if (rc == 0) {
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}
