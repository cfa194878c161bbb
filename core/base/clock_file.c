#include "base/clock_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct clock_file {
    struct clock clock;
    const int64_t *offset_ms; /* of the file, shared: read anew each time */
};

static int64_t moved_now_ms(void *ctx)
{
    const struct clock_file *file = ctx;

    return clock_now_ms(clock_system()) + __atomic_load_n(file->offset_ms, __ATOMIC_RELAXED);
}

static int64_t system_mono_us(void *ctx)
{
    (void)ctx;
    return clock_mono_us(clock_system());
}

int clock_file_open(struct clock_file **out, const char *path, struct weir_error *err)
{
    struct clock_file *file = calloc(1, sizeof *file);
    void *map = MAP_FAILED;
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc = 0;

    if (file == NULL) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for the clock's file");
        goto out;
    }
    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size == (off_t)sizeof *file->offset_ms) {
        map = mmap(NULL, sizeof *file->offset_ms, PROT_READ, MAP_SHARED, fd, 0);
    }
    if (map == MAP_FAILED) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the clock's file %.150s has to hold the %zu bytes of an integer",
                       path, sizeof *file->offset_ms);
        goto out;
    }
    file->offset_ms = map;
    file->clock = (struct clock){moved_now_ms, system_mono_us, file};
    *out = file;
    file = NULL;

out:
    if (fd >= 0) {
        (void)close(fd);
    }
    free(file);
    return rc;
}

void clock_file_close(struct clock_file *file)
{
    if (file != NULL) {
        (void)munmap((void *)(uintptr_t)file->offset_ms, sizeof *file->offset_ms);
        free(file);
    }
}

const struct clock *clock_file_borrow(const struct clock_file *file)
{
    return &file->clock;
}
