#include "store/txn.h"

#include "store/format.h"
#include "store/gate.h"
#include "store/seen.h"
#include "store/watch_internal.h"

#include <errno.h>
#include <sys/statvfs.h>

/* A disk with less than this left is taken as the cause of a write that ended early. */
#define NEARLY_FULL_BYTES ((uint64_t)16 << 20)

void store_take_hook(struct store_txn *txn, struct store_hook *hook)
{
    /* A hook is a change: an operation that fails after it has to be undone. */
    txn->writes++;
    hook->next = txn->hooks;
    txn->hooks = hook;
}

static void hooks_run(struct store_txn *txn, bool committed)
{
    struct store_hook *hook = txn->hooks;
    struct store_hook *oldest = NULL;

    txn->hooks = NULL;
    while (committed && hook != NULL) {
        struct store_hook *next = hook->next;

        hook->next = oldest;
        oldest = hook;
        hook = next;
    }
    if (committed) {
        hook = oldest;
    }
    while (hook != NULL) {
        struct store_hook *next = hook->next;

        hook->run(hook, txn->st, committed);
        hook = next;
    }
}

/* The stamp: the clock, but never behind one that was given or promised (store_stamp_horizon_ms). */
static int64_t stamp_next(const struct store *st)
{
    int64_t now = clock_now_ms(st->options.clock);
    int64_t least = st->counters.last_now_ms + (st->stamp_used ? 1 : 0);

    least = st->stamp_floor_ms > least ? st->stamp_floor_ms : least;
    return now > least ? now : least;
}

int txn_begin(struct store_txn *txn, struct store *st, struct weir_error *err)
{
    int rc;

    *txn = (struct store_txn){.st = st};
    (void)pthread_mutex_lock(&st->lock);
    txn->counters = st->counters;
    txn->now_ms = stamp_next(st);
    txn->counters.last_now_ms = txn->now_ms;
    st->stamp_in_flight_ms = txn->now_ms;
    (void)pthread_mutex_unlock(&st->lock);

    rc = mdb_txn_begin(st->env, NULL, 0, &txn->mdb);
    if (rc != 0) {
        txn->mdb = NULL;
        rc = store_engine_fail(err, rc, "beginning a transaction");
        txn_abort(txn);
    }
    return rc;
}

static void over(struct store_txn *txn, bool committed, bool stamped)
{
    struct store *st = txn->st;
    struct store_watch watch = {0};
    uint32_t news = 0;

    seen_txn_end(st, committed);
    (void)pthread_mutex_lock(&st->lock);
    if (committed) {
        news = watch_news(&st->counters, &txn->counters);
        watch = st->watch;
        st->counters = txn->counters;
        st->stamp_used = stamped;
    }
    st->stamp_in_flight_ms = 0;
    (void)pthread_mutex_unlock(&st->lock);
    hooks_run(txn, committed);
    if (news != 0 && watch.committed != NULL) {
        watch.committed(watch.ctx, news);
    }
}

void txn_abort(struct store_txn *txn)
{
    if (txn->mdb != NULL) {
        mdb_txn_abort(txn->mdb);
        txn->mdb = NULL;
    }
    over(txn, false, false);
}

/* The engine calls a write that ended early an I/O error; on a full disk it is none. */
static bool disk_is_full(const struct store *st)
{
    struct statvfs fs;

    return statvfs(st->dir, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < NEARLY_FULL_BYTES;
}

static int commit_failed(struct store *st, int rc, struct weir_error *err)
{
    MDB_txn *probe = NULL;

    if (rc == EIO && disk_is_full(st)) {
        rc = ENOSPC;
    }
    /* Data pages are written before the page that makes them count: when a data page failed, the old state
     * stands. When that one page failed, the engine does not know either, and refuses to go on. */
    if ((rc == ENOSPC || rc == EDQUOT) && mdb_txn_begin(st->env, NULL, MDB_RDONLY, &probe) != 0) {
        rc = MDB_PANIC;
    }
    if (probe != NULL) {
        mdb_txn_abort(probe);
    }
    return store_engine_fail(err, rc, "writing a transaction to disk");
}

int txn_commit(struct store_txn *txn, bool stamped, struct weir_error *err)
{
    struct store *st = txn->st;
    int rc;

    if (txn->writes == 0) {
        /* Nobody wrote: there is nothing to sync, and nothing to lose. */
        mdb_txn_abort(txn->mdb);
        txn->mdb = NULL;
        over(txn, true, false);
        return 0;
    }
    rc = seen_txn_save(txn, err);
    rc = rc == 0 ? format_put_counters(txn, err) : rc;
    if (rc != 0) {
        txn_abort(txn);
        return rc;
    }
    rc = st->fault.commit != NULL ? st->fault.commit(st->fault.ctx) : 0;
    if (rc == 0) {
        rc = mdb_txn_commit(txn->mdb);
        txn->mdb = NULL;
    }
    if (rc == 0) {
        over(txn, true, stamped);
        return 0;
    }
    rc = rc == MDB_MAP_FULL ? STORE_E_GROW : commit_failed(st, rc, err);
    txn_abort(txn);
    return rc;
}

int64_t store_stamp_horizon_ms(struct store *st)
{
    int64_t horizon;

    (void)pthread_mutex_lock(&st->lock);
    horizon = st->stamp_in_flight_ms;
    if (horizon == 0) {
        horizon = stamp_next(st);
        st->stamp_floor_ms = horizon;
    }
    (void)pthread_mutex_unlock(&st->lock);
    return horizon;
}

/* Beginning anew looks for a reader's slot and allocates; renewing does neither. One that was reset holds no
 * page. */
static int read_begin(MDB_txn **mdb, struct store *st)
{
    MDB_txn *idle = NULL;

    (void)pthread_mutex_lock(&st->reads.lock);
    if (st->reads.count > 0) {
        idle = st->reads.idle[--st->reads.count];
    }
    (void)pthread_mutex_unlock(&st->reads.lock);
    if (idle != NULL) {
        if (mdb_txn_renew(idle) == 0) {
            *mdb = idle;
            return 0;
        }
        mdb_txn_abort(idle);
    }
    return mdb_txn_begin(st->env, NULL, MDB_RDONLY, mdb);
}

static void read_end(MDB_txn *mdb, struct store *st)
{
    mdb_txn_reset(mdb);
    (void)pthread_mutex_lock(&st->reads.lock);
    if (st->reads.count < STORE_IDLE_READS) {
        st->reads.idle[st->reads.count++] = mdb;
        mdb = NULL;
    }
    (void)pthread_mutex_unlock(&st->reads.lock);
    if (mdb != NULL) {
        mdb_txn_abort(mdb);
    }
}

void store_reads_drop(struct store *st)
{
    while (st->reads.count > 0) {
        mdb_txn_abort(st->reads.idle[--st->reads.count]);
    }
}

int store_read_begin(struct store_txn *txn, struct store *st, struct weir_error *err)
{
    int rc;

    *txn = (struct store_txn){.st = st, .read_only = true};
    txn->gate_place = gate_enter(st->gate);
    /* After the gate: a map that was lost while it grew must not be looked at. */
    if (atomic_load(&st->fatal)) {
        rc = weir_fail(err, WEIR_E_IO, "store: stopped after a failure of the disk");
    } else {
        rc = read_begin(&txn->mdb, st);
        if (rc != 0) {
            txn->mdb = NULL;
            rc = store_public_code(store_engine_fail(err, rc, "beginning to read"));
        }
    }
    if (rc != 0) {
        gate_leave(st->gate, txn->gate_place);
    }
    return rc;
}

void store_read_end(struct store_txn *txn)
{
    if (txn->mdb != NULL) {
        read_end(txn->mdb, txn->st);
        txn->mdb = NULL;
        gate_leave(txn->st->gate, txn->gate_place);
    }
}
