/*
 * fixture: the flow on a store of its own, with a made-up tool and a clock that the test moves. No worker and
 * no schedule runs: the test takes each unit itself, so nothing happens by itself.
 */
#ifndef WEIR_TESTS_FLOW_FIXTURE_H
#define WEIR_TESTS_FLOW_FIXTURE_H

#include "expect.h"

#include "flow/sync.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#define T0 INT64_C(1770000000000) /* 2026-02-02T02:40:00.000Z */
#define HOUR_MS (INT64_C(60) * 60 * 1000)
#define PEOPLE_MAX 16
#define PAGE 2
#define TEAMS 0 /* places in the connector's table */
#define EMPLOYEES 1

/* What the tool has, and how it answers. */
struct tool {
    bool person[PEOPLE_MAX]; /* remote ids "0", "1", ... */
    int fail_from_page[2];   /* by place: this and further pages fail with fail_code; -1: none */
    int fail_code;
    int failures_left; /* how often; -1: always */
    int calls;
    int64_t last_since_ms;
    char last_model[32], last_cursor[16];
    struct weir_event missed[4];
    size_t missed_count;
    int missed_calls, missed_code;
    int64_t missed_since_ms;
};

/* A connector has no context of its own but what the host gives it. */
static struct tool tool;

static inline int tool_open(void **self, const struct weir_host *host, struct weir_error *err)
{
    (void)host;
    (void)err;
    *self = &tool;
    return 0;
}

static inline void tool_close(void *self)
{
    (void)self;
}

static inline int tool_check(const void *self, const struct weir_request *request,
                             struct weir_verdict *verdict, struct weir_error *err)
{
    (void)self;
    (void)request;
    (void)verdict;
    return weir_fail(err, WEIR_E_UNSUPPORTED, "no deliveries here");
}

static inline int tool_record(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                              struct weir_error *err)
{
    (void)self;
    (void)ref;
    (void)sink;
    return weir_fail(err, WEIR_E_LATER, "not asked for here");
}

static inline int tool_people(int page, const struct weir_sink *sink, struct weir_error *err)
{
    char cursor[16];
    int rc = 0;

    for (int i = page * PAGE; i < (page + 1) * PAGE && rc == 0; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "%d", i);
        if (tool.person[i]) {
            rc = sink->record(sink, weir_str("hris_employees"), weir_str(id),
                              weir_str_bytes(weir_str("{\"first_name\":\"Ada\"}")), err);
        }
    }
    if (rc == 0 && page + 1 < PEOPLE_MAX / PAGE) {
        (void)snprintf(cursor, sizeof cursor, "%d", page + 1);
        rc = sink->next(sink, weir_str(cursor), err);
    }
    return rc;
}

static inline int tool_list(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                            const struct weir_sink *sink, struct weir_error *err)
{
    int place = weir_str_is(model, "hris_teams") ? TEAMS : EMPLOYEES;
    int page = cursor.len > 0 ? (int)strtol(cursor.data, NULL, 10) : 0;

    (void)self;
    tool.calls++;
    tool.last_since_ms = since_ms;
    (void)snprintf(tool.last_model, sizeof tool.last_model, "%.*s", WEIR_STR_ARG(model));
    (void)snprintf(tool.last_cursor, sizeof tool.last_cursor, "%.*s", WEIR_STR_ARG(cursor));
    if (tool.fail_from_page[place] >= 0 && page >= tool.fail_from_page[place] && tool.failures_left != 0) {
        tool.failures_left -= tool.failures_left > 0 ? 1 : 0;
        return weir_fail(err, tool.fail_code, "the tool says no");
    }
    if (place == TEAMS) {
        return sink->record(sink, model, weir_str("t"), weir_str_bytes(weir_str("{\"name\":\"Sales\"}")),
                            err);
    }
    return tool_people(page, sink, err);
}

static inline int tool_missed(void *self, int64_t since_ms, struct weir_str cursor,
                              const struct weir_sink *sink, struct weir_error *err)
{
    int rc = 0;

    (void)self;
    (void)cursor;
    tool.missed_calls++;
    tool.missed_since_ms = since_ms;
    if (tool.missed_code != 0) {
        return weir_fail(err, tool.missed_code, "the tool says no");
    }
    for (size_t i = 0; i < tool.missed_count && rc == 0; i++) {
        rc = sink->event(sink, &tool.missed[i], err);
    }
    return rc;
}

static const char *const tool_fields[] = {"first_name", "name", NULL};
static const struct weir_model_use tool_models[] = {
    [TEAMS] = {"hris_teams", tool_fields, true, false, true, NULL},
    [EMPLOYEES] = {"hris_employees", tool_fields, true, true, true, NULL},
};
static const struct weir_verify tool_verify = {.size = sizeof tool_verify, .check = tool_check};
static const struct weir_fetch tool_fetch = {
    .size = sizeof tool_fetch, .record = tool_record, .list = tool_list, .missed = tool_missed};
static const struct weir_connector tool_connector = {
    .magic = WEIR_CONNECTOR_MAGIC,
    .size = sizeof tool_connector,
    .abi_major = WEIR_ABI_MAJOR,
    .abi_minor = WEIR_ABI_MINOR,
    .tool = "tool",
    .label = "Tool",
    .version = "1.0.0",
    .category = WEIR_CATEGORY_HRIS,
    .models = tool_models,
    .model_count = 2,
    .base_url = "https://tool.example.com",
    .open = tool_open,
    .close = tool_close,
    .verify = &tool_verify,
    .fetch = &tool_fetch,
};

struct fixture {
    char dir[64];
    _Atomic int64_t now_ms;
    struct clock clock;
    struct metrics *metrics;
    uint8_t keys[1][CRYPTO_KEY];
    struct store *st;
    struct client *client;
    struct directory *directory;
    struct flow_options options;
    struct flow *flow;
    struct integration *it; /* the first one; lent */
    uint32_t endpoint;
};

static inline int64_t fixture_now_ms(void *ctx)
{
    return atomic_load(&((struct fixture *)ctx)->now_ms);
}

static inline int64_t fixture_mono_us(void *ctx)
{
    return atomic_load(&((struct fixture *)ctx)->now_ms) * 1000;
}

static inline void fixture_fatal(void *ctx, const struct weir_error *err)
{
    (void)ctx;
    (void)fprintf(stderr, "store: %s\n", err->message);
    abort();
}

static inline void fixture_render(void *ctx, struct buf *out, const char *notification_id,
                                  uint32_t integration, const struct store_change *changes, size_t count,
                                  uint64_t total, const uint8_t *changed_models, size_t changed_model_count,
                                  const struct store_feed_place *before)
{
    (void)before;
    flow_render(ctx, out, notification_id, integration, changes, count, total, changed_models,
                changed_model_count, weir_str("a-cursor"));
}

static inline void fixture_open_store(struct fixture *f, uint64_t inbox_max)
{
    struct store_options options = {.dir = f->dir,
                                    .map_initial_bytes = 16u << 20,
                                    .keys = (const uint8_t(*)[CRYPTO_KEY])f->keys,
                                    .key_count = 1,
                                    .clock = &f->clock,
                                    .metrics = f->metrics,
                                    .inbox_max = inbox_max,
                                    .inbox_bytes_max = 1u << 20,
                                    .seen_days = 1,
                                    .render = fixture_render,
                                    .render_ctx = f->directory,
                                    .changed_records_max = 100,
                                    .on_fatal = fixture_fatal};
    struct weir_error err = {0};

    if (store_open(&f->st, &options, &err) != 0 || store_start(f->st, &err) != 0) {
        fail_msg("%s", err.message);
    }
}

/* Everything is enabled but what off names. */
static inline struct scope *fixture_scope(const char *off)
{
    struct scope *scope = scope_new("default");

    for (size_t i = 0; model_nth(i) != NULL; i++) {
        (void)scope_set_model(scope, weir_str(model_nth(i)->name),
                              off != NULL && strcmp(off, model_nth(i)->name) == 0 ? SCOPE_DISABLED
                                                                                  : SCOPE_ENABLED);
    }
    return scope;
}

/* As the app makes it; the caller's reference goes to the directory. */
static inline struct integration *fixture_integration(struct fixture *f, const char *id, const char *off)
{
    struct integration *it = integration_new();

    EXPECT_INT(0, store_integration_ensure(&it->kept->row, f->st, id, NULL));
    (void)snprintf(it->id, sizeof it->id, "%s", id);
    (void)snprintf(it->tool, sizeof it->tool, "tool");
    it->number = it->kept->row.number;
    it->store = f->st;
    it->connector = &tool_connector;
    it->scope = fixture_scope(off);
    it->organization = strdup("Acme GmbH");
    return it;
}

/* Opened, as a worker does it first of all, without what it asks for next. */
static inline void fixture_prepare(struct fixture *f, struct integration *it)
{
    struct unit unit;

    EXPECT(work_take(&unit, f->flow->work));
    EXPECT_INT(UNIT_OPEN, unit.kind);
    EXPECT(unit.integration == it);
    EXPECT_INT(0, integration_open(it, f->client, &f->clock, f->metrics, NULL));
    atomic_store(&it->prepared, true);
    work_give_back(f->flow->work, &unit);
}

/* From now on these integrations (the first of them is f->it), as after a reload. */
static inline void fixture_attach(struct fixture *f, const char *const *ids, size_t count, const char *off)
{
    struct integration *list[8];

    for (size_t i = 0; i < count; i++) {
        list[i] = fixture_integration(f, ids[i], off);
    }
    f->it = count > 0 ? list[0] : NULL;
    EXPECT_INT(0, directory_take_all(f->directory, list, count, NULL));
    EXPECT_INT(0, flow_attach_all(f->flow, NULL));
    for (size_t i = 0; i < count; i++) {
        fixture_prepare(f, list[i]);
    }
}

static inline void fixture_open_flow(struct fixture *f)
{
    struct store_endpoint row;
    struct dispatch_endpoint endpoint = {
        .url = "https://app.example.com/", .secrets = {"whsec_test"}, .secret_count = 1, .enabled = true};
    struct store_route route = {.events = STORE_EVENT_DATA_CHANGED | STORE_EVENT_SYNC_FINISHED};
    struct weir_error err = {0};

    if (flow_new(&f->flow, &f->options, &err) != 0) {
        fail_msg("%s", err.message);
    }
    EXPECT_INT(0, store_endpoint_ensure(&row, f->st, "app", NULL));
    endpoint.row = row;
    endpoint.events = route.events;
    route.endpoint = f->endpoint = row.number;
    EXPECT_INT(0, dispatch_endpoints_set(flow_dispatch(f->flow), &endpoint, 1, NULL));
    EXPECT_INT(0, store_routes_set(f->st, &route, 1, NULL));
}

static inline struct fixture *fixture_new_with(uint64_t inbox_max)
{
    static const char *const ids[] = {"tool:acme"};
    struct fixture *f = calloc(1, sizeof *f);
    struct client_options client = {.user_agent = "weir"};

    tool = (struct tool){.fail_from_page = {-1, -1}, .failures_left = -1};
    for (int i = 0; i < 7; i++) {
        tool.person[i] = true;
    }
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/weir-flow-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    atomic_store(&f->now_ms, T0);
    f->clock = (struct clock){.now_ms = fixture_now_ms, .mono_us = fixture_mono_us, .ctx = f};
    f->metrics = metrics_new();
    f->directory = directory_new();
    EXPECT_INT(0, client_open(&f->client, &client, f->metrics, NULL));
    fixture_open_store(f, inbox_max);
    f->options = (struct flow_options){.store = f->st,
                                       .client = f->client,
                                       .directory = f->directory,
                                       .clock = &f->clock,
                                       .metrics = f->metrics,
                                       .worker_count = 4,
                                       .tries_max = 3,
                                       .backoff_first_ms = 1000,
                                       .backoff_max_ms = 60000,
                                       .sync_interval_ms = 3 * HOUR_MS,
                                       .sync_relaxed_ms = 24 * HOUR_MS,
                                       .sync_full_ms = 10 * HOUR_MS,
                                       .sync_timeout_ms = HOUR_MS,
                                       .ensure_interval_ms = 6 * HOUR_MS};
    fixture_open_flow(f);
    fixture_attach(f, ids, 1, NULL);
    return f;
}

static inline struct fixture *fixture_new(void)
{
    return fixture_new_with(1000);
}

static inline void fixture_close_flow(struct fixture *f)
{
    /* What was submitted before is done when this is: nothing comes back to a flow that is gone. */
    EXPECT_INT(0, store_state_put(f->st, 1, weir_str("barrier"), weir_bytes("x", 1), NULL));
    EXPECT_INT(0, directory_take_all(f->directory, NULL, 0, NULL));
    flow_free(f->flow);
    directory_reap(f->directory);
}

/* The daemon was stopped, or killed, and is there again. */
static inline void fixture_restart(struct fixture *f)
{
    static const char *const ids[] = {"tool:acme"};

    fixture_close_flow(f);
    fixture_open_flow(f);
    fixture_attach(f, ids, 1, NULL);
}

static inline void fixture_free(struct fixture *f)
{
    char command[128];

    fixture_close_flow(f);
    client_stop(f->client);
    store_stop(f->st);
    directory_free(f->directory);
    client_close(f->client);
    store_close(f->st);
    metrics_free(f->metrics);
    /* The folder's name was made here, from fixed letters. */
    (void)snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
    assert_int_equal(0, system(command));
    free(f);
}

static inline void pass_ms(struct fixture *f, int64_t ms)
{
    atomic_fetch_add(&f->now_ms, ms);
}

/* ---- syncs ---- */

static inline bool sync_is_under_way(struct fixture *f)
{
    return runs_find(NULL, f->flow->runs, f->it->number);
}

/* One unit of the sync: a page, or its end. Behind a time out of reach the tool is asked what was missed. */
static inline void sync_step(struct fixture *f)
{
    struct unit unit;

    EXPECT(work_take(&unit, f->flow->work));
    if (unit.kind == UNIT_MISSED) {
        missed_run(f->flow, &unit);
        work_give_back(f->flow->work, &unit);
        EXPECT(work_take(&unit, f->flow->work));
    }
    EXPECT_INT(UNIT_SYNC, unit.kind);
    sync_run(f->flow, &unit);
    work_give_back(f->flow->work, &unit);
}

/* Until it ended; the longest back-off passes before each step. */
static inline void sync_out(struct fixture *f)
{
    while (sync_is_under_way(f)) {
        pass_ms(f, f->options.backoff_max_ms);
        sync_step(f);
    }
}

static inline struct flow_sync sync_start(struct fixture *f, enum sync_want want)
{
    struct flow_sync begun = {.full = false};
    struct weir_error err = {0};

    if (sync_begin(&begun, f->flow, f->it, want, &err) != 0) {
        fail_msg("%s", err.message);
    }
    return begun;
}

static inline bool take_row(void *ctx, const struct store_sync *row)
{
    *(struct store_sync *)ctx = *row;
    return false;
}

/* The newest one, as stored. */
static inline struct store_sync sync_row(struct fixture *f)
{
    struct store_sync row = {.run = 0};

    EXPECT_INT(0, store_syncs(f->st, f->it->number, take_row, &row, NULL));
    return row;
}

/* From its beginning to its end: its state. */
static inline int32_t sync_whole(struct fixture *f, enum sync_want want)
{
    (void)sync_start(f, want);
    sync_out(f);
    return sync_row(f).state;
}

static inline struct store_integration row_of(struct fixture *f)
{
    struct store_integration row;

    integration_row(&row, f->it);
    return row;
}

/* Is this person in the store, and not deleted? */
static inline bool is_there(struct fixture *f, const char *remote_id)
{
    const struct model *model = model_find(weir_str("hris_employees"));
    struct store_reader *reader = NULL;
    struct store_record record = {.deleted_at_ms = 1};
    char id[ID_TEXT];

    id_derive(id, weir_str(f->it->id), weir_str(model->name), weir_str(remote_id));
    EXPECT_INT(0, store_reader_open(&reader, f->st, NULL));
    (void)store_record_get(&record, reader, f->it->number, model->number, weir_str(id), NULL);
    store_reader_close(reader);
    return record.deleted_at_ms == 0;
}

struct finished {
    json_t *last;
    size_t count;
};

static inline bool take_finished(void *ctx, const struct store_notification *n)
{
    struct finished *f = ctx;

    if (n->type == STORE_EVENT_SYNC_FINISHED) {
        json_decref(f->last);
        f->last = json_loadb((const char *)n->body.data, n->body.len, 0, NULL);
        f->count++;
    }
    return true;
}

/* How many sync-finished wait for the application; *last is the newest one's data, the caller's. */
static inline size_t finished_of(struct fixture *f, json_t **last)
{
    struct finished finished = {.last = NULL};

    EXPECT_INT(0, store_outbox(f->st, f->endpoint, 0, take_finished, &finished, NULL));
    *last = json_incref(json_object_get(finished.last, "data"));
    json_decref(finished.last);
    return finished.count;
}

/* The application was told this state last. */
static inline void expect_finished(struct fixture *f, const char *state)
{
    json_t *data;

    EXPECT(finished_of(f, &data) > 0);
    EXPECT_STR(state, json_string_value(json_object_get(data, "sync_state")));
    json_decref(data);
}

#endif
