/*
 * fixture: a server with a handler that answers at once, later from another thread, or never, and a
 * raw peer that can send what no decent client would.
 */
#ifndef WEIR_TESTS_NET_FIXTURE_H
#define WEIR_TESTS_NET_FIXTURE_H

#include "expect.h"

#include "net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE_MS 10000 /* a test that waits longer has failed */

enum answer_mode {
    ANSWER_ECHO,  /* at once: method, path, query, body */
    ANSWER_LATER, /* empty, by another thread, all that are there in one go */
    ANSWER_HOLD,  /* kept in held until the test answers */
    ANSWER_BIG    /* at once, 3 MB */
};

struct fixture {
    _Atomic int64_t mono_us; /* 0: the system's clock */
    struct clock clock;
    struct metrics *metrics;
    struct loop *loop;
    struct server *server;
    _Atomic int mode;
    int admit_status;

    pthread_t responder;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct exchange *held[1024];
    size_t held_count;
    size_t seen;
    bool ending;
};

static inline int64_t fixture_now_ms(void *ctx)
{
    (void)ctx;
    return clock_now_ms(clock_system());
}

static inline int64_t fixture_mono_us(void *ctx)
{
    struct fixture *f = ctx;
    int64_t at = atomic_load(&f->mono_us);

    return at != 0 ? at : clock_mono_us(clock_system());
}

static inline void fixture_echo(struct exchange *x)
{
    struct weir_str m = exchange_method(x), p = exchange_path(x), q = exchange_query(x);
    struct weir_bytes b = exchange_body(x);
    char *text = malloc(p.len + q.len + m.len + b.len + 64);
    int len = snprintf(text, p.len + q.len + m.len + 64, "%.*s %.*s %.*s ", WEIR_STR_ARG(m), WEIR_STR_ARG(p),
                       WEIR_STR_ARG(q));

    if (b.len > 0) {
        memcpy(text + len, b.data, b.len);
    }
    exchange_take_reply(x, &(struct reply){.status = 200,
                                           .content_type = "text/plain",
                                           .body = {.len = (size_t)len + b.len},
                                           .take_body = text});
}

static inline void fixture_handle(void *ctx, struct exchange *x)
{
    struct fixture *f = ctx;

    switch (atomic_load(&f->mode)) {
    case ANSWER_ECHO:
        fixture_echo(x);
        return;
    case ANSWER_BIG:
        exchange_take_reply(
            x, &(struct reply){.status = 200, .body = {.len = 3000000}, .take_body = calloc(1, 3000000)});
        return;
    default:
        break;
    }
    pthread_mutex_lock(&f->lock);
    f->held[f->held_count++] = x;
    f->seen++;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

static inline void *fixture_respond(void *ctx)
{
    struct fixture *f = ctx;
    struct exchange *batch[1024];

    for (;;) {
        size_t count;

        pthread_mutex_lock(&f->lock);
        while (!f->ending && (f->held_count == 0 || atomic_load(&f->mode) == ANSWER_HOLD)) {
            pthread_cond_wait(&f->changed, &f->lock);
        }
        if (f->ending) {
            pthread_mutex_unlock(&f->lock);
            return NULL;
        }
        count = f->held_count;
        memcpy(batch, f->held, count * sizeof batch[0]);
        f->held_count = 0;
        pthread_mutex_unlock(&f->lock);
        for (size_t i = 0; i < count; i++) {
            exchange_take_reply(batch[i], &(struct reply){.status = 200});
        }
    }
}

static inline int fixture_admit(void *ctx, const struct exchange *x, uint32_t *retry_after_s)
{
    struct fixture *f = ctx;

    (void)x;
    *retry_after_s = f->admit_status == 503 ? 7 : 0;
    return f->admit_status;
}

static inline struct server_options fixture_options(void)
{
    return (struct server_options){.name = "test",
                                   .listen = "127.0.0.1:0",
                                   .body_max = 1000000,
                                   .header_max = 8192,
                                   .connections_max = 2000,
                                   .first_byte_timeout_ms = 30000,
                                   .request_timeout_ms = 60000};
}

static inline struct fixture *fixture_new(const struct server_options *options, enum answer_mode mode)
{
    struct server_options usual = fixture_options();
    struct fixture *f = calloc(1, sizeof *f);
    struct weir_error err = {0};

    f->clock = (struct clock){fixture_now_ms, fixture_mono_us, f};
    f->mode = mode;
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->changed, NULL);
    f->metrics = metrics_new();
    EXPECT_INT(0, loop_new(&f->loop, &f->clock, f->metrics, &err));
    if (server_open(&f->server, f->loop, options != NULL ? options : &usual,
                    (struct server_handler){fixture_handle, fixture_admit, f}, &err) != 0) {
        fail_msg("%s", err.message);
    }
    EXPECT_INT(0, loop_start(f->loop, &err));
    pthread_create(&f->responder, NULL, fixture_respond, f);
    return f;
}

static inline void fixture_free(struct fixture *f)
{
    pthread_mutex_lock(&f->lock);
    f->ending = true;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->responder, NULL);
    loop_stop(f->loop, 0);
    for (size_t i = 0; i < f->held_count; i++) {
        exchange_take_reply(f->held[i], &(struct reply){.status = 200});
    }
    loop_free(f->loop);
    metrics_free(f->metrics);
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->changed);
    free(f);
}

static inline void fixture_mode(struct fixture *f, enum answer_mode mode)
{
    pthread_mutex_lock(&f->lock);
    atomic_store(&f->mode, mode);
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

/* Until so many requests have reached the handler. */
static inline void fixture_wait_seen(struct fixture *f, size_t count)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_MS / 1000;
    pthread_mutex_lock(&f->lock);
    while (f->seen < count) {
        EXPECT_INT(0, pthread_cond_timedwait(&f->changed, &f->lock, &until));
    }
    pthread_mutex_unlock(&f->lock);
}

/* The first so many of those that are held are the caller's. */
static inline void fixture_take_held(struct exchange **out, struct fixture *f, size_t count)
{
    pthread_mutex_lock(&f->lock);
    memcpy(out, f->held, count * sizeof *out);
    memmove(f->held, f->held + count, (f->held_count - count) * sizeof f->held[0]);
    f->held_count -= count;
    pthread_mutex_unlock(&f->lock);
}

struct fixture_flag {
    pthread_mutex_t lock;
    pthread_cond_t set;
    bool done;
};

static inline void fixture_raise(void *ctx)
{
    struct fixture_flag *flag = ctx;

    pthread_mutex_lock(&flag->lock);
    flag->done = true;
    pthread_cond_signal(&flag->set);
    pthread_mutex_unlock(&flag->lock);
}

static inline void fixture_await(struct fixture_flag *flag)
{
    pthread_mutex_lock(&flag->lock);
    while (!flag->done) {
        pthread_cond_wait(&flag->set, &flag->lock);
    }
    pthread_mutex_unlock(&flag->lock);
}

/* Until the loop has made a whole turn after what was done before. */
static inline void fixture_turn(struct fixture *f)
{
    for (int i = 0; i < 3; i++) {
        struct fixture_flag flag = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};

        loop_post(f->loop, fixture_raise, &flag);
        fixture_await(&flag);
    }
}

static inline void fixture_advance_ms(struct fixture *f, int64_t ms)
{
    atomic_fetch_add(&f->mono_us, ms * 1000);
    fixture_turn(f);
}

/* ---- the raw peer ---- */

static inline int peer_connect(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_INT(0, connect(fd, (struct sockaddr *)&to, sizeof to));
    return fd;
}

static inline void peer_send(int fd, const char *text)
{
    size_t len = strlen(text);

    while (len > 0) {
        ssize_t sent = send(fd, text, len, MSG_NOSIGNAL);

        if (sent <= 0) {
            return; /* the server may have closed, which is what some tests are about */
        }
        text += sent;
        len -= (size_t)sent;
    }
}

/* Read one answer, terminated; "" when the connection ended without one. Free it. */
static inline char *peer_read(int fd)
{
    size_t cap = 64 * 1024, len = 0, want = 0;
    char *text = calloc(1, cap + 1);

    for (;;) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        const char *end = strstr(text, "\r\n\r\n");
        const char *length = strcasestr(text, "\r\ncontent-length:");
        ssize_t got;

        if (end != NULL && want == 0) {
            size_t body = length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0;

            want = (size_t)(end - text) + 4 + body;
            if (want > cap) {
                text = realloc(text, want + 1);
                memset(text + cap, 0, want + 1 - cap);
                cap = want;
            }
        }
        if (want > 0 && len >= want) {
            return text;
        }
        EXPECT_INT(1, poll(&ready, 1, PATIENCE_MS));
        got = recv(fd, text + len,
                   (want > 0 ? want : cap) - len > 1 && want == 0 ? 1 : (want > 0 ? want : cap) - len, 0);
        if (got <= 0) {
            return text;
        }
        len += (size_t)got;
    }
}

static inline int peer_status(const char *answer)
{
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

/* Read one answer and return its status; 0: the connection ended without one. */
static inline int peer_read_status(int fd)
{
    char *answer = peer_read(fd);
    int status = peer_status(answer);

    free(answer);
    return status;
}

/* Does the connection end, without a further byte? */
static inline bool peer_sees_end(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char byte;

    return poll(&ready, 1, PATIENCE_MS) == 1 && recv(fd, &byte, 1, 0) <= 0;
}

/* One request on a connection of its own. */
static inline int peer_ask(uint16_t port, const char *request)
{
    int fd = peer_connect(port);
    int status;

    peer_send(fd, request);
    status = peer_read_status(fd);
    close(fd);
    return status;
}

#endif
