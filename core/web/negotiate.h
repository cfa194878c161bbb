/*
 * negotiate: what a request's headers say about the form of its answer. All of it comes from outside; what is
 * not understood asks for nothing.
 */
#ifndef WEIR_WEB_NEGOTIATE_H
#define WEIR_WEB_NEGOTIATE_H

#include "weir/types.h"

enum coding { CODING_NONE, CODING_GZIP, CODING_ZSTD };

/* Of Accept-Encoding: the one of the highest q, zstd before gzip; CODING_NONE unless one was asked for.
 * Thread: any, as all here. */
enum coding negotiate_coding(struct weir_str accept_encoding);
/* Of Accept-Encoding: is gzip taken, and wanted no less than no coding at all? */
bool negotiate_takes_gzip(struct weir_str accept_encoding);
/* Does Accept name the media type itself ("text/event-stream"), not merely by a wildcard? */
bool negotiate_accepts(struct weir_str accept, const char *type);
/* Does If-None-Match hold this tag (with its quotes, without W/), or a star? Weak comparison. */
bool negotiate_matches(struct weir_str if_none_match, struct weir_str tag);

#endif
