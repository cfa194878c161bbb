#include "auth.h"

#include "grant.h"
#include "proof.h"

#define RENEW_MARK_TEXT 17 /* 8 bytes in hex and the end */
#define STATE_MAX 16384

/* ---- settings ---- */

static bool printable(struct weir_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] <= ' ' || s.data[i] > '~') {
            return false;
        }
    }
    return true;
}

static int setting_read(struct weir_str *value, const struct weir_host *host, const char *key,
                        struct weir_error *err)
{
    *value = weir_str_n(NULL, 0);
    if (!host->setting(host, key, value) || value->len == 0) {
        *value = weir_str_n(NULL, 0);
        return 0;
    }
    /* These go into headers. A blank at an end is what copying and pasting leaves. */
    if (!printable(*value) || value->len > 1024) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "the setting %s has blanks or characters that no such value has: copy it again",
                         key);
    }
    return 0;
}

/* A copy in which "\n" written as two characters, as JSON and shells leave it, is the end of a line. */
static char *pem_dup(struct weir_str text)
{
    char *copy = malloc(text.len + 1);
    size_t n = 0;

    for (size_t i = 0; copy != NULL && i < text.len; i++) {
        bool escaped = text.data[i] == '\\' && i + 1 < text.len && text.data[i + 1] == 'n';

        copy[n++] = escaped ? '\n' : text.data[i];
        i += escaped ? 1 : 0;
    }
    if (copy != NULL) {
        copy[n] = '\0';
    }
    return copy;
}

static int key_read(struct auth *a, struct weir_error *err)
{
    struct weir_error why = {0};
    struct weir_str text = {NULL, 0};
    char jwk[WEIR_KEY_JWK_MAX];
    size_t len = 0;
    int rc;

    if (!a->host->setting(a->host, "private_key", &text) || text.len == 0 || a->client_id.len == 0 ||
        a->key_id.len == 0) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "set api_token, or client_id, key_id and private_key of a service app: Okta shows "
                         "them under Applications > the app > General");
    }
    a->private_key = pem_dup(text);
    if (a->private_key == NULL) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    rc = a->host->key_public(a->host, weir_str(a->private_key), &a->signature, jwk, &len, &why);
    return rc == 0 ? 0 : weir_fail(err, rc, "the setting private_key: %.200s", why.message);
}

int auth_init(struct auth *a, const struct weir_host *host, struct weir_error *err)
{
    struct weir_str key = {NULL, 0};
    int rc;

    memset(a, 0, sizeof *a);
    a->host = host;
    if (!host->setting(host, "base_url", &a->base_url) || a->base_url.len == 0) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "base_url is missing: the address of the org, https://acme.okta.com");
    }
    if (!WEIR_HOST_HAS(host, key_public)) {
        return weir_fail(err, WEIR_E_UNSUPPORTED,
                         "the Okta connector needs a Weir with contract 1.1 or later");
    }
    rc = setting_read(&a->api_token, host, "api_token", err);
    if (rc == 0) {
        rc = setting_read(&a->client_id, host, "client_id", err);
    }
    if (rc == 0) {
        rc = setting_read(&a->key_id, host, "key_id", err);
    }
    if (rc != 0) {
        return rc;
    }
    if (a->api_token.len > 0 &&
        (a->client_id.len > 0 || (host->setting(host, "private_key", &key) && key.len > 0))) {
        return weir_fail(err, WEIR_E_CONFIG,
                         "both api_token and a service app's credentials are set: take one of the two away");
    }
    return a->api_token.len > 0 ? 0 : key_read(a, err);
}

static void wipe_free(char **text)
{
    if (*text != NULL) {
        explicit_bzero(*text, strlen(*text));
        free(*text);
        *text = NULL;
    }
}

void auth_fini(struct auth *a)
{
    wipe_free(&a->private_key);
    wipe_free(&a->token);
    wipe_free(&a->dpop_key);
    free(a->dpop_jwk);
    a->dpop_jwk = NULL;
}

/* ---- what is kept ---- */

/* Names the credentials that something was kept for, so that changed ones do not go on with it. */
static int mark_make(char out[RENEW_MARK_TEXT], const struct auth *a, struct weir_error *err)
{
    struct weir_bytes parts[3];
    uint8_t mac[WEIR_DIGEST_MAX];
    size_t len = 0;
    int rc;

    parts[0] = weir_str_bytes(a->client_id);
    parts[1] = weir_str_bytes(weir_str("\n"));
    parts[2] = weir_str_bytes(a->base_url);
    rc = a->host->hmac(a->host, WEIR_SHA256, weir_str_bytes(weir_str(a->private_key)), parts, 3, mac, &len,
                       err);
    for (size_t i = 0; rc == 0 && i < 8; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", mac[i]);
    }
    return rc;
}

static int kept_take(struct auth *a, const json_t *kept, struct weir_error *err)
{
    struct weir_str token = {NULL, 0};
    struct weir_str key = {NULL, 0};
    int64_t renew_at = 0;
    int rc = 0;

    (void)weir_json_bool(&a->dpop, kept, "dpop");
    (void)weir_json_text(a->nonce, sizeof a->nonce, kept, "nonce");
    (void)weir_json_str(&token, kept, "token");
    (void)weir_json_str(&key, kept, "key");
    (void)weir_json_integer(&renew_at, kept, "renew_at");
    if (key.len > 0) {
        rc = proof_key_take(a, strndup(key.data, key.len), err);
    }
    if (rc == WEIR_E_MEMORY) {
        return rc;
    }
    (void)weir_json_bool(&a->bound, kept, "bound");
    if (rc == 0 && token.len > 0 && token.len <= AUTH_TOKEN_MAX && printable(token) &&
        (!a->bound || a->dpop_key != NULL)) {
        rc = grant_token_keep(a, token, renew_at, err);
    }
    return rc == WEIR_E_MEMORY ? rc : 0;
}

/* What cannot be read, or is of other credentials, is as none. */
static int kept_load(struct auth *a, struct weir_error *err)
{
    char mark[RENEW_MARK_TEXT];
    char *text = malloc(STATE_MAX);
    json_t *kept = NULL;
    size_t len = 0;
    int rc = text == NULL ? weir_fail(err, WEIR_E_MEMORY, "out of memory") : mark_make(mark, a, err);

    if (rc == 0) {
        rc = a->host->state_get(a->host, "token", text, STATE_MAX, &len, err);
    }
    if (rc == 0) {
        rc = weir_json_parse(&kept, weir_bytes(text, len), STATE_MAX, "the kept token", err);
        if (rc == 0 && weir_json_word_is(kept, "mark", mark)) {
            rc = kept_take(a, kept, err);
        }
    }
    a->state_read = rc != WEIR_E_MEMORY;
    json_decref(kept);
    if (text != NULL) {
        explicit_bzero(text, STATE_MAX);
        free(text);
    }
    return rc == WEIR_E_NONE || rc == WEIR_E_LIMIT || rc == WEIR_E_INVALID ? 0 : rc;
}

/* A state that cannot be written costs a token request after the next restart, no more. */
void auth_keep(const struct auth *a)
{
    char mark[RENEW_MARK_TEXT];
    struct weir_error err = {0};
    json_t *kept = NULL;
    char *text = NULL;
    size_t len = 0;
    int rc = mark_make(mark, a, &err);

    if (rc == 0) {
        kept = json_pack("{s:s,s:b,s:b,s:s,s:s,s:s,s:I}", "mark", mark, "dpop", a->dpop, "bound", a->bound,
                         "nonce", a->nonce, "token", a->token != NULL ? a->token : "", "key",
                         a->dpop_key != NULL ? a->dpop_key : "", "renew_at", (json_int_t)a->renew_at_ms);
        text = kept != NULL ? weir_json_dump_dup(&len, kept, &err) : NULL;
        rc = text == NULL ? WEIR_E_MEMORY : a->host->state_put(a->host, "token", weir_bytes(text, len), &err);
    }
    if (rc != 0) {
        a->host->log(a->host, WEIR_LOG_WARN,
                     weir_str("the access token could not be kept for the next start"));
    }
    json_decref(kept);
    if (text != NULL) {
        explicit_bzero(text, len);
        free(text);
    }
}

/* ---- a token ---- */

int auth_ensure(struct auth *a, struct weir_error *err)
{
    int rc = 0;

    if (a->api_token.len > 0) {
        return 0;
    }
    if (a->token == NULL && !a->state_read) {
        rc = kept_load(a, err);
    }
    if (rc == 0 && (a->token == NULL || a->host->now_ms(a->host) >= a->renew_at_ms)) {
        rc = grant_request(a, err);
    }
    return rc;
}

int auth_renew(struct auth *a, struct weir_error *err)
{
    if (a->api_token.len > 0) {
        return weir_fail(err, WEIR_E_AUTH,
                         "HTTP 401, Okta refuses the API token: it was revoked, was not used for 30 days, or "
                         "its owner was deactivated: make a new one (Security > API > Tokens)");
    }
    wipe_free(&a->token);
    return grant_request(a, err);
}

bool auth_renews(const struct auth *a)
{
    return a->api_token.len == 0;
}

/* ---- a request's headers ---- */

bool auth_proves_each_request(const struct auth *a)
{
    return a->api_token.len == 0 && a->bound;
}

int auth_headers_make(struct auth_headers *out, const struct auth *a, const char *method,
                      struct weir_str path, struct weir_error *err)
{
    const char *scheme = a->bound ? "DPoP" : "Bearer";
    int rc = 0;

    out->count = 0;
    if (a->api_token.len > 0) {
        (void)snprintf(out->authorization, sizeof out->authorization, "SSWS %.*s",
                       WEIR_STR_ARG(a->api_token));
    } else {
        (void)snprintf(out->authorization, sizeof out->authorization, "%s %s", scheme, a->token);
    }
    out->list[out->count].name = weir_str("Authorization");
    out->list[out->count++].value = weir_str(out->authorization);
    if (auth_proves_each_request(a)) {
        rc = proof_make(out->proof, sizeof out->proof, a, method, path, a->token, err);
        out->list[out->count].name = weir_str("DPoP");
        out->list[out->count++].value = weir_str(out->proof);
    }
    return rc;
}

void auth_headers_fini(struct auth_headers *h)
{
    explicit_bzero(h->authorization, sizeof h->authorization);
}

bool auth_nonce_asked(struct auth *a, const struct weir_http_response *response)
{
    return a->api_token.len == 0 && (response->status == 400 || response->status == 401) &&
           proof_nonce_take(a, response);
}
