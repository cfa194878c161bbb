#include "describe.h"

#include "model/model.h"

#include <jansson.h>

static json_t *text_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *names(const char *const *list)
{
    json_t *out = json_array();

    for (; list != NULL && *list != NULL; list++) {
        (void)json_array_append_new(out, json_string(*list));
    }
    return out;
}

static json_t *settings(const struct weir_connector *c)
{
    json_t *out = json_array();

    for (size_t i = 0; i < c->setting_count; i++) {
        const struct weir_setting *s = &c->settings[i];

        (void)json_array_append_new(out, json_pack("{s:s, s:s, s:o, s:b, s:b}", "key", s->key, "label",
                                                   s->label, "help", text_or_null(s->help), "secret",
                                                   s->secret ? 1 : 0, "required", s->required ? 1 : 0));
    }
    return out;
}

static json_t *models(const struct weir_connector *c)
{
    json_t *out = json_array();

    for (size_t i = 0; i < c->model_count; i++) {
        const struct weir_model_use *use = &c->models[i];
        const struct model *model = model_find(weir_str(use->model));
        json_t *missing = json_array();

        for (const struct model_field *f = model != NULL ? model->fields : NULL; f != NULL && f->name != NULL;
             f++) {
            if (!describe_fills(use, f->name)) {
                (void)json_array_append_new(missing, json_string(f->name));
            }
        }
        (void)json_array_append_new(out, json_pack("{s:s, s:b, s:b, s:b, s:o, s:o, s:o}", "model", use->model,
                                                   "lists", use->lists ? 1 : 0, "since", use->since ? 1 : 0,
                                                   "by_id", use->by_id ? 1 : 0, "listed_with",
                                                   text_or_null(use->listed_with), "fields",
                                                   names(use->fields), "not_filled", missing));
    }
    return out;
}

static json_t *events(const struct weir_connector *c)
{
    json_t *out = json_array();

    for (size_t i = 0; i < c->event_count; i++) {
        (void)json_array_append_new(
            out, json_pack("{s:s, s:o}", "name", c->events[i].name, "models", names(c->events[i].models)));
    }
    return out;
}

static json_t *subscribe(const struct weir_subscribe *s)
{
    json_t *steps = json_array();

    for (size_t i = 0; s != NULL && i < s->step_count; i++) {
        const struct weir_step *step = &s->steps[i];

        (void)json_array_append_new(
            steps, json_pack("{s:s, s:s, s:o, s:o, s:o}", "title", step->title, "text", step->text,
                             "copy_label", text_or_null(step->copy_label), "copy_value",
                             text_or_null(step->copy_value), "paste_key", text_or_null(step->paste_key)));
    }
    return json_pack("{s:b, s:b, s:b, s:o}", "ensure", s != NULL && s->ensure != NULL, "inspect",
                     s != NULL && s->inspect != NULL, "remove", s != NULL && s->remove != NULL, "steps",
                     steps);
}

static json_t *actions(const struct weir_act *act)
{
    json_t *out = json_array();

    for (size_t i = 0; act != NULL && i < act->action_count; i++) {
        (void)json_array_append_new(out, json_pack("{s:s, s:s, s:o}", "id", act->actions[i].id, "label",
                                                   act->actions[i].label, "fields",
                                                   names(act->actions[i].fields)));
    }
    return out;
}

static json_t *apis(const struct weir_pass *pass)
{
    json_t *out = json_array();

    for (size_t i = 0; pass != NULL && i < pass->api_count; i++) {
        (void)json_array_append_new(out, json_pack("{s:s, s:s, s:s}", "name", pass->apis[i].name, "label",
                                                   pass->apis[i].label, "path", pass->apis[i].path));
    }
    return out;
}

bool describe_json(const struct weir_connector *c)
{
    json_t *root =
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "tool", c->tool, "label", c->label, "version", c->version,
                  "category", c->category == WEIR_CATEGORY_HRIS ? "hris" : "ats", "contract",
                  json_sprintf("%d.%d", c->abi_major, c->abi_minor), "base_url", text_or_null(c->base_url));
    bool good;

    (void)json_object_set_new(root, "settings", settings(c));
    (void)json_object_set_new(root, "models", models(c));
    (void)json_object_set_new(root, "events", events(c));
    (void)json_object_set_new(root, "subscribe", subscribe(c->subscribe));
    (void)json_object_set_new(root, "missed", json_boolean(c->fetch->missed != NULL));
    (void)json_object_set_new(root, "actions", actions(c->act));
    (void)json_object_set_new(root, "apis", apis(c->pass));
    (void)json_object_set_new(root, "kept_headers", names(c->verify->kept_headers));
    good = json_dumpf(root, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;
    json_decref(root);
    return good;
}
