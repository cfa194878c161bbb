/*
 * http: any bytes, over a real socket, to a real server, which has to survive them and to hand its
 * handler nothing that breaks a promise of server.h. The first byte says where the bytes are cut in two.
 */
#include "net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define BODY_MAX 4096
#define HEADER_MAX 4096

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One server for the whole run: starting one for each input would test little else. */
static struct {
    struct metrics *metrics;
    struct loop *loop;
    struct server *server;
    unsigned inputs;
} fuzzed;

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void answer(void *ctx)
{
    struct exchange *x = ctx;
    struct weir_str path = exchange_path(x);

    exchange_take_reply(
        x, &(struct reply){.status = 200,
                           .content_type = path.len % 3 == 0 ? "text/plain" : NULL,
                           .body = path.len % 3 == 0 ? weir_str_bytes(path) : weir_bytes(NULL, 0)});
}

static void look(const struct exchange *x)
{
    struct weir_str path = exchange_path(x), value;
    size_t count, lengths = 0, encodings = 0, hosts = 0;
    const struct weir_header *headers = exchange_headers(&count, x);

    must(path.len > 0 && (path.data[0] == '/' || weir_str_is(path, "*")));
    must(memchr(path.data, '?', path.len) == NULL);
    must(exchange_method(x).len > 0);
    must(exchange_body(x).len <= BODY_MAX);
    must(count <= 100);
    for (size_t i = 0; i < count; i++) {
        struct weir_str name = headers[i].name;

        must(name.len > 0 && memchr(name.data, ' ', name.len) == NULL);
        must(headers[i].value.len == 0 || memchr(headers[i].value.data, '\n', headers[i].value.len) == NULL);
        lengths += name.len == 14 && strncasecmp(name.data, "content-length", 14) == 0;
        encodings += name.len == 17 && strncasecmp(name.data, "transfer-encoding", 17) == 0;
        hosts += name.len == 4 && strncasecmp(name.data, "host", 4) == 0;
    }
    must(lengths + encodings <= 1 && hosts <= 1);
    must(lengths + encodings > 0 || exchange_body(x).len == 0);
    if (lengths == 1) {
        must(exchange_header(&value, x, "content-length"));
    }
}

static void handle(void *ctx, struct exchange *x)
{
    (void)ctx;
    look(x);
    if (exchange_path(x).len % 2 == 0) {
        answer(x);
    } else {
        loop_post(fuzzed.loop, answer, x);
    }
}

static int admit(void *ctx, const struct exchange *x, uint32_t *retry_after_s)
{
    (void)ctx;
    *retry_after_s = 1;
    return weir_str_is(exchange_path(x), "/refused") ? 503 : 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct server_options options = {.name = "fuzz",
                                     .listen = "127.0.0.1:0",
                                     .body_max = BODY_MAX,
                                     .header_max = HEADER_MAX,
                                     .connections_max = 100,
                                     .first_byte_timeout_ms = 60000,
                                     .request_timeout_ms = 60000};
    struct weir_error err;

    (void)argc;
    (void)argv;
    fuzzed.metrics = metrics_new();
    must(loop_new(&fuzzed.loop, clock_system(), fuzzed.metrics, &err) == 0);
    must(server_open(&fuzzed.server, fuzzed.loop, &options, (struct server_handler){handle, admit, NULL},
                     &err) == 0);
    must(loop_start(fuzzed.loop, &err) == 0);
    return 0;
}

/* libFuzzer's watch rings SIGALRM every few seconds, and whatever waits then is interrupted. */
static void connect_to(int fd, const struct sockaddr_in *to)
{
    while (connect(fd, (const struct sockaddr *)to, sizeof *to) != 0 && errno != EISCONN) {
        must(errno == EINTR);
    }
}

static void receive(char *text, size_t size, int fd)
{
    for (size_t have = 0; have < size;) {
        ssize_t got = recv(fd, text + have, size - have, 0);

        must(got > 0 || (got < 0 && errno == EINTR));
        have += got > 0 ? (size_t)got : 0;
    }
}

static int connect_server(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(server_port(fuzzed.server))};
    struct linger hard = {.l_onoff = 1, .l_linger = 0}; /* or the ports run out in TIME_WAIT */
    struct timeval patience = {.tv_sec = 20};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(fd >= 0);
    connect_to(fd, &to);
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static void raise_flag(void *ctx)
{
    must(sem_post(ctx) == 0);
}

/* Until the loop has seen what was sent, and what that made it post. */
static void let_it_turn(void)
{
    for (int i = 0; i < 4; i++) {
        sem_t flag;

        must(sem_init(&flag, 0, 0) == 0);
        loop_post(fuzzed.loop, raise_flag, &flag);
        while (sem_wait(&flag) != 0) {
            must(errno == EINTR);
        }
        must(sem_destroy(&flag) == 0);
    }
}

static void talk(const uint8_t *data, size_t size, size_t cut)
{
    int fd = connect_server();
    char waste[4096];

    if (cut > 0 && cut < size) {
        (void)send(fd, data, cut, MSG_NOSIGNAL);
        let_it_turn();
        data += cut;
        size -= cut;
    }
    (void)send(fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    let_it_turn();
    while (recv(fd, waste, sizeof waste, MSG_DONTWAIT) > 0) {
        continue;
    }
    (void)close(fd);
}

static void ask_for_life(void)
{
    static const char request[] = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
    int fd = connect_server();
    char text[16] = "";

    must(send(fd, request, sizeof request - 1, MSG_NOSIGNAL) == (ssize_t)sizeof request - 1);
    receive(text, 12, fd);
    must(strcmp(text, "HTTP/1.1 200") == 0);
    (void)close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0) {
        talk(data + 1, size - 1, data[0]);
    }
    if (++fuzzed.inputs % 128 == 0) {
        ask_for_life();
    }
    return 0;
}
