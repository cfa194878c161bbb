/*
 * fields_met: the tools' own fields that records have, told to the store once each.
 *
 * A record is looked at whenever it was read, and most fields are known by then: a set of hashes in memory
 * keeps the writer from hearing of them again. Knows names, never values.
 */
#ifndef WEIR_FLOW_FIELDS_MET_H
#define WEIR_FLOW_FIELDS_MET_H

#include "model/record.h"
#include "store/store.h"

struct fields_met;

struct fields_met *fields_met_new(void); /* NULL without memory */
void fields_met_free(struct fields_met *met);

/* Thread: worker. */
void fields_met_look(struct fields_met *met, struct store *st, uint32_t integration,
                     const struct record *record);

#endif
