/*
 * admin_endpoints: downstream endpoints: listed, shown, made, changed, tried, and removed.
 */
#include "base/crypto.h"
#include "web/admin.h"
#include "web/body.h"
#include "web/envelope.h"
#include "web/json_out.h"

#define FILTER_MAX 256
#define EVENTS_MAX 16
#define OVERLAP_HOURS 24
#define HOUR_S 3600

static const char *const no_params[] = {NULL};

/* ---- one as JSON ---- */

static const char *state_word(const struct web_endpoint *endpoint)
{
    if (!endpoint->enabled || endpoint->disabled) {
        return "disabled";
    }
    return endpoint->probing ? "probing" : endpoint->failures > 0 ? "failing" : "ok";
}

static void write_texts(struct buf *out, const char *key, char *const *items, size_t count)
{
    json_out_open(out, key, '[');
    for (size_t i = 0; i < count; i++) {
        json_out_item(out);
        json_out_str_value(out, weir_str(items[i]));
    }
    buf_add_char(out, ']');
}

static void write_state(struct buf *out, const struct web_endpoint *endpoint)
{
    uint64_t attempts = endpoint->pulse.delivered + endpoint->pulse.failed;

    json_out_text(out, "name", endpoint->name);
    json_out_text(out, "url", endpoint->url);
    json_out_text(out, "state", state_word(endpoint));
    json_out_bool(out, "enabled", endpoint->enabled);
    json_out_bool(out, "disabled", endpoint->disabled);
    json_out_bool(out, "probing", endpoint->probing);
    json_out_text_or_null(out, "reason", endpoint->reason);
    json_out_uint(out, "failures", endpoint->failures);
    json_out_time(out, "failing_since", endpoint->failing_since_ms);
    json_out_time(out, "warned_at", endpoint->warned_ms);
    json_out_time(out, "disables_at", endpoint->disables_ms);
    json_out_text_or_null(out, "last_error", endpoint->last_error);
    json_out_uint(out, "in_flight", endpoint->in_flight);
    json_out_open(out, "last_24_hours", '{');
    json_out_uint(out, "attempts", attempts);
    json_out_uint(out, "delivered", endpoint->pulse.delivered);
    json_out_uint(out, "failed", endpoint->pulse.failed);
    if (attempts > 0) {
        json_out_uint(out, "success_percent", endpoint->pulse.delivered * 100 / attempts);
        json_out_int(out, "p50_ms", endpoint->pulse.p50_ms);
        json_out_int(out, "p95_ms", endpoint->pulse.p95_ms);
    } else {
        json_out_null(out, "success_percent");
        json_out_null(out, "p50_ms");
        json_out_null(out, "p95_ms");
    }
    buf_add_char(out, '}');
    json_out_time(out, "last_delivered_at", endpoint->pulse.delivered_ms);
    json_out_time(out, "last_failed_at", endpoint->pulse.failed_ms);
}

static void write_hours(struct buf *out, const struct web_endpoint_detail *detail)
{
    json_out_open(out, "hours", '[');
    for (size_t i = 0; i < WEB_HOURS && detail->hours[i].at_ms != 0; i++) {
        const struct web_endpoint_hour *hour = &detail->hours[i];

        json_out_item(out);
        buf_add_char(out, '{');
        json_out_time(out, "at", hour->at_ms);
        json_out_uint(out, "delivered", hour->delivered);
        json_out_uint(out, "failed", hour->failed);
        if (hour->delivered + hour->failed > 0) {
            json_out_int(out, "p50_ms", hour->p50_ms);
            json_out_int(out, "p95_ms", hour->p95_ms);
        } else {
            json_out_null(out, "p50_ms");
            json_out_null(out, "p95_ms");
        }
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void write_detail(struct buf *out, const struct web_endpoint_detail *detail)
{
    json_out_text(out, "kept_in", detail->runtime ? "store" : "file");
    json_out_time(out, "created_at", detail->created_at_ms);
    write_texts(out, "events", detail->events, detail->event_count);
    write_texts(out, "integrations", detail->integrations, detail->integration_count);
    write_texts(out, "headers", detail->headers, detail->header_count);
    json_out_text(out, "order", detail->order);
    json_out_int(out, "concurrency", detail->concurrency);
    json_out_int(out, "timeout_ms", detail->timeout_ms);
    json_out_bool(out, "allow_private", detail->allow_private);
    json_out_open(out, "secrets", '[');
    for (size_t i = 0; i < detail->secret_count; i++) {
        json_out_item(out);
        buf_add_char(out, '{');
        json_out_bool(out, "newest", i == 0);
        json_out_time(out, "valid_until", detail->secret_until_ms[i]);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    json_out_uint(out, "waiting", detail->waiting);
    write_hours(out, detail);
}

/* The members of both; false: err says why. */
static bool write_one(struct buf *out, const struct web_app *app, const struct web_endpoint *endpoint,
                      struct weir_error *err)
{
    struct web_endpoint_detail detail;

    if (app->endpoint(app->ctx, weir_str(endpoint->name), &detail, err) != 0) {
        return false;
    }
    write_state(out, endpoint);
    write_detail(out, &detail);
    app->endpoint_release(app->ctx, &detail);
    return true;
}

static bool find(struct web_endpoint *out, const struct web_app *app, struct weir_str name)
{
    for (size_t n = 0; app->endpoint_nth(app->ctx, n, out); n++) {
        if (weir_str_is(name, out->name)) {
            return true;
        }
    }
    return false;
}

/* ---- reading ---- */

void admin_endpoints(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_endpoint endpoint;
    struct weir_error err = {0};
    struct admin_list list;
    bool ok = true;

    if (!admin_list_begin(&list, r, no_params)) {
        return;
    }
    for (size_t n = list.after[0]; ok && app->endpoint_nth(app->ctx, n, &endpoint); n++) {
        if (!admin_list_row(&list, n + 1, 0)) {
            break;
        }
        ok = write_one(list.out, app, &endpoint, &err);
        buf_add_char(list.out, '}');
    }
    admin_list_end(&list, ok ? 0 : err.code, &err);
}

/* secret: one that was made, told this once; NULL: not a word of secrets. */
static void answer_one(struct request *r, struct weir_str name, const char *secret)
{
    const struct web_app *app = &r->web->options.app;
    struct web_endpoint endpoint;
    struct weir_error err = {0};
    struct buf *out;

    if (!find(&endpoint, app, name)) {
        answer_error(r, ANSWER_NOT_FOUND, "there is no such endpoint; see: weir endpoints");
        return;
    }
    out = answer_begin(r);
    buf_add_char(out, '{');
    if (!write_one(out, app, &endpoint, &err)) {
        answer_failure(r, err.code, &err);
        return;
    }
    if (secret != NULL) {
        json_out_text_or_null(out, "secret", secret);
    }
    buf_add_char(out, '}');
    answer_end(r);
}

void admin_endpoint(struct request *r)
{
    answer_one(r, r->params[0], NULL);
}

void admin_put_endpoints(struct buf *out, const struct web_app *app)
{
    struct web_endpoint endpoint;
    uint64_t counts[3] = {0, 0, 0};

    for (size_t n = 0; app->endpoint_nth(app->ctx, n, &endpoint); n++) {
        counts[0]++;
        counts[1] += endpoint.failures > 0 && !endpoint.disabled && endpoint.enabled;
        counts[2] += endpoint.disabled || !endpoint.enabled;
    }
    json_out_open(out, "endpoints", '{');
    json_out_uint(out, "count", counts[0]);
    json_out_uint(out, "failing", counts[1]);
    json_out_uint(out, "disabled", counts[2]);
    buf_add_char(out, '}');
}

/* ---- making and changing ---- */

struct wish {
    struct body *body;
    struct weir_str name;
    struct weir_str events[EVENTS_MAX], integrations[FILTER_MAX];
    struct web_setting headers[BODY_PAIRS_MAX];
    struct web_endpoint_wish of;
};

static int wish_fill(struct wish *wish, struct weir_error *err)
{
    static const char *const keys[] = {"name",         "url",           "secret", "events",
                                       "integrations", "headers",       "order",  "concurrency",
                                       "timeout_ms",   "allow_private", NULL};
    struct web_endpoint_wish *of = &wish->of;
    struct body *body = wish->body;

    if (body_only(body, keys, err) != 0) {
        return WEIR_E_INVALID;
    }
    (void)body_text(&wish->name, body, "name", err);
    (void)body_text(&of->url, body, "url", err);
    (void)body_text(&of->secret, body, "secret", err);
    (void)body_text(&of->order, body, "order", err);
    of->has_events = body_list(wish->events, &of->event_count, EVENTS_MAX, body, "events", err);
    of->has_integrations =
        body_list(wish->integrations, &of->integration_count, FILTER_MAX, body, "integrations", err);
    of->header_count = body_pairs(wish->headers, body, "headers", err);
    of->has_concurrency = body_number(&of->concurrency, body, "concurrency", err);
    of->has_timeout = body_number(&of->timeout_ms, body, "timeout_ms", err);
    of->has_allow_private = body_bool(&of->allow_private, body, "allow_private", err);
    of->events = wish->events;
    of->integrations = wish->integrations;
    of->headers = wish->headers;
    return err->code;
}

/* false: answered. */
static bool wish_read(struct wish *wish, struct request *r)
{
    struct weir_error err = {0};
    int rc = body_parse(&wish->body, exchange_body(r->x), &err);

    if (rc == 0) {
        rc = wish_fill(wish, &err);
    }
    if (rc != 0) {
        answer_error(r, ANSWER_INPUT_INVALID, "%s", err.message);
        body_free(wish->body);
        wish->body = NULL;
    }
    return rc == 0;
}

void admin_endpoint_add(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct wish wish = {.body = NULL};
    char secret[WEB_SECRET_TEXT] = "";
    struct weir_error err = {0};
    int rc;

    if (!wish_read(&wish, r)) {
        return;
    }
    rc = app->endpoint_add(app->ctx, wish.name, &wish.of, secret, &err);
    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        answer_one(r, wish.name, secret);
    }
    crypto_wipe(secret, sizeof secret);
    body_free(wish.body);
}

void admin_endpoint_change(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct wish wish = {.body = NULL};
    struct weir_error err = {0};
    int rc = 0;

    if (!wish_read(&wish, r)) {
        return;
    }
    if (wish.name.data != NULL) {
        rc = weir_fail(&err, WEIR_E_INVALID,
                       "an endpoint keeps its name; add another one, and remove this one");
    }
    rc = rc == 0 ? app->endpoint_change(app->ctx, r->params[0], &wish.of, &err) : rc;
    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        answer_one(r, r->params[0], NULL);
    }
    body_free(wish.body);
}

void admin_endpoint_rotate(struct request *r)
{
    static const char *const keys[] = {"secret", "overlap_hours", NULL};
    const struct web_app *app = &r->web->options.app;
    struct weir_str given = weir_str_n(NULL, 0);
    char secret[WEB_SECRET_TEXT] = "";
    uint64_t hours = OVERLAP_HOURS;
    struct weir_error err = {0};
    struct body *body = NULL;
    int rc = body_parse(&body, exchange_body(r->x), &err);

    if (rc == 0) {
        rc = body_only(body, keys, &err);
    }
    if (rc == 0) {
        (void)body_text(&given, body, "secret", &err);
        (void)body_number(&hours, body, "overlap_hours", &err);
        rc = err.code;
    }
    if (rc == 0) {
        hours = hours < UINT32_MAX ? hours : UINT32_MAX;
        rc = app->endpoint_rotate(app->ctx, r->params[0], given, (int64_t)hours * HOUR_S, secret, &err);
    }
    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        answer_one(r, r->params[0], secret);
    }
    crypto_wipe(secret, sizeof secret);
    body_free(body);
}

/* ---- the end, and switches ---- */

void admin_endpoint_remove(struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_error err = {0};
    struct query query;
    uint64_t buried = 0;
    bool force = false;
    int rc = query_init(&query, exchange_query(r->x), &err);

    if (rc == 0) {
        rc = query_bool(&force, &query, "force", &err);
    }
    query_fini(&query);
    if (rc == 0) {
        rc = app->endpoint_remove(app->ctx, r->params[0], force, &buried, &err);
    }
    if (rc != 0) {
        answer_failure(r, rc, &err);
    } else {
        struct buf *out = answer_begin(r);

        buf_add_char(out, '{');
        json_out_uint(out, "dead_letters", buried);
        buf_add_char(out, '}');
        answer_end(r);
    }
}

static void endpoint_set(struct request *r, bool enable)
{
    const struct web_app *app = &r->web->options.app;
    struct weir_error err = {0};

    admin_answer_done(r, app->endpoint_enable(app->ctx, r->params[0], enable, &err), &err);
}

void admin_endpoint_enable(struct request *r)
{
    endpoint_set(r, true);
}

void admin_endpoint_disable(struct request *r)
{
    endpoint_set(r, false);
}
