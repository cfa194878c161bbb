#include "play.h"

#include "expect.h"
#include "host/registry.h"

#define PAGES_MAX 10000 /* of one listing: a connector that pages for ever is a finding */
#define EVENTS_MAX 256
#define CALLBACK_URL "https://hooks.example.com/hooks/%s:case"

bool play_init(struct play *p, const struct weir_connector *connector, const struct test_case *c,
               const struct stage_meddler *meddler, struct findings *f)
{
    struct weir_error err = {0};
    size_t before = f->count;

    *p = (struct play){.connector = connector, .c = c, .f = f};
    shelf_init(&p->shelf);
    p->stage = stage_new(connector, c, meddler, f);
    if (f->count == before && stage_open(p->stage, &err) != 0) {
        findings_add(f, c->file, "the instance does not open: %s: %s", case_code_word(err.code), err.message);
    }
    return f->count == before;
}

void play_fini(struct play *p)
{
    stage_free(p->stage);
    shelf_fini(&p->shelf);
    p->stage = NULL;
}

/* ---- one step ---- */

static void deliver(struct step_result *r, struct play *p, const struct case_step *step)
{
    struct instance *inst = stage_instance(p->stage);
    struct delivery d;

    delivery_init(&d, &step->delivery, stage_now_ms(p->stage));
    r->rc = call_check(inst, &d.request, &r->verdict, &r->err);
    if (r->rc == 0 && r->verdict.dedup == WEIR_DEDUP_KEY) {
        /* It points into the request, which does not live as long. */
        memcpy(r->dedup_key, r->verdict.dedup_key.data, r->verdict.dedup_key.len);
        r->verdict.dedup_key = weir_str_n(r->dedup_key, r->verdict.dedup_key.len);
    }
    if (r->rc == 0 && r->verdict.decision == WEIR_ACCEPT) {
        delivery_keep(&d, p->connector->verify->kept_headers);
        r->accepted = true;
        r->rc = call_events(inst, &d.request, &r->harvest.sink, &r->err);
    }
    delivery_fini(&d);
}

static void listing(struct step_result *r, struct play *p, const struct case_step *step)
{
    struct instance *inst = stage_instance(p->stage);
    struct weir_str cursor = step->cursor;
    struct buf page;
    size_t pages = 0;

    buf_init(&page, 4096);
    do {
        harvest_next_page(&r->harvest);
        r->rc = step->kind == STEP_LIST
                    ? call_list(inst, step->model, step->since_ms, cursor, &r->harvest.sink, &r->err)
                    : call_missed(inst, step->since_ms, cursor, &r->harvest.sink, &r->err);
        stage_call_over(p->stage);
        buf_clear(&page);
        buf_add_str(&page, buf_str(&r->harvest.next));
        cursor = buf_str(&page);
        if (++pages == PAGES_MAX && cursor.len > 0) {
            findings_add(p->f, step->title, "after %d pages there is still a further one", PAGES_MAX);
            break;
        }
    } while (r->rc == 0 && step->pages && cursor.len > 0);
    buf_fini(&page);
}

static struct weir_str or_else(struct weir_str said, struct weir_str otherwise)
{
    return said.data != NULL ? said : otherwise;
}

static void subscription(struct step_result *r, struct play *p, const struct case_step *step)
{
    struct instance *inst = stage_instance(p->stage);
    struct weir_str events[EVENTS_MAX];
    char url[128];
    char label[64];
    struct weir_subscription_want want = {
        .size = sizeof want, .events = step->want.events, .event_count = step->want.event_count};

    (void)snprintf(url, sizeof url, CALLBACK_URL, p->connector->tool);
    (void)snprintf(label, sizeof label, "weir %s:case", p->connector->tool);
    want.callback_url = or_else(step->want.callback_url, weir_str(url));
    want.label = or_else(step->want.label, weir_str(label));
    want.secret = or_else(step->want.secret, p->c->secret_count > 0 ? p->c->secrets[0] : weir_str(""));
    if (!step->want.has_events) {
        want.events = events;
        want.event_count = 0;
        for (size_t i = 0; i < p->connector->event_count && want.event_count < EVENTS_MAX; i++) {
            if (scope_needs_event(stage_scope(p->stage), &p->connector->events[i])) {
                events[want.event_count++] = weir_str(p->connector->events[i].name);
            }
        }
    }
    if (step->kind == STEP_ENSURE) {
        r->rc = call_ensure(inst, &want, &r->have, &r->err);
    } else if (step->kind == STEP_INSPECT) {
        r->rc = call_inspect(inst, &want, &r->have, &r->err);
    } else {
        r->rc = call_remove(inst, &want, &r->err);
    }
}

void play_step(struct step_result *r, struct play *p, const struct case_step *step)
{
    memset(r, 0, sizeof *r);
    r->harvest = (struct harvest){.connector = p->connector,
                                  .scope = stage_scope(p->stage),
                                  .integration = instance_integration(stage_instance(p->stage)),
                                  .shelf = &p->shelf,
                                  .f = p->f,
                                  .where = step->title};
    harvest_init(&r->harvest);
    pass_answer_init(&r->passed);
    switch (step->kind) {
    case STEP_DELIVER:
        deliver(r, p, step);
        break;
    case STEP_RECORD:
        r->rc = call_record(stage_instance(p->stage), &step->ref, &r->harvest.sink, &r->err);
        break;
    case STEP_LIST:
    case STEP_MISSED:
        listing(r, p, step);
        break;
    case STEP_ENSURE:
    case STEP_INSPECT:
    case STEP_REMOVE:
        subscription(r, p, step);
        break;
    case STEP_ACT:
        r->rc =
            call_act(stage_instance(p->stage), step->action, step->input.bytes, &r->harvest.sink, &r->err);
        break;
    case STEP_PASS:
        r->rc = call_pass(&r->passed, stage_instance(p->stage), &step->pass, &r->err);
        break;
    }
    stage_call_over(p->stage);
}

void step_result_fini(struct step_result *r)
{
    pass_answer_fini(&r->passed);
    harvest_fini(&r->harvest);
}

/* ---- a case ---- */

static bool offers_action(const struct weir_connector *connector, struct weir_str id)
{
    const struct weir_act *act = connector->act;

    for (size_t i = 0; act != NULL && i < act->action_count; i++) {
        if (weir_str_is(id, act->actions[i].id)) {
            return true;
        }
    }
    return false;
}

/* What came with contract 1.2. */
static bool is_offered_beyond(struct play *p, const struct case_step *step)
{
    if (step->kind == STEP_ACT && !offers_action(p->connector, step->action)) {
        findings_add(p->f, step->title, "the connector's table does not list the action %.*s",
                     WEIR_STR_ARG(step->action));
        return false;
    }
    if (step->kind == STEP_PASS && pass_api(p->connector, step->pass.api) == NULL) {
        findings_add(p->f, step->title, "the connector's table does not list the API %.*s",
                     WEIR_STR_ARG(step->pass.api));
        return false;
    }
    return true;
}

/* A step may only ask for what the connector's table offers, as the daemon does. */
static bool is_offered(struct play *p, const struct case_step *step)
{
    struct weir_str name = step->kind == STEP_RECORD ? step->ref.model : step->model;
    const struct weir_model_use *use = connector_model(p->connector, name);

    if (step->kind != STEP_RECORD && step->kind != STEP_LIST) {
        return is_offered_beyond(p, step);
    }
    if (use == NULL) {
        findings_add(p->f, step->title, "the connector's table does not list the model %.*s",
                     WEIR_STR_ARG(name));
    } else if (step->kind == STEP_RECORD && !use->by_id) {
        findings_add(p->f, step->title, "the connector's table says that %s is not fetched by its id",
                     use->model);
    } else if (step->kind == STEP_LIST && !use->lists) {
        findings_add(p->f, step->title, "the connector's table says that %s is not listed", use->model);
    } else if (step->kind == STEP_LIST && step->since_ms > 0 && !use->since) {
        findings_add(p->f, step->title, "the connector's table says that %s is not listed since a time",
                     use->model);
    } else {
        return true;
    }
    return false;
}

bool play_begin(struct play *p, const struct case_step *step)
{
    struct weir_error err = {0};

    if (step->now_ms > 0) {
        stage_set_now(p->stage, step->now_ms);
    }
    stage_log_clear(p->stage);
    script_begin(stage_script(p->stage), &step->exchanges, step->title);
    if (step->restart && stage_open(p->stage, &err) != 0) {
        findings_add(p->f, step->title, "the instance does not open again: %s: %s", case_code_word(err.code),
                     err.message);
        return false;
    }
    return is_offered(p, step);
}

static void step_and_compare(struct play *p, const struct case_step *step)
{
    struct script *script = stage_script(p->stage);
    struct step_result result;

    if (!play_begin(p, step)) {
        return;
    }
    play_step(&result, p, step);
    if (!script->failed) {
        /* After a request that was none of the script's, all else only says so again. */
        script_end(script);
        expect_step(p, step, &result);
    }
    step_result_fini(&result);
}

void play_case(const struct weir_connector *connector, const struct test_case *c, struct findings *f)
{
    struct play p;
    size_t i = 0;

    if (play_init(&p, connector, c, NULL, f)) {
        while (i < c->step_count && f->count == 0) {
            step_and_compare(&p, &c->steps[i++]);
        }
        if (f->count == 0) {
            script_finish(stage_script(p.stage));
        } else if (i < c->step_count) {
            findings_note(f, "%zu further steps were not played", c->step_count - i);
        }
    }
    play_fini(&p);
}
