/*
 * fuzz_okta_verify: any bytes as a request to the hook's address. The first line is the Authorization header
 * (without one if empty), the second Okta's challenge (the same), the rest the body; a body makes it a POST.
 * Only the registered secret is accepted, a challenge comes back as it was, and naming the events of any body
 * neither crashes nor leaks.
 */
#include "okta_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next line, taken off the rest. */
static struct weir_str line_take(struct weir_bytes *rest)
{
    const uint8_t *end = rest->len > 0 ? memchr(rest->data, '\n', rest->len) : NULL;
    size_t len = end != NULL ? (size_t)(end - rest->data) : rest->len;
    struct weir_str line = weir_str_n((const char *)rest->data, len);

    len += end != NULL ? 1 : 0;
    *rest = weir_bytes(rest->data + len, rest->len - len);
    return line;
}

static void expect_echo(const struct weir_verdict *verdict, struct weir_str challenge)
{
    json_t *body = json_loadb(verdict->body, verdict->body_len, JSON_REJECT_DUPLICATES, NULL);
    const json_t *echo = json_object_get(body, "verification");

    if (!weir_str_equal(weir_str_n(json_string_value(echo), json_string_length(echo)), challenge)) {
        abort();
    }
    json_decref(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct weir_bytes rest = weir_bytes(data, size);
    struct weir_str authorization = line_take(&rest);
    struct weir_str challenge = line_take(&rest);
    struct weir_str secrets[1] = {weir_str("secret")};
    struct weir_header headers[2];
    struct weir_request request = {.size = sizeof request};
    struct weir_verdict verdict = {.size = sizeof verdict};
    struct fuzz_host f;
    void *self = NULL;

    okta_host_init(&f, NULL, 0, false);
    if (weir_connector.open(&self, &f.host, NULL) != 0) {
        abort();
    }
    request.headers = headers;
    if (authorization.len > 0) {
        headers[request.header_count++] = (struct weir_header){weir_str("Authorization"), authorization};
    }
    if (challenge.len > 0) {
        headers[request.header_count++] =
            (struct weir_header){weir_str("X-Okta-Verification-Challenge"), challenge};
    }
    request.method = weir_str(rest.len > 0 ? "POST" : "GET");
    request.body = rest;
    request.secrets = secrets;
    request.secret_count = 1;
    if (weir_connector.verify->check(self, &request, &verdict, NULL) != 0) {
        abort();
    }
    if (verdict.decision == WEIR_ACCEPT && (rest.len == 0 || !weir_str_is(authorization, "Bearer secret"))) {
        abort();
    }
    if (verdict.decision == WEIR_ANSWER) {
        if (rest.len > 0 || (authorization.len > 0 && !weir_str_is(authorization, "Bearer secret"))) {
            abort();
        }
        expect_echo(&verdict, challenge);
    }
    (void)weir_connector.verify->events(self, &request, &f.sink, NULL);
    weir_connector.close(self);
    return 0;
}
