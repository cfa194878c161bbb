/*
 * everything: what the tests of this room share: a scope that allows all, and normalising in one line.
 */
#ifndef WEIR_TESTS_MODEL_EVERYTHING_H
#define WEIR_TESTS_MODEL_EVERYTHING_H

#include "model/record.h"

#include "expect.h"

#define INTEGRATION "personio:acme"

static inline struct scope *scope_everything(void)
{
    struct scope *scope = scope_new("everything");

    for (size_t i = 0; model_nth(i) != NULL; i++) {
        (void)scope_set_model(scope, weir_str(model_nth(i)->name), SCOPE_ENABLED);
    }
    return scope;
}

static inline const struct model *model_named(const char *name)
{
    return model_find(weir_str(name));
}

/* The id that a record of model with this remote id has. */
static inline struct weir_str id_of(char out[ID_TEXT], const char *model, const char *remote_id)
{
    id_derive(out, weir_str(INTEGRATION), weir_str(model), weir_str(remote_id));
    return weir_str(out);
}

#endif
