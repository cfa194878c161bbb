#include "web/api.h"

#include "web/admission.h"
#include "web/body.h"
#include "web/changes.h"
#include "web/connect.h"
#include "web/envelope.h"
#include "web/json_out.h"
#include "web/query.h"

/* ---- the integration ---- */

static bool find_integration(struct web_integration *out, struct request *r, struct weir_str id)
{
    const struct web_app *app = &r->web->options.app;

    admission_target(r, id);
    if (id.len > 0 && id.len < STORE_INTEGRATION_ID_MAX && admission_sees(r, id) &&
        app->integration(app->ctx, id, out)) {
        if (out->row.state != STORE_DELETED) {
            return true;
        }
        api_integration_release(r, out);
    }
    answer_error(r, ANSWER_INTEGRATION_UNKNOWN, "There is no integration \"%.*s\".",
                 id.len < 100 ? (int)id.len : 100, id.len > 0 ? id.data : "");
    return false;
}

bool api_integration_of_header(struct web_integration *out, struct request *r)
{
    struct weir_str id = weir_str_n(NULL, 0);
    struct weir_str decoded;
    struct buf text;
    bool found;

    if (!exchange_header(&id, r->x, "X-Integration-Id") || id.len == 0) {
        answer_error(r, ANSWER_INPUT_INVALID,
                     "The header X-Integration-Id is missing: it says which integration is meant.");
        return false;
    }
    /* An id holds no percent sign, so one that came encoded is taken as it is meant. */
    buf_init(&text, STORE_INTEGRATION_ID_MAX);
    if (query_decode(&decoded, &text, id)) {
        id = decoded;
    }
    found = find_integration(out, r, id);
    buf_fini(&text);
    return found;
}

bool api_integration_of_path(struct web_integration *out, struct request *r)
{
    return find_integration(out, r, r->params[0]);
}

void api_integration_release(struct request *r, struct web_integration *it)
{
    const struct web_app *app = &r->web->options.app;

    app->integration_release(app->ctx, it);
}

/* ---- coverage ---- */

const struct weir_model_use *api_model_use_in(const struct weir_model_use *uses, size_t count,
                                              const struct model *model)
{
    for (size_t i = 0; i < count && uses != NULL; i++) {
        if (strcmp(uses[i].model, model->name) == 0) {
            return &uses[i];
        }
    }
    return NULL;
}

const struct weir_model_use *api_model_use(const struct web_integration *it, const struct model *model)
{
    return api_model_use_in(it->models, it->model_count, model);
}

bool api_model_use_has(const struct weir_model_use *use, const char *field)
{
    for (size_t i = 0; use->fields != NULL && use->fields[i] != NULL; i++) {
        if (strcmp(use->fields[i], field) == 0) {
            return true;
        }
    }
    return false;
}

bool api_action_has(const struct weir_act *act, const struct action *action, const char *field)
{
    for (size_t i = 0; act != NULL && i < act->action_count; i++) {
        const struct weir_action *offered = &act->actions[i];

        if (strcmp(offered->id, action->id) != 0) {
            continue;
        }
        for (size_t j = 0; field != NULL && offered->fields[j] != NULL; j++) {
            if (strcmp(offered->fields[j], field) == 0) {
                return true;
            }
        }
        return field == NULL;
    }
    return false;
}

const char *api_category(const struct model *model)
{
    return model->category == WEIR_CATEGORY_HRIS ? "HRIS" : "ATS";
}

bool api_field_is_shown(const struct model *model, const struct model_field *field)
{
    for (size_t i = 0; model->key_order[i] != NULL; i++) {
        if (strcmp(model->key_order[i], field->name) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- general endpoints ---- */

static void check_api_key(struct request *r)
{
    struct buf *out = answer_begin(r);

    buf_add_char(out, '{');
    json_out_text(out, "environment_id", r->web->environment_id);
    json_out_text(out, "customer_id", r->web->environment_id);
    buf_add_char(out, '}');
    answer_end(r);
}

bool api_read_sync_type(bool *full, struct request *r)
{
    struct weir_error err = {0};
    struct body *body = NULL;
    struct weir_str type = weir_str("FULL");
    int rc = body_parse(&body, exchange_body(r->x), &err);

    if (rc == 0) {
        (void)body_text(&type, body, "type", &err);
        if (err.code == 0 && !weir_str_is(type, "FULL") && !weir_str_is(type, "DELTA")) {
            weir_fail(&err, WEIR_E_INVALID, "\"type\" in the body has to be \"FULL\" or \"DELTA\"");
        }
        *full = weir_str_is(type, "FULL");
    }
    body_free(body);
    if (err.code != 0) {
        answer_error(r, ANSWER_INPUT_INVALID, "%s", err.message);
    }
    return err.code == 0;
}

static void force_sync(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_sync_started started = {.full = true};
    struct web_integration it;
    struct weir_error err = {0};
    struct buf *out;
    bool full;
    int rc;

    if (!api_integration_of_header(&it, r)) {
        return;
    }
    if (it.row.state == STORE_INACTIVE) {
        answer_error(r, ANSWER_INACTIVE, "The integration %s is switched off, so it is not synced.", it.id);
    } else if (it.row.state == STORE_INVALID) {
        answer_error(r, ANSWER_CREDENTIALS_INVALID,
                     "The tool refuses the credentials of the integration %s, so it is not synced.", it.id);
    } else if (api_read_sync_type(&full, r)) {
        rc = app->sync_start(app->ctx, weir_str(it.id), full, &started, &err);
        if (rc != 0) {
            answer_failure(r, rc, &err);
        } else {
            out = answer_begin(r);
            buf_add_char(out, '{');
            json_out_bool(out, "already_queued", started.already);
            json_out_text(out, "sync_id", started.id);
            json_out_text(out, "type", started.full ? "FULL" : "DELTA");
            buf_add_char(out, '}');
            answer_end(r);
        }
    }
    api_integration_release(r, &it);
}

static void no_endpoint(struct request *r)
{
    answer_error(r, ANSWER_PATH_UNKNOWN, "This server does not offer %s %s.", r->route->method,
                 r->route->path);
}

/* ---- endpoints of records that are not built ---- */

static void no_action(struct request *r)
{
    struct web_integration it;

    if (api_integration_of_header(&it, r)) {
        answer_error(r, ANSWER_ACTION_NOT_AVAILABLE, "This server does not offer %s %s.", r->route->method,
                     r->route->path);
        api_integration_release(r, &it);
    }
}

static void no_model(struct request *r)
{
    struct web_integration it;

    if (api_integration_of_header(&it, r)) {
        answer_error(r, ANSWER_MODEL_NOT_AVAILABLE, "The connector %s cannot deliver what %s lists.", it.tool,
                     r->route->path);
        api_integration_release(r, &it);
    }
}

/* ---- the table ---- */

const struct route api_list_route = {"GET", "/v1/{}/{}", list_run, true, ROUTE_READ};

/* The list endpoints of the model table are not here: they are found by their paths. */
const struct route api_routes[] = {
    {"GET", "/v1/check-api-key", check_api_key, false, ROUTE_READ},
    {"POST", "/v1/force-sync", force_sync, false, ROUTE_OPERATE},
    {"GET", "/v1/changes", changes_run, false, ROUTE_READ},
    {"GET", "/v1/changes/stream", changes_stream, false, ROUTE_READ},
    {"GET", "/v1/integrations/{}", details_run, false, ROUTE_READ},
    {"DELETE", "/v1/integrations/{}", integration_delete, false, ROUTE_OPERATE},
    {"PUT", "/v1/integrations/{}/enabled", integration_enabled, false, ROUTE_OPERATE},
    {"POST", "/v1/integrations/{}/relink", connect_relink, false, ROUTE_OPERATE},
    {"POST", "/v1/integrations/{}/setup-link", connect_setup_link, false, ROUTE_OPERATE},
    {"GET", "/v1/integrations/{}/custom-fields", api_custom_fields, false, ROUTE_READ},
    {"PUT", "/v1/integrations/{}/custom-fields/{}", api_custom_field_map, false, ROUTE_OPERATE},
    {"GET", "/v1/integrations/{}/integration-fields", api_integration_fields, false, ROUTE_READ},
    {"PATCH", "/v1/integrations/{}/integration-fields/{}", api_integration_field_set, false, ROUTE_OPERATE},
    {"GET", "/v1/tools/{}", tools_run, false, ROUTE_READ},
    {"POST", "/v1/passthrough/{}/{}", pass_run, false, ROUTE_OPERATE},
    {"POST", "/v1/connect/create-link", connect_create_link, false, ROUTE_OPERATE | ROUTE_WHOLE},
    {"GET", "/v1/connect/integration-by-token/{}", connect_integration_by_token, false, ROUTE_READ},
    {"GET", "/v1/openapi.json", openapi_api, false, ROUTE_READ},
    {"POST", "/v1/hris/absences", act_create_absence, true, ROUTE_OPERATE},
    {"DELETE", "/v1/hris/absences/{}", act_delete_absence, true, ROUTE_OPERATE},
    {"GET", "/v1/hris/employees/form", no_endpoint, false, ROUTE_READ},
    {"POST", "/v1/hris/employees/form", no_action, true, ROUTE_OPERATE},
    {"POST", "/v1/hris/employees/{}/documents", no_action, true, ROUTE_OPERATE},

    {"GET", "/v1/assessment/orders", no_endpoint, false, ROUTE_READ},
    {"PUT", "/v1/assessment/orders/{}/result", no_action, true, ROUTE_OPERATE},
    {"GET", "/v1/assessment/packages", no_endpoint, false, ROUTE_READ},
    {"PUT", "/v1/assessment/packages", no_action, true, ROUTE_OPERATE},

    {"GET", "/v1/ats/applications/{}/attachments", no_model, true, ROUTE_READ},
    {"POST", "/v1/ats/applications/{}/attachments", no_action, true, ROUTE_OPERATE},
    {"POST", "/v1/ats/applications/{}/notes", no_action, true, ROUTE_OPERATE},
    {"POST", "/v1/ats/applications/{}/reject", no_action, true, ROUTE_OPERATE},
    {"POST", "/v1/ats/applications/{}/result-links", no_action, true, ROUTE_OPERATE},
    {"PUT", "/v1/ats/applications/{}/stage", no_action, true, ROUTE_OPERATE},
    {"POST", "/v1/ats/candidates", no_action, true, ROUTE_OPERATE},
    {"GET", "/v1/ats/candidates/{}/attachments", no_model, true, ROUTE_READ},
    {"POST", "/v1/ats/candidates/{}/attachments", no_action, true, ROUTE_OPERATE},
    {"POST", "/v1/ats/candidates/{}/result-links", no_action, true, ROUTE_OPERATE},
    {"DELETE", "/v1/ats/candidates/{}/tags", no_action, true, ROUTE_OPERATE},
    {"POST", "/v1/ats/candidates/{}/tags", no_action, true, ROUTE_OPERATE},
    {"POST", "/v1/ats/import-tracked-application", no_action, true, ROUTE_OPERATE},
    {"POST", "/v1/ats/jobs/{}/applications", no_action, true, ROUTE_OPERATE},
    {.method = NULL},
};
