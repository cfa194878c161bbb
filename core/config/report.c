#include "config/report.h"

#include <stdlib.h>

#define REPORT_MAX 1000

static char *copy(const char *text)
{
    return text != NULL ? strdup(text) : NULL;
}

static void finding_fini(struct config_finding *finding)
{
    free(finding->file);
    free(finding->key);
    free(finding->message);
    free(finding->suggestion);
}

void config_report_init(struct config_report *report)
{
    memset(report, 0, sizeof *report);
}

void config_report_fini(struct config_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        finding_fini(&report->items[i]);
    }
    free(report->items);
    memset(report, 0, sizeof *report);
}

static void keep(struct config_report *report, const struct config_finding *finding)
{
    struct config_finding *items;
    struct config_finding *slot;

    if (report->count == REPORT_MAX) {
        report->cut = true;
        return;
    }
    items = realloc(report->items, (report->count + 1) * sizeof *items);
    if (items == NULL) {
        report->cut = true;
        return;
    }
    report->items = items;
    slot = &items[report->count];
    *slot = *finding;
    slot->file = copy(finding->file);
    slot->key = copy(finding->key);
    slot->message = copy(finding->message);
    slot->suggestion = copy(finding->suggestion);
    if (slot->message == NULL) {
        finding_fini(slot);
        report->cut = true;
        return;
    }
    report->count++;
}

void config_report_add(struct config_report *report, const struct config_finding *finding)
{
    /* Counted first: a file with an error stays refused even when the finding could not be kept. */
    if (finding->severity == CONFIG_ERROR) {
        report->error_count++;
    } else if (finding->severity == CONFIG_WARNING) {
        report->warning_count++;
    }
    keep(report, finding);
}

void config_report_sort(struct config_report *report)
{
    /* Insertion keeps equal ones in place; the input is nearly sorted and bounded. */
    for (size_t i = 1; i < report->count; i++) {
        struct config_finding moved = report->items[i];
        size_t at = i;

        while (at > 0 && report->items[at - 1].order > moved.order) {
            report->items[at] = report->items[at - 1];
            at--;
        }
        report->items[at] = moved;
    }
}

const char *config_severity_text(enum config_severity severity)
{
    switch (severity) {
    case CONFIG_NOTE:
        return "note";
    case CONFIG_WARNING:
        return "warning";
    case CONFIG_ERROR:
        break;
    }
    return "error";
}

/* Print either to out or into buf: one place knows the form of the line. */
static int line_print(FILE *out, char *buf, size_t size, const struct config_finding *f)
{
    char place[32] = "";
    const char *file = f->file != NULL ? f->file : "";
    const char *file_end = f->file != NULL ? ": " : "";
    const char *key = f->key != NULL ? f->key : "";
    const char *key_end = f->key != NULL ? ": " : "";
    const char *cure = f->suggestion != NULL ? f->suggestion : "";
    const char *dash = f->suggestion != NULL ? " \u2014 " : "";
    const char *severity = config_severity_text(f->severity);

    if (f->file != NULL && f->line > 0) {
        (void)snprintf(place, sizeof place, ":%d", f->line);
    }
    if (out != NULL) {
        return fprintf(out, "%s%s%s%s: %s%s%s%s%s\n", file, place, file_end, severity, key, key_end,
                       f->message, dash, cure);
    }
    return snprintf(buf, size, "%s%s%s%s: %s%s%s%s%s", file, place, file_end, severity, key, key_end,
                    f->message, dash, cure);
}

size_t config_finding_format(char *buf, size_t size, const struct config_finding *finding)
{
    int n = line_print(NULL, buf, size, finding);

    return n > 0 ? (size_t)n : 0;
}

void config_report_print(FILE *out, const struct config_report *report, enum config_severity least)
{
    for (size_t i = 0; i < report->count; i++) {
        if (report->items[i].severity >= least) {
            (void)line_print(out, NULL, 0, &report->items[i]);
        }
    }
    if (report->cut) {
        (void)fprintf(out, "error: there are more findings than could be kept \u2014 mend these first\n");
    }
}
