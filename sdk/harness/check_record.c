/*
 * check_record: whatever the steps of the cases emit fits the table, the model and the bounds.
 */
#include "check_delivery.h"

#include "emitted.h"
#include "walk.h"

static void after(struct walk *w, struct play *p, const struct case_step *step, struct step_result *r)
{
    size_t *emitted = w->ctx;
    const struct harvest *h = &r->harvest;

    *emitted += json_array_size(h->events) + json_array_size(h->records) + json_array_size(h->placeholders) +
                json_array_size(h->gone) + json_array_size(h->complete) + json_array_size(h->touched);
    emitted_check(h, step->kind == STEP_MISSED, w->f, w->where, "");
    if (r->rc != 0 && emitted_blame(p->connector, &r->err)) {
        *emitted += 1;
        findings_add(w->f, w->where, "%s", r->err.message);
    }
}

void check_emitted(const struct task *task, struct findings *f)
{
    size_t emitted = 0;
    struct walk w = {.f = f, .ctx = &emitted, .after = after, .report = true};

    walk_cases(&w, task->arg);
    if (emitted == 0 && f->count == 0 && f->skipped[0] == '\0') {
        findings_skip(f, "no case has a step that emits an event or a record");
    }
}
