#include "fake_sink.h"

#include "expect.h"

static void tell(struct fake_sink *f, const char *line)
{
    assert_int_equal(0, json_array_append_new(f->lines, json_string(line)));
}

static int sink_json(const struct weir_sink *sink, const char *what, struct weir_str model,
                     struct weir_str remote_id, struct weir_bytes json)
{
    struct fake_sink *f = sink->ctx;
    char line[400];
    json_t *record = json_loadb((const char *)json.data, json.len, JSON_REJECT_DUPLICATES, NULL);

    assert_true(json_is_object(record));
    (void)snprintf(line, sizeof line, "%s %.*s %.*s", what, WEIR_STR_ARG(model), WEIR_STR_ARG(remote_id));
    tell(f, line);
    assert_int_equal(0, json_object_set_new(f->records, line, record));
    return 0;
}

static int sink_record(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                       struct weir_bytes json, struct weir_error *err)
{
    (void)err;
    return sink_json(sink, "record", model, remote_id, json);
}

static int sink_placeholder(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                            struct weir_bytes json, struct weir_error *err)
{
    (void)err;
    return sink_json(sink, "placeholder", model, remote_id, json);
}

static int sink_gone(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                     struct weir_error *err)
{
    char line[400];

    (void)err;
    (void)snprintf(line, sizeof line, "gone %.*s %.*s", WEIR_STR_ARG(model), WEIR_STR_ARG(remote_id));
    tell(sink->ctx, line);
    return 0;
}

static int sink_complete(const struct weir_sink *sink, struct weir_str model, struct weir_str field,
                         struct weir_str parent_id, struct weir_error *err)
{
    char line[400];

    (void)err;
    (void)snprintf(line, sizeof line, "complete %.*s %.*s %.*s", WEIR_STR_ARG(model), WEIR_STR_ARG(field),
                   WEIR_STR_ARG(parent_id));
    tell(sink->ctx, line);
    return 0;
}

static int sink_event(const struct weir_sink *sink, const struct weir_event *event, struct weir_error *err)
{
    char line[1200];
    int len = snprintf(line, sizeof line, "event %.*s %.*s %lld", WEIR_STR_ARG(event->type),
                       WEIR_STR_ARG(event->upstream_id), (long long)event->occurred_at_ms);

    (void)err;
    for (size_t i = 0; i < event->ref_count; i++) {
        len += snprintf(line + len, sizeof line - (size_t)len, " -> %.*s %.*s (%.*s)",
                        WEIR_STR_ARG(event->refs[i].model), WEIR_STR_ARG(event->refs[i].remote_id),
                        WEIR_STR_ARG(event->refs[i].hint));
    }
    tell(sink->ctx, line);
    return 0;
}

static int sink_next(const struct weir_sink *sink, struct weir_str cursor, struct weir_error *err)
{
    struct fake_sink *f = sink->ctx;

    (void)err;
    assert_true(cursor.len > 0 && cursor.len <= 4096);
    free(f->next);
    f->next = strndup(cursor.data, cursor.len);
    assert_non_null(f->next);
    return 0;
}

void fake_sink_init(struct fake_sink *f)
{
    f->sink = (struct weir_sink){.size = sizeof f->sink,
                                 .ctx = f,
                                 .event = sink_event,
                                 .record = sink_record,
                                 .placeholder = sink_placeholder,
                                 .gone = sink_gone,
                                 .complete = sink_complete,
                                 .next = sink_next};
    f->records = json_object();
    f->lines = json_array();
    f->next = NULL;
}

void fake_sink_fini(struct fake_sink *f)
{
    json_decref(f->records);
    json_decref(f->lines);
    free(f->next);
}
