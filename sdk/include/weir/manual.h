/*
 * manual: for authors of connectors: a webhook that a person makes at the tool, who then pastes the secret
 * which the tool made.
 *
 * Header-only. The secret is a setting, and is handed in as weir_setting gives it; deliveries are proven by
 * it and not by the one that Weir makes. The webhook counts as set up once a delivery came that this very
 * secret had signed: until then nobody relies on it.
 */
#ifndef WEIR_MANUAL_H
#define WEIR_MANUAL_H

#include "weir/setting.h"
#include "weir/verify.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_MANUAL_STATE "webhook_proven" /* the key of the state that this takes */

/* What is found of a test request. The host knows these two, and tells them to whoever sets the webhook up.
 */
#define WEIR_MANUAL_TEST_RIGHT "a test: address and secret are right"
#define WEIR_MANUAL_TEST_WRONG "a test that the secret has not signed: paste it again"

/* As weir_verify_hmac. Without a secret it is refused with 503, so that the tool tries again until it is
 * pasted. Thread: any. */
static inline int weir_manual_hmac(struct weir_verdict *verdict, const struct weir_host *host,
                                   const struct weir_request *request, struct weir_str secret,
                                   const struct weir_verify_hmac_scheme *scheme, struct weir_error *err)
{
    struct weir_request mine = *request;

    if (secret.len == 0) {
        weir_verify_refuse(verdict, 503, "the webhook's secret is not pasted yet, and nothing is accepted");
        return 0;
    }
    mine.secrets = &secret;
    mine.secret_count = 1;
    return weir_verify_hmac(verdict, host, &mine, scheme, err);
}

/*
 * Answer a test request, of which nothing is kept and which may come from anybody, as the first one comes
 * before there is a secret: 200, with a reason that tells a person whether the secret is right. Thread: any.
 */
static inline int weir_manual_test(struct weir_verdict *verdict, const struct weir_host *host,
                                   const struct weir_request *request, struct weir_str secret,
                                   const struct weir_verify_hmac_scheme *scheme, struct weir_error *err)
{
    const char *found = "a test: the address is right; now paste the secret";
    struct weir_str proof = {NULL, 0};
    int rc = 0;

    if (secret.len > 0 && weir_verify_header(&proof, request, scheme->header) == 0) {
        found = "a test without a signature: the address is right";
    } else if (secret.len > 0) {
        rc = weir_manual_hmac(verdict, host, request, secret, scheme, err);
        found = verdict->decision == WEIR_ACCEPT ? WEIR_MANUAL_TEST_RIGHT : WEIR_MANUAL_TEST_WRONG;
    }
    verdict->decision = WEIR_ANSWER;
    verdict->status = 200;
    (void)snprintf(verdict->reason, sizeof verdict->reason, "%s", found);
    return rc;
}

/* Is this the secret that signed a delivery? Also false when the state cannot be read. Thread: worker. */
static inline bool weir_manual_proven(const struct weir_host *host, struct weir_str secret)
{
    char have[WEIR_SETTING_MAX];
    size_t len = 0;

    return secret.len > 0 && host->state_get(host, WEIR_MANUAL_STATE, have, sizeof have, &len, NULL) == 0 &&
           host->equal(host, weir_bytes(have, len), weir_str_bytes(secret));
}

/* To be called from verify->events: a delivery was accepted. What cannot be kept is kept with the next one.
 * Thread: worker. */
static inline void weir_manual_prove(const struct weir_host *host, struct weir_str secret)
{
    if (secret.len > 0 && secret.len <= WEIR_SETTING_MAX && !weir_manual_proven(host, secret)) {
        (void)host->state_put(host, WEIR_MANUAL_STATE, weir_str_bytes(secret), NULL);
    }
}

/* What subscribe->inspect has to say; key is the setting to paste. Thread: worker. */
static inline void weir_manual_inspect(struct weir_subscription *have, const struct weir_host *host,
                                       struct weir_str secret, const char *key)
{
    if (weir_manual_proven(host, secret)) {
        have->state = WEIR_SUB_ACTIVE;
        (void)snprintf(have->detail, sizeof have->detail,
                       "a person made it, and its deliveries are accepted");
        return;
    }
    have->state = WEIR_SUB_MANUAL_SETUP;
    if (secret.len == 0) {
        (void)snprintf(have->detail, sizeof have->detail,
                       "a person has to make the webhook at the tool and paste its secret (%s)", key);
    } else {
        (void)snprintf(
            have->detail, sizeof have->detail,
            "the secret is there, no delivery that it signed yet: if none comes, compare address and "
            "secret (%s) with the tool's",
            key);
    }
}

#ifdef __cplusplus
}
#endif

#endif
