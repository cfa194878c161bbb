/*
 * traces: what a process looks like, so that a connector's traces in it show.
 *
 * File descriptors, threads, signal handlers, locale, environment, working directory, umask, and the bytes of
 * the connector's own variables.
 */
#ifndef WEIR_HARNESS_TRACES_H
#define WEIR_HARNESS_TRACES_H

#include "findings.h"

#include <signal.h>

#define TRACES_SIGNALS 65

struct traces {
    struct buf fds;     /* "3 -> /dev/null" a line each */
    struct buf threads; /* a line each */
    struct sigaction signals[TRACES_SIGNALS];
    struct buf place; /* locale, working directory, umask, environment: a line each */
    struct buf data;  /* of the library's variables */
};

/* library: an address within the shared object. */
void traces_take(struct traces *t, const void *library);
void traces_fini(struct traces *t);

/* What differs becomes a finding of f; when says when. */
void traces_compare(const struct traces *was, const struct traces *is, const char *when, struct findings *f);

#endif
