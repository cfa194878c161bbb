/*
 * api_fields: an integration's own fields, the environment's custom fields, and which of the one fills which
 * of the other.
 */
#include "web/api.h"
#include "web/body.h"
#include "web/cursor.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/query.h"
#include "web/tool_fields.h"

#define PAGE_DEFAULT 100
#define PAGE_MAX 250

/* ---- pages ---- */

struct fields_page {
    uint32_t size, count;
    char after[ID_TEXT]; /* "": from the start */
    char last[ID_TEXT];
    bool more;
};

static int page_read(struct fields_page *page, struct request *r, struct weir_error *err)
{
    uint8_t place[ID_LEN];
    struct query query;
    struct weir_str text;
    int rc = query_init(&query, exchange_query(r->x), err);

    *page = (struct fields_page){.size = PAGE_DEFAULT};
    if (rc == 0) {
        rc = query_number(&page->size, &query, "page_size", 1, PAGE_MAX, err);
    }
    if (rc == 0 && query_get(&text, &query, "cursor") && text.len > 0) {
        rc = cursor_decode(place, sizeof place, text, weir_str(r->route->path), r->params[0], err);
        if (rc == 0) {
            memcpy(page->after, place, ID_LEN);
        }
    }
    query_fini(&query);
    return rc;
}

/* Does the one of this id belong to the page? */
static bool page_takes(struct fields_page *page, const char *id)
{
    if (strcmp(id, page->after) <= 0 || page->more) {
        return false;
    }
    if (page->count == page->size) {
        page->more = true;
        return false;
    }
    page->count++;
    memcpy(page->last, id, ID_TEXT);
    return true;
}

static void page_end(struct fields_page *page, struct request *r, struct buf *out)
{
    buf_add_char(out, ']');
    json_out_key(out, "next");
    if (page->more) {
        buf_add_char(out, '"');
        cursor_encode(out, weir_str(r->route->path), r->params[0], (const uint8_t *)page->last, ID_LEN);
        buf_add_char(out, '"');
    } else {
        buf_add_text(out, "null");
    }
    buf_add_char(out, '}');
}

/* ---- one of them ---- */

static void put_identity(struct buf *out, const struct tool_field *field)
{
    json_out_text(out, "id", field->id);
    json_out_text(out, "key", field->field.key);
}

static void put_type(struct buf *out, const struct tool_field *field)
{
    json_out_text(out, "type", field->field.custom ? "CUSTOM" : "DEFAULT");
    json_out_null(out, "label");
}

static void put_tool_field(struct buf *out, const struct tool_field *field)
{
    buf_add_char(out, '{');
    put_identity(out, field);
    json_out_text(out, "model", field->model->name);
    put_type(out, field);
    json_out_bool(out, "is_passthrough_enabled", field->field.shown);
    json_out_bool(out, "is_writable", false);
    buf_add_char(out, '}');
}

static void put_custom_field(struct buf *out, const struct custom_field *custom,
                             const struct tool_field *from)
{
    buf_add_char(out, '{');
    json_out_text(out, "id", custom->id);
    json_out_text(out, "key", custom->key);
    if (from == NULL) {
        json_out_null(out, "integration_field");
    } else {
        json_out_open(out, "integration_field", '{');
        put_identity(out, from);
        put_type(out, from);
        buf_add_char(out, '}');
    }
    json_out_text(out, "model", custom->model->name);
    json_out_text_or_null(out, "label", custom->label);
    json_out_text_or_null(out, "description", custom->description);
    buf_add_char(out, '}');
}

/* ---- what an answer needs ---- */

struct fields_answer {
    struct request *r;
    struct web_integration it;
    struct tool_fields tools;
    struct custom_fields customs;
    struct mappings mappings;
};

/* false: there is no such integration, which was answered. */
static bool begin(struct fields_answer *a, struct request *r, struct weir_error *err)
{
    *a = (struct fields_answer){.r = r};
    if (!api_integration_of_path(&a->it, r)) {
        return false;
    }
    if (tool_fields_load(&a->tools, r->web, &a->it, err) != 0 ||
        custom_fields_load(&a->customs, r->web, err) != 0) {
        return true;
    }
    (void)mappings_load(&a->mappings, r->web, &a->it, err);
    return true;
}

static void end(struct fields_answer *a, const struct weir_error *err)
{
    if (err->code != 0) {
        answer_failure(a->r, err->code, err);
    }
    tool_fields_fini(&a->tools);
    custom_fields_fini(&a->customs);
    mappings_fini(&a->mappings);
    api_integration_release(a->r, &a->it);
}

static void changed(const struct fields_answer *a, const struct model *model)
{
    const struct web_app *app = &a->r->web->options.app;

    app->fields_changed(app->ctx, a->it.number, model->number);
}

/* ---- the endpoints ---- */

void api_integration_fields(struct request *r)
{
    struct weir_error err = {0};
    struct fields_answer a;
    struct fields_page page;
    struct buf *out;

    if (!begin(&a, r, &err)) {
        return;
    }
    if (err.code == 0 && page_read(&page, r, &err) == 0) {
        out = answer_begin(r);
        buf_add_text(out, "{\"results\":[");
        for (size_t i = 0; i < a.tools.count; i++) {
            if (page_takes(&page, a.tools.items[i].id)) {
                json_out_item(out);
                put_tool_field(out, &a.tools.items[i]);
            }
        }
        page_end(&page, r, out);
        answer_end(r);
    }
    end(&a, &err);
}

void api_custom_fields(struct request *r)
{
    struct weir_error err = {0};
    struct fields_answer a;
    struct fields_page page;
    struct buf *out;

    if (!begin(&a, r, &err)) {
        return;
    }
    if (err.code == 0 && page_read(&page, r, &err) == 0) {
        out = answer_begin(r);
        buf_add_text(out, "{\"results\":[");
        for (size_t i = 0; i < a.customs.count; i++) {
            const struct custom_field *custom = &a.customs.items[i];

            if (strcmp(api_category(custom->model), a.it.category) == 0 && page_takes(&page, custom->id)) {
                json_out_item(out);
                put_custom_field(out, custom, mappings_find(&a.mappings, &a.tools, custom));
            }
        }
        page_end(&page, r, out);
        answer_end(r);
    }
    end(&a, &err);
}

/* The body's integration_field_id: *field NULL for null. */
static int read_mapping(const struct tool_field **field, const struct fields_answer *a,
                        const struct custom_field *custom, struct weir_error *err)
{
    struct body *body = NULL;
    struct weir_str id = {NULL, 0};
    int rc = body_parse(&body, exchange_body(a->r->x), err);

    *field = NULL;
    if (rc == 0 && !body_names(body, "integration_field_id")) {
        rc = weir_fail(err, WEIR_E_INVALID,
                       "the body has no \"integration_field_id\": an id, or null for none");
    }
    if (rc == 0 && body_text(&id, body, "integration_field_id", err)) {
        *field = tool_fields_find(&a->tools, id);
        if (*field == NULL || (*field)->model != custom->model) {
            rc = weir_fail(err, WEIR_E_INVALID, "\"integration_field_id\" names no field of %s here",
                           custom->model->name);
        }
    }
    body_free(body);
    return rc != 0 ? rc : err->code;
}

static int map(const struct fields_answer *a, const struct custom_field *custom,
               const struct tool_field *field, struct weir_error *err)
{
    struct store_mapping mapping = {.model = custom->model->number};
    int rc;

    memcpy(mapping.key, custom->key, sizeof mapping.key);
    if (field != NULL) {
        mapping.custom = field->field.custom;
        memcpy(mapping.from, field->field.key, sizeof mapping.from);
    }
    rc = store_mapping_set(a->r->web->options.store, a->it.number, &mapping, err);
    if (rc == 0) {
        changed(a, custom->model);
    }
    return rc;
}

void api_custom_field_map(struct request *r)
{
    struct weir_error err = {0};
    struct fields_answer a;
    const struct custom_field *custom;
    const struct tool_field *field;

    if (!begin(&a, r, &err)) {
        return;
    }
    custom = custom_fields_find(&a.customs, r->params[1]);
    if (err.code == 0 && custom == NULL) {
        answer_error(r, ANSWER_NOT_FOUND, "There is no custom field \"%.*s\".",
                     r->params[1].len < 60 ? (int)r->params[1].len : 60, r->params[1].data);
    } else if (err.code == 0 && read_mapping(&field, &a, custom, &err) == 0 &&
               map(&a, custom, field, &err) == 0) {
        put_custom_field(answer_begin(r), custom, field);
        answer_end(r);
    }
    end(&a, &err);
}

static int read_shown(bool *shown, struct request *r, struct weir_error *err)
{
    struct body *body = NULL;
    int rc = body_parse(&body, exchange_body(r->x), err);

    if (rc == 0 && !body_names(body, "enable_passthrough")) {
        rc = weir_fail(err, WEIR_E_INVALID,
                       "the body has no \"enable_passthrough\": true, false, or null to leave it");
    }
    if (rc == 0) {
        (void)body_bool(shown, body, "enable_passthrough", err);
    }
    body_free(body);
    return rc != 0 ? rc : err->code;
}

static int show(const struct fields_answer *a, struct tool_field *field, bool shown, struct weir_error *err)
{
    int rc = 0;

    if (field->field.shown != shown) {
        field->field.shown = shown;
        rc = store_field_show(a->r->web->options.store, a->it.number, &field->field, err);
        if (rc == 0) {
            changed(a, field->model);
        }
    }
    return rc;
}

void api_integration_field_set(struct request *r)
{
    struct weir_error err = {0};
    struct fields_answer a;
    const struct tool_field *found;
    struct tool_field field;
    bool shown;

    if (!begin(&a, r, &err)) {
        return;
    }
    found = tool_fields_find(&a.tools, r->params[1]);
    if (err.code == 0 && found == NULL) {
        answer_error(r, ANSWER_NOT_FOUND, "There is no integration field \"%.*s\".",
                     r->params[1].len < 60 ? (int)r->params[1].len : 60, r->params[1].data);
    } else if (err.code == 0) {
        field = *found;
        shown = field.field.shown;
        if (read_shown(&shown, r, &err) == 0 && show(&a, &field, shown, &err) == 0) {
            put_tool_field(answer_begin(r), &field);
            answer_end(r);
        }
    }
    end(&a, &err);
}
