#include "net/sse.h"

#define NAME_MAX_BYTES 256 /* of a type or an id */
#define RETRY_MAX_MS 3600000u

static const char byte_order_mark[] = "\xEF\xBB\xBF";

void sse_init(struct sse *s, size_t event_max)
{
    *s = (struct sse){.begun = false};
    buf_init(&s->line, event_max + 64);
    buf_init(&s->data, event_max + 1); /* its last line's end is taken off again */
    buf_init(&s->type, NAME_MAX_BYTES);
    buf_init(&s->id, NAME_MAX_BYTES);
    buf_init(&s->last_id, NAME_MAX_BYTES);
}

void sse_fini(struct sse *s)
{
    buf_fini(&s->line);
    buf_fini(&s->data);
    buf_fini(&s->type);
    buf_fini(&s->id);
    buf_fini(&s->last_id);
}

void sse_restart(struct sse *s)
{
    buf_clear(&s->line);
    buf_clear(&s->data);
    buf_clear(&s->type);
    buf_clear(&s->id);
    buf_add_str(&s->id, buf_str(&s->last_id));
    s->begun = s->after_cr = false;
    s->mark = 0;
}

static void set(struct buf *b, struct weir_str value)
{
    buf_clear(b);
    buf_add_str(b, value);
}

static void read_retry(struct sse *s, struct weir_str value)
{
    uint32_t ms = 0;

    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] < '0' || value.data[i] > '9') {
            return;
        }
        ms = ms > RETRY_MAX_MS ? ms : ms * 10 + (uint32_t)(value.data[i] - '0');
    }
    if (value.len > 0) {
        s->retry_ms = ms > RETRY_MAX_MS ? RETRY_MAX_MS : ms;
    }
}

/* What is no field of the standard is passed over, as it says. */
static void take_field(struct sse *s, struct weir_str line)
{
    const char *colon = memchr(line.data, ':', line.len);
    size_t len = colon != NULL ? (size_t)(colon - line.data) : line.len;
    struct weir_str name = weir_str_n(line.data, len);
    struct weir_str value = weir_str_n("", 0);

    if (colon != NULL) {
        value = weir_str_n(colon + 1, line.len - len - 1);
        if (value.len > 0 && value.data[0] == ' ') {
            value = weir_str_n(value.data + 1, value.len - 1);
        }
    }
    if (weir_str_is(name, "data")) {
        buf_add_str(&s->data, value);
        buf_add_char(&s->data, '\n');
    } else if (weir_str_is(name, "event")) {
        set(&s->type, value);
    } else if (weir_str_is(name, "id") && (value.len == 0 || memchr(value.data, '\0', value.len) == NULL)) {
        set(&s->id, value);
    } else if (weir_str_is(name, "retry")) {
        read_retry(s, value);
    }
}

static int end_event(struct sse *s, void (*take)(void *ctx, const struct sse_event *event), void *ctx,
                     struct weir_error *err)
{
    struct sse_event event = {.type = s->type.len > 0 ? buf_str(&s->type) : weir_str("message")};

    set(&s->last_id, buf_str(&s->id));
    if (s->last_id.failed) {
        return buf_check(&s->last_id, "the id of an event", err);
    }
    if (s->data.len > 0) {
        event.data = weir_str_n(s->data.data, s->data.len - 1);
        event.id = buf_str(&s->last_id);
        take(ctx, &event);
    }
    buf_clear(&s->data);
    buf_clear(&s->type);
    return 0;
}

static int end_line(struct sse *s, void (*take)(void *ctx, const struct sse_event *event), void *ctx,
                    struct weir_error *err)
{
    int rc = buf_check(&s->line, "a line of an event stream", err);

    if (rc == 0 && s->line.len == 0) {
        rc = end_event(s, take, ctx, err);
    } else if (rc == 0) {
        take_field(s, buf_str(&s->line));
        rc = buf_check(&s->data, "an event of a stream", err);
        rc = rc == 0 ? buf_check(&s->type, "the type of an event", err) : rc;
        rc = rc == 0 ? buf_check(&s->id, "the id of an event", err) : rc;
    }
    buf_clear(&s->line);
    return rc;
}

/* A byte order mark may come first, and it may come in pieces. true: the byte was part of one. */
static bool skip_mark(struct sse *s, char byte)
{
    if (s->begun) {
        return false;
    }
    if (byte == byte_order_mark[s->mark]) {
        s->mark++;
        s->begun = s->mark == sizeof byte_order_mark - 1;
        return true;
    }
    buf_add(&s->line, byte_order_mark, s->mark); /* it was none */
    s->begun = true;
    return false;
}

/* How many bytes until one that ends a line. */
static size_t run_of_line(const char *at, size_t len)
{
    size_t run = 0;

    while (run < len && at[run] != '\n' && at[run] != '\r') {
        run++;
    }
    return run;
}

int sse_feed(struct sse *s, struct weir_bytes bytes, void (*take)(void *ctx, const struct sse_event *event),
             void *ctx, struct weir_error *err)
{
    const char *at = (const char *)bytes.data;
    const char *end = at + bytes.len;
    int rc = 0;

    while (rc == 0 && at < end) {
        size_t run;

        if (skip_mark(s, *at)) {
            at++;
            continue;
        }
        run = run_of_line(at, (size_t)(end - at));
        if (run > 0) {
            buf_add(&s->line, at, run);
            s->after_cr = false;
            at += run;
            rc = buf_check(&s->line, "a line of an event stream", err);
            continue;
        }
        if (*at == '\n' && s->after_cr) {
            s->after_cr = false; /* the second half of one line's end */
        } else {
            s->after_cr = *at == '\r';
            rc = end_line(s, take, ctx, err);
        }
        at++;
    }
    return rc;
}
