/*
 * admin_fields: custom fields of the environment: those of the file are shown, others are made and deleted
 * here.
 */
#include "web/admin.h"
#include "web/body.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/tool_fields.h"

static void put_field(struct buf *out, const struct custom_field *field)
{
    buf_add_char(out, '{');
    json_out_text(out, "id", field->id);
    json_out_text(out, "key", field->key);
    json_out_text(out, "model", field->model->name);
    json_out_text_or_null(out, "label", field->label);
    json_out_text_or_null(out, "description", field->description);
    json_out_bool(out, "runtime", field->runtime);
    buf_add_char(out, '}');
}

void admin_custom_fields(struct request *r)
{
    struct weir_error err = {0};
    struct custom_fields all;
    struct buf *out;
    int rc = custom_fields_load(&all, r->web, &err);

    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        out = answer_begin(r);
        buf_add_text(out, "{\"results\":[");
        for (size_t i = 0; i < all.count; i++) {
            json_out_item(out);
            put_field(out, &all.items[i]);
        }
        buf_add_text(out, "],\"next\":null}");
        answer_end(r);
    }
    custom_fields_fini(&all);
}

/* ---- making one ---- */

static bool key_is_good(struct weir_str key)
{
    bool good = key.len > 0 && key.len <= 64;

    for (size_t i = 0; good && i < key.len; i++) {
        char c = key.data[i];

        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-' || c == '.';
    }
    return good;
}

static void read_text(char out[STORE_CUSTOM_TEXT_MAX + 1], const struct body *body, const char *key,
                      struct weir_error *err)
{
    struct weir_str text = {NULL, 0};

    if (!body_text(&text, body, key, err)) {
        return;
    }
    if (text.len > STORE_CUSTOM_TEXT_MAX || memchr(text.data, '\0', text.len) != NULL) {
        weir_fail(err, WEIR_E_INVALID, "\"%s\" has to be a text of at most %d bytes", key,
                  STORE_CUSTOM_TEXT_MAX);
        return;
    }
    memcpy(out, text.data, text.len);
}

static int read_field(struct store_custom_field *out, struct request *r, struct weir_error *err)
{
    struct weir_str name = {NULL, 0};
    struct weir_str key = {NULL, 0};
    const struct model *model;
    struct body *body = NULL;
    int rc = body_parse(&body, exchange_body(r->x), err);

    if (rc != 0) {
        return rc;
    }
    (void)body_text(&name, body, "model", err);
    (void)body_text(&key, body, "key", err);
    read_text(out->label, body, "label", err);
    read_text(out->description, body, "description", err);
    model = name.len > 0 ? model_find(name) : NULL;
    if (err->code == 0 && (model == NULL || !fields_known_of(model))) {
        weir_fail(err, WEIR_E_INVALID,
                  "\"model\" has to be hris_employees, hris_employments, ats_candidates, ats_applications or "
                  "ats_jobs");
    } else if (err->code == 0 && !key_is_good(key)) {
        weir_fail(err, WEIR_E_INVALID,
                  "\"key\" has to be 1 to 64 of letters, digits, \"_\", \"-\" and \".\"");
    } else if (err->code == 0) {
        out->model = model->number;
        memcpy(out->key, key.data, key.len);
    }
    body_free(body);
    return err->code;
}

/* The one of this model and key; NULL: none. */
static const struct custom_field *find(const struct custom_fields *all,
                                       const struct store_custom_field *field)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].model->number == field->model && strcmp(all->items[i].key, field->key) == 0) {
            return &all->items[i];
        }
    }
    return NULL;
}

void admin_custom_field_create(struct request *r)
{
    struct store_custom_field field = {.model = 0};
    struct weir_error err = {0};
    struct custom_fields all = {NULL, 0};
    const struct custom_field *there = NULL;
    int rc = read_field(&field, r, &err);

    if (rc == 0) {
        rc = custom_fields_load(&all, r->web, &err);
        there = rc == 0 ? find(&all, &field) : NULL;
    }
    if (rc == 0 && there != NULL && !there->runtime) {
        rc = weir_fail(&err, WEIR_E_CONFIG, "the custom field \"%s\" stands in the file: change it there",
                       field.key);
    }
    if (rc == 0) {
        rc = store_custom_field_put(r->web->options.store, &field, &err);
    }
    if (rc == 0) {
        custom_fields_fini(&all);
        rc = custom_fields_load(&all, r->web, &err);
    }
    there = rc == 0 ? find(&all, &field) : NULL;
    if (there == NULL) {
        answer_failure(r, rc, &err);
    } else {
        put_field(answer_begin(r), there);
        answer_end(r);
    }
    custom_fields_fini(&all);
}

void admin_custom_field_delete(struct request *r)
{
    struct weir_error err = {0};
    struct custom_fields all = {NULL, 0};
    const struct custom_field *there;
    int rc = custom_fields_load(&all, r->web, &err);

    there = rc == 0 ? custom_fields_find(&all, r->params[0]) : NULL;
    if (rc == 0 && there == NULL) {
        rc = weir_fail(&err, WEIR_E_NONE, "there is no such custom field");
    } else if (rc == 0 && !there->runtime) {
        rc = weir_fail(&err, WEIR_E_CONFIG, "the custom field \"%s\" stands in the file: take it out there",
                       there->key);
    } else if (rc == 0) {
        rc = store_custom_field_del(r->web->options.store, there->model->number, there->key, &err);
    }
    admin_answer_done(r, rc, &err);
    custom_fields_fini(&all);
}
