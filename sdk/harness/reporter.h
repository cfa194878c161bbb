/*
 * reporter: results of tests, for a person, as TAP or as JUnit's XML.
 */
#ifndef WEIR_HARNESS_REPORTER_H
#define WEIR_HARNESS_REPORTER_H

#include "children.h"

enum report_format { REPORT_HUMAN, REPORT_TAP, REPORT_JUNIT };
bool report_format_find(enum report_format *format, const char *word);

struct reporter;

/* suite names what is tested ("personio"). out is lent. colours and progress: on a terminal. */
struct reporter *reporter_new(FILE *out, enum report_format format, const char *suite, size_t count,
                              bool terminal, bool verbose);
void reporter_began(struct reporter *r, const struct task *task);
void reporter_ended(struct reporter *r, const struct task *task, const struct task_result *result);
/* The sum. true: nothing failed. Frees r. */
bool reporter_finish(struct reporter *r);

#endif
