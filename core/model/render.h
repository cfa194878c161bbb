/*
 * render: a stored record as the API shows it.
 *
 * One JSON object with every key of the model's key_order: what scope takes away or nobody knows is
 * null (or an empty list), and embedded objects are joined here, through what the caller lends to
 * look records up. Values are copied as they stand in the stored text. Knows no store and no HTTP.
 */
#ifndef WEIR_MODEL_RENDER_H
#define WEIR_MODEL_RENDER_H

#include "base/buf.h"
#include "model/lookup.h"
#include "model/scope.h"

/*
 * Append the record to out. WEIR_E_NONE: something that may not be null is missing, so it must not be
 * sent; leave it out. Other codes: the lookup failed, or out is full. On failure out is as before, but
 * for its failed mark. include_deleted: lists also hold entries that are deleted. Thread: any.
 */
int render_record(struct buf *out, const struct model *model, const struct scope *scope,
                  const struct lookup_common *common, struct weir_str stored_json,
                  const struct lookup *lookup, bool include_deleted, struct weir_error *err);

#endif
