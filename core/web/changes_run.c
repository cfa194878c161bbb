/*
 * changes_run: what a request for the feed asks for, and the page that answers it.
 */
#include "web/api.h"
#include "web/changes.h"
#include "web/envelope.h"
#include "web/hub.h"
#include "web/json_out.h"
#include "web/negotiate.h"
#include "web/query.h"

#define PAGE_DEFAULT 100
#define PAGE_MAX 1000
#define PAGE_BYTES (8u * 1024 * 1024)

struct wish {
    struct changes_filter filter;
    uint32_t page_size;
    bool from_now, from_oldest;
    bool live; /* as a stream */
    struct store_feed_place after;
};

static int check_names(const struct query *query, struct weir_error *err)
{
    static const char *const known[] = {"cursor", "page_size", "models", "include"};

    for (size_t i = 0; i < query->count; i++) {
        struct weir_str name = query->params[i].name;
        bool found = false;

        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
            found |= weir_str_is(name, known[k]);
        }
        if (!found) {
            return weir_fail(
                err, WEIR_E_INVALID,
                "/changes has no parameter \"%.*s\": it takes cursor, page_size, models and include",
                name.len < 60 ? (int)name.len : 60, name.len > 0 ? name.data : "");
        }
    }
    return 0;
}

static int read_models(struct changes_filter *filter, const struct query *query, struct weir_error *err)
{
    struct weir_str rest;

    if (!query_get(&rest, query, "models")) {
        return 0;
    }
    filter->some_models = true;
    for (bool last = false; !last;) {
        const char *comma = rest.len > 0 ? memchr(rest.data, ',', rest.len) : NULL;
        struct weir_str name = weir_str_n(rest.data, comma != NULL ? (size_t)(comma - rest.data) : rest.len);
        const struct model *model = model_find(name);

        if (model == NULL) {
            return weir_fail(err, WEIR_E_INVALID, "models names no model \"%.*s\"",
                             name.len < 60 ? (int)name.len : 60, name.len > 0 ? name.data : "");
        }
        filter->models[model->number / 8] |= (uint8_t)(1u << (model->number % 8));
        last = comma == NULL;
        rest = last ? rest : weir_str_n(comma + 1, rest.len - name.len - 1);
    }
    return 0;
}

static int read_place(struct wish *wish, const struct request *r, const struct query *query,
                      struct weir_error *err)
{
    struct weir_str text = weir_str_n(NULL, 0);
    struct weir_str last;

    (void)query_get(&text, query, "cursor");
    if (wish->live && exchange_header(&last, r->x, "Last-Event-ID") && last.len > 0) {
        text = last; /* who comes back sends the address it began with */
    }
    wish->from_oldest = text.len == 0;
    wish->from_now = weir_str_is(text, "now");
    return wish->from_oldest || wish->from_now
               ? 0
               : changes_cursor_read(&wish->after, text, r->web->environment_id, err);
}

static int read_wish(struct wish *wish, const struct request *r, const struct query *query,
                     struct weir_error *err)
{
    struct weir_str include;
    int rc = check_names(query, err);

    if (rc == 0) {
        rc = query_number(&wish->page_size, query, "page_size", 1, PAGE_MAX, err);
    }
    if (rc == 0) {
        rc = read_models(&wish->filter, query, err);
    }
    if (rc == 0 && query_get(&include, query, "include")) {
        wish->filter.with_record = weir_str_is(include, "record");
        if (!wish->filter.with_record) {
            rc = weir_fail(err, WEIR_E_INVALID, "include takes \"record\"");
        }
    }
    return rc == 0 ? read_place(wish, r, query, err) : rc;
}

/* An integration that the header names narrows the feed to it. false: answered. */
static bool read_integration(struct wish *wish, struct request *r)
{
    struct web_integration it;
    struct weir_str id = weir_str_n(NULL, 0);

    if (!exchange_header(&id, r->x, "X-Integration-Id") || id.len == 0) {
        return true;
    }
    if (!api_integration_of_header(&it, r)) {
        return false;
    }
    wish->filter.integration = it.number;
    api_integration_release(r, &it);
    return true;
}

static int find_place(struct wish *wish, struct store_reader *reader, struct weir_error *err)
{
    if (wish->from_now) {
        return store_feed_newest(&wish->after, reader, err);
    }
    return wish->from_oldest ? store_feed_oldest(&wish->after, reader, err) : 0;
}

static int write_page(struct request *r, struct wish *wish, struct store_reader *reader,
                      struct weir_error *err)
{
    struct changes_span span = {
        .after = wish->after, .rows_max = wish->page_size, .bytes_max = PAGE_BYTES, .form = CHANGES_LIST};
    struct buf *out = answer_begin(r);
    int rc;

    buf_add_text(out, "{\"results\":[");
    rc = changes_write(out, &span, r->web, reader, &wish->filter, err);
    buf_add_text(out, "],\"next\":\"");
    web_changes_cursor(out, r->web->environment_id, &span.reached);
    buf_add_char(out, '"');
    json_out_bool(out, "has_more", span.more);
    buf_add_char(out, '}');
    answer_end(r);
    return rc;
}

static bool first_is_enough(void *ctx, const struct store_feed_row *row)
{
    (void)ctx;
    (void)row;
    return false;
}

/* A cursor that is no good is told before the stream begins, while there is a status to tell it with. */
static int begin_stream(struct request *r, const struct wish *wish, struct store_reader *reader,
                        struct weir_error *err)
{
    struct store_feed_query query = {.after = wish->after, .scan_max = 1, .each = first_is_enough};
    struct listener *l;
    struct store_feed_place reached;
    bool more;
    int rc = store_feed_read(&reached, &more, reader, &query, err);

    if (rc != 0) {
        return rc;
    }
    l = listener_new(HUB_CHANGES);
    if (l == NULL) {
        return weir_fail(err, WEIR_E_LATER, "no memory for a stream");
    }
    l->filter = wish->filter;
    l->at = wish->after;
    hub_take_listener(r, l);
    return 0;
}

static void run(struct request *r, bool live)
{
    struct wish wish = {.page_size = PAGE_DEFAULT, .live = live};
    struct query query = {.count = 0};
    struct store_reader *reader = NULL;
    struct weir_error err = {0};
    int rc;

    wish.filter.key = r->key;
    if (!read_integration(&wish, r)) {
        return;
    }
    rc = query_init(&query, exchange_query(r->x), &err);
    if (rc == 0) {
        rc = read_wish(&wish, r, &query, &err);
    }
    if (rc == 0) {
        rc = store_reader_open(&reader, r->web->options.store, &err);
    }
    if (rc == 0) {
        rc = find_place(&wish, reader, &err);
    }
    if (rc == 0) {
        rc = live ? begin_stream(r, &wish, reader, &err) : write_page(r, &wish, reader, &err);
    }
    store_reader_close(reader);
    query_fini(&query);
    if (rc != 0) {
        answer_failure(r, rc, &err);
    }
}

void changes_run(struct request *r)
{
    struct weir_str accept;

    run(r, weir_str_is(exchange_method(r->x), "GET") && exchange_header(&accept, r->x, "Accept") &&
               negotiate_accepts(accept, HUB_CONTENT_TYPE));
}

void changes_stream(struct request *r)
{
    run(r, true);
}
