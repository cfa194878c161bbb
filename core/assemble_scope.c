/*
 * assemble_scope: from a scope of the file, or one of the store, to what the rooms ask.
 */
#include "app_internal.h"

#include "base/log.h"
#include "model/scope_text.h"

static enum scope_setting setting_of(enum config_use use)
{
    return use == CONFIG_ENABLED ? SCOPE_ENABLED : use == CONFIG_OPTIONAL ? SCOPE_OPTIONAL : SCOPE_DISABLED;
}

static void fill_model(struct scope *scope, const struct config_scope_model *config)
{
    const struct model *model = model_find(weir_str(config->name));

    (void)scope_set_model(scope, weir_str(config->name), setting_of(config->use));
    if (model == NULL || config->field_count == 0) {
        return;
    }
    for (size_t i = 0; i < model_field_count(model); i++) {
        if (!model->fields[i].raw) {
            (void)scope_set_field(scope, weir_str(config->name), weir_str(model->fields[i].name),
                                  setting_of(config->default_field));
        }
    }
    for (size_t i = 0; i < config->field_count; i++) {
        (void)scope_set_field(scope, weir_str(config->name), weir_str(config->fields[i].name),
                              setting_of(config->fields[i].use));
    }
}

static struct scope *scope_of_store(const struct app *app, const char *name)
{
    const struct app_scope *found = scopes_find(app, weir_str(name));
    struct weir_error err = {0};
    struct scope *scope = NULL;

    if (found != NULL && scope_from_json(&scope, name, weir_str(found->text), &err) != 0) {
        log_error("a stored scope cannot be read, so it allows nothing", LOG_TEXT("scope", name),
                  LOG_ERR(&err));
    }
    return scope != NULL ? scope : scope_new(name);
}

struct scope *assemble_scope(const struct app *app, const struct config *config, const char *name)
{
    const struct config_scope *found = NULL;
    struct scope *scope;

    for (size_t i = 0; i < config->scopes.count; i++) {
        if (strcmp(config->scopes.items[i].name, name) == 0) {
            found = &config->scopes.items[i];
        }
    }
    if (found == NULL) {
        return scope_of_store(app, name);
    }
    scope = scope_new(name);
    for (size_t i = 0; scope != NULL && model_nth(i) != NULL; i++) {
        (void)scope_set_model(scope, weir_str(model_nth(i)->name), setting_of(found->default_model));
    }
    for (size_t i = 0; scope != NULL && i < found->model_count; i++) {
        fill_model(scope, &found->models[i]);
    }
    for (size_t i = 0; scope != NULL && action_nth(i) != NULL; i++) {
        (void)scope_set_action(scope, weir_str(action_nth(i)->id), setting_of(found->default_action));
    }
    for (size_t i = 0; scope != NULL && i < found->action_count; i++) {
        (void)scope_set_action(scope, weir_str(found->actions[i].name), setting_of(found->actions[i].use));
    }
    return scope;
}
