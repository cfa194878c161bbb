#include "reporter.h"

#include "arena.h"
#include "base/clock.h"
#include "cli/human.h"

#include <stdlib.h>

#define GOOD "\033[32m"
#define BAD "\033[31m"
#define FAINT "\033[2m"
#define PLAIN "\033[0m"
#define XML_MAX ((size_t)64 << 20)

struct reporter {
    FILE *out;
    enum report_format format;
    const char *suite;
    size_t count, done, failed, skipped;
    bool terminal, verbose;
    int64_t started_ms;
    struct buf xml; /* JUnit wants the sums in front */
};

bool report_format_find(enum report_format *format, const char *word)
{
    static const char *const words[] = {"human", "tap", "junit"};

    for (size_t i = 0; i < 3; i++) {
        if (strcmp(words[i], word) == 0) {
            *format = (enum report_format)i;
            return true;
        }
    }
    return false;
}

struct reporter *reporter_new(FILE *out, enum report_format format, const char *suite, size_t count,
                              bool terminal, bool verbose)
{
    struct reporter *r = must_calloc(1, sizeof *r);

    *r = (struct reporter){.out = out,
                           .format = format,
                           .suite = suite,
                           .count = count,
                           .terminal = terminal && format == REPORT_HUMAN,
                           .verbose = verbose,
                           .started_ms = clock_mono_ms(clock_system())};
    buf_init(&r->xml, XML_MAX);
    if (format == REPORT_TAP) {
        (void)fprintf(out, "TAP version 13\n1..%zu\n", count);
    }
    return r;
}

/* Each line behind lead, as text that no terminal and no parser stumbles over: it may be what a connector
 * printed. */
static void add_lines(struct buf *out, const char *lead, struct weir_str rest)
{
    while (rest.len > 0) {
        const char *end = memchr(rest.data, '\n', rest.len);
        size_t len = end != NULL ? (size_t)(end - rest.data) : rest.len;

        buf_add_text(out, lead);
        human_text(out, weir_str_n(rest.data, len));
        buf_add_char(out, '\n');
        len = len < rest.len ? len + 1 : len;
        rest = weir_str_n(rest.data + len, rest.len - len);
    }
}

static void print_lines(const struct reporter *r, const char *lead, const struct buf *lines)
{
    struct buf clean;

    buf_init(&clean, XML_MAX);
    add_lines(&clean, lead, buf_str(lines));
    (void)fwrite(clean.len > 0 ? clean.data : "", 1, clean.len, r->out);
    buf_fini(&clean);
}

static struct weir_str first_line(const struct buf *lines)
{
    const char *end = lines->len > 0 ? memchr(lines->data, '\n', lines->len) : NULL;

    return weir_str_n(lines->data, end != NULL ? (size_t)(end - lines->data) : lines->len);
}

/* ---- for a person ---- */

void reporter_began(struct reporter *r, const struct task *task)
{
    if (r->terminal) {
        (void)fprintf(r->out, "\r\033[K" FAINT "[%zu/%zu] %s" PLAIN, r->done + 1, r->count, task->name);
        (void)fflush(r->out);
    }
}

static void human(const struct reporter *r, const struct task *task, const struct task_result *result)
{
    static const char *const words[] = {"ok", "FAILED", "skipped"};
    static const char *const colours[] = {GOOD, BAD, FAINT};
    bool colour = r->terminal;

    (void)fprintf(r->out, "%s%s%-7s%s %s%s%s", colour ? "\r\033[K" : "",
                  colour ? colours[result->outcome] : "", words[result->outcome], colour ? PLAIN : "",
                  task->name, task->title != NULL ? ": " : "", task->title != NULL ? task->title : "");
    if (result->outcome == OUTCOME_SKIPPED) {
        (void)fprintf(r->out, " (%.*s)", WEIR_STR_ARG(first_line(&result->text)));
    }
    (void)fputc('\n', r->out);
    if (result->outcome == OUTCOME_FAILED) {
        print_lines(r, "    ", &result->text);
    }
    if (r->verbose || result->outcome == OUTCOME_FAILED) {
        print_lines(r, "    note: ", &result->notes);
    }
}

/* ---- for machines ---- */

static void tap(const struct reporter *r, const struct task *task, const struct task_result *result)
{
    (void)fprintf(r->out, "%sok %zu - %s%s%s", result->outcome == OUTCOME_FAILED ? "not " : "", r->done,
                  task->name, task->title != NULL ? ": " : "", task->title != NULL ? task->title : "");
    if (result->outcome == OUTCOME_SKIPPED) {
        (void)fprintf(r->out, " # SKIP %.*s", WEIR_STR_ARG(first_line(&result->text)));
    }
    (void)fputc('\n', r->out);
    if (result->outcome == OUTCOME_FAILED) {
        print_lines(r, "  # ", &result->text);
    }
    print_lines(r, "  # note: ", &result->notes);
}

/* XML 1.0 has no way to write most control characters, so they are not there any more. */
static void escape_xml(struct buf *out, struct weir_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        switch (c) {
        case '<':
            buf_add_text(out, "&lt;");
            break;
        case '>':
            buf_add_text(out, "&gt;");
            break;
        case '&':
            buf_add_text(out, "&amp;");
            break;
        case '"':
            buf_add_text(out, "&quot;");
            break;
        default:
            buf_add_char(out, c);
            break;
        }
    }
}

static void add_xml(struct buf *out, struct weir_str text)
{
    struct buf clean;

    buf_init(&clean, XML_MAX);
    add_lines(&clean, "", text);
    if (clean.len > 0 && (text.len == 0 || text.data[text.len - 1] != '\n')) {
        clean.len--; /* the end of a line that the text does not have */
    }
    escape_xml(out, buf_str(&clean));
    buf_fini(&clean);
}

static void junit(struct reporter *r, const struct task *task, const struct task_result *result)
{
    struct buf *out = &r->xml;

    buf_add_text(out, "  <testcase classname=\"");
    add_xml(out, weir_str(r->suite));
    buf_add_text(out, "\" name=\"");
    add_xml(out, weir_str(task->name));
    buf_printf(out, "\" time=\"%lld.%03lld\">", (long long)result->took_ms / 1000,
               (long long)result->took_ms % 1000);
    if (result->outcome == OUTCOME_FAILED) {
        buf_add_text(out, "<failure message=\"");
        add_xml(out, first_line(&result->text));
        buf_add_text(out, "\">");
        add_xml(out, buf_str(&result->text));
        buf_add_text(out, "</failure>");
    } else if (result->outcome == OUTCOME_SKIPPED) {
        buf_add_text(out, "<skipped message=\"");
        add_xml(out, first_line(&result->text));
        buf_add_text(out, "\"/>");
    }
    if (result->notes.len > 0) {
        buf_add_text(out, "<system-out>");
        add_xml(out, buf_str(&result->notes));
        buf_add_text(out, "</system-out>");
    }
    buf_add_text(out, "</testcase>\n");
}

/* ---- each, and all ---- */

void reporter_ended(struct reporter *r, const struct task *task, const struct task_result *result)
{
    r->done++;
    r->failed += result->outcome == OUTCOME_FAILED ? 1 : 0;
    r->skipped += result->outcome == OUTCOME_SKIPPED ? 1 : 0;
    if (r->format == REPORT_HUMAN) {
        human(r, task, result);
    } else if (r->format == REPORT_TAP) {
        tap(r, task, result);
    } else {
        junit(r, task, result);
    }
    (void)fflush(r->out);
}

static void sum_human(const struct reporter *r, int64_t took_ms)
{
    const char *colour = !r->terminal ? "" : r->failed > 0 ? BAD : GOOD;

    (void)fprintf(r->out, "%s%s: %zu passed, %zu failed", colour, r->suite, r->done - r->failed - r->skipped,
                  r->failed);
    if (r->skipped > 0) {
        (void)fprintf(r->out, ", %zu skipped", r->skipped);
    }
    (void)fprintf(r->out, " in %lld.%01lld s%s\n", (long long)took_ms / 1000, (long long)took_ms % 1000 / 100,
                  r->terminal ? PLAIN : "");
}

static void sum_junit(const struct reporter *r, int64_t took_ms)
{
    struct buf suite;

    buf_init(&suite, 4096);
    add_xml(&suite, weir_str(r->suite));
    (void)fprintf(r->out,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                  "<testsuite name=\"%.*s\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\" "
                  "time=\"%lld.%03lld\">\n",
                  WEIR_STR_ARG(buf_str(&suite)), r->done, r->failed, r->skipped, (long long)took_ms / 1000,
                  (long long)took_ms % 1000);
    (void)fwrite(r->xml.data, 1, r->xml.len, r->out);
    (void)fputs("</testsuite>\n</testsuites>\n", r->out);
    buf_fini(&suite);
}

bool reporter_finish(struct reporter *r)
{
    int64_t took_ms = clock_mono_ms(clock_system()) - r->started_ms;
    bool good = r->failed == 0 && r->done == r->count;

    if (r->format == REPORT_HUMAN) {
        sum_human(r, took_ms);
    } else if (r->format == REPORT_JUNIT) {
        sum_junit(r, took_ms);
    }
    (void)fflush(r->out);
    buf_fini(&r->xml);
    free(r);
    return good;
}
