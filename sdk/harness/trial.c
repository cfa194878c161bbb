#include "trial.h"

#include "sameness.h"

#include <stdlib.h>

#define TEXT_MAX ((size_t)64 << 20)

void trial_init(struct trial *t, const struct weir_connector *connector, const struct test_case *c,
                int (*before)(void *ctx, int use, struct weir_error *err), void *ctx)
{
    const char *base_url = c->base_url != NULL ? c->base_url : connector->base_url;
    struct weir_error err = {0};

    memset(t, 0, sizeof *t);
    t->c = c;
    findings_init(&t->quiet);
    border_init(&t->border, connector);
    t->border.before = before;
    t->border.ctx = ctx;
    answers_init(&t->answers, c, base_url != NULL ? base_url : "");
    answers_begin(&t->answers, c->step_count > 0 ? &c->steps[0] : NULL);
    t->meddler = (struct stage_meddler){.ctx = &t->answers, .play = answers_play};
    t->play = (struct play){.connector = &t->border.table, .c = c, .f = &t->quiet};
    shelf_init(&t->play.shelf);
    t->play.stage = stage_new(&t->border.table, c, &t->meddler, &t->quiet);
    t->open_rc = stage_open(t->play.stage, &err);
}

void trial_fini(struct trial *t)
{
    play_fini(&t->play);
    answers_fini(&t->answers);
    findings_fini(&t->quiet);
}

bool trial_restart(struct trial *t)
{
    struct weir_error err = {0};

    t->open_rc = stage_open(t->play.stage, &err);
    return t->open_rc == 0;
}

bool trial_begin_step(struct trial *t, size_t n)
{
    const struct case_step *step = &t->c->steps[n];

    if (step->now_ms > 0) {
        stage_set_now(t->play.stage, step->now_ms);
    }
    answers_begin(&t->answers, step);
    stage_log_clear(t->play.stage);
    return t->open_rc == 0 && (!step->restart || trial_restart(t));
}

void trial_call(struct step_result *r, struct trial *t, size_t n)
{
    play_step(r, &t->play, &t->c->steps[n]);
}

bool trial_reach(struct trial *t, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct step_result r;

        if (!trial_begin_step(t, i)) {
            return false;
        }
        trial_call(&r, t, i);
        step_result_fini(&r);
    }
    return t->open_rc == 0;
}

/* ---- what came out ---- */

static void add_json(struct buf *out, const char *name, const json_t *value)
{
    char *text = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT);

    buf_printf(out, "\n%s ", name);
    buf_add_text(out, text != NULL ? text : "");
    free(text);
}

char *trial_text(const struct step_result *r, const struct case_step *step)
{
    struct buf out;
    size_t len = 0;
    char *text;

    buf_init(&out, TEXT_MAX);
    buf_printf(&out, "code %s", case_code_word(r->rc));
    add_json(&out, "records", r->harvest.records);
    add_json(&out, "gone", r->harvest.gone);
    add_json(&out, "complete", r->harvest.complete);
    add_json(&out, "events", r->harvest.events);
    buf_add_text(&out, "\nnext ");
    buf_add_str(&out, buf_str(&r->harvest.next));
    if (step->kind == STEP_ACT) {
        add_json(&out, "touched", r->harvest.touched);
    }
    if (step->kind == STEP_PASS) {
        buf_printf(&out, "\nanswer %d ", r->passed.status);
        buf_add_str(&out, buf_str(&r->passed.headers));
        buf_add_char(&out, '\n');
        buf_add_str(&out, buf_str(&r->passed.body));
    }
    if (step->kind == STEP_ENSURE || step->kind == STEP_INSPECT) {
        buf_printf(&out, "\nsubscription %d %d %.128s", (int)r->have.state, r->have.changed ? 1 : 0,
                   r->have.remote_id);
    }
    if (step->kind == STEP_DELIVER) {
        buf_printf(&out, "\nverdict %d %d %s", (int)r->verdict.decision, (int)r->verdict.dedup, r->dedup_key);
    }
    buf_add_char(&out, '\0');
    text = buf_take(&len, &out);
    buf_fini(&out);
    return text;
}

bool trial_changes(const struct case_step *step)
{
    return step->kind == STEP_ENSURE || step->kind == STEP_REMOVE || step->kind == STEP_ACT ||
           (step->kind == STEP_PASS && !weir_str_is(step->pass.method, "GET"));
}

/* ---- all cases ---- */

void spot_fail(const struct spot *spot, const char *format, ...)
{
    char what[900];
    char where[300];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    (void)snprintf(where, sizeof where, "%s, %s", spot->c->name, spot->step->title);
    findings_add(spot->f, where, "%s", what);
}

void spot_again(const struct spot *spot, struct trial *t, const struct step_result *first, const char *what)
{
    struct step_result r;
    struct buf lines;

    buf_init(&lines, (size_t)1 << 20);
    answers_again(&t->answers);
    trial_call(&r, t, spot->n);
    if (t->answers.strangers == 0 && sameness_compare(&lines, spot->step, first, &r) > 0) {
        spot_fail(spot, "%s has another result though the tool gives the same answers", what);
        findings_lines(spot->f, buf_str(&lines));
    }
    step_result_fini(&r);
    buf_fini(&lines);
}

bool spot_is_full(const struct spot *spot)
{
    return spot->f->count >= TRIAL_FINDINGS_MAX;
}

static void each_step(struct spot *spot, void (*visit)(const struct spot *spot))
{
    for (spot->n = 0; spot->n < spot->c->step_count && !spot_is_full(spot); spot->n++) {
        spot->step = &spot->c->steps[spot->n];
        visit(spot);
    }
}

void trial_cases(const struct weir_connector *connector, const struct suite *s, struct findings *f,
                 const void *arg, const char *missing, void (*visit)(const struct spot *spot))
{
    size_t material = 0;
    struct spot spot = {.connector = connector, .f = f, .arg = arg, .material = &material};

    for (size_t i = 0; i < s->case_count && !spot_is_full(&spot); i++) {
        struct findings unread;
        struct test_case *c;

        findings_init(&unread); /* the case's own test tells what is wrong with it */
        c = case_read(s->cases[i], &unread);
        findings_fini(&unread);
        if (c != NULL) {
            spot.c = c;
            each_step(&spot, visit);
        }
        case_free(c);
    }
    if (spot_is_full(&spot)) {
        findings_note(f, "there may be more: the search ended after %d findings", TRIAL_FINDINGS_MAX);
    }
    if (material == 0 && f->count == 0) {
        findings_skip(f, "it needs %s", missing);
    }
}

void trial_each(const struct suite *s, struct findings *f, const void *arg, const char *missing,
                void (*visit)(const struct spot *spot))
{
    struct tool tool;

    if (tool_load(&tool, s->so, f)) {
        trial_cases(tool.connector, s, f, arg, missing, visit);
    }
    tool_fini(&tool);
}
