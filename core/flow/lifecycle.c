/*
 * lifecycle: what a person does with an integration as a whole: switch it off and on, end its set-up, vouch
 * for its data.
 */
#include "flow/holding.h"

#include "base/log.h"

/* ---- off and on ---- */

static void set_off(struct store_integration *row, void *ctx)
{
    row->life.off = *(const bool *)ctx;
}

/* What was handed to the writer before is on disk when this returns. */
static int wait_for_disk(struct integration *it, struct weir_error *err)
{
    return store_state_put(it->store, it->number, weir_str("@nothing"), weir_bytes(NULL, 0), err);
}

static void begin_full(struct flow *flow, struct integration *it)
{
    struct flow_sync ignored;
    struct weir_error err = {0};

    if (sync_begin(&ignored, flow, it, SYNC_FULL, &err) != 0) {
        log_warn("sync could not begin", LOG_TEXT("integration", it->id), LOG_ERR(&err));
    }
}

static void begin_again(struct flow *flow, struct integration *it)
{
    work_want(flow->work, it->number, WANT_OPEN);
    if (atomic_load(&it->prepared) && subscription_is_looked_after(it)) {
        subscription_ask(flow, it, SUBSCRIPTION_ENSURE);
    }
    work_retry_now(flow->work, it->number);
    if (holding_owes(it)) {
        begin_full(flow, it); /* not only when its turn comes after a start */
    }
}

int flow_switch(struct flow *flow, struct integration *it, bool on, struct weir_error *err)
{
    bool off = !on;
    int rc;

    if (on && it->paused) {
        return weir_fail(
            err, WEIR_E_CONFIG,
            "%s is paused in the configuration file: set paused = false there, then: weir reload", it->id);
    }
    atomic_store(&it->kept->off, off);
    integration_update(it, flow->options.store, set_off, &off);
    rc = wait_for_disk(it, err);
    log_info(on ? "integration switched on" : "integration switched off", LOG_TEXT("integration", it->id));
    if (on) {
        begin_again(flow, it);
    } else {
        sync_end_former(flow);
    }
    state_tell(flow, it);
    schedule_poke(flow->schedule);
    return rc;
}

/* ---- set up ---- */

static void set_done(struct store_integration *row, void *ctx)
{
    bool *news = ctx;

    if (row->life.setup == STORE_SETUP_INCOMPLETE) {
        row->life.setup = STORE_SETUP_SYNC_PENDING;
        *news = true;
    }
}

static bool is_at(struct integration *it, int32_t setup)
{
    bool is;

    pthread_mutex_lock(&it->kept->lock);
    is = it->kept->row.life.setup == setup;
    pthread_mutex_unlock(&it->kept->lock);
    return is;
}

void setup_sync_ended(struct flow *flow, struct integration *it)
{
    /* Only one that began before the steps were done, or read a part alone, leaves it so. */
    if (is_at(it, STORE_SETUP_SYNC_PENDING)) {
        begin_full(flow, it);
    }
}

void flow_setup_done(struct flow *flow, struct integration *it)
{
    bool news = false;

    if (!is_at(it, STORE_SETUP_INCOMPLETE)) {
        return;
    }
    integration_update(it, flow->options.store, set_done, &news);
    if (!news) {
        return;
    }
    log_info("set-up steps are done", LOG_TEXT("integration", it->id));
    state_tell(flow, it);
    begin_full(flow, it);
}

/* ---- quality ---- */

static void set_passed(struct store_integration *row, void *ctx)
{
    (void)ctx;
    row->life.qa = STORE_QA_PASSED;
    row->life.qa_reason[0] = '\0';
}

int flow_pass_quality(struct flow *flow, struct integration *it, struct weir_error *err)
{
    struct store_integration row;
    int rc;

    integration_row(&row, it);
    crypto_wipe(row.secrets, sizeof row.secrets);
    if (!row.first_sync_done) {
        return weir_fail(err, WEIR_E_CONFIG, "nothing of %s was read yet, so there is nothing to vouch for",
                         it->id);
    }
    integration_update(it, flow->options.store, set_passed, NULL);
    rc = wait_for_disk(it, err);
    state_tell(flow, it);
    return rc;
}
