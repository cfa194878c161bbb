/*
 * admin_connectors: which connectors there are, how they do and what they offer, and their reload.
 */
#include "web/admin.h"
#include "web/admission.h"
#include "web/api.h"
#include "web/envelope.h"
#include "web/json_out.h"

static const char *const no_params[] = {NULL};

/* ---- what all of it shows ---- */

static void write_failure(struct buf *out, const struct web_calls *calls)
{
    if (calls->failed_at_ms == 0) {
        json_out_null(out, "last_failure");
        return;
    }
    json_out_open(out, "last_failure", '{');
    json_out_time(out, "at", calls->failed_at_ms);
    json_out_text(out, "call", calls->call);
    json_out_text(out, "message", calls->message);
    buf_add_char(out, '}');
}

static void write_connector(struct buf *out, const struct web_connector *connector)
{
    char abi[16];

    json_out_text(out, "tool", connector->tool);
    json_out_text_or_null(out, "label", connector->label);
    json_out_text_or_null(out, "version", connector->version);
    if (connector->table != NULL) {
        (void)snprintf(abi, sizeof abi, "%u.%u", connector->table->abi_major, connector->table->abi_minor);
        json_out_text(out, "contract", abi);
    } else {
        json_out_null(out, "contract");
    }
    json_out_text(out, "category", connector->category);
    json_out_text(out, "path", connector->path);
    json_out_bool(out, "loaded", connector->loaded);
    json_out_uint(out, "generation", connector->generation);
    json_out_text_or_null(out, "error", connector->error);
    json_out_uint(out, "integrations", connector->integrations);
    json_out_uint(out, "behind", connector->behind);
    json_out_uint(out, "calls", connector->calls.calls);
    json_out_uint(out, "failures", connector->calls.failures);
    json_out_uint(out, "misbehaved", connector->calls.misbehaved);
    write_failure(out, &connector->calls);
}

void admin_connectors(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_connector connector;
    struct admin_list list;

    if (!admin_list_begin(&list, r, no_params)) {
        return;
    }
    for (size_t n = list.after[0]; app->connector_nth(app->ctx, n, &connector); n++) {
        if (!admin_list_row(&list, n + 1, 0)) {
            break;
        }
        write_connector(list.out, &connector);
        buf_add_char(list.out, '}');
    }
    admin_list_end(&list, 0, NULL);
}

/* ---- one in full ---- */

static void write_names(struct buf *out, const char *key, const char *const *names)
{
    json_out_open(out, key, '[');
    for (; names != NULL && *names != NULL; names++) {
        json_out_item(out);
        json_out_str_value(out, weir_str(*names));
    }
    buf_add_char(out, ']');
}

void admin_put_setting(struct buf *out, const struct weir_setting *setting)
{
    json_out_text(out, "key", setting->key);
    json_out_text(out, "label", setting->label);
    json_out_text(out, "help", setting->help);
    json_out_bool(out, "secret", setting->secret);
    json_out_bool(out, "required", setting->required);
}

static void write_settings(struct buf *out, const struct weir_connector *table)
{
    json_out_open(out, "settings", '[');
    for (size_t i = 0; i < table->setting_count; i++) {
        json_out_item(out);
        buf_add_char(out, '{');
        admin_put_setting(out, &table->settings[i]);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void write_events(struct buf *out, const struct weir_connector *table)
{
    json_out_open(out, "events", '[');
    for (size_t i = 0; i < table->event_count; i++) {
        json_out_item(out);
        buf_add_char(out, '{');
        json_out_text(out, "name", table->events[i].name);
        write_names(out, "models", table->events[i].models);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void write_models(struct buf *out, const struct weir_connector *table)
{
    json_out_open(out, "models", '[');
    for (size_t i = 0; i < table->model_count; i++) {
        const struct weir_model_use *use = &table->models[i];

        json_out_item(out);
        buf_add_char(out, '{');
        json_out_text(out, "model", use->model);
        write_names(out, "fields", use->fields);
        json_out_bool(out, "lists", use->lists);
        json_out_bool(out, "since", use->since);
        json_out_bool(out, "by_id", use->by_id);
        json_out_text(out, "listed_with", use->listed_with);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void write_actions(struct buf *out, const struct weir_act *act)
{
    json_out_open(out, "actions", '[');
    for (size_t i = 0; act != NULL && i < act->action_count; i++) {
        json_out_item(out);
        buf_add_char(out, '{');
        json_out_text(out, "action", act->actions[i].id);
        json_out_text(out, "label", act->actions[i].label);
        write_names(out, "fields", act->actions[i].fields);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void write_apis(struct buf *out, const struct weir_pass *pass)
{
    json_out_open(out, "apis", '[');
    for (size_t i = 0; pass != NULL && i < pass->api_count; i++) {
        json_out_item(out);
        buf_add_char(out, '{');
        json_out_text(out, "name", pass->apis[i].name);
        json_out_text(out, "label", pass->apis[i].label);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void write_offers(struct buf *out, const struct weir_connector *table)
{
    const struct weir_subscribe *subscribe = table->subscribe;

    json_out_text(out, "base_url", table->base_url);
    json_out_open(out, "offers", '{');
    json_out_bool(out, "subscribe", subscribe != NULL && subscribe->ensure != NULL);
    json_out_bool(out, "inspect", subscribe != NULL && subscribe->inspect != NULL);
    json_out_bool(out, "unsubscribe", subscribe != NULL && subscribe->remove != NULL);
    json_out_uint(out, "steps", subscribe != NULL ? subscribe->step_count : 0);
    json_out_bool(out, "missed", table->fetch->missed != NULL);
    buf_add_char(out, '}');
    write_settings(out, table);
    write_events(out, table);
    write_models(out, table);
    write_actions(out, table->act);
    write_apis(out, table->pass);
}

static void write_outcomes(struct buf *out, const struct web_calls *calls)
{
    json_out_open(out, "outcomes", '{');
    for (size_t i = 0; i < calls->outcome_count; i++) {
        json_out_uint(out, calls->outcomes[i].word, calls->outcomes[i].count);
    }
    buf_add_char(out, '}');
}

static void write_on_it(struct buf *out, struct request *r, const char *tool)
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;

    json_out_open(out, "on_it", '[');
    for (size_t n = 0; app->integration_nth(app->ctx, n, &it); n++) {
        if (strcmp(it.tool, tool) == 0 && admission_sees(r, weir_str(it.id))) {
            json_out_item(out);
            buf_add_char(out, '{');
            json_out_text(out, "id", it.id);
            json_out_text(out, "state", admin_state_word(it.row.state));
            json_out_text_or_null(out, "problem", it.row.problem);
            json_out_text(out, "version", it.connector_version);
            json_out_uint(out, "generation", it.generation);
            json_out_text_or_null(out, "held_back", it.held_back);
            json_out_uint(out, "calls", it.calls.calls);
            json_out_uint(out, "failures", it.calls.failures);
            write_failure(out, &it.calls);
            buf_add_char(out, '}');
        }
        app->integration_release(app->ctx, &it);
    }
    buf_add_char(out, ']');
}

/* Of several files of one tool the one that is loaded, or else the first. */
static bool find(struct web_connector *out, struct request *r, struct weir_str tool)
{
    const struct web_app *app = &r->web->options.app;
    struct web_connector connector;
    bool found = false;

    for (size_t n = 0; app->connector_nth(app->ctx, n, &connector); n++) {
        if (weir_str_is(tool, connector.tool) && (!found || (connector.loaded && !out->loaded))) {
            *out = connector;
            found = true;
        }
    }
    return found;
}

void admin_connector(struct request *r)
{
    struct web_connector connector;
    struct buf *out;

    if (!find(&connector, r, r->params[0])) {
        answer_error(r, ANSWER_NOT_FOUND, "there is no such connector");
        return;
    }
    out = answer_begin(r);
    buf_add_char(out, '{');
    write_connector(out, &connector);
    write_outcomes(out, &connector.calls);
    if (connector.table != NULL) {
        write_offers(out, connector.table);
    }
    write_on_it(out, r, connector.tool);
    buf_add_char(out, '}');
    answer_end(r);
}

/* ---- reload ---- */

#define RESULTS_MAX 1024

struct results {
    size_t places[RESULTS_MAX];
    enum web_connector_result of[RESULTS_MAX];
    size_t count;
};

static void take_result(void *arg, size_t n, enum web_connector_result result)
{
    struct results *results = arg;

    if (results->count < RESULTS_MAX) {
        results->places[results->count] = n;
        results->of[results->count++] = result;
    }
}

static void write_held_back(struct buf *out, struct request *r, const char *tool)
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;

    json_out_open(out, "held_back", '[');
    for (size_t n = 0; app->integration_nth(app->ctx, n, &it); n++) {
        if (strcmp(it.tool, tool) == 0 && it.held_back[0] != '\0') {
            json_out_item(out);
            buf_add_char(out, '{');
            json_out_text(out, "id", it.id);
            json_out_uint(out, "generation", it.generation);
            json_out_text(out, "reason", it.held_back);
            buf_add_char(out, '}');
        }
        app->integration_release(app->ctx, &it);
    }
    buf_add_char(out, ']');
}

static void write_results(struct request *r, const struct results *results)
{
    static const char *const words[] = {"unchanged", "loaded", "reloaded", "refused"};
    const struct web_app *app = &r->web->options.app;
    struct web_connector connector;
    struct buf *out = answer_begin(r);

    buf_add_text(out, "{\"results\":[");
    for (size_t i = 0; i < results->count; i++) {
        if (app->connector_nth(app->ctx, results->places[i], &connector)) {
            json_out_item(out);
            buf_add_char(out, '{');
            json_out_text(out, "tool", connector.tool);
            json_out_text(out, "result", words[results->of[i]]);
            json_out_text_or_null(out, "version", connector.version);
            json_out_uint(out, "generation", connector.generation);
            json_out_text_or_null(out, "error", connector.error);
            json_out_text(out, "path", connector.path);
            json_out_uint(out, "integrations", connector.integrations);
            write_held_back(out, r, connector.tool);
            buf_add_char(out, '}');
        }
    }
    buf_add_text(out, "]}");
    answer_end(r);
}

static void reload(struct request *r, struct weir_str tool)
{
    const struct web_app *app = &r->web->options.app;
    struct results results = {.count = 0};
    struct weir_error err = {0};
    int rc = app->connectors_reload(app->ctx, tool, take_result, &results, &err);

    if (rc == WEIR_E_NONE) {
        answer_error(r, ANSWER_NOT_FOUND, "%s", err.message);
    } else if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        write_results(r, &results);
    }
}

void admin_connectors_reload(struct request *r)
{
    reload(r, weir_str(""));
}

void admin_connector_reload(struct request *r)
{
    reload(r, r->params[0]);
}
