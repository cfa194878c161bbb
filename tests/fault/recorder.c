#include "recorder.h"

#include "interpose.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PARTS_MAX 130 /* the engine's 64 pages of a write and our head fit */

static int side_fd = -1;

static void broken(const char *what)
{
    perror(what);
    abort();
}

static void add(struct recorder_head head, const struct iovec *parts, int count)
{
    struct iovec all[PARTS_MAX];
    size_t len = sizeof head;

    if (count >= PARTS_MAX) {
        broken("recorder: a write of too many parts");
    }
    head.magic = RECORDER_MAGIC;
    head.thread = (uint32_t)syscall(SYS_gettid);
    for (int i = 0; i < count; i++) {
        all[i + 1] = parts[i];
        head.len += (uint32_t)parts[i].iov_len;
    }
    all[0] = (struct iovec){&head, sizeof head};
    len += head.len;
    if (syscall(SYS_writev, side_fd, all, count + 1) != (long)len) {
        broken("recorder: cannot append");
    }
}

static ssize_t on_write(void *ctx, int fd, const struct iovec *parts, int count, off_t offset, bool durable)
{
    ssize_t len = 0;

    (void)ctx;
    for (int i = 0; i < count; i++) {
        len += (ssize_t)parts[i].iov_len;
    }
    add((struct recorder_head){.kind = RECORDER_WRITE, .durable = durable, .offset = (uint64_t)offset}, parts,
        count);
    if (interpose_write(fd, parts, count, offset) != len) {
        broken("recorder: the disk itself failed");
    }
    if (durable) {
        add((struct recorder_head){.kind = RECORDER_WRITTEN}, NULL, 0);
    }
    return len;
}

static int on_sync(void *ctx, int fd)
{
    (void)ctx;
    add((struct recorder_head){.kind = RECORDER_SYNC}, NULL, 0);
    if (interpose_sync(fd) != 0) {
        broken("recorder: the disk itself failed");
    }
    add((struct recorder_head){.kind = RECORDER_SYNCED}, NULL, 0);
    return 0;
}

static void on_folder_synced(void *ctx, const char *path)
{
    struct iovec name = {(void *)(uintptr_t)path, strlen(path)};

    (void)ctx;
    add((struct recorder_head){.kind = RECORDER_FOLDER}, &name, 1);
}

void recorder_start(const char *path)
{
    static const struct interpose calls = {
        .write = on_write, .sync = on_sync, .folder_synced = on_folder_synced};

    side_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (side_fd < 0) {
        broken(path);
    }
    interpose_set(&calls);
}

void recorder_promise(const char *format, ...)
{
    char line[256];
    struct iovec text = {line, 0};
    va_list args;

    va_start(args, format);
    text.iov_len = (size_t)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (text.iov_len >= sizeof line) {
        broken("recorder: a promise is too long");
    }
    add((struct recorder_head){.kind = RECORDER_PROMISE}, &text, 1);
}

void recorder_stop(void)
{
    interpose_set(NULL);
    (void)close(side_fd);
    side_fd = -1;
}
