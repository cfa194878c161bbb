#include "model/scope_text.h"

#include <jansson.h>

const char *scope_word(enum scope_setting setting)
{
    return setting == SCOPE_ENABLED ? "enabled" : setting == SCOPE_OPTIONAL ? "optional" : "disabled";
}

/* ---- reading ---- */

/* Keeps a name from outside short in a sentence. */
static const char *shown(const char *text)
{
    return strlen(text) <= 80 ? text : "(longer than 80 bytes)";
}

static int read_word(enum scope_setting *out, const json_t *value, const char *what, struct weir_error *err)
{
    const char *text = json_string_value(value);

    for (int i = SCOPE_DISABLED; text != NULL && i <= SCOPE_ENABLED; i++) {
        if (strcmp(text, scope_word((enum scope_setting)i)) == 0) {
            *out = (enum scope_setting)i;
            return 0;
        }
    }
    return weir_fail(err, WEIR_E_INVALID, "%s has to be \"enabled\", \"optional\" or \"disabled\"",
                     shown(what));
}

static int check_members(json_t *object, const char *const *known, const char *what, struct weir_error *err)
{
    const char *key;
    json_t *value;

    json_object_foreach(object, key, value)
    {
        bool found = false;

        for (size_t i = 0; known[i] != NULL; i++) {
            found = found || strcmp(known[i], key) == 0;
        }
        if (!found) {
            return weir_fail(err, WEIR_E_INVALID, "%s has no member \"%s\"", what, shown(key));
        }
    }
    return 0;
}

static int set_field(struct scope *scope, const char *model, const char *field, enum scope_setting setting,
                     struct weir_error *err)
{
    return field != NULL && scope_set_field(scope, weir_str(model), weir_str(field), setting)
               ? 0
               : weir_fail(err, WEIR_E_INVALID, "%s has no field \"%s\"", model,
                           field != NULL ? shown(field) : "(no text)");
}

static int read_fields(struct scope *scope, const char *model, json_t *fields, struct weir_error *err)
{
    enum scope_setting setting = SCOPE_DISABLED;
    const char *key;
    json_t *value;
    int rc = 0;

    if (json_is_array(fields)) {
        for (size_t i = 0; rc == 0 && i < json_array_size(fields); i++) {
            rc = set_field(scope, model, json_string_value(json_array_get(fields, i)), SCOPE_ENABLED, err);
        }
        return rc;
    }
    if (!json_is_object(fields)) {
        return weir_fail(err, WEIR_E_INVALID, "fields of %s has to be \"all\", an array or an object", model);
    }
    json_object_foreach(fields, key, value)
    {
        rc = rc != 0 ? rc : read_word(&setting, value, key, err);
        rc = rc != 0 ? rc : set_field(scope, model, key, setting, err);
    }
    return rc;
}

static bool is_all(const json_t *fields)
{
    return fields == NULL || (json_is_string(fields) && strcmp(json_string_value(fields), "all") == 0);
}

static int read_model_object(struct scope *scope, const char *name, json_t *value, struct weir_error *err)
{
    static const char *const members[] = {"state", "fields", "default_field", NULL};
    json_t *fields = json_object_get(value, "fields");
    json_t *state = json_object_get(value, "state");
    json_t *other = json_object_get(value, "default_field");
    enum scope_setting setting = SCOPE_ENABLED;
    enum scope_setting of_others = SCOPE_DISABLED;
    int rc = check_members(value, members, name, err);

    if (rc == 0 && state != NULL) {
        rc = read_word(&setting, state, "state", err);
    }
    of_others = is_all(fields) ? SCOPE_ENABLED : SCOPE_DISABLED;
    if (rc == 0 && other != NULL) {
        rc = read_word(&of_others, other, "default_field", err);
    }
    if (rc == 0) {
        (void)scope_set_model(scope, weir_str(name), setting);
    }
    if (rc != 0 || (is_all(fields) && other == NULL)) {
        return rc;
    }
    for (const struct model_field *f = model_find(weir_str(name))->fields; f->name != NULL; f++) {
        if (!f->raw) { /* what the tool said goes out only by name */
            (void)scope_set_field(scope, weir_str(name), weir_str(f->name), of_others);
        }
    }
    return is_all(fields) ? 0 : read_fields(scope, name, fields, err);
}

static int read_model(struct scope *scope, const char *name, json_t *value, struct weir_error *err)
{
    enum scope_setting setting = SCOPE_DISABLED;
    int rc;

    if (model_find(weir_str(name)) == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "there is no model \"%s\"", shown(name));
    }
    if (json_is_object(value)) {
        return read_model_object(scope, name, value, err);
    }
    rc = read_word(&setting, value, name, err);
    if (rc == 0) {
        (void)scope_set_model(scope, weir_str(name), setting);
    }
    return rc;
}

/* Those not named stay disabled: nothing is done at a tool unasked. */
static int read_actions(struct scope *scope, json_t *actions, struct weir_error *err)
{
    const char *id;
    json_t *value;
    int rc = 0;

    if (actions != NULL && !json_is_object(actions)) {
        return weir_fail(err, WEIR_E_INVALID, "\"actions\" has to be an object");
    }
    json_object_foreach(actions, id, value)
    {
        enum scope_setting setting = SCOPE_DISABLED;

        rc = rc != 0 ? rc : read_word(&setting, value, id, err);
        if (rc == 0 && !scope_set_action(scope, weir_str(id), setting)) {
            rc = weir_fail(err, WEIR_E_INVALID, "there is no action \"%s\"", shown(id));
        }
    }
    return rc;
}

static int read_all(struct scope *scope, json_t *root, struct weir_error *err)
{
    static const char *const members[] = {"models", "default_model", "actions", "name", "dry_run", NULL};
    json_t *models = json_object_get(root, "models");
    json_t *other = json_object_get(root, "default_model");
    enum scope_setting setting = models != NULL ? SCOPE_DISABLED : SCOPE_ENABLED;
    bool some = false;
    const char *name;
    json_t *value;
    int rc = check_members(root, members, "a scope", err);

    if (rc == 0 && other != NULL) {
        rc = read_word(&setting, other, "default_model", err);
    }
    if (rc == 0 && models != NULL && !json_is_object(models)) {
        rc = weir_fail(err, WEIR_E_INVALID, "\"models\" has to be an object");
    }
    for (size_t i = 0; rc == 0 && model_nth(i) != NULL; i++) {
        (void)scope_set_model(scope, weir_str(model_nth(i)->name), setting);
    }
    json_object_foreach(models, name, value)
    {
        rc = rc != 0 ? rc : read_model(scope, name, value, err);
    }
    if (rc == 0) {
        rc = read_actions(scope, json_object_get(root, "actions"), err);
    }
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        some = some || scope_model_setting(scope, model_nth(i)) != SCOPE_DISABLED;
    }
    return rc == 0 && !some
               ? weir_fail(err, WEIR_E_INVALID, "this leaves no model: those not named are disabled")
               : rc;
}

int scope_from_json(struct scope **out, const char *name, struct weir_str json, struct weir_error *err)
{
    struct scope *scope = NULL;
    json_t *root = NULL;
    json_error_t why;
    int rc = 0;

    if (json.len > SCOPE_TEXT_MAX) {
        return weir_fail(err, WEIR_E_INVALID, "a scope of %zu bytes is too long (at most %zu)", json.len,
                         SCOPE_TEXT_MAX);
    }
    root = json_loadb(json.len > 0 ? json.data : "", json.len, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(root)) {
        rc = weir_fail(err, WEIR_E_INVALID, "a scope has to be a JSON object");
        goto out;
    }
    scope = scope_new(name);
    rc = scope != NULL ? read_all(scope, root, err) : weir_fail(err, WEIR_E_MEMORY, "no memory for a scope");
    if (rc == 0) {
        *out = scope;
        scope = NULL;
    }

out:
    scope_free(scope);
    json_decref(root);
    return rc;
}

/* ---- writing ---- */

static void write_model(struct buf *out, const struct scope *scope, const struct model *model)
{
    enum scope_setting state = scope_model_setting(scope, model);

    buf_printf(out, "\"%s\":", model->name);
    if (state == SCOPE_DISABLED) {
        buf_add_text(out, "\"disabled\"");
        return;
    }
    buf_printf(out, "{\"state\":\"%s\",\"fields\":{", scope_word(state));
    for (const struct model_field *f = model->fields; f->name != NULL; f++) {
        buf_printf(out, "%s\"%s\":\"%s\"", f == model->fields ? "" : ",", f->name,
                   scope_word(scope_field_setting(scope, model, f)));
    }
    buf_add_text(out, "}}");
}

void scope_to_json(struct buf *out, const struct scope *scope)
{
    buf_add_char(out, '{');
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        if (i > 0) {
            buf_add_char(out, ',');
        }
        write_model(out, scope, model_nth(i));
    }
    buf_add_char(out, '}');
}

void scope_actions_to_json(struct buf *out, const struct scope *scope)
{
    buf_add_char(out, '{');
    for (size_t i = 0; action_nth(i) != NULL; i++) {
        buf_printf(out, "%s\"%s\":\"%s\"", i > 0 ? "," : "", action_nth(i)->id,
                   scope_word(scope_action_setting(scope, action_nth(i))));
    }
    buf_add_char(out, '}');
}

void scope_adopt_refusals(struct scope *scope, const struct scope *from)
{
    for (size_t i = 0; action_nth(i) != NULL; i++) {
        if (scope_action_opted_out(from, action_nth(i))) {
            scope_opt_out(scope, weir_str(action_nth(i)->id), weir_str(""));
        }
    }
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        const struct model *model = model_nth(i);

        if (scope_opted_out(from, model, NULL)) {
            scope_opt_out(scope, weir_str(model->name), weir_str(""));
        }
        for (const struct model_field *f = model->fields; f->name != NULL; f++) {
            if (scope_opted_out(from, model, f)) {
                scope_opt_out(scope, weir_str(model->name), weir_str(f->name));
            }
        }
    }
}
