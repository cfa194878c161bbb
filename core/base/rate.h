/*
 * rate: how much of something happened in each of the last minutes, counted without a lock.
 */
#ifndef WEIR_BASE_RATE_H
#define WEIR_BASE_RATE_H

#include <stdatomic.h>
#include <stdint.h>

#define RATE_MINUTES 60
#define RATE_CELLS 64 /* a few more, so that a reader meets no cell that is being taken for a new minute */

/* Zeroed: nothing happened yet. Each cell is a minute and its count in one word. */
struct rate {
    _Atomic uint64_t cells[RATE_CELLS];
};

/* now_us: clock_mono_us. Thread: any, as below. */
void rate_add(struct rate *rate, int64_t now_us, uint64_t n);
/* The last RATE_MINUTES, the oldest first and the one that runs last; returns their sum. */
uint64_t rate_read(uint32_t minutes[RATE_MINUTES], const struct rate *rate, int64_t now_us);

/* A count and the span of time that it is of, in one word: a count of an earlier span is none. A full one
 * stays full. */
void rate_cell_add(_Atomic uint64_t *cell, uint32_t when, uint64_t n);
uint32_t rate_cell_read(const _Atomic uint64_t *cell, uint32_t when);

#endif
