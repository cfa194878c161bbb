/*
 * fake_okta: the fake host with an integration of Okta's.
 */
#ifndef OKTA_FAKE_OKTA_H
#define OKTA_FAKE_OKTA_H

#include "base/keypair.h"
#include "connector/fake_host.h"
#include "okta.h"

#define ORG "https://acme.okta.example"
#define API_TOKEN "00aInventedTokenOfFortyTwoCharactersInAll1"
#define USER_ID "00u8f2k1mQwErTyUi5d7"
#define BOSS_ID "00u5b7n3vQwErTyUi5d7"
#define GROUP_ID "00g4h6j2kQwErTyUi5d7"
#define ERROR(code)                                                                                          \
    "{\"errorCode\":\"" code                                                                                 \
    "\",\"errorSummary\":\"x\",\"errorLink\":\"x\",\"errorId\":\"x\",\"errorCauses\":[]}"

/* With an API token. */
static inline struct fake *fake_new(void)
{
    struct fake *f = fake_for(&weir_connector, ORG);

    fake_set(f, "api_token", API_TOKEN);
    return f;
}

/* A new key as PEM, terminated; free() it. */
static inline char *key_dup(int signature)
{
    struct buf pem;
    char *text;

    buf_init(&pem, WEIR_KEY_PEM_MAX);
    EXPECT_INT(0, keypair_new(&pem, signature, NULL));
    text = strndup(pem.data, pem.len);
    assert_non_null(text);
    buf_fini(&pem);
    return text;
}

/* With a service app whose key is of that kind. *pem (may be NULL): the key, free() it. */
static inline struct fake *fake_app(int signature, char **pem)
{
    struct fake *f = fake_for(&weir_connector, ORG);
    char *key = key_dup(signature);

    fake_set(f, "client_id", "0oa7k2m9QwErTyUiO5d7");
    fake_set(f, "key_id", "weir-2026-01");
    fake_set(f, "private_key", key);
    if (pem != NULL) {
        *pem = key;
    } else {
        free(key);
    }
    return f;
}

static inline struct okta *fake_okta(struct fake *f)
{
    return fake_self(f);
}

static inline void script_token(struct fake *f, const char *type, const char *token)
{
    char body[300];

    (void)snprintf(body, sizeof body,
                   "{\"token_type\":\"%s\",\"expires_in\":3600,\"access_token\":\"%s\",\"scope\":\"x\"}",
                   type, token);
    fake_script(f, "POST /oauth2/v1/token", 200, body);
}

#endif
