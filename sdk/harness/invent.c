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

void invent_shaped(struct buf *out, struct weir_str shape, size_t keep, size_t n)
{
    char *at = buf_reserve(out, shape.len);

    if (at == NULL) {
        return;
    }
    /* The number stands at the end; what is left in front of it is the same for all. */
    for (size_t i = shape.len; i > 0; i--) {
        char c = shape.data[i - 1];

        if (i <= keep) {
            at[i - 1] = c;
        } else if (c >= '0' && c <= '9') {
            at[i - 1] = (char)('0' + (n > 0 ? n % 10 : c == '0' ? 0 : 1));
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
