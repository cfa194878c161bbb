#include "web/cookie.h"

static struct weir_str trim(struct weir_str text)
{
    while (text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text = weir_str_n(text.data + 1, text.len - 1);
    }
    while (text.len > 0 && (text.data[text.len - 1] == ' ' || text.data[text.len - 1] == '\t')) {
        text.len--;
    }
    return text;
}

bool cookie_get(struct weir_str *value, struct weir_str header, const char *name)
{
    bool found = false;
    size_t at = 0;

    while (at < header.len) {
        const char *begin = header.data + at;
        const char *semicolon = memchr(begin, ';', header.len - at);
        size_t len = semicolon != NULL ? (size_t)(semicolon - begin) : header.len - at;
        const char *equals = memchr(begin, '=', len);

        at += len + 1;
        if (equals == NULL || !weir_str_is(trim(weir_str_n(begin, (size_t)(equals - begin))), name)) {
            continue;
        }
        if (found) {
            return false;
        }
        found = true;
        *value = trim(weir_str_n(equals + 1, len - (size_t)(equals + 1 - begin)));
    }
    return found;
}
