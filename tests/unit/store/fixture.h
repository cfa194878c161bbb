/*
 * fixture: a store in a directory of its own, with a clock that stands still, and the asynchronous calls
 * as waiting ones.
 */
#ifndef WEIR_TESTS_STORE_FIXTURE_H
#define WEIR_TESTS_STORE_FIXTURE_H

#include "expect.h"
#include "store/feed.h"
#include "store/internal.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* The models of these tests. */
enum {
    EMPLOYEE = 1,
    EMPLOYMENT = 2, /* slot 1: its employee, which owns it */
    ENTITY = 3,     /* of an employee's slot 2 */
    GROUP = 4,      /* of an employee's slot 3, a list */
    ABSENCE = 5,    /* slot 1: its employee, which owns it and does not care */
    NOTE = 6,       /* slot 1: its absence, which owns it */
    JOIN_GROUPS = 201
};

static const struct store_ref_rule fixture_rules[] = {
    {.model = EMPLOYMENT, .slot = 1, .target_model = EMPLOYEE, .touch_target = true, .owned = true},
    {.model = EMPLOYEE, .slot = 2, .target_model = ENTITY, .touch_source = true},
    {.model = EMPLOYEE, .slot = 3, .target_model = GROUP, .touch_source = true, .join_model = JOIN_GROUPS},
    {.model = ABSENCE, .slot = 1, .target_model = EMPLOYEE, .owned = true},
    {.model = NOTE, .slot = 1, .target_model = ABSENCE, .owned = true},
};

#define FIXTURE_T0 INT64_C(1700000000000)

struct fixture {
    char dir[64];
    _Atomic int64_t now_ms;
    struct clock clock;
    struct metrics *metrics;
    struct store_options options;
    struct store *st;
    uint32_t one; /* an integration's number */
    uint8_t keys[1][CRYPTO_KEY];
    atomic_int commits_to_fail_after; /* < 0: none fails */
    atomic_int fatal;
    struct store_feed_place
        told_behind;   /* of the last message rendered; read it when nothing is on its way */
    bool says_nothing; /* nothing is rendered */
};

/* What an asynchronous call said. */
struct answer {
    pthread_mutex_t lock;
    pthread_cond_t over;
    bool done;
    int rc;
    struct store_applied applied;
    struct store_due due[16];
    size_t due_count;
    int64_t next_due_ms;
    struct store_appended appended;
};

static inline void answer_give(struct answer *a, int rc)
{
    (void)pthread_mutex_lock(&a->lock);
    a->rc = rc;
    a->done = true;
    (void)pthread_cond_signal(&a->over);
    (void)pthread_mutex_unlock(&a->lock);
}

static inline void answer_init(struct answer *a)
{
    memset(a, 0, sizeof *a);
    (void)pthread_mutex_init(&a->lock, NULL);
    (void)pthread_cond_init(&a->over, NULL);
}

static inline int answer_wait(struct answer *a)
{
    (void)pthread_mutex_lock(&a->lock);
    while (!a->done) {
        (void)pthread_cond_wait(&a->over, &a->lock);
    }
    (void)pthread_mutex_unlock(&a->lock);
    (void)pthread_cond_destroy(&a->over);
    (void)pthread_mutex_destroy(&a->lock);
    return a->rc;
}

static inline void answer_due(struct answer *a, const struct store_due *due, size_t count)
{
    a->due_count = count;
    memcpy(a->due, due, (count < 16 ? count : 16) * sizeof *due * (due != NULL));
}

static inline void on_applied(void *ctx, int rc, const struct store_applied *applied,
                              const struct weir_error *err)
{
    struct answer *a = ctx;

    (void)err;
    a->applied = *applied;
    if (applied->due_count > 0) {
        answer_due(a, applied->due, applied->due_count);
    }
    answer_give(a, rc);
}

static inline void on_due(void *ctx, int rc, const struct store_due *due, size_t count,
                          const struct weir_error *err)
{
    struct answer *a = ctx;

    (void)err;
    a->due_count = 0;
    if (count > 0) {
        answer_due(a, due, count);
    }
    answer_give(a, rc);
}

static inline void on_gathered(void *ctx, int rc, const struct store_due *due, size_t count,
                               int64_t next_due_ms, const struct weir_error *err)
{
    ((struct answer *)ctx)->next_due_ms = next_due_ms;
    on_due(ctx, rc, due, count, err);
}

static inline void on_done(void *ctx, int rc, const struct weir_error *err)
{
    (void)err;
    answer_give(ctx, rc);
}

static inline void on_appended(void *ctx, int rc, const struct store_appended *appended,
                               const struct weir_error *err)
{
    (void)err;
    if (appended != NULL) {
        ((struct answer *)ctx)->appended = *appended;
    }
    answer_give(ctx, rc);
}

static inline int64_t fixture_now(void *ctx)
{
    return atomic_load(&((struct fixture *)ctx)->now_ms);
}

static inline int64_t fixture_mono(void *ctx)
{
    return atomic_load(&((struct fixture *)ctx)->now_ms) * 1000;
}

/* "data <integration> <total>: <model><kind><remote id> ... | <model> ..." */
static inline void fixture_render(void *ctx, struct buf *out, const char *id, uint32_t integration,
                                  const struct store_change *changes, size_t count, uint64_t total,
                                  const uint8_t *models, size_t model_count,
                                  const struct store_feed_place *before)
{
    size_t i;

    if (((struct fixture *)ctx)->says_nothing) {
        return;
    }
    buf_printf(out, "%s data %u %llu:", id, integration, (unsigned long long)total);
    for (i = 0; i < count; i++) {
        buf_printf(out, " %u%c%s", changes[i].model, "?cug"[changes[i].kind], changes[i].remote_id);
    }
    buf_add_text(out, " |");
    for (i = 0; i < model_count; i++) {
        buf_printf(out, " %u", models[i]);
    }
    ((struct fixture *)ctx)->told_behind = *before;
}

static inline void fixture_fatal(void *ctx, const struct weir_error *err)
{
    (void)err;
    atomic_fetch_add(&((struct fixture *)ctx)->fatal, 1);
}

static inline int fixture_commit(void *ctx)
{
    struct fixture *f = ctx;
    int left = atomic_load(&f->commits_to_fail_after);

    if (left < 0) {
        return 0;
    }
    if (left > 0) {
        atomic_store(&f->commits_to_fail_after, left - 1);
        return 0;
    }
    return EIO;
}

static inline void fixture_open(struct fixture *f)
{
    struct store_integration row;
    struct weir_error err = {0};

    f->st = NULL;
    EXPECT_INT(0, store_open(&f->st, &f->options, &err));
    f->st->fault.commit = fixture_commit;
    f->st->fault.ctx = f;
    EXPECT_INT(0, store_start(f->st, &err));
    EXPECT_INT(0, store_integration_ensure(&row, f->st, "tool:one", &err));
    f->one = row.number;
}

static inline struct fixture *fixture_new(void)
{
    struct fixture *f = calloc(1, sizeof *f);

    EXPECT(f != NULL);
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/weir-store-XXXXXX");
    EXPECT(mkdtemp(f->dir) != NULL);
    atomic_store(&f->now_ms, FIXTURE_T0);
    atomic_store(&f->commits_to_fail_after, -1);
    f->clock = (struct clock){.now_ms = fixture_now, .mono_us = fixture_mono, .ctx = f};
    f->metrics = metrics_new();
    memset(f->keys, 7, sizeof f->keys);
    f->options = (struct store_options){
        .dir = f->dir,
        .map_initial_bytes = (size_t)16 << 20,
        .keys = (const uint8_t(*)[CRYPTO_KEY])f->keys,
        .key_count = 1,
        .clock = &f->clock,
        .metrics = f->metrics,
        .inbox_max = 100000,
        .inbox_bytes_max = (uint64_t)1 << 30,
        .seen_days = 7,
        .coalesce_ms = 1000,
        .rules = fixture_rules,
        .rule_count = sizeof fixture_rules / sizeof *fixture_rules,
        .render = fixture_render,
        .changed_records_max = 100,
        .render_ctx = f,
        .on_fatal = fixture_fatal,
        .on_fatal_ctx = f,
    };
    fixture_open(f);
    return f;
}

static inline void fixture_close(struct fixture *f)
{
    store_stop(f->st);
    store_close(f->st);
    f->st = NULL;
}

/* As after a stop of the machine: nothing in memory is left. */
static inline void fixture_reopen(struct fixture *f)
{
    fixture_close(f);
    atomic_store(&f->commits_to_fail_after, -1);
    fixture_open(f);
}

static inline void fixture_free(struct fixture *f)
{
    char command[96];

    fixture_close(f);
    metrics_free(f->metrics);
    (void)snprintf(command, sizeof command, "rm -rf -- '%s'", f->dir);
    EXPECT_INT(0, system(command));
    free(f);
}

static inline void pass_ms(struct fixture *f, int64_t ms)
{
    atomic_fetch_add(&f->now_ms, ms);
}

/* The id that stands for a remote id in these tests: as it is, filled up. */
struct id {
    char text[ID_TEXT];
};

static inline struct id id_for(const char *remote)
{
    struct id id;

    memset(id.text, '1', ID_LEN);
    memcpy(id.text, remote, strlen(remote));
    id.text[ID_LEN] = '\0';
    return id;
}

/* Everything an apply of one record needs to stay where it is. */
struct given {
    struct id id;
    uint8_t hash[STORE_HASH];
    struct id targets[4];
    struct store_ref_in refs[4];
    struct store_record_in in;
};

/* A record whose text is content; equal contents are equal records. refs: pairs of slot and remote id. */
static inline void give(struct given *g, uint8_t model, const char *remote, const char *content)
{
    size_t i;

    memset(g, 0, sizeof *g);
    g->id = id_for(remote);
    for (i = 0; content[i] != '\0'; i++) {
        g->hash[i % STORE_HASH] = (uint8_t)(g->hash[i % STORE_HASH] * 31 + (uint8_t)content[i]);
    }
    g->in = (struct store_record_in){.model = model,
                                     .id = g->id.text,
                                     .remote_id = weir_str(remote),
                                     .json = weir_str(content),
                                     .hash = g->hash,
                                     .refs = g->refs};
}

static inline void give_ref(struct given *g, uint8_t slot, const char *target)
{
    size_t n = g->in.ref_count++;

    EXPECT(n < 4);
    g->targets[n] = id_for(target);
    g->refs[n] = (struct store_ref_in){.slot = slot, .id = g->targets[n].text};
    g->hash[15] =
        (uint8_t)(g->hash[15] + 31 * slot + (uint8_t)target[strlen(target) - 1] + (uint8_t)target[0] * 3);
}

static inline struct answer apply(struct fixture *f, const struct store_apply *in)
{
    struct answer a;

    answer_init(&a);
    store_apply(f->st, in, on_applied, &a);
    (void)answer_wait(&a);
    return a;
}

/* One record, changed or not. */
static inline struct answer apply_one(struct fixture *f, const struct given *g)
{
    struct store_apply in = {.integration = f->one, .records = &g->in, .record_count = 1};
    struct answer a = apply(f, &in);

    EXPECT_INT(0, a.rc);
    return a;
}

static inline struct answer put(struct fixture *f, uint8_t model, const char *remote, const char *content)
{
    struct given g;

    give(&g, model, remote, content);
    return apply_one(f, &g);
}

static inline struct answer put_ref(struct fixture *f, uint8_t model, const char *remote, const char *content,
                                    uint8_t slot, const char *target)
{
    struct given g;

    give(&g, model, remote, content);
    give_ref(&g, slot, target);
    return apply_one(f, &g);
}

static inline struct answer remove_one(struct fixture *f, uint8_t model, const char *remote)
{
    struct id id = id_for(remote);
    struct store_gone_in gone = {.model = model, .id = id.text};
    struct store_apply in = {.integration = f->one, .gone = &gone, .gone_count = 1};
    struct answer a = apply(f, &in);

    EXPECT_INT(0, a.rc);
    return a;
}

static inline struct answer gather(struct fixture *f)
{
    struct answer a;

    answer_init(&a);
    store_gather(f->st, fixture_now(f), on_gathered, &a);
    EXPECT_INT(0, answer_wait(&a));
    return a;
}

/* One record as it is stored. */
struct shown {
    int rc;
    bool placeholder;
    char json[512], remote_id[STORE_REMOTE_ID_MAX + 1];
    int64_t created_at_ms, changed_at_ms, touched_at_ms, deleted_at_ms;
};

static inline struct shown show(struct fixture *f, uint8_t model, const char *remote)
{
    struct store_reader *reader = NULL;
    struct store_record r;
    struct shown s = {0};
    struct id id = id_for(remote);

    EXPECT_INT(0, store_reader_open(&reader, f->st, NULL));
    s.rc = store_record_get(&r, reader, f->one, model, weir_str(id.text), NULL);
    if (s.rc == 0) {
        s.placeholder = r.placeholder;
        (void)snprintf(s.json, sizeof s.json, "%.*s", WEIR_STR_ARG(r.json));
        (void)snprintf(s.remote_id, sizeof s.remote_id, "%.*s", WEIR_STR_ARG(r.remote_id));
        s.created_at_ms = r.created_at_ms;
        s.changed_at_ms = r.changed_at_ms;
        s.touched_at_ms = r.touched_at_ms;
        s.deleted_at_ms = r.deleted_at_ms;
    }
    store_reader_close(reader);
    return s;
}

/* A list of remote ids, each behind a blank; a gone one has a minus. */
struct list {
    char text[4096];
    size_t count, max;
};

static inline bool list_add(void *ctx, const struct store_record *record)
{
    struct list *list = ctx;
    size_t len = strlen(list->text);

    if (len + 40 < sizeof list->text) {
        (void)snprintf(list->text + len, sizeof list->text - len, " %s%.*s",
                       record->deleted_at_ms != 0 ? "-" : "", WEIR_STR_ARG(record->remote_id));
    }
    return ++list->count != list->max;
}

static inline struct list list_by_change(struct fixture *f, uint8_t model, int64_t after_ms,
                                         const char *after_id)
{
    struct store_reader *reader = NULL;
    struct list list = {0};

    EXPECT_INT(0, store_reader_open(&reader, f->st, NULL));
    EXPECT_INT(0, store_records_by_change(reader, f->one, model, after_ms, weir_str(after_id), list_add,
                                          &list, NULL));
    store_reader_close(reader);
    return list;
}

static inline struct list list_by_ref(struct fixture *f, uint8_t model, uint8_t slot, const char *target)
{
    struct store_reader *reader = NULL;
    struct list list = {0};
    struct id id = id_for(target);

    EXPECT_INT(0, store_reader_open(&reader, f->st, NULL));
    EXPECT_INT(0,
               store_records_by_ref(reader, f->one, model, slot, weir_str(id.text), list_add, &list, NULL));
    store_reader_close(reader);
    return list;
}

/* The change log: " <model><kind><remote id>". */
static inline bool changes_add(void *ctx, const struct store_change *change)
{
    struct list *list = ctx;
    size_t len = strlen(list->text);

    if (len + 40 < sizeof list->text) {
        (void)snprintf(list->text + len, sizeof list->text - len, " %u%c%s", change->model,
                       "?cug"[change->kind], change -> remote_id);
    }
    return ++list->count != list->max;
}

static inline struct list list_changes(struct fixture *f, uint64_t after_seq)
{
    struct store_reader *reader = NULL;
    struct list list = {0};

    EXPECT_INT(0, store_reader_open(&reader, f->st, NULL));
    EXPECT_INT(0, store_changes(reader, f->one, after_seq, changes_add, &list, NULL));
    store_reader_close(reader);
    return list;
}

/* Notifications that wait. */
struct waiting {
    struct store_notification n[16];
    char body[16][2048];
    size_t count;
};

static inline bool waiting_add(void *ctx, const struct store_notification *n)
{
    struct waiting *w = ctx;

    if (w->count < 16) {
        w->n[w->count] = *n;
        (void)snprintf(w->body[w->count], sizeof w->body[0], "%.*s", (int)n->body.len,
                       (const char *)n->body.data);
        w->n[w->count].body = weir_bytes(NULL, 0);
    }
    w->count++;
    return true;
}

static inline struct waiting *wait_list(struct fixture *f, uint32_t endpoint)
{
    struct waiting *w = calloc(1, sizeof *w);

    EXPECT(w != NULL);
    EXPECT_INT(0, store_outbox(f->st, endpoint, 0, waiting_add, w, NULL));
    return w;
}

static inline size_t waiting_count(struct fixture *f)
{
    struct waiting *w = wait_list(f, 0);
    size_t count = w->count;

    free(w);
    return count;
}

/* The only notification that waits, without its id: into text. */
static inline void the_message(char text[2048], struct fixture *f)
{
    struct waiting *w = wait_list(f, 0);

    EXPECT_INT(1, w->count);
    EXPECT(strncmp(w->n[0].id, w->body[0], ID_LEN) == 0);
    (void)snprintf(text, 2048, "%s", w->body[0] + ID_LEN + 1);
    free(w);
}

/* An endpoint's number; it takes all types of all integrations. Alone, as it replaces the routes. */
static inline uint32_t route_all(struct fixture *f)
{
    struct store_endpoint e;
    struct store_route route = {.events = UINT32_MAX};

    EXPECT_INT(0, store_endpoint_ensure(&e, f->st, "app", NULL));
    route.endpoint = e.number;
    EXPECT_INT(0, store_routes_set(f->st, &route, 1, NULL));
    return e.number;
}

static inline int attempt(struct fixture *f, const struct store_attempt *in)
{
    struct answer a;

    answer_init(&a);
    store_attempt(f->st, in, on_done, &a);
    return answer_wait(&a);
}

/* Deliver, or give up, all that waits. */
static inline void attempt_all(struct fixture *f, int outcome, int status, const char *error)
{
    struct waiting *w = wait_list(f, 0);
    size_t i;

    for (i = 0; i < w->count && i < 16; i++) {
        struct store_attempt in = {.endpoint = w->n[i].endpoint,
                                   .due_ms = w->n[i].due_ms,
                                   .seq = w->n[i].seq,
                                   .outcome = outcome,
                                   .counts = true,
                                   .status = status,
                                   .error = error};

        EXPECT_INT(0, attempt(f, &in));
    }
    free(w);
}

#endif
