/*
 * The life of a store: folder, lock, engine, format, keys, and what has to be in memory before the first
 * call.
 */
#include "store/env.h"

#include "base/log.h"
#include "base/thread.h"
#include "store/format.h"
#include "store/gate.h"
#include "store/map.h"
#include "store/seal.h"
#include "store/seen.h"
#include "store/txn.h"
#include "store/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAP_LEAST ((size_t)16 << 20)
#define READERS_MAX 256
#define GATE_TIMEOUT_MS 5000
#define LOCK_NAME "weir.lock"

int env_keys_init(struct store *st, const uint8_t (*keys)[CRYPTO_KEY], size_t count, struct weir_error *err)
{
    size_t i;

    if (count == 0) {
        return weir_fail(err, WEIR_E_CONFIG, "store: there is no master key");
    }
    st->options.key_count = count;
    st->keys = calloc(count, sizeof *st->keys);
    st->fingerprints = calloc(count, sizeof *st->fingerprints);
    if (st->keys == NULL || st->fingerprints == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "store: no memory for %zu keys", count);
    }
    for (i = 0; i < count; i++) {
        memcpy(st->keys[i], keys[i], CRYPTO_KEY);
        seal_fingerprint(st->fingerprints[i], keys[i]);
    }
    st->options.keys = (const uint8_t(*)[CRYPTO_KEY])st->keys;
    return 0;
}

void env_keys_fini(struct store *st)
{
    if (st->keys != NULL) {
        crypto_wipe(st->keys, st->options.key_count * sizeof *st->keys);
    }
    free(st->keys);
    free(st->fingerprints);
    st->keys = NULL;
    st->fingerprints = NULL;
}

static int copy_options(struct store *st, const struct store_options *options, struct weir_error *err)
{
    int rc;

    check_bug(options->dir != NULL && options->metrics != NULL);
    st->options = *options;
    st->options.clock = options->clock != NULL ? options->clock : clock_system();
    rc = env_keys_init(st, options->keys, options->key_count, err);
    if (rc != 0) {
        return rc;
    }
    st->dir = strdup(options->dir);
    st->rules = calloc(options->rule_count + 1, sizeof *st->rules);
    if (st->dir == NULL || st->rules == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "store: no memory to open it");
    }
    if (options->rule_count > 0) {
        memcpy(st->rules, options->rules, options->rule_count * sizeof *st->rules);
    }
    st->options.dir = st->dir;
    st->options.rules = st->rules;
    return 0;
}

static void make_metrics(struct store *st)
{
    struct metrics *m = st->options.metrics;

    st->commit_seconds = metrics_seconds(m, "weir_store_commit_seconds",
                                         "From the start of a transaction to its end, sync included", "");
    st->batch_size = metrics_sizes(m, "weir_store_batch_size", "Operations in one transaction", "");
    st->queue_depth = metrics_gauge(m, "weir_store_queue", "Operations that wait for the writer", "");
    st->seen_evicted =
        metrics_counter(m, "weir_store_seen_evicted_total",
                        "Marks for duplicates dropped before their time, for lack of room", "");
    st->broken_count =
        metrics_counter(m, "weir_store_broken_total", "Stored deliveries that could not be read", "");
}

/* One process: the engine would let several in, but the writer's memory is its own. */
static int take_folder(struct store *st, struct weir_error *err)
{
    int dir_fd;
    int rc = 0;

    if (mkdir(st->dir, 0700) != 0 && errno != EEXIST) {
        return weir_fail(err, WEIR_E_CONFIG, "data_dir %s cannot be made: %s", st->dir, strerror(errno));
    }
    dir_fd = open(st->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0) {
        return weir_fail(err, WEIR_E_CONFIG, "data_dir %s cannot be used: %s", st->dir, strerror(errno));
    }
    st->lock_fd = openat(dir_fd, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (st->lock_fd < 0) {
        rc = weir_fail(err, WEIR_E_CONFIG, "data_dir %s cannot be written: %s", st->dir, strerror(errno));
    } else if (flock(st->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        rc =
            weir_fail(err, WEIR_E_CONFIG, "data_dir %s is in use by another process: stop it first", st->dir);
    }
    (void)close(dir_fd);
    return rc;
}

/* A name is as durable as its folder: without this, a file whose every byte was synced may be gone after a
 * power cut. The parent's too, for the folder itself may be new. */
static int sync_folders(const struct store *st, struct weir_error *err)
{
    static const char *const folders[] = {".", ".."};
    int dir_fd = open(st->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < 2; i++) {
        int fd = dir_fd >= 0 ? openat(dir_fd, folders[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

        /* A parent that may not be read was not made by us. */
        if (fd < 0 ? (dir_fd < 0 || i == 0) : fsync(fd) != 0) {
            rc = weir_fail(err, WEIR_E_CONFIG, "data_dir %s cannot be synced: %s", st->dir, strerror(errno));
        }
        if (fd >= 0) {
            (void)close(fd);
        }
    }
    if (dir_fd >= 0) {
        (void)close(dir_fd);
    }
    return rc;
}

/* The engine writes the first two pages of a new file without a sync; what a power cut leaves of them does
 * not open. Nothing was ever committed to such a file, so it is begun anew. */
static bool begin_anew(const struct store *st)
{
    const off_t two_pages = 2 * (off_t)sysconf(_SC_PAGESIZE);
    char path[4096];
    struct stat file;

    if (snprintf(path, sizeof path, "%s/data.mdb", st->dir) >= (int)sizeof path || stat(path, &file) != 0 ||
        file.st_size > two_pages || truncate(path, 0) != 0) {
        return false;
    }
    log_warn("store was cut off while it was made, begun anew", LOG_TEXT("folder", st->dir),
             LOG_INT("bytes", file.st_size));
    return true;
}

static int engine_make(struct store *st, size_t map, struct weir_error *err)
{
    int rc = mdb_env_create(&st->env);

    if (rc != 0) {
        st->env = NULL;
        return store_public_code(store_engine_fail(err, rc, "making an environment"));
    }
    (void)mdb_env_set_maxdbs(st->env, DB_COUNT);
    (void)mdb_env_set_maxreaders(st->env, READERS_MAX);
    (void)mdb_env_set_mapsize(st->env, map);
    return 0;
}

static int engine_open(struct store *st, struct weir_error *err)
{
    size_t map = st->options.map_initial_bytes > MAP_LEAST ? st->options.map_initial_bytes : MAP_LEAST;
    size_t step = (size_t)sysconf(_SC_PAGESIZE);
    int stale = 0;
    int rc;

    map = (map + step - 1) / step * step;
    rc = engine_make(st, map, err);
    if (rc != 0) {
        return rc;
    }
    /* NOTLS: a reader belongs to its owner, not to its thread. */
    rc = mdb_env_open(st->env, st->dir, MDB_NOTLS, 0600);
    if (rc == MDB_INVALID && begin_anew(st)) {
        mdb_env_close(st->env);
        rc = engine_make(st, map, err);
        if (rc != 0) {
            return rc;
        }
        rc = mdb_env_open(st->env, st->dir, MDB_NOTLS, 0600);
    }
    if (rc != 0) {
        return weir_fail(err, WEIR_E_CONFIG, "the store in %s cannot be opened: %s", st->dir,
                         mdb_strerror(rc));
    }
    rc = map_check_file(st->env, err);
    if (rc != 0) {
        return rc;
    }
    /* The first two pages of a new file, before there is a third: what begin_anew may throw away is then
     * surely empty. */
    rc = mdb_env_sync(st->env, 1);
    if (rc != 0) {
        return store_public_code(store_engine_fail(err, rc, "syncing the file"));
    }
    (void)mdb_reader_check(st->env, &stale);
    /* Half of it free, or the first transaction would have to grow it. */
    rc = map_grow(st, map_used(st->env) * 2, err);
    atomic_store(&st->map_bytes, map_size(st->env));
    return rc;
}

/* The version is looked at before anything is written: a newer store is left as it is. */
static int check_format(uint32_t *version, bool *outdated, struct store *st, struct weir_error *err)
{
    struct store_txn txn;
    int rc = store_read_begin(&txn, st, err);

    if (rc != 0) {
        return rc;
    }
    *version = 0;
    *outdated = false;
    rc = db_open(&txn, DB_META, 0);
    if (rc == MDB_NOTFOUND) {
        rc = 0;
    } else if (rc != 0) {
        rc = store_engine_fail(err, rc, "opening meta");
    } else {
        rc = format_check(version, outdated, &txn, err);
    }
    store_read_end(&txn);
    return store_public_code(rc);
}

static int open_databases(struct store_txn *txn, struct weir_error *err)
{
    int db;

    for (db = 0; db < DB_COUNT; db++) {
        int rc = db_open(txn, (enum store_db)db, MDB_CREATE);

        if (rc != 0) {
            return store_engine_fail(err, rc, "opening a database");
        }
    }
    return 0;
}

static int prepare(struct store *st, uint32_t version, bool outdated, struct weir_error *err)
{
    struct store_txn txn;
    int rc = txn_begin(&txn, st, err);

    if (rc != 0) {
        return rc;
    }
    rc = open_databases(&txn, err);
    if (rc == 0) {
        rc = format_migrate(&txn, version, err);
    }
    if (rc == 0 && outdated) {
        rc = format_put_key_check(&txn, err);
        rc = rc == 0 ? integrations_reseal(&txn, err) : rc;
        rc = rc == 0 ? state_reseal(&txn, err) : rc;
    }
    if (rc == 0) {
        int64_t now_ms = txn.counters.last_now_ms;

        rc = format_get_counters(&txn.counters, &txn, err);
        txn.counters.last_now_ms = txn.counters.last_now_ms > now_ms ? txn.counters.last_now_ms : now_ms;
        txn.writes++; /* handles of databases only stay with a commit */
    }
    if (rc != 0) {
        txn_abort(&txn);
        return rc;
    }
    /* Stamped: whatever changed last may carry the time found in the counters. */
    rc = txn_commit(&txn, true, err);
    if (rc == 0 && outdated) {
        log_info("store sealed with the new master key", LOG_TEXT("folder", st->dir));
    }
    return rc;
}

static int open_all(struct store *st, const struct store_options *options, struct weir_error *err)
{
    uint32_t version = 0;
    bool outdated = false;
    int rc = copy_options(st, options, err);

    if (rc != 0) {
        return rc;
    }
    make_metrics(st);
    st->gate = gate_new();
    if (st->gate == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "store: no memory to open it");
    }
    rc = take_folder(st, err);
    rc = rc == 0 ? engine_open(st, err) : rc;
    rc = rc == 0 ? check_format(&version, &outdated, st, err) : rc;
    rc = rc == 0 ? prepare(st, version, outdated, err) : rc;
    while (rc == STORE_E_GROW) {
        rc = map_grow(st, map_size(st->env) * 2, err);
        rc = rc == 0 ? prepare(st, version, outdated, err) : rc;
    }
    rc = rc == 0 ? sync_folders(st, err) : rc;
    return rc == 0 ? seen_open(st, err) : store_public_code(rc);
}

int store_open(struct store **out, const struct store_options *options, struct weir_error *err)
{
    struct store *st;
    int rc;

    thread_assert(THREAD_SETUP);
    st = calloc(1, sizeof *st);
    if (st == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "store: no memory to open it");
    }
    st->lock_fd = -1;
    st->gate_timeout_ms = GATE_TIMEOUT_MS;
    writer_init(st);
    rc = open_all(st, options, err);
    if (rc != 0) {
        store_close(st);
        return rc;
    }
    *out = st;
    return 0;
}

void store_close(struct store *st)
{
    if (st == NULL) {
        return;
    }
    thread_assert(THREAD_SETUP);
    store_stop(st);
    writer_fini(st);
    if (st->routes_free != NULL) {
        st->routes_free(st->routes);
    }
    seen_close(st);
    if (st->env != NULL) {
        store_reads_drop(st);
        mdb_env_close(st->env);
    }
    gate_free(st->gate);
    if (st->lock_fd >= 0) {
        (void)close(st->lock_fd);
    }
    env_keys_fini(st);
    free(st->rules);
    free(st->dir);
    free(st);
}
