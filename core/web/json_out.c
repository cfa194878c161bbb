#include "web/json_out.h"

#include "base/datetime.h"
#include "base/utf8.h"

#include <inttypes.h>

void json_out_item(struct buf *out)
{
    char last = out->len > 0 ? out->data[out->len - 1] : '{';

    if (last != '{' && last != '[') {
        buf_add_char(out, ',');
    }
}

void json_out_key(struct buf *out, const char *key)
{
    json_out_item(out);
    buf_add_char(out, '"');
    buf_add_text(out, key);
    buf_add_text(out, "\":");
}

static void add_foreign(struct buf *out, struct weir_str text)
{
    struct buf plain;

    buf_init(&plain, text.len);
    for (size_t i = 0; i < text.len; i++) {
        buf_add_char(&plain, (unsigned char)text.data[i] < 0x80 ? text.data[i] : '?');
    }
    buf_add_json_str(out, buf_str(&plain));
    buf_fini(&plain);
}

void json_out_str_value(struct buf *out, struct weir_str text)
{
    if (utf8_valid(text)) {
        buf_add_json_str(out, text);
    } else {
        add_foreign(out, text);
    }
}

void json_out_time_value(struct buf *out, int64_t ms)
{
    char text[DATETIME_TEXT];

    datetime_format(text, ms);
    buf_add_char(out, '"');
    buf_add_text(out, text);
    buf_add_char(out, '"');
}

void json_out_str(struct buf *out, const char *key, struct weir_str text)
{
    json_out_key(out, key);
    json_out_str_value(out, text);
}

void json_out_text(struct buf *out, const char *key, const char *text_or_null)
{
    if (text_or_null != NULL) {
        json_out_str(out, key, weir_str(text_or_null));
    } else {
        json_out_null(out, key);
    }
}

void json_out_text_or_null(struct buf *out, const char *key, const char *text)
{
    json_out_text(out, key, text != NULL && text[0] != '\0' ? text : NULL);
}

void json_out_int(struct buf *out, const char *key, int64_t value)
{
    json_out_key(out, key);
    buf_printf(out, "%" PRId64, value);
}

void json_out_uint(struct buf *out, const char *key, uint64_t value)
{
    json_out_key(out, key);
    buf_printf(out, "%" PRIu64, value);
}

void json_out_bool(struct buf *out, const char *key, bool value)
{
    json_out_key(out, key);
    buf_add_text(out, value ? "true" : "false");
}

void json_out_time(struct buf *out, const char *key, int64_t ms)
{
    if (ms == 0) {
        json_out_null(out, key);
    } else {
        json_out_key(out, key);
        json_out_time_value(out, ms);
    }
}

void json_out_null(struct buf *out, const char *key)
{
    json_out_key(out, key);
    buf_add_text(out, "null");
}

void json_out_open(struct buf *out, const char *key, char bracket)
{
    json_out_key(out, key);
    buf_add_char(out, bracket);
}
