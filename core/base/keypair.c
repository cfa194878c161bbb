#include "base/keypair.h"

#include "base/crypto.h"

#include <limits.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#define RSA_LEAST_BITS 2048
#define RSA_MOST_BITS 8192
#define P256 "prime256v1" /* OpenSSL's name of it */
#define P256_BYTES 32

static int fail(struct weir_error *err, const char *what)
{
    ERR_clear_error();
    return weir_fail(err, WEIR_E_IO, "OpenSSL: %s failed", what);
}

/* ---- reading ---- */

/* Without it OpenSSL would ask the terminal for a password. */
static int no_password(char *buf, int size, int writing, void *ctx)
{
    (void)buf;
    (void)size;
    (void)writing;
    (void)ctx;
    return -1;
}

/* 0: none of enum weir_signature. */
static int signature_of(EVP_PKEY *key)
{
    char curve[64] = "";
    int bits = EVP_PKEY_get_bits(key);

    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        return bits >= RSA_LEAST_BITS && bits <= RSA_MOST_BITS ? WEIR_RS256 : 0;
    }
    if (EVP_PKEY_is_a(key, "EC") == 1 &&
        EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, curve, sizeof curve, NULL) == 1 &&
        strcmp(curve, P256) == 0) {
        return WEIR_ES256;
    }
    return 0;
}

static int key_read(EVP_PKEY **out, int *signature, struct weir_str pem, struct weir_error *err)
{
    EVP_PKEY *key = NULL;
    BIO *bio = NULL;
    int rc = 0;

    if (pem.len > WEIR_KEY_PEM_MAX) {
        return weir_fail(err, WEIR_E_CONFIG, "a private key of %zu bytes: %d are the most", pem.len,
                         WEIR_KEY_PEM_MAX);
    }
    bio = BIO_new_mem_buf(pem.len > 0 ? pem.data : "", (int)pem.len);
    if (bio == NULL) {
        return fail(err, "allocating a key");
    }
    key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    *signature = key != NULL ? signature_of(key) : 0;
    if (key == NULL) {
        rc = weir_fail(err, WEIR_E_CONFIG,
                       "not a private key in PEM form without a password (-----BEGIN PRIVATE KEY-----)");
    } else if (*signature == 0) {
        rc = weir_fail(err, WEIR_E_CONFIG,
                       "the private key is neither RSA of %d to %d bits nor EC on the curve P-256",
                       RSA_LEAST_BITS, RSA_MOST_BITS);
    } else {
        *out = key;
        key = NULL;
    }
    ERR_clear_error();
    EVP_PKEY_free(key);
    (void)BIO_free(bio);
    return rc;
}

/* ---- signing ---- */

/* OpenSSL writes an ECDSA signature as DER; JSON Web Signature wants the two numbers side by side. */
static int ecdsa_flatten(uint8_t out[WEIR_SIGNATURE_MAX], size_t *out_len, const uint8_t *der, size_t der_len,
                         struct weir_error *err)
{
    const uint8_t *at = der;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)der_len);
    bool good = sig != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, P256_BYTES) == P256_BYTES &&
                BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + P256_BYTES, P256_BYTES) == P256_BYTES;

    ECDSA_SIG_free(sig);
    *out_len = 2 * (size_t)P256_BYTES;
    return good ? 0 : fail(err, "reading an ECDSA signature");
}

static int key_sign(uint8_t out[WEIR_SIGNATURE_MAX], size_t *out_len, EVP_PKEY *key,
                    const struct weir_bytes *parts, size_t part_count, struct weir_error *err)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t len = WEIR_SIGNATURE_MAX;
    bool good = ctx != NULL && EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, key, NULL) == 1;

    for (size_t i = 0; good && i < part_count; i++) {
        good = parts[i].len == 0 || EVP_DigestSignUpdate(ctx, parts[i].data, parts[i].len) == 1;
    }
    good = good && EVP_DigestSignFinal(ctx, out, &len) == 1;
    EVP_MD_CTX_free(ctx);
    *out_len = len;
    return good ? 0 : fail(err, "signing");
}

int keypair_sign(uint8_t out[WEIR_SIGNATURE_MAX], size_t *out_len, int signature, struct weir_str pem,
                 const struct weir_bytes *parts, size_t part_count, struct weir_error *err)
{
    uint8_t made[WEIR_SIGNATURE_MAX];
    size_t len = 0;
    EVP_PKEY *key = NULL;
    int fits = 0;
    int rc = key_read(&key, &fits, pem, err);

    if (rc == 0 && fits != signature) {
        rc =
            weir_fail(err, WEIR_E_CONFIG, "the private key is one for %s, and something else is to be signed",
                      fits == WEIR_RS256 ? "RS256" : "ES256");
    }
    if (rc == 0) {
        rc = key_sign(made, &len, key, parts, part_count, err);
    }
    if (rc == 0 && signature == WEIR_ES256) {
        rc = ecdsa_flatten(out, out_len, made, len, err);
    } else if (rc == 0) {
        memcpy(out, made, len);
        *out_len = len;
    }
    EVP_PKEY_free(key);
    return rc;
}

/* ---- making and describing ---- */

int keypair_new(struct buf *pem, int signature, struct weir_error *err)
{
    EVP_PKEY *key = NULL;
    BIO *bio = NULL;
    char *text = NULL;
    long len = 0;
    int rc = 0;

    if (signature != WEIR_RS256 && signature != WEIR_ES256) {
        return weir_fail(err, WEIR_E_UNSUPPORTED, "there is no signature %d to make a key for", signature);
    }
    key = signature == WEIR_RS256 ? EVP_RSA_gen((unsigned int)RSA_LEAST_BITS) : EVP_EC_gen(P256);
    bio = BIO_new(BIO_s_secmem()); /* wiped when freed */
    if (key == NULL || bio == NULL || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1) {
        rc = fail(err, "making a key");
        goto out;
    }
    len = BIO_get_mem_data(bio, &text);
    buf_add(pem, text, len > 0 ? (size_t)len : 0);
    rc = buf_check(pem, "a new private key", err);

out:
    (void)BIO_free(bio);
    EVP_PKEY_free(key);
    return rc;
}

/* A number of the key in base64url, as many bytes as it has, or `least`. */
static bool number_add(struct buf *jwk, EVP_PKEY *key, const char *param, int least)
{
    uint8_t bytes[RSA_MOST_BITS / 8];
    BIGNUM *n = NULL;
    int len = -1;

    if (EVP_PKEY_get_bn_param(key, param, &n) == 1) {
        len = BN_num_bytes(n) > least ? BN_num_bytes(n) : least;
        len = len <= (int)sizeof bytes ? BN_bn2binpad(n, bytes, len) : -1;
    }
    BN_free(n);
    if (len < 0) {
        return false;
    }
    crypto_base64url(jwk, weir_bytes(bytes, (size_t)len));
    return true;
}

int keypair_public(int *signature, struct buf *jwk, struct weir_str pem, struct weir_error *err)
{
    EVP_PKEY *key = NULL;
    int fits = 0;
    bool good;
    int rc = key_read(&key, &fits, pem, err);

    if (rc != 0) {
        return rc;
    }
    if (fits == WEIR_RS256) {
        buf_add_text(jwk, "{\"e\":\"");
        good = number_add(jwk, key, OSSL_PKEY_PARAM_RSA_E, 1);
        buf_add_text(jwk, "\",\"kty\":\"RSA\",\"n\":\"");
        good = good && number_add(jwk, key, OSSL_PKEY_PARAM_RSA_N, 1);
    } else {
        buf_add_text(jwk, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"");
        good = number_add(jwk, key, OSSL_PKEY_PARAM_EC_PUB_X, P256_BYTES);
        buf_add_text(jwk, "\",\"y\":\"");
        good = good && number_add(jwk, key, OSSL_PKEY_PARAM_EC_PUB_Y, P256_BYTES);
    }
    buf_add_text(jwk, "\"}");
    rc = good ? buf_check(jwk, "a public key", err) : fail(err, "reading a public key");
    if (rc == 0) {
        *signature = fits;
    }
    EVP_PKEY_free(key);
    return rc;
}
