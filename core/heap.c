/*
 * heap: which allocator the daemon runs on, and how.
 *
 * An event costs hundreds of small allocations (jansson makes each name and value one, libcurl each part of a
 * URL), many of them freed on another thread. The C library's allocator takes a seventh of all the time
 * for that under load, jemalloc about half as much; tests/bench/run shows the difference with -DWEIR_JEMALLOC=OFF.
 */
#include "app_internal.h"

#ifdef WEIR_JEMALLOC

/* jemalloc reads it before main. Few arenas, since each keeps what the largest of its threads took; a thread's
 * own cache holds what one transfer needs (curl's buffers have 16 KiB); the rest goes back within a second. */
extern const char *malloc_conf __attribute__((visibility("default")));
const char *malloc_conf = "narenas:4,lg_tcache_max:14,dirty_decay_ms:1000,muzzy_decay_ms:0";

void heap_set_up(void)
{
}

#else

#include <malloc.h>

#define ARENAS_MAX 4

void heap_set_up(void)
{
    /* Else each worker that a sync's pages meet keeps what the largest of them took. */
    (void)mallopt(M_ARENA_MAX, ARENAS_MAX);
}

#endif
