/*
 * assemble: from the config to what the rooms take: names, endpoints and keys.
 */
#include "app_internal.h"

#include "base/log.h"

#include <stdlib.h>

/* ---- names for the check ---- */

static bool model_known(void *ctx, const char *model)
{
    (void)ctx;
    return model_find(weir_str(model)) != NULL;
}

static bool field_known(void *ctx, const char *model, const char *field)
{
    const struct model *found = model_find(weir_str(model));

    (void)ctx;
    return found != NULL && model_field_find(found, weir_str(field)) != NULL;
}

static const char *model_name_nth(void *ctx, size_t n)
{
    const struct model *model = model_nth(n);

    (void)ctx;
    return model != NULL ? model->name : NULL;
}

static const char *field_name_nth(void *ctx, const char *model, size_t n)
{
    const struct model *found = model_find(weir_str(model));

    (void)ctx;
    return found != NULL && n < model_field_count(found) ? found->fields[n].name : NULL;
}

void assemble_connectors(void *ctx, const struct config_connectors *connectors)
{
    struct registry *registry = ctx;
    bool again =
        registry_nth(registry, 0) != NULL; /* a reload: what is loaded stays, and newer files count */
    const char **enabled = NULL;

    if (!connectors->enabled_all) {
        enabled = calloc(connectors->enabled.count + 1, sizeof *enabled);
        for (size_t i = 0; enabled != NULL && i < connectors->enabled.count; i++) {
            enabled[i] = connectors->enabled.items[i];
        }
    }
    for (size_t i = 0; i < connectors->path.count; i++) {
        struct weir_error err = {0};

        if (registry_load_dir(registry, connectors->path.items[i], enabled, &err) != 0) {
            log_error("connectors could not be read", LOG_TEXT("path", connectors->path.items[i]),
                      LOG_ERR(&err));
        }
    }
    if (again) {
        registry_load_known(registry, weir_str(""));
    }
    free(enabled);
}

static enum config_tool connector_settings(void *ctx, const char *tool, const struct weir_setting **settings)
{
    const struct registry_entry *entry = registry_find(ctx, weir_str(tool));

    if (entry == NULL || entry->connector == NULL) {
        return CONFIG_TOOL_UNKNOWN;
    }
    *settings = entry->connector->settings;
    return CONFIG_TOOL_KNOWN;
}

static const char *tool_name_nth(void *ctx, size_t n)
{
    const struct registry_entry *entry = registry_nth(ctx, n);

    return entry != NULL ? entry->tool : NULL;
}

struct config_names assemble_names(struct registry *registry)
{
    return (struct config_names){.ctx = registry,
                                 .model_known = model_known,
                                 .field_known = field_known,
                                 .model_nth = model_name_nth,
                                 .field_nth = field_name_nth,
                                 .connectors_read = assemble_connectors,
                                 .connector = connector_settings,
                                 .tool_nth = tool_name_nth};
}

/* ---- endpoints ---- */

static uint32_t event_bits(const struct config_strings *events)
{
    static const struct {
        const char *word;
        uint32_t bit;
    } table[] = {
        {"data-changed", STORE_EVENT_DATA_CHANGED},
        {"sync-finished", STORE_EVENT_SYNC_FINISHED},
        {"integration-created", STORE_EVENT_INTEGRATION_CREATED},
        {"integration-deleted", STORE_EVENT_INTEGRATION_DELETED},
        {"integration-state-changed", STORE_EVENT_INTEGRATION_STATE_CHANGED},
        {"connection-flow-failed", STORE_EVENT_CONNECTION_FLOW_FAILED},
    };
    uint32_t bits = 0;

    for (size_t i = 0; i < events->count; i++) {
        for (size_t j = 0; j < sizeof table / sizeof table[0]; j++) {
            if (strcmp(events->items[i], table[j].word) == 0) {
                bits |= table[j].bit;
            }
        }
    }
    return bits;
}

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

#define HEADERS_MAX 16

static int fill_endpoint(struct dispatch_endpoint *out, struct weir_header *headers, struct app *app,
                         const struct config_endpoint *from, struct weir_error *err)
{
    int rc = store_endpoint_ensure(&out->row, app->store, from->name, err);

    if (rc != 0) {
        return rc;
    }
    out->url = from->url;
    out->secrets[out->secret_count++] = from->secret;
    for (size_t i = 0; i < from->secrets_old.count && out->secret_count < DISPATCH_SECRETS_MAX; i++) {
        out->secrets[out->secret_count++] = from->secrets_old.items[i];
    }
    for (size_t i = 0; i < from->headers.count && i < HEADERS_MAX; i++) {
        headers[i].name = weir_str(from->headers.items[i].name);
        headers[i].value = weir_str(from->headers.items[i].value);
        out->header_count++;
    }
    out->headers = headers;
    out->allow_private = from->allow_private;
    out->enabled = from->enabled;
    out->concurrency = (uint32_t)from->concurrency;
    return 0;
}

int assemble_endpoints(struct app *app, const struct config *config, struct weir_error *err)
{
    size_t count = config->endpoints.count;
    struct dispatch_endpoint *endpoints = calloc(count + 1, sizeof *endpoints);
    struct weir_header(*headers)[HEADERS_MAX] = calloc(count + 1, sizeof *headers);
    struct store_route *routes = calloc(count + 1, sizeof *routes);
    int rc = 0;

    if (endpoints == NULL || headers == NULL || routes == NULL) {
        rc = weir_fail(err, WEIR_E_MEMORY, "no memory for %zu endpoints", count);
    }
    for (size_t i = 0; i < count && rc == 0; i++) {
        rc = fill_endpoint(&endpoints[i], headers[i], app, &config->endpoints.items[i], err);
        if (rc == 0) {
            rc = fill_route(&routes[i], app, &config->endpoints.items[i], endpoints[i].row.number, err);
        }
        endpoints[i].events = routes[i].events;
        endpoints[i].integrations = routes[i].integrations;
        endpoints[i].integration_count = routes[i].integration_count;
    }
    if (rc == 0) {
        rc = dispatch_endpoints_set(flow_dispatch(app->flow), endpoints, count, err);
    }
    if (rc == 0) {
        rc = store_routes_set(app->store, routes, count, err);
    }
    for (size_t i = 0; routes != NULL && i < count; i++) {
        free((void *)(uintptr_t)routes[i].integrations);
    }
    free(endpoints);
    free(headers);
    free(routes);
    return rc;
}
