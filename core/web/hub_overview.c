/*
 * hub_overview: the overview, to those who follow it.
 *
 * It is made of counters that no commit tells of, so it is looked at in a rhythm, and sent when it became
 * different. It is for keys of all integrations alone, so everybody sees the same of it.
 */
#include "web/admin.h"
#include "web/hub_internal.h"

int64_t hub_overview_due_us(const struct hub *hub)
{
    for (const struct listener *l = hub->listeners; l != NULL; l = l->next) {
        if (l->topic == HUB_OVERVIEW) {
            return hub->overview_us;
        }
    }
    return INT64_MAX;
}

void hub_overview_tick(struct hub *hub)
{
    int64_t now_us = clock_mono_us(clock_system());

    if (now_us < hub_overview_due_us(hub)) {
        return;
    }
    hub->overview_us = now_us + (int64_t)hub->overview_ms * 1000;
    for (struct listener *l = hub->listeners; l != NULL; l = l->next) {
        l->behind |= l->topic == HUB_OVERVIEW;
    }
}

/* FNV-1a of what follows "at", which is always another. */
static uint64_t digest_of(struct weir_str json)
{
    const char *from = memchr(json.data, ',', json.len);
    uint64_t hash = UINT64_C(14695981039346656037);

    for (; from != NULL && from < json.data + json.len; from++) {
        hash = (hash ^ (uint8_t)*from) * UINT64_C(1099511628211);
    }
    return hash;
}

int hub_overview_read(struct buf *out, struct hub *hub, struct listener *l, struct weir_error *err)
{
    struct request as = {.web = hub->web};
    size_t begin;
    uint64_t digest;

    buf_add_text(out, "event: overview\ndata: ");
    begin = out->len;
    admin_overview_write(out, &as);
    l->behind = false;
    if (buf_check(out, "the overview", err) != 0) {
        return err->code;
    }
    digest = digest_of(weir_str_n((const char *)out->data + begin, out->len - begin));
    if (digest == l->shown) {
        buf_clear(out);
        return 0;
    }
    l->shown = digest;
    buf_add_text(out, "\n\n");
    return buf_check(out, "the overview", err);
}
