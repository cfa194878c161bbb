/*
 * lookup: where stored records are found, lent by whoever reads the store.
 *
 * To show a record and to filter by what it refers to, others have to be looked up. This room knows no
 * store, so its callers hand in these two calls, which run on their thread.
 */
#ifndef WEIR_MODEL_LOOKUP_H
#define WEIR_MODEL_LOOKUP_H

#include "model/fields.h"
#include "model/form.h"
#include "model/memo.h"

/* What a record has beside its columns. */
struct lookup_common {
    struct weir_str id;
    struct weir_str remote_id;
    int64_t changed_at_ms;
    int64_t remote_deleted_at_ms; /* 0: it is there, shown as null */
};

/* A record: common and its stored text (empty: nothing is left of it). */
struct lookup_source {
    struct lookup_common common;
    struct weir_str json;
};

struct lookup {
    void *ctx;
    const struct fields *fields; /* what is shown of the tool's own fields; NULL: nothing */
    /* Of the answer that records are shown in, or NULL: what it has already, and the forms it needs. */
    struct memo *memo;
    struct form **forms;
    /* 0 and *out, whose spans live as long as id, and as what the id was read from; WEIR_E_NONE: there is
     * none; else a failure. */
    int (*by_id)(void *ctx, const struct model *model, struct weir_str id, struct lookup_source *out,
                 struct weir_error *err);
    /* Hand each record of child whose reference slot names the parent to each, deleted ones too, always
     * in the same order, until it returns false. by_id may be called meanwhile; what was handed over lives
     * until each returns. */
    int (*children)(void *ctx, const struct model *child, uint8_t slot, struct weir_str parent_id,
                    bool (*each)(void *each_ctx, const struct lookup_source *found), void *each_ctx,
                    struct weir_error *err);
};

#endif
