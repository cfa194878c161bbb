#include "history.h"

#include "events.h"
#include "kinds.h"
#include "page.h"

#define KEPT_MS (INT64_C(90) * 86400000)

static void first_page(struct weir_text *url, int64_t since_ms)
{
    char since[WEIR_WHEN_TEXT];

    weir_when_format(since, since_ms, true);
    weir_text_init(url);
    weir_text_add(url, "/api/v1/logs?since=");
    weir_text_add_encoded(url, weir_str(since));
    weir_text_add(url, "&sortOrder=ASCENDING&limit=1000&filter=");
    weir_text_add_encoded(url, weir_str(kind_log_filter));
}

int history_missed(struct okta *self, int64_t since_ms, struct weir_str cursor, const struct weir_sink *sink,
                   struct weir_error *err)
{
    struct listing listing = {
        .name = "/api/v1/logs", .right = &right_logs, .path = "/api/v1/logs", .endless = true};
    struct page page;
    struct weir_text url;
    char state[PAGE_STATE_MAX];
    json_t *events = NULL;
    const json_t *event;
    bool more = false;
    size_t i;
    int rc = page_parse(&page, cursor, err);

    if (rc == 0 && since_ms < self->host->now_ms(self->host) - KEPT_MS) {
        rc = weir_fail(err, WEIR_E_UNSUPPORTED, "Okta's System Log goes back 90 days, and more were missed");
    }
    if (rc != 0) {
        return rc;
    }
    first_page(&url, since_ms);
    listing.first = &url;
    rc = page_read(&events, &more, NULL, &page, &self->client, &listing, err);
    json_array_foreach(events, i, event)
    {
        bool told = false;

        if (rc == 0) {
            rc = events_tell(&told, self, event, sink, err);
        }
    }
    json_decref(events);
    return rc == 0 && more ? sink->next(sink, weir_str_n(state, page_write(state, &page)), err) : rc;
}
