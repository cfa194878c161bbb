/*
 * mailbox: what other threads hand to the loop, in batches.
 *
 * The eventfd is written only when the loop sleeps, so a hundred answers given at once by the writer
 * cost one system call.
 */
#include "net/server_internal.h"

#include "base/thread.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

int mailbox_new(struct mailbox **out, struct weir_error *err)
{
    struct mailbox *box = calloc(1, sizeof *box);

    if (box == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the HTTP loop");
    }
    box->watch.kind = WATCH_MAILBOX;
    box->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (box->wake_fd < 0) {
        free(box);
        return weir_fail(err, WEIR_E_IO, "cannot create an eventfd (errno %d)", errno);
    }
    (void)pthread_mutex_init(&box->lock, NULL);
    *out = box;
    return 0;
}

static void mailbox_free(struct mailbox *box)
{
    (void)pthread_mutex_destroy(&box->lock);
    free(box);
}

/* The lock is held. */
static void wake(struct mailbox *box)
{
    uint64_t one = 1;

    if (!box->sleeping) {
        return;
    }
    box->sleeping = false;
    /* It cannot fail but by overflow, and then the loop is awake anyway. */
    if (write(box->wake_fd, &one, sizeof one) < 0) {
        return;
    }
}

/* The holder of an orphan answered it: nobody listens. The lock is held, and given back. */
static void forget_orphan(struct mailbox *box, struct exchange *x)
{
    bool last;

    box->orphans--;
    last = box->abandoned && box->orphans == 0 && box->streams == 0;
    (void)pthread_mutex_unlock(&box->lock);
    x->next = NULL;
    exchange_put(NULL, x);
    if (last) {
        mailbox_free(box);
    }
}

void mailbox_push_reply(struct mailbox *box, struct exchange *x)
{
    (void)pthread_mutex_lock(&box->lock);
    if (x->orphaned) {
        forget_orphan(box, x);
        return;
    }
    x->next = NULL;
    if (box->replies_last != NULL) {
        box->replies_last->next = x;
    } else {
        box->replies_first = x;
    }
    box->replies_last = x;
    wake(box);
    (void)pthread_mutex_unlock(&box->lock);
}

bool mailbox_push_post(struct mailbox *box, void (*fn)(void *), void *ctx)
{
    struct post *post = malloc(sizeof *post);
    bool taken;

    check_bug(post != NULL); /* a post that is lost is a promise that is broken */
    *post = (struct post){.fn = fn, .ctx = ctx};
    (void)pthread_mutex_lock(&box->lock);
    taken = !box->stopped;
    if (taken) {
        if (box->posts_last != NULL) {
            box->posts_last->next = post;
        } else {
            box->posts_first = post;
        }
        box->posts_last = post;
        wake(box);
    }
    (void)pthread_mutex_unlock(&box->lock);
    if (!taken) {
        free(post);
    }
    return taken;
}

bool mailbox_may_sleep(struct mailbox *box)
{
    bool empty;

    (void)pthread_mutex_lock(&box->lock);
    empty = box->replies_first == NULL && box->posts_first == NULL && box->streams_first == NULL;
    box->sleeping = empty;
    (void)pthread_mutex_unlock(&box->lock);
    return empty;
}

bool mailbox_push_stream(struct mailbox *box, struct stream *s)
{
    bool taken;

    (void)pthread_mutex_lock(&box->lock);
    taken = !box->stopped && !s->queued;
    if (taken) {
        s->queued = true;
        s->next = NULL;
        if (box->streams_last != NULL) {
            box->streams_last->next = s;
        } else {
            box->streams_first = s;
        }
        box->streams_last = s;
        wake(box);
    }
    (void)pthread_mutex_unlock(&box->lock);
    return taken;
}

void mailbox_hold_stream(struct mailbox *box)
{
    (void)pthread_mutex_lock(&box->lock);
    box->streams++;
    (void)pthread_mutex_unlock(&box->lock);
}

void mailbox_forget_stream(struct mailbox *box)
{
    bool last;

    (void)pthread_mutex_lock(&box->lock);
    box->streams--;
    last = box->abandoned && box->orphans == 0 && box->streams == 0;
    (void)pthread_mutex_unlock(&box->lock);
    if (last) {
        mailbox_free(box);
    }
}

void mailbox_take(struct exchange **replies, struct post **posts, struct stream **streams,
                  struct mailbox *box)
{
    (void)pthread_mutex_lock(&box->lock);
    box->sleeping = false;
    *replies = box->replies_first;
    *posts = box->posts_first;
    *streams = box->streams_first;
    for (struct stream *s = box->streams_first; s != NULL; s = s->next) {
        s->queued = false; /* what is written from here on is told again */
        s->taken_next = s->next;
    }
    box->replies_first = box->replies_last = NULL;
    box->posts_first = box->posts_last = NULL;
    box->streams_first = box->streams_last = NULL;
    (void)pthread_mutex_unlock(&box->lock);
}

void mailbox_drain_wake(struct mailbox *box)
{
    uint64_t count;

    while (read(box->wake_fd, &count, sizeof count) < 0 && errno == EINTR) {
        continue;
    }
}

void mailbox_abandon(struct mailbox *box)
{
    struct exchange *replies = NULL;
    struct post *posts = NULL;
    struct stream *streams = NULL;
    bool last;

    mailbox_take(&replies, &posts, &streams, box);
    while (streams != NULL) {
        struct stream *next = streams->taken_next;

        stream_release(streams);
        streams = next;
    }
    (void)pthread_mutex_lock(&box->lock);
    box->stopped = true;
    box->abandoned = true;
    box->posts_first = posts;
    while (box->posts_first != NULL) { /* the loop was never started */
        struct post *post = box->posts_first;

        box->posts_first = post->next;
        free(post);
    }
    (void)close(box->wake_fd);
    box->wake_fd = -1;
    last = box->orphans == 0 && box->streams == 0;
    (void)pthread_mutex_unlock(&box->lock);
    if (last) {
        mailbox_free(box);
    }
}
