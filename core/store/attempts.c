/* The outcome of an attempt: the one way out of the outbox. */
#include "store/dead.h"
#include "store/keys.h"
#include "store/log.h"
#include "store/outbox.h"
#include "store/sent.h"

#include "base/utf8.h"

#include <stdlib.h>

struct attempt_op {
    struct store_op op;
    struct store_attempt attempt; /* error and log_json point into text */
    void (*done)(void *ctx, int rc, const struct weir_error *err);
    void *ctx;
    char text[];
};

static void attempt_error(char out[160], const char *error)
{
    struct weir_str cut = utf8_cut(weir_str(error), 159);

    if (cut.len > 0) {
        memcpy(out, cut.data, cut.len);
    }
    out[cut.len] = '\0';
}

static int attempt_move(struct store_txn *txn, const struct store_attempt *a, struct store_notification *n,
                        struct weir_error *err)
{
    if (a->counts) {
        n->attempts++;
    }
    n->last_status = a->status;
    attempt_error(n->last_error, a->error);
    if (a->outcome == STORE_DELIVERED) {
        return sent_put(txn, n, err);
    }
    if (a->outcome == STORE_DEAD) {
        n->died_at_ms = txn->now_ms;
        return dead_put(txn, n, err);
    }
    n->due_ms = a->next_due_ms > 0 ? a->next_due_ms : 0;
    return outbox_put(txn, n, err);
}

/* With what leads from the changes to it. */
static int attempt_log(struct store_txn *txn, const struct store_attempt *a,
                       const struct store_notification *n, struct weir_error *err)
{
    struct buf more;
    int rc;

    buf_init(&more, 160);
    buf_add_text(&more, ",\"made_at_ms\":");
    buf_add_i64(&more, n->created_at_ms);
    if (n->first_change != 0) {
        buf_add_text(&more, ",\"first_change\":");
        buf_add_u64(&more, n->first_change);
        buf_add_text(&more, ",\"last_change\":");
        buf_add_u64(&more, n->last_change);
    }
    rc = buf_check(&more, "a log entry", err);
    if (rc == 0) {
        rc = log_put_more(txn, STORE_LOG_ATTEMPT, n->integration, a->log_json, buf_str(&more), err);
    }
    buf_fini(&more);
    return rc;
}

static int attempt_book(struct store_txn *txn, const struct store_attempt *a, struct buf *body,
                        struct weir_error *err)
{
    struct store_notification n = {0};
    struct weir_bytes value;
    struct key key;
    int rc = db_get(&value, txn, DB_OUTBOX, key_outbox(&key, a->endpoint, a->due_ms, a->seq), err);

    if (rc != 0) {
        return rc; /* none: it is booked already */
    }
    if (!notification_decode(&n, value)) {
        return weir_fail(err, WEIR_E_INVALID, "notification %llu of endpoint %u cannot be read",
                         (unsigned long long)a->seq, a->endpoint);
    }
    if (a->outcome != STORE_DELIVERED || sent_is_kept(txn->st)) {
        buf_add(body, n.body.data, n.body.len); /* the page goes with the next change */
        n.body = buf_bytes(body);
        rc = buf_check(body, "a notification", err);
    }
    if (rc == 0) {
        rc = db_del(txn, DB_OUTBOX, key_span(&key), err);
    }
    if (rc != 0) {
        return rc;
    }
    txn->counters.outbox_count--;
    n.seq = a->seq;
    n.endpoint = a->endpoint;
    if (a->outcome != STORE_DELIVERED || sent_is_kept(txn->st)) {
        rc = attempt_move(txn, a, &n, err);
    }
    if (rc == 0 && a->log_json.len > 0) {
        rc = attempt_log(txn, a, &n, err);
    }
    return rc;
}

static int attempt_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct attempt_op *a = (struct attempt_op *)op;
    struct buf body;
    int rc;

    buf_init(&body, SIZE_MAX);
    rc = attempt_book(txn, &a->attempt, &body, err);
    buf_fini(&body);
    return rc == WEIR_E_NONE ? 0 : rc;
}

static void attempt_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    struct attempt_op *a = (struct attempt_op *)op;

    if (a->done != NULL) {
        a->done(a->ctx, rc, err);
    }
    free(a);
}

void store_attempt(struct store *st, const struct store_attempt *attempt,
                   void (*done)(void *ctx, int rc, const struct weir_error *err), void *ctx)
{
    size_t error_len = attempt->error != NULL ? strlen(attempt->error) : 0;
    struct attempt_op *a = calloc(1, sizeof *a + error_len + 1 + attempt->log_json.len);

    if (a == NULL) {
        struct weir_error err;

        weir_fail(&err, WEIR_E_LATER, "no memory to book an attempt");
        if (done != NULL) {
            done(ctx, WEIR_E_LATER, &err);
        }
        return;
    }
    a->op.run = attempt_run;
    a->op.finish = attempt_finish;
    a->done = done;
    a->ctx = ctx;
    a->attempt = *attempt;
    if (error_len > 0) {
        memcpy(a->text, attempt->error, error_len);
    }
    a->attempt.error = a->text;
    a->attempt.log_json.data = a->text + error_len + 1;
    if (attempt->log_json.len > 0) {
        memcpy(a->text + error_len + 1, attempt->log_json.data, attempt->log_json.len);
    }
    store_submit(st, &a->op);
}
