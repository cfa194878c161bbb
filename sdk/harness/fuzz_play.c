#include "fuzz_play.h"

#include "play.h"

#include <stdlib.h>

#define REQUESTS_MAX 64 /* of one input: a listing may go in circles */

/* ---- an input ---- */

struct fuzzing {
    struct fuzz_input *in;
    struct fuzz_part part; /* of the answer that is being given */
    size_t requests;
};

static bool answer_next(void *ctx, const struct weir_http_request *request, struct weir_str url,
                        struct stage_answer *answer)
{
    struct fuzzing *f = ctx;

    (void)request;
    (void)url;
    if (++f->requests > REQUESTS_MAX) {
        *answer = (struct stage_answer){.code = WEIR_E_LATER};
    } else if (fuzz_input_take(&f->part, f->in)) {
        fuzz_part_answer(answer, &f->part);
    } else {
        *answer = (struct stage_answer){.status = 404};
    }
    return true;
}

static void check(struct play *p, const struct weir_request *request)
{
    struct weir_verdict verdict = {0};
    struct weir_error err = {0};

    (void)call_check(stage_instance(p->stage), request, &verdict, &err);
}

static void deliver(struct play *p, const struct case_step *step, struct fuzz_input *in)
{
    struct fuzz_part part;
    struct case_delivery said;
    struct delivery d;
    struct weir_error err = {0};
    struct harvest h = {.connector = p->connector,
                        .scope = stage_scope(p->stage),
                        .integration = instance_integration(stage_instance(p->stage)),
                        .f = p->f,
                        .where = step->title};
    bool sign;

    (void)fuzz_input_take(&part, in);
    fuzz_part_delivery(&said, &part, &step->delivery);
    sign = said.has_mac;
    said.has_mac = false;
    delivery_init(&d, &said, stage_now_ms(p->stage));
    check(p, &d.request);
    delivery_fini(&d);
    said.has_mac = sign;
    delivery_init(&d, &said, stage_now_ms(p->stage));
    if (sign) {
        check(p, &d.request);
    }
    delivery_keep(&d, p->connector->verify->kept_headers);
    harvest_init(&h);
    (void)call_events(stage_instance(p->stage), &d.request, &h.sink, &err);
    harvest_fini(&h);
    delivery_fini(&d);
    stage_call_over(p->stage);
}

static void step_play(struct play *p, const struct case_step *step, struct fuzz_input *in)
{
    struct step_result result;
    struct weir_error err = {0};

    if (step->now_ms > 0) {
        stage_set_now(p->stage, step->now_ms);
    }
    if (step->restart && stage_open(p->stage, &err) != 0) {
        return;
    }
    if (step->kind == STEP_DELIVER) {
        deliver(p, step, in);
    } else {
        play_step(&result, p, step);
        step_result_fini(&result);
    }
}

void fuzz_play(const struct weir_connector *connector, const struct test_case *c, struct fuzz_input *in)
{
    struct fuzzing fuzzing = {.in = in};
    const struct stage_meddler meddler = {.ctx = &fuzzing, .play = answer_next};
    struct findings f; /* of records that do not fit, say: they are set aside, and no crash */
    struct play p;

    findings_init(&f);
    if (play_init(&p, connector, c, &meddler, &f)) {
        for (size_t i = 0; i < c->step_count && stage_instance(p.stage) != NULL; i++) {
            fuzzing.requests = 0;
            step_play(&p, &c->steps[i], in);
        }
    }
    play_fini(&p);
    findings_fini(&f);
}

/* ---- a case as an input ---- */

static void note_answer(void *ctx, const struct weir_http_request *request, struct stage_answer *answer)
{
    (void)request;
    fuzz_input_add_answer(ctx, answer);
}

bool fuzz_seed(struct buf *out, const struct weir_connector *connector, const struct test_case *c)
{
    const struct stage_meddler meddler = {.ctx = out, .answer = note_answer};
    struct findings f;
    struct play p;
    bool good;

    findings_init(&f);
    fuzz_input_begin(out, c->name);
    good = play_init(&p, connector, c, &meddler, &f);
    for (size_t i = 0; good && i < c->step_count; i++) {
        const struct case_step *step = &c->steps[i];
        struct step_result result;
        struct weir_error err = {0};
        struct delivery d;

        if (step->now_ms > 0) {
            stage_set_now(p.stage, step->now_ms);
        }
        script_begin(stage_script(p.stage), &step->exchanges, step->title);
        if (step->restart && stage_open(p.stage, &err) != 0) {
            break;
        }
        if (step->kind == STEP_DELIVER) {
            delivery_init(&d, &step->delivery, stage_now_ms(p.stage));
            fuzz_input_add_delivery(out, &d.request);
            delivery_fini(&d);
        }
        play_step(&result, &p, step);
        step_result_fini(&result);
    }
    good = good && !stage_script(p.stage)->failed && f.count == 0 && !out->failed;
    play_fini(&p);
    findings_fini(&f);
    return good;
}
