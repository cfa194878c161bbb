#include "base/crypto.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define NONCE 12
#define TAG 16
#define DIGESTS (WEIR_SHA512 + 1)

/* Fetching an algorithm costs more than using it: once per process, and the contexts once per thread. */
struct algorithms {
    EVP_MD *sha256;
    EVP_MAC *hmac;
    EVP_CIPHER *aes;
    pthread_key_t contexts_key; /* frees a thread's contexts when it ends */
    bool good;
};

struct contexts {
    EVP_MD_CTX *sha256;
    EVP_MAC_CTX *hmac[DIGESTS];
    EVP_CIPHER_CTX *aes;
};

/* Constant after the once; they describe OpenSSL, not Weir. */
static struct algorithms algorithms;
static pthread_once_t algorithms_once = PTHREAD_ONCE_INIT;
static _Thread_local struct contexts *contexts;

static void contexts_free(void *arg)
{
    struct contexts *ctx = arg;
    size_t i;

    contexts = NULL;
    EVP_MD_CTX_free(ctx->sha256);
    for (i = 0; i < DIGESTS; i++) {
        EVP_MAC_CTX_free(ctx->hmac[i]);
    }
    EVP_CIPHER_CTX_free(ctx->aes);
    free(ctx);
}

static void algorithms_fetch(void)
{
    algorithms.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    algorithms.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    algorithms.aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    algorithms.good = algorithms.sha256 != NULL && algorithms.hmac != NULL && algorithms.aes != NULL &&
                      pthread_key_create(&algorithms.contexts_key, contexts_free) == 0;
}

static int fail(struct weir_error *err, const char *what)
{
    ERR_clear_error();
    return weir_fail(err, WEIR_E_IO, "OpenSSL: %s failed", what);
}

/* This thread's contexts, made when it first asks. */
static int contexts_borrow(struct contexts **out, struct weir_error *err)
{
    struct contexts *ctx;

    if (contexts != NULL) {
        *out = contexts;
        return 0;
    }
    (void)pthread_once(&algorithms_once, algorithms_fetch);
    if (!algorithms.good) {
        return fail(err, "fetching SHA-256, HMAC and AES-256-GCM");
    }
    ctx = calloc(1, sizeof *ctx);
    if (ctx == NULL) {
        return fail(err, "allocating a context");
    }
    ctx->sha256 = EVP_MD_CTX_new();
    ctx->aes = EVP_CIPHER_CTX_new();
    if (ctx->sha256 == NULL || ctx->aes == NULL || pthread_setspecific(algorithms.contexts_key, ctx) != 0) {
        contexts_free(ctx);
        return fail(err, "allocating a context");
    }
    contexts = ctx;
    *out = ctx;
    return 0;
}

int crypto_sha256(uint8_t out[CRYPTO_SHA256], const struct weir_bytes *parts, size_t part_count,
                  struct weir_error *err)
{
    struct contexts *ctx;
    size_t i;
    int rc = contexts_borrow(&ctx, err);

    if (rc != 0) {
        return rc;
    }
    if (EVP_DigestInit_ex2(ctx->sha256, algorithms.sha256, NULL) != 1) {
        return fail(err, "SHA-256");
    }
    for (i = 0; i < part_count; i++) {
        if (parts[i].len > 0 && EVP_DigestUpdate(ctx->sha256, parts[i].data, parts[i].len) != 1) {
            return fail(err, "SHA-256");
        }
    }
    return EVP_DigestFinal_ex(ctx->sha256, out, NULL) == 1 ? 0 : fail(err, "SHA-256");
}

/* Rare beside SHA-256, so it is fetched each time. */
static int digest_other(uint8_t out[WEIR_DIGEST_MAX], size_t *out_len, const char *name,
                        const struct weir_bytes *parts, size_t part_count, struct weir_error *err)
{
    EVP_MD *md = EVP_MD_fetch(NULL, name, NULL);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned int len = 0;
    bool good = md != NULL && ctx != NULL && EVP_DigestInit_ex2(ctx, md, NULL) == 1;

    for (size_t i = 0; good && i < part_count; i++) {
        good = parts[i].len == 0 || EVP_DigestUpdate(ctx, parts[i].data, parts[i].len) == 1;
    }
    good = good && EVP_DigestFinal_ex(ctx, out, &len) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_MD_free(md);
    *out_len = len;
    return good ? 0 : fail(err, name);
}

int crypto_digest(uint8_t out[WEIR_DIGEST_MAX], size_t *out_len, int digest, const struct weir_bytes *parts,
                  size_t part_count, struct weir_error *err)
{
    int rc;

    switch (digest) {
    case WEIR_SHA1:
        return digest_other(out, out_len, "SHA1", parts, part_count, err);
    case WEIR_SHA512:
        return digest_other(out, out_len, "SHA512", parts, part_count, err);
    case WEIR_SHA256:
        rc = crypto_sha256(out, parts, part_count, err);
        *out_len = rc == 0 ? CRYPTO_SHA256 : *out_len;
        return rc;
    default:
        return weir_fail(err, WEIR_E_UNSUPPORTED, "there is no digest %d", digest);
    }
}

static int hmac_borrow(EVP_MAC_CTX **out, int digest, struct weir_error *err)
{
    static const char *const names[DIGESTS] = {NULL, "SHA1", "SHA256", "SHA512"};
    struct contexts *ctx;
    int rc;

    if (digest < WEIR_SHA1 || digest >= DIGESTS) {
        return weir_fail(err, WEIR_E_UNSUPPORTED, "HMAC: there is no digest %d", digest);
    }
    rc = contexts_borrow(&ctx, err);
    if (rc != 0) {
        return rc;
    }
    if (ctx->hmac[digest] == NULL) {
        char name[8];
        OSSL_PARAM params[2];
        EVP_MAC_CTX *mac = EVP_MAC_CTX_new(algorithms.hmac);

        (void)snprintf(name, sizeof name, "%s", names[digest]);
        params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
        params[1] = OSSL_PARAM_construct_end();
        if (mac == NULL || EVP_MAC_CTX_set_params(mac, params) != 1) {
            EVP_MAC_CTX_free(mac);
            return fail(err, "HMAC");
        }
        ctx->hmac[digest] = mac;
    }
    *out = ctx->hmac[digest];
    return 0;
}

int crypto_hmac(uint8_t out[WEIR_DIGEST_MAX], size_t *out_len, int digest, struct weir_bytes key,
                const struct weir_bytes *parts, size_t part_count, struct weir_error *err)
{
    EVP_MAC_CTX *mac = NULL;
    uint8_t result[WEIR_DIGEST_MAX];
    size_t len = 0;
    size_t i;
    int rc = hmac_borrow(&mac, digest, err);

    if (rc != 0) {
        return rc;
    }
    /* OpenSSL reads a NULL key as "the key of the time before". */
    if (EVP_MAC_init(mac, key.len > 0 ? key.data : (const uint8_t *)"", key.len, NULL) != 1) {
        return fail(err, "HMAC");
    }
    for (i = 0; i < part_count; i++) {
        if (parts[i].len > 0 && EVP_MAC_update(mac, parts[i].data, parts[i].len) != 1) {
            return fail(err, "HMAC");
        }
    }
    if (EVP_MAC_final(mac, result, &len, sizeof result) != 1) {
        return fail(err, "HMAC");
    }
    memcpy(out, result, len);
    *out_len = len;
    return 0;
}

int crypto_random(void *out, size_t len, struct weir_error *err)
{
    if (len > INT_MAX || RAND_bytes(out, (int)len) != 1) {
        return fail(err, "drawing random bytes");
    }
    return 0;
}

bool crypto_equal(struct weir_bytes a, struct weir_bytes b)
{
    return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.data, b.data, a.len) == 0);
}

void crypto_wipe(void *data, size_t len)
{
    if (len > 0) {
        OPENSSL_cleanse(data, len);
    }
}

int crypto_seal(uint8_t *out, const uint8_t key[CRYPTO_KEY], struct weir_bytes context,
                struct weir_bytes plain, struct weir_error *err)
{
    struct contexts *ctx;
    uint8_t none[TAG];
    int len = 0;
    int rc;

    if (plain.len > INT_MAX - CRYPTO_SEAL_EXTRA || context.len > INT_MAX) {
        return weir_fail(err, WEIR_E_LIMIT, "seal: %zu bytes are too many", plain.len);
    }
    rc = contexts_borrow(&ctx, err);
    if (rc != 0) {
        return rc;
    }
    rc = crypto_random(out, NONCE, err);
    if (rc != 0) {
        return rc;
    }
    if (EVP_EncryptInit_ex2(ctx->aes, algorithms.aes, key, out, NULL) != 1 ||
        (context.len > 0 && EVP_EncryptUpdate(ctx->aes, NULL, &len, context.data, (int)context.len) != 1) ||
        (plain.len > 0 && EVP_EncryptUpdate(ctx->aes, out + NONCE, &len, plain.data, (int)plain.len) != 1) ||
        EVP_EncryptFinal_ex(ctx->aes, none, &len) != 1 ||
        EVP_CIPHER_CTX_ctrl(ctx->aes, EVP_CTRL_AEAD_GET_TAG, TAG, out + NONCE + plain.len) != 1) {
        return fail(err, "AES-256-GCM");
    }
    return 0;
}

int crypto_open(uint8_t *out, const uint8_t key[CRYPTO_KEY], struct weir_bytes context,
                struct weir_bytes sealed, struct weir_error *err)
{
    struct contexts *ctx;
    uint8_t tag[TAG];
    uint8_t none[TAG];
    size_t plain_len;
    int len = 0;
    int rc;

    if (sealed.len < CRYPTO_SEAL_EXTRA || sealed.len > INT_MAX || context.len > INT_MAX) {
        return weir_fail(err, WEIR_E_REJECT, "sealed value: %zu bytes are none that were sealed", sealed.len);
    }
    rc = contexts_borrow(&ctx, err);
    if (rc != 0) {
        return rc;
    }
    plain_len = sealed.len - CRYPTO_SEAL_EXTRA;
    memcpy(tag, sealed.data + NONCE + plain_len, TAG);
    if (EVP_DecryptInit_ex2(ctx->aes, algorithms.aes, key, sealed.data, NULL) != 1 ||
        (context.len > 0 && EVP_DecryptUpdate(ctx->aes, NULL, &len, context.data, (int)context.len) != 1) ||
        (plain_len > 0 && EVP_DecryptUpdate(ctx->aes, out, &len, sealed.data + NONCE, (int)plain_len) != 1) ||
        EVP_CIPHER_CTX_ctrl(ctx->aes, EVP_CTRL_AEAD_SET_TAG, TAG, tag) != 1) {
        crypto_wipe(out, plain_len);
        return fail(err, "AES-256-GCM");
    }
    if (EVP_DecryptFinal_ex(ctx->aes, none, &len) != 1) {
        /* What was decrypted so far is nobody's to see. */
        crypto_wipe(out, plain_len);
        ERR_clear_error();
        return weir_fail(err, WEIR_E_REJECT, "sealed value: another key sealed it, or its bytes changed");
    }
    return 0;
}
