/*
 * fixture: a tiny server that plays the admin API on a Unix socket and on a port, and the command line run
 * against it with its output in memory.
 */
#ifndef WEIR_TESTS_CLI_FIXTURE_H
#define WEIR_TESTS_CLI_FIXTURE_H

#include "expect.h"

#include "cli/command.h"
#include "net/server.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARGS_MAX 16
#define ADMIN_KEY "an-admin-key-for-tests"
#define NOW_MS INT64_C(1770000000000) /* 2026-02-02T02:40:00Z */

/* What the server says to "GET /path?query"; the first that fits, each as often as it is asked. */
struct canned {
    const char *request;
    int status;
    const char *body;
    bool once;
    bool used;
};

struct fixture {
    char dir[64], socket[96], url[64];
    struct clock clock;
    struct metrics *metrics;
    struct loop *loop;
    struct server *local, *admin;

    pthread_mutex_t lock;
    struct canned canned[16]; /* guarded by lock, as all below */
    size_t canned_count;
    char asked[8][512]; /* "POST /path {body}" */
    size_t asked_count;

    struct cli_app app;
    struct cli_io io;
    void (*on_pause)(struct fixture *f, int nth);
    int pauses, pauses_max;
    const char *in; /* what stands on the standard input; NULL: nothing */
    char *out, *err;
    size_t out_len, err_len;
};

static inline int64_t fixture_now_ms(void *ctx)
{
    (void)ctx;
    return NOW_MS;
}

static inline int64_t fixture_mono_us(void *ctx)
{
    (void)ctx;
    return clock_mono_us(clock_system());
}

static inline void fixture_reply(struct exchange *x, int status, const char *body)
{
    exchange_take_reply(x, &(struct reply){.status = status,
                                           .content_type = "application/json",
                                           .close = true, /* so that a socket that is taken away counts */
                                           .body = weir_str_bytes(weir_str(body))});
}

static inline void fixture_handle(void *ctx, struct exchange *x)
{
    struct fixture *f = ctx;
    struct weir_str query = exchange_query(x);
    struct weir_bytes body = exchange_body(x);
    struct canned *found = NULL;
    char line[512];
    size_t len;

    (void)snprintf(line, sizeof line, "%.*s %.*s%s%.*s", WEIR_STR_ARG(exchange_method(x)),
                   WEIR_STR_ARG(exchange_path(x)), query.len > 0 ? "?" : "", WEIR_STR_ARG(query));
    len = strlen(line);
    pthread_mutex_lock(&f->lock);
    if (f->asked_count < sizeof f->asked / sizeof f->asked[0]) {
        (void)snprintf(f->asked[f->asked_count++], sizeof f->asked[0], "%.300s%s%.*s", line,
                       body.len > 0 ? " " : "", (int)body.len, (const char *)body.data);
    }
    for (size_t i = 0; i < f->canned_count && found == NULL; i++) {
        if (strncmp(f->canned[i].request, line, strlen(f->canned[i].request)) == 0 &&
            (len == strlen(f->canned[i].request) ||
             strchr("?&", line[strlen(f->canned[i].request)]) != NULL) &&
            !(f->canned[i].once && f->canned[i].used)) {
            found = &f->canned[i];
            found->used = true;
        }
    }
    fixture_reply(x, found != NULL ? found->status : 404,
                  found != NULL
                      ? found->body
                      : "{\"status\":\"error\",\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"no such "
                        "path\"}}");
    pthread_mutex_unlock(&f->lock);
}

/* Over the port a key is asked for. */
static inline void fixture_handle_with_key(void *ctx, struct exchange *x)
{
    struct weir_str key;

    if (!exchange_header(&key, x, "authorization") || !weir_str_is(key, "Bearer " ADMIN_KEY)) {
        fixture_reply(
            x, 401,
            "{\"status\":\"error\",\"error\":{\"code\":\"AUTHENTICATION_INVALID\",\"message\":\"\"}}");
        return;
    }
    fixture_handle(ctx, x);
}

static inline bool fixture_pause(void *ctx, uint32_t ms)
{
    struct fixture *f = ctx;

    (void)ms;
    if (f->on_pause != NULL) {
        f->on_pause(f, f->pauses);
    }
    return f->pauses++ < f->pauses_max;
}

static inline void fixture_open(struct server **out, struct fixture *f, const char *listen,
                                void (*handle)(void *, struct exchange *))
{
    struct server_options options = {.name = "fake",
                                     .listen = listen,
                                     .body_max = 65536,
                                     .header_max = 16384,
                                     .connections_max = 16,
                                     .first_byte_timeout_ms = 10000,
                                     .request_timeout_ms = 10000};
    struct server_handler handler = {.handle = handle, .ctx = f};
    struct weir_error err = {0};

    if (server_open(out, f->loop, &options, handler, &err) != 0) {
        fail_msg("%s", err.message);
    }
}

static inline int fixture_serve(const char *config_path)
{
    return printf("serve %s\n", config_path) > 0 ? 70 : 0;
}

static inline int fixture_openapi(FILE *out, bool admin)
{
    return fputs(admin ? "{\"all\":true}\n" : "{\"all\":false}\n", out) < 0;
}

static inline void fixture_init(struct fixture *f)
{
    struct weir_error err = {0};
    char listen[128];

    memset(f, 0, sizeof *f);
    (void)unsetenv("WEIR_CONFIG");
    (void)unsetenv("WEIR_ADMIN_KEY");
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/weir-cli-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->socket, sizeof f->socket, "%s/admin.sock", f->dir);
    (void)snprintf(listen, sizeof listen, "unix:%s", f->socket);
    pthread_mutex_init(&f->lock, NULL);
    f->clock = (struct clock){.now_ms = fixture_now_ms, .mono_us = fixture_mono_us};
    f->metrics = metrics_new();
    assert_int_equal(0, loop_new(&f->loop, clock_system(), f->metrics, &err));
    fixture_open(&f->local, f, listen, fixture_handle);
    fixture_open(&f->admin, f, "127.0.0.1:0", fixture_handle_with_key);
    (void)snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u/", (unsigned)server_port(f->admin));
    assert_int_equal(0, loop_start(f->loop, &err));
    f->app = (struct cli_app){
        .version = "1.2.3", .serve = fixture_serve, .check = fixture_serve, .openapi = fixture_openapi};
    f->io = (struct cli_io){.clock = &f->clock, .pause = fixture_pause, .ctx = f};
}

static inline void fixture_fini(struct fixture *f)
{
    char command[128];

    loop_stop(f->loop, 1000);
    loop_free(f->loop);
    metrics_free(f->metrics);
    pthread_mutex_destroy(&f->lock);
    free(f->out);
    free(f->err);
    /* The folder's name was made here, from fixed letters. */
    (void)snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
    assert_int_equal(0, system(command));
}

static inline void fixture_can(struct fixture *f, const char *request, int status, const char *body)
{
    pthread_mutex_lock(&f->lock);
    assert_true(f->canned_count < sizeof f->canned / sizeof f->canned[0]);
    f->canned[f->canned_count++] = (struct canned){.request = request, .status = status, .body = body};
    pthread_mutex_unlock(&f->lock);
}

static inline void fixture_can_once(struct fixture *f, const char *request, int status, const char *body)
{
    fixture_can(f, request, status, body);
    pthread_mutex_lock(&f->lock);
    f->canned[f->canned_count - 1].once = true;
    pthread_mutex_unlock(&f->lock);
}

/* Run "weir <words>", words parted by blanks; the output is in f->out and f->err. */
static inline int fixture_run(struct fixture *f, const char *words)
{
    char *copy = strdup(words);
    char *rest = copy;
    char *argv[ARGS_MAX + 2] = {NULL};
    char name[] = "weir";
    int argc = 0;
    int status;

    free(f->out);
    free(f->err);
    f->out = f->err = NULL;
    f->asked_count = 0;
    argv[argc++] = name;
    while (rest != NULL && argc <= ARGS_MAX) {
        char *word = strsep(&rest, " ");

        if (word[0] != '\0') {
            argv[argc++] = word;
        }
    }
    f->io.out = open_memstream(&f->out, &f->out_len);
    f->io.err = open_memstream(&f->err, &f->err_len);
    f->io.in =
        f->in != NULL ? fmemopen((void *)(uintptr_t)f->in, strlen(f->in), "r") : fopen("/dev/null", "r");
    assert_true(f->io.out != NULL && f->io.err != NULL && f->io.in != NULL);
    status = cli_run_with(argc, argv, &f->app, &f->io);
    assert_int_equal(0, fclose(f->io.out));
    assert_int_equal(0, fclose(f->io.err));
    assert_int_equal(0, fclose(f->io.in));
    free(copy);
    return status;
}

/* As fixture_run, against the fake daemon's socket. */
static inline int fixture_ask(struct fixture *f, const char *words)
{
    char all[512];

    (void)snprintf(all, sizeof all, "--socket %s %s", f->socket, words);
    return fixture_run(f, all);
}

static inline void fixture_contains(const char *where, const char *text)
{
    if (strstr(where, text) == NULL) {
        fail_msg("not said: %s\nbut: %s", text, where);
    }
}

/* Fails on the usage, with this said on the error stream. */
static inline void fixture_refuses(struct fixture *f, const char *words, const char *said)
{
    assert_int_equal(CLI_USAGE, fixture_run(f, words));
    fixture_contains(f->err, said);
    assert_string_equal("", f->out);
}

static inline void fixture_put(struct fixture *f, const char *name, const char *text)
{
    char path[160];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", f->dir, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(0, fclose(file));
}

#endif
