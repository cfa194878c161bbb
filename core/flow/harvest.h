/*
 * harvest: what one call to a connector emitted, on its way to the store.
 *
 * Collects (it is the sink), normalises against model and scope, and hands everything to the store as one
 * operation. A record that does not fit is set aside by itself; the others go on.
 */
#ifndef WEIR_FLOW_HARVEST_H
#define WEIR_FLOW_HARVEST_H

#include "flow/flow_internal.h"
#include "host/call.h"

#define HARVEST_RECORDS_MAX 20000
#define HARVEST_WARNINGS_MAX 16 /* further ones are left out */
#define HARVEST_BYTES_MAX (64u * 1024 * 1024)

struct harvest;

struct harvest *harvest_new(struct flow *flow, struct integration *it); /* NULL without memory */
void harvest_free(struct harvest *h);

/* For the call; lent by the harvest. */
const struct call_sink *harvest_sink(struct harvest *h);
/* Note the call's requests from now on, masked, for the log. Before the call. */
void harvest_note_requests(struct harvest *h);
/* They, as members of a JSON array; empty: there was none. */
struct weir_str harvest_requests(const struct harvest *h);
/* The cursor of the next page; empty: there is none. */
struct weir_str harvest_cursor(const struct harvest *h);
size_t harvest_count(const struct harvest *h);
size_t harvest_aside_count(const struct harvest *h); /* of what harvest_normalise set aside, and others */
bool harvest_has(const struct harvest *h, const struct model *model, struct weir_str remote_id);
/* Did it say that this record is gone? */
bool harvest_is_gone(const struct harvest *h, const struct model *model, struct weir_str remote_id);
/* The first record that an action said it touched; false: there is none. Spans live as long as h. */
bool harvest_touched(struct weir_ref *out, const struct harvest *h);
/* The first that is gone; as above. */
bool harvest_first_gone(struct weir_ref *out, const struct harvest *h);
/* What an action warned of. */
const char *const *harvest_warnings(size_t *count, const struct harvest *h);
/* The record is gone, as if the connector had said so. */
int harvest_gone(struct harvest *h, const struct model *model, struct weir_str remote_id,
                 struct weir_error *err);

/* Set something aside together with the rest. Spans are copied. */
int harvest_aside(struct harvest *h, const struct store_aside_in *aside, struct weir_error *err);
int harvest_seen(struct harvest *h, const uint8_t hash[STORE_HASH], struct weir_error *err);
int harvest_log(struct harvest *h, uint8_t kind, struct weir_str json, struct weir_error *err);

/*
 * Normalise all that was emitted. With a lane: references to records that are neither here nor in the store,
 * and that could be fetched, are looked at there. Worker. A code only when there is no memory or the store
 * cannot be read.
 */
int harvest_normalise(struct harvest *h, int64_t received_at_ms, uint64_t delivery, struct lane *lane,
                      struct weir_error *err);
/* Submit; done runs on the writer. */
void harvest_apply(struct harvest *h, const uint64_t *done_deliveries, size_t done_count, uint64_t sync_run,
                   void (*done)(void *ctx, int rc, const struct store_applied *applied,
                                const struct weir_error *err),
                   void *ctx);
/* The same for a page of a sync, and wait for it. checkpoint (NULL: none) is written with it. */
int harvest_apply_wait(struct store_applied *out, struct harvest *h, uint64_t sync_run,
                       const struct store_sync *checkpoint, struct weir_error *err);

#endif
