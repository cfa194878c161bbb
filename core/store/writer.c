#include "store/writer.h"

#include "base/log.h"
#include "base/thread.h"
#include "store/map.h"
#include "store/txn.h"

#include <sys/statvfs.h>
#include <time.h>

#define APPENDS_MAX 4096 /* in one transaction: bounds the pages it holds in memory */
#define APPEND_BYTES_MAX ((size_t)32 << 20)
#define STATES_MAX 1024
#define STATES_BESIDE_APPENDS 64 /* random writes are dear, and a sender waits */
#define AHEAD_MS 20 /* stamps may run ahead of the clock by this, then rounds take a millisecond */
#define DISK_CHECK_MS 1000
/*
 * Under load, when nobody waits for a commit, it is worth a moment: pages that several operations touch are
 * written once. A batch of BUSY_STATES says that there is load, so a single event is never held up.
 */
#define GATHER_MS 8
#define BUSY_STATES 8
#define GATHER_ENOUGH 256

struct store_wait {
    pthread_mutex_t lock;
    pthread_cond_t over;
    bool done;
    int rc;
    struct weir_error err;
};

struct batch {
    struct store_queue ops;
    size_t count, states; /* when it was taken */
    bool stamped;
    bool wrote; /* its transaction went to disk */
    /* It failed after it had written, and waits for the abort: its hooks may need it. */
    struct store_op *undone;
    int undone_rc;
};

static void queue_init(struct store_queue *q)
{
    *q = (struct store_queue){.head = NULL, .count = 0};
    q->tail = &q->head;
}

static void queue_add(struct store_queue *q, struct store_op *op)
{
    op->next = NULL;
    *q->tail = op;
    q->tail = &op->next;
    q->count++;
}

static struct store_op *queue_take(struct store_queue *q)
{
    struct store_op *op = q->head;

    if (op != NULL) {
        q->head = op->next;
        if (q->head == NULL) {
            q->tail = &q->head;
        }
        q->count--;
        op->next = NULL;
    }
    return op;
}

void writer_init(struct store *st)
{
    (void)pthread_mutex_init(&st->lock, NULL);
    (void)pthread_mutex_init(&st->trim.lock, NULL);
    (void)pthread_mutex_init(&st->reads.lock, NULL);
    thread_cond_init(&st->wake);
    queue_init(&st->appends);
    queue_init(&st->states);
}

/* ---- handing in ---- */

static void op_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    struct store_wait *wait = op->wait;

    rc = store_public_code(rc);
    if (wait == NULL) {
        op->finish(op, rc, rc != 0 ? err : NULL);
        return;
    }
    /* The waiter's stack holds wait and op: unlock is the last touch, and the signal comes before it. */
    (void)pthread_mutex_lock(&wait->lock);
    wait->rc = rc;
    if (rc != 0) {
        wait->err = *err;
    }
    wait->done = true;
    (void)pthread_cond_signal(&wait->over);
    (void)pthread_mutex_unlock(&wait->lock);
}

static void op_refuse(struct store_op *op)
{
    struct weir_error err;
    int rc = weir_fail(&err, WEIR_E_STOPPING, "the store is being closed");

    op_finish(op, rc, &err);
}

/* Does the writer do well to wait for more? The lock is held. */
static bool may_gather(const struct store *st)
{
    return st->gather_until_us != 0 && st->appends.head == NULL && st->waiting_count == 0 && !st->stopping &&
           st->states.count < GATHER_ENOUGH;
}

void store_submit(struct store *st, struct store_op *op)
{
    bool refused;
    bool wake = false;

    (void)pthread_mutex_lock(&st->lock);
    refused = st->stopping;
    if (!refused) {
        queue_add(op->append ? &st->appends : &st->states, op);
        st->queued_bytes += op->append ? op->bytes : 0;
        st->waiting_count += !op->append && op->wait != NULL;
        if (st->writer_idle && !may_gather(st)) {
            st->writer_idle = false;
            wake = true;
        }
    }
    (void)pthread_mutex_unlock(&st->lock);
    if (wake) {
        /* Not under the lock, on which it would only fall asleep again. */
        (void)pthread_cond_signal(&st->wake);
    }
    if (refused) {
        op_refuse(op);
    }
}

int store_submit_wait(struct store *st, struct store_op *op, struct weir_error *err)
{
    struct store_wait wait = {.done = false};
    int rc;

    thread_assert(THREAD_SETUP | THREAD_WORKER | THREAD_CLIENT | THREAD_WEB);
    check_bug(st->started || st->stopping); /* nobody would ever answer */
    (void)pthread_mutex_init(&wait.lock, NULL);
    (void)pthread_cond_init(&wait.over, NULL);
    op->wait = &wait;
    store_submit(st, op);
    (void)pthread_mutex_lock(&wait.lock);
    while (!wait.done) {
        (void)pthread_cond_wait(&wait.over, &wait.lock);
    }
    (void)pthread_mutex_unlock(&wait.lock);
    (void)pthread_cond_destroy(&wait.over);
    (void)pthread_mutex_destroy(&wait.lock);
    op->wait = NULL;
    rc = wait.rc;
    return rc != 0 ? weir_fail(err, rc, "%s", wait.err.message) : 0;
}

/* ---- one round ---- */

static void disk_look(struct store *st)
{
    int64_t now = clock_mono_ms(st->options.clock);
    struct statvfs fs;
    bool low;

    st->disk_checked_ms = now != 0 ? now : 1;
    if (statvfs(st->dir, &fs) != 0) {
        return;
    }
    st->disk_free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    low = st->disk_free_bytes < st->options.disk_free_min_bytes;
    if (low != atomic_exchange(&st->disk_low, low)) {
        log_warn(low ? "disk nearly full, deliveries are refused" : "disk has room again",
                 LOG_TEXT("folder", st->dir), LOG_INT("free_bytes", st->disk_free_bytes),
                 LOG_INT("least_bytes", st->options.disk_free_min_bytes));
    }
}

bool disk_is_low(struct store *st)
{
    int64_t now = clock_mono_ms(st->options.clock);

    if (st->disk_checked_ms == 0 || now - st->disk_checked_ms >= DISK_CHECK_MS) {
        disk_look(st);
    }
    return atomic_load(&st->disk_low);
}

static void batch_finish(struct batch *batch, int rc, const struct weir_error *err)
{
    struct store_op *op;

    while ((op = queue_take(&batch->ops)) != NULL) {
        op_finish(op, rc, err);
    }
}

/* Call each run. An operation that fails by itself leaves the batch; when it had written, the others have to
 * be run anew. An internal code ends it. */
static int batch_run(struct store_txn *txn, struct batch *batch, struct weir_error *err)
{
    struct store_queue kept;
    struct store_op *op;
    int rc = 0;

    queue_init(&kept);
    while (rc == 0 && batch->undone == NULL && (op = queue_take(&batch->ops)) != NULL) {
        struct store_counters before = txn->counters;
        uint64_t writes = txn->writes;
        int op_rc;

        err->message[0] = '\0'; /* of this one alone */
        op_rc = op->run(txn, op, err);
        op->more = op_rc == STORE_MORE;
        if (txn->failed == 0 && store_public_code(op_rc) != op_rc) {
            txn->failed = op_rc; /* it asks for the writer itself */
        }
        if (txn->failed != 0) {
            rc = txn->failed;
            queue_add(&kept, op);
        } else if (op_rc == 0 || op->more) {
            queue_add(&kept, op);
        } else if (txn->writes != writes) {
            batch->undone = op;
            batch->undone_rc = op_rc;
        } else {
            txn->counters = before;
            op_finish(op, op_rc, err);
        }
    }
    while ((op = queue_take(&batch->ops)) != NULL) {
        queue_add(&kept, op);
    }
    while ((op = queue_take(&kept)) != NULL) {
        queue_add(&batch->ops, op);
    }
    return rc;
}

static int batch_try(bool *again, struct store *st, struct batch *batch, struct weir_error *err)
{
    struct store_txn txn;
    int rc = txn_begin(&txn, st, err);

    *again = false;
    if (rc != 0) {
        return rc;
    }
    rc = batch_run(&txn, batch, err);
    if (rc == 0 && batch->undone == NULL) {
        batch->wrote = txn.writes > 0;
        return txn_commit(&txn, batch->stamped, err);
    }
    txn_abort(&txn);
    if (batch->undone != NULL) {
        op_finish(batch->undone, batch->undone_rc, err);
        batch->undone = NULL;
        *again = true;
    }
    return rc;
}

/* Until it is on disk, or cannot be. */
static int batch_commit(struct store *st, struct batch *batch, struct weir_error *err)
{
    bool again = true;
    int rc = 0;

    while (again && batch->ops.head != NULL) {
        rc = batch_try(&again, st, batch, err);
        if (rc == STORE_E_GROW) {
            size_t twice = map_size(st->env) * 2;

            rc = map_grow(st, twice > st->map_wanted_bytes ? twice : st->map_wanted_bytes, err);
            st->map_wanted_bytes = 0;
            again = rc == 0;
        }
    }
    return rc;
}

static void note_outcome(struct store *st, int rc, bool wrote, const struct weir_error *err)
{
    bool fatal = rc == STORE_E_BROKEN || atomic_load(&st->fatal);
    bool full = rc == STORE_E_DISK_FULL;

    if (fatal) {
        atomic_store(&st->fatal, true);
        log_error("store stopped: what is on disk is not known", LOG_ERR(err));
        if (st->options.on_fatal != NULL) {
            st->options.on_fatal(st->options.on_fatal_ctx, err);
        }
    } else if (((rc == 0 && wrote) || full) && full != atomic_exchange(&st->disk_full, full)) {
        log_warn(full ? "disk full, deliveries are refused" : "disk has room again",
                 LOG_TEXT("folder", st->dir));
    }
    if (full) { /* what is small may still be written, and must not make it look as if there were room */
        disk_look(st);
    }
}

/* Those that want another step go to the end of the queue; a stop ends them between two steps. */
static void batch_done(struct store *st, struct batch *batch)
{
    struct store_op *op;

    while ((op = queue_take(&batch->ops)) != NULL) {
        if (!op->more) {
            op_finish(op, 0, NULL);
            continue;
        }
        if (op->stepped != NULL) {
            op->stepped(op);
        }
        store_submit(st, op);
    }
}

/* Stamps of changes are a millisecond apart. On a disk that syncs faster than that they run ahead of the
 * clock: then wait, or what the application reads would lie in its future. */
static void pace(const struct store *st, const struct batch *batch)
{
    const struct timespec millisecond = {.tv_nsec = 1000000};

    /* last_now_ms is only changed by this thread. */
    if (batch->stamped && st->stamp_used &&
        st->counters.last_now_ms > clock_now_ms(st->options.clock) + AHEAD_MS) {
        (void)nanosleep(&millisecond, NULL);
    }
}

static void batch_handle(struct store *st, struct batch *batch)
{
    struct weir_error err = {0};
    int64_t began_us = clock_mono_us(st->options.clock);
    int rc;

    if (atomic_load(&st->fatal)) {
        rc = weir_fail(&err, WEIR_E_IO, "the store stopped after a failure of the disk");
        batch_finish(batch, rc, &err);
        return;
    }
    pace(st, batch);
    rc = batch_commit(st, batch, &err);
    metric_observe_us(st->commit_seconds, clock_mono_us(st->options.clock) - began_us);
    metric_observe(st->batch_size, (int64_t)batch->count);
    note_outcome(st, rc, batch->wrote, &err);
    if (rc == 0) {
        batch_done(st, batch);
    } else {
        batch_finish(batch, rc, &err);
    }
}

/* What goes into the next transaction. Under the lock. */
static void batch_take(struct batch *batch, struct store *st)
{
    size_t bytes = 0;
    size_t states_max;
    size_t appends = 0;
    size_t states = 0;

    queue_init(&batch->ops);
    while (st->appends.head != NULL && appends < APPENDS_MAX &&
           (appends == 0 || bytes + st->appends.head->bytes <= APPEND_BYTES_MAX)) {
        struct store_op *op = queue_take(&st->appends);

        bytes += op->bytes;
        queue_add(&batch->ops, op);
        appends++;
    }
    st->queued_bytes -= bytes;
    states_max = appends > 0 ? STATES_BESIDE_APPENDS : STATES_MAX;
    while (st->states.head != NULL && states < states_max) {
        st->waiting_count -= st->states.head->wait != NULL;
        queue_add(&batch->ops, queue_take(&st->states));
        states++;
    }
    batch->undone = NULL;
    batch->wrote = false;
    batch->count = appends + states;
    batch->states = states;
    batch->stamped = states > 0;
    metric_set(st->queue_depth, (int64_t)(st->appends.count + st->states.count));
}

static bool is_empty(const struct store *st)
{
    return st->appends.head == NULL && st->states.head == NULL;
}

/* After a busy batch: let more come, but only for a moment. Under the lock. */
static void gather(struct store *st)
{
    int64_t left_us = st->gather_until_us - clock_mono_us(clock_system());

    while (may_gather(st) && left_us > 0) {
        st->writer_idle = true;
        thread_wait_ms(&st->wake, &st->lock, (left_us + 999) / 1000);
        left_us = st->gather_until_us - clock_mono_us(clock_system());
    }
    st->gather_until_us = 0;
}

static void *writer_run(void *arg)
{
    struct store *st = arg;
    struct batch batch;

    (void)pthread_mutex_lock(&st->lock);
    for (;;) {
        gather(st);
        while (is_empty(st) && !st->stopping) {
            st->writer_idle = true;
            (void)pthread_cond_wait(&st->wake, &st->lock);
        }
        st->writer_idle = false;
        if (is_empty(st)) {
            break;
        }
        batch_take(&batch, st);
        (void)pthread_mutex_unlock(&st->lock);
        batch_handle(st, &batch);
        (void)pthread_mutex_lock(&st->lock);
        st->gather_until_us =
            batch.states >= BUSY_STATES ? clock_mono_us(clock_system()) + GATHER_MS * INT64_C(1000) : 0;
    }
    st->stopped = true;
    (void)pthread_mutex_unlock(&st->lock);
    return NULL;
}

int store_start(struct store *st, struct weir_error *err)
{
    int rc;

    thread_assert(THREAD_SETUP);
    check_bug(!st->started);
    rc = thread_start(&st->writer, THREAD_WRITER, "weir-writer", writer_run, st, err);
    st->started = rc == 0;
    return rc;
}

void store_stop(struct store *st)
{
    thread_assert(THREAD_SETUP);
    (void)pthread_mutex_lock(&st->lock);
    st->stopping = true;
    (void)pthread_cond_signal(&st->wake);
    (void)pthread_mutex_unlock(&st->lock);
    if (st->started) {
        (void)pthread_join(st->writer, NULL);
        st->started = false;
    }
}

void writer_fini(struct store *st)
{
    struct store_op *op;

    while ((op = queue_take(&st->appends)) != NULL || (op = queue_take(&st->states)) != NULL) {
        op_refuse(op);
    }
    (void)pthread_cond_destroy(&st->wake);
    (void)pthread_mutex_destroy(&st->reads.lock);
    (void)pthread_mutex_destroy(&st->trim.lock);
    (void)pthread_mutex_destroy(&st->lock);
}
