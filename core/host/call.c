#include "host/call.h"

#include "base/crypto.h"
#include "base/thread.h"
#include "host/instance_internal.h"
#include "host/registry.h"

/* ---- metrics ---- */

/* Called for each delivery on the loop, hence the pointers are kept: to make one takes a lock. why is a
 * failure's. */
static void count_call(struct instance *inst, enum call_kind kind, int outcome, int64_t took_us,
                       const struct weir_error *why)
{
    struct metric *total = atomic_load(&inst->totals[kind][outcome]);
    struct metric *seconds = atomic_load(&inst->seconds[kind]);
    char labels[160];

    health_count(inst->health, call_word(kind), outcome, clock_now_ms(inst->clock), why);
    health_count(inst->tool_health, call_word(kind), outcome, clock_now_ms(inst->clock), why);
    if (inst->metrics == NULL) {
        return;
    }
    if (total == NULL) {
        (void)snprintf(labels, sizeof labels, "connector=\"%s\",call=\"%s\",outcome=\"%s\"",
                       inst->connector->tool, call_word(kind), health_outcome_word(outcome));
        total = metrics_counter(inst->metrics, "weir_connector_calls_total", "Calls into connectors", labels);
        atomic_store(&inst->totals[kind][outcome], total);
    }
    if (seconds == NULL) {
        (void)snprintf(labels, sizeof labels, "connector=\"%s\",call=\"%s\"", inst->connector->tool,
                       call_word(kind));
        seconds = metrics_seconds(inst->metrics, "weir_connector_call_seconds",
                                  "How long calls into connectors took", labels);
        atomic_store(&inst->seconds[kind], seconds);
    }
    metric_add(total, 1);
    metric_observe_us(seconds, took_us);
}

/* ---- around a call on a worker ---- */

int call_enter(struct instance *inst, enum call_kind kind, const struct call_sink *out,
               struct weir_error *err)
{
    static const struct call_sink nothing = {0};

    /* A reload opens and closes instances on the thread that was asked for it. */
    thread_assert(THREAD_WORKER | THREAD_SETUP | (kind == CALL_OPEN || kind == CALL_CLOSE ? THREAD_WEB : 0));
    (void)pthread_mutex_lock(&inst->call_lock);
    if (kind != CALL_CLOSE && instance_is_stopping(inst)) {
        (void)pthread_mutex_unlock(&inst->call_lock);
        return weir_fail(err, WEIR_E_STOPPING, "%s is going down", inst->integration);
    }
    inst->call = (struct call){
        .kind = kind, .started_us = clock_mono_us(inst->clock), .out = out != NULL ? out : &nothing};
    inst->call.deadline_us = inst->call.started_us + (int64_t)inst->call_timeout_ms * 1000;
    atomic_store(&inst->caller, pthread_self());
    atomic_store(&inst->in_call, true);
    return 0;
}

int call_leave(struct instance *inst, int rc, struct weir_error *theirs, struct weir_error *err)
{
    struct call *call = &inst->call;
    struct weir_error why = {0};
    bool misbehaved = call->misbehaved;
    int outcome;

    atomic_store(&inst->in_call, false);
    http_release_all(inst);
    if (call->sink_rc != 0) {
        rc = weir_fail(&why, call->sink_rc, "%s", call->sink_err.message);
    } else if (rc != 0) {
        if (rc == WEIR_E_STOPPING && !call->told_to_stop && !instance_is_stopping(inst)) {
            rc = WEIR_E_LATER; /* nobody would come back to what was left because of a stop that is none */
        }
        blame_clean_secret(theirs->message, sizeof theirs->message, inst, inst->webhook_secrets,
                           WEBHOOK_SECRETS);
        rc = blame_settle(inst, call->kind, rc, theirs, &misbehaved, &why);
    }
    if (rc != 0 && err != NULL) {
        *err = why;
    }
    outcome = misbehaved ? (int)CALL_MISBEHAVED : -rc;
    count_call(inst, call->kind, outcome, clock_mono_us(inst->clock) - call->started_us, &why);
    (void)pthread_mutex_unlock(&inst->call_lock);
    return rc;
}

/* So that log lines and messages can be freed of it. The call lock is held. */
static void remember_secret(struct instance *inst, struct weir_str secret)
{
    char *text = inst->webhook_texts[inst->webhook_next];

    if (secret.len == 0 || secret.len > WEBHOOK_SECRET_MAX) {
        return;
    }
    for (size_t i = 0; i < WEBHOOK_SECRETS; i++) {
        if (crypto_equal(weir_str_bytes(inst->webhook_secrets[i]), weir_str_bytes(secret))) {
            return;
        }
    }
    memcpy(text, secret.data, secret.len);
    inst->webhook_secrets[inst->webhook_next] = weir_str_n(text, secret.len);
    inst->webhook_next = (inst->webhook_next + 1) % WEBHOOK_SECRETS;
}

int call_not_offered(const struct instance *inst, enum call_kind kind, struct weir_error *err)
{
    return weir_fail(err, WEIR_E_UNSUPPORTED, "connector %s does not offer %s", inst->connector->tool,
                     call_word(kind));
}

/* ---- verify ---- */

int call_check(struct instance *inst, const struct weir_request *request, struct weir_verdict *verdict,
               struct weir_error *err)
{
    int64_t started_us = clock_mono_us(inst->clock);
    struct weir_error theirs = {0};
    struct weir_error why = {0};
    bool misbehaved = false;
    int outcome;
    int rc;

    memset(verdict, 0, sizeof *verdict);
    verdict->size = sizeof *verdict;
    rc = inst->connector->verify->check(inst->self, request, verdict, &theirs);
    if (rc != 0) {
        blame_clean_secret(theirs.message, sizeof theirs.message, inst, request->secrets,
                           request->secret_count);
        rc = blame_settle(inst, CALL_CHECK, rc, &theirs, &misbehaved, &why);
        outcome = misbehaved ? (int)CALL_MISBEHAVED : -rc;
    } else {
        rc = verdict_check(verdict, inst, request, &why);
        outcome = rc != 0                            ? CALL_MISBEHAVED
                  : verdict->decision == WEIR_ACCEPT ? CALL_ACCEPTED
                  : verdict->decision == WEIR_REFUSE ? CALL_REFUSED
                                                     : CALL_HANDSHAKE;
    }
    if (rc != 0) {
        memset(verdict, 0, sizeof *verdict);
        verdict->size = sizeof *verdict;
        if (err != NULL) {
            *err = why;
        }
    }
    count_call(inst, CALL_CHECK, outcome, clock_mono_us(inst->clock) - started_us, &why);
    return rc;
}

int call_events(struct instance *inst, const struct weir_request *request, const struct call_sink *sink,
                struct weir_error *err)
{
    struct call_sink events = {.ctx = sink->ctx, .event = sink->event};
    struct weir_error theirs = {0};
    int rc = call_enter(inst, CALL_EVENTS, &events, err);

    if (rc != 0) {
        return rc;
    }
    for (size_t i = 0; i < request->secret_count; i++) {
        remember_secret(inst, request->secrets[i]);
    }
    rc = inst->connector->verify->events(inst->self, request, &inst->sink, &theirs);
    return call_leave(inst, rc, &theirs, err);
}

/* ---- fetch ---- */

int call_record(struct instance *inst, const struct weir_ref *ref, const struct call_sink *sink,
                struct weir_error *err)
{
    struct call_sink records = *sink;
    struct weir_error theirs = {0};
    int rc;

    if (connector_model(inst->connector, ref->model) == NULL) {
        /* An earlier version named it, and it waited since. */
        return weir_fail(err, WEIR_E_UNSUPPORTED, "connector %s %s does not deliver %.*s",
                         inst->connector->tool, inst->connector->version, WEIR_STR_ARG(ref->model));
    }
    records.event = NULL;
    records.next = NULL;
    records.touched = NULL;
    records.warning = NULL;
    rc = call_enter(inst, CALL_RECORD, &records, err);
    if (rc != 0) {
        return rc;
    }
    rc = inst->connector->fetch->record(inst->self, ref, &inst->sink, &theirs);
    return call_leave(inst, rc, &theirs, err);
}

int call_list(struct instance *inst, struct weir_str model, int64_t since_ms, struct weir_str cursor,
              const struct call_sink *sink, struct weir_error *err)
{
    struct call_sink records = *sink;
    struct weir_error theirs = {0};
    int rc;

    records.event = NULL;
    records.touched = NULL;
    records.warning = NULL;
    rc = call_enter(inst, CALL_LIST, &records, err);
    if (rc != 0) {
        return rc;
    }
    inst->call.cursor = cursor;
    rc = inst->connector->fetch->list(inst->self, model, since_ms, cursor, &inst->sink, &theirs);
    return call_leave(inst, rc, &theirs, err);
}

int call_missed(struct instance *inst, int64_t since_ms, struct weir_str cursor, const struct call_sink *sink,
                struct weir_error *err)
{
    struct call_sink events = {.ctx = sink->ctx, .event = sink->event, .next = sink->next};
    struct weir_error theirs = {0};
    int rc;

    if (inst->connector->fetch->missed == NULL) {
        return call_not_offered(inst, CALL_MISSED, err);
    }
    rc = call_enter(inst, CALL_MISSED, &events, err);
    if (rc != 0) {
        return rc;
    }
    inst->call.cursor = cursor;
    rc = inst->connector->fetch->missed(inst->self, since_ms, cursor, &inst->sink, &theirs);
    return call_leave(inst, rc, &theirs, err);
}

/* ---- act ---- */

int call_act(struct instance *inst, struct weir_str action, struct weir_bytes input,
             const struct call_sink *sink, struct weir_error *err)
{
    const struct weir_act *act = inst->connector->act;
    struct call_sink of_act = *sink;
    struct weir_error theirs = {0};
    bool offered = false;
    int rc;

    for (size_t i = 0; act != NULL && i < act->action_count; i++) {
        offered = offered || weir_str_is(action, act->actions[i].id);
    }
    if (!offered) {
        return call_not_offered(inst, CALL_ACT, err);
    }
    of_act.event = NULL;
    of_act.next = NULL;
    rc = call_enter(inst, CALL_ACT, &of_act, err);
    if (rc != 0) {
        return rc;
    }
    rc = act->run(inst->self, action, input, &inst->sink, &theirs);
    rc = rc == WEIR_E_NONE ? WEIR_E_INVALID : rc; /* there is nothing that this could say is gone */
    return call_leave(inst, rc, &theirs, err);
}

/* ---- subscribe ---- */

/* Of what ensure and inspect filled in. */
static int check_subscription(struct weir_subscription *have, struct instance *inst, struct weir_error *err)
{
    unsigned char changed;

    /* Any byte may stand there; as a bool only two of them may be read. */
    memcpy(&changed, &have->changed, sizeof changed);
    have->changed = changed != 0;
    have->size = sizeof *have;
    blame_clean(have->remote_id, sizeof have->remote_id);
    blame_clean_secret(have->detail, sizeof have->detail, inst, inst->webhook_secrets, WEBHOOK_SECRETS);
    if (have->state < WEIR_SUB_NONE || have->state > WEIR_SUB_FAILED) {
        inst->call.misbehaved = true;
        return blame(inst, inst->call.kind, err, "it reports the unknown state %d", (int)have->state);
    }
    return 0;
}

static int call_subscription(struct instance *inst, enum call_kind kind,
                             int (*fn)(void *self, const struct weir_subscription_want *want,
                                       struct weir_subscription *have, struct weir_error *err),
                             const struct weir_subscription_want *want, struct weir_subscription *have,
                             struct weir_error *err)
{
    struct weir_subscription theirs_have = {.size = sizeof theirs_have};
    struct weir_error theirs = {0};
    int rc;

    if (fn == NULL) {
        return call_not_offered(inst, kind, err);
    }
    rc = call_enter(inst, kind, NULL, err);
    if (rc != 0) {
        return rc;
    }
    remember_secret(inst, want->secret);
    rc = fn(inst->self, want, &theirs_have, &theirs);
    if (rc == 0) {
        rc = check_subscription(&theirs_have, inst, &theirs);
    }
    rc = call_leave(inst, rc, &theirs, err);
    if (rc == 0) {
        *have = theirs_have;
    }
    return rc;
}

int call_ensure(struct instance *inst, const struct weir_subscription_want *want,
                struct weir_subscription *have, struct weir_error *err)
{
    const struct weir_subscribe *subscribe = inst->connector->subscribe;

    return call_subscription(inst, CALL_ENSURE, subscribe != NULL ? subscribe->ensure : NULL, want, have,
                             err);
}

int call_inspect(struct instance *inst, const struct weir_subscription_want *want,
                 struct weir_subscription *have, struct weir_error *err)
{
    const struct weir_subscribe *subscribe = inst->connector->subscribe;

    return call_subscription(inst, CALL_INSPECT, subscribe != NULL ? subscribe->inspect : NULL, want, have,
                             err);
}

int call_remove(struct instance *inst, const struct weir_subscription_want *want, struct weir_error *err)
{
    const struct weir_subscribe *subscribe = inst->connector->subscribe;
    struct weir_error theirs = {0};
    int rc;

    if (subscribe == NULL || subscribe->remove == NULL) {
        return call_not_offered(inst, CALL_REMOVE, err);
    }
    rc = call_enter(inst, CALL_REMOVE, NULL, err);
    if (rc != 0) {
        return rc;
    }
    remember_secret(inst, want->secret);
    rc = subscribe->remove(inst->self, want, &theirs);
    return call_leave(inst, rc, &theirs, err);
}
