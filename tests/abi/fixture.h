/*
 * fixture: a connector of the abi folder at work, and a sink that writes down what arrives.
 */
#ifndef WEIR_TESTS_ABI_FIXTURE_H
#define WEIR_TESTS_ABI_FIXTURE_H

#include "expect.h"

#include "host/call.h"
#include "host/registry.h"

struct fixture {
    struct registry *reg;
    struct instance *inst;
    struct metrics *metrics;
    char heard[2048]; /* what the sink took, one item after the other */
    size_t heard_len;
    size_t count;
    int answer; /* the sink's own code */
};

static inline void fixture_hear(struct fixture *f, const char *what, struct weir_str a, struct weir_str b)
{
    f->count++;
    if (f->heard_len < sizeof f->heard - 1) {
        f->heard_len += (size_t)snprintf(f->heard + f->heard_len, sizeof f->heard - f->heard_len,
                                         "%s(%.*s,%.*s) ", what, WEIR_STR_ARG(a), WEIR_STR_ARG(b));
    }
}

static inline int fixture_answer(const struct fixture *f, struct weir_error *err)
{
    return f->answer == 0 ? 0 : weir_fail(err, f->answer, "the sink has had enough");
}

static inline int fixture_event(void *ctx, const struct weir_event *event, struct weir_error *err)
{
    struct fixture *f = ctx;

    fixture_hear(f, "event", event->type,
                 event->ref_count > 0 ? event->refs[0].remote_id : event->upstream_id);
    return fixture_answer(f, err);
}

static inline int fixture_record(void *ctx, struct weir_str model, struct weir_str remote_id,
                                 struct weir_bytes json, bool placeholder, struct weir_error *err)
{
    struct fixture *f = ctx;

    EXPECT(json.len > 0);
    fixture_hear(f, placeholder ? "placeholder" : "record", model, remote_id);
    return fixture_answer(f, err);
}

static inline int fixture_gone(void *ctx, struct weir_str model, struct weir_str remote_id,
                               struct weir_error *err)
{
    fixture_hear(ctx, "gone", model, remote_id);
    return fixture_answer(ctx, err);
}

static inline int fixture_complete(void *ctx, struct weir_str model, struct weir_str field,
                                   struct weir_str parent_id, struct weir_error *err)
{
    (void)model;
    fixture_hear(ctx, "complete", field, parent_id);
    return fixture_answer(ctx, err);
}

static inline int fixture_next(void *ctx, struct weir_str cursor, struct weir_error *err)
{
    fixture_hear(ctx, "next", cursor, weir_str(""));
    return fixture_answer(ctx, err);
}

static inline struct call_sink fixture_sink(struct fixture *f)
{
    f->heard[0] = '\0';
    f->heard_len = 0;
    f->count = 0;
    return (struct call_sink){.ctx = f,
                              .event = fixture_event,
                              .record = fixture_record,
                              .gone = fixture_gone,
                              .complete = fixture_complete,
                              .next = fixture_next};
}

static inline int fixture_no_state(void *ctx, struct weir_str key, struct weir_bytes value,
                                   struct weir_error *err)
{
    (void)ctx;
    (void)key;
    (void)value;
    (void)err;
    fail_msg("a bad key reached the store");
    return 0;
}

/* Open the tool's connector out of the folder with these settings; fails as instance_open does. */
static inline int fixture_open_from(struct fixture *f, const char *folder, const char *tool,
                                    const struct instance_setting *settings, size_t setting_count,
                                    struct weir_error *err)
{
    struct instance_options options = {.integration = "test:acme",
                                       .settings = settings,
                                       .setting_count = setting_count,
                                       .state_put = fixture_no_state};
    char path[512];

    *f = (struct fixture){.reg = registry_new(), .metrics = metrics_new()};
    options.metrics = f->metrics;
    EXPECT(snprintf(path, sizeof path, "%s/%s.so", folder, tool) < (int)sizeof path);
    EXPECT_INT(0, registry_load(f->reg, path, err));
    return instance_open(&f->inst, registry_find(f->reg, weir_str(tool))->connector, &options, err);
}

static inline int fixture_open(struct fixture *f, const char *tool, const struct instance_setting *settings,
                               size_t setting_count, struct weir_error *err)
{
    return fixture_open_from(f, ABI_CONNECTORS, tool, settings, setting_count, err);
}

static inline void fixture_close(struct fixture *f)
{
    instance_close(f->inst);
    registry_free(f->reg);
    metrics_free(f->metrics);
}

#endif
