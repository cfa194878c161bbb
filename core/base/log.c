#include "base/log.h"

#include "base/clock.h"
#include "base/datetime.h"
#include "base/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <unistd.h>

#define LINE_MAX_LEN 4096 /* PIPE_BUF: a pipe keeps such a write in one piece */
#define VALUE_MAX 512
#define TAIL_MAX 32 /* kept free for the mark of a cut line and its end */

struct line {
    enum log_format format;
    bool full;
    size_t len;
    char data[LINE_MAX_LEN];
};

/* Set by log_setup before threads start, then only read. */
static struct {
    int fd;
    enum log_format format;
    enum weir_level least;
} state = {STDERR_FILENO, LOG_LOGFMT, WEIR_LOG_INFO};

void log_setup(int fd, enum log_format format, enum weir_level least)
{
    state.fd = fd;
    state.format = format;
    state.least = least;
}

static void put(struct line *line, const char *data, size_t len)
{
    if (line->full || len > sizeof line->data - TAIL_MAX - line->len) {
        line->full = true;
        return;
    }
    memcpy(line->data + line->len, data, len);
    line->len += len;
}

static void put_text(struct line *line, const char *text)
{
    put(line, text, strlen(text));
}

/* The length of the well-formed character at the front of rest; 0: there is none. */
static size_t front_len(struct weir_str rest)
{
    size_t len;

    for (len = 1; len <= 4 && len <= rest.len; len++) {
        if (utf8_valid(weir_str_n(rest.data, len))) {
            return len;
        }
    }
    return 0;
}

/* A control character of ASCII, or one of U+0080 to U+009F, which terminals obey as well. */
static bool is_control(const char *data, size_t len)
{
    uint8_t first = (uint8_t)data[0];

    return (len == 1 && (first < 0x20 || first == 0x7F)) ||
           (len == 2 && first == 0xC2 && (uint8_t)data[1] < 0xA0);
}

static void put_escape(struct line *line, const char *data, size_t len, bool valid)
{
    char text[8];
    size_t i;

    if (line->format == LOG_JSON) {
        /* U+FFFD stands for a byte that is no character: a JSON text has no way to say it. */
        unsigned int point = valid ? (uint8_t)data[len - 1] : 0xFFFD;

        (void)snprintf(text, sizeof text, "\\u%04x", point);
        put_text(line, text);
        return;
    }
    for (i = 0; i < len; i++) {
        (void)snprintf(text, sizeof text, "\\x%02x", (unsigned int)(uint8_t)data[i]);
        put_text(line, text);
    }
}

static void put_quoted(struct line *line, struct weir_str value)
{
    size_t i = 0;

    put(line, "\"", 1);
    while (i < value.len) {
        const char *at = value.data + i;
        size_t len = front_len(weir_str_n(at, value.len - i));

        if (len == 0) {
            len = 1;
            put_escape(line, at, len, false);
        } else if (*at == '"' || *at == '\\') {
            put(line, "\\", 1);
            put(line, at, 1);
        } else if (*at == '\n' || *at == '\r' || *at == '\t') {
            put_text(line, *at == '\n' ? "\\n" : *at == '\r' ? "\\r" : "\\t");
        } else if (is_control(at, len)) {
            put_escape(line, at, len, true);
        } else {
            put(line, at, len);
        }
        i += len;
    }
    put(line, "\"", 1);
}

/* May the value stand in logfmt without quotes? */
static bool is_bare(struct weir_str value)
{
    size_t i;

    for (i = 0; i < value.len; i++) {
        uint8_t c = (uint8_t)value.data[i];

        /* What is not ASCII goes into quotes too: it saves a second look at each character. */
        if (c <= 0x20 || c >= 0x7F || c == '"' || c == '\\' || c == '=') {
            return false;
        }
    }
    return value.len > 0;
}

static void put_value(struct line *line, struct weir_str value)
{
    struct weir_str cut = utf8_cut(value, VALUE_MAX);

    if (line->format == LOG_LOGFMT && is_bare(cut)) {
        put(line, cut.data, cut.len);
    } else {
        put_quoted(line, cut);
    }
}

static void put_key(struct line *line, const char *key)
{
    if (line->format == LOG_JSON) {
        put_text(line, line->len == 0 ? "{" : ",");
        put_quoted(line, weir_str(key));
        put_text(line, ":");
    } else {
        put_text(line, line->len == 0 ? "" : " ");
        put_text(line, key);
        put_text(line, "=");
    }
}

static void put_real(struct line *line, double real)
{
    char text[40];
    char *comma;

    if (!isfinite(real)) {
        put_text(line, line->format == LOG_JSON ? "null" : "nan");
        return;
    }
    (void)snprintf(text, sizeof text, "%.9g", real);
    /* A library may have set a locale. */
    comma = strchr(text, ',');
    if (comma != NULL) {
        *comma = '.';
    }
    put_text(line, text);
}

static void put_field(struct line *line, const struct log_field *field)
{
    char text[24];

    put_key(line, field->key);
    switch (field->kind) {
    case LOG_KIND_STR:
        put_value(line, field->str);
        break;
    case LOG_KIND_INT:
        (void)snprintf(text, sizeof text, "%" PRId64, field->number);
        put_text(line, text);
        break;
    case LOG_KIND_REAL:
        put_real(line, field->real);
        break;
    case LOG_KIND_BOOL:
        put_text(line, field->number != 0 ? "true" : "false");
        break;
    case LOG_END:
        break;
    }
}

static const char *level_name(enum weir_level level)
{
    switch (level) {
    case WEIR_LOG_DEBUG:
        return "debug";
    case WEIR_LOG_INFO:
        return "info";
    case WEIR_LOG_WARN:
        return "warn";
    case WEIR_LOG_ERROR:
        break;
    }
    return "error";
}

static void put_end(struct line *line)
{
    const char *mark = line->format == LOG_JSON ? ",\"cut\":true" : " cut=true";
    const char *end = line->format == LOG_JSON ? "}\n" : "\n";
    size_t mark_len = line->full ? strlen(mark) : 0;

    /* TAIL_MAX has kept the room. */
    memcpy(line->data + line->len, mark, mark_len);
    line->len += mark_len;
    memcpy(line->data + line->len, end, strlen(end));
    line->len += strlen(end);
}

void log_write(enum weir_level level, const char *event, const struct log_field *fields)
{
    struct line line;
    char now[DATETIME_TEXT];
    int saved = errno; /* a log line must not change what its caller is about to report */
    ssize_t written;

    if (level < state.least) {
        return;
    }
    line.format = state.format;
    line.full = false;
    line.len = 0;
    datetime_format(now, clock_now_ms(clock_system()));
    put_field(&line, &LOG_TEXT("time", now));
    put_field(&line, &LOG_TEXT("level", level_name(level)));
    put_field(&line, &LOG_TEXT("event", event));
    for (; fields->kind != LOG_END; fields++) {
        size_t before = line.len;

        put_field(&line, fields);
        if (line.full) {
            line.len = before; /* half a field would be a broken line */
            break;
        }
    }
    put_end(&line);
    do {
        written = write(state.fd, line.data, line.len);
    } while (written < 0 && errno == EINTR);
    errno = saved;
}
