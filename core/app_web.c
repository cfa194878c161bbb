/*
 * app_web: what the app lends to the web room.
 */
#include "app_internal.h"

#include "flow/silence.h"
#include "net/url.h"

static void fill_subscribe(struct web_integration *out, const struct weir_subscribe *subscribe)
{
    if (subscribe != NULL) {
        out->subscribes = subscribe->ensure != NULL;
        out->steps = subscribe->steps;
        out->step_count = subscribe->step_count;
    }
}

static int64_t silent_at_ms(const struct web_integration *out)
{
    int64_t due_ms = out->connector_error == NULL ? silence_due_ms(&out->row) : INT64_MAX;

    return due_ms == INT64_MAX ? 0 : due_ms;
}

static const char *why_of(const struct web_integration *out)
{
    if (out->paused || out->row.state == STORE_INACTIVE) {
        return "it is switched off, so it is not synced";
    }
    if (out->row.state == STORE_INVALID) {
        return "the tool refuses its credentials, so it is not synced until they are renewed";
    }
    if (!out->row.first_sync_done) {
        return "the first sync is not done: as soon as possible";
    }
    if (out->sync_relaxed) {
        return "webhooks are relied on: the subscription is active and an endpoint takes data-changed";
    }
    return out->row.subscription_state != WEIR_SUB_ACTIVE
               ? "webhooks are not relied on: the subscription is not active"
               : "webhooks are not relied on: no endpoint takes data-changed of it";
}

static void fill_rhythm(struct web_integration *out, struct app *app, struct integration *it)
{
    out->sync_every_ms = flow_sync_every_ms(&out->sync_relaxed, app->flow, it);
    (void)snprintf(out->sync_why, sizeof out->sync_why, "%s", why_of(out));
}

static void fill_integration(struct web_integration *out, struct app *app, struct integration *it)
{
    const struct registry_entry *entry = registry_find(app->registry, weir_str(it->tool));

    *out = (struct web_integration){
        .number = it->number,
        .id = it->id,
        .tool = it->tool,
        .tool_label = it->connector != NULL ? it->connector->label : it->tool,
        .organization = it->organization,
        .origin_id = it->origin_id,
        .creator_email = it->creator_email,
        .category = integration_category(it),
        .callback_url = it->callback_url,
        .connector_version = it->connector != NULL ? it->connector->version : NULL,
        .generation = it->generation,
        .paused = integration_is_off(it),
        .runtime = it->runtime,
        .scope = it->scope,
        .base_url = it->open_with.base_url,
        .opaque = it,
    };
    if (it->connector != NULL) {
        out->settings = it->connector->settings;
        out->setting_count = it->connector->setting_count;
        out->settings_set = integration_settings_set(it);
        out->models = it->connector->models;
        out->model_count = it->connector->model_count;
        out->events = it->connector->events;
        out->event_count = it->connector->event_count;
        out->act = it->connector->act;
        out->pass = it->connector->pass;
        fill_subscribe(out, it->connector->subscribe);
    } else {
        out->connector_error =
            entry != NULL ? entry->error.message : "there is no such connector in connectors.path";
    }
    connectors_fill_integration(out, it);
    integration_row(&out->row, it);
    crypto_wipe(out->row.secrets, sizeof out->row.secrets);
    if (atomic_load(&it->last_delivery_ms) > out->row.last_delivery_ms) {
        out->row.last_delivery_ms = atomic_load(&it->last_delivery_ms); /* written down once a minute */
    }
    out->row.next_sync_ms = flow_next_sync_ms(app->flow, it);
    if (integration_is_off(it)) {
        out->row.state = STORE_INACTIVE;
    }
    out->silent_at_ms = silent_at_ms(out);
    out->tested_ms = atomic_load(&it->kept->tested_ms);
    out->test = integration_test_word(it);
    fill_rhythm(out, app, it);
}

static bool integration_by_id(void *ctx, struct weir_str id, struct web_integration *out)
{
    struct app *app = ctx;
    struct integration *it = directory_find(app->directory, id);

    if (it != NULL) {
        fill_integration(out, app, it);
    }
    return it != NULL;
}

static bool integration_nth(void *ctx, size_t n, struct web_integration *out)
{
    struct app *app = ctx;
    struct integration *it = directory_nth(app->directory, n);

    if (it != NULL) {
        fill_integration(out, app, it);
    }
    return it != NULL;
}

static bool integration_number(void *ctx, uint32_t number, struct web_integration *out)
{
    struct app *app = ctx;
    struct integration *it = directory_find_number(app->directory, number);

    if (it != NULL) {
        fill_integration(out, app, it);
    }
    return it != NULL;
}

static void integration_release(void *ctx, struct web_integration *it)
{
    (void)ctx;
    integration_unref(it->opaque);
}

static bool connector_nth(void *ctx, size_t n, struct web_connector *out)
{
    return connectors_nth(ctx, n, out);
}

static int connectors_reload_all(void *ctx, struct weir_str tool,
                                 void (*tell)(void *arg, size_t n, enum web_connector_result result),
                                 void *arg, struct weir_error *err)
{
    return connectors_reload(ctx, tool, tell, arg, err);
}

static bool endpoint_nth(void *ctx, size_t n, struct web_endpoint *out)
{
    struct app *app = ctx;
    struct dispatch_state state;

    if (!dispatch_nth(&state, flow_dispatch(app->flow), n)) {
        return false;
    }
    memset(out, 0, sizeof *out);
    memcpy(out->name, state.row.name, sizeof out->name);
    memcpy(out->url, state.url, sizeof out->url);
    memcpy(out->reason, state.row.reason, sizeof out->reason);
    out->enabled = state.enabled;
    out->disabled = state.row.disabled;
    out->probing = state.probing;
    out->failures = state.row.failures;
    out->failing_since_ms = state.row.failing_since_ms;
    out->in_flight = state.in_flight;
    out->warned_ms = state.row.warned_ms;
    out->disables_ms = state.disables_ms;
    memcpy(out->last_error, state.last_error, sizeof out->last_error);
    out->pulse.delivered = state.pulse.delivered;
    out->pulse.failed = state.pulse.failed;
    out->pulse.p50_ms = state.pulse.p50_ms;
    out->pulse.p95_ms = state.pulse.p95_ms;
    out->pulse.delivered_ms = state.pulse.delivered_ms;
    out->pulse.failed_ms = state.pulse.failed_ms;
    return true;
}

static int endpoint(void *ctx, struct weir_str name, struct web_endpoint_detail *out, struct weir_error *err)
{
    return runtime_endpoint(ctx, name, out, err);
}

static void endpoint_release(void *ctx, struct web_endpoint_detail *detail)
{
    (void)ctx;
    runtime_endpoint_release(detail);
}

static int endpoint_add(void *ctx, struct weir_str name, const struct web_endpoint_wish *wish,
                        char secret[WEB_SECRET_TEXT], struct weir_error *err)
{
    return runtime_endpoint_add(ctx, name, wish, secret, err);
}

static int endpoint_change(void *ctx, struct weir_str name, const struct web_endpoint_wish *wish,
                           struct weir_error *err)
{
    return runtime_endpoint_change(ctx, name, wish, err);
}

static int endpoint_rotate(void *ctx, struct weir_str name, struct weir_str given, int64_t overlap_s,
                           char secret[WEB_SECRET_TEXT], struct weir_error *err)
{
    return runtime_endpoint_rotate(ctx, name, given, overlap_s, secret, err);
}

static int endpoint_remove(void *ctx, struct weir_str name, bool force, uint64_t *buried,
                           struct weir_error *err)
{
    return runtime_endpoint_remove(ctx, name, force, buried, err);
}

static int endpoint_test(void *ctx, struct weir_str name, struct web_endpoint_test *out,
                         struct weir_error *err)
{
    return runtime_endpoint_test(ctx, name, out, err);
}

static int endpoint_prove(void *ctx, struct weir_str name, const struct web_endpoint_claim *claim,
                          struct web_endpoint_proof *out, struct weir_error *err)
{
    return runtime_endpoint_prove(ctx, name, claim, out, err);
}

static int endpoint_enable(void *ctx, struct weir_str name, bool enable, struct weir_error *err)
{
    return runtime_endpoint_enable(ctx, name, enable, err);
}

static uint32_t endpoint_number(void *ctx, struct weir_str name)
{
    struct app *app = ctx;
    struct dispatch_state state;

    for (size_t n = 0; dispatch_nth(&state, flow_dispatch(app->flow), n); n++) {
        if (weir_str_is(name, state.row.name)) {
            return state.row.number;
        }
    }
    return 0;
}

static int sync_start(void *ctx, struct weir_str id, bool full, struct web_sync_started *out,
                      struct weir_error *err)
{
    struct app *app = ctx;
    struct flow_sync sync = {.full = full};
    int rc = flow_sync_request(&sync, app->flow, id, full, err);

    if (rc == 0) {
        memcpy(out->id, sync.id, sizeof out->id);
        out->full = sync.full;
        out->already = sync.already;
    }
    return rc;
}

static int sync_cancel(void *ctx, struct weir_str id, char sync_id[ID_TEXT], struct weir_error *err)
{
    struct app *app = ctx;

    return flow_sync_cancel(sync_id, app->flow, id, err);
}

static bool sync_progress(void *ctx, uint32_t integration, struct web_sync_progress *out)
{
    struct app *app = ctx;
    struct flow_progress progress;

    if (!flow_sync_progress(&progress, app->flow, integration)) {
        return false;
    }
    *out = (struct web_sync_progress){.run = progress.run,
                                      .waiting = progress.waiting,
                                      .turn_ms = progress.turn_ms,
                                      .records_then = progress.records_then,
                                      .records_hoped = progress.records_hoped};
    return true;
}

static int look(void *ctx, uint32_t integration, const struct weir_ref *refs, size_t count,
                struct weir_error *err)
{
    struct app *app = ctx;

    return flow_look(app->flow, integration, refs, count, err);
}

static int ensure_start(void *ctx, struct weir_str id, struct weir_error *err)
{
    struct app *app = ctx;

    return flow_ensure_request(app->flow, id, err);
}

static int unsubscribe_start(void *ctx, struct weir_str id, struct weir_error *err)
{
    struct app *app = ctx;

    return flow_unsubscribe_request(app->flow, id, err);
}

static int integration_create(void *ctx, const struct web_integration_wish *wish, struct weir_error *err)
{
    return runtime_create(ctx, wish, err);
}

static int integration_set(void *ctx, struct weir_str id, const struct web_setting *settings, size_t count,
                           struct weir_error *err)
{
    return runtime_set(ctx, id, settings, count, err);
}

static int integration_delete(void *ctx, struct weir_str id, struct weir_error *err)
{
    return runtime_delete(ctx, id, err);
}

static void read_rate(struct web_rate *out, const struct rate *rate, int64_t now_us)
{
    out->count = rate_read(out->minutes, rate, now_us);
}

static void read_latency(struct web_latency *out, const struct latency *latency, int64_t now_us)
{
    struct latency_sum sum;

    latency_read(&sum, latency, now_us);
    *out = (struct web_latency){.count = sum.count, .p50_us = sum.p50_us, .p95_us = sum.p95_us};
}

static void rates(void *ctx, struct web_rates *out)
{
    struct app *app = ctx;
    int64_t now_us = clock_mono_us(app->clock);
    struct flow_rates from;

    flow_rates(&from, app->flow);
    read_rate(&out->deliveries, from.deliveries, now_us);
    read_rate(&out->events, from.events, now_us);
    read_rate(&out->changes, from.changes, now_us);
    read_rate(&out->notifications, from.notifications, now_us);
    read_latency(&out->acknowledged, from.acknowledged, now_us);
    read_latency(&out->stored, from.stored, now_us);
    read_latency(&out->told, from.told, now_us);
}

static bool scope_nth(void *ctx, size_t n, struct web_scope *out)
{
    return scopes_nth(ctx, n, out);
}

static int scope_put(void *ctx, struct weir_str name, struct weir_str json, struct weir_error *err)
{
    return scopes_put(ctx, name, json, err);
}

static int scope_assign(void *ctx, struct weir_str id, struct weir_str scope, struct weir_error *err)
{
    return scopes_assign(ctx, id, scope, err);
}

static void fields_changed(void *ctx, uint32_t integration, uint8_t model)
{
    struct app *app = ctx;

    flow_fields_changed(app->flow, integration, model);
}

static int reload(void *ctx, struct buf *report, struct weir_error *err)
{
    return app_reload(ctx, report, err);
}

static void poke(void *ctx)
{
    struct app *app = ctx;

    flow_poke(app->flow);
}

/* "/hooks/<id>[/<tail>]": the id may come percent-encoded, the tail is the connector's affair. */
static void hook(void *ctx, struct exchange *x, struct weir_str path)
{
    struct app *app = ctx;
    const char *slash = path.len > 0 ? memchr(path.data, '/', path.len) : NULL;
    size_t id_len = slash != NULL ? (size_t)(slash - path.data) : path.len;
    struct weir_str tail = slash != NULL ? weir_str_n(slash + 1, path.len - id_len - 1) : weir_str("");
    struct buf id;

    buf_init(&id, STORE_INTEGRATION_ID_MAX);
    if (!url_decode(&id, weir_str_n(path.data, id_len)) || id.failed) {
        buf_clear(&id); /* no integration has an empty id: 404 */
    }
    flow_hook(app->flow, x, buf_str(&id), tail);
    buf_fini(&id);
}

static bool ready(void *ctx, char *why, size_t why_size)
{
    struct app *app = ctx;
    struct store_stats stats;

    store_stats(&stats, app->store);
    if (!stats.alive) {
        (void)snprintf(why, why_size, "the store's writer has ended");
        return false;
    }
    if (stats.disk_full) {
        (void)snprintf(why, why_size, "the disk of data_dir is full");
        return false;
    }
    return true;
}

struct web_app app_web(struct app *app)
{
    return (struct web_app){.ctx = app,
                            .integration = integration_by_id,
                            .integration_nth = integration_nth,
                            .integration_number = integration_number,
                            .integration_release = integration_release,
                            .connector_nth = connector_nth,
                            .connectors_reload = connectors_reload_all,
                            .endpoint_nth = endpoint_nth,
                            .endpoint_enable = endpoint_enable,
                            .endpoint = endpoint,
                            .endpoint_release = endpoint_release,
                            .endpoint_add = endpoint_add,
                            .endpoint_change = endpoint_change,
                            .endpoint_rotate = endpoint_rotate,
                            .endpoint_remove = endpoint_remove,
                            .endpoint_test = endpoint_test,
                            .endpoint_prove = endpoint_prove,
                            .endpoint_number = endpoint_number,
                            .sync_start = sync_start,
                            .sync_cancel = sync_cancel,
                            .sync_progress = sync_progress,
                            .look = look,
                            .ensure_start = ensure_start,
                            .unsubscribe_start = unsubscribe_start,
                            .integration_create = integration_create,
                            .integration_set = integration_set,
                            .integration_delete = integration_delete,
                            .rates = rates,
                            .scope_nth = scope_nth,
                            .scope_put = scope_put,
                            .scope_assign = scope_assign,
                            .fields_changed = fields_changed,
                            .lifecycle = lifecycle_web(),
                            .act = app_act,
                            .pass = app_pass,
                            .reload = reload,
                            .poke = poke,
                            .hook = hook,
                            .ready = ready};
}
