/*
 * shelf: a few made-up records to look up, and one of them rendered.
 */
#ifndef WEIR_TESTS_MODEL_SHELF_H
#define WEIR_TESTS_MODEL_SHELF_H

#include "model/render.h"

#include "everything.h"

#define CHANGED_AT INT64_C(1770795005217) /* 2026-02-11T07:30:05.217Z */

/* ---- a store of a few records ---- */

struct row {
    const char *model, *remote_id, *json;
    bool deleted;
    int failure; /* of looking it up */
};

struct shelf {
    const struct row *rows; /* ends with model NULL */
    char id[ID_TEXT];
};

static inline struct lookup_source row_source(struct shelf *shelf, const struct row *row)
{
    struct lookup_source source = {0};

    source.common.id = id_of(shelf->id, row->model, row->remote_id);
    source.common.remote_id = weir_str(row->remote_id);
    source.common.changed_at_ms = CHANGED_AT;
    source.common.remote_deleted_at_ms = row->deleted ? CHANGED_AT : 0;
    source.json = weir_str(row->json);
    return source;
}

static inline int by_id(void *ctx, const struct model *model, struct weir_str id, struct lookup_source *out,
                        struct weir_error *err)
{
    struct shelf *shelf = ctx;

    for (const struct row *row = shelf->rows; row->model != NULL; row++) {
        char found[ID_TEXT];

        if (strcmp(row->model, model->name) == 0 &&
            weir_str_equal(id_of(found, row->model, row->remote_id), id)) {
            *out = row_source(shelf, row);
            return row->failure != 0 ? weir_fail(err, row->failure, "the shelf broke") : 0;
        }
    }
    return WEIR_E_NONE;
}

static inline int children(void *ctx, const struct model *child, uint8_t slot, struct weir_str parent_id,
                           bool (*each)(void *each_ctx, const struct lookup_source *found), void *each_ctx,
                           struct weir_error *err)
{
    struct shelf *shelf = ctx;

    EXPECT_INT(strcmp(child->name, "ats_applications") == 0 ? 3 : 1, slot);
    EXPECT_INT(ID_LEN, parent_id.len);
    for (const struct row *row = shelf->rows; row->model != NULL; row++) {
        if (strcmp(row->model, child->name) == 0) {
            struct lookup_source source = row_source(shelf, row);

            if (row->failure != 0) {
                return weir_fail(err, row->failure, "the shelf broke");
            }
            if (!each(each_ctx, &source)) {
                break;
            }
        }
    }
    return 0;
}

static inline int render(struct buf *out, const struct scope *scope, const struct row *rows,
                         const struct row *row, bool include_deleted, struct weir_error *err)
{
    struct shelf shelf = {.rows = rows}, other = {.rows = rows};
    struct lookup lookup = {.ctx = &shelf, .by_id = by_id, .children = children};
    struct lookup_source source = row_source(&other, row);

    buf_init(out, 1024 * 1024);
    return render_record(out, model_named(row->model), scope, &source.common, source.json, &lookup,
                         include_deleted, err);
}

/* Rendered in a scope that allows all. Each "@model:remote_id@" in want stands for that record's id. */
static inline void shows(const struct row *rows, const struct row *row, bool include_deleted,
                         const char *want)
{
    struct scope *scope = scope_everything();
    struct weir_error err;
    struct buf out, expected;

    if (render(&out, scope, rows, row, include_deleted, &err) != 0) {
        fail_msg("%s", err.message);
    }
    buf_init(&expected, 1024 * 1024);
    while (*want != '\0') {
        char model[64], remote_id[64], id[ID_TEXT];
        int used = 0;

        if (sscanf(want, "@%63[^:@]:%63[^@]@%n", model, remote_id, &used) == 2 && used > 0) {
            buf_add_str(&expected, id_of(id, model, remote_id));
            want += used;
        } else {
            buf_add_char(&expected, *want++);
        }
    }
    buf_add_char(&expected, '\0');
    buf_add_char(&out, '\0');
    EXPECT_STR(expected.data, out.data);
    buf_fini(&expected);
    buf_fini(&out);
    scope_free(scope);
}

/* The canonical text of a record, as it would be stored. */
static inline const char *stored(char out[2000], const char *model, const char *emitted)
{
    struct scope *scope = scope_everything();
    struct record *record = NULL;

    EXPECT_INT(0, record_normalise(&record, model_named(model), scope, weir_str(INTEGRATION), weir_str("x"),
                                   weir_bytes(emitted, strlen(emitted)), weir_str(""), NULL, NULL));
    EXPECT(record->json.len < 2000);
    memcpy(out, record->json.data, record->json.len);
    out[record->json.len] = '\0';
    record_free(record);
    scope_free(scope);
    return out;
}

#define TIMES ",\"changed_at\":\"2026-02-11T07:30:05.217Z\",\"remote_deleted_at\":null"
#define TIMES_DELETED                                                                                        \
    ",\"changed_at\":\"2026-02-11T07:30:05.217Z\",\"remote_deleted_at\":\"2026-02-11T07:30:05.217Z\""

#endif
