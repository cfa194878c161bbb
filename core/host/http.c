/*
 * http: an instance's requests to its tool: where to, how often, how fast.
 *
 * A request reaches the origin of the instance's base_url and no other, whatever address a tool's answer
 * names: it may carry a token. Repeats and waits end with the call's deadline.
 */
#include "base/crypto.h"
#include "host/instance_internal.h"
#include "host/retry.h"
#include "net/url.h"

#include <stdlib.h>
#include <strings.h>

#define URL_MAX 8192
#define HEADERS_MAX 64
#define HEADER_NAME_MAX 128
#define HEADER_VALUE_MAX 16384
#define METHOD_MAX 16
#define BODY_MAX ((size_t)16 << 20)
#define RESPONSE_DEFAULT ((size_t)8 << 20)
#define RESPONSE_MOST ((size_t)64 << 20)
#define RESPONSES_MOST ((size_t)256 << 20) /* held at once by one call */

/* ---- is the request one? ---- */

static bool is_method(const char *method)
{
    size_t len = method != NULL ? strnlen(method, METHOD_MAX + 1) : 0;

    for (size_t i = 0; i < len; i++) {
        if (method[i] < 'A' || method[i] > 'Z') {
            return false;
        }
    }
    return len > 0 && len <= METHOD_MAX;
}

/* Those that say where the message ends and whom it is for. */
static bool is_host_header(struct weir_str name)
{
    static const char *const own[] = {"host",   "content-length", "transfer-encoding", "connection",
                                      "expect", "trailer",        "upgrade",           "proxy-authorization"};

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (name.len == strlen(own[i]) && strncasecmp(name.data, own[i], name.len) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_token(struct weir_str name)
{
    if (name.data == NULL || name.len == 0 || name.len > HEADER_NAME_MAX) {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL))) {
            return false;
        }
    }
    return true;
}

static bool is_header_text(struct weir_str value)
{
    if (value.len > HEADER_VALUE_MAX || (value.data == NULL && value.len > 0)) {
        return false;
    }
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.data[i];

        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return true;
}

bool http_header_fits(const struct weir_header *header)
{
    return is_token(header->name) && is_header_text(header->value) && !is_host_header(header->name);
}

static int check_headers(const struct instance *inst, const struct weir_http_request *request,
                         struct weir_error *err)
{
    if (request->header_count > HEADERS_MAX || (request->headers == NULL && request->header_count > 0)) {
        return blame(inst, inst->call.kind, err, "its request has %zu headers, and %d are the most",
                     request->header_count, HEADERS_MAX);
    }
    for (size_t i = 0; i < request->header_count; i++) {
        if (!is_token(request->headers[i].name) || !is_header_text(request->headers[i].value)) {
            return blame(inst, inst->call.kind, err,
                         "header %zu of its request is none (name, length or characters)", i + 1);
        }
        if (is_host_header(request->headers[i].name)) {
            return blame(inst, inst->call.kind, err, "its request sets the header %.*s, which is the host's",
                         WEIR_STR_ARG(request->headers[i].name));
        }
    }
    return 0;
}

static int check_request(const struct instance *inst, const struct weir_http_request *request,
                         const struct weir_http_response *response, struct weir_error *err)
{
    enum call_kind kind = inst->call.kind;

    if (request == NULL || request->size < sizeof *request || response == NULL ||
        response->size < sizeof *response) {
        return blame(inst, kind, err, "its request or response has no size: set .size = sizeof");
    }
    if (!is_method(request->method)) {
        return blame(inst, kind, err, "its request has no method (\"GET\")");
    }
    if (request->body.len > BODY_MAX || (request->body.data == NULL && request->body.len > 0)) {
        return blame(inst, kind, err, "its request has a body of %zu bytes, and %zu are the most",
                     request->body.len, BODY_MAX);
    }
    if (request->limit.len > BUCKET_NAME_MAX || (request->limit.data == NULL && request->limit.len > 0)) {
        return blame(inst, kind, err, "its request's limit has a name of %zu bytes, and %d are the most",
                     request->limit.len, BUCKET_NAME_MAX);
    }
    return check_headers(inst, request, err);
}

/* ---- where to ---- */

/* Scheme, host and port, which end where curl, too, sees them end. */
static int parse_origin(struct url_parts *out, struct weir_str url, struct weir_error *err)
{
    const char *host = memmem(url.data, url.len, "://", 3);
    size_t len;

    if (host == NULL) {
        return weir_fail(err, WEIR_E_CONFIG, "an address that is neither a path nor http(s)");
    }
    len = (size_t)(host - url.data) + 3;
    while (len < url.len && strchr("/?#", url.data[len]) == NULL) {
        len++;
    }
    return url_parse(out, weir_str_n(url.data, len), err);
}

static int make_url(struct buf *out, const struct instance *inst, struct weir_str url, struct weir_error *err)
{
    struct url_parts own, theirs;
    struct weir_error why = {0};

    if (url.data == NULL || url.len == 0 || url.len > URL_MAX) {
        return blame(inst, inst->call.kind, err, "its request has an address of %zu bytes", url.len);
    }
    for (size_t i = 0; i < url.len; i++) {
        if (url.data[i] <= ' ' || url.data[i] > '~') {
            return blame(inst, inst->call.kind, err,
                         "its request's address has characters that need an escape");
        }
    }
    if (url.data[0] == '/') {
        buf_add_text(out, inst->base_url);
        buf_add_str(out, url);
        return buf_check(out, "the address of a request", err);
    }
    if (parse_origin(&own, weir_str(inst->base_url), &why) != 0 || parse_origin(&theirs, url, &why) != 0) {
        return weir_fail(err, WEIR_E_CONFIG, "connector %s, %s: it asked for an address that is none: %.120s",
                         inst->connector->tool, call_word(inst->call.kind), why.message);
    }
    if (strcasecmp(own.scheme, theirs.scheme) != 0 || strcasecmp(own.host, theirs.host) != 0 ||
        own.port != theirs.port) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "connector %s asked for %s://%.80s:%u, and this integration's base_url is at "
                         "%s://%.80s:%u: requests go nowhere else",
                         inst->connector->tool, theirs.scheme, theirs.host, (unsigned)theirs.port, own.scheme,
                         own.host, (unsigned)own.port);
    }
    buf_add_str(out, url);
    return buf_check(out, "the address of a request", err);
}

/* ---- how often and how fast ---- */

static void count_wait(const struct instance *inst, const char *reason, int64_t wait_us)
{
    char labels[96];

    if (inst->metrics != NULL) {
        (void)snprintf(labels, sizeof labels, "connector=\"%s\",reason=\"%s\"", inst->connector->tool,
                       reason);
        metric_observe_us(metrics_seconds(inst->metrics, "weir_connector_wait_seconds",
                                          "Waits of connectors' requests, for a rate limit or a repetition",
                                          labels),
                          wait_us);
    }
}

static void count_answer(const struct instance *inst, const struct client_response *answer)
{
    char labels[96];

    if (inst->metrics == NULL) {
        return;
    }
    if (answer->outcome == CLIENT_ANSWERED) {
        (void)snprintf(labels, sizeof labels, "connector=\"%s\",outcome=\"%dxx\"", inst->connector->tool,
                       answer->status / 100);
    } else {
        (void)snprintf(labels, sizeof labels, "connector=\"%s\",outcome=\"%s\"", inst->connector->tool,
                       client_outcome_word(answer->outcome));
    }
    metric_add(metrics_counter(inst->metrics, "weir_connector_http_total",
                               "Connectors' requests by how they ended", labels),
               1);
}

/* Sleep as long as the bucket asks. WEIR_E_LATER: the call would be over before. */
static int wait_bucket(struct instance *inst, struct weir_str limit, struct weir_error *err)
{
    int64_t now_us = clock_mono_us(inst->clock);
    int64_t wait_us = bucket_wait_us(buckets_get(&inst->buckets, limit, now_us), now_us);
    int rc = 0;

    if (wait_us > 0 && now_us + wait_us >= inst->call.deadline_us) {
        return weir_fail(err, WEIR_E_LATER, "the tool's rate limit%s%.*s is used up for another %lld s",
                         limit.len > 0 ? " " : "", WEIR_STR_ARG(limit), (long long)(wait_us / 1000000 + 1));
    }
    if (wait_us > 0) {
        rc = instance_sleep(inst, wait_us / 1000 + 1, err);
        count_wait(inst, "limit", wait_us);
    }
    return rc;
}

/* One try. *answer is NULL only when there was no time or no right to send. */
static int send_once(struct client_response **answer, struct instance *inst, struct client_request *out,
                     const struct weir_http_request *request, struct weir_error *err)
{
    uint32_t timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : inst->request_timeout_ms;
    int64_t now_us, left_ms;
    struct bucket *bucket;
    int rc;

    if (instance_is_stopping(inst)) {
        return instance_sleep(inst, 0, err);
    }
    rc = wait_bucket(inst, request->limit, err);
    if (rc != 0) {
        return rc;
    }
    now_us = clock_mono_us(inst->clock);
    left_ms = (inst->call.deadline_us - now_us) / 1000;
    if (left_ms <= 0) {
        return weir_fail(err, WEIR_E_LATER, "the %u s of one call of connector %s are used up",
                         (unsigned)(inst->call_timeout_ms / 1000), inst->connector->tool);
    }
    out->timeout_ms = left_ms < (int64_t)timeout_ms ? (uint32_t)left_ms : timeout_ms;
    bucket = buckets_get(&inst->buckets, request->limit, now_us);
    bucket_draw(bucket, now_us);
    client_call(inst->client, out, answer);
    count_answer(inst, *answer);
    requested_tell(inst, out, *answer);
    if ((*answer)->outcome == CLIENT_ANSWERED) {
        bucket_learn(bucket, (*answer)->headers, (*answer)->header_count, clock_mono_us(inst->clock),
                     clock_now_ms(inst->clock));
    }
    return 0;
}

/* How long to wait before the next try; -1: leave it at this answer. */
static int64_t next_try_ms(struct instance *inst, const struct weir_http_request *request,
                           const struct client_response *answer, unsigned int next)
{
    int64_t now_us = clock_mono_us(inst->clock);
    struct bucket *bucket = buckets_get(&inst->buckets, request->limit, now_us);
    int64_t wait_ms = 0;
    int64_t bucket_ms;
    uint32_t chance = 0;
    bool told = retry_after_ms(&wait_ms, answer, clock_now_ms(inst->clock));

    if (told && (answer->status == 429 || answer->status == 503)) {
        /* It holds for the next request, too. */
        bucket_block(bucket, now_us + wait_ms * 1000, now_us);
    }
    if (!request->repeatable || next > RETRY_TRIES || !retry_fits(answer)) {
        return -1;
    }
    if (!told) {
        (void)crypto_random(&chance, sizeof chance, NULL);
        wait_ms = retry_delay_ms(inst->retry_first_ms, next, chance);
    }
    bucket_ms = (bucket_wait_us(bucket, now_us) + 999) / 1000;
    wait_ms = bucket_ms > wait_ms ? bucket_ms : wait_ms;
    if (wait_ms > RETRY_AFTER_MOST_MS || now_us + wait_ms * 1000 >= inst->call.deadline_us) {
        return -1;
    }
    return wait_ms;
}

static int send_repeating(struct client_response **answer, struct instance *inst, struct client_request *out,
                          const struct weir_http_request *request, struct weir_error *err)
{
    for (unsigned int next = 2;; next++) {
        int64_t wait_ms;
        int rc = send_once(answer, inst, out, request, err);

        if (rc != 0) {
            return rc;
        }
        wait_ms = next_try_ms(inst, request, *answer, next);
        if (wait_ms < 0) {
            return 0;
        }
        client_response_free(*answer);
        *answer = NULL;
        rc = instance_sleep(inst, wait_ms, err);
        count_wait(inst, "retry", wait_ms * 1000);
        if (rc != 0) {
            return rc;
        }
    }
}

/* ---- the answer ---- */

static int answer_code(struct instance *inst, const struct client_response *answer,
                       const struct client_request *out, struct weir_error *err)
{
    struct url_parts at = {.host = ""};
    int code = WEIR_E_LATER;

    switch (answer->outcome) {
    case CLIENT_ANSWERED:
        return 0;
    case CLIENT_FORBIDDEN:
    case CLIENT_BAD_URL:
        code = WEIR_E_CONFIG;
        break;
    case CLIENT_TOO_LONG:
        code = WEIR_E_LIMIT;
        break;
    case CLIENT_STOPPED:
        code = WEIR_E_STOPPING;
        inst->call.told_to_stop = true;
        break;
    case CLIENT_RESOLVE:
    case CLIENT_REFUSED:
    case CLIENT_TLS:
    case CLIENT_TIMEOUT:
    case CLIENT_BROKEN:
        break;
    }
    (void)parse_origin(&at, out->url, NULL);
    return weir_fail(err, code, "%s to %.100s: %s%s%s", out->method, at.host,
                     client_outcome_word(answer->outcome), answer->detail[0] != '\0' ? ": " : "",
                     answer->detail);
}

static int lend_answer(struct weir_http_response *response, struct instance *inst,
                       struct client_response **answer, struct weir_error *err)
{
    struct call *call = &inst->call;
    struct kept_response *kept = NULL;

    if (call->response_bytes + (*answer)->body.len > RESPONSES_MOST) {
        return weir_fail(err, WEIR_E_LIMIT,
                         "connector %s, %s: it holds more than %zu MiB of answers: call http_release",
                         inst->connector->tool, call_word(call->kind), RESPONSES_MOST >> 20);
    }
    kept = calloc(1, sizeof *kept);
    if (kept == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "no memory for an answer");
    }
    kept->response = *answer;
    *answer = NULL;
    kept->next = call->responses;
    call->responses = kept;
    call->response_bytes += kept->response->body.len;
    response->status = kept->response->status;
    response->headers = kept->response->headers;
    response->header_count = kept->response->header_count;
    response->body = kept->response->body;
    response->opaque = kept;
    return 0;
}

int instance_http_check(struct buf *url, const struct weir_host *host,
                        const struct weir_http_request *request, const struct weir_http_response *response,
                        struct weir_error *err)
{
    const struct instance *inst = host->ctx;
    int rc;

    if (!instance_in_call(inst)) {
        return weir_fail(err, WEIR_E_INVALID,
                         "connector %s: http may be used on the worker and during a call only",
                         inst->connector->tool);
    }
    rc = check_request(inst, request, response, err);
    return rc == 0 ? make_url(url, inst, request->url, err) : rc;
}

int http_service(const struct weir_host *host, const struct weir_http_request *request,
                 struct weir_http_response *response, struct weir_error *err)
{
    struct instance *inst = host->ctx;
    struct client_response *answer = NULL;
    struct client_request out = {0};
    struct buf url;
    int rc;

    buf_init(&url, URL_MAX);
    rc = instance_http_check(&url, host, request, response, err);
    if (rc != 0) {
        goto out;
    }
    out.method = request->method;
    out.url = buf_str(&url);
    out.headers = request->headers;
    out.header_count = request->header_count;
    out.body = request->body;
    out.response_max = request->response_max == 0              ? RESPONSE_DEFAULT
                       : request->response_max < RESPONSE_MOST ? request->response_max
                                                               : RESPONSE_MOST;
    out.allow_private = inst->allow_private;
    out.compressed = true;
    rc = send_repeating(&answer, inst, &out, request, err);
    if (rc == 0) {
        rc = answer_code(inst, answer, &out, err);
    }
    if (rc == 0) {
        rc = lend_answer(response, inst, &answer, err);
    }

out:
    client_response_free(answer);
    buf_fini(&url);
    return rc;
}

void http_service_release(const struct weir_host *host, struct weir_http_response *response)
{
    struct instance *inst = host->ctx;
    struct kept_response **at;

    if (!instance_in_call(inst) || response == NULL) {
        return;
    }
    for (at = &inst->call.responses; *at != NULL; at = &(*at)->next) {
        if (*at == response->opaque) {
            struct kept_response *kept = *at;

            *at = kept->next;
            inst->call.response_bytes -= kept->response->body.len;
            client_response_free(kept->response);
            free(kept);
            response->opaque = NULL;
            response->headers = NULL;
            response->header_count = 0;
            response->body = weir_bytes(NULL, 0);
            return;
        }
    }
}

bool http_is_lent(const struct instance *inst, const struct weir_http_response *response)
{
    const struct kept_response *kept = inst->call.responses;

    while (kept != NULL && kept != response->opaque) {
        kept = kept->next;
    }
    return kept != NULL || (inst->lent != NULL && inst->lent(inst->lent_ctx, response));
}

void http_release_all(struct instance *inst)
{
    while (inst->call.responses != NULL) {
        struct kept_response *kept = inst->call.responses;

        inst->call.responses = kept->next;
        client_response_free(kept->response);
        free(kept);
    }
    inst->call.response_bytes = 0;
}
