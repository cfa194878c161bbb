/* What a sync did not see, or what scope took away: gone, in steps that let others through. */
#include "store/alter.h"
#include "store/keys.h"
#include "store/log.h"
#include "store/marks.h"
#include "store/records.h"
#include "store/ripple.h"
#include "store/syncs.h"
#include "store/trim.h"

#include "base/thread.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SWEEP_STEP 500   /* removals in one transaction */
#define SWEEP_LOOKS 5000 /* records looked at in one transaction */

enum sweep_stage {
    SWEEP_FIND,
    SWEEP_DROP /* the marks */
};

struct sweep_place {
    enum sweep_stage stage;
    char after[ID_TEXT]; /* records up to here are done */
};

struct sweep_op {
    struct store_op op;
    uint32_t integration;
    uint8_t model;
    uint64_t run;                 /* 0: all records, marked or not */
    struct sweep_place kept, now; /* as committed, and of the step that runs */
    struct tally tally;
    void (*done)(void *ctx, int rc, const struct store_applied *applied, const struct weir_error *err);
    void *ctx;
    char found[SWEEP_STEP][ID_TEXT];
    size_t found_count;
};

/* Records that changed while the run went on are known to exist, whether or not the list showed them. */
static int sweep_limit(int64_t *changed_max_ms, struct store_txn *txn, uint64_t run, struct weir_error *err)
{
    struct store_sync row;
    int rc;

    *changed_max_ms = INT64_MAX;
    if (run == 0) {
        return 0;
    }
    rc = sync_load(&row, txn, run, err);
    if (rc == 0) {
        *changed_max_ms = row.started_at_ms;
    }
    return rc == WEIR_E_NONE ? 0 : rc;
}

static int sweep_is_gone(bool *gone, const struct sweep_op *s, struct store_txn *txn, const char *id,
                         struct weir_bytes value, int64_t changed_max_ms, struct weir_error *err)
{
    struct record_view view;
    bool marked = false;
    int rc = 0;

    *gone = false;
    if (!record_decode(&view, value) || view.deleted_ms != 0 || view.changed_ms > changed_max_ms) {
        return 0;
    }
    if (s->run != 0) {
        rc = mark_has(&marked, txn, s->run, s->model, id, err);
    }
    *gone = rc == 0 && !marked;
    return rc;
}

/* Collect what is gone behind now.after. *last: there is nothing behind what was looked at. */
static int sweep_find(bool *last, struct sweep_op *s, struct store_txn *txn, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key of;
    struct key from;
    struct weir_bytes prefix = key_records_of(&of, s->integration, s->model);
    int64_t changed_max_ms;
    size_t looks = 0;
    int rc = sweep_limit(&changed_max_ms, txn, s->run, err);

    s->found_count = 0;
    if (rc == 0) {
        rc = db_cursor_open(&cursor, txn, DB_RECORDS, err);
    }
    if (rc == 0) {
        rc = db_cursor_seek(
            &key, &value, &cursor,
            s->now.after[0] == '\0' ? prefix : key_record(&from, s->integration, s->model, s->now.after),
            err);
    }
    while (rc == 0 && key_has_prefix(key, prefix) && s->found_count < SWEEP_STEP && looks < SWEEP_LOOKS) {
        char id[ID_TEXT];
        uint32_t integration;
        uint8_t model;
        bool gone = false;

        if (key_record_decode(&integration, &model, id, key) && strcmp(id, s->now.after) != 0) {
            rc = sweep_is_gone(&gone, s, txn, id, value, changed_max_ms, err);
            if (gone) {
                memcpy(s->found[s->found_count++], id, ID_TEXT);
            }
            memcpy(s->now.after, id, ID_TEXT);
            if (++looks % TRIM_RECORDS_IN_ORDER == 0) {
                trim_within(txn->st);
            }
        }
        if (rc == 0) {
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    *last = rc == WEIR_E_NONE || (rc == 0 && !key_has_prefix(key, prefix));
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

/* One step. STORE_MORE: there is another. */
static int sweep_find_step(struct sweep_op *s, struct changes *c, struct weir_error *err)
{
    bool ended = false;
    bool last = false;
    size_t i;
    int rc = 0;

    if (s->run != 0) {
        rc = mark_end_has(&ended, c->txn, s->run, s->model, err);
    }
    if (rc == 0 && ended) {
        s->now.stage = SWEEP_DROP;
        return STORE_MORE;
    }
    if (rc == 0) {
        rc = sweep_find(&last, s, c->txn, err);
    }
    for (i = 0; rc == 0 && i < s->found_count; i++) {
        rc = alter_remove(c, s->model, s->found[i], err);
    }
    if (rc == 0 && last && s->run != 0) {
        rc = mark_end_put(c->txn, s->run, s->model, err);
    }
    if (rc == 0 && last) {
        s->now.stage = SWEEP_DROP;
    }
    return rc == 0 ? STORE_MORE : rc;
}

static int sweep_step(struct sweep_op *s, struct changes *c, struct weir_error *err)
{
    size_t removed = 0;
    bool left = false;
    int rc;

    /* Effects of the step before come first, so that they stay within the budget. */
    rc = ripple_left(&left, c, err);
    if (rc == 0 && left) {
        rc = ripple_carry_on(&left, c, err);
        return rc == 0 ? STORE_MORE : rc;
    }
    if (rc != 0 || s->now.stage == SWEEP_FIND) {
        return rc != 0 ? rc : sweep_find_step(s, c, err);
    }
    if (s->run != 0) {
        rc = marks_drop(&removed, c->txn, s->run, s->model, SWEEP_STEP, err);
    }
    return rc == 0 && removed == SWEEP_STEP ? STORE_MORE : rc;
}

/* What a sync did not find any more is traced to it. */
static int sweep_log(const struct sweep_op *s, const struct changes *c, struct weir_error *err)
{
    char json[160];
    char more[80];
    struct store_sync row;
    int rc = s->run != 0 && c->noted > 0 ? sync_load(&row, c->txn, s->run, err) : WEIR_E_NONE;
    int len;

    if (rc != 0) {
        return rc == WEIR_E_NONE ? 0 : rc;
    }
    (void)snprintf(json, sizeof json, "{\"sync\":\"%s\",\"outcome\":\"gone\",\"count\":%zu}", row.id,
                   s->found_count);
    len = snprintf(more, sizeof more, ",\"first_change\":%" PRIu64 ",\"last_change\":%" PRIu64,
                   c->row.last_seq - c->noted + 1, c->row.last_seq);
    return log_put_more(c->txn, STORE_LOG_SYNC, s->integration, weir_str(json), weir_str_n(more, (size_t)len),
                        err);
}

static int sweep_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct sweep_op *s = (struct sweep_op *)op;
    struct changes c;
    int step;
    int rc;

    s->now = s->kept;
    tally_begin(&s->tally);
    changes_begin(&c, txn, s->integration, &s->tally);
    step = sweep_step(s, &c, err);
    rc = step == 0 || step == STORE_MORE ? sweep_log(s, &c, err) : step;
    rc = rc == 0 ? changes_end(&c, err) : rc;
    changes_fini(&c);
    return rc != 0 ? rc : step;
}

static void sweep_stepped(struct store_op *op)
{
    struct sweep_op *s = (struct sweep_op *)op;

    s->kept = s->now;
    tally_keep(&s->tally);
}

static void sweep_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    struct sweep_op *s = (struct sweep_op *)op;
    struct store_applied applied;

    /* Also when it failed: what earlier steps did is done. */
    if (rc != 0) {
        tally_begin(&s->tally);
    }
    tally_applied(&applied, &s->tally);
    if (s->done != NULL) {
        s->done(s->ctx, rc, &applied, err);
    }
    tally_fini(&s->tally);
    free(s);
}

static void sweep_submit(struct store *st, uint32_t integration, uint64_t run, uint8_t model,
                         void (*done)(void *ctx, int rc, const struct store_applied *applied,
                                      const struct weir_error *err),
                         void *ctx)
{
    struct sweep_op *s = STORE_OP_NEW(struct sweep_op);

    if (s == NULL) {
        struct store_applied applied = {0};
        struct weir_error err;

        weir_fail(&err, WEIR_E_LATER, "no memory to look for records that are gone");
        if (done != NULL) {
            done(ctx, WEIR_E_LATER, &applied, &err);
        }
        return;
    }
    s->op.run = sweep_run;
    s->op.stepped = sweep_stepped;
    s->op.finish = sweep_finish;
    s->integration = integration;
    s->run = run;
    s->model = model;
    s->done = done;
    s->ctx = ctx;
    store_submit(st, &s->op);
}

void store_sync_sweep(struct store *st, uint32_t integration, uint64_t run, uint8_t model,
                      void (*done)(void *ctx, int rc, const struct store_applied *applied,
                                   const struct weir_error *err),
                      void *ctx)
{
    check_bug(run != 0); /* without marks, everything would be gone */
    sweep_submit(st, integration, run, model, done, ctx);
}

void store_model_clear(struct store *st, uint32_t integration, uint8_t model,
                       void (*done)(void *ctx, int rc, const struct store_applied *applied,
                                    const struct weir_error *err),
                       void *ctx)
{
    sweep_submit(st, integration, 0, model, done, ctx);
}
