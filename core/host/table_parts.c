#include "host/table_check.h"

#include "base/utf8.h"

#define MODEL_MAX 64
#define EVENT_MAX 128
#define TEXT_MAX 1024 /* help, a step's text */
#define KEPT_MAX 32
#define STEPS_MAX 32

static bool is_text(const char *text, size_t most)
{
    size_t len = text != NULL ? strnlen(text, most + 1) : 0;

    return len > 0 && len <= most && utf8_valid(weir_str_n(text, len));
}

/* A name in somebody else's alphabet: printable ASCII without blanks. */
static bool is_foreign_name(const char *text, size_t most)
{
    size_t len = text != NULL ? strnlen(text, most + 1) : 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            return false;
        }
    }
    return len > 0 && len <= most;
}

static int check_count(size_t count, size_t most, const void *table, const char *what,
                       const struct weir_connector *c, struct weir_error *err)
{
    if (count > most) {
        return weir_fail(err, WEIR_E_INVALID, "connector %s: it counts %zu %s, and %zu are the most", c->tool,
                         count, what, most);
    }
    if (count > 0 && table == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "connector %s: it counts %zu %s and has no table of them",
                         c->tool, count, what);
    }
    return 0;
}

int table_check_settings(const struct weir_connector *c, struct weir_error *err)
{
    int rc = check_count(c->setting_count, TABLE_SETTINGS_MAX, c->settings, "settings", c, err);

    for (size_t i = 0; rc == 0 && i < c->setting_count; i++) {
        const struct weir_setting *s = &c->settings[i];

        if (!name_is_word(s->key, 1, TABLE_KEY_MAX)) {
            return weir_fail(err, WEIR_E_INVALID,
                             "connector %s: the key of setting %zu has to be 1 to 32 of a-z, 0-9 and _, "
                             "beginning with a letter",
                             c->tool, i + 1);
        }
        if (strcmp(s->key, "base_url") == 0 || strcmp(s->key, "remote_data") == 0) {
            return weir_fail(err, WEIR_E_INVALID,
                             "connector %s: the setting %s is the host's own: leave it out", c->tool, s->key);
        }
        if (!is_text(s->label, TEXT_MAX) || (s->help != NULL && !is_text(s->help, TEXT_MAX))) {
            return weir_fail(err, WEIR_E_INVALID,
                             "connector %s: setting %s needs a label, and help that is text or NULL", c->tool,
                             s->key);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(c->settings[j].key, s->key) == 0) {
                return weir_fail(err, WEIR_E_INVALID,
                                 "connector %s: the setting %s is there twice: give each its own key",
                                 c->tool, s->key);
            }
        }
    }
    return rc;
}

/* How many words a NULL-terminated list has; 0: none, too many, a bad one, or one of them twice. */
static size_t count_words(const char *const *words)
{
    size_t count = 0;

    if (words == NULL) {
        return 0;
    }
    while (words[count] != NULL) {
        if (count == TABLE_NAMES_MAX || !name_is_word(words[count], 2, MODEL_MAX)) {
            return 0;
        }
        for (size_t i = 0; i < count; i++) {
            if (strcmp(words[i], words[count]) == 0) {
                return 0;
            }
        }
        count++;
    }
    return count;
}

static const struct weir_model_use *find_model(const struct weir_connector *c, const char *model)
{
    for (size_t i = 0; i < c->model_count; i++) {
        if (name_is_word(c->models[i].model, 2, MODEL_MAX) && strcmp(c->models[i].model, model) == 0) {
            return &c->models[i];
        }
    }
    return NULL;
}

static int check_model(const struct weir_connector *c, size_t i, struct weir_error *err)
{
    const struct weir_model_use *use = &c->models[i];

    if (!name_is_word(use->model, 2, MODEL_MAX)) {
        return weir_fail(err, WEIR_E_INVALID,
                         "connector %s: model %zu has no unified name (\"hris_employees\")", c->tool, i + 1);
    }
    if (find_model(c, use->model) != use) {
        return weir_fail(err, WEIR_E_INVALID, "connector %s: the model %s is there twice: make it one entry",
                         c->tool, use->model);
    }
    if (count_words(use->fields) == 0) {
        return weir_fail(err, WEIR_E_INVALID,
                         "connector %s: the model %s needs a NULL-terminated list of its fields, each once",
                         c->tool, use->model);
    }
    if (use->since && !use->lists) {
        return weir_fail(err, WEIR_E_INVALID,
                         "connector %s: the model %s cannot be listed since a time when it is not listed",
                         c->tool, use->model);
    }
    if (use->listed_with != NULL) {
        const struct weir_model_use *with =
            name_is_word(use->listed_with, 2, MODEL_MAX) ? find_model(c, use->listed_with) : NULL;

        if (with == NULL || with == use || !with->lists) {
            return weir_fail(err, WEIR_E_INVALID,
                             "connector %s: listed_with of the model %s has to name another model that is "
                             "listed",
                             c->tool, use->model);
        }
    }
    return 0;
}

int table_check_models(const struct weir_connector *c, struct weir_error *err)
{
    int rc = check_count(c->model_count, TABLE_NAMES_MAX, c->models, "models", c, err);

    if (rc == 0 && c->model_count == 0) {
        return weir_fail(err, WEIR_E_INVALID, "connector %s lists no model that it can deliver", c->tool);
    }
    for (size_t i = 0; rc == 0 && i < c->model_count; i++) {
        rc = check_model(c, i, err);
    }
    return rc;
}

int table_check_events(const struct weir_connector *c, struct weir_error *err)
{
    int rc = check_count(c->event_count, TABLE_NAMES_MAX, c->events, "events", c, err);

    for (size_t i = 0; rc == 0 && i < c->event_count; i++) {
        const struct weir_event_type *event = &c->events[i];

        if (!is_foreign_name(event->name, EVENT_MAX)) {
            return weir_fail(err, WEIR_E_INVALID,
                             "connector %s: event %zu needs a name of at most %d printable characters",
                             c->tool, i + 1, EVENT_MAX);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(c->events[j].name, event->name) == 0) {
                return weir_fail(err, WEIR_E_INVALID,
                                 "connector %s: the event %s is there twice: make it one entry", c->tool,
                                 event->name);
            }
        }
        if (count_words(event->models) == 0) {
            return weir_fail(err, WEIR_E_INVALID,
                             "connector %s: the event %s needs a NULL-terminated list of the models it "
                             "touches, each once",
                             c->tool, event->name);
        }
    }
    return rc;
}

static int check_vtable(const struct weir_connector *c, const uint32_t *size, size_t least, const char *name,
                        struct weir_error *err)
{
    if (size == NULL) {
        return weir_fail(err, WEIR_E_INVALID, "connector %s has no %s, which is required", c->tool, name);
    }
    if (*size < least) {
        return weir_fail(err, WEIR_E_INVALID,
                         "connector %s: its %s has %u bytes and contract %d.0 has %zu: set .size = sizeof "
                         "(struct weir_%s)",
                         c->tool, name, (unsigned)*size, WEIR_ABI_MAJOR, least, name);
    }
    return 0;
}

static int check_kept_headers(const struct weir_connector *c, struct weir_error *err)
{
    const char *const *names = c->verify->kept_headers;

    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        if (i == KEPT_MAX || !is_foreign_name(names[i], EVENT_MAX)) {
            return weir_fail(
                err, WEIR_E_INVALID,
                "connector %s: kept_headers has to be a NULL-terminated list of at most %d header "
                "names",
                c->tool, KEPT_MAX);
        }
    }
    return 0;
}

static bool step_fits(const struct weir_connector *c, const struct weir_step *step)
{
    bool pasted = step->paste_key == NULL;

    for (size_t i = 0; i < c->setting_count && !pasted; i++) {
        pasted = name_is_word(step->paste_key, 1, TABLE_KEY_MAX) &&
                 strcmp(step->paste_key, c->settings[i].key) == 0;
    }
    if (step->copy_label != NULL &&
        (!is_text(step->copy_label, TEXT_MAX) || !name_is_word(step->copy_value, 1, TABLE_KEY_MAX) ||
         (strcmp(step->copy_value, "callback_url") != 0 && strcmp(step->copy_value, "secret") != 0))) {
        return false;
    }
    return pasted && is_text(step->title, TEXT_MAX) && is_text(step->text, 4 * TEXT_MAX);
}

static int check_subscribe(const struct weir_connector *c, struct weir_error *err)
{
    const struct weir_subscribe *subscribe = c->subscribe;
    int rc;

    if (subscribe == NULL) {
        return 0;
    }
    rc = check_vtable(c, &subscribe->size, offsetof(struct weir_subscribe, step_count) + sizeof(size_t),
                      "subscribe", err);
    if (rc == 0) {
        rc = check_count(subscribe->step_count, STEPS_MAX, subscribe->steps, "steps", c, err);
    }
    for (size_t i = 0; rc == 0 && i < subscribe->step_count; i++) {
        if (!step_fits(c, &subscribe->steps[i])) {
            rc = weir_fail(
                err, WEIR_E_INVALID,
                "connector %s: step %zu needs title and text; copy_value is callback_url or secret, "
                "paste_key one of its settings",
                c->tool, i + 1);
        }
    }
    return rc;
}

int table_check_calls(const struct weir_connector *c, struct weir_error *err)
{
    int rc =
        check_vtable(c, c->verify != NULL ? &c->verify->size : NULL,
                     offsetof(struct weir_verify, kept_headers) + sizeof(const char *const *), "verify", err);

    if (rc == 0 && (c->verify->check == NULL || c->verify->events == NULL)) {
        rc = weir_fail(err, WEIR_E_INVALID, "connector %s: verify needs both check and events", c->tool);
    }
    if (rc == 0) {
        rc = check_kept_headers(c, err);
    }
    if (rc == 0) {
        rc = check_vtable(c, c->fetch != NULL ? &c->fetch->size : NULL,
                          offsetof(struct weir_fetch, missed) + sizeof c->fetch->missed, "fetch", err);
    }
    if (rc == 0 && (c->fetch->record == NULL || c->fetch->list == NULL)) {
        rc = weir_fail(err, WEIR_E_INVALID, "connector %s: fetch needs both record and list", c->tool);
    }
    return rc == 0 ? check_subscribe(c, err) : rc;
}

/* ---- acting and passing through ---- */

static int check_act(const struct weir_connector *c, struct weir_error *err)
{
    const struct weir_act *act = c->act;
    int rc = check_vtable(c, &act->size, offsetof(struct weir_act, run) + sizeof act->run, "act", err);

    if (rc == 0) {
        rc = check_count(act->action_count, TABLE_NAMES_MAX, act->actions, "actions", c, err);
    }
    if (rc == 0 && act->run == NULL) {
        rc = weir_fail(err, WEIR_E_INVALID, "connector %s: act needs run", c->tool);
    }
    for (size_t i = 0; rc == 0 && i < act->action_count; i++) {
        const struct weir_action *action = &act->actions[i];

        if (!name_is_word(action->id, 1, MODEL_MAX) || !is_text(action->label, TEXT_MAX) ||
            count_words(action->fields) == 0) {
            return weir_fail(err, WEIR_E_INVALID,
                             "connector %s: action %zu needs an id (\"hris_create_absence\"), a label and a "
                             "NULL-terminated list of the fields it makes use of, each once",
                             c->tool, i + 1);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(act->actions[j].id, action->id) == 0) {
                return weir_fail(err, WEIR_E_INVALID,
                                 "connector %s: the action %s is there twice: make it one entry", c->tool,
                                 action->id);
            }
        }
    }
    return rc;
}

static bool is_api_path(const char *path)
{
    size_t len = path != NULL ? strnlen(path, TEXT_MAX + 1) : TEXT_MAX + 1;

    if (len > TEXT_MAX || (len > 0 && (path[0] != '/' || path[len - 1] == '/'))) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (path[i] <= ' ' || path[i] > '~' || strchr("?#%\\", path[i]) != NULL ||
            strncmp(path + i, "/.", 2) == 0) {
            return false;
        }
    }
    return true;
}

static int check_pass(const struct weir_connector *c, struct weir_error *err)
{
    const struct weir_pass *pass = c->pass;
    int rc = check_vtable(c, &pass->size, offsetof(struct weir_pass, send) + sizeof pass->send, "pass", err);

    if (rc == 0) {
        rc = check_count(pass->api_count, TABLE_NAMES_MAX, pass->apis, "APIs", c, err);
    }
    if (rc == 0 && pass->send == NULL) {
        rc = weir_fail(err, WEIR_E_INVALID, "connector %s: pass needs send", c->tool);
    }
    for (size_t i = 0; rc == 0 && i < pass->api_count; i++) {
        const struct weir_api *api = &pass->apis[i];

        if (!name_is_word(api->name, 1, TABLE_KEY_MAX) || !is_text(api->label, TEXT_MAX) ||
            !is_api_path(api->path)) {
            return weir_fail(
                err, WEIR_E_INVALID,
                "connector %s: API %zu needs a name (a-z, 0-9, _), a label and a path that is empty "
                "or like \"/v2\"",
                c->tool, i + 1);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(pass->apis[j].name, api->name) == 0) {
                return weir_fail(err, WEIR_E_INVALID,
                                 "connector %s: the API %s is there twice: make it one entry", c->tool,
                                 api->name);
            }
        }
    }
    return rc;
}

int table_check_acts(const struct weir_connector *c, struct weir_error *err)
{
    int rc = c->act != NULL ? check_act(c, err) : 0;

    return rc == 0 && c->pass != NULL ? check_pass(c, err) : rc;
}
