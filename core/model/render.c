#include "model/render.h"

#include "base/datetime.h"
#include "base/id.h"
#include "model/canonical.h"

struct render {
    struct buf *out;
    const struct scope *scope;
    const struct lookup *lookup;
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
static bool add_common(struct buf *out, const struct lookup_common *common, const char *key)
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

/* columns: of the record it is a field of. */
static int add_column(struct render *r, const struct model *model, const struct model_field *field,
                      const struct weir_str *columns)
{
    const struct fields_of of = {r->lookup->fields, model, r->scope, columns};
    struct weir_str value = columns[model_field_index(model, field)];

    if (fields_add(r->out, &of, field)) {
        return 0;
    }
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

/* Where the keys of an object come from: a record, and the entry of a list through which it was found. */
struct shape {
    const struct model *model;
    const struct lookup_common *common;
    const struct weir_str *columns;
    const struct model_field *parts; /* of the entry; NULL: there is none */
    struct weir_str entry;
};

static int add_join(struct render *r, const struct shape *in, const struct model_join *join);

static const struct model_field *part_find(const struct model_field *parts, const char *name)
{
    while (parts != NULL && parts->name != NULL && strcmp(parts->name, name) != 0) {
        parts++;
    }
    return parts != NULL && parts->name != NULL ? parts : NULL;
}

static const struct model_join *nested_find(const struct model_join *joins, const char *name)
{
    while (joins != NULL && joins->name != NULL && strcmp(joins->name, name) != 0) {
        joins++;
    }
    return joins != NULL && joins->name != NULL ? joins : NULL;
}

/* A part of the entry: scope has decided on the list that holds it. */
static void add_part(struct render *r, const struct model_field *part, struct weir_str value)
{
    if (value.len > 0) {
        buf_add_str(r->out, value);
    } else {
        buf_add_text(r->out, part->nullable ? "null" : "[]");
    }
}

/* One key of a short form. *expected: the field behind the last one's. */
static int add_short_key(struct render *r, const struct shape *in, const struct model_join *join,
                         const char *key, const struct model_field **expected)
{
    const struct model_join *nested = nested_find(join->joins, key);
    const struct model_field *part = part_find(in->parts, key);
    const struct model_field *field;

    if (nested != NULL) {
        return add_join(r, in, nested);
    }
    if (join->literal_key != NULL && strcmp(join->literal_key, key) == 0) {
        buf_add_json_str(r->out, weir_str(join->literal));
        return 0;
    }
    if (part != NULL) {
        add_part(r, part, canonical_get(in->entry, key));
        return 0;
    }
    if (add_common(r->out, in->common, key)) {
        return 0;
    }
    field = model_field_find_from(in->model, *expected, weir_str(key));
    *expected = field + 1;
    return add_column(r, in->model, field, in->columns);
}

/* WEIR_E_NONE: it lacks what it may not; out is then as before. */
static int add_short_form(struct render *r, const struct model_join *join, const struct model *model,
                          const struct lookup_source *source, const struct model_field *parts,
                          struct weir_str entry)
{
    struct weir_str columns[MODEL_FIELDS_MAX];
    const struct model_field *expected = model->fields;
    const struct shape in = {model, &source->common, columns, parts, entry};
    size_t start = r->out->len;

    canonical_columns(columns, model, source->json);
    buf_add_char(r->out, '{');
    for (size_t i = 0; join->fields[i] != NULL; i++) {
        int rc;

        add_key(r->out, join->fields[i], i == 0);
        rc = add_short_key(r, &in, join, join->fields[i], &expected);
        if (rc != 0) {
            r->out->len = start;
            return rc;
        }
    }
    buf_add_char(r->out, '}');
    return 0;
}

/* Is the short form the same wherever its record is named? Not with what is embedded in it in turn. */
static bool is_kept(const struct model_join *join)
{
    return join->joins == NULL && join->literal_key == NULL;
}

/* true: the answer has this short form already. */
static bool find_known(struct weir_str *text, const struct render *r, const struct model_join *join,
                       struct weir_str id)
{
    return is_kept(join) && memo_get(text, r->lookup->memo, join->fields, id);
}

/* Deleted ones are not kept: some places show them, and some leave them out. */
static void keep_known(struct render *r, const struct model_join *join, const struct lookup_source *source,
                       size_t start)
{
    if (is_kept(join) && source->common.remote_deleted_at_ms == 0 && !r->out->failed) {
        memo_put(r->lookup->memo, join->fields, source->common.id,
                 weir_str_n(r->out->data + start, r->out->len - start));
    }
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
    struct lookup_source source;
    struct weir_str text;
    size_t start = r->out->len;
    int rc = WEIR_E_NONE;

    if (find_known(&text, r, join, id)) {
        buf_add_str(r->out, text);
        return 0;
    }
    if (id.len > 0) {
        rc = r->lookup->by_id(r->lookup->ctx, target, id, &source, r->err);
    }
    if (rc == 0) {
        rc = add_short_form(r, join, target, &source, NULL, weir_str_n(NULL, 0));
    }
    if (rc == 0) {
        keep_known(r, join, &source, start);
    }
    return rc == WEIR_E_NONE ? add_nothing(r, model, join) : rc;
}

/* A list that is being written. */
struct list {
    struct render *render;
    const struct model_join *join;
    const struct model *model; /* of what is embedded */
    bool first;
    int rc; /* of children */
};

/* An entry of a list, unless it is deleted, unknown, or lacks what it may not. */
static int add_entry(struct list *l, const struct lookup_source *source, const struct model_field *parts,
                     struct weir_str entry)
{
    struct render *r = l->render;
    size_t start = r->out->len;
    int rc;

    if (source->common.remote_deleted_at_ms != 0 && !r->include_deleted) {
        return 0;
    }
    if (!l->first) {
        buf_add_char(r->out, ',');
    }
    rc = add_short_form(r, l->join, l->model, source, parts, entry);
    if (rc == 0) {
        l->first = false;
    } else {
        r->out->len = start;
    }
    return rc == WEIR_E_NONE ? 0 : rc;
}

/* A record that the list names by its id alone. */
static int add_named(struct list *l, struct weir_str id)
{
    struct render *r = l->render;
    size_t start = r->out->len + (l->first ? 0 : 1); /* behind the comma */
    struct weir_str text;
    struct lookup_source source;
    int rc;

    if (find_known(&text, r, l->join, id)) {
        if (!l->first) {
            buf_add_char(r->out, ',');
        }
        l->first = false;
        buf_add_str(r->out, text);
        return 0;
    }
    rc = r->lookup->by_id(r->lookup->ctx, l->model, id, &source, r->err);
    if (rc == 0) {
        rc = add_entry(l, &source, NULL, weir_str_n(NULL, 0));
    }
    if (rc == 0 && r->out->len > start) {
        keep_known(r, l->join, &source, start);
    }
    return rc;
}

/* value: ids, or entries that each have one among their parts. */
static int add_list(struct list *l, const struct model_field *parts, struct weir_str value)
{
    const struct lookup *lookup = l->render->lookup;
    struct canonical_walk walk;
    struct weir_str item;

    canonical_begin(&walk, value);
    while (canonical_item(&walk, &item)) {
        struct weir_str id = canonical_inner(parts != NULL ? canonical_get(item, l->join->entry_ref) : item);
        struct lookup_source source;
        int rc;

        if (parts == NULL) {
            rc = add_named(l, id);
        } else {
            rc = lookup->by_id(lookup->ctx, l->model, id, &source, l->render->err);
            rc = rc == 0 ? add_entry(l, &source, parts, item) : rc;
        }
        if (rc != 0 && rc != WEIR_E_NONE) {
            return rc;
        }
    }
    return 0;
}

static bool add_child(void *each_ctx, const struct lookup_source *child)
{
    struct list *l = each_ctx;

    l->rc = add_entry(l, child, NULL, weir_str_n(NULL, 0));
    return l->rc == 0;
}

static int add_children(struct list *l, const struct model_field *via, struct weir_str parent_id)
{
    const struct lookup *lookup = l->render->lookup;
    int rc = lookup->children(lookup->ctx, l->model, via->slot, parent_id, add_child, l, l->render->err);

    return l->rc != 0 ? l->rc : rc;
}

/* Through which field, and its value; false: scope does not let it be seen. */
static bool find_via(const struct model_field **via, struct weir_str *value, const struct render *r,
                     const struct shape *in, const struct model_join *join, const struct model *other)
{
    bool children = join->kind == JOIN_CHILDREN;
    const struct model *owner = children ? other : in->model;
    const struct model_field *part = part_find(in->parts, join->via);

    if (!scope_allows(r->scope, other)) {
        return false;
    }
    if (part != NULL) {
        *via = part;
        *value = canonical_get(in->entry, join->via);
        return true;
    }
    *via = model_field_find(owner, weir_str(join->via));
    *value = children ? weir_str_n(NULL, 0) : in->columns[model_field_index(owner, *via)];
    return scope_allows_field(r->scope, owner, *via);
}

static int add_join(struct render *r, const struct shape *in, const struct model_join *join)
{
    const struct model *other = model_find(weir_str(join->model));
    struct list list = {.render = r, .join = join, .model = other, .first = true};
    const struct model_field *via;
    struct weir_str value;
    int rc;

    if (!find_via(&via, &value, r, in, join, other)) {
        return add_nothing(r, in->model, join);
    }
    if (join->kind == JOIN_ONE) {
        return add_one(r, in->model, join, other, canonical_inner(value));
    }
    buf_add_char(r->out, '[');
    if (join->kind == JOIN_CHILDREN) {
        rc = add_children(&list, via, in->common->id);
    } else {
        rc = add_list(&list, join->kind == JOIN_ENTRIES ? via->fields : NULL, value);
    }
    buf_add_char(r->out, ']');
    return rc;
}

/* ---- the record ---- */

static int add_keys(struct render *r, const struct shape *in)
{
    const struct model *model = in->model;
    const struct model_field *expected = model->fields;
    const struct model_join *join = model->joins;

    /* Joins come in the order of the keys (the table's test sees to it), so only the next one can be meant.
     */
    for (size_t i = 0; model->key_order[i] != NULL; i++) {
        const char *key = model->key_order[i];
        int rc = 0;

        add_key(r->out, key, i == 0);
        if (join->name != NULL && strcmp(join->name, key) == 0) {
            rc = add_join(r, in, join++);
        } else if (!add_common(r->out, in->common, key)) {
            const struct model_field *field = model_field_find_from(model, expected, weir_str(key));

            expected = field + 1;
            rc = add_column(r, model, field, in->columns);
        }
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

int render_record(struct buf *out, const struct model *model, const struct scope *scope,
                  const struct lookup_common *common, struct weir_str stored_json,
                  const struct lookup *lookup, bool include_deleted, struct weir_error *err)
{
    struct render r = {
        .out = out, .scope = scope, .lookup = lookup, .include_deleted = include_deleted, .err = err};
    struct weir_str columns[MODEL_FIELDS_MAX];
    const struct shape in = {.model = model, .common = common, .columns = columns};
    size_t start = out->len;
    int rc;

    canonical_columns(columns, model, stored_json);
    buf_add_char(out, '{');
    rc = add_keys(&r, &in);
    buf_add_char(out, '}');
    if (rc == 0) {
        rc = buf_check(out, "records of the answer", err);
    }
    if (rc != 0) {
        out->len = start;
    }
    return rc;
}
