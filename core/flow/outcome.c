/*
 * outcome: what a failed call to a connector means for the event and for its integration.
 *
 * One place decides, and logs it once. The code says what now: again, wait for a person, or set aside.
 */
#include "flow/harvest.h"

#include "base/log.h"

static void set_problem(struct store_integration *row, void *ctx)
{
    const struct weir_error *err = ctx;

    (void)snprintf(row->problem, sizeof row->problem, "%s", err->message);
}

struct auth_failure {
    const struct weir_error *err;
    int64_t now_ms;
};

static void set_auth_failed(struct store_integration *row, void *ctx)
{
    const struct auth_failure *failure = ctx;

    (void)snprintf(row->problem, sizeof row->problem, "%s", failure->err->message);
    if (row->auth_failed_since_ms == 0) {
        row->auth_failed_since_ms = failure->now_ms;
    }
}

static void clear_problem(struct store_integration *row, void *ctx)
{
    (void)ctx;
    row->problem[0] = '\0';
    row->auth_failed_since_ms = 0;
}

enum outcome outcome_of(struct flow *flow, struct unit *unit, const char *call, const struct weir_error *err)
{
    struct integration *it = unit->integration;
    struct auth_failure failure = {.err = err, .now_ms = clock_now_ms(flow->options.clock)};
    struct weir_error copy = *err;

    switch (err->code) {
    case WEIR_E_STOPPING:
        return OUTCOME_STOP;
    case WEIR_E_AUTH:
    case WEIR_E_CONFIG:
        log_error("integration needs a person", LOG_TEXT("integration", it->id), LOG_TEXT("call", call),
                  LOG_ERR(err));
        integration_update(it, flow->options.store, set_auth_failed, &failure);
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
        log_warn("call failed, tried again later", LOG_TEXT("integration", it->id), LOG_TEXT("call", call),
                 LOG_ERR(err));
        return OUTCOME_AGAIN;
    }
}

void outcome_good(struct flow *flow, struct unit *unit)
{
    struct integration *it = unit->integration;
    bool marked;

    work_succeeded(flow->work, unit->lane);
    pthread_mutex_lock(&it->lock);
    marked = it->row.problem[0] != '\0' || it->row.auth_failed_since_ms != 0;
    pthread_mutex_unlock(&it->lock);
    if (marked) {
        log_info("integration works again", LOG_TEXT("integration", it->id));
        integration_update(it, flow->options.store, clear_problem, NULL);
    }
}
