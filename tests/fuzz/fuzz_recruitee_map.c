/*
 * fuzz_recruitee_map: any answers of Recruitee to each call of the connector. The first byte chooses the
 * call; then come the answers, as connector_host.h says. Whatever comes, the sink is told nothing that breaks
 * its contract, and a listing ends.
 */
#include "recruitee_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct weir_subscription have = {.size = sizeof have};
    struct fuzz_host f;
    void *self = NULL;

    if (size == 0) {
        return 0;
    }
    recruitee_host_init(&f, data + 1, size - 1);
    if (weir_connector.open(&self, &f.host, NULL) != 0) {
        abort();
    }
    (void)recruitee_call(self, &f, data[0], &have, NULL);
    weir_connector.close(self);
    return 0;
}
