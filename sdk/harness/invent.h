/*
 * invent: values that stand for nobody, in the shape of those they replace.
 *
 * The n-th of a kind is always the same, so that a case recorded again differs little, and says nothing of
 * what it replaced. Everything is appended to out. Thread: any.
 */
#ifndef WEIR_HARNESS_INVENT_H
#define WEIR_HARNESS_INVENT_H

#include "base/buf.h"

void invent_word(struct buf *out, size_t n); /* "Bador"; no two are the same */
void invent_mail(struct buf *out, size_t n);
void invent_date(struct buf *out, size_t n); /* "1951-01-01" */
void invent_link(struct buf *out, size_t n);
void invent_text(struct buf *out, size_t n);
/* Digits stay digits and letters letters (of a to f, as in a UUID); the rest stays, and so do the first keep
 * characters. Shapes with few of
 * them repeat. */
void invent_shaped(struct buf *out, struct weir_str shape, size_t keep, size_t n);

#endif
