/*
 * subscription_watch: does what should come really come? Checks that are due, silence, and what a sync found
 * that no delivery had told.
 */
#include "flow/flow_internal.h"
#include "flow/silence.h"

#include "base/log.h"

#include <inttypes.h>

void subscription_ask(struct flow *flow, struct integration *it, unsigned bits)
{
    (void)atomic_fetch_or(&it->subscription_asked, bits);
    work_want(flow->work, it->number, WANT_SUBSCRIBE);
}

/* ---- what is due ---- */

static int64_t ensure_due_ms(const struct flow *flow, const struct integration *it,
                             const struct store_integration *row)
{
    if (!subscription_is_looked_after(it) || row->subscription_state == STORE_SUBSCRIPTION_REMOVED) {
        return INT64_MAX;
    }
    if (row->subscription_state == WEIR_SUB_FAILED || row->subscription_state == WEIR_SUB_PENDING) {
        return row->subscription_checked_ms + flow->options.backoff_max_ms;
    }
    return row->subscription_checked_ms + flow->options.ensure_interval_ms;
}

/* So that each is asked for once. */
static void set_checked(struct store_integration *row, void *ctx)
{
    row->subscription_checked_ms = *(const int64_t *)ctx;
}

static void set_probed(struct store_integration *row, void *ctx)
{
    row->subscription_probed_ms = *(const int64_t *)ctx;
}

/* As on disk, and with the delivery that is not written down yet. */
static void row_now(struct store_integration *row, struct integration *it)
{
    int64_t last_ms = atomic_load(&it->last_delivery_ms);

    integration_row(row, it);
    crypto_wipe(row->secrets, sizeof row->secrets);
    if (last_ms > row->last_delivery_ms) {
        row->last_delivery_ms = last_ms;
    }
}

static int64_t silence_look(struct flow *flow, struct integration *it, struct store_integration *row,
                            int64_t now_ms)
{
    if (!subscription_can_be_inspected(it)) {
        return INT64_MAX;
    }
    if (silence_due_ms(row) <= now_ms) {
        log_info("no delivery for an unusual time, the subscription is looked at",
                 LOG_TEXT("integration", it->id), LOG_INT("usual_pause_ms", row->delivery_gap_ms));
        integration_update(it, flow->options.store, set_probed, &now_ms);
        row->subscription_probed_ms = now_ms;
        subscription_ask(flow, it, SUBSCRIPTION_SILENT);
    }
    return silence_due_ms(row);
}

int64_t subscription_look(struct flow *flow, struct integration *it, int64_t now_ms)
{
    struct store_integration row;
    int64_t silent_ms;
    int64_t ensure_ms;

    if (it->connector == NULL || integration_rests(it) || !atomic_load(&it->prepared)) {
        return INT64_MAX; /* the first time is asked for when the instance opens */
    }
    row_now(&row, it);
    silent_ms = silence_look(flow, it, &row, now_ms);
    if (ensure_due_ms(flow, it, &row) <= now_ms) {
        integration_update(it, flow->options.store, set_checked, &now_ms);
        row.subscription_checked_ms = now_ms;
        subscription_ask(flow, it, SUBSCRIPTION_ENSURE);
    }
    ensure_ms = ensure_due_ms(flow, it, &row);
    return silent_ms < ensure_ms ? silent_ms : ensure_ms;
}

void subscription_delivered(struct flow *flow, struct integration *it)
{
    struct store_integration row;

    integration_row(&row, it);
    crypto_wipe(row.secrets, sizeof row.secrets);
    if (row.subscription_state == WEIR_SUB_MANUAL_SETUP && subscription_can_be_inspected(it)) {
        subscription_ask(flow, it, SUBSCRIPTION_ENSURE);
    }
}

/* ---- what a sync found ---- */

/* Would the tool have told of changes of what comes while this model is listed? */
static bool is_told_of(const struct integration *it, const struct weir_event_type *event,
                       const struct weir_model_use *use)
{
    for (size_t i = 0; event->models[i] != NULL; i++) {
        if (strcmp(event->models[i], use->model) == 0) {
            return scope_needs_event(it->scope, event);
        }
    }
    return false;
}

void subscription_sync_found(struct integration *it, const struct weir_model_use *use,
                             const struct store_applied *applied)
{
    for (size_t i = 0; i < it->connector->event_count; i++) {
        if (is_told_of(it, &it->connector->events[i], use)) {
            it->untold += applied->created + applied->updated + applied->gone;
            return;
        }
    }
}

static void add_missed(struct store_integration *row, void *ctx)
{
    row->webhook_missed += *(const uint64_t *)ctx;
}

static struct metric *missed_metric(struct flow *flow, const struct integration *it)
{
    char labels[STORE_INTEGRATION_ID_MAX + 20];

    (void)snprintf(labels, sizeof labels, "integration=\"%s\"", it->id);
    return metrics_counter(flow->options.metrics, "weir_webhook_missed_total",
                           "Changes that a sync found and no delivery had told", labels);
}

void subscription_sync_ended(struct flow *flow, struct integration *it)
{
    struct store_integration row;
    uint64_t count = it->untold;
    int64_t since_ms;

    it->untold = 0;
    row_now(&row, it);
    since_ms =
        row.last_full_sync_ms > row.last_delta_sync_ms ? row.last_full_sync_ms : row.last_delta_sync_ms;
    /* Else they are of a time without a webhook, or of fields that the scope did not have before. */
    if (count == 0 || !row.first_sync_done || row.scope_digest != scope_digest(it->scope) ||
        row.subscription_since_ms == 0 || row.subscription_since_ms > since_ms) {
        return;
    }
    log_warn("a sync found changes that no delivery had told", LOG_TEXT("integration", it->id),
             LOG_INT("changes", count));
    metric_add(missed_metric(flow, it), (int64_t)count);
    integration_update(it, flow->options.store, add_missed, &count);
    if (subscription_can_be_inspected(it)) {
        subscription_ask(flow, it, SUBSCRIPTION_MISSED);
    }
}
