#include "web/openapi.h"

#include "web/doc.h"
#include "web/json_out.h"
#include "web/model_schema.h"
#include "web/openapi_errors.h"
#include "web/openapi_operation.h"
#include "web/openapi_webhooks.h"
#include "web/web_internal.h"

#include <stdlib.h>

/* ---- what there is ---- */

struct operations {
    struct openapi_operation *items;
    size_t count, cap;
};

static int add(struct operations *all, struct openapi_operation one, struct weir_error *err)
{
    if (all->count == all->cap) {
        size_t cap = all->cap == 0 ? 128 : 2 * all->cap;
        struct openapi_operation *items = realloc(all->items, cap * sizeof *items);

        if (items == NULL) {
            return weir_fail(err, WEIR_E_MEMORY, "no memory for the description of the API");
        }
        all->items = items;
        all->cap = cap;
    }
    all->items[all->count++] = one;
    return 0;
}

static int add_routes(struct operations *all, const struct route *routes, enum surface surface,
                      struct weir_error *err)
{
    int rc = 0;

    for (const struct route *route = routes; route->method != NULL && rc == 0; route++) {
        struct openapi_operation one = {
            .surface = surface, .route = route, .doc = doc_find(route->method, route->path)};

        (void)snprintf(one.path, sizeof one.path, "%s", route->path);
        if (one.doc != NULL) {
            rc = add(all, one, err);
        }
    }
    return rc;
}

static int add_lists(struct operations *all, struct weir_error *err)
{
    const struct model *model;
    int rc = 0;

    for (size_t n = 0; (model = model_nth(n)) != NULL && rc == 0; n++) {
        struct openapi_operation one = {.surface = SURFACE_API, .route = &api_list_route, .model = model};

        if (model->path != NULL) {
            (void)snprintf(one.path, sizeof one.path, "/v1%s", model->path);
            rc = add(all, one, err);
        }
        if (model->alias_path != NULL && rc == 0) {
            (void)snprintf(one.path, sizeof one.path, "/v1%s", model->alias_path);
            one.alias = true;
            rc = add(all, one, err);
        }
    }
    return rc;
}

static int collect(struct operations *all, enum openapi_part part, struct weir_error *err)
{
    int rc = add_lists(all, err);

    if (rc == 0) {
        rc = add_routes(all, api_routes, SURFACE_API, err);
    }
    if (rc == 0) {
        rc = add_routes(all, connect_routes, SURFACE_CONNECT, err);
    }
    if (rc == 0 && part == OPENAPI_ALL) {
        rc = add_routes(all, admin_routes, SURFACE_ADMIN, err);
    }
    if (rc == 0 && part == OPENAPI_ALL) {
        rc = add_routes(all, probe_routes, SURFACE_PROBE, err);
    }
    if (rc == 0 && part == OPENAPI_ALL) {
        rc = add_routes(all, session_routes, SURFACE_ADMIN, err);
    }
    return rc;
}

/* ---- paths ---- */

static bool is_same_path(const struct openapi_operation *a, const struct openapi_operation *b)
{
    return strcmp(a->path, b->path) == 0;
}

static bool is_first_of_path(const struct operations *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is_same_path(&all->items[i], &all->items[n])) {
            return false;
        }
    }
    return true;
}

static void write_paths(struct buf *out, const struct operations *all)
{
    json_out_open(out, "paths", '{');
    for (size_t n = 0; n < all->count; n++) {
        if (!is_first_of_path(all, n)) {
            continue;
        }
        openapi_operation_path(out, &all->items[n]);
        buf_add_text(out, ":{");
        for (size_t i = n; i < all->count; i++) {
            if (is_same_path(&all->items[n], &all->items[i])) {
                openapi_operation_write(out, &all->items[i]);
            }
        }
        buf_add_char(out, '}');
    }
    buf_add_char(out, '}');
}

/* ---- components ---- */

static void write_objects(struct buf *out, const struct schema_object *objects)
{
    for (; objects->name != NULL; objects++) {
        json_out_key(out, objects->name);
        schema_object(out, objects);
    }
}

static void write_record(struct buf *out)
{
    const struct model *model;

    json_out_open(out, "Record", '{');
    json_out_text(out, "description", "A record of whichever model.");
    json_out_open(out, "anyOf", '[');
    for (size_t n = 0; (model = model_nth(n)) != NULL; n++) {
        json_out_item(out);
        buf_printf(out, "{\"$ref\":\"#/components/schemas/%s\"}", model->name);
    }
    buf_add_text(out, "]}");
}

static void write_schemas(struct buf *out, enum openapi_part part)
{
    const struct doc_part *of;
    const struct model *model;

    json_out_open(out, "schemas", '{');
    schema_words(out);
    buf_add_char(out, ',');
    model_schema_shared(out);
    openapi_errors_schemas(out, part == OPENAPI_ALL);
    for (size_t n = 0; (of = doc_part_nth(n)) != NULL; n++) {
        if (of->objects != NULL && (part == OPENAPI_ALL || !of->admin)) {
            write_objects(out, of->objects);
        }
    }
    for (size_t n = 0; (model = model_nth(n)) != NULL; n++) {
        json_out_key(out, model->name);
        model_schema(out, model);
    }
    write_record(out);
    openapi_webhooks_schemas(out, part == OPENAPI_ALL);
    buf_add_char(out, '}');
}

static void write_components(struct buf *out, enum openapi_part part)
{
    json_out_open(out, "components", '{');
    write_schemas(out, part);
    openapi_operation_parameters(out, part == OPENAPI_ALL);
    json_out_open(out, "securitySchemes", '{');
    buf_add_text(out,
                 "\"ApiKey\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"One of api_keys.\"}");
    if (part == OPENAPI_ALL) {
        buf_add_text(out, ",\"AdminKey\":{\"type\":\"http\",\"scheme\":\"bearer\","
                          "\"description\":\"One of admin_keys; the Unix socket asks for none.\"},"
                          "\"Session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"weir_session\","
                          "\"description\":\"Of POST /admin/v1/session.\"},"
                          "\"Csrf\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"X-Weir-Csrf\","
                          "\"description\":\"The session's csrf value.\"}");
    }
    buf_add_text(out, "}}");
}

/* ---- the whole ---- */

static const char about_api[] =
    "What an application reads from Weir, what it may ask it to do and what it is "
    "told; and what its customers do with links. Objects may gain members; those that are "
    "required stay. A request that is no HTTP, too long or too slow is answered "
    "400, 408, 413 or 431 without a body.";
static const char about_all[] =
    "The listeners of Weir: /v1 is on listen, for the application, and /connect for "
    "its customers; all else is on admin_listen and the Unix socket. "
    "Objects may gain members; those that are required stay. A request that is "
    "no HTTP, too long or too slow is "
    "answered 400, 408, 413 or 431 without a body.";

int openapi_write(struct buf *out, enum openapi_part part, const char *version, struct weir_error *err)
{
    struct operations all = {.count = 0};
    int rc = collect(&all, part, err);

    if (rc == 0) {
        buf_add_text(out, "{\"openapi\":\"3.1.0\",\"info\":{");
        json_out_text(out, "title", part == OPENAPI_ALL ? "Weir" : "Weir for applications");
        json_out_text(out, "version", version);
        json_out_text(out, "description", part == OPENAPI_ALL ? about_all : about_api);
        buf_add_text(out,
                     ",\"license\":{\"name\":\"MIT\",\"identifier\":\"MIT\"}},\"servers\":[{\"url\":\"/\"}]");
        write_paths(out, &all);
        openapi_webhooks_write(out);
        write_components(out, part);
        buf_add_text(out, "}\n");
        rc = buf_check(out, "the description of the API", err);
    }
    free(all.items);
    return rc;
}
