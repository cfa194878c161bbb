/*
 * connect_page: what a browser shows for a link: what is expected, or why nothing is. In a build without
 * pages that is one sentence.
 */
#include "web/connect.h"

#include "web/api.h"
#include "web/envelope.h"
#include "web/pages.h"

static void add_escaped(struct buf *out, struct weir_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.data[i]) {
        case '<':
            buf_add_text(out, "&lt;");
            break;
        case '>':
            buf_add_text(out, "&gt;");
            break;
        case '&':
            buf_add_text(out, "&amp;");
            break;
        case '"':
            buf_add_text(out, "&quot;");
            break;
        default:
            buf_add_char(out, text.data[i]);
        }
    }
}

/* The page that was built in asks for the state of the link, and says all this by itself. */
static void answer_page(struct request *r, int status, const char *title, struct weir_str name,
                        const char *text)
{
    if (pages_connect(r, status)) {
        return;
    }
    buf_clear(&r->body);
    buf_add_text(&r->body, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                           "<meta name=\"viewport\" content=\"width=device-width\"><title>");
    buf_add_text(&r->body, title);
    buf_add_text(&r->body, "</title></head><body><h1>");
    buf_add_text(&r->body, title);
    buf_add_text(&r->body, "</h1><p>");
    if (name.len > 0) {
        add_escaped(&r->body, name);
        buf_add_text(&r->body, ": ");
    }
    buf_add_text(&r->body, text);
    buf_add_text(&r->body, "</p></body></html>\n");
    r->status = status;
    r->content_type = "text/html; charset=utf-8";
}

static void answer_valid(struct request *r, const struct link *link)
{
    if (link->stage == LINK_STAGE_DONE) {
        answer_page(r, 200, "All is done", link->organization, "nothing is left to do with this link.");
    } else if (link->stage == LINK_STAGE_STEPS) {
        answer_page(
            r, 200, "A few steps are left", link->organization,
            "steps have to be done in your tool. They are shown by the application that sent you this link.");
    } else {
        answer_page(
            r, 200, "Connect your tool", link->organization,
            "your tool has to be chosen, and credentials for it given. The application that sent you this "
            "link shows how.");
    }
}

void connect_page(struct request *r)
{
    struct weir_error err = {0};
    struct link link = {.kind = 0};
    int rc = link_read(&link, r->web->options.store, r->params[0], &err);

    if (rc == WEIR_E_NONE) {
        answer_page(r, 404, "Link not known", weir_str(""),
                    "This link is not known here. Ask whoever sent it for a new one.");
    } else if (rc != 0) {
        answer_failure(r, rc, &err);
    } else if (link.expires_at_ms <= clock_now_ms(r->web->options.clock)) {
        answer_page(r, 410, "Link expired", weir_str(""),
                    "This link has expired. Ask whoever sent it for a new one.");
    } else {
        answer_valid(r, &link);
    }
    link_free(&link);
}

/* ---- the table ---- */

const struct route connect_routes[] = {
    {"GET", "/connect/assets/{}", pages_connect_asset, false, ROUTE_OPEN}, /* no token is so short */
    {"GET", "/connect/{}", connect_page, false, ROUTE_OPEN},
    {"GET", "/connect/{}/state", connect_state, false, ROUTE_OPEN},
    {"POST", "/connect/{}/submit", connect_submit, false, ROUTE_OPEN},
    {.method = NULL},
};
