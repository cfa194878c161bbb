/*
 * admin_subscriptions: what the tools were asked to send, whether they do, and making or removing it.
 */
#include "web/admin.h"
#include "web/api.h"
#include "web/envelope.h"
#include "web/json_out.h"

const char *admin_subscription_word(int32_t state)
{
    static const char *const words[] = {"none",         "pending", "active", "needs_permission",
                                        "manual_setup", "failed",  "removed"};

    return state >= 0 && state <= STORE_SUBSCRIPTION_REMOVED ? words[state] : "unknown";
}

/* ---- reading ---- */

static void write_subscription(struct buf *out, const struct web_integration *it)
{
    const struct store_integration *row = &it->row;

    json_out_text(out, "integration", it->id);
    json_out_text(out, "tool", it->tool);
    json_out_text(out, "state", admin_subscription_word(row->subscription_state));
    json_out_text_or_null(out, "reason", row->subscription_detail);
    json_out_text_or_null(out, "remote_id", row->subscription_remote_id);
    json_out_bool(out, "automatic", it->subscribes);
    json_out_time(out, "checked_at", row->subscription_checked_ms);
    json_out_time(out, "active_since", row->subscription_since_ms);
    json_out_time(out, "doubted_at", row->subscription_probed_ms);
    json_out_time(out, "last_delivery", row->last_delivery_ms);
    json_out_time(out, "silent_at", it->silent_at_ms);
    json_out_int(out, "usual_pause_ms", row->delivery_gap_ms);
    json_out_uint(out, "pauses_learned", row->delivery_gap_count);
    json_out_uint(out, "missed_changes", row->webhook_missed);
}

static void write_events(struct buf *out, const struct web_integration *it)
{
    json_out_open(out, "events", '[');
    for (size_t i = 0; i < it->event_count; i++) {
        if (scope_needs_event(it->scope, &it->events[i])) {
            json_out_item(out);
            json_out_str_value(out, weir_str(it->events[i].name));
        }
    }
    buf_add_char(out, ']');
}

/* What the step has a person copy, unless it is a secret. */
static const char *copied(const struct web_integration *it, const struct weir_step *step)
{
    return step->copy_value != NULL && strcmp(step->copy_value, "callback_url") == 0 ? it->callback_url
                                                                                     : NULL;
}

/* What a person has to do, where the connector cannot. */
static void write_steps(struct buf *out, const struct web_integration *it)
{
    json_out_open(out, "steps", '[');
    for (size_t i = 0; i < it->step_count; i++) {
        json_out_item(out);
        buf_add_char(out, '{');
        json_out_text(out, "title", it->steps[i].title);
        json_out_text(out, "text", it->steps[i].text);
        json_out_text(out, "copy", it->steps[i].copy_label);
        json_out_text(out, "value", copied(it, &it->steps[i]));
        json_out_text(out, "paste", it->steps[i].paste_key);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

void admin_subscriptions(struct request *r)
{
    admin_list_integrations(r, write_subscription);
}

void admin_subscription(struct request *r)
{
    struct web_integration it;

    if (api_integration_of_path(&it, r)) {
        struct buf *out = answer_begin(r);

        buf_add_char(out, '{');
        write_subscription(out, &it);
        json_out_text(out, "callback_url", it.callback_url);
        write_events(out, &it);
        write_steps(out, &it);
        buf_add_char(out, '}');
        answer_end(r);
        api_integration_release(r, &it);
    }
}

/* ---- changing ---- */

static void ask(struct request *r, int (*what)(void *ctx, struct weir_str id, struct weir_error *err))
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;
    struct weir_error err = {0};

    if (api_integration_of_path(&it, r)) {
        admin_answer_done(r, what(app->ctx, weir_str(it.id), &err), &err);
        api_integration_release(r, &it);
    }
}

void admin_subscription_ensure(struct request *r)
{
    ask(r, r->web->options.app.ensure_start);
}

void admin_subscription_remove(struct request *r)
{
    ask(r, r->web->options.app.unsubscribe_start);
}
