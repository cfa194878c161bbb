/*
 * fuzz_recruitee_verify: any bytes as a delivery. The first line is the signature, the rest the body. Only
 * what the secret has signed is accepted; what a parser sees as a test is never an event, and what is
 * answered as a test is none for a parser only where it is no JSON.
 */
#include "recruitee_host.h"

#include "weir/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether the signature is the host's MAC of the body, in hex with or without the prefix. */
static bool is_proof(const struct fuzz_host *f, struct weir_str proof, struct weir_bytes body)
{
    uint8_t mac[WEIR_DIGEST_MAX];
    uint8_t got[WEIR_DIGEST_MAX];
    size_t mac_len = 0;
    size_t got_len = 0;

    (void)weir_verify_strip(&proof, "sha256=");
    (void)f->host.hmac(&f->host, WEIR_SHA256, weir_bytes("secret", 6), &body, 1, mac, &mac_len, NULL);
    return weir_verify_decode(got, &got_len, proof, WEIR_VERIFY_HEX) && got_len == mac_len &&
           memcmp(got, mac, mac_len) == 0;
}

static void expect_test(struct weir_bytes body)
{
    json_t *root = NULL;

    if (weir_json_parse(&root, body, body.len, "body", NULL) == 0 &&
        !json_is_true(json_object_get(root, "test"))) {
        abort();
    }
    json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t line_len = line != NULL ? (size_t)(line - data) : 0;
    struct weir_header header = {weir_str("X-Recruitee-Signature"), weir_str_n((const char *)data, line_len)};
    struct weir_request request = {.size = sizeof request,
                                   .method = weir_str("POST"),
                                   .headers = &header,
                                   .header_count = line != NULL ? 1 : 0};
    struct weir_verdict verdict = {.size = sizeof verdict};
    struct fuzz_host f;
    void *self = NULL;

    recruitee_host_init(&f, NULL, 0);
    if (weir_connector.open(&self, &f.host, NULL) != 0) {
        abort();
    }
    request.body = line != NULL ? weir_bytes(line + 1, size - line_len - 1) : weir_bytes(data, size);
    if (weir_connector.verify->check(self, &request, &verdict, NULL) != 0) {
        abort();
    }
    if (verdict.decision == WEIR_ACCEPT && !is_proof(&f, header.value, request.body)) {
        abort();
    }
    if (verdict.decision == WEIR_ANSWER) {
        expect_test(request.body);
    }
    (void)weir_connector.verify->events(self, &request, &f.sink, NULL);
    weir_connector.close(self);
    return 0;
}
