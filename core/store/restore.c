/*
 * restore: a backup in the place of the store, while nobody has it open. What was there is kept beside it.
 */
#include "store/env.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_CHUNK ((size_t)1 << 20)
#define PATH_ROOM 4096

static int take_lock(int *fd, const char *dir, struct weir_error *err)
{
    char path[PATH_ROOM];

    (void)snprintf(path, sizeof path, "%s/weir.lock", dir);
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        return weir_fail(err, WEIR_E_CONFIG, "cannot make %s: %s", dir, strerror(errno));
    }
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*fd < 0) {
        return weir_fail(err, WEIR_E_CONFIG, "cannot open %s: %s", path, strerror(errno));
    }
    if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
        return weir_fail(err, WEIR_E_CONFIG, "%s is in use: stop the daemon first", dir);
    }
    return 0;
}

static int copy_bytes(int to, int from, struct weir_error *err)
{
    char *chunk = malloc(COPY_CHUNK);
    ssize_t got = 0;
    int rc = chunk == NULL ? weir_fail(err, WEIR_E_MEMORY, "no memory to copy a backup") : 0;

    while (rc == 0 && (got = read(from, chunk, COPY_CHUNK)) > 0) {
        ssize_t put = 0;

        for (ssize_t at = 0; at < got && put >= 0; at += put) {
            put = write(to, chunk + at, (size_t)(got - at));
        }
        if (put < 0) {
            rc = weir_fail(err, WEIR_E_IO, "cannot write the restored store: %s", strerror(errno));
        }
    }
    if (rc == 0 && (got < 0 || fsync(to) != 0)) {
        rc = weir_fail(err, WEIR_E_IO, "cannot copy the backup: %s", strerror(errno));
    }
    free(chunk);
    return rc;
}

/* Whole under another name first, so that a failure leaves what is there as it is. */
static int put_in_place(const char *dir, const char *backup, bool force, struct weir_error *err)
{
    char target[PATH_ROOM], fresh[PATH_ROOM + 16], kept[PATH_ROOM + 16], lock[PATH_ROOM];
    int from = -1;
    int to = -1;
    int rc = 0;

    (void)snprintf(target, sizeof target, "%s/data.mdb", dir);
    (void)snprintf(lock, sizeof lock, "%s/lock.mdb", dir);
    (void)snprintf(fresh, sizeof fresh, "%s.restoring", target);
    (void)snprintf(kept, sizeof kept, "%s.before-restore", target);
    if (!force && access(target, F_OK) == 0) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "%s exists: use --force to replace it (it is kept as data.mdb.before-restore)",
                         target);
    }
    from = open(backup, O_RDONLY | O_CLOEXEC);
    to = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (from < 0 || to < 0) {
        rc = weir_fail(err, WEIR_E_CONFIG, "cannot open %s: %s", from < 0 ? backup : fresh, strerror(errno));
        goto out;
    }
    rc = copy_bytes(to, from, err);
    if (rc == 0 && rename(target, kept) != 0 && errno != ENOENT) {
        rc = weir_fail(err, WEIR_E_IO, "cannot rename %s: %s", target, strerror(errno));
    }
    if (rc == 0 && rename(fresh, target) != 0) {
        rc = weir_fail(err, WEIR_E_IO, "cannot rename %s: %s", fresh, strerror(errno));
    }
    if (rc == 0) {
        (void)unlink(lock); /* the readers' table of the former one */
    }

out:
    if (from >= 0) {
        (void)close(from);
    }
    if (to >= 0) {
        (void)close(to);
    }
    return rc;
}

int store_restore(const char *dir, const char *backup, const uint8_t (*keys)[CRYPTO_KEY], size_t key_count,
                  bool force, struct weir_error *err)
{
    int fd = -1;
    int rc = store_backup_check(backup, keys, key_count, err);

    if (rc == 0) {
        rc = take_lock(&fd, dir, err);
    }
    if (rc == 0) {
        rc = put_in_place(dir, backup, force, err);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return rc;
}
