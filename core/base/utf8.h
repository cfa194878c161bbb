/*
 * utf8: is it, and where may it be cut.
 */
#ifndef WEIR_BASE_UTF8_H
#define WEIR_BASE_UTF8_H

#include "weir/types.h"

/* Well-formed UTF-8 without surrogates and overlong forms; NUL is allowed. Thread: any. */
bool utf8_valid(struct weir_str text);

/* The longest start of text that is at most max bytes and does not cut a character. Thread: any. */
struct weir_str utf8_cut(struct weir_str text, size_t max);

#endif
