#include "model/filter.h"

#include "model/canonical.h"
#include "model/filter_value.h"

#include <stdlib.h>

#define FILTERS_MAX 16 /* no model has as many */
#define SCRATCH_MAX (128u * 1024)

struct filters {
    const struct model *model;
    const struct scope *scope;
    struct weir_str integration;
    const struct lookup *lookup; /* NULL: nothing can be looked through to */
    bool include_deleted;
    int failure; /* of a look-up */
    struct weir_error why;
    struct filter_value ids, remote_ids; /* name NULL: not given */
    struct filter_value own[FILTERS_MAX];
    size_t own_count;
    struct buf scratch;
};

static const struct model_filter common_filters[] = {
    {.name = "ids", .kind = FILTER_IDS},
    {.name = "remote_ids", .kind = FILTER_IDS},
};

static const struct model_filter *filter_find(const struct model *model, struct weir_str name)
{
    for (const struct model_filter *filter = model->filters; filter->name != NULL; filter++) {
        if (weir_str_is(name, filter->name)) {
            return filter;
        }
    }
    return NULL;
}

/* Whose the field is that a filter looks at, and the join that leads there; NULL: it is the model's own. */
static const struct model_join *through_of(const struct model **of, const struct model *model,
                                           const struct model_filter *filter)
{
    const struct model_join *join = filter->through != NULL ? model_join_find(model, filter->through) : NULL;

    *of = join != NULL ? model_find(weir_str(join->model)) : model;
    return join;
}

/* The reference of a join, and whose it is. */
static const struct model_field *via_of(const struct model **of, const struct model *model,
                                        const struct model_join *join)
{
    *of = join->kind == JOIN_CHILDREN ? model_find(weir_str(join->model)) : model;
    return model_field_find(*of, weir_str(join->via));
}

bool filter_need_nth(const struct model **of, const struct model_field **field, const struct model *model,
                     struct weir_str name, size_t n)
{
    const struct model_filter *filter = filter_find(model, name);
    const struct model_join *join = filter != NULL ? through_of(of, model, filter) : NULL;

    if (filter == NULL || n > 1 || (n == 1 && join == NULL)) {
        return false;
    }
    *field = n == 0 ? model_field_find(*of, weir_str(filter->field)) : via_of(of, model, join);
    return true;
}

struct filters *filters_new(const struct model *model, const struct scope *scope, struct weir_str integration)
{
    struct filters *filters = calloc(1, sizeof *filters);

    if (filters != NULL) {
        filters->model = model;
        filters->scope = scope;
        filters->integration = integration;
        buf_init(&filters->scratch, SCRATCH_MAX);
    }
    return filters;
}

void filters_look_in(struct filters *filters, const struct lookup *lookup, bool include_deleted)
{
    filters->lookup = lookup;
    filters->include_deleted = include_deleted;
}

int filters_check(const struct filters *filters, struct weir_error *err)
{
    return filters->failure != 0 ? weir_fail(err, filters->failure, "%s", filters->why.message) : 0;
}

void filters_free(struct filters *filters)
{
    if (filters != NULL) {
        filter_value_fini(&filters->ids);
        filter_value_fini(&filters->remote_ids);
        for (size_t i = 0; i < filters->own_count; i++) {
            filter_value_fini(&filters->own[i]);
        }
        buf_fini(&filters->scratch);
        free(filters);
    }
}

static bool given(const struct filters *filters, const struct model_filter *rule)
{
    for (size_t i = 0; i < filters->own_count; i++) {
        if (filters->own[i].rule == rule) {
            return true;
        }
    }
    return rule == filters->ids.rule || rule == filters->remote_ids.rule;
}

int filters_add(struct filters *filters, struct weir_str name, struct weir_str decoded_value,
                struct weir_error *err)
{
    const struct model_field *field = NULL;
    const struct model_filter *rule;
    struct filter_value *place;
    const struct model *of;
    int rc;

    if (weir_str_is(name, "ids")) {
        rule = &common_filters[0];
        place = &filters->ids;
    } else if (weir_str_is(name, "remote_ids")) {
        rule = &common_filters[1];
        place = &filters->remote_ids;
    } else {
        rule = filter_find(filters->model, name);
        if (rule == NULL) {
            return WEIR_E_NONE;
        }
        place = filters->own_count < FILTERS_MAX ? &filters->own[filters->own_count] : NULL;
    }
    if (place == NULL || given(filters, rule)) {
        return weir_fail(err, WEIR_E_INVALID,
                         "%s is given twice: give it once, with its values in a comma list", rule->name);
    }
    (void)filter_need_nth(&of, &field, filters->model, name, 0);
    rc = filter_value_init(place, rule, field, filters->integration, decoded_value, err);
    if (rc == 0 && place == &filters->own[filters->own_count]) {
        filters->own_count++;
    }
    return rc;
}

/* ---- looking through ---- */

struct through {
    struct filters *filters;
    const struct filter_value *value;
    const struct model *of;
    bool match;
};

static bool look_at(void *ctx, const struct lookup_source *found)
{
    struct through *t = ctx;
    struct weir_str columns[MODEL_FIELDS_MAX];

    if (found->common.remote_deleted_at_ms == 0 || t->filters->include_deleted) {
        canonical_columns(columns, t->of, found->json);
        t->match = filter_value_match(t->value, columns[model_field_index(t->of, t->value->field)],
                                      &t->filters->scratch);
    }
    return !t->match;
}

static bool visible(const struct filters *filters, const struct model *of, const struct model_field *field)
{
    return filters->scope == NULL || scope_allows_field(filters->scope, of, field);
}

static bool matches_through(struct filters *filters, const struct filter_value *value,
                            const struct model_join *join, const struct model *of, struct weir_str id,
                            const struct weir_str *columns)
{
    const struct lookup *lookup = filters->lookup;
    struct through t = {.filters = filters, .value = value, .of = of};
    const struct model *owner;
    const struct model_field *via = via_of(&owner, filters->model, join);
    struct lookup_source found;
    int rc;

    if (lookup == NULL || filters->failure != 0 || !visible(filters, owner, via)) {
        return false;
    }
    if (join->kind == JOIN_CHILDREN) {
        rc = lookup->children(lookup->ctx, of, via->slot, id, look_at, &t, &filters->why);
    } else {
        rc = lookup->by_id(lookup->ctx, of, canonical_inner(columns[model_field_index(owner, via)]), &found,
                           &filters->why);
        if (rc == 0) {
            (void)look_at(&t, &found);
        }
    }
    if (rc != 0 && rc != WEIR_E_NONE) {
        filters->failure = rc;
    }
    return rc == 0 && t.match;
}

/* Custom fields as they are shown, those that a field of the tool fills included. */
static bool custom_matches(struct filters *filters, const struct filter_value *own,
                           const struct weir_str *columns)
{
    const struct fields_of of = {filters->lookup->fields, filters->model, filters->scope, columns};
    struct weir_str value = columns[model_field_index(filters->model, own->field)];
    struct buf shown;
    bool match;

    buf_init(&shown, SCRATCH_MAX);
    if (fields_add(&shown, &of, own->field)) {
        value = buf_str(&shown);
    }
    match = !shown.failed && filter_value_match(own, value, &filters->scratch);
    buf_fini(&shown);
    return match;
}

static bool own_matches(struct filters *filters, const struct filter_value *own, struct weir_str id,
                        const struct weir_str *columns)
{
    const struct model *of;
    const struct model_join *join = through_of(&of, filters->model, own->rule);

    if (!visible(filters, of, own->field)) {
        return false;
    }
    if (join != NULL) {
        return matches_through(filters, own, join, of, id, columns);
    }
    if (own->rule->kind == FILTER_CUSTOM_FIELD && filters->lookup != NULL) {
        return custom_matches(filters, own, columns);
    }
    return filter_value_match(own, columns[model_field_index(of, own->field)], &filters->scratch);
}

bool filters_match(struct filters *filters, struct weir_str id, struct weir_str remote_id,
                   struct weir_str stored_json)
{
    struct weir_str columns[MODEL_FIELDS_MAX];

    if (filters->ids.rule != NULL && !filter_value_lists(&filters->ids, id)) {
        return false;
    }
    if (filters->remote_ids.rule != NULL && !filter_value_lists(&filters->remote_ids, remote_id)) {
        return false;
    }
    if (filters->own_count == 0) {
        return true;
    }
    canonical_columns(columns, filters->model, stored_json);
    for (size_t i = 0; i < filters->own_count; i++) {
        if (!own_matches(filters, &filters->own[i], id, columns)) {
            return false;
        }
    }
    return true;
}

static bool nth(const struct filter_value *value, size_t n, struct weir_str *out)
{
    if (value->rule == NULL || n >= value->count) {
        return false;
    }
    *out = value->items[n];
    return true;
}

bool filters_id_nth(const struct filters *filters, size_t n, struct weir_str *id)
{
    return nth(&filters->ids, n, id);
}

bool filters_remote_id_nth(const struct filters *filters, size_t n, struct weir_str *remote_id)
{
    return nth(&filters->remote_ids, n, remote_id);
}
