#include "flow/retire.h"

#include "base/log.h"
#include "store/fields.h"

static bool note_alive(void *ctx, const struct store_record *record)
{
    bool *alive = ctx;

    *alive = record->deleted_at_ms == 0;
    return !*alive;
}

/* Is there anything to mark? In doubt, yes: marking is what finds out then. */
static bool has_records(struct store_reader *reader, uint32_t integration, uint8_t model)
{
    bool alive = false;

    return store_records_by_id(reader, integration, model, weir_str(""), note_alive, &alive, NULL) != 0 ||
           alive;
}

static void on_marked(void *ctx, int rc, const struct store_applied *applied, const struct weir_error *err)
{
    if (rc == 0) {
        flow_applied(ctx, applied);
    } else if (rc != WEIR_E_STOPPING) {
        log_warn("records of a model were not marked, they are at the next sync or start", LOG_ERR(err));
    }
}

void retire_models(struct flow *flow, const struct integration *it)
{
    struct store_reader *reader = NULL;
    uint8_t off[256];
    size_t count = 0;

    if (store_reader_open(&reader, flow->options.store, NULL) != 0) {
        return;
    }
    for (size_t n = 0; model_nth(n) != NULL; n++) {
        const struct model *model = model_nth(n);

        if (!scope_allows(it->scope, model) && has_records(reader, it->number, model->number)) {
            off[count++] = model->number;
        }
    }
    store_reader_close(reader);
    for (size_t i = 0; i < count; i++) {
        log_info("records of a model that is switched off are marked as deleted",
                 LOG_TEXT("integration", it->id), LOG_TEXT("model", model_by_number(off[i])->name));
        store_model_clear(flow->options.store, it->number, off[i], on_marked, flow);
    }
}

void flow_fields_changed(struct flow *flow, uint32_t integration, uint8_t model)
{
    store_model_touch(flow->options.store, integration, model, on_marked, flow);
}
