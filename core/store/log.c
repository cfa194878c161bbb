#include "store/log.h"

#include "store/log_search.h"

#include "base/log.h"
#include "store/keys.h"

#include <stdlib.h>

#define ENTRY_VERSION 1
#define ENTRY_HEAD (1 + 1 + 4)
#define ENTRY_SMALL 1024 /* encoded without asking for memory */

int log_put(struct store_txn *txn, uint8_t kind, uint32_t integration, struct weir_str json,
            struct weir_error *err)
{
    return log_put_more(txn, kind, integration, json, weir_str_n(NULL, 0), err);
}

int log_put_more(struct store_txn *txn, uint8_t kind, uint32_t integration, struct weir_str json,
                 struct weir_str more, struct weir_error *err)
{
    uint8_t small[ENTRY_SMALL];
    uint8_t *value = small;
    size_t len = ENTRY_HEAD + json.len + more.len;
    struct key key;
    int rc;

    if (len > sizeof small) {
        value = malloc(len);
        if (value == NULL) {
            return weir_fail(err, WEIR_E_MEMORY, "no memory for a log entry of %zu bytes", len);
        }
    }
    value[0] = ENTRY_VERSION;
    value[1] = kind;
    be_put_u32(value + 2, integration);
    if (json.len > 0) {
        memcpy(value + ENTRY_HEAD, json.data, json.len);
    }
    if (more.len > 0) {
        memcpy(value + ENTRY_HEAD + json.len - 1, more.data, more.len); /* over the closing brace */
        value[len - 1] = '}';
    }
    rc = db_append(txn, DB_LOG, key_at(&key, txn->now_ms, ++txn->counters.log_seq), weir_bytes(value, len),
                   err);
    if (value != small) {
        free(value);
    }
    return rc;
}

struct log_op {
    struct store_op op;
    uint8_t kind;
    uint32_t integration;
    size_t len;
    char json[];
};

static int log_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct log_op *l = (struct log_op *)op;

    return log_put(txn, l->kind, l->integration, weir_str_n(l->json, l->len), err);
}

static void log_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    if (rc != 0 && rc != WEIR_E_STOPPING) {
        log_warn("log entry lost", LOG_ERR(err));
    }
    free(op);
}

void store_log(struct store *st, const struct store_log_in *entry)
{
    struct log_op *l = calloc(1, sizeof *l + entry->json.len);

    if (l == NULL) {
        log_warn("log entry lost", LOG_TEXT("error", "out of memory"));
        return;
    }
    l->op.run = log_run;
    l->op.finish = log_finish;
    l->kind = entry->kind;
    l->integration = entry->integration;
    l->len = entry->json.len;
    if (l->len > 0) {
        memcpy(l->json, entry->json.data, l->len);
    }
    store_submit(st, &l->op);
}

static bool entry_decode(struct store_log *out, struct weir_bytes key, struct weir_bytes value)
{
    if (!key_at_decode(&out->at_ms, &out->seq, key) || value.len < ENTRY_HEAD ||
        value.data[0] != ENTRY_VERSION) {
        return false;
    }
    out->kind = value.data[1];
    out->integration = be_u32(value.data + 2);
    out->json = weir_str_n((const char *)value.data + ENTRY_HEAD, value.len - ENTRY_HEAD);
    return true;
}

static bool search_fits(const struct store_log_search *s, const struct store_log *entry)
{
    return (s->integration == 0 || entry->integration == s->integration) &&
           (s->kinds == 0 || (entry->kind < 32 && (s->kinds >> entry->kind & 1) != 0));
}

int store_log_search(struct store_log_place *reached, struct store *st, const struct store_log_search *search,
                     bool (*each)(void *ctx, const struct store_log *entry), void *ctx,
                     struct weir_error *err)
{
    struct store_txn txn = {0};
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct weir_bytes before = {NULL, 0};
    struct key place;
    size_t looks = 0;
    int rc = store_read_begin(&txn, st, err);

    *reached = (struct store_log_place){.at_ms = 0};
    if (search->before.at_ms != 0 || search->before.seq != 0) {
        before = key_at(&place, search->before.at_ms, search->before.seq);
    } else if (search->until_ms != 0) {
        before = key_at(&place, search->until_ms, 0);
    }
    if (rc == 0) {
        rc = db_cursor_open(&cursor, &txn, DB_LOG, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek_before(&key, &value, &cursor, before, err);
    }
    while (rc == 0) {
        struct store_log entry;

        if (entry_decode(&entry, key, value)) {
            if (entry.at_ms < search->since_ms || (search_fits(search, &entry) && !each(ctx, &entry))) {
                break;
            }
            if (++looks == search->looks_max) {
                *reached = (struct store_log_place){.at_ms = entry.at_ms, .seq = entry.seq};
                break;
            }
        }
        rc = db_cursor_prev(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

int store_log_follow(struct store_log_place *place, struct store *st, uint32_t kinds, uint32_t integration,
                     bool (*each)(void *ctx, const struct store_log *entry), void *ctx,
                     struct weir_error *err)
{
    struct store_txn txn = {0};
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    bool more = true;
    int rc = store_read_begin(&txn, st, err);

    if (rc == 0) {
        rc = db_cursor_open(&cursor, &txn, DB_LOG, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, key_at(&from, place->at_ms, place->seq + 1), err);
    }
    while (rc == 0 && more) {
        struct store_log entry;

        if (entry_decode(&entry, key, value)) {
            *place = (struct store_log_place){.at_ms = entry.at_ms, .seq = entry.seq};
            if ((integration == 0 || entry.integration == integration) &&
                (kinds == 0 || (entry.kind < 32 && (kinds >> entry.kind & 1) != 0))) {
                more = each(ctx, &entry);
            }
        }
        rc = more ? db_cursor_next(&key, &value, &cursor, err) : 0;
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

static bool take_place(void *ctx, const struct store_log *entry)
{
    *(struct store_log_place *)ctx = (struct store_log_place){.at_ms = entry->at_ms, .seq = entry->seq};
    return false;
}

int store_log_newest(struct store_log_place *place, struct store *st, struct weir_error *err)
{
    *place = (struct store_log_place){0};
    return store_logs(st, 0, 0, 0, 0, take_place, place, err);
}

int store_logs(struct store *st, uint32_t kinds, uint32_t integration, int64_t before_ms, uint64_t before_seq,
               bool (*each)(void *ctx, const struct store_log *entry), void *ctx, struct weir_error *err)
{
    struct store_log_search search = {
        .kinds = kinds, .integration = integration, .before = {.at_ms = before_ms, .seq = before_seq}};
    struct store_log_place ignored;

    return store_log_search(&ignored, st, &search, each, ctx, err);
}

int log_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err)
{
    return log_prune_in(removed, txn, DB_LOG, before_ms, max, err);
}

int log_prune_in(size_t *removed, struct store_txn *txn, enum store_db db, int64_t before_ms, size_t max,
                 struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, db, err);

    *removed = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0 && *removed < max) {
        int64_t at_ms;
        uint64_t seq;

        if (key_at_decode(&at_ms, &seq, key) && at_ms >= before_ms) {
            break; /* they are numbered in the order of time */
        }
        rc = db_cursor_del(&cursor, err);
        if (rc == 0) {
            (*removed)++;
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}
