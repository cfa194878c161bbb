/*
 * endpoints: further operations on endpoints and what waits for them, beside those of store.h.
 *
 * A row is remembered under the endpoint's name for good, so that a name keeps its number: dead letters of an
 * endpoint that was removed are sent again once there is one of its name.
 */
#ifndef WEIR_STORE_ENDPOINTS_H
#define WEIR_STORE_ENDPOINTS_H

#include "store/store.h"

/* Told to endpoints that ask for them by name: an endpoint fails for long, or was disabled by itself. */
#define STORE_EVENT_ENDPOINT_FAILING 64u
#define STORE_EVENT_ENDPOINT_DISABLED 128u

/* Every row, in the order of the names, until each returns false; each must not call the store. One that
 * cannot be read is left out. Thread: setup, web. */
int store_endpoints(struct store *st, bool (*each)(void *ctx, const struct store_endpoint *row), void *ctx,
                    struct weir_error *err);

/* How many notifications wait for it; counting ends at max. Thread: web. */
int store_endpoint_waiting(uint64_t *count, struct store *st, uint32_t number, uint64_t max,
                           struct weir_error *err);

/* All that waits for it becomes dead letters, with reason as their error, in steps that let others through;
 * its row is as new but for its number. Nothing may be routed to it any more. Waits for the disk. Thread:
 * web. */
int store_endpoint_bury(uint64_t *count, struct store *st, const char *name, const char *reason,
                        struct weir_error *err);

/* As store_notify, to each endpoint that takes this type but the one that it is about. Of no integration, so
 * no filter of integrations holds it back. Thread: any but writer. */
void store_notify_others(struct store *st, uint32_t type, uint32_t about, struct weir_bytes body,
                         void (*done)(void *ctx, int rc, const struct store_due *due, size_t due_count,
                                      const struct weir_error *err),
                         void *ctx);

#endif
