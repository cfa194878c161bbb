/*
 * harvest_store: what was emitted, normalised and handed to the store as one operation.
 */
#include "flow/harvest_internal.h"

#include "base/log.h"
#include "flow/events_body.h"
#include "flow/fields_met.h"
#include "host/registry.h"

#include <stdlib.h>

/* ---- normalising ---- */

static int set_record_aside(struct harvest *h, const struct emitted *e, int64_t received_at_ms,
                            uint64_t delivery, const struct weir_error *why, struct weir_error *err)
{
    struct weir_ref ref = {.model = weir_str(e->model->name), .remote_id = weir_str(e->remote_id)};
    struct weir_event event = {
        .size = sizeof event, .type = weir_str("weir.again"), .refs = &ref, .ref_count = 1};
    struct buf body, what;
    int rc;

    buf_init(&body, 4096);
    buf_init(&what, 512);
    events_body_write(&body, &event, 1);
    buf_printf(&what, "%s %s", e->model->name, e->remote_id);
    log_warn("record set aside", LOG_TEXT("integration", h->integration->id),
             LOG_TEXT("model", e->model->name), LOG_TEXT("remote_id", e->remote_id), LOG_ERR(why));
    rc = harvest_aside(h,
                       &(struct store_aside_in){.kind = STORE_ASIDE_RECORD,
                                                .code = why->code,
                                                .tries = 1,
                                                .received_at_ms = received_at_ms,
                                                .delivery = delivery,
                                                .message = weir_str(why->message),
                                                .what = buf_str(&what),
                                                .body = buf_bytes(&body)},
                       err);
    buf_fini(&body);
    buf_fini(&what);
    return rc;
}

/* What the store has of it. WEIR_E_NONE: nothing. */
static int stored_record(struct store_record *out, struct harvest *h, struct store_reader **reader,
                         const struct emitted *e, struct weir_error *err)
{
    char id[ID_TEXT];
    int rc = *reader == NULL ? store_reader_open(reader, h->flow->options.store, err) : 0;

    if (rc != 0) {
        return rc;
    }
    id_derive(id, weir_str(h->integration->id), weir_str(e->model->name), weir_str(e->remote_id));
    return store_record_get(out, *reader, h->integration->number, e->model->number, weir_str(id), err);
}

/* Does it need the store's text (fields that the tool left out), or not even itself (a placeholder of
 * something known)? */
static int look_at_stored(bool *needed, struct weir_str *stored, struct harvest *h,
                          struct store_reader **reader, const struct emitted *e, struct weir_error *err)
{
    struct weir_bytes json = weir_bytes(e->json, e->json_len);
    struct store_record record;
    int rc;

    *needed = true;
    if (!e->placeholder && !record_is_partial(e->model, h->integration->scope, json)) {
        return 0;
    }
    rc = stored_record(&record, h, reader, e, err);
    if (rc == WEIR_E_NONE) {
        return 0;
    }
    if (rc == 0) {
        *stored = record.json;
        *needed = !e->placeholder;
    }
    return rc;
}

static int normalise_one(struct harvest *h, struct emitted *e, struct store_reader **reader,
                         int64_t received_at_ms, uint64_t delivery, struct weir_error *err)
{
    struct record_repairs repairs = {0};
    struct weir_str stored = weir_str("");
    struct weir_error why = {0};
    bool needed;
    int rc = look_at_stored(&needed, &stored, h, reader, e, err);

    if (rc != 0 || !needed) {
        return rc;
    }
    rc = record_normalise(&e->record, e->model, h->integration->scope, weir_str(h->integration->id),
                          weir_str(e->remote_id), weir_bytes(e->json, e->json_len), stored, &repairs, &why);
    if (rc == WEIR_E_INVALID) {
        return set_record_aside(h, e, received_at_ms, delivery, &why, err);
    }
    if (rc != 0) {
        return weir_fail(err, rc, "%s", why.message);
    }
    if (!e->placeholder) {
        fields_met_look(h->flow->fields_met, h->flow->options.store, h->integration->number, e->record);
    }
    if (repairs.count > 0) {
        log_info("record repaired", LOG_TEXT("integration", h->integration->id),
                 LOG_TEXT("model", e->model->name), LOG_TEXT("remote_id", e->remote_id),
                 LOG_INT("repairs", repairs.count), LOG_TEXT("first", repairs.first));
    }
    return 0;
}

static void look_up_refs(struct harvest *h, struct lane *lane, const struct record *record,
                         struct store_reader *reader)
{
    struct integration *it = h->integration;

    for (size_t i = 0; i < record->ref_count; i++) {
        const struct record_ref *ref = &record->refs[i];
        const struct weir_model_use *use = connector_model(it->connector, weir_str(ref->target->name));
        struct store_record stored;
        int rc;

        if (use == NULL || !use->by_id || !scope_allows(it->scope, ref->target) ||
            harvest_has(h, ref->target, ref->remote_id)) {
            continue;
        }
        rc = store_record_get(&stored, reader, it->number, ref->target->number, weir_str(ref->id), NULL);
        if ((rc == WEIR_E_NONE || (rc == 0 && stored.placeholder)) && flow_may_ask(h->flow, ref->id)) {
            struct weir_ref look = {.model = weir_str(ref->target->name), .remote_id = ref->remote_id};

            (void)work_look(h->flow->work, lane, NULL, &look, ref->target, NULL, NULL);
        }
    }
}

static void look_up_unknown(struct harvest *h, struct lane *lane, struct store_reader **reader)
{
    if (*reader == NULL && store_reader_open(reader, h->flow->options.store, NULL) != 0) {
        return; /* only a convenience: the next sync brings them */
    }
    for (size_t i = 0; i < h->emitted_count; i++) {
        if (h->emitted[i].record != NULL) {
            look_up_refs(h, lane, h->emitted[i].record, *reader);
        }
    }
}

int harvest_normalise(struct harvest *h, int64_t received_at_ms, uint64_t delivery, struct lane *lane,
                      struct weir_error *err)
{
    struct store_reader *reader = NULL;
    int rc = 0;

    for (size_t i = 0; i < h->emitted_count && rc == 0; i++) {
        rc = normalise_one(h, &h->emitted[i], &reader, received_at_ms, delivery, err);
    }
    if (rc == 0 && lane != NULL) {
        look_up_unknown(h, lane, &reader);
    }
    store_reader_close(reader);
    return rc;
}

/* ---- to the store ---- */

static size_t ref_total(const struct harvest *h)
{
    size_t total = 0;

    for (size_t i = 0; i < h->emitted_count; i++) {
        total += h->emitted[i].record != NULL ? h->emitted[i].record->ref_count : 0;
    }
    return total;
}

static size_t fill_records(struct store_record_in *records, struct store_ref_in *refs,
                           const struct harvest *h)
{
    size_t count = 0;

    for (size_t i = 0; i < h->emitted_count; i++) {
        const struct record *record = h->emitted[i].record;

        if (record == NULL) {
            continue;
        }
        records[count++] = (struct store_record_in){.model = record->model->number,
                                                    .placeholder = h->emitted[i].placeholder,
                                                    .id = record->id,
                                                    .remote_id = record->remote_id,
                                                    .json = record->json,
                                                    .hash = record->hash,
                                                    .refs = refs,
                                                    .ref_count = record->ref_count};
        for (size_t j = 0; j < record->ref_count; j++) {
            *refs++ = (struct store_ref_in){.slot = record->refs[j].slot, .id = record->refs[j].id};
        }
    }
    return count;
}

void harvest_apply(struct harvest *h, const uint64_t *done_deliveries, size_t done_count, uint64_t sync_run,
                   void (*done)(void *ctx, int rc, const struct store_applied *applied,
                                const struct weir_error *err),
                   void *ctx)
{
    struct store_record_in *records = calloc(h->emitted_count + 1, sizeof *records);
    struct store_ref_in *refs = calloc(ref_total(h) + 1, sizeof *refs);
    struct store_gone_in *gone = calloc(h->gone_count + 1, sizeof *gone);
    struct store_complete_in *completes = calloc(h->complete_count + 1, sizeof *completes);
    struct store_apply apply = {.integration = h->integration->number, .sync_run = sync_run};

    if (records == NULL || refs == NULL || gone == NULL || completes == NULL) {
        struct weir_error err;

        (void)weir_fail(&err, WEIR_E_MEMORY, "no memory for what was fetched");
        done(ctx, err.code, NULL, &err);
    } else {
        apply.records = records;
        apply.record_count = fill_records(records, refs, h);
        for (size_t i = 0; i < h->gone_count; i++) {
            gone[i] = (struct store_gone_in){.model = h->gone[i].model->number, .id = h->gone[i].id};
        }
        for (size_t i = 0; i < h->complete_count; i++) {
            completes[i] = (struct store_complete_in){.model = h->completes[i].model,
                                                      .slot = h->completes[i].slot,
                                                      .parent = h->completes[i].parent};
        }
        apply.gone = gone;
        apply.gone_count = h->gone_count;
        apply.completes = completes;
        apply.complete_count = h->complete_count;
        apply.done = done_deliveries;
        apply.done_count = done_count;
        apply.seen = (const uint8_t(*)[STORE_HASH])h->seen;
        apply.seen_count = h->seen_count;
        apply.asides = h->asides;
        apply.aside_count = h->aside_count;
        apply.logs = h->logs;
        apply.log_count = h->log_count;
        apply.checkpoint = h->checkpoint;
        store_apply(h->flow->options.store, &apply, done, ctx);
    }
    free(records);
    free(refs);
    free(gone);
    free(completes);
}

int harvest_apply_wait(struct store_applied *out, struct harvest *h, uint64_t sync_run,
                       const struct store_sync *checkpoint, struct weir_error *err)
{
    struct applied_wait w;

    h->checkpoint = checkpoint;
    applied_wait_init(&w, h->flow);
    harvest_apply(h, NULL, 0, sync_run, applied_wait_done, &w);
    return applied_wait_end(out, &w, err);
}
