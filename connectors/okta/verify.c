#include "verify.h"

#include "okta.h"

#include "weir/verify.h"

#define CHALLENGE "x-okta-verification-challenge"

/* {"verification":"..."}: the challenge is foreign text that we reflect, so it is escaped. false: it has
 * characters that no header should have, or is too long. */
static bool challenge_echo(struct weir_verdict *verdict, struct weir_str challenge)
{
    static const char head[] = "{\"verification\":\"";
    static const char tail[] = "\"}";
    size_t n = sizeof head - 1;

    memcpy(verdict->body, head, n);
    for (size_t i = 0; i < challenge.len; i++) {
        char c = challenge.data[i];

        if (c < ' ' || c > '~' || n + 2 + sizeof tail > sizeof verdict->body) {
            return false;
        }
        if (c == '"' || c == '\\') {
            verdict->body[n++] = '\\';
        }
        verdict->body[n++] = c;
    }
    memcpy(verdict->body + n, tail, sizeof tail - 1);
    verdict->body_len = n + sizeof tail - 1;
    return challenge.len > 0;
}

/*
 * The echo gives nothing away, since every delivery needs the secret: so a challenge without one is answered,
 * too (nobody promises that Okta sends it along). A wrong one is refused.
 */
static void challenge_answer(struct weir_verdict *verdict, const struct weir_host *host,
                             const struct weir_request *request)
{
    struct weir_str challenge = {NULL, 0};
    struct weir_str proof = {NULL, 0};

    if (weir_verify_header(&challenge, request, CHALLENGE) != 1) {
        weir_verify_refuse(verdict, 405, "a GET without the one challenge that Okta sends");
        return;
    }
    if (weir_verify_header(&proof, request, "authorization") > 0) {
        weir_verify_token(verdict, host, request, "authorization", VERIFY_PREFIX);
        if (verdict->decision != WEIR_ACCEPT) {
            return;
        }
    }
    if (!challenge_echo(verdict, challenge)) {
        weir_verify_refuse(verdict, 400,
                           "the challenge is empty, too long, or holds characters that none has");
        verdict->body_len = 0;
        return;
    }
    verdict->decision = WEIR_ANSWER;
    verdict->status = 200;
    (void)snprintf(verdict->content_type, sizeof verdict->content_type, "application/json");
}

int verify_check(const void *self_, const struct weir_request *request, struct weir_verdict *verdict,
                 struct weir_error *err)
{
    const struct okta *self = self_;

    (void)err;
    if (weir_str_is(request->method, "GET")) {
        challenge_answer(verdict, self->host, request);
        return 0;
    }
    if (!weir_str_is(request->method, "POST")) {
        weir_verify_refuse(verdict, 405, "Okta delivers by POST only");
        return 0;
    }
    if (request->body.len > VERIFY_BODY_MAX) {
        weir_verify_refuse(verdict, 413, "longer than any delivery of Okta's");
        return 0;
    }
    weir_verify_token(verdict, self->host, request, "authorization", VERIFY_PREFIX);
    /* A repeated delivery has the same eventId and mostly the same bytes; where not, each event's uuid tells.
     */
    verdict->dedup = WEIR_DEDUP_BODY;
    return 0;
}
