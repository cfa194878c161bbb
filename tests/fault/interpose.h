/*
 * interpose: every write and sync of the store's file passes through the test program.
 *
 * The program that links this defines write, writev, pwrite, pwritev, fdatasync and fsync before the C
 * library does, so that the engine, a shared library, meets them first. Calls on other files go on
 * untouched. Needs no preloading, so it works under the sanitizers too.
 */
#ifndef WEIR_TESTS_FAULT_INTERPOSE_H
#define WEIR_TESTS_FAULT_INTERPOSE_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/uio.h>

/* What happens instead; each is to end in interpose_write or interpose_sync, or to fail with errno. */
struct interpose {
    /* durable: the descriptor says so (O_DSYNC), it is on disk when this returns. */
    ssize_t (*write)(void *ctx, int fd, const struct iovec *parts, int count, off_t offset, bool durable);
    int (*sync)(void *ctx, int fd);
    /* A folder was synced. May be NULL. */
    void (*folder_synced)(void *ctx, const char *path);
    void *ctx;
};

/* From now on; NULL: nothing is in between. Before the threads that write. */
void interpose_set(const struct interpose *calls);

/* The calls themselves. */
ssize_t interpose_write(int fd, const struct iovec *parts, int count, off_t offset);
int interpose_sync(int fd);

#endif
