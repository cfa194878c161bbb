/*
 * admin_refetch: records looked at again - one by its name, or those that deliveries named.
 *
 * Of a delivery that is done, the log keeps which records it named. Since the tool is asked what they are
 * now, that is all a replay needs.
 */
#include "model/canonical.h"
#include "store/log_search.h"
#include "web/admin.h"
#include "web/api.h"
#include "web/body.h"
#include "web/cursor.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/when.h"

#include <stdlib.h>

#define LOOKS 20000  /* log entries that one reader looks at */
#define RECORDS 2000 /* of one request; the answer says where it goes on */
#define TEXT_MAX (2u * 1024 * 1024)

struct named {
    uint32_t integration;
    size_t model, model_len, remote_id, remote_id_len, hint, hint_len; /* places in text */
};

struct gathering {
    struct named items[RECORDS];
    size_t count;
    struct buf text;
    uint64_t number; /* this delivery alone; 0: all */
    uint64_t deliveries, incomplete;
    struct store_log_place last; /* of the last delivery that is in */
    bool full, found;
};

/* ---- what they named ---- */

static size_t keep(size_t *len, struct gathering *g, struct weir_str value, struct buf *scratch)
{
    size_t at = g->text.len;
    struct weir_str text = canonical_text(value, scratch);

    buf_add_str(&g->text, text);
    *len = text.len;
    return at;
}

static bool is_same(const struct gathering *g, const struct named *a, const struct named *b)
{
    return a->integration == b->integration && a->model_len == b->model_len &&
           a->remote_id_len == b->remote_id_len &&
           memcmp(g->text.data + a->model, g->text.data + b->model, a->model_len) == 0 &&
           memcmp(g->text.data + a->remote_id, g->text.data + b->remote_id, a->remote_id_len) == 0;
}

static void take_ref(struct gathering *g, uint32_t integration, struct weir_str ref)
{
    struct named *item = &g->items[g->count];
    struct buf scratch;

    buf_init(&scratch, 2048);
    item->integration = integration;
    item->model = keep(&item->model_len, g, canonical_get(ref, "model"), &scratch);
    item->remote_id = keep(&item->remote_id_len, g, canonical_get(ref, "remote_id"), &scratch);
    item->hint = keep(&item->hint_len, g, canonical_get(ref, "hint"), &scratch);
    buf_fini(&scratch);
    for (size_t i = 0; i < g->count; i++) {
        if (is_same(g, &g->items[i], item)) {
            return; /* it is looked at once */
        }
    }
    g->count++;
}

static bool take_delivery(void *ctx, const struct store_log *entry)
{
    struct gathering *g = ctx;
    struct weir_str refs = canonical_get(entry->json, "refs");
    struct canonical_walk walk;
    struct weir_str ref;
    char number[24];
    size_t count = 0;

    (void)snprintf(number, sizeof number, "%llu", (unsigned long long)g->number);
    if (g->number != 0 ? !weir_str_is(canonical_get(entry->json, "delivery"), number)
                       : !weir_str_is(canonical_get(entry->json, "own"), "false")) {
        return true; /* another, or one that we made ourselves */
    }
    canonical_begin(&walk, refs);
    while (canonical_item(&walk, &ref)) {
        count++;
    }
    if (count > RECORDS - g->count && g->deliveries > 0) {
        g->full = true;
        return false;
    }
    canonical_begin(&walk, refs);
    while (g->count < RECORDS && canonical_item(&walk, &ref)) {
        take_ref(g, entry->integration, ref);
    }
    (void)snprintf(number, sizeof number, "%zu", count);
    g->incomplete += weir_str_is(canonical_get(entry->json, "ref_count"), number) ? 0 : 1;
    g->deliveries++;
    g->found = true;
    g->last = (struct store_log_place){.at_ms = entry->at_ms, .seq = entry->seq};
    return g->number == 0;
}

/* Those of one integration in a row go together. */
static int look(struct request *r, const struct gathering *g, struct weir_error *err)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_ref *refs = calloc(g->count + 1, sizeof *refs);
    size_t from = 0;
    int rc = refs != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "no memory for the records");

    for (size_t i = 0; rc == 0 && i < g->count; i++) {
        const struct named *item = &g->items[i];

        refs[i] =
            (struct weir_ref){.model = weir_str_n(g->text.data + item->model, item->model_len),
                              .remote_id = weir_str_n(g->text.data + item->remote_id, item->remote_id_len),
                              .hint = weir_str_n(g->text.data + item->hint, item->hint_len)};
        if (i + 1 == g->count || g->items[i + 1].integration != item->integration) {
            rc = app->look(app->ctx, item->integration, refs + from, i + 1 - from, err);
            from = i + 1;
        }
    }
    free(refs);
    return rc;
}

/* ---- deliveries ---- */

static int read_range(struct store_log_search *search, struct request *r, struct body *body, uint64_t *number,
                      struct weir_error *err)
{
    const struct web_app *app = &r->web->options.app;
    int64_t now_ms = clock_now_ms(r->web->options.clock);
    struct web_integration it;
    struct weir_str text;
    uint8_t place[16];
    bool range = false;
    int rc = 0;

    (void)body_number(number, body, "number", err);
    if (body_text(&text, body, "integration", err)) {
        if (!app->integration(app->ctx, text, &it)) {
            return weir_fail(err, WEIR_E_NONE, "there is no such integration");
        }
        search->integration = it.number;
        api_integration_release(r, &it);
    }
    if (body_text(&text, body, "since", err)) {
        range = true;
        rc = when_parse(&search->since_ms, text, now_ms, "since", err);
    }
    if (rc == 0 && body_text(&text, body, "until", err)) {
        rc = when_parse(&search->until_ms, text, now_ms, "until", err);
    }
    if (rc == 0 && body_text(&text, body, "cursor", err)) {
        rc = cursor_decode(place, sizeof place, text, weir_str("deliveries replay"), weir_str("admin"), err);
        if (rc == 0) {
            search->before.at_ms = (int64_t)cursor_get_u64(place);
            search->before.seq = cursor_get_u64(place + 8);
        }
    }
    if (rc != 0 || err->code != 0) {
        return err->code;
    }
    if ((*number != 0) == range) {
        return weir_fail(err, WEIR_E_INVALID, "the body has to hold either \"number\" or \"since\"");
    }
    return 0;
}

static int gather(struct gathering *g, struct store *store, struct store_log_search *search,
                  struct weir_error *err)
{
    struct store_log_place reached = {0};
    int rc;

    search->kinds = UINT32_C(1) << STORE_LOG_DELIVERY;
    search->looks_max = LOOKS;
    do {
        rc = store_log_search(&reached, store, search, take_delivery, g, err);
        search->before = reached;
    } while (rc == 0 && reached.at_ms != 0 && !g->full && !(g->number != 0 && g->found));
    if (rc == 0) {
        rc = buf_check(&g->text, "the names of the records", err);
    }
    if (rc == 0 && g->number != 0 && !g->found) {
        rc = weir_fail(err, WEIR_E_NONE, "there is no such delivery in the log");
    }
    return rc;
}

static void answer(struct request *r, const struct gathering *g, bool dry_run)
{
    struct buf *out = answer_begin(r);
    uint8_t place[16];

    buf_add_char(out, '{');
    json_out_bool(out, "dry_run", dry_run);
    json_out_uint(out, "deliveries", g->deliveries);
    json_out_uint(out, "records", g->count);
    json_out_uint(out, "incomplete", g->incomplete);
    if (g->full) {
        cursor_put_u64(place, (uint64_t)g->last.at_ms);
        cursor_put_u64(place + 8, g->last.seq);
        json_out_key(out, "next");
        buf_add_char(out, '"');
        cursor_encode(out, weir_str("deliveries replay"), weir_str("admin"), place, sizeof place);
        buf_add_char(out, '"');
    } else {
        json_out_null(out, "next");
    }
    buf_add_char(out, '}');
    answer_end(r);
}

void admin_deliveries_replay(struct request *r)
{
    struct gathering *g = calloc(1, sizeof *g);
    struct store_log_search search = {.kinds = 0};
    struct weir_error err = {0};
    struct body *body = NULL;
    bool dry_run = false;
    int rc = g != NULL ? 0 : weir_fail(&err, WEIR_E_MEMORY, "no memory for a replay");

    if (g != NULL) {
        buf_init(&g->text, TEXT_MAX);
        rc = body_parse(&body, exchange_body(r->x), &err);
    }
    if (rc == 0) {
        (void)body_bool(&dry_run, body, "dry_run", &err);
        rc = read_range(&search, r, body, &g->number, &err);
    }
    if (rc == 0) {
        rc = gather(g, r->web->options.store, &search, &err);
    }
    if (rc == 0 && !dry_run) {
        rc = look(r, g, &err);
    }
    if (rc == 0) {
        answer(r, g, dry_run);
    } else {
        answer_failure(r, rc, &err);
    }
    if (g != NULL) {
        buf_fini(&g->text);
    }
    body_free(body);
    free(g);
}

/* ---- one record ---- */

static int check(const struct web_integration *it, struct weir_str model_name, struct weir_str remote_id,
                 struct weir_error *err)
{
    const struct model *model = model_find(model_name);

    if (model == NULL || remote_id.len == 0 || remote_id.len > STORE_REMOTE_ID_MAX) {
        return weir_fail(err, WEIR_E_INVALID,
                         "\"model\" has to name a model, as hris_employees, and \"remote_id\" the tool's id");
    }
    if (!scope_allows(it->scope, model)) {
        return weir_fail(err, WEIR_E_INVALID, "%s is not in the scope of %s", model->name, it->id);
    }
    for (size_t i = 0; i < it->model_count; i++) {
        if (strcmp(it->models[i].model, model->name) == 0 && it->models[i].by_id) {
            return 0;
        }
    }
    return weir_fail(err, WEIR_E_INVALID, "the connector cannot fetch a single record of %s: start a sync",
                     model->name);
}

void admin_refetch(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_ref ref = {.model = weir_str_n(NULL, 0)};
    struct web_integration it;
    struct weir_error err = {0};
    struct body *body = NULL;
    int rc;

    if (!api_integration_of_path(&it, r)) {
        return;
    }
    rc = body_parse(&body, exchange_body(r->x), &err);
    if (rc == 0) {
        (void)body_text(&ref.model, body, "model", &err);
        (void)body_text(&ref.remote_id, body, "remote_id", &err);
        rc = err.code != 0 ? err.code : check(&it, ref.model, ref.remote_id, &err);
    }
    if (rc == 0) {
        rc = app->look(app->ctx, it.number, &ref, 1, &err);
    }
    admin_answer_done(r, rc, &err);
    body_free(body);
    api_integration_release(r, &it);
}
