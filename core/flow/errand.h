/*
 * errand: calls to a tool for an integration that has no lane. What may be asked is in flow.h.
 */
#ifndef WEIR_FLOW_ERRAND_H
#define WEIR_FLOW_ERRAND_H

#include "flow/flow_internal.h"

/* NULL without memory. Thread: setup, all of them. */
struct errands *errands_new(struct flow *flow);
int errands_start(struct errands *errands, struct weir_error *err);
/* Nothing further is begun, and nobody waits for long; a call on its way ends with its instance and the
 * client. */
void errands_stop(struct errands *errands);
/* This instance is in a call now, which a stop ends; NULL: none is. Thread: the errands' own. */
void errands_call_with(struct errands *errands, struct instance *instance);
void errands_join(struct errands *errands);
void errands_free(struct errands *errands);

#endif
