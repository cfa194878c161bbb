/*
 * check_fault_traces: a connector that was opened, played and closed has left nothing behind.
 *
 * All cases are played twice. After each round the process is as it was; after the second, so is the
 * connector's memory (the first may fill a library's caches). With a call's failures it is no other: a case
 * that fails is played, too.
 */
#include "check_fault.h"

#include "heap.h"
#include "traces.h"
#include "trial.h"

static void play_all(const struct spot *spot)
{
    struct trial t;

    if (spot->n > 0) {
        return;
    }
    trial_init(&t, spot->connector, spot->c, NULL, NULL);
    for (size_t i = 0; i < spot->c->step_count; i++) {
        struct step_result r;

        ++*spot->material;
        if (!trial_begin_step(&t, i)) {
            break;
        }
        trial_call(&r, &t, i);
        step_result_fini(&r);
    }
    trial_fini(&t);
}

/* An address within the library; the rest of the table is the host's copy. */
static const void *code_of(const struct weir_connector *connector)
{
    const void *code;

    memcpy(&code, &connector->open, sizeof code);
    return code;
}

static void run(const struct task *task, struct findings *f)
{
    const struct check *own = task->arg;
    struct traces before;
    struct traces after;
    struct tool tool;
    long live;

    if (!tool_load(&tool, own->suite->so, f)) {
        tool_fini(&tool);
        return;
    }
    traces_take(&before, code_of(tool.connector));
    trial_cases(tool.connector, own->suite, f, NULL, "a case", play_all);
    traces_take(&after, code_of(tool.connector));
    traces_compare(&before, &after, "after all cases", f);
    live = heap_live();
    if (f->count == 0 && f->skipped[0] == '\0') {
        trial_cases(tool.connector, own->suite, f, NULL, "a case", play_all);
        live = heap_live() - live;
    }
    if (f->count == 0 && f->skipped[0] == '\0' && live != 0) {
        findings_add(f, "after all cases, once more",
                     "%ld allocations of the connector were not freed: they are there after close", live);
    }
    traces_fini(&before);
    traces_fini(&after);
    tool_fini(&tool);
}

void check_fault_traces_add(struct suite *s)
{
    check_add(s, "contract: traces", "no memory, file descriptor, thread, handler or variable is left behind",
              run, NULL);
}
