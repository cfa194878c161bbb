/*
 * text: for authors of connectors: paths with queries, form bodies and ids, written into bounded space.
 *
 * Header-only; no host, no allocation. A text that overflowed says so once, at its end (failed), and is then
 * not to be sent anywhere. Thread of all calls: any, one at a time per text.
 */
#ifndef WEIR_TEXT_H
#define WEIR_TEXT_H

#include "weir/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_TEXT_MAX 8000 /* some gateways answer 431 to longer URLs */
#define WEIR_ID_TEXT 129   /* a tool's id and its end */

struct weir_text {
    size_t len;
    bool failed; /* something did not fit */
    char data[WEIR_TEXT_MAX + 1];
};

static inline void weir_text_init(struct weir_text *t)
{
    t->len = 0;
    t->failed = false;
}

static inline void weir_text_add_char(struct weir_text *t, char c)
{
    if (t->len == WEIR_TEXT_MAX) {
        t->failed = true;
        return;
    }
    t->data[t->len++] = c;
}

static inline void weir_text_add(struct weir_text *t, const char *plain)
{
    for (; *plain != '\0'; plain++) {
        weir_text_add_char(t, *plain);
    }
}

static inline bool weir_text_is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* All but unreserved characters as %XX: for a query's value or a path's segment. */
static inline void weir_text_add_encoded(struct weir_text *t, struct weir_str value)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < value.len; i++) {
        char c = value.data[i];

        if (weir_text_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            weir_text_add_char(t, c);
        } else {
            weir_text_add_char(t, '%');
            weir_text_add_char(t, hex[(unsigned char)c >> 4]);
            weir_text_add_char(t, hex[(unsigned char)c & 15]);
        }
    }
}

/* Put a terminator behind the text, so that data is a string until the next add. */
static inline void weir_text_end(struct weir_text *t)
{
    t->data[t->len] = '\0';
}

static inline struct weir_str weir_text_str(const struct weir_text *t)
{
    return weir_str_n(t->data, t->len);
}

static inline int weir_text_hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Percent-decode into out; "+" stays "+", since cursors may be base64. false: does not fit, or holds a NUL.
 */
static inline bool weir_text_decode(char *out, size_t cap, size_t *len, struct weir_str encoded)
{
    size_t n = 0;

    for (size_t i = 0; i < encoded.len; i++) {
        char c = encoded.data[i];

        if (c == '%' && i + 2 < encoded.len && weir_text_hex_digit(encoded.data[i + 1]) >= 0 &&
            weir_text_hex_digit(encoded.data[i + 2]) >= 0) {
            c = (char)(weir_text_hex_digit(encoded.data[i + 1]) * 16 +
                       weir_text_hex_digit(encoded.data[i + 2]));
            i += 2;
        }
        if (c == '\0' || n == cap) {
            return false;
        }
        out[n++] = c;
    }
    *len = n;
    return true;
}

/* Of "...?a=1&cursor=x#f" the undecoded value of key. false: not there. */
static inline bool weir_text_query_value(struct weir_str *value, struct weir_str link, const char *key)
{
    size_t key_len = strlen(key);
    size_t end = link.len;
    size_t at = 0;

    for (size_t i = 0; i < end; i++) {
        if (link.data[i] == '#') {
            end = i;
        }
    }
    while (at < end && link.data[at] != '?') {
        at++;
    }
    while (at < end) {
        size_t from = at + 1;
        size_t to = from;

        while (to < end && link.data[to] != '&') {
            to++;
        }
        if (to - from > key_len && memcmp(link.data + from, key, key_len) == 0 &&
            link.data[from + key_len] == '=') {
            *value = weir_str_n(link.data + from + key_len + 1, to - from - key_len - 1);
            return true;
        }
        at = to;
    }
    return false;
}

/*
 * A number in base (at most 16, lower case) at *at of text, up to "|", which *at then stands behind: for
 * cursors that a connector writes with several fields. false: none, or more than max.
 */
static inline bool weir_text_field(uint64_t *out, struct weir_str text, size_t *at, unsigned int base,
                                   uint64_t max)
{
    uint64_t n = 0;
    size_t from = *at;
    size_t i;

    for (i = from; i < text.len && text.data[i] != '|'; i++) {
        char c = text.data[i];
        unsigned int digit = c >= '0' && c <= '9'   ? (unsigned int)(c - '0')
                             : c >= 'a' && c <= 'f' ? (unsigned int)(c - 'a') + 10
                                                    : 99;

        if (digit >= base || digit > max || i - from >= 16 || n > (max - digit) / base) {
            return false;
        }
        n = n * base + digit;
    }
    if (i == from || i == text.len) {
        return false;
    }
    *at = i + 1;
    *out = n;
    return true;
}

/* An id that can stand in a path: letters, digits, "-", "_", ".", ":", and not a dot segment. */
static inline bool weir_id_valid(struct weir_str id)
{
    if (id.len == 0 || id.len >= WEIR_ID_TEXT || weir_str_is(id, ".") || weir_str_is(id, "..")) {
        return false;
    }
    for (size_t i = 0; i < id.len; i++) {
        char c = id.data[i];

        if (!weir_text_is_alnum(c) && c != '-' && c != '_' && c != '.' && c != ':') {
            return false;
        }
    }
    return true;
}

#ifdef __cplusplus
}
#endif

#endif
