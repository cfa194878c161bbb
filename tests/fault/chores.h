/*
 * chores: a row of operations on a store, one of each kind, in an order in which each finds something to do.
 *
 * The fault tests go through the row and let something fail on the way. A chore that failed is done again; at
 * the end the store has to hold what it holds when nothing fails.
 */
#ifndef WEIR_TESTS_FAULT_CHORES_H
#define WEIR_TESTS_FAULT_CHORES_H

#include "fixture.h"

#define CHORES 33

/* A store that keeps what was sent, and an endpoint that takes all. */
struct fixture *chores_fixture(void);

const char *chore_name(size_t n);
/* Do the nth one and wait for it: its code. done and applied callbacks come exactly once, or the test fails.
 */
int chore_do(struct fixture *f, size_t n);

/* Each entry of each database: its key and a sum of its value. Free it. */
char *chores_exact(struct fixture *f);
/* How many entries each database has, which does not depend on random bytes and on times. Free it. */
char *chores_counts(struct fixture *f);

/* Fails the test when they differ; frees both. */
void chores_expect_same(const char *chore, const char *what, char *want, char *got);

/* The counts after all chores, when nothing fails. Free it. */
char *chores_reference(void);

#endif
