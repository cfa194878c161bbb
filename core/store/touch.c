/* store_model_touch: all records of a model as if each had changed, in steps. */
#include "store/fields.h"

#include "store/changes.h"
#include "store/keys.h"
#include "store/records.h"
#include "store/ripple.h"
#include "store/trim.h"

#include <stdlib.h>

#define TOUCH_STEP 250

struct touch_op {
    struct store_op op;
    uint32_t integration;
    uint8_t model;
    char after[ID_TEXT], after_now[ID_TEXT]; /* behind the committed steps, and the one that runs */
    struct tally tally;
    void (*done)(void *ctx, int rc, const struct store_applied *applied, const struct weir_error *err);
    void *ctx;
    char found[TOUCH_STEP][ID_TEXT];
    size_t found_count;
};

/* The next ones behind after. Nothing is written here, so that the cursor stays where it is. */
static int touch_find(bool *last, struct touch_op *t, struct store_txn *txn, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key of;
    struct key from;
    struct weir_bytes prefix = key_records_of(&of, t->integration, t->model);
    int rc = db_cursor_open(&cursor, txn, DB_RECORDS, err);

    t->found_count = 0;
    if (rc == 0) {
        rc = db_cursor_seek(
            &key, &value, &cursor,
            t->after_now[0] == '\0' ? prefix : key_record(&from, t->integration, t->model, t->after_now),
            err);
    }
    while (rc == 0 && key_has_prefix(key, prefix) && t->found_count < TOUCH_STEP) {
        uint32_t integration;
        uint8_t model;
        char id[ID_TEXT];

        if (key_record_decode(&integration, &model, id, key) && strcmp(id, t->after_now) != 0) {
            memcpy(t->found[t->found_count++], id, ID_TEXT);
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    *last = rc == WEIR_E_NONE || (rc == 0 && !key_has_prefix(key, prefix));
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

static int touch_one(struct changes *c, uint8_t model, const char *id, struct weir_error *err)
{
    char remote_id[STORE_REMOTE_ID_MAX];
    struct record_view view;
    size_t len;
    int rc = record_load(&view, c->txn, c->integration, model, id, err);

    if (rc != 0 || view.deleted_ms != 0) {
        return rc == WEIR_E_NONE ? 0 : rc;
    }
    len = view.remote_id.len < sizeof remote_id ? view.remote_id.len : 0;
    memcpy(remote_id, len > 0 ? view.remote_id.data : "", len); /* it lies in a page that is written now */
    rc = record_touch(c->txn, c->integration, model, id, &c->scratch, err);
    return rc == 0 ? changes_note(c, STORE_UPDATED, model, id, weir_str_n(remote_id, len), err) : rc;
}

static int touch_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct touch_op *t = (struct touch_op *)op;
    struct changes c;
    bool last = false;
    int rc;

    memcpy(t->after_now, t->after, ID_TEXT);
    tally_begin(&t->tally);
    rc = touch_find(&last, t, txn, err);
    if (rc != 0 || t->found_count == 0) {
        return rc;
    }
    changes_begin(&c, txn, t->integration, &t->tally);
    for (size_t i = 0; rc == 0 && i < t->found_count; i++) {
        rc = touch_one(&c, t->model, t->found[i], err);
    }
    if (rc == 0) {
        rc = changes_end(&c, err);
    }
    changes_fini(&c);
    memcpy(t->after_now, t->found[t->found_count - 1], ID_TEXT);
    trim_within(txn->st);
    return rc == 0 && !last ? STORE_MORE : rc;
}

static void touch_stepped(struct store_op *op)
{
    struct touch_op *t = (struct touch_op *)op;

    memcpy(t->after, t->after_now, ID_TEXT);
    tally_keep(&t->tally);
}

static void touch_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    struct touch_op *t = (struct touch_op *)op;
    struct store_applied applied;

    if (rc != 0) {
        tally_begin(&t->tally); /* what earlier steps did is done */
    }
    tally_applied(&applied, &t->tally);
    t->done(t->ctx, rc, &applied, err);
    tally_fini(&t->tally);
    free(t);
}

void store_model_touch(struct store *st, uint32_t integration, uint8_t model,
                       void (*done)(void *ctx, int rc, const struct store_applied *applied,
                                    const struct weir_error *err),
                       void *ctx)
{
    struct touch_op *t = STORE_OP_NEW(struct touch_op);

    if (t == NULL) {
        struct store_applied applied = {0};
        struct weir_error err;

        weir_fail(&err, WEIR_E_LATER, "no memory to touch the records of a model");
        done(ctx, WEIR_E_LATER, &applied, &err);
        return;
    }
    t->op.run = touch_run;
    t->op.stepped = touch_stepped;
    t->op.finish = touch_finish;
    t->integration = integration;
    t->model = model;
    t->done = done;
    t->ctx = ctx;
    store_submit(st, &t->op);
}
