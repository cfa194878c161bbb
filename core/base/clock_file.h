/*
 * clock_file: the system's clock, moved by the milliseconds that stand in a file.
 *
 * For tests of the whole daemon: days pass when the file is written. Only who starts the daemon can ask for
 * it, by its environment (WEIR_CLOCK_FILE); nothing that comes over a socket or from the configuration
 * reaches it.
 */
#ifndef WEIR_BASE_CLOCK_FILE_H
#define WEIR_BASE_CLOCK_FILE_H

#include "base/clock.h"

#include "weir/types.h"

struct clock_file;

/* The file holds one int64_t in the machine's own order, and must keep its length as long as it is open. Only
 * the calendar moves: durations and deadlines stay those of the system. WEIR_E_CONFIG: it cannot be used.
 * Thread: setup. */
int clock_file_open(struct clock_file **out, const char *path, struct weir_error *err);
void clock_file_close(struct clock_file *file);
/* Lent until it is closed. */
const struct clock *clock_file_borrow(const struct clock_file *file);

#endif
