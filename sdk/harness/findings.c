#include "findings.h"

#define TEXT_MAX (192u * 1024)
#define LINE_MAX_LEN 2048

void findings_init(struct findings *f)
{
    memset(f, 0, sizeof *f);
    buf_init(&f->text, TEXT_MAX);
    buf_init(&f->notes, TEXT_MAX / 4);
}

void findings_fini(struct findings *f)
{
    buf_fini(&f->text);
    buf_fini(&f->notes);
}

static void add_line(struct buf *out, const char *lead, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void add_line(struct buf *out, const char *lead, const char *format, va_list args)
{
    char line[LINE_MAX_LEN];

    (void)vsnprintf(line, sizeof line, format, args);
    buf_add_text(out, lead);
    buf_add_text(out, line);
    buf_add_char(out, '\n');
}

void findings_add(struct findings *f, const char *where, const char *format, ...)
{
    va_list args;

    f->count++;
    buf_add_text(&f->text, where);
    va_start(args, format);
    add_line(&f->text, where[0] != '\0' ? ": " : "", format, args);
    va_end(args);
}

void findings_line(struct findings *f, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_line(&f->text, "  ", format, args);
    va_end(args);
}

void findings_lines(struct findings *f, struct weir_str lines)
{
    while (lines.len > 0) {
        const char *end = memchr(lines.data, '\n', lines.len);
        size_t len = end != NULL ? (size_t)(end - lines.data) : lines.len;

        buf_add_text(&f->text, "  ");
        buf_add(&f->text, lines.data, len);
        buf_add_char(&f->text, '\n');
        len = len < lines.len ? len + 1 : len;
        lines = weir_str_n(lines.data + len, lines.len - len);
    }
}

void findings_note(struct findings *f, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_line(&f->notes, "", format, args);
    va_end(args);
}

void findings_skip(struct findings *f, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(f->skipped, sizeof f->skipped, format, args);
    va_end(args);
}
