/*
 * integration_calls: the calls of the unified API that change whole integrations.
 */
#include "web/api.h"
#include "web/body.h"
#include "web/envelope.h"

void api_answer_failure(struct request *r, int rc, const struct weir_error *err)
{
    if (rc == WEIR_E_CONFIG && r->surface == SURFACE_API) {
        answer_error(r, ANSWER_INPUT_INVALID, "%s", err->message);
    } else {
        answer_failure(r, rc, err);
    }
}

static void answer_done(struct request *r, int rc, const struct weir_error *err)
{
    if (rc != 0) {
        api_answer_failure(r, rc, err);
    } else {
        buf_add_text(answer_begin(r), "{}");
        answer_end(r);
    }
}

void integration_enabled(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_error err = {0};
    struct body *body = NULL;
    bool on = false;
    bool given;

    if (body_parse(&body, exchange_body(r->x), &err) == 0) {
        given = body_bool(&on, body, "value", &err);
        if (!given && err.code == 0) {
            weir_fail(&err, WEIR_E_INVALID, "\"value\" is missing in the body: true or false");
        }
    }
    body_free(body);
    answer_done(r, err.code != 0 ? err.code : app->lifecycle.enable(app->ctx, r->params[0], on, &err), &err);
}

/* The body that the client sends with it says nothing. */
void integration_delete(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_error err = {0};

    answer_done(r, app->integration_delete(app->ctx, r->params[0], &err), &err);
}
