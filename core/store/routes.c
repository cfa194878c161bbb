#include "store/routes.h"

#include "store/endpoints.h"

#include <stdlib.h>

struct routes {
    size_t count;
    struct store_route *items;
    uint32_t *integrations; /* of all items, one behind the other */
};

static void routes_free(struct routes *routes)
{
    if (routes != NULL) {
        free(routes->items);
        free(routes->integrations);
        free(routes);
    }
}

static struct routes *routes_dup(const struct store_route *in, size_t count)
{
    struct routes *routes = calloc(1, sizeof *routes);
    size_t total = 0;
    size_t i;

    if (routes == NULL) {
        return NULL;
    }
    for (i = 0; i < count; i++) {
        total += in[i].integrations != NULL ? in[i].integration_count : 0;
    }
    routes->count = count;
    routes->items = calloc(count + 1, sizeof *routes->items);
    routes->integrations = calloc(total + 1, sizeof *routes->integrations);
    if (routes->items == NULL || routes->integrations == NULL) {
        routes_free(routes);
        return NULL;
    }
    total = 0;
    for (i = 0; i < count; i++) {
        routes->items[i] = in[i];
        if (in[i].integrations != NULL) {
            routes->items[i].integrations = routes->integrations + total;
            if (in[i].integration_count > 0) {
                memcpy(routes->integrations + total, in[i].integrations,
                       in[i].integration_count * sizeof *routes->integrations);
            }
            total += in[i].integration_count;
        }
    }
    return routes;
}

static bool route_takes(const struct store_route *route, uint32_t type, uint32_t integration)
{
    size_t i;

    if ((route->events & type) == 0) {
        return false;
    }
    /* What is said of an endpoint is of no integration: whoever asks for it by name has it. */
    if (route->integrations == NULL ||
        (type & (STORE_EVENT_ENDPOINT_FAILING | STORE_EVENT_ENDPOINT_DISABLED)) != 0) {
        return true;
    }
    for (i = 0; i < route->integration_count; i++) {
        if (route->integrations[i] == integration) {
            return true;
        }
    }
    return false;
}

const struct store_route *routes_next(const struct routes *routes, const struct store_route *after,
                                      uint32_t type, uint32_t integration)
{
    size_t i;

    if (routes == NULL) {
        return NULL;
    }
    for (i = after == NULL ? 0 : (size_t)(after - routes->items) + 1; i < routes->count; i++) {
        const struct store_route *route = &routes->items[i];
        bool before = false;
        size_t k;

        if (!route_takes(route, type, integration)) {
            continue;
        }
        for (k = 0; k < i && !before; k++) {
            before = routes->items[k].endpoint == route->endpoint &&
                     route_takes(&routes->items[k], type, integration);
        }
        if (!before) {
            return route;
        }
    }
    return NULL;
}

/* ---- replacing them ---- */

struct routes_op {
    struct store_op op;
    struct routes *routes; /* until the store has them */
};

struct routes_hook {
    struct store_hook hook;
    struct routes_op *op;
};

static void routes_swap(struct store_hook *hook, struct store *st, bool committed)
{
    struct routes_hook *h = (struct routes_hook *)hook;

    if (committed) {
        routes_free(st->routes);
        st->routes = h->op->routes;
        st->routes_free = routes_free;
        h->op->routes = NULL;
    }
    free(h);
}

static int routes_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct routes_hook *hook = calloc(1, sizeof *hook);

    if (hook == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory to set the routes");
    }
    hook->hook.run = routes_swap;
    hook->op = (struct routes_op *)op;
    store_take_hook(txn, &hook->hook);
    return 0;
}

int store_routes_set(struct store *st, const struct store_route *routes, size_t count, struct weir_error *err)
{
    struct routes_op op = {.op = {.run = routes_run}, .routes = routes_dup(routes, count)};
    int rc;

    if (op.routes == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for %zu routes", count);
    }
    rc = store_submit_wait(st, &op.op, err);
    routes_free(op.routes);
    return rc;
}
