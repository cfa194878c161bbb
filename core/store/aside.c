#include "store/aside.h"

#include "base/log.h"
#include "store/keys.h"
#include "store/seal.h"

#include <stdlib.h>

/* version, integration, kind, code, tries, at, received, delivery, lengths of message, what and head; then
 * message and what in the clear (they hold no value), and head and body sealed together */
#define ASIDE_VERSION 1
#define ASIDE_HEAD (1 + 4 + 1 + 4 + 4 + 8 + 8 + 8 + 2 + 2 + 4)
#define REPLAY_STEP 100

static size_t text_len(struct weir_str text)
{
    return text.len < UINT16_MAX ? text.len : UINT16_MAX;
}

static void aside_encode(uint8_t *at, int64_t now_ms, uint32_t integration, const struct store_aside_in *in)
{
    size_t message_len = text_len(in->message);
    size_t what_len = text_len(in->what);

    at[0] = ASIDE_VERSION;
    be_put_u32(at + 1, integration);
    at[5] = in->kind;
    be_put_u32(at + 6, (uint32_t)in->code);
    be_put_u32(at + 10, in->tries);
    be_put_u64(at + 14, (uint64_t)now_ms);
    be_put_u64(at + 22, (uint64_t)in->received_at_ms);
    be_put_u64(at + 30, in->delivery);
    be_put_u16(at + 38, (uint16_t)message_len);
    be_put_u16(at + 40, (uint16_t)what_len);
    be_put_u32(at + 42, (uint32_t)in->head.len);
    if (message_len > 0) {
        memcpy(at + ASIDE_HEAD, in->message.data, message_len);
    }
    if (what_len > 0) {
        memcpy(at + ASIDE_HEAD + message_len, in->what.data, what_len);
    }
}

int aside_put(struct store_txn *txn, uint32_t integration, const struct store_aside_in *in,
              struct weir_error *err)
{
    size_t clear_len = ASIDE_HEAD + text_len(in->message) + text_len(in->what);
    struct buf plain;
    struct key key;
    uint8_t *room;
    int rc;

    buf_init(&plain, SIZE_MAX);
    buf_add(&plain, in->head.data, in->head.len);
    buf_add(&plain, in->body.data, in->body.len);
    rc = buf_check(&plain, "what is set aside", err);
    if (rc != 0) {
        goto out;
    }
    key_u64(&key, ++txn->counters.aside_number);
    rc = db_reserve(&room, txn, DB_ASIDE, key_span(&key), clear_len + seal_len(plain.len), err);
    if (rc != 0) {
        goto out;
    }
    aside_encode(room, txn->now_ms, integration, in);
    rc = seal_put(room + clear_len, txn->st, "aside", key_span(&key), buf_bytes(&plain), err);
    if (rc == 0) {
        txn->counters.aside_count++;
    }

out:
    if (plain.data != NULL) {
        crypto_wipe(plain.data, plain.len);
    }
    buf_fini(&plain);
    return rc;
}

/* What lies in the clear; the payload is left in *sealed, and *head_len is how much of it is the head. */
static bool aside_decode(struct store_aside *out, size_t *head_len, struct weir_bytes *sealed,
                         struct weir_bytes key, struct weir_bytes value)
{
    const uint8_t *at = value.data;
    size_t message_len;
    size_t what_len;

    memset(out, 0, sizeof *out);
    if (!key_u64_decode(&out->number, key) || value.len < ASIDE_HEAD || at[0] != ASIDE_VERSION) {
        return false;
    }
    out->integration = be_u32(at + 1);
    out->kind = at[5];
    out->code = (int32_t)be_u32(at + 6);
    out->tries = be_u32(at + 10);
    out->at_ms = (int64_t)be_u64(at + 14);
    out->received_at_ms = (int64_t)be_u64(at + 22);
    out->delivery = be_u64(at + 30);
    message_len = be_u16(at + 38);
    what_len = be_u16(at + 40);
    *head_len = be_u32(at + 42);
    if (value.len - ASIDE_HEAD < message_len + what_len) {
        return false;
    }
    out->message = weir_str_n((const char *)at + ASIDE_HEAD, message_len);
    out->what = weir_str_n((const char *)at + ASIDE_HEAD + message_len, what_len);
    *sealed =
        weir_bytes(at + ASIDE_HEAD + message_len + what_len, value.len - ASIDE_HEAD - message_len - what_len);
    return true;
}

/* As aside_decode, payload included; its spans point into plain. */
static int aside_open(struct store_aside *out, struct buf *plain, struct store_txn *txn,
                      struct weir_bytes key, struct weir_bytes value, struct weir_error *err)
{
    struct weir_bytes sealed;
    size_t head_len;
    int rc;

    if (!aside_decode(out, &head_len, &sealed, key, value)) {
        return weir_fail(err, WEIR_E_INVALID, "something set aside cannot be read");
    }
    buf_clear(plain);
    rc = seal_open_buf(plain, txn->st, "aside", key, sealed, err);
    if (rc != 0) {
        return rc;
    }
    if (head_len > plain->len) {
        return weir_fail(err, WEIR_E_INVALID, "what was set aside as %llu cannot be read",
                         (unsigned long long)out->number);
    }
    out->head = weir_bytes(plain->data, head_len);
    out->body = weir_bytes(plain->len > 0 ? plain->data + head_len : NULL, plain->len - head_len);
    return 0;
}

int store_asides(struct store *st, uint64_t before_number,
                 bool (*each)(void *ctx, const struct store_aside *aside), void *ctx, struct weir_error *err)
{
    struct store_txn txn = {0};
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct weir_bytes before = {NULL, 0};
    struct key place;
    struct buf plain;
    int rc = store_read_begin(&txn, st, err);

    buf_init(&plain, SIZE_MAX);
    if (before_number != 0) {
        before = key_u64(&place, before_number);
    }
    if (rc == 0) {
        rc = db_cursor_open(&cursor, &txn, DB_ASIDE, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek_before(&key, &value, &cursor, before, err);
    }
    while (rc == 0) {
        struct store_aside aside;
        struct weir_error why;

        /* One whose payload does not open is still shown. */
        if (aside_open(&aside, &plain, &txn, key, value, &why) != 0) {
            log_error("set aside, but unreadable", LOG_INT("number", aside.number), LOG_ERR(&why));
        }
        if (aside.number != 0 && !each(ctx, &aside)) {
            break;
        }
        rc = db_cursor_prev(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    if (plain.data != NULL) {
        crypto_wipe(plain.data, plain.len);
    }
    buf_fini(&plain);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

int aside_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, DB_ASIDE, err);

    *removed = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0 && *removed < max) {
        struct store_aside aside;
        struct weir_bytes sealed;
        size_t head_len;

        if (aside_decode(&aside, &head_len, &sealed, key, value) && aside.at_ms >= before_ms) {
            break; /* they are numbered in the order of time */
        }
        rc = db_cursor_del(&cursor, err);
        if (rc == 0) {
            (*removed)++;
            txn->counters.aside_count--;
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

/* ---- again ---- */

struct replay_op {
    struct store_op op;
    uint64_t number; /* 0: all of the integration */
    uint32_t integration;
    /* of the committed steps, and of the one that runs */
    uint64_t after, after_now;
    uint64_t until, until_now; /* what is set aside again meanwhile stays */
    uint64_t count, count_now;
};

/* The next one that is meant, behind *after, which moves to it. WEIR_E_NONE: there is none. */
static int replay_find(uint64_t *after, struct store_txn *txn, const struct replay_op *r,
                       struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    bool found = false;
    int rc = db_cursor_open(&cursor, txn, DB_ASIDE, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, key_u64(&from, *after + 1), err);
    }
    while (rc == 0) {
        struct store_aside aside;
        struct weir_bytes sealed;
        size_t head_len;

        if (aside_decode(&aside, &head_len, &sealed, key, value)) {
            found = r->integration == 0 || r->number != 0 || aside.integration == r->integration;
        }
        if (aside.number > r->until_now) {
            found = false;
            break;
        }
        if (found) {
            *after = aside.number;
            break;
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    return rc == 0 && !found ? WEIR_E_NONE : rc;
}

static int replay_one(struct store_txn *txn, uint64_t number, struct buf *plain, struct weir_error *err)
{
    struct store_delivery delivery = {0};
    struct store_aside aside;
    struct weir_bytes value;
    struct key key;
    uint64_t seq;
    int rc = db_get(&value, txn, DB_ASIDE, key_u64(&key, number), err);

    if (rc == 0) {
        rc = aside_open(&aside, plain, txn, key_span(&key), value, err);
    }
    if (rc != 0) {
        return rc;
    }
    delivery.integration = aside.integration;
    delivery.kind = aside.kind == STORE_ASIDE_DELIVERY ? STORE_DELIVERY : STORE_EVENTS;
    delivery.received_at_ms = aside.received_at_ms;
    delivery.head = aside.head;
    delivery.body = aside.body;
    rc = inbox_put(&seq, txn, &delivery, err);
    if (rc == 0) {
        rc = db_del(txn, DB_ASIDE, key_span(&key), err);
    }
    if (rc == 0) {
        txn->counters.aside_count--;
    }
    return rc;
}

static int replay_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct replay_op *r = (struct replay_op *)op;
    struct buf plain;
    size_t looks;
    int rc = 0;

    buf_init(&plain, SIZE_MAX);
    r->after_now = r->after;
    r->count_now = r->count;
    r->until_now = r->until != 0 ? r->until : (r->number != 0 ? r->number : txn->counters.aside_number);
    for (looks = 0; rc == 0 && looks < REPLAY_STEP; looks++) {
        rc = replay_find(&r->after_now, txn, r, err);
        if (rc != 0) {
            break;
        }
        rc = replay_one(txn, r->after_now, &plain, err);
        if (rc == 0) {
            r->count_now++;
        } else if ((rc == WEIR_E_REJECT || rc == WEIR_E_INVALID) && r->number == 0) {
            log_error("set aside, but unreadable", LOG_INT("number", r->after_now), LOG_ERR(err));
            rc = 0; /* it stays; the others go */
        }
    }
    if (plain.data != NULL) {
        crypto_wipe(plain.data, plain.len);
    }
    buf_fini(&plain);
    if (rc == WEIR_E_NONE) {
        return 0;
    }
    return rc == 0 ? STORE_MORE : rc;
}

static void replay_stepped(struct store_op *op)
{
    struct replay_op *r = (struct replay_op *)op;

    r->after = r->after_now;
    r->until = r->until_now;
    r->count = r->count_now;
}

int store_aside_replay(struct store *st, uint64_t number_or_0, uint32_t integration, uint64_t *count,
                       struct weir_error *err)
{
    struct replay_op r = {.op = {.run = replay_run, .stepped = replay_stepped},
                          .number = number_or_0,
                          .integration = integration,
                          .after = number_or_0 != 0 ? number_or_0 - 1 : 0};
    struct weir_error local;
    int rc;

    rc = store_submit_wait(st, &r.op, err != NULL ? err : &local);
    if (rc != 0) {
        return rc;
    }
    if (number_or_0 != 0 && r.count_now == 0) {
        return weir_fail(err, WEIR_E_NONE, "nothing is set aside as %llu", (unsigned long long)number_or_0);
    }
    *count = r.count_now;
    return 0;
}
