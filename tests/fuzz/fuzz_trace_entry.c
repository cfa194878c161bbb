/*
 * fuzz_trace_entry: any text as an entry of the log. What is found in it lies within it, a stretch of changes
 * is one, and of a JSON object only JSON is shown.
 */
#include "web/trace_entry.h"

#include <jansson.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void require_within(struct weir_str part, struct weir_str whole)
{
    require(part.len == 0 || (part.data >= whole.data && part.data + part.len <= whole.data + whole.len));
}

/* Its other members are shown as they are: what was an object stays one. */
static void check_shown(struct weir_str json)
{
    json_t *is_object = json_loadb(json.data, json.len, JSON_REJECT_DUPLICATES, NULL);
    struct buf out;

    buf_init(&out, json.len * 2 + 64);
    buf_add_char(&out, '{');
    entry_put(&out, json);
    buf_add_char(&out, '}');
    require(!out.failed);
    if (json_is_object(is_object) && json.data[0] == '{') {
        json_t *shown = json_loadb(out.data, out.len, 0, NULL);

        require(json_is_object(shown) && json_object_size(shown) <= json_object_size(is_object));
        json_decref(shown);
    }
    json_decref(is_object);
    buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const keys[] = {"delivery", "notification", "sync", "id", "outcome", ""};
    struct weir_str json = weir_str_n((const char *)data, size);
    struct weir_str found = {NULL, 0};
    struct trace_range range;

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        require_within(entry_text(json, keys[i]), json);
    }
    (void)entry_uint(json);
    if (entry_range(&range, json)) {
        require(range.first > 0 && range.first <= range.last);
    }
    if (entry_event(&found, json, weir_str("ev-1"))) {
        require_within(found, json);
    }
    if (entry_changed(&found, json, weir_str("x2tsSmXYiCKPVQJD23L7KzBA"))) {
        require_within(found, json);
    }
    if (size > 0) {
        check_shown(json);
    }
    return 0;
}
