/*
 * admin_trials: an endpoint tried with a message, and a message that an application got held against an
 * endpoint's secrets. No secret leaves.
 */
#include "web/admin.h"
#include "web/body.h"
#include "web/envelope.h"
#include "web/json_out.h"

/* ---- a test message ---- */

/* value NULL: it is the endpoint's own, and may be a secret. */
static void write_header(struct buf *out, const char *name, const char *value)
{
    json_out_item(out);
    buf_add_char(out, '{');
    json_out_text(out, "name", name);
    json_out_text(out, "value", value);
    buf_add_char(out, '}');
}

static void write_sent(struct buf *out, const struct web_endpoint_test *test,
                       const struct web_endpoint_detail *detail)
{
    json_out_open(out, "request", '{');
    json_out_text(out, "method", "POST");
    json_out_text(out, "url", test->url);
    json_out_open(out, "headers", '[');
    write_header(out, "Content-Type", "application/json");
    write_header(out, "webhook-id", test->id);
    write_header(out, "webhook-timestamp", test->timestamp);
    write_header(out, "webhook-signature", test->standard);
    write_header(out, "X-Kombo-Signature", test->kombo);
    for (size_t i = 0; i < detail->header_count; i++) {
        write_header(out, detail->headers[i], NULL);
    }
    buf_add_char(out, ']');
    json_out_text(out, "body", test->body);
    buf_add_char(out, '}');
}

void admin_endpoint_test(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_endpoint_detail detail = {.runtime = false};
    struct web_endpoint_test test;
    struct weir_error err = {0};
    struct buf *out;
    int rc = app->endpoint(app->ctx, r->params[0], &detail, &err);

    if (rc == 0) {
        rc = app->endpoint_test(app->ctx, r->params[0], &test, &err);
    }
    if (rc != 0) {
        answer_failure(r, rc, &err);
        app->endpoint_release(app->ctx, &detail);
        return;
    }
    out = answer_begin(r);
    buf_add_char(out, '{');
    json_out_text(out, "id", test.id);
    json_out_text(out, "type", "data-changed");
    json_out_bool(out, "delivered", test.delivered);
    json_out_text(out, "outcome", test.outcome);
    json_out_int(out, "status", test.status);
    json_out_int(out, "ms", test.ms);
    json_out_text_or_null(out, "detail", test.detail);
    json_out_text(out, "answer", test.answer);
    write_sent(out, &test, &detail);
    buf_add_char(out, '}');
    answer_end(r);
    app->endpoint_release(app->ctx, &detail);
}

/* ---- a signature ---- */

static int read_claim(struct web_endpoint_claim *claim, const struct body *body, struct weir_error *err)
{
    static const char *const keys[] = {"id", "timestamp", "signature", "body", NULL};

    *claim = (struct web_endpoint_claim){.id = weir_str(""), .timestamp = weir_str("")};
    if (body_only(body, keys, err) != 0) {
        return WEIR_E_INVALID;
    }
    (void)body_text(&claim->id, body, "id", err);
    (void)body_text(&claim->timestamp, body, "timestamp", err);
    if (err->code == 0 && !(body_text(&claim->signature, body, "signature", err) &&
                            body_long(&claim->body, body, "body", err))) {
        return err->code != 0 ? err->code
                              : weir_fail(err, WEIR_E_INVALID,
                                          "the body has to hold \"signature\" and \"body\", as they came");
    }
    return err->code;
}

void admin_endpoint_verify(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_endpoint_claim claim;
    struct web_endpoint_proof proof;
    struct weir_error err = {0};
    struct body *body = NULL;
    int rc = body_parse(&body, exchange_body(r->x), &err);

    if (rc == 0) {
        rc = read_claim(&claim, body, &err);
    }
    if (rc == 0) {
        rc = app->endpoint_prove(app->ctx, r->params[0], &claim, &proof, &err);
    }
    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        bool fits = proof.scheme != NULL && strcmp(proof.hint, "none") == 0;
        struct buf *out = answer_begin(r);

        buf_add_char(out, '{');
        json_out_bool(out, "valid", fits && strcmp(proof.secret, "ended") != 0);
        json_out_text(out, "scheme", proof.scheme);
        json_out_text(out, "secret", proof.secret);
        json_out_text(out, "hint", proof.hint);
        buf_add_char(out, '}');
        answer_end(r);
    }
    body_free(body);
}
