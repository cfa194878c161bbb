#include "model/filter.h"

#include "model/canonical.h"
#include "model/filter_value.h"

#include <stdlib.h>

#define FILTERS_MAX 16 /* no model has as many */
#define SCRATCH_MAX (128u * 1024)

struct filters {
    const struct model *model;
    const struct scope *scope;
    struct filter_value ids, remote_ids; /* name NULL: not given */
    struct filter_value own[FILTERS_MAX];
    size_t own_count;
    struct buf scratch;
};

static const struct model_filter common_filters[] = {
    {"ids", FILTER_IDS, NULL},
    {"remote_ids", FILTER_IDS, NULL},
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

const struct model_field *filter_field(const struct model *model, struct weir_str name)
{
    const struct model_filter *filter = filter_find(model, name);

    return filter != NULL ? model_field_find(model, weir_str(filter->field)) : NULL;
}

struct filters *filters_new(const struct model *model, const struct scope *scope)
{
    struct filters *filters = calloc(1, sizeof *filters);

    if (filters != NULL) {
        filters->model = model;
        filters->scope = scope;
        buf_init(&filters->scratch, SCRATCH_MAX);
    }
    return filters;
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
    const struct model_filter *rule;
    struct filter_value *place;
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
    rc = filter_value_init(place, rule, filter_field(filters->model, name), decoded_value, err);
    if (rc == 0 && place == &filters->own[filters->own_count]) {
        filters->own_count++;
    }
    return rc;
}

static bool own_matches(struct filters *filters, const struct filter_value *own,
                        const struct weir_str *columns)
{
    if (filters->scope != NULL && !scope_allows_field(filters->scope, filters->model, own->field)) {
        return false;
    }
    return filter_value_match(own, columns[model_field_index(filters->model, own->field)], &filters->scratch);
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
        if (!own_matches(filters, &filters->own[i], columns)) {
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
