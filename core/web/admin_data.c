/*
 * admin_data: what records can be of - the models with their fields, and what can be done - and how one
 * record became what it is.
 *
 * The change log says when a record changed; who brought it is found beside it: the fetch or the page of a
 * sync that the log has of the same moment, or the sync that ran then. What is older than the log is listed
 * without that.
 */
#include "model/action.h"
#include "model/canonical.h"
#include "store/log_search.h"
#include "web/admin.h"
#include "web/api.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/trace_entry.h"

#define SCAN_MAX 100000 /* changes looked at for one page */
#define LOOKS_MAX 2000  /* entries of the log of one moment, and syncs */

/* ---- models ---- */

static void write_fields(struct buf *out, const struct model *model)
{
    json_out_open(out, "fields", '[');
    for (const struct model_field *f = model->fields; f->name != NULL; f++) {
        json_out_item(out);
        buf_add_char(out, '{');
        json_out_text(out, "name", f->name);
        json_out_bool(out, "required", model_field_required(f));
        json_out_bool(out, "raw", f->raw);
        json_out_bool(out, "shown", api_field_is_shown(model, f));
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void write_models(struct buf *out)
{
    json_out_open(out, "models", '[');
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        const struct model *model = model_nth(i);

        json_out_item(out);
        buf_add_char(out, '{');
        json_out_text(out, "name", model->name);
        json_out_text(out, "label", model->label);
        json_out_text(out, "category", api_category(model));
        json_out_bool(out, "listed", model->path != NULL);
        write_fields(out, model);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void write_actions(struct buf *out)
{
    json_out_open(out, "actions", '[');
    for (size_t i = 0; action_nth(i) != NULL; i++) {
        json_out_item(out);
        buf_add_char(out, '{');
        json_out_text(out, "id", action_nth(i)->id);
        json_out_text(out, "label", action_nth(i)->label);
        json_out_text(out, "category", action_nth(i)->category == WEIR_CATEGORY_HRIS ? "HRIS" : "ATS");
        json_out_text(out, "model", action_nth(i)->model);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

void admin_models(struct request *r)
{
    struct buf *out = answer_begin(r);

    buf_add_char(out, '{');
    write_models(out);
    write_actions(out);
    buf_add_char(out, '}');
    answer_end(r);
}

/* ---- the changes of one record ---- */

struct history {
    struct admin_list list;
    uint32_t integration;
    struct weir_str id;
    size_t scanned;
};

/* Who brought one of them. */
struct cause {
    struct buf *out;
    const struct store_change *change;
    size_t looks;
    bool by_fetch, by_sync;
    char sync[ID_TEXT]; /* as its entry in the log says; empty: it has none */
};

static void write_fields_of(struct cause *c, struct weir_str json)
{
    struct weir_str fields;

    if (entry_changed(&fields, json, weir_str(c->change->id)) && fields.len > 0) {
        json_out_key(c->out, "fields");
        buf_add_str(c->out, fields);
    } else {
        json_out_null(c->out, "fields");
    }
}

static bool take_entry(void *ctx, const struct store_log *entry)
{
    struct cause *c = ctx;
    struct trace_range range;
    struct weir_str deliveries;

    if (!entry_range(&range, entry->json) || c->change->seq < range.first || c->change->seq > range.last) {
        return true;
    }
    write_fields_of(c, entry->json);
    if (entry->kind == STORE_LOG_SYNC) {
        (void)snprintf(c->sync, sizeof c->sync, "%.*s", WEIR_STR_ARG(entry_text(entry->json, "sync")));
        return false;
    }
    c->by_fetch = true;
    deliveries = canonical_get(entry->json, "deliveries");
    json_out_key(c->out, "deliveries");
    buf_add_str(c->out, deliveries.len > 0 ? deliveries : weir_str("[]"));
    return false;
}

/* The one that its entry names, or without that the one that ran then. */
static bool take_sync(void *ctx, const struct store_sync *sync)
{
    struct cause *c = ctx;
    bool began = sync->started_at_ms <= c->change->at_ms;
    bool fits = c->sync[0] != '\0'
                    ? strcmp(c->sync, sync->id) == 0
                    : began && (sync->ended_at_ms == 0 || sync->ended_at_ms >= c->change->at_ms);

    if (fits) {
        c->by_sync = true;
        json_out_text(c->out, "sync", sync->id);
        json_out_text(c->out, "sync_type", sync->full ? "FULL" : "DELTA");
    }
    return !fits && !began && ++c->looks < LOOKS_MAX;
}

static void write_cause(const struct history *h, const struct store_change *change)
{
    struct store *st = h->list.r->web->options.store;
    struct cause c = {.out = h->list.out, .change = change};
    struct store_log_search search = {.kinds = UINT32_C(1) << STORE_LOG_FETCH | UINT32_C(1) << STORE_LOG_SYNC,
                                      .integration = h->integration,
                                      .since_ms = change->at_ms,
                                      .until_ms = change->at_ms + 1,
                                      .looks_max = LOOKS_MAX};
    struct store_log_place reached;

    /* Without either the row still says what changed, and when. */
    (void)store_log_search(&reached, st, &search, take_entry, &c, NULL);
    if (!c.by_fetch) {
        (void)store_syncs(st, h->integration, take_sync, &c, NULL);
    }
    if (c.sync[0] != '\0' && !c.by_sync) { /* its row is dropped already */
        c.by_sync = true;
        json_out_text(h->list.out, "sync", c.sync);
    }
    json_out_text(h->list.out, "by", c.by_fetch ? "fetch" : c.by_sync ? "sync" : "other");
}

static bool write_change(void *ctx, const struct store_change *change)
{
    static const char *const kinds[] = {"", "created", "updated", "deleted"};
    struct history *h = ctx;
    struct admin_list *list = &h->list;
    const struct model *model = model_by_number(change->model);

    if (!weir_str_is(h->id, change->id)) {
        return ++h->scanned < SCAN_MAX || admin_list_pause(list, change->seq, 0);
    }
    if (!admin_list_row(list, change->seq, 0)) {
        return false;
    }
    json_out_time(list->out, "at", change->at_ms);
    json_out_text(list->out, "model", model != NULL ? model->name : NULL);
    json_out_text(list->out, "remote_id", change->remote_id);
    json_out_text(list->out, "change", change->kind <= STORE_GONE ? kinds[change->kind] : "");
    write_cause(h, change);
    buf_add_char(list->out, '}');
    return true;
}

void admin_record_changes(struct request *r)
{
    static const char *const params[] = {NULL};
    struct history h = {.id = r->params[1]};
    struct store_reader *reader = NULL;
    struct weir_error err = {0};
    struct web_integration it;
    int rc;

    if (!api_integration_of_path(&it, r)) {
        return;
    }
    h.integration = it.number;
    api_integration_release(r, &it);
    if (!admin_list_begin(&h.list, r, params)) {
        return;
    }
    rc = store_reader_open(&reader, r->web->options.store, &err);
    if (rc == 0) {
        rc = store_changes_back(reader, h.integration, h.list.after[0], write_change, &h, &err);
    }
    store_reader_close(reader);
    admin_list_end(&h.list, rc, &err);
}
