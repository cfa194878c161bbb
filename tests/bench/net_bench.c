/*
 * net_bench: answers a second of the HTTP server alone, with the answers coming from another thread
 * in batches, as they do from the writer. Prints the CPU time of the loop's thread too, which a busy
 * machine does not change.
 *
 *     net_bench [connections [seconds [commit_us]]]
 */
#include "net/server.h"

#include "base/thread.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 4096

struct bench {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct exchange *waiting[CONNECTIONS_MAX];
    size_t count;
    bool ending;
    long commit_us;
    _Atomic int64_t batches;
};

static void handle(void *ctx, struct exchange *x)
{
    struct bench *b = ctx;

    pthread_mutex_lock(&b->lock);
    b->waiting[b->count++] = x;
    if (b->count == 1) {
        pthread_cond_signal(&b->changed);
    }
    pthread_mutex_unlock(&b->lock);
}

/* The writer: takes all there is, is busy for the time of a sync, answers all. */
static void *commit(void *ctx)
{
    struct bench *b = ctx;
    struct exchange *batch[CONNECTIONS_MAX];

    for (;;) {
        struct timespec sync = {.tv_nsec = b->commit_us * 1000};
        size_t count;

        pthread_mutex_lock(&b->lock);
        while (b->count == 0 && !b->ending) {
            pthread_cond_wait(&b->changed, &b->lock);
        }
        count = b->count;
        memcpy(batch, b->waiting, count * sizeof batch[0]);
        b->count = 0;
        pthread_mutex_unlock(&b->lock);
        if (count == 0) {
            return NULL;
        }
        if (b->commit_us > 0) {
            nanosleep(&sync, NULL);
        }
        for (size_t i = 0; i < count; i++) {
            exchange_take_reply(batch[i], &(struct reply){.status = 200});
        }
        atomic_fetch_add(&b->batches, 1);
    }
}

static void read_cpu(void *ctx)
{
    struct timespec cpu;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    atomic_store((_Atomic int64_t *)ctx, cpu.tv_sec * 1000000 + cpu.tv_nsec / 1000 + 1);
}

static int64_t loop_cpu_us(struct loop *loop)
{
    _Atomic int64_t cpu = 0;

    loop_post(loop, read_cpu, &cpu);
    while (atomic_load(&cpu) == 0) {
        usleep(100);
    }
    return atomic_load(&cpu);
}

static int connect_to(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check_bug(fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0);
    return fd;
}

static int64_t drive(uint16_t port, int connections, int64_t until_us)
{
    char request[1024], answer[2048];
    struct epoll_event events[256];
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int64_t answers = 0;
    int len =
        snprintf(request, sizeof request,
                 "POST /hooks/personio:acme HTTP/1.1\r\nHost: hooks.example.com\r\nUser-Agent: bench\r\n"
                 "Content-Type: application/json\r\nX-Signature: %064d\r\nContent-Length: 600\r\n\r\n",
                 7);

    memset(request + len, 'x', sizeof request - (size_t)len);
    len += 600;
    for (int i = 0; i < connections; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = connect_to(port)};

        check_bug(epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event) == 0);
        check_bug(send(event.data.fd, request, (size_t)len, 0) == len);
    }
    while (clock_mono_us(clock_system()) < until_us) {
        int count = epoll_wait(epoll, events, 256, 1000);

        for (int i = 0; i < count; i++) {
            check_bug(recv(events[i].data.fd, answer, sizeof answer, 0) > 12);
            check_bug(memcmp(answer, "HTTP/1.1 200", 12) == 0);
            answers++;
            check_bug(send(events[i].data.fd, request, (size_t)len, 0) == len);
        }
    }
    close(epoll);
    return answers;
}

int main(int argc, char **argv)
{
    int connections = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 64;
    int seconds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 3;
    struct bench b = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    struct server_options options = {.name = "bench",
                                     .listen = "127.0.0.1:0",
                                     .body_max = 1000000,
                                     .header_max = 8192,
                                     .connections_max = CONNECTIONS_MAX,
                                     .first_byte_timeout_ms = 30000,
                                     .request_timeout_ms = 30000};
    struct metrics *metrics = metrics_new();
    struct server *server;
    struct weir_error err;
    struct loop *loop;
    pthread_t writer;
    int64_t begin_us, cpu_us, answers;

    b.commit_us = argc > 3 ? strtol(argv[3], NULL, 10) : 0;
    check_bug(connections > 0 && connections <= CONNECTIONS_MAX);
    check_bug(loop_new(&loop, clock_system(), metrics, &err) == 0);
    check_bug(server_open(&server, loop, &options, (struct server_handler){handle, NULL, &b}, &err) == 0);
    check_bug(loop_start(loop, &err) == 0);
    check_bug(pthread_create(&writer, NULL, commit, &b) == 0);
    begin_us = clock_mono_us(clock_system());
    cpu_us = loop_cpu_us(loop);
    answers = drive(server_port(server), connections, begin_us + (int64_t)seconds * 1000000);
    cpu_us = loop_cpu_us(loop) - cpu_us;
    printf("%d connections: %.0f answers/s, %.2f us of the loop's CPU each, %.1f answers a batch\n",
           connections, (double)answers / seconds, (double)cpu_us / (double)answers,
           (double)answers / (double)atomic_load(&b.batches));
    pthread_mutex_lock(&b.lock);
    b.ending = true;
    pthread_cond_signal(&b.changed);
    pthread_mutex_unlock(&b.lock);
    loop_stop(loop, 0);
    pthread_join(writer, NULL);
    loop_free(loop);
    metrics_free(metrics);
    return 0;
}
