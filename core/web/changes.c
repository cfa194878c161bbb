#include "web/changes.h"

#include "model/render.h"
#include "web/cursor.h"
#include "web/json_out.h"
#include "web/stored.h"
#include "web/tool_fields.h"

#include <stdlib.h>

#define LIST_NAME "/v1/changes"
#define PLACE_BYTES 16
#define SCAN_MAX 5000 /* changes one page looks at */
#define KNOWN_MAX 16  /* integrations at hand */

/* ---- cursors ---- */

void web_changes_cursor(struct buf *out, const char *environment_id, const struct store_feed_place *place)
{
    uint8_t bytes[PLACE_BYTES];

    cursor_put_u64(bytes, place->number);
    cursor_put_u64(bytes + 8, (uint64_t)place->at_ms);
    cursor_encode(out, weir_str(LIST_NAME), weir_str(environment_id), bytes, sizeof bytes);
}

int changes_cursor_read(struct store_feed_place *out, struct weir_str text, const char *environment_id,
                        struct weir_error *err)
{
    uint8_t bytes[PLACE_BYTES];
    int rc = cursor_decode(bytes, sizeof bytes, text, weir_str(LIST_NAME), weir_str(environment_id), err);

    if (rc == 0) {
        out->number = cursor_get_u64(bytes);
        out->at_ms = (int64_t)(cursor_get_u64(bytes + 8) & INT64_MAX);
    }
    return rc;
}

static const char *sight(const struct changes_filter *filter)
{
    return filter->key != NULL ? filter->key->filter : "";
}

bool changes_filter_equal(const struct changes_filter *a, const struct changes_filter *b)
{
    return strcmp(sight(a), sight(b)) == 0 && a->integration == b->integration &&
           a->some_models == b->some_models && a->with_record == b->with_record &&
           memcmp(a->models, b->models, sizeof a->models) == 0;
}

/* ---- rows ---- */

struct known {
    uint32_t number;
    bool lent; /* there is one */
    struct web_integration it;
    struct form *forms;
    bool has_shown;
    struct shown_fields shown;
};

struct writing {
    struct buf *out;
    struct changes_span *span;
    struct web *web;
    struct store_reader *reader;
    const struct changes_filter *filter;
    struct known *known; /* KNOWN_MAX of them */
    size_t known_count, known_next;
    int rc; /* of a row that could not be written */
    struct weir_error *err;
};

static void forget(struct writing *w, struct known *known)
{
    forms_free(known->forms);
    known->forms = NULL;
    if (known->lent) {
        w->web->options.app.integration_release(w->web->options.app.ctx, &known->it);
    }
    if (known->has_shown) {
        shown_fields_fini(&known->shown);
    }
    known->lent = known->has_shown = false;
}

/* The integration as it is now; NULL: there is none any more. */
static struct known *find(struct writing *w, uint32_t number)
{
    const struct web_app *app = &w->web->options.app;
    struct known *known = NULL;

    for (size_t i = 0; i < w->known_count && known == NULL; i++) {
        known = w->known[i].number == number ? &w->known[i] : NULL;
    }
    if (known == NULL) {
        known = &w->known[w->known_next];
        forget(w, known);
        known->number = number;
        known->lent = app->integration_number(app->ctx, number, &known->it);
        w->known_count += w->known_count < KNOWN_MAX;
        w->known_next = (w->known_next + 1) % KNOWN_MAX;
    }
    return known->lent && known->it.row.state != STORE_DELETED ? known : NULL;
}

static bool wants(void *ctx, uint32_t integration)
{
    struct writing *w = ctx;

    const struct known *known = NULL;

    if (w->filter->integration == 0 || w->filter->integration == integration) {
        known = find(w, integration);
    }
    return known != NULL && auth_filter_sees(sight(w->filter), weir_str(known->it.id));
}

static bool has_model(const struct changes_filter *filter, uint8_t number)
{
    return !filter->some_models || (filter->models[number / 8] >> (number % 8) & 1) != 0;
}

static int load_shown(struct known *known, struct writing *w)
{
    if (known->has_shown) {
        return 0;
    }
    known->has_shown = true;
    return shown_fields_load(&known->shown, w->web, &known->it, w->err);
}

/* null for what is deleted, or not complete enough to be shown by its list. */
static int write_record(struct writing *w, struct known *known, const struct model *model, const char *id)
{
    struct stored from = {w->reader, known->number};
    struct lookup lookup = stored_lookup(&from);
    struct store_record record;
    int rc = load_shown(known, w);

    json_out_key(w->out, "record");
    if (rc == 0) {
        rc = store_record_get(&record, w->reader, known->number, model->number, weir_str(id), w->err);
    }
    if (rc == 0 && record.deleted_at_ms != 0) {
        rc = WEIR_E_NONE;
    }
    if (rc == 0) {
        struct lookup_source source = stored_source(&record);

        lookup.fields = &known->shown.fields;
        lookup.forms = &known->forms;
        rc = render_record(w->out, model, known->it.scope, &source.common, source.json, &lookup, false,
                           w->err);
    }
    if (rc == WEIR_E_NONE) {
        buf_add_text(w->out, "null");
        rc = 0;
    }
    return rc;
}

static int write_members(struct writing *w, const struct store_feed_row *row, struct known *known,
                         const struct model *model)
{
    const struct store_change *change = &row->change;
    struct buf *out = w->out;
    int rc = 0;

    buf_add_text(out, "{\"cursor\":\"");
    web_changes_cursor(out, w->web->environment_id, &row->place);
    buf_add_char(out, '"');
    json_out_text(out, "integration_id", known->it.id);
    json_out_text(out, "model", model->name);
    json_out_text(out, "id", change->id);
    json_out_text_or_null(out, "remote_id", change->remote_id);
    json_out_text(out, "change",
                  change->kind == STORE_CREATED ? "created"
                  : change->kind == STORE_GONE  ? "deleted"
                                                : "updated");
    json_out_time(out, "changed_at", change->at_ms);
    if (w->filter->with_record) {
        rc = write_record(w, known, model, change->id);
    }
    buf_add_char(out, '}');
    return rc;
}

static bool write_row(void *ctx, const struct store_feed_row *row)
{
    struct writing *w = ctx;
    struct known *known = find(w, row->integration);
    const struct model *model = model_by_number(row->change.model);

    if (known == NULL || model == NULL || !has_model(w->filter, model->number) ||
        !scope_allows(known->it.scope, model)) {
        return true;
    }
    if (w->span->form == CHANGES_LIST) {
        json_out_item(w->out);
        w->rc = write_members(w, row, known, model);
    } else {
        buf_add_text(w->out, "id: ");
        web_changes_cursor(w->out, w->web->environment_id, &row->place);
        buf_add_text(w->out, "\nevent: change\ndata: ");
        w->rc = write_members(w, row, known, model);
        buf_add_text(w->out, "\n\n");
    }
    if (w->rc == 0) {
        w->rc = buf_check(w->out, "a page of changes", w->err);
    }
    w->span->rows++;
    return w->rc == 0 && w->span->rows < w->span->rows_max && w->out->len < w->span->bytes_max;
}

int changes_write(struct buf *out, struct changes_span *span, struct web *web, struct store_reader *reader,
                  const struct changes_filter *filter, struct weir_error *err)
{
    struct writing w = {.out = out, .span = span, .web = web, .reader = reader, .filter = filter, .err = err};
    struct store_feed_query query = {
        .after = span->after, .scan_max = SCAN_MAX, .wants = wants, .each = write_row, .ctx = &w};
    int rc;

    span->rows = 0;
    w.known = calloc(KNOWN_MAX, sizeof *w.known);
    if (w.known == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for a page of changes");
    }
    rc = store_feed_read(&span->reached, &span->more, reader, &query, err);
    for (size_t i = 0; i < w.known_count; i++) {
        forget(&w, &w.known[i]);
    }
    free(w.known);
    return rc != 0 ? rc : w.rc;
}
