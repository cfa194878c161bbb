#include "base/buf.h"

#include <stdlib.h>

#define CAP_FIRST 256

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_fini(struct buf *b)
{
    free(b->data);
    *b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = false;
    b->no_memory = false;
}

/* Memory for len more bytes; doubles, so that a series of small appends stays linear. */
static bool grow(struct buf *b, size_t len)
{
    size_t cap = b->cap;
    char *data;

    if (b->failed) {
        return false;
    }
    if (len > b->max || b->len > b->max - len) {
        b->failed = true;
        return false;
    }
    if (b->data != NULL && len <= cap - b->len) {
        return true;
    }
    cap = cap > b->max / 2 ? b->max : cap * 2;
    if (cap < CAP_FIRST) {
        cap = CAP_FIRST < b->max ? CAP_FIRST : b->max;
    }
    if (cap < b->len + len) {
        cap = b->len + len;
    }
    data = realloc(b->data, cap > 0 ? cap : 1);
    if (data == NULL) {
        b->failed = true;
        b->no_memory = true;
        return false;
    }
    b->data = data;
    b->cap = cap;
    return true;
}

void buf_add(struct buf *b, const void *data, size_t len)
{
    if (len > 0 && grow(b, len)) {
        memcpy(b->data + b->len, data, len);
        b->len += len;
    }
}

void buf_add_str(struct buf *b, struct weir_str s)
{
    buf_add(b, s.data, s.len);
}

void buf_add_text(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_add_char(struct buf *b, char c)
{
    if (grow(b, 1)) {
        b->data[b->len++] = c;
    }
}

void buf_add_u64(struct buf *b, uint64_t n)
{
    char digits[20]; /* of 2^64 - 1 */
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    buf_add(b, digits + at, sizeof digits - at);
}

void buf_add_i64(struct buf *b, int64_t n)
{
    if (n < 0) {
        buf_add_char(b, '-');
    }
    buf_add_u64(b, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void buf_printf(struct buf *b, const char *format, ...)
{
    char small[256];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (len < 0) {
        b->failed = true; /* an encoding error or a text beyond INT_MAX */
    } else if ((size_t)len < sizeof small) {
        buf_add(b, small, (size_t)len);
    } else if (grow(b, (size_t)len)) {
        char *whole = malloc((size_t)len + 1); /* the terminator may be one byte beyond the cap */

        if (whole == NULL) {
            b->failed = true;
            b->no_memory = true;
            return;
        }
        va_start(args, format);
        (void)vsnprintf(whole, (size_t)len + 1, format, args);
        va_end(args);
        buf_add(b, whole, (size_t)len);
        free(whole);
    }
}

char *buf_reserve(struct buf *b, size_t len)
{
    return grow(b, len) ? b->data + b->len : NULL;
}

struct weir_str buf_str(const struct buf *b)
{
    return weir_str_n(b->data, b->len);
}

struct weir_bytes buf_bytes(const struct buf *b)
{
    return weir_bytes(b->data, b->len);
}

char *buf_take(size_t *len, struct buf *b)
{
    char *data = b->data;

    *len = b->len;
    if (b->len == 0) {
        free(data);
        data = NULL;
    }
    buf_init(b, b->max);
    return data;
}

static void add_json_escape(struct buf *b, uint8_t c)
{
    static const char digits[] = "0123456789abcdef";
    static const char shorts[] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\'};

    if (c < sizeof shorts && shorts[c] != 0) {
        const char text[2] = {'\\', shorts[c]};

        buf_add(b, text, sizeof text);
    } else {
        const char text[6] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};

        buf_add(b, text, sizeof text);
    }
}

void buf_add_json_str(struct buf *b, struct weir_str s)
{
    size_t from = 0;
    size_t i;

    buf_add_char(b, '"');
    for (i = 0; i < s.len; i++) {
        uint8_t c = (uint8_t)s.data[i];

        if (c < 0x20 || c == '"' || c == '\\') {
            buf_add(b, s.data + from, i - from);
            add_json_escape(b, c);
            from = i + 1;
        }
    }
    if (from < s.len) {
        buf_add(b, s.data + from, s.len - from);
    }
    buf_add_char(b, '"');
}

int buf_check(const struct buf *b, const char *what, struct weir_error *err)
{
    if (!b->failed) {
        return 0;
    }
    if (b->no_memory) {
        return weir_fail(err, WEIR_E_MEMORY, "%s: out of memory", what);
    }
    return weir_fail(err, WEIR_E_LIMIT, "%s: longer than the %zu bytes allowed", what, b->max);
}
