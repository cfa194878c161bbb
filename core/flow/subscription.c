/*
 * subscription: keeps the tool's subscription as the scope wants it, and asks for what it sent while we were
 * away.
 *
 * What is done with it depends on what was asked: made right, looked at and then made right if need be, or
 * removed. A subscription that was not at work leaves a gap behind, which is closed at once.
 */
#include "flow/gap.h"
#include "flow/harvest.h"

#include "base/log.h"

#include <stdlib.h>

/* Tools stamp an event before they make it readable, and clocks differ. */
#define MISSED_OVERLAP_MS (60 * 60 * 1000)
#define MISSED_TRIES_MAX 5

/* ---- what is remembered of it ---- */

struct subscribed {
    const struct weir_subscription *have;
    int64_t now_ms;
    bool unknown; /* the tool gave no answer: it may be at work all the same */
    struct store_integration before;
};

static void set_subscription(struct store_integration *row, void *ctx)
{
    struct subscribed *s = ctx;

    s->before = *row;
    row->subscription_state = s->have->state;
    row->subscription_checked_ms = s->now_ms;
    (void)snprintf(row->subscription_detail, sizeof row->subscription_detail, "%s", s->have->detail);
    if (s->unknown) {
        return;
    }
    (void)snprintf(row->subscription_remote_id, sizeof row->subscription_remote_id, "%s", s->have->remote_id);
    if (s->have->state != WEIR_SUB_ACTIVE) {
        row->subscription_since_ms = 0;
    } else if (row->subscription_since_ms == 0 || s->have->changed) {
        row->subscription_since_ms = s->now_ms;
    }
}

/* For `weir log`: whenever it became another one. */
static void log_change(struct flow *flow, const struct integration *it, const struct weir_subscription *have)
{
    struct buf json;

    buf_init(&json, 1024);
    buf_printf(&json,
               "{\"subscription\":\"%s\",\"repaired\":%s,\"detail\":", subscription_state_word(have->state),
               have->changed ? "true" : "false");
    buf_add_json_str(&json, weir_str(have->detail));
    buf_add_char(&json, '}');
    if (!json.failed) {
        store_log(flow->options.store, &(struct store_log_in){.kind = STORE_LOG_INTEGRATION,
                                                              .integration = it->number,
                                                              .json = buf_str(&json)});
    }
    buf_fini(&json);
}

static void remember(struct flow *flow, struct integration *it, struct subscribed *s)
{
    const struct weir_subscription *have = s->have;

    integration_update(it, flow->options.store, set_subscription, s);
    crypto_wipe(s->before.secrets, sizeof s->before.secrets);
    log_info("subscription", LOG_TEXT("integration", it->id),
             LOG_TEXT("state", subscription_state_word(have->state)), LOG_BOOL("changed", have->changed),
             LOG_TEXT("detail", have->detail));
    if (have->state != s->before.subscription_state || have->changed) {
        log_change(flow, it, have);
    }
    if (have->state == WEIR_SUB_ACTIVE) {
        flow_setup_done(flow, it); /* what was sent proves that the steps were done */
    }
    schedule_poke(flow->schedule);
}

/* ---- made right ---- */

static void begin_full_sync(struct flow *flow, struct integration *it)
{
    struct flow_sync ignored;
    struct weir_error err = {0};

    if (sync_begin(&ignored, flow, it, true, &err) != 0) {
        log_error("sync could not begin", LOG_TEXT("integration", it->id), LOG_ERR(&err));
    }
}

/* What happened while it was not at work has come to nobody. */
static void close_gap(struct flow *flow, struct integration *it, const struct subscribed *s)
{
    const struct weir_subscription *have = s->have;
    const struct store_integration *before = &s->before;
    bool was_active = before->subscription_state == WEIR_SUB_ACTIVE;

    if (have->state != WEIR_SUB_ACTIVE || !before->first_sync_done || (was_active && !have->changed)) {
        return;
    }
    if (have->changed && before->subscription_remote_id[0] != '\0') {
        metric_add(flow->repairs_total, 1);
        log_warn("the subscription was not as it should be, and was put right",
                 LOG_TEXT("integration", it->id), LOG_TEXT("detail", have->detail));
    }
    /* A new one at the tool knows nothing of the time before it was made. */
    if (strcmp(before->subscription_remote_id, have->remote_id) != 0) {
        begin_full_sync(flow, it);
    } else {
        work_want(flow->work, it->number, WANT_MISSED);
    }
}

/* The scope may need no event at all: then there is nothing to subscribe, and what there was has to go. What
 * a person has to make can only be looked at. */
static int call_for(struct weir_subscription *have, struct integration *it,
                    const struct weir_subscription_want *want, struct weir_error *err)
{
    int rc;

    if (!subscription_is_automatic(it)) {
        return call_inspect(atomic_load(&it->instance), want, have, err);
    }
    if (want->event_count > 0) {
        return call_ensure(atomic_load(&it->instance), want, have, err);
    }
    rc = call_remove(atomic_load(&it->instance), want, err);
    have->state = WEIR_SUB_NONE;
    (void)snprintf(have->detail, sizeof have->detail, "the scope needs none of the tool's events");
    return rc == WEIR_E_UNSUPPORTED ? 0 : rc;
}

static void ensure_run(struct flow *flow, struct unit *unit)
{
    struct integration *it = unit->integration;
    struct weir_subscription have = {.size = sizeof have};
    struct subscribed s = {.have = &have, .now_ms = clock_now_ms(flow->options.clock)};
    struct subscription_wish wish;
    struct weir_error err = {0};
    int rc;

    subscription_wish_init(&wish, it);
    rc = call_for(&have, it, &wish.want, &err);
    if (rc != 0) {
        enum outcome outcome = outcome_of(flow, unit, "ensure", &err);

        if (outcome == OUTCOME_STOP) {
            return;
        }
        s.unknown = outcome != OUTCOME_ASIDE;
        have.changed = false;
        have.state =
            outcome == OUTCOME_ASIDE && rc == WEIR_E_PERMISSION ? WEIR_SUB_NEEDS_PERMISSION : WEIR_SUB_FAILED;
        (void)snprintf(have.detail, sizeof have.detail, "%s", err.message);
        if (outcome == OUTCOME_AGAIN) {
            (void)work_failed(flow->work, unit->lane);
        }
    } else {
        outcome_good(flow, unit);
    }
    remember(flow, it, &s);
    close_gap(flow, it, &s);
}

/* ---- looked at ---- */

static struct metric *probe_metric(struct flow *flow, unsigned asked)
{
    return metrics_counter(flow->options.metrics, "weir_subscription_probes_total",
                           "Subscriptions that were looked at because they were doubted",
                           asked & SUBSCRIPTION_MISSED ? "reason=\"missed\"" : "reason=\"silent\"");
}

/* The tool says that all is well: then what it kept tells whether anything got lost on the way. */
static void probed_well(struct flow *flow, struct unit *unit, struct subscribed *s)
{
    struct integration *it = unit->integration;

    log_info("the subscription was doubted, and is well at the tool", LOG_TEXT("integration", it->id));
    remember(flow, it, s);
    work_want(flow->work, it->number, WANT_MISSED);
}

static void probe_run(struct flow *flow, struct unit *unit, unsigned asked)
{
    struct integration *it = unit->integration;
    struct weir_subscription have = {.size = sizeof have};
    struct subscribed s = {.have = &have, .now_ms = clock_now_ms(flow->options.clock)};
    struct subscription_wish wish;
    struct weir_error err = {0};
    int rc;

    metric_add(probe_metric(flow, asked), 1);
    subscription_wish_init(&wish, it);
    rc = call_inspect(atomic_load(&it->instance), &wish.want, &have, &err);
    if (rc != 0) {
        if (outcome_of(flow, unit, "inspect", &err) == OUTCOME_AGAIN) {
            (void)work_failed(flow->work, unit->lane);
        }
        return; /* it is doubted again when it stays silent, and ensured in its time */
    }
    outcome_good(flow, unit);
    if (have.state == WEIR_SUB_ACTIVE) {
        probed_well(flow, unit, &s);
        return;
    }
    log_warn("the subscription was doubted, and is broken", LOG_TEXT("integration", it->id),
             LOG_TEXT("state", subscription_state_word(have.state)), LOG_TEXT("detail", have.detail));
    if (subscription_is_automatic(it)) {
        ensure_run(flow, unit);
    } else {
        remember(flow, it, &s);
    }
}

/* ---- removed ---- */

static void remove_run(struct flow *flow, struct unit *unit)
{
    struct integration *it = unit->integration;
    struct weir_subscription have = {.size = sizeof have, .state = STORE_SUBSCRIPTION_REMOVED};
    struct subscribed s = {.have = &have, .now_ms = clock_now_ms(flow->options.clock)};
    struct subscription_wish wish;
    struct weir_error err = {0};
    int rc;

    subscription_wish_init(&wish, it);
    rc = call_remove(atomic_load(&it->instance), &wish.want, &err);
    if (rc == 0) {
        outcome_good(flow, unit);
        (void)snprintf(have.detail, sizeof have.detail, "a person removed it");
        remember(flow, it, &s);
        return;
    }
    switch (outcome_of(flow, unit, "remove", &err)) {
    case OUTCOME_STOP:
        return;
    case OUTCOME_AGAIN:
        (void)work_failed(flow->work, unit->lane);
        subscription_ask(flow, it, SUBSCRIPTION_REMOVE);
        break;
    default:
        break;
    }
    s.unknown = true;
    have.state = WEIR_SUB_FAILED;
    (void)snprintf(have.detail, sizeof have.detail, "it could not be removed: %.220s", err.message);
    remember(flow, it, &s);
}

void subscription_run(struct flow *flow, struct unit *unit)
{
    struct integration *it = unit->integration;
    unsigned asked = atomic_exchange(&it->subscription_asked, 0);
    struct store_integration row;

    integration_row(&row, it);
    crypto_wipe(row.secrets, sizeof row.secrets);
    if (asked & SUBSCRIPTION_REMOVE) {
        remove_run(flow, unit);
    } else if (asked & SUBSCRIPTION_ASKED) {
        ensure_run(flow, unit);
    } else if (row.subscription_state == STORE_SUBSCRIPTION_REMOVED) {
        return; /* a person wanted it so */
    } else if (asked & SUBSCRIPTION_ENSURE) {
        ensure_run(flow, unit);
    } else if (asked != 0) {
        probe_run(flow, unit, asked);
    }
}

/* ---- what was missed ---- */

/* Events are put into the inbox as they come, so that none is lost between the tool's answer and its fetch;
 * and they are there before the lane's next unit, which may be a long page of a sync. */
struct recovering {
    struct flow *flow;
    struct integration *integration;
    struct events_wait wait;
    size_t count;
    char cursor[4097];
};

static int on_missed(void *ctx, const struct weir_event *event, struct weir_error *err)
{
    struct recovering *r = ctx;

    r->count++;
    return events_append(r->flow, &r->wait, r->integration->number, event, 1, err);
}

static int on_missed_next(void *ctx, struct weir_str cursor, struct weir_error *err)
{
    struct recovering *r = ctx;

    if (cursor.len >= sizeof r->cursor) {
        return weir_fail(err, WEIR_E_LIMIT, "the cursor of the missed events is too long");
    }
    memcpy(r->cursor, cursor.data, cursor.len);
    r->cursor[cursor.len] = '\0';
    return 0;
}

static void set_seen_until(struct store_integration *row, void *ctx)
{
    row->seen_until_ms = *(const int64_t *)ctx;
}

/* Asked again for a while; then a full sync closes the gap instead, so that nothing is left out silently. */
static void missed_failed(struct flow *flow, struct unit *unit, const struct weir_error *why)
{
    struct integration *it = unit->integration;
    enum outcome outcome = outcome_of(flow, unit, "missed", why);
    bool full = it->connector->fetch->missed != NULL;
    struct flow_sync ignored;
    struct weir_error err = {0};

    if (outcome == OUTCOME_STOP) {
        return;
    }
    if (outcome != OUTCOME_ASIDE && ++it->missed_tries < MISSED_TRIES_MAX) {
        (void)work_failed(flow->work, unit->lane);
        work_want(flow->work, it->number, WANT_MISSED);
        return;
    }
    /* Where none are ever kept, each start comes here: then what changed since the last sync is enough. */
    log_warn(full ? "missed events cannot be asked for, a full sync closes the gap"
                  : "missed events are not kept, a sync of what changed closes the gap",
             LOG_TEXT("integration", it->id));
    if (sync_begin(&ignored, flow, it, full ? SYNC_FULL : SYNC_DELTA, &err) != 0) {
        log_error("sync could not begin", LOG_TEXT("integration", it->id), LOG_ERR(&err));
    }
}

/* One page, and what it told is in the inbox. */
static int missed_page(struct recovering *r, int64_t since_ms, struct weir_str cursor, struct weir_error *err)
{
    struct call_sink sink = {.ctx = r, .event = on_missed, .next = on_missed_next};
    struct weir_error lost = {0};
    int rc;

    r->cursor[0] = '\0';
    events_wait_init(&r->wait);
    rc = call_missed(atomic_load(&r->integration->instance), since_ms, cursor, &sink, err);
    if (events_wait_end(&r->wait, &lost) != 0 && rc == 0) {
        /* A full inbox or disk: it is asked again, as those that are there are known by their ids. */
        rc =
            weir_fail(err, lost.code == WEIR_E_STOPPING ? WEIR_E_STOPPING : WEIR_E_LATER, "%s", lost.message);
    }
    return rc;
}

void missed_run(struct flow *flow, struct unit *unit)
{
    struct integration *it = unit->integration;
    struct recovering r = {.flow = flow, .integration = it};
    int64_t started_ms = clock_now_ms(flow->options.clock);
    struct store_integration row;
    struct weir_error err = {0};
    char cursor[4097] = "";
    int rc;

    integration_row(&row, it);
    if (row.seen_until_ms == 0) {
        integration_update(it, flow->options.store, set_seen_until,
                           &started_ms); /* a new one: the first sync follows */
        gap_close(it);
        return;
    }
    do {
        rc = missed_page(&r, row.seen_until_ms - MISSED_OVERLAP_MS, weir_str(cursor), &err);
        (void)snprintf(cursor, sizeof cursor, "%s", r.cursor);
    } while (rc == 0 && cursor[0] != '\0' && !atomic_load(&flow->stopping));
    if (rc == 0 && cursor[0] == '\0') {
        outcome_good(flow, unit);
        log_info("asked for missed events", LOG_TEXT("integration", it->id), LOG_INT("events", r.count));
        integration_update(it, flow->options.store, set_seen_until, &started_ms);
        gap_close(it);
        return;
    }
    if (rc != 0) {
        missed_failed(flow, unit, &err);
    }
}
