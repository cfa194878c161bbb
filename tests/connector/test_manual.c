#include "fake_host.h"

#include "weir/manual.h"

#define SECRET "rc-demo-secret"
#define BODY "{\"id\":1}"

static int self_open(void **self, const struct weir_host *host, struct weir_error *err)
{
    (void)host;
    (void)err;
    *self = NULL;
    return 0;
}

static void self_close(void *self)
{
    (void)self;
}

static const struct weir_connector connector = {.open = self_open, .close = self_close};
static const struct weir_verify_hmac_scheme scheme = {
    .header = "x-signature", .digest = WEIR_SHA256, .encoding = WEIR_VERIFY_HEX};

static void sign(char out[65], struct fake *f, const char *secret)
{
    struct weir_bytes part = weir_str_bytes(weir_str(BODY));
    uint8_t mac[WEIR_DIGEST_MAX];
    size_t len = 0;
    const struct weir_host *host = fake_host(f);

    EXPECT_INT(0, host->hmac(host, WEIR_SHA256, weir_str_bytes(weir_str(secret)), &part, 1, mac, &len, NULL));
    for (size_t i = 0; i < 32; i++) {
        (void)snprintf(out + 2 * i, 3, "%02x", mac[i]);
    }
}

TEST(deliveries_are_proven_by_the_pasted_secret_alone)
{
    UNUSED_STATE;
    struct fake *f = fake_for(&connector, "https://api.example");
    const struct weir_str weirs_own = weir_str("made-by-weir");
    char proof[65];
    struct weir_header header = {weir_str("X-Signature"), weir_str(proof)};
    struct weir_request request = {.size = sizeof request,
                                   .method = weir_str("POST"),
                                   .headers = &header,
                                   .header_count = 1,
                                   .body = weir_str_bytes(weir_str(BODY)),
                                   .secrets = &weirs_own,
                                   .secret_count = 1};
    struct weir_verdict verdict = {.size = sizeof verdict};

    sign(proof, f, SECRET);
    header.value = weir_str(proof);
    EXPECT_INT(0, weir_manual_hmac(&verdict, fake_host(f), &request, weir_str(SECRET), &scheme, NULL));
    EXPECT_INT(WEIR_ACCEPT, verdict.decision);
    sign(proof, f, "made-by-weir");
    memset(&verdict, 0, sizeof verdict);
    EXPECT_INT(0, weir_manual_hmac(&verdict, fake_host(f), &request, weir_str(SECRET), &scheme, NULL));
    EXPECT_INT(WEIR_REFUSE, verdict.decision);
    EXPECT_INT(0, weir_manual_hmac(&verdict, fake_host(f), &request, weir_str(""), &scheme, NULL));
    EXPECT(verdict.decision == WEIR_REFUSE && verdict.status == 503);
    fake_free(f);
}

TEST(it_is_set_up_once_the_secret_signed_a_delivery)
{
    UNUSED_STATE;
    struct fake *f = fake_for(&connector, "https://api.example");
    struct weir_subscription have = {.size = sizeof have};

    weir_manual_inspect(&have, fake_host(f), weir_str(""), "webhook_secret");
    EXPECT_INT(WEIR_SUB_MANUAL_SETUP, have.state);
    EXPECT(strstr(have.detail, "paste its secret (webhook_secret)") != NULL);
    weir_manual_inspect(&have, fake_host(f), weir_str(SECRET), "webhook_secret");
    EXPECT_INT(WEIR_SUB_MANUAL_SETUP, have.state);
    EXPECT(strstr(have.detail, "no delivery") != NULL);
    weir_manual_prove(fake_host(f), weir_str(SECRET));
    weir_manual_inspect(&have, fake_host(f), weir_str(SECRET), "webhook_secret");
    EXPECT_INT(WEIR_SUB_ACTIVE, have.state);
    /* Another secret has proven nothing yet, and the empty one never does. */
    weir_manual_inspect(&have, fake_host(f), weir_str("another"), "webhook_secret");
    EXPECT_INT(WEIR_SUB_MANUAL_SETUP, have.state);
    weir_manual_prove(fake_host(f), weir_str(""));
    EXPECT_STR(SECRET, fake_state_of(f, WEIR_MANUAL_STATE));
    EXPECT(!weir_manual_proven(fake_host(f), weir_str("")));
    fake_free(f);
}

TEST(an_outermost_member_is_found_without_a_parse)
{
    UNUSED_STATE;
    static const struct {
        const char *body, *value; /* NULL: none */
    } cases[] = {{"{\"test\":true}", "true"},
                 {" \n{ \"a\" : [1,{\"test\":1}] , \"test\" :\ttrue , \"b\":2}", "true"},
                 {"{\"test\":false,\"test\":true}", "true"},
                 {"{\"test\":true,\"test\":false}", "false"},
                 {"{\"test\":\"a\\\"b\"}", "\"a\\\"b\""},
                 {"{\"test\":{\"test\":true}}", "{"},
                 {"{\"test\":[true]}", "["},
                 {"{\"payload\":{\"test\":true}}", NULL},
                 {"{\"payload\":[{\"test\":true}]}", NULL},
                 {"{\"name\":\"\\\"test\\\":true\"}", NULL},
                 {"{\"name\":\"x\\\\\",\"test\":true}", "true"},
                 {"{\"name\":\"test\",\"other\":true}", NULL},
                 {"{\"test\"", NULL},
                 {"{\"test\":", ""},
                 {"{\"test\":\"open", "\"open"},
                 {"{\"test\\", NULL},
                 {"[{\"test\":true}]", NULL},
                 {"}{\"test\":true}", NULL},
                 {"{\"a\":1}{\"test\":true}", NULL},
                 {"\"test\":true", NULL},
                 {"", NULL},
                 {"{", NULL}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct weir_str value = {NULL, 0};
        bool found = weir_verify_json_member(&value, weir_str_bytes(weir_str(cases[i].body)), "test");

        if (found != (cases[i].value != NULL) || (found && !weir_str_is(value, cases[i].value))) {
            fail_msg("%s: %d %.*s", cases[i].body, found, WEIR_STR_ARG(value));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(deliveries_are_proven_by_the_pasted_secret_alone),
        UNIT(it_is_set_up_once_the_secret_signed_a_delivery),
        UNIT(an_outermost_member_is_found_without_a_parse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
