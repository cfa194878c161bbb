/*
 * Any bytes as a record of each model. What is taken has to hold what record promises: JSON in the
 * table's order that normalises to itself, references with the ids they had, and a rendering that is
 * JSON too.
 */
#include "model/canonical.h"
#include "model/filter.h"
#include "model/record.h"
#include "model/render.h"

#include <jansson.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void promise(bool kept)
{
    if (!kept) {
        abort();
    }
}

/* Whatever is looked up is the record itself, so that short forms are written as well, and those in them. */
static int itself_by_id(void *ctx, const struct model *model, struct weir_str id, struct lookup_source *out,
                        struct weir_error *err)
{
    const struct record *record = ctx;

    (void)model;
    (void)err;
    *out = (struct lookup_source){.common = {.id = id, .remote_id = record->remote_id}, .json = record->json};
    return 0;
}

static int itself_as_child(void *ctx, const struct model *child, uint8_t slot, struct weir_str parent_id,
                           bool (*each)(void *each_ctx, const struct lookup_source *found), void *each_ctx,
                           struct weir_error *err)
{
    struct lookup_source found;

    (void)slot;
    (void)itself_by_id(ctx, child, parent_id, &found, err);
    (void)each(each_ctx, &found);
    return 0;
}

/* An empty record over the stored one keeps all of it, and its references. */
static void check_kept(const struct record *record, const struct scope *scope)
{
    struct record *again = NULL;
    struct weir_error err;

    promise(record_normalise(&again, record->model, scope, weir_str("fuzz:one"), record->remote_id,
                             weir_bytes("{}", 2), record->json, NULL, &err) == 0);
    promise(weir_str_equal(again->json, record->json));
    promise(memcmp(again->hash, record->hash, RECORD_HASH) == 0);
    promise(strcmp(again->id, record->id) == 0 && again->ref_count == record->ref_count);
    for (size_t i = 0; i < record->ref_count; i++) {
        promise(strcmp(again->refs[i].id, record->refs[i].id) == 0 &&
                again->refs[i].slot == record->refs[i].slot);
    }
    record_free(again);
}

static void check_rendered(struct record *record, const struct scope *scope)
{
    const struct lookup lookup = {.ctx = record, .by_id = itself_by_id, .children = itself_as_child};
    const struct lookup_common common = {.id = weir_str(record->id), .remote_id = record->remote_id};
    struct weir_error err;
    struct buf out;
    int rc;

    buf_init(&out, 4 * RECORD_JSON_MAX);
    rc = render_record(&out, record->model, scope, &common, record->json, &lookup, true, &err);
    promise(rc == 0 || rc == WEIR_E_NONE);
    if (rc == 0) {
        json_t *shown = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
        size_t keys = 0;

        while (record->model->key_order[keys] != NULL) {
            promise(json_object_get(shown, record->model->key_order[keys]) != NULL);
            keys++;
        }
        promise(json_object_size(shown) == keys);
        json_decref(shown);
    }
    buf_fini(&out);
}

static void check_filters(struct record *record, struct weir_str value)
{
    const struct lookup lookup = {.ctx = record, .by_id = itself_by_id, .children = itself_as_child};

    for (const struct model_filter *filter = record->model->filters; filter->name != NULL; filter++) {
        struct filters *filters = filters_new(record->model, NULL, weir_str("fuzz:one"));

        filters_look_in(filters, &lookup, true);
        if (filters_add(filters, weir_str(filter->name), value, NULL) == 0) {
            (void)filters_match(filters, weir_str(record->id), record->remote_id, record->json);
        }
        filters_free(filters);
    }
}

static void check_record(struct record *record, const struct scope *scope)
{
    json_t *parsed = json_loadb(record->json.data, record->json.len, JSON_REJECT_DUPLICATES, NULL);

    promise(parsed != NULL && json_is_object(parsed));
    json_decref(parsed);
    check_kept(record, scope);
    check_rendered(record, scope);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct weir_bytes bytes = weir_bytes(data, size);
    const struct weir_str text = weir_str_n((const char *)data, size);
    struct scope *scope = scope_new("fuzz");

    for (size_t i = 0; model_nth(i) != NULL; i++) {
        promise(scope_set_model(scope, weir_str(model_nth(i)->name), SCOPE_ENABLED));
    }
    for (size_t i = 0; model_nth(i) != NULL; i++) {
        const struct model *model = model_nth(i);
        struct record_repairs repairs;
        struct record *record = NULL;
        struct weir_error err;

        (void)record_is_partial(model, scope, bytes);
        if (record_normalise(&record, model, scope, weir_str("fuzz:one"), weir_str("7"), bytes, weir_str(""),
                             &repairs, &err) == 0) {
            check_record(record, scope);
            check_filters(record, text);
            record_free(record);
        }
        /* A stored text that is damaged may give nonsense, and nothing worse. */
        record = NULL;
        if (record_normalise(&record, model, scope, weir_str("fuzz:one"), weir_str("7"), weir_bytes("{}", 2),
                             text, NULL, &err) == 0) {
            record_free(record);
        }
    }
    scope_free(scope);
    return 0;
}
