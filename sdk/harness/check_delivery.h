/*
 * check_delivery: what the contract asks of a connector's deliveries, proved from its cases.
 *
 * No author writes these tests. Each runs over all cases in a process of its own, is named "contract:
 * <what>", and is skipped with what is missing when no case has what it works on. Their files: check_flips
 * and check_forgery have what may not be believed, check_shape what may be wrong with a delivery, check_pure
 * how check does it, check_cost how long it takes, check_leak where secrets go, check_record what comes out,
 * check_beside what may run at the same time.
 */
#ifndef WEIR_HARNESS_CHECK_DELIVERY_H
#define WEIR_HARNESS_CHECK_DELIVERY_H

#include "suite.h"

void suite_add_delivery_checks(struct suite *s);

/* The tests themselves; the task's arg is the suite. */
void check_bit_flips(const struct task *task, struct findings *f);
void check_secrets(const struct task *task, struct findings *f);
void check_time_window(const struct task *task, struct findings *f);
void check_shapes(const struct task *task, struct findings *f);
void check_pure(const struct task *task, struct findings *f);
void check_constant_time(const struct task *task, struct findings *f);
void check_cost(const struct task *task, struct findings *f);
void check_emitted(const struct task *task, struct findings *f);
void check_leaks(const struct task *task, struct findings *f);
void check_beside(const struct task *task, struct findings *f);

#endif
