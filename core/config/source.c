#include "config/source.h"

#include "base/crypto.h"
#include "base/utf8.h"
#include "config/small_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define TEXT_MAX ((size_t)4 << 20)
#define FILES_MAX 256
#define DEPTH_MAX 10 /* also ends a file that includes itself */
#define LOOK_BACK_MAX 64

/* Where in a text the scan is; @include counts only in CODE. */
enum scan { CODE, STRING, LINE_COMMENT, BLOCK_COMMENT };

struct unfold {
    struct source *source;
    struct config_report *report;
    unsigned depth;
};

static int unfold_file(struct unfold *up, const char *path, const struct source_line *from);

static void report_at(struct config_report *report, const struct source *source, const struct source_line *at,
                      const char *message, const char *suggestion)
{
    struct config_finding finding = {.severity = CONFIG_ERROR,
                                     .message = (char *)(uintptr_t)message,
                                     .suggestion = (char *)(uintptr_t)suggestion,
                                     .order = (unsigned)source->line_count};

    if (at != NULL) {
        finding.file = source->files[at->file].path;
        finding.line = at->line;
    }
    config_report_add(report, &finding);
}

/* From here on the text comes from this place. */
static int line_add(struct source *source, unsigned file, int line)
{
    if (source->line_count == source->line_cap) {
        size_t cap = source->line_cap == 0 ? 256 : source->line_cap * 2;
        struct source_line *lines = realloc(source->lines, cap * sizeof *lines);

        if (lines == NULL) {
            return WEIR_E_MEMORY;
        }
        source->lines = lines;
        source->line_cap = cap;
    }
    source->lines[source->line_count].file = file;
    source->lines[source->line_count].line = line;
    source->line_count++;
    return 0;
}

/* An @include at the start of a line: the name's place and the length of the whole, or 0. */
static size_t include_match(struct weir_str *name, struct weir_str text)
{
    static const char WORD[] = "@include";
    size_t i = 0;
    size_t start;

    while (i < text.len && (text.data[i] == ' ' || text.data[i] == '\t')) {
        i++;
    }
    if (text.len - i < sizeof WORD || memcmp(text.data + i, WORD, sizeof WORD - 1) != 0) {
        return 0;
    }
    i += sizeof WORD - 1;
    start = i;
    while (i < text.len && (text.data[i] == ' ' || text.data[i] == '\t')) {
        i++;
    }
    if (i == start || i == text.len || text.data[i] != '"') {
        return 0;
    }
    start = ++i;
    while (i < text.len && text.data[i] != '"' && text.data[i] != '\n') {
        i++;
    }
    if (i == text.len || text.data[i] != '"') {
        return 0;
    }
    *name = weir_str_n(text.data + start, i - start);
    return i + 1;
}

static int include_run(struct unfold *up, const struct source_line *at, struct weir_str name)
{
    struct source *source = up->source;
    char *given = strndup(name.data, name.len);
    char *path = given != NULL ? source_path_dup(source, given) : NULL;
    int rc = WEIR_E_MEMORY;

    if (path == NULL) {
        goto out;
    }
    if (name.len == 0) {
        report_at(up->report, source, at, "@include names no file", NULL);
        rc = WEIR_E_CONFIG;
        goto out;
    }
    if (up->depth == DEPTH_MAX || source->file_count == FILES_MAX) {
        report_at(up->report, source, at, "too many files include one another",
                  "at most 10 deep and 256 in all");
        rc = WEIR_E_CONFIG;
        goto out;
    }
    buf_add_char(&source->text, '\n');
    rc = unfold_file(up, path, at);
    if (rc == 0) {
        /* What follows the @include on its line. */
        rc = line_add(source, at->file, at->line);
    }

out:
    free(path);
    free(given);
    return rc;
}

static enum scan scan_step(enum scan state, struct weir_str text, size_t *used)
{
    char c = text.data[0];
    char next = text.len > 1 ? text.data[1] : '\0';

    *used = 1;
    switch (state) {
    case CODE:
        if (c == '"') {
            return STRING;
        }
        if (c == '#') {
            return LINE_COMMENT;
        }
        if (c == '/' && (next == '/' || next == '*')) {
            *used = 2;
            return next == '/' ? LINE_COMMENT : BLOCK_COMMENT;
        }
        return CODE;
    case STRING:
        if (c == '\\' && next != '\0' && next != '\n') {
            *used = 2;
            return STRING;
        }
        return c == '"' ? CODE : STRING;
    case LINE_COMMENT:
        return c == '\n' ? CODE : LINE_COMMENT;
    case BLOCK_COMMENT:
        break;
    }
    if (c == '*' && next == '/') {
        *used = 2;
        return CODE;
    }
    return BLOCK_COMMENT;
}

static bool of_a_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("_*.-+", c) != NULL;
}

/*
 * The length of a whole number at the start of text, or 0. It gets an L behind it: without one libconfig
 * cuts a number to 32 bits and says nothing.
 */
static size_t number_match(char before, struct weir_str text)
{
    static const char HEX[] = "0123456789abcdefABCDEF";
    size_t i = text.data[0] == '-' || text.data[0] == '+' ? 1 : 0;
    size_t digits = 10;
    size_t start;

    if (of_a_word(before) || i == text.len || text.data[i] < '0' || text.data[i] > '9') {
        return 0;
    }
    if (i == 0 && text.len > 2 && text.data[0] == '0' && (text.data[1] | 0x20) == 'x') {
        i = 2;
        digits = sizeof HEX - 1;
    }
    start = i;
    while (i < text.len && memchr(HEX, text.data[i], digits) != NULL) {
        i++;
    }
    return i > start && (i == text.len || !of_a_word(text.data[i])) ? i : 0;
}

/* The text ended within a string or a comment that began at this place. */
static int report_open_end(struct unfold *up, enum scan state, const struct source_line *began)
{
    report_at(up->report, up->source, began,
              state == STRING ? "a string begins here and never ends"
                              : "a comment begins here and never ends",
              state == STRING ? "close it with \"" : "close it with */");
    return WEIR_E_CONFIG;
}

static int unfold_text(struct unfold *up, unsigned file, struct weir_str text)
{
    struct source *source = up->source;
    struct source_line here = {file, 1};
    struct source_line began = here;
    enum scan state = CODE;
    bool line_start = true;
    size_t i = 0;
    int rc = line_add(source, file, 1);

    while (rc == 0 && i < text.len) {
        struct weir_str rest = weir_str_n(text.data + i, text.len - i);
        struct weir_str name;
        size_t used = state == CODE && line_start ? include_match(&name, rest) : 0;
        size_t number = state == CODE ? number_match(i > 0 ? text.data[i - 1] : '\n', rest) : 0;

        if (used > 0) {
            rc = include_run(up, &here, name);
            line_start = false;
            i += used;
            continue;
        }
        line_start = rest.data[0] == '\n';
        if (number > 0) {
            used = number;
        } else {
            enum scan next = scan_step(state, rest, &used);

            began = state == CODE ? here : began;
            state = next;
        }
        buf_add(&source->text, rest.data, used);
        if (number > 0) {
            buf_add_char(&source->text, 'L');
        }
        if (line_start) {
            here.line++;
            rc = line_add(source, file, here.line);
        }
        i += used;
    }
    if (rc == 0 && (state == STRING || state == BLOCK_COMMENT)) {
        rc = report_open_end(up, state, &began);
    }
    if (rc == 0) {
        buf_add_char(&source->text, '\n');
    }
    return rc;
}

/* What libconfig would cut short or misread without a word. */
static int text_check(struct unfold *up, unsigned file, struct weir_str text)
{
    struct source_line at = {file, 1};
    const char *wrong = NULL;
    size_t i = 0;

    if (memchr(text.data, '\0', text.len) != NULL) {
        wrong = "a NUL byte";
        i = (size_t)((const char *)memchr(text.data, '\0', text.len) - text.data);
    } else if (!utf8_valid(text)) {
        wrong = "bytes that are not UTF-8";
        /* The first line that is not valid by itself: a character does not go over a line's end. */
        while (i < text.len) {
            const char *end = memchr(text.data + i, '\n', text.len - i);
            size_t len = end != NULL ? (size_t)(end - text.data) - i : text.len - i;

            if (!utf8_valid(weir_str_n(text.data + i, len)) || end == NULL) {
                break;
            }
            i += len + 1;
        }
    }
    if (wrong == NULL) {
        return 0;
    }
    for (size_t j = 0; j < i; j++) {
        at.line += text.data[j] == '\n' ? 1 : 0;
    }
    report_at(up->report, up->source, &at, wrong, "save the file as UTF-8 text");
    return WEIR_E_CONFIG;
}

static int file_add(struct source *source, const char *path, unsigned mode)
{
    struct source_file *files = realloc(source->files, (source->file_count + 1) * sizeof *files);

    if (files == NULL) {
        return WEIR_E_MEMORY;
    }
    source->files = files;
    files[source->file_count].path = strdup(path);
    files[source->file_count].mode = mode;
    files[source->file_count].warned = false;
    if (files[source->file_count].path == NULL) {
        return WEIR_E_MEMORY;
    }
    source->file_count++;
    return 0;
}

static int unfold_content(struct unfold *up, const char *path, unsigned mode, struct weir_str text)
{
    struct unfold inner = *up;
    unsigned file = (unsigned)up->source->file_count;
    int rc = file_add(up->source, path, mode);

    if (rc != 0) {
        return rc;
    }
    if (text.len >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0) {
        text = weir_str_n(text.data + 3, text.len - 3);
    }
    inner.depth++;
    rc = text.len > 0 ? text_check(&inner, file, text) : 0;
    return rc == 0 ? unfold_text(&inner, file, text) : rc;
}

static int unfold_file(struct unfold *up, const char *path, const struct source_line *from)
{
    struct buf content;
    struct small_file_facts facts;
    struct weir_error why = {0};
    int rc;

    buf_init(&content, TEXT_MAX);
    rc = small_file_read(&content, &facts, path, &why);
    if (rc == WEIR_E_MEMORY) {
        goto out;
    }
    if (rc != 0) {
        report_at(up->report, up->source, from, why.message, NULL);
        rc = WEIR_E_CONFIG;
        goto out;
    }
    rc = unfold_content(up, path, facts.mode, buf_str(&content));

out:
    crypto_wipe(content.data, content.cap);
    buf_fini(&content);
    return rc;
}

static int dir_init(struct source *source, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL) {
        source->dir = strdup(".");
    } else if (slash == path) {
        source->dir = strdup("/");
    } else {
        source->dir = strndup(path, (size_t)(slash - path));
    }
    return source->dir != NULL ? 0 : WEIR_E_MEMORY;
}

int source_init(struct source *source, struct config_report *report, const char *path,
                const struct weir_str *text)
{
    struct unfold up = {.source = source, .report = report};
    int rc;

    memset(source, 0, sizeof *source);
    buf_init(&source->text, TEXT_MAX);
    rc = dir_init(source, path);
    if (rc == 0) {
        rc = text != NULL ? unfold_content(&up, path, 0, *text) : unfold_file(&up, path, NULL);
    }
    if (rc == 0) {
        buf_add_char(&source->text, '\0');
    }
    if (rc == 0 && source->text.failed) {
        struct weir_error why = {0};

        rc = buf_check(&source->text, "the file with its includes", &why);
        if (rc == WEIR_E_LIMIT) {
            report_at(report, source, NULL, "the file with its includes is longer than 4 MiB", NULL);
            rc = WEIR_E_CONFIG;
        }
    }
    return rc;
}

void source_fini(struct source *source)
{
    crypto_wipe(source->text.data, source->text.cap);
    buf_fini(&source->text);
    for (size_t i = 0; i < source->file_count; i++) {
        free(source->files[i].path);
    }
    free(source->files);
    free(source->lines);
    free(source->dir);
    memset(source, 0, sizeof *source);
}

struct source_line source_place(const struct source *source, unsigned line)
{
    struct source_line none = {0, 1};

    if (source->line_count == 0 || line == 0) {
        return none;
    }
    return source->lines[line <= source->line_count ? line - 1 : source->line_count - 1];
}

static const char *line_text(size_t *len, const struct source *source, unsigned line)
{
    const char *at = source->text.data;
    const char *end = at + source->text.len;
    const char *stop;

    for (unsigned i = 1; i < line && at < end; i++) {
        const char *next = memchr(at, '\n', (size_t)(end - at));

        at = next != NULL ? next + 1 : end;
    }
    stop = memchr(at, '\n', (size_t)(end - at));
    *len = (size_t)((stop != NULL ? stop : end) - at);
    return at;
}

unsigned source_line_of_string(const struct source *source, unsigned line, const char *value)
{
    size_t value_len = strlen(value);

    for (unsigned back = 0; back < LOOK_BACK_MAX && back < line; back++) {
        size_t len;
        const char *text = line_text(&len, source, line - back);
        const char *hit = text;

        while (hit != NULL && value_len + 2 <= len) {
            hit = memmem(hit, len - (size_t)(hit - text), value, value_len);
            if (hit == NULL) {
                break;
            }
            if (hit > text && hit[-1] == '"' && (size_t)(hit - text) + value_len < len &&
                hit[value_len] == '"') {
                return line - back;
            }
            hit++;
        }
    }
    return line;
}

char *source_path_dup(const struct source *source, const char *name)
{
    char *path = NULL;

    if (name[0] == '/' || strcmp(source->dir, ".") == 0) {
        return strdup(name);
    }
    if (asprintf(&path, "%s/%s", strcmp(source->dir, "/") == 0 ? "" : source->dir, name) < 0) {
        return NULL;
    }
    return path;
}
