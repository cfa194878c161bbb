#include "web/scope_effect.h"

#include "model/scope_text.h"
#include "web/admission.h"
#include "web/json_out.h"

#define READ_AT_ONCE 20000 /* records, until the view is opened anew: a long one makes the store grow */

/* ---- counting ---- */

struct counting {
    uint64_t live;
    size_t read;
    char last[ID_TEXT];
};

static bool count_one(void *ctx, const struct store_record *record)
{
    struct counting *c = ctx;

    c->live += record->deleted_at_ms == 0 && !record->placeholder;
    memcpy(c->last, record->id, sizeof c->last);
    return ++c->read < READ_AT_ONCE;
}

static int count_records(uint64_t *out, struct store *st, uint32_t integration, uint8_t model,
                         struct weir_error *err)
{
    struct counting c = {.read = READ_AT_ONCE};
    int rc = 0;

    while (rc == 0 && c.read >= READ_AT_ONCE) {
        struct store_reader *reader = NULL;
        char after[ID_TEXT];

        memcpy(after, c.last, sizeof after);
        c.read = 0;
        rc = store_reader_open(&reader, st, err);
        if (rc == 0) {
            rc = store_records_by_id(reader, integration, model, weir_str(after), count_one, &c, err);
        }
        store_reader_close(reader);
    }
    *out = c.live;
    return rc;
}

/* ---- comparing ---- */

struct effect {
    struct buf *out;
    struct store *store;
    const struct web_integration *it;
    const struct scope *was, *now;
    bool wider; /* there is something that only a full sync reads */
};

static bool field_changes(const struct effect *e, const struct model *model, const struct model_field *field)
{
    return scope_allows_field(e->was, model, field) != scope_allows_field(e->now, model, field);
}

static bool fields_change(const struct effect *e, const struct model *model)
{
    for (const struct model_field *f = model->fields; f->name != NULL; f++) {
        if (field_changes(e, model, f)) {
            return true;
        }
    }
    return false;
}

static void write_fields(struct effect *e, const struct model *model, const char *key, bool added)
{
    json_out_open(e->out, key, '[');
    for (const struct model_field *f = model->fields; f->name != NULL; f++) {
        if (field_changes(e, model, f) && scope_allows_field(e->now, model, f) == added) {
            json_out_item(e->out);
            json_out_str_value(e->out, weir_str(f->name));
            e->wider = e->wider || added;
        }
    }
    buf_add_char(e->out, ']');
}

static int write_model(struct effect *e, const struct model *model, struct weir_error *err)
{
    bool was = scope_allows(e->was, model);
    bool now = scope_allows(e->now, model);
    uint64_t records = 0;
    int rc;

    if (was == now && (!now || !fields_change(e, model))) {
        return 0;
    }
    rc = count_records(&records, e->store, e->it->number, model->number, err);
    if (rc != 0) {
        return rc;
    }
    json_out_item(e->out);
    buf_add_char(e->out, '{');
    json_out_text(e->out, "model", model->name);
    json_out_text(e->out, "change", was == now ? "fields" : now ? "added" : "removed");
    json_out_uint(e->out, "records", records);
    if (was == now) {
        write_fields(e, model, "fields_added", true);
        write_fields(e, model, "fields_removed", false);
    }
    e->wider = e->wider || (now && !was);
    buf_add_char(e->out, '}');
    return 0;
}

static void write_events(struct effect *e, const char *key, bool added)
{
    json_out_open(e->out, key, '[');
    for (size_t i = 0; e->it->events != NULL && i < e->it->event_count; i++) {
        bool was = scope_needs_event(e->was, &e->it->events[i]);
        bool now = scope_needs_event(e->now, &e->it->events[i]);

        if (was != now && now == added) {
            json_out_item(e->out);
            json_out_str_value(e->out, weir_str(e->it->events[i].name));
        }
    }
    buf_add_char(e->out, ']');
}

/* The integration's own refusals go with it. */
static int write_effect(struct buf *out, struct buf *wider, struct request *r,
                        const struct web_integration *it, const struct scope *scope, struct weir_error *err)
{
    struct scope *now = scope_dup(scope);
    struct effect e = {.out = out, .store = r->web->options.store, .it = it, .was = it->scope, .now = now};
    int rc = 0;

    if (now == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for a scope");
    }
    scope_adopt_refusals(now, it->scope);
    if (scope_digest(now) == scope_digest(it->scope)) {
        scope_free(now);
        return 0;
    }
    json_out_item(out);
    buf_add_char(out, '{');
    json_out_text(out, "integration", it->id);
    json_out_open(out, "models", '[');
    for (size_t i = 0; rc == 0 && model_nth(i) != NULL; i++) {
        rc = write_model(&e, model_nth(i), err);
    }
    buf_add_char(out, ']');
    write_events(&e, "events_added", true);
    write_events(&e, "events_removed", false);
    json_out_bool(out, "full_sync", e.wider);
    if (e.wider) {
        buf_printf(wider, "%s\n", it->id);
    }
    buf_add_char(out, '}');
    scope_free(now);
    return rc;
}

int scope_effect_of_change(struct buf *out, struct buf *wider, struct request *r, const struct scope *now,
                           struct weir_error *err)
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;
    int rc = 0;

    buf_add_char(out, '[');
    for (size_t n = 0; rc == 0 && app->integration_nth(app->ctx, n, &it); n++) {
        if (strcmp(scope_name(it.scope), scope_name(now)) == 0) {
            rc = write_effect(out, wider, r, &it, now, err);
        }
        app->integration_release(app->ctx, &it);
    }
    buf_add_char(out, ']');
    return rc == 0 ? buf_check(out, "the effects of a scope", err) : rc;
}

int scope_effect_of_assignment(struct buf *out, struct buf *wider, struct request *r,
                               struct weir_str integration, const struct scope *now, struct weir_error *err)
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;
    int rc;

    if (!app->integration(app->ctx, integration, &it)) {
        return weir_fail(err, WEIR_E_NONE, "there is no integration \"%.*s\"", WEIR_STR_ARG(integration));
    }
    buf_add_char(out, '[');
    rc = write_effect(out, wider, r, &it, now, err);
    buf_add_char(out, ']');
    app->integration_release(app->ctx, &it);
    return rc == 0 ? buf_check(out, "the effects of a scope", err) : rc;
}
