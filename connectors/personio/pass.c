#include "pass.h"

#include "weir/pass.h"

#define AUTH_PATH "/v1/auth"
#define ANSWER_MAX ((size_t)64 << 10)
#define TOKEN_MAX 4096
#define RENEW_AFTER_MS INT64_C(3600000) /* it lives a day; 60 requests a minute are let through */

static const struct weir_api apis[] = {
    {"personnel", "Personnel data, v1", "/v1"},
    {"personnelv2", "Personnel data, v2", "/v2"},
};

void pass_fini(struct personio *self)
{
    if (self->v1_token != NULL) {
        explicit_bzero(self->v1_token, strlen(self->v1_token));
        free(self->v1_token);
        self->v1_token = NULL;
    }
}

/* A refusal may come as a 200 that says success false. */
static int v1_token_read(struct personio *self, const struct weir_http_response *response,
                         struct weir_error *err)
{
    struct weir_str token = {NULL, 0};
    json_t *answer = NULL;
    int status = (int)response->status;
    int rc;

    if (status == 429 || status >= 500) {
        return weir_fail(err, WEIR_E_LATER, "POST " AUTH_PATH ": HTTP %d", status);
    }
    rc = weir_json_parse(&answer, response->body, ANSWER_MAX, "POST " AUTH_PATH, err);
    if (rc == 0 && (status != 200 || json_is_false(json_object_get(answer, "success")))) {
        rc = weir_fail(err, WEIR_E_AUTH,
                       "POST " AUTH_PATH ": HTTP %d without a token: check client_id and client_secret",
                       status);
    } else if (rc == 0 && (weir_json_str(&token, answer, "data.token") != WEIR_JSON_VALUE || token.len == 0 ||
                           token.len > TOKEN_MAX)) {
        rc = weir_fail(err, WEIR_E_LATER, "POST " AUTH_PATH ": HTTP %d with neither a token nor a refusal",
                       status);
    }
    if (rc == 0) {
        pass_fini(self);
        self->v1_token = strndup(token.data, token.len);
        self->v1_until_ms = self->host->now_ms(self->host) + RENEW_AFTER_MS;
        rc = self->v1_token != NULL ? 0 : weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    json_decref(answer);
    return rc;
}

static int v1_token_request(struct personio *self, struct weir_error *err)
{
    const struct weir_host *host = self->host;
    struct weir_header headers[] = {{weir_str("Content-Type"), weir_str("application/x-www-form-urlencoded")},
                                    {weir_str("Accept"), weir_str("application/json")}};
    struct weir_http_request request = {.size = sizeof request, .method = "POST", .headers = headers};
    struct weir_http_response response = {.size = sizeof response};
    struct weir_text form;
    int rc;

    weir_text_init(&form);
    weir_text_add(&form, "client_id=");
    weir_text_add_encoded(&form, self->client.client_id);
    weir_text_add(&form, "&client_secret=");
    weir_text_add_encoded(&form, self->client.client_secret);
    request.url = weir_str(AUTH_PATH);
    request.header_count = 2;
    request.body = weir_str_bytes(weir_text_str(&form));
    request.response_max = ANSWER_MAX;
    request.repeatable = true; /* it is the same token for a day */
    request.limit = weir_str(AUTH_PATH);
    rc = host->http(host, &request, &response, err);
    explicit_bzero(&form, sizeof form);
    if (rc == 0) {
        rc = v1_token_read(self, &response, err);
        host->http_release(host, &response);
    }
    return rc;
}

static int token_of(struct weir_str *out, struct personio *self, bool v1, bool renew, struct weir_error *err)
{
    int rc = 0;

    if (!v1) {
        return client_token(out, &self->client, renew, err);
    }
    if (renew || self->v1_token == NULL || self->host->now_ms(self->host) >= self->v1_until_ms) {
        rc = v1_token_request(self, err);
    }
    *out = weir_str(self->v1_token);
    return rc;
}

static int pass_send(void *opaque, struct weir_str api, const struct weir_http_request *request,
                     struct weir_http_response *response, struct weir_error *err)
{
    struct personio *self = opaque;
    bool v1 = weir_str_is(api, "personnel");
    struct weir_str token = {NULL, 0};
    int rc = token_of(&token, self, v1, false, err);

    if (rc == 0) {
        rc = weir_pass_bearer(self->host, token, request, response, err);
    }
    if (rc == 0 && response->status == 401) {
        /* The token may have ended early: a new one tells, and what it is answered then is the answer. */
        self->host->http_release(self->host, response);
        rc = token_of(&token, self, v1, true, err);
        rc = rc == 0 ? weir_pass_bearer(self->host, token, request, response, err) : rc;
    }
    return rc;
}

const struct weir_pass personio_pass = {.size = sizeof(struct weir_pass),
                                        .apis = apis,
                                        .api_count = sizeof apis / sizeof apis[0],
                                        .send = pass_send};
