/*
 * fixture: an instance of a connector that does nothing by itself, so that a test can use its host from
 * inside a call, and a tool that answers what the test prepared.
 */
#ifndef WEIR_TESTS_HOST_FIXTURE_H
#define WEIR_TESTS_HOST_FIXTURE_H

#include "expect.h"

#include "host/instance_internal.h"
#include "net/server.h"

#include <stdlib.h>

struct answer {
    int status;
    const char *name, *value; /* a header; NULL: none */
    const char *name2, *value2;
    const char *body;
    bool hold; /* never answered */
};

/* The answers are given in their order, the last one again and again. */
struct tool {
    struct loop *loop;
    struct server *server;
    const struct answer *answers;
    size_t answer_count;
    atomic_size_t seen;
    _Atomic(struct exchange *) held;          /* the loop writes it while the test may already tidy up */
    char method[8], target[256], header[128]; /* of the last request; header is its "x-test" */
    char base_url[64];
};

static inline void tool_handle(void *ctx, struct exchange *x)
{
    struct tool *tool = ctx;
    size_t n = atomic_load(&tool->seen);
    const struct answer *a = &tool->answers[n < tool->answer_count ? n : tool->answer_count - 1];
    struct weir_header headers[2];
    struct reply reply = {.status = a->status, .content_type = "text/plain", .headers = headers};
    struct weir_str sent = {NULL, 0};

    (void)snprintf(tool->method, sizeof tool->method, "%.*s", WEIR_STR_ARG(exchange_method(x)));
    (void)snprintf(tool->target, sizeof tool->target, "%.*s?%.*s", WEIR_STR_ARG(exchange_path(x)),
                   WEIR_STR_ARG(exchange_query(x)));
    (void)exchange_header(&sent, x, "x-test");
    (void)snprintf(tool->header, sizeof tool->header, "%.*s", WEIR_STR_ARG(sent));
    atomic_fetch_add(&tool->seen, 1);
    if (a->hold) {
        atomic_store(&tool->held, x);
        return;
    }
    if (a->name != NULL) {
        headers[reply.header_count++] = (struct weir_header){weir_str(a->name), weir_str(a->value)};
    }
    if (a->name2 != NULL) {
        headers[reply.header_count++] = (struct weir_header){weir_str(a->name2), weir_str(a->value2)};
    }
    reply.body = weir_str_bytes(weir_str(a->body != NULL ? a->body : ""));
    exchange_take_reply(x, &reply);
}

static inline void tool_start(struct tool *tool, struct metrics *metrics, const struct answer *answers,
                              size_t answer_count)
{
    struct server_options options = {.name = "tool",
                                     .listen = "127.0.0.1:0",
                                     .body_max = 65536,
                                     .header_max = 16384,
                                     .connections_max = 16,
                                     .first_byte_timeout_ms = 10000,
                                     .request_timeout_ms = 10000};
    struct server_handler handler = {.handle = tool_handle, .ctx = tool};
    struct weir_error err = {0};

    *tool = (struct tool){.answers = answers, .answer_count = answer_count};
    EXPECT_INT(0, loop_new(&tool->loop, clock_system(), metrics, &err));
    EXPECT_INT(0, server_open(&tool->server, tool->loop, &options, handler, &err));
    EXPECT_INT(0, loop_start(tool->loop, &err));
    (void)snprintf(tool->base_url, sizeof tool->base_url, "http://127.0.0.1:%u",
                   (unsigned)server_port(tool->server));
}

static inline void tool_stop(struct tool *tool)
{
    struct exchange *held = atomic_load(&tool->held);

    if (held != NULL) {
        struct reply reply = {.status = 200};

        exchange_take_reply(held, &reply);
    }
    loop_stop(tool->loop, 0);
    loop_free(tool->loop);
}

/* ---- an idle connector ---- */

static inline int idle_open(void **self, const struct weir_host *host, struct weir_error *err)
{
    (void)self;
    (void)host;
    (void)err;
    return 0;
}

static inline void idle_close(void *self)
{
    (void)self;
}

static inline struct weir_connector idle_connector(void)
{
    static const struct weir_setting settings[] = {{"api_key", "Key", NULL, true, false},
                                                   {"region", "Region", NULL, false, false}};

    return (struct weir_connector){.tool = "idle",
                                   .label = "Idle",
                                   .version = "1.0.0",
                                   .settings = settings,
                                   .setting_count = 2,
                                   .open = idle_open,
                                   .close = idle_close};
}

/* ---- an instance inside a call ---- */

struct fixture {
    struct tool tool;
    struct metrics *metrics;
    struct client *client;
    struct weir_connector connector;
    struct instance *inst;
    const struct weir_host *host;
};

static inline void fixture_open(struct fixture *f, struct instance_options *options)
{
    struct weir_error err = {0};

    f->connector = idle_connector();
    options->integration = "idle:acme";
    options->metrics = f->metrics;
    if (options->base_url == NULL) {
        options->base_url = "https://tool.example/";
    }
    if (instance_open(&f->inst, &f->connector, options, &err) != 0) {
        fail_msg("%s", err.message);
    }
    f->host = &f->inst->host;
    EXPECT_INT(0, call_enter(f->inst, CALL_RECORD, NULL, &err));
}

static inline void fixture_close(struct fixture *f)
{
    struct weir_error theirs = {0};

    EXPECT_INT(0, call_leave(f->inst, 0, &theirs, NULL));
    instance_close(f->inst);
}

#endif
