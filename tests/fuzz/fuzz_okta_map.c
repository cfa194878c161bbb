/*
 * fuzz_okta_map: any answers of Okta to each call of the connector. The first byte chooses the call, and
 * whether an API token or a service app makes it; then come the answers, as connector_host.h says. Whatever
 * comes, the sink is told nothing that breaks its contract, and a listing ends.
 */
#include "okta_calls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct weir_subscription have = {.size = sizeof have};
    struct fuzz_host f;
    void *self = NULL;

    if (size == 0) {
        return 0;
    }
    okta_host_init(&f, data + 1, size - 1, data[0] >= 0x60); /* lower case: a service app */
    if (weir_connector.open(&self, &f.host, NULL) != 0) {
        abort();
    }
    (void)okta_call(self, &f, data[0] % 32U, &have, NULL);
    if (have.state < WEIR_SUB_NONE || have.state > WEIR_SUB_FAILED ||
        memchr(have.detail, 0, sizeof have.detail) == NULL ||
        memchr(have.remote_id, 0, sizeof have.remote_id) == NULL) {
        abort();
    }
    weir_connector.close(self);
    return 0;
}
