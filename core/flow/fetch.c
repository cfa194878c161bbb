/*
 * fetch: what the tool says now about one record, and everything that follows from it, as one operation of
 * the store.
 */
#include "flow/events_body.h"
#include "flow/harvest.h"

#include "base/log.h"

#include <stdlib.h>

#define LOGGED_MAX 24576

/* Lives from the fetch until the store has it. */
struct fetched {
    struct flow *flow;
    struct lane *lane;
    uint32_t integration;
    const char *integration_id; /* its id */
    struct target *target;
    struct harvest *harvest;
    uint64_t *closing;
    size_t closing_count;
    bool aside;
    int64_t fetch_us; /* how long the fetch took */
    int64_t started_us;
};

static void fetched_free(struct fetched *f)
{
    harvest_free(f->harvest);
    free(f->closing);
    free(f);
}

static struct fetched *fetched_new(struct flow *flow, struct unit *unit)
{
    struct fetched *f = calloc(1, sizeof *f);

    if (f == NULL) {
        return NULL;
    }
    f->flow = flow;
    f->lane = unit->lane;
    f->integration = unit->integration->number;
    f->integration_id = unit->integration->id;
    f->target = unit->target;
    f->started_us = clock_mono_us(flow->options.clock);
    f->harvest = harvest_new(flow, unit->integration);
    f->closing = calloc(unit->target->attached_count + 1, sizeof *f->closing);
    if (f->harvest == NULL || f->closing == NULL) {
        fetched_free(f);
        return NULL;
    }
    return f;
}

/* How long it took from the delivery; a record that no delivery named is of a look of our own. */
static void measure(const struct fetched *f, const struct store_applied *applied)
{
    struct flow *flow = f->flow;
    int64_t now_us = clock_mono_us(flow->options.clock);
    int64_t received_us;

    if (f->target->attached_count == 0) {
        return;
    }
    received_us = f->target->attached[0]->received_us;
    metric_observe_us(flow->river_seconds, now_us - received_us);
    latency_add(&flow->stored, now_us, now_us - received_us);
    travel_changed(flow->travel, f->integration, applied->first_change, applied->last_change, received_us);
}

static void on_stored(void *ctx, int rc, const struct store_applied *applied, const struct weir_error *err)
{
    struct fetched *f = ctx;
    const char *result = "unchanged";
    uint64_t *rest;
    size_t count;

    if (rc != 0) {
        if (rc != WEIR_E_STOPPING) {
            log_warn("fetched record could not be stored, fetched again later",
                     LOG_TEXT("model", f->target->model->name), LOG_ERR(err));
        }
        work_again(f->flow->work, f->integration, f->target, f->flow->options.backoff_first_ms);
        fetched_free(f);
        return;
    }
    measure(f, applied); /* before anybody is told */
    flow_applied(f->flow, applied);
    if (applied->created + applied->updated + applied->gone > 0) {
        result = applied->created > 0 ? "created" : applied->gone > applied->updated ? "gone" : "updated";
    }
    log_info("record stored", LOG_INT("integration", f->integration),
             LOG_TEXT("model", f->target->model->name), LOG_TEXT("remote_id", f->target->remote_id),
             LOG_TEXT("result", f->aside ? "aside" : result),
             LOG_INT("changes", applied->created + applied->updated + applied->gone),
             LOG_INT("events", f->target->attached_count), LOG_INT("fetch_us", f->fetch_us));
    rest = calloc(f->target->attached_count + 1, sizeof *rest);
    if (rest == NULL) {
        /* Their deliveries stay in the inbox until the next start: done again, never lost. */
        log_error("no memory to book deliveries as done", LOG_INT("integration", f->integration));
        rest = f->closing;
    }
    count = work_done(f->flow->work, f->integration, f->target, f->closing, f->closing_count, rest);
    if (rest != f->closing) {
        flow_book(f->flow, f->integration, rest, count);
        free(rest);
    }
    fetched_free(f);
}

static void write_fetch(struct buf *json, const struct fetched *f, const char *outcome, uint32_t tries,
                        struct weir_str message)
{
    const struct target *target = f->target;
    struct weir_str requests = harvest_requests(f->harvest);
    char id[ID_TEXT];

    id_derive(id, weir_str(f->integration_id), weir_str(target->model->name), weir_str(target->remote_id));
    buf_add_text(json, "{\"model\":\"");
    buf_add_text(json, target->model->name);
    buf_add_text(json, "\",\"id\":\"");
    buf_add_text(json, id);
    buf_add_text(json, "\",\"remote_id\":");
    buf_add_json_str(json, weir_str(target->remote_id));
    buf_add_text(json, ",\"outcome\":\"");
    buf_add_text(json, outcome);
    buf_add_text(json, "\",\"fetch_us\":");
    buf_add_i64(json, f->fetch_us);
    buf_add_text(json, ",\"tries\":");
    buf_add_u64(json, tries);
    buf_add_text(json, ",\"deliveries\":[");
    for (size_t i = 0; i < target->attached_count && i < 16; i++) {
        buf_add_text(json, i > 0 ? "," : "");
        buf_add_u64(json, target->attached[i]->seq);
    }
    buf_add_text(json, "],\"events\":");
    buf_add_u64(json, target->attached_count);
    if (message.len > 0) {
        buf_add_text(json, ",\"error\":");
        buf_add_json_str(json, message);
    }
    if (requests.len > 0) {
        buf_add_text(json, ",\"requests\":[");
        buf_add_str(json, requests);
        buf_add_char(json, ']');
    }
    buf_add_char(json, '}');
}

static void log_fetch(struct fetched *f, const char *outcome, struct weir_str message)
{
    struct buf json;

    buf_init(&json, LOGGED_MAX);
    write_fetch(&json, f, outcome, f->target->tries + 1, message);
    (void)harvest_log(f->harvest, STORE_LOG_FETCH, buf_str(&json), NULL);
    buf_fini(&json);
}

/* One that is made again: nothing of it is stored, but a person sees that it was tried. */
static void log_failed(struct fetched *f, const char *outcome, const struct weir_error *why)
{
    const struct target *target = f->target;
    struct buf json;

    buf_init(&json, LOGGED_MAX);
    write_fetch(&json, f, outcome, target->tries > 0 ? target->tries : 1, weir_str(why->message));
    if (!json.failed) {
        store_log(f->flow->options.store, &(struct store_log_in){.kind = STORE_LOG_FETCH,
                                                                 .integration = f->integration,
                                                                 .json = buf_str(&json)});
    }
    buf_fini(&json);
}

static void submit(struct fetched *f)
{
    f->closing_count = work_closing(f->flow->work, f->target, f->closing);
    for (size_t i = 0; i < f->target->seen_count; i++) {
        (void)harvest_seen(f->harvest, f->target->seen[i], NULL);
    }
    harvest_apply(f->harvest, f->closing, f->closing_count, sync_marks_for(f->flow, f->integration),
                  on_stored, f);
}

/* It is given up, with what was to be looked at, so that a person can send it again. */
static int set_aside(struct fetched *f, const struct weir_error *why, struct weir_error *err)
{
    const struct target *target = f->target;
    struct weir_ref ref = {.model = weir_str(target->model->name),
                           .remote_id = weir_str(target->remote_id),
                           .hint = weir_str(target->hint)};
    struct weir_event event = {
        .size = sizeof event, .type = weir_str("weir.again"), .refs = &ref, .ref_count = 1};
    struct buf body, what;
    int rc;

    buf_init(&body, 4096);
    buf_init(&what, 512);
    events_body_write(&body, &event, 1);
    buf_printf(&what, "%s %s", target->model->name, target->remote_id);
    rc = harvest_aside(
        f->harvest,
        &(struct store_aside_in){
            .kind = STORE_ASIDE_REF,
            .code = why->code,
            .tries = target->tries + 1,
            .received_at_ms = target->attached_count > 0 ? target->attached[0]->received_at_ms : 0,
            .delivery = target->attached_count > 0 ? target->attached[0]->seq : 0,
            .message = weir_str(why->message),
            .what = buf_str(&what),
            .body = buf_bytes(&body),
        },
        err);
    buf_fini(&body);
    buf_fini(&what);
    f->aside = true;
    return rc;
}

/* Each further failure waits twice as long. */
static int64_t target_wait_ms(const struct flow *flow, const struct target *target)
{
    int64_t wait_ms = flow->options.backoff_first_ms;

    for (uint32_t i = 1; i < target->tries && wait_ms < flow->options.backoff_max_ms; i++) {
        wait_ms *= 2;
    }
    return wait_ms < flow->options.backoff_max_ms ? wait_ms : flow->options.backoff_max_ms;
}

/* While the tool answers nobody, an event is not to blame: only tries beside a success count as its last
 * ones. */
static bool is_poison(struct flow *flow, struct unit *unit)
{
    const struct target *target = unit->target;

    return target->tries >= flow->options.tries_max &&
           work_last_success_ms(flow->work, unit->lane) >= target->first_failed_ms;
}

static void failed(struct fetched *f, struct unit *unit, struct weir_error *why)
{
    struct flow *flow = f->flow;
    struct target *target = unit->target;
    enum outcome outcome = outcome_of(flow, unit, "record", why);
    int64_t wait_ms = 0;

    if (outcome == OUTCOME_AGAIN) {
        target->tries++;
        if (target->first_failed_ms == 0) {
            target->first_failed_ms = clock_now_ms(flow->options.clock);
        }
        (void)work_failed(flow->work, unit->lane);
        wait_ms = target_wait_ms(flow, target);
        for (size_t i = 0; i < target->attached_count; i++) {
            store_inbox_tries(flow->options.store, f->integration, target->attached[i]->seq, target->tries);
        }
    }
    if (outcome == OUTCOME_ASIDE || (outcome == OUTCOME_AGAIN && is_poison(flow, unit))) {
        if (set_aside(f, why, NULL) == 0) {
            log_fetch(f, "aside", weir_str(why->message));
            log_warn("event set aside", LOG_TEXT("integration", unit->integration->id),
                     LOG_TEXT("model", target->model->name), LOG_TEXT("remote_id", target->remote_id),
                     LOG_INT("tries", target->tries + 1), LOG_ERR(why));
            submit(f);
            return;
        }
    }
    if (outcome != OUTCOME_STOP) {
        log_failed(f, outcome == OUTCOME_PARKED ? "parked" : "again", why);
    }
    work_again(flow->work, f->integration, target, wait_ms);
    fetched_free(f);
}

/* Is there such a record in the store? */
static bool is_known(struct flow *flow, const struct unit *unit)
{
    const struct target *target = unit->target;
    struct store_reader *reader = NULL;
    struct store_record record;
    char id[ID_TEXT];
    int rc = store_reader_open(&reader, flow->options.store, NULL);

    if (rc != 0) {
        return true;
    }
    id_derive(id, weir_str(unit->integration->id), weir_str(target->model->name),
              weir_str(target->remote_id));
    rc = store_record_get(&record, reader, unit->integration->number, target->model->number, weir_str(id),
                          NULL);
    store_reader_close(reader);
    return rc != WEIR_E_NONE;
}

/* The tool does not have it and neither do we: perhaps it cannot be read yet. It is asked once more before
 * the event is dropped. */
static bool is_too_early(struct flow *flow, struct unit *unit, const struct harvest *h)
{
    struct target *target = unit->target;

    if (target->missing_once || !harvest_is_gone(h, target->model, weir_str(target->remote_id)) ||
        is_known(flow, unit)) {
        return false;
    }
    target->missing_once = true;
    return true;
}

void fetch_run(struct flow *flow, struct unit *unit)
{
    struct target *target = unit->target;
    struct weir_ref ref = {.model = weir_str(target->model->name),
                           .remote_id = weir_str(target->remote_id),
                           .hint = weir_str(target->hint)};
    struct fetched *f = fetched_new(flow, unit);
    struct weir_error err = {0};
    int rc;

    if (f == NULL) {
        (void)work_failed(flow->work, unit->lane);
        work_again(flow->work, unit->integration->number, target, flow->options.backoff_first_ms);
        return;
    }
    harvest_note_requests(f->harvest);
    rc = call_record(atomic_load(&unit->integration->instance), &ref, harvest_sink(f->harvest), &err);
    f->fetch_us = clock_mono_us(flow->options.clock) - f->started_us;
    if (rc == WEIR_E_NONE) {
        rc = harvest_gone(f->harvest, target->model, ref.remote_id, &err);
    }
    if (rc == 0) {
        outcome_good(flow, unit);
        if (is_too_early(flow, unit, f->harvest)) {
            log_info("record is not there yet, asked for once more",
                     LOG_TEXT("integration", unit->integration->id), LOG_TEXT("model", target->model->name),
                     LOG_TEXT("remote_id", target->remote_id));
            work_again(flow->work, f->integration, target, flow->options.missing_retry_ms);
            fetched_free(f);
            return;
        }
        rc = harvest_normalise(f->harvest,
                               target->attached_count > 0 ? target->attached[0]->received_at_ms : 0,
                               target->attached_count > 0 ? target->attached[0]->seq : 0, unit->lane, &err);
    }
    if (rc != 0) {
        failed(f, unit, &err);
        return;
    }
    log_fetch(f, "fetched", weir_str(""));
    submit(f);
}
