/*
 * names: what stands behind the ids: org units, cost centers, workplaces, legal entities, absence types.
 *
 * Remote ids of groups carry their kind ("team:7", "department:7"), since Personio counts each kind on
 * its own. A name that may not be read never fails the record that refers to it.
 * Thread of all calls: worker.
 */
#ifndef PERSONIO_NAMES_H
#define PERSONIO_NAMES_H

#include "page.h"
#include "personio.h"

enum names_unit { NAMES_UNIT_UNKNOWN = 0, NAMES_UNIT_DAYS, NAMES_UNIT_HOURS };

/* One record by its remote id. The model is one of the five here. 404: told to the sink as gone. */
int names_record(struct personio *self, struct weir_str model, struct weir_str remote_id,
                 const struct weir_sink *sink, struct weir_error *err);

/* One page. The phases of hris_teams are teams, departments, cost centers. */
int names_list(struct personio *self, struct weir_str model, struct weir_str cursor,
               const struct weir_sink *sink, struct weir_error *err);

/* The unit of an absence type, which is emitted unless told (an object) has its id. One not met for a day is
 * fetched; one that may not be read is NAMES_UNIT_UNKNOWN for a day. */
int names_type_unit(enum names_unit *unit, struct personio *self, json_t *told, struct weir_str type_id,
                    const struct weir_sink *sink, struct weir_error *err);

/* An id met in a record, as a record without a name. kind: "team", "department" or "cost_center". */
int names_group_placeholder(const struct weir_sink *sink, const char *remote_id, const char *kind,
                            struct weir_error *err);
int names_placeholder(const struct weir_sink *sink, const char *model, const char *remote_id,
                      struct weir_error *err);

/* Remember, also after a restart, that employments name cost centers. */
void names_cost_centers_seen(struct personio *self);

/* The emit half of the readers, pure but for the sink; item is as Personio sent it. */
int names_emit_group(const struct weir_sink *sink, const json_t *item, const char *kind,
                     struct weir_error *err);
int names_emit_type(struct personio *self, const struct weir_sink *sink, const json_t *item,
                    struct weir_error *err);
int names_emit_place(const struct weir_sink *sink, const char *model, const json_t *item,
                     struct weir_error *err);

#endif
