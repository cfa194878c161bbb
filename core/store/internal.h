/*
 * internal: what the files of this room share: the store's members, the writer's transaction and its
 * operations, and the few calls through which they touch the engine. Nobody outside includes it.
 *
 * An operation (struct store_op) is a heap object with typed members behind its first one. The writer
 * takes what waits, calls each one's run within one transaction, commits (which syncs), and then calls
 * each one's finish. Everything run changes it changes through the db_ calls and txn->counters, so that an
 * aborted transaction leaves nothing behind; memory that has to follow goes through a hook.
 */
#ifndef WEIR_STORE_INTERNAL_H
#define WEIR_STORE_INTERNAL_H

#include "store/store.h"
#include "store/watch.h"

#include <lmdb.h>
#include <pthread.h>
#include <stdatomic.h>

enum store_db {
    DB_META,         /* text -> format, key check, scopes made at run time, and what else there is one of */
    DB_INTEGRATIONS, /* id -> row, subscription included */
    DB_STATE,        /* integration, key -> sealed value */
    DB_INBOX,        /* integration, seq, chunk -> head of the item and its sealed bytes */
    DB_SEEN,         /* at_ms, seq -> hash */
    DB_RECORDS,      /* integration, model, id -> record */
    DB_BY_CHANGE,    /* integration, model, touched_ms, id -> nothing */
    DB_BY_REF,       /* integration, target, model, slot, source -> nothing */
    DB_CHANGES,      /* integration, seq -> change */
    DB_GATHER,       /* integration -> what waits to be gathered */
    DB_ENDPOINTS,    /* name -> row */
    DB_OUTBOX,       /* endpoint, due_ms, seq -> notification */
    DB_DEAD,         /* seq -> notification */
    DB_ASIDE,        /* number -> what was given up */
    DB_LOG,          /* at_ms, seq -> entry */
    DB_SYNCS,        /* run -> sync */
    DB_MARKS,        /* run, model, id -> nothing */
    DB_GRAVES,       /* deleted_ms, integration, model, id -> nothing; until the content is emptied */
    DB_RIPPLES,      /* integration, number -> what a change still has to move or remove around it */
    DB_KEYS,         /* name -> API key, hashed */
    DB_LINKS,        /* hash of its token -> connection link */
    DB_FIELDS,       /* integration, kind, model, custom, key -> field of the tool, mapping or custom field */
    DB_AUDIT,        /* at_ms, seq -> what an operator did */
    DB_FEED,         /* place in the feed of a stretch's last change -> integration, its numbers in changes */
    DB_SENT,         /* seq -> notification that was delivered, for a while */
    DB_ROOT, /* text -> counters, the latest marks: the engine's own database, which each commit writes */
    DB_COUNT
};

/* Codes that stay in this room: run passes them up as they are, the writer acts on them. */
#define STORE_MORE 1         /* run: my step is done; commit it and run me again in a later transaction */
#define STORE_E_GROW (-1001) /* the map is full: abort, grow, run the batch again */
#define STORE_E_DISK_FULL (-1002) /* no space: the whole batch fails with WEIR_E_LATER */
#define STORE_E_BROKEN (-1003)    /* the engine or the disk failed: the end */

/*
 * Numbers kept with every commit. A transaction works on its own copy (txn->counters), which becomes the
 * store's when it is committed: nobody counts at start, and an abort takes nothing back by hand.
 * Stored field by field in this order (env.c); new ones go to the end.
 */
struct store_counters {
    int64_t last_now_ms; /* the writer's; of the last transaction */
    uint64_t inbox_count, inbox_bytes;
    uint64_t inbox_seq; /* the last one given; a new number is ++counters.inbox_seq, here and below */
    uint64_t seen_seq;
    uint64_t seen_count;
    uint64_t integration_number;
    uint64_t endpoint_number;
    uint64_t outbox_seq, outbox_count;
    uint64_t dead_count;
    uint64_t aside_number, aside_count;
    uint64_t record_count;
    uint64_t log_seq;
    uint64_t sync_run;
    uint64_t feed_place;
    int64_t feed_at_ms;
    uint64_t sent_count, sent_bytes;
};

struct store_op;
struct store_wait;
struct gate;
struct seen;
struct routes;

struct store_queue {
    struct store_op *head;
    struct store_op **tail;
    size_t count;
};

/* Faults for tests: called where the engine would write and sync a transaction. 0: go on. Otherwise an errno
 * that is taken as the commit's outcome; the transaction is then aborted. */
struct store_fault {
    int (*commit)(void *ctx);
    void *ctx;
};

/* As many as read at once when all is busy: workers, dispatch, web. */
#define STORE_IDLE_READS 32

struct store {
    /* fixed after open */
    struct store_options options; /* keys and rules point at our copies below; dir is dir */
    char *dir;
    uint8_t (*keys)[CRYPTO_KEY];
    uint8_t (*fingerprints)[4]; /* of keys, same order */
    struct store_ref_rule *rules;
    int lock_fd;
    MDB_env *env;
    MDB_dbi dbi[DB_COUNT];
    size_t page_bytes;
    struct metric *commit_seconds, *batch_size, *queue_depth, *seen_evicted, *broken_count;
    struct store_fault fault; /* setup only */
    int gate_timeout_ms;      /* how long growing waits for readers; setup only */

    pthread_mutex_t lock; /* guards what follows up to the next blank line */
    pthread_cond_t wake;  /* the writer's */
    struct store_queue appends, states;
    uint64_t queued_bytes;  /* of deliveries in appends */
    bool stopping, stopped; /* stopped: nothing is taken any more */
    bool writer_idle;
    size_t waiting_count;    /* operations queued that a thread waits for */
    int64_t gather_until_us; /* system's mono: the writer may wait for more until then; 0: it does not */
    struct store_counters counters; /* as committed */
    struct store_watch watch;
    int64_t stamp_in_flight_ms; /* 0: none */
    int64_t stamp_floor_ms;     /* a stamp given from now on is not below */
    bool stamp_used;            /* counters.last_now_ms may stand in a change: the next stamp is behind it */

    atomic_bool fatal; /* the state is unknown */
    atomic_bool disk_full, disk_low;
    _Atomic int64_t probe_at_ms; /* mono: when one append may try a full disk again */
    atomic_size_t map_bytes;
    atomic_bool watch_notifications;

    /* the writer's own */
    pthread_t writer;
    bool started;
    int64_t disk_checked_ms; /* mono */
    uint64_t disk_free_bytes;
    size_t map_wanted_bytes; /* what the operation that gave STORE_E_GROW needs, if it knows */

    struct {
        pthread_mutex_t lock; /* guards the rest */
        size_t base;          /* file pages in memory when it was first asked for */
        void *at;             /* the map, while it is of this length */
        size_t bytes;
    } trim; /* trim.c */

    struct gate *gate; /* readers against growth of the map: env.c */
    struct {
        pthread_mutex_t lock; /* guards the rest */
        MDB_txn *idle[STORE_IDLE_READS];
        size_t count;
    } reads;           /* txn.c: transactions that were reset, to be renewed by whoever reads next */
    struct seen *seen; /* seen.c */

    /* The other half's memory: read and replaced on the writer only (store_routes_set goes through an op
     * and a hook); freed at close through routes_free when it is set. */
    struct routes *routes;
    void (*routes_free)(struct routes *routes);
};

/* ---- transactions ---- */

/* Runs once when the transaction is over, and frees itself. Commit: in the order they were added, after the
 * sync. Abort: in the reverse order. Must not fail. */
struct store_hook {
    struct store_hook *next;
    void (*run)(struct store_hook *hook, struct store *st, bool committed);
};

struct store_txn {
    struct store *st;
    MDB_txn *mdb;
    bool read_only;
    size_t gate_place; /* of a reading one */
    /* of a writing one: */
    int64_t now_ms; /* the stamp: never goes back, and behind the stamp of every committed change, also after
                       a restart */
    struct store_counters counters;
    struct store_hook *hooks; /* newest first */
    uint64_t writes;          /* how many db_put and db_del there were */
    int failed;               /* the first internal code a db_ call gave: nobody can swallow it */
};

/* hook becomes the transaction's. Thread: writer. */
void store_take_hook(struct store_txn *txn, struct store_hook *hook);

/*
 * A short look at what is committed. While it is open the map cannot grow, so keep it for milliseconds.
 * One thread may hold several. WEIR_E_STOPPING, WEIR_E_IO. Thread: any but loop.
 */
int store_read_begin(struct store_txn *txn, struct store *st, struct weir_error *err);
/* Also accepts a zeroed txn. */
void store_read_end(struct store_txn *txn);
/* Let go of those kept for further reading; nobody reads any more. Thread: setup. */
void store_reads_drop(struct store *st);

/* ---- operations ---- */

struct store_op {
    struct store_op *next; /* the queue's */
    bool append;           /* goes before others */
    size_t bytes;          /* of an append: what it counts for */
    /*
     * Writer, within a transaction. 0; STORE_MORE; an internal code from a db_ call; or a failure of this op
     * alone. May be called again after an abort, so it resets its own outputs first and leaves its inputs
     * alone. A failure before the first db_put or db_del costs nothing; one after it makes the writer abort
     * and run the others again without this one.
     */
    int (*run)(struct store_txn *txn, struct store_op *op, struct weir_error *err);
    /* May be NULL. After the commit of a step that returned STORE_MORE: fold it into the total. */
    void (*stepped)(struct store_op *op);
    /* Writer, once, after the commit is on disk or when it failed; frees op. err is not NULL when rc is not
     * 0. */
    void (*finish)(struct store_op *op, int rc, const struct weir_error *err);
    struct store_wait *wait; /* store_submit_wait's */
    bool more;               /* the writer's: its step returned STORE_MORE */
};

/* op becomes the store's. After a stop it is finished at once, on the caller's thread, with WEIR_E_STOPPING.
 * Thread: any. */
void store_submit(struct store *st, struct store_op *op);
/* Submit and wait for the outcome. op stays the caller's (on its stack, say); finish is not used.
 * Thread: any but loop and writer. */
int store_submit_wait(struct store *st, struct store_op *op, struct weir_error *err);

/* A zeroed op of a type with struct store_op as its first member; NULL without memory. */
#define STORE_OP_NEW(type) ((type *)calloc(1, sizeof(type)))

/* ---- the engine ---- */

/*
 * Keys and values are spans; values and keys read are the engine's pages: valid until the next change in the
 * same transaction, or its end. Failures: WEIR_E_NONE (not there; err is left alone, as it is met all the
 * time), WEIR_E_MEMORY, STORE_E_GROW, STORE_E_DISK_FULL, STORE_E_BROKEN; to be passed up as they are.
 */
int db_get(struct weir_bytes *value, struct store_txn *txn, enum store_db db, struct weir_bytes key,
           struct weir_error *err);
int db_put(struct store_txn *txn, enum store_db db, struct weir_bytes key, struct weir_bytes value,
           struct weir_error *err);
/* The key is behind all others (checked: if it is not, it is put at its place all the same). */
int db_append(struct store_txn *txn, enum store_db db, struct weir_bytes key, struct weir_bytes value,
              struct weir_error *err);
/* Room for len bytes under key, to be filled at once. */
int db_reserve(uint8_t **room, struct store_txn *txn, enum store_db db, struct weir_bytes key, size_t len,
               struct weir_error *err);
/* That it is gone already is WEIR_E_NONE. */
int db_del(struct store_txn *txn, enum store_db db, struct weir_bytes key, struct weir_error *err);
int db_count(uint64_t *count, struct store_txn *txn, enum store_db db, struct weir_error *err);

struct db_cursor {
    MDB_cursor *mdb;
    struct store_txn *txn;
    enum store_db db;
};
/* Close it before the transaction ends. close also accepts a zeroed one. */
int db_cursor_open(struct db_cursor *cursor, struct store_txn *txn, enum store_db db, struct weir_error *err);
void db_cursor_close(struct db_cursor *cursor);
/* The first entry at or behind from (no bytes: the very first). WEIR_E_NONE: there is none. */
int db_cursor_seek(struct weir_bytes *key, struct weir_bytes *value, struct db_cursor *cursor,
                   struct weir_bytes from, struct weir_error *err);
/* The last entry before `before` (no bytes: the very last). */
int db_cursor_seek_before(struct weir_bytes *key, struct weir_bytes *value, struct db_cursor *cursor,
                          struct weir_bytes before, struct weir_error *err);
int db_cursor_next(struct weir_bytes *key, struct weir_bytes *value, struct db_cursor *cursor,
                   struct weir_error *err);
int db_cursor_prev(struct weir_bytes *key, struct weir_bytes *value, struct db_cursor *cursor,
                   struct weir_error *err);
/* Delete the entry the cursor stands on; db_cursor_next then gives the one behind it. */
int db_cursor_del(struct db_cursor *cursor, struct weir_error *err);

/* The internal codes as the public ones (for reads and for done). */
int store_public_code(int rc);
/* What an engine's return value means; sets err. what: "reading the inbox". */
int store_engine_fail(struct weir_error *err, int engine_rc, const char *what);
const char *store_db_name(enum store_db db);
/* Its handle into st->dbi; flags are the engine's, and what is returned is its own code. Thread: setup. */
int db_open(struct store_txn *txn, enum store_db db, unsigned int flags);

/* ---- calls between the two halves ---- */

/* Put a delivery into the inbox, without bounds (a replay is not refused) and dedup. Writer. */
int inbox_put(uint64_t *seq, struct store_txn *txn, const struct store_delivery *delivery,
              struct weir_error *err);
/* Take it out. WEIR_E_NONE: it is not there. Writer. */
int inbox_remove(struct store_txn *txn, uint32_t integration, uint64_t seq, struct weir_error *err);

/* Is hash within the window? If it is not, it is from now on, with this transaction. Writer. */
int seen_check_and_put(bool *known, struct store_txn *txn, const uint8_t hash[STORE_HASH],
                       struct weir_error *err);
/* Forget at most max of those put before before_ms; *removed below max: there are no more. Writer. */
int seen_prune(size_t *removed, struct store_txn *txn, int64_t before_ms, size_t max, struct weir_error *err);

/* outbox.c: when the notification that waits longest was made, as far as one look per endpoint shows; 0:
 * none. */
int64_t outbox_oldest_ms(struct store_txn *txn);

#endif
