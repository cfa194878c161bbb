#include "config/small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Long enough for any path a person writes; the rest of the sentence has to fit as well. */
#define PATH_SHOWN 160

static int read_all(struct buf *content, int fd, const char *path, struct weir_error *err)
{
    for (;;) {
        size_t left = content->max - content->len;
        char one_more[1];
        size_t want = left < 4096 ? left : 4096;
        char *room = want > 0 ? buf_reserve(content, want) : one_more;
        ssize_t n;

        if (room == NULL) {
            return weir_fail(err, WEIR_E_MEMORY, "no memory to read %.*s", PATH_SHOWN, path);
        }
        n = read(fd, room, want > 0 ? want : sizeof one_more);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return weir_fail(err, WEIR_E_CONFIG, "cannot read %.*s: %s", PATH_SHOWN, path, strerror(errno));
        }
        if (n == 0) {
            return 0;
        }
        if (want == 0) {
            return weir_fail(err, WEIR_E_CONFIG, "%.*s is longer than %zu bytes", PATH_SHOWN, path,
                             content->max);
        }
        content->len += (size_t)n;
    }
}

int small_file_read(struct buf *content, struct small_file_facts *facts, const char *path,
                    struct weir_error *err)
{
    struct stat st;
    int rc;
    /* O_NONBLOCK: opening a FIFO would wait for its other end. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0) {
        return weir_fail(err, WEIR_E_CONFIG, "cannot open %.*s: %s", PATH_SHOWN, path, strerror(errno));
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        rc = weir_fail(err, WEIR_E_CONFIG, "%.*s is not a regular file", PATH_SHOWN, path);
        goto out;
    }
    facts->mode = (unsigned)st.st_mode & 0777U;
    rc = read_all(content, fd, path, err);

out:
    (void)close(fd);
    return rc;
}
