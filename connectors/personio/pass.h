/*
 * pass: requests passed through to Personio's APIs: v1, which has tokens of its own, and v2.
 */
#ifndef PERSONIO_PASS_H
#define PERSONIO_PASS_H

#include "personio.h"

extern const struct weir_pass personio_pass;

/* Forget the token of v1. Thread: worker. */
void pass_fini(struct personio *self);

#endif
