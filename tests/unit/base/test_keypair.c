#include "base/keypair.h"

#include "expect.h"

#include "base/crypto.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

/* Made for this test with another library, which said the public half too. */
static const char ec_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                             "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJv/h3AYRClSCBtD9\n"
                             "J9jhXmbC3GL3N7mnJEpN8BUNVe6hRANCAARy1jdqj+urRH3Iv6JCi1D2zzRSAYkH\n"
                             "mNd0PDUQfOwrA9n3RnAeOi3mnHzm60FCMOhDcyfzLXtyqFLR5JTc63FT\n"
                             "-----END PRIVATE KEY-----\n";

static struct weir_bytes text_bytes(const char *text)
{
    return weir_str_bytes(weir_str(text));
}

/* Is the signature, in the form of JSON Web Signature, one of the key over the text? With OpenSSL alone. */
static bool verifies(struct weir_str pem, int signature, const uint8_t *made, size_t made_len,
                     const char *text)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char *der = NULL;
    int der_len = 0;
    bool good;

    if (signature == WEIR_ES256) {
        ECDSA_SIG *sig = ECDSA_SIG_new();

        EXPECT_INT(64, made_len);
        EXPECT_INT(1, ECDSA_SIG_set0(sig, BN_bin2bn(made, 32, NULL), BN_bin2bn(made + 32, 32, NULL)));
        der_len = i2d_ECDSA_SIG(sig, &der);
        ECDSA_SIG_free(sig);
    }
    EXPECT_INT(1, EVP_DigestVerifyInit_ex(ctx, NULL, "SHA256", NULL, NULL, key, NULL));
    good = EVP_DigestVerify(ctx, der != NULL ? der : made, der != NULL ? (size_t)der_len : made_len,
                            (const unsigned char *)text, strlen(text)) == 1;
    OPENSSL_free(der);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    (void)BIO_free(bio);
    return good;
}

static void expect_signs(int signature, size_t want_len)
{
    const struct weir_bytes parts[] = {text_bytes("head"), {NULL, 0}, text_bytes(".claims")};
    uint8_t made[WEIR_SIGNATURE_MAX];
    size_t len = 0;
    struct weir_error err = {0};
    struct buf pem, jwk;
    int fits = 0;

    buf_init(&pem, WEIR_KEY_PEM_MAX);
    buf_init(&jwk, WEIR_KEY_JWK_MAX);
    EXPECT_INT(0, keypair_new(&pem, signature, &err));
    EXPECT_INT(0, keypair_sign(made, &len, signature, buf_str(&pem), parts, 3, &err));
    EXPECT_INT(want_len, len);
    EXPECT(verifies(buf_str(&pem), signature, made, len, "head.claims"));
    EXPECT(!verifies(buf_str(&pem), signature, made, len, "head.claimz"));
    EXPECT_INT(0, keypair_public(&fits, &jwk, buf_str(&pem), &err));
    EXPECT_INT(signature, fits);
    /* The other signature is not one of this key. */
    EXPECT_INT(WEIR_E_CONFIG, keypair_sign(made, &len, signature == WEIR_RS256 ? WEIR_ES256 : WEIR_RS256,
                                           buf_str(&pem), parts, 3, &err));
    assert_null(strstr(err.message, "BEGIN"));
    buf_fini(&jwk);
    buf_fini(&pem);
}

TEST(what_a_new_key_signs_openssl_verifies)
{
    UNUSED_STATE;
    for (int i = 0; i < 20; i++) { /* numbers with leading zeros are padded: one in 128 has them */
        expect_signs(WEIR_ES256, 64);
    }
    expect_signs(WEIR_RS256, 256);
}

TEST(two_new_keys_differ)
{
    struct weir_error err = {0};
    struct buf a, b;

    UNUSED_STATE;
    buf_init(&a, WEIR_KEY_PEM_MAX);
    buf_init(&b, WEIR_KEY_PEM_MAX);
    EXPECT_INT(0, keypair_new(&a, WEIR_ES256, &err));
    EXPECT_INT(0, keypair_new(&b, WEIR_ES256, &err));
    EXPECT(!weir_str_equal(buf_str(&a), buf_str(&b)));
    EXPECT(strncmp(a.data, "-----BEGIN PRIVATE KEY-----\n", 28) == 0);
    EXPECT_INT(WEIR_E_UNSUPPORTED, keypair_new(&a, 7, &err));
    buf_fini(&a);
    buf_fini(&b);
}

TEST(the_public_half_is_the_one_that_another_tool_reads)
{
    struct weir_error err = {0};
    struct buf jwk;
    int fits = 0;

    UNUSED_STATE;
    buf_init(&jwk, WEIR_KEY_JWK_MAX);
    EXPECT_INT(0, keypair_public(&fits, &jwk, weir_str(ec_pem), &err));
    EXPECT_INT(WEIR_ES256, fits);
    EXPECT(
        weir_str_is(buf_str(&jwk),
                    "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"ctY3ao_rq0R9yL-iQotQ9s80UgGJB5jXdDw1EHzsKwM\","
                    "\"y\":\"2fdGcB46LeacfObrQUIw6ENzJ_Mte3KoUtHklNzrcVM\"}"));
    buf_fini(&jwk);
}

/* Of a key that OpenSSL makes with these words. */
static void expect_refused(const char *type, const char *detail, const char *said)
{
    EVP_PKEY *key =
        strcmp(type, "RSA") == 0 ? EVP_RSA_gen(1024) : EVP_PKEY_Q_keygen(NULL, NULL, type, detail);
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    struct weir_error err = {0};
    struct buf jwk;
    int fits = 0;
    long len;

    buf_init(&jwk, WEIR_KEY_JWK_MAX);
    EXPECT_INT(1, PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
    len = BIO_get_mem_data(bio, &text);
    EXPECT_INT(WEIR_E_CONFIG, keypair_public(&fits, &jwk, weir_str_n(text, (size_t)len), &err));
    assert_non_null(strstr(err.message, said));
    (void)BIO_free(bio);
    EVP_PKEY_free(key);
    buf_fini(&jwk);
}

TEST(a_key_of_another_kind_is_refused_and_the_message_says_which_ones_fit)
{
    UNUSED_STATE;
    expect_refused("RSA", NULL, "neither RSA of 2048 to 8192 bits nor EC on the curve P-256");
    expect_refused("EC", "P-384", "neither RSA");
    expect_refused("ED25519", NULL, "neither RSA");
}

TEST(what_is_no_private_key_is_refused_without_showing_it)
{
    static const char locked[] =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGj\n-----END ENCRYPTED PRIVATE KEY-----\n";
    static const char *const bad[] = {"", "s3cr3t",
                                      "-----BEGIN PRIVATE KEY-----\ns3cr3t\n-----END PRIVATE KEY-----\n",
                                      locked, "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"};
    char big[WEIR_KEY_PEM_MAX + 1];
    struct weir_error err = {0};
    uint8_t made[WEIR_SIGNATURE_MAX];
    size_t len = 0;

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT_INT(WEIR_E_CONFIG, keypair_sign(made, &len, WEIR_RS256, weir_str(bad[i]), NULL, 0, &err));
        assert_null(strstr(err.message, "s3cr3t"));
        assert_non_null(strstr(err.message, "not a private key in PEM form"));
    }
    memset(big, 'A', sizeof big);
    EXPECT_INT(WEIR_E_CONFIG,
               keypair_sign(made, &len, WEIR_RS256, weir_str_n(big, sizeof big), NULL, 0, &err));
    EXPECT_INT(0, len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(what_a_new_key_signs_openssl_verifies),
        UNIT(two_new_keys_differ),
        UNIT(the_public_half_is_the_one_that_another_tool_reads),
        UNIT(a_key_of_another_kind_is_refused_and_the_message_says_which_ones_fit),
        UNIT(what_is_no_private_key_is_refused_without_showing_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
