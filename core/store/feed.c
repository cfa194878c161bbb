#include "store/feed.h"

#include "store/changes.h"
#include "store/feed_internal.h"
#include "store/format.h"
#include "store/keys.h"
#include "store/reader.h"

/* Key: the place of the stretch's last change, so that seeking a place meets the stretch it is in.
 * version, integration, first number in the change log, count, at */
#define STRETCH_VERSION 1
#define STRETCH_BYTES (1 + 4 + 8 + 4 + 8)

struct stretch {
    uint64_t first, last; /* places */
    uint32_t integration;
    uint64_t first_seq;
    int64_t at_ms;
};

/* ---- writing ---- */

struct store_feed_place feed_last(const struct store_txn *txn)
{
    return (struct store_feed_place){.number = txn->counters.feed_place, .at_ms = txn->counters.feed_at_ms};
}

int feed_put(struct store_txn *txn, uint32_t integration, uint64_t first_seq, uint32_t count,
             struct weir_error *err)
{
    uint8_t value[STRETCH_BYTES];
    struct key key;

    value[0] = STRETCH_VERSION;
    be_put_u32(value + 1, integration);
    be_put_u64(value + 5, first_seq);
    be_put_u32(value + 13, count);
    be_put_u64(value + 17, (uint64_t)txn->now_ms);
    txn->counters.feed_place += count;
    txn->counters.feed_at_ms = txn->now_ms;
    return db_append(txn, DB_FEED, key_u64(&key, txn->counters.feed_place), weir_bytes(value, sizeof value),
                     err);
}

static bool stretch_decode(struct stretch *out, struct weir_bytes key, struct weir_bytes value)
{
    uint32_t count;

    if (!key_u64_decode(&out->last, key) || value.len != STRETCH_BYTES || value.data[0] != STRETCH_VERSION) {
        return false;
    }
    count = be_u32(value.data + 13);
    out->integration = be_u32(value.data + 1);
    out->first_seq = be_u64(value.data + 5);
    out->at_ms = (int64_t)be_u64(value.data + 17);
    out->first = out->last - count + 1;
    return count > 0 && count <= out->last;
}

uint32_t feed_integration(struct weir_bytes value)
{
    return value.len == STRETCH_BYTES && value.data[0] == STRETCH_VERSION ? be_u32(value.data + 1) : 0;
}

int feed_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, DB_FEED, err);

    *removed = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0 && *removed < max) {
        struct stretch stretch;

        if (stretch_decode(&stretch, key, value) && stretch.at_ms >= before_ms) {
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

/* ---- the ends ---- */

static int read_newest(struct store_feed_place *out, struct store_txn *txn, struct weir_error *err)
{
    struct store_counters counters = {0};
    int rc = format_get_counters(&counters, txn, err);

    *out = (struct store_feed_place){.number = counters.feed_place, .at_ms = counters.feed_at_ms};
    return rc;
}

/* The place before the first that is kept. */
static int read_oldest(struct store_feed_place *out, struct store_txn *txn, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct stretch stretch;
    int rc = db_cursor_open(&cursor, txn, DB_FEED, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0 && !stretch_decode(&stretch, key, value)) {
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    if (rc == WEIR_E_NONE) {
        return read_newest(out, txn, err);
    }
    if (rc == 0) {
        *out = (struct store_feed_place){.number = stretch.first - 1, .at_ms = 0};
    }
    return rc;
}

int store_feed_oldest(struct store_feed_place *out, struct store_reader *reader, struct weir_error *err)
{
    return store_public_code(read_oldest(out, reader_txn(reader), err));
}

int store_feed_newest(struct store_feed_place *out, struct store_reader *reader, struct weir_error *err)
{
    return store_public_code(read_newest(out, reader_txn(reader), err));
}

/* ---- reading ---- */

struct walk {
    const struct store_feed_query *query;
    struct store_txn *txn;
    struct store_feed_place reached;
    size_t scanned;
    bool enough;
};

static int too_old(struct weir_error *err)
{
    return weir_fail(
        err, WEIR_E_INVALID,
        "the cursor is older than the changes that are kept: ask with cursor=now, read all lists "
        "once, then go on from that answer's next");
}

static int not_ours(struct weir_error *err)
{
    return weir_fail(err, WEIR_E_INVALID,
                     "the cursor is of changes that this server does not have (was a backup put back?): ask "
                     "with cursor=now, read all lists once, then go on from that answer's next");
}

static int check_ends(bool *nothing, const struct store_feed_place *after, struct store_txn *txn,
                      struct weir_error *err)
{
    struct store_feed_place newest;
    struct store_feed_place oldest;
    int rc = read_newest(&newest, txn, err);

    if (rc == 0) {
        rc = read_oldest(&oldest, txn, err);
    }
    if (rc != 0) {
        return rc;
    }
    if (after->number > newest.number || (after->number == newest.number && after->at_ms != newest.at_ms)) {
        return not_ours(err);
    }
    *nothing = after->number == newest.number;
    return after->number < oldest.number ? too_old(err) : 0;
}

/* The stretch's changes from a place on. What is missing in the log was erased with its integration. */
static int walk_stretch(struct walk *w, const struct stretch *s, uint64_t from, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key at;
    uint64_t last_seq = s->first_seq + (s->last - s->first);
    int rc = db_cursor_open(&cursor, w->txn, DB_CHANGES, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor,
                            key_change(&at, s->integration, s->first_seq + (from - s->first)), err);
    }
    while (rc == 0 && !w->enough && key.len >= 4 && be_u32(key.data) == s->integration) {
        struct store_feed_row row = {.integration = s->integration};

        if (!change_decode(&row.change, key, value)) {
            rc = db_cursor_next(&key, &value, &cursor, err);
            continue;
        }
        if (row.change.seq > last_seq) {
            break;
        }
        row.place.number = s->first + (row.change.seq - s->first_seq);
        row.place.at_ms = s->at_ms;
        w->reached = row.place;
        w->enough = !w->query->each(w->query->ctx, &row) || ++w->scanned >= w->query->scan_max;
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

/* One stretch, as far as it lies behind what was reached. */
static int walk_one(struct walk *w, const struct stretch *s, struct weir_error *err)
{
    const struct store_feed_query *query = w->query;
    uint64_t from = w->reached.number + 1;
    int rc = 0;

    if (s->first < from && w->reached.at_ms != s->at_ms) {
        return not_ours(err); /* only the first one can begin before the place that was asked for */
    }
    if (s->last < from) {
        return 0;
    }
    from = s->first > from ? s->first : from;
    w->scanned++;
    if (query->wants == NULL || query->wants(query->ctx, s->integration)) {
        rc = walk_stretch(w, s, from, err);
    }
    if (rc == 0 && !w->enough) {
        w->reached = (struct store_feed_place){.number = s->last, .at_ms = s->at_ms};
        w->enough = w->scanned >= query->scan_max;
    }
    return rc;
}

static int walk_all(struct walk *w, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    int rc = db_cursor_open(&cursor, w->txn, DB_FEED, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, key_u64(&from, w->reached.number), err);
    }
    while (rc == 0 && !w->enough) {
        struct stretch stretch;

        rc = stretch_decode(&stretch, key, value) ? walk_one(w, &stretch, err) : 0;
        if (rc == 0 && !w->enough) {
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

int store_feed_read(struct store_feed_place *reached, bool *more, struct store_reader *reader,
                    const struct store_feed_query *query, struct weir_error *err)
{
    struct walk w = {.query = query, .txn = reader_txn(reader), .reached = query->after};
    struct store_feed_place newest = {0};
    bool nothing = false;
    int rc = check_ends(&nothing, &query->after, w.txn, err);

    if (rc == 0 && !nothing) {
        rc = walk_all(&w, err);
    }
    if (rc == 0) {
        rc = read_newest(&newest, w.txn, err);
    }
    if (rc == 0 && !w.enough) {
        w.reached = newest; /* also where the last stretches were erased with their integration */
    }
    if (rc == 0) {
        *reached = w.reached;
        *more = w.reached.number < newest.number;
    }
    return store_public_code(rc);
}
