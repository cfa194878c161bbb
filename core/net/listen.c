/*
 * listen: an address of the configuration to a listening socket, with an error that says which
 * address it was and what is wrong with it.
 */
#include "net/server_internal.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 4096

/* "host:port" or "[host]:port" into host and port. */
static bool split_address(char *host, size_t host_cap, char *port, size_t port_cap, const char *address)
{
    const char *colon = strrchr(address, ':');
    const char *from = address;
    size_t len;

    if (colon == NULL || colon == address || colon[1] == '\0' || strlen(colon + 1) >= port_cap ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1)) {
        return false;
    }
    len = (size_t)(colon - address);
    if (address[0] == '[') {
        if (len < 3 || colon[-1] != ']') {
            return false;
        }
        from++;
        len -= 2;
    } else if (memchr(address, ':', len) != NULL) {
        return false; /* an IPv6 address without brackets */
    }
    if (len >= host_cap) {
        return false;
    }
    memcpy(host, from, len);
    host[len] = '\0';
    memcpy(port, colon + 1, strlen(colon + 1) + 1);
    return strtoul(port, NULL, 10) <= 65535;
}

static int bind_failed(struct weir_error *err, const char *address, int code)
{
    switch (code) {
    case EADDRINUSE:
        return weir_fail(err, WEIR_E_CONFIG, "cannot listen on %s: the address is in use", address);
    case EACCES:
    case EPERM:
        return weir_fail(err, WEIR_E_CONFIG,
                         "cannot listen on %s: not permitted; take a port above 1023, or grant the right",
                         address);
    case EADDRNOTAVAIL:
        return weir_fail(err, WEIR_E_CONFIG, "cannot listen on %s: this machine has no such address",
                         address);
    case ENOENT:
    case ENOTDIR:
        return weir_fail(err, WEIR_E_CONFIG, "cannot listen on %s: its folder does not exist", address);
    default:
        return weir_fail(err, WEIR_E_CONFIG, "cannot listen on %s (errno %d)", address, code);
    }
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;

    if (getsockname(fd, (struct sockaddr *)&bound, &len) != 0) {
        return 0;
    }
    if (bound.ss_family == AF_INET6) {
        return ntohs(((const struct sockaddr_in6 *)(const void *)&bound)->sin6_port);
    }
    return ntohs(((const struct sockaddr_in *)(const void *)&bound)->sin_port);
}

static int listen_on(int *out, const struct addrinfo *info, const char *address, struct weir_error *err)
{
    int on = 1, off = 0, code;
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return bind_failed(err, address, errno);
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* accepted ones inherit it */
    if (info->ai_family == AF_INET6) {
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    }
    if (bind(fd, info->ai_addr, info->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        code = errno;
        (void)close(fd);
        return bind_failed(err, address, code);
    }
    *out = fd;
    return 0;
}

static int listen_tcp(int *fd, uint16_t *port, const char *address, struct weir_error *err)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *info = NULL;
    char host[256], service[8];
    int rc;

    if (!split_address(host, sizeof host, service, sizeof service, address)) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "listen address \"%s\" is not one; write \"127.0.0.1:8080\", \"[::1]:8080\" or "
                         "\"unix:/run/weir.sock\"",
                         address);
    }
    if (getaddrinfo(host, service, &hints, &info) != 0) {
        return weir_fail(err, WEIR_E_CONFIG, "cannot listen on %s: \"%s\" is no address of this machine",
                         address, host);
    }
    rc = listen_on(fd, info, address, err);
    freeaddrinfo(info);
    if (rc == 0) {
        *port = port_of(*fd);
    }
    return rc;
}

/* A socket file that nobody answers on is left from a crash; one that answers is another daemon's. */
static bool unix_is_stale(const struct sockaddr_un *where)
{
    struct stat st;
    int fd, rc, code;

    if (lstat(where->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode)) {
        return false;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return false;
    }
    rc = connect(fd, (const struct sockaddr *)where, sizeof *where);
    code = errno;
    (void)close(fd);
    return rc != 0 && code == ECONNREFUSED;
}

static int listen_unix(int *out, char **unix_path, const char *address, struct weir_error *err)
{
    const char *path = address + strlen("unix:");
    struct sockaddr_un where = {.sun_family = AF_UNIX};
    int fd, code;

    if (path[0] != '/' || strlen(path) >= sizeof where.sun_path) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "listen address \"%s\": write unix: and an absolute path of at most %zu bytes",
                         address, sizeof where.sun_path - 1);
    }
    memcpy(where.sun_path, path, strlen(path) + 1);
    *unix_path = strdup(path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || *unix_path == NULL) {
        code = errno;
        goto failed;
    }
    if (unix_is_stale(&where)) {
        (void)unlink(where.sun_path);
    }
    /* The mode of the socket is that of the file to be: never open to others, not even for a moment. */
    if (fchmod(fd, 0600) != 0 || bind(fd, (const struct sockaddr *)&where, sizeof where) != 0) {
        code = errno;
        goto failed;
    }
    if (listen(fd, BACKLOG) != 0) {
        code = errno;
        (void)unlink(where.sun_path);
        goto failed;
    }
    *out = fd;
    return 0;

failed:
    free(*unix_path);
    *unix_path = NULL;
    if (fd >= 0) {
        (void)close(fd);
    }
    return bind_failed(err, address, code);
}

int listen_open(int *fd, uint16_t *port, char **unix_path, const char *address, struct weir_error *err)
{
    *port = 0;
    *unix_path = NULL;
    if (strncmp(address, "unix:", 5) == 0) {
        return listen_unix(fd, unix_path, address, err);
    }
    return listen_tcp(fd, port, address, err);
}
