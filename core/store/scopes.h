/*
 * scopes: scopes that were made while the daemon ran, as text. What it says is not this room's affair.
 */
#ifndef WEIR_STORE_SCOPES_H
#define WEIR_STORE_SCOPES_H

#include "store/store.h"

#define STORE_SCOPE_NAME 65
#define STORE_SCOPE_TEXT ((size_t)64 << 10)
#define STORE_SCOPES_MAX 1000

/* Make or replace it; an empty text deletes it. Waits for the disk. WEIR_E_INVALID: the name; WEIR_E_LIMIT:
 * the text is too long, or there are too many. Thread: web. */
int store_scope_put(struct store *st, struct weir_str name, struct weir_str text, struct weir_error *err);
/* Every one by name, until each returns false; spans are lent. Thread: setup, web. */
int store_scopes(struct store *st, bool (*each)(void *ctx, struct weir_str name, struct weir_str text),
                 void *ctx, struct weir_error *err);

#endif
