/*
 * emitted: what the events of a delivery may name.
 *
 * The host refuses a model that the table does not list, and texts out of their bounds. What is left is here:
 * a delivery's event that the table does not have names no record (the daemon would only log it), one that it
 * has only records of its models, and nothing is said twice.
 */
#ifndef WEIR_HARNESS_EMITTED_H
#define WEIR_HARNESS_EMITTED_H

#include "harvest.h"

/* Each thing that is wrong becomes a finding at where; what ("with an empty body", may be "") goes in front
 * of it. any_type: types that are not in the table may name records, as those of fetch->missed may, all of
 * which the daemon looks at. */
void emitted_check(const struct harvest *h, bool any_type, struct findings *f, const char *where,
                   const char *what);

/* Is it the host that says this of the connector (or that it failed without a reason), and not its own error?
 * "connector personio, verify.events: it emitted ..." */
bool emitted_blame(const struct weir_connector *connector, const struct weir_error *err);

#endif
