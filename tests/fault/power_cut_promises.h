/*
 * power_cut_promises: the lines of power_cut_write.c, read back as far as a cut.
 */
#ifndef WEIR_TESTS_FAULT_POWER_CUT_PROMISES_H
#define WEIR_TESTS_FAULT_POWER_CUT_PROMISES_H

#include "power_cut.h"

#define NOTIFICATIONS_MAX 16384

enum told { TOLD_MADE = 1, TOLD_TRYING = 2, TOLD_DELIVERED = 4, TOLD_DEAD = 8 };

struct promised_delivery {
    uint32_t integration; /* 0: not promised */
    uint64_t seq;
    bool applied;
};

struct promises {
    bool opened;
    struct promised_delivery deliveries[TAGS_MAX]; /* by tag */
    uint64_t state[INTEGRATIONS + 1];              /* by the integration's number */
    struct {
        uint32_t endpoint;
        uint32_t told;                  /* enum told */
        char id[ID_TEXT];               /* of a dead one */
    } notifications[NOTIFICATIONS_MAX]; /* by number */
};

/* The first count lines of the file at path. Ends the program when they are not as the writing half makes
 * them. */
void promises_read(struct promises *p, const char *path, unsigned long count);

#endif
