/*
 * arena: memory that goes all at once.
 *
 * Each block is an allocation of its own, so that a sanitizer sees whoever reads past its end. Without
 * memory the program ends with a message: there is no test without it.
 */
#ifndef WEIR_HARNESS_ARENA_H
#define WEIR_HARNESS_ARENA_H

#include "weir/types.h"

struct arena_block;

struct arena {
    struct arena_block *blocks;
};

void arena_fini(struct arena *a); /* a zeroed one is empty */

/* Zeroed, at least one byte. Lives as long as the arena, as what all calls here return. */
void *arena_alloc(struct arena *a, size_t count, size_t size);
/* Terminated copies. */
char *arena_text(struct arena *a, struct weir_str text);
char *arena_printf(struct arena *a, const char *format, ...) WEIR_PRINTF(2, 3);

/* calloc that does not fail; free() it. */
void *must_calloc(size_t count, size_t size);
/* A copy of exactly these bytes; free() it. */
void *must_dup(const void *data, size_t len);

#endif
