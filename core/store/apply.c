/* store_apply: all that one fetch brings, as one operation. */
#include "store/alter.h"
#include "store/aside.h"
#include "store/keys.h"
#include "store/log.h"
#include "store/marks.h"
#include "store/ripple.h"
#include "store/syncs.h"
#include "store/trim.h"

#include "base/thread.h"

#include <stdlib.h>

#define APPLY_MORE_MAX ((size_t)64 * 1024) /* beyond it an entry does without the fields */

struct apply_op {
    struct store_op op;
    struct store_apply in; /* points into block */
    /* Sorted places of in.records, for what is complete; NULL when nothing is. */
    const struct store_record_in **sorted;
    bool rippling; /* all is applied, what is left are its effects on others */
    uint64_t first_change, last_change;
    struct tally tally;
    void (*done)(void *ctx, int rc, const struct store_applied *applied, const struct weir_error *err);
    void *ctx;
    uint8_t *at; /* while it is filled: the next free byte of block */
    _Alignas(max_align_t) uint8_t block[];
};

/* ---- the copy ---- */

static size_t room_of(size_t len)
{
    return (len + 15) & ~(size_t)15;
}

static const void *copy(struct apply_op *a, const void *data, size_t len)
{
    void *to = a->at;

    if (len > 0) {
        memcpy(to, data, len);
        a->at += room_of(len);
    }
    return to;
}

static size_t apply_room(const struct store_apply *in)
{
    size_t room = room_of(in->record_count * sizeof *in->records) +
                  room_of(in->gone_count * sizeof *in->gone) +
                  room_of(in->complete_count * sizeof *in->completes) +
                  room_of(in->done_count * sizeof *in->done) + room_of(in->seen_count * sizeof *in->seen) +
                  room_of(in->aside_count * sizeof *in->asides) + room_of(in->log_count * sizeof *in->logs) +
                  room_of(in->checkpoint != NULL ? sizeof *in->checkpoint : 0);
    size_t i;

    for (i = 0; i < in->record_count; i++) {
        const struct store_record_in *r = &in->records[i];

        room += room_of(ID_LEN) + room_of(r->remote_id.len) + room_of(r->json.len) + room_of(STORE_HASH) +
                room_of(r->ref_count * sizeof *r->refs) + r->ref_count * room_of(ID_LEN);
    }
    room += (in->gone_count + in->complete_count) * room_of(ID_LEN);
    for (i = 0; i < in->aside_count; i++) {
        const struct store_aside_in *s = &in->asides[i];

        room += room_of(s->message.len) + room_of(s->what.len) + room_of(s->head.len) + room_of(s->body.len);
    }
    for (i = 0; i < in->log_count; i++) {
        room += room_of(in->logs[i].json.len);
    }
    if (in->complete_count > 0) {
        room += room_of(in->record_count * sizeof(struct store_record_in *));
    }
    return room;
}

static void copy_record(struct apply_op *a, struct store_record_in *r)
{
    struct store_ref_in *refs;
    size_t i;

    check_bug(r->remote_id.len <= STORE_REMOTE_ID_MAX);
    r->id = copy(a, r->id, ID_LEN);
    r->remote_id.data = copy(a, r->remote_id.data, r->remote_id.len);
    r->json.data = copy(a, r->json.data, r->json.len);
    r->hash = copy(a, r->hash, STORE_HASH);
    refs = (struct store_ref_in *)(uintptr_t)copy(a, r->refs, r->ref_count * sizeof *r->refs);
    r->refs = refs;
    for (i = 0; i < r->ref_count; i++) {
        refs[i].id = copy(a, refs[i].id, ID_LEN);
    }
}

static int record_order(const void *a, const void *b)
{
    const struct store_record_in *x = *(const struct store_record_in *const *)a;
    const struct store_record_in *y = *(const struct store_record_in *const *)b;

    return x->model != y->model ? (int)x->model - (int)y->model : memcmp(x->id, y->id, ID_LEN);
}

/* The arrays are ours, so they are changed through pointers that forget the const of the lent ones. */
static void copy_all(struct apply_op *a, const struct store_apply *in)
{
    struct store_record_in *records =
        (struct store_record_in *)(uintptr_t)copy(a, in->records, in->record_count * sizeof *in->records);
    struct store_gone_in *gone =
        (struct store_gone_in *)(uintptr_t)copy(a, in->gone, in->gone_count * sizeof *in->gone);
    struct store_complete_in *completes = (struct store_complete_in *)(uintptr_t)copy(
        a, in->completes, in->complete_count * sizeof *in->completes);
    struct store_aside_in *asides =
        (struct store_aside_in *)(uintptr_t)copy(a, in->asides, in->aside_count * sizeof *in->asides);
    struct store_log_in *logs =
        (struct store_log_in *)(uintptr_t)copy(a, in->logs, in->log_count * sizeof *in->logs);
    size_t i;

    a->in = *in;
    a->in.records = records;
    a->in.gone = gone;
    a->in.completes = completes;
    a->in.asides = asides;
    a->in.logs = logs;
    a->in.done = copy(a, in->done, in->done_count * sizeof *in->done);
    a->in.seen = (const uint8_t(*)[STORE_HASH])copy(a, in->seen, in->seen_count * sizeof *in->seen);
    if (in->checkpoint != NULL) {
        a->in.checkpoint = copy(a, in->checkpoint, sizeof *in->checkpoint);
    }
    for (i = 0; i < in->record_count; i++) {
        copy_record(a, &records[i]);
    }
    for (i = 0; i < in->gone_count; i++) {
        gone[i].id = copy(a, gone[i].id, ID_LEN);
    }
    for (i = 0; i < in->complete_count; i++) {
        completes[i].parent = copy(a, completes[i].parent, ID_LEN);
    }
    for (i = 0; i < in->aside_count; i++) {
        struct store_aside_in *s = &asides[i];

        s->message.data = copy(a, s->message.data, s->message.len);
        s->what.data = copy(a, s->what.data, s->what.len);
        s->head.data = copy(a, s->head.data, s->head.len);
        s->body.data = copy(a, s->body.data, s->body.len);
    }
    for (i = 0; i < in->log_count; i++) {
        logs[i].json.data = copy(a, logs[i].json.data, logs[i].json.len);
    }
    if (in->complete_count > 0 && in->record_count > 0) {
        a->sorted = (const struct store_record_in **)(uintptr_t)a->at;
        for (i = 0; i < in->record_count; i++) {
            a->sorted[i] = &records[i];
        }
        qsort(a->sorted, in->record_count, sizeof *a->sorted, record_order);
    }
}

/* ---- the transaction ---- */

static bool is_among_records(const struct apply_op *a, uint8_t model, const char *id)
{
    struct store_record_in want = {.model = model, .id = id};
    const struct store_record_in *place = &want;

    return a->sorted != NULL &&
           bsearch(&place, a->sorted, a->in.record_count, sizeof *a->sorted, record_order) != NULL;
}

/* Removing does not change the index that is walked here. */
static int apply_complete(struct changes *c, const struct apply_op *a, const struct store_complete_in *in,
                          struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key slot;
    struct weir_bytes prefix = key_by_ref_slot(&slot, c->integration, in->parent, in->model, in->slot);
    int rc = db_cursor_open(&cursor, c->txn, DB_BY_REF, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, prefix, err);
    }
    while (rc == 0 && key_has_prefix(key, prefix)) {
        char target[ID_TEXT];
        char source[ID_TEXT];
        uint32_t integration;
        uint8_t model;
        uint8_t number;

        if (key_by_ref_decode(&integration, target, &model, &number, source, key) &&
            !is_among_records(a, in->model, source)) {
            rc = alter_remove(c, in->model, source, err);
        }
        if (rc == 0) {
            rc = db_cursor_next(&key, &value, &cursor, err);
        }
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

static int apply_records(struct changes *c, const struct apply_op *a, struct weir_error *err)
{
    const struct store_apply *in = &a->in;
    size_t i;
    int rc = 0;

    for (i = 0; rc == 0 && i < in->record_count; i++) {
        rc = alter_put(c, &in->records[i], err);
        if (rc == 0 && in->sync_run != 0 && !in->records[i].placeholder) {
            rc = mark_put(c->txn, in->sync_run, in->records[i].model, in->records[i].id, err);
        }
        if (in->sync_run != 0 && i % TRIM_RECORDS == TRIM_RECORDS - 1) {
            trim_within(c->txn->st);
        }
    }
    for (i = 0; rc == 0 && i < in->gone_count; i++) {
        rc = alter_remove(c, in->gone[i].model, in->gone[i].id, err);
    }
    for (i = 0; rc == 0 && i < in->complete_count; i++) {
        rc = apply_complete(c, a, &in->completes[i], err);
    }
    return rc;
}

/* What is not a record: the delivery is done, and what there is to tell about it. */
static int apply_rest(struct store_txn *txn, const struct store_apply *in, struct weir_error *err)
{
    size_t i;
    int rc = 0;

    for (i = 0; rc == 0 && i < in->done_count; i++) {
        rc = inbox_remove(txn, in->integration, in->done[i], err);
        rc = rc == WEIR_E_NONE ? 0 : rc; /* done before: the records are the same all the same */
    }
    for (i = 0; rc == 0 && i < in->seen_count; i++) {
        bool known;

        rc = seen_check_and_put(&known, txn, in->seen[i], err);
    }
    for (i = 0; rc == 0 && i < in->aside_count; i++) {
        rc = aside_put(txn, in->integration, &in->asides[i], err);
    }
    return rc;
}

static bool says_changes(const struct store_log_in *log)
{
    return log->of_changes || log->kind == STORE_LOG_FETCH;
}

/* Does an entry say what was changed? *updated: only of what was there already. */
static bool logs_changes(bool *updated, const struct store_apply *in)
{
    bool says = false;

    *updated = false;
    for (size_t i = 0; i < in->log_count; i++) {
        says = says || says_changes(&in->logs[i]);
        *updated = *updated || in->logs[i].of_changes;
    }
    return says;
}

/* The entry of a fetch, or of a sync's page, also says what it changed: the numbers in the change log, and
 * the fields. A page that changed nothing, as nearly all, has none. */
static int apply_logs(struct changes *c, const struct store_apply *in, struct weir_error *err)
{
    struct buf more;
    int rc = 0;

    buf_init(&more, APPLY_MORE_MAX);
    if (c->noted > 0) {
        buf_add_text(&more, ",\"first_change\":");
        buf_add_u64(&more, c->row.last_seq - c->noted + 1);
        buf_add_text(&more, ",\"last_change\":");
        buf_add_u64(&more, c->row.last_seq);
        if (c->differing != NULL && !c->differing->failed) {
            buf_add_text(&more, ",\"changed\":[");
            buf_add_str(&more, buf_str(c->differing));
            buf_add_char(&more, ']');
        }
        rc = buf_check(&more, "a log entry", err);
    }
    for (size_t i = 0; rc == 0 && i < in->log_count; i++) {
        if (in->logs[i].of_changes && c->noted == 0) {
            continue;
        }
        rc = log_put_more(c->txn, in->logs[i].kind, in->logs[i].integration, in->logs[i].json,
                          says_changes(&in->logs[i]) ? buf_str(&more) : weir_str_n(NULL, 0), err);
    }
    buf_fini(&more);
    return rc;
}

/* How far the sync is, with what its records changed. */
static int apply_checkpoint(struct store_txn *txn, const struct apply_op *a, struct weir_error *err)
{
    const struct tally_counts *did = &a->tally.now;
    struct store_sync row;

    if (a->in.checkpoint == NULL) {
        return 0;
    }
    row = *a->in.checkpoint;
    row.changed += did->created + did->updated;
    row.gone += did->gone;
    return sync_save(txn, &row, err);
}

static int apply_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct apply_op *a = (struct apply_op *)op;
    struct buf differing;
    struct changes c;
    bool left = false;
    int rc = 0;

    tally_begin(&a->tally);
    changes_begin(&c, txn, a->in.integration, &a->tally);
    buf_init(&differing, APPLY_MORE_MAX / 2);
    c.differing = logs_changes(&c.differing_updated, &a->in) ? &differing : NULL;
    if (!a->rippling) {
        rc = apply_records(&c, a, err);
        if (rc == 0) {
            rc = apply_rest(txn, &a->in, err);
        }
        if (rc == 0) {
            rc = apply_checkpoint(txn, a, err);
        }
        if (rc == 0) {
            rc = ripple_left(&left, &c, err);
        }
        if (rc == 0) {
            rc = apply_logs(&c, &a->in, err);
        }
        a->first_change = c.noted > 0 ? c.row.last_seq - c.noted + 1 : 0;
        a->last_change = c.noted > 0 ? c.row.last_seq : 0;
    } else {
        rc = ripple_carry_on(&left, &c, err);
    }
    if (rc == 0) {
        rc = changes_end(&c, err);
    }
    buf_fini(&differing);
    changes_fini(&c);
    return rc == 0 && left ? STORE_MORE : rc;
}

static void apply_stepped(struct store_op *op)
{
    struct apply_op *a = (struct apply_op *)op;

    tally_keep(&a->tally);
    a->rippling = true;
}

static void apply_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    struct apply_op *a = (struct apply_op *)op;
    struct store_applied applied = {0};

    if (rc == 0) {
        tally_applied(&applied, &a->tally);
        applied.first_change = a->first_change;
        applied.last_change = a->last_change;
    }
    if (a->done != NULL) {
        a->done(a->ctx, rc, &applied, err);
    }
    tally_fini(&a->tally);
    free(a);
}

void store_apply(struct store *st, const struct store_apply *apply,
                 void (*done)(void *ctx, int rc, const struct store_applied *applied,
                              const struct weir_error *err),
                 void *ctx)
{
    size_t room = apply_room(apply);
    struct apply_op *a = malloc(sizeof *a + room);

    if (a == NULL) {
        struct store_applied applied = {0};
        struct weir_error err;

        weir_fail(&err, WEIR_E_LATER, "no memory for %zu bytes to be stored", room);
        if (done != NULL) {
            done(ctx, WEIR_E_LATER, &applied, &err);
        }
        return;
    }
    memset(a, 0, sizeof *a); /* the block is filled below, zeroing it would be a second pass */
    a->op.run = apply_run;
    a->op.stepped = apply_stepped;
    a->op.finish = apply_finish;
    a->done = done;
    a->ctx = ctx;
    a->at = a->block;
    copy_all(a, apply);
    store_submit(st, &a->op);
}
