#include "grants.h"
#include "proof.h"

static void expect_proof(struct fake *f, const char *method, const char *path, const char *nonce,
                         const char *ath)
{
    const char *proof = fake_header(f, "DPoP");
    const char *key = fake_okta(f)->client.auth.dpop_key;
    json_t *header = NULL;
    json_t *claims = NULL;
    json_t *jwk;
    struct buf want;
    int signature = 0;

    assert_non_null(proof);
    header = token_json(proof, 0);
    claims = token_json(proof, 1);
    EXPECT(token_is_signed_with(proof, key));
    expect_text("dpop+jwt", header, "typ");
    expect_text("ES256", header, "alg");
    buf_init(&want, 2048);
    EXPECT_INT(0, keypair_public(&signature, &want, weir_str(key), NULL));
    jwk = json_loadb(want.data, want.len, 0, NULL);
    EXPECT(json_equal(jwk, json_object_get(header, "jwk")));
    EXPECT(json_object_get(json_object_get(header, "jwk"), "d") == NULL);
    expect_text(method, claims, "htm");
    expect_text(path, claims, "htu");
    EXPECT(json_integer_value(json_object_get(claims, "iat")) <= fake_now(f) / 1000);
    EXPECT_INT(32, json_string_length(json_object_get(claims, "jti")));
    if (nonce != NULL) {
        expect_text(nonce, claims, "nonce");
    } else {
        EXPECT(json_object_get(claims, "nonce") == NULL);
    }
    if (ath != NULL) {
        expect_text(ath, claims, "ath");
    } else {
        EXPECT(json_object_get(claims, "ath") == NULL);
    }
    json_decref(jwk);
    buf_fini(&want);
    json_decref(header);
    json_decref(claims);
}

static void check_first_proof(struct fake *f)
{
    expect_proof(f, "POST", ORG "/oauth2/v1/token", NULL, NULL);
}

static void check_nonce_proof(struct fake *f)
{
    expect_proof(f, "POST", ORG "/oauth2/v1/token", "k2VwQ9sTn4BzLxR7", NULL);
}

static void check_no_proof(struct fake *f)
{
    EXPECT(fake_header(f, "DPoP") == NULL);
}

/* SHA-256 of "bound", in base64url. */
#define BOUND_ATH "Xhz0KHjfWP6nv6RbcVt4MtiJCSrSPoAuY5ErG_0gVjA"

static void script_dpop(struct fake *f)
{
    fake_script(f, TOKEN, 400, REFUSAL("invalid_dpop_proof"));
    fake_script_meanwhile(f, check_no_proof);
    fake_script(f, TOKEN, 400, REFUSAL("use_dpop_nonce"));
    fake_script_header(f, "dpop-nonce: k2VwQ9sTn4BzLxR7");
    script_token(f, "DPoP", "bound");
}

TEST(dpop_is_learnt_in_three_steps_and_then_each_request_is_proven)
{
    UNUSED_STATE;
    struct fake *f = fake_app(WEIR_RS256, NULL);

    script_dpop(f);
    fake_script_meanwhile(f, NULL);
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    EXPECT_STR("DPoP bound", fake_header(f, "Authorization"));
    expect_proof(f, "GET", ORG "/api/v1/users/" USER_ID, "k2VwQ9sTn4BzLxR7", BOUND_ATH);
    EXPECT(!fake_repeatable(f)); /* a proof is taken once */
    fake_free(f);
}

TEST(that_dpop_is_demanded_is_remembered_across_a_restart)
{
    UNUSED_STATE;
    struct fake *f = fake_app(WEIR_ES256, NULL);

    script_dpop(f);
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    /* The token is bound to the key, so both come back. */
    fake_restart(f);
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    expect_proof(f, "GET", ORG "/api/v1/users/" USER_ID, "k2VwQ9sTn4BzLxR7", BOUND_ATH);
    /* An hour later the first request has a proof with the nonce already. */
    fake_restart(f);
    fake_clock(f, FAKE_NOW + 3600 * 1000);
    script_token(f, "DPoP", "bound");
    fake_script_meanwhile(f, check_nonce_proof);
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    fake_free(f);
}

TEST(that_dpop_is_demanded_is_remembered_although_the_second_step_fails)
{
    UNUSED_STATE;
    struct fake *f = fake_app(WEIR_ES256, NULL);

    fake_script(f, TOKEN, 400, REFUSAL("invalid_dpop_proof"));
    fake_script(f, TOKEN, WEIR_E_LATER, NULL);
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    fake_restart(f);
    script_token(f, "DPoP", "bound");
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    EXPECT_STR("DPoP bound", fake_header(f, "Authorization"));
    fake_free(f);
}

TEST(an_api_call_that_asks_for_a_nonce_is_repeated_once_with_it)
{
    UNUSED_STATE;
    struct fake *f = fake_app(WEIR_ES256, NULL);

    script_dpop(f);
    fake_script(f, ONE "?fields=id", 401, ERROR("E0000011"));
    fake_script_header(f, "WWW-Authenticate: DPoP error=\"use_dpop_nonce\"");
    fake_script_header(f, "DPoP-Nonce: newer");
    fake_script(f, ONE "?fields=id", 200, "{}");
    EXPECT_INT(0, get_code(f, NULL));
    expect_proof(f, "GET", ORG "/api/v1/users/" USER_ID, "newer", BOUND_ATH);
    fake_free(f);
}

TEST(a_proven_request_is_repeated_here_with_a_new_proof)
{
    UNUSED_STATE;
    struct fake *f = fake_app(WEIR_ES256, NULL);

    script_dpop(f);
    fake_script(f, ONE "?fields=id", 429, ERROR("E0000047"));
    fake_script(f, ONE "?fields=id", 503, "");
    fake_script(f, ONE "?fields=id", 503, "");
    EXPECT_INT(WEIR_E_LATER, get_code(f, NULL));
    fake_free(f);
}

TEST(a_proof_that_is_refused_again_points_to_the_clock)
{
    UNUSED_STATE;
    struct fake *f = fake_app(WEIR_ES256, NULL);
    struct weir_error err = {0};

    fake_script(f, TOKEN, 400, REFUSAL("invalid_dpop_proof"));
    fake_script(f, TOKEN, 400, REFUSAL("invalid_dpop_proof"));
    fake_script_meanwhile(f, check_first_proof);
    EXPECT_INT(WEIR_E_LATER, get_code(f, &err));
    assert_non_null(strstr(err.message, "clock"));
    fake_free(f);
}

/* A sanitizer sees the first one when it is lost. */
TEST(a_key_that_is_read_again_takes_the_place_of_the_first)
{
    UNUSED_STATE;
    char *pem = NULL;
    struct fake *f = fake_app(WEIR_ES256, &pem);
    struct auth *auth = &fake_okta(f)->client.auth;

    EXPECT_INT(0, proof_key_take(auth, strdup(pem), NULL));
    EXPECT_INT(0, proof_key_take(auth, strdup(pem), NULL));
    EXPECT_STR(pem, auth->dpop_key);
    free(pem);
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(dpop_is_learnt_in_three_steps_and_then_each_request_is_proven),
        UNIT(that_dpop_is_demanded_is_remembered_across_a_restart),
        UNIT(that_dpop_is_demanded_is_remembered_although_the_second_step_fails),
        UNIT(an_api_call_that_asks_for_a_nonce_is_repeated_once_with_it),
        UNIT(a_proven_request_is_repeated_here_with_a_new_proof),
        UNIT(a_proof_that_is_refused_again_points_to_the_clock),
        UNIT(a_key_that_is_read_again_takes_the_place_of_the_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
