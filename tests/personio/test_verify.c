#include "fake_personio.h"

#include "verify.h"
#include "weir/verify.h"

struct delivery {
    struct weir_header headers[4];
    struct weir_str secrets[3];
    struct weir_request request;
};

static void delivery_init(struct delivery *d, const char *authorization)
{
    memset(d, 0, sizeof *d);
    d->headers[0].name = weir_str("Content-Type");
    d->headers[0].value = weir_str("text/plain");
    d->headers[1].name = weir_str("AUTHORIZATION");
    d->headers[1].value = weir_str(authorization);
    d->secrets[0] = weir_str(FAKE_SECRET);
    d->secrets[1] = weir_str("the-secret-before");
    d->request = (struct weir_request){.size = sizeof d->request,
                                       .method = weir_str("POST"),
                                       .headers = d->headers,
                                       .header_count = 2,
                                       .body = weir_bytes("{", 1),
                                       .received_at_ms = FAKE_NOW,
                                       .secrets = d->secrets,
                                       .secret_count = 1};
}

static struct weir_verdict check(const struct delivery *d)
{
    struct fake *f = fake_new();
    struct weir_verdict verdict = {.size = sizeof verdict};

    EXPECT_INT(0, verify_check(fake_personio(f), &d->request, &verdict, NULL));
    fake_free(f);
    return verdict;
}

TEST(the_registered_token_is_accepted_whatever_the_body_is)
{
    UNUSED_STATE;
    struct delivery d;
    struct weir_verdict verdict;

    delivery_init(&d, "Bearer " FAKE_SECRET);
    verdict = check(&d);
    EXPECT_INT(WEIR_ACCEPT, verdict.decision);
    EXPECT_INT(WEIR_DEDUP_BODY, verdict.dedup);
}

TEST(while_a_token_is_rotated_the_old_one_is_good_too)
{
    UNUSED_STATE;
    struct delivery d;

    delivery_init(&d, "Bearer the-secret-before");
    EXPECT_INT(WEIR_REFUSE, check(&d).decision);
    d.request.secret_count = 2;
    EXPECT_INT(WEIR_ACCEPT, check(&d).decision);
}

TEST(a_wrong_or_missing_token_is_401)
{
    UNUSED_STATE;
    static const char *const wrong[] = {
        "Bearer " FAKE_SECRET "x", "Bearer 3q2", FAKE_SECRET, "bearer " FAKE_SECRET,
        "Bearer  " FAKE_SECRET,    "Bearer ",    "",          "Bearer " FAKE_SECRET " "};
    struct delivery d;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        delivery_init(&d, wrong[i]);
        EXPECT_INT(WEIR_REFUSE, check(&d).decision);
        EXPECT_INT(401, check(&d).status);
    }
    delivery_init(&d, "");
    d.request.header_count = 1;
    EXPECT_INT(WEIR_REFUSE, check(&d).decision);
}

TEST(two_authorization_headers_are_none)
{
    UNUSED_STATE;
    struct delivery d;

    delivery_init(&d, "Bearer " FAKE_SECRET);
    d.headers[2] = d.headers[1];
    d.headers[2].name = weir_str("authorization");
    d.request.header_count = 3;
    EXPECT_INT(WEIR_REFUSE, check(&d).decision);
}

TEST(without_a_secret_nothing_is_accepted)
{
    UNUSED_STATE;
    struct delivery d;

    delivery_init(&d, "Bearer " FAKE_SECRET);
    d.request.secret_count = 0;
    EXPECT_INT(WEIR_REFUSE, check(&d).decision);
    delivery_init(&d, "Bearer ");
    d.secrets[0] = weir_str("");
    EXPECT_INT(WEIR_REFUSE, check(&d).decision);
}

TEST(only_post_and_only_bodies_of_a_sane_size_are_taken)
{
    UNUSED_STATE;
    struct delivery d;
    uint8_t *big = calloc(1, VERIFY_BODY_MAX + 1);

    assert_non_null(big);
    delivery_init(&d, "Bearer " FAKE_SECRET);
    d.request.method = weir_str("GET");
    EXPECT_INT(405, check(&d).status);
    delivery_init(&d, "Bearer " FAKE_SECRET);
    d.request.body = weir_bytes(big, VERIFY_BODY_MAX + 1);
    EXPECT_INT(413, check(&d).status);
    d.request.body = weir_bytes(big, VERIFY_BODY_MAX);
    EXPECT_INT(WEIR_ACCEPT, check(&d).decision);
    free(big);
}

/* ---- the other scheme of weir/verify.h ------------------------------------------------------ */

/* RFC 4231, test case 2: key "Jefe". */
#define JEFE_TEXT "what do ya want for nothing?"
#define JEFE_HEX "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
#define JEFE_BASE64 "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="

static int32_t hmac_decision(const struct weir_verify_hmac_scheme *scheme, const char *signature,
                             const char *when, const char *body)
{
    struct fake *f = fake_new();
    struct delivery d;
    struct weir_verdict verdict = {.size = sizeof verdict};

    delivery_init(&d, signature);
    d.headers[1].name = weir_str("x-signature");
    d.headers[2].name = weir_str("X-Time");
    d.headers[2].value = weir_str(when);
    d.request.header_count = when != NULL ? 3 : 2;
    d.secrets[0] = weir_str("newer");
    d.secrets[1] = weir_str("Jefe");
    d.request.secret_count = 2;
    d.request.body = weir_bytes(body, strlen(body));
    EXPECT_INT(0, weir_verify_hmac(&verdict, fake_host(f), &d.request, scheme, NULL));
    fake_free(f);
    return verdict.decision;
}

TEST(an_hmac_in_hex_or_base64_is_compared_with_the_raw_body)
{
    UNUSED_STATE;
    struct weir_verify_hmac_scheme scheme = {
        .header = "X-Signature", .prefix = "sha256=", .digest = WEIR_SHA256, .encoding = WEIR_VERIFY_HEX};

    EXPECT_INT(WEIR_ACCEPT, hmac_decision(&scheme, "sha256=" JEFE_HEX, NULL, JEFE_TEXT));
    EXPECT_INT(WEIR_REFUSE, hmac_decision(&scheme, "sha256=" JEFE_HEX, NULL, JEFE_TEXT " "));
    EXPECT_INT(WEIR_REFUSE, hmac_decision(&scheme, JEFE_HEX, NULL, JEFE_TEXT));
    EXPECT_INT(WEIR_REFUSE, hmac_decision(&scheme, "sha256=" JEFE_HEX "00", NULL, JEFE_TEXT));
    EXPECT_INT(WEIR_REFUSE, hmac_decision(&scheme, "sha256=zz", NULL, JEFE_TEXT));
    EXPECT_INT(WEIR_REFUSE, hmac_decision(&scheme, "sha256=5b", NULL, JEFE_TEXT));
    scheme.prefix = NULL;
    scheme.encoding = WEIR_VERIFY_BASE64;
    EXPECT_INT(WEIR_ACCEPT, hmac_decision(&scheme, JEFE_BASE64, NULL, JEFE_TEXT));
    EXPECT_INT(WEIR_REFUSE,
               hmac_decision(&scheme, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEN=", NULL, JEFE_TEXT));
    scheme.encoding = WEIR_VERIFY_BASE64URL;
    EXPECT_INT(WEIR_ACCEPT,
               hmac_decision(&scheme, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM", NULL, JEFE_TEXT));
}

TEST(an_hmac_with_a_time_holds_within_its_window_only)
{
    UNUSED_STATE;
    struct weir_verify_hmac_scheme scheme = {.header = "x-signature",
                                             .digest = WEIR_SHA256,
                                             .encoding = WEIR_VERIFY_HEX,
                                             .time_header = "x-time",
                                             .time_unit_ms = 1000,
                                             .window_ms = 300000};

    EXPECT_INT(WEIR_ACCEPT, hmac_decision(&scheme, JEFE_HEX, "1770113429", JEFE_TEXT));
    EXPECT_INT(WEIR_REFUSE, hmac_decision(&scheme, JEFE_HEX, "1770113428", JEFE_TEXT));
    EXPECT_INT(WEIR_ACCEPT, hmac_decision(&scheme, JEFE_HEX, "1770114029", JEFE_TEXT));
    EXPECT_INT(WEIR_REFUSE, hmac_decision(&scheme, JEFE_HEX, "1770114030", JEFE_TEXT));
    EXPECT_INT(WEIR_REFUSE, hmac_decision(&scheme, JEFE_HEX, "99999999999999", JEFE_TEXT));
    EXPECT_INT(WEIR_REFUSE, hmac_decision(&scheme, JEFE_HEX, "", JEFE_TEXT));
    EXPECT_INT(WEIR_REFUSE, hmac_decision(&scheme, JEFE_HEX, "-1", JEFE_TEXT));
    EXPECT_INT(WEIR_REFUSE, hmac_decision(&scheme, JEFE_HEX, NULL, JEFE_TEXT));
    /* The MAC then covers the time as well. */
    scheme.joint = ".";
    EXPECT_INT(WEIR_REFUSE, hmac_decision(&scheme, JEFE_HEX, "1770113729", JEFE_TEXT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_registered_token_is_accepted_whatever_the_body_is),
        UNIT(while_a_token_is_rotated_the_old_one_is_good_too),
        UNIT(a_wrong_or_missing_token_is_401),
        UNIT(two_authorization_headers_are_none),
        UNIT(without_a_secret_nothing_is_accepted),
        UNIT(only_post_and_only_bodies_of_a_sane_size_are_taken),
        UNIT(an_hmac_in_hex_or_base64_is_compared_with_the_raw_body),
        UNIT(an_hmac_with_a_time_holds_within_its_window_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
