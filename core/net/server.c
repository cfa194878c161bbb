/*
 * server: one listening socket, that is one daemon of the library, without a thread of its own.
 */
#include "net/server.h"
#include "net/server_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROUNDS_MAX 4
#define POOL_BESIDE 3072
#define CONNECTIONS_SLACK 16 /* at its own limit the library leaves peers waiting; at ours they are told */

static void on_message(void *cls, const char *format, va_list args) WEIR_PRINTF(2, 0);

static void on_message(void *cls, const char *format, va_list args)
{
    struct server *server = cls;

    /* Of interest while the server is opened alone; later on it is about peers that went away. */
    if (server->daemon == NULL) {
        (void)vsnprintf(server->library_message, sizeof server->library_message, format, args);
        server->library_message[strcspn(server->library_message, "\r\n")] = '\0';
    }
}

/* Targets go to the handler as they came, and nobody asks the library for a decoded one. */
static size_t keep_escapes(void *cls, struct MHD_Connection *mhd, char *text)
{
    (void)cls;
    (void)mhd;
    return strlen(text);
}

static int start_daemon(struct server *server, const struct server_options *options, struct weir_error *err)
{
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    /* Beside the header block the library's pool holds its lists and the answer's headers. It is wiped
     * after each request, so a bigger one costs time as well. */
    size_t memory = server->header_max + POOL_BESIDE;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)options->tls_certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)options->tls_key},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    const union MHD_DaemonInfo *info;
    struct MHD_Daemon *daemon;

    if (server->tls) {
        flags |= MHD_USE_TLS;
    }
    daemon = MHD_start_daemon(
        flags, 0, connection_may_come, server, request_on_access, server, MHD_OPTION_EXTERNAL_LOGGER,
        on_message, server, MHD_OPTION_LISTEN_SOCKET, server->listen_fd, MHD_OPTION_URI_LOG_CALLBACK,
        request_on_uri, server, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED,
        request_on_completed, server, MHD_OPTION_NOTIFY_CONNECTION, connection_on_notify, server,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)options->connections_max + CONNECTIONS_SLACK, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)options->connections_per_address_max, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY,
        server->tls ? tls : none, MHD_OPTION_END);
    if (daemon == NULL && server->tls) {
        server->listen_fd = -1; /* the library closes it when TLS is what fails, and only then */
        return weir_fail(err, WEIR_E_CONFIG,
                         "cannot serve on %s: the certificate or its key is not PEM, or they do not belong "
                         "together (%s)",
                         options->listen, server->library_message);
    }
    if (daemon == NULL) {
        return weir_fail(err, WEIR_E_CONFIG, "cannot serve on %s: the HTTP library does not start (%s)",
                         options->listen, server->library_message);
    }
    server->daemon = daemon;
    info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info == NULL || info->epoll_fd < 0) {
        return weir_fail(err, WEIR_E_IO, "cannot serve on %s: the HTTP library has no epoll",
                         options->listen);
    }
    server->epoll_fd = info->epoll_fd;
    return 0;
}

static int make_answers(struct server *server, struct weir_error *err)
{
    server->empty = MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    server->empty_close = MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    if (server->empty == NULL || server->empty_close == NULL ||
        MHD_add_response_header(server->empty_close, "Connection", "close") != MHD_YES) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for an HTTP server");
    }
    return 0;
}

static void make_metrics(struct server *server)
{
    struct metrics *m = server->loop->metrics;
    char labels[96];

    (void)snprintf(labels, sizeof labels, "server=\"%.32s\"", server->name);
    server->connections = metrics_gauge(m, "weir_http_connections", "Open connections", labels);
    server->timeouts =
        metrics_counter(m, "weir_http_timeouts_total", "Connections ended at a deadline", labels);
    for (int class = 1; class <= 5; class ++) {
        (void)snprintf(labels, sizeof labels, "server=\"%.32s\",status=\"%dxx\"", server->name, class);
        server->requests[class] =
            metrics_counter(m, "weir_http_requests_total", "Requests answered, by class of status", labels);
    }
}

static int watch_server(struct server *server, struct weir_error *err)
{
    struct epoll_event event = {.events = EPOLLIN};

    event.data.ptr = server;
    if (epoll_ctl(server->loop->epoll_fd, EPOLL_CTL_ADD, server->epoll_fd, &event) != 0) {
        return weir_fail(err, WEIR_E_IO, "cannot watch a server's sockets (errno %d)", errno);
    }
    server->ready = true; /* the first turn puts the listening socket into the library's set */
    return 0;
}

int server_open(struct server **out, struct loop *loop, const struct server_options *options,
                struct server_handler handler, struct weir_error *err)
{
    struct server *server = calloc(1, sizeof *server);
    int rc;

    if (server == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for an HTTP server");
    }
    server->watch.kind = WATCH_SERVER;
    server->loop = loop;
    server->handler = handler;
    server->listen_fd = -1;
    server->epoll_fd = -1;
    server->tls = options->tls_certificate != NULL;
    server->body_max = options->body_max;
    server->connections_max = options->connections_max;
    server->header_max = options->header_max < 1024 ? 1024 : options->header_max;
    server->timeout_us[PHASE_HEAD] = (int64_t)options->first_byte_timeout_ms * 1000;
    server->timeout_us[PHASE_BODY] = (int64_t)options->request_timeout_ms * 1000;
    server->timeout_us[PHASE_REPLY] = (int64_t)options->request_timeout_ms * 1000;
    server->name = strdup(options->name);
    if (server->name == NULL) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for an HTTP server");
        goto out;
    }
    make_metrics(server);
    rc = listen_open(&server->listen_fd, &server->port, &server->unix_path, options->listen, err);
    if (rc == 0) {
        rc = make_answers(server, err);
    }
    if (rc == 0) {
        rc = start_daemon(server, options, err);
    }
    if (rc == 0) {
        rc = watch_server(server, err);
    }
    if (rc == 0) {
        server->next = loop->servers;
        loop->servers = server;
        *out = server;
        server = NULL;
    }

out:
    server_free(server);
    return rc;
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

static void quiesce_posted(void *ctx)
{
    server_quiesce(ctx);
}

void server_stop_accepting(struct server *server)
{
    loop_post(server->loop, quiesce_posted, server);
}

void server_count(struct server *server, int status)
{
    if (status >= 100 && status <= 599) {
        metric_add(server->requests[status / 100], 1);
    }
}

void server_run(struct server *server)
{
    for (int round = 0; round < ROUNDS_MAX && server->ready; round++) {
        MHD_UNSIGNED_LONG_LONG wait_ms = 0;

        (void)MHD_run(server->daemon);
        /* No time-out of the library is set, so the only answer besides "none" is "at once". */
        server->ready = MHD_get_timeout(server->daemon, &wait_ms) == MHD_YES && wait_ms == 0;
    }
}

static void end_idle(struct server *server)
{
    struct connection *c = server->lists[PHASE_HEAD].first;

    while (c != NULL) {
        struct connection *next = c->next;
        char byte;

        /* One whose next request is already here is served. */
        if (c->x == NULL && recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) {
            deadline_clear(c);
            connection_end(c);
        }
        c = next;
    }
}

void server_quiesce(struct server *server)
{
    int fd;

    if (server->stopping || server->daemon == NULL) {
        return;
    }
    server->stopping = true;
    server->ready = true;
    fd = MHD_quiesce_daemon(server->daemon);
    if (fd >= 0) {
        (void)close(fd);
        server->listen_fd = -1;
    }
    if (server->unix_path != NULL) {
        (void)unlink(server->unix_path);
    }
    end_idle(server);
    for (struct stream *s = server->loop->streams; s != NULL; s = s->live_next) {
        if (s->conn->server == server) {
            (void)stream_cut(s, true);
        }
    }
}

void server_shut(struct server *server)
{
    if (server->daemon != NULL) {
        server_quiesce(server);
        MHD_stop_daemon(server->daemon);
        server->daemon = NULL;
    }
}

void server_free(struct server *server)
{
    if (server == NULL) {
        return;
    }
    server_shut(server);
    if (server->listen_fd >= 0) {
        (void)close(server->listen_fd);
    }
    if (server->unix_path != NULL && !server->stopping) {
        (void)unlink(server->unix_path);
    }
    if (server->empty != NULL) {
        MHD_destroy_response(server->empty);
    }
    if (server->empty_close != NULL) {
        MHD_destroy_response(server->empty_close);
    }
    free(server->unix_path);
    free(server->name);
    free(server);
}
