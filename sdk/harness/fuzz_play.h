/*
 * fuzz_play: one input through a connector, and the input that a case is.
 *
 * Deliveries are checked as they are, and signed anew where the case signs them; their events are read
 * whatever check said. Every other step is made with the input's answers. Nothing is compared: what is looked
 * for are crashes, hangs and what the sanitizers see.
 */
#ifndef WEIR_HARNESS_FUZZ_PLAY_H
#define WEIR_HARNESS_FUZZ_PLAY_H

#include "fuzz_input.h"
#include "host/registry.h"

/* c is the case that the input names, or any other. */
void fuzz_play(const struct weir_connector *connector, const struct test_case *c, struct fuzz_input *in);

/* Plays the case and appends its input. false: it does not play to its end; out is of use all the same. */
bool fuzz_seed(struct buf *out, const struct weir_connector *connector, const struct test_case *c);

#endif
