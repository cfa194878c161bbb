#include "cli/tail.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EVENT_MAX ((size_t)4 << 20)
#define PENDING_MAX ((size_t)8 << 20) /* a listener that is further behind is connected anew */
#define RETRY_MS 1000                 /* unless the stream says otherwise; doubled each time */
#define RETRY_MAX_MS 20000

struct tail {
    const struct tail_listener *listener;
    struct sse sse;
    int interrupt;
    int wake;                    /* an eventfd; -1: not made */
    bool ever, connected, again; /* it answered once; it does now; its listener knows of a former time */
    bool enough;
    uint32_t wait_ms; /* before the next try */
    struct buf taken;

    pthread_mutex_t lock;
    /* guarded by lock */
    struct buf pending;
    bool ended;
    int rc; /* why it ended */
    struct weir_error why;
};

/* ---- net's thread ---- */

static bool on_part(void *ctx, struct weir_bytes bytes)
{
    struct tail *t = ctx;
    bool fits;

    (void)pthread_mutex_lock(&t->lock);
    buf_add(&t->pending, bytes.data, bytes.len);
    fits = !t->pending.failed;
    (void)pthread_mutex_unlock(&t->lock);
    (void)eventfd_write(t->wake, 1);
    return fits;
}

static void on_done(void *ctx, int rc, const struct weir_error *err)
{
    struct tail *t = ctx;

    (void)pthread_mutex_lock(&t->lock);
    t->ended = true;
    t->rc = rc;
    t->why = *err;
    (void)pthread_mutex_unlock(&t->lock);
    (void)eventfd_write(t->wake, 1);
}

/* ---- the listener's ---- */

static void on_event(void *ctx, const struct sse_event *event)
{
    struct tail *t = ctx;

    t->enough = t->enough || !t->listener->event(t->listener->ctx, event);
}

/* true: interrupted. */
static bool wait_for(const struct tail *t, int fd, int timeout_ms)
{
    struct pollfd ready[2] = {{.fd = t->interrupt, .events = POLLIN}, {.fd = fd, .events = POLLIN}};

    return poll(ready, 2, timeout_ms) > 0 && (ready[0].revents & POLLIN) != 0;
}

/* What came since the last time. true: the stream is over, and why. */
static bool take_pending(int *rc, struct weir_error *why, struct tail *t)
{
    struct buf empty = t->taken;
    eventfd_t count;
    bool ended;

    (void)eventfd_read(t->wake, &count);
    buf_clear(&empty);
    (void)pthread_mutex_lock(&t->lock);
    t->taken = t->pending;
    t->pending = empty;
    ended = t->ended;
    *rc = t->rc;
    *why = t->why;
    (void)pthread_mutex_unlock(&t->lock);
    return ended;
}

static int read_taken(struct tail *t, struct weir_error *err)
{
    int rc;

    if (t->taken.len == 0) {
        return 0;
    }
    if (!t->connected) {
        t->connected = t->ever = true;
        t->listener->connected(t->listener->ctx, t->again);
        t->again = true;
        t->wait_ms = 0;
    }
    rc = sse_feed(&t->sse, buf_bytes(&t->taken), on_event, t, err);
    if (rc == 0 && !t->enough) {
        t->listener->reached(t->listener->ctx, buf_str(&t->sse.last_id));
    }
    return rc;
}

/* One connection, to its end. 0: enough, or interrupted; else why it ended, WEIR_E_LATER when the daemon did
 * it. */
static int run_once(struct tail *t, struct admin *admin, const char *path, struct weir_error *err)
{
    struct admin_stream stream = {.part = on_part, .done = on_done, .ctx = t};
    struct weir_error why = {0};
    int rc;

    sse_restart(&t->sse);
    t->connected = t->ended = false;
    buf_clear(&t->pending);
    rc = admin_follow(admin, weir_str(path), buf_str(&t->sse.last_id), &stream, err);
    if (rc != 0) {
        return rc;
    }
    for (;;) {
        int ended_rc = 0;
        bool ended;

        if (wait_for(t, t->wake, -1)) {
            return 0;
        }
        ended = take_pending(&ended_rc, &why, t);
        rc = read_taken(t, err);
        if (rc != 0 || t->enough) {
            return t->enough ? 0 : rc;
        }
        if (ended && ended_rc == 0) {
            return weir_fail(err, WEIR_E_LATER, "the daemon ended the stream");
        }
        if (ended) {
            *err = why;
            return ended_rc;
        }
    }
}

/* Does connecting again help? */
static bool mends(struct tail *t, int rc, const struct weir_error *err)
{
    if (rc == WEIR_E_REJECT && t->sse.last_id.len > 0) {
        buf_clear(&t->sse.last_id); /* the place means nothing to the daemon any more */
        t->listener->lost(t->listener->ctx, err);
        return true;
    }
    return t->ever && (rc == WEIR_E_IO || rc == WEIR_E_LATER);
}

static uint32_t next_wait(const struct tail *t)
{
    uint32_t first = t->sse.retry_ms > 0 ? t->sse.retry_ms : RETRY_MS;
    uint32_t next = t->wait_ms == 0 ? first : 2 * t->wait_ms;

    return next < RETRY_MAX_MS ? next : RETRY_MAX_MS;
}

static int run(struct tail *t, struct admin *admin, const char *path, struct weir_error *err)
{
    for (;;) {
        int rc = run_once(t, admin, path, err);

        if (rc == 0 || !mends(t, rc, err)) {
            return rc;
        }
        if (t->connected) {
            t->listener->lost(t->listener->ctx, err);
        }
        t->wait_ms = next_wait(t);
        if (wait_for(t, -1, (int)t->wait_ms)) {
            return 0;
        }
    }
}

int tail_run(struct admin *admin, const char *path, struct weir_str place,
             const struct tail_listener *listener, int interrupt, struct weir_error *err)
{
    struct tail t = {.listener = listener, .interrupt = interrupt};
    int rc;

    (void)pthread_mutex_init(&t.lock, NULL);
    sse_init(&t.sse, EVENT_MAX);
    buf_add_str(&t.sse.last_id, place);
    buf_init(&t.taken, PENDING_MAX);
    buf_init(&t.pending, PENDING_MAX);
    t.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    rc = t.wake >= 0 ? run(&t, admin, path, err)
                     : weir_fail(err, WEIR_E_IO, "no descriptor to wait for the stream with");
    admin_stop(admin); /* nothing calls back any more */
    if (t.wake >= 0) {
        (void)close(t.wake);
    }
    buf_fini(&t.pending);
    buf_fini(&t.taken);
    sse_fini(&t.sse);
    (void)pthread_mutex_destroy(&t.lock);
    return rc;
}
