/*
 * rest: for authors of connectors: records and lists of a tool's JSON API, over weir/http.h.
 *
 * Header-only. Reads, and passes requests through. Thread of all calls: worker.
 */
#ifndef WEIR_REST_H
#define WEIR_REST_H

#include "weir/http.h"
#include "weir/map.h"
#include "weir/page.h"
#include "weir/pass.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_REST_PATH_MAX 1024
#define WEIR_REST_LIMIT 100 /* the most that every tool was seen to take */

struct weir_rest {
    const struct weir_host *host;
    char prefix[192];       /* of each path, encoded ("/c/4711"); may be empty */
    struct weir_str bearer; /* empty: none */
    const char *right;      /* see struct weir_http_call */
    const char *limit;
    size_t answer_max; /* 0: WEIR_HTTP_ANSWER_MAX */
};

/* GET what is below the prefix at path (encoded): *answer is yours. name stands in messages. Codes as
 * weir_http_send. */
static inline int weir_rest_get(json_t **answer, const struct weir_rest *api, const char *name,
                                const char *path, struct weir_error *err)
{
    struct weir_http_call call;
    struct weir_http_answer got;
    struct weir_text url;
    int rc;

    memset(&call, 0, sizeof call);
    call.method = "GET";
    call.name = name;
    call.right = api->right;
    call.limit = api->limit;
    call.url = &url;
    call.bearer = api->bearer;
    call.answer_max = api->answer_max;
    call.repeatable = true;
    weir_text_init(&url);
    weir_text_add(&url, api->prefix);
    weir_text_add(&url, path);
    rc = weir_http_send(&got, api->host, &call, err);
    if (rc == 0) {
        *answer = got.json;
        got.json = NULL;
    }
    weir_http_answer_fini(&got);
    return rc;
}

/*
 * GET one record: name is "/offers/{id}", and member ("offer") where it stands in the answer ("." if it is
 * the answer). *record is lent by *answer, which is yours. WEIR_E_NONE: it is not there. WEIR_E_INVALID: not
 * an id. WEIR_E_LATER also when what comes has another "id".
 */
static inline int weir_rest_record(json_t **answer, const json_t **record, const struct weir_rest *api,
                                   const char *name, struct weir_str id, const char *member,
                                   struct weir_error *err)
{
    size_t before = strcspn(name, "{");
    const char *after = strchr(name, '}');
    char path[WEIR_REST_PATH_MAX];
    char got[WEIR_ID_TEXT];
    json_t *found;
    int rc;

    if (!weir_id_valid(id) || before + id.len + (after != NULL ? strlen(after) : 0) >= sizeof path) {
        return weir_fail(err, WEIR_E_INVALID, "%s: not an id that the tool gives", name);
    }
    (void)snprintf(path, sizeof path, "%.*s%.*s%s", (int)before, name, WEIR_STR_ARG(id),
                   after != NULL ? after + 1 : "");
    rc = weir_rest_get(answer, api, name, path, err);
    if (rc != 0) {
        return rc;
    }
    found = weir_json_object(*answer, member);
    if (!weir_json_id(got, found, "id") || !weir_str_is(id, got)) {
        return weir_fail(err, WEIR_E_LATER, "GET %s: the answer is not the record that was asked for", name);
    }
    *record = found;
    return 0;
}

/* pass->send of a connector whose instance begins with its struct weir_rest. */
static inline int weir_rest_pass(void *self, struct weir_str api, const struct weir_http_request *request,
                                 struct weir_http_response *response, struct weir_error *err)
{
    const struct weir_rest *rest = (const struct weir_rest *)self;

    (void)api;
    return weir_pass_bearer(rest->host, rest->bearer, request, response, err);
}

/*
 * A list. Each item becomes a record of `model` by `map`, with its id at one of the paths `id`; or, if `each`
 * is not NULL, is handed to it, with the answer it stood in. Items whose time at `changed` is before since_ms
 * are passed over; those that say no time are not.
 */
struct weir_listing {
    const char *name;   /* "/offers" */
    const char *query;  /* "?scope=archived&", encoded, before limit and offset; NULL: it has no pages */
    const char *member; /* where the array stands in the answer */
    size_t limit;       /* of a page; 0: WEIR_REST_LIMIT */
    const char *model, *id;
    const struct weir_map *map;
    int (*each)(void *ctx, const json_t *item, const json_t *answer, const struct weir_sink *sink,
                struct weir_error *err);
    void *ctx;
    const char *changed;
    int64_t since_ms; /* 0: all */
};

static inline int weir_rest_items(size_t *old, const struct weir_listing *l, const json_t *items,
                                  const json_t *answer, const struct weir_sink *sink, struct weir_error *err)
{
    const json_t *item;
    size_t i;
    int rc = 0;

    json_array_foreach(items, i, item)
    {
        int64_t at_ms = l->since_ms > 0 && l->changed != NULL ? weir_map_ms(item, l->changed) : 0;

        if (at_ms > 0 && at_ms < l->since_ms) {
            (*old)++;
        } else if (rc == 0) {
            rc = l->each != NULL ? l->each(l->ctx, item, answer, sink, err)
                                 : weir_map_emit_one(sink, l->model, item, l->id, l->map, false, err);
        }
    }
    return rc;
}

/*
 * A page of a list by limit and offset, or the whole of one without pages. *more: page stands at a further
 * one. *old: how many items were passed over. WEIR_E_INVALID also when the end of the list cannot be told.
 */
static inline int weir_rest_page(bool *more, size_t *old, struct weir_page *page, const struct weir_rest *api,
                                 const struct weir_listing *l, const struct weir_sink *sink,
                                 struct weir_error *err)
{
    char path[WEIR_REST_PATH_MAX];
    size_t limit = l->limit > 0 ? l->limit : WEIR_REST_LIMIT;
    json_t *answer = NULL;
    const json_t *items;
    int len = snprintf(path, sizeof path, "%s", l->name);
    int rc;

    *more = false;
    *old = 0;
    if (l->query != NULL) {
        len = snprintf(path, sizeof path, "%s%slimit=%zu&offset=%llu", l->name, l->query, limit,
                       (unsigned long long)page->offset);
    }
    if (len < 0 || (size_t)len >= sizeof path) {
        return weir_fail(err, WEIR_E_LIMIT, "GET %s: the address is too long", l->name);
    }
    rc = weir_rest_get(&answer, api, l->name, path, err);
    items = weir_json_array(answer, l->member);
    if (rc == 0 && items == NULL) {
        rc = weir_fail(err, WEIR_E_LATER, "GET %s: an answer without %s", l->name, l->member);
    }
    if (rc == 0 && l->query != NULL) {
        rc = weir_page_advance(more, page, items, limit, l->name, err);
    }
    rc = rc == 0 ? weir_rest_items(old, l, items, answer, sink, err) : rc;
    json_decref(answer);
    return rc;
}

/* For fetch->list: the page at cursor of a listing in one or several parts, one after the other, and where
 * the next call goes on. */
static inline int weir_rest_list(const struct weir_rest *api, const struct weir_listing *parts,
                                 size_t part_count, struct weir_str cursor, const struct weir_sink *sink,
                                 struct weir_error *err)
{
    struct weir_page page;
    uint64_t part;
    bool more;
    size_t old;
    int rc = weir_page_parse(&page, cursor, part_count - 1, err);

    if (rc != 0) {
        return rc;
    }
    part = page.part;
    rc = weir_rest_page(&more, &old, &page, api, &parts[part], sink, err);
    if (rc == 0 && !more && part + 1 < part_count) {
        memset(&page, 0, sizeof page);
        page.part = part + 1;
        more = true;
    }
    return rc == 0 && more ? weir_page_next(sink, &page, err) : rc;
}

#ifdef __cplusplus
}
#endif

#endif
