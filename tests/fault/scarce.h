/*
 * scarce: memory that runs out at the nth allocation.
 *
 * The program is linked so that malloc, calloc, realloc, strdup, strndup and asprintf of everything built
 * here come by (the linker's --wrap), and jansson is told to ask here too. Allocations within other shared
 * libraries go on untouched.
 */
#ifndef WEIR_TESTS_FAULT_SCARCE_H
#define WEIR_TESTS_FAULT_SCARCE_H

#include "weir/types.h"

/* The nth allocation from now fails (1: the next), and with lasting all behind it. Any thread's. */
void scarce_arm(long nth, bool lasting);
/* There is memory again. Did an allocation fail? */
bool scarce_disarm(void);
/* The same for a moment, on the way through the test's own code. May be nested. */
void scarce_pause(void);
void scarce_resume(void);

/* Only where jansson is linked: its allocations come by, too. Before its first one. */
void scarce_jansson(void);

/* One call whose allocations are to fail one by one. */
struct scarce_trial {
    /* Armed: only the call itself. */
    int (*call)(void *ctx, struct weir_error *err);
    /* Not armed: look at what it left, with its code, and clean up. On success it has to be what it is with
     * memory. */
    void (*look)(void *ctx, int rc);
    void *ctx;
    int expected; /* its code when there is memory */
};

/* Fail each of them, once alone and once with all behind it. The call answers as expected, or WEIR_E_MEMORY
 * with a sentence; anything else fails the test. How many allocations the call makes. */
long scarce_try(const struct scarce_trial *trial);

/* Fails the test where got is not want, and shows from where on. */
void scarce_expect_same(const char *want, const char *got);

#endif
