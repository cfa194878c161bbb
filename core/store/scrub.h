/*
 * scrub: what was deleted leaves the file too.
 *
 * The engine keeps the bytes of what is deleted: in pages that are free until they are used again, and in the
 * gaps of pages that others still use. After an erasure both are overwritten in place. Nobody reads either,
 * so nothing changes for readers, and a power cut in the middle leaves a page with zeros or without: both
 * mean the same.
 */
#ifndef WEIR_STORE_SCRUB_H
#define WEIR_STORE_SCRUB_H

#include "store/internal.h"

/* Overwrite the next pages from *page on, some thousands; *page is 0 at the beginning, and again behind the
 * last. Waits until no reader is inside, so that no page is in use by one who sees an earlier state;
 * WEIR_E_LATER: a reader stayed, go on another time. No transaction of the caller may be open. WEIR_E_IO: the
 * file cannot be written. Thread: writer. */
int scrub_step(uint64_t *page, struct store *st, struct weir_error *err);

#endif
