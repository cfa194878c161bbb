/*
 * tools: the connectors of a category, and what each covers.
 */
#include "web/api.h"
#include "web/envelope.h"
#include "web/json_out.h"

#include <strings.h>

static void write_model(struct buf *out, const struct web_connector *connector, const struct model *model)
{
    const struct weir_model_use *use = api_model_use_in(connector->models, connector->model_count, model);

    json_out_item(out);
    buf_add_char(out, '{');
    json_out_text(out, "id", model->name);
    json_out_text(out, "label", model->label);
    json_out_text(out, "coverage_status", use != NULL ? "SUPPORTED" : "NOT_IMPLEMENTED");
    json_out_open(out, "fields", '[');
    for (const struct model_field *field = model->fields; field->name != NULL; field++) {
        if (api_field_is_shown(model, field)) {
            bool covered = use != NULL && api_model_use_has(use, field->name);

            json_out_item(out);
            buf_add_char(out, '{');
            json_out_text(out, "id", field->name);
            json_out_text(out, "coverage_status", covered ? "SUPPORTED" : "NOT_IMPLEMENTED");
            buf_add_char(out, '}');
        }
    }
    buf_add_text(out, "]}");
}

static void write_action(struct buf *out, const struct web_connector *connector, const struct action *action)
{
    const struct weir_act *act = connector->table != NULL ? connector->table->act : NULL;

    json_out_item(out);
    buf_add_char(out, '{');
    json_out_text(out, "id", action->id);
    json_out_text(out, "label", action->label);
    json_out_text(out, "coverage_status",
                  api_action_has(act, action, NULL) ? "SUPPORTED" : "NOT_IMPLEMENTED");
    json_out_open(out, "fields", '[');
    for (size_t i = 0; action->fields[i] != NULL; i++) {
        json_out_item(out);
        buf_add_char(out, '{');
        json_out_text(out, "id", action->fields[i]);
        json_out_text(out, "coverage_status",
                      api_action_has(act, action, action->fields[i]) ? "SUPPORTED" : "NOT_IMPLEMENTED");
        buf_add_char(out, '}');
    }
    buf_add_text(out, "]}");
}

static void write_tool(struct buf *out, const struct web_connector *connector)
{
    json_out_item(out);
    buf_add_char(out, '{');
    json_out_text(out, "id", connector->tool);
    json_out_text(out, "label", connector->label);
    json_out_null(out, "internal_label");
    json_out_open(out, "assets", '{');
    json_out_text(out, "logo_url", "");
    json_out_text(out, "icon_url", "");
    json_out_text(out, "icon_black_url", "");
    buf_add_char(out, '}');
    json_out_null(out, "paid_api_details_markdown");
    json_out_null(out, "fast_track_details_markdown");
    json_out_null(out, "partner_only_details_markdown");
    json_out_null(out, "connection_guide_url");
    json_out_open(out, "coverage", '{');
    json_out_open(out, "read_models", '[');
    for (size_t n = 0; model_nth(n) != NULL; n++) {
        if (strcmp(api_category(model_nth(n)), connector->category) == 0) {
            write_model(out, connector, model_nth(n));
        }
    }
    buf_add_char(out, ']');
    json_out_open(out, "write_actions", '[');
    for (size_t n = 0; action_nth(n) != NULL; n++) {
        if ((action_nth(n)->category == WEIR_CATEGORY_HRIS) == (strcmp(connector->category, "HRIS") == 0)) {
            write_action(out, connector, action_nth(n));
        }
    }
    buf_add_text(out, "],\"features\":[");
    buf_add_text(out, "{\"id\":\"upstream_webhooks\",\"label\":\"Real-time updates\","
                      "\"coverage_status\":\"SUPPORTED\"}]}}");
}

void tools_run(struct request *r)
{
    static const char *const categories[] = {"hris", "ats", "assessment", "lms"};
    const struct web_app *app = &r->web->options.app;
    struct web_connector connector;
    const char *category = NULL;
    struct buf *out;

    for (size_t i = 0; i < sizeof categories / sizeof categories[0]; i++) {
        if (weir_str_is(r->params[0], categories[i])) {
            category = categories[i];
        }
    }
    if (category == NULL) {
        answer_error(r, ANSWER_INPUT_INVALID, "The category has to be hris, ats, assessment or lms.");
        return;
    }
    out = answer_begin(r);
    buf_add_text(out, "{\"tools\":[");
    for (size_t n = 0; app->connector_nth(app->ctx, n, &connector); n++) {
        if (connector.loaded && connector.category != NULL && strcasecmp(connector.category, category) == 0) {
            write_tool(out, &connector);
        }
    }
    buf_add_text(out, "]}");
    answer_end(r);
}
