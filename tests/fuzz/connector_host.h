/*
 * connector_host: what the fuzzers of a connector lend it. Its answers are cut from the input: each is a
 * status letter, any number of header lines ("L:" a Link, "N:" a DPoP nonce, "W:" a challenge), and a body,
 * up to a zero byte. No socket, no state, a clock that stands.
 */
#ifndef FUZZ_CONNECTOR_HOST_H
#define FUZZ_CONNECTOR_HOST_H

#include "weir/json.h"

/* A setting or a state that is there. */
struct fuzz_pair {
    const char *key, *value; /* a key of NULL ends a list */
};

struct fuzz_host {
    struct weir_host host;
    struct weir_sink sink;
    const uint8_t *data; /* the answers that are left */
    size_t len;
    size_t calls;
    const struct fuzz_pair *settings, *states;
    const char *token_url; /* answered with token, and not from the input; NULL: none is */
    const char *token;
    bool events_without_id; /* the tool's events may lack an id */
    struct weir_header headers[8];
    char next[4096]; /* the last cursor that the sink was given */
    size_t next_len;
};

/* The lines in front of the body that are headers. */
static inline void fuzz_headers(struct fuzz_host *f, struct weir_http_response *response)
{
    size_t n = 0;

    while (n < 8 && response->body.len > 2 && response->body.data[1] == ':') {
        const uint8_t *line = response->body.data;
        const uint8_t *end = memchr(line, '\n', response->body.len);
        size_t len = end != NULL ? (size_t)(end - line) : response->body.len;
        const char *name = line[0] == 'L'   ? "link"
                           : line[0] == 'N' ? "dpop-nonce"
                           : line[0] == 'W' ? "www-authenticate"
                                            : NULL;

        if (name == NULL) {
            break;
        }
        f->headers[n].name = weir_str(name);
        f->headers[n++].value = weir_str_n((const char *)line + 2, len - 2);
        len += end != NULL ? 1 : 0;
        response->body = weir_bytes(line + len, response->body.len - len);
    }
    response->headers = f->headers;
    response->header_count = n;
}

static inline int fuzz_http(const struct weir_host *host, const struct weir_http_request *request,
                            struct weir_http_response *response, struct weir_error *err)
{
    static const int statuses[] = {200, 200, 200, 201, 204, 400, 401, 403,
                                   404, 409, 412, 422, 429, 500, 502, 302};
    struct fuzz_host *f = host->ctx;
    const uint8_t *end;
    size_t len;

    if (f->token_url != NULL && weir_str_is(request->url, f->token_url)) {
        response->status = 200;
        response->body = weir_str_bytes(weir_str(f->token));
        return 0;
    }
    if (f->len == 0 || f->calls++ > 300) {
        return weir_fail(err, WEIR_E_LATER, "no more answers");
    }
    end = memchr(f->data, 0, f->len);
    len = end != NULL ? (size_t)(end - f->data) : f->len;
    response->status = len > 0 ? statuses[f->data[0] % 16] : 503;
    response->body = weir_bytes(f->data + (len > 0 ? 1 : 0), len > 0 ? len - 1 : 0);
    fuzz_headers(f, response);
    f->data += len;
    f->len -= len;
    if (f->len > 0) {
        f->data++;
        f->len--;
    }
    return 0;
}

static inline void fuzz_release(const struct weir_host *host, struct weir_http_response *response)
{
    (void)host;
    (void)response;
}

static inline int64_t fuzz_now(const struct weir_host *host)
{
    (void)host;
    return INT64_C(1770113729000);
}

static inline void fuzz_log(const struct weir_host *host, int level, struct weir_str message)
{
    (void)host;
    (void)level;
    (void)message;
}

static inline const char *fuzz_find(const struct fuzz_pair *pairs, const char *key)
{
    for (; pairs != NULL && pairs->key != NULL; pairs++) {
        if (strcmp(pairs->key, key) == 0) {
            return pairs->value;
        }
    }
    return NULL;
}

static inline bool fuzz_setting(const struct weir_host *host, const char *key, struct weir_str *value)
{
    const char *found = fuzz_find(((const struct fuzz_host *)host->ctx)->settings, key);

    *value = weir_str(found);
    return found != NULL;
}

static inline int fuzz_state_get(const struct weir_host *host, const char *key, void *buf, size_t cap,
                                 size_t *len, struct weir_error *err)
{
    const char *found = fuzz_find(((const struct fuzz_host *)host->ctx)->states, key);

    if (found == NULL || cap < strlen(found)) {
        return weir_fail(err, WEIR_E_NONE, "none");
    }
    memcpy(buf, found, strlen(found));
    *len = strlen(found);
    return 0;
}

static inline int fuzz_state_put(const struct weir_host *host, const char *key, struct weir_bytes value,
                                 struct weir_error *err)
{
    (void)host;
    (void)key;
    (void)value;
    (void)err;
    return 0;
}

/* Not a MAC, but as long as one and of all its input. */
static inline int fuzz_hmac(const struct weir_host *host, int digest, struct weir_bytes key,
                            const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                            struct weir_error *err)
{
    uint8_t sum = (uint8_t)key.len;

    (void)host;
    (void)digest;
    (void)err;
    for (size_t i = 0; i < part_count; i++) {
        for (size_t k = 0; k < parts[i].len; k++) {
            sum = (uint8_t)(sum * 31 + parts[i].data[k]);
        }
    }
    memset(out, sum, 32);
    *out_len = 32;
    return 0;
}

static inline bool fuzz_equal(const struct weir_host *host, struct weir_bytes a, struct weir_bytes b)
{
    (void)host;
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static inline int fuzz_random(const struct weir_host *host, void *buf, size_t len, struct weir_error *err)
{
    (void)host;
    (void)err;
    memset(buf, 7, len);
    return 0;
}

static inline int fuzz_digest(const struct weir_host *host, int digest, const struct weir_bytes *parts,
                              size_t part_count, uint8_t *out, size_t *out_len, struct weir_error *err)
{
    return fuzz_hmac(host, digest, weir_bytes(NULL, 0), parts, part_count, out, out_len, err);
}

static inline int fuzz_sign(const struct weir_host *host, int signature, struct weir_str pem,
                            const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                            struct weir_error *err)
{
    (void)signature;
    return fuzz_hmac(host, WEIR_SHA256, weir_str_bytes(pem), parts, part_count, out, out_len, err);
}

static inline int fuzz_key_new(const struct weir_host *host, int signature, char *pem, size_t *pem_len,
                               struct weir_error *err)
{
    (void)host;
    (void)signature;
    (void)err;
    memcpy(pem, "key", 3);
    *pem_len = 3;
    return 0;
}

static inline int fuzz_key_public(const struct weir_host *host, struct weir_str pem, int *signature,
                                  char *jwk, size_t *jwk_len, struct weir_error *err)
{
    (void)host;
    (void)pem;
    (void)err;
    *signature = WEIR_ES256;
    memcpy(jwk, "{}", 2);
    *jwk_len = 2;
    return 0;
}

/* What the sink is promised: ids of some length, and records that are JSON objects. */
static inline int fuzz_record(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                              struct weir_bytes json, struct weir_error *err)
{
    json_t *record = json_loadb((const char *)json.data, json.len, JSON_REJECT_DUPLICATES, NULL);

    (void)sink;
    (void)err;
    if (!json_is_object(record) || model.len == 0 || remote_id.len == 0 || remote_id.len > 256) {
        abort();
    }
    json_decref(record);
    return 0;
}

static inline int fuzz_gone(const struct weir_sink *sink, struct weir_str model, struct weir_str remote_id,
                            struct weir_error *err)
{
    (void)sink;
    (void)err;
    if (model.len == 0 || remote_id.len == 0) {
        abort();
    }
    return 0;
}

static inline int fuzz_complete(const struct weir_sink *sink, struct weir_str model, struct weir_str field,
                                struct weir_str parent_id, struct weir_error *err)
{
    (void)field;
    return fuzz_gone(sink, model, parent_id, err);
}

static inline int fuzz_event(const struct weir_sink *sink, const struct weir_event *event,
                             struct weir_error *err)
{
    const struct fuzz_host *f = sink->ctx;

    (void)err;
    for (size_t i = 0; i < event->ref_count; i++) {
        if (event->refs[i].remote_id.len == 0 || event->refs[i].remote_id.len > 256 ||
            event->refs[i].hint.len > 256) {
            abort();
        }
    }
    if (event->type.len == 0 || event->upstream_id.len > 256 ||
        (event->upstream_id.len == 0 && !f->events_without_id)) {
        abort();
    }
    return 0;
}

static inline int fuzz_next(const struct weir_sink *sink, struct weir_str cursor, struct weir_error *err)
{
    struct fuzz_host *f = sink->ctx;

    (void)err;
    if (cursor.len == 0 || cursor.len > sizeof f->next) {
        abort();
    }
    memcpy(f->next, cursor.data, cursor.len);
    f->next_len = cursor.len;
    return 0;
}

/* Without settings and states. */
static inline void fuzz_host_init(struct fuzz_host *f, const uint8_t *data, size_t len)
{
    memset(f, 0, sizeof *f);
    f->host = (struct weir_host){.size = sizeof f->host,
                                 .abi_major = WEIR_ABI_MAJOR,
                                 .abi_minor = WEIR_ABI_MINOR,
                                 .ctx = f,
                                 .http = fuzz_http,
                                 .http_release = fuzz_release,
                                 .now_ms = fuzz_now,
                                 .log = fuzz_log,
                                 .setting = fuzz_setting,
                                 .state_get = fuzz_state_get,
                                 .state_put = fuzz_state_put,
                                 .hmac = fuzz_hmac,
                                 .equal = fuzz_equal,
                                 .random = fuzz_random,
                                 .digest = fuzz_digest,
                                 .sign = fuzz_sign,
                                 .key_new = fuzz_key_new,
                                 .key_public = fuzz_key_public};
    f->sink = (struct weir_sink){.size = sizeof f->sink,
                                 .ctx = f,
                                 .event = fuzz_event,
                                 .record = fuzz_record,
                                 .placeholder = fuzz_record,
                                 .gone = fuzz_gone,
                                 .complete = fuzz_complete,
                                 .next = fuzz_next};
    f->data = data;
    f->len = len;
}

#endif
