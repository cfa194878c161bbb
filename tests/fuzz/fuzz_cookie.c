/* The header Cookie, and Origin beside Host. */
#include "web/cookie.h"
#include "web/forgery.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct weir_str text = weir_str_n((const char *)data, size);
    struct weir_str value = weir_str_n(NULL, 0);
    size_t half = size / 2;

    /* A value lies within the header, and holds no end of one. */
    if (cookie_get(&value, text, "weir_session") &&
        (value.data < text.data || value.data + value.len > text.data + text.len ||
         (value.len > 0 && memchr(value.data, ';', value.len) != NULL))) {
        __builtin_trap();
    }
    if (size > 0) {
        (void)forgery_origin_is(weir_str_n(text.data, half), weir_str_n(text.data + half, size - half));
    }
    return 0;
}
