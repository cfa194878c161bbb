/*
 * url: the parts of paths, queries and addresses that routes and checks need.
 *
 * Whole URLs are parsed by curl's own parser; nothing here guesses.
 */
#ifndef WEIR_NET_URL_H
#define WEIR_NET_URL_H

#include "base/buf.h"

/* Append text percent-decoded ("+" stays "+"). false: a broken escape, or a NUL. Thread: any. */
bool url_decode(struct buf *out, struct weir_str text);
/* Append text percent-encoded: all but A-Z a-z 0-9 - . _ ~. Thread: any. */
void url_encode(struct buf *out, struct weir_str text);

/* The next name=value of a query, undecoded; *rest moves on. false: there is none. Thread: any. */
bool url_query_next(struct weir_str *name, struct weir_str *value, struct weir_str *rest);

struct url_parts {
    char scheme[8];  /* "https" */
    char host[256];  /* without brackets */
    uint16_t port;   /* the scheme's own when not said */
    char path[1024]; /* with the query; at least "/" */
};
/* WEIR_E_CONFIG: not an absolute http(s) URL, or user and password in it. Thread: any. */
int url_parse(struct url_parts *out, struct weir_str url, struct weir_error *err);

/* Loopback, private, link-local, shared, multicast, unspecified, documentation, benchmarking and
 * IPv4-mapped or NAT64 forms of these. addr: struct sockaddr_in or _in6. Thread: any. */
struct sockaddr;
bool address_is_private(const struct sockaddr *addr);

#endif
