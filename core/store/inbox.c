#include "store/inbox.h"

#include "store/seal.h"
#include "store/writer.h"

#include <stdlib.h>

#define FIXED_VERSION 1

void inbox_fixed_encode(uint8_t out[INBOX_FIXED], const struct inbox_fixed *fixed)
{
    out[0] = FIXED_VERSION;
    out[1] = fixed->kind;
    be_put_u16(out + 2, fixed->chunks);
    be_put_u32(out + INBOX_FIXED_TRIES, fixed->tries);
    be_put_u64(out + 8, (uint64_t)fixed->received_at_ms);
    be_put_u32(out + 16, fixed->head_len);
    be_put_u32(out + 20, fixed->sealed_len);
}

bool inbox_fixed_decode(struct inbox_fixed *fixed, struct weir_bytes value)
{
    struct inbox_fixed read;

    if (value.len < INBOX_FIXED || value.data[0] != FIXED_VERSION) {
        return false;
    }
    read.kind = value.data[1];
    read.chunks = be_u16(value.data + 2);
    read.tries = be_u32(value.data + INBOX_FIXED_TRIES);
    read.received_at_ms = (int64_t)be_u64(value.data + 8);
    read.head_len = be_u32(value.data + 16);
    read.sealed_len = be_u32(value.data + 20);
    if (read.chunks == 0 || read.sealed_len < SEAL_EXTRA || read.sealed_len > seal_len(INBOX_ITEM_MAX) ||
        read.head_len > read.sealed_len - SEAL_EXTRA) {
        return false;
    }
    *fixed = read;
    return true;
}

struct weir_bytes inbox_place(uint8_t room[INBOX_PLACE], uint32_t integration, uint64_t seq,
                              const struct inbox_fixed *fixed)
{
    be_put_u32(room, integration);
    be_put_u64(room + 4, seq);
    room[12] = fixed->kind;
    be_put_u64(room + 13, (uint64_t)fixed->received_at_ms);
    be_put_u32(room + 21, fixed->head_len);
    return weir_bytes(room, 25);
}

/* ---- putting ---- */

static int put_chunks(struct store_txn *txn, uint32_t integration, uint64_t seq, const uint8_t *fixed,
                      struct weir_bytes sealed, struct weir_error *err)
{
    size_t at = 0;
    uint16_t chunk;

    for (chunk = 0; chunk == 0 || at < sealed.len; chunk++) {
        size_t front = chunk == 0 ? INBOX_FIXED : 0;
        size_t part = sealed.len - at < INBOX_CHUNK - front ? sealed.len - at : INBOX_CHUNK - front;
        uint8_t *room = NULL;
        struct key key;
        int rc =
            db_reserve(&room, txn, DB_INBOX, key_inbox(&key, integration, seq, chunk), front + part, err);

        if (rc != 0) {
            return rc;
        }
        memcpy(room, fixed, front);
        memcpy(room + front, sealed.data + at, part);
        at += part;
    }
    return 0;
}

/* Head and body, one after the other in plain. */
static int put_joined(uint64_t *seq, struct store_txn *txn, const struct store_delivery *d,
                      struct weir_bytes plain, struct weir_error *err)
{
    uint8_t small[INBOX_CHUNK];
    uint8_t fixed[INBOX_FIXED];
    uint8_t place[INBOX_PLACE];
    size_t len = seal_len(plain.len);
    uint8_t *sealed = len <= sizeof small ? small : malloc(len);
    uint64_t number = txn->counters.inbox_seq + 1;
    struct inbox_fixed f = {.kind = d->kind,
                            .chunks = (uint16_t)((INBOX_FIXED + len + INBOX_CHUNK - 1) / INBOX_CHUNK),
                            .received_at_ms = d->received_at_ms,
                            .head_len = (uint32_t)d->head.len,
                            .sealed_len = (uint32_t)len};
    int rc;

    if (sealed == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "store: no memory to seal a delivery of %zu bytes", plain.len);
    }
    inbox_fixed_encode(fixed, &f);
    rc = seal_put(sealed, txn->st, store_db_name(DB_INBOX), inbox_place(place, d->integration, number, &f),
                  plain, err);
    if (rc == 0) {
        rc = put_chunks(txn, d->integration, number, fixed, weir_bytes(sealed, len), err);
    }
    if (rc == 0) {
        txn->counters.inbox_seq = number;
        txn->counters.inbox_count++;
        txn->counters.inbox_bytes += INBOX_FIXED + len;
        *seq = number;
    }
    if (sealed != small) {
        free(sealed);
    }
    return rc;
}

static int check_lengths(const struct store_delivery *d, struct weir_error *err)
{
    if (d->head.len > INBOX_HEAD_MAX) {
        return weir_fail(err, WEIR_E_LIMIT, "a delivery's head has %zu bytes, more than %zu", d->head.len,
                         INBOX_HEAD_MAX);
    }
    if (d->body.len > INBOX_ITEM_MAX - d->head.len) {
        return weir_fail(err, WEIR_E_LIMIT, "a delivery has %zu bytes, more than %zu", d->body.len,
                         INBOX_ITEM_MAX);
    }
    return 0;
}

static void join(uint8_t *out, const struct store_delivery *d)
{
    if (d->head.len > 0) {
        memcpy(out, d->head.data, d->head.len);
    }
    if (d->body.len > 0) {
        memcpy(out + d->head.len, d->body.data, d->body.len);
    }
}

int inbox_put(uint64_t *seq, struct store_txn *txn, const struct store_delivery *delivery,
              struct weir_error *err)
{
    size_t len = delivery->head.len + delivery->body.len;
    uint8_t *plain;
    int rc = check_lengths(delivery, err);

    if (rc != 0) {
        return rc;
    }
    plain = malloc(len + 1);
    if (plain == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "store: no memory for a delivery of %zu bytes", len);
    }
    join(plain, delivery);
    rc = put_joined(seq, txn, delivery, weir_bytes(plain, len), err);
    free(plain);
    return rc;
}

/* ---- removing ---- */

int inbox_remove(struct store_txn *txn, uint32_t integration, uint64_t seq, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct weir_bytes prefix;
    struct key from;
    uint64_t bytes = 0;
    bool found = false;
    int rc = db_cursor_open(&cursor, txn, DB_INBOX, err);

    if (rc != 0) {
        return rc;
    }
    prefix = key_inbox(&from, integration, seq, 0);
    prefix.len -= sizeof(uint16_t); /* all its chunks, also of one that cannot be read */
    rc = db_cursor_seek(&key, &value, &cursor, prefix, err);
    while (rc == 0 && key_has_prefix(key, prefix)) {
        found = true;
        bytes += value.len;
        rc = db_cursor_del(&cursor, err);
        if (rc == 0) {
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    if (rc != 0 && rc != WEIR_E_NONE) {
        return rc;
    }
    if (!found) {
        return weir_fail(err, WEIR_E_NONE, "delivery %llu does not wait (any more)", (unsigned long long)seq);
    }
    txn->counters.inbox_count -= txn->counters.inbox_count > 0;
    txn->counters.inbox_bytes -= bytes < txn->counters.inbox_bytes ? bytes : txn->counters.inbox_bytes;
    return 0;
}

/* ---- taking in ---- */

struct append_op {
    struct store_op op;
    void (*done)(void *ctx, int rc, const struct store_appended *appended, const struct weir_error *err);
    void *ctx;
    struct store_delivery delivery; /* its spans point into plain, dedup at hash */
    uint8_t hash[STORE_HASH];
    struct store_appended appended;
    size_t len;
    uint8_t plain[];
};

static int append_check_room(struct store_txn *txn, size_t len, struct weir_error *err)
{
    const struct store_options *options = &txn->st->options;

    if (disk_is_low(txn->st)) {
        return weir_fail(err, WEIR_E_LATER, "disk nearly full: %llu MiB free in %s, %llu are kept free",
                         (unsigned long long)(txn->st->disk_free_bytes >> 20), txn->st->dir,
                         (unsigned long long)(options->disk_free_min_bytes >> 20));
    }
    if (txn->counters.inbox_count >= options->inbox_max) {
        return weir_fail(err, WEIR_E_LIMIT, "the inbox is full: %llu deliveries wait",
                         (unsigned long long)txn->counters.inbox_count);
    }
    if (txn->counters.inbox_bytes + len > options->inbox_bytes_max) {
        return weir_fail(err, WEIR_E_LIMIT, "the inbox is full: %llu MiB wait",
                         (unsigned long long)(txn->counters.inbox_bytes >> 20));
    }
    return 0;
}

static int append_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct append_op *a = (struct append_op *)op;
    bool known = false;
    int rc;

    a->appended = (struct store_appended){0};
    /* Room first: the mark must not be spent on a delivery that is then refused. */
    rc = append_check_room(txn, a->len, err);
    if (rc == 0 && a->delivery.dedup != NULL) {
        rc = seen_check_and_put(&known, txn, a->hash, err);
    }
    if (rc == 0 && known) {
        a->appended.duplicate = true;
        return 0;
    }
    return rc == 0 ? put_joined(&a->appended.seq, txn, &a->delivery, weir_bytes(a->plain, a->len), err) : rc;
}

static void append_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    struct append_op *a = (struct append_op *)op;

    a->done(a->ctx, rc, rc == 0 ? &a->appended : NULL, err);
    free(a);
}

void store_append_delivery(struct store *st, const struct store_delivery *delivery,
                           void (*done)(void *ctx, int rc, const struct store_appended *appended,
                                        const struct weir_error *err),
                           void *ctx)
{
    struct append_op *a = NULL;
    struct weir_error err;
    int rc = check_lengths(delivery, &err);

    if (rc == 0) {
        a = malloc(sizeof *a + delivery->head.len + delivery->body.len);
        rc = a == NULL ? weir_fail(&err, WEIR_E_MEMORY, "store: no memory for a delivery") : 0;
    }
    if (rc != 0) {
        done(ctx, rc, NULL, &err);
        return;
    }
    *a = (struct append_op){.done = done, .ctx = ctx, .delivery = *delivery};
    a->len = delivery->head.len + delivery->body.len;
    join(a->plain, delivery);
    a->delivery.head.data = a->plain;
    a->delivery.body.data = a->plain + delivery->head.len;
    if (delivery->dedup != NULL) {
        memcpy(a->hash, delivery->dedup, STORE_HASH);
        a->delivery.dedup = a->hash;
    }
    a->op.append = true;
    a->op.bytes = a->len + INBOX_FIXED + SEAL_EXTRA;
    a->op.run = append_run;
    a->op.finish = append_finish;
    store_submit(st, &a->op);
}

/* ---- tries ---- */

struct tries_op {
    struct store_op op;
    uint32_t integration, tries;
    uint64_t seq;
};

static int tries_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct tries_op *t = (struct tries_op *)op;
    uint8_t copy[INBOX_CHUNK];
    struct weir_bytes value;
    struct inbox_fixed fixed;
    struct key key;
    int rc = db_get(&value, txn, DB_INBOX, key_inbox(&key, t->integration, t->seq, 0), err);

    if (rc == WEIR_E_NONE) {
        return 0; /* done with meanwhile */
    }
    if (rc != 0) {
        return rc;
    }
    if (value.len > sizeof copy || !inbox_fixed_decode(&fixed, value)) {
        return 0; /* store_inbox_read reports it as broken */
    }
    memcpy(copy, value.data, value.len);
    be_put_u32(copy + INBOX_FIXED_TRIES, t->tries);
    return db_put(txn, DB_INBOX, key_span(&key), weir_bytes(copy, value.len), err);
}

static void tries_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    /* Lost with a full disk: then it is tried once more than it should be. */
    (void)rc;
    (void)err;
    free(op);
}

void store_inbox_tries(struct store *st, uint32_t integration, uint64_t seq, uint32_t tries)
{
    struct tries_op *t = STORE_OP_NEW(struct tries_op);

    if (t != NULL) {
        t->op.run = tries_run;
        t->op.finish = tries_finish;
        t->integration = integration;
        t->seq = seq;
        t->tries = tries;
        store_submit(st, &t->op);
    }
}
