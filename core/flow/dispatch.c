#include "flow/dispatch.h"

#include "flow/dispatch_internal.h"

#include "base/log.h"
#include "base/thread.h"

#include <stdlib.h>

/* ---- life ---- */

int dispatch_new(struct dispatch **out, const struct dispatch_options *options, struct store *store,
                 struct client *client, const struct clock *clock, struct metrics *metrics,
                 struct weir_error *err)
{
    struct dispatch *d = calloc(1, sizeof *d);

    if (d == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for dispatch");
    }
    d->options = *options;
    d->store = store;
    d->client = client;
    d->clock = clock;
    d->metrics = metrics;
    pthread_mutex_init(&d->lock, NULL);
    thread_cond_init(&d->wake);
    thread_cond_init(&d->sampled);
    *out = d;
    return 0;
}

void dispatch_ready_clear(struct endpoint *e)
{
    while (e->ready_first != NULL) {
        struct outgoing *next = e->ready_first->next;

        free(e->ready_first);
        e->ready_first = next;
    }
    e->ready_last = NULL;
    e->ready_count = 0;
    order_rewind(e); /* what was dropped is read again */
}

void dispatch_free(struct dispatch *d)
{
    if (d == NULL) {
        return;
    }
    while (d->endpoints != NULL) {
        struct endpoint *next = d->endpoints->next;

        dispatch_ready_clear(d->endpoints);
        dispatch_unconfigure(d->endpoints);
        free(d->endpoints->passed);
        free(d->endpoints);
        d->endpoints = next;
    }
    pthread_cond_destroy(&d->sampled);
    pthread_cond_destroy(&d->wake);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

void dispatch_poke(struct dispatch *d, uint32_t endpoint)
{
    pthread_mutex_lock(&d->lock);
    for (struct endpoint *e = d->endpoints; e != NULL; e = e->next) {
        if (endpoint == 0 || e->row.number == endpoint) {
            e->exhausted = false;
        }
    }
    if (!d->poked) {
        d->poked = true;
        pthread_cond_signal(&d->wake);
    }
    pthread_mutex_unlock(&d->lock);
}

/* ---- the queue of one endpoint ---- */

bool dispatch_is_unbooked(const struct endpoint *e, uint64_t seq)
{
    for (uint32_t i = 0; i < e->unbooked_count; i++) {
        if (e->unbooked[i].seq == seq) {
            return true;
        }
    }
    return false;
}

bool dispatch_ready_add(struct endpoint *e, const struct store_notification *n)
{
    struct outgoing *o = malloc(sizeof *o + n->body.len);

    if (o == NULL) {
        return false;
    }
    *o = (struct outgoing){.seq = n->seq,
                           .first_change = n->first_change,
                           .last_change = n->last_change,
                           .due_ms = n->due_ms,
                           .created_at_ms = n->created_at_ms,
                           .attempts = n->attempts,
                           .integration = n->integration,
                           .body_len = n->body.len};
    memcpy(o->id, n->id, sizeof o->id);
    memcpy(o->body, n->body.data, n->body.len);
    if (e->ready_last != NULL) {
        e->ready_last->next = o;
    } else {
        e->ready_first = o;
    }
    e->ready_last = o;
    e->ready_count++;
    return true;
}

static bool on_due(void *ctx, const struct store_notification *n)
{
    struct endpoint *e = ctx;

    e->read_due_ms = n->due_ms;
    e->read_seq = n->seq;
    return dispatch_is_unbooked(e, n->seq) || dispatch_ready_add(e, n);
}

bool dispatch_read(struct dispatch *d, struct endpoint *e, int64_t now_ms, int64_t after_due_ms,
                   uint64_t after_seq, size_t max,
                   bool (*each)(void *ctx, const struct store_notification *n), void *ctx)
{
    struct weir_error err = {0};

    if (store_outbox_read(d->store, e->row.number, now_ms, after_due_ms, after_seq, max, each, ctx,
                          &e->next_due_ms, &err) != 0) {
        log_warn("outbox could not be read", LOG_TEXT("endpoint", e->row.name), LOG_ERR(&err));
        e->next_due_ms = now_ms + 1000;
        return false;
    }
    return true;
}

static void read_on(struct dispatch *d, struct endpoint *e, int64_t now_ms, size_t max)
{
    (void)dispatch_read(d, e, now_ms, e->read_due_ms, e->read_seq, max, on_due, e);
}

/* Read on where it ended the last time. Where nothing follows, from the head again, where what is on its way
 * is passed over: so nothing is skipped for long when a clock goes back or a booking failed. */
static void refill(struct dispatch *d, struct endpoint *e, int64_t now_ms)
{
    if (e->exhausted && (e->next_due_ms == 0 || e->next_due_ms > now_ms)) {
        return;
    }
    if (e->order != DISPATCH_ANY_ORDER) {
        order_refill(d, e, now_ms);
        return;
    }
    if (e->read_seq != 0) {
        read_on(d, e, now_ms, READY_MAX);
    }
    if (e->ready_first == NULL) {
        e->read_due_ms = 0;
        e->read_seq = 0;
        read_on(d, e, now_ms, READY_MAX + e->unbooked_count);
    }
    e->exhausted = e->ready_first == NULL;
}

static struct outgoing *ready_pop(struct endpoint *e)
{
    struct outgoing *o = e->ready_first;

    e->ready_first = o->next;
    if (e->ready_first == NULL) {
        e->ready_last = NULL;
    }
    e->ready_count--;
    o->next = NULL;
    return o;
}

/* Send what may be sent now; returns when there is something to do again, INT64_MAX: when poked. */
static int64_t pump(struct dispatch *d, struct endpoint *e, int64_t now_ms)
{
    bool probing = e->row.failures >= FAILING_AFTER;
    uint32_t allowed = probing || e->order == DISPATCH_STRICT ? 1 : e->concurrency;
    int64_t hold_ms = order_next_ms(e, now_ms);

    if (e->retired || !e->enabled || e->row.disabled) {
        dispatch_ready_clear(e);
        return INT64_MAX;
    }
    if (probing && e->next_probe_ms > now_ms) {
        return e->next_probe_ms;
    }
    while (e->sending_count < allowed && e->unbooked_count < UNBOOKED_MAX) {
        if (e->ready_first == NULL) {
            refill(d, e, now_ms);
        }
        if (e->ready_first == NULL && e->reading_on) {
            return now_ms; /* soon, when others had their turn */
        }
        if (e->ready_first == NULL) {
            hold_ms = hold_ms != 0 ? hold_ms : INT64_MAX;
            return e->next_due_ms != 0 && e->next_due_ms < hold_ms ? e->next_due_ms : hold_ms;
        }
        attempt_take_send(d, e, ready_pop(e));
        if (probing) {
            e->next_probe_ms = now_ms + d->options.probe_ms;
            break;
        }
    }
    return INT64_MAX; /* an outcome pokes */
}

static void poke(struct dispatch *d)
{
    if (!d->poked || d->stopping) {
        d->poked = true;
        pthread_cond_signal(&d->wake);
    }
}

void dispatch_answered(struct dispatch *d, struct endpoint *e)
{
    e->sending_count--;
    /* Not for each one: a few at once cost one wake-up. */
    if (e->sending_count <= e->concurrency / 2) {
        poke(d);
    }
}

void dispatch_booked(struct dispatch *d, struct endpoint *e, uint64_t seq, bool is_booked)
{
    pthread_mutex_lock(&d->lock);
    for (uint32_t i = 0; i < e->unbooked_count; i++) {
        if (e->unbooked[i].seq == seq) {
            e->unbooked[i] = e->unbooked[--e->unbooked_count];
            break;
        }
    }
    if (!is_booked) {
        order_rewind(e); /* it still stands there */
    }
    e->exhausted = false;
    poke(d);
    pthread_mutex_unlock(&d->lock);
}

/* ---- the thread ---- */

static void *run(void *arg)
{
    struct dispatch *d = arg;

    pthread_mutex_lock(&d->lock);
    while (!d->stopping) {
        int64_t now_ms = clock_now_ms(d->clock);
        int64_t next_ms = INT64_MAX;

        d->poked = false;
        for (struct endpoint *e = d->endpoints; e != NULL; e = e->next) {
            int64_t at_ms = pump(d, e, now_ms);

            next_ms = at_ms < next_ms ? at_ms : next_ms;
        }
        if (d->poked || d->stopping) {
            continue;
        }
        if (next_ms == INT64_MAX) {
            pthread_cond_wait(&d->wake, &d->lock);
        } else {
            thread_wait_ms(&d->wake, &d->lock, next_ms - clock_now_ms(d->clock));
        }
    }
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

int dispatch_start(struct dispatch *d, struct weir_error *err)
{
    int rc = thread_start(&d->thread, THREAD_WORKER, "dispatch", run, d, err);

    d->started = rc == 0;
    return rc;
}

static uint32_t unbooked_total(const struct dispatch *d)
{
    uint32_t total = 0;

    for (const struct endpoint *e = d->endpoints; e != NULL; e = e->next) {
        total += e->unbooked_count;
    }
    return total;
}

void dispatch_stop(struct dispatch *d, uint32_t grace_ms)
{
    int64_t until_ms = clock_mono_ms(d->clock) + grace_ms;

    if (!d->started) {
        return;
    }
    pthread_mutex_lock(&d->lock);
    d->stopping = true;
    pthread_cond_signal(&d->wake);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->thread, NULL);
    d->started = false;
    pthread_mutex_lock(&d->lock);
    while (unbooked_total(d) > 0 && clock_mono_ms(d->clock) < until_ms) {
        thread_wait_ms(&d->wake, &d->lock, until_ms - clock_mono_ms(d->clock));
    }
    pthread_mutex_unlock(&d->lock);
}
