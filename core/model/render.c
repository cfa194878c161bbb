#include "model/render.h"

#include "base/datetime.h"
#include "base/id.h"
#include "model/canonical.h"

struct render {
    struct buf *out;
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

/* ---- keys ---- */

/* Where the keys of an object come from: a record, and the entry of a list through which it was found. */
struct shape {
    const struct form *form;
    const struct lookup_common *common;
    const struct weir_str *columns;
    struct weir_str entry; /* empty: there is none */
};

static int add_join(struct render *r, const struct shape *in, const struct form_key *key);

/* value: empty, when there is none or scope does not let it be seen. */
static int add_value(struct render *r, const struct shape *in, const struct form_key *key,
                     struct weir_str value)
{
    if (value.len == 0 && key->nothing.len == 0) {
        return weir_fail(r->err, WEIR_E_NONE, "%s: %s has no value, and it may not be null",
                         in->form->model->name, key->name);
    }
    buf_add_str(r->out, value.len > 0 ? value : key->nothing);
    return 0;
}

static int add_column(struct render *r, const struct shape *in, const struct form_key *key)
{
    return add_value(r, in, key, key->seen ? in->columns[key->column] : weir_str_n(NULL, 0));
}

static int add_fields(struct render *r, const struct shape *in, const struct form_key *key)
{
    const struct fields_of of = {r->lookup->fields, in->form->model, in->form->scope, in->columns};

    return fields_add(r->out, &of, key->field) ? 0 : add_column(r, in, key);
}

static int add_key(struct render *r, const struct shape *in, const struct form_key *key)
{
    buf_add_str(r->out, key->start);
    switch (key->source) {
    case FORM_ID:
        buf_add_json_str(r->out, in->common->id);
        break;
    case FORM_REMOTE_ID:
        buf_add_json_str(r->out, in->common->remote_id);
        break;
    case FORM_CHANGED_AT:
        add_time(r->out, in->common->changed_at_ms);
        break;
    case FORM_DELETED_AT:
        if (in->common->remote_deleted_at_ms != 0) {
            add_time(r->out, in->common->remote_deleted_at_ms);
        } else {
            buf_add_text(r->out, "null");
        }
        break;
    case FORM_LITERAL:
        buf_add_json_str(r->out, weir_str(in->form->join->literal));
        break;
    case FORM_COLUMN:
        return add_column(r, in, key);
    case FORM_FIELDS:
        return add_fields(r, in, key);
    case FORM_PART:
        return add_value(r, in, key, canonical_get(in->entry, key->name));
    case FORM_JOIN:
        return add_join(r, in, key);
    }
    return 0;
}

/* WEIR_E_NONE: it lacks what it may not; out is then as before. */
static int add_object(struct render *r, const struct form *form, const struct lookup_common *common,
                      struct weir_str stored_json, struct weir_str entry)
{
    struct weir_str columns[MODEL_FIELDS_MAX];
    const struct shape in = {form, common, columns, entry};
    size_t start = r->out->len;

    canonical_columns(columns, form->model, stored_json);
    for (size_t i = 0; i < form->count; i++) {
        int rc = add_key(r, &in, &form->keys[i]);

        if (rc != 0) {
            r->out->len = start;
            return rc;
        }
    }
    buf_add_char(r->out, '}');
    return 0;
}

/* ---- embedded records ---- */

/* true: the answer has this short form already. */
static bool find_known(struct weir_str *text, const struct render *r, const struct form *form,
                       struct weir_str id)
{
    return form->shared && memo_get(text, r->lookup->memo, form->join->fields, id);
}

/* Deleted ones are not kept: some places show them, and some leave them out. */
static void keep_known(struct render *r, const struct form *form, const struct lookup_source *source,
                       size_t start)
{
    if (form->shared && source->common.remote_deleted_at_ms == 0 && !r->out->failed) {
        memo_put(r->lookup->memo, form->join->fields, source->common.id,
                 weir_str_n(r->out->data + start, r->out->len - start));
    }
}

/* Nothing to embed: null where that fits. */
static int add_nothing(struct render *r, const struct shape *in, const struct form_key *key)
{
    if (key->nothing.len == 0) {
        return weir_fail(r->err, WEIR_E_NONE, "%s: %s is not known, and it may not be null",
                         in->form->model->name, key->name);
    }
    buf_add_str(r->out, key->nothing);
    return 0;
}

static int add_one(struct render *r, const struct shape *in, const struct form_key *key, struct weir_str id)
{
    const struct form *form = key->form;
    struct lookup_source source;
    struct weir_str text;
    size_t start = r->out->len;
    int rc = WEIR_E_NONE;

    if (find_known(&text, r, form, id)) {
        buf_add_str(r->out, text);
        return 0;
    }
    if (id.len > 0) {
        rc = r->lookup->by_id(r->lookup->ctx, form->model, id, &source, r->err);
    }
    if (rc == 0) {
        rc = add_object(r, form, &source.common, source.json, weir_str_n(NULL, 0));
    }
    if (rc == 0) {
        keep_known(r, form, &source, start);
    }
    return rc == WEIR_E_NONE ? add_nothing(r, in, key) : rc;
}

/* A list that is being written. */
struct list {
    struct render *render;
    const struct form *form; /* of what is embedded */
    bool first;
    int rc; /* of children */
};

/* An entry of a list, unless it is deleted, unknown, or lacks what it may not. */
static int add_entry(struct list *l, const struct lookup_source *source, struct weir_str entry)
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
    rc = add_object(r, l->form, &source->common, source->json, entry);
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

    if (find_known(&text, r, l->form, id)) {
        if (!l->first) {
            buf_add_char(r->out, ',');
        }
        l->first = false;
        buf_add_str(r->out, text);
        return 0;
    }
    rc = r->lookup->by_id(r->lookup->ctx, l->form->model, id, &source, r->err);
    if (rc == 0) {
        rc = add_entry(l, &source, weir_str_n(NULL, 0));
    }
    if (rc == 0 && r->out->len > start) {
        keep_known(r, l->form, &source, start);
    }
    return rc;
}

/* entry_ref: the part of each entry that names a record; NULL: value is a list of ids. */
static int add_list(struct list *l, const char *entry_ref, struct weir_str value)
{
    const struct lookup *lookup = l->render->lookup;
    struct canonical_walk walk;
    struct weir_str item;

    canonical_begin(&walk, value);
    while (canonical_item(&walk, &item)) {
        struct weir_str id = canonical_inner(entry_ref != NULL ? canonical_get(item, entry_ref) : item);
        struct lookup_source source;
        int rc;

        if (entry_ref == NULL) {
            rc = add_named(l, id);
        } else {
            rc = lookup->by_id(lookup->ctx, l->form->model, id, &source, l->render->err);
            rc = rc == 0 ? add_entry(l, &source, item) : rc;
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

    l->rc = add_entry(l, child, weir_str_n(NULL, 0));
    return l->rc == 0;
}

static int add_children(struct list *l, const struct model_field *via, struct weir_str parent_id)
{
    const struct lookup *lookup = l->render->lookup;
    int rc =
        lookup->children(lookup->ctx, l->form->model, via->slot, parent_id, add_child, l, l->render->err);

    return l->rc != 0 ? l->rc : rc;
}

/* What names the records of a join that has no children. */
static struct weir_str via_value(const struct shape *in, const struct form_key *key)
{
    return key->via_part ? canonical_get(in->entry, key->field->name) : in->columns[key->column];
}

static int add_join(struct render *r, const struct shape *in, const struct form_key *key)
{
    const struct model_join *join = key->join;
    struct list list = {.render = r, .form = key->form, .first = true};
    int rc;

    if (!key->seen) {
        return add_nothing(r, in, key);
    }
    if (join->kind == JOIN_ONE) {
        return add_one(r, in, key, canonical_inner(via_value(in, key)));
    }
    buf_add_char(r->out, '[');
    if (join->kind == JOIN_CHILDREN) {
        rc = add_children(&list, key->field, in->common->id);
    } else {
        rc = add_list(&list, join->kind == JOIN_ENTRIES ? join->entry_ref : NULL, via_value(in, key));
    }
    buf_add_char(r->out, ']');
    return rc;
}

/* ---- the record ---- */

int render_record(struct buf *out, const struct model *model, const struct scope *scope,
                  const struct lookup_common *common, struct weir_str stored_json,
                  const struct lookup *lookup, bool include_deleted, struct weir_error *err)
{
    struct render r = {.out = out, .lookup = lookup, .include_deleted = include_deleted, .err = err};
    struct form *own = NULL;
    const struct form *form = form_of(lookup->forms != NULL ? lookup->forms : &own, model, scope);
    size_t start = out->len;
    int rc;

    if (form == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the form of %s", model->name);
    }
    rc = add_object(&r, form, common, stored_json, weir_str_n(NULL, 0));
    if (rc == 0) {
        rc = buf_check(out, "records of the answer", err);
    }
    if (rc != 0) {
        out->len = start;
    }
    forms_free(own);
    return rc;
}
