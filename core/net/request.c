/*
 * request: what the library calls while a request arrives, from its first line to its last byte.
 *
 * An exchange begins with the request line, is refused early if it can be, and is given to the
 * handler when it is whole. If the handler did not answer at once the connection is suspended; an
 * answer that another thread gave meanwhile waits in the mailbox, which only this thread empties, so
 * it cannot be seen too early.
 */
#include "net/server_internal.h"

void *request_on_uri(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    struct server *server = cls;
    struct connection *c = connection_of(mhd);
    struct exchange *x;

    if (c == NULL || c->x != NULL) {
        return c;
    }
    x = exchange_get(server->loop);
    if (x == NULL) {
        return c;
    }
    if (!framing_keep_target(x, uri)) {
        exchange_put(server->loop, x);
        return c;
    }
    x->conn = c;
    x->body.max = server->body_max;
    memcpy(x->peer, c->peer, sizeof x->peer);
    x->tls = server->tls;
    c->x = x;
    return c;
}

static enum MHD_Result refuse(struct connection *c, int status, uint32_t retry_after_s)
{
    struct exchange *x = c->x;

    c->linger = true;
    exchange_answer(x, &(struct reply){.status = status, .retry_after_s = retry_after_s, .close = true});
    return exchange_queue(x);
}

static enum MHD_Result read_headers(struct connection *c, const char *method, const char *version)
{
    struct server *server = c->server;
    struct exchange *x = c->x;
    uint32_t retry_after_s = 0;
    int status = framing_read(x, c->mhd, method, version, server->header_max);

    x->headers_done = true;
    if (status == 0 && x->body_announced > server->body_max) {
        status = 413;
    }
    if (status == 0 && server->handler.admit != NULL) {
        status = server->handler.admit(server->handler.ctx, x, &retry_after_s);
    }
    if (status != 0) {
        return refuse(c, status, retry_after_s);
    }
    if (x->body_announced > 0 || x->chunked) {
        deadline_set(c, PHASE_BODY);
    }
    return MHD_YES;
}

static enum MHD_Result read_data(struct connection *c, const char *data, size_t *data_len)
{
    struct exchange *x = c->x;

    buf_add(&x->body, data, *data_len);
    if (x->body.failed) {
        /* Only a chunked body gets here, or one there is no memory for. The library takes no answer
         * before the end of the body. */
        c->linger = true;
        connection_write_status(c, x->body.len + *data_len > x->body.max ? 413 : 503);
        return MHD_NO;
    }
    *data_len = 0;
    return MHD_YES;
}

static enum MHD_Result hand_over(struct connection *c)
{
    struct server *server = c->server;
    struct loop *loop = server->loop;
    struct exchange *x = c->x;

    if (loop->finished) {
        return MHD_NO;
    }
    deadline_clear(c);
    x->received_us = clock_mono_us(loop->clock);
    exchange_hold(loop, x);
    loop->mailbox->in_handler = x;
    server->handler.handle(server->handler.ctx, x);
    loop->mailbox->in_handler = NULL;
    if (x->answered) {
        exchange_unhold(loop, x);
        return exchange_queue(x);
    }
    MHD_suspend_connection(c->mhd);
    return MHD_YES;
}

enum MHD_Result request_on_access(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *data, size_t *data_len, void **request)
{
    struct connection *c = *request;

    (void)cls;
    (void)mhd;
    (void)url;
    if (c == NULL || c->x == NULL || c->ended) {
        return MHD_NO; /* closes the connection */
    }
    if (!c->x->headers_done) {
        return read_headers(c, method, version);
    }
    if (*data_len > 0) {
        return read_data(c, data, data_len);
    }
    return hand_over(c);
}

void request_on_completed(void *cls, struct MHD_Connection *mhd, void **request,
                          enum MHD_RequestTerminationCode code)
{
    struct server *server = cls;
    struct connection *c = *request;

    *request = NULL;
    if (c == NULL || c->x == NULL) {
        return;
    }
    if (c->x->status == 0) { /* not answered by us: broken off, or refused by the library itself */
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_HTTP_STATUS);

        if (info != NULL) {
            server_count(server, (int)info->http_status);
        }
    }
    if (c->x->stream != NULL) {
        stream_detach(c->x->stream);
    }
    exchange_put(server->loop, c->x);
    c->x = NULL;
    if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK && !c->ended) {
        deadline_set(c, PHASE_HEAD);
    } else {
        deadline_clear(c);
    }
}
