#include "store/outbox.h"

#include "store/endpoints.h"
#include "store/keys.h"
#include "store/routes.h"
#include "store/watch_internal.h"

#include <stdlib.h>

/* version, id, endpoint, integration, type, attempts, created, died, last status, length of the last error;
 * then that error, in version 2 the changes it tells, and the body */
#define VALUE_VERSION 2
#define VALUE_HEAD (1 + ID_LEN + 4 * 4 + 8 + 8 + 4 + 1)
#define VALUE_CHANGES (2 * 8)
#define OLDEST_LOOKS 100 /* per endpoint */

size_t notification_len(const struct store_notification *n)
{
    return VALUE_HEAD + strlen(n->last_error) + VALUE_CHANGES + n->body.len;
}

int notification_write(struct store_txn *txn, enum store_db db, struct weir_bytes key,
                       const struct store_notification *n, struct weir_error *err)
{
    size_t error_len = strlen(n->last_error);
    uint8_t *at;
    int rc = db_reserve(&at, txn, db, key, notification_len(n), err);

    if (rc != 0) {
        return rc;
    }
    at[0] = VALUE_VERSION;
    memcpy(at + 1, n->id, ID_LEN);
    at += 1 + ID_LEN;
    be_put_u32(at, n->endpoint);
    be_put_u32(at + 4, n->integration);
    be_put_u32(at + 8, n->type);
    be_put_u32(at + 12, n->attempts);
    be_put_u64(at + 16, (uint64_t)n->created_at_ms);
    be_put_u64(at + 24, (uint64_t)n->died_at_ms);
    be_put_u32(at + 32, (uint32_t)n->last_status);
    at[36] = (uint8_t)error_len; /* last_error has 159 at most */
    memcpy(at + 37, n->last_error, error_len);
    at += 37 + error_len;
    be_put_u64(at, n->first_change);
    be_put_u64(at + 8, n->last_change);
    if (n->body.len > 0) {
        memcpy(at + VALUE_CHANGES, n->body.data, n->body.len);
    }
    return 0;
}

bool notification_decode(struct store_notification *out, struct weir_bytes value)
{
    const uint8_t *at = value.data;
    size_t error_len;
    size_t changes_len;

    if (value.len < VALUE_HEAD || at[0] == 0 || at[0] > VALUE_VERSION) {
        return false;
    }
    changes_len = at[0] == 1 ? 0 : VALUE_CHANGES;
    memcpy(out->id, at + 1, ID_LEN);
    out->id[ID_LEN] = '\0';
    at += 1 + ID_LEN;
    out->endpoint = be_u32(at);
    out->integration = be_u32(at + 4);
    out->type = be_u32(at + 8);
    out->attempts = be_u32(at + 12);
    out->created_at_ms = (int64_t)be_u64(at + 16);
    out->died_at_ms = (int64_t)be_u64(at + 24);
    out->last_status = (int)be_u32(at + 32);
    error_len = at[36];
    if (error_len >= sizeof out->last_error || error_len + changes_len > value.len - VALUE_HEAD) {
        return false;
    }
    memcpy(out->last_error, at + 37, error_len);
    out->last_error[error_len] = '\0';
    at += 37 + error_len;
    out->first_change = changes_len > 0 ? be_u64(at) : 0;
    out->last_change = changes_len > 0 ? be_u64(at + 8) : 0;
    out->body = weir_bytes(at + changes_len, value.len - VALUE_HEAD - error_len - changes_len);
    return true;
}

int outbox_put(struct store_txn *txn, const struct store_notification *n, struct weir_error *err)
{
    struct key key;
    int rc = notification_write(txn, DB_OUTBOX, key_outbox(&key, n->endpoint, n->due_ms, n->seq), n, err);

    if (rc == 0) {
        txn->counters.outbox_count++;
    }
    return rc;
}

int64_t outbox_now_ms(const struct store_txn *txn)
{
    int64_t now_ms = clock_now_ms(txn->st->options.clock);

    return now_ms < txn->now_ms ? now_ms : txn->now_ms;
}

int outbox_new(struct store_txn *txn, const struct store_notification *made, struct tally *tally,
               struct weir_error *err)
{
    struct store_notification n = *made;
    int rc;

    n.seq = ++txn->counters.outbox_seq;
    n.created_at_ms = txn->now_ms;
    n.due_ms = outbox_now_ms(txn);
    rc = outbox_put(txn, &n, err);
    if (rc == 0) {
        watch_made(txn, &n);
    }
    return rc != 0 ? rc : tally_due(tally, n.endpoint, n.seq, n.due_ms, err);
}

/* ---- other messages than data-changed ---- */

#define ID_MARK "%id%"

struct notify_op {
    struct store_op op;
    uint32_t type, integration;
    uint32_t but; /* not to this endpoint; 0: to all */
    struct tally tally;
    struct buf body; /* of the endpoint at hand */
    void (*done)(void *ctx, int rc, const struct store_due *due, size_t due_count,
                 const struct weir_error *err);
    void *ctx;
    size_t mark; /* where the id goes in text; text_len: nowhere */
    size_t text_len;
    char text[];
};

static int notify_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct notify_op *n = (struct notify_op *)op;
    const struct store_route *route = NULL;
    int rc = 0;

    tally_begin(&n->tally);
    while (rc == 0 && (route = routes_next(txn->st->routes, route, n->type, n->integration)) != NULL) {
        struct store_notification made = {
            .endpoint = route->endpoint, .integration = n->integration, .type = n->type};

        if (route->endpoint == n->but) {
            continue;
        }
        id_new(made.id);
        buf_clear(&n->body);
        buf_add(&n->body, n->text, n->mark);
        if (n->mark < n->text_len) {
            buf_add(&n->body, made.id, ID_LEN);
            buf_add(&n->body, n->text + n->mark + strlen(ID_MARK), n->text_len - n->mark - strlen(ID_MARK));
        }
        rc = buf_check(&n->body, "the body of a notification", err);
        if (rc == 0) {
            made.body = buf_bytes(&n->body);
            rc = outbox_new(txn, &made, &n->tally, err);
        }
    }
    return rc;
}

static void notify_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    struct notify_op *n = (struct notify_op *)op;
    struct store_applied made;

    tally_applied(&made, &n->tally);
    if (n->done != NULL) {
        n->done(n->ctx, rc, made.due, rc == 0 ? made.due_count : 0, err);
    }
    tally_fini(&n->tally);
    buf_fini(&n->body);
    free(n);
}

static void notify(struct store *st, uint32_t type, uint32_t integration, uint32_t but,
                   struct weir_bytes body,
                   void (*done)(void *ctx, int rc, const struct store_due *due, size_t due_count,
                                const struct weir_error *err),
                   void *ctx)
{
    struct notify_op *n = calloc(1, sizeof *n + body.len);
    const char *mark;

    if (n == NULL) {
        struct weir_error err;

        weir_fail(&err, WEIR_E_LATER, "no memory for a notification of %zu bytes", body.len);
        if (done != NULL) {
            done(ctx, WEIR_E_LATER, NULL, 0, &err);
        }
        return;
    }
    n->op.run = notify_run;
    n->op.finish = notify_finish;
    n->type = type;
    n->integration = integration;
    n->but = but;
    n->done = done;
    n->ctx = ctx;
    buf_init(&n->body, body.len + ID_LEN + 1);
    n->text_len = body.len;
    if (body.len > 0) {
        memcpy(n->text, body.data, body.len);
    }
    mark = memmem(n->text, n->text_len, ID_MARK, strlen(ID_MARK));
    n->mark = mark != NULL ? (size_t)(mark - n->text) : n->text_len;
    store_submit(st, &n->op);
}

void store_notify(struct store *st, uint32_t type, uint32_t integration, struct weir_bytes body,
                  void (*done)(void *ctx, int rc, const struct store_due *due, size_t due_count,
                               const struct weir_error *err),
                  void *ctx)
{
    notify(st, type, integration, 0, body, done, ctx);
}

void store_notify_others(struct store *st, uint32_t type, uint32_t about, struct weir_bytes body,
                         void (*done)(void *ctx, int rc, const struct store_due *due, size_t due_count,
                                      const struct weir_error *err),
                         void *ctx)
{
    notify(st, type, 0, about, body, done, ctx);
}

/* ---- reading ---- */

static bool outbox_decode(struct store_notification *out, struct weir_bytes key, struct weir_bytes value)
{
    uint32_t endpoint;
    int64_t due_ms;
    uint64_t seq;

    if (!key_outbox_decode(&endpoint, &due_ms, &seq, key) || !notification_decode(out, value)) {
        return false;
    }
    out->endpoint = endpoint;
    out->due_ms = due_ms;
    out->seq = seq;
    return true;
}

/* When the endpoint's first one behind now is due; 0: there is none. */
static int outbox_next_due(int64_t *due_ms, struct db_cursor *cursor, uint32_t endpoint, int64_t now_ms,
                           struct weir_error *err)
{
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    uint32_t owner;
    uint64_t seq;
    int64_t due;
    int rc = db_cursor_seek(&key, &value, cursor, key_outbox(&from, endpoint, now_ms + 1, 0), err);

    *due_ms = 0;
    if (rc == 0 && key_outbox_decode(&owner, &due, &seq, key) && owner == endpoint) {
        *due_ms = due;
    }
    return rc;
}

int store_outbox_read(struct store *st, uint32_t endpoint, int64_t now_ms, int64_t after_due_ms,
                      uint64_t after_seq, size_t max,
                      bool (*each)(void *ctx, const struct store_notification *notification), void *ctx,
                      int64_t *next_due_ms, struct weir_error *err)
{
    struct store_txn txn = {0};
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    size_t given = 0;
    int rc = store_read_begin(&txn, st, err);

    if (rc == 0) {
        rc = db_cursor_open(&cursor, &txn, DB_OUTBOX, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, key_outbox(&from, endpoint, after_due_ms, after_seq), err);
    }
    while (rc == 0 && given < max) {
        struct store_notification n = {0};

        if (outbox_decode(&n, key, value)) {
            if (n.endpoint != endpoint || n.due_ms > now_ms) {
                break;
            }
            if (n.due_ms > after_due_ms || n.seq > after_seq) {
                given++;
                if (!each(ctx, &n)) {
                    break;
                }
            }
        } else if (key.len < 4 || be_u32(key.data) != endpoint) {
            break;
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    if (rc == 0 || rc == WEIR_E_NONE) {
        rc = outbox_next_due(next_due_ms, &cursor, endpoint, now_ms, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

int64_t outbox_oldest_ms(struct store_txn *txn)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    uint32_t endpoint = 0;
    size_t looks = 0;
    int64_t oldest = 0;
    int rc = db_cursor_open(&cursor, txn, DB_OUTBOX, NULL);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), NULL);
    }
    while (rc == 0) {
        struct store_notification n = {0};

        if (outbox_decode(&n, key, value)) {
            looks = n.endpoint == endpoint ? looks + 1 : 0;
            endpoint = n.endpoint;
            if (oldest == 0 || n.created_at_ms < oldest) {
                oldest = n.created_at_ms;
            }
        }
        if (looks < OLDEST_LOOKS) {
            rc = db_cursor_next(&key, &value, &cursor, NULL);
        } else if (endpoint == UINT32_MAX) {
            break;
        } else {
            looks = 0;
            rc = db_cursor_seek(&key, &value, &cursor, key_outbox_of(&from, endpoint + 1), NULL);
        }
    }
    db_cursor_close(&cursor);
    return oldest;
}

/* ---- looking through all of it ---- */

#define LANES_MAX 256 /* endpoints whose notifications are merged; those beyond are not listed */

struct lane {
    struct db_cursor cursor;
    struct store_notification at;
    bool live;
};

static int lane_step(struct lane *lane, const struct weir_bytes *from, uint32_t endpoint,
                     struct weir_error *err)
{
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = from != NULL ? db_cursor_seek(&key, &value, &lane->cursor, *from, err)
                          : db_cursor_next(&key, &value, &lane->cursor, err);

    while (rc == 0 && key.len >= 4 && be_u32(key.data) == endpoint && !outbox_decode(&lane->at, key, value)) {
        rc = db_cursor_next(&key, &value, &lane->cursor, err);
    }
    lane->live = rc == 0 && key.len >= 4 && be_u32(key.data) == endpoint;
    return rc == WEIR_E_NONE ? 0 : rc;
}

/* A lane per endpoint that has anything waiting; only one's own when it is not 0. */
static int lanes_open(struct lane **lanes, size_t *count, struct store_txn *txn, uint32_t only,
                      struct weir_error *err)
{
    uint32_t next = only;
    int rc = 0;

    while (rc == 0 && *count < LANES_MAX) {
        struct lane *more = realloc(*lanes, (*count + 1) * sizeof *more);
        struct weir_bytes key;
        struct weir_bytes value;
        struct weir_bytes at;
        struct key from;
        struct lane *lane;

        if (more == NULL) {
            return weir_fail(err, WEIR_E_MEMORY, "no memory to list the outbox");
        }
        *lanes = more;
        lane = &more[*count];
        memset(lane, 0, sizeof *lane);
        rc = db_cursor_open(&lane->cursor, txn, DB_OUTBOX, err);
        if (rc != 0) {
            return rc;
        }
        (*count)++;
        at = key_outbox_of(&from, next);
        rc = db_cursor_seek(&key, &value, &lane->cursor, at, err);
        if (rc == 0 && key.len >= 4) {
            next = only != 0 ? only : be_u32(key.data);
            at = key_outbox_of(&from, next);
            rc = lane_step(lane, &at, next, err);
        }
        if (only != 0 || next == UINT32_MAX) {
            break;
        }
        next++;
    }
    return rc == WEIR_E_NONE ? 0 : rc;
}

int store_outbox(struct store *st, uint32_t endpoint_or_0, uint64_t skip,
                 bool (*each)(void *ctx, const struct store_notification *notification), void *ctx,
                 struct weir_error *err)
{
    struct store_txn txn = {0};
    struct lane *lanes = NULL;
    size_t count = 0;
    size_t i;
    int rc = store_read_begin(&txn, st, err);

    if (rc == 0) {
        rc = lanes_open(&lanes, &count, &txn, endpoint_or_0, err);
    }
    while (rc == 0) {
        struct lane *first = NULL;

        for (i = 0; i < count; i++) {
            if (lanes[i].live &&
                (first == NULL || lanes[i].at.due_ms < first->at.due_ms ||
                 (lanes[i].at.due_ms == first->at.due_ms && lanes[i].at.seq < first->at.seq))) {
                first = &lanes[i];
            }
        }
        if (first == NULL) {
            break;
        }
        if (skip > 0) {
            skip--;
        } else if (!each(ctx, &first->at)) {
            break;
        }
        rc = lane_step(first, NULL, first->at.endpoint, err);
    }
    for (i = 0; i < count; i++) {
        db_cursor_close(&lanes[i].cursor);
    }
    free(lanes);
    store_read_end(&txn);
    return store_public_code(rc);
}
