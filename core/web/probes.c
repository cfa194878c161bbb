/*
 * probes: what an operator's tools ask for, without a key.
 */
#include "web/probes.h"
#include "web/envelope.h"
#include "web/json_out.h"

void probe_healthz(struct request *r)
{
    answer_text(r, "ok\n");
}

static void readyz(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    char why[201] = "";
    bool ready = app->ready(app->ctx, why, sizeof why);

    buf_add_char(&r->body, '{');
    json_out_bool(&r->body, "ready", ready);
    if (!ready) {
        json_out_text(&r->body, "why", why);
    }
    buf_add_char(&r->body, '}');
    r->status = ready ? 200 : 503;
}

static void metrics(struct request *r)
{
    metrics_render(&r->body, r->web->options.metrics);
    if (r->body.len == 0) {
        buf_add_char(&r->body, '\n');
    }
    r->status = 200;
    r->content_type = "text/plain; version=0.0.4; charset=utf-8";
}

const struct route probe_routes[] = {
    {"GET", "/healthz", probe_healthz, false, ROUTE_OPEN},
    {"GET", "/readyz", readyz, false, ROUTE_OPEN},
    {"GET", "/metrics", metrics, false, ROUTE_OPEN},
    {.method = NULL},
};
