#include "border.h"

#include "arena.h"
#include "heap.h"

#include <stdlib.h>

const char *border_use_word(int use)
{
    static const char *const sinks[] = {"sink->event",   "sink->record",   "sink->placeholder",
                                        "sink->gone",    "sink->complete", "sink->next",
                                        "sink->touched", "sink->warning"};

    return use < STAGE_SERVICES ? stage_service_word((enum stage_service)use) : sinks[use - STAGE_SERVICES];
}

bool border_use_fails(int use)
{
    return use != STAGE_NOW && use != STAGE_LOG && use != STAGE_SETTING && use != STAGE_EQUAL;
}

int border_before(struct border *b, int use, struct weir_error *err)
{
    return b->before != NULL ? b->before(b->ctx, use, err) : 0;
}

/* ---- sinks ---- */

struct border_sink {
    struct weir_sink sink; /* what the connector is given */
    struct border *border;
    const struct weir_sink *inner;
};

static int sink_before(const struct weir_sink *sink, int use, struct weir_error *err)
{
    return border_before(((const struct border_sink *)sink->ctx)->border, use, err);
}

static const struct weir_sink *sink_inner(const struct weir_sink *sink)
{
    return ((const struct border_sink *)sink->ctx)->inner;
}

static int on_event(const struct weir_sink *sink, const struct weir_event *event, struct weir_error *err)
{
    bool was = heap_leave();
    int rc = sink_before(sink, BORDER_EVENT, err);

    if (rc == 0) {
        rc = sink_inner(sink)->event(sink_inner(sink), event, err);
    }
    heap_go_back(was);
    return rc;
}

static int on_record(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                     struct weir_bytes json, struct weir_error *err)
{
    bool was = heap_leave();
    int rc = sink_before(sink, BORDER_RECORD, err);

    if (rc == 0) {
        rc = sink_inner(sink)->record(sink_inner(sink), model, remote_id, json, err);
    }
    heap_go_back(was);
    return rc;
}

static int on_placeholder(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                          struct weir_bytes json, struct weir_error *err)
{
    bool was = heap_leave();
    int rc = sink_before(sink, BORDER_PLACEHOLDER, err);

    if (rc == 0) {
        rc = sink_inner(sink)->placeholder(sink_inner(sink), model, remote_id, json, err);
    }
    heap_go_back(was);
    return rc;
}

static int on_gone(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                   struct weir_error *err)
{
    bool was = heap_leave();
    int rc = sink_before(sink, BORDER_GONE, err);

    if (rc == 0) {
        rc = sink_inner(sink)->gone(sink_inner(sink), model, remote_id, err);
    }
    heap_go_back(was);
    return rc;
}

static int on_complete(const struct weir_sink *sink, struct weir_str model, struct weir_str field,
                       struct weir_str parent_id, struct weir_error *err)
{
    bool was = heap_leave();
    int rc = sink_before(sink, BORDER_COMPLETE, err);

    if (rc == 0) {
        rc = sink_inner(sink)->complete(sink_inner(sink), model, field, parent_id, err);
    }
    heap_go_back(was);
    return rc;
}

static int on_next(const struct weir_sink *sink, struct weir_str cursor, struct weir_error *err)
{
    bool was = heap_leave();
    int rc = sink_before(sink, BORDER_NEXT, err);

    if (rc == 0) {
        rc = sink_inner(sink)->next(sink_inner(sink), cursor, err);
    }
    heap_go_back(was);
    return rc;
}

static int on_touched(const struct weir_sink *sink, const struct weir_ref *ref, struct weir_error *err)
{
    bool was = heap_leave();
    int rc = sink_before(sink, BORDER_TOUCHED, err);

    if (rc == 0) {
        rc = sink_inner(sink)->touched(sink_inner(sink), ref, err);
    }
    heap_go_back(was);
    return rc;
}

static int on_warning(const struct weir_sink *sink, struct weir_str message, struct weir_error *err)
{
    bool was = heap_leave();
    int rc = sink_before(sink, BORDER_WARNING, err);

    if (rc == 0) {
        rc = sink_inner(sink)->warning(sink_inner(sink), message, err);
    }
    heap_go_back(was);
    return rc;
}

static const struct weir_sink *sink_lend(struct border_sink *s, struct border *b,
                                         const struct weir_sink *inner)
{
    *s = (struct border_sink){.sink = *inner, .border = b, .inner = inner};
    s->sink.ctx = s;
    s->sink.event = on_event;
    s->sink.record = on_record;
    s->sink.placeholder = on_placeholder;
    s->sink.gone = on_gone;
    s->sink.complete = on_complete;
    s->sink.next = on_next;
    s->sink.touched = on_touched;
    s->sink.warning = on_warning;
    return &s->sink;
}

/* ---- calls ---- */

/* err is never NULL at the host's calls, and comes empty. */
static int settle(struct border *b, int rc, const struct weir_error *err, bool was)
{
    heap_go_back(was);
    b->rc = rc;
    b->err = *err;
    b->err.message[sizeof b->err.message - 1] = '\0';
    return rc;
}

static int border_open(void **self, const struct weir_host *host, struct weir_error *err)
{
    struct border *b = (struct border *)(uintptr_t)stage_lent_to(host);
    struct border_instance *bi = must_calloc(1, sizeof *bi);
    bool was;
    int rc;

    bi->border = b;
    border_lend(bi, host);
    was = heap_enter();
    rc = settle(b, b->real->open(&bi->self, &bi->host, err), err, was);
    if (rc != 0) {
        free(bi);
        return rc;
    }
    *self = bi;
    return 0;
}

static void border_close(void *self)
{
    struct border_instance *bi = self;
    bool was = heap_enter();

    bi->border->real->close(bi->self);
    heap_go_back(was);
    free(bi);
}

static int border_check(const void *self, const struct weir_request *request, struct weir_verdict *verdict,
                        struct weir_error *err)
{
    const struct border_instance *bi = self;
    bool was = heap_enter();

    return settle(bi->border, bi->border->real->verify->check(bi->self, request, verdict, err), err, was);
}

static int border_events(void *self, const struct weir_request *request, const struct weir_sink *sink,
                         struct weir_error *err)
{
    const struct border_instance *bi = self;
    struct border_sink own;
    bool was = heap_enter();

    sink = sink_lend(&own, bi->border, sink);
    return settle(bi->border, bi->border->real->verify->events(bi->self, request, sink, err), err, was);
}

static int border_record(void *self, const struct weir_ref *ref, const struct weir_sink *sink,
                         struct weir_error *err)
{
    const struct border_instance *bi = self;
    struct border_sink own;
    bool was = heap_enter();

    sink = sink_lend(&own, bi->border, sink);
    return settle(bi->border, bi->border->real->fetch->record(bi->self, ref, sink, err), err, was);
}

static int border_list(void *self, struct weir_str model, int64_t since_ms, struct weir_str cursor,
                       const struct weir_sink *sink, struct weir_error *err)
{
    const struct border_instance *bi = self;
    struct border_sink own;
    bool was = heap_enter();

    sink = sink_lend(&own, bi->border, sink);
    return settle(bi->border, bi->border->real->fetch->list(bi->self, model, since_ms, cursor, sink, err),
                  err, was);
}

static int border_missed(void *self, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                         struct weir_error *err)
{
    const struct border_instance *bi = self;
    struct border_sink own;
    bool was = heap_enter();

    sink = sink_lend(&own, bi->border, sink);
    return settle(bi->border, bi->border->real->fetch->missed(bi->self, since_ms, cursor, sink, err), err,
                  was);
}

static int border_ensure(void *self, const struct weir_subscription_want *want,
                         struct weir_subscription *have, struct weir_error *err)
{
    const struct border_instance *bi = self;
    bool was = heap_enter();

    return settle(bi->border, bi->border->real->subscribe->ensure(bi->self, want, have, err), err, was);
}

static int border_inspect(void *self, const struct weir_subscription_want *want,
                          struct weir_subscription *have, struct weir_error *err)
{
    const struct border_instance *bi = self;
    bool was = heap_enter();

    return settle(bi->border, bi->border->real->subscribe->inspect(bi->self, want, have, err), err, was);
}

static int border_remove(void *self, const struct weir_subscription_want *want, struct weir_error *err)
{
    const struct border_instance *bi = self;
    bool was = heap_enter();

    return settle(bi->border, bi->border->real->subscribe->remove(bi->self, want, err), err, was);
}

static int border_run(void *self, struct weir_str action, struct weir_bytes input,
                      const struct weir_sink *sink, struct weir_error *err)
{
    const struct border_instance *bi = self;
    struct border_sink own;
    bool was = heap_enter();

    sink = sink_lend(&own, bi->border, sink);
    return settle(bi->border, bi->border->real->act->run(bi->self, action, input, sink, err), err, was);
}

static int border_send(void *self, struct weir_str api, const struct weir_http_request *request,
                       struct weir_http_response *response, struct weir_error *err)
{
    const struct border_instance *bi = self;
    bool was = heap_enter();

    return settle(bi->border, bi->border->real->pass->send(bi->self, api, request, response, err), err, was);
}

void border_init(struct border *b, const struct weir_connector *real)
{
    *b = (struct border){.table = *real, .real = real, .verify = *real->verify, .fetch = *real->fetch};
    b->table.open = border_open;
    b->table.close = border_close;
    b->verify.check = border_check;
    b->verify.events = border_events;
    b->table.verify = &b->verify;
    b->fetch.record = border_record;
    b->fetch.list = border_list;
    b->fetch.missed = real->fetch->missed != NULL ? border_missed : NULL;
    b->table.fetch = &b->fetch;
    if (real->act != NULL) {
        b->act = *real->act;
        b->act.run = border_run;
        b->table.act = &b->act;
    }
    if (real->pass != NULL) {
        b->pass = *real->pass;
        b->pass.send = border_send;
        b->table.pass = &b->pass;
    }
    if (real->subscribe != NULL) {
        b->subscribe = *real->subscribe;
        b->subscribe.ensure = real->subscribe->ensure != NULL ? border_ensure : NULL;
        b->subscribe.inspect = real->subscribe->inspect != NULL ? border_inspect : NULL;
        b->subscribe.remove = real->subscribe->remove != NULL ? border_remove : NULL;
        b->table.subscribe = &b->subscribe;
    }
}
