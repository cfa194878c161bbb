/*
 * delivery: a case's delivery as the request that a connector sees.
 *
 * Body, headers and secrets are copies of exactly their length, so that a sanitizer sees who reads past them.
 * Whoever disturbs a delivery may write into them.
 */
#ifndef WEIR_HARNESS_DELIVERY_H
#define WEIR_HARNESS_DELIVERY_H

#include "case.h"

struct delivery {
    struct weir_request request;
    struct weir_header *headers;
    struct weir_str *secrets;
};

/* received_at_ms is the clock of the stage. A signature that the case leaves to us is computed here. */
void delivery_init(struct delivery *d, const struct case_delivery *from, int64_t received_at_ms);
/* Once more, for whoever changed the body: as the tool would, over time, joint and body with the newest
 * secret. */
void delivery_sign(struct delivery *d, const struct case_mac *mac);
void delivery_fini(struct delivery *d); /* accepts a zeroed one */
/* Leave those headers that the connector keeps: what verify->events is given. */
void delivery_keep(struct delivery *d, const char *const *kept_headers);
bool delivery_is_kept(const char *const *kept_headers, struct weir_str name);

#endif
