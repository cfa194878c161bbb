/*
 * names: what Okta's users only name: department, cost center, organisation, address.
 *
 * There is no list of them and they have no id, so one is made of kind and value ("department:Sales"): a
 * renamed one is another. They are emitted with the users that name them. Thread of all calls: worker.
 */
#ifndef OKTA_NAMES_H
#define OKTA_NAMES_H

#include "okta.h"

/*
 * Put into an employee what its user names: legal_entity_id, work_location_id, and its groups appended to the
 * list. Each that told (an object) does not have yet is emitted: a page of 200 users names few of them.
 */
int names_put(json_t *employee, json_t *groups, json_t *told, const struct okta *self, const json_t *user,
              const struct weir_sink *sink, struct weir_error *err);

/* A record by such an id, which says its name. false in *known: it is not one of these ids. */
int names_record(bool *known, struct weir_str model, struct weir_str remote_id, const struct weir_sink *sink,
                 struct weir_error *err);

#endif
