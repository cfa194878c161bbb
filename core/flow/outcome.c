/*
 * outcome: what a failed call to a connector means for the event and for its integration.
 *
 * One place decides, and logs it once. The code says what now: again, wait for a person, or set aside.
 */
#include "flow/gap.h"
#include "flow/harvest.h"

#include "base/log.h"

static void set_problem(struct store_integration *row, void *ctx)
{
    const struct weir_error *err = ctx;

    (void)snprintf(row->problem, sizeof row->problem, "%s", err->message);
}

enum outcome outcome_of(struct flow *flow, struct unit *unit, const char *call, const struct weir_error *err)
{
    struct integration *it = unit->integration;
    struct weir_error copy = *err;

    switch (err->code) {
    case WEIR_E_STOPPING:
        return OUTCOME_STOP;
    case WEIR_E_AUTH:
    case WEIR_E_CONFIG:
        log_error("integration needs a person", LOG_TEXT("integration", it->id), LOG_TEXT("call", call),
                  LOG_ERR(err));
        if (err->code == WEIR_E_AUTH) {
            state_refused(flow, it, err);
            /* A listing's own failure ends its sync by itself. */
            if (atomic_load(&it->blocked) && strcmp(call, "list") != 0) {
                sync_refused(flow, it, err->message);
            }
        } else {
            integration_update(it, flow->options.store, set_problem, &copy);
        }
        work_park(flow->work, unit->lane);
        return OUTCOME_PARKED;
    case WEIR_E_PERMISSION:
        log_error("integration lacks a permission", LOG_TEXT("integration", it->id), LOG_TEXT("call", call),
                  LOG_ERR(err));
        integration_update(it, flow->options.store, set_problem, &copy);
        return OUTCOME_ASIDE;
    case WEIR_E_REJECT:
    case WEIR_E_INVALID:
    case WEIR_E_UNSUPPORTED:
    case WEIR_E_LIMIT:
    case WEIR_E_NONE:
        log_warn("call failed for good", LOG_TEXT("integration", it->id), LOG_TEXT("call", call),
                 LOG_ERR(err));
        return OUTCOME_ASIDE;
    default:
        gap_out_of_reach(it, clock_now_ms(flow->options.clock));
        log_warn("call failed, tried again later", LOG_TEXT("integration", it->id), LOG_TEXT("call", call),
                 LOG_ERR(err));
        return OUTCOME_AGAIN;
    }
}

void outcome_good(struct flow *flow, struct unit *unit)
{
    work_succeeded(flow->work, unit->lane);
    gap_in_reach(flow, unit->integration);
    state_works(flow, unit->integration);
}
