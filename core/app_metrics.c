/*
 * app_metrics: gauges that are cheaper to ask for than to keep, filled in before each rendering.
 */
#include "app_internal.h"

static struct metric *gauge(struct app *app, const char *name, const char *help)
{
    return metrics_gauge(app->metrics, name, help, "");
}

/* Whole seconds since then; 0: nothing waits. */
static int64_t age_s(const struct app *app, int64_t since_ms)
{
    int64_t age_ms = clock_now_ms(app->clock) - since_ms;

    return since_ms == 0 || age_ms < 0 ? 0 : age_ms / 1000;
}

static void refresh_store(struct app *app)
{
    struct store_stats stats;

    store_stats(&stats, app->store);
    metric_set(gauge(app, "weir_inbox_deliveries", "Deliveries whose effects are not stored yet"),
               (int64_t)stats.inbox_count);
    metric_set(gauge(app, "weir_inbox_bytes", "Their bytes on disk"), (int64_t)stats.inbox_bytes);
    metric_set(gauge(app, "weir_inbox_oldest_seconds", "Age of the oldest of them"),
               age_s(app, stats.inbox_oldest_ms));
    metric_set(gauge(app, "weir_outbox_notifications", "Notifications that wait or are on their way"),
               (int64_t)stats.outbox_count);
    metric_set(gauge(app, "weir_outbox_oldest_seconds", "Age of the oldest of them"),
               age_s(app, stats.outbox_oldest_ms));
    metric_set(gauge(app, "weir_dead_letters", "Notifications given up, which can be sent again"),
               (int64_t)stats.dead_count);
    metric_set(
        gauge(app, "weir_set_aside", "Deliveries, events and records set aside, which can be replayed"),
        (int64_t)stats.aside_count);
    metric_set(gauge(app, "weir_records", "Records in the store, deleted ones included"),
               (int64_t)stats.record_count);
    metric_set(gauge(app, "weir_store_file_bytes", "Size of the store's file"), (int64_t)stats.file_bytes);
    metric_set(gauge(app, "weir_store_used_bytes", "Bytes of it in use"), (int64_t)stats.used_bytes);
    metric_set(gauge(app, "weir_disk_full", "1 while deliveries are refused for lack of disk space"),
               stats.disk_full);
}

static void refresh_work(struct app *app)
{
    struct work_stats stats;

    work_stats(&stats, flow_work(app->flow));
    metric_set(gauge(app, "weir_work_records", "Records that wait to be fetched"), (int64_t)stats.targets);
    metric_set(gauge(app, "weir_work_backing_off", "Integrations that wait after a failure of their tool"),
               (int64_t)stats.lanes_backing_off);
}

static void refresh_integrations(struct app *app)
{
    int64_t problems = 0;
    int64_t unsubscribed = 0;
    struct integration *it;

    for (size_t n = 0; (it = directory_nth(app->directory, n)) != NULL; n++) {
        struct store_integration row;

        integration_row(&row, it);
        crypto_wipe(row.secrets, sizeof row.secrets);
        problems += row.problem[0] != '\0';
        unsubscribed += row.subscription_state != WEIR_SUB_ACTIVE;
        integration_unref(it);
    }
    metric_set(gauge(app, "weir_integrations", "Integrations, of the file and made at run time"),
               (int64_t)directory_count(app->directory));
    metric_set(gauge(app, "weir_integrations_with_problem", "Those that need a person"), problems);
    metric_set(gauge(app, "weir_integrations_not_subscribed", "Those without an active subscription"),
               unsubscribed);
}

static void refresh_endpoints(struct app *app)
{
    struct dispatch_state state;

    for (size_t n = 0; dispatch_nth(&state, flow_dispatch(app->flow), n); n++) {
        char labels[128];

        (void)snprintf(labels, sizeof labels, "endpoint=\"%s\"", state.row.name);
        metric_set(metrics_gauge(app->metrics, "weir_endpoint_in_flight", "Attempts on their way", labels),
                   state.in_flight);
        metric_set(
            metrics_gauge(app->metrics, "weir_endpoint_failures", "Attempts that failed in a row", labels),
            state.row.failures);
        metric_set(
            metrics_gauge(app->metrics, "weir_endpoint_disabled", "1 after a 410, or by a person", labels),
            state.row.disabled || !state.enabled);
    }
}

static void refresh(void *ctx)
{
    struct app *app = ctx;

    refresh_store(app);
    refresh_work(app);
    refresh_integrations(app);
    refresh_endpoints(app);
}

void app_metrics(struct app *app)
{
    metrics_on_render(app->metrics, refresh, app);
}
