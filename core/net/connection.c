/*
 * connection: our side of an accepted socket, from accept to close.
 */
#include "net/server_internal.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

static void name_peer(struct connection *c, const struct sockaddr *addr)
{
    const void *bytes = NULL;
    int family = AF_UNSPEC;

    if (addr != NULL && addr->sa_family == AF_INET) {
        family = AF_INET;
        bytes = &((const struct sockaddr_in *)(const void *)addr)->sin_addr;
    } else if (addr != NULL && addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)addr;

        family = AF_INET6;
        bytes = &six->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
            family = AF_INET;
            bytes = six->sin6_addr.s6_addr + 12;
        }
    }
    if (bytes == NULL || inet_ntop(family, bytes, c->peer, sizeof c->peer) == NULL) {
        memcpy(c->peer, "unix", sizeof "unix");
    }
}

static struct connection *connection_new(struct server *server, struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info;
    struct connection *c = calloc(1, sizeof *c);

    if (c == NULL) {
        return NULL;
    }
    c->server = server;
    c->mhd = mhd;
    c->phase = PHASE_NONE;
    info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    c->fd = info != NULL ? info->connect_fd : -1;
    info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    name_peer(c, info != NULL && server->unix_path == NULL ? info->client_addr : NULL);
    return c;
}

static void connection_free(struct connection *c)
{
    struct server *server = c->server;

    deadline_clear(c);
    if (c->x != NULL) {
        exchange_put(server->loop, c->x);
    }
    if (c->linger && !server->tls) {
        int fd = fcntl(c->fd, F_DUPFD_CLOEXEC, 0);

        if (fd >= 0) {
            (void)shutdown(fd, SHUT_WR);
            linger_add(server->loop, fd);
        }
    }
    server->connection_count--;
    metric_set(server->connections, server->connection_count);
    free(c);
}

enum MHD_Result connection_may_come(void *cls, const struct sockaddr *addr, socklen_t addr_len)
{
    const struct server *server = cls;

    (void)addr;
    (void)addr_len;
    return server->connection_count < server->connections_max ? MHD_YES : MHD_NO;
}

void connection_on_notify(void *cls, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct server *server = cls;
    struct connection *c;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        c = *context;
        *context = NULL;
        if (c != NULL) {
            connection_free(c);
        }
        return;
    }
    c = connection_new(server, mhd);
    *context = c; /* without one, its first request ends it */
    if (c != NULL) {
        server->connection_count++;
        metric_set(server->connections, server->connection_count);
        deadline_set(c, PHASE_HEAD);
    }
}

struct connection *connection_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info != NULL ? info->socket_context : NULL;
}

void connection_write_status(struct connection *c, int status)
{
    const char *phrase = status == 408   ? "Request Timeout"
                         : status == 413 ? "Content Too Large"
                                         : "Unavailable";
    char line[128];
    int len;

    server_count(c->server, status);
    if (c->server->tls) {
        return;
    }
    len = snprintf(line, sizeof line, "HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                   status, phrase);
    if (send(c->fd, line, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
        return; /* the peer is gone, or does not read: it is closed without a word */
    }
}

void connection_end(struct connection *c)
{
    c->ended = true;
    (void)shutdown(c->fd, SHUT_RDWR);
}
