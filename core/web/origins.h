/*
 * origins: the sites of the application that may show customer pages in a frame.
 */
#ifndef WEIR_WEB_ORIGINS_H
#define WEIR_WEB_ORIGINS_H

#include "base/buf.h"

#include <pthread.h>

struct origins {
    pthread_mutex_t lock; /* guards the rest */
    char *list;           /* "https://a.example https://b.example"; NULL: none */
};

/* Thread: setup. */
void origins_init(struct origins *origins);
void origins_fini(struct origins *origins);
/* These from now on; copied. Thread: any, as below. */
int origins_set(struct origins *origins, const char *const *items, size_t count, struct weir_error *err);
/* Append them, a blank between two; none where there is none. */
void origins_add(struct buf *out, struct origins *origins, const char *none);

#endif
