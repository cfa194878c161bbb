/*
 * details: one integration as the API shows it, its scope and what its connector covers included.
 */
#include "web/api.h"
#include "web/envelope.h"
#include "web/json_out.h"

static const char *status_word(const struct store_integration *row)
{
    return row->state == STORE_INACTIVE ? "INACTIVE" : row->state == STORE_INVALID ? "INVALID" : "ACTIVE";
}

static const char *setting_word(enum scope_setting setting)
{
    return setting == SCOPE_ENABLED ? "ENABLED" : setting == SCOPE_OPTIONAL ? "OPTIONAL" : "DISABLED";
}

static const char *coverage_word(const struct web_integration *it, bool covered)
{
    return it->models == NULL ? "UNKNOWN" : covered ? "SUPPORTED" : "NOT_IMPLEMENTED";
}

static void write_field(struct buf *out, const struct web_integration *it, const struct model *model,
                        const struct weir_model_use *use, const struct model_field *field)
{
    bool covered = use != NULL && (field->computed ? api_model_use_has(use, "custom_fields") ||
                                                         api_model_use_has(use, "remote_data")
                                                   : api_model_use_has(use, field->name));

    json_out_item(out);
    buf_add_char(out, '{');
    json_out_text(out, "id", field->name);
    json_out_bool(out, "is_available", covered && scope_allows_field(it->scope, model, field));
    json_out_text(out, "coverage_status", coverage_word(it, covered));
    json_out_text(out, "scope_config_setting", setting_word(scope_field_setting(it->scope, model, field)));
    json_out_bool(out, "opted_out_by_customer", scope_opted_out(it->scope, model, field));
    buf_add_char(out, '}');
}

static void write_model(struct buf *out, const struct web_integration *it, const struct model *model)
{
    const struct weir_model_use *use = api_model_use(it, model);

    json_out_item(out);
    buf_add_char(out, '{');
    json_out_text(out, "id", model->name);
    json_out_text(out, "label", model->label);
    json_out_bool(out, "is_available", use != NULL && scope_allows(it->scope, model));
    json_out_text(out, "coverage_status", coverage_word(it, use != NULL));
    json_out_text(out, "scope_config_setting", setting_word(scope_model_setting(it->scope, model)));
    json_out_bool(out, "opted_out_by_customer", scope_opted_out(it->scope, model, NULL));
    json_out_open(out, "fields", '[');
    for (const struct model_field *field = model->fields; field->name != NULL; field++) {
        if (api_field_is_shown(model, field)) {
            write_field(out, it, model, use, field);
        }
    }
    buf_add_text(out, "]}");
}

/* When the scope was edited since the last full sync; of an edit while an older version ran it is not known.
 */
static void write_action(struct buf *out, const struct web_integration *it, const struct action *action)
{
    bool covered = api_action_has(it->act, action, NULL);
    bool allowed = scope_allows_action(it->scope, action);

    json_out_item(out);
    buf_add_char(out, '{');
    json_out_text(out, "id", action->id);
    json_out_text(out, "label", action->label);
    json_out_bool(out, "is_available", covered && allowed);
    json_out_text(out, "coverage_status", coverage_word(it, covered));
    json_out_text(out, "scope_config_setting", setting_word(scope_action_setting(it->scope, action)));
    json_out_bool(out, "opted_out_by_customer", scope_action_opted_out(it->scope, action));
    json_out_open(out, "fields", '[');
    for (size_t i = 0; action->fields[i] != NULL; i++) {
        bool used = api_action_has(it->act, action, action->fields[i]);

        json_out_item(out);
        buf_add_char(out, '{');
        json_out_text(out, "id", action->fields[i]);
        json_out_bool(out, "is_available", used && allowed);
        json_out_text(out, "coverage_status", coverage_word(it, used));
        buf_add_char(out, '}');
    }
    buf_add_text(out, "]}");
}

/* When the scope was edited since the last full sync; the time of the edit itself is not known. */
static int64_t data_expired_at_ms(const struct web_integration *it)
{
    bool expired = it->row.first_sync_done && it->row.scope_digest != scope_digest(it->scope);

    int64_t at_ms = it->row.life.expired_at_ms != 0 ? it->row.life.expired_at_ms : it->row.last_full_sync_ms;

    return expired ? at_ms : 0;
}

static void write_head(struct buf *out, const struct request *r, const struct web_integration *it)
{
    char scope_id[ID_TEXT];

    id_derive(scope_id, weir_str(r->web->environment_id), weir_str("scope_config"),
              weir_str(scope_name(it->scope)));
    json_out_text(out, "id", it->id);
    json_out_open(out, "tool", '{');
    json_out_text(out, "id", it->tool);
    json_out_text(out, "label", it->tool_label);
    json_out_null(out, "internal_label");
    json_out_text(out, "logo_url", "");
    json_out_text(out, "icon_url", "");
    buf_add_char(out, '}');
    json_out_text(out, "category", it->category);
    json_out_text(out, "status", status_word(&it->row));
    json_out_text(out, "setup_status", store_setup_word(it->row.life.setup));
    json_out_text(out, "qa_status", store_qa_word(it->row.life.qa));
    json_out_open(out, "end_user", '{');
    json_out_text(out, "organization_name", it->organization != NULL ? it->organization : "");
    json_out_text(out, "creator_email", it->creator_email);
    json_out_text(out, "origin_id", it->origin_id);
    buf_add_char(out, '}');
    json_out_open(out, "scope_config", '{');
    json_out_text(out, "id", scope_id);
    json_out_text(out, "name", scope_name(it->scope));
    buf_add_char(out, '}');
    json_out_time(out, "data_expired_at", data_expired_at_ms(it));
    json_out_key(out, "created_at");
    json_out_time_value(out, it->row.created_at_ms);
    json_out_bool(out, "beta", false);
}

void details_run(struct request *r)
{
    struct web_integration it;
    struct buf *out;

    if (!api_integration_of_path(&it, r)) {
        return;
    }
    out = answer_begin(r);
    buf_add_char(out, '{');
    write_head(out, r, &it);
    json_out_open(out, "read_models", '[');
    for (size_t n = 0; model_nth(n) != NULL; n++) {
        if (strcmp(api_category(model_nth(n)), it.category) == 0) {
            write_model(out, &it, model_nth(n));
        }
    }
    buf_add_char(out, ']');
    json_out_open(out, "write_actions", '[');
    for (size_t n = 0; action_nth(n) != NULL; n++) {
        if ((action_nth(n)->category == WEIR_CATEGORY_HRIS) == (strcmp(it.category, "HRIS") == 0)) {
            write_action(out, &it, action_nth(n));
        }
    }
    buf_add_text(out, "]}");
    answer_end(r);
    api_integration_release(r, &it);
}
