/*
 * sync: reading everything, or what changed since, a page at a time.
 *
 * A run is a row of the store that says how far it got, so a restart goes on at the page it had reached. A
 * full run marks what it met; what was not met is gone, but only for a model whose listing came to its end.
 */
#include "flow/harvest.h"

#include "base/log.h"
#include "flow/notice.h"
#include "host/registry.h"

#include <stdlib.h>

#define PAGE_TRIES_MAX 8

/* The runs that are under way, one per integration at most. */
struct running {
    struct running *next;
    struct store_sync row;
    uint32_t page_tries;
};

struct syncs {
    struct flow *flow;
    pthread_mutex_t beginning; /* held while one is begun or taken up: the schedule, a worker and a person may
                                  ask at the same time */
    pthread_mutex_t lock;      /* guards the list; a row itself is its lane's */
    struct running *first;
};

struct syncs *syncs_new(struct flow *flow)
{
    struct syncs *syncs = calloc(1, sizeof *syncs);

    if (syncs != NULL) {
        syncs->flow = flow;
        pthread_mutex_init(&syncs->lock, NULL);
        pthread_mutex_init(&syncs->beginning, NULL);
    }
    return syncs;
}

void syncs_free(struct syncs *syncs)
{
    if (syncs == NULL) {
        return;
    }
    while (syncs->first != NULL) {
        struct running *next = syncs->first->next;

        free(syncs->first);
        syncs->first = next;
    }
    pthread_mutex_destroy(&syncs->lock);
    pthread_mutex_destroy(&syncs->beginning);
    free(syncs);
}

static struct running *find(struct syncs *syncs, uint32_t integration)
{
    struct running *r;

    pthread_mutex_lock(&syncs->lock);
    for (r = syncs->first; r != NULL && r->row.integration != integration; r = r->next) {
    }
    pthread_mutex_unlock(&syncs->lock);
    return r;
}

uint64_t sync_marks_for(struct flow *flow, uint32_t integration)
{
    uint64_t run = 0;

    pthread_mutex_lock(&flow->syncs->lock);
    for (struct running *r = flow->syncs->first; r != NULL; r = r->next) {
        if (r->row.integration == integration && r->row.full) {
            run = r->row.run;
        }
    }
    pthread_mutex_unlock(&flow->syncs->lock);
    return run;
}

/* ---- beginning ---- */

static int add_running(struct syncs *syncs, const struct store_sync *row, struct weir_error *err)
{
    struct running *r = calloc(1, sizeof *r);

    if (r == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for a sync");
    }
    r->row = *row;
    pthread_mutex_lock(&syncs->lock);
    r->next = syncs->first;
    syncs->first = r;
    pthread_mutex_unlock(&syncs->lock);
    return 0;
}

static bool take_interrupted(void *ctx, const struct store_sync *row)
{
    struct store_sync *found = ctx;

    /* Newest first: only the last one can have been interrupted. */
    if (row->state == STORE_SYNC_RUNNING) {
        *found = *row;
    }
    return false;
}

static int resume(struct flow *flow, struct integration *it, struct weir_error *err)
{
    struct store_sync found = {0};
    int rc;

    if (find(flow->syncs, it->number) != NULL) {
        return 0;
    }
    rc = store_syncs(flow->options.store, it->number, take_interrupted, &found, err);
    if (rc == 0 && found.run != 0) {
        log_info("sync goes on", LOG_TEXT("integration", it->id), LOG_TEXT("sync", found.id),
                 LOG_INT("pages", found.pages), LOG_INT("records", found.records));
        rc = add_running(flow->syncs, &found, err);
        work_want(flow->work, it->number, WANT_SYNC);
    }
    return rc;
}

int sync_resume(struct flow *flow, struct integration *it, struct weir_error *err)
{
    int rc;

    pthread_mutex_lock(&flow->syncs->beginning);
    rc = resume(flow, it, err);
    pthread_mutex_unlock(&flow->syncs->beginning);
    return rc;
}

static bool can_delta(const struct integration *it)
{
    for (size_t i = 0; i < it->connector->model_count; i++) {
        if (it->connector->models[i].lists && it->connector->models[i].since) {
            return true;
        }
    }
    return false;
}

static int begin(struct flow_sync *out, struct flow *flow, struct integration *it, bool full,
                 struct weir_error *err)
{
    struct running *r = find(flow->syncs, it->number);
    struct store_integration row;
    struct store_sync sync = {.integration = it->number};
    int rc;

    if (r != NULL) {
        out->already = true;
        out->full = r->row.full;
        memcpy(out->id, r->row.id, sizeof out->id);
        return 0;
    }
    if (it->connector == NULL) {
        return weir_fail(err, WEIR_E_CONFIG, "the connector of %s is not loaded", it->id);
    }
    integration_row(&row, it);
    sync.full = full || !row.first_sync_done || !can_delta(it);
    sync.since_ms =
        row.last_full_sync_ms > row.last_delta_sync_ms ? row.last_full_sync_ms : row.last_delta_sync_ms;
    sync.started_at_ms = clock_now_ms(flow->options.clock);
    id_new(sync.id);
    rc = store_sync_put(flow->options.store, &sync, err);
    if (rc != 0) {
        return rc;
    }
    rc = add_running(flow->syncs, &sync, err);
    if (rc != 0) {
        return rc;
    }
    log_info("sync begins", LOG_TEXT("integration", it->id), LOG_TEXT("sync", sync.id),
             LOG_TEXT("type", sync.full ? "FULL" : "DELTA"));
    out->already = false;
    out->full = sync.full;
    memcpy(out->id, sync.id, sizeof out->id);
    work_want(flow->work, it->number, WANT_SYNC);
    return 0;
}

int sync_begin(struct flow_sync *out, struct flow *flow, struct integration *it, bool full,
               struct weir_error *err)
{
    int rc;

    pthread_mutex_lock(&flow->syncs->beginning);
    rc = begin(out, flow, it, full, err);
    pthread_mutex_unlock(&flow->syncs->beginning);
    return rc;
}

int64_t sync_due_ms(struct flow *flow, struct integration *it)
{
    struct store_integration row;

    if (find(flow->syncs, it->number) != NULL || it->connector == NULL || integration_rests(it) ||
        !atomic_load(&it->prepared)) { /* one that was interrupted is taken up first */
        return INT64_MAX;
    }
    integration_row(&row, it);
    return row.next_sync_ms; /* 0 for a new one: at once */
}

/* ---- ending ---- */

struct ended {
    const struct store_sync *sync;
    int64_t next_ms;
    uint64_t scope_digest;
};

static void set_ended(struct store_integration *row, void *ctx)
{
    const struct ended *e = ctx;
    bool usable = e->sync->state == STORE_SYNC_SUCCEEDED || e->sync->state == STORE_SYNC_PARTIALLY_FAILED;

    row->next_sync_ms = e->next_ms;
    if (!usable) {
        return;
    }
    if (e->sync->full) {
        row->first_sync_done = true;
        row->last_full_sync_ms = e->sync->started_at_ms;
        row->scope_digest = e->scope_digest;
    } else {
        row->last_delta_sync_ms = e->sync->started_at_ms;
    }
}

static const char *const state_words[] = {
    "RUNNING", "SUCCEEDED", "PARTIALLY_FAILED", "FAILED", "AUTHENTICATION_FAILED", "CANCELLED", "TIMED_OUT"};

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

static int64_t next_sync_ms(struct flow *flow, struct integration *it, const struct store_sync *sync)
{
    struct store_integration row;
    int64_t wait_ms = flow->options.sync_interval_ms;

    integration_row(&row, it);
    if (sync->state == STORE_SYNC_FAILED && !row.first_sync_done) {
        wait_ms = flow->options.backoff_max_ms; /* nobody can read anything before the first one */
    } else if (row.subscription_state == WEIR_SUB_ACTIVE) {
        wait_ms = flow->options.sync_relaxed_ms;
    }
    return sync->ended_at_ms + wait_ms;
}

static void end(struct flow *flow, struct integration *it, struct running *r, int state, const char *message)
{
    struct ended e = {.sync = &r->row};
    struct weir_error err = {0};
    struct running **at;

    r->row.state = state;
    r->row.ended_at_ms = clock_now_ms(flow->options.clock);
    if (message != r->row.message) {
        (void)snprintf(r->row.message, sizeof r->row.message, "%s", message);
    }
    if (store_sync_put(flow->options.store, &r->row, &err) != 0) {
        log_warn("end of a sync could not be stored", LOG_TEXT("integration", it->id), LOG_ERR(&err));
    }
    subscription_sync_ended(flow, it);
    e.next_ms = next_sync_ms(flow, it, &r->row);
    e.scope_digest = scope_digest(it->scope);
    integration_update(it, flow->options.store, set_ended, &e);
    log_info("sync ended", LOG_TEXT("integration", it->id), LOG_TEXT("sync", r->row.id),
             LOG_TEXT("state", state_words[state]), LOG_INT("pages", r->row.pages),
             LOG_INT("records", r->row.records), LOG_INT("changed", r->row.changed),
             LOG_INT("gone", r->row.gone), LOG_INT("ms", r->row.ended_at_ms - r->row.started_at_ms),
             LOG_TEXT("message", message));
    notify_finished(flow, it, &r->row);
    pthread_mutex_lock(&flow->syncs->lock);
    for (at = &flow->syncs->first; *at != r; at = &(*at)->next) {
    }
    *at = r->next;
    pthread_mutex_unlock(&flow->syncs->lock);
    free(r);
    schedule_poke(flow->schedule);
}

void sync_refused(struct flow *flow, struct integration *it, const char *message)
{
    struct running *r = find(flow->syncs, it->number);
    if (r != NULL) {
        end(flow, it, r, STORE_SYNC_AUTHENTICATION_FAILED, message);
    }
}

/* ---- pages ---- */

/* The place of the next model to list in the connector's table; model_count: none is left. */
static size_t next_model(const struct running *r, const struct integration *it)
{
    size_t i;

    for (i = 0; i < it->connector->model_count && i < 64; i++) {
        const struct weir_model_use *use = &it->connector->models[i];
        const struct model *model = model_find(weir_str(use->model));

        if ((r->row.models_done >> i & 1) != 0 || model == NULL || !use->lists || use->listed_with != NULL ||
            !integration_needs(it, model) || (!r->row.full && !use->since)) {
            continue;
        }
        break;
    }
    return i < 64 ? i : it->connector->model_count;
}

static int sweep(struct flow *flow, struct running *r, const struct model *model, struct weir_error *err)
{
    struct store_applied applied = {0};
    struct applied_wait w;
    int rc;

    applied_wait_init(&w, flow);
    store_sync_sweep(flow->options.store, r->row.integration, r->row.run, model->number, applied_wait_done,
                     &w);
    rc = applied_wait_end(&applied, &w, err);
    r->row.gone += applied.gone;
    return rc;
}

/* The listing of this model came to its end: what a full run did not meet is gone, and so for what was listed
 * with it. */
static int finish_model(struct flow *flow, struct running *r, const struct integration *it, size_t place,
                        struct weir_error *err)
{
    const struct weir_model_use *use = &it->connector->models[place];
    int rc = 0;

    if (r->row.full) {
        rc = sweep(flow, r, model_find(weir_str(use->model)), err);
        for (size_t i = 0; rc == 0 && i < it->connector->model_count; i++) {
            const struct weir_model_use *other = &it->connector->models[i];
            const struct model *model = model_find(weir_str(other->model));

            if (other->listed_with != NULL && strcmp(other->listed_with, use->model) == 0 && model != NULL &&
                scope_allows(it->scope, model)) {
                rc = sweep(flow, r, model, err);
            }
        }
    }
    if (rc == 0) {
        r->row.models_done |= UINT64_C(1) << place;
        r->row.cursor[0] = '\0';
        r->row.model = 0;
    }
    return rc;
}

/* One page: list, store, remember the place. */
static int read_page(struct flow *flow, struct unit *unit, struct running *r, size_t place,
                     struct weir_error *err)
{
    struct integration *it = unit->integration;
    const struct weir_model_use *use = &it->connector->models[place];
    struct harvest *h = harvest_new(flow, it);
    struct store_applied applied;
    int rc;

    if (h == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for a page");
    }
    rc = call_list(atomic_load(&it->instance), weir_str(use->model), r->row.full ? 0 : r->row.since_ms,
                   weir_str(r->row.cursor), harvest_sink(h), err);
    if (rc == 0) {
        rc = harvest_normalise(h, 0, 0, NULL, err);
    }
    if (rc == 0) {
        rc = harvest_apply_wait(&applied, h, r->row.full ? r->row.run : 0, err);
    }
    if (rc == 0) {
        struct weir_str cursor = harvest_cursor(h);

        r->row.pages++;
        r->row.records += harvest_count(h);
        r->row.changed += applied.created + applied.updated;
        r->row.gone += applied.gone;
        subscription_sync_found(it, use, &applied);
        r->row.model = model_find(weir_str(use->model))->number;
        if (cursor.len == 0) {
            rc = finish_model(flow, r, it, place, err);
        } else {
            (void)snprintf(r->row.cursor, sizeof r->row.cursor, "%.*s", WEIR_STR_ARG(cursor));
        }
    }
    harvest_free(h);
    if (rc == 0) {
        rc = store_sync_put(flow->options.store, &r->row, err);
    }
    return rc;
}

/* This model could not be read: nothing of it is deleted, the others go on. */
static void skip_model(struct running *r, const struct integration *it, size_t place,
                       const struct weir_error *why)
{
    r->row.models_done |= UINT64_C(1) << place;
    if (why->code != WEIR_E_UNSUPPORTED) {
        r->row.models_failed |= UINT64_C(1) << place;
        (void)snprintf(r->row.message, sizeof r->row.message, "%s: %.200s",
                       it->connector->models[place].model, why->message);
    }
    r->row.cursor[0] = '\0';
    r->row.model = 0;
}

static void page_failed(struct flow *flow, struct unit *unit, struct running *r, size_t place,
                        struct weir_error *err)
{
    struct integration *it = unit->integration;

    switch (outcome_of(flow, unit, "list", err)) {
    case OUTCOME_STOP:
        return; /* the row says where to go on */
    case OUTCOME_PARKED:
        end(flow, it, r, STORE_SYNC_AUTHENTICATION_FAILED, err->message);
        return;
    case OUTCOME_ASIDE:
        skip_model(r, it, place, err);
        r->page_tries = 0;
        break;
    case OUTCOME_AGAIN:
        (void)work_failed(flow->work, unit->lane);
        if (++r->page_tries >= PAGE_TRIES_MAX) {
            end(flow, it, r, STORE_SYNC_FAILED, err->message);
            return;
        }
        break;
    }
    work_want(flow->work, it->number, WANT_SYNC);
}

/* A run that could read nothing at all is no first sync: the API would show an empty company as the truth. */
static int end_state(const struct running *r)
{
    if (r->row.models_failed == 0) {
        return STORE_SYNC_SUCCEEDED;
    }
    return r->row.models_failed == r->row.models_done ? STORE_SYNC_FAILED : STORE_SYNC_PARTIALLY_FAILED;
}

void sync_run(struct flow *flow, struct unit *unit)
{
    struct integration *it = unit->integration;
    struct running *r = find(flow->syncs, it->number);
    struct weir_error err = {0};
    size_t place;
    int rc;

    if (r == NULL) {
        return;
    }
    place = next_model(r, it);
    if (place == it->connector->model_count) {
        end(flow, it, r, end_state(r), r->row.message);
        return;
    }
    rc = read_page(flow, unit, r, place, &err);
    if (rc != 0) {
        page_failed(flow, unit, r, place, &err);
        return;
    }
    r->page_tries = 0;
    outcome_good(flow, unit);
    work_want(flow->work, it->number, WANT_SYNC);
}
