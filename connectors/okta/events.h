/*
 * events: what a delivery, or an entry of the System Log, says happened: which records to look at.
 *
 * An event carries no record's data, and nothing of it is kept. Targets are found by their type, may be null
 * or missing, and null means the same as absent. Thread of all calls: worker.
 */
#ifndef OKTA_EVENTS_H
#define OKTA_EVENTS_H

#include "okta.h"

#include "weir/when.h"

/* Hints of a ref, for fetch. */
#define EVENTS_HINT_GONE "deleted" /* the user's deletion has begun */
/* remote_id of a ref to hris_employees that is no user: read what changed through an import */
#define EVENTS_IMPORT "import"

/* Of struct weir_verify. */
int events_read(void *self, const struct weir_request *request, const struct weir_sink *sink,
                struct weir_error *err);

/* Tell the sink of one event. One without a type is passed over: false in *told. */
int events_tell(bool *told, struct okta *self, const json_t *event, const struct weir_sink *sink,
                struct weir_error *err);

#endif
