/*
 * connect_state: what a page has to show for a link.
 */
#include "web/api.h"
#include "web/connect.h"
#include "web/envelope.h"
#include "web/json_out.h"

#include <strings.h>

static const char *setting_word(enum scope_setting setting)
{
    return setting == SCOPE_ENABLED ? "ENABLED" : "OPTIONAL";
}

/* ---- what is asked for ---- */

/* it: the integration that there is; NULL: none yet. */
static bool has_setting(const struct web_integration *it, const char *key)
{
    if (it == NULL || key == NULL) {
        return false;
    }
    for (size_t i = 0; i < it->setting_count && i < 64; i++) {
        if (strcmp(it->settings[i].key, key) == 0) {
            return it->settings_set >> i & 1;
        }
    }
    return strcmp(key, "base_url") == 0 && it->base_url != NULL;
}

/* One that is there already (of an integration that is connected anew) may be left as it is. */
static void write_setting(struct buf *out, const struct web_integration *it,
                          const struct weir_setting *setting)
{
    json_out_item(out);
    buf_add_char(out, '{');
    json_out_text(out, "key", setting->key);
    json_out_text(out, "label", setting->label != NULL ? setting->label : setting->key);
    json_out_text(out, "help", setting->help);
    json_out_bool(out, "secret", setting->secret);
    json_out_bool(out, "required", setting->required);
    json_out_bool(out, "is_set", has_setting(it, setting->key));
    buf_add_char(out, '}');
}

static const struct weir_setting base_url = {
    "base_url", "Address", "The address of your account, such as https://acme.example.com", false, true};

static void write_settings(struct buf *out, struct request *r, const struct link *link,
                           const struct web_connector *tool)
{
    const struct web_app *app = &r->web->options.app;
    const struct weir_connector *table = tool->table;
    struct web_integration it;
    bool is_there = link->integration.len > 0 && app->integration(app->ctx, link->integration, &it);

    json_out_open(out, "settings", '[');
    if (table->base_url == NULL && !connect_is_given(r, link, tool->tool, base_url.key)) {
        write_setting(out, is_there ? &it : NULL, &base_url);
    }
    for (size_t i = 0; i < table->setting_count; i++) {
        const struct weir_setting *setting = &table->settings[i];

        if (!connect_is_pasted(table, setting) && !connect_is_given(r, link, tool->tool, setting->key)) {
            write_setting(out, is_there ? &it : NULL, setting);
        }
    }
    buf_add_char(out, ']');
    if (is_there) {
        api_integration_release(r, &it);
    }
}

/* ---- what is read ---- */

static void write_model(struct buf *out, const struct scope *scope, const struct model *model,
                        const struct weir_model_use *use)
{
    json_out_item(out);
    buf_add_char(out, '{');
    json_out_text(out, "id", model->name);
    json_out_text(out, "label", model->label);
    json_out_text(out, "setting", setting_word(scope_model_setting(scope, model)));
    json_out_bool(out, "refused", scope_opted_out(scope, model, NULL));
    json_out_open(out, "fields", '[');
    for (const struct model_field *field = model->fields; field->name != NULL; field++) {
        if (api_field_is_shown(model, field) && api_model_use_has(use, field->name) &&
            scope_field_setting(scope, model, field) != SCOPE_DISABLED) {
            json_out_item(out);
            buf_add_char(out, '{');
            json_out_text(out, "id", field->name);
            json_out_text(out, "setting", setting_word(scope_field_setting(scope, model, field)));
            buf_add_char(out, '}');
        }
    }
    buf_add_text(out, "]}");
}

static void write_models(struct buf *out, const struct web_connector *tool, const struct scope *scope)
{
    json_out_open(out, "models", '[');
    for (size_t n = 0; model_nth(n) != NULL; n++) {
        const struct model *model = model_nth(n);
        const struct weir_model_use *use = api_model_use_in(tool->models, tool->model_count, model);

        if (use != NULL && scope_model_setting(scope, model) != SCOPE_DISABLED) {
            write_model(out, scope, model, use);
        }
    }
    buf_add_char(out, ']');
}

/* ---- what may be done ---- */

static void write_actions(struct buf *out, const struct web_connector *tool, const struct scope *scope)
{
    json_out_open(out, "actions", '[');
    for (size_t n = 0; action_nth(n) != NULL; n++) {
        const struct action *action = action_nth(n);
        enum scope_setting setting = scope_action_setting(scope, action);

        if (setting != SCOPE_DISABLED && api_action_has(tool->table->act, action, NULL)) {
            json_out_item(out);
            buf_add_char(out, '{');
            json_out_text(out, "id", action->id);
            json_out_text(out, "label", action->label);
            json_out_text(out, "setting", setting_word(setting));
            json_out_bool(out, "refused", scope_action_opted_out(scope, action));
            buf_add_char(out, '}');
        }
    }
    buf_add_char(out, ']');
}

static void write_tool(struct buf *out, struct request *r, const struct link *link,
                       const struct web_connector *tool, const struct scope *scope)
{
    json_out_item(out);
    buf_add_char(out, '{');
    json_out_text(out, "id", tool->tool);
    json_out_text(out, "label", tool->label);
    write_settings(out, r, link, tool);
    write_models(out, tool, scope);
    write_actions(out, tool, scope);
    json_out_int(out, "step_count",
                 tool->table->subscribe != NULL && tool->table->subscribe->ensure == NULL
                     ? (int64_t)tool->table->subscribe->step_count
                     : 0);
    buf_add_char(out, '}');
}

static void write_tools(struct buf *out, struct request *r, const struct link *link,
                        const struct scope *scope)
{
    const struct web_app *app = &r->web->options.app;
    struct web_connector tool;

    json_out_open(out, "tools", '[');
    for (size_t n = 0; link->stage == LINK_STAGE_CONNECT && app->connector_nth(app->ctx, n, &tool); n++) {
        if (tool.loaded && tool.table != NULL && tool.category != NULL &&
            weir_str_is(link->category, tool.category) &&
            (link->tool.len == 0 || weir_str_is(link->tool, tool.tool))) {
            write_tool(out, r, link, &tool, scope);
        }
    }
    buf_add_char(out, ']');
}

/* ---- what is left to do at the tool ---- */

static const struct weir_setting *setting_of(const struct web_connector *tool, const char *key)
{
    for (size_t i = 0; key != NULL && i < tool->table->setting_count; i++) {
        if (strcmp(tool->table->settings[i].key, key) == 0) {
            return &tool->table->settings[i];
        }
    }
    return NULL;
}

static void write_paste(struct buf *out, const struct web_connector *tool, const struct web_integration *it,
                        const char *key)
{
    const struct weir_setting *setting = setting_of(tool, key);

    json_out_text(out, "paste_key", key);
    json_out_text(out, "paste_label", setting != NULL && setting->label != NULL ? setting->label : key);
    json_out_text(out, "paste_help", setting != NULL ? setting->help : NULL);
    json_out_bool(out, "paste_secret", setting == NULL || setting->secret);
    json_out_bool(out, "is_pasted", has_setting(it, key));
}

/* Does the tool reach its hook, and is what it sends good? As far as is known. */
static void write_webhook(struct buf *out, const struct web_integration *it)
{
    json_out_open(out, "webhook", '{');
    json_out_bool(out, "manual", it->step_count > 0);
    json_out_text(out, "state", it->row.subscription_state == WEIR_SUB_ACTIVE ? "active" : "waiting");
    json_out_text(out, "test", it->test);
    json_out_time(out, "tested_at", it->tested_ms);
    json_out_time(out, "last_delivery", it->row.last_delivery_ms);
    buf_add_char(out, '}');
}

static void write_copy(struct buf *out, const struct web_app *app, const struct web_integration *it,
                       const struct weir_step *step)
{
    char secret[STORE_SECRET_MAX];

    if (step->copy_value != NULL && strcmp(step->copy_value, "callback_url") == 0) {
        json_out_text(out, "copy_value", it->callback_url);
    } else if (step->copy_value != NULL &&
               app->lifecycle.webhook_secret(app->ctx, weir_str(it->id), secret)) {
        json_out_text(out, "copy_value", secret);
        crypto_wipe(secret, sizeof secret);
    } else {
        json_out_null(out, "copy_value");
    }
}

static void write_steps(struct buf *out, struct request *r, const struct link *link)
{
    const struct web_app *app = &r->web->options.app;
    struct web_connector tool;
    struct web_integration it;

    if (link->stage == LINK_STAGE_CONNECT || !app->integration(app->ctx, link->integration, &it)) {
        json_out_open(out, "steps", '[');
        buf_add_char(out, ']');
        json_out_null(out, "webhook");
        return;
    }
    write_webhook(out, &it);
    json_out_open(out, "steps", '[');
    if (link->stage == LINK_STAGE_STEPS && connect_tool(&tool, r, link->tool, weir_str(""))) {
        for (size_t i = 0; i < it.step_count; i++) {
            const struct weir_step *step = &it.steps[i];

            json_out_item(out);
            buf_add_char(out, '{');
            json_out_text(out, "title", step->title);
            json_out_text(out, "text", step->text);
            json_out_text(out, "copy_label", step->copy_label);
            write_copy(out, app, &it, step);
            write_paste(out, &tool, &it, step->paste_key);
            buf_add_char(out, '}');
        }
    }
    buf_add_char(out, ']');
    api_integration_release(r, &it);
}

/* ---- all of it ---- */

/* Whom the page may speak to. */
static void write_origins(struct buf *out, struct request *r)
{
    struct buf list;
    const char *at;

    buf_init(&list, REQUEST_HEADER_TEXT);
    origins_add(&list, &r->web->origins, "");
    buf_add_char(&list, '\0');
    json_out_open(out, "origins", '[');
    for (at = list.failed ? "" : list.data; *at != '\0';) {
        size_t len = strcspn(at, " ");

        json_out_item(out);
        json_out_str_value(out, weir_str_n(at, len));
        at += len + (at[len] == ' ');
    }
    buf_add_char(out, ']');
    buf_fini(&list);
}

static const char *const kinds[] = {"", "connect", "relink", "setup"};
static const char *const stages[] = {"connect", "steps", "done"};

static void write_text(struct buf *out, const char *key, struct weir_str text)
{
    if (text.len > 0) {
        json_out_str(out, key, text);
    } else {
        json_out_null(out, key);
    }
}

static void write_tool_name(struct buf *out, struct request *r, const struct link *link)
{
    struct web_connector tool;

    write_text(out, "tool", link->tool);
    if (link->tool.len > 0 && connect_tool(&tool, r, link->tool, weir_str(""))) {
        json_out_text(out, "tool_label", tool.label);
    } else {
        write_text(out, "tool_label", link->tool);
    }
}

static void write_state(struct request *r, const struct link *link, const struct scope *scope)
{
    struct buf *out = answer_begin(r);

    buf_add_char(out, '{');
    json_out_text(out, "kind", kinds[link->kind]);
    json_out_text(out, "stage", stages[link->stage]);
    write_text(out, "language", link->language);
    json_out_time(out, "expires_at", link->expires_at_ms);
    write_text(out, "category", link->category);
    write_tool_name(out, r, link);
    write_text(out, "organization_name", link->organization);
    write_text(out, "remote_environment", link->remote_environment);
    json_out_bool(out, "enable_filtering", link->filtering);
    json_out_bool(out, "enable_field_mapping", link->field_mapping);
    write_tools(out, r, link, scope);
    write_steps(out, r, link);
    write_origins(out, r);
    buf_add_char(out, '}');
    answer_end(r);
}

void connect_state(struct request *r)
{
    struct link link;
    struct scope *scope;

    if (!connect_link(&link, r)) {
        return;
    }
    scope = connect_scope(r, &link);
    if (scope == NULL) {
        answer_error(r, ANSWER_CONFLICT,
                     "What this link asks for is not there any more: ask for a new link.");
    } else {
        write_state(r, &link, scope);
    }
    scope_free(scope);
    link_free(&link);
}
