#include "store/changes.h"

#include "store/feed_internal.h"
#include "store/keys.h"
#include "store/reader.h"
#include "store/records.h"

/* version, at, model, kind, id, then the remote id */
#define CHANGE_VERSION 1
#define CHANGE_HEAD (1 + 8 + 1 + 1 + ID_LEN)

void changes_begin(struct changes *c, struct store_txn *txn, uint32_t integration, struct tally *tally)
{
    memset(c, 0, sizeof *c);
    c->txn = txn;
    c->integration = integration;
    c->tally = tally;
    c->budget = CHANGES_BUDGET;
    buf_init(&c->old_refs, RECORD_VALUE_MAX);
    buf_init(&c->new_refs, RECORD_VALUE_MAX);
    buf_init(&c->scratch, RECORD_VALUE_MAX);
    tally->now.stamped_at_ms = txn->now_ms;
}

void changes_fini(struct changes *c)
{
    buf_fini(&c->old_refs);
    buf_fini(&c->new_refs);
    buf_fini(&c->scratch);
}

static int changes_load(struct changes *c, struct weir_error *err)
{
    int rc = 0;

    if (!c->row_loaded) {
        rc = gather_load(&c->row, c->txn, c->integration, err);
        c->row_loaded = rc == 0;
    }
    return rc;
}

int changes_note(struct changes *c, enum store_change_kind kind, uint8_t model, const char *id,
                 struct weir_str remote_id, struct weir_error *err)
{
    uint8_t value[CHANGE_HEAD + STORE_REMOTE_ID_MAX];
    size_t remote_len = remote_id.len < STORE_REMOTE_ID_MAX ? remote_id.len : STORE_REMOTE_ID_MAX;
    struct key key;
    int rc = changes_load(c, err);

    if (rc != 0) {
        return rc;
    }
    value[0] = CHANGE_VERSION;
    be_put_u64(value + 1, (uint64_t)c->txn->now_ms);
    value[9] = model;
    value[10] = (uint8_t)kind;
    memcpy(value + 11, id, ID_LEN);
    if (remote_len > 0) {
        memcpy(value + CHANGE_HEAD, remote_id.data, remote_len);
    }
    gather_note(&c->row, model);
    c->noted++;
    return db_put(c->txn, DB_CHANGES, key_change(&key, c->integration, c->row.last_seq),
                  weir_bytes(value, CHANGE_HEAD + remote_len), err);
}

int changes_note_model(struct changes *c, uint8_t model, struct weir_error *err)
{
    int rc = changes_load(c, err);

    if (rc == 0) {
        gather_note_model(&c->row, model);
    }
    return rc;
}

int changes_end(struct changes *c, struct weir_error *err)
{
    uint64_t first_seq;
    int rc;

    if (c->noted == 0) {
        return 0;
    }
    /* Its numbers are next to each other: nobody else notes changes of it meanwhile. */
    first_seq = c->row.last_seq - c->noted + 1;
    if (c->row.first_seq == first_seq) {
        c->row.before = feed_last(c->txn);
    }
    rc = feed_put(c->txn, c->integration, first_seq, (uint32_t)c->noted, err);
    return rc != 0 ? rc : gather_settle(c->txn, c->integration, &c->row, c->tally, err);
}

bool change_decode(struct store_change *out, struct weir_bytes key, struct weir_bytes value)
{
    uint32_t integration;
    size_t remote_len;

    if (!key_change_decode(&integration, &out->seq, key) || value.len < CHANGE_HEAD ||
        value.data[0] != CHANGE_VERSION || value.len - CHANGE_HEAD > STORE_REMOTE_ID_MAX) {
        return false;
    }
    out->at_ms = (int64_t)be_u64(value.data + 1);
    out->model = value.data[9];
    out->kind = value.data[10];
    memcpy(out->id, value.data + 11, ID_LEN);
    out->id[ID_LEN] = '\0';
    remote_len = value.len - CHANGE_HEAD;
    memcpy(out->remote_id, value.data + CHANGE_HEAD, remote_len);
    out->remote_id[remote_len] = '\0';
    return true;
}

int64_t change_at_ms(struct weir_bytes value)
{
    return value.len >= CHANGE_HEAD && value.data[0] == CHANGE_VERSION ? (int64_t)be_u64(value.data + 1) : 0;
}

int store_changes(struct store_reader *reader, uint32_t integration, uint64_t after_seq,
                  bool (*each)(void *ctx, const struct store_change *change), void *ctx,
                  struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    int rc;

    if (after_seq == UINT64_MAX) {
        return 0;
    }
    rc = db_cursor_open(&cursor, reader_txn(reader), DB_CHANGES, err);
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, key_change(&from, integration, after_seq + 1), err);
    }
    while (rc == 0 && key.len >= 4 && be_u32(key.data) == integration) {
        struct store_change change;

        if (change_decode(&change, key, value) && !each(ctx, &change)) {
            break;
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

int store_changes_back(struct store_reader *reader, uint32_t integration, uint64_t before_seq,
                       bool (*each)(void *ctx, const struct store_change *change), void *ctx,
                       struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key before;
    int rc = db_cursor_open(&cursor, reader_txn(reader), DB_CHANGES, err);

    if (rc == 0) {
        rc = db_cursor_seek_before(
            &key, &value, &cursor,
            key_change(&before, integration, before_seq != 0 ? before_seq : UINT64_MAX), err);
    }
    while (rc == 0 && key.len >= 4 && be_u32(key.data) == integration) {
        struct store_change change;

        if (change_decode(&change, key, value) && !each(ctx, &change)) {
            break;
        }
        rc = db_cursor_prev(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

/* Of one integration, from the entry the cursor stands on. */
static int changes_prune_one(size_t *removed, struct db_cursor *cursor, struct weir_bytes key,
                             struct weir_bytes value, int64_t before_ms, size_t max, struct weir_error *err)
{
    uint32_t integration = be_u32(key.data);
    struct gather_row row;
    int rc = gather_load(&row, cursor->txn, integration, err);

    while (rc == 0 && *removed < max && key.len >= 4 && be_u32(key.data) == integration) {
        uint32_t owner;
        uint64_t seq;

        if (key_change_decode(&owner, &seq, key) &&
            (change_at_ms(value) >= before_ms || (row.first_seq != 0 && seq >= row.first_seq))) {
            break;
        }
        rc = db_cursor_del(cursor, err);
        if (rc == 0) {
            (*removed)++;
            rc = db_cursor_next(&key, &value, cursor, err);
        }
    }
    return rc == WEIR_E_NONE ? 0 : rc;
}

int changes_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max,
                  struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    int rc = db_cursor_open(&cursor, txn, DB_CHANGES, err);

    *removed = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0 && *removed < max && key.len >= 4) {
        uint32_t integration = be_u32(key.data);

        rc = changes_prune_one(removed, &cursor, key, value, before_ms, max, err);
        if (integration == UINT32_MAX) {
            break;
        }
        if (rc == 0) {
            rc = db_cursor_seek(&key, &value, &cursor, key_change(&from, integration + 1, 0), err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}
