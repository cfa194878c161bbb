/*
 * admin_integrations: integrations that are made, given other settings and deleted while the daemon runs.
 *
 * What comes in holds credentials: nothing of it is shown again, and nothing of it is logged.
 */
#include "web/admin.h"
#include "web/admission.h"
#include "web/api.h"
#include "web/body.h"
#include "web/envelope.h"
#include "web/json_out.h"

/* The body's settings, or answered: then NULL. */
static struct body *read_settings(struct web_setting settings[BODY_PAIRS_MAX], size_t *count,
                                  struct request *r)
{
    struct weir_error err = {0};
    struct body *body = NULL;

    if (body_parse(&body, exchange_body(r->x), &err) == 0) {
        *count = body_pairs(settings, body, "settings", &err);
    }
    if (err.code != 0) {
        answer_error(r, ANSWER_INPUT_INVALID, "%s", err.message);
        body_free(body);
        return NULL;
    }
    return body;
}

static void write_made(struct request *r, struct weir_str id)
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;
    struct buf *out = answer_begin(r);

    buf_add_char(out, '{');
    json_out_str(out, "id", id);
    if (app->integration(app->ctx, id, &it)) {
        json_out_text(out, "callback_url", it.callback_url);
        api_integration_release(r, &it);
    }
    buf_add_char(out, '}');
    answer_end(r);
}

void admin_integration_create(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_setting settings[BODY_PAIRS_MAX];
    struct web_integration_wish wish = {.settings = settings};
    struct body *body = read_settings(settings, &wish.setting_count, r);
    struct weir_error err = {0};
    int rc;

    if (body == NULL) {
        return;
    }
    (void)body_text(&wish.id, body, "id", &err);
    (void)body_text(&wish.organization, body, "organization", &err);
    (void)body_text(&wish.origin_id, body, "origin_id", &err);
    (void)body_text(&wish.creator_email, body, "creator_email", &err);
    (void)body_text(&wish.scope, body, "scope", &err);
    (void)body_text(&wish.base_url, body, "base_url", &err);
    (void)body_bool(&wish.allow_private, body, "allow_private", &err);
    admission_target(r, wish.id);
    if (err.code == 0 && !admission_sees(r, wish.id)) {
        answer_error(r, ANSWER_FORBIDDEN, "the key is for other integrations than \"%.*s\"",
                     wish.id.len < 100 ? (int)wish.id.len : 100, wish.id.len > 0 ? wish.id.data : "");
        body_free(body);
        return;
    }
    rc = err.code != 0 ? err.code : app->integration_create(app->ctx, &wish, &err);
    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        write_made(r, wish.id);
    }
    body_free(body);
}

void admin_integration_set(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_setting settings[BODY_PAIRS_MAX];
    struct weir_error err = {0};
    size_t count = 0;
    struct body *body = read_settings(settings, &count, r);

    if (body == NULL) {
        return;
    }
    if (count == 0) {
        answer_error(r, ANSWER_INPUT_INVALID, "the body has no \"settings\" to change");
    } else {
        admin_answer_done(r, app->integration_set(app->ctx, r->params[0], settings, count, &err), &err);
    }
    body_free(body);
}

static void set_enabled(struct request *r, bool on)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_error err = {0};

    admin_answer_done(r, app->lifecycle.enable(app->ctx, r->params[0], on, &err), &err);
}

void admin_integration_enable(struct request *r)
{
    set_enabled(r, true);
}

void admin_integration_disable(struct request *r)
{
    set_enabled(r, false);
}

void admin_integration_pass_quality(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_error err = {0};

    admin_answer_done(r, app->lifecycle.pass_quality(app->ctx, r->params[0], &err), &err);
}

void admin_integration_delete(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_error err = {0};

    admin_answer_done(r, app->integration_delete(app->ctx, r->params[0], &err), &err);
}
