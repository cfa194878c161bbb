/*
 * holding: deliveries to an integration that rests (switched off, or its credentials are refused) wait in the
 * inbox, but only so many: one customer who is switched off for months must not fill it for all.
 *
 * Of further ones nothing is kept. That is no loss, since a delivery only says what to look at: first it is
 * noted on disk that everything has to be read as soon as the integration is at work again, and only from
 * then on are they dropped.
 */
#ifndef WEIR_FLOW_HOLDING_H
#define WEIR_FLOW_HOLDING_H

#include "flow/flow_internal.h"

/* Is a delivery of so many bytes to be kept? Thread: loop. */
bool holding_keeps(struct flow *flow, struct integration *it, size_t bytes);
/* Were any not kept since everything was read? Thread: any. */
bool holding_owes(struct integration *it);

#endif
