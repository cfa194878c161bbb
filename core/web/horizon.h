/*
 * horizon: how far updated_after has to be widened.
 *
 * A consumer notes a time, reads, and asks for what changed since that time when it comes back. A change
 * that was stamped before that time and became visible after the reading would be lost. How late changes
 * became visible is known when a list is read and forgotten by the store soon after, so stretches of
 * time in which it was longer than usual are remembered here.
 */
#ifndef WEIR_WEB_HORIZON_H
#define WEIR_WEB_HORIZON_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#define HORIZON_USUAL_MS 2000
#define HORIZON_STRETCHES 32

/* A reading at until_ms could still miss what was stamped from from_ms on. */
struct horizon_stretch {
    int64_t from_ms, until_ms;
};

struct horizon {
    pthread_mutex_t lock;                                /* guards the rest */
    struct horizon_stretch stretches[HORIZON_STRETCHES]; /* oldest first, apart from each other */
    size_t count;
};

/* Thread: setup. */
void horizon_init(struct horizon *h);
void horizon_fini(struct horizon *h);

/* A list is about to be read at now_ms, with the store's horizon as asked just before. Thread: any. */
void horizon_note(struct horizon *h, int64_t now_ms, int64_t store_horizon_ms);

/* From when on records have to be looked at for an updated_after; not below 0. Thread: any. */
int64_t horizon_since(struct horizon *h, int64_t updated_after_ms);

#endif
