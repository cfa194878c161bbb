/*
 * app_ask: what the web room asks of a tool, and waits for.
 */
#include "app_internal.h"

#include "flow/ask.h"

#include <stdlib.h>

/* ---- actions ---- */

struct act {
    void (*done)(void *arg, int rc, const struct web_acted *acted, const struct weir_error *err);
    void *arg;
};

static void on_acted(void *ctx, int rc, const struct flow_acted *acted, const struct weir_error *err)
{
    struct act *act = ctx;

    if (acted != NULL) {
        struct web_acted told = {.model = acted->model,
                                 .id = acted->id,
                                 .warnings = acted->warnings,
                                 .warning_count = acted->warning_count};

        act->done(act->arg, rc, &told, err);
    } else {
        act->done(act->arg, rc, NULL, err);
    }
    free(act);
}

int app_act(void *ctx, struct weir_str integration, const char *action, struct weir_bytes input,
            void (*done)(void *arg, int rc, const struct web_acted *acted, const struct weir_error *err),
            void *arg, struct weir_error *err)
{
    struct app *app = ctx;
    struct act *act = malloc(sizeof *act);
    int rc;

    if (act == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for an action");
    }
    *act = (struct act){done, arg};
    rc = flow_act(app->flow, integration, action, input, on_acted, act, err);
    if (rc != 0) {
        free(act);
    }
    return rc;
}

/* ---- requests passed through ---- */

struct pass {
    struct pass_request request;
    void (*done)(void *arg, int rc, const struct web_passed *passed, const struct weir_error *err);
    void *arg;
};

static void on_passed(void *ctx, int rc, const struct pass_answer *answer, const struct weir_error *err)
{
    struct pass *pass = ctx;

    if (answer != NULL) {
        struct web_passed told = {.status = answer->status,
                                  .url = buf_str(&answer->url),
                                  .headers = buf_str(&answer->headers),
                                  .content_type = buf_str(&answer->content_type),
                                  .body = buf_bytes(&answer->body)};

        pass->done(pass->arg, rc, &told, err);
    } else {
        pass->done(pass->arg, rc, NULL, err);
    }
    free(pass);
}

int app_pass(void *ctx, struct weir_str integration, const struct web_pass *asked,
             void (*done)(void *arg, int rc, const struct web_passed *passed, const struct weir_error *err),
             void *arg, struct weir_error *err)
{
    struct app *app = ctx;
    struct pass *pass = malloc(sizeof *pass);
    int rc;

    if (pass == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for a request");
    }
    *pass = (struct pass){.request = {.api = asked->api,
                                      .method = asked->method,
                                      .path = asked->path,
                                      .headers = asked->headers,
                                      .header_count = asked->header_count,
                                      .body = asked->body},
                          .done = done,
                          .arg = arg};
    rc = pass_check(&pass->request, err);
    if (rc == 0) {
        rc = flow_pass(app->flow, integration, &pass->request, on_passed, pass, err);
    }
    if (rc != 0) {
        free(pass);
    }
    return rc;
}
