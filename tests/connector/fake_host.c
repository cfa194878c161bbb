#include "fake_host.h"

#include "fake_sink.h"

#include "base/crypto.h"
#include "base/keypair.h"

#define MANY 400
#define HEADERS_MAX 6

struct exchange {
    char *request;
    char *body;
    int status;
    struct weir_header headers[HEADERS_MAX];
    size_t header_count;
    void (*meanwhile)(struct fake *f);
};

struct fake {
    struct weir_host host;
    struct fake_sink told;
    const struct weir_connector *connector;
    void *self;
    int64_t now_ms;
    json_t *settings;
    json_t *state;
    json_t *headers; /* of the last request */
    char *sent;
    char *limit;
    char *log;
    uint8_t drawn;
    bool repeatable;
    uint32_t timeout_ms;
    struct exchange script[MANY];
    size_t scripted;
    size_t played;
};

static char *text_dup(const char *data, size_t len)
{
    char *copy = malloc(len + 1);

    assert_non_null(copy);
    if (len > 0) {
        memcpy(copy, data, len);
    }
    copy[len] = '\0';
    return copy;
}

static int host_http(const struct weir_host *host, const struct weir_http_request *request,
                     struct weir_http_response *response, struct weir_error *err)
{
    struct fake *f = host->ctx;
    char got[9000];
    const struct exchange *x;

    (void)snprintf(got, sizeof got, "%s %.*s", request->method, WEIR_STR_ARG(request->url));
    if (f->played == f->scripted) {
        fail_msg("a request that nobody expected: %s", got);
    }
    x = &f->script[f->played++];
    assert_string_equal(x->request, got);
    json_object_clear(f->headers);
    for (size_t i = 0; i < request->header_count; i++) {
        char name[64];

        (void)snprintf(name, sizeof name, "%.*s", WEIR_STR_ARG(request->headers[i].name));
        assert_null(json_object_get(f->headers, name)); /* no header twice */
        assert_int_equal(0, json_object_set_new(
                                f->headers, name,
                                json_stringn(request->headers[i].value.data, request->headers[i].value.len)));
    }
    free(f->sent);
    f->sent = text_dup((const char *)request->body.data, request->body.len);
    free(f->limit);
    f->limit = text_dup(request->limit.data, request->limit.len);
    f->repeatable = request->repeatable;
    f->timeout_ms = request->timeout_ms;
    if (x->meanwhile != NULL) {
        x->meanwhile(f);
    }
    if (x->status < 0) {
        return weir_fail(err, x->status, "the script says so");
    }
    response->status = x->status;
    response->headers = x->headers;
    response->header_count = x->header_count;
    response->body = weir_bytes(x->body, x->body != NULL ? strlen(x->body) : 0);
    return 0;
}

static void host_release(const struct weir_host *host, struct weir_http_response *response)
{
    (void)host;
    response->body = weir_bytes(NULL, 0);
    response->headers = NULL;
    response->header_count = 0;
}

static int64_t host_now(const struct weir_host *host)
{
    return ((const struct fake *)host->ctx)->now_ms;
}

static void host_log(const struct weir_host *host, int level, struct weir_str message)
{
    struct fake *f = host->ctx;
    size_t had = f->log != NULL ? strlen(f->log) : 0;
    char *log = realloc(f->log, had + message.len + 2);

    (void)level;
    assert_non_null(log);
    memcpy(log + had, message.data, message.len);
    log[had + message.len] = '\n';
    log[had + message.len + 1] = '\0';
    f->log = log;
}

static bool host_setting(const struct weir_host *host, const char *key, struct weir_str *value)
{
    const json_t *v = json_object_get(((const struct fake *)host->ctx)->settings, key);

    if (v == NULL) {
        return false;
    }
    *value = weir_str(json_string_value(v));
    return true;
}

static int host_state_get(const struct weir_host *host, const char *key, void *buf, size_t cap, size_t *len,
                          struct weir_error *err)
{
    const json_t *v = json_object_get(((const struct fake *)host->ctx)->state, key);

    if (v == NULL) {
        return weir_fail(err, WEIR_E_NONE, "no state");
    }
    if (json_string_length(v) > cap) {
        return weir_fail(err, WEIR_E_LIMIT, "too small");
    }
    memcpy(buf, json_string_value(v), json_string_length(v));
    *len = json_string_length(v);
    return 0;
}

static int host_state_put(const struct weir_host *host, const char *key, struct weir_bytes value,
                          struct weir_error *err)
{
    struct fake *f = host->ctx;

    (void)err;
    if (value.len == 0) {
        (void)json_object_del(f->state, key);
        return 0;
    }
    assert_int_equal(0,
                     json_object_set_new(f->state, key, json_stringn((const char *)value.data, value.len)));
    return 0;
}

static int host_hmac(const struct weir_host *host, int digest, struct weir_bytes key,
                     const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                     struct weir_error *err)
{
    (void)host;
    return crypto_hmac(out, out_len, digest, key, parts, part_count, err);
}

static bool host_equal(const struct weir_host *host, struct weir_bytes a, struct weir_bytes b)
{
    (void)host;
    return crypto_equal(a, b);
}

/* No two draws are the same, and each test's are. */
static int host_random(const struct weir_host *host, void *buf, size_t len, struct weir_error *err)
{
    struct fake *f = host->ctx;

    (void)err;
    memset(buf, ++f->drawn, len);
    return 0;
}

static int host_digest(const struct weir_host *host, int digest, const struct weir_bytes *parts,
                       size_t part_count, uint8_t *out, size_t *out_len, struct weir_error *err)
{
    (void)host;
    return crypto_digest(out, out_len, digest, parts, part_count, err);
}

static int host_sign(const struct weir_host *host, int signature, struct weir_str pem,
                     const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                     struct weir_error *err)
{
    (void)host;
    return keypair_sign(out, out_len, signature, pem, parts, part_count, err);
}

static int host_key_new(const struct weir_host *host, int signature, char *pem, size_t *pem_len,
                        struct weir_error *err)
{
    struct buf made;
    int rc;

    (void)host;
    buf_init(&made, WEIR_KEY_PEM_MAX);
    rc = keypair_new(&made, signature, err);
    if (rc == 0) {
        memcpy(pem, made.data, made.len);
        *pem_len = made.len;
    }
    buf_fini(&made);
    return rc;
}

static int host_key_public(const struct weir_host *host, struct weir_str pem, int *signature, char *jwk,
                           size_t *jwk_len, struct weir_error *err)
{
    struct buf made;
    int rc;

    (void)host;
    buf_init(&made, WEIR_KEY_JWK_MAX);
    rc = keypair_public(signature, &made, pem, err);
    if (rc == 0) {
        memcpy(jwk, made.data, made.len);
        *jwk_len = made.len;
    }
    buf_fini(&made);
    return rc;
}

/* ---- its life -------------------------------------------------------------------------------- */

struct fake *fake_for(const struct weir_connector *connector, const char *base_url)
{
    struct fake *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->host = (struct weir_host){.size = sizeof f->host,
                                 .abi_major = WEIR_ABI_MAJOR,
                                 .abi_minor = WEIR_ABI_MINOR,
                                 .ctx = f,
                                 .http = host_http,
                                 .http_release = host_release,
                                 .now_ms = host_now,
                                 .log = host_log,
                                 .setting = host_setting,
                                 .state_get = host_state_get,
                                 .state_put = host_state_put,
                                 .hmac = host_hmac,
                                 .equal = host_equal,
                                 .random = host_random,
                                 .digest = host_digest,
                                 .sign = host_sign,
                                 .key_new = host_key_new,
                                 .key_public = host_key_public};
    fake_sink_init(&f->told);
    f->now_ms = FAKE_NOW;
    f->connector = connector;
    f->settings = json_pack("{s:s}", "base_url", base_url);
    f->state = json_object();
    f->headers = json_object();
    return f;
}

void fake_restart(struct fake *f)
{
    f->connector->close(f->self);
    f->self = NULL;
}

void fake_free(struct fake *f)
{
    if (f->played != f->scripted) {
        fail_msg("the script was not played to its end, next: %s", f->script[f->played].request);
    }
    f->connector->close(f->self);
    for (size_t i = 0; i < f->scripted; i++) {
        free(f->script[i].request);
        free(f->script[i].body);
        for (size_t k = 0; k < f->script[i].header_count; k++) {
            free((char *)(uintptr_t)f->script[i].headers[k].name.data);
        }
    }
    json_decref(f->settings);
    json_decref(f->state);
    json_decref(f->headers);
    fake_sink_fini(&f->told);
    free(f->sent);
    free(f->limit);
    free(f->log);
    free(f);
}

const struct weir_host *fake_host(const struct fake *f)
{
    return &f->host;
}

const struct weir_sink *fake_sink(const struct fake *f)
{
    return &f->told.sink;
}

void *fake_self(struct fake *f)
{
    struct weir_error err = {0};

    if (f->self == NULL && f->connector->open(&f->self, &f->host, &err) != 0) {
        fail_msg("the instance does not open: %s", err.message);
    }
    return f->self;
}

void fake_set(struct fake *f, const char *key, const char *value)
{
    assert_int_equal(0, json_object_set_new(f->settings, key, json_string(value)));
}

void fake_state(struct fake *f, const char *key, const char *value)
{
    assert_int_equal(0, json_object_set_new(f->state, key, json_string(value)));
}

const char *fake_state_of(const struct fake *f, const char *key)
{
    return json_string_value(json_object_get(f->state, key));
}

void fake_clock(struct fake *f, int64_t now_ms)
{
    f->now_ms = now_ms;
}

int64_t fake_now(const struct fake *f)
{
    return f->now_ms;
}

void fake_script(struct fake *f, const char *request, int status, const char *body)
{
    struct exchange *x;

    assert_true(f->scripted < MANY);
    x = &f->script[f->scripted++];
    x->request = text_dup(request, strlen(request));
    x->status = status;
    x->body = body != NULL ? text_dup(body, strlen(body)) : NULL;
}

void fake_script_header(struct fake *f, const char *header)
{
    struct exchange *x = &f->script[f->scripted - 1];
    char *copy = text_dup(header, strlen(header));
    const char *colon = strchr(copy, ':');

    assert_true(x->header_count < HEADERS_MAX && colon != NULL && colon[1] == ' ');
    /* The name is in front of the copy, and so what is freed. */
    x->headers[x->header_count++] =
        (struct weir_header){weir_str_n(copy, (size_t)(colon - copy)), weir_str(colon + 2)};
}

void fake_script_meanwhile(struct fake *f, void (*fn)(struct fake *f))
{
    f->script[f->scripted - 1].meanwhile = fn;
}

const char *fake_header(const struct fake *f, const char *name)
{
    return json_string_value(json_object_get(f->headers, name));
}

const char *fake_body(const struct fake *f)
{
    return f->sent;
}

bool fake_repeatable(const struct fake *f)
{
    return f->repeatable;
}

uint32_t fake_timeout_ms(const struct fake *f)
{
    return f->timeout_ms;
}

const char *fake_limit(const struct fake *f)
{
    return f->limit;
}

size_t fake_played(const struct fake *f)
{
    return f->played;
}

size_t fake_told(const struct fake *f, const char *what, const char *model)
{
    char head[100];
    const json_t *line;
    size_t count = 0;
    size_t i;

    (void)snprintf(head, sizeof head, "%s %s", what, model);
    json_array_foreach(f->told.lines, i, line)
    {
        count += strncmp(json_string_value(line), head, strlen(head)) == 0 ? 1 : 0;
    }
    return count;
}

const json_t *fake_json(const struct fake *f, const char *what, const char *model, const char *id)
{
    char line[400];
    const json_t *record;

    (void)snprintf(line, sizeof line, "%s %s %s", what, model, id);
    record = json_object_get(f->told.records, line);
    if (record == NULL) {
        fail_msg("the sink was not told: %s", line);
    }
    return record;
}

const char *fake_line(const struct fake *f, size_t n)
{
    const char *line = json_string_value(json_array_get(f->told.lines, n));

    return line != NULL ? line : "";
}

const char *fake_next(const struct fake *f)
{
    return f->told.next;
}

void fake_forget(struct fake *f)
{
    (void)json_object_clear(f->told.records);
    (void)json_array_clear(f->told.lines);
    free(f->told.next);
    f->told.next = NULL;
}

const char *fake_log(const struct fake *f)
{
    return f->log != NULL ? f->log : "";
}

void expect_json(const char *want, const json_t *got)
{
    json_t *parsed = json_loads(want, JSON_REJECT_DUPLICATES, NULL);
    char *a;
    char *b;

    assert_non_null(parsed);
    a = json_dumps(parsed, JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
    b = json_dumps(got, JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
    assert_string_equal(a, b);
    free(a);
    free(b);
    json_decref(parsed);
}
