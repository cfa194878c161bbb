/*
 * retire: records that nobody may see any more, or that are shown otherwise from now on.
 */
#ifndef WEIR_FLOW_RETIRE_H
#define WEIR_FLOW_RETIRE_H

#include "flow/flow_internal.h"

/* Mark the records of models that the integration's scope has switched off as deleted; what they hold is
 * erased when that of other deleted ones is. Also what a call that still ran with the former scope stored:
 * asked again at the end of each sync. Thread: setup, web, worker. */
void retire_models(struct flow *flow, const struct integration *it);

#endif
