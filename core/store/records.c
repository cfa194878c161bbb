#include "store/records.h"

#include "base/log.h"
#include "store/keys.h"

/* version, flags, length of the remote id, references, four times, hash */
#define HEAD_VERSION 1
#define HEAD_TOUCHED (1 + 1 + 2 + 4 + 8 + 8)
#define HEAD_BYTES (1 + 1 + 2 + 4 + 4 * 8 + STORE_HASH)

bool record_decode(struct record_view *out, struct weir_bytes value)
{
    const uint8_t *at = value.data;
    size_t remote_len;
    size_t left;

    if (value.len < HEAD_BYTES || at[0] != HEAD_VERSION) {
        return false;
    }
    out->flags = at[1];
    remote_len = be_u16(at + 2);
    out->ref_count = be_u32(at + 4);
    out->created_ms = (int64_t)be_u64(at + 8);
    out->changed_ms = (int64_t)be_u64(at + 16);
    out->touched_ms = (int64_t)be_u64(at + 24);
    out->deleted_ms = (int64_t)be_u64(at + 32);
    memcpy(out->hash, at + 40, STORE_HASH);
    left = value.len - HEAD_BYTES;
    at += HEAD_BYTES;
    if (out->ref_count > left / RECORD_REF || remote_len > left - out->ref_count * RECORD_REF) {
        return false;
    }
    out->refs = at;
    at += out->ref_count * RECORD_REF;
    left -= out->ref_count * RECORD_REF;
    out->remote_id = weir_str_n((const char *)at, remote_len);
    out->json = weir_str_n((const char *)at + remote_len, left - remote_len);
    return true;
}

static void record_encode(uint8_t *at, const struct record_view *view)
{
    at[0] = HEAD_VERSION;
    at[1] = view->flags;
    be_put_u16(at + 2, (uint16_t)view->remote_id.len);
    be_put_u32(at + 4, (uint32_t)view->ref_count);
    be_put_u64(at + 8, (uint64_t)view->created_ms);
    be_put_u64(at + 16, (uint64_t)view->changed_ms);
    be_put_u64(at + 24, (uint64_t)view->touched_ms);
    be_put_u64(at + 32, (uint64_t)view->deleted_ms);
    memcpy(at + 40, view->hash, STORE_HASH);
    at += HEAD_BYTES;
    if (view->ref_count > 0) {
        memcpy(at, view->refs, view->ref_count * RECORD_REF);
        at += view->ref_count * RECORD_REF;
    }
    if (view->remote_id.len > 0) {
        memcpy(at, view->remote_id.data, view->remote_id.len);
        at += view->remote_id.len;
    }
    if (view->json.len > 0) {
        memcpy(at, view->json.data, view->json.len);
    }
}

static int record_value(struct weir_bytes *value, struct record_view *out, struct store_txn *txn,
                        uint32_t integration, uint8_t model, const char *id, struct weir_error *err)
{
    struct key key;
    int rc = db_get(value, txn, DB_RECORDS, key_record(&key, integration, model, id), err);

    if (rc != 0) {
        return rc;
    }
    if (!record_decode(out, *value)) {
        /* One broken record must not stop the others: the next fetch writes it anew. */
        log_error("record unreadable", LOG_INT("integration", integration), LOG_INT("model", model),
                  LOG_STR("id", weir_str_n(id, ID_LEN)));
        return WEIR_E_NONE;
    }
    return 0;
}

int record_load(struct record_view *out, struct store_txn *txn, uint32_t integration, uint8_t model,
                const char *id, struct weir_error *err)
{
    struct weir_bytes value;

    return record_value(&value, out, txn, integration, model, id, err);
}

static int record_move(struct store_txn *txn, uint32_t integration, uint8_t model, const char *id,
                       int64_t from_ms, int64_t to_ms, struct weir_error *err)
{
    struct key key;
    int rc;

    if (from_ms == to_ms) {
        return 0;
    }
    if (from_ms != RECORD_NEW) {
        rc = db_del(txn, DB_BY_CHANGE, key_by_change(&key, integration, model, from_ms, id), err);
        if (rc != 0 && rc != WEIR_E_NONE) {
            return rc;
        }
    }
    return db_put(txn, DB_BY_CHANGE, key_by_change(&key, integration, model, to_ms, id), weir_bytes(NULL, 0),
                  err);
}

int record_write(struct store_txn *txn, uint32_t integration, uint8_t model, const char *id,
                 const struct record_view *view, int64_t old_touched_ms, struct weir_error *err)
{
    size_t len = HEAD_BYTES + view->ref_count * RECORD_REF + view->remote_id.len + view->json.len;
    struct key key;
    uint8_t *room;
    int rc = db_reserve(&room, txn, DB_RECORDS, key_record(&key, integration, model, id), len, err);

    if (rc != 0) {
        return rc;
    }
    record_encode(room, view);
    return record_move(txn, integration, model, id, old_touched_ms, view->touched_ms, err);
}

int record_touch(struct store_txn *txn, uint32_t integration, uint8_t model, const char *id,
                 struct buf *scratch, struct weir_error *err)
{
    struct record_view view;
    struct weir_bytes value;
    struct key key;
    int rc = record_value(&value, &view, txn, integration, model, id, err);

    if (rc == WEIR_E_NONE || (rc == 0 && (view.deleted_ms != 0 || view.touched_ms >= txn->now_ms))) {
        return 0;
    }
    if (rc != 0) {
        return rc;
    }
    buf_clear(scratch);
    buf_add(scratch, value.data, value.len);
    rc = buf_check(scratch, "a record to be touched", err);
    if (rc != 0) {
        return rc;
    }
    be_put_u64((uint8_t *)scratch->data + HEAD_TOUCHED, (uint64_t)txn->now_ms);
    rc = db_put(txn, DB_RECORDS, key_record(&key, integration, model, id), buf_bytes(scratch), err);
    if (rc != 0) {
        return rc;
    }
    return record_move(txn, integration, model, id, view.touched_ms, txn->now_ms, err);
}

void record_show(struct store_record *out, uint8_t model, const char *id, const struct record_view *view)
{
    out->model = model;
    out->placeholder = (view->flags & RECORD_PLACEHOLDER) != 0;
    memcpy(out->id, id, ID_LEN);
    out->id[ID_LEN] = '\0';
    out->remote_id = view->remote_id;
    out->json = view->json;
    out->created_at_ms = view->created_ms;
    out->changed_at_ms = view->changed_ms;
    out->touched_at_ms = view->touched_ms;
    out->deleted_at_ms = view->deleted_ms;
}
