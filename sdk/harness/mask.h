/*
 * mask: a recorded case without the secrets and the people in it.
 *
 * Goes over the case twice: what is real is learned from its answers, requests, deliveries and records, then
 * every text of it is rewritten. Knows the format of cases, and nothing of how they were recorded.
 */
#ifndef WEIR_HARNESS_MASK_H
#define WEIR_HARNESS_MASK_H

#include "disguise.h"

struct mask_options {
    bool hide_ids;
};

/* d knows already what is not in the case itself: the secret settings, say. root is changed. */
void mask_case(json_t *root, struct disguise *d, const struct mask_options *options);

/* Its second half alone: every text is rewritten by what d has learned. */
void mask_rewrite(json_t *root, struct disguise *d);

/* Does the text hold a JSON Web Token? It has times, and often random bytes, in it: no two are the same. */
bool mask_has_jwt(struct weir_str text);

#endif
