/*
 * masked: what a tool's request and answer look like, without what they say.
 *
 * For the log: a person sees which members an answer had and of which kind, never a value. Names of members
 * are shown when they look like names that a program gives; others could be a person's. Bounded in what is
 * read and in what is written.
 */
#ifndef WEIR_FLOW_MASKED_H
#define WEIR_FLOW_MASKED_H

#include "base/buf.h"

#define MASKED_READ_MAX (64u * 1024) /* what lies behind is not looked at */

/* Append JSON of the same shape: "text", "number" and "boolean" for values; null and "" as they are; "..."
 * where something was left out. At most some max bytes are appended. What is no JSON is only named as such.
 * Thread: any, as the other. */
void masked_json(struct buf *out, struct weir_bytes json, size_t max);
/* Append a path without the values of its query, and without parts that hold an address ("@"). */
void masked_path(struct buf *out, struct weir_str path);

#endif
