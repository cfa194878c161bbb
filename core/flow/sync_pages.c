/*
 * sync_pages: reading everything, or what changed since, a page at a time.
 *
 * The place to go on at is stored with each page, so a restart reads no page twice. A full run marks what it
 * met; what was not met is gone, but only for a model whose listing came to its end.
 */
#include "flow/harvest.h"
#include "flow/sync.h"
#include "host/registry.h"

#include <inttypes.h>
#include <stdio.h>

#define PAGE_TRIES_MAX 8

/* The place of the next model to list in the connector's table; model_count: none is left. */
static size_t next_model(const struct run *run, const struct integration *it)
{
    size_t i;

    for (i = 0; i < it->connector->model_count && i < 64; i++) {
        const struct weir_model_use *use = &it->connector->models[i];
        const struct model *model = model_find(weir_str(use->model));

        if ((run->row.models_done >> i & 1) != 0 || model == NULL || !use->lists ||
            use->listed_with != NULL || !integration_needs(it, model) || (!run->row.full && !use->since)) {
            continue;
        }
        break;
    }
    return i < 64 ? i : it->connector->model_count;
}

static int sweep(struct flow *flow, struct run *run, struct integration *it, const struct weir_model_use *use,
                 struct weir_error *err)
{
    struct store_applied applied = {0};
    struct applied_wait w;
    int rc;

    applied_wait_init(&w, flow);
    store_sync_sweep(flow->options.store, run->row.integration, run->row.run,
                     model_find(weir_str(use->model))->number, applied_wait_done, &w);
    rc = applied_wait_end(&applied, &w, err);
    run->row.gone += applied.gone;
    subscription_sync_found(it, use, &applied);
    return rc;
}

/* The listing of this model came to its end: what a full run did not meet is gone, and so for what was listed
 * with it. */
static int finish_model(struct flow *flow, struct run *run, struct integration *it, size_t place,
                        struct weir_error *err)
{
    const struct weir_model_use *use = &it->connector->models[place];
    int rc = 0;

    if (run->row.full) {
        rc = sweep(flow, run, it, use, err);
        for (size_t i = 0; rc == 0 && i < it->connector->model_count; i++) {
            const struct weir_model_use *other = &it->connector->models[i];
            const struct model *model = model_find(weir_str(other->model));

            if (other->listed_with != NULL && strcmp(other->listed_with, use->model) == 0 && model != NULL &&
                scope_allows(it->scope, model)) {
                rc = sweep(flow, run, it, other, err);
            }
        }
    }
    if (rc == 0) {
        run->row.models_done |= UINT64_C(1) << place;
        run->row.cursor[0] = '\0';
        run->row.model = 0;
        rc = store_sync_put(flow->options.store, &run->row, err);
    }
    return rc;
}

/* For the trace of what it changes. */
static int log_page(struct harvest *h, const struct store_sync *row, const struct weir_model_use *use,
                    struct weir_error *err)
{
    char json[256];
    int len = snprintf(json, sizeof json,
                       "{\"sync\":\"%s\",\"model\":\"%.64s\",\"page\":%" PRIu64
                       ",\"records\":%zu,\"outcome\":\"read\"}",
                       row->id, use->model, row->pages, harvest_count(h));

    return harvest_log(h, STORE_LOG_SYNC, weir_str_n(json, (size_t)len), err);
}

/* Store what was listed. The last page of a model is only counted once the model is finished: a restart in
 * between reads it again. */
static int apply_page(struct flow *flow, struct run *run, struct integration *it, size_t place,
                      struct harvest *h, struct weir_error *err)
{
    struct weir_str cursor = harvest_cursor(h);
    struct store_sync row = run->row;
    struct store_applied applied;
    int rc;

    row.pages++;
    row.records += harvest_count(h);
    row.set_aside += harvest_aside_count(h);
    row.model = model_find(weir_str(it->connector->models[place].model))->number;
    if (cursor.len > 0) {
        (void)snprintf(row.cursor, sizeof row.cursor, "%.*s", WEIR_STR_ARG(cursor));
    }
    rc = log_page(h, &row, &it->connector->models[place], err);
    if (rc != 0) {
        return rc;
    }
    rc = harvest_apply_wait(&applied, h, row.full ? row.run : 0, cursor.len > 0 ? &row : NULL, err);
    if (rc != 0) {
        return rc;
    }
    store_trim(flow->options.store);
    run->row = row;
    run->row.changed += applied.created + applied.updated;
    run->row.gone += applied.gone;
    subscription_sync_found(it, &it->connector->models[place], &applied);
    if (cursor.len == 0) {
        rc = finish_model(flow, run, it, place, err);
    }
    if (rc != 0) {
        run->row.pages--;
        run->row.records -= harvest_count(h);
        run->row.set_aside -= harvest_aside_count(h);
    }
    return rc;
}

/* One page: list, store, remember the place. */
static int read_page(struct flow *flow, struct unit *unit, struct run *run, size_t place,
                     struct weir_error *err)
{
    struct integration *it = unit->integration;
    struct harvest *h = harvest_new(flow, it);
    int rc;

    if (h == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for a page");
    }
    rc = call_list(atomic_load(&it->instance), weir_str(it->connector->models[place].model),
                   run->row.full ? 0 : run->row.since_ms, weir_str(run->row.cursor), harvest_sink(h), err);
    if (rc == 0) {
        rc = harvest_normalise(h, 0, 0, NULL, err);
    }
    if (rc == 0) {
        rc = apply_page(flow, run, it, place, h, err);
    }
    harvest_free(h);
    return rc;
}

/* This model could not be read: nothing of it is deleted, the others go on. */
static void skip_model(struct run *run, const struct integration *it, size_t place,
                       const struct weir_error *why)
{
    run->row.models_done |= UINT64_C(1) << place;
    if (why->code != WEIR_E_UNSUPPORTED) {
        run->row.models_failed |= UINT64_C(1) << place;
        (void)snprintf(run->row.message, sizeof run->row.message, "%s: %.200s",
                       it->connector->models[place].model, why->message);
    }
    run->row.cursor[0] = '\0';
    run->row.model = 0;
    run->page_tries = 0;
}

/* A model that is answered with failures alone is passed over, so that the others are read all the same. When
 * the next one fails too, it is the tool: false, the run has failed. */
static bool goes_on(struct run *run, const struct integration *it, size_t place, const struct weir_error *why)
{
    if (run->passed_over) {
        return false;
    }
    if (++run->page_tries >= PAGE_TRIES_MAX) {
        skip_model(run, it, place, why);
        run->passed_over = true;
    }
    return true;
}

/* The next page is the lane's next unit, unless somebody wants the run ended. */
static void take_give_back(struct flow *flow, struct integration *it, struct run *run)
{
    if (runs_give_back(flow->runs, run)) {
        work_want(flow->work, it->number, WANT_SYNC);
    } else {
        sync_take_end(flow, it, run, run->stop, run->stop_why);
    }
}

static void page_failed(struct flow *flow, struct unit *unit, struct run *run, size_t place,
                        struct weir_error *err)
{
    struct integration *it = unit->integration;

    switch (outcome_of(flow, unit, "list", err)) {
    case OUTCOME_STOP:
        (void)runs_give_back(flow->runs, run); /* the row says where to go on */
        return;
    case OUTCOME_PARKED:
        sync_take_end(flow, it, run,
                      err->code == WEIR_E_AUTH ? STORE_SYNC_AUTHENTICATION_FAILED : STORE_SYNC_FAILED,
                      err->message);
        return;
    case OUTCOME_ASIDE:
        skip_model(run, it, place, err);
        break;
    case OUTCOME_AGAIN:
        (void)work_failed(flow->work, unit->lane);
        if (!goes_on(run, it, place, err)) {
            sync_take_end(flow, it, run, STORE_SYNC_FAILED, err->message);
            return;
        }
        break;
    }
    take_give_back(flow, it, run);
}

static uint64_t bits_moved(uint64_t bits, const struct weir_connector *from, const struct weir_connector *to)
{
    uint64_t moved = 0;

    for (size_t i = 0; i < from->model_count && i < 64; i++) {
        const struct weir_model_use *use = connector_model(to, weir_str(from->models[i].model));

        if ((bits >> i & 1) != 0 && use != NULL && use - to->models < 64) {
            moved |= UINT64_C(1) << (use - to->models);
        }
    }
    return moved;
}

/* Another version of the connector has its models in an order of its own, and need not understand the cursor
 * that the former one left: the model that was being read is read from its beginning. */
static int follow_connector(struct flow *flow, struct run *run, const struct integration *it,
                            struct weir_error *err)
{
    const struct weir_connector *before = run->table;
    int rc = 0;

    if (before != NULL && before != it->connector) {
        run->row.models_done = bits_moved(run->row.models_done, before, it->connector);
        run->row.models_failed = bits_moved(run->row.models_failed, before, it->connector);
        run->row.cursor[0] = '\0';
        run->row.model = 0;
        run->page_tries = 0;
        rc = store_sync_put(flow->options.store, &run->row, err);
    }
    if (rc == 0) {
        run->table = it->connector;
    }
    return rc;
}

/* A run that could read nothing at all is no first sync: the API would show an empty company as the truth. */
static int32_t end_state(const struct run *run)
{
    if (run->row.models_failed == 0) {
        return STORE_SYNC_SUCCEEDED;
    }
    return run->row.models_failed == run->row.models_done ? STORE_SYNC_FAILED : STORE_SYNC_PARTIALLY_FAILED;
}

void sync_take_page(struct flow *flow, struct unit *unit, struct run *run)
{
    struct integration *it = unit->integration;
    struct weir_error err = {0};
    size_t place;

    if (follow_connector(flow, run, it, &err) != 0) {
        sync_take_end(flow, it, run, STORE_SYNC_FAILED, err.message);
        return;
    }
    place = next_model(run, it);
    if (place == it->connector->model_count) {
        sync_take_end(flow, it, run, end_state(run), run->row.message);
        return;
    }
    if (read_page(flow, unit, run, place, &err) != 0) {
        page_failed(flow, unit, run, place, &err);
        return;
    }
    run->page_tries = 0;
    run->passed_over = false;
    outcome_good(flow, unit);
    take_give_back(flow, it, run);
}
