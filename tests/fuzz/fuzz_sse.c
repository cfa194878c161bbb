/* sse: any bytes as an event stream; however they are cut, the same events come out. */
#include "net/sse.h"

#include <stdlib.h>

#define EVENT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void write_down(void *ctx, const struct sse_event *event)
{
    struct buf *out = ctx;

    must(event->data.len <= EVENT_MAX && event->type.len > 0);
    must(memchr(event->type.data, '\n', event->type.len) == NULL);
    must(event->id.len == 0 || memchr(event->id.data, '\0', event->id.len) == NULL);
    buf_printf(out, "%zu %zu %zu ", event->type.len, event->data.len, event->id.len);
    buf_add_str(out, event->type);
    buf_add_str(out, event->data);
    buf_add_str(out, event->id);
}

/* step 0: all at once. */
static int read_all(struct buf *out, const uint8_t *data, size_t size, size_t step)
{
    struct sse s;
    int rc = 0;

    sse_init(&s, EVENT_MAX);
    for (size_t at = 0; rc == 0 && at < size;) {
        size_t len = step == 0 || step > size - at ? size - at : step;

        rc = sse_feed(&s, weir_bytes(data + at, len), write_down, out, NULL);
        at += len;
    }
    buf_printf(out, "%u", s.retry_ms);
    sse_restart(&s);
    sse_fini(&s);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t steps[] = {1, 3, 17};
    struct buf once;
    int rc;

    buf_init(&once, 64 * size + 4096);
    rc = read_all(&once, data, size, 0);
    must(!once.failed);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct buf again;

        buf_init(&again, 64 * size + 4096);
        must(read_all(&again, data, size, steps[i]) == rc);
        must(again.len == once.len && (once.len == 0 || memcmp(again.data, once.data, once.len) == 0));
        buf_fini(&again);
    }
    buf_fini(&once);
    return 0;
}
