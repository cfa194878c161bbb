/*
 * sync_request: syncs, as somebody from outside the flow asks for them and looks at them.
 */
#include "flow/flow_internal.h"
#include "flow/runs.h"

int flow_sync_request(struct flow_sync *out, struct flow *flow, struct weir_str integration, bool full,
                      struct weir_error *err)
{
    struct integration *it = directory_find(flow->options.directory, integration);
    int rc;

    if (it == NULL) {
        return weir_fail(err, WEIR_E_NONE, "there is no integration %.*s", WEIR_STR_ARG(integration));
    }
    if (integration_is_off(it)) {
        rc = weir_fail(err, WEIR_E_CONFIG, "%s is switched off, so its tool is not called", it->id);
    } else if (atomic_load(&it->blocked)) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the tool refuses the credentials of %s: change them first",
                       it->id);
    } else {
        rc = sync_begin(out, flow, it, full ? SYNC_FULL : SYNC_DELTA, err);
        work_retry_now(flow->work, it->number);
    }
    integration_unref(it);
    return rc;
}

int flow_sync_cancel(char id[ID_TEXT], struct flow *flow, struct weir_str integration, struct weir_error *err)
{
    struct integration *it = directory_find(flow->options.directory, integration);
    int rc;

    if (it == NULL) {
        return weir_fail(err, WEIR_E_NONE, "there is no integration %.*s", WEIR_STR_ARG(integration));
    }
    rc = sync_cancel(id, flow, it, err);
    integration_unref(it);
    return rc;
}

bool flow_sync_progress(struct flow_progress *out, struct flow *flow, uint32_t integration)
{
    struct run_view run;

    if (!runs_find(&run, flow->runs, integration)) {
        return false;
    }
    *out = (struct flow_progress){.run = run.run,
                                  .waiting = !run.turn,
                                  .turn_ms = run.turn_ms,
                                  .records_then = run.records_then,
                                  .records_hoped = run.records_hoped};
    return true;
}

int64_t flow_next_sync_ms(struct flow *flow, struct integration *it)
{
    int64_t due_ms = sync_due_ms(flow, it);

    return due_ms != INT64_MAX ? due_ms : 0;
}

int64_t flow_sync_every_ms(bool *relaxed, struct flow *flow, struct integration *it)
{
    *relaxed = sync_is_relaxed(flow, it);
    return *relaxed ? flow->options.sync_relaxed_ms : flow->options.sync_interval_ms;
}
