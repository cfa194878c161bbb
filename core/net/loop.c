/*
 * loop: one thread, one epoll set; it drives the servers, empties the mailbox and keeps the deadlines.
 *
 * With nothing to do it sleeps until the earliest deadline, or for ever when there is none.
 */
#include "net/server_internal.h"

#include "base/thread.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS_MAX 64
#define LAST_RUNS 4

int loop_new(struct loop **out, const struct clock *clock, struct metrics *metrics, struct weir_error *err)
{
    struct epoll_event event = {.events = EPOLLIN};
    struct loop *loop = calloc(1, sizeof *loop);
    int rc;

    if (loop == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the HTTP loop");
    }
    loop->clock = clock;
    loop->metrics = metrics;
    loop->now_us = clock_mono_us(clock);
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll_fd < 0) {
        rc = weir_fail(err, WEIR_E_IO, "cannot create an epoll set (errno %d)", errno);
        goto out;
    }
    rc = mailbox_new(&loop->mailbox, err);
    if (rc != 0) {
        goto out;
    }
    event.data.ptr = loop->mailbox;
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->mailbox->wake_fd, &event) != 0) {
        rc = weir_fail(err, WEIR_E_IO, "cannot watch an eventfd (errno %d)", errno);
        goto out;
    }
    *out = loop;
    loop = NULL;

out:
    loop_free(loop);
    return rc;
}

/* ---- a turn ---- */

/* An answer that another thread gave has arrived. */
static void finish(struct loop *loop, struct exchange *x)
{
    struct connection *c = x->conn;

    exchange_unhold(loop, x);
    if (exchange_queue(x) != MHD_YES) {
        connection_end(c);
    }
    MHD_resume_connection(c->mhd);
    c->server->ready = true;
}

static void take_mail(struct loop *loop)
{
    struct exchange *x;
    struct post *post;
    struct stream *stream;

    mailbox_take(&x, &post, &stream, loop->mailbox);
    while (x != NULL) {
        struct exchange *next = x->next;

        x->next = NULL;
        finish(loop, x);
        x = next;
    }
    while (post != NULL) {
        struct post *next = post->next;

        post->fn(post->ctx);
        free(post);
        post = next;
    }
    while (stream != NULL) {
        struct stream *next = stream->taken_next;

        stream_run(stream);
        stream_release(stream);
        stream = next;
    }
}

static int sleep_ms(struct loop *loop)
{
    int64_t next = linger_next(loop), wait = INT64_MAX;

    for (struct server *s = loop->servers; s != NULL; s = s->next) {
        int64_t at = deadline_next(s);

        if (s->ready) {
            return 0;
        }
        next = at < next ? at : next;
    }
    if (next != INT64_MAX) {
        wait = next - clock_mono_us(loop->clock);
    }
    if (loop->stopping) {
        int64_t left = loop->stop_at_us - clock_mono_us(clock_system());

        wait = left < wait ? left : wait;
    }
    if (wait == INT64_MAX) {
        return -1;
    }
    wait = wait <= 0 ? 0 : (wait + 999) / 1000;
    return wait > INT_MAX ? INT_MAX : (int)wait;
}

static void wait_events(struct loop *loop)
{
    struct epoll_event events[EVENTS_MAX];
    int timeout_ms = sleep_ms(loop);
    int count;

    if (timeout_ms != 0 && !mailbox_may_sleep(loop->mailbox)) {
        timeout_ms = 0;
    }
    count = epoll_wait(loop->epoll_fd, events, EVENTS_MAX, timeout_ms);
    for (int i = 0; i < count; i++) {
        struct watch *watch = events[i].data.ptr;

        if (watch->kind == WATCH_MAILBOX) {
            mailbox_drain_wake(loop->mailbox);
        } else if (watch->kind == WATCH_SERVER) {
            ((struct server *)(void *)watch)->ready = true;
        } else if (watch->kind == WATCH_STREAM) {
            stream_abort((struct stream *)(void *)watch); /* its peer has left */
        } else {
            linger_read(loop, (struct lingerer *)(void *)watch);
        }
    }
}

static void turn(struct loop *loop)
{
    wait_events(loop);
    loop->now_us = clock_mono_us(loop->clock);
    take_mail(loop);
    for (struct server *s = loop->servers; s != NULL; s = s->next) {
        server_run(s);
        deadlines_expire(s, loop->now_us);
    }
    linger_expire(loop, loop->now_us);
}

/* ---- the end ---- */

static void stop_posted(void *ctx)
{
    struct loop *loop = ctx;

    loop->stopping = true;
    loop->stop_at_us = clock_mono_us(clock_system()) + (int64_t)loop->grace_ms * 1000;
    for (struct server *s = loop->servers; s != NULL; s = s->next) {
        server_quiesce(s);
    }
}

static bool may_finish(const struct loop *loop)
{
    if (clock_mono_us(clock_system()) >= loop->stop_at_us) {
        return true;
    }
    if (loop->linger_count > 0) {
        return false;
    }
    for (const struct server *s = loop->servers; s != NULL; s = s->next) {
        if (s->connection_count > 0) {
            return false;
        }
    }
    return true;
}

/* Whoever holds an exchange keeps it; the connection is ended. From here on nothing is taken. */
static void orphan_held(struct loop *loop)
{
    struct mailbox *box = loop->mailbox;
    struct exchange *x;

    take_mail(loop);
    (void)pthread_mutex_lock(&box->lock);
    box->stopped = true;
    loop->finished = true;
    for (x = box->replies_first; x != NULL; x = x->next) {
        exchange_unhold(loop, x); /* came in just now, and is finished below */
    }
    for (x = loop->held; x != NULL; x = loop->held) {
        struct connection *c = x->conn;

        exchange_unhold(loop, x);
        exchange_orphan_locked(x);
        connection_end(c);
        MHD_resume_connection(c->mhd); /* its handler is called, finds no exchange, and closes it */
        c->server->ready = true;
    }
    for (x = box->replies_first; x != NULL; x = x->next) {
        exchange_hold(loop, x);
    }
    (void)pthread_mutex_unlock(&box->lock);
    take_mail(loop);
    for (struct stream *s = loop->streams; s != NULL; s = s->live_next) {
        stream_abort(s);
    }
}

static void *run(void *arg)
{
    struct loop *loop = arg;

    loop->mailbox->thread = pthread_self();
    while (!(loop->stopping && may_finish(loop))) {
        turn(loop);
    }
    orphan_held(loop);
    for (struct server *s = loop->servers; s != NULL; s = s->next) {
        for (int i = 0; i < LAST_RUNS && s->ready; i++) {
            server_run(s);
        }
        server_shut(s);
    }
    return NULL;
}

int loop_start(struct loop *loop, struct weir_error *err)
{
    int rc;

    check_bug(!loop->started);
    rc = thread_start(&loop->thread, THREAD_LOOP, "weir-loop", run, loop, err);
    loop->started = rc == 0;
    return rc;
}

void loop_stop(struct loop *loop, uint32_t grace_ms)
{
    if (!loop->started || loop->joined) {
        return;
    }
    loop->grace_ms = grace_ms;
    (void)mailbox_push_post(loop->mailbox, stop_posted, loop);
    (void)pthread_join(loop->thread, NULL);
    loop->joined = true;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL) {
        return;
    }
    check_bug(!loop->started || loop->joined);
    while (loop->servers != NULL) {
        struct server *server = loop->servers;

        loop->servers = server->next;
        server_free(server);
    }
    linger_free_all(loop);
    exchange_free_all(loop);
    if (loop->mailbox != NULL) {
        mailbox_abandon(loop->mailbox);
    }
    if (loop->epoll_fd >= 0) {
        (void)close(loop->epoll_fd);
    }
    free(loop);
}

void loop_post(struct loop *loop, void (*fn)(void *ctx), void *ctx)
{
    (void)mailbox_push_post(loop->mailbox, fn, ctx);
}
