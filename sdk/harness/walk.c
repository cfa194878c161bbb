#include "walk.h"

#include "tool.h"

static void walk_step(struct walk *w, struct play *p, const struct case_step *step)
{
    struct step_result result;
    struct findings own;

    findings_init(&own);
    p->f = &own;

    (void)snprintf(w->where, sizeof w->where, "%.80s, %.100s", p->c->name, step->title);
    if (w->before != NULL) {
        w->before(w, p, step);
    }
    play_step(&result, p, step);
    if (w->report && own.count > 0) {
        findings_add(w->f, w->where, "what it emits does not fit:");
        findings_lines(w->f, buf_str(&own.text));
    }
    if (w->after != NULL) {
        w->after(w, p, step, &result);
    }
    step_result_fini(&result);
    findings_fini(&own);
}

static void walk_case(struct walk *w, const struct weir_connector *connector, const struct test_case *c)
{
    struct findings own;
    struct play p;

    findings_init(&own);
    (void)snprintf(w->where, sizeof w->where, "%.80s, opening", c->name);
    if (w->begins != NULL) {
        w->begins(w, connector, c);
    }
    if (play_init(&p, connector, c, w->meddler, &own)) {
        if (w->opened != NULL) {
            w->opened(w, &p);
        }
        for (size_t i = 0; i < c->step_count && !stage_script(p.stage)->failed; i++) {
            if (!play_begin(&p, &c->steps[i])) {
                break;
            }
            walk_step(w, &p, &c->steps[i]);
            p.f = &own;
        }
    }
    if (own.count > 0) {
        findings_note(w->f, "%s does not play as it is written, so it was used in part", c->name);
    }
    play_fini(&p);
    findings_fini(&own);
}

void walk_cases(struct walk *w, const struct suite *s)
{
    struct findings own;
    struct tool tool;
    bool loaded;

    findings_init(&own);
    loaded = tool_load(&tool, s->so, &own);
    if (!loaded) {
        findings_skip(w->f, "the connector does not load");
    } else if (s->case_count == 0) {
        findings_skip(w->f, "there is no case: name their folder after the connector");
    }
    for (size_t i = 0; loaded && i < s->case_count; i++) {
        struct test_case *c = case_read(s->cases[i], &own);

        if (c != NULL) {
            walk_case(w, tool.connector, c);
        }
        case_free(c);
    }
    tool_fini(&tool);
    findings_fini(&own);
}
