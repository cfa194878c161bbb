/*
 * assemble_rules: what is from the config for the web room, and for the store what a reference means.
 */
#include "app_internal.h"

#include <stdlib.h>

static enum web_role role_of(enum config_role role)
{
    return role == CONFIG_ADMIN ? WEB_ADMIN : role == CONFIG_OPERATE ? WEB_OPERATE : WEB_READ;
}

static struct web_key key_of(const struct config_bearer *from)
{
    return (struct web_key){.name = from->name,
                            .key = from->key,
                            .role = role_of(from->role),
                            .integrations = (const char *const *)from->integrations.items,
                            .integration_count = from->integrations.count};
}

static int assemble_keys(struct app *app, const struct config *config, struct weir_error *err)
{
    size_t api_count = config->api_keys.count;
    size_t admin_count = config->admin_keys.count;
    struct web_key *keys = calloc(api_count + admin_count + 1, sizeof *keys);
    int rc;

    if (keys == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the keys");
    }
    for (size_t i = 0; i < api_count; i++) {
        keys[i] = key_of(&config->api_keys.items[i]);
    }
    for (size_t i = 0; i < admin_count; i++) {
        keys[api_count + i] = key_of(&config->admin_keys.items[i]);
    }
    rc = web_keys_set(app->web, keys, api_count, keys + api_count, admin_count, err);
    free(keys);
    return rc;
}

static int assemble_custom_fields(struct app *app, const struct config *config, struct weir_error *err)
{
    size_t count = config->custom_fields.count;
    struct web_custom_field *fields = calloc(count + 1, sizeof *fields);
    int rc;

    if (fields == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the custom fields");
    }
    for (size_t i = 0; i < count; i++) {
        const struct config_custom_field *from = &config->custom_fields.items[i];

        fields[i] = (struct web_custom_field){from->key, from->model, from->label, from->description};
    }
    rc = web_custom_fields_set(app->web, fields, count, err);
    free(fields);
    return rc;
}

int assemble_web(struct app *app, const struct config *config, struct weir_error *err)
{
    int rc = assemble_keys(app, config, err);

    if (rc == 0) {
        rc = assemble_custom_fields(app, config, err);
    }
    if (rc == 0) {
        rc = web_connect_origins_set(app->web, (const char *const *)config->connect_origins.items,
                                     config->connect_origins.count, err);
    }
    return rc;
}

static uint8_t join_number(const char *name)
{
    for (size_t i = 0; name != NULL && model_join_nth(i) != NULL; i++) {
        if (strcmp(model_join_nth(i)->name, name) == 0) {
            return model_join_nth(i)->number;
        }
    }
    return 0;
}

/* What a change on either side of this reference means follows from how the models embed each other. column:
 * the one that the reference stands in, itself or an entry's part. */
static struct store_ref_rule rule_of(const struct model *model, const struct model_field *column,
                                     const struct model_field *field)
{
    const struct model *target = model_find(weir_str(field->target));
    struct store_ref_rule rule = {.model = model->number,
                                  .slot = field->slot,
                                  .target_model = target->number,
                                  .owned = field->type == FIELD_REF && model_field_required(field),
                                  .join_model = join_number(field->join_model)};

    for (const struct model_join *join = model->joins; join->name != NULL; join++) {
        if (join->kind != JOIN_CHILDREN && strcmp(join->via, column->name) == 0 &&
            (field == column || (join->entry_ref != NULL && strcmp(join->entry_ref, field->name) == 0))) {
            rule.touch_source = rule.touch_source || join->touch_linked;
        }
    }
    for (const struct model_join *join = target->joins; join->name != NULL; join++) {
        if (join->kind == JOIN_CHILDREN && strcmp(join->via, field->name) == 0 &&
            strcmp(join->model, model->name) == 0) {
            rule.touch_target = rule.touch_target || join->touch_linked || join->touch_membership;
        }
    }
    return rule;
}

struct store_ref_rule *assemble_rules(size_t *count)
{
    struct store_ref_rule *rules = NULL;
    size_t used = 0;

    for (size_t i = 0; model_nth(i) != NULL; i++) {
        const struct model *model = model_nth(i);

        const struct model_field *column, *field;

        for (size_t j = 0; (field = model_ref_nth(&column, model, j)) != NULL; j++) {
            struct store_ref_rule *grown = realloc(rules, (used + 1) * sizeof *rules);

            if (grown == NULL) {
                free(rules);
                return NULL;
            }
            rules = grown;
            rules[used++] = rule_of(model, column, field);
        }
    }
    *count = used;
    return rules;
}
