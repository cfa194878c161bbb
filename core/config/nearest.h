/*
 * nearest: of several known names, the one that was probably meant.
 */
#ifndef WEIR_CONFIG_NEAREST_H
#define WEIR_CONFIG_NEAREST_H

#include <stddef.h>

struct nearest {
    const char *want;
    const char *best; /* lent by nearest_try */
    size_t distance;
};

/* Thread: any, as all calls here. */
void nearest_init(struct nearest *n, const char *want);
void nearest_try(struct nearest *n, const char *candidate);

/* The nearest candidate so far, or NULL when none is near enough to be meant. */
const char *nearest_best(const struct nearest *n);

#endif
