#include "model/scope.h"

#include <stdlib.h>

#define NUMBER_END 201 /* models have the numbers 1 to 200 */

/* Settings of a model's fields: a bit for each, by its place in the table. */
struct scope_model {
    enum scope_setting setting;
    bool refused;
    uint64_t enabled, optional, refused_fields;
};

struct scope {
    char *name;
    uint8_t place[NUMBER_END];               /* of a model's number in models, plus one */
    enum scope_setting actions[ACTIONS_MAX]; /* by their place in the table */
    bool refused_actions[ACTIONS_MAX];
    size_t count;
    struct scope_model models[];
};

/* NULL: no such model. */
static const struct scope_model *scope_model(const struct scope *scope, const struct model *model)
{
    size_t place = model != NULL && model->number < NUMBER_END ? scope->place[model->number] : 0;

    return place > 0 ? &scope->models[place - 1] : NULL;
}

static struct scope_model *scope_model_to_set(struct scope *scope, const struct model *model)
{
    const struct scope_model *m = scope_model(scope, model);

    return m != NULL ? &scope->models[m - scope->models] : NULL;
}

static uint64_t field_bit(const struct model *model, const struct model_field *field)
{
    return UINT64_C(1) << (model_field_index(model, field) % MODEL_FIELDS_MAX);
}

struct scope *scope_new(const char *name)
{
    struct scope *scope;
    size_t count = 0;

    while (model_nth(count) != NULL) {
        count++;
    }
    scope = calloc(1, sizeof *scope + count * sizeof scope->models[0]);
    if (scope == NULL) {
        return NULL;
    }
    scope->count = count;
    for (size_t i = 0; i < count; i++) {
        scope->place[model_nth(i)->number] = (uint8_t)(i + 1);
    }
    scope->name = strdup(name);
    if (scope->name == NULL) {
        free(scope);
        return NULL;
    }
    return scope;
}

struct scope *scope_dup(const struct scope *scope)
{
    struct scope *copy = scope_new(scope->name);

    if (copy != NULL) {
        memcpy(copy->actions, scope->actions, sizeof copy->actions);
        memcpy(copy->refused_actions, scope->refused_actions, sizeof copy->refused_actions);
        memcpy(copy->models, scope->models, scope->count * sizeof scope->models[0]);
    }
    return copy;
}

void scope_free(struct scope *scope)
{
    if (scope != NULL) {
        free(scope->name);
        free(scope);
    }
}

/* Every field but the tool's own payload, which nobody gets who did not ask for it by name. */
static uint64_t usual_bits(const struct model *model)
{
    uint64_t bits = UINT64_MAX;

    for (const struct model_field *field = model->fields; field->name != NULL; field++) {
        if (field->raw) {
            bits &= ~field_bit(model, field);
        }
    }
    return bits;
}

bool scope_set_model(struct scope *scope, struct weir_str model, enum scope_setting setting)
{
    const struct model *known = model_find(model);
    struct scope_model *m = scope_model_to_set(scope, known);

    if (m == NULL) {
        return false;
    }
    m->setting = setting;
    m->enabled = setting == SCOPE_ENABLED ? usual_bits(known) : 0;
    m->optional = setting == SCOPE_OPTIONAL ? usual_bits(known) : 0;
    return true;
}

bool scope_set_field(struct scope *scope, struct weir_str model, struct weir_str field,
                     enum scope_setting setting)
{
    const struct model *known = model_find(model);
    const struct model_field *f = known != NULL ? model_field_find(known, field) : NULL;
    struct scope_model *m = scope_model_to_set(scope, known);
    uint64_t bit;

    if (m == NULL || f == NULL) {
        return false;
    }
    bit = field_bit(known, f);
    m->enabled &= ~bit;
    m->optional &= ~bit;
    if (setting == SCOPE_ENABLED) {
        m->enabled |= bit;
    } else if (setting == SCOPE_OPTIONAL) {
        m->optional |= bit;
    }
    return true;
}

bool scope_set_action(struct scope *scope, struct weir_str action, enum scope_setting setting)
{
    const struct action *known = action_find(action);

    if (known != NULL) {
        scope->actions[action_index(known)] = setting;
    }
    return known != NULL;
}

void scope_opt_out(struct scope *scope, struct weir_str model_or_action, struct weir_str field_or_empty)
{
    const struct action *action = action_find(model_or_action);
    const struct model *known = model_find(model_or_action);
    struct scope_model *m = scope_model_to_set(scope, known);
    const struct model_field *field;

    if (action != NULL) {
        scope->refused_actions[action_index(action)] = scope_action_setting(scope, action) == SCOPE_OPTIONAL;
    }
    if (m == NULL) {
        return;
    }
    if (field_or_empty.len == 0) {
        m->refused = m->refused || m->setting == SCOPE_OPTIONAL;
        return;
    }
    field = model_field_find(known, field_or_empty);
    if (field != NULL && !model_field_required(field)) {
        m->refused_fields |= field_bit(known, field) & m->optional;
    }
}

const char *scope_name(const struct scope *scope)
{
    return scope->name;
}

enum scope_setting scope_model_setting(const struct scope *scope, const struct model *model)
{
    const struct scope_model *m = scope_model(scope, model);

    return m != NULL ? m->setting : SCOPE_DISABLED;
}

enum scope_setting scope_field_setting(const struct scope *scope, const struct model *model,
                                       const struct model_field *field)
{
    const struct scope_model *m = scope_model(scope, model);
    uint64_t bit = field_bit(model, field);

    if (m == NULL) {
        return SCOPE_DISABLED;
    }
    if (model_field_required(field)) {
        return m->setting;
    }
    if ((m->enabled & bit) != 0) {
        return SCOPE_ENABLED;
    }
    return (m->optional & bit) != 0 ? SCOPE_OPTIONAL : SCOPE_DISABLED;
}

bool scope_opted_out(const struct scope *scope, const struct model *model,
                     const struct model_field *field_or_null)
{
    const struct scope_model *m = scope_model(scope, model);

    if (m == NULL) {
        return false;
    }
    return field_or_null == NULL ? m->refused : (m->refused_fields & field_bit(model, field_or_null)) != 0;
}

bool scope_allows(const struct scope *scope, const struct model *model)
{
    const struct scope_model *m = scope_model(scope, model);

    return m != NULL && (m->setting == SCOPE_ENABLED || (m->setting == SCOPE_OPTIONAL && !m->refused));
}

bool scope_allows_field(const struct scope *scope, const struct model *model, const struct model_field *field)
{
    const struct scope_model *m = scope_model(scope, model);

    if (!scope_allows(scope, model)) {
        return false;
    }
    return model_field_required(field) ||
           ((m->enabled | (m->optional & ~m->refused_fields)) & field_bit(model, field)) != 0;
}

enum scope_setting scope_action_setting(const struct scope *scope, const struct action *action)
{
    return scope->actions[action_index(action)];
}

bool scope_action_opted_out(const struct scope *scope, const struct action *action)
{
    return scope->refused_actions[action_index(action)];
}

bool scope_allows_action(const struct scope *scope, const struct action *action)
{
    return scope_action_setting(scope, action) != SCOPE_DISABLED && !scope_action_opted_out(scope, action);
}

bool scope_needs_event(const struct scope *scope, const struct weir_event_type *event)
{
    for (size_t i = 0; event->models != NULL && event->models[i] != NULL; i++) {
        if (scope_allows(scope, model_find(weir_str(event->models[i])))) {
            return true;
        }
    }
    return false;
}

/* FNV-1a: it is compared for being equal, by ourselves, and has to be the same after a restart. */
static uint64_t digest_add(uint64_t digest, const char *text)
{
    do {
        digest = (digest ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
    } while (*text++ != '\0');
    return digest;
}

uint64_t scope_digest(const struct scope *scope)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; model_nth(i) != NULL; i++) {
        const struct model *model = model_nth(i);

        if (!scope_allows(scope, model)) {
            continue;
        }
        digest = digest_add(digest, model->name);
        for (const struct model_field *field = model->fields; field->name != NULL; field++) {
            if (!field->computed && scope_allows_field(scope, model, field)) {
                digest = digest_add(digest, field->name);
            }
        }
    }
    return digest;
}
