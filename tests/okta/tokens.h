/*
 * tokens: what a test looks at in a signed token: its two documents, and whether the key signed it.
 */
#ifndef OKTA_TOKENS_H
#define OKTA_TOKENS_H

#include "expect.h"

#include "base/buf.h"
#include "base/crypto.h"

#include <jansson.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

/* Part n of the token, decoded. */
static inline void token_part(struct buf *out, const char *token, int n)
{
    const char *end;

    for (; n > 0; n--) {
        token = strchr(token, '.');
        assert_non_null(token);
        token++;
    }
    end = strchr(token, '.');
    buf_init(out, 8192);
    EXPECT(crypto_base64_decode(out, weir_str_n(token, end != NULL ? (size_t)(end - token) : strlen(token))));
}

/* json_decref it. */
static inline json_t *token_json(const char *token, int n)
{
    struct buf part;
    json_t *json;

    token_part(&part, token, n);
    json = json_loadb(part.data, part.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    buf_fini(&part);
    return json;
}

static inline bool token_is_signed_with(const char *token, const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    const char *end = strrchr(token, '.');
    unsigned char *der = NULL;
    int der_len = 0;
    struct buf made;
    bool good;

    token_part(&made, token, 2);
    assert_non_null(key);
    if (EVP_PKEY_is_a(key, "EC")) {
        ECDSA_SIG *sig = ECDSA_SIG_new();
        const unsigned char *bytes = (const unsigned char *)made.data;

        EXPECT_INT(64, made.len);
        EXPECT_INT(1, ECDSA_SIG_set0(sig, BN_bin2bn(bytes, 32, NULL), BN_bin2bn(bytes + 32, 32, NULL)));
        der_len = i2d_ECDSA_SIG(sig, &der);
        ECDSA_SIG_free(sig);
    }
    EXPECT_INT(1, EVP_DigestVerifyInit_ex(ctx, NULL, "SHA256", NULL, NULL, key, NULL));
    good = EVP_DigestVerify(ctx, der != NULL ? der : (const unsigned char *)made.data,
                            der != NULL ? (size_t)der_len : made.len, (const unsigned char *)token,
                            (size_t)(end - token)) == 1;
    OPENSSL_free(der);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    (void)BIO_free(bio);
    buf_fini(&made);
    return good;
}

#endif
