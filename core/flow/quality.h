/*
 * quality: does what a full sync brought look like a company at all?
 */
#ifndef WEIR_FLOW_QUALITY_H
#define WEIR_FLOW_QUALITY_H

#include "flow/flow_internal.h"

struct quality {
    int32_t verdict; /* enum store_qa; PENDING: nobody could say */
    char why[252];   /* of FAILED */
};

/* FAILED when nobody is there of whom everything else tells, or a fifth of the records did not fit. What is
 * asked is what the scope wants and the connector lists. Thread: worker, web, setup. */
void quality_judge(struct quality *out, struct flow *flow, const struct integration *it,
                   const struct store_sync *sync);
/* Into the row; what passed stays so. */
void quality_note(struct store_integration *row, const struct quality *quality);

#endif
