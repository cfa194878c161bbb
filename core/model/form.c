#include "model/form.h"

#include "model/fields.h"

#include <stdlib.h>

/* Where the keys of a form are looked for. */
struct origin {
    const struct model *model;
    const struct scope *scope;
    const struct model_join *join;   /* NULL: the record's own */
    const struct model_join *joins;  /* ends with name NULL; NULL: none */
    const struct model_field *parts; /* of the entry; NULL: there is none */
};

static struct form *form_new(const struct origin *from);

static const struct model_field *part_find(const struct model_field *parts, const char *name)
{
    while (parts != NULL && parts->name != NULL && strcmp(parts->name, name) != 0) {
        parts++;
    }
    return parts != NULL && parts->name != NULL ? parts : NULL;
}

static const struct model_join *join_find(const struct model_join *joins, const char *name)
{
    while (joins != NULL && joins->name != NULL && strcmp(joins->name, name) != 0) {
        joins++;
    }
    return joins != NULL && joins->name != NULL ? joins : NULL;
}

static bool is_common(enum form_source *source, const char *name)
{
    static const char *const names[] = {[FORM_ID] = "id",
                                        [FORM_REMOTE_ID] = "remote_id",
                                        [FORM_CHANGED_AT] = "changed_at",
                                        [FORM_DELETED_AT] = "remote_deleted_at"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            *source = (enum form_source)i;
            return true;
        }
    }
    return false;
}

/* false: no memory. */
static bool join_init(struct form_key *key, const struct origin *from, const struct model_join *join)
{
    const struct model *other = model_find(weir_str(join->model));
    const struct model *owner = join->kind == JOIN_CHILDREN ? other : from->model;
    const struct model_field *part = part_find(from->parts, join->via);

    key->source = FORM_JOIN;
    key->join = join;
    key->via_part = part != NULL;
    key->field = part != NULL ? part : model_field_find(owner, weir_str(join->via));
    key->column = part != NULL ? 0 : model_field_index(owner, key->field);
    key->seen = scope_allows(from->scope, other) &&
                (part != NULL || scope_allows_field(from->scope, owner, key->field));
    key->nothing = weir_str(join->kind != JOIN_ONE ? "[]" : join->not_null ? "" : "null");
    key->form = form_new(&(struct origin){.model = other,
                                          .scope = from->scope,
                                          .join = join,
                                          .joins = join->joins,
                                          .parts = join->kind == JOIN_ENTRIES ? key->field->fields : NULL});
    return key->form != NULL;
}

static bool key_init(struct form_key *key, const struct origin *from, const char *name)
{
    const struct model_join *join = join_find(from->joins, name);
    const struct model_field *part = part_find(from->parts, name);

    key->name = name;
    if (join != NULL) {
        return join_init(key, from, join);
    }
    if (from->join != NULL && from->join->literal_key != NULL && strcmp(from->join->literal_key, name) == 0) {
        key->source = FORM_LITERAL;
    } else if (part != NULL) { /* scope has decided on the list that holds it */
        key->source = FORM_PART;
        key->nothing = weir_str(part->nullable ? "null" : "[]");
    } else if (!is_common(&key->source, name)) {
        key->field = model_field_find(from->model, weir_str(name));
        key->source = fields_concern(key->field) ? FORM_FIELDS : FORM_COLUMN;
        key->column = model_field_index(from->model, key->field);
        key->seen = scope_allows_field(from->scope, from->model, key->field);
        key->nothing = weir_str(model_field_required(key->field) ? "" : key->field->nullable ? "null" : "[]");
    }
    return true;
}

static void form_free(struct form *form)
{
    for (size_t i = 0; form != NULL && i < form->count; i++) {
        form_free(form->keys[i].form);
    }
    free(form);
}

static struct form *form_new(const struct origin *from)
{
    const char *const *names = from->join != NULL ? from->join->fields : from->model->key_order;
    size_t count = 0;
    size_t text_len = 0;
    struct form *form;
    char *text;

    for (; names[count] != NULL; count++) {
        text_len += strlen(names[count]) + sizeof ",\"\":" - 1;
    }
    form = calloc(1, sizeof *form + count * sizeof form->keys[0] + text_len + 1);
    if (form == NULL) {
        return NULL;
    }
    form->model = from->model;
    form->scope = from->scope;
    form->join = from->join;
    form->shared = from->joins == NULL && (from->join == NULL || from->join->literal_key == NULL);
    form->count = count;
    text = (char *)&form->keys[count];
    for (size_t i = 0; i < count; i++) {
        int len = snprintf(text, text_len + 1, "%c\"%s\":", i == 0 ? '{' : ',', names[i]);

        form->keys[i].start = weir_str_n(text, (size_t)len);
        text += len;
        text_len -= (size_t)len;
        if (!key_init(&form->keys[i], from, names[i])) {
            form_free(form);
            return NULL;
        }
    }
    return form;
}

const struct form *form_of(struct form **first, const struct model *model, const struct scope *scope)
{
    struct form *form = *first;

    while (form != NULL && (form->model != model || form->scope != scope)) {
        form = form->next;
    }
    if (form == NULL) {
        form = form_new(&(struct origin){.model = model, .scope = scope, .joins = model->joins});
        if (form != NULL) {
            form->next = *first;
            *first = form;
        }
    }
    return form;
}

void forms_free(struct form *first)
{
    while (first != NULL) {
        struct form *next = first->next;

        form_free(first);
        first = next;
    }
}
