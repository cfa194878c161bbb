/*
 * report: what is wrong with a configuration file, each finding with its place and its cure.
 *
 * Once a file was read, its findings stand in the order of its text. No message holds a secret's
 * value. At most 1,000 are kept.
 */
#ifndef WEIR_CONFIG_REPORT_H
#define WEIR_CONFIG_REPORT_H

#include "weir/types.h"

enum config_severity {
    CONFIG_NOTE = 0,    /* how something was understood */
    CONFIG_WARNING = 1, /* works, but is hardly what was meant, or is unsafe */
    CONFIG_ERROR = 2    /* the file is refused */
};

struct config_finding {
    char *file; /* NULL: no place, as for a file that cannot be opened */
    int line;   /* from 1; 0: the file as a whole */
    char *key;  /* "integrations[0].scope"; NULL: none */
    char *message;
    char *suggestion; /* what to write instead; NULL: none */
    enum config_severity severity;
    unsigned order; /* line in the text with its includes unfolded; 0: before all others */
};

struct config_report {
    struct config_finding *items;
    size_t count;
    size_t error_count;
    size_t warning_count;
    bool cut; /* there were more, or no memory for more */
};

/* Thread: any, one at a time per report, as all calls here. A zeroed report is an empty one. */
void config_report_init(struct config_report *report);
void config_report_fini(struct config_report *report);

/* Keep a copy of the finding. No memory for it marks the report as cut; the counts stay right. */
void config_report_add(struct config_report *report, const struct config_finding *finding);

/* Bring the findings into the order of the text; equal ones stay as they came. */
void config_report_sort(struct config_report *report);

/* One line per finding of at least this severity, as a compiler does:
 * "weir.conf:12: error: workers.cuont: unknown key — did you mean \"count\"?" */
void config_report_print(FILE *out, const struct config_report *report, enum config_severity least);

/* One finding as such a line, without its end, cut to fit. The length of the whole line. */
size_t config_finding_format(char *buf, size_t size, const struct config_finding *finding);

const char *config_severity_text(enum config_severity severity);

#endif
