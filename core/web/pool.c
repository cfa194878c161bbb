#include "web/pool.h"

#include "base/thread.h"
#include "web/web_internal.h"

#include <stdlib.h>

struct pool {
    void (*take_run)(struct request *r);
    uint32_t thread_count, queue_max;
    pthread_t *threads;
    uint32_t started; /* setup alone */

    pthread_mutex_t lock; /* guards the rest; held for a few instructions, so the loop may take it */
    pthread_cond_t more;
    struct request *first, *last;
    uint32_t waiting;
    bool stopping;
};

int pool_new(struct pool **out, uint32_t thread_count, uint32_t queue_max,
             void (*take_run)(struct request *r), struct weir_error *err)
{
    struct pool *pool = calloc(1, sizeof *pool);

    if (pool == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the web threads");
    }
    pool->thread_count = thread_count;
    pool->queue_max = queue_max;
    pool->take_run = take_run;
    pool->threads = calloc(thread_count, sizeof *pool->threads);
    if (pool->threads == NULL) {
        free(pool);
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the web threads");
    }
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->more, NULL);
    *out = pool;
    return 0;
}

/* The oldest; waits for one. NULL: the pool is stopping. */
static struct request *next_request(struct pool *pool)
{
    struct request *r = NULL;

    (void)pthread_mutex_lock(&pool->lock);
    while (pool->first == NULL && !pool->stopping) {
        (void)pthread_cond_wait(&pool->more, &pool->lock);
    }
    if (!pool->stopping) {
        r = pool->first;
        pool->first = r->next;
        pool->last = pool->first != NULL ? pool->last : NULL;
        pool->waiting--;
        r->next = NULL;
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return r;
}

static void *run_thread(void *arg)
{
    struct pool *pool = arg;
    struct request *r;

    while ((r = next_request(pool)) != NULL) {
        pool->take_run(r);
    }
    return NULL;
}

int pool_start(struct pool *pool, struct weir_error *err)
{
    while (pool->started < pool->thread_count) {
        char name[16];
        int rc;

        (void)snprintf(name, sizeof name, "weir-web-%u", (unsigned)(pool->started % 1000));
        rc = thread_start(&pool->threads[pool->started], THREAD_WEB, name, run_thread, pool, err);
        if (rc != 0) {
            return rc;
        }
        pool->started++;
    }
    return 0;
}

struct request *pool_stop(struct pool *pool)
{
    struct request *left;

    (void)pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    (void)pthread_cond_broadcast(&pool->more);
    (void)pthread_mutex_unlock(&pool->lock);
    while (pool->started > 0) {
        (void)pthread_join(pool->threads[--pool->started], NULL);
    }
    (void)pthread_mutex_lock(&pool->lock);
    left = pool->first;
    pool->first = pool->last = NULL;
    pool->waiting = 0;
    (void)pthread_mutex_unlock(&pool->lock);
    return left;
}

void pool_free(struct pool *pool)
{
    if (pool != NULL) {
        (void)pthread_cond_destroy(&pool->more);
        (void)pthread_mutex_destroy(&pool->lock);
        free(pool->threads);
        free(pool);
    }
}

enum pool_put pool_put(struct pool *pool, struct request *r)
{
    enum pool_put put = POOL_TAKEN;

    (void)pthread_mutex_lock(&pool->lock);
    if (pool->stopping) {
        put = POOL_STOPPING;
    } else if (pool->waiting >= pool->queue_max) {
        put = POOL_FULL;
    } else {
        r->next = NULL;
        if (pool->last != NULL) {
            pool->last->next = r;
        } else {
            pool->first = r;
        }
        pool->last = r;
        pool->waiting++;
        (void)pthread_cond_signal(&pool->more);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return put;
}
