#include "store/links.h"

#include "store/links_internal.h"
#include "store/seal.h"

#include "store/keys.h"

#include <stdlib.h>

/* version, kind, integration, expires; then the sealed text */
#define LINK_VERSION 1
#define LINK_HEAD (1 + 1 + 4 + 8)

static bool link_decode(struct store_link *out, struct weir_bytes *sealed, struct weir_bytes value)
{
    if (value.len < LINK_HEAD + SEAL_EXTRA || value.data[0] != LINK_VERSION) {
        return false;
    }
    out->kind = value.data[1];
    out->integration = be_u32(value.data + 2);
    out->expires_at_ms = (int64_t)be_u64(value.data + 6);
    *sealed = weir_bytes(value.data + LINK_HEAD, value.len - LINK_HEAD);
    return true;
}

uint32_t link_integration(struct weir_bytes value)
{
    struct store_link link;
    struct weir_bytes sealed;

    return link_decode(&link, &sealed, value) ? link.integration : 0;
}

/* ---- writing ---- */

struct link_op {
    struct store_op op;
    struct weir_bytes key, value; /* put */
};

static int put_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    const struct link_op *l = (const struct link_op *)op;
    struct weir_bytes known;
    uint64_t count = 0;
    int rc = db_get(&known, txn, DB_LINKS, l->key, err);

    if (rc == WEIR_E_NONE) {
        rc = db_count(&count, txn, DB_LINKS, err);
    }
    if (rc == 0 && count >= STORE_LINKS_MAX) {
        return weir_fail(err, WEIR_E_LIMIT,
                         "there are %d links already: further ones once some of them are over",
                         STORE_LINKS_MAX);
    }
    return rc == 0 ? db_put(txn, DB_LINKS, l->key, l->value, err) : rc;
}

int store_link_put(struct store *st, const uint8_t hash[CRYPTO_SHA256], const struct store_link *link,
                   struct weir_error *err)
{
    struct link_op l = {.op = {.run = put_run}, .key = weir_bytes(hash, CRYPTO_SHA256)};
    size_t len = LINK_HEAD + seal_len(link->text.len);
    uint8_t *value;
    int rc;

    if (link->text.len > STORE_LINK_TEXT_MAX) {
        return weir_fail(err, WEIR_E_LIMIT, "a link says more than %d bytes", STORE_LINK_TEXT_MAX);
    }
    value = malloc(len);
    if (value == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for a link");
    }
    value[0] = LINK_VERSION;
    value[1] = link->kind;
    be_put_u32(value + 2, link->integration);
    be_put_u64(value + 6, (uint64_t)link->expires_at_ms);
    rc = seal_put(value + LINK_HEAD, st, store_db_name(DB_LINKS), l.key, weir_str_bytes(link->text), err);
    if (rc == 0) {
        l.value = weir_bytes(value, len);
        rc = store_submit_wait(st, &l.op, err);
    }
    free(value);
    return rc;
}

/* ---- reading ---- */

static int open_link(struct store_link *out, struct buf *text, const struct store *st, struct weir_bytes key,
                     struct weir_bytes value, struct weir_error *err)
{
    struct weir_bytes sealed;
    size_t before = text->len;
    int rc;

    if (!link_decode(out, &sealed, value)) {
        return weir_fail(err, WEIR_E_INVALID, "a stored link is damaged");
    }
    rc = seal_open_buf(text, st, store_db_name(DB_LINKS), key, sealed, err);
    if (rc == 0) {
        out->text = weir_str_n(text->data + before, text->len - before);
    }
    return rc;
}

static int none(struct weir_error *err)
{
    return weir_fail(err, WEIR_E_NONE, "there is no such link");
}

int store_link_get(struct store_link *out, struct buf *text, struct store *st,
                   const uint8_t hash[CRYPTO_SHA256], struct weir_error *err)
{
    struct weir_bytes key = weir_bytes(hash, CRYPTO_SHA256);
    struct weir_bytes value;
    struct store_txn txn;
    int rc = store_read_begin(&txn, st, err);

    if (rc != 0) {
        return store_public_code(rc);
    }
    rc = db_get(&value, &txn, DB_LINKS, key, err);
    rc = rc == 0 ? open_link(out, text, st, key, value, err) : rc;
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? none(err) : store_public_code(rc);
}

struct take_op {
    struct store_op op;
    struct weir_bytes key;
    uint8_t kind;
    bool taken;
    struct store_link link;
    struct buf *text; /* of who waits */
    size_t text_before;
};

/* Opened before it is gone: what cannot be opened now may be asked for again. */
static int take_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct take_op *t = (struct take_op *)op;
    struct weir_bytes sealed;
    struct weir_bytes value;
    int rc = db_get(&value, txn, DB_LINKS, t->key, err);

    t->taken = false;
    t->text->len = t->text_before;
    if (rc != 0) {
        return rc == WEIR_E_NONE ? 0 : rc;
    }
    if (!link_decode(&t->link, &sealed, value) || t->link.kind != t->kind) {
        return 0;
    }
    rc = open_link(&t->link, t->text, txn->st, t->key, value, err);
    if (rc == 0) {
        t->taken = true;
        rc = db_del(txn, DB_LINKS, t->key, err);
    }
    return rc;
}

int store_link_take(struct store_link *out, struct buf *text, struct store *st,
                    const uint8_t hash[CRYPTO_SHA256], uint8_t kind, struct weir_error *err)
{
    struct take_op t = {.op = {.run = take_run},
                        .key = weir_bytes(hash, CRYPTO_SHA256),
                        .kind = kind,
                        .text = text,
                        .text_before = text->len};
    int rc = store_submit_wait(st, &t.op, err);

    if (rc != 0 || !t.taken) {
        text->len = t.text_before;
        return rc != 0 ? rc : none(err);
    }
    *out = t.link;
    return 0;
}

/* ---- retention ---- */

int links_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, DB_LINKS, err);

    *removed = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0 && *removed < max) {
        struct store_link link;
        struct weir_bytes sealed;

        if (!link_decode(&link, &sealed, value) || link.expires_at_ms < before_ms) {
            rc = db_cursor_del(&cursor, err);
            (*removed)++;
        }
        if (rc == 0) {
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}
