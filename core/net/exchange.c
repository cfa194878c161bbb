/*
 * exchange: one request and its answer, as its holder sees them.
 */
#include "net/server_internal.h"

#include <stdlib.h>
#include <strings.h>

#define POOL_MAX 512
#define KEEP_BODY (8 * 1024)
#define KEEP_ARENA (16 * 1024)
#define REPLY_BYTES_PER_ROUND (1024 * 1024)

struct exchange *exchange_get(struct loop *loop)
{
    struct exchange *x = loop->pool;

    if (x != NULL) {
        loop->pool = x->next;
        loop->pool_count--;
        x->next = NULL;
        return x;
    }
    x = calloc(1, sizeof *x);
    if (x != NULL) {
        x->mailbox = loop->mailbox;
        buf_init(&x->body, 0);
    }
    return x;
}

static void exchange_free(struct exchange *x)
{
    if (x->response != NULL) {
        MHD_destroy_response(x->response);
    }
    buf_fini(&x->body);
    free(x->arena);
    free(x);
}

/* loop NULL: it may be gone. */
void exchange_put(struct loop *loop, struct exchange *x)
{
    if (loop == NULL || loop->pool_count >= POOL_MAX) {
        exchange_free(x);
        return;
    }
    if (x->response != NULL) {
        MHD_destroy_response(x->response);
    }
    if (x->body.cap > KEEP_BODY) {
        buf_fini(&x->body);
        buf_init(&x->body, 0);
    }
    buf_clear(&x->body);
    if (x->arena_cap > KEEP_ARENA) {
        free(x->arena);
        x->arena = NULL;
        x->arena_cap = 0;
    }
    x->conn = NULL;
    x->held_prev = x->held_next = NULL;
    x->method = x->path = x->query = weir_str(NULL);
    x->header_count = 0;
    x->uri_len = 0;
    x->received_us = 0;
    x->body_announced = 0;
    x->chunked = x->headers_done = x->answered = x->close = false;
    x->status = 0;
    x->reply_len = 0;
    x->response = NULL;
    x->stream = NULL;
    x->next = loop->pool;
    loop->pool = x;
    loop->pool_count++;
}

void exchange_free_all(struct loop *loop)
{
    while (loop->pool != NULL) {
        struct exchange *x = loop->pool;

        loop->pool = x->next;
        exchange_free(x);
    }
    loop->pool_count = 0;
}

void exchange_hold(struct loop *loop, struct exchange *x)
{
    x->held_prev = NULL;
    x->held_next = loop->held;
    if (loop->held != NULL) {
        loop->held->held_prev = x;
    }
    loop->held = x;
}

void exchange_unhold(struct loop *loop, struct exchange *x)
{
    if (x->held_prev != NULL) {
        x->held_prev->held_next = x->held_next;
    } else {
        loop->held = x->held_next;
    }
    if (x->held_next != NULL) {
        x->held_next->held_prev = x->held_prev;
    }
    x->held_prev = x->held_next = NULL;
}

void exchange_orphan_locked(struct exchange *x)
{
    x->conn->x = NULL;
    x->conn = NULL;
    x->orphaned = true;
    x->mailbox->orphans++;
}

/* ---- what it lends ---- */

struct weir_str exchange_method(const struct exchange *x)
{
    return x->method;
}

struct weir_str exchange_path(const struct exchange *x)
{
    return x->path;
}

struct weir_str exchange_query(const struct exchange *x)
{
    return x->query;
}

struct weir_bytes exchange_body(const struct exchange *x)
{
    return buf_bytes(&x->body);
}

const struct weir_header *exchange_headers(size_t *count, const struct exchange *x)
{
    *count = x->header_count;
    return x->headers;
}

bool exchange_header(struct weir_str *value, const struct exchange *x, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < x->header_count; i++) {
        const struct weir_header *h = &x->headers[i];

        if (h->name.len == len && strncasecmp(h->name.data, name, len) == 0) {
            *value = h->value;
            return true;
        }
    }
    return false;
}

struct weir_str exchange_peer(const struct exchange *x)
{
    return weir_str(x->peer);
}

bool exchange_is_tls(const struct exchange *x)
{
    return x->tls;
}

int64_t exchange_received_us(const struct exchange *x)
{
    return x->received_us;
}

/* ---- the answer ---- */

/* The server's own affair; a second one would contradict it. */
static bool is_ours(struct weir_str name)
{
    static const char *const ours[] = {"date", "connection", "content-length", "transfer-encoding",
                                       "keep-alive"};

    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (name.len == strlen(ours[i]) && strncasecmp(name.data, ours[i], name.len) == 0) {
            return true;
        }
    }
    return false;
}

/* The library wants terminated text, and refuses CR, LF and empty values by itself. */
static void add_header(struct MHD_Response *response, struct weir_str name, struct weir_str value)
{
    char small[512];
    size_t need = name.len + value.len + 2;
    char *text = need <= sizeof small ? small : malloc(need);

    if (text == NULL) {
        return;
    }
    if (name.len > 0) {
        memcpy(text, name.data, name.len);
    }
    text[name.len] = '\0';
    if (value.len > 0) {
        memcpy(text + name.len + 1, value.data, value.len);
    }
    text[need - 1] = '\0';
    if (strlen(text) == name.len && strlen(text + name.len + 1) == value.len) {
        (void)MHD_add_response_header(response, text, text + name.len + 1);
    }
    if (text != small) {
        free(text);
    }
}

static struct MHD_Response *make_response(const struct reply *reply)
{
    struct MHD_Response *response;
    char seconds[16];

    if (reply->take_body != NULL) {
        response = MHD_create_response_from_buffer(reply->body.len, reply->take_body, MHD_RESPMEM_MUST_FREE);
        if (response == NULL) {
            free(reply->take_body);
        }
    } else {
        response = MHD_create_response_from_buffer(
            reply->body.len, (void *)(uintptr_t)(reply->body.len > 0 ? (const void *)reply->body.data : ""),
            reply->body.len > 0 ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_PERSISTENT);
    }
    if (response == NULL) {
        return NULL;
    }
    if (reply->content_type != NULL) {
        add_header(response, weir_str("Content-Type"), weir_str(reply->content_type));
    }
    if (reply->retry_after_s > 0) {
        (void)snprintf(seconds, sizeof seconds, "%u", (unsigned)reply->retry_after_s);
        add_header(response, weir_str("Retry-After"), weir_str(seconds));
    }
    for (size_t i = 0; i < reply->header_count; i++) {
        if (!is_ours(reply->headers[i].name)) {
            add_header(response, reply->headers[i].name, reply->headers[i].value);
        }
    }
    return response;
}

void exchange_answer(struct exchange *x, const struct reply *reply)
{
    bool plain = reply->body.len == 0 && reply->take_body == NULL && reply->content_type == NULL &&
                 reply->header_count == 0 && reply->retry_after_s == 0;

    /* A status may come from a connector; one that is none is our failure towards the peer. */
    x->status = reply->status >= 200 && reply->status <= 599 ? reply->status : 500;
    x->close = reply->close;
    x->reply_len = reply->body.len;
    x->response = plain ? NULL : make_response(reply);
    if (!plain && x->response == NULL) {
        x->status = 503; /* no memory for what was to be said */
        x->reply_len = 0;
    }
}

enum MHD_Result exchange_queue(struct exchange *x)
{
    struct connection *c = x->conn;
    struct server *server = c->server;
    bool close = x->close || server->stopping;
    struct MHD_Response *response = x->response;
    enum MHD_Result queued;

    if (response == NULL) {
        response = close ? server->empty_close : server->empty;
    } else if (close) {
        (void)MHD_add_response_header(response, "Connection", "close");
    }
    c->extensions = (uint32_t)(x->reply_len / REPLY_BYTES_PER_ROUND);
    deadline_set(c, PHASE_REPLY);
    if (x->stream != NULL) {
        stream_attach(x->stream, c);
    }
    queued = MHD_queue_response(c->mhd, (unsigned)x->status, response);
    if (queued != MHD_YES && x->stream != NULL) {
        stream_detach(x->stream);
        x->stream = NULL;
    }
    if (x->response != NULL) {
        MHD_destroy_response(x->response);
        x->response = NULL;
    }
    server_count(server, x->status);
    return queued;
}

static void hand_in(struct exchange *x)
{
    struct mailbox *box = x->mailbox;

    if (pthread_equal(pthread_self(), box->thread) && box->in_handler == x) {
        x->answered = true; /* whoever called the handler sees it */
        return;
    }
    mailbox_push_reply(box, x);
}

void exchange_take_reply(struct exchange *x, const struct reply *reply)
{
    exchange_answer(x, reply);
    hand_in(x);
}

struct stream *exchange_take_stream(struct exchange *x, const struct stream_options *options)
{
    struct stream *s = NULL;
    struct MHD_Response *response = stream_new(&s, x->mailbox, options);

    if (response == NULL) {
        exchange_take_reply(x, &(struct reply){.status = 503, .retry_after_s = 1});
        return NULL;
    }
    add_header(response, weir_str("Content-Type"), weir_str(options->content_type));
    for (size_t i = 0; i < options->header_count; i++) {
        if (!is_ours(options->headers[i].name)) {
            add_header(response, options->headers[i].name, options->headers[i].value);
        }
    }
    x->status = options->status;
    x->reply_len = 0;
    x->close = true; /* a connection that was a stream is not used again */
    x->response = response;
    x->stream = s;
    hand_in(x);
    return s;
}
