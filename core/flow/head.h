/*
 * head: what is kept of a delivery beside its body, packed for the inbox.
 *
 * Method, path tail, query, and those headers the connector asked to keep. Opaque to the store.
 */
#ifndef WEIR_FLOW_HEAD_H
#define WEIR_FLOW_HEAD_H

#include "base/buf.h"
#include "weir/connector.h"

#define HEAD_HEADERS_MAX 32
#define HEAD_MAX (16u * 1024)

/* Append the packed form. kept: NULL-terminated names, compared without case; NULL: none. Thread: any. */
void head_pack(struct buf *out, const struct weir_request *request, const char *const *kept);

/* Set method, tail, query and headers of request from data; headers is the caller's array of
 * HEAD_HEADERS_MAX. The spans point into data. WEIR_E_INVALID: it is no packed head. Thread: any. */
int head_unpack(struct weir_request *request, struct weir_header *headers, struct weir_bytes data,
                struct weir_error *err);

#endif
