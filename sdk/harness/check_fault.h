/*
 * check_fault: contract checks that make things fail or repeat, which no author has to write.
 *
 * Their material are the steps of all cases. Each check is a task of its own; one without material is skipped
 * and says what case is missing. Each theme has a file, check_fault_<theme>.c, that adds its tasks.
 */
#ifndef WEIR_HARNESS_CHECK_FAULT_H
#define WEIR_HARNESS_CHECK_FAULT_H

#include "suite.h"

/* After suite_find_cases; s lives as long as its tasks. */
void suite_add_fault_checks(struct suite *s);

/* What a check of more than a moment is given. */
#define CHECK_DEADLINE_MS 300000

/* arg of a task: the suite, and what the theme adds. */
struct check {
    const struct suite *suite;
    const void *arg;
};
/* name is lent for ever. */
void check_add(struct suite *s, const char *name, const char *title,
               void (*run)(const struct task *task, struct findings *f), const void *arg);

void check_fault_http_add(struct suite *s);
void check_fault_twice_add(struct suite *s);
void check_fault_ensure_add(struct suite *s);
void check_fault_services_add(struct suite *s);
void check_fault_memory_add(struct suite *s);
void check_fault_traces_add(struct suite *s);
void check_fault_apart_add(struct suite *s);
void check_act_add(struct suite *s);
void check_pass_add(struct suite *s);

#endif
