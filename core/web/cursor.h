/*
 * cursor: a place in a list, as opaque text.
 *
 * Bound to its list and owner by a checksum, so that a cursor of another endpoint or integration is
 * told apart from a good one. No secret: whoever may read the list may start anywhere in it. It holds
 * for ever, also over a restart.
 */
#ifndef WEIR_WEB_CURSOR_H
#define WEIR_WEB_CURSOR_H

#include "base/buf.h"

#define CURSOR_PLACE_MAX 64

/* Append the text of a place of len bytes (at most CURSOR_PLACE_MAX). Thread: any. */
void cursor_encode(struct buf *out, struct weir_str list, struct weir_str owner, const uint8_t *place,
                   size_t len);

/* WEIR_E_INVALID: not a cursor of this list and owner with a place of len bytes. Thread: any. */
int cursor_decode(uint8_t *place, size_t len, struct weir_str text, struct weir_str list,
                  struct weir_str owner, struct weir_error *err);

/* Numbers within a place, in an order that is the same on every machine. Thread: any. */
void cursor_put_u64(uint8_t at[8], uint64_t value);
uint64_t cursor_get_u64(const uint8_t at[8]);

#endif
