/*
 * The life of a sync: when it is due, how it begins or goes on, and what its end means.
 *
 * A run is a row of the store that says how far it got. At most one is under way per integration.
 */
#include "flow/sync.h"

#include "base/log.h"
#include "flow/notice.h"
#include "flow/quality.h"
#include "flow/retire.h"
#include "flow/rhythm.h"

#include <inttypes.h>
#include <stdlib.h>

/* Tools stamp a change before they show it in a list, and clocks differ. */
#define SINCE_OVERLAP_MS (10 * 60 * 1000)

static const char *const state_words[] = {
    "RUNNING", "SUCCEEDED", "PARTIALLY_FAILED", "FAILED", "AUTHENTICATION_FAILED", "CANCELLED", "TIMED_OUT"};

uint64_t sync_marks_for(struct flow *flow, uint32_t integration)
{
    struct run_view run;

    return runs_find(&run, flow->runs, integration) && run.full ? run.run : 0;
}

/* ---- when ---- */

static struct rhythm rhythm_of(const struct flow *flow)
{
    const struct flow_options *o = &flow->options;

    return (struct rhythm){.interval_ms = o->sync_interval_ms,
                           .relaxed_ms = o->sync_relaxed_ms,
                           .full_ms = o->sync_full_ms,
                           .retry_ms = o->backoff_max_ms};
}

static bool has_deltas(const struct integration *it)
{
    for (size_t i = 0; i < it->connector->model_count; i++) {
        const struct weir_model_use *use = &it->connector->models[i];
        const struct model *model = model_find(weir_str(use->model));

        if (use->lists && use->since && model != NULL && integration_needs(it, model)) {
            return true;
        }
    }
    return false;
}

bool sync_is_relaxed(struct flow *flow, struct integration *it)
{
    struct store_integration row;

    integration_row(&row, it);
    return row.subscription_state == WEIR_SUB_ACTIVE &&
           dispatch_takes(flow->dispatch, STORE_EVENT_DATA_CHANGED, it->number);
}

/* What says when; asked for each integration whenever anything happens, so it is cheap. */
static void facts_of(struct rhythm_facts *facts, struct flow *flow, struct integration *it,
                     const struct store_integration *row)
{
    *facts = (struct rhythm_facts){.first_done = row->first_sync_done,
                                   .relaxed = sync_is_relaxed(flow, it),
                                   .next_ms = row->next_sync_ms,
                                   .last_full_ms = row->last_full_sync_ms,
                                   .floor_ms = atomic_load(&it->sync_floor_ms)};
}

/* What also says how, where a sync begins or ends. */
static void facts_whole(struct rhythm_facts *facts, struct flow *flow, struct integration *it,
                        const struct store_integration *row)
{
    facts_of(facts, flow, it, row);
    facts->deltas = it->connector != NULL && has_deltas(it);
    facts->new_scope = row->scope_digest != scope_digest(it->scope);
}

int64_t sync_due_ms(struct flow *flow, struct integration *it)
{
    struct rhythm rhythm = rhythm_of(flow);
    struct store_integration row;
    struct rhythm_facts facts;

    if (it->connector == NULL || integration_rests(it) || !atomic_load(&it->prepared)) {
        return INT64_MAX; /* one that was interrupted is taken up first */
    }
    integration_row(&row, it);
    if (row.state != STORE_ACTIVE || runs_find(NULL, flow->runs, it->number)) {
        return INT64_MAX;
    }
    facts_of(&facts, flow, it, &row);
    return rhythm_due_ms(&rhythm, &facts);
}

void sync_spread(struct flow *flow, struct integration *it)
{
    struct rhythm rhythm = rhythm_of(flow);

    atomic_store(&it->sync_floor_ms, rhythm_floor_ms(&rhythm, clock_now_ms(flow->options.clock), it->id));
}

/* ---- beginning ---- */

/* Those whose turn it is now get it. */
static void give_turns(struct flow *flow)
{
    uint32_t number;

    while (runs_next_turn(&number, flow->runs, clock_now_ms(flow->options.clock))) {
        work_want(flow->work, number, WANT_SYNC);
    }
    schedule_poke(flow->schedule); /* each has a time to be over by */
}

struct latest {
    struct store_sync interrupted; /* run 0: none */
    uint64_t records;              /* of the last full one that read everything */
    bool any;
};

static bool look_at_former(void *ctx, const struct store_sync *row)
{
    struct latest *latest = ctx;

    /* Newest first: only the last one can have been interrupted. */
    if (!latest->any && row->state == STORE_SYNC_RUNNING) {
        latest->interrupted = *row;
    }
    latest->any = true;
    latest->records = row->full && row->state == STORE_SYNC_SUCCEEDED ? row->records : 0;
    return latest->records == 0;
}

/* Only where there was one, as the search for none goes through all rows. */
static bool take_interrupted(void *ctx, const struct store_sync *row)
{
    (void)look_at_former(ctx, row);
    return false;
}

static int look_back(struct latest *latest, struct flow *flow, struct integration *it, struct weir_error *err)
{
    struct store_integration row;

    integration_row(&row, it);
    return store_syncs(flow->options.store, it->number,
                       row.last_full_sync_ms != 0 ? look_at_former : take_interrupted, latest, err);
}

static int resume(struct flow *flow, struct integration *it, struct weir_error *err)
{
    struct latest latest = {.any = false};
    int rc;

    if (runs_find(NULL, flow->runs, it->number)) {
        return 0;
    }
    rc = look_back(&latest, flow, it, err);
    if (rc == 0 && latest.interrupted.run != 0) {
        log_info("sync goes on", LOG_TEXT("integration", it->id), LOG_TEXT("sync", latest.interrupted.id),
                 LOG_INT("pages", latest.interrupted.pages), LOG_INT("records", latest.interrupted.records));
        rc = runs_add(flow->runs, &latest.interrupted, latest.interrupted.full ? latest.records : 0, err);
        give_turns(flow);
    }
    return rc;
}

int sync_resume(struct flow *flow, struct integration *it, struct weir_error *err)
{
    int rc;

    pthread_mutex_lock(&flow->beginning);
    rc = resume(flow, it, err);
    pthread_mutex_unlock(&flow->beginning);
    return rc;
}

/* Does it have to read everything, and if not: since when? */
static void choose(struct store_sync *sync, struct flow *flow, struct integration *it,
                   const struct store_integration *row, enum sync_want want)
{
    struct rhythm rhythm = rhythm_of(flow);
    struct rhythm_facts facts;

    facts_whole(&facts, flow, it, row);
    if (want == SYNC_DELTA) {
        rhythm.full_ms = INT64_MAX; /* a person's wish, wherever a delta can be read */
    }
    sync->full = want == SYNC_FULL || rhythm_is_full(&rhythm, &facts, sync->started_at_ms);
    if (!sync->full) {
        sync->since_ms = row->last_full_sync_ms > row->last_delta_sync_ms ? row->last_full_sync_ms
                                                                          : row->last_delta_sync_ms;
        sync->since_ms -= SINCE_OVERLAP_MS;
    }
}

static int begin(struct flow_sync *out, struct flow *flow, struct integration *it, enum sync_want want,
                 struct weir_error *err)
{
    struct store_sync sync = {.integration = it->number};
    struct latest latest = {.any = false};
    struct store_integration row;
    struct run_view run;
    int rc = 0;

    if (runs_find(&run, flow->runs, it->number)) {
        out->already = true;
        out->full = run.full;
        memcpy(out->id, run.id, sizeof out->id);
        return 0;
    }
    if (it->connector == NULL) {
        return weir_fail(err, WEIR_E_CONFIG, "the connector of %s is not loaded", it->id);
    }
    integration_row(&row, it);
    if (row.last_full_sync_ms != 0) {
        rc = look_back(&latest, flow, it, err);
    }
    if (rc != 0) {
        return rc;
    }
    sync.started_at_ms = clock_now_ms(flow->options.clock);
    sync.scope_digest = scope_digest(it->scope);
    choose(&sync, flow, it, &row, want);
    id_new(sync.id);
    rc = store_sync_put(flow->options.store, &sync, err);
    if (rc == 0) {
        rc = runs_add(flow->runs, &sync, sync.full ? latest.records : 0, err);
    }
    if (rc != 0) {
        return rc;
    }
    log_info("sync begins", LOG_TEXT("integration", it->id), LOG_TEXT("sync", sync.id),
             LOG_TEXT("type", sync.full ? "FULL" : "DELTA"));
    out->already = false;
    out->full = sync.full;
    memcpy(out->id, sync.id, sizeof out->id);
    give_turns(flow);
    return 0;
}

int sync_begin(struct flow_sync *out, struct flow *flow, struct integration *it, enum sync_want want,
               struct weir_error *err)
{
    int rc;

    pthread_mutex_lock(&flow->beginning);
    rc = begin(out, flow, it, want, err);
    pthread_mutex_unlock(&flow->beginning);
    if (rc == 0 && atomic_load(&it->blocked)) {
        /* Refused meanwhile, by a worker that found no sync to end yet. */
        sync_refused(flow, it, "the tool refuses the credentials");
    }
    return rc;
}

/* ---- ending ---- */

struct ended {
    struct flow *flow;
    const struct store_sync *sync;
    const struct rhythm_facts *facts; /* from before */
    const struct quality *quality;
    uint64_t scope_digest; /* as it is now */
};

static enum rhythm_end end_of(int32_t state)
{
    switch (state) {
    case STORE_SYNC_SUCCEEDED:
    case STORE_SYNC_PARTIALLY_FAILED:
        return RHYTHM_ENDED_WELL;
    case STORE_SYNC_FAILED:
        return RHYTHM_ENDED_FAILED;
    default:
        return RHYTHM_ENDED_EARLY;
    }
}

/* Where a model was not read, the next delta must not begin behind this run, and the next full one is due as
 * if it had not been. */
static void set_ended(struct store_integration *row, void *ctx)
{
    const struct ended *e = ctx;
    const struct store_sync *sync = e->sync;
    struct rhythm rhythm = rhythm_of(e->flow);
    struct rhythm_facts facts = *e->facts;
    enum rhythm_end end = end_of(sync->state);

    if (sync->state == STORE_SYNC_SUCCEEDED && sync->full) {
        row->last_full_sync_ms = sync->started_at_ms;
    } else if (sync->state == STORE_SYNC_SUCCEEDED) {
        row->last_delta_sync_ms = sync->started_at_ms;
    }
    facts.last_full_ms = row->last_full_sync_ms;
    row->next_sync_ms = rhythm_next_ms(&rhythm, &facts, end, sync->ended_at_ms, row->id);
    if (sync->full && end == RHYTHM_ENDED_WELL) {
        row->first_sync_done = true;
        row->scope_digest = sync->scope_digest;
        row->life.expired_at_ms = sync->scope_digest == e->scope_digest ? 0 : row->life.expired_at_ms;
        row->life.setup = row->life.setup == STORE_SETUP_INCOMPLETE ? row->life.setup : STORE_SETUP_COMPLETED;
        quality_note(row, e->quality);
    }
}

static void on_notified(void *ctx, int rc, const struct store_due *due, size_t due_count,
                        const struct weir_error *err)
{
    struct flow *flow = ctx;

    (void)err;
    for (size_t i = 0; rc == 0 && i < due_count; i++) {
        dispatch_poke(flow->dispatch, due[i].endpoint);
    }
}

static void notify_finished(struct flow *flow, const struct integration *it, const struct store_sync *sync)
{
    struct buf body;

    buf_init(&body, 8192);
    notice_sync_finished(&body, it, sync, state_words[sync->state]);
    if (!body.failed) {
        store_notify(flow->options.store, STORE_EVENT_SYNC_FINISHED, it->number, buf_bytes(&body),
                     on_notified, flow);
    }
    buf_fini(&body);
}

static void remember_end(struct flow *flow, struct integration *it, const struct store_sync *sync)
{
    struct store_integration row;
    struct rhythm_facts facts;
    struct quality quality = {.verdict = STORE_QA_PENDING};
    struct ended e = {.flow = flow, .sync = sync, .facts = &facts, .quality = &quality};

    integration_row(&row, it);
    facts_whole(&facts, flow, it, &row);
    e.scope_digest = scope_digest(it->scope);
    if (sync->full && row.life.qa != STORE_QA_PASSED && end_of(sync->state) == RHYTHM_ENDED_WELL) {
        quality_judge(&quality, flow, it, sync);
    }
    integration_update(it, flow->options.store, set_ended, &e);
    notify_finished(flow, it, sync);
    state_tell(flow, it);
}

void sync_take_end(struct flow *flow, struct integration *it, struct run *run, int32_t state,
                   const char *message)
{
    struct store_sync *sync = &run->row;
    struct weir_error err = {0};
    int64_t now_ms = clock_now_ms(flow->options.clock);

    sync->state = state;
    sync->ended_at_ms = now_ms > sync->started_at_ms ? now_ms : sync->started_at_ms; /* clocks are set back */
    if (message != sync->message) {
        (void)snprintf(sync->message, sizeof sync->message, "%s", message);
    }
    if (it != NULL) {
        subscription_sync_ended(flow, it);
        remember_end(flow, it, sync);
        retire_models(flow, it);
    }
    if (store_sync_put(flow->options.store, sync, &err) != 0) {
        log_warn("end of a sync could not be stored", LOG_TEXT("sync", sync->id), LOG_ERR(&err));
    }
    log_info("sync ended", LOG_TEXT("integration", it != NULL ? it->id : ""), LOG_TEXT("sync", sync->id),
             LOG_TEXT("state", state_words[state]), LOG_INT("pages", sync->pages),
             LOG_INT("records", sync->records), LOG_INT("changed", sync->changed),
             LOG_INT("gone", sync->gone), LOG_INT("ms", sync->ended_at_ms - sync->started_at_ms),
             LOG_TEXT("message", sync->message));
    runs_take_end(flow->runs, run);
    give_turns(flow);
    if (it != NULL && end_of(state) == RHYTHM_ENDED_WELL) {
        setup_sync_ended(flow, it);
    }
}

/* ---- from outside ---- */

int sync_cancel(char id[ID_TEXT], struct flow *flow, struct integration *it, struct weir_error *err)
{
    struct run_view view;
    struct run *run;
    bool found = runs_find(&view, flow->runs, it->number);

    if (found) {
        run = runs_stop(&found, flow->runs, it->number, STORE_SYNC_CANCELLED, "a person cancelled it");
        if (run != NULL) {
            sync_take_end(flow, it, run, run->stop, run->stop_why);
        }
    }
    if (!found) {
        return weir_fail(err, WEIR_E_NONE, "no sync of %s is under way", it->id);
    }
    memcpy(id, view.id, ID_TEXT);
    return 0;
}

void sync_refused(struct flow *flow, struct integration *it, const char *message)
{
    bool found;
    struct run *run = runs_stop(&found, flow->runs, it->number, STORE_SYNC_AUTHENTICATION_FAILED,
                                "the tool refuses the credentials");

    if (run != NULL) {
        sync_take_end(flow, it, run, run->stop, message);
    }
}

void sync_end_former(struct flow *flow)
{
    uint32_t number;

    for (size_t n = 0; (number = runs_nth(flow->runs, n)) != 0;) {
        struct integration *it = directory_find_number(flow->options.directory, number);
        struct run *run = NULL;
        bool found;

        if (it == NULL || integration_is_off(it)) {
            run = runs_stop(&found, flow->runs, number, STORE_SYNC_CANCELLED,
                            it == NULL ? "its integration was removed" : "its integration was paused");
        }
        if (run != NULL) {
            sync_take_end(flow, it, run, run->stop, run->stop_why);
        } else {
            n++; /* it goes on, or its worker ends it */
        }
        integration_unref(it);
    }
}

int64_t sync_end_late(struct flow *flow, int64_t now_ms)
{
    struct run *run;

    while ((run = runs_take_late(flow->runs, now_ms)) != NULL) {
        struct integration *it = directory_find_number(flow->options.directory, run->integration);

        sync_take_end(flow, it, run, run->stop, run->stop_why);
        integration_unref(it);
    }
    return runs_late_ms(flow->runs, now_ms);
}

/* ---- the worker's part ---- */

void sync_run(struct flow *flow, struct unit *unit)
{
    struct run *run = runs_take(flow->runs, unit->integration->number);

    if (run == NULL) {
        return; /* it ended, or it is not its turn */
    }
    if (run->deadline_ms <= clock_now_ms(flow->options.clock)) {
        sync_take_end(flow, unit->integration, run, STORE_SYNC_TIMED_OUT, RUNS_LATE_WHY);
        return;
    }
    sync_take_page(flow, unit, run);
}
