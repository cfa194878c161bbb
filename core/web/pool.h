/*
 * pool: the few threads that answer requests, and the queue before them.
 */
#ifndef WEIR_WEB_POOL_H
#define WEIR_WEB_POOL_H

#include "weir/types.h"

struct pool;
struct request;

/* run takes a request on a web thread. Thread: setup. */
int pool_new(struct pool **out, uint32_t thread_count, uint32_t queue_max,
             void (*take_run)(struct request *r), struct weir_error *err);
int pool_start(struct pool *pool, struct weir_error *err);
/* Let what runs end, join, and hand back what still waits, as a list linked by next. */
struct request *pool_stop(struct pool *pool);
void pool_free(struct pool *pool); /* after pool_stop */

enum pool_put { POOL_TAKEN, POOL_FULL, POOL_STOPPING };
/* Queue it; it stays the caller's unless POOL_TAKEN. Thread: loop. */
enum pool_put pool_put(struct pool *pool, struct request *r);

#endif
