#include "cli/human.h"

#include "base/datetime.h"

#include <inttypes.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* ---- times and numbers ---- */

static void one_unit(struct buf *out, int64_t ms)
{
    if (ms < MINUTE) {
        buf_printf(out, "%" PRId64 " s", ms / SECOND);
    } else if (ms < HOUR) {
        buf_printf(out, "%" PRId64 " min", ms / MINUTE);
    } else if (ms < DAY) {
        buf_printf(out, "%" PRId64 " h", ms / HOUR);
    } else {
        buf_printf(out, ms < 2 * DAY ? "%" PRId64 " day" : "%" PRId64 " days", ms / DAY);
    }
}

void human_when(struct buf *out, int64_t at_ms, int64_t now_ms)
{
    int64_t ago = now_ms - at_ms;
    int64_t far = ago < 0 ? -ago : ago;

    if (far > 30 * DAY) {
        char text[DATETIME_TEXT];

        datetime_format(text, at_ms);
        buf_add(out, text, 10);
    } else if (far < 2 * SECOND) {
        buf_add_text(out, "just now");
    } else {
        buf_add_text(out, ago < 0 ? "in " : "");
        one_unit(out, far);
        buf_add_text(out, ago < 0 ? "" : " ago");
    }
}

void human_duration(struct buf *out, int64_t ms)
{
    if (ms > 0 && ms < SECOND) {
        buf_printf(out, "%" PRId64 " ms", ms);
        return;
    }
    one_unit(out, ms);
    if (ms >= DAY && ms % DAY >= HOUR) {
        buf_add_char(out, ' ');
        one_unit(out, ms % DAY);
    } else if (ms >= HOUR && ms < DAY && ms % HOUR >= MINUTE) {
        buf_add_char(out, ' ');
        one_unit(out, ms % HOUR);
    }
}

void human_bytes(struct buf *out, uint64_t bytes)
{
    static const char *const UNITS[] = {"KiB", "MiB", "GiB", "TiB"};
    double value = (double)bytes / 1024;
    size_t unit = 0;

    if (bytes < 1024) {
        buf_printf(out, "%" PRIu64 " bytes", bytes);
        return;
    }
    while (value >= 1024 && unit + 1 < sizeof UNITS / sizeof UNITS[0]) {
        value /= 1024;
        unit++;
    }
    buf_printf(out, "%.1f %s", value, UNITS[unit]);
}

void human_count(struct buf *out, uint64_t count)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, count);

    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            buf_add_char(out, ',');
        }
        buf_add_char(out, digits[i]);
    }
}

/* ---- text ---- */

/* The next character of text and its length; what is not UTF-8 counts as U+FFFD, one byte long. */
static uint32_t next_character(size_t *len, struct weir_str text)
{
    static const uint32_t LEAST[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)text.data[0];
    size_t want = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    uint32_t c = want == 1 ? first : first & (0xFFU >> (want + 1));

    *len = 1;
    if (want == 1) {
        return c;
    }
    if (first < 0xC2 || first > 0xF4 || want > text.len) {
        return 0xFFFD;
    }
    for (size_t i = 1; i < want; i++) {
        if (((unsigned char)text.data[i] & 0xC0U) != 0x80U) {
            return 0xFFFD;
        }
        c = c << 6 | ((unsigned char)text.data[i] & 0x3FU);
    }
    if (c < LEAST[want] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
        return 0xFFFD;
    }
    *len = want;
    return c;
}

static bool is_dangerous(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == 0xFFFD;
}

void human_text(struct buf *out, struct weir_str text)
{
    size_t len = 0;

    for (size_t i = 0; i < text.len; i += len) {
        uint32_t c = next_character(&len, weir_str_n(text.data + i, text.len - i));

        if (c == '\n' || c == '\t') {
            buf_add_char(out, ' ');
        } else if (is_dangerous(c)) {
            buf_add_char(out, '?');
        } else {
            buf_add(out, text.data + i, len);
        }
    }
}

/* The common cases; a character missed here shifts a column by one and breaks nothing. */
static size_t character_width(uint32_t c)
{
    if ((c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200D) || (c >= 0xFE00 && c <= 0xFE0F)) {
        return 0;
    }
    if ((c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
        (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
        (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD)) {
        return 2;
    }
    return 1;
}

size_t human_width(struct weir_str text)
{
    size_t width = 0;
    size_t len = 0;

    for (size_t i = 0; i < text.len; i += len) {
        width += character_width(next_character(&len, weir_str_n(text.data + i, text.len - i)));
    }
    return width;
}

struct weir_str human_cut(struct weir_str text, size_t width)
{
    size_t used = 0;
    size_t len = 0;
    size_t i;

    for (i = 0; i < text.len; i += len) {
        size_t more = character_width(next_character(&len, weir_str_n(text.data + i, text.len - i)));

        if (used + more > width) {
            break;
        }
        used += more;
    }
    return weir_str_n(text.data, i);
}
