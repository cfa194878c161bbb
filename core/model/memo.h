/*
 * memo: short forms already written for one answer.
 *
 * The people of a page share groups, offices and legal entities, each of which would be looked up and
 * written again for each of them. Lives as long as the answer is being written: what it holds is true for
 * one view of the store, one scope and one include_deleted. Forgets when it is full.
 */
#ifndef WEIR_MODEL_MEMO_H
#define WEIR_MODEL_MEMO_H

#include "base/buf.h"

struct memo;

/* NULL without memory, which only makes the answer slower. Thread: any, one at a time per memo, as all calls
 * here. */
struct memo *memo_new(void);
void memo_free(struct memo *memo);

/* false: not known. *text is valid until the next put. form: the keys of the short form, by their address.
 * memo may be NULL in both. */
bool memo_get(struct weir_str *text, const struct memo *memo, const void *form, struct weir_str id);
void memo_put(struct memo *memo, const void *form, struct weir_str id, struct weir_str text);

#endif
