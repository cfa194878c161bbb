/*
 * probes: /healthz, /readyz and /metrics.
 */
#ifndef WEIR_WEB_PROBES_H
#define WEIR_WEB_PROBES_H

#include "web/web_internal.h"

/* The process answers, and that is all it says: it is not queued behind other requests. Thread: loop. */
void probe_healthz(struct request *r);

#endif
