#include "net/stream.h"

#include "net/server_internal.h"

#include <stdlib.h>
#include <sys/epoll.h>

#define FAREWELL_MAX 512 /* beside what may wait */
#define BLOCK 4096

static void stream_ref(struct stream *s)
{
    atomic_fetch_add(&s->refs, 1);
}

void stream_release(struct stream *s)
{
    if (atomic_fetch_sub(&s->refs, 1) == 1) {
        struct mailbox *box = s->mailbox;

        buf_fini(&s->pending);
        (void)pthread_mutex_destroy(&s->lock);
        free(s);
        mailbox_forget_stream(box);
    }
}

/* Let the loop look at it. */
static void stream_tell(struct stream *s)
{
    stream_ref(s);
    if (!mailbox_push_stream(s->mailbox, s)) {
        stream_release(s); /* it is on its way already, or the loop has ended */
    }
}

/* ---- the library's side: loop thread ---- */

/* How many bytes were taken. With the lock. */
static size_t take_pending(struct stream *s, char *to, size_t max)
{
    size_t left = s->pending.len - s->taken;
    size_t count = left < max ? left : max;

    if (count > 0) {
        memcpy(to, s->pending.data + s->taken, count);
        s->taken += count;
    }
    if (s->taken == s->pending.len) {
        buf_clear(&s->pending);
        s->taken = 0;
    }
    return count;
}

static ssize_t read_piece(void *cls, uint64_t pos, char *to, size_t max)
{
    struct stream *s = cls;
    size_t count;
    bool drained;
    bool over;

    (void)pos;
    if (s->cut || s->conn == NULL) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    (void)pthread_mutex_lock(&s->lock);
    count = take_pending(s, to, max);
    over = s->ending && count == 0;
    drained = s->wants_room && s->pending.len - s->taken <= s->room_below;
    s->wants_room = s->wants_room && !drained;
    (void)pthread_mutex_unlock(&s->lock);
    if (drained && s->options.drained != NULL) {
        s->options.drained(s->options.ctx);
    }
    if (count > 0 || over) {
        deadline_set(s->conn, PHASE_REPLY); /* until the peer took it */
        return count > 0 ? (ssize_t)count : MHD_CONTENT_READER_END_OF_STREAM;
    }
    deadline_clear(s->conn);
    s->suspended = true;
    MHD_suspend_connection(s->conn->mhd);
    return 0;
}

static void on_freed(void *cls)
{
    struct stream *s = cls;

    (void)pthread_mutex_lock(&s->lock);
    s->gone = true;
    buf_fini(&s->pending);
    s->taken = 0;
    (void)pthread_mutex_unlock(&s->lock);
    s->options.gone(s->options.ctx);
    stream_release(s);
}

void stream_run(struct stream *s)
{
    if (s->conn != NULL && s->suspended) {
        s->suspended = false;
        MHD_resume_connection(s->conn->mhd);
        s->conn->server->ready = true;
    }
}

void stream_abort(struct stream *s)
{
    s->cut = true;
    connection_end(s->conn);
    stream_run(s);
}

bool stream_cut(struct stream *s, bool stopping)
{
    const char *farewell = stopping ? s->options.farewell_stop : s->options.farewell_slow;
    bool first;

    (void)pthread_mutex_lock(&s->lock);
    first = !s->ending && !s->gone;
    if (first) {
        s->ending = true;
        buf_add_text(&s->pending, farewell != NULL ? farewell : "");
    }
    (void)pthread_mutex_unlock(&s->lock);
    stream_run(s);
    return first;
}

void stream_attach(struct stream *s, struct connection *c)
{
    struct loop *loop = c->server->loop;
    /* A suspended connection is in nobody's set, so that its peer left would be seen at the next piece only.
     */
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT};

    event.data.ptr = s;
    s->conn = c;
    s->live_prev = NULL;
    s->live_next = loop->streams;
    if (loop->streams != NULL) {
        loop->streams->live_prev = s;
    }
    loop->streams = s;
    (void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, c->fd, &event);
    if (c->server->stopping) {
        (void)stream_cut(s, true);
    }
}

void stream_detach(struct stream *s)
{
    struct loop *loop;

    if (s->conn == NULL) {
        return;
    }
    loop = s->conn->server->loop;
    (void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, s->conn->fd, NULL);
    if (s->live_prev != NULL) {
        s->live_prev->live_next = s->live_next;
    } else {
        loop->streams = s->live_next;
    }
    if (s->live_next != NULL) {
        s->live_next->live_prev = s->live_prev;
    }
    s->conn = NULL;
}

/* ---- the holder's side ---- */

struct MHD_Response *stream_new(struct stream **out, struct mailbox *box,
                                const struct stream_options *options)
{
    struct stream *s = calloc(1, sizeof *s);
    struct MHD_Response *response;

    if (s == NULL) {
        return NULL;
    }
    s->watch.kind = WATCH_STREAM;
    s->mailbox = box;
    s->options = *options;
    (void)pthread_mutex_init(&s->lock, NULL);
    buf_init(&s->pending, options->pending_max + FAREWELL_MAX);
    mailbox_hold_stream(box);
    atomic_store(&s->refs, 1);
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_piece, s, on_freed);
    if (response == NULL) {
        stream_release(s);
        return NULL;
    }
    stream_ref(s);
    *out = s;
    return response;
}

bool stream_write(struct stream *s, struct weir_bytes bytes)
{
    bool taken = false;

    (void)pthread_mutex_lock(&s->lock);
    if (!s->ending && !s->gone) {
        size_t left = s->pending.len - s->taken;

        if (s->taken > 0) {
            memmove(s->pending.data, s->pending.data + s->taken, left);
            s->pending.len = left;
            s->taken = 0;
        }
        taken = bytes.len <=
                s->options.pending_max - (left < s->options.pending_max ? left : s->options.pending_max);
        if (taken) {
            buf_add(&s->pending, bytes.data, bytes.len);
            taken = !s->pending.failed;
        }
        if (!taken) {
            s->ending = true;
            s->pending.failed = false;
            buf_add_text(&s->pending, s->options.farewell_slow != NULL ? s->options.farewell_slow : "");
        }
    }
    (void)pthread_mutex_unlock(&s->lock);
    stream_tell(s);
    return taken;
}

bool stream_has_room(struct stream *s, size_t len)
{
    bool room;

    (void)pthread_mutex_lock(&s->lock);
    room = len <= s->options.pending_max && s->pending.len - s->taken <= s->options.pending_max - len;
    s->wants_room = !room;
    s->room_below = len < s->options.pending_max ? (s->options.pending_max - len) / 2 : 0;
    (void)pthread_mutex_unlock(&s->lock);
    return room;
}

void stream_end(struct stream *s, const char *farewell)
{
    (void)pthread_mutex_lock(&s->lock);
    if (!s->ending && !s->gone) {
        s->ending = true;
        buf_add_text(&s->pending, farewell != NULL ? farewell : "");
    }
    (void)pthread_mutex_unlock(&s->lock);
    stream_tell(s);
}

void stream_unref(struct stream *s)
{
    if (s != NULL) {
        stream_end(s, NULL);
        stream_release(s);
    }
}
