/*
 * heap: the allocations of the connector under test, counted and made to fail.
 *
 * The program's own malloc and its kin stand before the C library's, for the connector and for the libraries
 * it uses as well; all of them only pass on, except while the connector's code runs on this thread. A build
 * whose sanitizer is part of the program cannot do that: heap_watches says so. Thread: each has its own
 * counts.
 */
#ifndef WEIR_HARNESS_HEAP_H
#define WEIR_HARNESS_HEAP_H

#include <stdbool.h>

/* Does this build see the connector's allocations? Otherwise nothing fails and nothing is counted. */
bool heap_watches(void);

/* From here on the connector's code runs, or no more. What was before is returned, for heap_go_back. */
bool heap_enter(void);
bool heap_leave(void);
void heap_go_back(bool before);

/* The nth allocation of the connector from now fails (1: the next), and with lasting all behind it. 0: none.
 */
void heap_fail(long nth, bool lasting);
/* Ends that. Did one fail? */
bool heap_failed(void);

/*
 * Whatever is allocated between the two counts as one and fails as one: for a library that does not look at
 * each of its allocations. false: it fails, and end is not called. Outside of the connector it is true.
 */
bool heap_whole_begin(void);
void heap_whole_end(void);

/* *out: a pointer to the function of that name that stands behind the program's own. */
void heap_look_up(void *out, const char *name);

/* Of the connector, since the thread began: how many allocations there were, and how many are not freed. */
long heap_made(void);
long heap_live(void);

#endif
