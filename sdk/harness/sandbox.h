/*
 * sandbox: a thread that may use memory, clocks, locks and random bytes, and no other service of the system.
 *
 * Each other system call fails there with EPERM and is told by its name. Linux alone, with seccomp. Thread:
 * any.
 */
#ifndef WEIR_HARNESS_SANDBOX_H
#define WEIR_HARNESS_SANDBOX_H

#include "base/buf.h"

/* Runs run(arg) on a thread of its own and waits for it. calls gets the names of the system calls that were
 * not let through, with blanks between them. WEIR_E_UNSUPPORTED: the system has no such filter (run was not
 * called). */
int sandbox_run(struct buf *calls, void (*run)(void *arg), void *arg, struct weir_error *err);

#endif
