#include "config/scope_keys.h"

#include "config/nearest.h"

#include <stdlib.h>

const char *const SCOPE_USES[] = {"disabled", "optional", "enabled", NULL};

static void read_fields(struct reader *rd, config_setting_t *at, void *member, void *item);
static void fini_fields(void *member);

/* The name of a model is the name of its setting, so it is not in the table. */
static const struct key MODEL_KEYS[] = {
    {.name = "state",
     .kind = KEY_WORD,
     .offset = offsetof(struct config_scope_model, use),
     .number = CONFIG_ENABLED,
     .words = SCOPE_USES},
    {.name = "fields",
     .kind = KEY_CUSTOM,
     .offset = offsetof(struct config_scope_model, fields),
     .read = read_fields,
     .fini = fini_fields},
    {.name = "default_field",
     .kind = KEY_WORD,
     .offset = offsetof(struct config_scope_model, default_field),
     .number = CONFIG_DISABLED,
     .words = SCOPE_USES},
    {0},
};

static char *name_dup(struct reader *rd, const char *name)
{
    char *copy = strdup(name);

    rd->no_memory = rd->no_memory || copy == NULL;
    return copy;
}

/* ---- names ---- */

/* A name as the file has it: the setting's own, or the string of an array, where a reference stays one. */
static const char *literal(config_setting_t *at)
{
    const char *text = config_setting_get_string(at);

    return config_setting_name(at) == NULL && text != NULL ? text : config_setting_name(at);
}

static bool model_check(struct reader *rd, config_setting_t *at, const char *model)
{
    const struct config_names *names = rd->names;
    char shown[READER_SHOWN];
    char cure[READER_CURE];
    struct nearest near;

    if (names->model_known == NULL || names->model_known(names->ctx, model)) {
        return true;
    }
    nearest_init(&near, model);
    for (size_t i = 0; names->model_nth != NULL && names->model_nth(names->ctx, i) != NULL; i++) {
        nearest_try(&near, names->model_nth(names->ctx, i));
    }
    reader_report(rd, CONFIG_ERROR, at, NULL, reader_did_you_mean(cure, nearest_best(&near)),
                  "there is no model \"%s\"", reader_shown(shown, literal(at)));
    return false;
}

/* No such action, as far as somebody knows them. */
static bool is_no_action(const struct config_names *names, const char *action)
{
    const char *name;

    for (size_t i = 0; names->action_nth != NULL && (name = names->action_nth(names->ctx, i)) != NULL; i++) {
        if (strcmp(name, action) == 0) {
            return false;
        }
    }
    return true;
}

void scope_keys_check_opted_out(struct reader *rd, config_setting_t *at, char *value)
{
    if (is_no_action(rd->names, value)) {
        (void)model_check(rd, at, value);
    }
}

static void action_check(struct reader *rd, config_setting_t *at, const char *action)
{
    const struct config_names *names = rd->names;
    char shown[READER_SHOWN];
    char cure[READER_CURE];
    struct nearest near;

    if (names->action_nth == NULL || !is_no_action(names, action)) {
        return;
    }
    nearest_init(&near, action);
    for (size_t i = 0; names->action_nth(names->ctx, i) != NULL; i++) {
        nearest_try(&near, names->action_nth(names->ctx, i));
    }
    reader_report(rd, CONFIG_ERROR, at, NULL, reader_did_you_mean(cure, nearest_best(&near)),
                  "there is no action \"%s\"", reader_shown(shown, action));
}

void scope_keys_check_custom_model(struct reader *rd, config_setting_t *at, char *value)
{
    const struct config_names *names = rd->names;

    if (model_check(rd, at, value) && names->field_known != NULL &&
        !names->field_known(names->ctx, value, "integration_fields")) {
        reader_report(rd, CONFIG_ERROR, at, NULL,
                      "name hris_employees, hris_employments, ats_candidates, ats_applications or ats_jobs",
                      "has no custom fields");
    }
}

static void field_check(struct reader *rd, config_setting_t *at, const char *model, const char *field)
{
    const struct config_names *names = rd->names;
    char shown[READER_SHOWN];
    char cure[READER_CURE];
    struct nearest near;

    /* The fields of a model that does not exist are not its worst trouble. */
    if (names->field_known == NULL || names->field_known(names->ctx, model, field) ||
        (names->model_known != NULL && !names->model_known(names->ctx, model))) {
        return;
    }
    nearest_init(&near, field);
    for (size_t i = 0; names->field_nth != NULL && names->field_nth(names->ctx, model, i) != NULL; i++) {
        nearest_try(&near, names->field_nth(names->ctx, model, i));
    }
    reader_report(rd, CONFIG_ERROR, at, NULL, reader_did_you_mean(cure, nearest_best(&near)),
                  "%s has no field \"%s\"", model, reader_shown(shown, literal(at)));
}

/* ---- fields ---- */

static struct config_scope_model *model_of(void *fields)
{
    return (struct config_scope_model *)((char *)fields - offsetof(struct config_scope_model, fields));
}

static void fini_fields(void *member)
{
    struct config_scope_model *model = model_of(member);

    for (size_t i = 0; i < model->field_count; i++) {
        free(model->fields[i].name);
    }
    free(model->fields);
    model->fields = NULL;
    model->field_count = 0;
}

static void field_add(struct reader *rd, config_setting_t *at, struct config_scope_model *model,
                      const char *name, int use)
{
    field_check(rd, at, model->name, name);
    for (size_t i = 0; i < model->field_count; i++) {
        if (strcmp(model->fields[i].name, name) == 0) {
            reader_report(rd, CONFIG_WARNING, at, NULL, "leave one of them out", "stands here twice");
            return;
        }
    }
    model->fields[model->field_count].name = name_dup(rd, name);
    model->fields[model->field_count].use = (enum config_use)use;
    if (model->fields[model->field_count].name != NULL) {
        model->field_count++;
    }
}

static void read_fields(struct reader *rd, config_setting_t *at, void *member, void *item)
{
    static const char *const ALL[] = {"all", NULL};
    struct config_scope_model *model = item;
    bool named = config_setting_is_group(at);
    int count = config_setting_length(at);

    (void)member;
    if (config_setting_type(at) == CONFIG_TYPE_STRING) {
        (void)reader_word(rd, at, ALL);
        return;
    }
    if (!config_setting_is_aggregate(at)) {
        reader_report(rd, CONFIG_ERROR, at, NULL,
                      "write \"all\", { first_name = \"enabled\"; } or [ \"first_name\" ]",
                      "must say which fields");
        return;
    }
    model->fields = reader_room(rd, at, sizeof *model->fields);
    for (int i = 0; model->fields != NULL && i < count; i++) {
        config_setting_t *element = config_setting_get_elem(at, (unsigned)i);
        char *text = NULL;
        int use = CONFIG_ENABLED;

        if (named) {
            use = reader_word(rd, element, SCOPE_USES);
        } else {
            text = reader_text(rd, element, false);
        }
        if (named || text != NULL) {
            /* Also when the word is wrong: the name is worth a look then too. */
            field_add(rd, element, model, named ? config_setting_name(element) : text,
                      use >= 0 ? use : CONFIG_DISABLED);
        }
        free(text);
    }
}

/* ---- models ---- */

static void model_done(struct reader *rd, config_setting_t *at, struct config_scope_model *model)
{
    config_setting_t *fields = config_setting_get_member(at, "fields");
    bool some = model->default_field != CONFIG_DISABLED;

    if (fields == NULL || config_setting_type(fields) == CONFIG_TYPE_STRING) {
        if (config_setting_get_member(at, "default_field") == NULL) {
            model->default_field = CONFIG_ENABLED;
        }
        return;
    }
    for (size_t i = 0; i < model->field_count; i++) {
        some = some || model->fields[i].use != CONFIG_DISABLED;
    }
    if (!some && model->use != CONFIG_DISABLED) {
        reader_report(rd, CONFIG_ERROR, at, "fields",
                      "add default_field = \"enabled\"; to allow the other fields",
                      "leaves no field, because those not named are disabled");
    }
}

static void read_model(struct reader *rd, config_setting_t *at, struct config_scope_model *model)
{
    int use;

    model->name = name_dup(rd, config_setting_name(at));
    model->use = CONFIG_ENABLED;
    model->default_field = CONFIG_ENABLED;
    if (model->name == NULL) {
        return;
    }
    (void)model_check(rd, at, model->name);
    if (config_setting_is_group(at)) {
        table_read(rd, MODEL_KEYS, at, model);
        model_done(rd, at, model);
    } else if (config_setting_type(at) == CONFIG_TYPE_STRING) {
        use = reader_word(rd, at, SCOPE_USES);
        model->use = use >= 0 ? (enum config_use)use : CONFIG_DISABLED;
    } else {
        reader_report(rd, CONFIG_ERROR, at, NULL,
                      "write \"enabled\" or { state = \"enabled\"; fields = \"all\"; }",
                      "must be a word or a group");
    }
}

void scope_keys_read_models(struct reader *rd, config_setting_t *at, void *member, void *item)
{
    struct config_scope *scope = item;
    int count = config_setting_length(at);

    (void)member;
    if (!config_setting_is_group(at)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write { hris_employees = \"enabled\"; }",
                      "must be a group");
        return;
    }
    scope->models = reader_room(rd, at, sizeof *scope->models);
    for (int i = 0; scope->models != NULL && i < count; i++) {
        read_model(rd, config_setting_get_elem(at, (unsigned)i), &scope->models[i]);
        scope->model_count++;
    }
}

void scope_keys_fini_models(void *member)
{
    struct config_scope *scope =
        (struct config_scope *)((char *)member - offsetof(struct config_scope, models));

    for (size_t i = 0; i < scope->model_count; i++) {
        table_fini(MODEL_KEYS, &scope->models[i]);
        free(scope->models[i].name);
    }
    free(scope->models);
    scope->models = NULL;
    scope->model_count = 0;
}

/* ---- actions ---- */

void scope_keys_read_actions(struct reader *rd, config_setting_t *at, void *member, void *item)
{
    struct config_scope *scope = item;
    int count = config_setting_length(at);

    (void)member;
    if (!config_setting_is_group(at)) {
        reader_report(rd, CONFIG_ERROR, at, NULL, "write { hris_create_absence = \"enabled\"; }",
                      "must be a group");
        return;
    }
    scope->actions = reader_room(rd, at, sizeof *scope->actions);
    for (int i = 0; scope->actions != NULL && i < count; i++) {
        config_setting_t *element = config_setting_get_elem(at, (unsigned)i);
        int use = reader_word(rd, element, SCOPE_USES);
        char *name = name_dup(rd, config_setting_name(element));

        if (name != NULL) {
            action_check(rd, element, name);
            scope->actions[scope->action_count].name = name;
            scope->actions[scope->action_count++].use = use >= 0 ? (enum config_use)use : CONFIG_DISABLED;
        }
    }
}

void scope_keys_fini_actions(void *member)
{
    struct config_scope *scope =
        (struct config_scope *)((char *)member - offsetof(struct config_scope, actions));

    for (size_t i = 0; i < scope->action_count; i++) {
        free(scope->actions[i].name);
    }
    free(scope->actions);
    scope->actions = NULL;
    scope->action_count = 0;
}

void scope_keys_done(struct reader *rd, config_setting_t *at, void *item)
{
    struct config_scope *scope = item;
    bool some;

    if (config_setting_get_member(at, "models") == NULL) {
        if (config_setting_get_member(at, "default_model") == NULL) {
            scope->default_model = CONFIG_ENABLED;
        }
        return;
    }
    some = scope->default_model != CONFIG_DISABLED;
    for (size_t i = 0; i < scope->model_count; i++) {
        some = some || scope->models[i].use != CONFIG_DISABLED;
    }
    if (!some) {
        reader_report(rd, CONFIG_ERROR, at, "models",
                      "add default_model = \"enabled\"; to allow the other models",
                      "leaves no model, because those not named are disabled");
    }
}

/* ---- scopes and who names them ---- */

void scope_keys_add_default(struct reader *rd)
{
    struct config_scopes *scopes = &rd->cfg->scopes;

    if (scopes->count > 0) {
        return;
    }
    scopes->items = calloc(1, sizeof *scopes->items);
    if (scopes->items == NULL) {
        rd->no_memory = true;
        return;
    }
    scopes->count = 1;
    scopes->items[0].name = name_dup(rd, "default");
    scopes->items[0].default_model = CONFIG_ENABLED;
}

static void check_reference(struct reader *rd, config_setting_t *at, const char *scope)
{
    const struct config_scopes *scopes = &rd->cfg->scopes;
    config_setting_t *member = config_setting_get_member(at, "scope");
    const char *text = member != NULL ? config_setting_get_string(member) : "default";
    char shown[READER_SHOWN];
    char cure[READER_CURE];
    struct nearest near;

    nearest_init(&near, scope);
    for (size_t i = 0; i < scopes->count; i++) {
        const char *name = scopes->items[i].name;

        if (name != NULL && strcmp(name, scope) == 0) {
            return;
        }
        if (name != NULL) {
            nearest_try(&near, name);
        }
    }
    reader_report(rd, CONFIG_ERROR, member != NULL ? member : at, member != NULL ? NULL : "scope",
                  nearest_best(&near) != NULL ? reader_did_you_mean(cure, nearest_best(&near))
                                              : "name one of the list scopes, or add it there",
                  "there is no scope \"%s\"", reader_shown(shown, text != NULL ? text : ""));
}

void scope_keys_check_references(struct reader *rd)
{
    config_setting_t *list = config_setting_get_member(rd->root, "integrations");
    config_setting_t *scopes = config_setting_get_member(rd->root, "scopes");
    const struct config_integrations *integrations = &rd->cfg->integrations;

    /* A list of scopes that is none has its finding; that everything refers to it is not another. */
    if (scopes != NULL && !config_setting_is_list(scopes)) {
        return;
    }
    for (size_t i = 0; list != NULL && i < integrations->count; i++) {
        if (integrations->items[i].scope != NULL) {
            check_reference(rd, config_setting_get_elem(list, (unsigned)i), integrations->items[i].scope);
        }
    }
}
