/*
 * signature: which header of a delivery is a MAC over its body, and in what form.
 *
 * A delivery whose body is rewritten needs a new one, which a case writes as { "hmac": { ... } }.
 */
#ifndef WEIR_HARNESS_SIGNATURE_H
#define WEIR_HARNESS_SIGNATURE_H

#include "weir/types.h"

#include <jansson.h>

/* Replaces the value of such a header (one at most). true: there is one. headers: an object, as in a case. */
bool signature_find(json_t *headers, struct weir_str secret, struct weir_bytes body);

#endif
