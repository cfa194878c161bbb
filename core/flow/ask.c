#include "flow/ask.h"

#include "base/log.h"
#include "flow/harvest.h"

#include <stdlib.h>

struct asking {
    struct ask ask; /* the lane's; the first member */
    const char *action;
    struct weir_bytes input;
    const struct pass_request *request; /* NULL: an action */
    void (*acted)(void *ctx, int rc, const struct flow_acted *acted, const struct weir_error *err);
    void (*passed)(void *ctx, int rc, const struct pass_answer *answer, const struct weir_error *err);
    void *ctx;
};

static void take_fail(struct asking *a, const struct weir_error *err)
{
    if (a->request != NULL) {
        a->passed(a->ctx, err->code, NULL, err);
    } else {
        a->acted(a->ctx, err->code, NULL, err);
    }
    free(a);
}

/* ---- an action ---- */

/* What was touched is read, so that the answer is the record, and those downstream are told at once. */
static int read_back(struct harvest *h, struct unit *unit, struct weir_error *err)
{
    struct weir_ref ref;
    const struct model *model;
    int rc;

    if (!harvest_touched(&ref, h)) {
        return 0;
    }
    model = model_find(ref.model);
    rc = call_record(atomic_load(&unit->integration->instance), &ref, harvest_sink(h), err);
    return rc == WEIR_E_NONE && model != NULL ? harvest_gone(h, model, ref.remote_id, err) : rc;
}

static int store(struct harvest *h, struct flow *flow, struct unit *unit, struct weir_error *err)
{
    struct store_applied applied;
    int rc = harvest_normalise(h, 0, 0, unit->lane, err);

    return rc == 0
               ? harvest_apply_wait(&applied, h, sync_marks_for(flow, unit->integration->number), NULL, err)
               : rc;
}

/* It is done at the tool, whatever happens here: it is looked at again, and nobody is told to repeat it. */
static void look_later(struct flow *flow, struct unit *unit, const struct harvest *h,
                       const struct weir_error *why)
{
    struct weir_ref ref;
    const struct model *model;

    log_warn("what an action made could not be read back, looked at again",
             LOG_TEXT("integration", unit->integration->id), LOG_ERR(why));
    if (!harvest_touched(&ref, h)) {
        return;
    }
    model = model_find(ref.model);
    if (model != NULL) {
        (void)work_look(flow->work, unit->lane, NULL, &ref, model, NULL, NULL);
    }
}

/* The first record that it said it touched, or that is gone. */
static void name_result(struct flow_acted *acted, const struct harvest *h, const struct integration *it)
{
    struct weir_ref ref;

    if (!harvest_touched(&ref, h) && !harvest_first_gone(&ref, h)) {
        return;
    }
    acted->model = model_find(ref.model);
    id_derive(acted->id, weir_str(it->id), ref.model, ref.remote_id);
}

static void act_take(struct flow *flow, struct unit *unit, struct asking *a)
{
    struct integration *it = unit->integration;
    struct harvest *h = harvest_new(flow, it);
    struct flow_acted acted = {.model = NULL};
    struct weir_error err = {0};
    int rc;

    if (h == NULL) {
        (void)weir_fail(&err, WEIR_E_MEMORY, "no memory for an action");
        take_fail(a, &err);
        return;
    }
    rc = call_act(atomic_load(&it->instance), weir_str(a->action), a->input, harvest_sink(h), &err);
    if (rc != 0) {
        log_warn("action failed", LOG_TEXT("integration", it->id), LOG_TEXT("action", a->action),
                 LOG_ERR(&err));
        if (rc == WEIR_E_AUTH) {
            state_refused(flow, it, &err);
        }
        harvest_free(h);
        take_fail(a, &err);
        return;
    }
    outcome_good(flow, unit);
    rc = read_back(h, unit, &err);
    rc = rc == 0 ? store(h, flow, unit, &err) : rc;
    if (rc == 0) {
        name_result(&acted, h, it);
        log_info("action done", LOG_TEXT("integration", it->id), LOG_TEXT("action", a->action),
                 LOG_TEXT("id", acted.id));
    } else {
        look_later(flow, unit, h, &err);
    }
    acted.warnings = harvest_warnings(&acted.warning_count, h);
    a->acted(a->ctx, 0, &acted, NULL);
    harvest_free(h);
    free(a);
}

/* ---- a request passed through ---- */

static void pass_take(struct flow *flow, struct unit *unit, struct asking *a)
{
    struct integration *it = unit->integration;
    struct pass_answer answer;
    struct weir_error err = {0};
    int rc;

    pass_answer_init(&answer);
    rc = call_pass(&answer, atomic_load(&it->instance), a->request, &err);
    if (rc == 0) {
        log_info("request passed through", LOG_TEXT("integration", it->id), LOG_STR("api", a->request->api),
                 LOG_STR("method", a->request->method), LOG_INT("status", answer.status));
    } else {
        log_warn("request not passed through", LOG_TEXT("integration", it->id),
                 LOG_STR("api", a->request->api), LOG_ERR(&err));
    }
    if (rc == WEIR_E_AUTH) {
        state_refused(flow, it, &err);
    }
    a->passed(a->ctx, rc, rc == 0 ? &answer : NULL, rc == 0 ? NULL : &err);
    pass_answer_fini(&answer);
    free(a);
}

/* ---- in the lane's turn ---- */

void ask_run(struct flow *flow, struct unit *unit)
{
    struct asking *a = (struct asking *)unit->ask;
    struct integration *it = unit->integration;
    const struct flow_options *o = &flow->options;
    struct weir_error err = {0};
    int rc = 0;

    if (clock_now_ms(o->clock) > a->ask.until_ms) {
        rc =
            weir_fail(&err, WEIR_E_NONE, "%s was busy for %d s: try again later", it->id, ASK_WAIT_MS / 1000);
    } else if (atomic_load(&it->instance) == NULL) {
        rc = integration_open(it, o->client, o->clock, o->metrics, &err);
    }
    if (rc != 0) {
        take_fail(a, &err);
    } else if (a->request != NULL) {
        pass_take(flow, unit, a);
    } else {
        act_take(flow, unit, a);
    }
}

/* ---- from outside ---- */

static int enqueue(struct flow *flow, struct weir_str id, const struct asking *from, struct weir_error *err)
{
    struct integration *it = directory_find(flow->options.directory, id);
    struct asking *a = malloc(sizeof *a);
    int rc;

    if (it == NULL || a == NULL) {
        rc = it == NULL ? weir_fail(err, WEIR_E_NONE, "there is no integration %.*s", WEIR_STR_ARG(id))
                        : weir_fail(err, WEIR_E_MEMORY, "no memory for a request to a tool");
        goto out;
    }
    *a = *from;
    a->ask = (struct ask){.until_ms = clock_now_ms(flow->options.clock) + ASK_WAIT_MS};
    rc = work_ask(flow->work, it->number, &a->ask, err);
    if (rc == 0) {
        a = NULL; /* the lane's, or done already */
    }

out:
    free(a);
    integration_unref(it);
    return rc;
}

int flow_act(struct flow *flow, struct weir_str integration, const char *action, struct weir_bytes input,
             void (*done)(void *ctx, int rc, const struct flow_acted *acted, const struct weir_error *err),
             void *ctx, struct weir_error *err)
{
    const struct asking a = {.action = action, .input = input, .acted = done, .ctx = ctx};

    return enqueue(flow, integration, &a, err);
}

int flow_pass(struct flow *flow, struct weir_str integration, const struct pass_request *request,
              void (*done)(void *ctx, int rc, const struct pass_answer *answer, const struct weir_error *err),
              void *ctx, struct weir_error *err)
{
    const struct asking a = {.request = request, .passed = done, .ctx = ctx};

    return enqueue(flow, integration, &a, err);
}

void ask_end(struct flow *flow, bool all)
{
    struct ask *ask = work_take_asks(flow->work, all);
    struct weir_error err = {0};

    (void)weir_fail(&err, WEIR_E_STOPPING,
                    all ? "the daemon is going down" : "the integration was removed meanwhile");
    while (ask != NULL) {
        struct ask *next = ask->next;

        take_fail((struct asking *)ask, &err);
        ask = next;
    }
}
