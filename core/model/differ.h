/*
 * differ: in which fields two canonical texts of a record are not the same; names, never values.
 */
#ifndef WEIR_MODEL_DIFFER_H
#define WEIR_MODEL_DIFFER_H

#include "base/buf.h"

#define DIFFER_NAMES_MAX 32

/* Append the names of the first DIFFER_NAMES_MAX fields that differ, in the model's order, as items of a JSON
 * array. What is not compared (the tool's own payload) is no change. Nothing for a model that there is not.
 * Thread: any. */
void differ_names(struct buf *out, uint8_t model, struct weir_str before, struct weir_str now);

/* Do any differ that are the record's own? Who belongs to it (a list of references whose membership has a
 * name of its own in changed_models) is kept beside it: that moves no changed_at. true for a model that there
 * is not. Thread: any. */
bool differ_own(uint8_t model, struct weir_str before, struct weir_str now);

#endif
