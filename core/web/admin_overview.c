/*
 * admin_overview: how the daemon does at a glance: what went through in the last hour, what waits, and what
 * needs a person; and an integration's records as the API gives them.
 */
#include "web/admin.h"
#include "web/admission.h"
#include "web/api.h"
#include "web/envelope.h"
#include "web/json_out.h"

#define ATTENTION_MAX 100

/* ---- what needs a person ---- */

struct attention {
    struct buf out; /* the rows */
    size_t count;
};

static void attend(struct attention *a, const char *kind, const char *subject, const char *what,
                   const char *message, int64_t since_ms)
{
    if (++a->count > ATTENTION_MAX) {
        return;
    }
    json_out_item(&a->out);
    buf_add_char(&a->out, '{');
    json_out_text(&a->out, "kind", kind);
    json_out_text(&a->out, "subject", subject);
    json_out_text(&a->out, "what", what);
    json_out_text_or_null(&a->out, "message", message);
    json_out_time(&a->out, "since", since_ms);
    buf_add_char(&a->out, '}');
}

static void attend_integration(struct attention *a, const struct web_integration *it)
{
    const struct store_integration *row = &it->row;

    if (it->connector_error != NULL) {
        attend(a, "integration", it->id, "connector_missing", it->connector_error, 0);
    }
    if (row->state == STORE_INVALID || row->auth_failed_since_ms != 0) {
        attend(a, "integration", it->id, "credentials_refused", row->problem, row->auth_failed_since_ms);
    } else if (row->problem[0] != '\0') {
        attend(a, "integration", it->id, "problem", row->problem, 0);
    }
    if (row->subscription_state == WEIR_SUB_FAILED || row->subscription_state == WEIR_SUB_NEEDS_PERMISSION ||
        row->subscription_state == WEIR_SUB_MANUAL_SETUP) {
        attend(a, "integration", it->id, "not_subscribed", row->subscription_detail,
               row->subscription_checked_ms);
    }
    if (it->held_back[0] != '\0') {
        attend(a, "integration", it->id, "held_back", it->held_back, 0);
    }
}

struct tally_of {
    uint32_t count, good, bad;
    int64_t last_delivery_ms; /* of integrations */
};

static void look_at_integrations(struct attention *a, struct tally_of *tally, struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_integration it;

    for (size_t n = 0; app->integration_nth(app->ctx, n, &it); n++) {
        if (admission_sees(r, weir_str(it.id))) {
            tally->count++;
            tally->good += it.row.state == STORE_ACTIVE;
            tally->bad += it.row.state == STORE_INVALID;
            if (it.row.last_delivery_ms > tally->last_delivery_ms) {
                tally->last_delivery_ms = it.row.last_delivery_ms;
            }
            attend_integration(a, &it);
        }
        app->integration_release(app->ctx, &it);
    }
}

static void look_at_endpoints(struct attention *a, struct tally_of *tally, struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_endpoint endpoint;

    for (size_t n = 0; app->endpoint_nth(app->ctx, n, &endpoint); n++) {
        bool failing = endpoint.failing_since_ms != 0;

        tally->count++;
        tally->good += endpoint.enabled && !endpoint.disabled && !failing;
        tally->bad += endpoint.disabled || failing;
        if (endpoint.disabled) {
            attend(a, "endpoint", endpoint.name, "disabled", endpoint.reason, endpoint.failing_since_ms);
        } else if (failing) {
            attend(a, "endpoint", endpoint.name, "failing", endpoint.reason, endpoint.failing_since_ms);
        }
    }
}

static void look_at_connectors(struct attention *a, struct tally_of *tally, struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_connector connector;

    for (size_t n = 0; app->connector_nth(app->ctx, n, &connector); n++) {
        tally->count++;
        tally->good += connector.loaded;
        tally->bad += connector.error[0] != '\0';
        if (connector.error[0] != '\0') {
            attend(a, "connector", connector.tool, connector.loaded ? "newer_refused" : "not_loaded",
                   connector.error, 0);
        }
    }
}

static void look_at_store(struct attention *a, const struct store_stats *stats, bool ready, const char *why)
{
    if (!ready) {
        attend(a, "daemon", NULL, "not_ready", why, 0);
    }
    if (stats->disk_full) {
        attend(a, "daemon", NULL, "disk_full", "deliveries are refused until there is room", 0);
    }
    if (stats->dead_count > 0) {
        attend(a, "daemon", NULL, "dead_letters", "notifications were given up; they can be sent again", 0);
    }
    if (stats->aside_count > 0) {
        attend(a, "daemon", NULL, "set_aside", "events were set aside; they can be taken up again", 0);
    }
}

/* ---- figures ---- */

static void write_rate(struct buf *out, const char *key, const struct web_rate *rate)
{
    json_out_open(out, key, '{');
    json_out_uint(out, "count", rate->count);
    json_out_key(out, "per_minute");
    buf_printf(out, "%.2f", (double)rate->count / WEB_MINUTES);
    json_out_open(out, "minutes", '[');
    for (size_t i = 0; i < WEB_MINUTES; i++) {
        buf_printf(out, "%s%u", i > 0 ? "," : "", rate->minutes[i]);
    }
    buf_add_text(out, "]}");
}

static void write_latency(struct buf *out, const char *key, const struct web_latency *latency)
{
    json_out_open(out, key, '{');
    json_out_uint(out, "count", latency->count);
    if (latency->count > 0) {
        json_out_key(out, "p50_ms");
        buf_printf(out, "%.3f", (double)latency->p50_us / 1000);
        json_out_key(out, "p95_ms");
        buf_printf(out, "%.3f", (double)latency->p95_us / 1000);
    } else {
        json_out_null(out, "p50_ms");
        json_out_null(out, "p95_ms");
    }
    buf_add_char(out, '}');
}

static void write_queue(struct buf *out, const char *key, uint64_t count, int64_t oldest_ms, int64_t now_ms)
{
    json_out_open(out, key, '{');
    json_out_uint(out, "count", count);
    json_out_time(out, "oldest_at", oldest_ms);
    json_out_int(out, "oldest_s", oldest_ms > 0 && oldest_ms < now_ms ? (now_ms - oldest_ms) / 1000 : 0);
    buf_add_char(out, '}');
}

static void write_tally(struct buf *out, const char *key, const struct tally_of *tally, const char *good,
                        const char *bad)
{
    json_out_open(out, key, '{');
    json_out_uint(out, "count", tally->count);
    json_out_uint(out, good, tally->good);
    json_out_uint(out, bad, tally->bad);
    buf_add_char(out, '}');
}

static void write_rates(struct buf *out, struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct web_rates rates;

    app->rates(app->ctx, &rates);
    json_out_open(out, "last_hour", '{');
    write_rate(out, "deliveries", &rates.deliveries);
    write_rate(out, "events", &rates.events);
    write_rate(out, "changes", &rates.changes);
    write_rate(out, "notifications", &rates.notifications);
    buf_add_char(out, '}');
    json_out_open(out, "latency", '{');
    write_latency(out, "acknowledged", &rates.acknowledged);
    write_latency(out, "stored", &rates.stored);
    write_latency(out, "told", &rates.told);
    buf_add_char(out, '}');
}

static void write_store(struct buf *out, const struct store_stats *stats, int64_t now_ms)
{
    write_queue(out, "inbox", stats->inbox_count, stats->inbox_oldest_ms, now_ms);
    write_queue(out, "outbox", stats->outbox_count, stats->outbox_oldest_ms, now_ms);
    json_out_uint(out, "dead_letters", stats->dead_count);
    json_out_uint(out, "set_aside", stats->aside_count);
    json_out_uint(out, "records", stats->record_count);
    json_out_bool(out, "disk_full", stats->disk_full);
}

/* Where tools and customers reach the daemon. */
static void write_address(struct buf *out, const struct web_app *app)
{
    struct buf url;

    buf_init(&url, 4096);
    if (app->lifecycle.public_url(app->ctx, &url)) {
        json_out_str(out, "public_url", buf_str(&url));
    } else {
        json_out_null(out, "public_url");
    }
    buf_fini(&url);
}

void admin_overview_write(struct buf *out, struct request *r)
{
    const struct web_app *app = &r->web->options.app;
    struct tally_of integrations = {0}, endpoints = {0}, connectors = {0};
    int64_t now_ms = clock_now_ms(r->web->options.clock);
    struct attention a = {.count = 0};
    struct store_stats stats;
    char why[201] = "";
    bool ready = app->ready(app->ctx, why, sizeof why);

    buf_init(&a.out, 1u << 20);
    store_stats(&stats, r->web->options.store);
    look_at_store(&a, &stats, ready, why);
    look_at_integrations(&a, &integrations, r);
    look_at_endpoints(&a, &endpoints, r);
    look_at_connectors(&a, &connectors, r);
    buf_add_char(out, '{');
    json_out_time(out, "at", now_ms);
    json_out_bool(out, "ready", ready);
    write_address(out, app);
    write_tally(out, "integrations", &integrations, "active", "invalid");
    write_tally(out, "endpoints", &endpoints, "working", "failing");
    write_tally(out, "connectors", &connectors, "loaded", "refused");
    write_rates(out, r);
    json_out_time(out, "last_delivery", integrations.last_delivery_ms);
    write_store(out, &stats, now_ms);
    json_out_uint(out, "attention_count", a.count);
    json_out_open(out, "attention", '[');
    buf_add_str(out, buf_str(&a.out));
    buf_add_text(out, "]}");
    buf_fini(&a.out);
}

void admin_overview(struct request *r)
{
    admin_overview_write(answer_begin(r), r);
    answer_end(r);
}

/* ---- records ---- */

void admin_records(struct request *r)
{
    r->model = model_find(r->params[1]);
    if (r->model == NULL) {
        answer_error(r, ANSWER_NOT_FOUND, "there is no model \"%.*s\"",
                     r->params[1].len < 60 ? (int)r->params[1].len : 60, r->params[1].data);
        return;
    }
    list_run(r);
}
