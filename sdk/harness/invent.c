#include "invent.h"

void invent_word(struct buf *out, size_t n)
{
    static const char *const syllables[] = {"ba", "do", "fe", "gi", "ju", "ka", "lo", "me",  "ni",  "po",
                                            "ra", "se", "ti", "vo", "wu", "ya", "ze", "cho", "shi", "thu"};
    const size_t count = sizeof syllables / sizeof syllables[0];
    size_t start = out->len;

    /* Two syllables at least. */
    for (n += count; n > 0; n /= count) {
        buf_add_text(out, syllables[n % count]);
    }
    buf_add_char(out, 'r');
    if (!out->failed) {
        out->data[start] = (char)(out->data[start] - 'a' + 'A');
    }
}

void invent_mail(struct buf *out, size_t n)
{
    buf_printf(out, "person%zu@example.com", n + 1);
}

void invent_date(struct buf *out, size_t n)
{
    buf_printf(out, "%04zu-%02zu-%02zu", 1951 + n % 50, 1 + n / 50 % 12, 1 + n / 600 % 28);
}

void invent_link(struct buf *out, size_t n)
{
    buf_printf(out, "https://files.example.com/%zu", n + 1);
}

void invent_text(struct buf *out, size_t n)
{
    buf_printf(out, "Invented text %zu.", n + 1);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

void invent_shaped(struct buf *out, struct weir_str shape, size_t keep, size_t n)
{
    char *at = buf_reserve(out, shape.len);

    if (at == NULL) {
        return;
    }
    /* The number stands at the end, behind zeros; the first digit of a group is one only where it was, so
     * that a number stays one of as many digits. */
    for (size_t i = shape.len; i > 0; i--) {
        char c = shape.data[i - 1];
        bool first = i - 1 <= keep || !is_digit(shape.data[i - 2]);

        if (i <= keep) {
            at[i - 1] = c;
        } else if (is_digit(c) && first && c != '0') {
            at[i - 1] = (char)('1' + n % 9);
            n /= 9;
        } else if (is_digit(c) && first) {
            at[i - 1] = '0';
        } else if (is_digit(c)) {
            at[i - 1] = (char)('0' + n % 10);
            n /= 10;
        } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            at[i - 1] = (char)((c >= 'a' ? 'a' : 'A') + n % 6);
            n /= 6;
        } else {
            at[i - 1] = c;
        }
    }
    out->len += shape.len;
}
