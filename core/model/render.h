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
#include "model/scope.h"

/* What a record has beside its columns. */
struct render_common {
    struct weir_str id;
    struct weir_str remote_id;
    int64_t changed_at_ms;
    int64_t remote_deleted_at_ms; /* 0: it is there, shown as null */
};

/* A record to embed: common and its stored text (empty: nothing is left of it). */
struct render_source {
    struct render_common common;
    struct weir_str json;
};

/* Where records are found; called on the caller's thread, while render_record runs. */
struct render_lookup {
    void *ctx;
    /* 0 and *out, whose spans live until the next call; WEIR_E_NONE: there is none; else a failure. */
    int (*by_id)(void *ctx, const struct model *model, struct weir_str id, struct render_source *out,
                 struct weir_error *err);
    /* Hand each record of child whose reference slot names the parent to each, deleted ones too, always
     * in the same order, until it returns false. by_id is not called meanwhile. */
    int (*children)(void *ctx, const struct model *child, uint8_t slot, struct weir_str parent_id,
                    bool (*each)(void *each_ctx, const struct render_source *found), void *each_ctx,
                    struct weir_error *err);
};

/*
 * Append the record to out. WEIR_E_NONE: something that may not be null is missing, so it must not be
 * sent; leave it out. Other codes: the lookup failed, or out is full. On failure out is as before, but
 * for its failed mark. include_deleted: lists also hold entries that are deleted. Thread: any.
 */
int render_record(struct buf *out, const struct model *model, const struct scope *scope,
                  const struct render_common *common, struct weir_str stored_json,
                  const struct render_lookup *lookup, bool include_deleted, struct weir_error *err);

#endif
