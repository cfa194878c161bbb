#include "store/trim.h"

#include <fcntl.h>
#include <inttypes.h>
#include <lmdb.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of file pages, more than when the first sync began. Little, because one page of a sync finds its records
 * all over the file, and the kernel maps fifteen neighbours with each. */
#define TRIM_ABOVE ((size_t)2 << 20)

/* File pages of the process that are in memory; 0: the kernel does not say. */
static size_t resident_bytes(void)
{
    char text[128];
    unsigned long shared = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;

    if (fd >= 0) {
        (void)close(fd);
    }
    if (len <= 0) {
        return 0;
    }
    text[len] = '\0';
    return sscanf(text, "%*u %*u %lu", &shared) == 1 ? shared * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

/* Where the map is: the engine does not tell. Within the gate, as it moves when it grows. */
static bool find_map(struct store *st, size_t bytes)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    mdb_filehandle_t fd;
    struct stat file;
    char line[1024];
    bool found = false;

    if (maps == NULL) {
        return false;
    }
    if (mdb_env_get_fd(st->env, &fd) == 0 && fstat(fd, &file) == 0) {
        while (!found && fgets(line, sizeof line, maps) != NULL) {
            uintptr_t from;
            uintptr_t to;
            unsigned long inode;

            found = sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %*s %*s %*s %lu", &from, &to, &inode) == 3 &&
                    inode == file.st_ino && to - from == bytes;
            if (found) {
                st->trim.at = (void *)from;
                st->trim.bytes = bytes;
            }
        }
    }
    (void)fclose(maps);
    return found;
}

void trim_within(struct store *st)
{
    size_t bytes = atomic_load(&st->map_bytes);
    size_t resident;

    (void)pthread_mutex_lock(&st->trim.lock);
    resident = resident_bytes();
    if (st->trim.base == 0) {
        st->trim.base = resident;
    }
    if (resident > st->trim.base + TRIM_ABOVE && (st->trim.bytes == bytes || find_map(st, bytes))) {
        (void)madvise(st->trim.at, st->trim.bytes, MADV_DONTNEED);
    }
    (void)pthread_mutex_unlock(&st->trim.lock);
}

void store_trim(struct store *st)
{
    struct store_txn txn;

    if (store_read_begin(&txn, st, NULL) == 0) {
        trim_within(st);
        store_read_end(&txn);
    }
}
