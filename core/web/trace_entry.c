#include "web/trace_entry.h"

#include "model/canonical.h"
#include "web/json_out.h"

uint64_t entry_uint(struct weir_str value)
{
    uint64_t number = 0;

    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] < '0' || value.data[i] > '9' || number > UINT64_MAX / 10 - 9) {
            return 0;
        }
        number = number * 10 + (uint64_t)(value.data[i] - '0');
    }
    return number;
}

struct weir_str entry_text(struct weir_str json, const char *key)
{
    return canonical_inner(canonical_get(json, key));
}

bool entry_range(struct trace_range *out, struct weir_str json)
{
    struct trace_range range = {.first = entry_uint(canonical_get(json, "first_change")),
                                .last = entry_uint(canonical_get(json, "last_change"))};

    if (range.first == 0 || range.last < range.first) {
        return false;
    }
    *out = range;
    return true;
}

bool entry_event(struct weir_str *outcome, struct weir_str json, struct weir_str id)
{
    struct canonical_walk walk;
    struct weir_str item;

    canonical_begin(&walk, canonical_get(json, "events"));
    while (canonical_item(&walk, &item)) {
        if (weir_str_equal(entry_text(item, "id"), id)) {
            *outcome = entry_text(item, "outcome");
            return true;
        }
    }
    return false;
}

bool entry_changed(struct weir_str *fields, struct weir_str json, struct weir_str id)
{
    struct canonical_walk walk;
    struct weir_str item;

    canonical_begin(&walk, canonical_get(json, "changed"));
    while (canonical_item(&walk, &item)) {
        if (weir_str_equal(entry_text(item, "id"), id)) {
            if (fields != NULL) {
                *fields = canonical_get(item, "fields");
            }
            return true;
        }
    }
    return false;
}

void entry_put(struct buf *out, struct weir_str json)
{
    static const char *const apart[] = {"stage", "at", "after_ms", "events", "refs", "changed"};
    struct canonical_walk walk;
    struct weir_str key;
    struct weir_str value;

    canonical_begin(&walk, json);
    while (canonical_member(&walk, &key, &value)) {
        bool skip = false;

        for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++) {
            skip = skip || weir_str_is(key, apart[i]);
        }
        if (!skip) {
            json_out_item(out);
            buf_add_char(out, '"');
            buf_add_str(out, key);
            buf_add_text(out, "\":");
            buf_add_str(out, value);
        }
    }
}
