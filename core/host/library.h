/*
 * library: one connector file, from the disk to the host's own table of it.
 *
 * The file is read into memory that nobody else can write, and loaded from there. Loaded from its path, a
 * newer file would not be seen (the system takes a known path, or inode, for what is mapped already), and one
 * that is written over in place would change the code under the calls that run, or end the process where it
 * was cut short. Such a copy needs no folder that a file may be run from. In it $ORIGIN is no folder either:
 * a connector brings what it needs in its one file, or takes it from the system's libraries.
 */
#ifndef WEIR_HOST_LIBRARY_H
#define WEIR_HOST_LIBRARY_H

#include "base/crypto.h"
#include "weir/connector.h"

/* What tells cheaply that a file is not the one that was looked at. */
struct library_stamp {
    uint64_t device, inode;
    int64_t size, modified_s, modified_ns, changed_s, changed_ns;
};

/* All zero: there is no such file. Thread: any. */
void library_stamp(struct library_stamp *out, const char *path);

struct library_copy {
    int fd; /* -1: none */
    size_t size;
    uint8_t digest[CRYPTO_SHA256];
};

/* Copy the file, whole or not at all, and look whether it can be a shared object. WEIR_E_NONE: there is none.
 * WEIR_E_INVALID: it is something else, or cut short. Thread: setup, web, as all below. */
int library_copy(struct library_copy *out, const char *path, struct weir_error *err);
void library_copy_drop(struct library_copy *copy);

struct library;

/* Load it, and check its table in full: nothing of it was called then. *mapped: its code is in the process,
 * which a failure of its table does not undo. Takes the copy, also on failure. */
int library_take_open(struct library **out, bool *mapped, struct library_copy *copy, const char *tool,
                      struct weir_error *err);
/* The host's own table of it, lent. */
const struct weir_connector *library_connector(const struct library *library);
/* Only the host's table: the code stays mapped, since what it may have left behind must not be called into
 * the void. NULL does nothing. */
void library_free(struct library *library);

#endif
