/*
 * admin_streams: the log, the overview, and notifications as they are made and attempted, live.
 */
#include "web/admin.h"
#include "web/cursor.h"
#include "web/envelope.h"
#include "web/hub.h"

#define PLACE_BYTES 16

/* From Last-Event-ID, or from here. */
static int read_place(struct listener *l, const struct request *r, struct weir_error *err)
{
    uint8_t bytes[PLACE_BYTES];
    struct weir_str last;
    int rc;

    if (!exchange_header(&last, r->x, "Last-Event-ID") || last.len == 0) {
        return store_log_newest(&l->log_at, r->web->options.store, err);
    }
    rc = cursor_decode(bytes, sizeof bytes, last, weir_str("/admin/v1/log/stream"), weir_str("admin"), err);
    if (rc == 0) {
        l->log_at.at_ms = (int64_t)(cursor_get_u64(bytes) & INT64_MAX);
        l->log_at.seq = cursor_get_u64(bytes + 8) & INT64_MAX;
    }
    return rc;
}

static void follow(struct request *r, enum hub_topic topic, uint32_t kinds)
{
    struct listener *l = listener_new(topic);
    struct weir_error err = {0};
    int rc;

    if (l == NULL) {
        answer_error(r, ANSWER_LATER, "no memory for a stream");
        return;
    }
    l->kinds = kinds;
    rc = read_place(l, r, &err);
    if (rc != 0) {
        answer_failure(r, rc, &err);
        listener_free_unused(l);
        return;
    }
    hub_take_listener(r, l);
}

/* It has no place: each event says all of it. */
void admin_overview_stream(struct request *r)
{
    struct listener *l = listener_new(HUB_OVERVIEW);

    if (l == NULL) {
        answer_error(r, ANSWER_LATER, "no memory for a stream");
        return;
    }
    hub_take_listener(r, l);
}

void admin_log_stream(struct request *r)
{
    follow(r, HUB_LOG, 0);
}

void admin_notifications_stream(struct request *r)
{
    follow(r, HUB_NOTIFICATIONS, UINT32_C(1) << STORE_LOG_ATTEMPT);
}
