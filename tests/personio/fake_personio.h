/*
 * fake_personio: the fake host with an integration of Personio's.
 */
#ifndef PERSONIO_FAKE_PERSONIO_H
#define PERSONIO_FAKE_PERSONIO_H

#include "connector/fake_host.h"
#include "personio.h"

#define FAKE_TOKEN "papi-first-token"

/* With client_id and client_secret set, and no state. */
static inline struct fake *fake_new(void)
{
    struct fake *f = fake_for(&weir_connector, "https://api.personio.de");

    fake_set(f, "client_id", "papi-0000-aaaa");
    fake_set(f, "client_secret", "papi-s3cr3t/+");
    return f;
}

static inline struct personio *fake_personio(struct fake *f)
{
    return fake_self(f);
}

/* A token request that succeeds. */
static inline void fake_script_token(struct fake *f, const char *token, int expires_s)
{
    char body[300];

    (void)snprintf(body, sizeof body,
                   "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d,\"scope\":\"x\"}",
                   token, expires_s);
    fake_script(f, "POST /v2/auth/token", 200, body);
}

/* A token that is good for an hour, so that a test need not begin with one. */
static inline void fake_with_token(struct fake *f)
{
    struct personio *p = fake_personio(f);

    free(p->client.token);
    p->client.token = strdup(FAKE_TOKEN);
    assert_non_null(p->client.token);
    p->client.renew_at_ms = fake_now(f) + 3600000;
    p->client.state_read = true;
}

#endif
