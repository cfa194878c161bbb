/*
 * engine: a bare store in a directory of its own, whose commits a test can hold back, count and make fail.
 */
#ifndef WEIR_TESTS_STORE_ENGINE_H
#define WEIR_TESTS_STORE_ENGINE_H

#include "expect.h"
#include "store/internal.h"

#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

#define ENGINE_T0 INT64_C(1700000000000)

struct engine {
    char dir[64];
    _Atomic int64_t now_ms;
    struct clock clock;
    struct metrics *metrics;
    struct store_options options;
    struct store *st;
    uint8_t keys[2][CRYPTO_KEY];
    /* commits */
    atomic_int commits; /* begun */
    atomic_int fault;   /* errno for the next ones; 0: none */
    atomic_int faults;  /* how many are left */
    atomic_bool hold;   /* commits wait for go, after they posted held */
    sem_t held, go;
    atomic_int fatal;
};

static inline int64_t engine_now(void *ctx)
{
    return atomic_load(&((struct engine *)ctx)->now_ms);
}

static inline int64_t engine_mono(void *ctx)
{
    return atomic_load(&((struct engine *)ctx)->now_ms) * 1000;
}

static inline void engine_fatal(void *ctx, const struct weir_error *err)
{
    EXPECT(err->message[0] != '\0');
    atomic_fetch_add(&((struct engine *)ctx)->fatal, 1);
}

static inline int engine_commit(void *ctx)
{
    struct engine *e = ctx;

    atomic_fetch_add(&e->commits, 1);
    if (atomic_load(&e->hold)) {
        (void)sem_post(&e->held);
        (void)sem_wait(&e->go);
    }
    if (atomic_load(&e->faults) > 0) {
        atomic_fetch_sub(&e->faults, 1);
        return atomic_load(&e->fault);
    }
    return 0;
}

static inline int engine_try_open(struct engine *e, struct weir_error *err)
{
    int rc = store_open(&e->st, &e->options, err);

    if (rc == 0) {
        e->st->fault = (struct store_fault){.commit = engine_commit, .ctx = e};
    }
    return rc;
}

static inline void engine_open(struct engine *e)
{
    struct weir_error err = {0};

    EXPECT_INT(0, engine_try_open(e, &err));
    EXPECT_INT(0, store_start(e->st, &err));
}

static inline void engine_init(struct engine *e)
{
    memset(e, 0, sizeof *e);
    (void)snprintf(e->dir, sizeof e->dir, "/tmp/weir-engine-XXXXXX");
    EXPECT(mkdtemp(e->dir) != NULL);
    atomic_store(&e->now_ms, ENGINE_T0);
    e->clock = (struct clock){.now_ms = engine_now, .mono_us = engine_mono, .ctx = e};
    e->metrics = metrics_new();
    memset(e->keys[0], 7, CRYPTO_KEY);
    memset(e->keys[1], 8, CRYPTO_KEY);
    (void)sem_init(&e->held, 0, 0);
    (void)sem_init(&e->go, 0, 0);
    e->options = (struct store_options){
        .dir = e->dir,
        .map_initial_bytes = (size_t)16 << 20,
        .keys = (const uint8_t(*)[CRYPTO_KEY])e->keys,
        .key_count = 1,
        .clock = &e->clock,
        .metrics = e->metrics,
        .inbox_max = 1000000,
        .inbox_bytes_max = (uint64_t)1 << 30,
        .seen_days = 7,
        .on_fatal = engine_fatal,
        .on_fatal_ctx = e,
    };
}

static inline struct engine *engine_new(void)
{
    struct engine *e = malloc(sizeof *e);

    EXPECT(e != NULL);
    engine_init(e);
    engine_open(e);
    return e;
}

static inline void engine_close(struct engine *e)
{
    store_close(e->st);
    e->st = NULL;
}

static inline void engine_reopen(struct engine *e)
{
    engine_close(e);
    engine_open(e);
}

static inline void engine_free(struct engine *e)
{
    char command[96];

    engine_close(e);
    metrics_free(e->metrics);
    (void)sem_destroy(&e->held);
    (void)sem_destroy(&e->go);
    (void)snprintf(command, sizeof command, "rm -rf -- '%s'", e->dir);
    EXPECT_INT(0, system(command));
    free(e);
}

/* The writer stops before the next commit, and waits there until engine_release. */
static inline void engine_hold(struct engine *e)
{
    atomic_store(&e->hold, true);
}

static inline void engine_wait_held(struct engine *e)
{
    (void)sem_wait(&e->held);
}

static inline void engine_release(struct engine *e)
{
    atomic_store(&e->hold, false);
    (void)sem_post(&e->go);
}

static inline void engine_fail_commits(struct engine *e, int error, int count)
{
    atomic_store(&e->fault, error);
    atomic_store(&e->faults, count);
}

/* ---- appending ---- */

struct appended {
    sem_t over;
    int rc;
    struct store_appended got;
    char message[252];
};

static inline void on_append(void *ctx, int rc, const struct store_appended *got,
                             const struct weir_error *err)
{
    struct appended *a = ctx;

    a->rc = rc;
    if (rc == 0) {
        a->got = *got;
    } else {
        (void)snprintf(a->message, sizeof a->message, "%s", err->message);
    }
    (void)sem_post(&a->over);
}

/* hash: a number standing for one, 0: none. */
static inline void append_start(struct appended *a, struct engine *e, uint32_t integration, uint64_t hash,
                                const void *body, size_t len)
{
    uint8_t dedup[STORE_HASH] = {0};
    struct store_delivery d = {.integration = integration,
                               .kind = STORE_DELIVERY,
                               .received_at_ms = engine_now(e),
                               .dedup = hash != 0 ? dedup : NULL,
                               .head = {(const uint8_t *)"head", 4},
                               .body = {body, len}};

    memcpy(dedup, &hash, sizeof hash);
    memset(a, 0, sizeof *a);
    (void)sem_init(&a->over, 0, 0);
    store_append_delivery(e->st, &d, on_append, a);
}

static inline int append_wait(struct appended *a)
{
    (void)sem_wait(&a->over);
    (void)sem_destroy(&a->over);
    return a->rc;
}

static inline bool append_is_over(struct appended *a)
{
    int value = 0;

    (void)sem_getvalue(&a->over, &value);
    return value > 0;
}

static inline struct appended append(struct engine *e, uint32_t integration, uint64_t hash, const char *body)
{
    struct appended a;

    append_start(&a, e, integration, hash, body, strlen(body));
    (void)append_wait(&a);
    return a;
}

/* ---- reading ---- */

struct seen_items {
    size_t count, broken;
    uint64_t last, last_broken;
    struct store_inbox_item item; /* the last; spans are gone */
    char text[64];                /* start of its body */
    uint8_t sum;                  /* of its body's bytes */
    size_t max;
};

static inline bool on_item(void *ctx, const struct store_inbox_item *item)
{
    struct seen_items *s = ctx;
    size_t i;

    s->count++;
    s->last = item->seq;
    s->item = *item;
    s->sum = 0;
    EXPECT(item->head.len == 4 && memcmp(item->head.data, "head", 4) == 0);
    for (i = 0; i < item->body.len; i++) {
        s->sum = (uint8_t)(s->sum * 31 + item->body.data[i]);
    }
    (void)snprintf(s->text, sizeof s->text, "%.*s", (int)(item->body.len < 63 ? item->body.len : 63),
                   item->body.data != NULL ? (const char *)item->body.data : "");
    return true;
}

static inline void on_broken(void *ctx, uint64_t seq)
{
    struct seen_items *s = ctx;

    s->broken++;
    s->last_broken = seq;
}

static inline struct seen_items inbox_look(struct engine *e, uint32_t integration, uint64_t after)
{
    struct seen_items s = {0};
    struct weir_error err = {0};

    EXPECT_INT(0, store_inbox_read(e->st, integration, after, 1000000, on_item, on_broken, &s, &err));
    return s;
}

/* ---- any operation ---- */

struct test_op {
    struct store_op op;
    int (*run)(struct store_txn *txn, struct test_op *t, struct weir_error *err);
    void *ctx;
    uint64_t n, m;
    uint32_t integration;
};

static inline int test_op_run(struct store_txn *txn, struct store_op *op, struct weir_error *err)
{
    struct test_op *t = (struct test_op *)op;

    return t->run(txn, t, err);
}

/* Run it within a transaction and wait. */
static inline int engine_run(struct engine *e, struct test_op *t, struct weir_error *err)
{
    t->op.run = test_op_run;
    return store_submit_wait(e->st, &t->op, err);
}

static inline int remove_item_run(struct store_txn *txn, struct test_op *t, struct weir_error *err)
{
    return inbox_remove(txn, t->integration, t->n, err);
}

static inline int inbox_take(struct engine *e, uint32_t integration, uint64_t seq)
{
    struct test_op t = {.run = remove_item_run, .integration = integration, .n = seq};

    return engine_run(e, &t, NULL);
}

#endif
