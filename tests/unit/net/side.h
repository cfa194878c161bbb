/*
 * side: a client and a server of ours as its other side, or a raw socket that answers once and behaves badly.
 */
#ifndef WEIR_TESTS_NET_SIDE_H
#define WEIR_TESTS_NET_SIDE_H

#include "fixture.h"

#include "net/client.h"

struct gathered {
    _Atomic int answered, stopped, other;
};

struct side {
    struct fixture *f;
    struct client *client;
    struct metrics *metrics;
    char url[64];
    struct gathered second;
};

static inline struct side *side_new(enum answer_mode mode)
{
    struct side *s = calloc(1, sizeof *s);
    struct weir_error err;

    s->f = fixture_new(NULL, mode);
    s->metrics = metrics_new();
    EXPECT_INT(
        0, client_open(&s->client, &(struct client_options){.user_agent = "weir-test"}, s->metrics, &err));
    (void)snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u/p?token=secret",
                   (unsigned)server_port(s->f->server));
    return s;
}

static inline void side_free(struct side *s)
{
    client_stop(s->client);
    client_close(s->client);
    fixture_free(s->f);
    metrics_free(s->metrics);
    free(s);
}

static inline struct client_request request_to(const char *url)
{
    return (struct client_request){.method = "GET",
                                   .url = weir_str(url),
                                   .timeout_ms = PATIENCE_MS,
                                   .response_max = 10000000,
                                   .allow_private = true};
}

static inline int64_t counted(struct side *s, const char *outcome)
{
    char labels[64];

    (void)snprintf(labels, sizeof labels, "outcome=\"%s\"", outcome);
    return metric_value(metrics_counter(s->metrics, "weir_client_requests_total", "", labels));
}

static inline void expect_outcome(struct side *s, const struct client_request *request,
                                  enum client_outcome want)
{
    struct client_response *r = NULL;

    client_call(s->client, request, &r);
    if (r->outcome != want) {
        fail_msg("%s (%s) instead of %s", client_outcome_word(r->outcome), r->detail,
                 client_outcome_word(want));
    }
    EXPECT(strstr(r->detail, "secret") == NULL);
    EXPECT_INT(want != CLIENT_ANSWERED, r->detail[0] != '\0');
    EXPECT_INT(1, counted(s, client_outcome_word(want)));
    EXPECT_INT(0, metric_value(metrics_gauge(s->metrics, "weir_client_in_flight", "", "")));
    if (want != CLIENT_ANSWERED) {
        EXPECT_INT(0, r->status);
        EXPECT_INT(0, r->body.len);
    }
    client_response_free(r);
}

/* ---- a server of one answer ---- */

struct raw {
    int fd;
    _Atomic int peer; /* 0: none yet */
    uint16_t port;
    const char *answer; /* NULL: none, but the connection is kept */
    const char *bytes;  /* after the answer */
    size_t byte_count;
    pthread_t thread;
    char got[4096];
};

static inline void *raw_run(void *arg)
{
    struct raw *raw = arg;
    int fd = accept(raw->fd, NULL, NULL);
    char byte;

    if (fd < 0) {
        return NULL;
    }
    atomic_store(&raw->peer, fd);
    (void)!recv(fd, raw->got, sizeof raw->got - 1, 0);
    if (raw->answer != NULL) {
        peer_send(fd, raw->answer);
        if (raw->byte_count > 0) {
            (void)!send(fd, raw->bytes, raw->byte_count, MSG_NOSIGNAL);
        }
        shutdown(fd, SHUT_WR);
    }
    while (recv(fd, &byte, 1, 0) > 0) {
        continue;
    }
    return NULL;
}

static inline void raw_open(struct raw *raw, const char *answer)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t len = sizeof at;

    memset(raw, 0, sizeof *raw);
    raw->answer = answer;
    raw->fd = socket(AF_INET, SOCK_STREAM, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_INT(0, bind(raw->fd, (struct sockaddr *)&at, sizeof at));
    EXPECT_INT(0, listen(raw->fd, 8));
    EXPECT_INT(0, getsockname(raw->fd, (struct sockaddr *)&at, &len));
    raw->port = ntohs(at.sin_port);
}

static inline void raw_start(struct raw *raw)
{
    pthread_create(&raw->thread, NULL, raw_run, raw);
}

static inline void raw_stop(struct raw *raw)
{
    int peer = atomic_load(&raw->peer);

    shutdown(raw->fd, SHUT_RDWR);
    if (peer != 0) {
        shutdown(peer, SHUT_RDWR); /* the client keeps its end for the next request */
    }
    pthread_join(raw->thread, NULL);
    close(raw->fd);
    if (peer != 0) {
        close(peer);
    }
}

static inline void expect_raw(const char *answer, size_t response_max, uint32_t timeout_ms,
                              enum client_outcome want)
{
    struct side *s = side_new(ANSWER_ECHO);
    struct client_request request = request_to(s->url);
    struct raw raw;
    char url[64];

    raw_open(&raw, answer);
    raw_start(&raw);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/?token=secret", (unsigned)raw.port);
    request.url = weir_str(url);
    request.response_max = response_max;
    request.timeout_ms = timeout_ms;
    expect_outcome(s, &request, want);
    raw_stop(&raw);
    EXPECT(strstr(raw.got, "User-Agent: weir-test\r\n") != NULL);
    side_free(s);
}

static inline void gather(void *ctx, const struct client_response *response)
{
    struct gathered *g = ctx;

    if (response->outcome == CLIENT_ANSWERED && response->status == 200) {
        atomic_fetch_add(&g->answered, 1);
    } else if (response->outcome == CLIENT_STOPPED) {
        atomic_fetch_add(&g->stopped, 1);
    } else {
        atomic_fetch_add(&g->other, 1);
    }
}

#endif
