#include "web/web.h"

#include "web/admission.h"
#include "web/envelope.h"
#include "web/hub.h"
#include "web/probes.h"
#include "web/web_internal.h"

#include <stdlib.h>

#define QUEUE_MAX 1024
#define THREADS 2

/* ---- life ---- */

static size_t table_len(const struct route *routes)
{
    size_t count = 0;

    while (routes[count].method != NULL) {
        count++;
    }
    return count;
}

static int make_meters(struct web *web, struct weir_error *err)
{
    size_t models = 0;

    while (model_nth(models) != NULL) {
        models++;
    }
    web->meter_count = table_len(api_routes) + table_len(admin_routes) + table_len(probe_routes) +
                       table_len(connect_routes) + table_len(session_routes) + table_len(page_routes) +
                       models + 1;
    web->meters = calloc(web->meter_count, sizeof *web->meters);
    return web->meters != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "no memory for the web room");
}

int web_new(struct web **out, const struct web_options *options, struct weir_error *err)
{
    struct web *web = calloc(1, sizeof *web);
    int rc;

    if (web == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the web room");
    }
    auth_init(&web->auth);
    (void)pthread_mutex_init(&web->keys_lock, NULL);
    horizon_init(&web->horizon);
    openapi_kept_init(&web->openapi);
    (void)pthread_mutex_init(&web->configured_lock, NULL);
    tries_init(&web->tries, options->thread_count > 0 ? options->thread_count : THREADS);
    tries_init(&web->sign_ins, 1);
    sessions_init(&web->sessions);
    origins_init(&web->origins);
    web->options = *options;
    web->environment_id = strdup(options->environment_id != NULL ? options->environment_id : "");
    web->version = strdup(options->version != NULL ? options->version : "");
    web->options.environment_id = web->environment_id;
    web->options.version = web->version;
    web->started_us = clock_mono_us(options->clock);
    rc = web->environment_id != NULL && web->version != NULL
             ? make_meters(web, err)
             : weir_fail(err, WEIR_E_MEMORY, "no memory for the web room");
    if (rc == 0) {
        rc = pool_new(&web->pool, options->thread_count > 0 ? options->thread_count : THREADS,
                      options->queue_max > 0 ? options->queue_max : QUEUE_MAX, request_take_run, err);
    }
    if (rc == 0) {
        rc = hub_new(&web->hub, web, err);
    }
    if (rc != 0) {
        web_free(web);
        return rc;
    }
    *out = web;
    return 0;
}

int web_start(struct web *web, struct weir_error *err)
{
    int rc = hub_start(web->hub, err);

    return rc != 0 ? rc : pool_start(web->pool, err);
}

void web_stop(struct web *web)
{
    struct request *r = pool_stop(web->pool);

    while (r != NULL) {
        struct request *next = r->next;

        answer_error(r, ANSWER_LATER, "The server is stopping.");
        request_take_answer(r);
        r = next;
    }
    hub_stop(web->hub); /* after those that could still add to it */
}

void web_free(struct web *web)
{
    if (web != NULL) {
        pool_free(web->pool);
        hub_free(web->hub);
        openapi_kept_fini(&web->openapi);
        (void)pthread_mutex_destroy(&web->configured_lock);
        free(web->configured);
        horizon_fini(&web->horizon);
        tries_fini(&web->tries);
        tries_fini(&web->sign_ins);
        sessions_fini(&web->sessions);
        origins_fini(&web->origins);
        auth_fini(&web->auth);
        (void)pthread_mutex_destroy(&web->keys_lock);
        free(web->meters);
        free(web->environment_id);
        free(web->version);
        free(web);
    }
}

int web_keys_set(struct web *web, const struct web_key *api_keys, size_t api_key_count,
                 const struct web_key *admin_keys, size_t admin_key_count, struct weir_error *err)
{
    int rc = auth_set(&web->auth, api_keys, api_key_count, admin_keys, admin_key_count, err);

    return rc == 0 ? admission_load(web, err) : rc;
}

int web_connect_origins_set(struct web *web, const char *const *origins, size_t count, struct weir_error *err)
{
    return origins_set(&web->origins, origins, count, err);
}

/* ---- from the loop to a web thread ---- */

static bool starts_with(struct weir_str path, const char *prefix)
{
    size_t len = strlen(prefix);

    return path.len >= len && memcmp(path.data, prefix, len) == 0;
}

static void enqueue(struct request *r)
{
    enum pool_put put = pool_put(r->web->pool, r);

    if (put == POOL_TAKEN) {
        return;
    }
    if (put == POOL_FULL) {
        answer_error(r, ANSWER_BUSY, "Too many requests wait to be answered; try again in a second.");
    } else {
        answer_error(r, ANSWER_LATER, "The server is stopping.");
    }
    request_take_answer(r);
}

/* Queue the request if it is one of ours, and answer it otherwise. */
static void take_found(struct request *r, enum route_found found)
{
    switch (found) {
    case ROUTE_FOUND:
        if (r->route->run != probe_healthz) {
            enqueue(r);
            return;
        }
        probe_healthz(r);
        break;
    case ROUTE_NO_METHOD:
        answer_error(r, ANSWER_METHOD_UNKNOWN, "This endpoint takes %s.", r->allow);
        break;
    case ROUTE_BAD_PATH:
        answer_error(r, ANSWER_INPUT_INVALID,
                     "The path is not percent-encoded UTF-8, or a part of it is too long.");
        break;
    case ROUTE_NO_MEMORY:
        answer_error(r, ANSWER_LATER, "The server is short of memory; try again in a second.");
        break;
    default:
        answer_error(r, ANSWER_PATH_UNKNOWN, "There is no such endpoint.");
        break;
    }
    request_take_answer(r);
}

static struct request *begin(struct web *web, struct exchange *x, enum surface surface)
{
    struct request *r = request_new(web, x, surface);

    if (r == NULL) {
        exchange_take_reply(x, &(struct reply){.status = 503,
                                               .content_type = "application/json",
                                               .body = weir_str_bytes(answer_last_resort(surface)),
                                               .retry_after_s = 1});
    }
    return r;
}

static void handle_public(void *ctx, struct exchange *x)
{
    struct web *web = ctx;
    struct weir_str path = exchange_path(x);
    enum route_found found;
    struct request *r;

    if (starts_with(path, "/hooks/")) {
        web->options.app.hook(web->options.app.ctx, x, weir_str_n(path.data + 7, path.len - 7));
        return;
    }
    if (starts_with(path, "/connect/")) {
        r = begin(web, x, SURFACE_CONNECT);
        if (r != NULL) {
            take_found(r, route_find(r, connect_routes));
        }
        return;
    }
    r = begin(web, x, SURFACE_API);
    if (r == NULL) {
        return;
    }
    if (!starts_with(path, "/v1/")) {
        take_found(r, ROUTE_NO_PATH);
    } else if (!admission_key(r, AUTH_API)) {
        request_take_answer(r);
    } else {
        found = route_find(r, api_routes);
        if (found != ROUTE_FOUND) {
            enum route_found as_list = route_find_list(r);

            found = as_list != ROUTE_NO_PATH ? as_list : found;
        }
        take_found(r, found);
    }
}

/* Paths of the public listener are none of the dashboard's: who asks for them here mistook the port. */
static bool is_public(struct weir_str path)
{
    return starts_with(path, "/v1/") || starts_with(path, "/hooks/") || starts_with(path, "/connect/");
}

static void handle_outside_api(struct web *web, struct exchange *x, bool keyed)
{
    struct request *r = begin(web, x, SURFACE_PROBE);
    enum route_found found;

    if (r == NULL) {
        return;
    }
    found = route_find(r, probe_routes);
    if (found == ROUTE_NO_PATH && keyed && !is_public(exchange_path(x))) {
        r->surface = SURFACE_PAGE;
        found = route_find_page(r);
    }
    take_found(r, found);
}

static void handle_inside(struct web *web, struct exchange *x, bool keyed)
{
    struct weir_str path = exchange_path(x);
    bool signs_in = weir_str_is(path, "/admin/v1/session") && weir_str_is(exchange_method(x), "POST");
    enum route_found found;
    struct request *r;

    if (!starts_with(path, "/admin/v1/")) {
        handle_outside_api(web, x, keyed);
        return;
    }
    r = begin(web, x, SURFACE_ADMIN);
    if (r == NULL) {
        return;
    }
    r->local = !keyed;
    if (keyed && !signs_in && !admission_key(r, AUTH_ADMIN)) {
        request_take_answer(r);
    } else {
        found = route_find(r, session_routes);
        take_found(r, found != ROUTE_NO_PATH ? found : route_find(r, admin_routes));
    }
}

static void handle_admin(void *ctx, struct exchange *x)
{
    handle_inside(ctx, x, true);
}

static void handle_local(void *ctx, struct exchange *x)
{
    handle_inside(ctx, x, false);
}

struct server_handler web_public_handler(struct web *web)
{
    return (struct server_handler){.handle = handle_public, .ctx = web};
}

struct server_handler web_admin_handler(struct web *web)
{
    return (struct server_handler){.handle = handle_admin, .ctx = web};
}

struct server_handler web_local_handler(struct web *web)
{
    return (struct server_handler){.handle = handle_local, .ctx = web};
}
