#include "flow/flow.h"

#include "flow/ask.h"
#include "flow/dispatch_internal.h"
#include "flow/errand.h"
#include "flow/flow_internal.h"
#include "flow/retire.h"

#include "base/log.h"
#include "base/thread.h"
#include "host/call.h"

#include <stdlib.h>
#include <sys/resource.h>

#define WORKER_NICE 5
#define ASK_AGAIN_MS (24LL * 60 * 60 * 1000)

/* ---- life ---- */

static void metrics_make(struct flow *flow, struct metrics *m)
{
    static const char *const delivery_labels[] = {
        "outcome=\"accepted\"",  "outcome=\"duplicate\"",           "outcome=\"refused\"",
        "outcome=\"handshake\"", "outcome=\"unknown_integration\"", "outcome=\"unavailable\"",
        "outcome=\"not_kept\""};
    static const char *const event_labels[] = {"outcome=\"looked_at\"", "outcome=\"out_of_scope\"",
                                               "outcome=\"duplicate\"", "outcome=\"unknown_type\"",
                                               "outcome=\"nothing_to_do\""};

    for (size_t i = 0; i < 7; i++) {
        flow->delivered[i] =
            metrics_counter(m, "weir_deliveries_total", "Deliveries of tools", delivery_labels[i]);
    }
    for (size_t i = 0; i < 5; i++) {
        flow->events[i] =
            metrics_counter(m, "weir_events_total", "Events named in deliveries", event_labels[i]);
    }
    flow->ack_seconds =
        metrics_seconds(m, "weir_ack_seconds", "Whole request to its answer, commit included", "");
    flow->river_seconds =
        metrics_seconds(m, "weir_event_stored_seconds", "Delivery received to its effects stored", "");
    flow->asides_total =
        metrics_counter(m, "weir_set_aside_total", "Deliveries, events and records set aside", "");
    flow->changes_total = metrics_counter(m, "weir_changes_total", "Records created, updated or gone", "");
    flow->repairs_total = metrics_counter(m, "weir_subscription_repairs_total",
                                          "Subscriptions that were made anew or put right at the tool", "");
}

/* The rhythm of syncs asks whether somebody listens. */
static void endpoints_changed(void *ctx)
{
    struct flow *flow = ctx;

    if (flow->schedule != NULL) {
        schedule_poke(flow->schedule);
    }
}

static void taken(void *ctx, uint32_t endpoint, uint32_t integration, uint64_t first_change,
                  uint64_t last_change)
{
    struct flow *flow = ctx;

    travel_told(flow->travel, endpoint, integration, first_change, last_change,
                clock_mono_us(flow->options.clock));
}

/* Workers have to be left for events: a page may take as long as the tool does. */
static uint32_t syncs_at_once(const struct flow_options *options)
{
    uint32_t most = options->sync_at_once_max;

    if (most == 0) {
        most = options->worker_count * 3 / 4;
    }
    return most > 0 ? most : 1;
}

int flow_new(struct flow **out, const struct flow_options *options, struct weir_error *err)
{
    struct flow *flow = calloc(1, sizeof *flow);
    int rc;

    if (flow == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the flow");
    }
    flow->options = *options;
    flow->started_ms = clock_now_ms(options->clock);
    flow->options.dispatch.on_endpoints = endpoints_changed;
    flow->options.dispatch.on_taken = taken;
    flow->options.dispatch.ctx = flow;
    pthread_mutex_init(&flow->asked_lock, NULL);
    pthread_mutex_init(&flow->beginning, NULL);
    metrics_make(flow, options->metrics);
    flow->work =
        work_new(options->clock, options->backoff_first_ms, options->backoff_max_ms, options->settle_ms);
    flow->runs = runs_new(syncs_at_once(options), options->sync_timeout_ms);
    flow->errands = errands_new(flow);
    flow->fields_met = fields_met_new();
    flow->travel = travel_new();
    flow->workers = calloc(options->worker_count, sizeof *flow->workers);
    if (flow->work == NULL || flow->runs == NULL || flow->errands == NULL || flow->fields_met == NULL ||
        flow->travel == NULL || flow->workers == NULL) {
        flow_free(flow);
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the flow");
    }
    rc = dispatch_new(&flow->dispatch, &flow->options.dispatch, options->store, options->client,
                      options->clock, options->metrics, err);
    if (rc == 0) {
        rc = schedule_new(&flow->schedule, flow, err);
    }
    if (rc != 0) {
        flow_free(flow);
        return rc;
    }
    *out = flow;
    return 0;
}

void flow_free(struct flow *flow)
{
    if (flow == NULL) {
        return;
    }
    schedule_free(flow->schedule);
    dispatch_free(flow->dispatch);
    errands_free(flow->errands);
    fields_met_free(flow->fields_met);
    travel_free(flow->travel);
    runs_free(flow->runs);
    work_free(flow->work);
    free(flow->workers);
    pthread_mutex_destroy(&flow->asked_lock);
    pthread_mutex_destroy(&flow->beginning);
    free(flow);
}

/* ---- workers ---- */

/* The schedule counts from here. */
static void set_checked(struct store_integration *row, void *ctx)
{
    row->subscription_checked_ms = *(const int64_t *)ctx;
}

static void set_manual(struct store_integration *row, void *ctx)
{
    (void)ctx;
    if (row->subscription_state == WEIR_SUB_NONE) {
        row->subscription_state = WEIR_SUB_MANUAL_SETUP;
        (void)snprintf(row->subscription_detail, sizeof row->subscription_detail,
                       "a person has to set up the webhook at the tool");
    }
}

/* The connector's instance, and what has to be done first once it is there: subscribe before anything is
 * read, so that no change falls between; then what was missed; then what a sync finds. */
static void open_run(struct flow *flow, struct unit *unit)
{
    struct integration *it = unit->integration;
    int64_t now_ms = clock_now_ms(flow->options.clock);
    struct weir_error err = {0};

    if (integration_open(it, flow->options.client, flow->options.clock, flow->options.metrics, &err) != 0) {
        (void)outcome_of(flow, unit, "open", &err);
        work_park(flow->work, unit->lane);
        work_want(flow->work, it->number, WANT_OPEN);
        return;
    }
    if (atomic_load(&it->prepared)) {
        return;
    }
    log_info("integration open", LOG_TEXT("integration", it->id),
             LOG_TEXT("connector", it->connector->version));
    if (sync_resume(flow, it, &err) != 0) {
        log_warn("sync could not go on", LOG_TEXT("integration", it->id), LOG_ERR(&err));
    }
    if (!subscription_is_automatic(it)) {
        integration_update(it, flow->options.store, set_manual, NULL);
    }
    sync_spread(flow, it);
    if (subscription_is_looked_after(it)) {
        integration_update(it, flow->options.store, set_checked, &now_ms);
        subscription_ask(flow, it, SUBSCRIPTION_ENSURE);
    }
    if (!atomic_load(&it->gap_closed)) {
        work_want(flow->work, it->number, WANT_MISSED);
    }
    atomic_store(&it->prepared, true); /* from here on the schedule looks after it */
    schedule_poke(flow->schedule);
}

struct loading {
    struct flow *flow;
    struct unit *unit;
    size_t count;
};

static bool load_each(void *ctx, const struct store_inbox_item *item)
{
    struct loading *l = ctx;

    if (!work_load(l->flow->work, l->unit->lane, item)) {
        return false;
    }
    l->count++;
    return true;
}

static void load_broken(void *ctx, uint64_t seq)
{
    struct loading *l = ctx;
    struct store_aside_in aside = {.kind = STORE_ASIDE_DELIVERY,
                                   .code = WEIR_E_INVALID,
                                   .tries = 1,
                                   .delivery = seq,
                                   .message = weir_str("the stored delivery cannot be read"),
                                   .what = weir_str("delivery")};
    struct store_apply apply = {.integration = l->unit->integration->number,
                                .done = &seq,
                                .done_count = 1,
                                .asides = &aside,
                                .aside_count = 1};

    log_error("stored delivery cannot be read, set aside", LOG_TEXT("integration", l->unit->integration->id),
              LOG_INT("delivery", seq));
    metric_add(l->flow->asides_total, 1);
    store_apply(l->flow->options.store, &apply, flow_ignore_applied, NULL);
}

static void load_run(struct flow *flow, struct unit *unit)
{
    struct loading l = {.flow = flow, .unit = unit};
    struct weir_error err = {0};
    const size_t asked = 1024;

    if (store_inbox_read(flow->options.store, unit->integration->number, unit->loaded_seq, asked, load_each,
                         load_broken, &l, &err) != 0) {
        log_warn("inbox could not be read", LOG_TEXT("integration", unit->integration->id), LOG_ERR(&err));
        (void)work_failed(flow->work, unit->lane);
        l.count = asked;
    }
    work_load_end(flow->work, unit->lane, l.count, asked);
}

static void unit_run(struct flow *flow, struct unit *unit)
{
    if (unit->kind != UNIT_ASK && unit->kind != UNIT_OPEN && unit->kind != UNIT_LOAD &&
        atomic_load(&unit->integration->instance) == NULL) {
        /* It did not open yet: everything else waits for that. */
        work_want(flow->work, unit->integration->number, WANT_OPEN);
        work_arrivals_again(flow->work, unit->lane, unit->arrivals, unit->arrival_count);
        if (unit->target != NULL) {
            work_again(flow->work, unit->integration->number, unit->target, 0);
        }
        return;
    }
    switch (unit->kind) {
    case UNIT_ASK:
        ask_run(flow, unit);
        break;
    case UNIT_OPEN:
        open_run(flow, unit);
        break;
    case UNIT_LOAD:
        load_run(flow, unit);
        break;
    case UNIT_DELIVERIES:
        events_run(flow, unit);
        break;
    case UNIT_TARGET:
        fetch_run(flow, unit);
        break;
    case UNIT_SUBSCRIBE:
        subscription_run(flow, unit);
        break;
    case UNIT_MISSED:
        missed_run(flow, unit);
        break;
    case UNIT_SYNC:
        sync_run(flow, unit);
        break;
    }
}

static void *worker_run(void *arg)
{
    struct flow *flow = arg;
    struct unit unit;

    /* Taking in goes before working off: a tool gives up on an answer after seconds, an event can wait. On
     * Linux a thread has a priority of its own; if it is refused, all are alike. */
    (void)setpriority(PRIO_PROCESS, 0, WORKER_NICE);
    while (work_take(&unit, flow->work)) {
        unit_run(flow, &unit);
        work_give_back(flow->work, &unit);
    }
    return NULL;
}

int flow_start(struct flow *flow, struct weir_error *err)
{
    int rc = dispatch_start(flow->dispatch, err);

    for (; rc == 0 && flow->worker_count < flow->options.worker_count; flow->worker_count++) {
        char name[16];

        (void)snprintf(name, sizeof name, "worker-%u", flow->worker_count % 1000u);
        rc = thread_start(&flow->workers[flow->worker_count], THREAD_WORKER, name, worker_run, flow, err);
        if (rc != 0) {
            break;
        }
    }
    if (rc == 0) {
        rc = errands_start(flow->errands, err);
    }
    if (rc == 0) {
        rc = schedule_start(flow->schedule, err);
    }
    return rc;
}

void flow_stop(struct flow *flow, uint32_t grace_ms)
{
    atomic_store(&flow->stopping, true);
    work_stop(flow->work);
    errands_stop(flow->errands);
    schedule_stop(flow->schedule);
    directory_stop(flow->options.directory);
    dispatch_stop(flow->dispatch, grace_ms);
    /* A worker may wait for a tool's answer: it ends with the client. */
    client_stop(flow->options.client);
    for (uint32_t i = 0; i < flow->worker_count; i++) {
        pthread_join(flow->workers[i], NULL);
    }
    flow->worker_count = 0;
    ask_end(flow, true);
    errands_join(flow->errands);
}

void flow_stop_trying(struct flow *flow)
{
    errands_stop(flow->errands);
    dispatch_stop_samples(flow->dispatch);
}

void flow_rates(struct flow_rates *out, struct flow *flow)
{
    *out = (struct flow_rates){.deliveries = &flow->deliveries,
                               .events = &flow->events_rate,
                               .changes = &flow->changes,
                               .notifications = dispatch_rate(flow->dispatch),
                               .acknowledged = &flow->acknowledged,
                               .stored = &flow->stored,
                               .told = travel_latency(flow->travel)};
}

/* ---- shared by the units ---- */

void flow_applied(struct flow *flow, const struct store_applied *applied)
{
    uint64_t changes = (uint64_t)applied->created + applied->updated + applied->gone;

    metric_add(flow->changes_total, (int64_t)changes);
    rate_add(&flow->changes, clock_mono_us(flow->options.clock), changes);
    for (size_t i = 0; i < applied->due_count; i++) {
        dispatch_poke(flow->dispatch, applied->due[i].endpoint);
    }
    if (applied->gather_due_ms != 0) {
        schedule_gather_at(flow->schedule, applied->gather_due_ms);
    }
}

void flow_ignore_applied(void *ctx, int rc, const struct store_applied *applied, const struct weir_error *err)
{
    (void)ctx;
    (void)applied;
    if (rc != 0 && rc != WEIR_E_STOPPING) {
        log_warn("deliveries could not be booked, they are done again after a restart", LOG_ERR(err));
    }
}

void flow_book(struct flow *flow, uint32_t integration, const uint64_t *seqs, size_t count)
{
    struct store_apply apply = {.integration = integration, .done = seqs, .done_count = count};

    if (count > 0) {
        store_apply(flow->options.store, &apply, flow_ignore_applied, NULL);
    }
}

bool flow_may_ask(struct flow *flow, const char *id)
{
    int64_t now_ms = clock_now_ms(flow->options.clock);
    uint64_t hash = 14695981039346656037u;
    bool may;

    for (const char *c = id; *c != '\0'; c++) {
        hash = (hash ^ (uint8_t)*c) * 1099511628211u;
    }
    pthread_mutex_lock(&flow->asked_lock);
    may = flow->asked[hash % FLOW_ASKED].id_hash != hash ||
          now_ms - flow->asked[hash % FLOW_ASKED].at_ms > ASK_AGAIN_MS;
    flow->asked[hash % FLOW_ASKED].id_hash = hash;
    if (may) {
        flow->asked[hash % FLOW_ASKED].at_ms = now_ms;
    }
    pthread_mutex_unlock(&flow->asked_lock);
    return may;
}

void flow_event_hash(uint8_t out[STORE_HASH], const struct integration *it, struct weir_str upstream_id)
{
    struct weir_bytes parts[3] = {weir_bytes(&it->number, sizeof it->number), weir_bytes("event", 5),
                                  weir_str_bytes(upstream_id)};
    uint8_t digest[CRYPTO_SHA256] = {0};
    struct weir_error err;

    if (crypto_sha256(digest, parts, 3, &err) != 0) {
        /* An unknown hash only means that the event is looked at once too often. */
        log_error("hash of an event failed", LOG_ERR(&err));
        (void)crypto_random(digest, sizeof digest, NULL);
    }
    memcpy(out, digest, STORE_HASH);
}

/* ---- asked from outside ---- */

#define INTEGRATIONS_MAX 65536

/* To those that the directory lost. */
static void say_farewell(struct flow *flow)
{
    struct integration *it;

    while ((it = directory_take_leaving(flow->options.directory)) != NULL) {
        flow_farewell(flow, it);
        integration_unref(it);
    }
}

int flow_attach_all(struct flow *flow, struct weir_error *err)
{
    size_t count = directory_count(flow->options.directory);
    size_t waiting_count = INTEGRATIONS_MAX;
    uint32_t *waiting = calloc(waiting_count, sizeof *waiting);
    int rc;

    if (waiting == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for the integrations");
    }
    rc = store_inbox_integrations(flow->options.store, waiting, &waiting_count, err);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct integration *it = directory_nth(flow->options.directory, i);
        bool has_waiting = false;

        if (it == NULL) {
            break;
        }
        for (size_t j = 0; j < waiting_count && j < INTEGRATIONS_MAX; j++) {
            has_waiting = has_waiting || waiting[j] == it->number;
        }
        rc = work_attach(flow->work, it, has_waiting, err);
        state_tell(flow, it);
        retire_models(flow, it);
        integration_unref(it);
    }
    free(waiting);
    if (rc == 0) {
        say_farewell(flow);
        work_detach_others(flow->work, flow->options.directory);
        ask_end(flow, false);
        sync_end_former(flow);
    }
    schedule_poke(flow->schedule);
    return rc;
}

void flow_poke(struct flow *flow)
{
    dispatch_poke(flow->dispatch, 0);
    work_look_on_disk(flow->work);
}

struct work *flow_work(struct flow *flow)
{
    return flow->work;
}

struct dispatch *flow_dispatch(struct flow *flow)
{
    return flow->dispatch;
}
