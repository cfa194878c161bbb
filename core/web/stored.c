#include "web/stored.h"

struct lookup_source stored_source(const struct store_record *record)
{
    return (struct lookup_source){
        .common = {.id = weir_str_n(record->id, ID_LEN),
                   .remote_id = record->remote_id,
                   .changed_at_ms = record->changed_at_ms,
                   .remote_deleted_at_ms = record->deleted_at_ms},
        .json = record->json,
    };
}

static int by_id(void *ctx, const struct model *model, struct weir_str id, struct lookup_source *out,
                 struct weir_error *err)
{
    const struct stored *from = ctx;
    struct store_record record;
    int rc = store_record_get(&record, from->reader, from->integration, model->number, id, err);

    if (rc == 0) {
        *out = stored_source(&record);
        out->common.id = id; /* the record's own copy ends here */
    }
    return rc;
}

struct hand {
    bool (*each)(void *ctx, const struct lookup_source *found);
    void *ctx;
};

static bool hand_on(void *ctx, const struct store_record *record)
{
    struct hand *to = ctx;
    struct lookup_source source = stored_source(record);

    return to->each(to->ctx, &source);
}

static int children(void *ctx, const struct model *child, uint8_t slot, struct weir_str parent_id,
                    bool (*each)(void *each_ctx, const struct lookup_source *found), void *each_ctx,
                    struct weir_error *err)
{
    const struct stored *from = ctx;
    struct hand to = {each, each_ctx};

    return store_records_by_ref(from->reader, from->integration, child->number, slot, parent_id, hand_on, &to,
                                err);
}

struct lookup stored_lookup(struct stored *from)
{
    return (struct lookup){.ctx = from, .by_id = by_id, .children = children};
}
