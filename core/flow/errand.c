/*
 * errand: calls to a tool for an integration that has no lane - one that leaves, or one that is only tried.
 *
 * One thread, so that neither a lane nor a web thread waits in a connector. One that leaves takes its
 * subscription with it: that is tried again for three days, and then a person is told what was left behind.
 * Whoever comes back meanwhile stays.
 */
#include "flow/errand.h"

#include "base/log.h"
#include "base/thread.h"
#include "flow/harvest.h"
#include "flow/trial.h"

#include <stdlib.h>

#define GIVE_UP_AFTER_MS (3LL * 24 * 60 * 60 * 1000)
#define SLEEP_MS (60LL * 60 * 1000)

/* A web thread that waits for a trial. */
struct answer {
    bool is_there;
    bool wants_lacks;
    int rc;
    struct weir_error err;
    struct flow_lacks lacks;
};

struct errand {
    struct errand *next;
    struct integration *it; /* a reference */
    bool trial;             /* else it leaves */
    bool wants_lacks;       /* of a trial */
    struct answer *answer;  /* of a trial; NULL: nobody waits any more */
    uint32_t tries;
    int64_t due_ms, give_up_ms; /* of the clock */
};

struct errands {
    struct flow *flow;
    pthread_t thread;
    bool started;
    pthread_mutex_t lock; /* guards the rest, and what answers point to */
    pthread_cond_t wake, answered;
    bool stopping;
    struct errand *first;
    struct instance *calling; /* in a call now */
};

struct errands *errands_new(struct flow *flow)
{
    struct errands *errands = calloc(1, sizeof *errands);

    if (errands != NULL) {
        errands->flow = flow;
        pthread_mutex_init(&errands->lock, NULL);
        thread_cond_init(&errands->wake);
        thread_cond_init(&errands->answered);
    }
    return errands;
}

static void errand_free(struct errand *errand)
{
    integration_unref(errand->it);
    free(errand);
}

void errands_free(struct errands *errands)
{
    if (errands == NULL) {
        return;
    }
    while (errands->first != NULL) {
        struct errand *next = errands->first->next;

        errand_free(errands->first);
        errands->first = next;
    }
    pthread_cond_destroy(&errands->answered);
    pthread_cond_destroy(&errands->wake);
    pthread_mutex_destroy(&errands->lock);
    free(errands);
}

/* ---- one that leaves ---- */

/* It was taken into the directory again: then what was removed has to be made anew. */
static bool is_back(struct flow *flow, const struct integration *it, bool removed)
{
    struct integration *now = directory_find_number(flow->options.directory, it->number);

    if (now != NULL && removed && subscription_is_automatic(now)) {
        subscription_ask(flow, now, SUBSCRIPTION_ENSURE);
    }
    integration_unref(now);
    return now != NULL;
}

static void set_gone(struct store_integration *row, void *ctx)
{
    const char *left_behind = ctx;

    row->subscription_state = left_behind[0] == '\0' ? WEIR_SUB_NONE : WEIR_SUB_FAILED;
    row->subscription_since_ms = 0;
    (void)snprintf(row->subscription_detail, sizeof row->subscription_detail, "%s", left_behind);
    if (left_behind[0] == '\0') {
        row->subscription_remote_id[0] = '\0';
    }
}

/* Its id at the tool, "" if it is not there. */
static void remote_id_of(char *out, size_t size, struct integration *it)
{
    struct store_integration row;

    integration_row(&row, it);
    crypto_wipe(row.secrets, sizeof row.secrets);
    (void)snprintf(out, size, "%s", row.subscription_remote_id);
}

/* Nothing to call for: a person made it, or it is not there. */
static bool has_nothing(const struct integration *it, const char *remote_id)
{
    return !subscription_is_automatic(it) || it->connector->subscribe->remove == NULL || remote_id[0] == '\0';
}

static int unsubscribe(struct flow *flow, struct integration *it, struct weir_error *err)
{
    struct subscription_wish wish;
    int rc = integration_open(it, flow->options.client, flow->options.clock, flow->options.metrics, err);

    if (rc == 0) {
        subscription_wish_init(&wish, it);
        errands_call_with(flow->errands, atomic_load(&it->instance));
        rc = call_remove(atomic_load(&it->instance), &wish.want, err);
        errands_call_with(flow->errands, NULL);
    }
    return rc;
}

/* Its deliveries have nobody who would look at them. */
struct leftovers {
    uint64_t seqs[256];
    size_t count;
};

static bool take_leftover(void *ctx, const struct store_inbox_item *item)
{
    struct leftovers *l = ctx;

    l->seqs[l->count++] = item->seq;
    return l->count < sizeof l->seqs / sizeof l->seqs[0];
}

static void broken_leftover(void *ctx, uint64_t seq)
{
    struct leftovers *l = ctx;

    if (l->count < sizeof l->seqs / sizeof l->seqs[0]) {
        l->seqs[l->count++] = seq;
    }
}

static void drop_deliveries(struct flow *flow, const struct integration *it)
{
    struct leftovers l;
    uint64_t after = 0;
    size_t dropped = 0;

    do {
        l.count = 0;
        if (store_inbox_read(flow->options.store, it->number, after, sizeof l.seqs / sizeof l.seqs[0],
                             take_leftover, broken_leftover, &l, NULL) != 0) {
            break;
        }
        flow_book(flow, it->number, l.seqs, l.count);
        after = l.count > 0 ? l.seqs[l.count - 1] : after;
        dropped += l.count;
    } while (l.count > 0 && !atomic_load(&flow->stopping));
    if (dropped > 0) {
        log_info("deliveries of a deleted integration dropped", LOG_TEXT("integration", it->id),
                 LOG_INT("deliveries", dropped));
    }
}

static void left(struct flow *flow, struct integration *it, const char *left_behind)
{
    integration_update(it, flow->options.store, set_gone, (void *)(uintptr_t)left_behind);
    if (it->deleted) {
        drop_deliveries(flow, it);
    }
    if (flow->options.left != NULL) {
        flow->options.left(flow->options.left_ctx, it);
    }
}

/* false: once more, later. */
static bool farewell(struct flow *flow, struct errand *errand)
{
    struct integration *it = errand->it;
    struct weir_error err = {0};
    char remote_id[sizeof((struct store_integration *)NULL)->subscription_remote_id];
    char left_behind[252] = "";
    int rc = 0;

    if (is_back(flow, it, false)) {
        return true;
    }
    remote_id_of(remote_id, sizeof remote_id, it);
    if (it->connector == NULL && remote_id[0] != '\0') {
        log_error("subscription of an integration that left stays at the tool: its connector is not loaded",
                  LOG_TEXT("integration", it->id), LOG_TEXT("remote_id", remote_id));
        return true; /* what was made at run time is taken up again after the next start */
    }
    if (!has_nothing(it, remote_id)) {
        rc = unsubscribe(flow, it, &err);
        if (rc == WEIR_E_STOPPING) {
            return true;
        }
        if ((rc == WEIR_E_LATER || rc == WEIR_E_MEMORY || rc == WEIR_E_IO) &&
            clock_now_ms(flow->options.clock) < errand->give_up_ms) {
            log_warn("subscription of an integration that left could not be removed, tried again later",
                     LOG_TEXT("integration", it->id), LOG_ERR(&err));
            return false;
        }
        if (rc == 0) {
            log_info("subscription removed, the integration left", LOG_TEXT("integration", it->id));
        } else {
            log_error("subscription of an integration that left stays at the tool: delete it there by hand",
                      LOG_TEXT("integration", it->id), LOG_TEXT("remote_id", remote_id), LOG_ERR(&err));
            (void)snprintf(left_behind, sizeof left_behind, "left at the tool: %.200s", err.message);
        }
    }
    if (is_back(flow, it, true)) {
        return true;
    }
    left(flow, it, left_behind);
    return true;
}

/* ---- the thread ---- */

/* The one that is due first; *wait_ms: how long until then. The lock is held. */
static struct errand *first_due(struct errands *errands, int64_t *wait_ms)
{
    int64_t now_ms = clock_now_ms(errands->flow->options.clock);
    struct errand *first = NULL;

    for (struct errand *e = errands->first; e != NULL; e = e->next) {
        if (first == NULL || e->due_ms < first->due_ms) {
            first = e;
        }
    }
    *wait_ms = first != NULL ? first->due_ms - now_ms : SLEEP_MS;
    return first;
}

static void unlink_errand(struct errands *errands, const struct errand *errand)
{
    struct errand **at = &errands->first;

    while (*at != errand) {
        at = &(*at)->next;
    }
    *at = errand->next;
}

static void put_off(struct errands *errands, struct errand *errand)
{
    const struct flow_options *o = &errands->flow->options;
    int64_t wait_ms = o->backoff_first_ms;

    for (uint32_t i = 0; i < errand->tries && wait_ms < o->backoff_max_ms; i++) {
        wait_ms *= 2;
    }
    errand->tries++;
    errand->due_ms = clock_now_ms(o->clock) + (wait_ms < o->backoff_max_ms ? wait_ms : o->backoff_max_ms);
}

/* The lock is held. */
static void add(struct errands *errands, struct errand *errand)
{
    errand->next = errands->first;
    errands->first = errand;
    pthread_cond_signal(&errands->wake);
}

/* Without the lock: it may take long. The errand is in no list. */
static void run_one(struct errands *errands, struct errand *errand)
{
    struct flow *flow = errands->flow;
    struct flow_lacks lacks = {.count = 0};
    struct weir_error err = {0};
    bool over = true;
    int rc = 0;

    if (errand->trial) {
        rc = trial_run(flow, errand->it, errand->wants_lacks ? &lacks : NULL, &err);
    } else {
        over = farewell(flow, errand);
    }
    pthread_mutex_lock(&errands->lock);
    if (errand->answer != NULL) {
        *errand->answer = (struct answer){.is_there = true, .rc = rc, .err = err, .lacks = lacks};
        pthread_cond_broadcast(&errands->answered);
    }
    if (!over) {
        put_off(errands, errand);
        add(errands, errand);
        errand = NULL;
    }
    pthread_mutex_unlock(&errands->lock);
    if (errand != NULL) {
        errand_free(errand);
    }
}

static void *run(void *arg)
{
    struct errands *errands = arg;

    pthread_mutex_lock(&errands->lock);
    while (!errands->stopping) {
        int64_t wait_ms;
        struct errand *errand = first_due(errands, &wait_ms);

        if (errand == NULL || wait_ms > 0) {
            thread_wait_ms(&errands->wake, &errands->lock, wait_ms);
            continue;
        }
        unlink_errand(errands, errand);
        pthread_mutex_unlock(&errands->lock);
        run_one(errands, errand);
        pthread_mutex_lock(&errands->lock);
    }
    pthread_mutex_unlock(&errands->lock);
    return NULL;
}

int errands_start(struct errands *errands, struct weir_error *err)
{
    int rc = thread_start(&errands->thread, THREAD_WORKER, "errands", run, errands, err);

    errands->started = rc == 0;
    return rc;
}

void errands_stop(struct errands *errands)
{
    pthread_mutex_lock(&errands->lock);
    errands->stopping = true;
    pthread_cond_signal(&errands->wake);
    pthread_cond_broadcast(&errands->answered);
    instance_stop(errands->calling);
    pthread_mutex_unlock(&errands->lock);
}

void errands_call_with(struct errands *errands, struct instance *instance)
{
    pthread_mutex_lock(&errands->lock);
    errands->calling = instance;
    if (errands->stopping) {
        instance_stop(instance);
    }
    pthread_mutex_unlock(&errands->lock);
}

void errands_join(struct errands *errands)
{
    if (errands->started) {
        pthread_join(errands->thread, NULL);
        errands->started = false;
    }
}

/* ---- from outside ---- */

static struct errand *errand_new(struct flow *flow, struct integration *it, struct answer *answer)
{
    struct errand *errand = calloc(1, sizeof *errand);

    if (errand != NULL) {
        errand->it = integration_ref(it);
        errand->answer = answer;
        errand->trial = answer != NULL;
        errand->wants_lacks = answer != NULL && answer->wants_lacks;
        errand->give_up_ms = clock_now_ms(flow->options.clock) + GIVE_UP_AFTER_MS;
    }
    return errand;
}

void flow_farewell(struct flow *flow, struct integration *it)
{
    struct errand *errand = errand_new(flow, it, NULL);

    if (errand == NULL) {
        log_error(
            "no memory to remove the subscription of an integration that left: delete it at the tool by hand",
            LOG_TEXT("integration", it->id));
        return;
    }
    pthread_mutex_lock(&flow->errands->lock);
    add(flow->errands, errand);
    pthread_mutex_unlock(&flow->errands->lock);
}

int flow_try(struct flow *flow, struct integration *candidate, struct flow_lacks *lacks_or_null,
             struct weir_error *err)
{
    struct errands *errands = flow->errands;
    struct answer answer = {.wants_lacks = lacks_or_null != NULL};
    struct errand *errand = errand_new(flow, candidate, &answer);

    if (errand == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory to try the settings of %s", candidate->id);
    }
    pthread_mutex_lock(&errands->lock);
    if (errands->stopping) {
        pthread_mutex_unlock(&errands->lock);
        errand_free(errand);
        return weir_fail(err, WEIR_E_STOPPING, "the daemon is going down");
    }
    add(errands, errand);
    while (!answer.is_there && !errands->stopping) {
        thread_wait_ms(&errands->answered, &errands->lock, SLEEP_MS);
    }
    if (!answer.is_there) {
        /* It is freed with the lock held, and only once it was answered: so it is there. */
        errand->answer = NULL;
        answer.rc = weir_fail(&answer.err, WEIR_E_STOPPING, "the daemon is going down");
    }
    pthread_mutex_unlock(&errands->lock);
    if (err != NULL && answer.rc != 0) {
        *err = answer.err;
    }
    if (lacks_or_null != NULL) {
        *lacks_or_null = answer.lacks;
    }
    return answer.rc;
}
