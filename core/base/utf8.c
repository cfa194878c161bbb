#include "base/utf8.h"

/* The length of the character at p, which is not ASCII, or 0 when it is not well-formed. */
static size_t char_len(const uint8_t *p, size_t left)
{
    uint8_t low = 0x80; /* bounds of the second byte: they exclude overlong forms and surrogates */
    uint8_t high = 0xBF;
    size_t len;
    size_t i;

    if (p[0] >= 0xC2 && p[0] <= 0xDF) {
        len = 2;
    } else if (p[0] >= 0xE0 && p[0] <= 0xEF) {
        len = 3;
        low = p[0] == 0xE0 ? 0xA0 : low;
        high = p[0] == 0xED ? 0x9F : high;
    } else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        len = 4;
        low = p[0] == 0xF0 ? 0x90 : low;
        high = p[0] == 0xF4 ? 0x8F : high;
    } else {
        return 0;
    }
    if (len > left || p[1] < low || p[1] > high) {
        return 0;
    }
    for (i = 2; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return len;
}

bool utf8_valid(struct weir_str text)
{
    const uint8_t *p = (const uint8_t *)text.data;
    size_t left = text.len;

    while (left > 0) {
        size_t len = 1;

        if (left >= sizeof(uint64_t)) {
            uint64_t eight;

            memcpy(&eight, p, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                p += sizeof eight;
                left -= sizeof eight;
                continue;
            }
        }
        if (p[0] >= 0x80) {
            len = char_len(p, left);
            if (len == 0) {
                return false;
            }
        }
        p += len;
        left -= len;
    }
    return true;
}

struct weir_str utf8_cut(struct weir_str text, size_t max)
{
    size_t len = max;
    size_t back = 0;

    if (text.len <= max) {
        return text;
    }
    /* The byte after the cut has to begin a character. No character has more than three to go back. */
    while (back < 3 && len > 0 && ((uint8_t)text.data[len] & 0xC0) == 0x80) {
        len--;
        back++;
    }
    if (((uint8_t)text.data[len] & 0xC0) == 0x80) {
        len = max; /* not UTF-8: no border to find */
    }
    return weir_str_n(text.data, len);
}
