/*
 * pass: for authors of connectors: pass->send, where what proves who asks is a header or two.
 *
 * Header-only. Thread: worker.
 */
#ifndef WEIR_PASS_H
#define WEIR_PASS_H

#include "weir/connector.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_PASS_HEADERS_MAX 64

/* Send request with the headers `own` in front of its own. *response is then the host's, as pass->send leaves
 * it. */
static inline int weir_pass_send(const struct weir_host *host, const struct weir_header *own,
                                 size_t own_count, const struct weir_http_request *request,
                                 struct weir_http_response *response, struct weir_error *err)
{
    struct weir_header headers[WEIR_PASS_HEADERS_MAX];
    struct weir_http_request out = *request;
    size_t i;

    if (own_count + request->header_count > WEIR_PASS_HEADERS_MAX) {
        return weir_fail(err, WEIR_E_LIMIT, "a request with more than %d headers", WEIR_PASS_HEADERS_MAX);
    }
    for (i = 0; i < own_count; i++) {
        headers[i] = own[i];
    }
    for (i = 0; i < request->header_count; i++) {
        headers[own_count + i] = request->headers[i];
    }
    out.headers = headers;
    out.header_count = own_count + request->header_count;
    return host->http(host, &out, response, err);
}

/* The same with "Authorization: Bearer <token>". */
static inline int weir_pass_bearer(const struct weir_host *host, struct weir_str token,
                                   const struct weir_http_request *request,
                                   struct weir_http_response *response, struct weir_error *err)
{
    struct weir_header own;
    char value[8192];
    int len = snprintf(value, sizeof value, "Bearer %.*s", WEIR_STR_ARG(token));

    if (len < 0 || (size_t)len >= sizeof value) {
        return weir_fail(err, WEIR_E_LIMIT, "a token of %zu bytes is none", token.len);
    }
    own.name = weir_str("Authorization");
    own.value = weir_str_n(value, (size_t)len);
    return weir_pass_send(host, &own, 1, request, response, err);
}

#ifdef __cplusplus
}
#endif

#endif
