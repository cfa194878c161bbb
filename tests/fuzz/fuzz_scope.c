/*
 * fuzz_scope: any bytes as a scope of the admin API. What is taken is written so that it reads as the same.
 */
#include "model/scope_text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct weir_error err = {0};
    struct scope *scope = NULL;
    struct scope *again = NULL;
    struct buf text;
    int rc = scope_from_json(&scope, "s", weir_str_n((const char *)data, size), &err);

    if (rc != 0) {
        if (rc != WEIR_E_INVALID || err.message[0] == '\0' || scope != NULL) {
            abort();
        }
        return 0;
    }
    buf_init(&text, SCOPE_TEXT_MAX);
    buf_add_text(&text, "{\"models\":");
    scope_to_json(&text, scope);
    buf_add_char(&text, '}');
    if (text.failed || scope_from_json(&again, "s", buf_str(&text), &err) != 0 ||
        scope_digest(scope) != scope_digest(again)) {
        abort();
    }
    buf_fini(&text);
    scope_free(scope);
    scope_free(again);
    return 0;
}
