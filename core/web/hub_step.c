/*
 * hub_step: what listeners are given: one reading, handed to all who wait at the same place.
 */
#include "base/log.h"
#include "model/canonical.h"
#include "model/message.h"
#include "web/cursor.h"
#include "web/hub_internal.h"
#include "web/json_out.h"

#include <stdlib.h>

#define TEXT_MAX (16u * 1024 * 1024)
#define PLACE_BYTES 16

static void add_log_cursor(struct buf *out, const struct store_log_place *place)
{
    uint8_t bytes[PLACE_BYTES];

    cursor_put_u64(bytes, (uint64_t)place->at_ms);
    cursor_put_u64(bytes + 8, place->seq);
    cursor_encode(out, weir_str("/admin/v1/log/stream"), weir_str("admin"), bytes, sizeof bytes);
}

void hub_add_place(struct buf *out, const struct hub *hub, const struct listener *l)
{
    if (l->topic == HUB_OVERVIEW) {
        return; /* each event is all of it */
    }
    buf_add_text(out, "id: ");
    if (l->topic == HUB_CHANGES) {
        web_changes_cursor(out, hub->web->environment_id, &l->at);
    } else {
        add_log_cursor(out, &l->log_at);
    }
    buf_add_char(out, '\n');
}

/* Is it to be served now? One whose peer has enough before it waits until that is gone. */
static bool is_ready(struct listener *l)
{
    if (!l->behind || l->served || atomic_load(&l->gone) || atomic_load(&l->blocked)) {
        return false;
    }
    /* Before the question: the answer "there is room" may come in between. */
    atomic_store(&l->blocked, true);
    if (!stream_has_room(l->stream, HUB_PENDING_MAX - HUB_BUSY_BYTES)) {
        return false;
    }
    atomic_store(&l->blocked, false);
    return true;
}

static bool is_same(const struct listener *a, const struct listener *b)
{
    if (a->topic != b->topic) {
        return false;
    }
    if (a->topic == HUB_OVERVIEW) {
        return a->shown == b->shown;
    }
    if (a->topic == HUB_CHANGES) {
        return a->at.number == b->at.number && changes_filter_equal(&a->filter, &b->filter);
    }
    return a->log_at.at_ms == b->log_at.at_ms && a->log_at.seq == b->log_at.seq && a->kinds == b->kinds &&
           a->integration == b->integration;
}

/* ---- the log ---- */

static const char *const kind_words[] = {"",        "delivery", "event",      "fetch", "notification",
                                         "attempt", "sync",     "integration"};

struct log_reading {
    struct hub *hub;
    struct buf *out;
    const char *event;
    uint32_t rows;
};

static void add_integration(struct buf *out, const struct hub *hub, uint32_t number)
{
    const struct web_app *app = &hub->web->options.app;
    struct web_integration *it = malloc(sizeof *it);

    if (number != 0 && it != NULL && app->integration_number(app->ctx, number, it)) {
        json_out_text(out, "integration", it->id);
        app->integration_release(app->ctx, it);
    } else {
        json_out_null(out, "integration");
    }
    free(it);
}

static bool add_entry(void *ctx, const struct store_log *entry)
{
    struct log_reading *reading = ctx;
    struct buf *out = reading->out;
    struct store_log_place place = {entry->at_ms, entry->seq};
    struct canonical_walk walk;
    struct weir_str key;
    struct weir_str value;

    buf_add_text(out, "id: ");
    add_log_cursor(out, &place);
    buf_printf(out, "\nevent: %s\ndata: {", reading->event);
    json_out_time(out, "at", entry->at_ms);
    json_out_text(out, "kind",
                  entry->kind > 0 && entry->kind <= STORE_LOG_INTEGRATION ? kind_words[entry->kind] : "");
    add_integration(out, reading->hub, entry->integration);
    canonical_begin(&walk, entry->json);
    while (canonical_member(&walk, &key, &value)) {
        if (weir_str_is(key, "at") || weir_str_is(key, "kind") || weir_str_is(key, "integration")) {
            continue; /* written already */
        }
        buf_add_text(out, ",\"");
        buf_add_str(out, key);
        buf_add_text(out, "\":");
        buf_add_str(out, value);
    }
    buf_add_text(out, "}\n\n");
    return ++reading->rows < HUB_STEP_ROWS && out->len < HUB_STEP_BYTES;
}

/* ---- a step ---- */

static int read_changes(struct buf *out, struct hub *hub, struct listener *l, struct weir_error *err)
{
    struct changes_span span = {
        .after = l->at, .rows_max = HUB_STEP_ROWS, .bytes_max = HUB_STEP_BYTES, .form = CHANGES_EVENTS};
    struct store_reader *reader = NULL;
    int rc = store_reader_open(&reader, hub->web->options.store, err);

    if (rc == 0) {
        rc = changes_write(out, &span, hub->web, reader, &l->filter, err);
    }
    store_reader_close(reader);
    if (rc == 0) {
        l->at = span.reached;
        l->behind = span.more;
    }
    return rc;
}

static int read_log(struct buf *out, struct hub *hub, struct listener *l, struct weir_error *err)
{
    struct log_reading reading = {.hub = hub, .out = out, .event = l->topic == HUB_LOG ? "log" : "attempt"};
    int rc = store_log_follow(&l->log_at, hub->web->options.store, l->kinds, l->integration, add_entry,
                              &reading, err);

    l->behind = reading.rows == HUB_STEP_ROWS || out->len >= HUB_STEP_BYTES;
    return rc == 0 ? buf_check(out, "a piece of the log", err) : rc;
}

static int read_for(struct buf *out, struct hub *hub, struct listener *l, struct weir_error *err)
{
    switch (l->topic) {
    case HUB_CHANGES:
        return read_changes(out, hub, l, err);
    case HUB_OVERVIEW:
        return hub_overview_read(out, hub, l, err);
    default:
        return read_log(out, hub, l, err);
    }
}

/* Those behind it in the list who wait for the very same. */
static void hand_round(struct listener *l, const struct listener *was, struct weir_bytes text)
{
    for (struct listener *other = l->next; other != NULL; other = other->next) {
        if (is_same(other, was) && is_ready(other)) {
            other->served = true;
            other->at = l->at;
            other->log_at = l->log_at;
            other->shown = l->shown;
            other->behind = l->behind;
            if (text.len > 0) {
                (void)stream_write(other->stream, text);
            }
        }
    }
}

static void serve(struct hub *hub, struct listener *l)
{
    /* Where it stood. Not the whole: parts of it are other threads' too. */
    const struct listener was = {.topic = l->topic,
                                 .filter = l->filter,
                                 .at = l->at,
                                 .kinds = l->kinds,
                                 .integration = l->integration,
                                 .log_at = l->log_at,
                                 .shown = l->shown};
    struct weir_error err = {0};
    struct buf text;
    int rc;

    buf_init(&text, TEXT_MAX);
    l->served = true;
    rc = read_for(&text, hub, l, &err);
    if (rc != 0) {
        l->behind = false;
        if (rc != WEIR_E_INVALID) {
            log_error("an event stream cannot go on", LOG_ERR(&err));
        }
        stream_end(l->stream, rc == WEIR_E_INVALID ? HUB_END("cursor_too_old") : HUB_END("failed"));
    } else {
        if (text.len > 0) {
            (void)stream_write(l->stream, buf_bytes(&text));
        }
        hand_round(l, &was, buf_bytes(&text));
    }
    buf_fini(&text);
}

bool hub_step(struct hub *hub)
{
    bool more = false;

    for (struct listener *l = hub->listeners; l != NULL; l = l->next) {
        l->served = false;
    }
    for (struct listener *l = hub->listeners; l != NULL; l = l->next) {
        if (is_ready(l)) {
            serve(hub, l);
        }
    }
    for (struct listener *l = hub->listeners; l != NULL; l = l->next) {
        more |= l->behind && l->served && !atomic_load(&l->gone);
    }
    return more;
}

/* ---- notifications ---- */

static void add_endpoint(struct buf *out, const struct hub *hub, uint32_t number)
{
    const struct web_app *app = &hub->web->options.app;
    struct web_endpoint endpoint;

    for (size_t n = 0; app->endpoint_nth(app->ctx, n, &endpoint); n++) {
        if (app->endpoint_number(app->ctx, weir_str(endpoint.name)) == number) {
            json_out_text(out, "endpoint", endpoint.name);
            return;
        }
    }
    json_out_null(out, "endpoint");
}

/* What a signature is made of is all here: id, body as the text that is signed, and a time of one's own. */
static void write_made(struct buf *out, const struct hub *hub, const struct store_notification *n)
{
    buf_add_text(out, "event: notification\ndata: {");
    json_out_text(out, "id", n->id);
    json_out_text(out, "type", message_word(n->type));
    add_endpoint(out, hub, n->endpoint);
    add_integration(out, hub, n->integration);
    json_out_time(out, "made_at", n->created_at_ms);
    json_out_int(out, "timestamp", n->created_at_ms / 1000);
    json_out_str(out, "body", weir_str_n((const char *)n->body.data, n->body.len));
    buf_add_text(out, "}\n\n");
}

void hub_take_made(struct hub *hub, struct made *first, bool lost)
{
    struct buf text;

    buf_init(&text, TEXT_MAX);
    while (first != NULL || lost) {
        struct made *made = first;

        buf_clear(&text);
        if (made != NULL) {
            first = made->next;
            write_made(&text, hub, &made->notification);
            free(made);
        } else {
            lost = false;
            buf_add_text(&text, "event: lost\ndata: {}\n\n");
        }
        for (struct listener *l = hub->listeners; l != NULL && !text.failed; l = l->next) {
            if (l->topic == HUB_NOTIFICATIONS && !atomic_load(&l->gone)) {
                (void)stream_write(l->stream, buf_bytes(&text));
            }
        }
    }
    buf_fini(&text);
}
