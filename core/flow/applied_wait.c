/*
 * applied_wait: for a worker that has to know what the store made of an operation before it goes on.
 */
#include "flow/flow_internal.h"

void applied_wait_init(struct applied_wait *w, struct flow *flow)
{
    *w = (struct applied_wait){.flow = flow};
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->ready, NULL);
}

void applied_wait_done(void *ctx, int rc, const struct store_applied *applied, const struct weir_error *err)
{
    struct applied_wait *w = ctx;

    pthread_mutex_lock(&w->lock);
    w->rc = rc;
    if (rc == 0) {
        flow_applied(w->flow, applied);
        w->applied = *applied;
        w->applied.due = NULL; /* lent for this call only */
        w->applied.due_count = 0;
    } else {
        w->err = *err;
    }
    w->is_done = true;
    pthread_cond_signal(&w->ready);
    pthread_mutex_unlock(&w->lock);
}

int applied_wait_end(struct store_applied *out, struct applied_wait *w, struct weir_error *err)
{
    pthread_mutex_lock(&w->lock);
    while (!w->is_done) {
        pthread_cond_wait(&w->ready, &w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    pthread_cond_destroy(&w->ready);
    pthread_mutex_destroy(&w->lock);
    if (w->rc != 0) {
        return weir_fail(err, w->rc, "%s", w->err.message);
    }
    *out = w->applied;
    return 0;
}
