#include "base/crypto.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void crypto_hex(struct buf *b, struct weir_bytes data)
{
    static const char digits[] = "0123456789abcdef";
    char *at = buf_reserve(b, data.len <= SIZE_MAX / 2 ? data.len * 2 : SIZE_MAX);
    size_t i;

    if (at == NULL) {
        return;
    }
    for (i = 0; i < data.len; i++) {
        at[i * 2] = digits[data.data[i] >> 4];
        at[i * 2 + 1] = digits[data.data[i] & 15];
    }
    b->len += data.len * 2;
}

static void add_base64(struct buf *b, struct weir_bytes data, const char *alphabet, bool pad)
{
    size_t groups = data.len / 3;
    size_t rest = data.len % 3;
    size_t tail = rest == 0 ? 0 : pad ? 4 : rest + 1;
    char *at = buf_reserve(b, groups <= SIZE_MAX / 8 ? groups * 4 + tail : SIZE_MAX);
    const uint8_t *p = data.data;
    size_t i;

    if (at == NULL) {
        return;
    }
    for (i = 0; i < groups; i++, p += 3, at += 4) {
        at[0] = alphabet[p[0] >> 2];
        at[1] = alphabet[(p[0] & 3) << 4 | p[1] >> 4];
        at[2] = alphabet[(p[1] & 15) << 2 | p[2] >> 6];
        at[3] = alphabet[p[2] & 63];
    }
    if (rest > 0) {
        at[0] = alphabet[p[0] >> 2];
        at[1] = alphabet[(p[0] & 3) << 4 | (rest == 2 ? p[1] >> 4 : 0)];
        if (rest == 2) {
            at[2] = alphabet[(p[1] & 15) << 2];
        } else if (pad) {
            at[2] = '=';
        }
        if (pad) {
            at[3] = '=';
        }
    }
    b->len += groups * 4 + tail;
}

void crypto_base64(struct buf *b, struct weir_bytes data)
{
    add_base64(b, data, standard, true);
}

void crypto_base64url(struct buf *b, struct weir_bytes data)
{
    add_base64(b, data, url_safe, false);
}

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    if (c == '+' || c == '-') {
        return 62;
    }
    return c == '/' || c == '_' ? 63 : -1;
}

bool crypto_base64_decode(struct buf *b, struct weir_str text)
{
    size_t len = text.len;
    size_t pad = 0;
    uint32_t bits = 0;
    unsigned int held = 0;
    size_t n = 0;
    bool plain = false;
    bool url = false;
    char *at;
    size_t i;

    while (pad < 2 && len > 0 && text.data[len - 1] == '=') {
        len--;
        pad++;
    }
    if (len % 4 == 1 || (pad > 0 && text.len % 4 != 0)) {
        return false;
    }
    at = buf_reserve(b, len / 4 * 3 + 2);
    if (at == NULL) {
        return false;
    }
    for (i = 0; i < len; i++) {
        char c = text.data[i];
        int digit = base64_digit(c);

        plain = plain || c == '+' || c == '/';
        url = url || c == '-' || c == '_';
        if (digit < 0 || (plain && url)) {
            return false;
        }
        bits = bits << 6 | (uint32_t)digit;
        held += 6;
        if (held >= 8) {
            held -= 8;
            at[n++] = (char)(uint8_t)(bits >> held);
            bits &= (1U << held) - 1;
        }
    }
    /* One text per value: what is left over has to be zero. */
    if (bits != 0) {
        return false;
    }
    b->len += n;
    return true;
}
