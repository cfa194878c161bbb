#include "fake_okta.h"
#include "verify.h"

#define CHALLENGE "Vt7_q2mXcR4nWzPa-9KdLhBf3sYgUe0oTiJx"

struct delivery {
    struct weir_header headers[3];
    struct weir_str secrets[2];
    struct weir_request request;
};

static void delivery_init(struct delivery *d, const char *method, const char *authorization,
                          const char *challenge)
{
    memset(d, 0, sizeof *d);
    d->secrets[0] = weir_str(FAKE_SECRET);
    d->secrets[1] = weir_str("the-secret-before");
    d->request = (struct weir_request){.size = sizeof d->request,
                                       .method = weir_str(method),
                                       .headers = d->headers,
                                       .secrets = d->secrets,
                                       .secret_count = 1};
    if (authorization != NULL) {
        d->headers[d->request.header_count++] =
            (struct weir_header){weir_str("AUTHORIZATION"), weir_str(authorization)};
    }
    if (challenge != NULL) {
        d->headers[d->request.header_count++] =
            (struct weir_header){weir_str("x-okta-Verification-challenge"), weir_str(challenge)};
    }
}

static struct weir_verdict check(struct fake *f, const struct delivery *d)
{
    struct weir_verdict verdict = {.size = sizeof verdict};

    EXPECT_INT(0, weir_connector.verify->check(fake_okta(f), &d->request, &verdict, NULL));
    EXPECT_INT(0, fake_played(f)); /* nothing is asked of anybody */
    return verdict;
}

TEST(the_challenge_comes_back_as_json)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct delivery d;
    struct weir_verdict v;

    delivery_init(&d, "GET", "Bearer " FAKE_SECRET, CHALLENGE);
    v = check(f, &d);
    EXPECT_INT(WEIR_ANSWER, v.decision);
    EXPECT_INT(200, v.status);
    EXPECT_STR("application/json", v.content_type);
    EXPECT(weir_str_is(weir_str_n(v.body, v.body_len), "{\"verification\":\"" CHALLENGE "\"}"));
    /* Again, and without the header: each is answered. */
    delivery_init(&d, "GET", NULL, CHALLENGE);
    EXPECT_INT(WEIR_ANSWER, check(f, &d).decision);
    d.request.secret_count = 0;
    EXPECT_INT(WEIR_ANSWER, check(f, &d).decision);
    fake_free(f);
}

TEST(a_challenge_with_a_wrong_secret_is_refused)
{
    UNUSED_STATE;
    static const char *const wrong[] = {"Bearer x", FAKE_SECRET, "bearer " FAKE_SECRET, ""};
    struct fake *f = fake_new();

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct delivery d;
        struct weir_verdict v;

        delivery_init(&d, "GET", wrong[i], CHALLENGE);
        v = check(f, &d);
        EXPECT_INT(WEIR_REFUSE, v.decision);
        EXPECT_INT(401, v.status);
        EXPECT_INT(0, v.body_len);
    }
    fake_free(f);
}

TEST(a_reflected_challenge_is_escaped_and_bounded)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    char big[1100];
    struct delivery d;
    struct weir_verdict v;
    json_t *body;

    delivery_init(&d, "GET", NULL, "a\"b\\c</script>");
    v = check(f, &d);
    body = json_loadb(v.body, v.body_len, 0, NULL);
    EXPECT_STR("a\"b\\c</script>", json_string_value(json_object_get(body, "verification")));
    json_decref(body);
    memset(big, '"', sizeof big);
    big[sizeof big - 1] = '\0';
    for (size_t len = 0; len < sizeof big; len++) {
        delivery_init(&d, "GET", NULL, "x");
        d.headers[0].value = weir_str_n(big, len);
        v = check(f, &d);
        EXPECT_INT(len > 0 && 19 + 2 * len <= sizeof v.body ? WEIR_ANSWER : WEIR_REFUSE, v.decision);
        EXPECT(v.body_len <= sizeof v.body);
        EXPECT(v.decision == WEIR_ANSWER || v.status == 400);
    }
    delivery_init(&d, "GET", NULL, "a\nb");
    EXPECT_INT(400, check(f, &d).status);
    delivery_init(&d, "GET", NULL, "\xc3\xa4");
    EXPECT_INT(400, check(f, &d).status);
    fake_free(f);
}

TEST(a_get_without_the_one_challenge_is_nothing_of_oktas)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct delivery d;

    delivery_init(&d, "GET", "Bearer " FAKE_SECRET, NULL);
    EXPECT_INT(405, check(f, &d).status);
    delivery_init(&d, "GET", NULL, CHALLENGE);
    d.headers[d.request.header_count++] = d.headers[0];
    EXPECT_INT(405, check(f, &d).status);
    fake_free(f);
}

TEST(a_delivery_needs_the_whole_secret)
{
    UNUSED_STATE;
    static const char *const wrong[] = {NULL,
                                        "",
                                        FAKE_SECRET,
                                        "Bearer",
                                        "Bearer ",
                                        "Bearer " FAKE_SECRET "x",
                                        "Bearer x",
                                        "Basic " FAKE_SECRET,
                                        "bearer " FAKE_SECRET,
                                        "Bearer the-secret-before"};
    struct fake *f = fake_new();
    struct delivery d;
    struct weir_verdict v;

    delivery_init(&d, "POST", "Bearer " FAKE_SECRET, NULL);
    v = check(f, &d);
    EXPECT_INT(WEIR_ACCEPT, v.decision);
    EXPECT_INT(WEIR_DEDUP_BODY, v.dedup);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        delivery_init(&d, "POST", wrong[i], NULL);
        v = check(f, &d);
        EXPECT_INT(WEIR_REFUSE, v.decision);
        EXPECT_INT(401, v.status);
    }
    delivery_init(&d, "POST", "Bearer " FAKE_SECRET, NULL);
    d.request.secret_count = 0;
    EXPECT_INT(WEIR_REFUSE, check(f, &d).decision);
    fake_free(f);
}

TEST(while_a_secret_is_rotated_both_are_right)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct delivery d;

    delivery_init(&d, "POST", "Bearer the-secret-before", NULL);
    d.request.secret_count = 2;
    EXPECT_INT(WEIR_ACCEPT, check(f, &d).decision);
    delivery_init(&d, "GET", "Bearer the-secret-before", CHALLENGE);
    d.request.secret_count = 2;
    EXPECT_INT(WEIR_ANSWER, check(f, &d).decision);
    fake_free(f);
}

TEST(other_methods_and_endless_bodies_are_refused)
{
    UNUSED_STATE;
    struct fake *f = fake_new();
    struct delivery d;

    delivery_init(&d, "PUT", "Bearer " FAKE_SECRET, CHALLENGE);
    EXPECT_INT(405, check(f, &d).status);
    delivery_init(&d, "POST", "Bearer " FAKE_SECRET, NULL);
    d.request.body = weir_bytes("", VERIFY_BODY_MAX + 1); /* its bytes are not looked at */
    EXPECT_INT(413, check(f, &d).status);
    d.request.body = weir_bytes("", (size_t)4 << 20);
    EXPECT_INT(WEIR_ACCEPT, check(f, &d).decision);
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_challenge_comes_back_as_json),
        UNIT(a_challenge_with_a_wrong_secret_is_refused),
        UNIT(a_reflected_challenge_is_escaped_and_bounded),
        UNIT(a_get_without_the_one_challenge_is_nothing_of_oktas),
        UNIT(a_delivery_needs_the_whole_secret),
        UNIT(while_a_secret_is_rotated_both_are_right),
        UNIT(other_methods_and_endless_bodies_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
