/* Retention: what is old enough is dropped, and what a record held is erased some time after it went. */
#include "store/alter.h"
#include "store/aside.h"
#include "store/dead.h"
#include "store/erase.h"
#include "store/feed_internal.h"
#include "store/keys.h"
#include "store/links_internal.h"
#include "store/log.h"
#include "store/marks.h"
#include "store/retire.h"
#include "store/scrub.h"
#include "store/sent.h"
#include "store/syncs.h"

#include "base/log.h"

#include <stdlib.h>

#define PRUNE_STEP 500 /* deletions in one transaction */

enum prune_stage {
    PRUNE_LOG,
    PRUNE_DEAD,
    PRUNE_SENT,
    PRUNE_ASIDE,
    PRUNE_SEEN,
    PRUNE_GRAVES,
    PRUNE_FEED, /* before what it points to */
    PRUNE_CHANGES,
    PRUNE_SYNCS,
    PRUNE_AUDIT,
    PRUNE_KEYS,
    PRUNE_MARKS,
    PRUNE_LINKS,
    PRUNE_INTEGRATIONS,
    PRUNE_SCRUB, /* after the former removed anything */
    PRUNE_END
};

struct grave {
    int64_t deleted_ms;
    uint32_t integration;
    uint8_t model;
    char id[ID_TEXT];
};

struct prune_op {
    struct store_op op;
    struct store_retention retention;
    int stage, stage_now; /* after the committed steps, and of the one that runs */
    struct tally tally;
    struct grave graves[PRUNE_STEP];
    struct erase_place erased, erased_now; /* as stage and stage_now */
    bool scrubbed, scrub_failed;           /* what was erased is overwritten; or will be the next time */
    uint64_t scrub_page;                   /* 0 behind the last one */
};

static int graves_find(size_t *count, struct grave *graves, struct store_txn *txn, int64_t before_ms,
                       size_t max, struct weir_error *err)
{
    struct db_cursor cursor = {0};
    struct weir_bytes key;
    struct weir_bytes value;
    int rc = db_cursor_open(&cursor, txn, DB_GRAVES, err);

    *count = 0;
    if (rc == 0) {
        rc = db_cursor_seek(&key, &value, &cursor, weir_bytes(NULL, 0), err);
    }
    while (rc == 0 && *count < max) {
        struct grave *g = &graves[*count];

        if (key_grave_decode(&g->deleted_ms, &g->integration, &g->model, g->id, key)) {
            if (g->deleted_ms >= before_ms) {
                break;
            }
            (*count)++;
        }
        rc = db_cursor_next(&key, &value, &cursor, err);
    }
    db_cursor_close(&cursor);
    return rc == WEIR_E_NONE ? 0 : rc;
}

static int grave_order(const void *a, const void *b)
{
    const struct grave *x = a;
    const struct grave *y = b;

    return (x->integration > y->integration) - (x->integration < y->integration);
}

/* All of one integration, so that they are one notification. */
static int graves_empty(struct prune_op *p, struct store_txn *txn, const struct grave *graves, size_t count,
                        struct weir_error *err)
{
    struct changes c;
    struct key key;
    size_t i;
    int rc = 0;

    changes_begin(&c, txn, graves[0].integration, &p->tally);
    for (i = 0; rc == 0 && i < count; i++) {
        const struct grave *g = &graves[i];

        rc = alter_empty(&c, g->model, g->id, err);
        if (rc == 0) {
            rc = db_del(txn, DB_GRAVES, key_grave(&key, g->deleted_ms, g->integration, g->model, g->id), err);
        }
    }
    if (rc == 0) {
        rc = changes_end(&c, err);
    }
    changes_fini(&c);
    return rc;
}

static int graves_prune(size_t *removed, struct prune_op *p, struct store_txn *txn, int64_t before_ms,
                        size_t max, struct weir_error *err)
{
    size_t from;
    size_t to;
    int rc = graves_find(removed, p->graves, txn, before_ms, max, err);

    qsort(p->graves, *removed, sizeof *p->graves, grave_order);
    for (from = 0; rc == 0 && from < *removed; from = to) {
        for (to = from; to < *removed && p->graves[to].integration == p->graves[from].integration; to++) {
        }
        rc = graves_empty(p, txn, p->graves + from, to - from, err);
    }
    return rc;
}

#define SCRUB_MARK "scrub" /* in meta: there is something to overwrite, also after a stop */

static int scrub_mark(struct store_txn *txn, bool set, struct weir_error *err)
{
    struct key key;
    struct weir_bytes at = key_text(&key, SCRUB_MARK);
    struct weir_bytes value;
    int rc = db_get(&value, txn, DB_META, at, err);

    if (rc == WEIR_E_NONE) {
        return set ? db_put(txn, DB_META, at, weir_bytes("1", 1), err) : 0;
    }
    return rc == 0 && !set ? db_del(txn, DB_META, at, err) : rc;
}

/* As a prune of others: *removed is max as long as there is more. */
static int integrations_prune(size_t *removed, struct prune_op *p, struct store_txn *txn, size_t max,
                              struct weir_error *err)
{
    bool more = false;
    int rc = erase_step(&more, &p->erased_now, txn, p->retention.erased_before_ms, max, err);

    *removed = more ? max : 0;
    return rc == 0 && more ? scrub_mark(txn, true, err) : rc;
}

/* Between two transactions, since the free pages of one that runs may be in use again. */
struct scrub_hook {
    struct store_hook hook;
    struct prune_op *p;
};

static void scrub_after(struct store_hook *hook, struct store *st, bool committed)
{
    struct prune_op *p = ((struct scrub_hook *)hook)->p;
    struct weir_error err = {0};

    if (committed) {
        int rc = scrub_step(&p->scrub_page, st, &err);

        if (rc != 0) {
            log_warn("what was erased may still be in free pages of the file", LOG_ERR(&err));
        }
        p->scrubbed = rc == 0 && p->scrub_page == 0;
        p->scrub_failed = rc != 0;
    }
    free(hook);
}

static int scrub_soon(size_t *removed, struct prune_op *p, struct store_txn *txn, size_t max,
                      struct weir_error *err)
{
    struct scrub_hook *hook;
    struct weir_bytes value;
    struct key key;
    int rc;

    *removed = 0;
    if (p->scrubbed || p->scrub_failed) {
        return p->scrubbed ? scrub_mark(txn, false, err) : 0;
    }
    rc = db_get(&value, txn, DB_META, key_text(&key, SCRUB_MARK), err);
    if (rc != 0) {
        return rc == WEIR_E_NONE ? 0 : rc;
    }
    hook = calloc(1, sizeof *hook);
    if (hook == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory to overwrite what was erased");
    }
    hook->hook.run = scrub_after;
    hook->p = p;
    store_take_hook(txn, &hook->hook);
    *removed = max; /* once more, at least to see that it is over */
    return 0;
}

static int prune_stage(size_t *removed, struct prune_op *p, struct store_txn *txn, size_t max,
                       struct weir_error *err)
{
    const struct store_retention *r = &p->retention;

    switch (p->stage_now) {
    case PRUNE_LOG:
        return log_prune(removed, txn, r->log_before_ms, max, err);
    case PRUNE_DEAD:
        return dead_prune(removed, txn, r->dead_before_ms, max, err);
    case PRUNE_SENT:
        return sent_prune(removed, txn, r->sent_before_ms, max, err);
    case PRUNE_ASIDE:
        return aside_prune(removed, txn, r->aside_before_ms, max, err);
    case PRUNE_SEEN:
        return seen_prune(removed, txn, r->seen_before_ms, max, err);
    case PRUNE_GRAVES:
        return graves_prune(removed, p, txn, r->deleted_before_ms, max, err);
    case PRUNE_FEED:
        return feed_prune(removed, txn, r->changes_before_ms, max, err);
    case PRUNE_CHANGES:
        return changes_prune(removed, txn, r->changes_before_ms, max, err);
    case PRUNE_SYNCS:
        return syncs_prune(removed, txn, r->syncs_before_ms, max, err);
    case PRUNE_AUDIT:
        return audit_prune(removed, txn, r->audit_before_ms, max, err);
    case PRUNE_KEYS:
        return bearers_prune(removed, txn, r->audit_before_ms, max, err);
    case PRUNE_MARKS:
        return marks_prune(removed, txn, max, err);
    case PRUNE_LINKS:
        return links_prune(removed, txn, r->links_before_ms, max, err);
    case PRUNE_INTEGRATIONS:
        return integrations_prune(removed, p, txn, max, err);
    default:
        return scrub_soon(removed, p, txn, max, err);
    }
}

static int prune_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct prune_op *p = (struct prune_op *)op;
    size_t room = PRUNE_STEP;
    int rc = 0;

    tally_begin(&p->tally);
    p->stage_now = p->stage;
    p->erased_now = p->erased;
    while (rc == 0 && p->stage_now != PRUNE_END) {
        size_t removed = 0;

        rc = prune_stage(&removed, p, txn, room, err);
        if (rc == 0 && removed == room) {
            return STORE_MORE;
        }
        room -= removed;
        p->stage_now++;
    }
    return rc;
}

static void prune_stepped(struct store_op *op)
{
    struct prune_op *p = (struct prune_op *)op;

    p->stage = p->stage_now;
    p->erased = p->erased_now;
    tally_keep(&p->tally);
}

static void prune_finish(struct store_op *op, int rc, const struct weir_error *err)
{
    struct prune_op *p = (struct prune_op *)op;

    if (rc != 0 && rc != WEIR_E_STOPPING) {
        log_warn("old data not dropped", LOG_ERR(err));
    }
    tally_fini(&p->tally);
    free(p);
}

void store_prune(struct store *st, const struct store_retention *retention)
{
    struct prune_op *p = STORE_OP_NEW(struct prune_op);

    if (p == NULL) {
        log_warn("old data not dropped", LOG_TEXT("error", "out of memory"));
        return;
    }
    p->op.run = prune_run;
    p->op.stepped = prune_stepped;
    p->op.finish = prune_finish;
    p->retention = *retention;
    store_submit(st, &p->op);
}
