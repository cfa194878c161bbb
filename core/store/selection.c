#include "store/selection.h"

#include "base/thread.h"
#include "store/dead.h"
#include "store/endpoints_internal.h"
#include "store/keys.h"
#include "store/log.h"
#include "store/outbox.h"
#include "store/sent.h"

#define STEP 500         /* moved in one transaction */
#define STEP_LOOKS 5000  /* looked at in one transaction */
#define COUNT_LOOKS 5000 /* looked at by one reader */

/* ---- what is meant ---- */

static bool is_meant(const struct store_selection *s, const struct store_notification *n)
{
    return (s->endpoint == 0 || n->endpoint == s->endpoint) &&
           (s->integration == 0 || n->integration == s->integration) && n->died_at_ms >= s->since_ms &&
           (s->until_ms == 0 || n->died_at_ms < s->until_ms) && (s->id == NULL || strcmp(n->id, s->id) == 0);
}

/* Numbers follow the time of the end, so the place of a time is found by halving: *after is the greatest
 * number such that all up to it ended before ms. */
static int place_of(uint64_t *after, struct store_txn *txn, enum store_db db, uint64_t last, int64_t ms,
                    struct weir_error *err)
{
    struct db_cursor cursor = {0};
    uint64_t low = 0;
    uint64_t high = last;
    int rc = ms > 0 ? db_cursor_open(&cursor, txn, db, err) : 0;

    while (rc == 0 && ms > 0 && low < high) {
        uint64_t middle = low + (high - low) / 2;
        struct store_notification n = {0};
        struct weir_bytes key;
        struct weir_bytes value;
        struct key from;

        rc = db_cursor_seek(&key, &value, &cursor, key_u64(&from, middle + 1), err);
        if (rc == WEIR_E_NONE || (rc == 0 && (!notification_decode(&n, value) || n.died_at_ms >= ms))) {
            high = middle;
            rc = 0;
        } else if (rc == 0) {
            low = middle + 1;
        }
    }
    db_cursor_close(&cursor);
    *after = low;
    return rc;
}

/* ---- looking ---- */

/* What is met between two places, oldest first. */
struct look {
    enum store_db db;
    const struct store_selection *selection;
    uint64_t after, until; /* numbers; after moves on */
    size_t looks_max;
    uint64_t *seqs; /* of those that are meant, or NULL */
    size_t seqs_max, count;
    bool more;
};

static int look_on(struct look *look, struct store_txn *txn, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    size_t looks = 0;
    int rc = db_cursor_open(&cursor, txn, look->db, err);

    look->more = false;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, key_u64(&from, look->after + 1), err);
    }
    while (rc == 0) {
        struct store_notification n = {0};
        uint64_t seq;

        if (looks++ == look->looks_max || (look->seqs != NULL && look->count == look->seqs_max)) {
            look->more = true;
            break;
        }
        if (key_u64_decode(&seq, key)) {
            if (seq > look->until) {
                break;
            }
            look->after = seq;
            if (notification_decode(&n, value) && is_meant(look->selection, &n)) {
                if (look->seqs != NULL) {
                    look->seqs[look->count] = seq;
                }
                look->count++;
            }
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

/* From the first that may be meant to the last. */
static int look_begin(struct look *look, struct store_txn *txn, enum store_db db,
                      const struct store_selection *selection, struct weir_error *err)
{
    uint64_t last = txn->counters.outbox_seq;
    int rc;

    *look = (struct look){.db = db, .selection = selection, .until = last};
    rc = place_of(&look->after, txn, db, last, selection->since_ms, err);
    if (rc == 0 && selection->until_ms != 0) {
        rc = place_of(&look->until, txn, db, last, selection->until_ms, err);
    }
    return rc;
}

/* A reading transaction has no counters of its own. */
static int read_begin(struct store_txn *txn, struct store *st, struct weir_error *err)
{
    int rc = store_read_begin(txn, st, err);

    if (rc == 0) {
        txn->counters.outbox_seq = UINT64_MAX - 1;
    }
    return rc;
}

static int count_of(uint64_t *count, struct store *st, enum store_db db,
                    const struct store_selection *selection, struct weir_error *err)
{
    struct look look = {.more = true};
    bool begun = false;
    int rc = 0;

    while (rc == 0 && look.more) {
        struct store_txn txn = {0};

        rc = read_begin(&txn, st, err);
        if (rc == 0 && !begun) {
            rc = look_begin(&look, &txn, db, selection, err);
            look.looks_max = COUNT_LOOKS;
            begun = true;
        }
        if (rc == 0) {
            rc = look_on(&look, &txn, err);
        }
        store_read_end(&txn);
    }
    *count += look.count;
    return store_public_code(rc);
}

int store_selection_count(uint64_t *count, struct store *st, const struct store_selection *selection,
                          struct weir_error *err)
{
    int rc = 0;

    *count = 0;
    if ((selection->states & STORE_SELECT_DEAD) != 0) {
        rc = count_of(count, st, DB_DEAD, selection, err);
    }
    if (rc == 0 && (selection->states & STORE_SELECT_SENT) != 0) {
        rc = count_of(count, st, DB_SENT, selection, err);
    }
    return rc;
}

int store_selection_list(uint64_t *reached, struct store *st, const struct store_selection *selection,
                         uint64_t before_seq, size_t looks_max,
                         bool (*each)(void *ctx, const struct store_notification *n), void *ctx,
                         struct weir_error *err)
{
    enum store_db db = selection->states == STORE_SELECT_SENT ? DB_SENT : DB_DEAD;
    struct look range = {0};
    struct store_txn txn = {0};
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key place;
    size_t looks = 0;
    int rc = read_begin(&txn, st, err);

    *reached = 0;
    if (rc == 0) {
        rc = look_begin(&range, &txn, db, selection, err);
    }
    if (rc == 0) {
        rc = db_cursor_open(&cursor, &txn, db, err);
    }
    if (before_seq == 0 || before_seq > range.until) {
        before_seq = range.until + 1;
    }
    if (rc == 0) {
        rc = db_cursor_seek_before(&key, &value, &cursor, key_u64(&place, before_seq), err);
    }
    while (rc == 0) {
        struct store_notification n = {0};

        if (!key_u64_decode(&n.seq, key) || n.seq <= range.after) {
            break;
        }
        if (notification_decode(&n, value) && is_meant(selection, &n) && !each(ctx, &n)) {
            break;
        }
        if (++looks == looks_max) {
            *reached = n.seq;
            break;
        }
        rc = db_cursor_prev(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    store_read_end(&txn);
    return rc == WEIR_E_NONE ? 0 : store_public_code(rc);
}

/* ---- moving ---- */

struct move_op {
    struct store_op op;
    const struct store_selection *selection;
    enum store_db db;
    bool discard;
    struct weir_str reason;
    /* Of the committed steps, and of the one that runs. What ends again meanwhile has a number behind until.
     */
    struct look kept, now;
    bool begun;
    uint64_t count, count_now;
    uint64_t seqs[STEP];
    uint32_t named; /* whose name is in endpoint: most often they are all of one */
    char endpoint[ENDPOINT_NAME];
};

static int move_log(struct store_txn *txn, struct move_op *m, const struct store_notification *n,
                    struct weir_error *err)
{
    struct buf json;
    int rc = 0;

    if (m->named != n->endpoint) {
        rc = endpoint_name(m->endpoint, txn, n->endpoint, err);
        m->named = n->endpoint;
    }
    if (rc != 0) {
        return rc;
    }
    buf_init(&json, 8192);
    buf_printf(&json, "{\"notification\":\"%s\"", n->id);
    if (m->endpoint[0] != '\0') {
        buf_add_text(&json, ",\"endpoint\":");
        buf_add_json_str(&json, weir_str(m->endpoint));
    }
    buf_printf(&json, ",\"outcome\":\"%s\"", m->discard ? "discarded" : "replayed");
    if (m->reason.len > 0) {
        buf_add_text(&json, ",\"reason\":");
        buf_add_json_str(&json, m->reason);
    }
    buf_add_char(&json, '}');
    rc = buf_check(&json, "a log entry", err);
    if (rc == 0) {
        rc = log_put(txn, STORE_LOG_NOTIFICATION, n->integration, buf_str(&json), err);
    }
    buf_fini(&json);
    return rc;
}

static int move_one(struct store_txn *txn, struct move_op *m, uint64_t seq, struct buf *copy,
                    struct weir_error *err)
{
    struct store_notification n = {0};
    struct weir_bytes value;
    struct key key;
    int rc = db_get(&value, txn, m->db, key_u64(&key, seq), err);

    if (rc != 0) {
        return rc;
    }
    buf_clear(copy);
    buf_add(copy, value.data, value.len);
    rc = buf_check(copy, "a notification", err);
    if (rc == 0) {
        rc = db_del(txn, m->db, key_span(&key), err);
    }
    if (rc != 0) {
        return rc;
    }
    if (m->db == DB_DEAD) {
        txn->counters.dead_count--;
    } else {
        sent_left(txn, copy->len);
    }
    check_bug(notification_decode(&n, buf_bytes(copy))); /* it was looked at */
    rc = move_log(txn, m, &n, err);
    if (rc != 0 || m->discard) {
        return rc;
    }
    n.seq = ++txn->counters.outbox_seq;
    n.due_ms = outbox_now_ms(txn);
    n.attempts = 0;
    n.died_at_ms = 0;
    n.last_status = 0;
    n.last_error[0] = '\0';
    return outbox_put(txn, &n, err);
}

static int move_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct move_op *m = (struct move_op *)op;
    struct buf copy;
    int rc = 0;

    buf_init(&copy, SIZE_MAX);
    m->now = m->kept;
    m->count_now = m->count;
    if (!m->begun) {
        rc = look_begin(&m->now, txn, m->db, m->selection, err);
    }
    m->now.looks_max = STEP_LOOKS;
    m->now.seqs = m->seqs;
    m->now.seqs_max = STEP;
    m->now.count = 0;
    if (rc == 0) {
        rc = look_on(&m->now, txn, err);
    }
    for (size_t i = 0; rc == 0 && i < m->now.count; i++) {
        rc = move_one(txn, m, m->seqs[i], &copy, err);
        m->count_now++;
    }
    buf_fini(&copy);
    if (rc == 0 && m->selection->id != NULL && m->count_now > 0) {
        return 0; /* there is one of an id */
    }
    return rc == 0 && m->now.more ? STORE_MORE : rc;
}

static void move_stepped(struct store_op *op)
{
    struct move_op *m = (struct move_op *)op;

    m->kept = m->now;
    m->count = m->count_now;
    m->begun = true;
}

static int move_of(uint64_t *count, struct store *st, struct move_op *m, enum store_db db,
                   struct weir_error *err)
{
    int rc;

    m->op = (struct store_op){.run = move_run, .stepped = move_stepped};
    m->db = db;
    m->begun = false;
    m->count = 0;
    rc = store_submit_wait(st, &m->op, err);
    if (rc == 0) {
        *count += m->count_now;
    }
    return rc;
}

static int move_all(uint64_t *count, struct store *st, struct move_op *m, struct weir_error *err)
{
    const struct store_selection *s = m->selection;
    uint64_t moved = 0;
    int rc = 0;

    if ((s->states & STORE_SELECT_DEAD) != 0) {
        rc = move_of(&moved, st, m, DB_DEAD, err);
    }
    if (rc == 0 && (s->states & STORE_SELECT_SENT) != 0 && (s->id == NULL || moved == 0)) {
        rc = move_of(&moved, st, m, DB_SENT, err);
    }
    if (rc == 0 && s->id != NULL && moved == 0) {
        rc = weir_fail(err, WEIR_E_NONE, "there is no notification with this id that was %s",
                       s->states == STORE_SELECT_DEAD ? "given up" : "given up, or delivered and kept");
    }
    if (rc == 0) {
        *count = moved;
    }
    return rc;
}

int store_selection_replay(uint64_t *count, struct store *st, const struct store_selection *selection,
                           struct weir_error *err)
{
    struct move_op m = {.selection = selection};

    return move_all(count, st, &m, err);
}

int store_selection_discard(uint64_t *count, struct store *st, const struct store_selection *selection,
                            struct weir_str reason, struct weir_error *err)
{
    struct move_op m = {.selection = selection, .discard = true, .reason = reason};

    return move_all(count, st, &m, err);
}
