#include "store/recent.h"

#include "store/keys.h"

#define KEY_RECENT "seen_recent"
#define MARK_BYTES (8 + STORE_HASH)

int recent_load(struct recent *recent, struct store_txn *txn, struct weir_error *err)
{
    struct weir_bytes value;
    struct key key;
    size_t i;
    int rc = db_get(&value, txn, DB_ROOT, key_text(&key, KEY_RECENT), err);

    recent->count = 0;
    if (rc == WEIR_E_NONE) {
        return 0;
    }
    if (rc != 0) {
        return rc;
    }
    if (value.len % MARK_BYTES != 0 || value.len > MARK_BYTES * RECENT_MAX) {
        return weir_fail(err, WEIR_E_IO, "store: the latest marks are damaged (%zu bytes); restore a backup",
                         value.len);
    }
    for (i = 0; i < value.len / MARK_BYTES; i++) {
        const uint8_t *at = value.data + i * MARK_BYTES;

        recent->marks[i].at_ms = (int64_t)(be_u64(at) & INT64_MAX);
        memcpy(recent->marks[i].hash, at + 8, STORE_HASH);
    }
    recent->count = i;
    return 0;
}

int recent_save(const struct recent *recent, struct store_txn *txn, struct weir_error *err)
{
    uint8_t *room = NULL;
    struct key key;
    size_t i;
    int rc = db_reserve(&room, txn, DB_ROOT, key_text(&key, KEY_RECENT), recent->count * MARK_BYTES, err);

    for (i = 0; rc == 0 && i < recent->count; i++) {
        be_put_u64(room + i * MARK_BYTES, (uint64_t)recent->marks[i].at_ms);
        memcpy(room + i * MARK_BYTES + 8, recent->marks[i].hash, STORE_HASH);
    }
    return rc;
}

static int move_to_list(struct recent *recent, struct store_txn *txn, struct weir_error *err)
{
    uint64_t seq = txn->counters.seen_seq - recent->count;
    int rc = 0;
    size_t i;

    for (i = 0; rc == 0 && i < recent->count; i++) {
        struct key key;

        rc = db_append(txn, DB_SEEN, key_at(&key, recent->marks[i].at_ms, seq + 1 + i),
                       weir_bytes(recent->marks[i].hash, STORE_HASH), err);
    }
    if (rc == 0) {
        recent->count = 0;
    }
    return rc;
}

int recent_add(struct recent *recent, struct store_txn *txn, const uint8_t hash[STORE_HASH],
               struct weir_error *err)
{
    struct recent_mark *mark;
    int rc = recent->count == RECENT_MAX ? move_to_list(recent, txn, err) : 0;

    if (rc == 0) {
        mark = &recent->marks[recent->count++];
        mark->at_ms = txn->now_ms;
        memcpy(mark->hash, hash, STORE_HASH);
    }
    return rc;
}

void recent_drop(struct recent *recent)
{
    recent->count--;
    memmove(recent->marks, recent->marks + 1, recent->count * sizeof recent->marks[0]);
}
