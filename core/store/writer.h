/*
 * writer: the one thread that changes the store, and what waits for it.
 *
 * Two queues: deliveries to append, whose senders wait for an answer, and everything else. One round takes
 * what is there into one transaction and one sync; meanwhile the next round gathers, so there is no timer.
 */
#ifndef WEIR_STORE_WRITER_H
#define WEIR_STORE_WRITER_H

#include "store/internal.h"

void writer_init(struct store *st); /* queues and locks. Thread: setup */
/* Finish with WEIR_E_STOPPING what a writer that never ran left. Thread: setup, after store_stop. */
void writer_fini(struct store *st);

/* Below the mark of free disk space, or full? Asks the disk at most once a second. Thread: writer. */
bool disk_is_low(struct store *st);

#endif
