/*
 * trial: does the tool take an integration's settings?
 */
#ifndef WEIR_FLOW_TRIAL_H
#define WEIR_FLOW_TRIAL_H

#include "flow/flow_internal.h"

/* One cheap real call through a second instance, whose state is its own, so that neither a stored token makes
 * bad credentials look good nor a trial disturbs the instance at work. A permission that lacks is no refusal:
 * the credentials are good; whoever wants to know of each gives lacks, see flow_try. Thread: worker. */
int trial_run(struct flow *flow, struct integration *candidate, struct flow_lacks *lacks_or_null,
              struct weir_error *err);

#endif
