/*
 * query: the parameters of a request's query string, decoded.
 */
#ifndef WEIR_WEB_QUERY_H
#define WEIR_WEB_QUERY_H

#include "base/buf.h"

#define QUERY_PARAMS_MAX 64
#define QUERY_TEXT_MAX (64u * 1024)

struct query_param {
    struct weir_str name, value;
};

struct query {
    struct query_param params[QUERY_PARAMS_MAX];
    size_t count;
    struct buf text; /* decoded; what the spans point into */
};

/* Split and decode. A plus is a plus (blanks come as %20). WEIR_E_INVALID: a broken escape, no UTF-8, too
 * much, or a name that comes twice; the sentence is for the caller of the API. query_fini in any case.
 * Thread: any, as all calls here. */
int query_init(struct query *query, struct weir_str raw, struct weir_error *err);
void query_fini(struct query *query);

/* false: not given. */
bool query_get(struct weir_str *value, const struct query *query, const char *name);

/* Append raw, decoded, to text, whose memory has to be reserved (buf_reserve) so that former spans stay.
 * false: a broken escape, a zero byte, no UTF-8 or no room. */
bool query_decode(struct weir_str *out, struct buf *text, struct weir_str raw);

/* "true" or "false"; anything else is WEIR_E_INVALID. Left alone when it is not given. */
int query_bool(bool *value, const struct query *query, const char *name, struct weir_error *err);
/* A whole number within bounds; left alone when it is not given. */
int query_number(uint32_t *value, const struct query *query, const char *name, uint32_t least, uint32_t most,
                 struct weir_error *err);

#endif
