/*
 * assemble_endpoints: from the config and the store to dispatch: endpoints, and what is routed to them.
 */
#include "app_internal.h"

#include "base/log.h"
#include "model/message.h"
#include "store/endpoints.h"

#include <stdlib.h>

static uint32_t event_bits(const struct config_strings *events)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < events->count; i++) {
        for (size_t type = 0; type < MESSAGE_TYPES; type++) {
            if (strcmp(events->items[i], message_nth(type)->type) == 0) {
                bits |= UINT32_C(1) << type;
            }
        }
    }
    return bits;
}

/* What is built before it is handed over whole. */
struct assembly {
    struct dispatch_endpoint *endpoints;
    struct weir_header (*headers)[CONFIG_HEADERS_MAX];
    struct store_route *routes;
    size_t count;
};

static int fill_route(struct store_route *route, struct app *app, const struct config_endpoint *from,
                      uint32_t number, struct weir_error *err)
{
    uint32_t *numbers;

    route->endpoint = number;
    route->events = event_bits(&from->events);
    if (from->integrations.count == 0) {
        return 0;
    }
    numbers = calloc(from->integrations.count, sizeof *numbers);
    if (numbers == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for endpoint %s", from->name);
    }
    route->integrations = numbers;
    for (size_t i = 0; i < from->integrations.count; i++) {
        struct integration *it = directory_find(app->directory, weir_str(from->integrations.items[i]));

        if (it != NULL) {
            numbers[route->integration_count++] = it->number;
            integration_unref(it);
        }
    }
    return 0;
}

/* until_ms: of the former secrets; NULL: for ever. */
static int fill_endpoint(struct dispatch_endpoint *out, struct weir_header *headers, struct app *app,
                         const struct config_endpoint *from, const int64_t *until_ms, struct weir_error *err)
{
    int rc = store_endpoint_ensure(&out->row, app->store, from->name, err);

    if (rc != 0) {
        return rc;
    }
    out->url = from->url;
    out->secrets[out->secret_count++] = from->secret;
    for (size_t i = 0; i < from->secrets_old.count && out->secret_count < DISPATCH_SECRETS_MAX; i++) {
        out->secret_until_ms[out->secret_count] = until_ms != NULL ? until_ms[i] : 0;
        out->secrets[out->secret_count++] = from->secrets_old.items[i];
    }
    for (size_t i = 0; i < from->headers.count && i < CONFIG_HEADERS_MAX; i++) {
        headers[i].name = weir_str(from->headers.items[i].name);
        headers[i].value = weir_str(from->headers.items[i].value);
        out->header_count++;
    }
    out->headers = headers;
    out->allow_private = from->allow_private;
    out->enabled = from->enabled;
    out->concurrency = (uint32_t)from->concurrency;
    out->timeout_ms = (uint32_t)from->timeout_ms;
    out->order = from->order == CONFIG_ORDER_STRICT        ? DISPATCH_STRICT
                 : from->order == CONFIG_ORDER_INTEGRATION ? DISPATCH_PER_INTEGRATION
                                                           : DISPATCH_ANY_ORDER;
    return 0;
}

static int add(struct assembly *all, struct app *app, const struct config_endpoint *from,
               const int64_t *until_ms, struct weir_error *err)
{
    struct dispatch_endpoint *endpoint = &all->endpoints[all->count];
    struct store_route *route = &all->routes[all->count];
    int rc = fill_endpoint(endpoint, all->headers[all->count], app, from, until_ms, err);

    if (rc == 0) {
        all->count++;
        rc = fill_route(route, app, from, endpoint->row.number, err);
    }
    endpoint->events = route->events;
    endpoint->integrations = route->integrations;
    endpoint->integration_count = route->integration_count;
    return rc;
}

const struct config_endpoint *assemble_endpoint_in_file(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->endpoints.count; i++) {
        if (strcmp(config->endpoints.items[i].name, name) == 0) {
            return &config->endpoints.items[i];
        }
    }
    return NULL;
}

static int add_all(struct assembly *all, struct app *app, const struct config *config,
                   const struct endpoint_definitions *stored, struct weir_error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < config->endpoints.count; i++) {
        rc = add(all, app, &config->endpoints.items[i], NULL, err);
    }
    for (size_t i = 0; rc == 0 && i < stored->count; i++) {
        const struct endpoint_definition *d = &stored->items[i];

        if (assemble_endpoint_in_file(config, d->config.name) != NULL) {
            log_warn("an endpoint of the file has the name of one made at run time, and takes its place",
                     LOG_TEXT("endpoint", d->config.name));
        } else {
            rc = add(all, app, &d->config, d->old_until_ms, err);
        }
    }
    return rc;
}

int assemble_endpoints(struct app *app, const struct config *config, struct weir_error *err)
{
    struct endpoint_definitions stored = {.items = NULL};
    struct assembly all = {.count = 0};
    size_t room;
    int rc = endpoint_definitions_load(&stored, app->store, err);

    if (rc != 0) {
        return rc;
    }
    room = config->endpoints.count + stored.count + 1;
    all.endpoints = calloc(room, sizeof *all.endpoints);
    all.headers = calloc(room, sizeof *all.headers);
    all.routes = calloc(room, sizeof *all.routes);
    if (all.endpoints == NULL || all.headers == NULL || all.routes == NULL) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for %zu endpoints", room - 1);
    } else {
        rc = add_all(&all, app, config, &stored, err);
    }
    if (rc == 0) {
        rc = dispatch_endpoints_set(flow_dispatch(app->flow), all.endpoints, all.count, err);
    }
    if (rc == 0) {
        rc = store_routes_set(app->store, all.routes, all.count, err);
    }
    for (size_t i = 0; all.routes != NULL && i < all.count; i++) {
        free((void *)(uintptr_t)all.routes[i].integrations);
    }
    free(all.endpoints);
    free(all.headers);
    free(all.routes);
    endpoint_definitions_fini(&stored);
    return rc;
}
