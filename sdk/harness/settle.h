/*
 * settle: ids that a connector computes, in a case whose people were replaced.
 *
 * Where a tool has no id for a place or an organization, a connector makes one of its address or name. With
 * another address it is another id, and a case that was masked has to expect that one.
 */
#ifndef WEIR_HARNESS_SETTLE_H
#define WEIR_HARNESS_SETTLE_H

#include "weir/connector.h"

#include <jansson.h>

/* Plays the case, and writes each id that came for another one of the same model in its place. path stands
 * for its file. Whether all else is the same is for whoever plays it next. */
void settle_ids(json_t *root, const struct weir_connector *connector, const char *path);

#endif
