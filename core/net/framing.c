/*
 * framing: the header block of a request, checked more strictly than the library does.
 *
 * Where two servers disagree on where a request ends, one can be smuggled past the other. So whatever
 * has two readings is refused: two lengths, a length with a transfer encoding, folded lines, NULs,
 * names that are no tokens.
 */
#include "net/server_internal.h"

#include <stdlib.h>
#include <strings.h>

#define ARENA_FIRST 2048

struct walk {
    struct exchange *x;
    const char *base; /* the header block as received */
    size_t size;
    size_t at; /* where the last line ended, without its end-of-line */
    int status;
    uint32_t hosts, lengths, encodings;
    struct weir_str length, encoding;
};

static bool is_token(struct weir_str s)
{
    static const char others[] = "!#$%&'*+-.^_`|~";

    if (s.len == 0) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!plain && (c == '\0' || strchr(others, c) == NULL)) {
            return false;
        }
    }
    return true;
}

static bool is_field_value(struct weir_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.data[i];

        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return true;
}

static bool is(struct weir_str s, const char *lower, size_t len)
{
    return s.len == len && strncasecmp(s.data, lower, len) == 0;
}

static bool arena_reserve(struct exchange *x, size_t len)
{
    size_t cap = x->arena_cap > 0 ? x->arena_cap : ARENA_FIRST;
    char *arena;

    if (len <= x->arena_cap) {
        return true;
    }
    while (cap < len) {
        cap *= 2;
    }
    arena = realloc(x->arena, cap);
    if (arena == NULL) {
        return false;
    }
    x->arena = arena;
    x->arena_cap = cap;
    return true;
}

bool framing_keep_target(struct exchange *x, const char *uri)
{
    size_t len = uri != NULL ? strlen(uri) : 0;

    if (!arena_reserve(x, len + ARENA_FIRST / 2)) {
        return false;
    }
    if (len > 0) {
        memcpy(x->arena, uri, len);
    }
    x->uri_len = len;
    return true;
}

/* Where a pointer of the library's lies in the block; SIZE_MAX: elsewhere, as a folded line does. */
static size_t offset_of(const struct walk *w, const char *p, size_t len)
{
    uintptr_t base = (uintptr_t)w->base;
    uintptr_t at = (uintptr_t)p;

    if (p == NULL || at < base || at - base > w->size || len > w->size - (at - base)) {
        return SIZE_MAX;
    }
    return at - base;
}

static void note_framing(struct walk *w, struct weir_str name, struct weir_str value)
{
    if (is(name, "host", 4)) {
        w->hosts++;
    } else if (is(name, "content-length", 14)) {
        w->lengths++;
        w->length = value;
    } else if (is(name, "transfer-encoding", 17)) {
        w->encodings++;
        w->encoding = value;
    }
}

static enum MHD_Result walk_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                   const char *value, size_t value_len)
{
    struct walk *w = cls;
    struct exchange *x = w->x;
    const char *copy = x->arena + x->uri_len;
    size_t name_at = offset_of(w, name, name_len);
    size_t value_at = offset_of(w, value, value_len);
    struct weir_header *header = &x->headers[x->header_count];

    (void)kind;
    w->status = 400;
    /* Each line starts where the one before ended, after CRLF or LF. A gap is a line that was folded
     * into another, or text behind a NUL. */
    if (name_at == SIZE_MAX || value_at == SIZE_MAX || name_at <= w->at || name_at - w->at > 2 ||
        value_at <= name_at + name_len) {
        return MHD_NO;
    }
    if (x->header_count == HEADERS_MAX) {
        w->status = 431;
        return MHD_NO;
    }
    w->at = value_at + value_len;
    header->name = weir_str_n(copy + name_at, name_len);
    while (value_len > 0 &&
           (copy[value_at + value_len - 1] == ' ' || copy[value_at + value_len - 1] == '\t')) {
        value_len--;
    }
    header->value = weir_str_n(copy + value_at, value_len);
    if (!is_token(header->name) || !is_field_value(header->value)) {
        return MHD_NO;
    }
    note_framing(w, header->name, header->value);
    x->header_count++;
    w->status = 0;
    return MHD_YES;
}

/* Path and query of "/p?q", "http://host/p?q" or "*". */
static bool split_target(struct exchange *x)
{
    struct weir_str target = weir_str_n(x->arena, x->uri_len);
    const char *mark;

    for (size_t i = 0; i < target.len; i++) {
        unsigned char c = (unsigned char)target.data[i];

        if (c <= 0x20 || c == 0x7f) {
            return false;
        }
    }
    for (int tls = 0; tls <= 1; tls++) {
        const char *scheme = tls ? "https://" : "http://";
        size_t len = tls ? 8 : 7;

        if (target.len >= len && strncasecmp(target.data, scheme, len) == 0) {
            const char *slash = memchr(target.data + len, '/', target.len - len);

            if (slash == NULL) {
                return false;
            }
            target.len -= (size_t)(slash - target.data);
            target.data = slash;
        }
    }
    if (target.len == 0 || (target.data[0] != '/' && !weir_str_is(target, "*"))) {
        return false;
    }
    mark = memchr(target.data, '?', target.len);
    x->path = target;
    x->query = weir_str_n(target.data + target.len, 0);
    if (mark != NULL) {
        x->path.len = (size_t)(mark - target.data);
        x->query = weir_str_n(mark + 1, target.len - x->path.len - 1);
    }
    return true;
}

static int read_length(struct exchange *x, struct weir_str text)
{
    uint64_t value = 0;

    if (text.len == 0) {
        return 400;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return 400;
        }
        if (value > (UINT64_MAX - 9) / 10) {
            return 413;
        }
        value = value * 10 + (uint64_t)(text.data[i] - '0');
    }
    x->body_announced = value;
    return 0;
}

static int check_framing(struct exchange *x, const struct walk *w, bool http10)
{
    if (w->hosts > 1 || w->lengths > 1 || w->encodings > 1 || (w->lengths > 0 && w->encodings > 0)) {
        return 400;
    }
    if (w->encodings > 0) {
        if (http10 || !is(w->encoding, "chunked", 7)) {
            return 400;
        }
        x->chunked = true;
    }
    return w->lengths > 0 ? read_length(x, w->length) : 0;
}

int framing_read(struct exchange *x, struct MHD_Connection *mhd, const char *method, const char *version,
                 size_t header_max)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    struct walk w = {.x = x, .base = method};
    size_t version_at, tail;

    if (info == NULL) {
        return 400;
    }
    w.size = info->header_size;
    if (w.size > header_max) {
        return 431;
    }
    version_at = offset_of(&w, version, strlen("HTTP/1.1"));
    if (version_at == SIZE_MAX) {
        return 400;
    }
    if (!arena_reserve(x, x->uri_len + w.size)) {
        return 503;
    }
    memcpy(x->arena + x->uri_len, method, w.size);
    x->method = weir_str_n(x->arena + x->uri_len, strlen(method));
    if (!is_token(x->method) || !split_target(x)) {
        return 400;
    }
    w.at = version_at + strlen("HTTP/1.1");
    (void)MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, walk_header, &w);
    if (w.status != 0) {
        return w.status;
    }
    tail = w.size - w.at; /* the last line's end, and the empty line */
    if (tail < 2 || tail > 4) {
        return 400;
    }
    return check_framing(x, &w, strcmp(version, "HTTP/1.0") == 0);
}
