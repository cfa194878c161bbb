#include "model/render.h"

#include "base/datetime.h"
#include "base/id.h"
#include "model/canonical.h"

struct render {
    struct buf *out;
    const struct scope *scope;
    const struct render_lookup *lookup;
    bool include_deleted;
    struct weir_error *err;
};

static void add_time(struct buf *out, int64_t ms)
{
    char text[DATETIME_TEXT];

    datetime_format(text, ms);
    buf_add_char(out, '"');
    buf_add_text(out, text);
    buf_add_char(out, '"');
}

static void add_key(struct buf *out, const char *key, bool first)
{
    if (!first) {
        buf_add_char(out, ',');
    }
    buf_add_char(out, '"');
    buf_add_text(out, key);
    buf_add_text(out, "\":");
}

/* ---- keys without a join ---- */

/* true: key was one of the four that each record has. */
static bool add_common(struct buf *out, const struct render_common *common, const char *key)
{
    if (strcmp(key, "id") == 0) {
        buf_add_json_str(out, common->id);
    } else if (strcmp(key, "remote_id") == 0) {
        buf_add_json_str(out, common->remote_id);
    } else if (strcmp(key, "changed_at") == 0) {
        add_time(out, common->changed_at_ms);
    } else if (strcmp(key, "remote_deleted_at") == 0) {
        if (common->remote_deleted_at_ms != 0) {
            add_time(out, common->remote_deleted_at_ms);
        } else {
            buf_add_text(out, "null");
        }
    } else {
        return false;
    }
    return true;
}

static int add_column(struct render *r, const struct model *model, const struct model_field *field,
                      struct weir_str value)
{
    if (value.len > 0 && scope_allows_field(r->scope, model, field)) {
        buf_add_str(r->out, value);
        return 0;
    }
    if (model_field_required(field)) {
        return weir_fail(r->err, WEIR_E_NONE, "%s: %s has no value, and it may not be null", model->name,
                         field->name);
    }
    buf_add_text(r->out, field->nullable ? "null" : "[]");
    return 0;
}

/* ---- embedded records ---- */

/* WEIR_E_NONE: it lacks what it may not; out is then as before. */
static int add_short_form(struct render *r, const struct model_join *join, const struct model *model,
                          const struct render_source *source)
{
    struct weir_str columns[MODEL_FIELDS_MAX];
    const struct model_field *expected = model->fields;
    size_t start = r->out->len;

    canonical_columns(columns, model, source->json);
    buf_add_char(r->out, '{');
    for (size_t i = 0; join->fields[i] != NULL; i++) {
        const char *key = join->fields[i];
        const struct model_field *field;
        int rc;

        add_key(r->out, key, i == 0);
        if (add_common(r->out, &source->common, key)) {
            continue;
        }
        field = model_field_find_from(model, expected, weir_str(key));
        expected = field + 1;
        rc = add_column(r, model, field, columns[model_field_index(model, field)]);
        if (rc != 0) {
            r->out->len = start;
            return rc;
        }
    }
    buf_add_char(r->out, '}');
    return 0;
}

/* Nothing to embed: null where that fits. */
static int add_nothing(struct render *r, const struct model *model, const struct model_join *join)
{
    if (join->kind != JOIN_ONE) {
        buf_add_text(r->out, "[]");
        return 0;
    }
    if (join->not_null) {
        return weir_fail(r->err, WEIR_E_NONE, "%s: %s is not known, and it may not be null", model->name,
                         join->name);
    }
    buf_add_text(r->out, "null");
    return 0;
}

static int add_one(struct render *r, const struct model *model, const struct model_join *join,
                   const struct model *target, struct weir_str id)
{
    struct render_source source;
    int rc = WEIR_E_NONE;

    if (id.len > 0) {
        rc = r->lookup->by_id(r->lookup->ctx, target, id, &source, r->err);
    }
    if (rc == 0) {
        rc = add_short_form(r, join, target, &source);
    }
    return rc == WEIR_E_NONE ? add_nothing(r, model, join) : rc;
}

/* An entry of a list, unless it is deleted, unknown, or lacks what it may not. */
static int add_entry(struct render *r, const struct model_join *join, const struct model *target,
                     const struct render_source *source, bool *first)
{
    size_t start = r->out->len;
    int rc;

    if (source->common.remote_deleted_at_ms != 0 && !r->include_deleted) {
        return 0;
    }
    if (!*first) {
        buf_add_char(r->out, ',');
    }
    rc = add_short_form(r, join, target, source);
    if (rc == 0) {
        *first = false;
    } else {
        r->out->len = start;
    }
    return rc == WEIR_E_NONE ? 0 : rc;
}

static int add_list(struct render *r, const struct model_join *join, const struct model *target,
                    struct weir_str ids)
{
    struct canonical_walk walk;
    struct weir_str item;
    bool first = true;

    buf_add_char(r->out, '[');
    canonical_begin(&walk, ids);
    while (canonical_item(&walk, &item)) {
        struct render_source source;
        int rc = r->lookup->by_id(r->lookup->ctx, target, canonical_inner(item), &source, r->err);

        if (rc == 0) {
            rc = add_entry(r, join, target, &source, &first);
        }
        if (rc != 0 && rc != WEIR_E_NONE) {
            return rc;
        }
    }
    buf_add_char(r->out, ']');
    return 0;
}

struct children {
    struct render *render;
    const struct model_join *join;
    const struct model *model;
    bool first;
    int rc;
};

static bool add_child(void *each_ctx, const struct render_source *child)
{
    struct children *c = each_ctx;

    c->rc = add_entry(c->render, c->join, c->model, child, &c->first);
    return c->rc == 0;
}

static int add_children(struct render *r, const struct model_join *join, const struct model *child,
                        struct weir_str parent_id)
{
    struct children c = {.render = r, .join = join, .model = child, .first = true};
    const struct model_field *via = model_field_find(child, weir_str(join->via));
    int rc;

    buf_add_char(r->out, '[');
    rc = r->lookup->children(r->lookup->ctx, child, via->slot, parent_id, add_child, &c, r->err);
    buf_add_char(r->out, ']');
    return c.rc != 0 ? c.rc : rc;
}

static int add_join(struct render *r, const struct model *model, const struct model_join *join,
                    const struct render_common *common, const struct weir_str *columns)
{
    const struct model *other = model_find(weir_str(join->model));
    const struct model_field *via =
        model_field_find(join->kind == JOIN_CHILDREN ? other : model, weir_str(join->via));
    struct weir_str value;

    if (!scope_allows(r->scope, other) ||
        !scope_allows_field(r->scope, join->kind == JOIN_CHILDREN ? other : model, via)) {
        return add_nothing(r, model, join);
    }
    if (join->kind == JOIN_CHILDREN) {
        return add_children(r, join, other, common->id);
    }
    value = columns[model_field_index(model, via)];
    if (join->kind == JOIN_LIST) {
        return add_list(r, join, other, value);
    }
    return add_one(r, model, join, other, canonical_inner(value));
}

/* ---- the record ---- */

static int add_keys(struct render *r, const struct model *model, const struct render_common *common,
                    const struct weir_str *columns)
{
    const struct model_field *expected = model->fields;
    const struct model_join *join = model->joins;

    /* Joins come in the order of the keys (the table's test sees to it), so only the next one can be meant.
     */
    for (size_t i = 0; model->key_order[i] != NULL; i++) {
        const char *key = model->key_order[i];
        int rc = 0;

        add_key(r->out, key, i == 0);
        if (join->name != NULL && strcmp(join->name, key) == 0) {
            rc = add_join(r, model, join++, common, columns);
        } else if (!add_common(r->out, common, key)) {
            const struct model_field *field = model_field_find_from(model, expected, weir_str(key));

            expected = field + 1;
            rc = add_column(r, model, field, columns[model_field_index(model, field)]);
        }
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

int render_record(struct buf *out, const struct model *model, const struct scope *scope,
                  const struct render_common *common, struct weir_str stored_json,
                  const struct render_lookup *lookup, bool include_deleted, struct weir_error *err)
{
    struct render r = {
        .out = out, .scope = scope, .lookup = lookup, .include_deleted = include_deleted, .err = err};
    struct weir_str columns[MODEL_FIELDS_MAX];
    size_t start = out->len;
    int rc;

    canonical_columns(columns, model, stored_json);
    buf_add_char(out, '{');
    rc = add_keys(&r, model, common, columns);
    buf_add_char(out, '}');
    if (rc == 0) {
        rc = buf_check(out, "records of the answer", err);
    }
    if (rc != 0) {
        out->len = start;
    }
    return rc;
}
