/*
 * verify: is a delivery from Personio? Personio signs nothing: a static token in Authorization, sent as
 * it was registered, is all there is, so the payload is only a hint about what to fetch.
 */
#ifndef PERSONIO_VERIFY_H
#define PERSONIO_VERIFY_H

#include "weir/connector.h"

/* The token registered is this and the webhook's secret. Personio adds no "Bearer" of its own. */
#define VERIFY_PREFIX "Bearer "

#define VERIFY_BODY_MAX ((size_t)64 * 1024) /* real events are far below 2 KiB */

/* Of struct weir_verify. Pure. Thread: any. */
int verify_check(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                 struct weir_error *err);

#endif
