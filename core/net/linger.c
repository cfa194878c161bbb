/*
 * linger: connections that we refused before their peer had sent everything.
 *
 * Closing a socket with unread bytes makes the kernel send a reset, which can overtake our answer. So
 * the socket is kept for a moment, and what still arrives is read and thrown away.
 */
#include "net/server_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINGER_US 2000000
#define LINGER_BYTES (4U * 1024 * 1024)

static void linger_remove(struct loop *loop, struct lingerer *l)
{
    if (l->prev != NULL) {
        l->prev->next = l->next;
    } else {
        loop->linger_first = l->next;
    }
    if (l->next != NULL) {
        l->next->prev = l->prev;
    } else {
        loop->linger_last = l->prev;
    }
    loop->linger_count--;
    (void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, l->fd, NULL);
    (void)close(l->fd);
    free(l);
}

void linger_add(struct loop *loop, int fd)
{
    struct lingerer *l;
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP};

    if (loop->linger_count >= LINGER_MAX) {
        linger_remove(loop, loop->linger_first);
    }
    l = calloc(1, sizeof *l);
    if (l == NULL) {
        (void)close(fd);
        return;
    }
    l->watch.kind = WATCH_LINGER;
    l->fd = fd;
    l->left = LINGER_BYTES;
    l->deadline_us = loop->now_us + LINGER_US;
    event.data.ptr = l;
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        (void)close(fd);
        free(l);
        return;
    }
    l->prev = loop->linger_last;
    if (loop->linger_last != NULL) {
        loop->linger_last->next = l;
    } else {
        loop->linger_first = l;
    }
    loop->linger_last = l;
    loop->linger_count++;
}

void linger_read(struct loop *loop, struct lingerer *l)
{
    char waste[16 * 1024];
    ssize_t got = recv(l->fd, waste, sizeof waste, MSG_DONTWAIT);

    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (got <= 0 || (size_t)got >= l->left) {
        linger_remove(loop, l);
        return;
    }
    l->left -= (size_t)got;
}

int64_t linger_next(const struct loop *loop)
{
    return loop->linger_first != NULL ? loop->linger_first->deadline_us : INT64_MAX;
}

void linger_expire(struct loop *loop, int64_t now_us)
{
    while (loop->linger_first != NULL && loop->linger_first->deadline_us <= now_us) {
        linger_remove(loop, loop->linger_first);
    }
}

void linger_free_all(struct loop *loop)
{
    while (loop->linger_first != NULL) {
        linger_remove(loop, loop->linger_first);
    }
}
