/*
 * schedule: what is due when - syncs, subscription checks, gathered changes, retention.
 *
 * One thread that sleeps until the next thing is due; an idle daemon makes no other wake-up.
 */
#include "flow/gap.h"
#include "flow/silence.h"

#include "base/log.h"
#include "base/thread.h"

#include <stdlib.h>

#define PRUNE_EVERY_MS (60LL * 60 * 1000)
#define GATHER_AFTER_PRUNE_MS 5000
#define LINK_KEEP_MS (24LL * 60 * 60 * 1000) /* so that it can be said that it is over */
#define FLUSH_EVERY_MS (60LL * 1000)

struct schedule {
    struct flow *flow;
    pthread_t thread;
    bool started;
    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t wake;
    bool stopping, poked;
    bool gathering;
    int64_t gather_due_ms; /* INT64_MAX: nothing is gathered */
    int64_t sleep_until_ms;
    int64_t prune_due_ms; /* the thread's own */
    int64_t flush_due_ms;
};

int schedule_new(struct schedule **out, struct flow *flow, struct weir_error *err)
{
    struct schedule *s = calloc(1, sizeof *s);

    if (s == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the schedule");
    }
    s->flow = flow;
    /* What an earlier run left gathered is due at once. */
    s->gather_due_ms = 0;
    pthread_mutex_init(&s->lock, NULL);
    thread_cond_init(&s->wake);
    *out = s;
    return 0;
}

void schedule_free(struct schedule *s)
{
    if (s != NULL) {
        pthread_cond_destroy(&s->wake);
        pthread_mutex_destroy(&s->lock);
        free(s);
    }
}

void schedule_gather_at(struct schedule *s, int64_t due_ms)
{
    pthread_mutex_lock(&s->lock);
    if (due_ms < s->gather_due_ms) {
        s->gather_due_ms = due_ms;
        if (due_ms < s->sleep_until_ms) {
            pthread_cond_signal(&s->wake);
        }
    }
    pthread_mutex_unlock(&s->lock);
}

void schedule_poke(struct schedule *s)
{
    pthread_mutex_lock(&s->lock);
    s->poked = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
}

/* ---- gathering ---- */

static void on_gathered(void *ctx, int rc, const struct store_due *due, size_t due_count, int64_t next_due_ms,
                        const struct weir_error *err)
{
    struct schedule *s = ctx;

    if (rc != 0 && rc != WEIR_E_STOPPING) {
        log_warn("gathered changes wait", LOG_ERR(err));
        next_due_ms = clock_now_ms(s->flow->options.clock) + 1000;
    }
    (void)due;
    (void)due_count;
    if (rc == 0) {
        /* All of them: erasing old content makes notifications too, and tells nobody. */
        dispatch_poke(s->flow->dispatch, 0);
    }
    pthread_mutex_lock(&s->lock);
    s->gathering = false;
    if (next_due_ms != 0 && next_due_ms < s->gather_due_ms) {
        s->gather_due_ms = next_due_ms;
    }
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
}

static void gather(struct schedule *s, int64_t now_ms)
{
    bool due;

    pthread_mutex_lock(&s->lock);
    due = !s->gathering && s->gather_due_ms <= now_ms;
    if (due) {
        s->gathering = true;
        s->gather_due_ms = INT64_MAX;
    }
    pthread_mutex_unlock(&s->lock);
    if (due) {
        store_gather(s->flow->options.store, now_ms, on_gathered, s);
    }
}

/* ---- integrations ---- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void begin_sync(struct flow *flow, struct integration *it)
{
    struct flow_sync ignored;
    struct weir_error err = {0};

    if (sync_begin(&ignored, flow, it, SYNC_BY_RHYTHM, &err) != 0) {
        log_warn("sync could not begin", LOG_TEXT("integration", it->id), LOG_ERR(&err));
    }
}

/* The end of a relaxed rhythm is noticed here, and usually for many at once: an endpoint went. */
static void look_at_rhythm(struct flow *flow, struct integration *it)
{
    bool relaxed = sync_is_relaxed(flow, it);

    if (it->was_relaxed && !relaxed) {
        log_info("webhooks are not relied on any more, syncs are frequent", LOG_TEXT("integration", it->id));
        sync_spread(flow, it);
    }
    it->was_relaxed = relaxed;
}

/* When the next thing of any integration is due. */
static int64_t look_at_integrations(struct flow *flow, int64_t now_ms)
{
    int64_t next_ms = INT64_MAX;
    size_t count = directory_count(flow->options.directory);

    for (size_t i = 0; i < count; i++) {
        struct integration *it = directory_nth(flow->options.directory, i);

        if (it == NULL) {
            break;
        }
        look_at_rhythm(flow, it);
        if (sync_due_ms(flow, it) <= now_ms) {
            begin_sync(flow, it);
        }
        next_ms = earlier(next_ms, earlier(sync_due_ms(flow, it), subscription_look(flow, it, now_ms)));
        integration_unref(it);
    }
    return next_ms;
}

struct delivered {
    struct integration *it;
    int64_t last_ms, listening_since_ms;
};

static void set_last_delivery(struct store_integration *row, void *ctx)
{
    const struct delivered *d = ctx;

    silence_learn(row, d->last_ms, d->listening_since_ms);
    gap_delivered(row, d->it, d->last_ms);
}

static void flush(struct flow *flow)
{
    size_t count = directory_count(flow->options.directory);

    for (size_t i = 0; i < count; i++) {
        struct integration *it = directory_nth(flow->options.directory, i);
        struct store_integration row;
        struct delivered d = {.it = it, .listening_since_ms = flow->started_ms};

        if (it == NULL) {
            break;
        }
        integration_row(&row, it);
        d.last_ms = atomic_load(&it->last_delivery_ms);
        if (d.last_ms > row.last_delivery_ms) {
            integration_update(it, flow->options.store, set_last_delivery, &d);
        }
        integration_unref(it);
    }
    directory_reap(flow->options.directory);
}

static void prune(struct flow *flow, int64_t now_ms)
{
    const struct flow_options *o = &flow->options;

    store_prune(o->store, &(struct store_retention){
                              .log_before_ms = now_ms - o->log_keep_ms,
                              .dead_before_ms = now_ms - o->dead_keep_ms,
                              .sent_before_ms = now_ms - o->sent_keep_ms,
                              .aside_before_ms = now_ms - o->aside_keep_ms,
                              .seen_before_ms = now_ms - o->seen_keep_ms,
                              .deleted_before_ms = now_ms - o->deleted_keep_ms,
                              .changes_before_ms = now_ms - o->log_keep_ms,
                              .audit_before_ms = now_ms - o->audit_keep_ms,
                              .syncs_before_ms = now_ms - o->dead_keep_ms,
                              .erased_before_ms = now_ms - o->deleted_keep_ms,
                              .links_before_ms = now_ms - LINK_KEEP_MS,
                          });
}

/* ---- the thread ---- */

static int64_t look(struct schedule *s)
{
    struct flow *flow = s->flow;
    int64_t now_ms = clock_now_ms(flow->options.clock);
    int64_t next_ms;

    gather(s, now_ms);
    next_ms = earlier(look_at_integrations(flow, now_ms), sync_end_late(flow, now_ms));
    if (now_ms >= s->flush_due_ms) {
        flush(flow);
        s->flush_due_ms = now_ms + FLUSH_EVERY_MS;
    }
    if (now_ms >= s->prune_due_ms) {
        prune(flow, now_ms);
        schedule_gather_at(s, now_ms + GATHER_AFTER_PRUNE_MS);
        s->prune_due_ms = now_ms + PRUNE_EVERY_MS;
    }
    return earlier(next_ms, earlier(s->flush_due_ms, s->prune_due_ms));
}

static void *run(void *arg)
{
    struct schedule *s = arg;

    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        int64_t next_ms;

        s->poked = false;
        pthread_mutex_unlock(&s->lock);
        next_ms = look(s);
        pthread_mutex_lock(&s->lock);
        next_ms = earlier(next_ms, s->gather_due_ms);
        if (!s->poked && !s->stopping) {
            s->sleep_until_ms = next_ms;
            thread_wait_ms(&s->wake, &s->lock, next_ms - clock_now_ms(s->flow->options.clock));
            s->sleep_until_ms = 0;
        }
    }
    pthread_mutex_unlock(&s->lock);
    flush(s->flow);
    return NULL;
}

int schedule_start(struct schedule *s, struct weir_error *err)
{
    int rc = thread_start(&s->thread, THREAD_WORKER, "schedule", run, s, err);

    s->started = rc == 0;
    return rc;
}

void schedule_stop(struct schedule *s)
{
    if (s == NULL || !s->started) {
        return;
    }
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    s->started = false;
}
