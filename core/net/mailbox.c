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
    last = box->abandoned && box->orphans == 0;
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
    empty = box->replies_first == NULL && box->posts_first == NULL;
    box->sleeping = empty;
    (void)pthread_mutex_unlock(&box->lock);
    return empty;
}

void mailbox_take(struct exchange **replies, struct post **posts, struct mailbox *box)
{
    (void)pthread_mutex_lock(&box->lock);
    box->sleeping = false;
    *replies = box->replies_first;
    *posts = box->posts_first;
    box->replies_first = box->replies_last = NULL;
    box->posts_first = box->posts_last = NULL;
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
    bool last;

    (void)pthread_mutex_lock(&box->lock);
    box->stopped = true;
    box->abandoned = true;
    while (box->posts_first != NULL) { /* the loop was never started */
        struct post *post = box->posts_first;

        box->posts_first = post->next;
        free(post);
    }
    (void)close(box->wake_fd);
    box->wake_fd = -1;
    last = box->orphans == 0;
    (void)pthread_mutex_unlock(&box->lock);
    if (last) {
        mailbox_free(box);
    }
}
