/*
 * server: an HTTP/1.1 server on libmicrohttpd, driven by one epoll loop of our own.
 *
 * It accepts, parses, bounds and hands each whole request to one handler on the loop thread; the
 * handler answers at once, or keeps the exchange and answers later from any thread. Knows nothing of
 * routes, keys or the store.
 *
 * Why our own loop: the library's internal epoll thread stalls when exactly 128 events are ready at
 * once (0.9.75, Debian 12). Limits that the library lacks are kept here: absolute deadlines, body
 * bytes, ambiguous framing.
 */
#ifndef WEIR_NET_SERVER_H
#define WEIR_NET_SERVER_H

#include "base/clock.h"
#include "base/metrics.h"
#include "weir/connector.h" /* struct weir_header */

struct loop;     /* the epoll loop and its thread; may carry several servers */
struct server;   /* one listening socket */
struct exchange; /* one request and its answer */

struct server_options {
    const char *name;   /* "public", "admin": for logs and metrics */
    const char *listen; /* "0.0.0.0:8080", "[::1]:8080", "127.0.0.1:0", "unix:/run/weir.sock" (mode 0600) */
    const char *tls_certificate, *tls_key; /* PEM text; NULL: plain */
    size_t body_max;          /* a longer body is answered 413, before it is read where it is announced */
    size_t header_max;        /* request line and headers; answered 431 (414 for the line alone) */
    uint32_t connections_max; /* further ones are closed at once */
    uint32_t connections_per_address_max; /* 0: no such limit */
    uint32_t first_byte_timeout_ms;       /* from accept, or the last answer, to a whole header block */
    uint32_t request_timeout_ms; /* from the headers to the whole request: 408 where possible, then closed */
};

/*
 * handler: loop thread. The exchange and what it lends live until it is answered, which has to
 * happen exactly once, now or later.
 * admit (may be NULL): loop thread, when the headers are there and the body is not. It may answer
 * by returning a status other than 0 (the connection is then closed after the answer), so that a
 * refused body is never read. retry_after_s goes out as Retry-After when not 0.
 */
struct server_handler {
    void (*handle)(void *ctx, struct exchange *x);
    int (*admit)(void *ctx, const struct exchange *x, uint32_t *retry_after_s);
    void *ctx;
};

/* Thread: setup. The thread starts with loop_start and is joined by loop_stop. */
int loop_new(struct loop **out, const struct clock *clock, struct metrics *metrics, struct weir_error *err);
int loop_start(struct loop *loop, struct weir_error *err);
/* Stop accepting, let exchanges be answered until grace_ms have passed, then close what is left
 * and join. Exchanges still unanswered may be answered after that: it does nothing. */
void loop_stop(struct loop *loop, uint32_t grace_ms);
void loop_free(struct loop *loop); /* after loop_stop; frees its servers */
/* Run fn(ctx) on the loop thread soon. Thread: any. */
void loop_post(struct loop *loop, void (*fn)(void *ctx), void *ctx);

/* Listen. WEIR_E_CONFIG: the address is bad, taken or not ours; the message says which. The server
 * belongs to the loop. Thread: setup (before loop_start). */
int server_open(struct server **out, struct loop *loop, const struct server_options *options,
                struct server_handler handler, struct weir_error *err);
/* The port it listens on (useful when 0 was asked for); 0 for a Unix socket. Thread: any. */
uint16_t server_port(const struct server *server);
/* Close idle connections and accept no further one; what runs goes on. Thread: any. */
void server_stop_accepting(struct server *server);

/* ---- one exchange. Spans are lent until it is answered. Thread: any, but one at a time. ---- */

struct weir_str exchange_method(const struct exchange *x);
struct weir_str exchange_path(const struct exchange *x);  /* undecoded, without the query */
struct weir_str exchange_query(const struct exchange *x); /* undecoded, without "?", may be empty */
struct weir_bytes exchange_body(const struct exchange *x);
const struct weir_header *exchange_headers(size_t *count, const struct exchange *x);
/* The first header of that name, compared without case; false: there is none. */
bool exchange_header(struct weir_str *value, const struct exchange *x, const char *name);
/* The peer's address as text ("127.0.0.1"; "unix"). */
struct weir_str exchange_peer(const struct exchange *x);
bool exchange_is_tls(const struct exchange *x); /* ended by us; a proxy before us may have had its own */
int64_t exchange_received_us(const struct exchange *x); /* clock_mono_us when the request was whole */

struct reply {
    int status;
    const char *content_type;          /* NULL: none (an empty body) */
    struct weir_bytes body;            /* copied */
    char *take_body;                   /* instead of body: malloc'd, body.len long, becomes the server's */
    const struct weir_header *headers; /* further ones, copied */
    size_t header_count;
    uint32_t retry_after_s; /* 0: none */
    bool close;             /* end the connection after this answer */
};

/* Answer; x is gone for the caller afterwards. HEAD sends no body. Thread: any. */
void exchange_take_reply(struct exchange *x, const struct reply *reply);

#endif
