/* A tool's answer and address, as the log shows them: bounded, and no value in them. */
#include "flow/masked.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SHOWN 256
#define SLACK 512 /* one member, and the ends of what is open */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf out;

    buf_init(&out, 1u << 20);
    masked_json(&out, weir_bytes(data, size), SHOWN);
    if (out.failed || out.len > SHOWN + SLACK) {
        __builtin_trap();
    }
    buf_clear(&out);
    masked_path(&out, weir_str_n((const char *)data, size));
    if (out.failed || (out.len > 0 && memchr(out.data, '@', out.len) != NULL)) {
        __builtin_trap();
    }
    buf_fini(&out);
    return 0;
}
