/*
 * route: from method and path to what answers them.
 */
#include "web/query.h"
#include "web/web_internal.h"

#include <strings.h>

static bool method_fits(struct weir_str method, const char *of)
{
    /* An answer to HEAD is that of GET; the server leaves out its body. */
    return weir_str_is(method, of) || (weir_str_is(method, "HEAD") && strcmp(of, "GET") == 0);
}

/* params: the raw segments that stand for {}. */
static bool path_fits(struct weir_str params[REQUEST_PARAMS], const char *pattern, struct weir_str path)
{
    size_t count = 0;
    size_t at = 0;

    while (*pattern != '\0') {
        if (pattern[0] == '{' && count < REQUEST_PARAMS) {
            size_t begin = at;

            while (at < path.len && path.data[at] != '/') {
                at++;
            }
            if (at == begin) {
                return false;
            }
            params[count++] = weir_str_n(path.data + begin, at - begin);
            pattern += 2;
        } else if (at < path.len && path.data[at] == *pattern) {
            at++;
            pattern++;
        } else {
            return false;
        }
    }
    return at == path.len;
}

static void allow_add(struct request *r, const char *method)
{
    size_t len = strlen(r->allow);

    (void)snprintf(r->allow + len, sizeof r->allow - len, "%s%s", len > 0 ? ", " : "", method);
}

static enum route_found take(struct request *r, const struct route *route, const struct weir_str *raw)
{
    r->route = route;
    r->meter_method = route->method;
    r->meter_path = route->path;
    if (raw[0].len > 0 && buf_reserve(&r->param_text, REQUEST_PARAMS * REQUEST_PARAM_MAX) == NULL) {
        return ROUTE_NO_MEMORY;
    }
    for (size_t i = 0; i < REQUEST_PARAMS && raw[i].len > 0; i++) {
        if (raw[i].len > REQUEST_PARAM_MAX || !query_decode(&r->params[i], &r->param_text, raw[i])) {
            return ROUTE_BAD_PATH;
        }
    }
    return ROUTE_FOUND;
}

static size_t table_len(const struct route *routes)
{
    size_t count = 0;

    while (routes[count].method != NULL) {
        count++;
    }
    return count;
}

/* In the order in which web.c counts them. */
static size_t first_meter_of(const struct route *routes)
{
    static const struct route *const tables[] = {api_routes,     admin_routes,   probe_routes,
                                                 connect_routes, session_routes, page_routes};
    size_t first = 0;

    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && tables[i] != routes; i++) {
        first += table_len(tables[i]);
    }
    return first;
}

enum route_found route_find(struct request *r, const struct route *routes)
{
    struct weir_str method = exchange_method(r->x);
    struct weir_str path = exchange_path(r->x);
    size_t first_meter = first_meter_of(routes);

    for (size_t i = 0; routes[i].method != NULL; i++) {
        struct weir_str raw[REQUEST_PARAMS] = {{0}};

        if (!path_fits(raw, routes[i].path, path)) {
            continue;
        }
        if (method_fits(method, routes[i].method)) {
            r->meter = &r->web->meters[first_meter + i];
            return take(r, &routes[i], raw);
        }
        allow_add(r, routes[i].method);
    }
    return r->allow[0] != '\0' ? ROUTE_NO_METHOD : ROUTE_NO_PATH;
}

enum route_found route_find_list(struct request *r)
{
    struct weir_str path = exchange_path(r->x);
    const struct model *model = NULL;
    size_t n = 0;

    if (path.len > 3) { /* "/v1" */
        model = model_by_path(weir_str_n(path.data + 3, path.len - 3));
    }
    if (model == NULL) {
        return ROUTE_NO_PATH;
    }
    if (!method_fits(exchange_method(r->x), "GET")) {
        allow_add(r, "GET");
        return ROUTE_NO_METHOD;
    }
    while (model_nth(n) != model) {
        n++;
    }
    r->model = model;
    r->route = &api_list_route;
    r->meter = &r->web->meters[first_meter_of(NULL) + n];
    r->meter_method = "GET";
    r->meter_path = model->path;
    return ROUTE_FOUND;
}

enum route_found route_find_page(struct request *r)
{
    struct weir_str path = exchange_path(r->x);
    enum route_found found = route_find(r, page_routes);
    bool is_top = path.len > 0 && memchr(path.data + 1, '/', path.len - 1) == NULL;
    /* Below the top a dot belongs to a name: "/scopes/v1.2". */
    bool is_file = is_top && memchr(path.data, '.', path.len) != NULL;

    /* /assets/ has no pages below it. */
    if (found != ROUTE_NO_PATH || is_file || (path.len >= 8 && memcmp(path.data, "/assets/", 8) == 0)) {
        return found;
    }
    if (!method_fits(exchange_method(r->x), "GET")) {
        return ROUTE_NO_PATH; /* nobody sends anything to a page: it is a mistaken path of an API */
    }
    r->meter = &r->web->meters[first_meter_of(page_routes)];
    return take(r, &page_routes[0], (const struct weir_str[REQUEST_PARAMS]){{0}});
}
