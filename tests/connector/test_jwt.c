#include "weir/jwt.h"

#include "expect.h"

#include <stdlib.h>

/* A host that signs with a text in place of a signature, and whose random bytes count. */
static int fixed_sign(const struct weir_host *host, int signature, struct weir_str pem,
                      const struct weir_bytes *parts, size_t part_count, uint8_t *out, size_t *out_len,
                      struct weir_error *err)
{
    (void)host;
    EXPECT_INT(WEIR_ES256, signature);
    EXPECT_INT(1, part_count);
    EXPECT(weir_str_is(weir_str_n((const char *)parts[0].data, parts[0].len), "eyJhIjoxfQ.e30"));
    if (!weir_str_is(pem, "key")) {
        return weir_fail(err, WEIR_E_CONFIG, "not the key");
    }
    memcpy(out, "sig!", 4);
    *out_len = 4;
    return 0;
}

static int counting_random(const struct weir_host *host, void *buf, size_t len, struct weir_error *err)
{
    uint8_t *next = host->ctx;

    (void)err;
    memset(buf, ++*next, len);
    return 0;
}

static const struct weir_host *host_with(struct weir_host *host, uint8_t *next)
{
    *host =
        (struct weir_host){.size = sizeof *host, .ctx = next, .sign = fixed_sign, .random = counting_random};
    return host;
}

TEST(base64url_is_that_of_rfc_4648_without_padding)
{
    static const char *const pairs[][2] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
    char out[16];
    size_t len;

    UNUSED_STATE;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        len = 0;
        EXPECT(weir_jwt_add(out, sizeof out, &len, weir_str_bytes(weir_str(pairs[i][0]))));
        EXPECT(weir_str_is(weir_str_n(out, len), pairs[i][1]));
    }
    len = 0;
    EXPECT(weir_jwt_add(out, sizeof out, &len, weir_bytes("\xfb\xff\xbf", 3)));
    EXPECT(weir_str_is(weir_str_n(out, len), "-_-_"));
}

TEST(what_does_not_fit_leaves_the_text_as_it_was)
{
    char out[8];
    size_t len = 5;

    UNUSED_STATE;
    EXPECT(!weir_jwt_add(out, sizeof out, &len, weir_bytes("foo", 3)));
    EXPECT_INT(5, len);
    EXPECT(weir_jwt_add(out, sizeof out, &len, weir_bytes("fo", 2)));
    EXPECT_INT(8, len);
}

TEST(a_token_is_header_claims_and_signature)
{
    struct weir_host host;
    struct weir_error err = {0};
    uint8_t next = 0;
    char out[64];

    UNUSED_STATE;
    host_with(&host, &next);
    EXPECT_INT(0, weir_jwt_sign(out, sizeof out, &host, WEIR_ES256, weir_str("key"), weir_str("{\"a\":1}"),
                                weir_str("{}"), &err));
    EXPECT_STR("eyJhIjoxfQ.e30.c2lnIQ", out);
    EXPECT_INT(WEIR_E_CONFIG, weir_jwt_sign(out, sizeof out, &host, WEIR_ES256, weir_str("other"),
                                            weir_str("{\"a\":1}"), weir_str("{}"), &err));
}

TEST(a_token_that_does_not_fit_is_an_error_at_each_of_its_parts)
{
    struct weir_host host;
    struct weir_error err = {0};
    uint8_t next = 0;
    char out[64];

    UNUSED_STATE;
    host_with(&host, &next);
    /* 21 characters and the end. */
    for (size_t cap = 0; cap < 22; cap++) {
        char *tight = malloc(cap > 0 ? cap : 1);

        EXPECT_INT(WEIR_E_LIMIT, weir_jwt_sign(tight, cap, &host, WEIR_ES256, weir_str("key"),
                                               weir_str("{\"a\":1}"), weir_str("{}"), &err));
        free(tight);
    }
    EXPECT_INT(0, weir_jwt_sign(out, 22, &host, WEIR_ES256, weir_str("key"), weir_str("{\"a\":1}"),
                                weir_str("{}"), &err));
}

TEST(ids_differ)
{
    struct weir_host host;
    uint8_t next = 0;
    char a[WEIR_JWT_ID_TEXT], b[WEIR_JWT_ID_TEXT];

    UNUSED_STATE;
    host_with(&host, &next);
    EXPECT_INT(0, weir_jwt_id(a, &host, NULL));
    EXPECT_INT(0, weir_jwt_id(b, &host, NULL));
    EXPECT_STR("01010101010101010101010101010101", a);
    EXPECT_STR("02020202020202020202020202020202", b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(base64url_is_that_of_rfc_4648_without_padding),
        UNIT(what_does_not_fit_leaves_the_text_as_it_was),
        UNIT(a_token_is_header_claims_and_signature),
        UNIT(a_token_that_does_not_fit_is_an_error_at_each_of_its_parts),
        UNIT(ids_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
