/*
 * compare: what differs between what was expected and what came, as lines for a person.
 *
 * Each difference is one line, "path: expected X, got Y", appended to out. Every call returns how many there
 * were.
 */
#ifndef WEIR_HARNESS_COMPARE_H
#define WEIR_HARNESS_COMPARE_H

#include "base/buf.h"

#include <jansson.h>

/* Structurally: the order of an object's members does not count, and 3 equals 3.0. NULL: there is none. */
size_t compare_json(struct buf *out, const char *path, const json_t *want, const json_t *got);
size_t compare_text(struct buf *out, const char *path, struct weir_str want, struct weir_str got);
/* name=value&..., decoded, in any order. */
size_t compare_query(struct buf *out, const char *path, struct weir_str want, struct weir_str got);

/* A value or text on one line, in quotes where it is text, cut when it is long, without control characters.
 */
void show_json(struct buf *out, const json_t *value);
void show_text(struct buf *out, struct weir_str text);

#endif
