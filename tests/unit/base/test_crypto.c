#include "base/crypto.h"

#include "base/thread.h"
#include "expect.h"

#include <stdlib.h>

static struct weir_bytes text_bytes(const char *text)
{
    return weir_str_bytes(weir_str(text));
}

static void expect_hex(const char *want, const uint8_t *data, size_t len)
{
    struct buf b;

    buf_init(&b, 1000);
    crypto_hex(&b, weir_bytes(data, len));
    EXPECT(weir_str_is(buf_str(&b), want));
    buf_fini(&b);
}

TEST(sha256_takes_its_parts_as_one_text)
{
    const struct weir_bytes parts[] = {text_bytes("a"), {NULL, 0}, text_bytes("bc")};
    uint8_t out[CRYPTO_SHA256];

    UNUSED_STATE;
    EXPECT_INT(0, crypto_sha256(out, parts, 3, NULL));
    expect_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", out, sizeof out);
    EXPECT_INT(0, crypto_sha256(out, NULL, 0, NULL));
    expect_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", out, sizeof out);
}

static void expect_hmac(const char *want, int digest, struct weir_bytes key, struct weir_bytes data)
{
    const struct weir_bytes parts[] = {{data.data, data.len / 2},
                                       {data.data + data.len / 2, data.len - data.len / 2}};
    uint8_t out[WEIR_DIGEST_MAX];
    size_t len = 0;

    EXPECT_INT(0, crypto_hmac(out, &len, digest, key, parts, 2, NULL));
    expect_hex(want, out, len);
    EXPECT_INT(0, crypto_hmac(out, &len, digest, key, &data, 1, NULL));
    expect_hex(want, out, len);
}

TEST(hmac_gives_the_values_of_rfc_4231_and_rfc_2202)
{
    uint8_t key[131];
    uint8_t data[50];

    UNUSED_STATE;
    memset(key, 0x0b, 20);
    expect_hmac("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", WEIR_SHA256,
                weir_bytes(key, 20), text_bytes("Hi There"));
    expect_hmac("87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
                WEIR_SHA512, weir_bytes(key, 20), text_bytes("Hi There"));
    expect_hmac("b617318655057264e28bc0b6fb378c8ef146be00", WEIR_SHA1, weir_bytes(key, 20),
                text_bytes("Hi There"));
    expect_hmac("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", WEIR_SHA256,
                text_bytes("Jefe"), text_bytes("what do ya want for nothing?"));
    memset(key, 0xaa, sizeof key);
    memset(data, 0xdd, sizeof data);
    expect_hmac("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe", WEIR_SHA256,
                weir_bytes(key, 20), weir_bytes(data, sizeof data));
    expect_hmac("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54", WEIR_SHA256,
                weir_bytes(key, 131), text_bytes("Test Using Larger Than Block-Size Key - Hash Key First"));
}

TEST(hmac_with_an_empty_key_does_not_use_the_key_before)
{
    UNUSED_STATE;
    expect_hmac("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", WEIR_SHA256,
                text_bytes("Jefe"), text_bytes("what do ya want for nothing?"));
    expect_hmac("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", WEIR_SHA256,
                weir_bytes(NULL, 0), text_bytes(""));
}

TEST(hmac_refuses_a_digest_it_does_not_know)
{
    uint8_t out[WEIR_DIGEST_MAX];
    size_t len = 7;

    UNUSED_STATE;
    EXPECT_INT(WEIR_E_UNSUPPORTED, crypto_hmac(out, &len, 0, text_bytes("k"), NULL, 0, NULL));
    EXPECT_INT(WEIR_E_UNSUPPORTED, crypto_hmac(out, &len, 4, text_bytes("k"), NULL, 0, NULL));
    EXPECT_INT(WEIR_E_UNSUPPORTED, crypto_hmac(out, &len, -1, text_bytes("k"), NULL, 0, NULL));
    EXPECT_INT(7, len);
}

TEST(the_downstream_signature_is_the_one_of_the_published_example)
{
    struct weir_bytes body = text_bytes("{\"name\":\"Zo\xc3\xab \xe2\x80\x93 \xc5\x81\xc3\xb3"
                                        "d\xc5\xba\"}");
    uint8_t mac[WEIR_DIGEST_MAX];
    size_t len = 0;
    struct buf b;

    UNUSED_STATE;
    buf_init(&b, 100);
    EXPECT_INT(0, crypto_hmac(mac, &len, WEIR_SHA256, text_bytes("whsec_9f4b1c7e2a"), &body, 1, NULL));
    crypto_base64url(&b, weir_bytes(mac, len));
    EXPECT(weir_str_is(buf_str(&b), "WHeXNcXBPvbrgJAuA0nzwRKDNypckBu7oZ80ygPmFsc"));
    buf_fini(&b);
}

static void *hmac_run(void *arg)
{
    size_t i;

    for (i = 0; i < 100; i++) {
        expect_hmac("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", WEIR_SHA256,
                    text_bytes("Jefe"), text_bytes("what do ya want for nothing?"));
    }
    return arg;
}

TEST(threads_compute_beside_each_other_and_leave_nothing_behind)
{
    pthread_t threads[4];
    size_t i;

    UNUSED_STATE;
    for (i = 0; i < 4; i++) {
        EXPECT_INT(0, thread_start(&threads[i], THREAD_WORKER, "hmac", hmac_run, NULL, NULL));
    }
    for (i = 0; i < 4; i++) {
        EXPECT_INT(0, pthread_join(threads[i], NULL));
    }
}

TEST(equal_compares_length_and_content)
{
    UNUSED_STATE;
    EXPECT(crypto_equal(text_bytes("same"), text_bytes("same")));
    EXPECT(crypto_equal(weir_bytes(NULL, 0), text_bytes("")));
    EXPECT(!crypto_equal(text_bytes("same"), text_bytes("sama")));
    EXPECT(!crypto_equal(text_bytes("same"), text_bytes("sam")));
    EXPECT(!crypto_equal(text_bytes(""), text_bytes("s")));
}

TEST(random_bytes_differ_and_a_wiped_secret_is_gone)
{
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};
    const uint8_t zero[32] = {0};

    UNUSED_STATE;
    EXPECT_INT(0, crypto_random(a, sizeof a, NULL));
    EXPECT_INT(0, crypto_random(b, sizeof b, NULL));
    EXPECT(memcmp(a, b, sizeof a) != 0);
    crypto_wipe(a, sizeof a);
    EXPECT(memcmp(a, zero, sizeof a) == 0);
    crypto_wipe(NULL, 0);
}

static const uint8_t seal_key[CRYPTO_KEY] = {1, 2, 3};

TEST(a_sealed_value_opens_with_its_key_at_its_place)
{
    static const char plain[] = "a token that nobody knows";
    uint8_t sealed[sizeof plain + CRYPTO_SEAL_EXTRA];
    uint8_t again[sizeof plain + CRYPTO_SEAL_EXTRA];
    uint8_t opened[sizeof plain];

    UNUSED_STATE;
    EXPECT_INT(0,
               crypto_seal(sealed, seal_key, text_bytes("state/a"), weir_bytes(plain, sizeof plain), NULL));
    EXPECT_INT(0, crypto_seal(again, seal_key, text_bytes("state/a"), weir_bytes(plain, sizeof plain), NULL));
    EXPECT(memcmp(sealed, again, sizeof sealed) != 0);
    EXPECT(memmem(sealed, sizeof sealed, "token", 5) == NULL);
    EXPECT_INT(0,
               crypto_open(opened, seal_key, text_bytes("state/a"), weir_bytes(sealed, sizeof sealed), NULL));
    EXPECT(memcmp(opened, plain, sizeof plain) == 0);
}

TEST(an_empty_value_is_sealed_too)
{
    uint8_t sealed[CRYPTO_SEAL_EXTRA];
    uint8_t opened[1] = {7};

    UNUSED_STATE;
    EXPECT_INT(0, crypto_seal(sealed, seal_key, weir_bytes(NULL, 0), weir_bytes(NULL, 0), NULL));
    EXPECT_INT(0,
               crypto_open(opened, seal_key, weir_bytes(NULL, 0), weir_bytes(sealed, sizeof sealed), NULL));
    EXPECT_INT(7, opened[0]);
    EXPECT_INT(WEIR_E_REJECT,
               crypto_open(opened, seal_key, text_bytes("x"), weir_bytes(sealed, sizeof sealed), NULL));
}

TEST(a_sealed_value_with_any_bit_changed_does_not_open)
{
    static const char plain[] = "secret";
    uint8_t sealed[sizeof plain + CRYPTO_SEAL_EXTRA];
    uint8_t opened[sizeof plain];
    const uint8_t zero[sizeof plain] = {0};
    uint8_t other_key[CRYPTO_KEY] = {1, 2, 4};
    struct weir_bytes context = text_bytes("here");
    size_t i;

    UNUSED_STATE;
    EXPECT_INT(0, crypto_seal(sealed, seal_key, context, weir_bytes(plain, sizeof plain), NULL));
    for (i = 0; i < sizeof sealed * 8; i++) {
        sealed[i / 8] ^= (uint8_t)(1U << i % 8);
        EXPECT_INT(WEIR_E_REJECT,
                   crypto_open(opened, seal_key, context, weir_bytes(sealed, sizeof sealed), NULL));
        EXPECT(memcmp(opened, zero, sizeof opened) == 0);
        sealed[i / 8] ^= (uint8_t)(1U << i % 8);
    }
    EXPECT_INT(WEIR_E_REJECT,
               crypto_open(opened, other_key, context, weir_bytes(sealed, sizeof sealed), NULL));
    EXPECT_INT(WEIR_E_REJECT,
               crypto_open(opened, seal_key, text_bytes("there"), weir_bytes(sealed, sizeof sealed), NULL));
    for (i = 0; i < sizeof sealed; i++) {
        EXPECT_INT(WEIR_E_REJECT, crypto_open(opened, seal_key, context, weir_bytes(sealed, i), NULL));
    }
    EXPECT_INT(0, crypto_open(opened, seal_key, context, weir_bytes(sealed, sizeof sealed), NULL));
}

TEST(base64_has_the_forms_of_rfc_4648)
{
    static const char *const cases[][3] = {
        {"", "", ""},
        {"f", "Zg==", "Zg"},
        {"fo", "Zm8=", "Zm8"},
        {"foo", "Zm9v", "Zm9v"},
        {"foob", "Zm9vYg==", "Zm9vYg"},
        {"fooba", "Zm9vYmE=", "Zm9vYmE"},
        {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
        {"\xfb\xff\xbf", "+/+/", "-_-_"},
    };
    size_t i;

    UNUSED_STATE;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf b;
        size_t form;

        buf_init(&b, 100);
        crypto_base64(&b, text_bytes(cases[i][0]));
        EXPECT(weir_str_is(buf_str(&b), cases[i][1]));
        buf_clear(&b);
        crypto_base64url(&b, text_bytes(cases[i][0]));
        EXPECT(weir_str_is(buf_str(&b), cases[i][2]));
        for (form = 1; form <= 2; form++) {
            buf_clear(&b);
            EXPECT(crypto_base64_decode(&b, weir_str(cases[i][form])));
            EXPECT(weir_str_is(buf_str(&b), cases[i][0]));
        }
        buf_fini(&b);
    }
}

TEST(what_is_not_base64_is_refused_and_leaves_the_buffer_as_it_was)
{
    static const char *const cases[] = {
        "Z",     "Zg=", "Zg===", "=",    "==",       "====",     "Zm9vY",     "Zm 9",
        "Zm9\n", "Zh",  "Zm9",   "+/-_", "Zg==Zg==", "Zm9v====", "Zm\xc3\xb6"};
    struct buf b;
    size_t i;

    UNUSED_STATE;
    buf_init(&b, 100);
    buf_add_text(&b, "kept");
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT(!crypto_base64_decode(&b, weir_str(cases[i])));
        EXPECT(weir_str_is(buf_str(&b), "kept"));
    }
    EXPECT(!crypto_base64_decode(&b, weir_str_n("Zg\0=", 4)));
    EXPECT_INT(0, buf_check(&b, "test", NULL));
    buf_fini(&b);
}

TEST(text_forms_respect_the_cap_of_the_buffer)
{
    struct buf b;

    UNUSED_STATE;
    buf_init(&b, 4);
    crypto_base64(&b, text_bytes("abc"));
    EXPECT(!b.failed);
    buf_clear(&b);
    crypto_hex(&b, text_bytes("abc"));
    EXPECT(b.failed);
    buf_clear(&b);
    EXPECT(!crypto_base64_decode(&b, weir_str("Zm9vYmFyZm9v")));
    EXPECT(b.failed);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(sha256_takes_its_parts_as_one_text),
        UNIT(hmac_gives_the_values_of_rfc_4231_and_rfc_2202),
        UNIT(hmac_with_an_empty_key_does_not_use_the_key_before),
        UNIT(hmac_refuses_a_digest_it_does_not_know),
        UNIT(the_downstream_signature_is_the_one_of_the_published_example),
        UNIT(threads_compute_beside_each_other_and_leave_nothing_behind),
        UNIT(equal_compares_length_and_content),
        UNIT(random_bytes_differ_and_a_wiped_secret_is_gone),
        UNIT(a_sealed_value_opens_with_its_key_at_its_place),
        UNIT(an_empty_value_is_sealed_too),
        UNIT(a_sealed_value_with_any_bit_changed_does_not_open),
        UNIT(base64_has_the_forms_of_rfc_4648),
        UNIT(what_is_not_base64_is_refused_and_leaves_the_buffer_as_it_was),
        UNIT(text_forms_respect_the_cap_of_the_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
