#include "proof.h"

#include "header.h"

#include "weir/jwt.h"

#define CLOCK_SLACK_S 5 /* a proof from the future is refused */

int proof_key_take(struct auth *a, char *pem, struct weir_error *err)
{
    char jwk[WEIR_KEY_JWK_MAX];
    char *jwk_copy = NULL;
    size_t len = 0;
    int signature = 0;
    int rc = pem == NULL ? weir_fail(err, WEIR_E_MEMORY, "out of memory")
                         : a->host->key_public(a->host, weir_str(pem), &signature, jwk, &len, err);

    if (rc == 0 && signature != WEIR_ES256) {
        rc = weir_fail(err, WEIR_E_CONFIG, "the kept DPoP key is not one that was made here");
    }
    if (rc == 0) {
        jwk_copy = strndup(jwk, len);
        rc = jwk_copy == NULL ? weir_fail(err, WEIR_E_MEMORY, "out of memory") : 0;
    }
    if (rc != 0) {
        if (pem != NULL) {
            explicit_bzero(pem, strlen(pem));
            free(pem);
        }
        return rc;
    }
    if (a->dpop_key != NULL) {
        /* What is kept may be read again, after there was no memory for the token beside it. */
        explicit_bzero(a->dpop_key, strlen(a->dpop_key));
        free(a->dpop_key);
        free(a->dpop_jwk);
    }
    a->dpop_key = pem;
    a->dpop_jwk = jwk_copy;
    return 0;
}

int proof_key_ensure(struct auth *a, struct weir_error *err)
{
    char pem[WEIR_KEY_PEM_MAX];
    size_t len = 0;
    int rc;

    if (a->dpop_key != NULL) {
        return 0;
    }
    rc = a->host->key_new(a->host, WEIR_ES256, pem, &len, err);
    if (rc == 0) {
        rc = proof_key_take(a, strndup(pem, len), err);
    }
    explicit_bzero(pem, sizeof pem);
    return rc;
}

/* "ath": which token the proof goes with. */
static int token_hash(json_t *claims, const struct auth *a, const char *token, struct weir_error *err)
{
    struct weir_bytes part = weir_str_bytes(weir_str(token));
    uint8_t digest[WEIR_DIGEST_MAX];
    char text[64];
    size_t digest_len = 0;
    size_t len = 0;
    int rc = a->host->digest(a->host, WEIR_SHA256, &part, 1, digest, &digest_len, err);

    if (rc == 0 && (!weir_jwt_add(text, sizeof text, &len, weir_bytes(digest, digest_len)) ||
                    json_object_set_new(claims, "ath", json_stringn(text, len)) != 0)) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    return rc;
}

static int claims_make(json_t **out, const struct auth *a, const char *method, struct weir_str path,
                       const char *token, struct weir_error *err)
{
    const char *end = path.len > 0 ? memchr(path.data, '?', path.len) : NULL;
    char id[WEIR_JWT_ID_TEXT];
    json_t *claims = json_object();
    int bad = 0;
    int rc = weir_jwt_id(id, a->host, err);

    path.len = end != NULL ? (size_t)(end - path.data) : path.len;
    bad |= json_object_set_new(claims, "htm", json_string(method));
    bad |= json_object_set_new(claims, "htu",
                               json_sprintf("%.*s%.*s", WEIR_STR_ARG(a->base_url), WEIR_STR_ARG(path)));
    bad |= json_object_set_new(claims, "iat",
                               json_integer((json_int_t)(a->host->now_ms(a->host) / 1000 - CLOCK_SLACK_S)));
    bad |= json_object_set_new(claims, "jti", json_string(rc == 0 ? id : ""));
    if (a->nonce[0] != '\0') {
        bad |= json_object_set_new(claims, "nonce", json_string(a->nonce));
    }
    if (rc == 0 && bad != 0) {
        rc = weir_fail(err, WEIR_E_MEMORY, "out of memory");
    }
    if (rc == 0 && token != NULL) {
        rc = token_hash(claims, a, token, err);
    }
    if (rc == 0) {
        *out = claims;
        claims = NULL;
    }
    json_decref(claims);
    return rc;
}

int proof_make(char *out, size_t cap, const struct auth *a, const char *method, struct weir_str path,
               const char *token, struct weir_error *err)
{
    char header[WEIR_KEY_JWK_MAX + 64];
    json_t *claims = NULL;
    char *text = NULL;
    size_t len = 0;
    int rc = claims_make(&claims, a, method, path, token, err);

    if (rc == 0) {
        text = weir_json_dump_dup(&len, claims, err);
        rc = text == NULL ? WEIR_E_MEMORY : 0;
    }
    if (rc == 0) {
        (void)snprintf(header, sizeof header, "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":%s}",
                       a->dpop_jwk);
        rc = weir_jwt_sign(out, cap, a->host, WEIR_ES256, weir_str(a->dpop_key), weir_str(header),
                           weir_str_n(text, len), err);
    }
    free(text);
    json_decref(claims);
    return rc;
}

/* At the token endpoint the body says so, at the API WWW-Authenticate. */
static bool nonce_is_asked(const struct weir_http_response *response)
{
    static const char word[] = "use_dpop_nonce";
    struct weir_str challenge = {NULL, 0};

    return (response->body.len > 0 &&
            memmem(response->body.data, response->body.len, word, sizeof word - 1) != NULL) ||
           (header_find(&challenge, response, "www-authenticate") && challenge.len > 0 &&
            memmem(challenge.data, challenge.len, word, sizeof word - 1) != NULL);
}

bool proof_nonce_take(struct auth *a, const struct weir_http_response *response)
{
    struct weir_str nonce = {NULL, 0};

    if (!nonce_is_asked(response) || !header_find(&nonce, response, "dpop-nonce") || nonce.len == 0 ||
        nonce.len >= sizeof a->nonce) {
        return false;
    }
    for (size_t i = 0; i < nonce.len; i++) {
        if (nonce.data[i] <= ' ' || nonce.data[i] > '~') {
            return false;
        }
    }
    memcpy(a->nonce, nonce.data, nonce.len);
    a->nonce[nonce.len] = '\0';
    return true;
}
