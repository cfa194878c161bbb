#include "web/form.h"

#include "base/crypto.h"
#include "web/negotiate.h"

#include <zlib.h>
#include <zstd.h>

/* The fast ends of their scales: a page of a list should not wait for the last percent. */
#define GZIP_LEVEL 3
#define ZSTD_LEVEL 1
#define TAG_BYTES 16

static void add_header(struct form *form, const char *name, const char *value)
{
    form->headers[form->count++] = (struct weir_header){weir_str(name), weir_str(value)};
}

static bool is_read(const struct request *r)
{
    struct weir_str method = exchange_method(r->x);

    return weir_str_is(method, "GET") || weir_str_is(method, "HEAD");
}

/* W/"<22 characters>" */
static bool make_etag(struct form *form, const struct buf *body)
{
    struct weir_bytes part = buf_bytes(body);
    uint8_t digest[CRYPTO_SHA256];
    struct buf text;
    bool good = crypto_sha256(digest, &part, 1, NULL) == 0;

    buf_init(&text, sizeof form->etag - 1);
    buf_add_text(&text, "W/\"");
    crypto_base64url(&text, weir_bytes(digest, TAG_BYTES));
    buf_add_char(&text, '"');
    good = good && !text.failed;
    if (good) {
        memcpy(form->etag, text.data, text.len);
        form->etag[text.len] = '\0';
    }
    buf_fini(&text);
    return good;
}

/* Appends nothing when it would not become shorter, or cannot. */
static size_t gzip_into(char *to, size_t room, const struct buf *body)
{
    z_stream z = {.next_in = (Bytef *)(void *)body->data,
                  .avail_in = (uInt)body->len,
                  .next_out = (Bytef *)(void *)to,
                  .avail_out = (uInt)room};
    size_t len = 0;

    if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK) {
        len = deflate(&z, Z_FINISH) == Z_STREAM_END ? room - z.avail_out : 0;
        (void)deflateEnd(&z);
    }
    return len;
}

static size_t zstd_into(char *to, size_t room, const struct buf *body)
{
    size_t len = ZSTD_compress(to, room, body->data, body->len, ZSTD_LEVEL);

    return ZSTD_isError(len) ? 0 : len;
}

static void compress_body(struct form *form, struct request *r)
{
    struct weir_str accept = weir_str_n(NULL, 0);
    enum coding coding = CODING_NONE;
    struct buf out;
    char *room;

    if (exchange_header(&accept, r->x, "Accept-Encoding")) {
        coding = negotiate_coding(accept);
    }
    if (coding == CODING_NONE || r->body.len < FORM_COMPRESS_MIN) {
        return;
    }
    buf_init(&out, r->body.len);
    room = buf_reserve(&out, r->body.len);
    if (room != NULL) {
        out.len = coding == CODING_ZSTD ? zstd_into(room, r->body.len, &r->body)
                                        : gzip_into(room, r->body.len, &r->body);
    }
    if (out.len > 0) {
        struct buf plain = r->body;

        r->body = out;
        out = plain;
        add_header(form, "Content-Encoding", coding == CODING_ZSTD ? "zstd" : "gzip");
    }
    buf_fini(&out);
}

void form_answer(struct form *form, struct request *r)
{
    struct weir_str given;

    form->count = 0;
    if (r->surface == SURFACE_API && is_read(r) && make_etag(form, &r->body)) {
        add_header(form, "ETag", form->etag);
        add_header(form, "Vary", "Accept, Accept-Encoding, Authorization, X-Integration-Id");
        if (exchange_header(&given, r->x, "If-None-Match") &&
            negotiate_matches(given, weir_str(form->etag + 2))) {
            buf_clear(&r->body);
            r->status = 304;
            r->content_type = NULL;
            return;
        }
    } else {
        add_header(form, "Vary", "Accept-Encoding");
    }
    compress_body(form, r);
}
