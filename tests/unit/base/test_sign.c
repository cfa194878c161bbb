/* The signatures, against published and contractual vectors. */
#include "expect.h"

#include "base/sign.h"

static void expect_kombo(const char *want, const char *secret, const char *body)
{
    struct buf out;

    buf_init(&out, 256);
    EXPECT_INT(0, sign_kombo(&out, weir_str(secret), weir_str_bytes(weir_str(body)), NULL));
    EXPECT(weir_str_is(buf_str(&out), want));
    buf_fini(&out);
}

TEST(the_kombo_signature_is_that_of_the_contract)
{
    UNUSED_STATE;
    expect_kombo(
        "bEJUN8ldu5E9rIzhvpS_YNwCnH7l1Buko-QTmvxMNRs", "whsec_9f4b1c7e2a",
        "{\"id\":\"zLYNtKMNPEKwN4g4irioqdvY\",\"type\":\"data-changed\",\"data\":{\"integration_id\":"
        "\"personio:"
        "knrkhuLe5q9Cpo42mJK2hT7d\",\"integration_tool\":\"personio\",\"integration_category\":\"HRIS\","
        "\"changed_models\":[{\"name\":\"hris_employees\"},{\"name\":\"hris_join_employees_teams\"}]}}");
    expect_kombo("WHeXNcXBPvbrgJAuA0nzwRKDNypckBu7oZ80ygPmFsc", "whsec_9f4b1c7e2a",
                 "{\"name\":\"Zoë – Łódź\"}");
}

TEST(the_standard_signature_is_that_of_the_specification)
{
    struct buf out;
    struct weir_bytes body = weir_str_bytes(weir_str("{\"test\": 2432232314}"));

    UNUSED_STATE;
    buf_init(&out, 512);
    EXPECT_INT(0, sign_standard(&out, weir_str("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                                weir_str("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330, body, NULL));
    EXPECT(weir_str_is(buf_str(&out), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    /* A second secret, while one is rotated, is appended behind a blank. */
    EXPECT_INT(0, sign_standard(&out, weir_str("a secret as it is"), weir_str("msg_p5jXN8AQM9LWM0D4loKWxJek"),
                                1614265330, body, NULL));
    EXPECT(memcmp(out.data + 47, " v1,", 4) == 0);
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(the_kombo_signature_is_that_of_the_contract),
        UNIT(the_standard_signature_is_that_of_the_specification),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
