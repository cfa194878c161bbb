/*
 * fuzz_personio_verify: any bytes as a delivery. The first line is the Authorization header, the rest
 * the body. Only the registered token is accepted; naming the events of any body neither crashes nor leaks.
 */
#include "personio_host.h"

#include "events.h"
#include "verify.h"

#include "weir/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hmac_schemes(const struct fuzz_host *f, const struct weir_request *request)
{
    struct weir_verify_hmac_scheme scheme = {.header = "authorization",
                                             .prefix = "v1=",
                                             .digest = WEIR_SHA256,
                                             .time_header = "authorization",
                                             .time_unit_ms = 1000,
                                             .window_ms = 300000,
                                             .joint = "."};

    for (scheme.encoding = WEIR_VERIFY_HEX; scheme.encoding <= WEIR_VERIFY_BASE64URL; scheme.encoding++) {
        struct weir_verdict verdict = {.size = sizeof verdict};

        (void)weir_verify_hmac(&verdict, &f->host, request, &scheme, NULL);
        scheme.time_header = NULL;
        (void)weir_verify_hmac(&verdict, &f->host, request, &scheme, NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char secret[] = "secret";
    struct fuzz_host f;
    struct weir_str secrets[1];
    struct weir_header headers[1];
    struct weir_request request = {.size = sizeof request};
    struct weir_verdict verdict = {.size = sizeof verdict};
    const uint8_t *line = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t line_len = line != NULL ? (size_t)(line - data) : 0;
    void *self = NULL;

    personio_host_init(&f, NULL, 0);
    if (weir_connector.open(&self, &f.host, NULL) != 0) {
        abort();
    }
    secrets[0] = weir_str(secret);
    headers[0].name = weir_str("Authorization");
    headers[0].value = weir_str_n((const char *)data, line_len);
    request.method = weir_str("POST");
    request.headers = headers;
    request.header_count = line != NULL ? 1 : 0;
    request.secrets = secrets;
    request.secret_count = 1;
    request.body = line != NULL ? weir_bytes(line + 1, size - line_len - 1) : weir_bytes(data, size);
    if (weir_connector.verify->check(self, &request, &verdict, NULL) != 0) {
        abort();
    }
    if (verdict.decision == WEIR_ACCEPT && !weir_str_is(headers[0].value, "Bearer secret")) {
        abort();
    }
    hmac_schemes(&f, &request);
    (void)weir_connector.verify->events(self, &request, &f.sink, NULL);
    weir_connector.close(self);
    return 0;
}
