/*
 * subscription: keeps the tool's subscription as the scope wants it, and asks for what it sent while we were
 * away.
 */
#include "flow/harvest.h"

#include "base/log.h"

#include <stdlib.h>

#define EVENTS_MAX 256
/* Tools stamp an event before they make it readable, and clocks differ. */
#define MISSED_OVERLAP_MS (60 * 60 * 1000)
#define MISSED_TRIES_MAX 5

static const char *const state_words[] = {"none",         "pending", "active", "needs_permission",
                                          "manual_setup", "failed"};

bool subscription_is_automatic(const struct integration *it)
{
    return it->connector != NULL && it->connector->subscribe != NULL &&
           it->connector->subscribe->ensure != NULL;
}

/* The event types that a model of the scope needs. */
static size_t wanted_events(struct weir_str *out, const struct integration *it)
{
    size_t count = 0;

    for (size_t i = 0; i < it->connector->event_count && count < EVENTS_MAX; i++) {
        if (scope_needs_event(it->scope, &it->connector->events[i])) {
            out[count++] = weir_str(it->connector->events[i].name);
        }
    }
    return count;
}

struct subscribed {
    const struct weir_subscription *have;
    int64_t now_ms;
};

static void set_subscription(struct store_integration *row, void *ctx)
{
    const struct subscribed *s = ctx;

    row->subscription_state = s->have->state;
    row->subscription_checked_ms = s->now_ms;
    (void)snprintf(row->subscription_remote_id, sizeof row->subscription_remote_id, "%s", s->have->remote_id);
    (void)snprintf(row->subscription_detail, sizeof row->subscription_detail, "%s", s->have->detail);
}

void subscription_run(struct flow *flow, struct unit *unit)
{
    struct integration *it = unit->integration;
    struct weir_str events[EVENTS_MAX];
    struct weir_subscription have = {.size = sizeof have};
    struct subscribed s = {.have = &have, .now_ms = clock_now_ms(flow->options.clock)};
    char label[STORE_INTEGRATION_ID_MAX + 8];
    struct weir_subscription_want want = {.size = sizeof want};
    struct weir_error err = {0};
    int rc;

    (void)snprintf(label, sizeof label, "weir %s", it->id);
    want.callback_url = weir_str(it->callback_url);
    want.secret = it->secrets[0];
    want.label = weir_str(label);
    want.events = events;
    want.event_count = wanted_events(events, it);
    rc = call_ensure(atomic_load(&it->instance), &want, &have, &err);
    if (rc != 0) {
        enum outcome outcome = outcome_of(flow, unit, "ensure", &err);

        if (outcome == OUTCOME_STOP) {
            return;
        }
        have.state =
            outcome == OUTCOME_ASIDE && rc == WEIR_E_PERMISSION ? WEIR_SUB_NEEDS_PERMISSION : WEIR_SUB_FAILED;
        (void)snprintf(have.detail, sizeof have.detail, "%s", err.message);
        if (outcome == OUTCOME_AGAIN) {
            (void)work_failed(flow->work, unit->lane);
        }
    } else {
        outcome_good(flow, unit);
    }
    integration_update(it, flow->options.store, set_subscription, &s);
    log_info("subscription", LOG_TEXT("integration", it->id),
             LOG_TEXT("state",
                      have.state >= 0 && have.state <= WEIR_SUB_FAILED ? state_words[have.state] : "unknown"),
             LOG_BOOL("changed", have.changed), LOG_INT("events", want.event_count),
             LOG_TEXT("detail", have.detail));
    schedule_poke(flow->schedule);
}

/* ---- what was missed ---- */

/* Events are put into the inbox as they come, so that none is lost between the tool's answer and its fetch.
 */
struct recovering {
    struct flow *flow;
    struct integration *integration;
    size_t count;
    char cursor[4097];
};

static int on_missed(void *ctx, const struct weir_event *event, struct weir_error *err)
{
    struct recovering *r = ctx;

    r->count++;
    return events_append(r->flow, r->integration->number, event, 1, err);
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
    log_warn("missed events cannot be asked for, a full sync closes the gap",
             LOG_TEXT("integration", it->id));
    if (sync_begin(&ignored, flow, it, true, &err) != 0) {
        log_error("sync could not begin", LOG_TEXT("integration", it->id), LOG_ERR(&err));
    }
}

void missed_run(struct flow *flow, struct unit *unit)
{
    struct integration *it = unit->integration;
    struct recovering r = {.flow = flow, .integration = it};
    struct call_sink sink = {.ctx = &r, .event = on_missed, .next = on_missed_next};
    int64_t started_ms = clock_now_ms(flow->options.clock);
    struct store_integration row;
    struct weir_error err = {0};
    char cursor[4097] = "";
    int rc;

    integration_row(&row, it);
    if (row.seen_until_ms == 0) {
        integration_update(it, flow->options.store, set_seen_until,
                           &started_ms); /* a new one: the first sync follows */
        return;
    }
    do {
        r.cursor[0] = '\0';
        rc = call_missed(atomic_load(&it->instance), row.seen_until_ms - MISSED_OVERLAP_MS, weir_str(cursor),
                         &sink, &err);
        (void)snprintf(cursor, sizeof cursor, "%s", r.cursor);
    } while (rc == 0 && cursor[0] != '\0' && !atomic_load(&flow->stopping));
    if (rc == 0 && cursor[0] == '\0') {
        outcome_good(flow, unit);
        log_info("asked for missed events", LOG_TEXT("integration", it->id), LOG_INT("events", r.count));
        integration_update(it, flow->options.store, set_seen_until, &started_ms);
        return;
    }
    if (rc != 0) {
        missed_failed(flow, unit, &err);
    }
}
