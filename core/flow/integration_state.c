/*
 * integration_state: is an integration at work, and do the endpoints know?
 *
 * Credentials that were refused for three days without one good answer make it INVALID: its tool is left
 * alone until they change. Which ones were refused is remembered, so that a restart does not begin to knock
 * again.
 */
#include "flow/flow_internal.h"

#include "base/log.h"
#include "flow/notice.h"

#define INVALID_AFTER_MS (3LL * 24 * 60 * 60 * 1000)

/* Among the connector's values, under a name that no connector can use. */
static const char refusal_key[] = "@refused";

bool integration_is_off(const struct integration *it)
{
    return it->paused || atomic_load(&it->kept->off);
}

bool integration_rests(struct integration *it)
{
    return integration_is_off(it) || atomic_load(&it->blocked);
}

void integration_recall_refusal(struct integration *it)
{
    struct store_integration row;
    uint64_t refused = 0;
    size_t len = 0;

    integration_row(&row, it);
    crypto_wipe(row.secrets, sizeof row.secrets);
    if (row.state == STORE_INVALID &&
        store_state_get(it->store, it->number, weir_str(refusal_key), &refused, sizeof refused, &len, NULL) ==
            0 &&
        len == sizeof refused && refused == it->settings_digest) {
        atomic_store(&it->blocked, true);
    }
}

/* ---- refused ---- */

struct refusal {
    const struct weir_error *why;
    int64_t now_ms;
    bool became_invalid, is_invalid;
};

static void set_refused(struct store_integration *row, void *ctx)
{
    struct refusal *r = ctx;

    (void)snprintf(row->problem, sizeof row->problem, "%s", r->why->message);
    if (row->auth_failed_since_ms == 0) {
        row->auth_failed_since_ms = r->now_ms;
    }
    if (row->state == STORE_ACTIVE && r->now_ms - row->auth_failed_since_ms >= INVALID_AFTER_MS) {
        row->state = STORE_INVALID;
        r->became_invalid = true;
    }
    r->is_invalid = row->state == STORE_INVALID;
}

void state_refused(struct flow *flow, struct integration *it, const struct weir_error *why)
{
    struct refusal r = {.why = why, .now_ms = clock_now_ms(flow->options.clock)};
    struct weir_error err = {0};

    integration_update(it, flow->options.store, set_refused, &r);
    if (!r.is_invalid) {
        return;
    }
    if (r.became_invalid) {
        log_error("credentials were refused for three days: paused until they change",
                  LOG_TEXT("integration", it->id), LOG_ERR(why));
    }
    if (store_state_put(it->store, it->number, weir_str(refusal_key),
                        weir_bytes(&it->settings_digest, sizeof it->settings_digest), &err) != 0) {
        log_warn("refused credentials will be tried once more after a restart",
                 LOG_TEXT("integration", it->id), LOG_ERR(&err));
    }
    atomic_store(&it->blocked, true);
    state_tell(flow, it);
}

/* ---- good again ---- */

static void set_works(struct store_integration *row, void *ctx)
{
    row->problem[0] = '\0';
    row->auth_failed_since_ms = 0;
    if (row->state == STORE_INVALID) {
        row->state = STORE_ACTIVE;
        *(bool *)ctx = true;
    }
}

/* It has not been read for days. */
static void read_at_once(struct flow *flow, struct integration *it)
{
    struct flow_sync ignored;
    struct weir_error err = {0};

    if (sync_begin(&ignored, flow, it, SYNC_BY_RHYTHM, &err) != 0) {
        log_warn("sync could not begin", LOG_TEXT("integration", it->id), LOG_ERR(&err));
    }
}

void state_works(struct flow *flow, struct integration *it)
{
    const struct store_integration *row = &it->kept->row;
    bool was_invalid = false;
    bool marked;

    pthread_mutex_lock(&it->kept->lock);
    marked = row->problem[0] != '\0' || row->auth_failed_since_ms != 0 || row->state == STORE_INVALID;
    pthread_mutex_unlock(&it->kept->lock);
    if (!marked) {
        return;
    }
    log_info("integration works again", LOG_TEXT("integration", it->id));
    integration_update(it, flow->options.store, set_works, &was_invalid);
    atomic_store(&it->blocked, false);
    state_tell(flow, it);
    if (was_invalid) {
        read_at_once(flow, it);
    }
    schedule_poke(flow->schedule);
}

/* ---- telling ---- */

/* Is there a state to tell? Then *row is as it was, and nobody else tells it. */
static bool claim(struct store_integration *row, int32_t *state, struct integration *it)
{
    struct store_integration *kept = &it->kept->row;
    bool news;

    pthread_mutex_lock(&it->kept->lock);
    *state = integration_is_off(it) ? STORE_INACTIVE : kept->state;
    news = (*state != kept->told_state || kept->life.setup != kept->life.told_setup ||
            kept->life.qa != kept->life.told_qa) &&
           kept->state != STORE_DELETED;
    *row = *kept;
    if (news) {
        kept->told_state = *state;
        kept->life.told_setup = kept->life.setup;
        kept->life.told_qa = kept->life.qa;
    }
    pthread_mutex_unlock(&it->kept->lock);
    crypto_wipe(row->secrets, sizeof row->secrets);
    return news;
}

/* Just written down. */
static void set_nothing(struct store_integration *row, void *ctx)
{
    (void)row;
    (void)ctx;
}

static void on_notified(void *ctx, int rc, const struct store_due *due, size_t due_count,
                        const struct weir_error *err)
{
    struct flow *flow = ctx;

    if (rc != 0 && rc != WEIR_E_STOPPING) {
        log_error("the endpoints could not be told of an integration", LOG_ERR(err));
    }
    for (size_t i = 0; rc == 0 && i < due_count; i++) {
        dispatch_poke(flow->dispatch, due[i].endpoint);
    }
}

static void tell(struct flow *flow, const struct integration *it, uint32_t type, const struct buf *body)
{
    if (!body->failed) {
        store_notify(flow->options.store, type, it->number, buf_bytes(body), on_notified, flow);
    }
}

void state_tell(struct flow *flow, struct integration *it)
{
    struct store_integration row;
    int32_t state;
    struct buf body;

    if (!claim(&row, &state, it)) {
        return;
    }
    buf_init(&body, 8192);
    notice_state_changed(&body, it, state, &row.life, clock_now_ms(flow->options.clock));
    /* The message first: a stop between the two tells it twice, which is better than never. */
    tell(flow, it, STORE_EVENT_INTEGRATION_STATE_CHANGED, &body);
    integration_update(it, flow->options.store, set_nothing, NULL);
    buf_fini(&body);
}

void flow_tell_created(struct flow *flow, const struct integration *it)
{
    struct buf body;

    buf_init(&body, 8192);
    notice_created(&body, it);
    tell(flow, it, STORE_EVENT_INTEGRATION_CREATED, &body);
    buf_fini(&body);
}

void flow_tell_deleted(struct flow *flow, const struct integration *it, int64_t deleted_at_ms)
{
    struct buf body;

    buf_init(&body, 8192);
    notice_deleted(&body, it, deleted_at_ms);
    tell(flow, it, STORE_EVENT_INTEGRATION_DELETED, &body);
    buf_fini(&body);
}

void flow_proved(struct flow *flow, struct integration *it)
{
    state_works(flow, it);
}
