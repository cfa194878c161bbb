/*
 * human: numbers, times and foreign text in the form that a person reads at a terminal.
 */
#ifndef WEIR_CLI_HUMAN_H
#define WEIR_CLI_HUMAN_H

#include "base/buf.h"

/* Thread: any, all of them. */

/* "just now", "40 s ago", "3 min ago", "in 2 h", "5 days ago"; a date when it is more than 30 days away. */
void human_when(struct buf *out, int64_t at_ms, int64_t now_ms);
/* "850 ms", "40 s", "3 h 12 min", "5 days 2 h". */
void human_duration(struct buf *out, int64_t ms);
void human_bytes(struct buf *out, uint64_t bytes); /* "34.2 MiB" */
void human_count(struct buf *out, uint64_t count); /* "12,345" */

/* Text that comes from somewhere else, without what could move the cursor, colour the screen or turn the
 * direction of writing: "?" stands for each such character, a blank for a line's end. */
void human_text(struct buf *out, struct weir_str text);

/* How many columns of a terminal the text takes: 2 for a wide character, 0 for a combining one. */
size_t human_width(struct weir_str text);
/* The longest start of text that takes at most this many columns. */
struct weir_str human_cut(struct weir_str text, size_t width);

#endif
