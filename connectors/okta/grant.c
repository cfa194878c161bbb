#include "grant.h"

#include "proof.h"

#include "weir/jwt.h"

#include <strings.h>

#define ANSWER_MAX ((size_t)64 * 1024)
#define ASSERTION_MAX 4096
#define ASSERTION_LIFE_S 300
#define CLOCK_SLACK_S 5 /* an assertion from the future is refused */
#define RENEW_BEFORE_MS 60000
#define EXPIRES_DEFAULT_S 600 /* an answer without expires_in: short, so that a wrong guess costs little */
#define EXPIRES_MAX_S 86400
#define TRIES_MAX 4 /* without a proof, without a nonce, with fewer scopes, and the one that counts */

int grant_token_keep(struct auth *a, struct weir_str token, int64_t renew_at_ms, struct weir_error *err)
{
    char *copy = strndup(token.data, token.len);

    if (copy == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    if (a->token != NULL) {
        explicit_bzero(a->token, strlen(a->token));
        free(a->token);
    }
    a->token = copy;
    a->renew_at_ms = renew_at_ms;
    return 0;
}

/* ---- asking ---- */

/* New for each request: Okta takes a jti once. */
static int assertion_make(char *out, const struct auth *a, struct weir_error *err)
{
    json_int_t now_s = (json_int_t)(a->host->now_ms(a->host) / 1000) - CLOCK_SLACK_S;
    char id[WEIR_JWT_ID_TEXT];
    json_t *header = NULL;
    json_t *claims = NULL;
    char *header_text = NULL;
    char *claims_text = NULL;
    size_t header_len = 0;
    size_t claims_len = 0;
    int rc = weir_jwt_id(id, a->host, err);

    if (rc != 0) {
        return rc;
    }
    header = json_pack("{s:s,s:s%,s:s}", "alg", a->signature == WEIR_RS256 ? "RS256" : "ES256", "kid",
                       a->key_id.data, a->key_id.len, "typ", "JWT");
    claims = json_pack("{s:s%,s:s%,s:I,s:I,s:s}", "iss", a->client_id.data, a->client_id.len, "sub",
                       a->client_id.data, a->client_id.len, "iat", now_s, "exp", now_s + ASSERTION_LIFE_S,
                       "jti", id);
    rc = WEIR_E_MEMORY;
    if (claims != NULL &&
        json_object_set_new(claims, "aud", json_sprintf("%.*s%s", WEIR_STR_ARG(a->base_url), GRANT_PATH)) ==
            0) {
        header_text = header != NULL ? weir_json_dump_dup(&header_len, header, err) : NULL;
        claims_text = weir_json_dump_dup(&claims_len, claims, err);
    }
    if (header_text != NULL && claims_text != NULL) {
        rc = weir_jwt_sign(out, ASSERTION_MAX, a->host, a->signature, weir_str(a->private_key),
                           weir_str_n(header_text, header_len), weir_str_n(claims_text, claims_len), err);
    } else {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    free(header_text);
    free(claims_text);
    json_decref(header);
    json_decref(claims);
    return rc;
}

static void form_write(struct weir_text *form, const struct auth *a, const char *assertion)
{
    weir_text_init(form);
    weir_text_add(form, "grant_type=client_credentials&scope=");
    weir_text_add_encoded(form, weir_str(a->narrow ? GRANT_SCOPES : GRANT_SCOPES " " GRANT_LOG_SCOPE));
    weir_text_add(form, "&client_assertion_type=");
    weir_text_add_encoded(form, weir_str("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    weir_text_add(form, "&client_assertion=");
    weir_text_add_encoded(form, weir_str(assertion));
}

/* The answer is the caller's to release when this is 0. */
static int grant_send(struct weir_http_response *response, struct auth *a, struct weir_error *err)
{
    char assertion[ASSERTION_MAX];
    char proof[AUTH_PROOF_MAX];
    struct weir_header headers[3] = {
        {weir_str("Accept"), weir_str("application/json")},
        {weir_str("Content-Type"), weir_str("application/x-www-form-urlencoded")}};
    struct weir_http_request request = {.size = sizeof request};
    struct weir_text form;
    int rc = assertion_make(assertion, a, err);

    request.header_count = 2;
    if (rc == 0 && a->dpop) {
        rc = proof_key_ensure(a, err);
        if (rc == 0) {
            rc = proof_make(proof, sizeof proof, a, "POST", weir_str(GRANT_PATH), NULL, err);
        }
        headers[2].name = weir_str("DPoP");
        headers[2].value = weir_str(proof);
        request.header_count = 3;
    }
    if (rc != 0) {
        return rc;
    }
    form_write(&form, a, assertion);
    request.method = "POST";
    request.url = weir_str(GRANT_PATH);
    request.headers = headers;
    request.body = weir_str_bytes(weir_text_str(&form));
    request.response_max = ANSWER_MAX;
    request.limit = weir_str(GRANT_PATH);
    rc = form.failed ? weir_fail(err, WEIR_E_LIMIT, "POST " GRANT_PATH ": the request is too long")
                     : a->host->http(a->host, &request, response, err);
    explicit_bzero(&form, sizeof form);
    explicit_bzero(assertion, sizeof assertion);
    return rc;
}

/* ---- what was answered ---- */

static bool visible(struct weir_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] <= ' ' || s.data[i] > '~') {
            return false;
        }
    }
    return s.len > 0;
}

static int token_read(struct auth *a, const struct weir_http_response *response, struct weir_error *err)
{
    json_t *answer = NULL;
    struct weir_str token = {NULL, 0};
    int64_t expires_s = EXPIRES_DEFAULT_S;
    int64_t life_ms;
    bool bound;
    int rc = weir_json_parse(&answer, response->body, ANSWER_MAX, "POST " GRANT_PATH, err);

    if (rc != 0) {
        return rc == WEIR_E_INVALID
                   ? weir_fail(err, WEIR_E_LATER, "POST " GRANT_PATH ": the answer is not JSON")
                   : rc;
    }
    (void)weir_json_str(&token, answer, "access_token");
    (void)weir_json_integer(&expires_s, answer, "expires_in");
    bound = weir_json_word_is(answer, "token_type", "DPoP");
    if (!visible(token) || token.len > AUTH_TOKEN_MAX || (bound && a->dpop_key == NULL)) {
        rc = weir_fail(err, WEIR_E_LATER, "POST " GRANT_PATH ": the answer has no usable access_token");
    } else {
        expires_s = expires_s < 1 ? 1 : expires_s > EXPIRES_MAX_S ? EXPIRES_MAX_S : expires_s;
        life_ms = expires_s * 1000;
        /* A token that lives less than two minutes is used for half of its life. */
        life_ms -= life_ms / 2 < RENEW_BEFORE_MS ? life_ms / 2 : RENEW_BEFORE_MS;
        rc = grant_token_keep(a, token, a->host->now_ms(a->host) + life_ms, err);
        a->bound = rc == 0 ? bound : a->bound;
    }
    json_decref(answer);
    return rc;
}

/* The "error" of a refusal: a word of RFC 6749 and its kin, or "". */
static int refusal_word(char out[48], const struct weir_http_response *response, struct weir_error *err)
{
    json_t *problem = NULL;

    out[0] = '\0';
    if (response->body.len > 0 &&
        weir_json_parse(&problem, response->body, ANSWER_MAX, "token", NULL) == WEIR_E_MEMORY) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    (void)weir_json_text(out, 48, problem, "error");
    if (strspn(out, "abcdefghijklmnopqrstuvwxyz_") != strlen(out)) {
        out[0] = '\0';
    }
    json_decref(problem);
    return 0;
}

/* What a refusal teaches, so that the next try is another. false: it stays a refusal. */
static bool refusal_learn(struct auth *a, const struct weir_http_response *response, const char *word)
{
    if (proof_nonce_take(a, response)) {
        a->dpop = true;
        return true;
    }
    if (strcmp(word, "invalid_dpop_proof") == 0 && !a->dpop) {
        a->dpop = true;
        auth_keep(a); /* whatever comes next: never again without one */
        return true;
    }
    if (strcmp(word, "invalid_scope") == 0 && !a->narrow) {
        /* The System Log is advised, not needed. Whether it was that, the next answer tells. */
        a->narrow = true;
        return true;
    }
    return false;
}

static int refused(const struct weir_http_response *response, const char *word, struct weir_error *err)
{
    int status = (int)response->status;

    if (status == 429 || status >= 500) {
        return weir_fail(err, WEIR_E_LATER, "POST " GRANT_PATH ": HTTP %d", status);
    }
    if (strcmp(word, "invalid_scope") == 0) {
        return weir_fail(err, WEIR_E_PERMISSION,
                         "the service app has not been granted all of " GRANT_SCOPES
                         " (and, advised, " GRANT_LOG_SCOPE "): grant them under Okta API Scopes of the app");
    }
    if (strcmp(word, "invalid_dpop_proof") == 0 || strcmp(word, "use_dpop_nonce") == 0) {
        return weir_fail(err, WEIR_E_LATER,
                         "POST " GRANT_PATH ": HTTP %d %s: is the clock of this machine right?", status,
                         word);
    }
    if (word[0] != '\0' || status == 401 || status == 403) {
        return weir_fail(err, WEIR_E_AUTH,
                         "POST " GRANT_PATH
                         ": HTTP %d %s: check client_id, key_id and private_key, that the app "
                         "is an active service app, and the clock of this machine",
                         status, word);
    }
    return weir_fail(err, WEIR_E_CONFIG,
                     "POST " GRANT_PATH ": HTTP %d: base_url does not lead to an Okta org", status);
}

static int grant_once(bool *again, struct auth *a, struct weir_error *err)
{
    struct weir_http_response response = {.size = sizeof response};
    char word[48];
    int rc = grant_send(&response, a, err);

    *again = false;
    if (rc != 0) {
        return rc;
    }
    if (response.status == 200) {
        rc = token_read(a, &response, err);
    } else {
        rc = refusal_word(word, &response, err);
        if (rc == 0) {
            *again = response.status >= 400 && response.status < 500 && refusal_learn(a, &response, word);
            rc = refused(&response, word, err);
        }
    }
    a->host->http_release(a->host, &response);
    return rc;
}

int grant_request(struct auth *a, struct weir_error *err)
{
    bool narrow_before = a->narrow;
    bool again = true;
    int rc = 0;

    for (int i = 0; again && i < TRIES_MAX; i++) {
        rc = grant_once(&again, a, err);
    }
    if (rc == 0) {
        auth_keep(a);
        if (a->narrow && !narrow_before) {
            a->host->log(a->host, WEIR_LOG_WARN,
                         weir_str("the service app has not been granted " GRANT_LOG_SCOPE
                                  ": what Okta did not deliver is only found by full syncs"));
        }
    } else if (a->narrow && !narrow_before) {
        a->narrow = false;
    }
    return rc;
}
