/*
 * border_host: the services of a connector behind a border, each passed on to the host's own.
 */
#include "border.h"

#include "heap.h"

static const struct weir_host *inner_of(const struct weir_host *host)
{
    return ((const struct border_instance *)host->ctx)->inner;
}

static int before(const struct weir_host *host, int use, struct weir_error *err)
{
    return border_before(((const struct border_instance *)host->ctx)->border, use, err);
}

static int http(const struct weir_host *host, const struct weir_http_request *request,
                struct weir_http_response *response, struct weir_error *err)
{
    bool was = heap_leave();
    int rc = before(host, STAGE_HTTP, err);

    if (rc == 0) {
        rc = inner_of(host)->http(inner_of(host), request, response, err);
    }
    heap_go_back(was);
    return rc;
}

static void http_release(const struct weir_host *host, struct weir_http_response *response)
{
    bool was = heap_leave();

    inner_of(host)->http_release(inner_of(host), response);
    heap_go_back(was);
}

static int64_t now(const struct weir_host *host)
{
    bool was = heap_leave();
    int64_t ms = inner_of(host)->now_ms(inner_of(host));

    heap_go_back(was);
    return ms;
}

static void log_line(const struct weir_host *host, int level, struct weir_str message)
{
    bool was = heap_leave();

    inner_of(host)->log(inner_of(host), level, message);
    heap_go_back(was);
}

static bool setting(const struct weir_host *host, const char *key, struct weir_str *value)
{
    bool was = heap_leave();
    bool there = inner_of(host)->setting(inner_of(host), key, value);

    heap_go_back(was);
    return there;
}

static int state_get(const struct weir_host *host, const char *key, void *buf, size_t cap, size_t *len,
                     struct weir_error *err)
{
    bool was = heap_leave();
    int rc = before(host, STAGE_STATE_GET, err);

    if (rc == 0) {
        rc = inner_of(host)->state_get(inner_of(host), key, buf, cap, len, err);
    }
    heap_go_back(was);
    return rc;
}

static int state_put(const struct weir_host *host, const char *key, struct weir_bytes value,
                     struct weir_error *err)
{
    bool was = heap_leave();
    int rc = before(host, STAGE_STATE_PUT, err);

    if (rc == 0) {
        rc = inner_of(host)->state_put(inner_of(host), key, value, err);
    }
    heap_go_back(was);
    return rc;
}

static int hmac(const struct weir_host *host, int digest, struct weir_bytes key,
                const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                struct weir_error *err)
{
    bool was = heap_leave();
    int rc = before(host, STAGE_HMAC, err);

    if (rc == 0) {
        rc = inner_of(host)->hmac(inner_of(host), digest, key, parts, part_count, out, out_len, err);
    }
    heap_go_back(was);
    return rc;
}

static bool equal(const struct weir_host *host, struct weir_bytes a, struct weir_bytes b)
{
    bool was = heap_leave();
    bool same = inner_of(host)->equal(inner_of(host), a, b);

    heap_go_back(was);
    return same;
}

static int random_bytes(const struct weir_host *host, void *buf, size_t len, struct weir_error *err)
{
    bool was = heap_leave();
    int rc = before(host, STAGE_RANDOM, err);

    if (rc == 0) {
        rc = inner_of(host)->random(inner_of(host), buf, len, err);
    }
    heap_go_back(was);
    return rc;
}

static int digest_parts(const struct weir_host *host, int digest, const struct weir_bytes *parts,
                        size_t part_count, uint8_t *out, size_t *out_len, struct weir_error *err)
{
    bool was = heap_leave();
    int rc = before(host, STAGE_DIGEST, err);

    if (rc == 0) {
        rc = inner_of(host)->digest(inner_of(host), digest, parts, part_count, out, out_len, err);
    }
    heap_go_back(was);
    return rc;
}

static int sign(const struct weir_host *host, int signature, struct weir_str pem,
                const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                struct weir_error *err)
{
    bool was = heap_leave();
    int rc = before(host, STAGE_SIGN, err);

    if (rc == 0) {
        rc = inner_of(host)->sign(inner_of(host), signature, pem, parts, part_count, out, out_len, err);
    }
    heap_go_back(was);
    return rc;
}

static int key_new(const struct weir_host *host, int signature, char *pem, size_t *pem_len,
                   struct weir_error *err)
{
    bool was = heap_leave();
    int rc = before(host, STAGE_KEY_NEW, err);

    if (rc == 0) {
        rc = inner_of(host)->key_new(inner_of(host), signature, pem, pem_len, err);
    }
    heap_go_back(was);
    return rc;
}

static int key_public(const struct weir_host *host, struct weir_str pem, int *signature, char *jwk,
                      size_t *jwk_len, struct weir_error *err)
{
    bool was = heap_leave();
    int rc = before(host, STAGE_KEY_PUBLIC, err);

    if (rc == 0) {
        rc = inner_of(host)->key_public(inner_of(host), pem, signature, jwk, jwk_len, err);
    }
    heap_go_back(was);
    return rc;
}

void border_lend(struct border_instance *bi, const struct weir_host *inner)
{
    bi->inner = inner;
    bi->host = *inner;
    bi->host.ctx = bi;
    bi->host.http = http;
    bi->host.http_release = http_release;
    bi->host.now_ms = now;
    bi->host.log = log_line;
    bi->host.setting = setting;
    bi->host.state_get = state_get;
    bi->host.state_put = state_put;
    bi->host.hmac = hmac;
    bi->host.equal = equal;
    bi->host.random = random_bytes;
    bi->host.digest = digest_parts;
    bi->host.sign = sign;
    bi->host.key_new = key_new;
    bi->host.key_public = key_public;
}
