#include "store/gather.h"

#include "store/changes.h"
#include "store/keys.h"
#include "store/outbox.h"
#include "store/ripple.h"
#include "store/routes.h"

#include <stdlib.h>

#define ROW_VERSION 2
#define ROW_BYTES (1 + 4 * 8 + GATHER_MODELS + 2 * 8)
#define ROW_1_BYTES (1 + 4 * 8 + GATHER_MODELS) /* version 1: without a place in the feed */
#define GATHER_STEP 64                          /* integrations told in one transaction */
#define BODY_MAX ((size_t)4 * 1024 * 1024)
#define LISTED_MAX 1000 /* changes in one message, whatever the option says */

bool gather_decode(struct gather_row *row, struct weir_bytes value)
{
    bool first_version = value.len == ROW_1_BYTES && value.data[0] == 1;

    if (!first_version && (value.len != ROW_BYTES || value.data[0] != ROW_VERSION)) {
        return false;
    }
    row->last_seq = be_u64(value.data + 1);
    row->first_seq = be_u64(value.data + 9);
    row->due_ms = (int64_t)be_u64(value.data + 17);
    row->last_sent_ms = (int64_t)be_u64(value.data + 25);
    memcpy(row->models, value.data + 33, GATHER_MODELS);
    row->before = (struct store_feed_place){0};
    if (!first_version) {
        row->before.number = be_u64(value.data + 33 + GATHER_MODELS);
        row->before.at_ms = (int64_t)be_u64(value.data + 33 + GATHER_MODELS + 8);
    }
    return true;
}

int gather_load(struct gather_row *row, struct store_txn *txn, uint32_t integration, struct weir_error *err)
{
    struct weir_bytes value;
    struct key key;
    int rc = db_get(&value, txn, DB_GATHER, key_u32(&key, integration), err);

    if (rc == WEIR_E_NONE) {
        memset(row, 0, sizeof *row);
        return 0;
    }
    if (rc == 0 && !gather_decode(row, value)) {
        /* Its numbers must not start again, so this cannot be made up for. */
        return weir_fail(err, STORE_E_BROKEN, "the change numbers of integration %u cannot be read",
                         integration);
    }
    return rc;
}

static int gather_save(struct store_txn *txn, uint32_t integration, const struct gather_row *row,
                       struct weir_error *err)
{
    uint8_t value[ROW_BYTES];
    struct key key;

    value[0] = ROW_VERSION;
    be_put_u64(value + 1, row->last_seq);
    be_put_u64(value + 9, row->first_seq);
    be_put_u64(value + 17, (uint64_t)row->due_ms);
    be_put_u64(value + 25, (uint64_t)row->last_sent_ms);
    memcpy(value + 33, row->models, GATHER_MODELS);
    be_put_u64(value + 33 + GATHER_MODELS, row->before.number);
    be_put_u64(value + 33 + GATHER_MODELS + 8, (uint64_t)row->before.at_ms);
    return db_put(txn, DB_GATHER, key_u32(&key, integration), weir_bytes(value, sizeof value), err);
}

void gather_note_model(struct gather_row *row, uint8_t model)
{
    row->models[model / 8] |= (uint8_t)(1u << (model % 8));
}

void gather_note(struct gather_row *row, uint8_t model)
{
    row->last_seq++;
    if (row->first_seq == 0) {
        row->first_seq = row->last_seq;
    }
    gather_note_model(row, model);
}

static void gather_clear(struct gather_row *row)
{
    row->first_seq = 0;
    row->due_ms = 0;
    row->before = (struct store_feed_place){0};
    memset(row->models, 0, sizeof row->models);
}

/* Changes of a range, each record once. What is beyond max is only counted, so memory is bounded. */
struct fold {
    struct store_change *items;
    size_t count, max;
    uint64_t beyond;
    uint16_t *slots; /* open addressing; index + 1 */
    size_t mask;
};

static void fold_fini(struct fold *f)
{
    free(f->items);
    free(f->slots);
}

/* changes: in the range; mostly one, where room for all that may be listed would be some ten kilobytes. */
static int fold_init(struct fold *f, size_t max, uint64_t changes, struct weir_error *err)
{
    size_t slots = 16;

    memset(f, 0, sizeof *f);
    f->max = max < LISTED_MAX ? max : LISTED_MAX;
    f->max = changes < f->max ? (size_t)changes : f->max;
    while (slots < f->max * 2) {
        slots *= 2;
    }
    f->mask = slots - 1;
    f->slots = calloc(slots, sizeof *f->slots);
    f->items = malloc((f->max + 1) * sizeof *f->items); /* one more: the entry being looked at */
    if (f->slots == NULL || f->items == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory to gather %zu changes", f->max);
    }
    return 0;
}

/* items[count] is filled. */
static void fold_add(struct fold *f)
{
    struct store_change *add = &f->items[f->count];
    uint64_t mix;
    size_t at;

    memcpy(&mix, add->id, sizeof mix);
    mix = (mix ^ add->model) * UINT64_C(0x9E3779B97F4A7C15);
    for (at = (size_t)(mix >> 32) & f->mask; f->slots[at] != 0; at = (at + 1) & f->mask) {
        struct store_change *known = &f->items[f->slots[at] - 1];

        if (known->model == add->model && memcmp(known->id, add->id, ID_LEN) == 0) {
            /* Who never saw it sees it created, however often it changed since. */
            if (known->kind != STORE_CREATED || add->kind != STORE_UPDATED) {
                known->kind = add->kind;
            }
            known->seq = add->seq;
            known->at_ms = add->at_ms;
            return;
        }
    }
    if (f->count == f->max) {
        f->beyond++;
        return;
    }
    f->count++;
    f->slots[at] = (uint16_t)f->count;
}

static int fold_range(struct fold *f, struct store_txn *txn, uint32_t integration,
                      const struct gather_row *row, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    struct key from;
    int rc = db_cursor_open(&cursor, txn, DB_CHANGES, err);

    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, key_change(&from, integration, row->first_seq), err);
    }
    while (rc == 0 && key.len >= 4 && be_u32(key.data) == integration) {
        if (change_decode(&f->items[f->count], key, value)) {
            fold_add(f);
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

static size_t models_list(uint8_t out[GATHER_MODELS * 8], const uint8_t models[GATHER_MODELS])
{
    size_t count = 0;
    size_t n;

    for (n = 0; n < GATHER_MODELS * 8u; n++) {
        if ((models[n / 8] >> (n % 8) & 1) != 0) {
            out[count++] = (uint8_t)n;
        }
    }
    return count;
}

/* One notification per endpoint that takes them, with everything not told. */
static int gather_tell(struct store_txn *txn, uint32_t integration, const struct gather_row *row,
                       struct tally *tally, struct weir_error *err)
{
    const struct store_options *options = &txn->st->options;
    const struct store_route *route = NULL;
    uint8_t models[GATHER_MODELS * 8];
    size_t model_count = models_list(models, row->models);
    struct fold fold;
    struct buf body;
    int rc;

    buf_init(&body, BODY_MAX);
    rc = fold_init(&fold, options->changed_records_max, row->last_seq - row->first_seq + 1, err);
    if (rc == 0) {
        rc = fold_range(&fold, txn, integration, row, err);
    }
    while (rc == 0 &&
           (route = routes_next(txn->st->routes, route, STORE_EVENT_DATA_CHANGED, integration)) != NULL) {
        struct store_notification made = {.endpoint = route->endpoint,
                                          .integration = integration,
                                          .type = STORE_EVENT_DATA_CHANGED,
                                          .first_change = row->first_seq,
                                          .last_change = row->last_seq};

        id_new(made.id);
        buf_clear(&body);
        options->render(options->render_ctx, &body, made.id, integration, fold.items, fold.count,
                        fold.count + fold.beyond, models, model_count, &row->before);
        rc = buf_check(&body, "the body of a notification", err);
        if (rc == 0 && body.len > 0) {
            made.body = buf_bytes(&body);
            rc = outbox_new(txn, &made, tally, err);
        }
    }
    fold_fini(&fold);
    buf_fini(&body);
    return rc;
}

int gather_settle(struct store_txn *txn, uint32_t integration, struct gather_row *row, struct tally *tally,
                  struct weir_error *err)
{
    int64_t coalesce_ms = txn->st->options.coalesce_ms;
    int64_t free_ms = row->last_sent_ms + coalesce_ms;
    int rc = 0;

    if (row->first_seq == 0 ||
        routes_next(txn->st->routes, NULL, STORE_EVENT_DATA_CHANGED, integration) == NULL) {
        gather_clear(row);
    } else if (coalesce_ms == 0 || row->last_sent_ms == 0 || free_ms <= txn->now_ms) {
        rc = gather_tell(txn, integration, row, tally, err);
        gather_clear(row);
        row->last_sent_ms = txn->now_ms;
    } else {
        row->due_ms = free_ms;
    }
    tally->now.gather_due_ms = row->due_ms;
    return rc != 0 ? rc : gather_save(txn, integration, row, err);
}

/* ---- telling what has waited ---- */

struct gather_op {
    struct store_op op;
    int64_t now_ms;
    struct tally tally;
    int64_t next_due_ms;
    void (*done)(void *ctx, int rc, const struct store_due *due, size_t due_count, int64_t next_due_ms,
                 const struct weir_error *err);
    void *ctx;
};

/* The integrations that are due, and when the first of the others is. */
static int gather_due(uint32_t *numbers, size_t *count, int64_t *next_due_ms, struct store_txn *txn,
                      int64_t now_ms, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    size_t found = 0;
    int rc = db_cursor_open(&cursor, txn, DB_GATHER, err);

    *next_due_ms = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0) {
        struct gather_row row;
        uint32_t number;

        if (key_u32_decode(&number, key) && gather_decode(&row, value) && row.due_ms != 0) {
            if (row.due_ms <= now_ms && found < *count) {
                numbers[found++] = number;
            } else if (*next_due_ms == 0 || row.due_ms < *next_due_ms) {
                *next_due_ms = row.due_ms;
            }
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    *count = found;
    return rc == WEIR_E_NONE ? 0 : rc;
}

static int gather_one(struct store_txn *txn, uint32_t integration, struct tally *tally,
                      struct weir_error *err)
{
    struct gather_row row;
    int rc = gather_load(&row, txn, integration, err);

    /* It is due by the clock of who asked, which the stamp may trail by a moment. */
    if (rc == 0) {
        row.last_sent_ms = 0;
        rc = gather_settle(txn, integration, &row, tally, err);
    }
    return rc;
}

static int gather_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct gather_op *g = (struct gather_op *)op;
    uint32_t numbers[GATHER_STEP];
    size_t count = GATHER_STEP;
    bool left = false;
    size_t i;
    int rc;

    tally_begin(&g->tally);
    /* What a crash left behind of earlier changes is carried on with here. */
    rc = ripple_resume(&left, txn, &g->tally, err);
    if (rc == 0) {
        rc = gather_due(numbers, &count, &g->next_due_ms, txn, g->now_ms, err);
    }
    for (i = 0; rc == 0 && i < count; i++) {
        rc = gather_one(txn, numbers[i], &g->tally, err);
    }
    return rc == 0 && (left || count == GATHER_STEP) ? STORE_MORE : rc;
}

static void gather_stepped(struct store_op *op)
{
    tally_keep(&((struct gather_op *)op)->tally);
}

static void gather_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    struct gather_op *g = (struct gather_op *)op;
    struct store_applied made;

    tally_applied(&made, &g->tally);
    if (g->done != NULL) {
        g->done(g->ctx, rc, made.due, rc == 0 ? made.due_count : 0, rc == 0 ? g->next_due_ms : 0, err);
    }
    tally_fini(&g->tally);
    free(g);
}

void store_gather(struct store *st, int64_t now_ms,
                  void (*done)(void *ctx, int rc, const struct store_due *due, size_t due_count,
                               int64_t next_due_ms, const struct weir_error *err),
                  void *ctx)
{
    struct gather_op *g = STORE_OP_NEW(struct gather_op);

    if (g == NULL) {
        struct weir_error err;

        weir_fail(&err, WEIR_E_LATER, "no memory to gather changes");
        done(ctx, WEIR_E_LATER, NULL, 0, 0, &err);
        return;
    }
    g->op.run = gather_run;
    g->op.stepped = gather_stepped;
    g->op.finish = gather_finish;
    g->now_ms = now_ms;
    g->done = done;
    g->ctx = ctx;
    store_submit(st, &g->op);
}
