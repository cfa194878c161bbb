/*
 * http: for authors of connectors: one request to a tool's JSON API, and what its status asks of us.
 *
 * Header-only, over host->http, which paces, waits and repeats. What a status means stands here once, so that
 * a proxy's page never deletes a record and a typing error in base_url is told from an outage. A tool that
 * means something else by a status is seen by its connector first: the answer holds the status, the headers
 * and what the body says, also when the call fails. Messages name method, call and status, and never a
 * header's value or anything of a body. Thread of all calls: worker, but weir_http_code: any.
 */
#ifndef WEIR_HTTP_H
#define WEIR_HTTP_H

#include "weir/json.h"
#include "weir/text.h"

#include <strings.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_HTTP_HEADERS_MAX 8   /* of a call */
#define WEIR_HTTP_BEARER_MAX 8192 /* tokens that carry their claims reach 4 KiB */
#define WEIR_HTTP_ANSWER_MAX ((size_t)8 << 20)

/* Zero it, then fill what is wanted. */
struct weir_http_call {
    const char *method;
    const char *name;            /* "/v2/persons/{id}": stands in messages for the address */
    const char *right;           /* what a 403 says is missing: "the right persons:read"; NULL: not known */
    const char *limit;           /* the tool's rate limit it draws from; NULL: one for all */
    const struct weir_text *url; /* path and query, below base_url */
    struct weir_str bearer;      /* sent as Authorization: Bearer; empty: none */
    const struct weir_header
        *headers; /* further ones; an Accept or Content-Type here replaces the usual one */
    size_t header_count;
    const json_t *body;  /* NULL: none */
    uint32_t timeout_ms; /* 0: the host's */
    size_t answer_max;   /* bytes; 0: WEIR_HTTP_ANSWER_MAX */
    bool repeatable;     /* may be sent again after 429, 5xx or a broken connection */
};

struct weir_http_answer {
    int status;   /* 0: none came */
    json_t *json; /* what the body says, whatever the status; NULL: nothing, or not JSON. Yours if you set it
                     NULL */
    struct weir_http_response response; /* for headers; lent until weir_http_answer_fini */
    const struct weir_host *host;
};

/*
 * What a status asks for. is_api: the body is JSON of the API's own, without which a 404 may be a proxy's and
 * proves nothing.
 */
static inline int weir_http_code(int status, bool is_api)
{
    if (status >= 200 && status < 300) {
        return 0;
    }
    if (status >= 300 && status < 400) {
        return WEIR_E_CONFIG;
    }
    switch (status) {
    case 401:
        return WEIR_E_AUTH;
    case 403:
        return WEIR_E_PERMISSION;
    case 404:
    case 410:
        return is_api ? WEIR_E_NONE : WEIR_E_LATER;
    case 408:
    case 425:
    case 429:
        return WEIR_E_LATER;
    default:
        return status >= 400 && status < 500 ? WEIR_E_INVALID : WEIR_E_LATER;
    }
}

/* As weir_http_code, with the sentence; tail goes behind it (" (trace 4711)"), without anything secret. */
static inline int weir_http_status_fail(const struct weir_http_call *call, int status, bool is_api,
                                        const char *tail, struct weir_error *err)
{
    int code = weir_http_code(status, is_api);
    const char *why = "";

    switch (code) {
    case WEIR_E_AUTH:
        why = ", the credentials are refused";
        break;
    case WEIR_E_PERMISSION:
        return weir_fail(err, code, "%s %s: HTTP %d, the credentials lack %s%s", call->method, call->name,
                         status, call->right != NULL ? call->right : "a right", tail);
    case WEIR_E_CONFIG:
        why = ", a redirect: base_url is not the API's address";
        break;
    case WEIR_E_LATER:
        why = status == 404 || status == 410 ? " that is not the API's own: check base_url" : "";
        break;
    default:
        break;
    }
    return weir_fail(err, code, "%s %s: HTTP %d%s%s", call->method, call->name, status, why, tail);
}

/* The first header of that name in an answer; false: none. */
static inline bool weir_http_header(struct weir_str *value, const struct weir_http_answer *answer,
                                    const char *name)
{
    size_t i;

    for (i = 0; i < answer->response.header_count; i++) {
        if (weir_str_equal_nocase(answer->response.headers[i].name, weir_str(name))) {
            *value = answer->response.headers[i].value;
            return true;
        }
    }
    return false;
}

/* Also of a zeroed one. */
static inline void weir_http_answer_fini(struct weir_http_answer *answer)
{
    json_decref(answer->json);
    if (answer->host != NULL) {
        answer->host->http_release(answer->host, &answer->response);
    }
    memset(answer, 0, sizeof *answer);
}

/* No Content-Type counts as JSON: the parser has the last word. */
static inline bool weir_http_says_json(const struct weir_http_answer *answer)
{
    struct weir_str type = {NULL, 0};
    size_t end = 0;

    if (!weir_http_header(&type, answer, "content-type")) {
        return true;
    }
    while (end < type.len && type.data[end] != ';' && type.data[end] != ' ') {
        end++;
    }
    return end >= 5 && strncasecmp(type.data + end - 4, "json", 4) == 0 &&
           (type.data[end - 5] == '/' || type.data[end - 5] == '+');
}

/* Wiping what held a secret, which no compiler may leave out. */
static inline void weir_http_wipe(char *data, size_t len)
{
    volatile char *at = data;

    while (len-- > 0) {
        *at++ = '\0';
    }
}

static inline bool weir_http_gives(const struct weir_http_call *call, const char *name)
{
    size_t i;

    for (i = 0; i < call->header_count; i++) {
        if (weir_str_equal_nocase(call->headers[i].name, weir_str(name))) {
            return true;
        }
    }
    return false;
}

/* bearer has room for "Bearer " and the token. */
static inline size_t weir_http_headers(struct weir_header *out, char *bearer,
                                       const struct weir_http_call *call)
{
    size_t n = 0;

    if (call->bearer.len > 0) {
        memcpy(bearer, "Bearer ", 7);
        memcpy(bearer + 7, call->bearer.data, call->bearer.len);
        out[n].name = weir_str("Authorization");
        out[n++].value = weir_str_n(bearer, 7 + call->bearer.len);
    }
    if (!weir_http_gives(call, "Accept")) {
        out[n].name = weir_str("Accept");
        out[n++].value = weir_str("application/json");
    }
    if (call->body != NULL && !weir_http_gives(call, "Content-Type")) {
        out[n].name = weir_str("Content-Type");
        out[n++].value = weir_str("application/json");
    }
    if (call->header_count > 0) {
        memcpy(out + n, call->headers, call->header_count * sizeof *out);
    }
    return n + call->header_count;
}

static inline int weir_http_check(const struct weir_http_call *call, struct weir_error *err)
{
    size_t i;

    if (call->url->failed) {
        return weir_fail(err, WEIR_E_LIMIT, "%s %s: the address is longer than %d bytes", call->method,
                         call->name, WEIR_TEXT_MAX);
    }
    if (call->header_count > WEIR_HTTP_HEADERS_MAX || call->bearer.len > WEIR_HTTP_BEARER_MAX) {
        return weir_fail(err, WEIR_E_LIMIT, "%s %s: too many headers, or a token of more than %d bytes",
                         call->method, call->name, WEIR_HTTP_BEARER_MAX);
    }
    for (i = 0; i < call->bearer.len; i++) {
        if (call->bearer.data[i] <= ' ' || call->bearer.data[i] > '~') {
            return weir_fail(err, WEIR_E_CONFIG,
                             "%s %s: the token has blanks or characters that no token has: copy it again",
                             call->method, call->name);
        }
    }
    return 0;
}

/* What came, read: the code of the call. */
static inline int weir_http_read(struct weir_http_answer *out, const struct weir_http_call *call, size_t max,
                                 struct weir_error *err)
{
    bool wanted = strcmp(call->method, "GET") == 0;
    int rc = 0;

    if (out->response.body.len > 0 && weir_http_says_json(out)) {
        rc = weir_json_parse(&out->json, out->response.body, max, call->name, NULL);
    }
    if (rc == WEIR_E_MEMORY) {
        return weir_fail(err, rc, "%s %s: out of memory", call->method, call->name);
    }
    if (out->status == 400 && (weir_json_word_is(out->json, "error", "invalid_token") ||
                               weir_json_word_is(out->json, "error_code", "invalid_token"))) {
        return weir_fail(err, WEIR_E_AUTH, "%s %s: HTTP 400, the token is refused", call->method, call->name);
    }
    if (out->status < 200 || out->status >= 300) {
        return weir_http_status_fail(call, out->status, json_is_object(out->json), "", err);
    }
    if (rc == WEIR_E_LIMIT) {
        return weir_fail(err, rc, "%s %s: HTTP %d with more than %zu bytes", call->method, call->name,
                         out->status, max);
    }
    if (out->json == NULL && (wanted || out->response.body.len > 0)) {
        /* A gateway's page, or an answer that was cut: the same request may do better later. */
        return weir_fail(err, WEIR_E_LATER, "%s %s: HTTP %d with a body that is not JSON", call->method,
                         call->name, out->status);
    }
    return 0;
}

/*
 * Send. 0: a 2xx, and for a GET out->json is there. Otherwise the code is that of weir_http_code, or
 * WEIR_E_AUTH for a 400 that says invalid_token (RFC 6750 wants 401, not all tools know), or
 * WEIR_E_LATER for a 2xx that is not JSON, is cut or says it is something else; or the host's when no answer
 * came (status 0); or WEIR_E_LIMIT, WEIR_E_CONFIG, WEIR_E_MEMORY before anything was sent.
 * weir_http_answer_fini in any case.
 */
static inline int weir_http_send(struct weir_http_answer *out, const struct weir_host *host,
                                 const struct weir_http_call *call, struct weir_error *err)
{
    char bearer[WEIR_HTTP_BEARER_MAX + 8];
    struct weir_header headers[WEIR_HTTP_HEADERS_MAX + 3];
    struct weir_http_request request;
    size_t max = call->answer_max > 0 ? call->answer_max : WEIR_HTTP_ANSWER_MAX;
    char *body = NULL;
    size_t len = 0;
    int rc;

    memset(out, 0, sizeof *out);
    rc = weir_http_check(call, err);
    if (rc != 0) {
        return rc;
    }
    if (call->body != NULL) {
        body = weir_json_dump_dup(&len, call->body, err);
        if (body == NULL) {
            return WEIR_E_MEMORY;
        }
    }
    memset(&request, 0, sizeof request);
    request.size = sizeof request;
    request.method = call->method;
    request.url = weir_text_str(call->url);
    request.headers = headers;
    request.header_count = weir_http_headers(headers, bearer, call);
    request.body = weir_bytes(body, len);
    request.timeout_ms = call->timeout_ms;
    request.response_max = max;
    request.repeatable = call->repeatable;
    request.limit = weir_str(call->limit);
    out->response.size = sizeof out->response;
    rc = host->http(host, &request, &out->response, err);
    if (call->bearer.len > 0) {
        weir_http_wipe(bearer, 7 + call->bearer.len);
    }
    if (body != NULL) {
        weir_http_wipe(body, len); /* a subscription's carries its secret */
        free(body);
    }
    if (rc == 0) {
        out->host = host;
        out->status = (int)out->response.status;
        rc = weir_http_read(out, call, max, err);
    }
    return rc;
}

#ifdef __cplusplus
}
#endif

#endif
