/*
 * events: from deliveries in the inbox to records to look at.
 *
 * The connector names the events of a delivery; each is checked against the connector's table and the scope,
 * and its records become targets. A delivery that nothing has to be fetched for leaves the inbox at once; one
 * that cannot be read is set aside, visibly.
 */
#include "flow/events_body.h"
#include "flow/harvest.h"
#include "flow/head.h"

#include "base/log.h"
#include "host/registry.h"

#include <stdlib.h>

#define LOGGED_EVENTS_MAX 16
#define LOGGED_ID_MAX 128
#define LOGGED_REFS_MAX 256
#define LOGGED_REFS_BYTES (32u * 1024)

static const char *const outcome_words[] = {"looked_at", "out_of_scope", "duplicate", "unknown_type",
                                            "nothing_to_do"};

struct reading {
    struct flow *flow;
    struct unit *unit;
    struct arrival *arrival;
    struct harvest *harvest;
    bool own;          /* events of our own making */
    struct buf events; /* JSON for the log: what became of each event of this delivery */
    size_t event_count;
    struct buf refs; /* ... and the records that were looked at: enough to look again */
    size_t ref_count, refs_kept;
};

static void log_event(struct reading *r, const struct weir_event *event, enum event_outcome outcome)
{
    metric_add(r->flow->events[outcome], 1);
    rate_add(&r->flow->events_rate, clock_mono_us(r->flow->options.clock), 1);
    if (outcome != EVENT_LOOKED_AT) {
        log_info("event needs no fetch", LOG_TEXT("integration", r->unit->integration->id),
                 LOG_INT("delivery", r->arrival->seq), LOG_STR("type", event->type),
                 LOG_TEXT("outcome", outcome_words[outcome]));
    }
    if (r->event_count++ < LOGGED_EVENTS_MAX) {
        buf_add_text(&r->events, r->event_count > 1 ? ",{\"type\":" : "{\"type\":");
        buf_add_json_str(&r->events, event->type);
        if (event->upstream_id.len > 0 && event->upstream_id.len <= LOGGED_ID_MAX) {
            buf_add_text(&r->events, ",\"id\":");
            buf_add_json_str(&r->events, event->upstream_id);
        }
        buf_add_text(&r->events, ",\"outcome\":\"");
        buf_add_text(&r->events, outcome_words[outcome]);
        buf_add_text(&r->events, "\"}");
    }
}

static void log_ref(struct reading *r, const struct weir_ref *ref)
{
    r->ref_count++;
    if (r->refs_kept == LOGGED_REFS_MAX || r->refs.len > LOGGED_REFS_BYTES) {
        return;
    }
    buf_add_text(&r->refs, r->refs_kept++ > 0 ? ",{\"model\":" : "{\"model\":");
    buf_add_json_str(&r->refs, ref->model);
    buf_add_text(&r->refs, ",\"remote_id\":");
    buf_add_json_str(&r->refs, ref->remote_id);
    if (ref->hint.len > 0) {
        buf_add_text(&r->refs, ",\"hint\":");
        buf_add_json_str(&r->refs, ref->hint);
    }
    buf_add_char(&r->refs, '}');
}

static void log_delivery(struct reading *r, const char *outcome, const struct weir_error *why)
{
    struct buf json;

    buf_init(&json, 64u * 1024);
    buf_add_text(&json, "{\"delivery\":");
    buf_add_u64(&json, r->arrival->seq);
    buf_add_text(&json, ",\"received_at_ms\":");
    buf_add_i64(&json, r->arrival->received_at_ms);
    buf_add_text(&json, ",\"bytes\":");
    buf_add_u64(&json, r->arrival->body.len);
    buf_add_text(&json, r->own ? ",\"own\":true,\"outcome\":\"" : ",\"own\":false,\"outcome\":\"");
    buf_add_text(&json, outcome);
    buf_add_text(&json, "\",\"event_count\":");
    buf_add_u64(&json, r->event_count);
    buf_add_text(&json, ",\"events\":[");
    buf_add_str(&json, buf_str(&r->events));
    buf_add_text(&json, "],\"ref_count\":");
    buf_add_u64(&json, r->ref_count);
    buf_add_text(&json, ",\"refs\":[");
    buf_add_str(&json, buf_str(&r->refs));
    buf_add_char(&json, ']');
    if (why != NULL) {
        buf_add_text(&json, ",\"error\":");
        buf_add_json_str(&json, weir_str(why->message));
    }
    buf_add_char(&json, '}');
    if (!json.failed) {
        (void)harvest_log(r->harvest, STORE_LOG_DELIVERY, buf_str(&json), NULL);
    }
    buf_fini(&json);
}

static int look_at(struct reading *r, const struct weir_event *event, const uint8_t *seen,
                   struct weir_error *err)
{
    size_t count = 0;

    for (size_t i = 0; i < event->ref_count; i++) {
        const struct model *model = model_find(event->refs[i].model);
        int rc;

        if (model == NULL || !integration_needs(r->unit->integration, model)) {
            continue;
        }
        rc = work_look(r->flow->work, r->unit->lane, r->arrival, &event->refs[i], model,
                       count == 0 ? seen : NULL, err);
        if (rc != 0) {
            return rc;
        }
        log_ref(r, &event->refs[i]);
        count++;
    }
    log_event(r, event,
              count > 0              ? EVENT_LOOKED_AT
              : event->ref_count > 0 ? EVENT_OUT_OF_SCOPE
                                     : EVENT_NOTHING);
    return 0;
}

static int on_event(void *ctx, const struct weir_event *event, struct weir_error *err)
{
    struct reading *r = ctx;
    const struct weir_event_type *type = connector_event(r->unit->integration->connector, event->type);
    uint8_t hash[STORE_HASH];
    const uint8_t *seen = NULL;

    if (event->upstream_id.len > 0) {
        flow_event_hash(hash, r->unit->integration, event->upstream_id);
        if (store_seen(r->flow->options.store, hash)) {
            log_event(r, event, EVENT_DUPLICATE);
            return 0;
        }
        seen = hash;
    }
    if (type == NULL && !r->own) {
        log_event(r, event, event->ref_count > 0 ? EVENT_UNKNOWN : EVENT_NOTHING);
        return 0;
    }
    if (type != NULL && !scope_needs_event(r->unit->integration->scope, type)) {
        log_event(r, event, EVENT_OUT_OF_SCOPE);
        return 0;
    }
    return look_at(r, event, seen, err);
}

static int read_delivery(struct reading *r, struct weir_error *err)
{
    struct call_sink sink = {.ctx = r, .event = on_event};
    struct weir_header headers[HEAD_HEADERS_MAX];
    struct weir_request request = {.size = sizeof request};
    int rc = head_unpack(&request, headers, r->arrival->head, err);

    if (rc != 0) {
        return rc;
    }
    request.body = r->arrival->body;
    request.received_at_ms = r->arrival->received_at_ms;
    request.secrets = r->unit->integration->secrets;
    request.secret_count = r->unit->integration->secret_count;
    return call_events(atomic_load(&r->unit->integration->instance), &request, &sink, err);
}

static int set_aside(struct reading *r, const struct weir_error *why, struct weir_error *err)
{
    const struct arrival *arrival = r->arrival;

    log_warn("delivery set aside", LOG_TEXT("integration", r->unit->integration->id),
             LOG_INT("delivery", arrival->seq), LOG_INT("tries", arrival->tries + 1), LOG_ERR(why));
    return harvest_aside(r->harvest,
                         &(struct store_aside_in){
                             .kind = STORE_ASIDE_DELIVERY,
                             .code = why->code,
                             .tries = arrival->tries + 1,
                             .received_at_ms = arrival->received_at_ms,
                             .delivery = arrival->seq,
                             .message = weir_str(why->message),
                             .what = weir_str(arrival->kind == STORE_EVENTS ? "events" : "delivery"),
                             .head = arrival->head,
                             .body = arrival->body,
                         },
                         err);
}

/* true: it is dealt with (its targets wait, or it is set aside). false: it is read again later. */
static bool read_arrival(struct reading *r)
{
    struct weir_error err = {0};
    enum outcome outcome;
    int rc;

    r->own = r->arrival->kind == STORE_EVENTS;
    r->event_count = 0;
    r->ref_count = 0;
    r->refs_kept = 0;
    buf_clear(&r->events);
    buf_clear(&r->refs);
    rc = r->own ? events_body_read(r->arrival->body, on_event, r, &err) : read_delivery(r, &err);
    if (rc == 0) {
        log_delivery(r, "read", NULL);
        return true;
    }
    outcome = outcome_of(r->flow, r->unit, "events", &err);
    if (outcome == OUTCOME_AGAIN) {
        r->arrival->tries++;
        store_inbox_tries(r->flow->options.store, r->unit->integration->number, r->arrival->seq,
                          r->arrival->tries);
        (void)work_failed(r->flow->work, r->unit->lane);
    }
    if (outcome == OUTCOME_ASIDE ||
        (outcome == OUTCOME_AGAIN && r->arrival->tries >= r->flow->options.tries_max)) {
        log_delivery(r, "aside", &err);
        return set_aside(r, &err, NULL) == 0;
    }
    return false;
}

/* ---- a batch ---- */

/* Arrivals that leave the inbox without a fetch. */
struct closing {
    struct flow *flow;
    struct harvest *harvest;
    struct lane *lane;
    struct arrival *arrivals[WORK_BATCH];
    uint64_t seqs[WORK_BATCH];
    size_t count;
};

static void on_closed(void *ctx, int rc, const struct store_applied *applied, const struct weir_error *err)
{
    struct closing *c = ctx;

    if (rc == 0) {
        flow_applied(c->flow, applied);
        for (size_t i = 0; i < c->count; i++) {
            work_booked(c->flow->work, c->lane, c->arrivals[i]);
        }
    } else {
        if (rc != WEIR_E_STOPPING) {
            log_warn("deliveries stay in the inbox", LOG_INT("count", c->count), LOG_ERR(err));
        }
        work_arrivals_again(c->flow->work, c->lane, c->arrivals, c->count);
    }
    harvest_free(c->harvest);
    free(c);
}

void events_run(struct flow *flow, struct unit *unit)
{
    struct closing *c = calloc(1, sizeof *c);
    struct reading r = {.flow = flow, .unit = unit};
    bool delivered = false;
    size_t i = 0;

    if (c != NULL) {
        c->harvest = harvest_new(flow, unit->integration);
    }
    if (c == NULL || c->harvest == NULL) {
        free(c);
        work_arrivals_again(flow->work, unit->lane, unit->arrivals, unit->arrival_count);
        (void)work_failed(flow->work, unit->lane);
        return;
    }
    c->flow = flow;
    c->lane = unit->lane;
    r.harvest = c->harvest;
    buf_init(&r.events, 8192);
    buf_init(&r.refs, 2 * LOGGED_REFS_BYTES);
    for (; i < unit->arrival_count; i++) {
        r.arrival = unit->arrivals[i];
        if (!read_arrival(&r)) {
            break;
        }
        delivered = delivered || !r.own;
        if (work_parsed(flow->work, r.arrival)) {
            c->arrivals[c->count] = r.arrival;
            c->seqs[c->count++] = r.arrival->seq;
        }
    }
    buf_fini(&r.events);
    buf_fini(&r.refs);
    if (i < unit->arrival_count) {
        work_arrivals_again(flow->work, unit->lane, unit->arrivals + i, unit->arrival_count - i);
    }
    harvest_apply(c->harvest, c->seqs, c->count, 0, on_closed, c);
    if (delivered) {
        subscription_delivered(flow, unit->integration);
    }
}

/* ---- events of our own ---- */

void events_wait_init(struct events_wait *wait)
{
    *wait = (struct events_wait){.open = 0};
    pthread_mutex_init(&wait->lock, NULL);
    pthread_cond_init(&wait->ready, NULL);
}

static void wait_more(struct events_wait *wait)
{
    pthread_mutex_lock(&wait->lock);
    wait->open++;
    pthread_mutex_unlock(&wait->lock);
}

static void wait_less(struct events_wait *wait, int rc, const struct weir_error *err)
{
    pthread_mutex_lock(&wait->lock);
    if (rc != 0 && wait->err.code == 0) {
        wait->err = *err;
        wait->err.code = rc;
    }
    if (--wait->open == 0) {
        pthread_cond_signal(&wait->ready);
    }
    pthread_mutex_unlock(&wait->lock);
}

int events_wait_end(struct events_wait *wait, struct weir_error *err)
{
    pthread_mutex_lock(&wait->lock);
    while (wait->open > 0) {
        pthread_cond_wait(&wait->ready, &wait->lock);
    }
    pthread_mutex_unlock(&wait->lock);
    pthread_cond_destroy(&wait->ready);
    pthread_mutex_destroy(&wait->lock);
    return wait->err.code != 0 ? weir_fail(err, wait->err.code, "%s", wait->err.message) : 0;
}

struct appending {
    struct flow *flow;
    struct events_wait *wait;
    struct store_inbox_item item;
    struct buf body;
};

static void on_appended(void *ctx, int rc, const struct store_appended *appended,
                        const struct weir_error *err)
{
    struct appending *a = ctx;

    if (rc == 0) {
        a->item.seq = appended->seq;
        a->item.body = buf_bytes(&a->body);
        work_deliver(a->flow->work, &a->item, clock_mono_us(a->flow->options.clock));
    }
    wait_less(a->wait, rc, err);
    buf_fini(&a->body);
    free(a);
}

int events_append(struct flow *flow, struct events_wait *wait, uint32_t integration,
                  const struct weir_event *events, size_t count, struct weir_error *err)
{
    struct appending *a = calloc(1, sizeof *a);
    struct store_delivery delivery = {.integration = integration, .kind = STORE_EVENTS};
    int rc;

    if (a == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for recovered events");
    }
    a->flow = flow;
    a->wait = wait;
    buf_init(&a->body, 1024u * 1024);
    events_body_write(&a->body, events, count);
    rc = buf_check(&a->body, "recovered events", err);
    if (rc != 0) {
        buf_fini(&a->body);
        free(a);
        return rc;
    }
    delivery.received_at_ms = clock_now_ms(flow->options.clock);
    delivery.body = buf_bytes(&a->body);
    a->item = (struct store_inbox_item){
        .integration = integration, .kind = STORE_EVENTS, .received_at_ms = delivery.received_at_ms};
    wait_more(wait);
    store_append_delivery(flow->options.store, &delivery, on_appended, a);
    return 0;
}
