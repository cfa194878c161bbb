/*
 * verify: is a delivery from Okta, and Okta's one question when a hook is verified.
 *
 * Okta signs nothing: a secret in Authorization, sent as it was registered, is all there is, so the payload
 * is only a hint about what to fetch. The question, a GET with a challenge, comes while the call that
 * verifies the hook is still waiting on a worker; it is answered here, without state.
 */
#ifndef OKTA_VERIFY_H
#define OKTA_VERIFY_H

#include "weir/connector.h"

/* The secret registered is this and the webhook's secret; it is compared whole. */
#define VERIFY_PREFIX "Bearer "

#define VERIFY_BODY_MAX ((size_t)16 << 20) /* no maximum is documented */

/* Of struct weir_verify. Pure. Thread: any. */
int verify_check(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                 struct weir_error *err);

#endif
