/*
 * json_out: members of a JSON object, appended to a buffer.
 *
 * The comma before a member is put where the text so far asks for one, so that a series of calls needs
 * no count. What is not UTF-8 (a message from the network) is shown with question marks.
 */
#ifndef WEIR_WEB_JSON_OUT_H
#define WEIR_WEB_JSON_OUT_H

#include "base/buf.h"

/* A comma, unless this is the first in its object or array. Thread: any, as all calls here. */
void json_out_item(struct buf *out);
void json_out_key(struct buf *out, const char *key);

/* Just the value. */
void json_out_str_value(struct buf *out, struct weir_str text);
void json_out_time_value(struct buf *out, int64_t ms);

void json_out_str(struct buf *out, const char *key, struct weir_str text);
void json_out_text(struct buf *out, const char *key, const char *text_or_null);
/* null for the empty text, too. */
void json_out_text_or_null(struct buf *out, const char *key, const char *text);
void json_out_int(struct buf *out, const char *key, int64_t value);
void json_out_uint(struct buf *out, const char *key, uint64_t value);
void json_out_bool(struct buf *out, const char *key, bool value);
void json_out_time(struct buf *out, const char *key, int64_t ms); /* 0: null */
void json_out_null(struct buf *out, const char *key);

/* Open a member that is an object or array; the caller closes it. */
void json_out_open(struct buf *out, const char *key, char bracket);

#endif
