/*
 * health: how the calls into a connector went, of one instance or of all of a tool.
 *
 * Counts by outcome since the daemon began, and the last failure. Not a failure is what a connector is free
 * to say: that there is no such record, that it does not offer a thing, that a delivery is refused.
 */
#ifndef WEIR_HOST_HEALTH_H
#define WEIR_HOST_HEALTH_H

#include "weir/connector.h"

/* How a call ended; the codes of the contract by their number, then these. */
enum call_outcome { CALL_MISBEHAVED = 13, CALL_ACCEPTED, CALL_REFUSED, CALL_HANDSHAKE, CALL_OUTCOMES };

struct health;

/* What it is now. */
struct health_view {
    uint64_t outcomes[CALL_OUTCOMES];
    uint64_t calls, failures; /* sums of them; failures with those that misbehaved */
    int64_t failed_at_ms;     /* the last failure; 0: there was none */
    char call[24];            /* "fetch.record" */
    char message[252];
};

struct health *health_new(void); /* NULL without memory */
void health_free(struct health *health);

/* Thread: any, as all below. NULL: nothing. why is read when the outcome is a failure. */
void health_count(struct health *health, const char *call, int outcome, int64_t now_ms,
                  const struct weir_error *why);
void health_view(struct health_view *out, struct health *health);
/* "ok", "later", "misbehaved", ... */
const char *health_outcome_word(int outcome);
bool health_is_failure(int outcome);

#endif
