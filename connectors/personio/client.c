#include "client.h"

#define TOKEN_MAX 8192
#define RENEW_BEFORE_MS 60000
#define EXPIRES_DEFAULT_S 600 /* an answer without expires_in: short, so that a wrong guess costs little */
#define EXPIRES_MAX_S (30 * 86400)
#define ANSWER_MAX ((size_t)8 << 20)
#define MARK_TEXT 17 /* 8 bytes in hex and the end */
#define TOKEN_STATE "token"
#define TOKEN_PATH "/v2/auth/token"

static bool printable(struct weir_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] <= ' ' || s.data[i] > '~') {
            return false;
        }
    }
    return true;
}

static int setting_read(struct weir_str *value, const struct weir_host *host, const char *key, bool required,
                        struct weir_error *err)
{
    *value = weir_str_n(NULL, 0);
    if (!host->setting(host, key, value) || value->len == 0) {
        *value = weir_str_n(NULL, 0);
        if (required) {
            return weir_fail(err, WEIR_E_CONFIG,
                             "the setting %s is missing: Personio shows it with the API "
                             "credentials (Settings > Integrations)",
                             key);
        }
        return 0;
    }
    /* These go into headers. A blank at an end is what copying and pasting leaves. */
    if (!printable(*value) || value->len > 1024) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "the setting %s has blanks or characters that no such value has: "
                         "copy it again",
                         key);
    }
    return 0;
}

int client_init(struct client *c, const struct weir_host *host, struct weir_error *err)
{
    int rc;

    memset(c, 0, sizeof *c);
    c->host = host;
    rc = setting_read(&c->client_id, host, "client_id", true, err);
    if (rc == 0) {
        rc = setting_read(&c->client_secret, host, "client_secret", true, err);
    }
    if (rc == 0) {
        rc = setting_read(&c->partner_id, host, "partner_id", false, err);
    }
    if (rc == 0) {
        rc = setting_read(&c->app_id, host, "app_id", false, err);
    }
    return rc;
}

static void token_forget(struct client *c)
{
    if (c->token != NULL) {
        explicit_bzero(c->token, strlen(c->token));
        free(c->token);
        c->token = NULL;
    }
}

void client_fini(struct client *c)
{
    token_forget(c);
}

void client_log(const struct client *c, int level, const char *what, const struct weir_error *err)
{
    char line[400];

    (void)snprintf(line, sizeof line, "%s%s%s", what, err != NULL ? ": " : "",
                   err != NULL ? err->message : "");
    c->host->log(c->host, level, weir_str(line));
}

/* ---- the token ---- */

/* Names the credentials a stored token was made with, so that changed ones do not go on with it. */
static int token_mark(char out[MARK_TEXT], const struct client *c, struct weir_error *err)
{
    struct weir_str base = {NULL, 0};
    struct weir_bytes parts[3];
    uint8_t mac[WEIR_DIGEST_MAX];
    size_t len = 0;
    int rc;

    (void)c->host->setting(c->host, "base_url", &base);
    parts[0] = weir_str_bytes(c->client_id);
    parts[1] = weir_str_bytes(weir_str("\n"));
    parts[2] = weir_str_bytes(base);
    rc = c->host->hmac(c->host, WEIR_SHA256, weir_str_bytes(c->client_secret), parts, 3, mac, &len, err);
    for (size_t i = 0; rc == 0 && i < 8; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", mac[i]);
    }
    return rc;
}

static int token_keep(struct client *c, struct weir_str token, int64_t renew_at_ms, struct weir_error *err)
{
    char *copy = strndup(token.data, token.len);

    if (copy == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    token_forget(c);
    c->token = copy;
    c->renew_at_ms = renew_at_ms;
    return 0;
}

/* From the state: "<mark> <renew at, ms> <token>". What is not so, or of other credentials, is as none. */
static int token_load(struct client *c, struct weir_error *err)
{
    char value[TOKEN_MAX + 64];
    char mark[MARK_TEXT];
    char *end = NULL;
    long long renew_at;
    size_t len = 0;
    int rc;

    c->state_read = true;
    rc = token_mark(mark, c, err);
    if (rc != 0) {
        return rc;
    }
    rc = c->host->state_get(c->host, TOKEN_STATE, value, sizeof value - 1, &len, err);
    if (rc == WEIR_E_NONE || rc == WEIR_E_LIMIT) {
        return 0;
    }
    if (rc != 0) {
        return rc;
    }
    value[len] = '\0';
    if (len > MARK_TEXT && memcmp(value, mark, MARK_TEXT - 1) == 0 && value[MARK_TEXT - 1] == ' ') {
        renew_at = strtoll(value + MARK_TEXT, &end, 10);
        if (renew_at > 0 && *end == ' ' && end[1] != '\0' && strlen(end + 1) <= TOKEN_MAX &&
            printable(weir_str(end + 1))) {
            rc = token_keep(c, weir_str(end + 1), renew_at, err);
        }
    }
    explicit_bzero(value, sizeof value);
    return rc;
}

/* A state that cannot be written costs a token request after the next restart, no more. */
static void token_store(const struct client *c)
{
    char value[TOKEN_MAX + 64];
    char mark[MARK_TEXT];
    struct weir_error err = {0};
    int len;
    int rc;

    rc = token_mark(mark, c, &err);
    if (rc == 0) {
        len = snprintf(value, sizeof value, "%s %lld %s", mark, (long long)c->renew_at_ms, c->token);
        rc = c->host->state_put(c->host, TOKEN_STATE, weir_bytes(value, (size_t)len), &err);
        explicit_bzero(value, sizeof value);
    }
    if (rc != 0) {
        client_log(c, WEIR_LOG_WARN, "the access token could not be kept for the next start", &err);
    }
}

/* Every failure of the token endpoint is a 400 in OAuth form, a wrong secret included. */
static int token_refused(const struct weir_http_response *response, struct weir_error *err)
{
    json_t *problem = NULL;
    char word[48] = "";
    int rc = WEIR_E_AUTH;

    if (weir_json_parse(&problem, response->body, ANSWER_MAX, "token", NULL) == 0) {
        (void)weir_json_text(word, sizeof word, problem, "error");
        json_decref(problem);
    }
    for (size_t i = 0; word[i] != '\0'; i++) {
        if (!((word[i] >= 'a' && word[i] <= 'z') || word[i] == '_')) {
            word[i] = '\0';
            break;
        }
    }
    if (strcmp(word, "server_error") == 0 || strcmp(word, "temporarily_unavailable") == 0) {
        rc = WEIR_E_LATER;
    }
    return weir_fail(err, rc, "POST " TOKEN_PATH ": HTTP %d %s%s", (int)response->status, word,
                     rc == WEIR_E_AUTH ? ": check client_id and client_secret of the Personio credentials"
                                       : "");
}

static int token_read(struct client *c, const struct weir_http_response *response, struct weir_error *err)
{
    json_t *answer = NULL;
    struct weir_str token = {NULL, 0};
    int64_t expires_s = EXPIRES_DEFAULT_S;
    int64_t life_ms;
    int rc;

    rc = weir_json_parse(&answer, response->body, ANSWER_MAX, "POST " TOKEN_PATH, err);
    if (rc != 0) {
        return rc == WEIR_E_INVALID
                   ? weir_fail(err, WEIR_E_LATER, "POST " TOKEN_PATH ": the answer is not JSON")
                   : rc;
    }
    (void)weir_json_str(&token, answer, "access_token");
    (void)weir_json_integer(&expires_s, answer, "expires_in");
    if (token.len == 0 || token.len > TOKEN_MAX || !printable(token)) {
        rc = weir_fail(err, WEIR_E_LATER, "POST " TOKEN_PATH ": the answer has no usable access_token");
    } else {
        expires_s = expires_s < 1 ? 1 : expires_s > EXPIRES_MAX_S ? EXPIRES_MAX_S : expires_s;
        life_ms = expires_s * 1000;
        /* A token that lives less than two minutes is used for half of its life. */
        life_ms -= life_ms / 2 < RENEW_BEFORE_MS ? life_ms / 2 : RENEW_BEFORE_MS;
        rc = token_keep(c, token, c->host->now_ms(c->host) + life_ms, err);
    }
    json_decref(answer);
    return rc;
}

static size_t partner_headers(struct weir_header *headers, const struct client *c)
{
    size_t n = 0;

    if (c->partner_id.len > 0) {
        headers[n].name = weir_str("X-Personio-Partner-ID");
        headers[n++].value = c->partner_id;
    }
    if (c->app_id.len > 0) {
        headers[n].name = weir_str("X-Personio-App-ID");
        headers[n++].value = c->app_id;
    }
    return n;
}

static int token_request(struct client *c, struct weir_error *err)
{
    struct weir_header headers[4];
    struct weir_http_request request = {.size = sizeof request};
    struct weir_http_response response = {.size = sizeof response};
    struct weir_text form;
    int rc;

    weir_text_init(&form);
    weir_text_add(&form, "grant_type=client_credentials&client_id=");
    weir_text_add_encoded(&form, c->client_id);
    weir_text_add(&form, "&client_secret=");
    weir_text_add_encoded(&form, c->client_secret);
    headers[0].name = weir_str("Content-Type");
    headers[0].value = weir_str("application/x-www-form-urlencoded");
    headers[1].name = weir_str("Accept");
    headers[1].value = weir_str("application/json");
    request.method = "POST";
    request.url = weir_str(TOKEN_PATH);
    request.headers = headers;
    request.header_count = 2 + partner_headers(headers + 2, c);
    request.body = weir_str_bytes(weir_text_str(&form));
    request.response_max = ANSWER_MAX;
    request.repeatable = true; /* a second token does no harm */
    request.limit = weir_str(TOKEN_PATH);
    rc = c->host->http(c->host, &request, &response, err);
    explicit_bzero(&form, sizeof form);
    if (rc != 0) {
        return rc;
    }
    if (response.status == 200) {
        rc = token_read(c, &response, err);
    } else if (response.status == 429 || response.status >= 500) {
        rc = weir_fail(err, WEIR_E_LATER, "POST " TOKEN_PATH ": HTTP %d", (int)response.status);
    } else if (response.status == 400 || response.status == 401 || response.status == 403) {
        rc = token_refused(&response, err);
    } else {
        rc = weir_fail(err, WEIR_E_CONFIG,
                       "POST " TOKEN_PATH ": HTTP %d: base_url does not lead to Personio's API",
                       (int)response.status);
    }
    c->host->http_release(c->host, &response);
    if (rc == 0) {
        token_store(c);
    }
    return rc;
}

static int token_ensure(struct client *c, struct weir_error *err)
{
    int rc = 0;

    if (c->token == NULL && !c->state_read) {
        rc = token_load(c, err);
    }
    if (rc == 0 && (c->token == NULL || c->host->now_ms(c->host) >= c->renew_at_ms)) {
        rc = token_request(c, err);
    }
    return rc;
}

/* ---- a request ---- */

/* The trace id that Personio's support asks for, or "". */
static void trace_read(char out[72], struct weir_bytes body)
{
    json_t *problem = NULL;

    out[0] = '\0';
    if (body.len == 0 || weir_json_parse(&problem, body, ANSWER_MAX, "problem", NULL) != 0) {
        return;
    }
    if (weir_json_text(out, 65, problem, "personio_trace_id") != WEIR_JSON_VALUE) {
        out[0] = '\0';
    }
    for (size_t i = 0; out[i] != '\0'; i++) {
        char ch = out[i];

        if (!((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
              ch == '-')) {
            out[0] = '\0';
            break;
        }
    }
    json_decref(problem);
}

static bool looks_like_json(struct weir_bytes body)
{
    size_t i = 0;

    while (i < body.len &&
           (body.data[i] == ' ' || body.data[i] == '\n' || body.data[i] == '\r' || body.data[i] == '\t')) {
        i++;
    }
    return i == body.len || body.data[i] == '{';
}

static int status_fail(const struct call *call, const struct weir_http_response *response,
                       struct weir_error *err)
{
    char trace[72];
    char tail[96] = "";
    int status = (int)response->status;

    trace_read(trace, response->body);
    if (trace[0] != '\0') {
        (void)snprintf(tail, sizeof tail, " (trace %s)", trace);
    }
    switch (status) {
    case 401:
    case 403:
        return weir_fail(err, WEIR_E_PERMISSION, "%s %s: HTTP %d, the Personio credentials lack %s%s",
                         call->method, call->name, status, call->right, tail);
    case 404:
        /* A record is given up on a 404, so it has to be the API's own and not a proxy's page. */
        if (!looks_like_json(response->body)) {
            return weir_fail(err, WEIR_E_LATER,
                             "%s %s: HTTP 404 that is not from Personio's API: check base_url", call->method,
                             call->name);
        }
        return weir_fail(err, WEIR_E_NONE, "%s %s: HTTP 404%s", call->method, call->name, tail);
    case 412:
        return weir_fail(err, WEIR_E_UNSUPPORTED, "%s %s: HTTP 412, not available for this company%s",
                         call->method, call->name, tail);
    default:
        break;
    }
    if (status >= 300 && status < 400) {
        return weir_fail(err, WEIR_E_CONFIG, "%s %s: HTTP %d, a redirect: base_url is not Personio's API",
                         call->method, call->name, status);
    }
    if (status == 408 || status == 429 || status >= 500 || status < 200) {
        return weir_fail(err, WEIR_E_LATER, "%s %s: HTTP %d%s", call->method, call->name, status, tail);
    }
    return weir_fail(err, WEIR_E_INVALID, "%s %s: HTTP %d%s", call->method, call->name, status, tail);
}

static int answer_read(struct answer *out, const struct call *call, const struct weir_http_response *response,
                       struct weir_error *err)
{
    int rc;

    if (response->body.len == 0 || response->status == 204) {
        return 0;
    }
    rc = weir_json_parse(&out->json, response->body, ANSWER_MAX, call->name, err);
    if (rc == WEIR_E_INVALID) {
        /* Most likely a gateway's page: the same request may do better later. */
        rc = weir_fail(err, WEIR_E_LATER, "%s %s: HTTP %d with a body that is not JSON", call->method,
                       call->name, (int)response->status);
    }
    return rc;
}

static int send_once(struct answer *out, struct client *c, const struct call *call, struct weir_bytes body,
                     struct weir_error *err)
{
    char bearer[TOKEN_MAX + 8];
    struct weir_header headers[6];
    struct weir_http_request request = {.size = sizeof request};
    struct weir_http_response response = {.size = sizeof response};
    size_t n = 2;
    int rc;

    (void)snprintf(bearer, sizeof bearer, "Bearer %s", c->token);
    headers[0].name = weir_str("Authorization");
    headers[0].value = weir_str(bearer);
    /* Calls whose only documented content is a problem were reported to want both. */
    headers[1].name = weir_str("Accept");
    headers[1].value = weir_str("application/json, application/problem+json");
    n += partner_headers(headers + n, c);
    if (call->beta) {
        headers[n].name = weir_str("Beta");
        headers[n++].value = weir_str("true");
    }
    if (call->body != NULL) {
        headers[n].name = weir_str("Content-Type");
        headers[n++].value = weir_str("application/json");
    }
    request.method = call->method;
    request.url = weir_text_str(call->url);
    request.headers = headers;
    request.header_count = n;
    request.body = body;
    request.response_max = ANSWER_MAX;
    request.repeatable = strcmp(call->method, "GET") == 0 || strcmp(call->method, "DELETE") == 0;
    request.limit = weir_str(call->name);
    rc = c->host->http(c->host, &request, &response, err);
    explicit_bzero(bearer, sizeof bearer);
    if (rc != 0) {
        return rc;
    }
    out->status = (int)response.status;
    rc = out->status >= 200 && out->status < 300 ? answer_read(out, call, &response, err)
                                                 : status_fail(call, &response, err);
    c->host->http_release(c->host, &response);
    return rc;
}

int client_token(struct weir_str *out, struct client *c, bool renew, struct weir_error *err)
{
    int rc = renew ? token_request(c, err) : token_ensure(c, err);

    *out = weir_str(c->token);
    return rc;
}

int client_send(struct answer *out, struct client *c, const struct call *call, struct weir_error *err)
{
    char *body = NULL;
    size_t len = 0;
    int rc;

    out->status = 0;
    out->json = NULL;
    if (call->url->failed) {
        return weir_fail(err, WEIR_E_LIMIT, "%s %s: the address is longer than %d bytes", call->method,
                         call->name, WEIR_TEXT_MAX);
    }
    if (call->body != NULL) {
        body = weir_json_dump_dup(&len, call->body, err);
        if (body == NULL) {
            return WEIR_E_MEMORY;
        }
    }
    rc = token_ensure(c, err);
    if (rc == 0) {
        rc = send_once(out, c, call, weir_bytes(body, len), err);
    }
    if (out->status == 401) {
        /* Either the token ended early or a right is missing, which looks the same: a new token tells. */
        out->status = 0;
        token_forget(c);
        rc = token_request(c, err);
        if (rc == 0) {
            rc = send_once(out, c, call, weir_bytes(body, len), err);
        }
    }
    if (body != NULL) {
        explicit_bzero(body, len); /* a webhook's carries its token */
        free(body);
    }
    return rc;
}

void answer_fini(struct answer *a)
{
    json_decref(a->json);
    a->json = NULL;
}
