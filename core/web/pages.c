#include "web/pages.h"

#include "web/envelope.h"
#include "web/negotiate.h"
#include "web/web_internal.h"

#include <zlib.h>

#define RAW_MAX ((size_t)4 * 1024 * 1024)

static const struct page_file *find(const struct web *web, struct weir_str name)
{
    for (const struct page_file *file = web->options.pages; file != NULL && file->name != NULL; file++) {
        if (weir_str_is(name, file->name)) {
            return file;
        }
    }
    return NULL;
}

/* For a client that takes no gzip. false: it cannot be done, or is not as long as the table says. */
static bool inflate_into(struct buf *out, const struct page_file *file)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)file->gzip, .avail_in = (uInt)file->gzip_len};
    char *room = file->raw_len <= RAW_MAX ? buf_reserve(out, file->raw_len) : NULL;
    bool good;

    if (room == NULL || inflateInit2(&z, 15 + 16) != Z_OK) {
        return false;
    }
    z.next_out = (Bytef *)room;
    z.avail_out = (uInt)file->raw_len;
    good = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_out == 0;
    (void)inflateEnd(&z);
    out->len += good ? file->raw_len : 0;
    return good;
}

/* false: it is an error now. */
static bool answer_file(struct request *r, const struct page_file *file, int status)
{
    struct weir_str given;

    buf_clear(&r->body);
    r->status = status;
    r->content_type = file->type;
    if (exchange_header(&given, r->x, "Accept-Encoding") && negotiate_takes_gzip(given)) {
        request_header(r, "Content-Encoding", "gzip");
        buf_add(&r->body, file->gzip, file->gzip_len);
    } else if (!inflate_into(&r->body, file)) {
        answer_error(r, ANSWER_LATER, "This file could not be unpacked; try again in a second.");
        return false;
    }
    r->formed = true;
    request_header(r, "Vary", "Accept-Encoding");
    return true;
}

/* One that a client may keep: it is asked for again with its tag, unless it is for ever. The tag is of the
 * raw bytes, the same whatever the coding, and so a weak one. */
static void answer_kept(struct request *r, const struct page_file *file, const char *cache_control)
{
    struct weir_str given;

    buf_clear(&r->header_text);
    buf_printf(&r->header_text, "W/%s", file->tag);
    buf_add_char(&r->header_text, '\0');
    if (exchange_header(&given, r->x, "If-None-Match") && negotiate_matches(given, weir_str(file->tag))) {
        buf_clear(&r->body);
        r->formed = true;
        r->status = 304;
        r->content_type = NULL;
        request_header(r, "Vary", "Accept-Encoding");
    } else if (!answer_file(r, file, 200)) {
        return;
    }
    request_header(r, "Cache-Control", cache_control);
    if (!r->header_text.failed) {
        request_header(r, "ETag", r->header_text.data);
    }
}

void pages_dashboard(struct request *r)
{
    const struct page_file *page = find(r->web, weir_str("dashboard.html"));

    if (page != NULL) {
        answer_kept(r, page, "no-cache");
    } else if (weir_str_is(exchange_path(r->x), "/")) {
        answer_text(r, "This build of weir has no pages: use the command line, see weir(8), or build it with "
                       "-DWEIR_PAGES=ON.\n");
    } else {
        answer_error(r, ANSWER_PATH_UNKNOWN, "There is no such endpoint.");
    }
}

static bool has(const char *name, const char *part)
{
    return strstr(name, part) != NULL;
}

/* Pages are not among what they load: a page is sent with its own headers, where it belongs. */
static void answer_asset(struct request *r, const char *not_of)
{
    const struct page_file *file = find(r->web, r->params[0]);

    if (file == NULL || has(file->name, ".html") || strncmp(file->name, not_of, strlen(not_of)) == 0) {
        answer_error(r, ANSWER_NOT_FOUND, "There is no such file.");
        return;
    }
    answer_kept(r, file, has(file->name, "-") ? "public, max-age=31536000, immutable" : "no-cache");
}

void pages_asset(struct request *r)
{
    answer_asset(r, "connect-");
}

void pages_connect_asset(struct request *r)
{
    answer_asset(r, "dashboard-");
}

bool pages_connect(struct request *r, int status)
{
    const struct page_file *page = find(r->web, weir_str("connect.html"));

    if (page != NULL) {
        r->framed = answer_file(r, page, status);
    }
    return page != NULL;
}

/* ---- the table ---- */

const struct route page_routes[] = {
    {"GET", "/", pages_dashboard, false, ROUTE_OPEN}, /* and all paths that nothing else has */
    {"GET", "/assets/{}", pages_asset, false, ROUTE_OPEN},
    {.method = NULL},
};
