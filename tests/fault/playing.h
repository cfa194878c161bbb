/*
 * playing: each allocation of a connector fails in turn, in each call to it that its fuzzer's corpus holds:
 * what it tells the sink is part of what it tells with memory, and all of it where its answer is the same.
 */
#ifndef WEIR_TESTS_FAULT_PLAYING_H
#define WEIR_TESTS_FAULT_PLAYING_H

#include "connector_host.h"

/* How the fuzzer reads an input. */
struct player {
    const struct weir_connector *connector;
    void (*init)(struct fuzz_host *f, struct weir_bytes input);
    /* The call that the input's first byte chooses; have is filled where it is about the subscription. */
    int (*call)(void *self, struct fuzz_host *f, unsigned int first, struct weir_subscription *have,
                struct weir_error *err);
};

/* All inputs of the folder, of which there are at least so many. */
void playing_try(const struct player *player, const char *corpus, size_t least);

#endif
