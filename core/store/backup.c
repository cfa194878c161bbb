/*
 * A consistent copy of the running store in one file, and the look into such a file before it is used.
 */
#include "store/env.h"

#include "store/format.h"
#include "store/gate.h"
#include "store/map.h"
#include "store/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Room in the map for what is written while the copy is made: until it is done, no page is used again, and
 * the map cannot grow. */
#define HEADROOM ((size_t)1 << 30)

/* The name in its folder has to be as durable as the file. */
static int sync_folder_of(const char *path)
{
    char *copy = strdup(path);
    int fd;
    int rc = -1;

    if (copy == NULL) {
        return -1;
    }
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    if (fd >= 0) {
        rc = fsync(fd);
        (void)close(fd);
    }
    return rc;
}

struct headroom_op {
    struct store_op op;
    size_t bytes;
};

/* The writer grows the map when an operation asks for it. */
static int headroom_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    const struct headroom_op *h = (const struct headroom_op *)op;

    (void)err;
    if (map_size(txn->st->env) >= h->bytes) {
        return 0;
    }
    txn->st->map_wanted_bytes = h->bytes;
    return STORE_E_GROW;
}

/* The copy as long as it accounts for, as its last pages may be free and never written: then nobody has to
 * ask whether something is missing. The store has grown since, if anything. */
static int fill_up(struct store *st, int fd)
{
    size_t used = map_used(st->env);
    struct stat file;
    int rc = fstat(fd, &file);

    if (rc == 0 && (size_t)file.st_size < used) {
        rc = ftruncate(fd, (off_t)used);
    }
    return rc == 0 ? 0 : errno;
}

static int copy_to(struct store *st, int fd, bool compact, struct weir_error *err)
{
    size_t place;
    int rc;

    /* The copy reads through a transaction of its own: keep the map where it is. */
    place = gate_enter(st->gate);
    rc = atomic_load(&st->fatal) ? EIO : mdb_env_copyfd2(st->env, fd, compact ? MDB_CP_COMPACT : 0);
    gate_leave(st->gate, place);
    if (rc == 0 && !compact) {
        rc = fill_up(st, fd);
    }
    if (rc == 0 && fsync(fd) != 0) {
        rc = errno;
    }
    return rc == 0 ? 0 : weir_fail(err, WEIR_E_IO, "the backup could not be written: %s", mdb_strerror(rc));
}

int store_backup(struct store *st, const char *path, bool compact, struct weir_error *err)
{
    struct headroom_op room = {.op = {.run = headroom_run}, .bytes = map_used(st->env) * 2 + HEADROOM};
    int fd;
    int rc;

    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return errno == EEXIST
                   ? weir_fail(err, WEIR_E_CONFIG, "%s exists already: name a new file", path)
                   : weir_fail(err, WEIR_E_CONFIG, "%s cannot be made: %s", path, strerror(errno));
    }
    rc = store_submit_wait(st, &room.op, err);
    if (rc == 0) {
        rc = copy_to(st, fd, compact, err);
    }
    if (close(fd) != 0 && rc == 0) {
        rc = weir_fail(err, WEIR_E_IO, "the backup could not be written: %s", strerror(errno));
    }
    if (rc == 0 && sync_folder_of(path) != 0) {
        rc = weir_fail(err, WEIR_E_IO, "the backup's folder could not be synced: %s", strerror(errno));
    }
    if (rc != 0) {
        (void)unlink(path);
    }
    return rc;
}

/* ---- looking into one ---- */

static int check_databases(struct store *st, const char *path, struct weir_error *err)
{
    struct store_txn txn = {.st = st, .read_only = true};
    struct store_counters counters;
    uint32_t version = 0;
    bool outdated = false;
    int db;
    int rc = mdb_txn_begin(st->env, NULL, MDB_RDONLY, &txn.mdb);

    if (rc != 0) {
        return weir_fail(err, WEIR_E_CONFIG, "%s cannot be read: %s", path, mdb_strerror(rc));
    }
    for (db = 0; rc == 0 && db < DB_COUNT; db++) {
        rc = db_open(&txn, (enum store_db)db, 0);
        if (rc != 0) {
            rc = weir_fail(err, WEIR_E_CONFIG, "%s is no backup of a store: %s: %s", path,
                           store_db_name((enum store_db)db), mdb_strerror(rc));
        } else if (db == DB_META) {
            /* First of all: another version may have other databases. */
            rc = format_check(&version, &outdated, &txn, err);
        }
    }
    if (rc == 0 && version == 0) {
        rc = weir_fail(err, WEIR_E_CONFIG, "%s is no backup of a store: it has no format version", path);
    }
    if (rc == 0) {
        rc = format_get_counters(&counters, &txn, err);
    }
    mdb_txn_abort(txn.mdb);
    return store_public_code(rc);
}

int store_backup_check(const char *path, const uint8_t (*keys)[CRYPTO_KEY], size_t key_count,
                       struct weir_error *err)
{
    struct store *st = calloc(1, sizeof *st);
    struct stat stat_buf;
    int rc;

    if (st == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory to check a backup");
    }
    rc = env_keys_init(st, keys, key_count, err);
    /* The engine would make a file that is missing. */
    if (rc == 0 && (stat(path, &stat_buf) != 0 || !S_ISREG(stat_buf.st_mode))) {
        rc = weir_fail(err, WEIR_E_CONFIG, "there is no file %s", path);
    }
    if (rc == 0 && mdb_env_create(&st->env) != 0) {
        st->env = NULL;
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory to check a backup");
    }
    if (rc == 0) {
        int engine_rc;

        (void)mdb_env_set_maxdbs(st->env, DB_COUNT);
        engine_rc = mdb_env_open(st->env, path, MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS, 0600);
        rc = engine_rc == 0 ? map_check_file(st->env, err)
                            : weir_fail(err, WEIR_E_CONFIG, "%s is no backup of a store: %s", path,
                                        mdb_strerror(engine_rc));
    }
    if (rc == 0) {
        rc = check_databases(st, path, err);
    }
    if (st->env != NULL) {
        mdb_env_close(st->env);
    }
    env_keys_fini(st);
    free(st);
    return rc;
}
