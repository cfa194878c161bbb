/*
 * children: tests, each in a child process of its own with a deadline.
 *
 * A connector that crashes, hangs, leaks (under a sanitizer) or ends the process takes its test with it and
 * nothing else. What the child prints is kept and shown when it did not end well.
 */
#ifndef WEIR_HARNESS_CHILDREN_H
#define WEIR_HARNESS_CHILDREN_H

#include "findings.h"

struct task {
    const char *name;
    const char *title; /* may be NULL */
    /* In the child. It ends with exit, so that leaks are looked for. */
    void (*run)(const struct task *task, struct findings *f);
    const void *arg;
    uint32_t deadline_ms; /* 0: that of children_run */
};

enum outcome { OUTCOME_PASSED, OUTCOME_FAILED, OUTCOME_SKIPPED };

struct task_result {
    enum outcome outcome;
    struct buf text;  /* what was wrong, or why it was skipped: lines */
    struct buf notes; /* lines */
    int64_t took_ms;
};

struct children_listener {
    void *ctx;
    void (*began)(void *ctx, const struct task *task);
    /* In the order of the tasks, whichever ended first. result is lent. */
    void (*ended)(void *ctx, const struct task *task, const struct task_result *result);
};

/* At most jobs at once. The caller has one thread. WEIR_E_IO: a process could not be made; the rest is not
 * run. */
int children_run(const struct task *tasks, size_t count, size_t jobs, uint32_t deadline_ms,
                 const struct children_listener *listener, struct weir_error *err);

#endif
