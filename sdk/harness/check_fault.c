#include "check_fault.h"

void check_add(struct suite *s, const char *name, const char *title,
               void (*run)(const struct task *task, struct findings *f), const void *arg)
{
    struct check *own = arena_alloc(&s->arena, 1, sizeof *own);

    own->suite = s;
    own->arg = arg;
    suite_add(s, name, title, run, own);
    s->tasks[s->count - 1].deadline_ms = CHECK_DEADLINE_MS;
}

void suite_add_fault_checks(struct suite *s)
{
    check_fault_http_add(s);
    check_fault_twice_add(s);
    check_fault_ensure_add(s);
    check_fault_services_add(s);
    check_fault_memory_add(s);
    check_fault_traces_add(s);
    check_fault_apart_add(s);
    check_act_add(s);
    check_pass_add(s);
}
