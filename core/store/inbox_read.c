/*
 * Reading the inbox. One short look per item: what a worker does with it may take its time, and must not hold
 * the engine's pages meanwhile.
 */
#include "base/log.h"
#include "store/inbox.h"
#include "store/seal.h"

struct reading {
    struct store *st;
    uint32_t integration;
    struct buf sealed, plain;
    uint64_t seq; /* of the item found */
    struct inbox_fixed fixed;
};

/* The chunks behind the first, which the cursor stands on. WEIR_E_INVALID: they are not all there. */
static int gather_chunks(struct reading *r, struct db_cursor *cursor, struct weir_bytes first,
                         struct weir_error *err)
{
    uint16_t chunk;

    buf_clear(&r->sealed);
    buf_add(&r->sealed, first.data + INBOX_FIXED, first.len - INBOX_FIXED);
    for (chunk = 1; chunk < r->fixed.chunks; chunk++) {
        uint32_t integration = 0;
        uint64_t seq = 0;
        uint16_t at = 0;
        struct weir_bytes key;
        struct weir_bytes value;
        int rc = db_cursor_next(&key, &value, cursor, err);

        if (rc == WEIR_E_NONE ||
            (rc == 0 && (!key_inbox_decode(&integration, &seq, &at, key) || integration != r->integration ||
                         seq != r->seq || at != chunk))) {
            return weir_fail(err, WEIR_E_INVALID, "chunk %u of %u is missing", (unsigned int)chunk,
                             (unsigned int)r->fixed.chunks);
        }
        if (rc != 0) {
            return rc;
        }
        buf_add(&r->sealed, value.data, value.len);
    }
    return buf_check(&r->sealed, "a delivery", err);
}

static int open_item(struct reading *r, struct db_cursor *cursor, struct weir_bytes key,
                     struct weir_bytes value, struct weir_error *err)
{
    uint8_t room[INBOX_PLACE];
    struct weir_bytes place;
    uint32_t integration;
    uint64_t seq;
    uint16_t chunk;
    int rc;

    if (!key_inbox_decode(&integration, &seq, &chunk, key) || chunk != 0 ||
        !inbox_fixed_decode(&r->fixed, value)) {
        return weir_fail(err, WEIR_E_INVALID, "its first chunk is missing or damaged");
    }
    rc = gather_chunks(r, cursor, value, err);
    if (rc != 0) {
        return rc;
    }
    if (r->sealed.len != r->fixed.sealed_len) {
        return weir_fail(err, WEIR_E_INVALID, "it has %zu bytes instead of %u", r->sealed.len,
                         (unsigned int)r->fixed.sealed_len);
    }
    buf_clear(&r->plain);
    place = inbox_place(room, r->integration, r->seq, &r->fixed);
    return seal_open_buf(&r->plain, r->st, store_db_name(DB_INBOX), place, buf_bytes(&r->sealed), err);
}

/* The next item behind after_seq, in r. WEIR_E_NONE: there is none. WEIR_E_INVALID, WEIR_E_REJECT: r->seq
 * cannot be read. */
static int read_next(struct reading *r, uint64_t after_seq, struct weir_error *err)
{
    struct store_txn txn;
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    int rc;

    if (after_seq == UINT64_MAX) {
        return WEIR_E_NONE;
    }
    rc = store_read_begin(&txn, r->st, err);
    if (rc != 0) {
        return rc;
    }
    rc = db_cursor_open(&cursor, &txn, DB_INBOX, err);
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, key_inbox(&from, r->integration, after_seq + 1, 0), err);
    }
    /* A key of another length is nothing this room wrote; it ends the look instead of cycling. */
    if (rc == 0 && (key.len < 4 + 8 || be_u32(key.data) != r->integration)) {
        rc = WEIR_E_NONE;
    }
    if (rc == 0) {
        r->seq = be_u64(key.data + 4);
        rc = open_item(r, &cursor, key, value, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return store_public_code(rc);
}

static bool hand_over(const struct reading *r, bool (*each)(void *ctx, const struct store_inbox_item *item),
                      void *ctx)
{
    const uint8_t *data = (const uint8_t *)r->plain.data;
    struct store_inbox_item item = {.seq = r->seq,
                                    .integration = r->integration,
                                    .kind = r->fixed.kind,
                                    .tries = r->fixed.tries,
                                    .received_at_ms = r->fixed.received_at_ms};

    item.head = weir_bytes(data, r->fixed.head_len);
    item.body = weir_bytes(data != NULL ? data + r->fixed.head_len : NULL, r->plain.len - r->fixed.head_len);
    return each(ctx, &item);
}

int store_inbox_read(struct store *st, uint32_t integration, uint64_t after_seq, size_t max,
                     bool (*each)(void *ctx, const struct store_inbox_item *item),
                     void (*broken)(void *ctx, uint64_t seq), void *ctx, struct weir_error *err)
{
    struct reading r = {.st = st, .integration = integration, .seq = after_seq};
    bool go_on = true;
    size_t count;
    int rc = 0;

    buf_init(&r.sealed, seal_len(INBOX_ITEM_MAX) + INBOX_CHUNK);
    buf_init(&r.plain, INBOX_ITEM_MAX);
    for (count = 0; rc == 0 && go_on && count < max; count++) {
        struct weir_error why = {0};

        rc = read_next(&r, r.seq, &why);
        if (rc == 0) {
            go_on = hand_over(&r, each, ctx);
        } else if (rc == WEIR_E_INVALID || rc == WEIR_E_REJECT || rc == WEIR_E_LIMIT) {
            metric_add(st->broken_count, 1);
            log_error("delivery cannot be read", LOG_INT("integration", integration),
                      LOG_INT("delivery", r.seq), LOG_ERR(&why));
            broken(ctx, r.seq);
            rc = 0;
        } else if (rc != WEIR_E_NONE) {
            rc = weir_fail(err, rc, "%s", why.message);
        }
    }
    buf_fini(&r.sealed);
    buf_fini(&r.plain);
    return rc == WEIR_E_NONE ? 0 : rc;
}

int store_inbox_integrations(struct store *st, uint32_t *numbers, size_t *count, struct weir_error *err)
{
    struct store_txn txn;
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    size_t found = 0;
    int rc = store_read_begin(&txn, st, err);

    if (rc != 0) {
        return rc;
    }
    rc = db_cursor_open(&cursor, &txn, DB_INBOX, err);
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, (struct weir_bytes){0}, err);
    }
    while (rc == 0 && key.len >= 4) {
        uint32_t number = be_u32(key.data);

        if (found < *count) {
            numbers[found] = number;
        }
        found++;
        if (number == UINT32_MAX) {
            break;
        }
        /* One look per integration, however much waits. */
        rc = db_cursor_seek(&key, &value, &cursor, key_inbox_of(&from, number + 1), err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    if (rc != 0 && rc != WEIR_E_NONE) {
        return store_public_code(rc);
    }
    *count = found;
    return 0;
}
