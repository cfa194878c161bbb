#include "harvest.h"

#include "host/registry.h"
#include "model/record.h"

#define CURSOR_MAX 4096
#define KEY_TEXT_MAX 400

void shelf_init(struct shelf *shelf)
{
    shelf->records = json_object();
}

void shelf_fini(struct shelf *shelf)
{
    json_decref(shelf->records);
}

static json_t *text_of(struct weir_str s)
{
    return json_stringn(s.data != NULL ? s.data : "", s.len);
}

/* ---- records ---- */

static bool is_listed(const struct weir_model_use *use, const char *field)
{
    for (size_t i = 0; use != NULL && use->fields[i] != NULL; i++) {
        if (strcmp(use->fields[i], field) == 0) {
            return true;
        }
    }
    return false;
}

static void check_fields(struct harvest *h, const struct model *model, struct weir_str remote_id,
                         const json_t *json)
{
    const struct weir_model_use *use = connector_model(h->connector, weir_str(model->name));
    const char *field;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)json, field, value)
    {
        if (model_field_find(model, weir_str(field)) == NULL) {
            findings_add(h->f, h->where, "%s %.*s has the field %.64s, which the model does not have",
                         model->name, WEIR_STR_ARG(remote_id), field);
        } else if (!is_listed(use, field)) {
            findings_add(h->f, h->where,
                         "%s %.*s has the field %.64s, which the connector's table does not list",
                         model->name, WEIR_STR_ARG(remote_id), field);
        }
    }
}

static void shelve(struct harvest *h, const char *key, const struct record *record, bool placeholder)
{
    (void)json_object_set_new(
        h->shelf->records, key,
        json_pack("{s:o, s:b}", "json", text_of(record->json), "placeholder", placeholder ? 1 : 0));
    (void)json_array_append_new(h->stored,
                                json_pack("{s:s, s:o, s:s, s:o, s:b}", "model", record->model->name,
                                          "remote_id", text_of(record->remote_id), "id", record->id, "json",
                                          json_loadb(record->json.data, record->json.len, 0, NULL),
                                          "placeholder", placeholder ? 1 : 0));
}

static int normalise(struct harvest *h, const struct model *model, struct weir_str remote_id,
                     struct weir_bytes json, bool placeholder, struct weir_error *err)
{
    struct record_repairs repairs = {0};
    struct record *record = NULL;
    struct weir_error why = {0};
    char key[KEY_TEXT_MAX];
    const json_t *known;
    const json_t *text;
    int rc;

    (void)snprintf(key, sizeof key, "%s %.*s", model->name, WEIR_STR_ARG(remote_id));
    known = json_object_get(h->shelf->records, key);
    if (placeholder && known != NULL) {
        return 0; /* something is known of it already */
    }
    text = json_object_get(known, "json");
    rc = record_normalise(&record, model, h->scope, weir_str(h->integration), remote_id, json,
                          weir_str_n(json_string_value(text), json_string_length(text)), &repairs, &why);
    if (rc == WEIR_E_INVALID) {
        findings_add(h->f, h->where, "%s does not fit the model and would be set aside: %s", key,
                     why.message);
        return 0;
    }
    if (rc != 0) {
        return weir_fail(err, rc, "%s", why.message);
    }
    if (repairs.count > 0) {
        (void)json_array_append_new(h->repairs, json_sprintf("%s.%s", model->name, repairs.first));
    }
    shelve(h, key, record, placeholder);
    record_free(record);
    return 0;
}

static int on_record(void *ctx, struct weir_str model_name, struct weir_str remote_id, struct weir_bytes json,
                     bool placeholder, struct weir_error *err)
{
    struct harvest *h = ctx;
    const struct model *model = model_find(model_name);
    json_error_t at;
    json_t *parsed = json_loadb((const char *)json.data, json.len, 0, &at);

    if (parsed == NULL) {
        findings_add(h->f, h->where, "%.*s %.*s is not JSON: %s", WEIR_STR_ARG(model_name),
                     WEIR_STR_ARG(remote_id), at.text);
        return 0;
    }
    if (h->shelf != NULL && model != NULL) {
        check_fields(h, model, remote_id, parsed);
    }
    (void)json_array_append_new(placeholder ? h->placeholders : h->records,
                                json_pack("{s:o, s:o, s:o}", "model", text_of(model_name), "remote_id",
                                          text_of(remote_id), "json", parsed));
    if (h->shelf == NULL) {
        return 0;
    }
    if (model == NULL) {
        findings_add(h->f, h->where, "the model %.*s is not one of Weir's: its records would be dropped",
                     WEIR_STR_ARG(model_name));
        return 0;
    }
    if (!scope_allows(h->scope, model)) {
        h->left_out++;
        return 0;
    }
    return normalise(h, model, remote_id, json, placeholder, err);
}

/* ---- the rest ---- */

static int on_gone(void *ctx, struct weir_str model, struct weir_str remote_id, struct weir_error *err)
{
    struct harvest *h = ctx;

    (void)err;
    (void)json_array_append_new(
        h->gone, json_pack("{s:o, s:o}", "model", text_of(model), "remote_id", text_of(remote_id)));
    return 0;
}

static int on_complete(void *ctx, struct weir_str model_name, struct weir_str field_name,
                       struct weir_str parent_id, struct weir_error *err)
{
    struct harvest *h = ctx;
    const struct model *model = model_find(model_name);
    const struct model_field *field = model != NULL ? model_field_find(model, field_name) : NULL;

    (void)json_array_append_new(h->complete,
                                json_pack("{s:o, s:o, s:o}", "model", text_of(model_name), "field",
                                          text_of(field_name), "parent_id", text_of(parent_id)));
    if (model != NULL && (field == NULL || field->slot == 0 || field->target == NULL)) {
        return weir_fail(err, WEIR_E_INVALID, "the connector named %s.%.*s as a reference, which it is not",
                         model->name, WEIR_STR_ARG(field_name));
    }
    return 0;
}

static int on_event(void *ctx, const struct weir_event *event, struct weir_error *err)
{
    struct harvest *h = ctx;
    json_t *refs = json_array();

    (void)err;
    for (size_t i = 0; i < event->ref_count; i++) {
        const struct weir_ref *ref = &event->refs[i];
        json_t *one =
            json_pack("{s:o, s:o}", "model", text_of(ref->model), "remote_id", text_of(ref->remote_id));

        if (ref->hint.len > 0) {
            (void)json_object_set_new(one, "hint", text_of(ref->hint));
        }
        (void)json_array_append_new(refs, one);
    }
    (void)json_array_append_new(h->events,
                                json_pack("{s:o, s:o, s:I, s:o}", "type", text_of(event->type), "upstream_id",
                                          text_of(event->upstream_id), "occurred_at",
                                          (json_int_t)event->occurred_at_ms, "refs", refs));
    return 0;
}

/* What it did is read back by fetch->record, so the table has to offer that. */
static int on_touched(void *ctx, const struct weir_ref *ref, struct weir_error *err)
{
    struct harvest *h = ctx;
    const struct weir_model_use *use = connector_model(h->connector, ref->model);
    json_t *one = json_pack("{s:o, s:o}", "model", text_of(ref->model), "remote_id", text_of(ref->remote_id));

    (void)err;
    if (ref->hint.len > 0) {
        (void)json_object_set_new(one, "hint", text_of(ref->hint));
    }
    (void)json_array_append_new(h->touched, one);
    if (use == NULL || !use->by_id) {
        findings_add(
            h->f, h->where,
            "it touched %.*s %.*s, which cannot be read back: the connector's table says that the model is "
            "not fetched by its id",
            WEIR_STR_ARG(ref->model), WEIR_STR_ARG(ref->remote_id));
    }
    return 0;
}

static int on_warning(void *ctx, struct weir_str message, struct weir_error *err)
{
    struct harvest *h = ctx;

    (void)err;
    (void)json_array_append_new(h->warnings, text_of(message));
    return 0;
}

static int on_next(void *ctx, struct weir_str cursor, struct weir_error *err)
{
    struct harvest *h = ctx;

    buf_clear(&h->next);
    buf_add_str(&h->next, cursor);
    return buf_check(&h->next, "the cursor of the next page", err);
}

void harvest_init(struct harvest *h)
{
    h->sink = (struct call_sink){.ctx = h,
                                 .event = on_event,
                                 .record = on_record,
                                 .gone = on_gone,
                                 .complete = on_complete,
                                 .next = on_next,
                                 .touched = on_touched,
                                 .warning = on_warning};
    h->events = json_array();
    h->records = json_array();
    h->placeholders = json_array();
    h->gone = json_array();
    h->complete = json_array();
    h->touched = json_array();
    h->warnings = json_array();
    h->repairs = json_array();
    h->stored = json_array();
    h->left_out = 0;
    buf_init(&h->next, CURSOR_MAX);
}

void harvest_fini(struct harvest *h)
{
    json_decref(h->events);
    json_decref(h->records);
    json_decref(h->placeholders);
    json_decref(h->gone);
    json_decref(h->complete);
    json_decref(h->touched);
    json_decref(h->warnings);
    json_decref(h->repairs);
    json_decref(h->stored);
    buf_fini(&h->next);
}

void harvest_next_page(struct harvest *h)
{
    buf_clear(&h->next);
}
