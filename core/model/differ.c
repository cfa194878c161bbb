#include "model/differ.h"

#include "model/canonical.h"

void differ_names(struct buf *out, uint8_t number, struct weir_str before, struct weir_str now)
{
    const struct model *model = model_by_number(number);
    struct weir_str old_columns[MODEL_FIELDS_MAX];
    struct weir_str new_columns[MODEL_FIELDS_MAX];
    size_t count = 0;

    if (model == NULL) {
        return;
    }
    canonical_columns(old_columns, model, before);
    canonical_columns(new_columns, model, now);
    for (size_t i = 0; model->fields[i].name != NULL && count < DIFFER_NAMES_MAX; i++) {
        if (!model->fields[i].raw && !weir_str_equal(old_columns[i], new_columns[i])) {
            buf_printf(out, count++ > 0 ? ",\"%s\"" : "\"%s\"", model->fields[i].name);
        }
    }
}

bool differ_own(uint8_t number, struct weir_str before, struct weir_str now)
{
    const struct model *model = model_by_number(number);
    struct weir_str old_columns[MODEL_FIELDS_MAX];
    struct weir_str new_columns[MODEL_FIELDS_MAX];

    if (model == NULL) {
        return true;
    }
    canonical_columns(old_columns, model, before);
    canonical_columns(new_columns, model, now);
    for (size_t i = 0; model->fields[i].name != NULL; i++) {
        if (!model->fields[i].raw && model->fields[i].join_model == NULL &&
            !weir_str_equal(old_columns[i], new_columns[i])) {
            return true;
        }
    }
    return false;
}
