/*
 * findings: what a test found wrong, as text for a person, and how the test ended.
 *
 * A finding is one line that says where and what, with further lines below it. No finding: the test passed.
 */
#ifndef WEIR_HARNESS_FINDINGS_H
#define WEIR_HARNESS_FINDINGS_H

#include "base/buf.h"

struct findings {
    struct buf text;   /* lines, each with its end */
    size_t count;      /* findings, not lines */
    struct buf notes;  /* lines that are worth knowing and no failure */
    char skipped[160]; /* why the test has nothing to test; "" otherwise */
};

void findings_init(struct findings *f);
void findings_fini(struct findings *f);

/* A finding: "where: what". where may be "". */
void findings_add(struct findings *f, const char *where, const char *format, ...) WEIR_PRINTF(3, 4);
/* A further line of the finding that was added last. */
void findings_line(struct findings *f, const char *format, ...) WEIR_PRINTF(2, 3);
/* Lines that are already written, each of them set below the finding that was added last. */
void findings_lines(struct findings *f, struct weir_str lines);
void findings_note(struct findings *f, const char *format, ...) WEIR_PRINTF(2, 3);
/* There is nothing to test here. */
void findings_skip(struct findings *f, const char *format, ...) WEIR_PRINTF(2, 3);

#endif
