#include "store/map.h"

#include "base/log.h"
#include "store/gate.h"
#include "store/internal.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAP_STEP ((size_t)1 << 20)
#define MAP_MAX ((size_t)1 << 46) /* what a 47-bit address space can hold beside everything else */

size_t map_used(MDB_env *env)
{
    MDB_envinfo info = {0};
    MDB_stat stat = {0};

    (void)mdb_env_info(env, &info);
    (void)mdb_env_stat(env, &stat);
    return (info.me_last_pgno + 1) * stat.ms_psize;
}

size_t map_size(MDB_env *env)
{
    MDB_envinfo info = {0};

    (void)mdb_env_info(env, &info);
    return info.me_mapsize;
}

/* Are the pages from first to last all in the engine's list of free ones? */
static bool pages_are_free(MDB_env *env, size_t first, size_t last)
{
    const MDB_dbi free_list =
        0; /* the engine's own: transaction -> count and numbers of the pages it freed */
    MDB_txn *txn = NULL;
    MDB_cursor *cursor = NULL;
    MDB_val key;
    MDB_val value;
    size_t found = 0;
    int rc = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);

    if (rc == 0) {
        rc = mdb_cursor_open(txn, free_list, &cursor);
    }
    while (rc == 0 && (rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        const size_t *numbers = value.mv_data;
        size_t count = value.mv_size / sizeof *numbers;

        for (size_t i = 1; i < count && i <= numbers[0]; i++) {
            found += numbers[i] >= first && numbers[i] <= last;
        }
    }
    if (cursor != NULL) {
        mdb_cursor_close(cursor);
    }
    if (txn != NULL) {
        mdb_txn_abort(txn);
    }
    return rc == MDB_NOTFOUND && found == last - first + 1;
}

/*
 * A page that a transaction took behind the end of the file and gave back before its commit is accounted for,
 * free, and never written: then the file ends before its last pages, and nothing is missing. To look at the
 * list of free pages, which may be cut off itself, the file is made as long as it accounts for: what is
 * missing reads as zeros.
 */
static bool tail_is_free(MDB_env *env, mdb_filehandle_t fd, size_t size, size_t used)
{
    MDB_stat stat = {0};
    bool is_free;

    (void)mdb_env_stat(env, &stat);
    if (ftruncate(fd, (off_t)used) != 0) {
        return false;
    }
    is_free = pages_are_free(env, size / stat.ms_psize, used / stat.ms_psize - 1);
    if (!is_free && ftruncate(fd, (off_t)size) != 0) {
        log_warn("store: the file could not be put back to its size", LOG_INT("bytes", size));
    }
    return is_free;
}

int map_check_file(MDB_env *env, struct weir_error *err)
{
    mdb_filehandle_t fd;
    struct stat st;
    size_t used = map_used(env);
    int rc = mdb_env_get_fd(env, &fd);

    if (rc != 0 || fstat(fd, &st) != 0) {
        return weir_fail(err, WEIR_E_IO, "store: the size of the file cannot be read: %s",
                         mdb_strerror(rc != 0 ? rc : errno));
    }
    if ((size_t)st.st_size < used && !tail_is_free(env, fd, (size_t)st.st_size, used)) {
        return weir_fail(
            err, WEIR_E_IO,
            "store: the file is cut short: %lld bytes where it accounts for %zu; restore a backup",
            (long long)st.st_size, used);
    }
    return 0;
}

/* The engine unmaps before it maps anew: look first whether there is room. */
static bool address_space_has(size_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (at == MAP_FAILED) {
        return false;
    }
    (void)munmap(at, bytes);
    return true;
}

int map_grow(struct store *st, size_t bytes, struct weir_error *err)
{
    size_t before = map_size(st->env);
    int rc;

    if (bytes <= before) {
        return 0;
    }
    bytes = (bytes + MAP_STEP - 1) / MAP_STEP * MAP_STEP;
    if (bytes > MAP_MAX || !address_space_has(bytes)) {
        return weir_fail(err, WEIR_E_LATER,
                         "store: the map cannot grow from %zu to %zu bytes: no address space", before, bytes);
    }
    if (!gate_close(st->gate, st->gate_timeout_ms)) {
        return weir_fail(err, WEIR_E_LATER,
                         "store: the map cannot grow: a reader stays open for more than %d ms",
                         st->gate_timeout_ms);
    }
    rc = mdb_env_set_mapsize(st->env, bytes);
    if (rc != 0) {
        /* Nothing is mapped any more: whoever looked would crash. Fatal is set before the gate opens. */
        atomic_store(&st->fatal, true);
        rc = weir_fail(err, WEIR_E_IO, "store: the map was lost while it grew to %zu bytes: %s", bytes,
                       mdb_strerror(rc));
    } else {
        atomic_store(&st->map_bytes, bytes);
        log_info("store map grew", LOG_INT("from_bytes", before), LOG_INT("to_bytes", bytes));
    }
    gate_open(st->gate);
    return rc;
}
